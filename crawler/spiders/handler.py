"""Scrapy's aiohttp download handler with our guard in its connector.

It reaches into a module that Scrapy marks experimental; that is why it is alone here and Scrapy's version is pinned.
"""

import aiohttp
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler

from crawler.guard import public_socket


class GuardedHandler(AiohttpDownloadHandler):
    experimental = False  # we know, and say so in docs/decisions

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if crawler.settings.getbool("XUNJIAN_ALLOW_PRIVATE_ADDRESSES"):
            return
        unguarded = self._session
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=self._pool_size_total,
                limit_per_host=self._pool_size_per_host,
                socket_factory=public_socket,
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            response_class=_ClientResponse,
            skip_auto_headers=unguarded.skip_auto_headers,
        )
        self._unguarded = unguarded

    async def close(self) -> None:
        await super().close()
        if unguarded := getattr(self, "_unguarded", None):
            await unguarded.close()
