"""Menus that a script writes: arrays of names and addresses, trees of nodes, and markup in its literals.

Only what is written out is read; a menu that a script fetches or works out is for the browser.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from crawler.extract.addresses import Addresses, is_article
from crawler.extract.cleaning import clean, plain
from crawler.extract.loading.expressions import STRING, unquoted
from crawler.extract.loading.inline import parsed
from crawler.extract.menus import NAME, column_link, could_be_column, could_name_column, menu_links
from crawler.extract.outline import outline
from crawler.observations import ColumnLink, ColumnSource

Item = tuple[str, str, tuple[str, ...]]
"""A name, its address as written, and the names above it."""

NAMES = (
    "name",
    "title",
    "text",
    "label",
    "channelname",
    "chnlname",
    "chnldesc",
    "menuname",
    "columnname",
    "lanmu",
    "lmmc",
)
LINKS = ("url", "href", "link", "linkurl", "path", "channelurl", "chnlurl", "menuurl", "columnurl", "lmurl")
NUMBERS, ABOVE = ("id", "menuid", "nodeid", "channelid"), ("pid", "parentid", "parent", "fid", "upid")
FEWEST = 3
"""Links: fewer make no menu."""
COLUMNS_SHARE = 0.8
"""Of the items of a menu, so many lead to columns; a list of articles is none."""
READ = 100_000
LITERAL = re.compile(STRING)
NAMED = re.compile(r"[\"'`>](?:[^\"'`<>]{0,8}[\u4e00-\u9fff]|\\u[4-9][0-9a-fA-F]{3})")
"""The beginning of a name in quotation marks or in markup."""
CHINESE = re.compile(r"[\u4e00-\u9fff]|\\u[4-9][0-9a-fA-F]{3}")
BEGINS = re.compile(r"(?:=|\(|:|\breturn)\s*(?=[\[{])")
TRIED = 12
NODE = re.compile(
    rf"\.\s*add\w*\s*\(\s*[\"']?(-?\w+)[\"']?\s*,\s*[\"']?(-?\w+)[\"']?\s*,\s*({STRING})\s*,\s*({STRING})"
)
"""tree.add(2, 1, '通知公告', '/tzgg/'): number, number of the one above, name, address."""
PAIR = re.compile(rf"\bArray\s*\(\s*({STRING})\s*,\s*({STRING})")
ADDRESS = re.compile(r"^(?:https?://|\.{0,2}/)|\.\w{3,5}$|/$")


def scripted_links(
    scripts: Sequence[str], addresses: Addresses, source: ColumnSource
) -> Iterator[ColumnLink]:
    """The links of every menu that one of these scripts writes out."""
    for script in scripts:
        if len(script) <= READ and may_be_menu(script):
            yield from _menu(script, addresses, source)


def may_be_menu(script: str) -> bool:
    """Names are written out, and something that they could lead to."""
    if not ("/" in script and CHINESE.search(script)):
        return False
    names = sum(1 for _ in zip(range(FEWEST), NAMED.finditer(script), strict=False))
    return names == FEWEST


def _menu(script: str, addresses: Addresses, source: ColumnSource) -> Iterator[ColumnLink]:
    found: dict[str, ColumnLink] = {}
    others = 0
    for name, href, parents in _items(script):
        url = addresses.absolute(href)
        if not url:
            continue
        if is_article(url) or len(name) > NAME:
            others += 1
        elif could_name_column(name) and could_be_column(url, addresses.origin):
            found.setdefault(url, column_link(name, url, source, parents))
    if FEWEST <= len(found) >= COLUMNS_SHARE * (len(found) + others):
        yield from found.values()


@lru_cache(maxsize=64)
def _items(script: str) -> tuple[Item, ...]:
    """The same menu stands on every page of a site."""
    return (*_of_values(script), *_of_calls(script), *_of_markup(script))


def _of_values(script: str) -> Iterator[Item]:
    end = tried = 0
    for begin in BEGINS.finditer(script):
        if begin.end() < end:
            continue
        if found := parsed(script, begin.end()):
            end = found[1]
            yield from _walk(found[0], ())
        tried += 1
        if tried >= TRIED:
            return


def _walk(value: Any, parents: tuple[str, ...]) -> Iterator[Item]:
    if isinstance(value, dict):
        name, href = _said(value, NAMES), _said(value, LINKS)
        if name and href:
            yield name, href, parents
        below = (*parents, name) if could_name_column(name) and len(name) <= NAME else parents
        for each in value.values():
            if isinstance(each, list | dict):
                yield from _walk(each, below)
    elif isinstance(value, list):
        nodes = [each for each in value if isinstance(each, dict)]
        if len(nodes) >= FEWEST and sum(bool(_said(each, ABOVE)) for each in nodes) * 2 > len(nodes):
            yield from _tree(
                [
                    (_said(each, NUMBERS), _said(each, ABOVE), _said(each, NAMES), _said(each, LINKS))
                    for each in nodes
                ]
            )
            return
        yield from _pairs([each for each in value if isinstance(each, str)], parents)
        for each in value:
            yield from _walk(each, parents)


def _said(value: Mapping[str, Any], keys: Sequence[str]) -> str:
    lower = {key.lower(): said for key, said in value.items() if isinstance(said, str | int)}
    return next((clean(plain(str(lower[key]))) for key in keys if key in lower), "")


def _pairs(words: Sequence[str], parents: tuple[str, ...]) -> Iterator[Item]:
    """["通知公告", "/tzgg/", …]"""
    for name, href in pairwise(words):
        if CHINESE.search(name) and not CHINESE.search(href) and ADDRESS.search(href):
            yield clean(name), href, parents


def _of_calls(script: str) -> Iterator[Item]:
    nodes = [
        (number, above, unquoted(name), unquoted(href)) for number, above, name, href in NODE.findall(script)
    ]
    yield from _tree(nodes)
    for name, href in PAIR.findall(script):
        yield from _pairs([unquoted(name), unquoted(href)], ())


def _tree(nodes: Sequence[tuple[str, str, str, str]]) -> Iterator[Item]:
    """Nodes by number, number of the one above, name and address."""
    known = {number: (above, name) for number, above, name, _ in nodes}
    for number, above, name, href in nodes:
        parents: list[str] = []
        seen = {number}
        while above in known and above not in seen:
            seen.add(above)
            above, words = known[above]
            if could_name_column(words):
                parents.insert(0, words)
        if name and href:
            yield name, href, tuple(parents)


def _of_markup(script: str) -> Iterator[Item]:
    """What the literals say when they are put together: variables between them are left out."""
    literals = [unquoted(found) for found in LITERAL.findall(script)]
    if sum("<a" in each.lower() for each in literals) == 0:
        return
    page = outline("".join(each for each in literals if "<" in each or ">" in each or CHINESE.search(each)))
    zones = ["nav"] * len(page.boxes)
    for link in menu_links(page, Addresses(""), zones, (0, 0), is_home=True):
        yield link.name, link.url, link.parents
