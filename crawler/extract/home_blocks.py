"""The columns behind the blocks of a home page: the 更多 beside a heading, the heads of tabs, a heading above its own items."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from crawler.extract.addresses import Addresses
from crawler.extract.cleaning import clean
from crawler.extract.menus import NAME, NO_MENUS, NOT_COLUMNS, could_be_column, could_name_column
from crawler.extract.outline import Outline
from crawler.extract.row_links import LINKS_READ
from crawler.extract.titles import link_title
from crawler.observations import ColumnLink

MORE = re.compile(r"^[\[【(（+<>·\s]*(查看)?(更\s*多|MORE)\s*(信息|内容|新闻)?[\]】)）+<>»›…·.\s]*$", re.I)
MORE_TITLE = re.compile(r"^(查看)?更多[:：]?")
MORE_PICTURE = re.compile(r"(?:^|[/_-])more[\w-]{0,12}\.(?:gif|png|jpe?g|svg)(?:\?|$)", re.I)
SEPARATORS = " >》»›/-—–|·:：→＞〉"
TABS = 8
"""Links: a bar with more is no heading of a block."""
OWN_ITEMS = 2
"""Items below an address of which a link beside them is the heading."""
HANWEB_ITEM = re.compile(r"/art_(\d+)_\d+\.")
HANWEB_COLUMN = re.compile(r"/col/?(?:col)?(\d+)/")


def block_links(page: Outline, addresses: Addresses, zones: Sequence[str]) -> Iterator[ColumnLink]:
    """What the blocks of a home page lead to; where a column hangs, they do not tell."""
    for index in page.links[:LINKS_READ]:
        if not _is_more(page, index):
            continue
        url = addresses.absolute(page.boxes[index].attributes.get("href"))
        heads = [
            (name, own)
            for name, own in _heads_beside(page, addresses, index)
            if could_be_column(own, addresses.origin)
        ]
        if url and not addresses.is_article(url):
            name = next((name for name, own in heads if own == url), "") or _name_of(page, index)
            if name and not NOT_COLUMNS.search(name):
                yield ColumnLink(name, url, "more")
        yield from (ColumnLink(name, own, "more") for name, own in heads)
    yield from _headings_of_own_items(page, addresses, zones)


def _is_more(page: Outline, index: int) -> bool:
    box = page.boxes[index]
    if box.end - box.start > 3 or box.chain.template:
        return False
    text = clean(page.text(box.start, box.end))
    return bool(MORE.match(text)) if text else _is_more_without_words(page, index)


def _is_more_without_words(page: Outline, index: int) -> bool:
    """Its title says so, or that of its picture, or the name of the picture's file."""
    last = page.boxes[index].last
    return bool(MORE_TITLE.match(_title(page, index))) or any(
        MORE_PICTURE.search(source) for at, source in page.pictures if index <= at <= last
    )


def _title(page: Outline, index: int) -> str:
    return clean(page.boxes[index].attributes.get("title") or page.alts.get(index) or "")


def _name_of(page: Outline, index: int) -> str:
    """A 更多 that says of what, else the heading beside it."""
    name = MORE_TITLE.sub("", _title(page, index)).strip()
    return name if 2 <= len(name) <= NAME else _heading_beside(page, index)


def _heads_beside(page: Outline, addresses: Addresses, more: int) -> Iterator[tuple[str, str]]:
    """The links in the same bar as a 更多: the block's heading, or the heads of its tabs."""
    for level, around in enumerate(page.above(more)):
        box = page.boxes[around]
        inside = [link for link in page.links if around < link <= box.last and link != more]
        if level > 2 or len(inside) > TABS or box.tag in ("body", "html"):
            return
        found = []
        for link in inside:
            name, url = link_title(page, link), addresses.absolute(page.boxes[link].attributes.get("href"))
            if not url or addresses.is_article(url) or addresses.is_outside(url) or _is_more(page, link):
                return  # items, or another block: the bar ended one level below
            if len(name) <= NAME and could_name_column(name):
                found.append((name, url))
        if found:
            yield from found
            return


def _heading_beside(page: Outline, index: int) -> str:
    start = page.boxes[index].start
    for level, around in enumerate(page.above(index)):
        box = page.boxes[around]
        if level > 5 or box.tag in ("body", "html"):
            return ""
        names = [text.strip(SEPARATORS) for text in page.texts[max(box.start, start - 30) : start]]
        names = [
            text
            for text in names
            if 2 <= len(text) <= NAME and not MORE.match(text) and not re.search(r"\d{2}", text)
        ]
        if names:
            return names[0] if level <= 3 else names[-1]
        after = [text for text in page.texts[box.end - 1 : box.end] if 2 <= len(text) <= 12]
        if after and not MORE.match(after[0]) and box.end - box.start <= 3:
            return after[0]
    return ""


def _headings_of_own_items(page: Outline, addresses: Addresses, zones: Sequence[str]) -> Iterator[ColumnLink]:
    """A link under whose address items on the same page lie is their column, whether or not a 更多 stands beside it."""
    urls = {
        index: addresses.absolute(page.boxes[index].attributes.get("href"))
        for index in page.links[:LINKS_READ]
    }
    items: Counter[str] = Counter()
    for url in {
        url for url in urls.values() if url and addresses.is_article(url) and not addresses.is_outside(url)
    }:
        items.update(_places_of_item(url, addresses.origin))
    for index, url in urls.items():
        if (
            not url
            or zones[index] in NO_MENUS
            or addresses.is_outside(url)
            or page.boxes[index].chain.template
        ):
            continue
        name = link_title(page, index)
        is_named = len(name) <= NAME and could_name_column(name) and not MORE.match(name)
        leads_on = (
            not addresses.is_article(url)
            and addresses.is_column(url)
            and could_be_column(url, addresses.origin)
        )
        if is_named and leads_on and max(items[place] for place in _places_of_column(url)) >= OWN_ITEMS:
            yield ColumnLink(name, url, "more")


def _places_of_item(url: str, origin: str) -> Iterator[str]:
    """The folders that an item lies in; its column's number, if its address tells it."""
    folder = url.partition("?")[0].rpartition("/")[0]
    for _ in range(4):
        if len(folder) <= len(origin):
            break
        yield f"{folder}/"
        folder = folder.rpartition("/")[0]
    if found := HANWEB_ITEM.search(url):
        yield found[1]


def _places_of_column(url: str) -> Iterator[str]:
    yield url.partition("?")[0].rpartition("/")[0] + "/"
    if found := HANWEB_COLUMN.search(url):
        yield found[1]
