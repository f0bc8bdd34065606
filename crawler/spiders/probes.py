"""The spider that only asks whether home pages open: one request a website, nothing kept."""

from crawler.extract.page import skim
from crawler.fetching import Answer, Wanted
from crawler.observations import Probe, Probed, Problem
from crawler.schemes import NO_ANSWER, other_scheme, tells_more
from crawler.spiders.base import VisitSpider
from crawler.targets import Site, Target


class ProbeSpider(VisitSpider):
    name = "probes"
    keeps_pages = False

    async def visit(self, target: Target) -> Probed:
        assert isinstance(target, Site)
        answer = await self.home_of(target)
        fetch, problem = answer.fetch, answer.problem
        if problem is Problem.HTTP_ERROR and self.is_guarded(answer.body, fetch.status, target.url):
            problem = Problem.WAF  # it answered, only not to us
        return Probed(target, Probe(self.clock.now(), problem is None, fetch.status, fetch.seconds, problem))

    async def home_of(self, site: Site) -> Answer:
        """The home page, also where only the other scheme answers."""
        fetch, other = self.fetcher(site), other_scheme(site.url)
        answer = await fetch(Wanted(site.url))
        if answer.problem in NO_ANSWER and other:
            there = await fetch(Wanted(other))
            return there if tells_more(there.problem, answer.problem) else answer
        return answer

    def failed(self, target: Target, detail: str) -> Probed:
        assert isinstance(target, Site)
        return Probed(target, Probe(self.clock.at, False, problem=Problem.OUR_FAULT))

    def is_guarded(self, body: bytes, status: int, url: str) -> bool:
        return skim(body, url=url, status=status, at=self.clock.at).quality == "waf"
