"""One look at one website: the home page, its columns level by level, and the articles behind lists without dates.

A plain coroutine over a `Fetcher`, and a `Viewer` for what no plain request can read. Pages are skimmed as they come; only
when all siblings are there is the frame that they share taken away and each page read for good.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urljoin

from crawler.article_dates import ArticleDates
from crawler.clock import Clock
from crawler.column_places import UNLISTED, FoundLink, Place, Places, canonical, printable
from crawler.extract.addresses import website_of
from crawler.extract.page import Frame, Loader, Memory, Skim, frame_of, menu_in, settle, skim, with_loaded
from crawler.extract.quality import ALLOW_US
from crawler.fetching import Answer, Fetcher, Viewer, Wanted
from crawler.observations import Certificate, Column, ColumnLink, Fetch, PageReading, Problem, Row, SiteVisit
from crawler.schemes import NO_ANSWER, other_scheme, tells_more
from crawler.settings import CrawlerSettings
from crawler.showing import QUALITY_PROBLEM, Opened, Showing
from crawler.targets import Site, fresh_days

ROWS_KEPT = 60
"""Rows of one page that an observation keeps: enough for any window, flat in memory."""


async def visit_site(
    site: Site,
    fetch: Fetcher,
    clock: Clock,
    limits: CrawlerSettings,
    view: Viewer | None = None,
    doubted: frozenset[str] = frozenset(),
) -> SiteVisit:
    """Look at the website once. Never raises for what the site does; what could not be seen stands in the visit.

    `view`: the browser, if there is one. `doubted`: addresses that it opens whatever the plain page says (复核).
    """
    return await _SiteVisit(site, fetch, clock, limits, view, doubted).run()


async def visit_page(
    site: Site, fetch: Fetcher, clock: Clock, limits: CrawlerSettings, view: Viewer | None = None
) -> SiteVisit:
    """Look at the page at `site.url` alone, with the lists that it loads; its reading stands in `home`."""
    look = _SiteVisit(site, fetch, clock, limits, view, frozenset())
    came, seen = await look.page(site.url)
    plain = settle(seen) if seen else None
    opened = await look.home_in_browser(came, plain)
    if plain is None and opened is None:
        return look.visit(home_fetch=came, problem=came.problem, detail=came.detail)
    return look.visit(home=_printable(_home(plain, opened)), home_fetch=came, shown=opened and opened.shown)


class _SiteVisit:
    def __init__(
        self,
        site: Site,
        fetch: Fetcher,
        clock: Clock,
        limits: CrawlerSettings,
        view: Viewer | None,
        doubted: frozenset[str],
    ) -> None:
        self.site, self._fetch, self.clock, self.limits = site, fetch, clock, limits
        self.asked = self.bytes_read = 0
        self.fetches: list[Fetch] = []
        self.certificate: Certificate | None = None
        self.shut = ""  # where nobody answers, but on the other scheme
        self.memory = Memory()
        self.give_up_at = time.monotonic() + limits.seconds_a_site
        self.browser = Showing(
            view,
            doubted,
            most=limits.pages_rendered_a_site,
            give_up_at=self.give_up_at,
            clock=clock,
            memory=self.memory,
        )

    async def run(self) -> SiteVisit:
        came, home = await self.home_page()
        plain = settle(home) if home else None  # it has no siblings: it is read as it stands
        opened = await self.home_in_browser(came, plain)
        if home is None and opened is None:
            problem = came.problem or Problem.OUR_FAULT
            return self.visit(home=None, home_fetch=came, problem=problem, detail=came.detail)
        self.home_url = (opened.url if opened and home is None else came.final_url) or self.site.url
        self.places = Places(self.site.columns, self.site.url, self.home_url)
        await self.columns(_with_menus(home, plain, opened))
        await self.in_browser(self.settle())
        await ArticleDates(self.get, self.clock, self.limits.articles_opened).find(self.places)
        return self.visit(
            home=_kept(_home(plain, opened)),
            home_fetch=came,
            columns=tuple(self.finished()),
            detail=came.detail if home else "",
            shown=opened and opened.shown,
        )

    def visit(self, **facts: object) -> SiteVisit:
        fetches = (*self.fetches, *self.browser.fetches)
        facts = {"rendered": self.browser.asked, "certificate": self.certificate, **facts}
        return SiteVisit(self.site, self.clock.at, fetches=fetches, **facts)  # type: ignore[arg-type]

    # -- getting pages ------------------------------------------------------------------------------------

    async def home_page(self) -> tuple[Fetch, Skim | None]:
        """The home page, also where only the other scheme answers; the fetch then says so."""
        came, seen = await self.page(self.site.url)
        other = other_scheme(self.site.url)
        if came.problem not in NO_ANSWER or not other:
            return came, seen
        there, home = await self.page(other)
        if not tells_more(there.problem, came.problem):
            return came, seen
        self.shut = urljoin(self.site.url, "/")
        how = f"有应答（{there.detail or there.problem.sentence}）" if there.problem else "可以打开"
        return self.note(
            there, there.problem, f"登记的地址打不开（{came.problem.sentence}），{other} {how}"
        ), home

    @property
    def is_over(self) -> bool:
        """Nothing more is asked for in this look."""
        limits = self.limits
        enough = self.asked >= limits.pages_a_site or self.bytes_read >= limits.max_site_bytes
        return enough or time.monotonic() > self.give_up_at

    async def get(self, wanted: Wanted) -> Answer:
        if self.is_over:
            return Answer(Fetch(wanted.url, self.clock.now(), problem=Problem.BUDGET))
        self.asked += 1
        if self.shut and wanted.url.startswith(self.shut):
            wanted = replace(wanted, url=other_scheme(wanted.url))
        if let_in := self.browser.headers(wanted.url):
            wanted = replace(wanted, headers={**wanted.headers, **let_in})
        answer = await self._fetch(wanted)
        self.certificate = self.certificate or answer.certificate
        self.bytes_read += answer.fetch.size
        self.fetches.append(answer.fetch)
        return answer

    async def page(self, url: str, *, hops: int = 2, guarded: bool = False) -> tuple[Fetch, Skim | None]:
        """A page with its lists loaded, following its own refresh; the fetch says what is wrong with it, if anything.
        `guarded`: a guard stood before it, and the browser has been let in since."""
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
            off=self.limits.loaders_off,
        )
        del answer  # a page's bytes are let go before the next request is made
        if seen.quality == "waf":
            fetch = self.note(fetch, Problem.WAF, ALLOW_US)
            if not guarded and await self.browser.passes_guard(url):
                return await self.page(url, hops=hops, guarded=True)
            return fetch, None
        if seen.quality != "good":
            unreadable = fetch.problem is None and seen.quality == "error"
            return self.note(fetch, Problem.NOT_A_PAGE if unreadable else QUALITY_PROBLEM[seen.quality]), None
        if fetch.problem:
            return fetch, None
        if seen.meta_refresh and hops and website_of(seen.meta_refresh) == website_of(url):
            return await self.page(seen.meta_refresh, hops=hops - 1)
        return fetch, await self.loaded(seen)

    def note(self, fetch: Fetch, problem: Problem | None, detail: str = "") -> Fetch:
        """Write down what reading found wrong with an answer that came well."""
        noted = replace(fetch, problem=problem, detail=detail or fetch.detail)
        self.fetches[:] = [noted if each is fetch else each for each in self.fetches]
        return noted

    async def loaded(self, seen: Skim) -> Skim:
        """The same page with the rows of the list interfaces that it calls."""
        done: set[Loader] = set()
        off = self.limits.loaders_off
        while waiting := [each for each in seen.loaders if each not in done and each.kind not in off]:
            loader = waiting[0]
            done.add(loader)
            sends = {"Content-Type": loader.sends} if loader.sends else {}
            answer = await self.get(Wanted(loader.url, loader.method, sends, loader.body))
            if answer.problem is None:
                seen = with_loaded(seen, answer.body, loader, content_type=answer.fetch.content_type)
        return seen

    # -- finding columns ----------------------------------------------------------------------------------

    async def columns(self, home: Skim) -> None:
        # What the office registered comes first: the limit of pages must not fall on it.
        await self.look_at(self.places.unlisted())
        listed = [*home.columns, *await self.menu_in_files(home)]
        await self.descend([FoundLink(link) for link in listed], self.limits.depth)
        # What no menu lists is known only now; behind a 更多 there may be the menu that lists what the office registered.
        for found_by in UNLISTED:
            added = self.places.add_unlisted(found_by, self.links_on(self.places.unlisted()))
            await self.descend(self.links_on(added), self.limits.depth - 1)
        # The site map comes last: it lists everything at once, and the limit of pages must not fall on what the menus list.
        await self.descend(await self.listed_on_map(home), 1)

    async def menu_in_files(self, home: Skim) -> list[ColumnLink]:
        """The menu of a home page that has it in a script or a frame of its own."""
        found: list[ColumnLink] = []
        for url in home.menu_files:
            answer = await self.get(Wanted(url))
            if answer.problem is None:
                kind = answer.fetch.content_type
                found += menu_in(
                    answer.body, url=answer.fetch.final_url or url, content_type=kind, home=self.home_url
                )
        return found

    async def listed_on_map(self, home: Skim) -> list[FoundLink]:
        if not home.site_map or website_of(home.site_map) != website_of(self.home_url):
            return []
        _, seen = await self.page(home.site_map)
        return [FoundLink(link) for link in seen.columns if link.source == "map"] if seen else []

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
            if place.skim is not None and website_of(place.url) == website_of(self.home_url)
            for link in place.skim.columns
        ]

    async def look_at(self, level: Iterable[Place]) -> None:
        await asyncio.gather(*(self.look_at_one(place) for place in level if place.fetch is None))

    async def look_at_one(self, place: Place) -> None:
        own = website_of(place.url)
        if own != website_of(self.home_url) and not place.is_registered:
            place.leads_to = own
            return
        place.fetch, seen = await self.page(place.url)
        if place.fetch.problem:
            place.problem = place.fetch.problem
        elif self.stays(place, self.sent_away(seen) or place.fetch.final_url or place.url):
            place.skim = seen
        elif place.problem is Problem.REDIRECTED_HOME:
            place.fetch = self.note(place.fetch, place.problem)

    def sent_away(self, seen: Skim | None) -> str:
        """Where at another website a page leads that does nothing else: what a redirect does, done by a script or a tag."""
        onward = seen.sends_on if seen else ""
        return onward if onward and website_of(onward) != website_of(self.home_url) else ""

    def stays(self, place: Place, final: str) -> bool:
        """Whether who asks for the column arrives there, and not at another website or back home."""
        if website_of(final) not in (website_of(place.url), website_of(self.home_url)):
            place.leads_to = website_of(final)
        elif canonical(final) in self.homes(place) - {canonical(place.url)}:
            place.problem = Problem.REDIRECTED_HOME
        else:
            self.places.arrives(place, final)
            return True
        return False

    def homes(self, place: Place) -> set[str]:
        """This website's home page, and that of the host on which the office registered a column."""
        return {canonical(self.home_url), canonical(urljoin(place.url, "/"))}

    # -- reading ------------------------------------------------------------------------------------------

    def settle(self) -> dict[Place, Skim]:
        """Read the plain pages for good; what was skimmed of them is handed on to be compared with once more."""
        self.places.hang_by_own_words(self.links_on(self.places))
        skims = {place: place.skim for place in self.places if place.skim is not None}
        frame: Frame = frame_of(skims.values())
        for place, seen in skims.items():
            place.reading, place.skim = settle(seen, frame, fresh_days(place.entry)), None
        return skims

    # -- what only a browser can read -----------------------------------------------------------------------

    async def home_in_browser(self, came: Fetch, plain: PageReading | None) -> Opened | None:
        wanted = (
            plain.needs_browser or self.browser.is_doubted(self.site.url, came.final_url)
            if plain
            else came.problem is Problem.WAF
        )
        return await self.browser.open(self.site.url) if wanted else None

    async def in_browser(self, plain: dict[Place, Skim]) -> None:
        """Columns that no plain request can read and those in doubt, as a browser shows them; the doubted ones first."""
        wanted = [place for place in self.places if self.wants_browser(place)]
        wanted.sort(key=lambda place: not self.browser.is_doubted(place.url))
        opened = await asyncio.gather(*(self.browser.open(place.url) for place in wanted))
        seen = {place: each for place, each in zip(wanted, opened, strict=True) if each}
        frame = frame_of((plain | {place: each.skim for place, each in seen.items()}).values())
        for place, each in seen.items():
            place.shown, place.problem = each.shown, None
            if self.stays(place, each.url):
                place.reading = each.beside(place.reading, frame, fresh_days(place.entry))

    def wants_browser(self, place: Place) -> bool:
        if place.problem is Problem.WAF:
            return not self.browser.is_shut_out(place.url)
        reading, final = place.reading, place.fetch.final_url if place.fetch else ""
        return reading is not None and (reading.needs_browser or self.browser.is_doubted(place.url, final))

    # -- what is told of it --------------------------------------------------------------------------------

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
                shown=place.shown,
            )

    @staticmethod
    def unread(reading: PageReading | None) -> Problem | None:
        """A page that came well and still tells nothing: its list is loaded by a script we do not know."""
        if reading and reading.needs_browser and not reading.rows:
            return Problem.NEEDS_BROWSER
        return None


