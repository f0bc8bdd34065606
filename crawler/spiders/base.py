"""What all spiders share: many visits side by side, each a plain coroutine, with Scrapy's downloader beneath.

Scrapy gives robots, retries, redirects and decompression; the visits themselves know nothing of it.
"""

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar

from scrapy import Request, Spider

from crawler.certificates import certificate_of
from crawler.clock import Clock
from crawler.earlier import NOT_MODIFIED, NOTHING_KEPT, Earlier, KeptPage
from crawler.extract.addresses import host_of
from crawler.fetching import Answer, Fetcher, Wanted, problem_of
from crawler.grants import NO_GRANTS, Grants
from crawler.masking import masked, without_tokens
from crawler.observations import Fetch, Probed, Problem, Seen, Visit
from crawler.pace import Pace
from crawler.settings import CrawlerSettings
from crawler.spiders.failures import why_not
from crawler.targets import Target

logger = logging.getLogger(__name__)

SPENT = "seconds_spent"
"""In a request's meta, which its redirects take over: seconds of all answers so far, without the wait for a turn."""
SECRET, MASKED = "secret_parameters", "masked"
"""In a request's meta: what is joined to its address on the wire only, and what makes it an authorised one."""

Emit = Callable[[Seen], Awaitable[None]]
"""Where all that goes; waits when nobody takes it."""


class VisitSpider(Spider):
    """Visits its targets, some at a time, and emits what it sees."""

    keeps_pages: ClassVar[bool] = True

    def __init__(
        self,
        targets: Iterable[Target],
        settings: CrawlerSettings,
        clock: Clock,
        emit: Emit,
        pace: Pace,
        earlier: Earlier = NOTHING_KEPT,
        doubted: Mapping[str, frozenset[str]] = MappingProxyType({}),
        grants: Grants = NO_GRANTS,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.targets = list(targets)
        self.limits = settings
        self.clock = clock
        self.emit = emit
        self.pace = pace
        self.earlier = earlier
        self.doubted = doubted
        self.grants = grants
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

    def fetcher(self, target: Target) -> Fetcher:
        """Asks for one visit: what it is told to remember (cookies) no other visit knows of."""
        return partial(self.fetch, visitor=target.key)

    async def fetch(self, wanted: Wanted, visitor: str = "") -> Answer:
        """Ask Scrapy's downloader; whatever happens becomes an answer. `visitor`: whose cookies are sent along."""
        began = self.clock.now()
        if self.stopping:
            return Answer(Fetch(wanted.url, began, problem=Problem.CUT_SHORT))
        try:
            if kept := self.earlier.page(wanted):
                response = await self._ask(
                    replace(wanted, headers={**wanted.headers, **kept.conditions}), visitor
                )
                if response.status == NOT_MODIFIED:
                    body = self.earlier.body_of(kept.sha256) if response.url == kept.final_url else None
                    if body:
                        return await self._unchanged(wanted, response, began, kept, body)
                    response = await self._ask(wanted, visitor)
            else:
                response = await self._ask(wanted, visitor)
        except Exception as error:
            problem, detail = why_not(error)
            detail = masked(detail, wanted.masked)
            seconds = (self.clock.now() - began).total_seconds()
            return Answer(Fetch(wanted.url, began, seconds=seconds, problem=problem, detail=detail))
        return await self._answer(wanted, response, began)

    async def _ask(self, wanted: Wanted, visitor: str) -> Any:
        headers = dict(wanted.headers)
        request = Request(
            wanted.url,
            method=wanted.method,
            cookies=_cookies_in(headers.pop("Cookie", "")),
            headers=headers,
            body=wanted.body,
            meta={"cookiejar": visitor, **_discretion(wanted)},
            dont_filter=True,
        )
        return await self.crawler.engine.download_async(request)

    async def _unchanged(
        self, wanted: Wanted, response: Any, began: Any, kept: KeptPage, body: bytes
    ) -> Answer:
        """The page as it was stored by an earlier visit: its server says that it has not changed since."""
        answer = await self._answer(wanted, response.replace(body=body), began)
        fetch = replace(
            answer.fetch,
            content_type=kept.content_type,
            etag=kept.etag,
            last_modified=kept.last_modified,
        )
        return replace(answer, fetch=fetch)

    async def _answer(self, wanted: Wanted, response: Any, began: Any) -> Answer:
        body: bytes = response.body
        if wanted.masked and not wanted.private:
            body = without_tokens(masked(body, wanted.masked))
        problem = problem_of(response.status, body)
        sha256 = "" if wanted.private else await self.keep(body)
        headers = {
            name.decode("latin-1").lower(): masked(response.headers[name].decode("latin-1"), wanted.masked)
            for name in response.headers
        }
        now = self.clock.now()
        fetch = Fetch(
            url=wanted.url,
            at=now,
            final_url=response.url,
            status=response.status,
            content_type=headers.get("content-type", ""),
            seconds=response.meta.get(SPENT, (now - began).total_seconds()),
            size=len(body),
            sha256=sha256,
            problem=problem,
            detail=f"HTTP {response.status}" if problem is Problem.HTTP_ERROR else "",
            etag=headers.get("etag", ""),
            last_modified=headers.get("last-modified", ""),
        )
        shown = certificate_of(response.certificate, host_of(response.url)) if response.certificate else None
        return Answer(fetch, body, headers, shown)

    async def keep(self, body: bytes) -> str:
        """Hand on what is evidence; its SHA-256, empty if there is nothing."""
        if body and self.keeps_pages:
            await self.emit(body)
        return hashlib.sha256(body).hexdigest() if body else ""


def _discretion(wanted: Wanted) -> dict[str, Any]:
    """An authorised request goes where it was meant to go and nowhere else; what a website's robots.txt says to those who
    come without being asked is not for it."""
    if not wanted.masked:
        return {SECRET: dict(wanted.secret)} if wanted.secret else {}
    return {
        SECRET: dict(wanted.secret),
        MASKED: wanted.masked,
        "dont_redirect": True,
        "dont_obey_robotstxt": True,
    }


def _cookies_in(header: str) -> dict[str | bytes, str | bytes | bool | float | int]:
    pairs = (each.strip().partition("=") for each in header.split(";"))
    return {name: value for name, equals, value in pairs if equals}
