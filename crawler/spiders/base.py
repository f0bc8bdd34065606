"""What both spiders share: many visits side by side, each a plain coroutine, with Scrapy's downloader beneath.

Scrapy gives slots, delays, robots, retries, redirects and decompression; the visits themselves know nothing of it.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import Any, ClassVar

from scrapy import Request, Spider

from crawler.clock import Clock
from crawler.fetching import Answer, Wanted
from crawler.observations import Fetch, Probed, Problem, Seen, Visit
from crawler.settings import CrawlerSettings
from crawler.spiders.failures import why_not
from crawler.targets import Target

logger = logging.getLogger(__name__)

Emit = Callable[[Seen], Awaitable[None]]
"""Where all that goes; waits when nobody takes it."""


class VisitSpider(Spider):
    """Visits its targets, some at a time, and emits what it sees."""

    keeps_pages: ClassVar[bool] = True

    def __init__(
        self, targets: Iterable[Target], settings: CrawlerSettings, clock: Clock, emit: Emit, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.targets = list(targets)
        self.limits = settings
        self.clock = clock
        self.emit = emit
        self.stopping = False

    async def start(self) -> AsyncIterator[Any]:
        gate = asyncio.Semaphore(self.side_by_side)
        async with asyncio.TaskGroup() as group:
            for target in self.targets:
                await gate.acquire()
                group.create_task(self._one(target)).add_done_callback(lambda _: gate.release())
        no_requests: tuple[Request, ...] = ()  # they are all made in the visits; Scrapy wants a generator
        for request in no_requests:
            yield request

    @property
    def side_by_side(self) -> int:
        return self.limits.sites_at_once

    async def visit(self, target: Target) -> Visit | Probed:
        raise NotImplementedError

    def failed(self, target: Target, detail: str) -> Visit | Probed:
        """The visit of a target at which our own code broke down."""
        raise NotImplementedError

    async def _one(self, target: Target) -> None:
        if self.stopping:
            return
        try:
            visit = await self.visit(target)
        except Exception as error:  # one target's trouble must not end the round for the others
            logger.exception("visit broke down", extra={"target": target.key})
            visit = self.failed(target, f"{type(error).__name__}: {error}")
        if not self.stopping:  # a visit that was cut short is no visit: its target stays due
            await self.emit(visit)

    async def fetch(self, wanted: Wanted) -> Answer:
        """Ask Scrapy's downloader; whatever happens becomes an answer."""
        began = self.clock.now()
        if self.stopping:
            return Answer(Fetch(wanted.url, began, problem=Problem.CUT_SHORT))
        try:
            request = Request(
                wanted.url,
                method=wanted.method,
                headers=dict(wanted.headers),
                body=wanted.body,
                dont_filter=True,
            )
            response = await self.crawler.engine.download_async(request)
        except Exception as error:
            problem, detail = why_not(error)
            seconds = (self.clock.now() - began).total_seconds()
            return Answer(Fetch(wanted.url, began, seconds=seconds, problem=problem, detail=detail))
        return await self._answer(wanted, response, began)

    async def _answer(self, wanted: Wanted, response: Any, began: Any) -> Answer:
        body: bytes = response.body
        problem = _problem_of(response.status, body)
        sha256 = ""
        if body:
            sha256 = hashlib.sha256(body).hexdigest()
            if self.keeps_pages:
                await self.emit(body)
        headers = {
            name.decode("latin-1").lower(): response.headers[name].decode("latin-1")
            for name in response.headers
        }
        now = self.clock.now()
        fetch = Fetch(
            url=wanted.url,
            at=now,
            final_url=response.url,
            status=response.status,
            content_type=headers.get("content-type", ""),
            seconds=(now - began).total_seconds(),
            size=len(body),
            sha256=sha256,
            problem=problem,
            detail=f"HTTP {response.status}" if problem is Problem.HTTP_ERROR else "",
        )
        return Answer(fetch, body, headers)


def _problem_of(status: int, body: bytes) -> Problem | None:
    if status >= 400:
        return Problem.HTTP_ERROR
    return None if body.strip() else Problem.EMPTY_BODY
