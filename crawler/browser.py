"""The second pair of eyes: Chromium through Playwright, with a few tabs that all visits of a crawl share.

It is started when the first page wants it, started anew after so many pages and whenever it has died, and reaches the
world only through `Egress`. A page that hangs, crashes or asks for what it must not have is lost, and no other.
"""

import asyncio
import logging
import os
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser as Chromium
from playwright.async_api import BrowserContext, Error, Page, Playwright, Route, async_playwright

from crawler.browser_page import NEVER_LOADED, WAITED_FOR, IsGuarded, Look, TooLarge, Turns, look_at
from crawler.egress import Egress, OpenSocket
from crawler.extract.addresses import host_of
from crawler.observations import Problem
from crawler.pace import authority_of
from crawler.settings import CrawlerSettings

logger = logging.getLogger(__name__)

ARGUMENTS = (
    "--disable-quic",  # UDP would pass by the proxy
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-bypass-list=<-loopback>",  # loopback goes through the proxy like all else
    # Names are resolved by the proxy, and by nobody else.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",  # containers give it little
    "--mute-audio",
)
START_SECONDS, CLOSE_SECONDS = 60, 5
WINDOW = {"width": 1280, "height": 900}

BY_WORDS = (
    ("ERR_CERT", Problem.TLS),
    ("ERR_SSL", Problem.TLS),
    ("ERR_TOO_MANY_REDIRECTS", Problem.REDIRECT_LOOP),
    ("ERR_CONNECTION_REFUSED", Problem.REFUSED),
    ("Download is starting", Problem.NOT_A_PAGE),
    ("Timeout", Problem.TIMEOUT),
    ("net::", Problem.RESET),
)


@dataclass(frozen=True, slots=True)
class Lost:
    """Why the browser saw no page."""

    problem: Problem
    detail: str


