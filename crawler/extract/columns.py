"""The columns that a page points to: its breadcrumb, its navigation, its side menu, and the 更多 links of a home page.

Source: design.md part 5. Names are the page's own words; whether a link is a column with a duty to be updated is for
the office's register and for the checks.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.extract.addresses import Addresses, host_of, is_article
from crawler.extract.outline import Outline, clean
from crawler.extract.rows import INLINE, LINKS_READ
from crawler.extract.titles import PAGING, link_title
from crawler.observations import ColumnLink, ColumnSource

CRUMB_WORDS = re.compile(
    r"(您|你)?(当前|所在|现在)(的|所在)?(位置|栏目|页面)|(您|你)(现在)?(所)?在(的)?位置|^位置\s*[:：]|^当前(位置)?[:：]"
)
NOT_COLUMNS = re.compile(
    r"^(网站)?首\s*页$|^主页$|^(返回|回到)|登[录陆]|注册|无障碍|长者|适老|关怀|English|繁[體体]|简体|^简$|^繁$|设为首页|加入收藏|收藏本站|网站地图|站点地图|网站声明|版权|隐私|"
    r"使用帮助|^RSS|^WAP|手机版|移动版|电脑版|客户端|微博|微信|公众号|抖音|^搜索|^检索|IPv6|ICP备|公网安备|网站标识码|找错|党政机关|^退出|^\d+$|智能(问答|机器人)|^投诉$|邮箱登|我要找错|^(上|下)一",
    re.I,
)
MORE = re.compile(r"^[\[【(（+<>·\s]*(查看)?(更\s*多|MORE)\s*(信息|内容|新闻)?[\]】)）+<>»›…·.\s]*$", re.I)
MORE_TITLE = re.compile(r"^(查看)?更多[:：]?")
SEPARATORS = " >》»›/-—–|·:：→＞〉"
NAME = 24
"""A column's name is short; anything longer is an item."""


def crumb_of(page: Outline, zones: list[str]) -> tuple[int, int]:
    """The breadcrumb's span of text, (0, 0) if the page has none; its boxes are marked as such in `zones`."""
    box, start = _crumb_box(page, zones)
    if box < 0:
        return 0, 0
    end = page.boxes[box].end
    if end - start > 24 or any(re.search(r"\d{4}[-/.年]\d", text) for text in page.texts[start:end]):
        end = start  # the breadcrumb has no box of its own: it goes on as long as the text stands in the same one
        while end < page.boxes[box].end and _block_around(page, page.owner[end]) == _block_around(
            page, page.owner[start]
        ):
            end += 1
    for index, inner in enumerate(page.boxes):
        if start <= inner.start and inner.end <= end and inner.start < inner.end:
            zones[index] = "crumb"
    return start, end


def _crumb_box(page: Outline, zones: Sequence[str]) -> tuple[int, int]:
    boxes = page.boxes
    for index, text in enumerate(page.texts):
        if (
            len(text) <= 40
            and CRUMB_WORDS.search(text)
            and zones[page.owner[index]] not in ("foot", "friend")
        ):
            box = page.owner[index]
            for _ in range(3):
                parent = boxes[box].parent
                if _holds_link(page, box) or parent < 1 or boxes[parent].end - boxes[parent].start > 24:
                    break
                box = parent
            return box, index
    for index in page.links:
        if "currchnlcls" in boxes[index].ident:
            box = boxes[index].parent
            return box, boxes[box].start
    for index, zone in enumerate(zones):
        named = boxes[index]
        if (
            zone == "crumb"
            and 1 < named.end - named.start <= 24
            and "首页" in "".join(page.texts[named.start : named.end])
        ):
            return index, named.start
    return -1, 0


def _block_around(page: Outline, box: int) -> int:
    while box > 0 and page.boxes[box].tag in (*INLINE, "a"):
        box = page.boxes[box].parent
    return box


def _holds_link(page: Outline, box: int) -> bool:
    return any(
        box in page.above(link)
        for link in page.links
        if page.boxes[box].start <= page.boxes[link].start < page.boxes[box].end
    )


