"""Where the parts of one page stand (breadcrumb, content, lists), and what the page is by its own words and its address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from crawler.extract import signals
from crawler.extract.addresses import HOME_PATH, Addresses, is_article
from crawler.extract.blocks import Block
from crawler.extract.columns import crumb_names, crumb_of
from crawler.extract.footer import marks as marks_of
from crawler.extract.fronts import is_linked_as_column, learn
from crawler.extract.outline import Outline
from crawler.extract.rows import blocks

SITE_TITLE = re.compile(
    r"(政府|局|厅|委|委员会|办公室|网|中心|管委会|门户网站|街道办事处|乡|镇|区|市|县|院|署|部|首页)(门户网站|网站|网|官网)?\W*(首页)?$"
)


@dataclass(frozen=True, slots=True)
class Layout:
    """`zones`: of each box the part of the page that it belongs to; `crumb` and `span`: the pieces of text of the breadcrumb
    and of the content; `names`: the breadcrumb's, top first; `found`: all repeated rows."""

    page: Outline
    addresses: Addresses
    zones: list[str]
    crumb: tuple[int, int]
    names: tuple[str, ...]
    span: tuple[int, int]
    found: tuple[Block, ...]
    marks: Mapping[str, str]
    is_home: bool
    is_own_column: bool
    """The page is a column's own, not one of its items."""

    @property
    def column_name(self) -> str:
        """As the page's meta tag has it."""
        return self.marks.get("ColumnName", "")

    @property
    def known(self) -> tuple[str, ...]:
        """The names that are no content: the column's, the columns' above it, the page's title."""
        return (*self.names, self.column_name, self.marks.get("ColumnType", ""), self.page.title)

    @property
    def listed(self) -> list[Block]:
        """The lists of dated items that stand in no named part of the page."""
        return [block for block in self.found if block.dated and not (block.region or block.is_hot)]


def layout(page: Outline, url: str, addresses: Addresses, today: date, shown: str, source: str) -> Layout:
    """`shown`: all text that the page shows; `source`: the page as it came."""
    zones = page.regions()
    crumb = crumb_of(page, zones)
    names = crumb_names(page, crumb)
    found = learn(page, addresses, zones, blocks(page, addresses, today, zones, crumb[1]))
    marks = marks_of(page.metas, shown, source)
    return Layout(
        page,
        addresses,
        zones,
        crumb,
        names,
        signals.content_span(page, zones, crumb),
        tuple(found),
        marks,
        _is_home(url, page, marks, crumb[1] > 0),
        _is_own_column(url, page, addresses, crumb, names),
    )


def _is_own_column(
    url: str, page: Outline, addresses: Addresses, span: tuple[int, int], names: tuple[str, ...]
) -> bool:
    """The page is a column's own, not one of its items: its address is a list's, or the breadcrumb ends in it."""
    if is_linked_as_column(url, page, addresses):
        return True
    if is_article(url):
        return False
    # In the form of the menu's columns an article may stand, too: by its address alone it is no column.
    tells = not addresses.has_column_form(url)
    if "://" in url and tells and addresses.is_column(url):
        return True
    trail = [
        addresses.absolute(page.boxes[link].attributes.get("href"))
        for link in page.links
        if span[0] <= page.boxes[link].start < span[1]
    ]
    if trail and "://" in url and trail[-1] == url.partition("#")[0]:
        return True
    return bool(names) and "://" in url and page.title.startswith(names[-1])


def _is_home(url: str, page: Outline, marks: Mapping[str, str], crumb: bool) -> bool:
    if crumb or marks.get("ColumnName") or marks.get("ArticleTitle"):
        return False
    path = url.partition("://")[2].partition("/")[2] if "://" in url else ""
    if HOME_PATH.fullmatch(path) and "://" in url:
        return True
    if "://" in url and is_article(url):
        return False
    return bool(
        page.title
        and SITE_TITLE.search(page.title)
        and len(page.title) <= 30
        and not re.search(r"[-_|—]", page.title)
    )
