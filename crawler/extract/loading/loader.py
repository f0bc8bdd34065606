"""One request by which a page fills its list, and the kinds of them that are known."""

from dataclasses import dataclass
from typing import Literal, get_args

Kind = Literal[
    "datastore", "jpage", "jpaas", "gkmlpt", "json", "script", "iframe", "inline", "written", "paging"
]
"""datastore, inline and written stand in the page itself: Hanweb's records, data in a script, markup that a script writes."""
KINDS: tuple[Kind, ...] = get_args(Kind)

FORM = "application/x-www-form-urlencoded; charset=UTF-8"
JSON = "application/json; charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Loader:
    """`method` GET or POST; `body` is what a POST carries, of the type `sends`.

    `sure`: all of it was written out in one place. An empty answer to what we put together ourselves proves nothing.
    """

    url: str
    method: str = "GET"
    body: bytes = b""
    kind: Kind = "json"
    sends: str = ""
    sure: bool = True
