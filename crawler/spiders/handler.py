"""Scrapy's aiohttp download handler with our guard in its connector and an ear for old TLS.

It reaches into a module that Scrapy marks experimental; that is why it is alone here and Scrapy's version is pinned.
"""

import ssl

import aiohttp
from scrapy.core.downloader.handlers._aiohttp import AiohttpDownloadHandler, _ClientResponse
from scrapy.crawler import Crawler

from crawler.guard import guarded_sockets

LEGACY_SERVER_CONNECT = 0x4
"""`ssl.OP_LEGACY_SERVER_CONNECT`, which Python 3.11 does not name: servers without secure renegotiation."""


class GuardedHandler(AiohttpDownloadHandler):
    experimental = False  # we know, and say so in docs/decisions

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._ssl_context = lenient_context()
        if crawler.settings.getbool("XUNJIAN_ALLOW_PRIVATE_ADDRESSES"):
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

    async def close(self) -> None:
        await super().close()
        if unguarded := getattr(self, "_unguarded", None):
            await unguarded.close()


def lenient_context() -> ssl.SSLContext:
    """Reads what an old browser would (design.md part 5): any certificate, TLS from 1.0 on, weak ciphers. Nothing secret
    is sent to a website; how good its TLS is, is for a check to say."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = (
        ssl.TLSVersion.MINIMUM_SUPPORTED
    )  # TLS 1.0: SSL 2 and 3 are off in every context
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.options |= LEGACY_SERVER_CONNECT
    return context