def _home(plain: PageReading | None, opened: Opened | None) -> PageReading:
    seen = opened.beside(plain) if opened else plain
    assert seen is not None
    return seen


def _with_menus(home: Skim | None, plain: PageReading | None, opened: Opened | None) -> Skim:
    """The home page with all its menus. What the plain page lists goes first: columns must not change with the browser."""
    if opened is None or (plain and not plain.needs_browser):
        assert home is not None
        return home
    return replace(opened.skim, columns=(*(home.columns if home else ()), *opened.skim.columns))


def _kept(reading: PageReading) -> PageReading:
    """What an observation keeps: the newest rows; the links to columns are facts of their own by now."""
    rows = _cut(reading.rows) if len(reading.rows) > ROWS_KEPT else reading.rows
    return _printable(replace(reading, rows=rows, columns=()))


def _cut(rows: Sequence[Row]) -> tuple[Row, ...]:
    """The newest, and of those without a date as large a share as before: a list that is hardly dated must not look dated."""
    dated = sorted((row for row in rows if row.date), key=lambda row: row.date or date.min, reverse=True)
    undated = [row for row in rows if not row.date]
    kept_undated = undated[: -(-ROWS_KEPT * len(undated) // len(rows))]
    return (*dated[: ROWS_KEPT - len(kept_undated)], *kept_undated)


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
