"""What lets us ask an official interface in a unit's name (授权): a token, and the keys that sign a request.

The crawler gets grants as arguments, like targets, and never asks where they are kept. A grant is never written down by
it: not in an address, a log, an observation. What a crawl learns of one comes home as `GrantSeen`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Grant:
    """One authorisation. `token`: the access token; `client` and `secret`: what signs a request, where one must.

    `refresh`: the token that renews the access token. `name`: what the authorisation is called where it is kept; empty: it
    is kept nowhere, so that new tokens would be lost. `ends` and `refresh_ends`: until when the two tokens are good, None if
    nobody said so. `refused`: why the interface refused it when it was used last. `is_shared`: it is its issuer's, for
    several accounts.
    """

    token: str = field(default="", repr=False)
    client: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    refresh: str = field(default="", repr=False)
    name: str = ""
    ends: datetime | None = None
    refresh_ends: datetime | None = None
    refused: str = ""
    is_shared: bool = False

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must be seen by nobody; who asks (`client`) is no secret, only a name."""
        return tuple(each for each in (self.token, self.secret, self.refresh) if each)


NO_GRANT = Grant()

Grants = Mapping[tuple[str, str], Grant]
"""(key of an account, name of an adapter) -> what lets us ask for it."""

NO_GRANTS: Grants = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class GrantSeen:
    """What a crawl learnt of an authorisation: it was renewed, it was refused, or, with neither, it is well again.

    `asked`: the grant as it was asked with, before it was renewed.
    """

    name: str
    at: datetime
    renewed: Grant | None = None
    asked: Grant = NO_GRANT
    refused: str = ""
    """A machine word, as a road's reason."""
