"""The repeated rows of a page: links of one shape, the box that each has for itself, and the date in that box.

Two links have one shape if the same boxes lie around them. The row of a link is the largest box that holds no other
link of its shape: this finds `<li>`, `<tr>`, cards, whole-card links, pop-ups inside rows and rows with two links
alike, without knowing any builder's class names (corpus part 4, pitfalls 1 to 5).
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from crawler.extract.addresses import Addresses, is_article, is_column
from crawler.extract.blocks import A_TITLE, Block
from crawler.extract.groups import YEAR, by_headings
from crawler.extract.outline import LEAST_ROWS, Outline
from crawler.extract.pinned import is_pinned
from crawler.extract.regions import FRAME
from crawler.extract.row_links import (
    LINKS_READ,
    ROW_TAGS,
    Link,
    bare_pictures,
    by_shape,
    holds_words_that_link,
)
from crawler.extract.rowdates import dated
from crawler.extract.titles import TITLE, is_paging, is_title, link_title, longest
from crawler.observations import Row

ONE_ROW = 6
"""A lone link's row holds at most so many pieces of text; what is larger is the content around it."""
LINKLESS = frozenset({"li", "tr", "dl"})
APART = re.compile(r"[\u4e00-\u9fff]{2}|^\W*(?:19|20)\d\d\s*[-/.年]?")
"""A heading, be it only a year or a day."""
SHORTEST_CAPTION = 4
FEWEST_WORDS = 3
"""Characters beside a name that say more of it (副市长)."""
A_DAY = re.compile(r"\d\s*[-/.月]\s*\d")
CHINESE = re.compile(r"[\u3400-\u9fff]")
LISTS = frozenset({"ul", "ol", "table", "tbody", "body", "html", "#root", "main", "form"})

row = lru_cache(maxsize=8192)(Row)
"""Side lists show the same rows on all pages of a site; one object each is enough."""


def blocks(
    page: Outline, addresses: Addresses, today: date, zones: Sequence[str], start: int = 0
) -> list[Block]:
    """All repeated rows of the page in document order. Menus and feet are only searched if there is no list elsewhere
    below `start`, the end of the breadcrumb: builders also give lists such names as `navcon` or `search-list`."""
    found = _found(page, addresses, today, zones, below=start)
    has_list = any(block.start >= start and not block.is_menu and not block.is_hot for block in found)
    if not has_list and _frame_may_list(page, zones, start):
        found += _in_frame(page, addresses, today, zones, start)
    return sorted(by_headings(found, page.texts, today), key=lambda block: block.start)


def _found(
    page: Outline,
    addresses: Addresses,
    today: date,
    zones: Sequence[str],
    start: int = 0,
    *,
    below: int = 0,
    in_frame: bool = False,
) -> list[Block]:
    shapes = by_shape(page, addresses, zones, start, in_frame=in_frame)
    _find_units(page, shapes, below)
    found = [_block(page, shape, links, zones, today) for shape, links in _without_doubles(page, shapes)]
    units = {link.unit for links in shapes.values() for link in links}
    found.extend(_linkless(page, units, zones, today, in_frame=in_frame))
    if not in_frame:
        found.extend(_captioned(page, addresses, zones, today))
    outer = [block for block in found if block.dated]
    return [
        block for block in found if not any(_is_inside(block, each) for each in outer if each is not block)
    ]


def _frame_may_list(page: Outline, zones: Sequence[str], start: int) -> bool:
    """Whole titles, or short pieces with a day in them, where only names of columns should stand."""
    for index in page.links[:LINKS_READ]:
        box = page.boxes[index]
        if box.start >= start and zones[index] in FRAME:
            words = page.texts[box.start] if box.end > box.start else link_title(page, index)
            if len(words) >= A_TITLE and is_title(words):
                return True
    return any(
        len(text) <= 20 and zones[page.owner[index]] in FRAME and A_DAY.search(text)
        for index, text in enumerate(page.texts[start:], start)
    )