def crumb_names(page: Outline, span: tuple[int, int]) -> tuple[str, ...]:
    """The words of the breadcrumb, top first, without 首页 and without the label."""
    names: list[str] = []
    for text in page.texts[span[0] : span[1]]:
        text = CRUMB_WORDS.sub("", text)
        for piece in re.split(r"\s*[>》»›→＞〉]+\s*", text):
            piece = piece.strip(SEPARATORS).strip()
            if (
                piece
                and piece not in ("首页", "网站首页", "首 页", "主页", "的位置", "位置")
                and len(piece) <= NAME
            ):
                names.append(piece)
    return tuple(dict.fromkeys(names))


def column_links(
    page: Outline, addresses: Addresses, zones: Sequence[str], crumb: tuple[int, int], *, is_home: bool
) -> tuple[ColumnLink, ...]:
    """Every link to a column, each address once; marks go before navigation, navigation before 更多 and menus."""
    found: dict[str, ColumnLink] = {}
    own = addresses.base.partition("#")[0]
    trail = crumb_names(page, crumb)
    for link in _from_crumb(page, addresses, crumb):
        found.setdefault(link.url, link)
    menus = list(_from_menus(page, addresses, zones, crumb, is_home=is_home))
    beside = any(link.url == own for link in menus if link.source == "menu")
    for link in menus:
        if link.source == "menu" and not link.parents and beside and len(trail) > 1:
            link = ColumnLink(link.name, link.url, "menu", trail[:-1])
        known = found.get(link.url)
        if known is None or (link.parents and not known.parents and known.source != "mark"):
            found[link.url] = link
    if is_home:
        for link in _from_more(page, addresses):
            found.setdefault(link.url, link)
    return tuple(found.values())


def _from_crumb(page: Outline, addresses: Addresses, span: tuple[int, int]) -> Iterator[ColumnLink]:
    above: tuple[str, ...] = ()
    for index in page.links:
        box = page.boxes[index]
        if not span[0] <= box.start < span[1]:
            continue
        name = clean(page.text(box.start, box.end)).strip(SEPARATORS)
        url = addresses.absolute(box.attributes.get("href"))
        if not name or len(name) > NAME or NOT_COLUMNS.search(name):
            continue
        if url and not is_article(url):
            yield ColumnLink(name, url, "mark", above)
        above = (*above, name)


def _from_menus(
    page: Outline, addresses: Addresses, zones: Sequence[str], crumb: tuple[int, int], *, is_home: bool
) -> Iterator[ColumnLink]:
    """Links of the navigation with the names above them, and on column pages the links of a side menu."""
    menus = _Menus(page)
    for index in page.links:
        box = page.boxes[index]
        zone = zones[index]
        if box.template or zone in ("foot", "friend", "crumb", "tool", "hot"):
            continue
        if crumb[0] <= box.start < crumb[1]:
            continue
        name = link_title(page, index)
        url = addresses.absolute(box.attributes.get("href")) if could_name_column(name) else ""
        if not _names_column(name, url, addresses):
            continue
        source: ColumnSource = "navigation" if zone in ("nav", "head") else "menu"
        if source == "navigation" and crumb[1] and box.start >= crumb[1]:
            source = "menu"  # a menu below the breadcrumb belongs to the column, whatever it is called
        if source == "menu" and (is_article(url) or (is_home and zone != "nav")):
            continue
        yield ColumnLink(name, url, source, menus.parents(index))


@lru_cache(maxsize=8192)
def could_name_column(name: str) -> bool:
    """Short, not a date or a sentence, and none of the links that every page has (首页, 登录, 无障碍)."""
    return 2 <= len(name) <= NAME and not (
        NOT_COLUMNS.search(name) or PAGING.fullmatch(name) or re.search(r"\d{4}[-/.年]\d|[，。？！]", name)
    )


