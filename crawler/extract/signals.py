"""What else a page shows that bears on the question whether anything is published there (regulations.md 9.4).

Facts only: words for emptiness in a visible place, scripts that could still fill the list, text, pictures, forms.
`settle` weighs them.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from crawler.extract.addresses import NOWHERE, PAPERS
from crawler.extract.blocks import Block
from crawler.extract.memory import Box
from crawler.extract.outline import Outline
from crawler.extract.regions import FOOT_TEXT, FRAME
from crawler.extract.titles import is_paging

EMPTY = re.compile(
    r"^\W*(抱歉|对不起|很遗憾)?\W*(您(好|要找的)?\W*)?(该|本|此|当前|目前)?(栏目|页面|分类|目录|列表|板块|频道)?(下|中|内|里)?\W*(暂时?(还)?(没有|无|未)|没有(找到|查到|查询到|搜索到|检索到)?|尚(无|未)|还没有|未(找到|查询到|检索到|搜索到)|查无|无)(发布|公开|添加|上传|录入|任何|相关|符合\w{0,4}|更多|最新|此类|该类|您\w{0,6}|对应)*的?"
    r"(信息|数据|内容|记录|文章|新闻|结果|公告|文件|资料|信件|来信|留言|条目|资讯|列表|通知|数据记录|更新|动态|政策|征集|调查|访谈|图片|视频|公开\w{0,4})\W*(公开|发布|更新|可显示)?(，?(敬请期待|请稍后再来|请稍候))?\W*$"
    r"|^\W*(该|本|此)?(栏目|页面|内容|网页|专栏|板块|频道)\S{0,4}(正在|尚在|还在)(建设|更新|完善|整理|制作|筹备|编辑)\W*(敬请(期待|关注)|请稍[后候]\w{0,4})?\W*$"
    r"|^\W*(该|本|此)?(栏目|页面|内容|网页|专栏|板块|频道|网站)?\S{0,4}(正在|尚在|还在)?(建设|更新|完善|整理|制作|筹备|开发|维护|编辑)(之)?中\W*(敬请(期待|关注))?\W*$|^\W*敬请期待\W*$|^\W*(?:抱歉|对不起)?\W*这里似乎没有您要找的(?:内容|东西)|^\W*(no (data|records?|results?)( found| available)?|暂无|空空如也|nothing found)\W*$",
    re.I,
)
MAYBE_EMPTY = re.compile(
    r"^0$|[暂没尚未无]|[正还]在|中\W*(?:敬|$)|期待|空空|0\s*[条篇个项件页]|[:：]\s*0|[Nn][Oo]"
)
"""What words for emptiness cannot do without: most texts need no second look."""
NO_MORE = re.compile(r"没有更多|无更多|到底")
ZERO = re.compile(
    r"共\s*有?\s*0\s*(条|篇|个|项|件|页)|(总数|总记录数?|记录数|记录总数|总条数)\s*[:：]\s*0(?!\d)|第\s*[01]\s*[/页]\s*共?\s*0\s*页"
)
PAGER = re.compile(r"[上下]一?页|[尾末]\s*页|[共第]\s*\d+\s*页|转到第")
SHELL = re.compile(
    r"chunk-vendors|/static/js/(app|main|manifest)|umi\.|webpack|_next/static|_nuxt/|/assets/index[.-]|app\.[0-9a-f]{6,}\.js|vue(\.min)?\.js|react",
    re.I,
)
UPLOADED = re.compile(
    r"W0\d{10,}|P0\d{10,}|/upload|/attach|/picture|/pic/|/images?/\d{4}|/\d{6}/|/file|/art/|__local|/resource",
    re.I,
)
SHOWN_FILE = re.compile(rf"#\w|\.(?:{PAPERS}|mp4|webm|mov|flv|wmv|mp3|m3u8)\b", re.I)
"""Documents and films that the page shows in a window of its own, and pictures whose parts are links (`usemap`)."""
OF_THIS_PAGE = re.compile(r"(?:\./)?[^/:]+$|data:image/(?!gif)|.*<|.*\.swf\b", re.I | re.S)
"""A picture in the page's own folder or in the page itself, the parts of an `<object>`: ornaments are in the site's folders."""
SEARCH_FIELD = re.compile(r"search|keyword|^q$|^wd$|query|qt|sousuo|请输入.{0,10}(搜索|关键|查找)|key$", re.I)
ASKS_FOR_CASE = re.compile(
    r"编号|单号|密码|证件|身份证|姓名|名称|手机|电话|账号|统一社会|验证码|passw|^pw|phone|mobile|idcard", re.I
)
"""A field for what only the asker knows: without it the page shows nothing (办件查询)."""
TEXT_FIELDS = frozenset({"text", "tel", "email", "number", "", "date"})
AT_WORK = r"^\W*正在(努力|拼命)?(加载|载入|读取|获取|查询)|^\W*loading\W*$|^\W*(数据|信息)(获取|查询|请求)中"
LOADING = re.compile(rf"\{{\{{|加载中|正在(加载|载入|读取|获取)|(数据|页面|内容)(加载|载入)|{AT_WORK}", re.I)
"""What stands in a list until a script has filled it."""
LETTERS = re.compile(
    r"来信|信件|写信|回复(时间|单位|日期|情况)|答复(时间|单位|日期)|受理(时间|单位|状态)|办理状态|处理状态|已(答复|回复|办结)|提问(时间|日期)"
)
NOT_CONTENT = re.compile(
    r"^(发布|更新)?(日期|时间)[:：]?$|^(?!\W*0\d{2,3}\W?\d{7})[\W\d_]+$|^(您|你)?(当前|现在|所在)(?!\S{0,4}[没无])|^第?\d+\s*[页条]|^共|^\S{0,2}页$|^字号|^(今天|现在)是|^版权|^访问量|^标题$|^序号$|^名称$"
    r"|^(?:[本该此]\S{1,3})?(?:总|累计)?(?:浏览|访问|点击|阅读)(?:总?(?:次数|人次|人数|量|数))?(?:\s*[:：]\s*\d{0,9}|\s*\d{1,9})\s*(?:人?次)?$"
)

FOOT_BESIDE = re.compile(
    r"^(网站)?(地图|声明|首页)$|^(联系|关于)(我们|本站)$|^(联系)?(地址|电话|邮编|传真)\s*[:：]|^(主办|承办|协办|技术支持|维护)\S{0,4}\s*[:：]|^[|｜]$"
)
FOLLOWS_NO_FOOT = 24
"""Characters of text of the content."""
WEEKDAY = re.compile(r"星期[一二三四五六日天]")


@dataclass(frozen=True, slots=True)
class Signals:
    """Everything beside rows. Lengths count characters of text that is not a link, in the content of the page."""

    crumb: bool = False
    crumb_end: int = 0
    own_column: bool = False
    pager: int = -1
    column_tags: bool = False
    form: bool = False
    query: bool = False
    """A field asks for the number of a case, a name, a password."""
    letters: bool = False
    editor: int = 0
    article_words: int = 0
    empty_words: str = ""
    empty_answer: bool = False
    unread_answer: bool = False
    loops: bool = False
    scripted: bool = False
    fills_beside: bool = False
    """A script brings something into an empty box of the content, whatever else is listed there."""
    left_out: bool = False
    begins_with_oldest: bool = False
    is_unordered: bool = False
    """The list goes on elsewhere and follows no order that would tell where its newest item stands."""
    goes_on: bool = False
    """The list has further pages."""
    is_cut: bool = False
    """The page is so long that not all of it was read."""
    shows_another_site: bool = False
    """A frame in the content holds a page of another website."""
    shell: bool = False
    list_box: bool = False
    empty_boxes: frozenset[str] = frozenset()
    """The boxes in the content that hold nothing, as `div.list`: on sibling pages the list may stand in one."""
    pictures: tuple[str, ...] = ()
    doubtful_pictures: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    """What may be content though it is no text, no row and no picture (offers.py)."""


def content_span(page: Outline, zones: Sequence[str], crumb: tuple[int, int]) -> tuple[int, int]:
    """Where the content stands: after the breadcrumb, before the foot."""
    start, end = crumb[1], len(page.texts)
    in_foot = [zones[owner] == "foot" for owner in page.owner]
    signs = [index for index in range(start, end) if FOOT_TEXT.search(page.texts[index])]
    # Where a box called foot says so itself, the same words above it (主办单位：…) are content.
    has_foot = any(in_foot[index] for index in signs)
    content = list(accumulate(_plain_lengths(page, zones), initial=0))
    for index in range(start, end):
        at = bisect_left(signs, index)
        sign = signs[at] if at < len(signs) else end
        if in_foot[index] and (index > start or not crumb[1]):
            # Content that follows, and comes before the words of a true foot, says that this is one in name only.
            if content[sign] - content[index] < FOLLOWS_NO_FOOT:
                return start, index
        elif not has_foot and index == sign and (index > start or crumb[1]):
            return start, _foot_start(page, start, index)
    return start, end


def _plain_lengths(page: Outline, zones: Sequence[str]) -> Iterator[int]:
    """For each piece of text its characters, if it stands in no named part of the page and is no link."""
    return (
        0 if zones[owner] or place.in_link else len(text)
        for text, owner, place in zip(page.texts, page.owner, page.places, strict=True)
    )


def _foot_start(page: Outline, start: int, index: int) -> int:
    """A foot without a name begins before the piece that gives it away: with addresses and small links."""
    while index > start and FOOT_BESIDE.search(page.texts[index - 1]):
        index -= 1
    return index


def content_texts(
    page: Outline, zones: Sequence[str], span: tuple[int, int], found: Sequence[Block], names: Sequence[str]
) -> tuple[str, ...]:
    """The pieces of text of the content that belong to no link, no row, no menu and no pager."""
    in_rows = bytearray(len(page.texts))
    for block in found:
        for row, (start, end) in zip(block.rows, block.spans, strict=True):
            if block.dated or block.is_hot or sum(map(len, page.texts[start:end])) <= len(row.title) + 40:
                in_rows[start:end] = b"\x01" * (end - start)
    known = set(names)
    kept = []
    for index in range(*span):
        place = page.places[index]
        if in_rows[index] or place.in_link or place.template or zones[page.owner[index]] in FRAME:
            continue
        text = page.texts[index]
        is_beside = text in known or "{{" in text or is_paging(text) or is_small_print(text)
        if not (is_beside or _heads_nothing(page, index)):
            kept.append(text)
    return tuple(kept)


def _heads_nothing(page: Outline, index: int) -> bool:
    """The text heads a column of a table that has no rows."""
    owner = page.owner[index]
    around = {page.boxes[box].tag: page.boxes[box] for box in reversed((owner, *page.above(owner)))}
    if not {"th", "tr", "table"}.issubset(around):
        return False
    row, table = around["tr"], around["table"]
    return (row.start, row.end) == (table.start, table.end)


def set_aside(page: Outline, zones: Sequence[str], start: int, names: Sequence[str]) -> tuple[str, ...]:
    """Text below the breadcrumb that is no link and stands in what is called a menu, a tool or a foot, up to the true foot."""
    kept: list[str] = []
    for index in range(start, len(page.texts)):
        place = page.places[index]
        if place.in_link or zones[page.owner[index]] not in FRAME or place.hidden or place.template:
            continue
        text = page.texts[index]
        if FOOT_TEXT.search(text):
            break
        if not (text in names or is_paging(text) or is_small_print(text) or FOOT_BESIDE.search(text)):
            kept.append(text)
    return tuple(kept)


@lru_cache(maxsize=4096)
def is_small_print(text: str) -> bool:
    """Words around a list: its pager, its heading, the date of today."""
    return bool(NOT_CONTENT.match(text) or WEEKDAY.search(text) or (len(text) < 30 and PAGER.search(text)))


def empty_words(page: Outline, zones: Sequence[str], span: tuple[int, int]) -> str:
    """The page's own words for having nothing, in a place a reader sees; templates and hidden boxes say nothing."""
    for index in range(*span):
        text = page.texts[index]
        if len(text) > 40 or not MAYBE_EMPTY.search(text):
            continue
        place = page.places[index]
        if place.hidden or place.template or place.conditional or zones[page.owner[index]] in FRAME:
            continue
        if (EMPTY.match(text) and not NO_MORE.search(text)) or ZERO.search(text):
            return text
        if text == "0" and (found := ZERO.search(_around(page, index))):
            return found[0]
    return ""


