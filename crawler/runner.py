"""The one place that builds Scrapy's runner: a crawl in a thread without a reactor, or in a child process with one.

Reactorless mode is marked experimental upstream, hence the switch (`crawler.engine`) and hence this single module.
A crawl is read as a plain iterator of bodies and visits; the reader does what it likes with them, in its own thread.
"""

import asyncio
import contextlib
import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, Protocol

from crawler.backlog import Backlog
from crawler.clock import Clock
from crawler.earlier import NOTHING_KEPT, Earlier
from crawler.grants import NO_GRANTS, Grant, Grants, GrantSeen
from crawler.observations import Seen
from crawler.pace import Budget, Pace, authority_of
from crawler.settings import CrawlerSettings
from crawler.targets import Account, Site, Target

RESOLVERS = 64
"""So many names are resolved side by side."""

Errand = Literal["visit", "probe", "page"]
"""Inspect the whole target, ask whether its home page opens, or read the one page at its address."""

Doubted = Mapping[str, frozenset[str]]
"""Key of a target -> the addresses on it that a browser has to open, whatever the plain page says (复核)."""

NOTHING_DOUBTED: Doubted = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Order:
    """What a crawl is to do, handed on whole, to another process too. `own`, `doubted`, `earlier`,
    `grants`: see `crawl`."""

    targets: tuple[Target, ...]
    settings: CrawlerSettings
    clock: Clock
    errand: Errand
    own: tuple[tuple[str, int], ...]
    doubted: dict[str, frozenset[str]]
    earlier: Earlier
    grants: dict[tuple[str, str], Grant]


class CrawlFailed(Exception):
    """The crawl itself broke down: nothing is known about the targets that were not yet seen."""


OBJECTS_BEFORE_COLLECTING = 10_000
"""A page is thousands of small objects without cycles, let go as soon as it is read: Python's own 700 would look through
all that a crawl holds several times a page, a tenth of its work."""
LAST_WORDS_SECONDS = 5.0
"""A platform answers a renewal within seconds; whoever stops a crawl waits no longer."""


class Crawl(Protocol):
    """One crawl: iterate to get what it sees; `stop()` ends it soon, whatever was not finished stays unseen.

    But renewals of authorisations: the old tokens are void then, so those under way come home (for `LAST_WORDS_SECONDS`).
    """

    def __iter__(self) -> Iterator[Seen]: ...
    def stop(self) -> None: ...


def crawl(
    targets: Sequence[Target],
    settings: CrawlerSettings,
    clock: Clock,
    errand: Errand = "visit",
    own: Sequence[tuple[str, int]] = (),
    doubted: Doubted = NOTHING_DOUBTED,
    earlier: Earlier = NOTHING_KEPT,
    grants: Grants = NO_GRANTS,
) -> Crawl:
    """Go to all targets once. `own`: (address, port) pairs of this very program that the guard lets through.

    `doubted`: what is looked at for the second time, and therefore in a browser. `earlier`: what is asked for only if it
    has changed since. `grants`: what official interfaces are asked with; what becomes of them comes home as `GrantSeen`.
    """
    if errand == "probe":
        settings = settings.model_copy(
            update={"timeout_seconds": settings.probe_timeout_seconds, "retries": 0}
        )
    kind = ThreadCrawl if settings.engine == "reactorless" else ChildCrawl
    order = Order(tuple(targets), settings, clock, errand, tuple(own), dict(doubted), earlier, dict(grants))
    return kind(order)


class ThreadCrawl:
    """Scrapy without a reactor, in an event loop of its own thread."""

    def __init__(self, order: Order) -> None:
        self._order = order
        self._seen: Backlog[Seen | BaseException | None] = Backlog()
        self._engine: _Engine | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = threading.Event()

    def __iter__(self) -> Iterator[Seen]:
        thread = threading.Thread(target=self._run, name="crawl", daemon=True)
        thread.start()
        while (item := self._seen.take()) is not None:
            if isinstance(item, BaseException):
                raise CrawlFailed(f"{type(item).__name__}: {item}") from item
            yield item
        if not self._stopping.is_set():
            thread.join()
        elif self._engine:
            self._engine.wait_for_renewals()
            yield from (item for item in self._seen.rest() if isinstance(item, GrantSeen))

    def stop(self) -> None:
        """Nothing more is handed out from now on, but for renewals under way; what hangs at some website ends by itself, with its time limit."""
        self._stopping.set()
        self._seen.close()
        self._seen.put_now(None)
        if self._loop and self._engine:
            with contextlib.suppress(RuntimeError):  # the loop may have ended by itself just now
                self._loop.call_soon_threadsafe(self._engine.stop)

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=_loop_factory()) as runner:
                runner.run(self._main())
        except BaseException as error:
            self._seen.put_now(error)
        else:
            self._seen.put_now(None)

    async def _main(self) -> None:
        from scrapy.crawler import AsyncCrawlerRunner

        self._loop = asyncio.get_running_loop()
        self._engine = _Engine(AsyncCrawlerRunner, self._order, self._emit)
        if not self._stopping.is_set():
            await self._engine.crawl()

    async def _emit(self, item: Seen) -> None:
        if isinstance(item, GrantSeen):
            self._seen.put_now(item)
        else:
            await self._seen.put(item)


