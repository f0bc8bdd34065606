"""The spider that reads one page, with the lists it loads, for who wants to see how it is read."""

from crawler.observations import SiteVisit
from crawler.site_visit import visit_page
from crawler.spiders.sites import SiteSpider
from crawler.targets import Site, Target


class PageSpider(SiteSpider):
    name = "pages"

    async def visit(self, target: Target) -> SiteVisit:
        assert isinstance(target, Site)
        async with self.viewer() as view:
            return await visit_page(target, self.fetcher(target), self.clock, self.limits, view)
