"""Politeness: one budget a host, kept by whoever asks there: pages, robots.txt, retries, feeds, probes and the browser.

The turns on a host are counted for the whole process, for a round and a probe may go on side by side, each in its own
thread and event loop.
"""

import asyncio
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import urlsplit

from crawler.settings import CrawlerSettings

MARGIN = 1.1
"""On the way to the host requests draw a little closer together, the more so where this machine is busy."""
LONGEST_DELAY = 2.0
"""Seconds. A robots.txt may ask for so much between two requests; with more, no site could be inspected in a day."""
FORGOTTEN_AFTER = 60.0
"""Seconds without a turn. What a robots.txt asked for is read again in every crawl."""
MOST_KNOWN = 1000
"""Hosts; when more are known, those are forgotten where nothing goes on."""


@dataclass(frozen=True, slots=True)
class Budget:
    """At most so many requests to one host at once, and so many a second; 0 a second: no limit."""

    at_once: int
    a_second: float

    @property
    def gap(self) -> float:
        """Seconds between the beginnings of two requests."""
        return MARGIN / self.a_second if self.a_second else 0.0

    @classmethod
    def of_sites(cls, settings: CrawlerSettings) -> "Budget":
        return cls(settings.site_requests_at_once, settings.site_requests_a_second)

    @classmethod
    def of_bridges(cls, settings: CrawlerSettings) -> "Budget":
        return cls(settings.bridge_requests_at_once, settings.bridge_requests_a_second)


@dataclass(slots=True)
class _Host:
    under_way: int = 0
    is_beginning: bool = False
    next_at: float = 0.0
    delay: float = 0.0
    waiting: "deque[tuple[Budget, Future[float]]]" = field(default_factory=deque)


class Traffic:
    """All turns of this process. `now` and `sleep`: the clock it goes by, in seconds."""

    def __init__(
        self,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.now, self.sleep = now, sleep
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    async def begin(self, host: str, budget: Budget) -> None:
        """Wait for a turn. They come in the order in which they were asked for."""
        given: Future[float] = Future()
        with self._lock:
            self._known(host).waiting.append((budget, given))
            self._give(host)
        try:
            at = await asyncio.wrap_future(given)
            if (pause := at - self.now()) > 0:
                await self.sleep(pause)
        except BaseException:
            # Cancelled while it waited: a turn that was given all the same is for the next.
            if not given.cancel() and not given.cancelled():
                self._begun(host, None)
                self.end(host)
            raise
        self._begun(host, budget.gap)

    def _begun(self, name: str, gap: float | None) -> None:
        """The next one begins so long after this one did, and not after it was to: a busy thread may wake it late. `gap`
        None: it did not begin at all."""
        with self._lock:
            host = self._known(name)
            host.is_beginning = False
            if gap is not None:
                host.next_at = self.now() + max(gap, host.delay)
            self._give(name)

    def end(self, host: str) -> None:
        with self._lock:
            self._known(host).under_way -= 1
            self._give(host)

    def slow_down(self, host: str, seconds: float) -> None:
        """What a robots.txt asks for (Crawl-delay): so much between two requests, whoever makes them."""
        with self._lock:
            self._known(host).delay = min(seconds, LONGEST_DELAY)

    def _known(self, host: str) -> _Host:
        if host not in self._hosts and len(self._hosts) >= MOST_KNOWN:
            self._forget_the_quiet()
        return self._hosts.setdefault(host, _Host())

    def _forget_the_quiet(self) -> None:
        long_ago = self.now() - FORGOTTEN_AFTER
        for name, host in list(self._hosts.items()):
            if not host.under_way and not host.waiting and host.next_at < long_ago:
                del self._hosts[name]

    def _give(self, name: str) -> None:
        """Hand out the next turn, if one is free, with the moment at which it begins."""
        host = self._hosts[name]
        while host.waiting and not host.is_beginning and host.under_way < host.waiting[0][0].at_once:
            _, given = host.waiting.popleft()
            if given.set_running_or_notify_cancel():
                host.is_beginning = True
                host.under_way += 1
                given.set_result(max(self.now(), host.next_at))


OURS = Traffic()


def authority_of(url: str) -> str:
    """What has a budget of its own: the host's name, with its port if that is an unusual one; empty for no address."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    return host if port in (None, 80, 443) else f"{host}:{port}"


class Pace:
    """How one kind of visits keeps to it: `usual` is its budget on a host that has none of its own in `special`."""

    def __init__(
        self,
        usual: Budget,
        special: Mapping[str, Budget] = MappingProxyType({}),
        traffic: Traffic = OURS,
    ) -> None:
        self._usual, self._special, self._traffic = usual, special, traffic

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """One request: waits until the budget of the host (see `authority_of`) has room for it."""
        await self._traffic.begin(host, self._special.get(host, self._usual))
        try:
            yield
        finally:
            self._traffic.end(host)

    def slow_down(self, host: str, seconds: float) -> None:
        self._traffic.slow_down(host, seconds)