def _names_column(name: str, url: str, addresses: Addresses) -> bool:
    if not url or not could_name_column(name):
        return False
    if addresses.is_outside(url):
        parts = urlsplit(url)
        return parts.path.strip("/") not in ("", "index.html", "index.htm", "index.shtml") and not host_of(
            url
        ).endswith("conac.cn")
    return url.partition("#")[0].rstrip("/") != addresses.origin


class _Menus:
    """Which link stands above which in nested menus: 政务公开 above 通知公告 in its drop-down."""

    def __init__(self, page: Outline) -> None:
        self._page = page
        self._holders: dict[int, list[int]] = defaultdict(list)
        self._holder: dict[int, int] = {}
        for index in page.links:
            holder = page.boxes[index].parent
            while holder > 0 and page.boxes[holder].tag in INLINE:
                holder = page.boxes[holder].parent
            self._holders[holder].append(index)
            self._holder[index] = holder

    def parents(self, index: int) -> tuple[str, ...]:
        names: list[str] = []
        below = self._holder[index]
        for level, around in enumerate(self._page.above(below)):
            box = self._page.boxes[around]
            if level > 12 or box.tag in ("body", "html"):
                break
            head = self._head(around, below)
            if head is not None and head < index:
                name = clean(self._page.text(self._page.boxes[head].start, self._page.boxes[head].end))
                if 2 <= len(name) <= NAME and not NOT_COLUMNS.search(name):
                    names.append(name)
            below = around
        return tuple(dict.fromkeys(reversed(names)))

    def _head(self, around: int, below: int) -> int | None:
        """The one link that stands in a menu's item itself, or in the `<dt>` beside the `<dd>`s."""
        box, heads = self._page.boxes[around], self._holders.get(around)
        if heads and (
            box.tag in ("li", "td", "dd")
            or (box.tag == "div" and len(heads) == 1 and self._is_repeated(around))
        ):
            return heads[0]
        if box.tag == "dl" and self._page.boxes[below].tag == "dd":
            terms = [
                holder
                for holder in self._holders
                if self._page.boxes[holder].tag == "dt" and self._page.boxes[holder].parent == around
            ]
            return self._holders[terms[0]][0] if len(terms) == 1 else None
        return None

    def _is_repeated(self, around: int) -> bool:
        box = self._page.boxes[around]
        alike = (
            each
            for each in self._page.boxes
            if each.parent == box.parent and each.tag == box.tag and each.ident == box.ident
        )
        return sum(1 for _ in alike) >= 2


def _from_more(page: Outline, addresses: Addresses) -> Iterator[ColumnLink]:
    """更多 beside a heading: the heading is the column's name; a heading that is a link names its column itself."""
    for index in page.links[:LINKS_READ]:
        box = page.boxes[index]
        if box.end - box.start > 3:
            continue
        text = clean(page.text(box.start, box.end))
        title = clean(box.attributes.get("title") or box.attributes.get("#alt") or "")
        if not (MORE.match(text) or (not text and MORE_TITLE.match(title))) or box.template:
            continue
        url = addresses.absolute(box.attributes.get("href"))
        if not url or is_article(url):
            continue
        name = MORE_TITLE.sub("", title).strip()
        if not 2 <= len(name) <= NAME:
            name = _heading_beside(page, index)
        if name and not NOT_COLUMNS.search(name):
            yield ColumnLink(name, url, "more")


def _heading_beside(page: Outline, index: int) -> str:
    start = page.boxes[index].start
    for level, around in enumerate(page.above(index)):
        box = page.boxes[around]
        if level > 5 or box.tag in ("body", "html"):
            return ""
        names = [text.strip(SEPARATORS) for text in page.texts[max(box.start, start - 30) : start]]
        names = [
            text
            for text in names
            if 2 <= len(text) <= NAME and not MORE.match(text) and not re.search(r"\d{2}", text)
        ]
        if names:
            return names[0] if level <= 3 else names[-1]
        after = [text for text in page.texts[box.end - 1 : box.end] if 2 <= len(text) <= 12]
        if after and not MORE.match(after[0]) and box.end - box.start <= 3:
            return after[0]
    return ""
