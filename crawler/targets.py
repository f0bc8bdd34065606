"""What to visit: websites, their columns as the office knows them, and new-media accounts.

Plain facts out of the registers (台账). The crawler gets them as arguments and never asks where they come from.
"""

from dataclasses import dataclass
from datetime import date

SHORTEST_LIMIT = 14
"""Days. A column with an item that is no older is fresh in every class (regulations.md 9.1), whatever else it lists; only
the office may ask for more."""


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """What the office wrote down about one column (栏目): it goes before anything the site says of itself."""

    name: str
    url: str = ""
    column_class: str = ""
    """A class letter of regulations.md part 9, or the usual name as written; empty: guess by name."""
    limit_days: int | None = None
    exempt: bool = False
    confirmed: str = ""
    """Who confirmed the class and on which day; empty: it stands in the register."""


def fresh_days(entry: ColumnEntry | None) -> int:
    """Days. A column whose newest item is no older is fresh, whatever class it is of; `entry`: the office's word on it."""
    own = entry.limit_days if entry else None
    return SHORTEST_LIMIT if own is None else min(own, SHORTEST_LIMIT)


@dataclass(frozen=True, slots=True)
class Site:
    """A government website (政府网站); `key` is its 网站标识码."""

    key: str
    name: str
    url: str
    unit: str = ""
    columns: tuple[ColumnEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class Road:
    """One way to an account's posts (采集地址): an address, and the adapter if the register names one.

    `upstream`: where it draws from, if the register says so (独立性); empty: the adapter tells. Two roads with one upstream
    do not confirm each other.
    """

    address: str
    adapter: str = ""
    upstream: str = ""


def shown_address(address: str) -> str:
    """The address of a road without what may be a key: user, password and query."""
    scheme, slashes, rest = address.partition("#")[0].partition("?")[0].rpartition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{host.rpartition('@')[2]}{slash}{path}"


@dataclass(frozen=True, slots=True)
class Account:
    """A government new-media account (政务新媒体账号)."""

    key: str
    platform: str
    name: str
    unit: str = ""
    roads: tuple[Road, ...] = ()
    opened_on: date | None = None
    """开设日期, only if the register states it: nothing else spares a new account."""
    account_id: str = ""
    """账号ID: the platform's own name for it (appid, uid, sec_uid), as the official interfaces want it."""
    owner: str = ""
    """认证主体 as filed; empty: not filed."""
    former_names: tuple[str, ...] = ()
    """曾用名: a platform that still shows one of these shows the right account."""
    is_control: bool = False
    """对照账号: tells whether its bridges live; never judged, never counted."""
    is_cancelled: bool = False
    """已注销: looked at once a month, for closed accounts have been found open again."""
    filed_days: int | None = None
    """更新频率要求 in days from one post to the next; None: none is filed, or its text does not say."""


Target = Site | Account
