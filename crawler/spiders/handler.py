"""Scrapy's aiohttp download handler with our guard in its connector and an ear for old TLS.

It reaches into a module that Scrapy marks experimental; that is why it is alone here and Scrapy's version is pinned.
"""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from copy import copy
from functools import cached_property
from urllib.parse import urlencode

import aiohttp
from scrapy import Request, signals
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadTimeoutError, UnsupportedURLSchemeError
from scrapy.http import Response
from scrapy.robotstxt import RobotParser

from crawler.guard import guarded_sockets
from crawler.masking import masked
from crawler.pace import authority_of
from crawler.spiders.base import MASKED, SECRET, SPENT, VisitSpider
from crawler.spiders.patience import Patience

LEGACY_SERVER_CONNECT = 0x4
"""`ssl.OP_LEGACY_SERVER_CONNECT`, which Python 3.11 does not name: servers without secure renegotiation."""
SHORTEST_SECONDS = 0.01
NO_LIMIT = 0
"""aiohttp's own limit, which counts what is not the website's."""
ROBOTS_BYTES = 512 << 10
"""So much of a robots.txt has to be read (RFC 9309, 2.5), and a larger one is an attack on its reader."""
TIMES_PACKED = 2
"""Each Content-Encoding costs us up to a whole page's unpacking; a server with something to say names one."""
LARGE_BYTES = 256 << 10
LARGE_AT_ONCE = 8
"""Of answers larger than that so many come in at the same time; the others wait, and their servers with them."""


class GuardedHandler(AiohttpDownloadHandler):
    experimental = False  # we know, and say so in docs/decisions

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._ssl_context = lenient_context()
        crawler.signals.connect(self._slow_down, signals.robots_parsed)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._patience = Patience()
        self._in_the_clear = crawler.settings.getbool("XUNJIAN_ALLOW_PRIVATE_ADDRESSES")
        if self._in_the_clear:
            return
        own = [tuple(each) for each in crawler.settings.getlist("XUNJIAN_OWN_ADDRESSES")]
        unguarded = self._session
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
                socket_factory=guarded_sockets(own),
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=unguarded.skip_auto_headers,
        )
        self._unguarded = unguarded

    async def download_request(self, request: Request) -> Response:
        if request.url.endswith("/robots.txt"):
            request.meta["download_maxsize"] = ROBOTS_BYTES
        async with self._spider.pace.turn(authority_of(request.url)):
            if self._spider.stopping:
                raise DownloadCancelledError("the crawl is being stopped")
            response = await self._in_time(request)
        packed = b",".join(response.headers.getlist("Content-Encoding")).split(b",")
        if len(packed) > TIMES_PACKED:
            raise DownloadCancelledError(f"{request.url} is packed {len(packed)} times")
        return response

    async def _in_time(self, request: Request) -> Response:
        """The whole way there, redirects included, has one limit of time."""
        limit, spent = self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT"), request.meta.get(SPENT, 0.0)
        began = time.monotonic()
        request.meta["download_timeout"] = NO_LIMIT
        with contextlib.suppress(TimeoutError):
            async with self._patience.wait(max(limit - spent, SHORTEST_SECONDS)) as wait:
                response = await super().download_request(request)
                request.meta[SPENT] = spent + time.monotonic() - began - wait.unheard
                return response
        # Out here it does not hold on to what was read so far.
        raise DownloadTimeoutError(f"{request.url} took longer than {limit:g} seconds")

    @asynccontextmanager
    async def _make_request(self, request: Request, timeout: float) -> AsyncIterator[_ClientResponse]:
        """What is secret is added here, beneath everything that writes of a request or sends it elsewhere."""
        secret, hidden = request.meta.get(SECRET, {}), request.meta.get(MASKED, ())
        if hidden and not (request.url.startswith("https:") or self._in_the_clear):
            raise UnsupportedURLSchemeError("a token is not sent over an open connection")
        sent = _with_secret(request) if secret else request
        try:
            handler = self._sure_of_its_other_end if hidden else self
            async with super(GuardedHandler, handler)._make_request(sent, timeout) as response:
                yield response
        except Exception as error:
            said = masked(str(error), (*hidden, *secret.values()))
            if said == str(error):
                raise
            raise type(error)(said) from None

    @cached_property
    def _sure_of_its_other_end(self) -> "GuardedHandler":
        """This handler, with its connections, as one that believes no certificate that is not in order."""
        other = copy(self)
        other._ssl_context = ssl.create_default_context()
        return other

    @property
    def _spider(self) -> VisitSpider:
        spider = self.crawler.spider
        assert isinstance(spider, VisitSpider)
        return spider

    def _slow_down(self, robotparser: RobotParser, request: Request) -> None:
        asked = robotparser.crawl_delay(self.crawler.settings["USER_AGENT"])
        self._spider.pace.slow_down(authority_of(request.url), asked or 0)

    async def _iter_body_chunks(self, response: _ClientResponse) -> AsyncIterator[bytes]:  # type: ignore[override]
        """What is read of all answers at the same time has a limit, too, and not only what is read of each."""
        read = 0
        holds = False
        try:
            async for chunk in response.content.iter_any():
                read += len(chunk)
                if read > LARGE_BYTES and not holds:
                    async with self._patience.mine.set_aside():
                        holds = await self._large.acquire()
                yield chunk
        finally:
            if holds:
                self._large.release()

    async def close(self) -> None:
        await super().close()
        if unguarded := getattr(self, "_unguarded", None):
            await unguarded.close()


def _with_secret(request: Request) -> Request:
    """Where a redirect leads is not who was to get the secret."""
    if request.meta.get("redirect_times"):
        return request
    mark = "&" if "?" in request.url else "?"
    return request.replace(url=f"{request.url}{mark}{urlencode(request.meta[SECRET])}")


def lenient_context() -> ssl.SSLContext:
    """Reads what an old browser would (design.md part 5): any certificate, TLS from 1.0 on, weak ciphers. Nothing secret
    is sent to a website (an authorised request has a context of its own); how good its TLS is, is for a check to say."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = (
        ssl.TLSVersion.MINIMUM_SUPPORTED
    )  # TLS 1.0: SSL 2 and 3 are off in every context
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= LEGACY_SERVER_CONNECT
    return context
