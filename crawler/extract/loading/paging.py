"""Lists that do not begin with their newest items: where they begin with the oldest, the newest stand on the last page,
which the pager tells, or nobody; where pinned items (置顶) fill the first page, on the second; where they follow no order,
on any page."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from crawler.extract.addresses import Addresses
from crawler.extract.loading.loader import Loader
from crawler.extract.outline import Outline
from crawler.extract.signals import PAGER

TRS = re.compile(r"createPageHTML\s*\(\s*(\d+)\s*,\s*\d+\s*,\s*[\"']([\w-]+)[\"']\s*,\s*[\"'](\w+)[\"']")
"""Pages, the current one counted from 0, name and ending: the second page is index_1.html."""
KAIPU = re.compile(
    r"createPageHTML\s*\(\s*[\"'][\w-]+[\"']\s*,\s*(\d+)\s*,\s*\d+\s*,\s*[\"']([\w-]+)[\"']\s*,\s*[\"'](\w+)[\"']"
)
"""The same with the pager's box first; pages count from 1: the second one is common_list_2.shtml."""
COMMENTS = re.compile(r"/\*.*?(?:\*/|\Z)|(?<!:)//[^\n]*", re.S)
NEXT = re.compile(r"^\W*下一?\s*页\W*$|^[>»›]+$")
NUMBER = re.compile(r"^\W*(\d{1,4})\W*$")
PAGES = re.compile(r"共\s*(\d{1,4})\s*页|\d\s*/\s*(\d{1,4})\s*页|页[次码数]?\s*[:：]\s*\d+\s*/\s*(\d{1,4})")
"""How many pages there are, as the page bar says: it may link only those around the current one."""
SECOND = re.compile(r"^\W*2\W*$")
LAST = re.compile(r"^\W*(尾|末|最后一?)\s*页\W*$")
LEAST_ROWS = 5
LEAST_RISES = 3
"""A list that rises so often and falls but once is a rising one, with an item pinned or put in its place too late."""


def rises(lists: Sequence[Sequence[date]]) -> bool:
    """One of these lists begins with its oldest items; few dates may stand so by chance."""
    return any(
        falls <= 1 if ups >= LEAST_RISES else ups and not falls and len(days) >= LEAST_ROWS
        for days in lists
        for ups, falls in [_moves(days)]
    )


def is_unordered(lists: Sequence[Sequence[date]]) -> bool:
    """One of these lists rises and falls, and more often than pinned items above a falling list make it rise."""
    return any(ups >= 2 and falls >= 2 and ups * 2 >= falls for ups, falls in map(_moves, lists))


def _moves(days: Sequence[date]) -> tuple[int, int]:
    """How often the next day is a later one, and how often an earlier one."""
    return sum(one < other for one, other in pairwise(days)), sum(
        one > other for one, other in pairwise(days)
    )


def last_page(page: Outline, addresses: Addresses, known: Mapping[str, str]) -> Loader | None:
    """The last page of the list; `known`: constants of the page's scripts."""
    url = (
        _named_by_script(page, addresses, known)
        or _linked(page, addresses, LAST)
        or _numbered(page, addresses)
    )
    return _another_page(url, addresses)


def second_page(page: Outline, addresses: Addresses, known: Mapping[str, str]) -> Loader | None:
    """The page that follows the first one."""
    url = (
        _named_by_script(page, addresses, known, second=True)
        or _linked(page, addresses, NEXT)
        or _linked(page, addresses, SECOND)
    )
    return _another_page(url, addresses)


def _another_page(url: str, addresses: Addresses) -> Loader | None:
    if not url or addresses.is_outside(url) or url == addresses.base.partition("#")[0]:
        return None
    return Loader(url, kind="paging")


def has_page_bar(page: Outline) -> bool:
    """There are other pages, whether or not one can tell where."""
    return any(PAGER.search(text) for text in page.texts if len(text) <= 40) or any(
        NUMBER.match(text) and text != "1" for text, _ in _links(page)
    )


def leads_on(page: Outline, addresses: Addresses) -> bool:
    """This is not the last page: its 下一页 leads to another one."""
    here = addresses.url.partition("#")[0]
    return any(addresses.absolute(href) not in ("", here) for text, href in _links(page) if NEXT.match(text))


def _links(page: Outline) -> Iterator[tuple[str, str]]:
    """(words, href) of the links that may belong to a page bar."""
    for index in page.links:
        box = page.boxes[index]
        text = page.text(box.start, box.end)
        if len(text) <= 12:
            yield text, box.attributes.get("href") or ""


def _named_by_script(
    page: Outline, addresses: Addresses, known: Mapping[str, str], *, second: bool = False
) -> str:
    """The last page as a script names it, or the second one."""
    for _, attributes, text in page.scripts:
        if attributes.get("src") or "createPageHTML" not in text:
            continue
        code = COMMENTS.sub("", text)
        for name in known:
            code = re.sub(rf"(\(|,)\s*{re.escape(name)}\s*(?=,)", rf"\g<1>{known[name]}", code)
        if (found := TRS.search(code)) and int(found[1]) > 1:
            return addresses.absolute(f"{found[2]}_{1 if second else int(found[1]) - 1}.{found[3]}")
        if (found := KAIPU.search(code)) and int(found[1]) > 1:
            return addresses.absolute(f"{found[2]}_{2 if second else found[1]}.{found[3]}")
    return ""


def _linked(page: Outline, addresses: Addresses, words: re.Pattern[str]) -> str:
    """Where the last link of these words leads."""
    ends = [href for text, href in _links(page) if words.match(text)]
    return addresses.absolute(ends[-1]) if ends else ""


def _numbered(page: Outline, addresses: Addresses) -> str:
    """Where the highest number of the page bar leads, or would lead: addresses count pages from 1 or from 0."""
    highest, url, counted = 1, "", 0
    for text, href in _links(page):
        number, there = NUMBER.match(text), addresses.absolute(href)
        if not number or int(number[1]) <= highest or not there:
            continue
        figures = [int(figure) for figure in re.findall(r"\d{1,9}", there[len(addresses.origin) :])]
        if counts := [figure for figure in figures if int(number[1]) - figure in (0, 1)]:
            highest, url, counted = int(number[1]), there, counts[-1]
    more = _pages(page) - highest
    if not url or more <= 0:
        return url
    head, figure, tail = url.rpartition(str(counted))
    return f"{head}{int(figure) + more}{tail}"


def _pages(page: Outline) -> int:
    said = (PAGES.search(text) for text in page.texts if len(text) <= 40)
    return max((int(found[1] or found[2] or found[3]) for found in said if found), default=0)
