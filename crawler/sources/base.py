"""How an adapter of an intake road (采集渠道) looks.

An adapter is pure: it says what to ask for and reads what came back. It never raises for what a source may send; a
failure is a health with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from crawler.fetching import Answer, Wanted
from crawler.grants import NO_GRANT, Grant
from crawler.observations import SourceResult
from crawler.targets import Account, Road

NOT_BUILT, SWITCHED_OFF = "adapter_not_built", "adapter_switched_off"
"""Why a road was never asked: we have no such adapter, or the settings leave it out."""
PERSON = "person"
"""The upstream of what people saw by hand: that is no bridge, and no second road beside another."""


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom a road leads to, at which moment, and what lets us ask."""

    account: Account
    road: Road
    at: datetime
    grant: Grant = NO_GRANT


class Adapter(Protocol):
    @property
    def name(self) -> str: ...

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        """What to ask for; the first request is the list of posts. None without the grant that an interface wants."""
        ...

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        """What the answers say, at the moment `at`; they come in the order of the requests.

        Without answers: the grant was missing (`auth_expired`, `not_authorised`), or there was nothing to ask.
        """
        ...
