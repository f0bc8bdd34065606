"""What a browser adds to one visit of a website: pages as their scripts make them, and the way past a guard.

The browser is asked only where plain requests do not do (docs/decisions/0014-a-browser-for-what-is-left.md); without
one the plain readings stay as they are.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from crawler.clock import Clock
from crawler.column_places import canonical
from crawler.extract.addresses import host_of
from crawler.extract.page import Frame, Memory, Skim, settle, skim
from crawler.fetching import View, Viewer
from crawler.observations import Fetch, PageReading, Problem, Quality, Shown
from crawler.targets import SHORTEST_LIMIT

QUALITY_PROBLEM: Mapping[Quality, Problem] = {
    "waf": Problem.WAF,
    "soft-404": Problem.SOFT_404,
    "login": Problem.LOGIN,
    "error": Problem.HTTP_ERROR,
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A page that the browser opened well."""

    shown: Shown
    skim: Skim
    unfinished: str = ""

    @property
    def url(self) -> str:
        return self.shown.dom.final_url or self.shown.dom.url

    def beside(
        self,
        plain: PageReading | None,
        frame: Frame | None = None,
        fresh_days: int = SHORTEST_LIMIT,
    ) -> PageReading:
        """What is to be believed of the page: content that the plain page shows is there, whatever the browser shows."""
        seen = settle(self.skim, frame, fresh_days)
        if plain and _tells_more(plain, seen):
            return plain
        if plain and plain.blank and seen.kind == "other" and not self.unfinished:
            return plain  # the browser shows nothing by which one could tell; the plain page's list said that it is empty
        has_list = seen.rows and plain and not plain.needs_browser
        if has_list or not self.unfinished:
            return seen
        # What is there is there; but what is missing, or newer, may only not have come.
        blank = None if seen.blank else seen.blank
        return replace(seen, needs_browser=True, blank=blank, why=f"浏览器未能读全页面：{self.unfinished}")


class Showing:
    """The browser's part of one visit: at most so many pages, each opened once, and not after the visit's time is over."""

    def __init__(
        self,
        viewer: Viewer | None,
        doubted: frozenset[str],
        *,
        most: int,
        give_up_at: float,
        clock: Clock,
        memory: Memory,
    ) -> None:
        self._viewer, self._most, self._give_up_at = viewer, most, give_up_at
        self._doubted = {canonical(url) for url in doubted}
        self._clock, self._memory = clock, memory
        self._opened: dict[str, asyncio.Task[Opened | None]] = {}
        self._guards: dict[str, asyncio.Lock] = {}
        self._cookies: dict[str, str] = {}
        self._shut_out: set[str] = set()
        self.fetches: list[Fetch] = []

    @property
    def asked(self) -> int:
        """So many pages were opened, well or not."""
        return len(self._opened)

    def is_doubted(self, *urls: str) -> bool:
        """It is looked at for the second time (复核)."""
        return any(canonical(url) in self._doubted for url in urls if url)

    def headers(self, url: str) -> dict[str, str]:
        """What a plain request has to say to be let in where the browser was."""
        cookie = self._cookies.get(host_of(url))
        return {"Cookie": cookie} if cookie else {}

    async def passes_guard(self, url: str) -> bool:
        """Whether plain requests to this host may be worth another try: the browser was let in. Tried once a host."""
        async with self._guards.setdefault(host_of(url), asyncio.Lock()):
            if not self._cookies.get(host_of(url)) and not self.is_shut_out(url):
                await self.open(url)
        return bool(self._cookies.get(host_of(url)))

    def is_shut_out(self, url: str) -> bool:
        """The guard of this host did not let the browser in either."""
        return host_of(url) in self._shut_out

    async def open(self, url: str) -> Opened | None:
        """The page in the browser; None: there is no browser, it may open no more, or it saw no good page either."""
        key = canonical(url)
        if key not in self._opened:
            if self._viewer is None or self.asked >= self._most or time.monotonic() > self._give_up_at:
                return None
            self._opened[key] = asyncio.create_task(self._open(url, self._viewer))
        return await self._opened[key]

    async def _open(self, url: str, viewer: Viewer) -> Opened | None:
        try:
            async with asyncio.timeout(self._give_up_at - time.monotonic()):
                view = await viewer(url, picture=self.is_doubted(url))
        except TimeoutError:  # it may have waited for a tab all the while
            self.fetches.append(Fetch(url, self._clock.now(), problem=Problem.BUDGET))
            return None
        dom = view.shown.dom
        seen = self._read(view) if view.problem is None else None
        if seen and seen.quality != "good":
            dom = replace(dom, problem=QUALITY_PROBLEM[seen.quality])
            if seen.quality == "waf":
                self._shut_out.add(host_of(url))
        shown = replace(view.shown, dom=dom)
        self.fetches += shown.fetches
        if seen is None or dom.problem:
            return None
        self._cookies[host_of(url)] = view.cookie
        return Opened(shown, seen, view.unfinished)

    def _read(self, view: View) -> Skim:
        dom = view.shown.dom
        return skim(
            view.body,
            url=dom.final_url or dom.url,
            content_type=dom.content_type,
            status=dom.status,
            at=self._clock.at,
            memory=self._memory,
            rendered=True,
        )


def _tells_more(plain: PageReading, seen: PageReading) -> bool:
    if plain.needs_browser:
        return False
    if plain.newest and (seen.newest is None or plain.newest > seen.newest):
        return True
    if (
        plain.newest == seen.newest
        and seen.newer_elsewhere
        and not plain.newer_elsewhere
        and _goes_on(plain, seen)
    ):
        return True
    return plain.blank is False and seen.blank is not False


def _goes_on(plain: PageReading, seen: PageReading) -> bool:
    """Of a list that goes on elsewhere the browser opens the first page only."""
    return {row.url for row in plain.rows} > {row.url for row in seen.rows}
