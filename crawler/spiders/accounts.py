"""The spider that looks at new-media accounts over their intake roads."""

from crawler.account_visit import visit_account
from crawler.observations import AccountVisit, Problem
from crawler.spiders.base import VisitSpider
from crawler.targets import Account, Target


class AccountSpider(VisitSpider):
    name = "accounts"

    @property
    def side_by_side(self) -> int:
        return 4 * self.limits.sites_at_once

    async def visit(self, target: Target) -> AccountVisit:
        assert isinstance(target, Account)
        return await visit_account(target, self.fetch, self.clock)

    def failed(self, target: Target, detail: str) -> AccountVisit:
        assert isinstance(target, Account)
        return AccountVisit(target, self.clock.at, problem=Problem.OUR_FAULT, detail=detail)
