"""The spider that visits websites."""

from crawler.observations import Problem, SiteVisit
from crawler.site_visit import visit_site
from crawler.spiders.base import VisitSpider
from crawler.targets import Site, Target


class SiteSpider(VisitSpider):
    name = "sites"

    async def visit(self, target: Target) -> SiteVisit:
        assert isinstance(target, Site)
        return await visit_site(target, self.fetch, self.clock, self.limits)

    def failed(self, target: Target, detail: str) -> SiteVisit:
        assert isinstance(target, Site)
        return SiteVisit(target, self.clock.at, problem=Problem.OUR_FAULT, detail=detail)
