"""The spider that reads one page, with the lists it loads, for who wants to see how it is read."""

from crawler.observations import Problem, SiteVisit
from crawler.site_visit import visit_page
from crawler.spiders.base import VisitSpider
from crawler.targets import Site, Target


class PageSpider(VisitSpider):
    name = "pages"

    async def visit(self, target: Target) -> SiteVisit:
        assert isinstance(target, Site)
        return await visit_page(target, self.fetch, self.clock, self.limits)

    def failed(self, target: Target, detail: str) -> SiteVisit:
        assert isinstance(target, Site)
        return SiteVisit(target, self.clock.at, problem=Problem.OUR_FAULT, detail=detail)
