"""The words of a link: its text, its own `title` where the text is cut short, a picture's `alt` as the last resort."""

import re
from functools import lru_cache

from crawler.extract.cleaning import clean
from crawler.extract.outline import Outline

PAGING = re.compile(
    r"[\[<《«‹]*\s*(首\s*页|上一?页|下一?页|尾页|末页|前一?页|后一?页|上一篇|下一篇|更\s*多|more|查看更多|返回\w{0,4}|(?:较早|较新|更早)的?(?:文章|内容)|(?:older|newer) (?:posts|entries)|[<>«»›‹]+|\d{1,4}|GO|跳转|确定|详情|详细|查看|下载|\.\.\.|…)\s*[\]>》»›+.…·]*",
    re.I,
)
LONGEST_PAGING = 40
MENU_NAMES = re.compile(
    r"(网站)?(首页|地图|无障碍|适老化?|长者)|登录|注册|English|繁[體体]|简体|设为首页|加入收藏|关于我们|联系我们|网站声明|RSS",
    re.I,
)
FOOT_LINK = re.compile(
    r"公网安备|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]ICP[备证]|网站标识码|^我?(?:为|要)?(?:政府)?网站找错|^(?:党政机关|事业单位)(?:网站)?标[志识]?$",
    re.I,
)
"""The registrations that every foot links to."""
TEMPLATE = re.compile(r"\{\{|\{\$|\{%|\$\{")
"""A page that went out before its template was filled in."""
BULLETS = "·•▪■◆●>-"
BULLET = re.compile(rf"^[\s{BULLETS}]+")
DATE_BESIDE = re.compile(r"\d{4}\s*[-/.年]\s*\d{1,2}|^\d{1,2}[-/]\d{1,2}$|^\d{1,2}$")
WHOLE_DAY = re.compile(r"\W*(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
LONGEST_DAY = 24
"""Characters of a day with its hour."""
DATE_ALONE = re.compile(r"[\d\s:：年月日./\[\]()-]+")
TITLE = 160
"""Characters of a title that are kept."""


def link_title(page: Outline, index: int) -> str:
    """The link's words; its `title` where the words are cut short or missing; a picture's `alt` as the last resort."""
    if index not in page.names:
        page.names[index] = _link_title(page, index)
    return page.names[index]


@lru_cache(maxsize=8192)
def is_paging(words: str) -> bool:
    """Words that lead on (下一页, 更多, 返回), not to an item."""
    return len(words) <= LONGEST_PAGING and bool(PAGING.fullmatch(words))


@lru_cache(maxsize=8192)
def is_title(words: str) -> bool:
    """Could these be the words of an item? Those of pagers and of every page's small links are not."""
    return bool(words) and not (
        (len(words) < 14 and PAGING.fullmatch(words))
        or (len(words) < LONGEST_DAY and WHOLE_DAY.match(words) and DATE_ALONE.fullmatch(words))
        or (len(words) < 8 and MENU_NAMES.search(words))
        or (len(words) < 40 and FOOT_LINK.search(words))
        or ("{" in words and TEMPLATE.search(words))
    )


def _link_title(page: Outline, index: int) -> str:
    box = page.boxes[index]
    text = page.text(box.start, box.end, " ")
    if not text or text.endswith(("…", "..")):
        full = clean(box.attributes.get("title") or "")
        if full and len(full) > len(text.rstrip(".…")) - 1:
            return full[:TITLE]
    if not text:
        text = clean(page.alts.get(index, ""))
    elif box.end - box.start > 1:
        text = longest(page, box.start, box.end) or text
    if text[:1] in BULLETS:
        text = BULLET.sub("", text)
    return text[:TITLE].strip()


def longest(page: Outline, start: int, end: int) -> str:
    """Of a card that is one link: its title is its first long piece of text, not all of it."""
    pieces = page.texts[start:end]
    if sum(map(len, pieces)) <= 60 and not any(DATE_BESIDE.search(piece) for piece in pieces):
        return clean(" ".join(pieces))
    best = ""
    for piece in pieces:
        if len(piece) >= 8 and not DATE_ALONE.fullmatch(piece):
            return piece
        if len(piece) > len(best) and not DATE_ALONE.fullmatch(piece):
            best = piece
    return best
