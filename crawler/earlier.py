"""What earlier visits kept of pages, so that a page which did not change need not be sent again (conditional requests).

The server is asked whether the page is still as it was; what stands for it then are the bytes that were stored when it was
last sent whole. A second look (复核) never asks so: it is to be independent of the first one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from crawler.fetching import Wanted

NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class KeptPage:
    """A page as it was last sent whole: where its bytes are, and what the server calls this version of it."""

    sha256: str
    final_url: str
    content_type: str = ""
    etag: str = ""
    last_modified: str = ""

    @property
    def conditions(self) -> dict[str, str]:
        """The headers that ask for it only if it has changed."""
        asked = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in asked.items() if value}


def _nothing(sha256: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class Earlier:
    """`pages`: by the address that was asked for. `body_of`: the stored bytes, None if they are gone; it is called in the
    crawl's thread or process."""

    pages: Mapping[str, KeptPage] = field(default_factory=dict)
    body_of: Callable[[str], bytes | None] = _nothing

    def page(self, wanted: Wanted) -> KeptPage | None:
        """What was kept of it; with a guard's cookie or in somebody's name it may be another page."""
        plain = wanted.method == "GET" and not wanted.body and "Cookie" not in wanted.headers
        plain = plain and not wanted.masked
        return self.pages.get(wanted.url) if plain else None


NOTHING_KEPT = Earlier()
