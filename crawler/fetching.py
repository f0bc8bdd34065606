"""One request and its answer, with the reason in our closed list when there is none.

The visits are written against `Fetcher` and `Viewer`; Scrapy and Chromium stand behind them in a round, dictionaries of
pages in a test.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from crawler.observations import Certificate, Fetch, Problem, Shown


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request to be made. `shared`: the answer is the same for all visits of a crawl, so one of them asks.

    `secret`: parameters that are joined to the address at the last moment, and stand in no fetch, log or evidence.
    `masked`: what makes the request an authorised one, wherever in it that stands. It goes over a connection that is sure
    of its other end, follows no redirect, and is masked where the answer or an error repeats it. `private`: the answer
    itself is a secret, and kept nowhere.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    body: bytes = field(default=b"", repr=False)
    shared: bool = False
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    masked: tuple[str, ...] = field(default=(), repr=False)
    private: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the facts that are kept, and the bytes and headers that are read and let go."""

    fetch: Fetch
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    certificate: Certificate | None = None

    @property
    def problem(self) -> Problem | None:
        return self.fetch.problem


def problem_of(status: int, body: bytes) -> Problem | None:
    """Why an answer that came holds nothing to read."""
    if status >= 400:
        return Problem.HTTP_ERROR
    return None if body.strip() else Problem.EMPTY_BODY


class Fetcher(Protocol):
    async def __call__(self, wanted: Wanted) -> Answer:
        """Never raises: what went wrong stands in the answer."""
        ...


@dataclass(frozen=True, slots=True)
class View:
    """What a browser showed: the facts that are kept, and the document after its scripts had run.

    `unfinished`: why something may be missing in it (a list's request failed, 加载中 still stands there); empty: nothing
    is. `cookie`: what the browser would send back to that address, for plain requests to follow it past a guard.
    """

    shown: Shown
    body: bytes = b""
    unfinished: str = ""
    cookie: str = ""

    @property
    def problem(self) -> Problem | None:
        return self.shown.dom.problem


class Viewer(Protocol):
    async def __call__(self, url: str, *, picture: bool) -> View:
        """Open the page in a browser; never raises: what went wrong stands in the view. `picture`: take one (截图)."""
        ...
