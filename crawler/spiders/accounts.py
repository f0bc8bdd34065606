"""The spider that looks at new-media accounts over their intake roads."""

import asyncio
from dataclasses import replace
from typing import Any
from urllib.parse import urljoin, urlsplit, urlunsplit

from crawler.account_visit import visit_account
from crawler.fetching import Answer, Wanted
from crawler.grants_in_use import GrantsInUse
from crawler.observations import AccountVisit, Problem
from crawler.spiders.base import VisitSpider
from crawler.targets import Account, Target


class AccountSpider(VisitSpider):
    name = "accounts"

    @property
    def side_by_side(self) -> int:
        return 4 * self.limits.sites_at_once

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._shared: dict[str, asyncio.Task[Answer]] = {}
        self._grants = GrantsInUse(self.grants, self.emit)

    @property
    def is_renewing(self) -> bool:
        return self._grants.is_renewing

    async def fetch(self, wanted: Wanted, visitor: str = "") -> Answer:
        """What a bridge says of all its accounts is asked once in a crawl; anew, if no good answer came."""
        wanted = replace(wanted, url=self._over(wanted.url))
        if not wanted.shared:
            return await super().fetch(wanted, visitor)
        if wanted.url not in self._shared:
            self._shared[wanted.url] = asyncio.create_task(super().fetch(wanted))
        asked = self._shared[wanted.url]
        answer = await asked
        if answer.problem and self._shared.get(wanted.url) is asked:
            del self._shared[wanted.url]
        return answer

    def _over(self, url: str) -> str:
        """Where the settings say that this host's interface is reached."""
        parts = urlsplit(url)
        way = self.limits.platform_addresses.get(parts.hostname or "")
        return urljoin(way, urlunsplit(("", "", parts.path, parts.query, ""))) if way else url

    async def visit(self, target: Target) -> AccountVisit:
        assert isinstance(target, Account)
        return await visit_account(
            target, self.fetcher(target), self.clock, self._grants, self.limits.sources_off
        )

    def failed(self, target: Target, detail: str) -> AccountVisit:
        assert isinstance(target, Account)
        return AccountVisit(target, self.clock.at, problem=Problem.OUR_FAULT, detail=detail)
