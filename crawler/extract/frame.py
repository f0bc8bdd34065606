"""What sibling pages of one site share is frame: menus, hot lists, related links, foot (design.md part 5).

A row that stands on most pages, in the same place, tells nothing about any one of them. With one page there is nothing
to compare, and with two an item may well stand on a column and on its parent: then only what carries no date is frame.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crawler.extract.blocks import Block
from crawler.extract.skimmed import Skim
from crawler.observations import Row

SHARE = 0.6
"""A link on more than this part of the pages is frame."""
PAGES_FOR_LISTS = 3
"""A list with dates is frame only if it stands unchanged on this many pages of different columns."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What another page lists under its own name, and the names of the columns that it hangs below."""

    rows: frozenset[str]
    above: frozenset[str]
    folder: str
    """Its address up to the last `/`: a list that a script loads is not in `rows`, but its items may lie there."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Links, whole lists, texts and pictures that are no page's own; `pages`: how many were compared; `neighbours`: by name."""

    pages: int = 0
    links: frozenset[Key] = frozenset()
    lists: frozenset[frozenset[str]] = frozenset()
    texts: frozenset[str] = frozenset()
    pictures: frozenset[str] = frozenset()
    neighbours: Mapping[str, Neighbour] = field(default_factory=dict)
    list_boxes: frozenset[str] = frozenset()
    """The boxes in which several pages have their lists, by what they are called."""
    one_title: frozenset[str] = frozenset()
    """Titles that look like the home page's and stand on pages of different content: they tell nothing about any one."""

    @property
    def is_known(self) -> bool:
        return self.pages >= PAGES_FOR_LISTS

    def own_rows(self, block: Block) -> tuple[Row, ...]:
        """The block's rows that belong to the page itself."""
        if not self.pages:
            return block.rows
        if len(block.rows) >= 2 and _list_key(block) in self.lists:
            return ()
        return tuple(
            row
            for row in block.rows
            if (f"{block.shape} {block.heading}", row.url or row.title) not in self.links
        )

    def is_of_neighbour(self, page: Skim, block: Block) -> bool:
        """The block shows, under the name of another column that does not hang below this page, what is listed there."""
        there = self.neighbours.get(block.heading)
        if there is None or block.heading in page.names or (page.names and page.names[-1] in there.above):
            return False
        is_apart = not page.url.startswith(there.folder)
        lie_there = (is_apart and row.url.startswith(there.folder) for row in block.rows)
        return max(sum(lie_there), len(there.rows & _list_key(block))) * 2 > len(block.rows)


def frame_of(skims: Iterable[Skim]) -> Frame:
    """What the pages share. Pages of one name (one column at several addresses, its pages 2 and 3) count once."""
    skims = list(skims)
    pages = _one_a_name(skims)
    if len(pages) < 2:
        return Frame(len(pages))
    links: Counter[Key] = Counter()
    dated: set[Key] = set()
    texts: Counter[str] = Counter()
    pictures: Counter[str] = Counter()
    lists: Counter[frozenset[str]] = Counter()
    beside_others: Counter[frozenset[str]] = Counter()
    with_days: set[frozenset[str]] = set()
    for page in pages:
        seen: set[Key] = set()
        whole: set[frozenset[str]] = set()
        for block in page.blocks:
            key = _list_key(block)
            if sum(1 for row in block.rows if row.date) >= 2:
                with_days.add(key)
            # The menu of a column and its children stands on all of them, and they are its own.
            if not block.is_menu:
                whole.add(key)
            rows = [(f"{block.shape} {block.heading}", row.url or row.title) for row in block.rows]
            seen.update(rows)
            dated.update(rows if block.dated else ())
        links.update(seen)
        lists.update(whole)
        if len(whole) > 1:
            beside_others.update(whole)
        texts.update({*page.texts, *page.set_aside})
        signs = page.signals
        pictures.update({*signs.pictures, *signs.doubtful_pictures, *signs.offered})
    least = max(2, int(len(pages) * SHARE) + 1)
    return Frame(
        len(pages),
        frozenset(
            key
            for key, count in links.items()
            if count >= (max(least, PAGES_FOR_LISTS) if key in dated else least)
        ),
        frozenset(
            key
            for key, count in lists.items()
            if count >= (PAGES_FOR_LISTS if key in with_days else max(least, PAGES_FOR_LISTS))
            # Papers without days may be all that several columns have: then they are no slider above what is listed.
            and (key in with_days or beside_others[key] >= PAGES_FOR_LISTS)
        ),
        frozenset(text for text, count in texts.items() if count >= least),
        frozenset(source for source, count in pictures.items() if count >= least),
        _neighbours(pages),
        _list_boxes(pages),
        _one_title(skims),
    )


def _one_title(skims: Iterable[Skim]) -> frozenset[str]:
    """The home page that a server shows at every dead address has one content, however many addresses there are."""
    contents: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for page in skims:
        if page.is_home:
            rows = (row.title for block in page.blocks for row in block.rows)
            contents[page.title].add((*page.texts, *rows))
    return frozenset(title for title, each in contents.items() if len(each) >= PAGES_FOR_LISTS)


def _list_boxes(pages: Iterable[Skim]) -> frozenset[str]:
    """A row's shape is the path to it; the box of its list is one of the last steps of that, if it has a class."""
    boxes: Counter[str] = Counter()
    for page in pages:
        shapes = {block.shape for block in page.blocks if block.dated >= 2 and not block.region}
        boxes.update({step for shape in shapes for step in shape.split("/")[-4:-1]})
    return frozenset(box for box, count in boxes.items() if count >= 2 and not box.endswith("."))


def _neighbours(pages: Iterable[Skim]) -> dict[str, Neighbour]:
    return {
        page.names[-1]: Neighbour(
            frozenset().union(*map(_list_key, page.blocks)),
            frozenset(page.names[:-1]),
            page.url.rsplit("/", 1)[0] + "/",
        )
        for page in pages
        if page.names
    }


def _one_a_name(skims: Iterable[Skim]) -> list[Skim]:
    every = list(skims)
    named: dict[str, Skim] = {}
    for page in every:
        named.setdefault(page.name or page.url, page)
    if len(named) * 2 <= len(every):  # names that do not tell pages apart: addresses do
        return list({page.url: page for page in every}.values())
    return list(named.values())


def _list_key(block: Block) -> frozenset[str]:
    return frozenset(row.url or row.title for row in block.rows)
