"""Addresses of a site whose pages all come from a few scripts (news.asp?cid=3, news.asp?id=7): by themselves they do not tell
a column from an item. The site shows it: its menu links columns, its dated rows and whole titles link items.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.addresses import Addresses, form_of
from crawler.extract.blocks import A_TITLE, Block
from crawler.extract.menus import NAME, could_name_column
from crawler.extract.outline import Outline
from crawler.extract.titles import link_title
from crawler.observations import Row

LEAST = 2
"""Links of one form in the menu; a single one may be to anything."""


def learn(page: Outline, addresses: Addresses, zones: Sequence[str], found: Sequence[Block]) -> list[Block]:
    """Tell the page's addresses which forms are those of columns; the same blocks, without items among such."""
    menu = {
        (url, link_title(page, link))
        for link in page.links
        if zones[link] in ("nav", "head") and "?" in (url := addresses.of_link(page.boxes[link].attributes))
    }
    counted = Counter(form_of(url) for url, name in menu if _could_be_column(url, name, addresses))
    forms = {form for form, count in counted.items() if count >= LEAST}
    if forms:
        forms -= {form_of(row.url) for block in found for row in block.rows if _is_item(row, block)}
    addresses.column_forms = frozenset(forms)
    if not forms:
        return list(found)
    return [replace(block, articles=_articles(block, addresses)) for block in found]


def _could_be_column(url: str, name: str, addresses: Addresses) -> bool:
    return (
        bool(form_of(url)) and len(name) <= NAME and could_name_column(name) and not addresses.is_outside(url)
    )


def _is_item(row: Row, block: Block) -> bool:
    """Headlines of a home page show no dates."""
    return (block.dated > 0 and row.date is not None) or len(row.title) >= A_TITLE


def is_linked_as_column(url: str, page: Outline, addresses: Addresses) -> bool:
    """The page links itself by a short name, in the form of the menu's columns: an article of the same form does not."""
    return addresses.has_column_form(url) and any(
        addresses.of_link(page.boxes[link].attributes) == url
        and len(name) < A_TITLE
        and could_name_column(name)
        for link in page.links
        for name in [link_title(page, link)]
    )


def _articles(block: Block, addresses: Addresses) -> int:
    columns = sum(1 for row in block.rows if addresses.has_column_form(row.url))
    return min(block.articles, len(block.rows) - columns)
