"""One look at one website: the home page, its columns level by level, and the articles behind lists without dates.

A plain coroutine over a `Fetcher`. Pages are skimmed as they come; only when all siblings are there is the frame that
they share taken away and each page read for good.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from urllib.parse import urldefrag, urlsplit

from crawler.clock import Clock
from crawler.extract.page import Frame, Skim, frame_of, read_page, settle, skim, with_loaded
from crawler.fetching import Answer, Fetcher, Wanted
from crawler.observations import Column, ColumnLink, ColumnSource, Fetch, PageReading, Problem, Row, SiteVisit
from crawler.settings import CrawlerSettings
from crawler.targets import ColumnEntry, Site

QUALITY_PROBLEM = {
    "waf": Problem.WAF,
    "soft-404": Problem.SOFT_404,
    "login": Problem.LOGIN,
    "error": Problem.HTTP_ERROR,
}
ROWS_KEPT = 60
"""Rows of one page that an observation keeps: enough for any window, flat in memory."""


@dataclass(slots=True)
class _Place:
    """A column under way: where it hangs, what came back for it."""

    path: tuple[str, ...]
    url: str
    found_by: ColumnSource
    entry: ColumnEntry | None = None
    answer: Answer | None = None
    skim: Skim | None = None
    problem: Problem | None = None
    leads_to: str = ""
    children: list[tuple[str, ...]] = field(default_factory=list)


async def visit_site(site: Site, fetch: Fetcher, clock: Clock, limits: CrawlerSettings) -> SiteVisit:
    """Look at the website once. Never raises for what the site does; what could not be seen stands in the visit."""
    return await _SiteVisit(site, fetch, clock, limits).run()


async def visit_page(site: Site, fetch: Fetcher, clock: Clock, limits: CrawlerSettings) -> SiteVisit:
    """Look at the page at `site.url` alone, with the lists that it loads; its reading stands in `home`."""
    look = _SiteVisit(site, fetch, clock, limits)
    answer, seen = await look.page(site.url)
    if seen is None:
        return look.visit(home_fetch=answer.fetch, problem=answer.problem, detail=answer.fetch.detail)
    return look.visit(home=settle(seen), home_fetch=answer.fetch)


class _SiteVisit:
    def __init__(self, site: Site, fetch: Fetcher, clock: Clock, limits: CrawlerSettings) -> None:
        self.site, self._fetch, self.clock, self.limits = site, fetch, clock, limits
        self.asked = 0
        self.fetches: list[Fetch] = []
        self.places: dict[tuple[str, ...], _Place] = {}
        self.known: set[str] = set()
        self.give_up_at = time.monotonic() + limits.seconds_a_site

    async def run(self) -> SiteVisit:
        answer, home = await self.page(self.site.url)
        if answer.problem is not None or home is None:
            problem = answer.problem or Problem.OUR_FAULT
            return self.visit(home=None, home_fetch=answer.fetch, problem=problem, detail=answer.fetch.detail)
        self.home_url = answer.fetch.final_url or self.site.url
        self.known |= {_canonical(self.site.url), _canonical(self.home_url)}
        await self.columns(home)
        readings = self.settle()
        await self.open_articles(readings)
        # The home page has no siblings: it is read as it stands.
        return self.visit(
            home=_trimmed(settle(home)), home_fetch=answer.fetch, columns=tuple(self.finished(readings))
        )

    def visit(self, **facts: object) -> SiteVisit:
        return SiteVisit(self.site, self.clock.at, fetches=tuple(self.fetches), **facts)  # type: ignore[arg-type]

    # -- getting pages ------------------------------------------------------------------------------------

    async def get(self, wanted: Wanted) -> Answer:
        if self.asked >= self.limits.pages_a_site or time.monotonic() > self.give_up_at:
            return Answer(Fetch(wanted.url, self.clock.now(), problem=Problem.BUDGET))
        self.asked += 1
        answer = await self._fetch(wanted)
        self.fetches.append(answer.fetch)
        return answer

    async def page(self, url: str, *, hops: int = 2) -> tuple[Answer, Skim | None]:
        """A page with its lists loaded, following its own refresh; the answer says what is wrong with it, if anything."""
        answer = await self.get(Wanted(url))
        if answer.problem not in (None, Problem.HTTP_ERROR):
            return answer, None
        fetch = answer.fetch
        seen = skim(
            answer.body,
            url=fetch.final_url or url,
            content_type=fetch.content_type,
            status=fetch.status,
            at=self.clock.at,
        )
        if seen.quality != "good":
            unreadable = answer.problem is None and seen.quality == "error"
            return self.note(
                answer, Problem.NOT_A_PAGE if unreadable else QUALITY_PROBLEM[seen.quality]
            ), None
        if answer.problem:
            return answer, None
        if seen.meta_refresh and hops and _host(seen.meta_refresh) == _host(url):
            return await self.page(seen.meta_refresh, hops=hops - 1)
        return answer, await self.loaded(seen)

    def note(self, answer: Answer, problem: Problem) -> Answer:
        """Write down what reading found wrong with an answer that came well."""
        noted = answer.but(problem)
        self.fetches[:] = [noted.fetch if each is answer.fetch else each for each in self.fetches]
        return noted

    async def loaded(self, seen: Skim) -> Skim:
        """The same page with the rows of the list interfaces that it calls."""
        for loader in seen.loaders:
            answer = await self.get(Wanted(loader.url, loader.method, body=loader.body))
            if answer.problem is None:
                seen = with_loaded(seen, answer.body, loader, content_type=answer.fetch.content_type)
        return seen

    # -- finding columns ----------------------------------------------------------------------------------

    async def columns(self, home: Skim) -> None:
        level = [*self.from_register(), *self.from_links(home.columns, above=())]
        for _ in range(self.limits.depth):
            if not level:
                return
            await asyncio.gather(*(self.look_at(place) for place in level))
            level = [
                below
                for place in level
                if place.skim is not None
                for below in self.from_links(place.skim.columns, above=place.path)
            ]

    def from_register(self) -> Iterator[_Place]:
        for entry in self.site.columns:
            if entry.url:
                yield from self.place((entry.name,), entry.url, "register", entry)

    def from_links(self, links: Iterable[ColumnLink], above: tuple[str, ...]) -> Iterator[_Place]:
        for link in links:
            if above and link.source == "more":
                continue  # the 更多 of a side list: its column is found where it belongs
            parents = link.parents or above
            yield from self.place((*parents, link.name), link.url, link.source, self.entry_for(link.name))

    def place(
        self, path: tuple[str, ...], url: str, found_by: ColumnSource, entry: ColumnEntry | None
    ) -> Iterator[_Place]:
        """The column if it is new: known by its address first, told apart by it if another has the same path."""
        address = _canonical(url)
        if address in self.known or not address.startswith("http"):
            return
        self.known.add(address)
        if path in self.places:
            path = (*path[:-1], f"{path[-1]}（{urlsplit(url).path}）")
        place = _Place(path, url, found_by, entry)
        self.places[path] = place
        if parent := self.places.get(path[:-1]):
            parent.children.append(path)
        yield place

    def entry_for(self, name: str) -> ColumnEntry | None:
        return next((entry for entry in self.site.columns if entry.name == name and not entry.url), None)

    async def look_at(self, place: _Place) -> None:
        if _host(place.url) != _host(self.home_url):
            place.leads_to = _host(place.url)
            return
        place.answer, place.skim = await self.page(place.url)
        final = place.answer.fetch.final_url or place.url
        if place.answer.problem:
            place.problem = place.answer.problem
        elif _host(final) != _host(self.home_url):
            place.leads_to, place.skim = _host(final), None
        elif _canonical(final) == _canonical(self.home_url):
            place.problem, place.skim = Problem.REDIRECTED_HOME, None
            place.answer = self.note(place.answer, Problem.REDIRECTED_HOME)

    # -- reading ------------------------------------------------------------------------------------------

    def settle(self) -> dict[tuple[str, ...], PageReading]:
        skims = {path: place.skim for path, place in self.places.items() if place.skim is not None}
        frame: Frame = frame_of(skims.values())
        return {path: settle(each, frame) for path, each in skims.items()}

    async def open_articles(self, readings: dict[tuple[str, ...], PageReading]) -> None:
        """Lists that show no dates: their first articles may tell (regulations.md 9.5, order 1 and 3)."""
        undated = [path for path, reading in readings.items() if reading.rows and reading.newest is None]
        dated = await asyncio.gather(*(self.with_article_dates(readings[path]) for path in undated))
        readings.update(zip(undated, dated, strict=True))

    async def with_article_dates(self, reading: PageReading) -> PageReading:
        first = [row for row in reading.rows if _host(row.url) == _host(self.home_url)][
            : self.limits.articles_opened
        ]
        rows = await asyncio.gather(*(self.dated(row) for row in first))
        known = {row.url: row for row in rows}
        newest = max((row.date for row in rows if row.date), default=None)
        return replace(reading, rows=tuple(known.get(row.url, row) for row in reading.rows), newest=newest)

    async def dated(self, row: Row) -> Row:
        answer = await self.get(Wanted(row.url))
        if answer.problem:
            return row
        fetch = answer.fetch
        reading = read_page(
            answer.body, url=fetch.final_url or row.url, content_type=fetch.content_type, at=self.clock.at
        )
        day = _day(reading.published)
        if reading.quality != "good" or day is None or day > self.clock.at.date():
            return row
        return replace(row, date=day, date_source="article")

    def finished(self, readings: dict[tuple[str, ...], PageReading]) -> Iterator[Column]:
        for path, place in self.places.items():
            reading = readings.get(path)
            yield Column(
                path=path,
                url=place.url,
                found_by=place.found_by,
                fetch=place.answer.fetch if place.answer else None,
                reading=_trimmed(reading) if reading else None,
                problem=place.problem or self.unread(reading),
                children=tuple(place.children),
                leads_to=place.leads_to,
                entry=place.entry,
            )

    @staticmethod
    def unread(reading: PageReading | None) -> Problem | None:
        """A page that came well and still tells nothing: its list is loaded by a script we do not know."""
        if reading and reading.needs_browser and not reading.rows:
            return Problem.NEEDS_BROWSER
        return None


def _trimmed(reading: PageReading) -> PageReading:
    """What an observation keeps: the newest rows; the links to columns are facts of their own by now."""
    rows: Sequence[Row] = reading.rows
    if len(rows) > ROWS_KEPT:
        rows = sorted(rows, key=lambda row: (row.date is None, row.date and -row.date.toordinal()))[
            :ROWS_KEPT
        ]
    return replace(reading, rows=tuple(rows), columns=())


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _canonical(url: str) -> str:
    """The address two links to one page share: no fragment, no index file, no trailing slash."""
    address = urldefrag(url)[0]
    head, _, last = address.partition("?")[0].rpartition("/")
    if "?" not in address and last.lower() in (
        "",
        "index.html",
        "index.htm",
        "index.shtml",
        "index.jsp",
        "index.php",
    ):
        return head
    return address


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None
