"""The spider that visits websites."""

import logging
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from crawler.browser_program import find
from crawler.extract.page import skim
from crawler.fetching import Viewer
from crawler.guard import guarded_sockets
from crawler.observations import Problem, SiteVisit
from crawler.site_visit import visit_site
from crawler.spiders.base import VisitSpider
from crawler.targets import Site, Target

if TYPE_CHECKING:  # loaded only when there is a browser: it takes a second
    from crawler.browser import Browser
    from crawler.egress import OpenSocket

logger = logging.getLogger(__name__)


class SiteSpider(VisitSpider):
    name = "sites"
    browser: "Browser | None" = None

    async def start(self) -> AsyncIterator[Any]:
        async with AsyncExitStack() as exits:
            if program := find(self.limits.browser):
                from crawler.browser import Browser

                browser = Browser(
                    program,
                    self.limits,
                    self.open_socket(),
                    pace=self.pace,
                    has_stopped=lambda: self.stopping,
                )
                self.browser = await exits.enter_async_context(browser)
            elif self.limits.browser != "off":
                logger.warning(
                    "no browser: what scripts fill stays unverified", extra={"browser": self.limits.browser}
                )
            async for request in super().start():
                yield request

    async def visit(self, target: Target) -> SiteVisit:
        assert isinstance(target, Site)
        doubted = self.doubted.get(target.key, frozenset())
        async with self.viewer() as view:
            return await visit_site(target, self.fetcher(target), self.clock, self.limits, view, doubted)

    @asynccontextmanager
    async def viewer(self) -> AsyncIterator[Viewer | None]:
        """The browser for one visit, if there is one."""
        if self.browser is None:
            yield None
            return
        from crawler.spiders.views import SessionViewer

        session = self.browser.session(self.is_guarded)
        try:
            yield SessionViewer(session, self.keep, self.clock)
        finally:
            await session.close()

    def open_socket(self) -> "OpenSocket":
        """The same guard that stands before plain requests."""
        settings = self.crawler.settings
        if settings.getbool("XUNJIAN_ALLOW_PRIVATE_ADDRESSES"):
            return lambda info: socket.socket(*info[:3])
        return guarded_sockets([tuple(each) for each in settings.getlist("XUNJIAN_OWN_ADDRESSES")])

    def is_guarded(self, document: str, url: str, status: int) -> bool:
        return skim(document.encode(), url=url, status=status, at=self.clock.at).quality == "waf"

    def failed(self, target: Target, detail: str) -> SiteVisit:
        assert isinstance(target, Site)
        return SiteVisit(target, self.clock.at, problem=Problem.OUR_FAULT, detail=detail)
