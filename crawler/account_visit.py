"""One look at one new-media account: every intake road is asked, and what each says stands side by side."""

import asyncio
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from crawler.clock import Clock
from crawler.fetching import Fetcher
from crawler.grants import Grant
from crawler.grants_in_use import GrantsInUse
from crawler.observations import AccountVisit, Problem, SourceResult
from crawler.sources.base import Adapter, Asking
from crawler.sources.roads import adapter_for
from crawler.targets import Account, Road


async def visit_account(
    account: Account,
    fetch: Fetcher,
    clock: Clock,
    grants: GrantsInUse | None = None,
    off: Collection[str] = (),
) -> AccountVisit:
    """Never raises for what a source does: a road that failed is a source that is broken, with its reason. `off`: adapters
    over whose roads nothing is asked."""
    if not account.roads:
        return AccountVisit(account, clock.at, problem=Problem.NO_ROAD)
    visiting = _Visiting(account, fetch, clock, grants or GrantsInUse(), off)
    sources = tuple(await asyncio.gather(*map(visiting.ask, account.roads)))
    problem = _ours(sources)
    detail = next((each.fetch.detail for each in sources if each.fetch and each.fetch.problem is problem), "")
    return AccountVisit(account, clock.at, sources, problem=problem, detail=detail if problem else "")


class _Visiting:
    """One look, under way."""

    def __init__(
        self, account: Account, fetch: Fetcher, clock: Clock, grants: GrantsInUse, off: Collection[str]
    ) -> None:
        self.account, self.fetch, self.clock, self.grants, self.off = account, fetch, clock, grants, off

    async def ask(self, road: Road) -> SourceResult:
        """Once; a second time with a new token, if the first was refused because the old one had run out."""
        adapter = adapter_for(self.account, road, self.off)
        now = self.clock.now()
        grant = await self.grants.ready(self.account.key, adapter.name, self.fetch, now)
        said, at = await self._ask(adapter, road, grant)
        if new := await self.grants.after_refusal(grant, said, adapter.name, self.fetch, now):
            grant = new
            said, at = await self._ask(adapter, road, grant)
        await self.grants.heard(grant, said, at)
        return said

    async def _ask(self, adapter: Adapter, road: Road, grant: Grant) -> tuple[SourceResult, datetime]:
        wanted = adapter.requests(Asking(self.account, road, self.clock.now(), grant))
        # Here and not by each adapter, which may forget it: whatever it asks, these words reach no log and no evidence.
        answers = [await self.fetch(replace(each, masked=grant.secrets)) for each in wanted]
        # Judged by the moment it came: a post made since the round began is not one of the future.
        at = max([self.clock.at, *(answer.fetch.at for answer in answers)])
        said = adapter.parse(answers, road, at)
        # What the register says of where a road draws from (独立性) goes before what the adapter can tell.
        return replace(said, upstream=road.upstream or said.upstream), at


def _ours(sources: tuple[SourceResult, ...]) -> Problem | None:
    """What we ourselves did to this look. Cut short, it is none; our own fault on every road leaves nothing to tell."""
    problems = [source.fetch.problem if source.fetch else None for source in sources]
    if Problem.CUT_SHORT in problems:
        return Problem.CUT_SHORT
    return Problem.OUR_FAULT if all(problem is Problem.OUR_FAULT for problem in problems) else None