def _around(page: Outline, index: int) -> str:
    """A figure with the words around it: 共 <b>0</b> 条."""
    return "".join(text for text in page.texts[max(0, index - 3) : index + 4] if len(text) <= 12)


def pager_at(page: Outline, span: tuple[int, int]) -> int:
    """The piece of text at which the pager begins; -1 if there is none."""
    for index in range(span[0], len(page.texts)):
        text = page.texts[index]
        if ("页" in text or "转到" in text) and len(text) <= 40 and PAGER.search(text):
            return index
    for _, _, script in page.scripts:
        if "createPageHTML(" in script or "createPage(" in script:
            return span[1]
    return -1


def has_form(page: Outline) -> bool:
    """A form to write with: a text area, or three fields that are not for searching."""
    asked = 0
    for entry in page.fields:
        if entry.get("#tag") == "textarea":
            if "display:none" not in (entry.get("style") or "").replace(" ", ""):
                return True
        elif entry.get("#tag") == "input" and (entry.get("type") or "").lower() in TEXT_FIELDS:
            words = " ".join(str(entry.get(name) or "") for name in ("name", "id", "placeholder", "class"))
            asked += not SEARCH_FIELD.search(words)
    return asked >= 3


def is_query(page: Outline) -> bool:
    """Something is shown to whoever asks for it only."""
    return any(
        entry.get("#tag") == "input"
        and (entry.get("type") or "").lower() in {*TEXT_FIELDS, "password"}
        and any(ASKS_FOR_CASE.search(entry.get(name) or "") for name in ("name", "id", "placeholder"))
        for entry in page.fields
    )


