"""The repeated rows of a page: links of one shape, the box that each has for itself, and the date in that box.

Two links have one shape if the same boxes lie around them. The row of a link is the largest box that holds no other
link of its shape: this finds `<li>`, `<tr>`, cards, whole-card links, pop-ups inside rows and rows with two links
alike, without knowing any builder's class names (corpus part 4, pitfalls 1 to 5).
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from crawler.extract.addresses import Addresses, is_article, is_column
from crawler.extract.outline import Outline
from crawler.extract.regions import FRAME
from crawler.extract.rowdates import dated
from crawler.extract.titles import TITLE, is_paging, is_title, link_title, longest
from crawler.observations import Row

LINKS_READ = 4000
ONE_ROW = 6
"""A lone link's row holds at most so many pieces of text; what is larger is the content around it."""
ROW_TAGS = frozenset({"li", "tr", "dl", "article"})
LINKLESS = frozenset({"li", "tr", "dl"})
LISTS = frozenset({"ul", "ol", "table", "tbody", "body", "html", "#root", "main", "form"})


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one shape. `dated` counts those with a date of their own text, `articles` those whose address is an item's."""

    shape: str
    region: str
    heading: str
    rows: tuple[Row, ...]
    dated: int
    articles: int
    spans: tuple[tuple[int, int], ...]
    hidden: bool = False
    linked: bool = True

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    @property
    def title_length(self) -> float:
        return sum(len(row.title) for row in self.rows) / len(self.rows)

    @property
    def is_menu(self) -> bool:
        """Links to other columns rather than to items: short names without dates."""
        if self.dated:
            return False
        if self.articles * 2 > len(self.rows):
            return self.title_length < 5
        columns = sum(1 for row in self.rows if is_column(row.url))
        few = len(self.rows) < 2
        return self.title_length < 9 or few or (columns * 2 > len(self.rows) and self.title_length < 16)


row = lru_cache(maxsize=8192)(Row)
"""Side lists show the same rows on all pages of a site; one object each is enough."""


@dataclass(slots=True)
class _Link:
    box: int
    url: str
    title: str
    unit: int = 0
    home: int = -1
    """The list that the row is in."""


def blocks(page: Outline, addresses: Addresses, today: date, zones: Sequence[str]) -> list[Block]:
    """All repeated rows of the page in document order, except in menus and feet: nobody looks for a list there."""
    shapes = _by_shape(page, addresses, zones)
    _find_units(page, shapes)
    found = [_block(page, shape, links, zones, today) for shape, links in _without_doubles(page, shapes)]
    found.extend(_linkless(page, {link.unit for links in shapes.values() for link in links}, zones, today))
    outer = [block for block in found if block.dated]
    kept = [
        block for block in found if not any(_is_inside(block, each) for each in outer if each is not block)
    ]
    return sorted(kept, key=lambda block: block.start)


def _is_inside(block: Block, outer: Block) -> bool:
    """All rows of the block stand within single rows of the other: links of a pop-up, no rows of their own."""
    starts = [start for start, _ in outer.spans]
    for start, end in block.spans:
        at = bisect_right(starts, start) - 1
        if at < 0 or end > outer.spans[at][1] or (start, end) == outer.spans[at]:
            return False
    return True


def _by_shape(page: Outline, addresses: Addresses, zones: Sequence[str]) -> dict[str, list[_Link]]:
    shapes: dict[str, list[_Link]] = defaultdict(list)
    boxes = page.boxes
    for index in page.links[:LINKS_READ]:
        box = boxes[index]
        if zones[index] in FRAME or box.chain.template:
            continue
        href = box.attributes.get("href")
        url = addresses.absolute(href)
        if not url and not (href is not None and box.attributes.get("onclick")):
            continue
        title = link_title(page, index)
        if len(title) >= 14 or is_title(title):
            shapes[boxes[box.parent].chain.shape].append(_Link(index, url, title))
    return {shape: _titles_only(page, links) for shape, links in shapes.items()}


def _titles_only(page: Outline, links: list[_Link]) -> list[_Link]:
    """Of several links in one `<li>` ([政务公开] 关于做好……的通知 PDF) the title, if it is much the longest."""
    if len(links) < 2 or all(len(link.title) <= 10 for link in links):
        return links
    together: dict[int, list[_Link]] = defaultdict(list)
    for link in links:
        together[_row_around(page, link.box)].append(link)
    if len(together) == len(links):
        return links
    kept: list[_Link] = []
    for beside in together.values():
        longest = max(beside, key=lambda link: len(link.title))
        others = [link for link in beside if link is not longest]
        if len(beside) <= 4 and all(
            len(link.title) <= 10 and len(link.title) * 2 <= len(longest.title) for link in others
        ):
            kept.append(longest)
        else:
            kept.extend(beside)
    return kept


