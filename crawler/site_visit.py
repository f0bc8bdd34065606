"""One look at one website: the home page, its columns level by level, and the articles behind lists without dates.

A plain coroutine over a `Fetcher`. Pages are skimmed as they come; only when all siblings are there is the frame that
they share taken away and each page read for good.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise
from urllib.parse import urljoin

from crawler.clock import Clock
from crawler.column_places import UNLISTED, FoundLink, Place, Places, canonical, host_of, printable
from crawler.extract.page import Frame, Memory, Skim, frame_of, read_page, settle, skim, with_loaded
from crawler.fetching import Answer, Fetcher, Wanted
from crawler.observations import Column, Fetch, PageReading, Problem, Quality, Row, SiteVisit
from crawler.settings import CrawlerSettings
from crawler.targets import ColumnEntry, Site

QUALITY_PROBLEM: dict[Quality, Problem] = {
    "waf": Problem.WAF,
    "soft-404": Problem.SOFT_404,
    "login": Problem.LOGIN,
    "error": Problem.HTTP_ERROR,
}
ROWS_KEPT = 60
"""Rows of one page that an observation keeps: enough for any window, flat in memory."""

SHORTEST_LIMIT = 14
"""Days. A list with an item that is no older is fresh in every class (regulations.md 9.1)."""


async def visit_site(site: Site, fetch: Fetcher, clock: Clock, limits: CrawlerSettings) -> SiteVisit:
    """Look at the website once. Never raises for what the site does; what could not be seen stands in the visit."""
    return await _SiteVisit(site, fetch, clock, limits).run()


async def visit_page(site: Site, fetch: Fetcher, clock: Clock, limits: CrawlerSettings) -> SiteVisit:
    """Look at the page at `site.url` alone, with the lists that it loads; its reading stands in `home`."""
    look = _SiteVisit(site, fetch, clock, limits)
    came, seen = await look.page(site.url)
    if seen is None:
        return look.visit(home_fetch=came, problem=came.problem, detail=came.detail)
    return look.visit(home=_printable(settle(seen)), home_fetch=came)


class _SiteVisit:
    def __init__(self, site: Site, fetch: Fetcher, clock: Clock, limits: CrawlerSettings) -> None:
        self.site, self._fetch, self.clock, self.limits = site, fetch, clock, limits
        self.asked = 0
        self.fetches: list[Fetch] = []
        self.memory = Memory()
        self.give_up_at = time.monotonic() + limits.seconds_a_site

    async def run(self) -> SiteVisit:
        came, home = await self.page(self.site.url)
        if came.problem is not None or home is None:
            problem = came.problem or Problem.OUR_FAULT
            return self.visit(home=None, home_fetch=came, problem=problem, detail=came.detail)
        self.home_url = came.final_url or self.site.url
        self.places = Places(self.site.columns, self.site.url, self.home_url)
        await self.columns(home)
        self.settle()
        await self.open_articles()
        # The home page has no siblings: it is read as it stands.
        return self.visit(home=_kept(settle(home)), home_fetch=came, columns=tuple(self.finished()))

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

    async def page(self, url: str, *, hops: int = 2) -> tuple[Fetch, Skim | None]:
        """A page with its lists loaded, following its own refresh; the fetch says what is wrong with it, if anything."""
        answer = await self.get(Wanted(url))
        fetch = answer.fetch
        if fetch.problem not in (None, Problem.HTTP_ERROR):
            return fetch, None
        seen = skim(
            answer.body,
            url=fetch.final_url or url,
            content_type=fetch.content_type,
            status=fetch.status,
            at=self.clock.at,
            memory=self.memory,
        )
        del answer  # a page's bytes are let go before the next request is made
        if seen.quality != "good":
            unreadable = fetch.problem is None and seen.quality == "error"
            return self.note(fetch, Problem.NOT_A_PAGE if unreadable else QUALITY_PROBLEM[seen.quality]), None
        if fetch.problem:
            return fetch, None
        if seen.meta_refresh and hops and host_of(seen.meta_refresh) == host_of(url):
            return await self.page(seen.meta_refresh, hops=hops - 1)
        return fetch, await self.loaded(seen)

    def note(self, fetch: Fetch, problem: Problem) -> Fetch:
        """Write down what reading found wrong with an answer that came well."""
        noted = replace(fetch, problem=problem)
        self.fetches[:] = [noted if each is fetch else each for each in self.fetches]
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
        # What the office registered comes first: the limit of pages must not fall on it.
        await self.look_at(self.places.unlisted())
        await self.descend([FoundLink(link) for link in home.columns], self.limits.depth)
        # What no menu lists is known only now; behind a 更多 there may be the menu that lists what the office registered.
        for found_by in UNLISTED:
            added = self.places.add_unlisted(found_by, self.links_on(self.places.unlisted()))
            await self.descend(self.links_on(added), self.limits.depth - 1)

    async def descend(self, found: Iterable[FoundLink], levels: int) -> None:
        """Fetch columns level by level; what the last level points to is no column of this visit."""
        for _ in range(levels):
            level = self.places.add(found)
            await self.look_at([*level, *self.places.unlisted()])
            found = self.links_on(level)

    def links_on(self, level: Iterable[Place]) -> list[FoundLink]:
        """The links of these columns' pages. The menus of another host are not ours."""
        return [
            FoundLink(link, place)
            for place in level
            if place.skim is not None and host_of(place.url) == host_of(self.home_url)
            for link in place.skim.columns
        ]

    async def look_at(self, level: Iterable[Place]) -> None:
        await asyncio.gather(*(self.look_at_one(place) for place in level if place.fetch is None))

    async def look_at_one(self, place: Place) -> None:
        own, home = host_of(place.url), host_of(self.home_url)
        if own != home and not place.is_registered:
            place.leads_to = own
            return
        place.fetch, seen = await self.page(place.url)
        final = place.fetch.final_url or place.url
        if place.fetch.problem:
            place.problem = place.fetch.problem
        elif host_of(final) not in (own, home):
            place.leads_to = host_of(final)
        elif canonical(final) in self.homes(place) - {canonical(place.url)}:
            place.problem = Problem.REDIRECTED_HOME
            place.fetch = self.note(place.fetch, Problem.REDIRECTED_HOME)
        else:
            place.skim = seen

    def homes(self, place: Place) -> set[str]:
        """This website's home page, and that of the host on which the office registered a column."""
        return {canonical(self.home_url), canonical(urljoin(place.url, "/"))}

    # -- reading ------------------------------------------------------------------------------------------

    def settle(self) -> None:
        skims = {place: place.skim for place in self.places if place.skim is not None}
        frame: Frame = frame_of(skims.values())
        for place, seen in skims.items():
            place.reading, place.skim = settle(seen, frame), None

    async def open_articles(self) -> None:
        """Lists that show no dates: their first articles may tell (regulations.md 9.5, order 1 and 3)."""
        await asyncio.gather(
            *(
                self.open_first_articles(place, place.reading)
                for place in self.places
                if place.reading and place.reading.rows and place.reading.newest is None
            )
        )

    async def open_first_articles(self, place: Place, reading: PageReading) -> None:
        assert place.fetch is not None
        host = host_of(place.fetch.final_url or place.url)
        first = [row for row in reading.rows if host_of(row.url) == host][: self.limits.articles_opened]
        opened = await asyncio.gather(*(self.dated(row) for row in first))
        newest = max((row.date for row in opened if row.date), default=None)
        if newest and (self.is_fresh(newest, place.entry) or _begin(reading.rows, opened)):
            known = {row.url: row for row in opened}
            rows = tuple(known.get(row.url, row) for row in reading.rows)
            place.reading = replace(reading, rows=rows, newest=newest)

    def is_fresh(self, day: date, entry: ColumnEntry | None) -> bool:
        """Whatever class the column is of."""
        limit = entry.limit_days if entry and entry.limit_days is not None else SHORTEST_LIMIT
        return (self.clock.at.date() - day).days <= min(limit, SHORTEST_LIMIT)

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

    def finished(self) -> Iterator[Column]:
        paths = self.places.paths()
        children = self.places.children(paths)
        for place, path in paths.items():
            yield Column(
                path=path,
                url=place.url,
                found_by=place.found_by,
                fetch=place.fetch,
                reading=_kept(place.reading) if place.reading else None,
                problem=place.problem or self.unread(place.reading),
                children=children[place],
                leads_to=place.leads_to,
                entry=place.entry,
            )

    @staticmethod
    def unread(reading: PageReading | None) -> Problem | None:
        """A page that came well and still tells nothing: its list is loaded by a script we do not know."""
        if reading and reading.needs_browser and not reading.rows:
            return Problem.NEEDS_BROWSER
        return None