class ChildCrawl:
    """Scrapy on the asyncio reactor, which can be started only once a process: so each crawl has a process."""

    def __init__(self, order: Order) -> None:
        context = multiprocessing.get_context("spawn")
        self._receiver, sender = context.Pipe(duplex=False)
        # A pipe and not an event: an event waits for its sleepers, and a process that has ended never wakes.
        stop, self._stop = context.Pipe(duplex=False)
        self._process = context.Process(target=_child, args=(order, sender, stop), daemon=True)
        self._theirs = (sender, stop)
        self._stopped = False
        self._no_last_words = threading.Timer(LAST_WORDS_SECONDS + 2, self._end)

    def __iter__(self) -> Iterator[Seen]:
        self._process.start()
        for end in self._theirs:
            end.close()
        ended = False
        try:
            while not ended:
                item = self._receiver.recv()
                ended = item is None
                if isinstance(item, str):
                    raise CrawlFailed(item)
                if not ended:
                    yield item
        except (EOFError, OSError):
            if not self._stopped:
                raise CrawlFailed("the crawl's process ended before its work") from None
        finally:
            self._no_last_words.cancel()
            if self._stopped:
                self._end()
            self._process.join(timeout=10)
            if self._process.is_alive():
                self._process.kill()

    def stop(self) -> None:
        """It ends when its renewals have come home; a child that does not hear us is ended soon after it should have."""
        if not self._stopped:
            self._no_last_words.daemon = True
            self._no_last_words.start()
        self._stopped = True
        with contextlib.suppress(OSError):  # the process may have ended by itself
            self._stop.send(True)

    def _end(self) -> None:
        with contextlib.suppress(ValueError, AttributeError):  # it was never started, or has been closed
            self._process.kill()


def _child(order: Order, sender: Any, stop: Any) -> None:
    """The child process of a ChildCrawl."""
    from scrapy.crawler import AsyncCrawlerProcess

    signal.signal(
        signal.SIGINT, signal.SIG_IGN
    )  # Ctrl-C reaches the whole group: it is the parent's, who tells us
    one_at_a_time, in_turn = threading.Lock(), asyncio.Lock()

    def send(item: Seen | str | None) -> None:
        with one_at_a_time:
            sender.send(item)

    async def emit(item: Seen) -> None:
        # The parent may be busy writing: waiting for room in the pipe must not stand in the loop's way.
        async with in_turn:
            await asyncio.to_thread(send, item)

    try:
        logging.getLogger().setLevel(logging.WARNING)
        engine = _Engine(AsyncCrawlerProcess, order, emit)
        process = engine.runner
        engine.start()

        def stop_when_told() -> None:
            with contextlib.suppress(EOFError):  # the parent is gone: nobody wants the rest
                stop.recv()
            engine.stop()
            engine.wait_for_renewals()
            send(None)

        threading.Thread(target=stop_when_told, daemon=True).start()
        process.start(install_signal_handlers=False)
        send(None)
    except BaseException as error:
        send(f"{type(error).__name__}: {error}")


