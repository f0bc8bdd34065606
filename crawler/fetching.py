"""One request and its answer, with the reason in our closed list when there is none.

The visits are written against `Fetcher`; Scrapy stands behind it in a round, a dictionary of pages in a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from crawler.observations import Fetch, Problem


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request to be made."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the facts that are kept, and the bytes and headers that are read and let go."""

    fetch: Fetch
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> Problem | None:
        return self.fetch.problem


class Fetcher(Protocol):
    async def __call__(self, wanted: Wanted) -> Answer:
        """Never raises: what went wrong stands in the answer."""
        ...