def _begin(rows: Sequence[Row], opened: Sequence[Row]) -> bool:
    """Whether these articles are where the list begins, all with dates and the newest first. Behind a link to another
    host, an article that did not open, or old ones pinned on top (置顶) a newer one may stand."""
    days = [row.date for row in opened if row.date]
    return (
        len(days) == len(opened)
        and [row.url for row in opened] == [row.url for row in rows[: len(opened)]]
        and all(earlier >= later for earlier, later in pairwise(days))
    )


def _kept(reading: PageReading) -> PageReading:
    """What an observation keeps: the newest rows; the links to columns are facts of their own by now."""
    rows: Sequence[Row] = reading.rows
    if len(rows) > ROWS_KEPT:
        rows = sorted(rows, key=lambda row: (row.date is None, row.date and -row.date.toordinal()))[
            :ROWS_KEPT
        ]
    return _printable(replace(reading, rows=tuple(rows), columns=()))


def _printable(reading: PageReading) -> PageReading:
    """The page's own words as they may be shown anywhere."""
    return replace(
        reading,
        title=printable(reading.title),
        why=printable(reading.why),
        rows=tuple(replace(row, title=printable(row.title)) for row in reading.rows),
        columns=tuple(
            replace(link, name=printable(link.name), parents=tuple(map(printable, link.parents)))
            for link in reading.columns
        ),
        marks={name: printable(words) for name, words in reading.marks.items()},
    )


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None