def loops_rows(page: Outline, zones: Sequence[str]) -> bool:
    """A script framework repeats rows here: the list is only its template yet."""
    for index in page.bindings:
        if zones[index] not in FRAME and zones[index] != "head" and page.boxes[index].chain.template:
            return True
    zones_of_braces = [zones[page.owner[index]] for index, text in enumerate(page.texts) if "{{" in text]
    if not zones_of_braces or any(zone not in FRAME and zone != "head" for zone in zones_of_braces):
        return bool(zones_of_braces)
    return any(
        box.chain.template
        and box.tag in ("li", "tr", "dl", "dd")
        and zones[index] not in FRAME
        and any("{{" in text for text in page.texts[box.start : box.end])
        for index, box in enumerate(page.boxes)
    )


def is_shell(page: Outline, text_length: int, links: int) -> bool:
    """A page that a framework builds in the browser: next to nothing is in it."""
    if text_length > 150 or links > 8:
        return False
    return any(SHELL.search(attributes.get("src") or "") for _, attributes, _ in page.scripts) or any(
        box.attributes.get("id") in ("app", "root", "__next", "__nuxt") for box in page.boxes[:60]
    )


def after_scripts(signs: Signals, texts: Sequence[str]) -> Signals:
    """What still may fill a page whose scripts have run: nothing, but where a reader sees that it is not done yet."""
    waits = any(LOADING.search(text) if len(text) < 30 else "{{" in text for text in texts)
    return replace(
        signs,
        scripted=False,
        fills_beside=False,
        left_out=False,
        shell=False,
        loops=waits,
        unread_answer=signs.unread_answer or waits,
    )


