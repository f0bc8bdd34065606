"""Which part of the page a box belongs to: head, menu, foot, breadcrumb, side list, or none of these (content).

Told from tags, ARIA roles and the names builders give to classes. One page alone offers nothing better; where sibling
pages are known, frame.py decides instead.
"""

import re
from functools import lru_cache

WORDS = {
    "foot": r"foot\w*|copyright\w*|bottom|wbottom|pagebottom|dibu|banquan|yejiao|siteinfo",
    "crumb": r"crumbs?|bread\w*|location|position|dqwz|mbx|mianbao\w*|weizhi|currentpos\w*|sitepath|curpos\w*|wzdh|dangqian\w*|curmbx|path|bt_path",
    "friend": r"yqlj|friend\w*|friendlinks?|links|linkbox|lianjie\w*|youqing\w*|blogroll|wzlj",
    "hot": r"hot\w*|rank\w*|paihang\w*|phb|recom\w*|tuijian\w*|related?|relat\w+|xgwz|xgyd|xgxw|xgxx|xglj|xiangguan\w*|remen|rdxw|djph|guess\w*",
    "tool": r"share\w*|bdshare\w*|fenxiang|toolbar|tools|fontsize|print\w*|search\w*|sousuo|ss|hotword\w*",
    "head": r"header\w*|head|headbox|headwrap|top|topbar|topbox|toplink\w*|topnav|top_?bg|banner\w*|logo\w*|yemei",
    "nav": r"nav|navs|navbar\w*|navi|navigation|navlist|navbox|mainnav|topnav|nav[a-z]*|menu\w*|mainmenu|daohang\w*|submenu|subnav|sidenav|leftnav|leftmenu|sub_?menu|lanmu\w*|lmlist|dropdown\w*|daohanglan",
    "side": r"aside\w*|side|sidebar\w*|sidebox|sider|side[a-z]+",
}
STRONG = ("foot", "crumb", "friend", "hot", "tool", "nav", "head", "side")
PATTERNS = [(name, re.compile(rf"(?:^|[ _-])(?:{WORDS[name]})(?=$|[ _\d-])")) for name in STRONG]
TAGS = {"header": "head", "footer": "foot", "nav": "nav", "aside": "side", "marquee": "side"}
ROLES = {
    "navigation": "nav",
    "banner": "head",
    "contentinfo": "foot",
    "search": "tool",
    "complementary": "side",
}
EDITOR = re.compile(
    r"(^|[ _-])(zoom|trs_editor|trs_ueditor|trs_paper\w*|ueditor\w*|view|vsb_content\w*|v_news_content|ucap\w*|articlecontent|article[_-]?con\w*|article[_-]?body|art_con\w*|"
    r"artcontent|content[_-]?text|content_body|news_content\w*|newscontent|newscon\w*|xxgk_content|bt_content|bt-content|pages_content|contxt|conTxt|wzcon\w*|wznr|neirong|"
    r"detail[_-]?con\w*|info[_-]?content|main_?content|rich_media_content|j-fontcontent|wp_articlecontent|text_content|zhengwen|ewb-article\w*|xl_content|xwnr|nr|articleinfo|article)($|[ _-])",
    re.I,
)
"""Boxes in which editors write the text of an article."""
LOOKS = re.compile(
    r"(?<![\w-])(?:(?:border|rounded|align|vertical-align|fixed|sticky|margin|padding|text|d)-[\w-]+"
    r"|position-(?:static|relative|absolute|fixed|sticky)(?![\w-]))"
)
"""Classes that say how a box looks, not what it is (Bootstrap): under a heading with `border-bottom` no foot begins."""
OUTER = frozenset({"html", "body", "#root"})
FRAME = frozenset({"foot", "crumb", "friend", "nav", "tool"})
"""Whatever stands there is never the content of a column."""

ROWS = frozenset({"li", "tr", "dd", "dt", "a"})
"""What holds one item, whatever its class: `<li class="top">` is the pinned item of a list, not the head of the page."""
ONCE = frozenset({"head", "foot", "nav", "tool", "crumb"})
"""A page has one of each. What is called so time and again, with a link or two in it, is a part of each row."""

FOOT_TEXT = re.compile(
    r"网站标识码|ICP备|icp备|公网安备|版权所有|主办(?:单位)?[:：]|Copyright|copyright|COPYRIGHT|技术支持[:：]|承办单位[:：]"
)


def region_within(outer: str, tag: str, role: str, ident: str) -> str:
    """The region of a box; inside a foot it stays in the foot whatever it is called itself."""
    if outer == "nav" and tag in ("ol", "ul") and named(ident) == "crumb":
        return "crumb"  # <nav><ol class="breadcrumb">
    if outer in FRAME or tag in OUTER:
        return outer
    named_so = "" if tag in ROWS else named(ident)
    return TAGS.get(tag, "") or ROLES.get(role, "") or named_so or outer


@lru_cache(maxsize=8192)
def named(ident: str) -> str:
    """What the class and id of a box call it."""
    if not ident:
        return ""
    ident = LOOKS.sub("", ident)
    for name, pattern in PATTERNS:
        if pattern.search(ident):
            return name
    return ""