def _row_around(page: Outline, box: int) -> int:
    """The `<li>` or `<tr>` around a link; a number of its own if there is none."""
    boxes = page.boxes
    around = boxes[box].parent
    while around >= 0:
        if boxes[around].tag in ROW_TAGS:
            return around
        around = boxes[around].parent
    return -box


def _find_units(page: Outline, shapes: dict[str, list[_Link]]) -> None:
    """Give each link its row: the largest box around it without another link of the same shape."""
    starts = [page.boxes[link].start for link in page.links]
    for links in shapes.values():
        if len(links) == 1:
            _find_lone_unit(page, links[0], starts)
            continue
        in_order = [-1, *sorted(link.box for link in links), len(page.boxes)]
        for link in links:
            place = bisect_left(in_order, link.box)
            _find_unit(page, link, in_order[place - 1], in_order[place + 1])


def _find_unit(page: Outline, link: _Link, before: int, after: int) -> None:
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


def _find_lone_unit(page: Outline, link: _Link, starts: list[int]) -> None:
    """Nothing to compare with: a row's tag tells, or the box must be small. `starts`: where the page's links are."""
    link.unit = link.box
    for around in page.above(link.box):
        box = page.boxes[around]
        if box.tag in LISTS:
            break
        if box.tag not in ROW_TAGS and (
            box.end - box.start > ONE_ROW or bisect_left(starts, box.end) - bisect_left(starts, box.start) > 1
        ):
            break
        link.unit = around
        if box.tag in ROW_TAGS:
            break


def _without_doubles(page: Outline, shapes: dict[str, list[_Link]]) -> Iterator[tuple[str, list[_Link]]]:
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
            if best[link.unit][1] == shape and (link.url or page.boxes[link.unit].tag in ROW_TAGS)
        ]
        first = 0
        for index in range(1, len(kept) + 1):
            if index == len(kept) or _are_apart(page, kept[index - 1], kept[index]):
                yield shape, kept[first:index]
                first = index


def _are_apart(page: Outline, one: _Link, other: _Link) -> bool:
    """Lists are read as one (groups of five, tabs) if they stand in one box and no heading stands between them."""
    if one.home == other.home:
        return False
    if one.home < 0 or other.home < 0 or page.boxes[one.home].parent != page.boxes[other.home].parent:
        return True
    between = page.texts[page.boxes[one.unit].end : page.boxes[other.unit].start]
    return any(re.search(r"[\u4e00-\u9fff]{2}", text) for text in between)


def _block(page: Outline, shape: str, links: list[_Link], zones: Sequence[str], today: date) -> Block:
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
    )


def _room(page: Outline, links: list[_Link]) -> tuple[int, int]:
    """The text of the box that the rows stand in."""
    around = page.boxes[page.boxes[links[0].unit].parent]
    return around.start, around.end


def _heading(page: Outline, unit: int) -> str:
    """The words that stand right above the rows."""
    start = page.boxes[unit].start
    for level, index in enumerate(page.above(unit)):
        box = page.boxes[index]
        if box.start < start:
            pieces = [text for text in page.texts[max(box.start, start - 3) : start] if not is_paging(text)]
            return pieces[-1][:30] if pieces else ""
        if level > 4:
            break
    return ""


def _linkless(page: Outline, taken: set[int], zones: Sequence[str], today: date) -> Iterator[Block]:
    """Rows without a link of their own (letters shown in full, tables of figures): a date and some words, repeated."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index in [index for index, box in enumerate(page.boxes) if box.tag in LINKLESS]:
        box = page.boxes[index]
        if (
            2 <= box.end - box.start <= 40
            and index not in taken
            and zones[index] not in FRAME
            and not box.chain.template
            and not page.holds_link(index)
        ):
            groups[page.boxes[box.parent].chain.shape].append(index)
    for shape, units in groups.items():
        spans = [(page.boxes[unit].start, page.boxes[unit].end) for unit in units]
        titles = [(longest(page, *span), "") for span in spans]
        dates = dated(page, spans, titles, today, (spans[0][0], spans[-1][1]))
        rows = tuple(
            Row(title[:TITLE], "", day, source)
            for (title, _), (day, source) in zip(titles, dates, strict=True)
            if day and len(title) >= 4
        )
        if len(rows) >= 2:
            yield Block(
                shape,
                zones[units[0]],
                _heading(page, units[0]),
                rows,
                len(rows),
                0,
                tuple(spans),
                linked=False,
            )