def bound(page: Outline, zones: Sequence[str]) -> bool:
    """The text itself is still to be put in (`v-text`, `v-html`) where an article's would stand."""
    return any(zones[index] not in FRAME and zones[index] != "head" for index in page.bindings)


def pictures(page: Outline, zones: Sequence[str], span: tuple[int, int]) -> tuple[str, ...]:
    """Uploaded pictures in the content that lead nowhere, films and documents: an organisation chart is content too."""
    shown = [
        (box, source) for box, source in page.pictures if UPLOADED.search(source) or SHOWN_FILE.search(source)
    ]
    return tuple(
        source
        for box, source in shown
        if zones[box] not in FRAME
        and zones[box] != "head"
        and span[0] <= page.boxes[box].start <= span[1]
        and not any(page.boxes[around].tag == "a" for around in (box, *page.above(box)))
    )[:20]


def doubtful_pictures(page: Outline, zones: Sequence[str], span: tuple[int, int]) -> tuple[str, ...]:
    """What is shown in the content, or in a box that reaches into it, and may be content too: also pictures that lead on.
    A box without text beside the breadcrumb's counts as the breadcrumb's."""
    return tuple(
        source
        for box, source in page.pictures
        if (
            OF_THIS_PAGE.match(source)
            or UPLOADED.search(source)
            or SHOWN_FILE.search(source)
            or (page.boxes[box].start >= span[0] and zones[box] != "crumb" and _leads_somewhere(page, box))
        )
        and (zones[box] == "crumb" or zones[box] not in FRAME)
        and zones[box] != "head"
        and page.boxes[box].end >= span[0]
        and page.boxes[box].start <= span[1]
    )[:20]


def _leads_somewhere(page: Outline, box: int) -> bool:
    """A picture that is a link: whichever folder it lies in, it may be the door to what the column is about."""
    return any(
        page.boxes[around].tag == "a" and not NOWHERE.match(page.boxes[around].attributes.get("href") or "")
        for around in (box, *page.above(box))
    )


def has_list_box(page: Outline, zones: Sequence[str], span: tuple[int, int]) -> bool:
    """An empty list stands in the content."""
    return any(box.tag in ("ul", "ol", "tbody", "table", "dl") for box in _empty(page, zones, span))


def empty_boxes(page: Outline, zones: Sequence[str], span: tuple[int, int]) -> frozenset[str]:
    """What is empty in the content, by what it is called (`Signals.empty_boxes`)."""
    return frozenset(box.chain.shape.rsplit("/", 1)[-1] for box in _empty(page, zones, span))


def _empty(page: Outline, zones: Sequence[str], span: tuple[int, int]) -> Iterator[Box]:
    for index in [index for index, box in enumerate(page.boxes) if box.start == box.end]:
        if zones[index] not in FRAME and span[0] <= page.boxes[index].start <= span[1]:
            yield page.boxes[index]


def is_bare(page: Outline) -> bool:
    """Nothing but empty boxes, and no script that could fill them."""
    return not (page.texts or page.links or page.scripts) and any(
        box.tag not in ("#root", "html", "body") for box in page.boxes
    )


def names_column(marks: Mapping[str, str]) -> bool:
    return bool(marks.get("ColumnName") or marks.get("ColumnType"))
