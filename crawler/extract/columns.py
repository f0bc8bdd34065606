"""The columns that a page points to: its breadcrumb, its navigation, its side menu, and the 更多 links of a home page.

Source: design.md part 5. Names are the page's own words; whether a link is a column with a duty to be updated is for
the office's register and for the checks.
"""

import re
from collections.abc import Iterator, Sequence

from crawler.extract.addresses import Addresses, is_article
from crawler.extract.cleaning import clean
from crawler.extract.menus import NAME, NOT_COLUMNS, menu_links
from crawler.extract.outline import Outline
from crawler.extract.rows import LINKS_READ
from crawler.extract.tags import INLINE
from crawler.observations import ColumnLink

CRUMB_WORDS = re.compile(
    r"(您|你)?(当前|所在|现在)(的|所在)?(位置|栏目|页面)|(您|你)(现在)?(所)?在(的)?位置|^位置\s*[:：]|^当前(位置)?[:：]"
)
MORE = re.compile(r"^[\[【(（+<>·\s]*(查看)?(更\s*多|MORE)\s*(信息|内容|新闻)?[\]】)）+<>»›…·.\s]*$", re.I)
MORE_TITLE = re.compile(r"^(查看)?更多[:：]?")
STEPS = re.compile(r"\s*[>》»›→＞〉]+\s*")
SEPARATORS = " >》»›/-—–|·:：→＞〉"


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
    for index in (*page.above(box), *range(box, page.boxes[box].last + 1)):
        inner = page.boxes[index]
        if start <= inner.start and inner.end <= end and inner.start < inner.end:
            zones[index] = "crumb"
    return start, end


def _crumb_box(page: Outline, zones: Sequence[str]) -> tuple[int, int]:
    boxes = page.boxes
    for index, text in enumerate(page.texts):
        if (
            len(text) <= 40
            and ("位置" in text or "当前" in text or "现在" in text or "所在" in text)
            and CRUMB_WORDS.search(text)
            and zones[page.owner[index]] not in ("foot", "friend")
        ):
            box = page.owner[index]
            for _ in range(0 if _is_whole_trail(text) else 3):
                parent = boxes[box].parent
                if _holds_link(page, box) or parent < 1 or boxes[parent].end - boxes[parent].start > 24:
                    break
                box = parent
            return box, index
    for index in page.links:
        if "currchnlcls" in boxes[index].chain.look.ident:
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


def _is_whole_trail(text: str) -> bool:
    """The steps stand in the text itself, without links: 当前位置：首页 > 政务要闻. What follows is not of the trail."""
    steps = STEPS.split(CRUMB_WORDS.sub("", text))
    return len(steps) > 1 and bool(steps[-1].strip(SEPARATORS))


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
        for piece in STEPS.split(text):
            piece = piece.strip(SEPARATORS).strip()
            if (
                piece
                and piece not in ("首页", "网站首页", "首 页", "主页", "的位置", "位置")
                and len(piece) <= NAME
            ):
                names.append(piece)
    return tuple(dict.fromkeys(names))


def column_links(
    page: Outline,
    addresses: Addresses,
    zones: Sequence[str],
    crumb: tuple[int, int],
    trail: tuple[str, ...],
    *,
    is_home: bool,
) -> tuple[ColumnLink, ...]:
    """Every link to a column, each address once; marks go before navigation, navigation before 更多 and menus.

    `trail`: the names of the breadcrumb.
    """
    found: dict[str, ColumnLink] = {}
    own = addresses.base.partition("#")[0]
    for link in _from_crumb(page, addresses, crumb):
        found.setdefault(link.url, link)
    menus = list(menu_links(page, addresses, zones, crumb, is_home=is_home))
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


def _from_more(page: Outline, addresses: Addresses) -> Iterator[ColumnLink]:
    """更多 beside a heading: the heading is the column's name; a heading that is a link names its column itself."""
    for index in page.links[:LINKS_READ]:
        box = page.boxes[index]
        if box.end - box.start > 3:
            continue
        text = clean(page.text(box.start, box.end))
        title = clean(box.attributes.get("title") or page.alts.get(index) or "")
        if not (MORE.match(text) or (not text and MORE_TITLE.match(title))) or box.chain.template:
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