def _in_frame(
    page: Outline, addresses: Addresses, today: date, zones: Sequence[str], start: int
) -> list[Block]:
    """Lists in what is called a menu or a foot: no menu has dates, and few lead to items with whole titles.

    Whole titles alone, or a single row, keep the name of their region: they are a doubt, not a list."""
    kept: list[Block] = []
    for block in _found(page, addresses, today, zones, start, in_frame=True):
        size, has_titles = len(block.rows), block.title_length >= A_TITLE
        if block.start < start or block.is_hot:
            continue
        if size > 1 and (block.dated * 2 > size or (block.articles * 2 > size and has_titles)):
            kept.append(replace(block, region=""))
        elif block.dated or (has_titles and not all(_leads_on(row.url, addresses) for row in block.rows)):
            kept.append(block)
    return kept


def _leads_on(url: str, addresses: Addresses) -> bool:
    """To another site or to a column, or nowhere."""
    return not url or is_column(url) or (addresses.is_outside(url) and not is_article(url))


def _is_inside(block: Block, outer: Block) -> bool:
    """All rows of the block stand within single rows of the other: links of a pop-up, no rows of their own."""
    starts = [start for start, _ in outer.spans]
    for start, end in block.spans:
        at = bisect_right(starts, start) - 1
        if at < 0 or end > outer.spans[at][1] or (start, end) == outer.spans[at]:
            return False
    return True


def _find_units(page: Outline, shapes: dict[str, list[Link]], below: int = 0) -> None:
    """Give each link its row: the largest box around it without another link of the same shape. `below`: where the
    breadcrumb ends, which is of no row."""
    starts = [page.boxes[link].start for link in page.links]
    for links in shapes.values():
        if len(links) == 1:
            _find_lone_unit(page, links[0], starts, below)
            continue
        in_order = [-1, *sorted(link.box for link in links), len(page.boxes)]
        for link in links:
            place = bisect_left(in_order, link.box)
            _find_unit(page, link, in_order[place - 1], in_order[place + 1])


def _find_unit(page: Outline, link: Link, before: int, after: int) -> None:
    """`before` and `after` are the nearest links of the same shape: a box that holds one of them is no row."""
    boxes = page.boxes
    link.unit = link.box
    around = boxes[link.box].parent
    while around >= 0:
        box = boxes[around]
        if box.tag in LISTS or before > around or after <= box.last:
            break
        link.unit = around
        around = box.parent
        if box.tag in ROW_TAGS:
            break
    while around >= 0 and (
        boxes[around].tag in ("tr", "tbody", "li") or not (before > around or after <= boxes[around].last)
    ):
        around = boxes[around].parent
    link.home = around


def _find_lone_unit(page: Outline, link: Link, starts: list[int], below: int) -> None:
    """Nothing to compare with: a row's tag tells, or the box must be small. `starts`: where the page's links are."""
    link.unit = link.box
    for around in page.above(link.box):
        box = page.boxes[around]
        if box.tag in LISTS or box.start < below <= page.boxes[link.box].start:
            break
        if box.tag not in ROW_TAGS and (
            box.end - box.start > ONE_ROW or bisect_left(starts, box.end) - bisect_left(starts, box.start) > 1
        ):
            break
        link.unit = around
        if box.tag in ROW_TAGS:
            break


def _without_doubles(page: Outline, shapes: dict[str, list[Link]]) -> Iterator[tuple[str, list[Link]]]:
    """If links of two shapes have the same rows (title and download, title and pop-up), the longer titles win."""
    best: dict[int, tuple[float, str]] = {}
    for shape, links in shapes.items():
        weight = sum(len(link.title) for link in links) / len(links) / (1 + shape.count("/") / 10)
        for link in links:
            if link.unit not in best or best[link.unit][0] < weight:
                best[link.unit] = (weight, shape)
    for shape, links in shapes.items():
        kept = [
            link
            for link in links
            if best[link.unit][1] == shape
            and (link.url or page.boxes[link.unit].tag in ROW_TAGS or len(link.title) >= A_TITLE)
        ]
        first = 0
        for index in range(1, len(kept) + 1):
            if index == len(kept) or _are_apart(page, kept[index - 1], kept[index]):
                yield shape, kept[first:index]
                first = index


def _are_apart(page: Outline, one: Link, other: Link) -> bool:
    """Lists are read as one (groups of five, tabs) if they stand in one box and no heading stands between them."""
    if one.home == other.home:
        return False
    if one.home < 0 or other.home < 0 or page.boxes[one.home].parent != page.boxes[other.home].parent:
        return True
    between = page.texts[page.boxes[one.unit].end : page.boxes[other.unit].start]
    return any(APART.search(text) for text in between)


