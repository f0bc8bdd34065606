"""Which of a page's lists are its own: not those of its frame, of other columns, or beside its content."""

from collections.abc import Iterator
from dataclasses import replace

from crawler.extract.addresses import is_article, is_column
from crawler.extract.blocks import A_TITLE, Block
from crawler.extract.frame import Frame
from crawler.extract.lone import are_of_others
from crawler.extract.regions import FRAME
from crawler.extract.skimmed import Skim
from crawler.observations import Row


class Lists:
    """The lists of one page beside its siblings; found once, for everything that is asked of them."""

    def __init__(self, page: Skim, frame: Frame) -> None:
        self.page, self.frame = page, frame
        self._candidates = list(_candidates(page, frame))
        self.content: list[Block] = []
        self.aside: list[Block] = []
        """Beside the content; no comparison with siblings has shown them to be frame."""
        for block in self._candidates:
            if block.is_menu or (not block.dated and len(block.rows) < 2 and not block.articles):
                continue
            beside = block.region in ("side", "head", "hot") or _is_above(page, block)
            if beside and _is_heading(block):
                continue
            (self.aside if beside else self.content).append(block)
        self.are_of_others = are_of_others(page, frame, self.content)

    def own(self) -> list[Block]:
        """The lists that are this page's own content."""
        if not self.content and self.frame.is_known:
            return self.aside
        if self.are_of_others:
            return []
        return _main_list(self.page, _without_neighbours(self.page, self.frame, self.content))

    def links(self) -> Iterator[Block]:
        """Links below the breadcrumb that lead somewhere, whatever they are."""
        for block in self._candidates:
            rows = tuple(row for row in block.rows if row.url)
            if rows and not block.region and block.start >= self.page.signals.crumb_end:
                yield _with_rows(block, rows)


def _without_neighbours(page: Skim, frame: Frame, lists: list[Block]) -> list[Block]:
    """A block or two of other columns below the page's own list, or below the box where it would stand; a page that shows
    more of them is made of them."""
    own = [block for block in lists if not frame.is_of_neighbour(page, block)]
    theirs = len(lists) - len(own)
    signs = page.signals
    says_empty = signs.list_box or signs.empty_words or signs.empty_boxes & frame.list_boxes
    if theirs > 2 or not (any(block.dated for block in own) or says_empty):
        return lists
    return own


def _candidates(page: Skim, frame: Frame) -> Iterator[Block]:
    """The page's blocks without what belongs to its frame, or says itself that it does not belong to the column."""
    for block in page.blocks:
        is_named = block.heading in page.names
        if block.region in FRAME or (block.is_hot and not is_named):
            continue
        if rows := frame.own_rows(block):
            kept = _with_rows(block, rows)
            yield replace(kept, region="") if is_named and kept.region == "hot" else kept


def _is_above(page: Skim, block: Block) -> bool:
    """Above the breadcrumb stand notices and headlines of the whole site, and columns to the left."""
    return block.end <= page.signals.crumb_end and not block.is_answer and not page.is_home


def _is_heading(block: Block) -> bool:
    """A name that leads to a column, dated by the first of that column's items below it."""
    row = block.rows[0]
    return len(block.rows) == 1 and len(row.title) < A_TITLE and is_column(row.url)


def _with_rows(block: Block, rows: tuple[Row, ...]) -> Block:
    if len(rows) == len(block.rows):
        return block
    dated = sum(1 for row in rows if row.date and row.date_source != "url")
    spans = tuple(span for span, row in zip(block.spans, block.rows, strict=True) if row in rows)
    articles = sum(1 for row in rows if is_article(row.url))
    return replace(block, rows=rows, dated=dated, articles=articles, spans=spans)


def _main_list(page: Skim, lists: list[Block]) -> list[Block]:
    """Where a pager stands, the list before it is the column's; lists elsewhere on the page are not."""
    pager = page.signals.pager
    before = [block for block in lists if block.dated and block.start < pager and not block.is_answer]
    if pager < 0 or page.is_home or not before:
        return lists
    main = max(before, key=lambda block: (len(block.rows), block.start))
    path = main.shape.split("/")
    kept = []
    for block in lists:
        other = block.shape.split("/")
        common = next(
            (index for index, (one, two) in enumerate(zip(path, other, strict=False)) if one != two),
            min(len(path), len(other)),
        )
        if block is main or common >= len(path) - 2 or block.is_answer:
            kept.append(block)
    return kept
