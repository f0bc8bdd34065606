"""Lists that are not in the page: the interfaces that it loads them from (crawler/extract/loading).

Whatever is written out can be asked. A script that we do not know is only noticed (loading/filled.py): the page then
needs a browser and nothing is concluded (regulations.md 9.4 step 5).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crawler.extract.addresses import WECHAT, Addresses
from crawler.extract.loading import calls, platforms
from crawler.extract.loading.expressions import constants
from crawler.extract.loading.filled import code_of, fills_empty_box, may_be_filled
from crawler.extract.loading.frames import ASIDE, frames, kept_for_later
from crawler.extract.loading.loader import KINDS, Kind, Loader
from crawler.extract.loading.paging import has_page_bar, is_unordered, last_page, rises, second_page
from crawler.extract.outline import Outline

__all__ = ["KINDS", "Kind", "Loader", "Loading", "find", "loading"]

LOADERS_READ = 6
LIST_FILE = re.compile(
    r"(list|news|data|content|query|column|article|channel)[\w-]*\.(js|jsp|php|aspx?|do|shtml)$", re.I
)
NO_LIST_FILE = re.compile(r"(page|paging|pager|pagination|fenye|jquery|common|tools?|tab)[\w.-]*\.js$", re.I)
"""Scripts that only serve a list: pagers and libraries."""
CALLBACK = re.compile(r"[?&](?:callback|jsonp\w*|cb)=\w", re.I)
"""A script's address that names the function which is to be called with the answer (JSONP)."""
ROUTE = re.compile(r"#!?/\w")
"""A page within an application: the server sends the same document for all of them."""


@dataclass(frozen=True, slots=True)
class Loading:
    """How a page gets its list: by `loaders` that can be asked, or by scripts that only a browser runs (`fills`).

    `left_out`: there are loaders of a kind that is switched off, so what is seen may not be all. `begins_with_oldest`: what
    is newest stands on the last of several pages; `is_unordered`: on any of them. `goes_on`: there are further pages.
    `fills_beside`: a script certainly puts something into an empty box of the content.
    """

    loaders: tuple[Loader, ...] = ()
    fills: bool = False
    left_out: bool = False
    begins_with_oldest: bool = False
    is_unordered: bool = False
    goes_on: bool = False
    fills_beside: bool = False


def loading(
    page: Outline,
    addresses: Addresses,
    markup: str,
    zones: Sequence[str],
    span: tuple[int, int],
    lists: Sequence[Sequence[date]],
    off: Collection[Kind] = (),
    *,
    only_pinned: bool = False,
) -> Loading:
    """`span`: the content's pieces of text; `lists`: the dates of its lists in their order; `off`: kinds not to be read;
    `only_pinned`: all that is listed is pinned on top (置顶)."""
    if ROUTE.search(addresses.base):
        return Loading(fills=True)
    known = constants(code_of(page))
    begins_with_oldest = rises(lists)
    other = None
    if begins_with_oldest or only_pinned:
        other = (last_page if begins_with_oldest else second_page)(page, addresses, known)
    found = (*find(page, addresses, markup, zones, known), *((other,) if other else ()))
    asked = tuple(loader for loader in found if loader.kind not in off)
    places = zones if any(lists) else _whatever_they_are_called(page, zones, span)
    fills = may_be_filled(page, places, span, markup, addresses, known, asked)
    goes_on = other is not None or has_page_bar(page)
    return Loading(
        asked,
        fills,
        len(asked) < len(found),
        begins_with_oldest=goes_on and begins_with_oldest,
        is_unordered=goes_on and is_unordered(lists),
        goes_on=goes_on,
        fills_beside=fills_empty_box(page, zones, span, addresses, known, asked),
    )


def _whatever_they_are_called(page: Outline, zones: Sequence[str], span: tuple[int, int]) -> list[str]:
    """Zones as they count on a page without a list: what is called a menu or a foot there may be the box to be filled."""
    return [
        "" if zone in ASIDE and span[0] <= box.start <= span[1] else zone
        for box, zone in zip(page.boxes, zones, strict=True)
    ]


def find(
    page: Outline,
    addresses: Addresses,
    markup: str,
    zones: Sequence[str],
    known: Mapping[str, str],
) -> tuple[Loader, ...]:
    """The list interfaces the page calls, as far as they are written out; `known`: constants of its scripts."""
    if addresses.host in WECHAT:
        return ()
    found: dict[tuple[str, bytes], Loader] = {}
    for loader in (
        *platforms.jpaas(page, addresses),
        *platforms.jpage(markup, addresses),
        *platforms.gkmlpt(markup, addresses),
        *_called(page, addresses, known),
        *_scripts(page, addresses, zones),
        *kept_for_later(page, addresses, zones),
        *frames(page, addresses, zones),
    ):
        if loader.url.startswith("http"):
            found.setdefault((loader.url, loader.body), loader)
    return tuple(found.values())[:LOADERS_READ]


def _called(page: Outline, addresses: Addresses, known: Mapping[str, str]) -> Iterator[Loader]:
    for text in code_of(page):
        yield from calls.loaders(calls.calls(text, known), addresses)


def _scripts(page: Outline, addresses: Addresses, zones: Sequence[str]) -> Iterator[Loader]:
    """Files of script that stand where the list belongs, or that bring an answer to a function of the page."""
    for box, attributes, _ in page.scripts:
        source = attributes.get("src") or ""
        if not source or zones[box] in ASIDE or calls.COUNTERS.search(source) or NO_LIST_FILE.search(source):
            continue
        tag = page.boxes[box].tag
        in_list = tag in ("ul", "ol", "tbody", "table", "dl") or (
            tag not in ("body", "html", "#root", "head")
            and LIST_FILE.search(source.partition("?")[0].rpartition("/")[2])
        )
        if in_list or (CALLBACK.search(source) and calls.LIST_WORDS.search(source)):
            url = addresses.absolute(source)
            if url and not addresses.is_outside(url):
                yield Loader(url, kind="script")
