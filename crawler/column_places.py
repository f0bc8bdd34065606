"""Where a website's columns are: one place an address, and a path of names that does not depend on the order of links.

The register's addresses are places from the start, so that they are fetched whatever else is, and a 更多 of the home page
tells that there is a column. Neither tells where it hangs: blocks of a home page come and go from day to day, and paths
must not. That is for the menus to say, and where they say nothing of it, for the column's own breadcrumb; what nobody
says hangs at the top. Final paths are known only when all places are.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urldefrag, urlsplit

from crawler.calendars import Calendars
from crawler.extract.addresses import host_of
from crawler.extract.page import Skim
from crawler.extract.session_ids import without_session_id
from crawler.observations import ABOVE, ColumnLink, ColumnSource, Fetch, PageReading, Problem, Shown
from crawler.targets import ColumnEntry

Path = tuple[str, ...]

SOURCES: tuple[ColumnSource, ...] = ("mark", "navigation", "more", "menu", "map")
"""Whose word goes first where several links lead to one column."""
UNLISTED: tuple[ColumnSource, ...] = ("more", "register")
"""Who knows of a column without saying where it hangs, in the order in which such columns are placed."""
INDEX_FILES = ("", "index.html", "index.htm", "index.shtml", "index.jsp", "index.php")
NOT_SHOWN = ("Cc", "Cf", "Cs")
"""Unicode categories: control characters, invisible signs (those that turn the direction of text), half characters."""


@dataclass(slots=True, eq=False)
class Place:
    """A column under way: its names as the site's pages say them, and what came back for it."""

    names: Path
    url: str
    found_by: ColumnSource
    entry: ColumnEntry | None = None
    above: "Place | None" = None
    """The column on whose page it was found; None: its names alone say where it hangs."""
    fetch: Fetch | None = None
    skim: Skim | None = None
    reading: PageReading | None = None
    problem: Problem | None = None
    leads_to: str = ""
    shown: Shown | None = None

    @property
    def address(self) -> str:
        return canonical(self.url)

    @property
    def addresses(self) -> tuple[str, ...]:
        """Its address, and the one to which who asks for it is sent on."""
        sent_on = self.fetch.final_url if self.fetch else ""
        return (self.address, *((canonical(sent_on),) if sent_on else ()))

    @property
    def is_registered(self) -> bool:
        """The office wrote down this very address."""
        return bool(self.entry and self.entry.url)


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link to a column, and the column on whose page it stands; None: the home page."""

    link: ColumnLink
    page: Place | None = None

    @property
    def says_where(self) -> bool:
        """Its parents are the whole way from the top; the first step of a breadcrumb has none."""
        return bool(self.link.parents) or self.link.source == "mark"

    @property
    def is_own(self) -> bool:
        """The page says of itself where it hangs."""
        return self.page is not None and self.says_where and canonical(self.link.url) in self.page.addresses

    @property
    def above(self) -> Place | None:
        return None if self.says_where else self.page

    @property
    def names(self) -> Path:
        parents = self.above.names if self.above else tuple(map(printable, self.link.parents))
        return (*parents, printable(self.link.name))

    @property
    def rank(self) -> tuple[object, ...]:
        """The smallest is believed; pages and links may come in any order."""
        link, page = self.link, self.page.url if self.page else ""
        return (
            link.source != "mark",
            not link.parents,
            SOURCES.index(link.source),
            self.names,
            page,
            link.url,
        )


class Places:
    """All columns of one website, each known by its address."""

    def __init__(self, entries: Sequence[ColumnEntry], *home: str) -> None:
        """`home`: the home page's addresses, the final one last."""
        self._by_name = {entry.name: entry for entry in reversed(entries) if not entry.url}
        self._known = {canonical(url) for url in home}
        self._host = urlsplit(home[-1]).netloc
        self._calendars = Calendars()
        self._placed: list[Place] = []
        self._unlisted: dict[str, Place] = {}
        self._arrived: dict[tuple[str, str], Place] = {}
        for entry in entries:
            if is_web(entry.url) and (address := canonical(entry.url)) not in self._known:
                self._unlisted.setdefault(address, Place((entry.name,), entry.url, "register", entry))

    def __iter__(self) -> Iterator[Place]:
        return iter(self._placed)

    def arrives(self, place: Place, final: str) -> None:
        """Who asked for the column was sent on to `final`: the same column, if it is found there by the same name."""
        self._arrived.setdefault((canonical(final), place.names[-1]), place)

    def unlisted(self) -> list[Place]:
        """What the office registered by address, or the home page has a 更多 for, and no menu has listed so far."""
        return list(self._unlisted.values())

    def add(self, found: Iterable[FoundLink]) -> list[Place]:
        """The columns that are new among these links of one level and are listed there; a 更多 lists none."""
        listed: dict[str, FoundLink] = {}
        more: dict[str, FoundLink] = {}
        for each in found:
            best = more if each.link.source == "more" else listed
            if each.page and best is more:
                continue  # the 更多 of a side list: its column is found where it belongs
            if not is_web(each.link.url) or (address := canonical(each.link.url)) in self._known:
                continue
            there = self._arrived.get((address, each.names[-1]))
            if there and there.address != address:
                continue
            if address not in listed and address not in more and self._calendars.has_enough(address):
                continue
            if address not in best or each.rank < best[address].rank:
                best[address] = each
        for address, each in more.items():
            self._unlisted.setdefault(address, Place(each.names, each.link.url, "more"))
        return [self._list(address, each) for address, each in listed.items()]

    def add_unlisted(self, found_by: ColumnSource, links: Iterable[FoundLink]) -> list[Place]:
        """What only this source knows of hangs where its own page says, else at the top; `links`: those of the pages."""
        own = _own_words(links)
        added = [place for place in self.unlisted() if place.found_by == found_by]
        for place in added:
            if place in own:
                place.names = self._named_by(place, own[place])
            self._settle(place)
        return added

    def hang_by_own_words(self, links: Iterable[FoundLink]) -> None:
        """A column that a menu lists without a name above it hangs where its own page says, if that column is there and
        not only in breadcrumbs, which may hold working names; `links`: those of all pages."""
        known = {place.names for place in self._placed if place.found_by != "mark"}
        own = _own_words(links).items()
        for place, found in sorted(own, key=lambda each: (len(each[1].names), each[1].names)):
            above = found.names[:-1]
            if len(place.names) > 1 or above not in known or place.names in (above, above[-1:]):
                continue
            if not self._is_below(place, above):
                place.names = (*above, place.names[-1])
                known.add(place.names)

    def _is_below(self, place: Place, names: Path) -> bool:
        """Whether a column of these names hangs below this place: then the place cannot hang below it."""
        above = self._above()
        return any(each.names == names and place in _way_to(each, above) for each in self._placed)

    @staticmethod
    def _named_by(place: Place, own: FoundLink) -> Path:
        """Where its page says that it hangs; what the office registered keeps the office's name."""
        registered = place.entry.name if place.found_by == "register" and place.entry else ""
        return (*own.names[:-1], registered or own.names[-1])

    def _list(self, address: str, found: FoundLink) -> Place:
        names, source = found.names, found.link.source
        place = self._unlisted.get(address) or Place(names, found.link.url, source)
        place.names, place.found_by, place.above = names, source, found.above
        self._settle(place)
        return place

    def _settle(self, place: Place) -> None:
        place.entry = place.entry or self._by_name.get(place.names[-1])
        self._unlisted.pop(place.address, None)
        self._known.add(place.address)
        self._placed.append(place)

    def paths(self) -> dict[Place, Path]:
        """The lasting identity of each: its names; all that share theirs are told apart by their addresses."""
        named = Counter(place.names for place in self._placed)
        above = self._above()
        paths: dict[Place, Path] = {}
        for place in self._placed:
            way = _way_to(place, above)
            shown = [
                each.names[-1] if named[each.names] == 1 else f"{each.names[-1]}（{self._short(each.url)}）"
                for each in way
            ]
            paths[place] = (*way[0].names[:-1], *shown)
        return paths

    def children(self, paths: dict[Place, Path]) -> dict[Place, tuple[Path, ...]]:
        below: dict[Place, list[Path]] = {place: [] for place in self._placed}
        for place, parents in self._above().items():
            for parent in parents:
                below[parent].append(paths[place])
        return {place: tuple(found) for place, found in below.items()}

    def _short(self, url: str) -> str:
        """An address as it stands beside a name: without the host, if it is the home page's."""
        return canonical(url).removeprefix(self._host)

    def _above(self) -> dict[Place, tuple[Place, ...]]:
        """The columns above each: where only names say it, all of that name."""
        named: dict[Path, list[Place]] = {}
        for place in self._placed:
            named.setdefault(place.names, []).append(place)
        return {
            place: (place.above,) if place.above else tuple(named.get(place.names[:-1], ()))
            for place in self._placed
        }


