"""One look at one new-media account: every intake road is asked, and what each says stands side by side."""

import asyncio

from crawler.clock import Clock
from crawler.fetching import Fetcher
from crawler.observations import AccountVisit, Problem, SourceResult
from crawler.sources.base import adapter_for
from crawler.targets import Account, Road


async def visit_account(account: Account, fetch: Fetcher, clock: Clock) -> AccountVisit:
    """Never raises for what a source does: a road that failed is a source that is broken, with its reason."""
    if not account.roads:
        return AccountVisit(account, clock.at, problem=Problem.NO_ROAD)
    sources = tuple(await asyncio.gather(*(_ask(account, road, fetch, clock) for road in account.roads)))
    problem = _ours(sources)
    detail = next((each.fetch.detail for each in sources if each.fetch and each.fetch.problem is problem), "")
    return AccountVisit(account, clock.at, sources, problem=problem, detail=detail if problem else "")


async def _ask(account: Account, road: Road, fetch: Fetcher, clock: Clock) -> SourceResult:
    adapter = adapter_for(account, road)
    answers = [await fetch(wanted) for wanted in adapter.requests(road)]
    # Judged by the moment it came: a post made since the round began is not one of the future.
    at = max([clock.at, *(answer.fetch.at for answer in answers)])
    return adapter.parse(answers, road, at)


def _ours(sources: tuple[SourceResult, ...]) -> Problem | None:
    """What we ourselves did to this look. Cut short, it is none; our own fault on every road leaves nothing to tell."""
    problems = [source.fetch.problem if source.fetch else None for source in sources]
    if Problem.CUT_SHORT in problems:
        return Problem.CUT_SHORT
    return Problem.OUR_FAULT if all(problem is Problem.OUR_FAULT for problem in problems) else None