class _Engine:
    """One Scrapy runner with a crawler for the websites and one for the accounts."""

    def __init__(self, runner: Any, order: Order, emit: Any) -> None:
        from scrapy.settings import Settings

        gc.set_threshold(OBJECTS_BEFORE_COLLECTING)
        self.order, self.emit = order, emit
        self.runner = runner(settings=Settings(_scrapy_settings(order)))
        self._crawlers: list[Any] = []

    def start(self) -> list[Any]:
        settings, started = self.order.settings, []
        paces = _paces(self.order)
        for spider, kind, pace in _spiders(self.order.errand):
            mine = [target for target in self.order.targets if isinstance(target, kind)]
            if not mine:
                continue
            crawler = self.runner.create_crawler(spider)
            self._crawlers.append(crawler)
            started.append(
                self.runner.crawl(
                    crawler,
                    targets=mine,
                    settings=settings,
                    clock=self.order.clock,
                    emit=self.emit,
                    pace=paces[pace],
                    earlier=self.order.earlier,
                    doubted=self.order.doubted,
                    grants=self.order.grants,
                )
            )
        return started

    async def crawl(self) -> None:
        await asyncio.gather(*self.start())

    def stop(self) -> None:
        """Let nothing new begin; the visits under way answer at once with *cut short*, so the spiders end."""
        for crawler in self._crawlers:
            if crawler.spider is not None:
                crawler.spider.stopping = True

    def wait_for_renewals(self) -> None:
        """From another thread than the loop's."""
        ends = time.monotonic() + LAST_WORDS_SECONDS
        while any(getattr(crawler.spider, "is_renewing", False) for crawler in self._crawlers):
            if time.monotonic() > ends:
                return
            time.sleep(0.05)


def _spiders(errand: Errand) -> tuple[tuple[Any, type, str], ...]:
    """(spider, kind of target, whose politeness it keeps to)."""
    from crawler.spiders.accounts import AccountSpider
    from crawler.spiders.pages import PageSpider
    from crawler.spiders.probes import ProbeSpider
    from crawler.spiders.sites import SiteSpider

    match errand:
        case "probe":
            return ((ProbeSpider, Site, "site"),)
        case "page":
            return ((PageSpider, Site, "site"),)
        case "visit":
            return ((SiteSpider, Site, "site"), (AccountSpider, Account, "bridge"))


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:  # not on this system: the standard loop does the same, slower
        return None
    # Names are resolved in threads of their own; of the usual four, a few names that hang would keep all others waiting.
    os.environ.setdefault("UV_THREADPOOL_SIZE", f"{RESOLVERS}")
    return uvloop.new_event_loop


def _paces(order: Order) -> dict[str, Pace]:
    """A host that is an inspected website keeps its own budget, also where it carries accounts' feeds."""
    site = Budget.of_sites(order.settings)
    sites = {authority_of(target.url): site for target in order.targets if isinstance(target, Site)}
    return {"site": Pace(site), "bridge": Pace(Budget.of_bridges(order.settings), sites)}


def _scrapy_settings(order: Order) -> dict[str, Any]:
    settings = order.settings
    handler = "crawler.spiders.handler.GuardedHandler"
    unused = ("offsite.OffsiteMiddleware", "httpauth.HttpAuthMiddleware")
    return {
        "TWISTED_REACTOR_ENABLED": settings.engine == "asyncio",
        # Scrapy would open a port that runs whatever Python is posted to it.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "DOWNLOAD_HANDLERS": {
            "http": handler,
            "https": handler,
            "ftp": None,
            "file": None,
            "data": None,
            "s3": None,
        },
        "DOWNLOADER_MIDDLEWARES": {f"scrapy.downloadermiddlewares.{name}": None for name in unused},
        "XUNJIAN_ALLOW_PRIVATE_ADDRESSES": settings.allow_private_addresses,
        "XUNJIAN_OWN_ADDRESSES": list(order.own),
        "USER_AGENT": settings.user_agent,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
        },
        "ROBOTSTXT_OBEY": settings.obey_robots,
        "COOKIES_ENABLED": True,
        # A proxy out of the environment would connect for us, past the guard of our own sockets.
        "HTTPPROXY_ENABLED": False,
        "RETRY_TIMES": settings.retries,
        "REDIRECT_MAX_TIMES": settings.redirects,
        # A page's own refresh is a fact about it: we read it ourselves.
        "METAREFRESH_ENABLED": False,
        "DOWNLOAD_TIMEOUT": settings.timeout_seconds,
        "DOWNLOAD_MAXSIZE": settings.max_page_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "CONCURRENT_ITEMS": 4,
        # Bounded by the visits side by side and by each host's budget (crawler/pace.py), not by one number for all.
        "CONCURRENT_REQUESTS": 0,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 10_000,
        "DOWNLOAD_DELAY": 0,
        "LOG_ENABLED": False,
    }