def _way_to(place: Place, above: Mapping[Place, tuple[Place, ...]]) -> list[Place]:
    """The columns from the top down to this one; where several could be the one above, the way begins below them."""
    way = {place: None}
    lowest = place
    while len(above[lowest]) == 1 and above[lowest][0] not in way:
        (lowest,) = above[lowest]
        way[lowest] = None
    return [*reversed(way)]


def _own_words(links: Iterable[FoundLink]) -> dict[Place, FoundLink]:
    """What each page says of itself: where it hangs, and how it is called."""
    own: dict[Place, FoundLink] = {}
    for each in links:
        if each.page and each.is_own and (each.page not in own or each.rank < own[each.page].rank):
            own[each.page] = each
    return own


def printable(words: str) -> str:
    """The same words without signs that a reader cannot see and a terminal or a page may obey."""
    if words.isprintable():
        return words
    spaced = "".join(" " if sign in "\t\n\r" else sign for sign in words)
    return " ".join("".join(sign for sign in spaced if unicodedata.category(sign) not in NOT_SHOWN).split())


def own_name(path: str, url: str) -> str:
    """The last name of a column's path, without the address that tells it apart from others of that name."""
    name = path.rpartition(ABOVE)[2]
    bare, _, shown = name.removesuffix("）").rpartition("（")
    return bare if bare and shown and canonical(url).endswith(shown) else name


def is_web(url: str) -> bool:
    """An address that can be asked for."""
    return url.startswith(("http://", "https://")) and bool(host_of(url))


@lru_cache(maxsize=8192)
def canonical(url: str) -> str:
    """What the addresses of one page share: no scheme, no fragment, no index file, no trailing slash."""
    address = urldefrag(without_session_id(url))[0].partition("://")[2]
    head, _, last = address.partition("?")[0].rpartition("/")
    return head if "?" not in address and last.lower() in INDEX_FILES else address
