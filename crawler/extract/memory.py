"""What comes back on page after page of one site: its tags, and its menus and feet as a whole.

A `Memory` lives as long as one visit. It changes nothing of what is read, only how often the same markup is looked at.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from crawler.extract.tags import RARELY_TWICE, Chain, Opening, read_tag
from crawler.observations import ColumnLink

_read_common = lru_cache(maxsize=4096)(read_tag)
"""Tags other than links are much the same on all sites."""
TAGS_KEPT = 20_000
SHORT = 400
"""Characters of a tag and the text behind it up to which it is kept."""
PART_LENGTH = 4000
"""Tags in a part; what is longer is no menu, and would take long to compare."""
PARTS_KEPT = 4
"""Versions of one part: a menu may mark the column that its reader is in."""


class Box:
    """One element: what it hangs in, which pieces of text lie within it (`start` to `end`), the last box within it."""

    __slots__ = ("attributes", "chain", "end", "last", "parent", "start", "tag")

    def __init__(
        self,
        tag: str,
        parent: int,
        start: int,
        end: int,
        last: int,
        chain: Chain,
        attributes: Mapping[str, str],
    ) -> None:
        self.tag = tag
        self.parent = parent
        self.start = start
        self.end = end
        self.last = last
        self.chain = chain
        self.attributes = attributes

    def moved(self, boxes: int, texts: int) -> "Box":
        """The same further down on a page."""
        return Box(
            self.tag,
            self.parent + boxes,
            self.start + texts,
            self.end + texts,
            self.last + boxes,
            self.chain,
            self.attributes,
        )


@dataclass(slots=True, eq=False)
class Part:
    """What stands inside one menu, head or foot. `box`, `text`: the part's own box on the page and its first text."""

    pieces: list[str]
    box: int
    text: int
    boxes: list[Box]
    texts: list[str]
    owner: list[int]
    places: list[Chain]
    links: list[int]
    pictures: list[tuple[int, str]]
    alts: dict[int, str]
    fields: list[Mapping[str, str]]
    is_rooted: bool
    """Its links lead to the same places from whatever page."""
    columns: dict[tuple[str, bool, bool], list[ColumnLink]] = field(default_factory=dict)
    """Its links to columns, as menus.py has found them."""

    def move(self, box: int, text: int) -> None:
        """To another place: heads and menus mostly are where they were on the page before."""
        by, texts = box - self.box, text - self.text
        if not by and not texts:
            return
        self.box, self.text = box, text
        self.boxes = [each.moved(by, texts) for each in self.boxes]
        self.owner = [owner + by for owner in self.owner]
        self.links = [link + by for link in self.links]
        self.pictures = [(where + by, source) for where, source in self.pictures]
        self.alts = {where + by: words for where, words in self.alts.items()}


class Memory:
    """The tags and the parts that have been seen on this site."""

    def __init__(self) -> None:
        self.tags: dict[str, tuple[Opening | None, str]] = {}
        self._parts: dict[tuple[Chain, str], list[Part]] = {}

    def read(self, piece: str) -> tuple[Opening | None, str]:
        """A tag that has not been seen yet."""
        if len(piece) >= SHORT:
            return read_tag(piece)
        found = read_tag(piece) if piece.startswith(RARELY_TWICE) else _read_common(piece)
        if len(self.tags) >= TAGS_KEPT:
            self.tags.clear()
        self.tags[piece] = found
        return found

    def part(self, chain: Chain, pieces: list[str], at: int) -> Part | None:
        """The part whose opening tag is the piece before `at`, if all of it stands there word for word."""
        for part in self._parts.get((chain, pieces[at - 1]), ()):
            if pieces[at : at + len(part.pieces)] == part.pieces:
                return part
        return None

    def keep(self, chain: Chain, opening: str, part: Part) -> None:
        versions = self._parts.setdefault((chain, opening), [])
        versions.insert(0, part)
        del versions[PARTS_KEPT:]
