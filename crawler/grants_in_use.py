"""The grants of one crawl: with which one a road asks, renewed when it has run out."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from crawler.fetching import Fetcher
from crawler.grants import NO_GRANT, NO_GRANTS, Grant, Grants, GrantSeen
from crawler.observations import SourceResult
from crawler.sources.renewals import RENEWALS, NoAnswer, Refused

logger = logging.getLogger(__name__)

MENDED_BY_A_NEW_TOKEN = frozenset({"token_expired", "token_invalid"})
"""Reasons of `auth_expired`. All others stay with a new token too: no permission, not on the whitelist, withdrawn."""

OF_ONE_ACCOUNT = frozenset({"authorisation_withdrawn", "no_permission", "other_account"})
"""Reasons that tell of the account that was asked for: other accounts may be asked for with the same authorisation."""

Tell = Callable[[GrantSeen], Awaitable[None]]


async def _nobody(seen: GrantSeen) -> None:
    """For who keeps no grants."""


class GrantsInUse:
    """Each is renewed once at most, whichever road needs it first; all others then ask with the new one.

    `tell`: who keeps them hears at once what became of them, for a renewal may have voided the old tokens.
    """

    def __init__(self, grants: Grants = NO_GRANTS, tell: Tell = _nobody) -> None:
        self._grants, self._tell = grants, tell
        self._renewals: dict[str, asyncio.Task[Grant | None]] = {}
        self._refused: dict[str, str] = {}
        self._well: set[str] = set()

    @property
    def is_renewing(self) -> bool:
        """A platform may have voided the old tokens, and nobody knows the new ones yet."""
        return any(not task.done() for task in list(self._renewals.values()))

    async def ready(self, account: str, adapter: str, fetch: Fetcher, at: datetime) -> Grant:
        """What to ask with; renewed before, if it is known to have run out or soon will have."""
        grant = self._grants.get((account, adapter), NO_GRANT)
        renewal = RENEWALS.get(adapter)
        if grant.name in self._renewals or (renewal and renewal.is_due(grant, at)):
            return await self._renewed_once(grant, adapter, fetch, at) or grant
        return grant

    async def after_refusal(
        self, grant: Grant, said: SourceResult, adapter: str, fetch: Fetcher, at: datetime
    ) -> Grant | None:
        """What to ask with once more; None if a new token would mend nothing, or there is none."""
        if said.health != "auth_expired" or said.reason not in MENDED_BY_A_NEW_TOKEN:
            return None
        new = await self._renewed_once(grant, adapter, fetch, at)
        return new if new and new.token != grant.token else None

    async def heard(self, grant: Grant, said: SourceResult, at: datetime) -> None:
        """A road's last answer with this grant: who keeps it hears that it is refused now, or is so no longer.

        What serves one account is not refused, whatever another account hears; and the first reason is the one that tells.
        """
        if not grant.name or said.health not in ("ok", "auth_expired"):
            return
        if grant.is_shared and said.reason in OF_ONE_ACCOUNT:
            return
        refused = (said.reason or said.health) if said.health == "auth_expired" else ""
        if refused and (grant.name in self._well or self._refused.get(grant.name)):
            return
        if not refused:
            self._well.add(grant.name)
        if refused != self._refused.get(grant.name, grant.refused):
            self._refused[grant.name] = refused
            await self._tell(GrantSeen(grant.name, at, asked=grant, refused=refused))

    async def _renewed_once(self, grant: Grant, adapter: str, fetch: Fetcher, at: datetime) -> Grant | None:
        if not grant.name or adapter not in RENEWALS:
            return None
        if grant.name not in self._renewals:
            self._renewals[grant.name] = asyncio.create_task(self._renew(grant, adapter, fetch, at))
        return await self._renewals[grant.name]

    async def _renew(self, grant: Grant, adapter: str, fetch: Fetcher, at: datetime) -> Grant | None:
        renewal = RENEWALS[adapter]
        answers = [await fetch(wanted) for wanted in renewal.requests(grant, at)]
        if not answers:
            return None
        try:
            new = renewal.parse(answers, grant)
        except NoAnswer:
            logger.warning("authorisation not renewed", extra={"authorisation": grant.name})
            return None
        except Refused as refusal:
            await self._hear_refusal(grant, str(refusal), answers[0].fetch.at)
            return None
        self._refused[grant.name] = ""
        await self._tell(GrantSeen(grant.name, answers[-1].fetch.at, renewed=new, asked=grant))
        return new

    async def _hear_refusal(self, grant: Grant, reason: str, at: datetime) -> None:
        logger.warning("authorisation refused", extra={"authorisation": grant.name, "reason": reason})
        self._refused[grant.name] = reason
        await self._tell(GrantSeen(grant.name, at, asked=grant, refused=reason))