def _block(page: Outline, shape: str, links: list[Link], zones: Sequence[str], today: date) -> Block:
    boxes = page.boxes
    spans = [(boxes[link.unit].start, boxes[link.unit].end) for link in links]
    dates = dated(page, spans, [(link.title, link.url) for link in links], today, _room(page, links))
    rows: list[Row] = []
    kept: list[tuple[int, int]] = []
    seen: set[str] = set()
    with_date = articles = 0
    for link, span, (day, source) in zip(links, spans, dates, strict=True):
        if link.url:
            if link.url in seen:
                continue
            seen.add(link.url)
            articles += is_article(link.url)
        kept.append(span)
        rows.append(row(link.title, link.url, day, source))
        with_date += day is not None and source != "url"
    return Block(
        shape,
        zones[links[0].box],
        _heading(page, links[0].unit),
        tuple(rows),
        with_date,
        articles,
        tuple(kept),
        hidden=all(boxes[link.unit].chain.hidden for link in links),
        explained=not with_date and _are_explained(page, rows, kept),
        pinned=with_date > 0 and all(is_pinned(page, link.unit) for link in links),
    )


def _are_explained(page: Outline, rows: Sequence[Row], spans: Sequence[tuple[int, int]]) -> bool:
    """Words beside the links in most rows; only asked of short titles, which could be a menu's."""
    if len(rows) < 2 or sum(len(row.title) for row in rows) >= A_TITLE * len(rows):
        return False
    beside = sum(
        len(
            CHINESE.findall(
                "".join(page.texts[index] for index in range(*span) if not page.places[index].in_link)
            )
        )
        >= FEWEST_WORDS
        for span in spans
    )
    return beside * 2 > len(rows)


def _room(page: Outline, links: list[Link]) -> tuple[int, int]:
    """The text of the box that the rows stand in."""
    around = page.boxes[page.boxes[links[0].unit].parent]
    return around.start, around.end


def _heading(page: Outline, unit: int) -> str:
    """The words that stand right above the rows."""
    start = page.boxes[unit].start
    for level, index in enumerate(page.above(unit)):
        box = page.boxes[index]
        if box.start < start:
            near = page.texts[max(box.start, start - 3) : start]
            pieces = [text for text in near if YEAR.fullmatch(text) or not is_paging(text)]
            return pieces[-1][:30] if pieces else ""
        if level > 4:
            break
    return ""


def _captioned(page: Outline, addresses: Addresses, zones: Sequence[str], today: date) -> Iterator[Block]:
    """Rows whose link is a picture without words: their titles stand below it."""
    shapes = bare_pictures(page, addresses, zones)
    _find_units(page, shapes)
    for shape, links in shapes.items():
        kept: list[Link] = []
        for link in links:
            unit = page.boxes[link.unit]
            link.title = longest(page, unit.start, unit.end)[:TITLE]
            if len(link.title) >= SHORTEST_CAPTION and not holds_words_that_link(page, link.unit):
                kept.append(link)
        if len(kept) >= LEAST_ROWS:
            yield _block(page, shape, kept, zones, today)


def _linkless(
    page: Outline, taken: set[int], zones: Sequence[str], today: date, *, in_frame: bool
) -> Iterator[Block]:
    """Rows without a link of their own (letters shown in full, tables of figures): a date and some words, repeated."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index in [index for index, box in enumerate(page.boxes) if box.tag in LINKLESS]:
        box = page.boxes[index]
        if (
            2 <= box.end - box.start <= 40
            and index not in taken
            and (zones[index] in FRAME) == in_frame
            and not box.chain.template
            and not page.holds_link(index)
        ):
            groups[page.boxes[box.parent].chain.shape].append(index)
    for shape, units in groups.items():
        spans = [(page.boxes[unit].start, page.boxes[unit].end) for unit in units]
        titles = [(longest(page, *span), "") for span in spans]
        dates = dated(page, spans, titles, today, (spans[0][0], spans[-1][1]))
        rows = [
            (Row(title[:TITLE], "", day, source), span)
            for (title, _), (day, source), span in zip(titles, dates, spans, strict=True)
            if day and len(title) >= 4
        ]
        if len(rows) >= 2:
            yield Block(
                shape,
                zones[units[0]],
                _heading(page, units[0]),
                tuple(row for row, _ in rows),
                len(rows),
                0,
                tuple(span for _, span in rows),
                linked=False,
            )
