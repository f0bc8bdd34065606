"""Pages within the page: iframes where the list belongs, framesets, and addresses that a box keeps for later (lazy)."""

import re
from collections.abc import Iterator, Mapping, Sequence

from crawler.extract.addresses import Addresses, host_of
from crawler.extract.loading.loader import Loader
from crawler.extract.outline import Outline

LATER = ("data-src", "data-url", "data-href", "data-original", "lay-src", "_src", "data-iframe-src")
NO_LIST = re.compile(
    r"weather|tianqi|map|(?<![a-z])stat(?:s|istics?)?(?![a-z])|share|top(?!ic)|head(?!line)|foot|login|nav|menu|left|search",
    re.I,
)
"""Files of the website's own that are parts of its frame; a topic and the headlines are content."""
SERVICES = re.compile(r"weather|tianqi|(?<![a-z])stat(?:s|istics?)?(?![a-z])|share", re.I)
"""Hosts whose frames are ornaments. Of another website's page only the host is asked: /search/ may well be a column there."""
ASIDE = frozenset({"foot", "friend", "tool", "head", "nav"})
"""Parts of a page that no list of its column comes into. (A box that holds nothing but the breadcrumb yet is not one.)"""
TINY = re.compile(r"\s*[0-4]?\d?(px)?\s*$")
FRAMES_READ = 6


def is_frameset(page: Outline) -> bool:
    """Nothing but frames: their pages are the page."""
    return any(box.tag == "frameset" for box in page.boxes[:40])


def frames(page: Outline, addresses: Addresses, zones: Sequence[str]) -> Iterator[Loader]:
    whole = is_frameset(page)
    for box, attributes in page.frames[: 2 * FRAMES_READ]:
        if not (whole or _is_shown(page, box, attributes, zones)):
            continue
        source = attributes.get("src") or ""
        if source in ("", "about:blank", "#"):
            source = next((attributes[name] for name in LATER if attributes.get(name)), "")
        url = addresses.absolute(source)
        if url and not addresses.is_outside(url) and (whole or not is_of_sites_frame(url)):
            yield Loader(url, kind="iframe")


def shows_another_site(page: Outline, addresses: Addresses, zones: Sequence[str]) -> bool:
    """A frame in the content holds a page of another website: what stands there is not read."""
    return any(
        _is_shown(page, box, attributes, zones)
        and bool(url := addresses.absolute(attributes.get("src")))
        and addresses.is_outside(url)
        and not is_ornament(url)
        for box, attributes in page.frames
    )


def kept_for_later(page: Outline, addresses: Addresses, zones: Sequence[str]) -> Iterator[Loader]:
    """An empty box in the content that names the address of what it will hold."""
    for index, box in enumerate(page.boxes):
        if box.start != box.end or box.tag == "a" or zones[index] in ASIDE:
            continue
        later = (
            box.attributes.get("data-url") or box.attributes.get("data-src") or box.attributes.get("hx-get")
        )
        if later and not re.search(r"\.(png|jpe?g|gif|svg|webp|mp4|css)\b", later, re.I):
            url = addresses.absolute(later)
            if url and not addresses.is_outside(url):
                yield Loader(url, kind="json")


def is_of_sites_frame(url: str) -> bool:
    """By the name of its file: the head, a menu, a counter. What is asked of it (`list.jsp?topic=12`) does not tell."""
    return bool(NO_LIST.search(url.partition("?")[0].rpartition("/")[2]))


def is_ornament(url: str) -> bool:
    """Weather and the like, from a host that serves nothing else: stats.xx.gov.cn is an office with lists of its own."""
    host = host_of(url)
    return bool(SERVICES.search(host)) and not host.endswith(".gov.cn")


def _is_shown(page: Outline, box: int, attributes: Mapping[str, str], zones: Sequence[str]) -> bool:
    """A reader sees the frame where the content stands."""
    return not (page.boxes[box].chain.hidden or zones[box] in ASIDE or _is_tiny(attributes))


def _is_tiny(attributes: Mapping[str, str]) -> bool:
    sides = (attributes.get("height") or "x", attributes.get("width") or "x")
    return any(map(TINY.match, sides)) or "display:none" in (attributes.get("style") or "").replace(" ", "")