class Browser:
    """All that a crawl opens in Chromium.

    `open_socket` and `pace`: the guard and the budgets of plain requests. `has_stopped`: nothing more is to be begun.
    """

    def __init__(
        self,
        program: str,
        settings: CrawlerSettings,
        open_socket: OpenSocket,
        *,
        pace: Turns | None = None,
        has_stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self.program, self.settings, self.pace = program, settings, pace
        self._has_stopped = has_stopped
        self.opened = 0
        self._egress = Egress(open_socket)
        self._tabs = asyncio.Semaphore(settings.browser_tabs)
        self._starting = asyncio.Lock()
        self._exits = AsyncExitStack()
        self._playwright: Playwright | None = None
        self._running: _Running | None = None
        self._broken = ""

    async def __aenter__(self) -> "Browser":
        return self  # nothing runs, and no port is open, before a page wants it

    async def __aexit__(self, *_: object) -> None:
        if self._running:
            await self._running.end()
        if self.opened:
            logger.info("pages rendered", extra={"pages": self.opened})
        await self._exits.aclose()

    def session(self, is_guarded: IsGuarded) -> "Session":
        """Pages that share their cookies: those of one visit."""
        return Session(self, is_guarded)

    async def running(self) -> "_Running":
        """The Chromium of the moment. Raises Error if it does not start; it is then not tried again."""
        async with self._starting:
            if self._broken:
                raise Error(self._broken)
            if self._running and self._running.is_worn(self.settings.browser_pages_before_recycling):
                worn, self._running = self._running, None
                await worn.retire()
            if self._running is None:
                self._running = await self._start()
            return self._running

    async def _start(self) -> "_Running":
        try:
            async with asyncio.timeout(START_SECONDS):
                if self._playwright is None:
                    await self._exits.enter_async_context(self._egress)
                    self._playwright = await self._exits.enter_async_context(async_playwright())
                way = self._egress
                return _Running(
                    await self._playwright.chromium.launch(
                        executable_path=self.program,
                        args=arguments(),
                        proxy={"server": way.address, "username": way.username, "password": way.password},
                        handle_sigint=False,
                        handle_sigterm=False,
                        handle_sighup=False,
                    )
                )
        except (Error, TimeoutError, OSError) as error:
            self._broken = f"{self.program} does not start: {_first_line(error)}"
            logger.warning("browser does not start", extra={"program": self.program, "error": self._broken})
            raise Error(self._broken) from error

    def why_not(self, url: str, error: BaseException) -> Lost:
        if host_of(url) in self._egress.forbidden:
            return Lost(Problem.FORBIDDEN_ADDRESS, _first_line(error))
        if isinstance(error, TimeoutError):
            return Lost(Problem.TIMEOUT, f"浏览器{self.settings.browser_seconds_a_page:g}秒内没有读完页面")
        if isinstance(error, TooLarge):
            return Lost(Problem.TOO_LARGE, _first_line(error))
        words = str(error)
        problem = next((each for word, each in BY_WORDS if word in words), Problem.OUR_FAULT)
        return Lost(problem, _first_line(error))

    async def in_a_tab(self, session: "Session", url: str, picture: bool) -> Look | Lost:
        async with self._tabs:
            if self._has_stopped():
                return Lost(Problem.CUT_SHORT, "")
            self.opened += 1
            try:
                return await session.open(url, picture)
            except (Error, TimeoutError, OSError, TooLarge) as error:
                return self.why_not(url, error)


class Session:
    """One visit's pages: a context of its own, so that no cookie and no storage passes from one website to another."""

    def __init__(self, browser: Browser, is_guarded: IsGuarded) -> None:
        self._browser, self._is_guarded = browser, is_guarded
        self._context: BrowserContext | None = None
        self._running: _Running | None = None
        self._making = asyncio.Lock()

    async def look(self, url: str, *, picture: bool) -> Look | Lost:
        """Open a page when a tab is free; never raises for what the page or the browser does."""
        seen = await self._browser.in_a_tab(self, url, picture)
        if isinstance(seen, Lost) and self._running and not self._running.is_alive:
            # The whole browser died, perhaps of another's page: this one is worth another try, once.
            seen = await self._browser.in_a_tab(self, url, picture)
        return seen

    async def close(self) -> None:
        running, self._running = self._running, None
        context, self._context = self._context, None
        if context:
            with suppress(Error, TimeoutError):
                await asyncio.wait_for(context.close(), CLOSE_SECONDS)
        if running:
            await running.leave()

    async def open(self, url: str, picture: bool) -> Look:
        context = await self._ready()
        assert self._running is not None
        running = self._running
        running.pages += 1
        seconds = self._browser.settings.browser_seconds_a_page
        page: Page | None = None
        try:
            async with asyncio.timeout(seconds):
                page = await context.new_page()
                await self._prepare(page, picture)
                return await look_at(
                    page,
                    url,
                    seconds=seconds,
                    most_bytes=self._browser.settings.max_page_bytes,
                    picture=picture,
                    is_guarded=self._is_guarded,
                )
        finally:
            if page and running.is_alive:
                await self._shut(page, running)

    async def _ready(self) -> BrowserContext:
        async with self._making:
            if self._context and self._running and self._running.is_alive:
                return self._context
            await self.close()
            running = await self._browser.running()
            self._running = running
            running.sessions += 1
            self._context = await running.chromium.new_context(
                user_agent=self._browser.settings.user_agent,
                viewport=WINDOW,  # type: ignore[arg-type]
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                ignore_https_errors=True,  # as plain requests do: how good its TLS is, is for a check to say
                accept_downloads=False,
                service_workers="block",
                permissions=[],
            )
            return self._context

    async def _prepare(self, page: Page, picture: bool) -> None:
        page.on("dialog", lambda dialog: _in_background(dialog.dismiss()))
        page.on("popup", lambda popup: _in_background(popup.close()))
        await page.add_init_script("window.open = () => null")
        await page.route("**/*", lambda route: self._let_out(route, picture))

    async def _let_out(self, route: Route, picture: bool) -> None:
        kind, host = route.request.resource_type, authority_of(route.request.url)
        with suppress(Error):  # the page may be gone by now
            if kind in NEVER_LOADED or (kind == "image" and not picture):
                await route.abort()
            elif self._browser.pace and kind in WAITED_FOR - {"script"}:
                async with self._browser.pace.turn(host):
                    await route.continue_()
                    await route.request.response()
            else:
                await route.continue_()

    async def _shut(self, page: Page, running: "_Running") -> None:
        try:
            await asyncio.wait_for(page.close(), CLOSE_SECONDS)
        except (Error, TimeoutError):
            # A page that cannot be closed goes on eating the machine: the browser is given up with it.
            await running.end()


class _Running:
    """One Chromium process, from its start until its last session is over."""

    def __init__(self, chromium: Chromium) -> None:
        self.chromium = chromium
        self.pages = self.sessions = 0
        self._is_retired = False

    @property
    def is_alive(self) -> bool:
        return self.chromium.is_connected()

    def is_worn(self, most_pages: int) -> bool:
        return self.pages >= most_pages or not self.is_alive

    async def retire(self) -> None:
        """Take no new session."""
        self._is_retired = True
        await self._end_if_left()

    async def leave(self) -> None:
        self.sessions -= 1
        await self._end_if_left()

    async def _end_if_left(self) -> None:
        if self._is_retired and not self.sessions:
            await self.end()

    async def end(self) -> None:
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(self.chromium.close(), CLOSE_SECONDS)


def arguments() -> list[str]:
    """Chromium's own walls stand but for root, for whom they cannot: that is said aloud."""
    if os.geteuid() != 0:
        return list(ARGUMENTS)
    logger.warning("browser runs without its sandbox, for it is started by root: use an ordinary user")
    return [*ARGUMENTS, "--no-sandbox"]


_tasks: set[asyncio.Task[Any]] = set()


def _in_background(work: Any) -> None:
    async def quietly() -> None:
        with suppress(Error):
            await work

    task = asyncio.ensure_future(quietly())
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)


def _first_line(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}".splitlines()[0][:300]
