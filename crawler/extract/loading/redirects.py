"""Where a page sends its reader by itself: a refresh, or a script if nothing else is on the page."""

import re
from collections.abc import Iterator

from crawler.extract.addresses import Addresses
from crawler.extract.loading.expressions import constants, value
from crawler.extract.outline import Outline

REFRESH = re.compile(r"^\s*\d*\.?\d*\s*[;,]?\s*(?:url\s*=\s*)?[\"']?\s*([^\"'\s>]+)", re.I)
LEADS = re.compile(r"url\s*=|/", re.I)
WITHOUT_SCRIPTS = re.compile(
    r"<noscript[^<>]{0,100}>\s{0,100}<meta\b[^<>]{0,200}?http-equiv\s*=\s*[\"']?refresh\b[^<>]{0,200}?content\s*=\s*(\"[^\"]{0,500}\"|'[^']{0,500}')",
    re.I,
)
LITERAL = re.compile(
    r"(?:location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*[\"']([^\"'\s]{1,300})[\"']"
)
PUT_TOGETHER = re.compile(
    r"(?:location(?:\.href)?\s*=(?!=)|location\.(?:replace|assign)\s*\()(?=\s*[\w`\"'])"
)
TO_THE_HAND = re.compile(r"(?:^|/)(?:m|wap|mobile|3g|phone)(?:[./]|$)", re.I)
"""The edition for telephones, to which a page sends some of its readers only."""
LITTLE_TEXT, FEW_LINKS, SHORT_SCRIPT = 60, 3, 2000
"""Characters, links and characters: a page that says no more does nothing but lead on."""


def leads_to(page: Outline, addresses: Addresses, markup: str, shown: str) -> str:
    """The address, empty if the page stays or leads to itself."""
    for url in _targets(page, addresses, markup, shown):
        if url:
            return "" if url == addresses.base else url
    return ""


def _targets(page: Outline, addresses: Addresses, markup: str, shown: str) -> Iterator[str]:
    for meta in page.metas:
        if (meta.get("http-equiv") or "").lower() == "refresh":
            yield _refreshed(meta.get("content") or "", addresses)
    if len(shown) >= LITTLE_TEXT or len(page.links) >= FEW_LINKS:
        return
    for _, _, script in page.scripts:
        if len(script) < SHORT_SCRIPT and "location" in script:
            yield from map(addresses.absolute, _scripted(script))
    if found := WITHOUT_SCRIPTS.search(markup):
        yield _refreshed(found[1][1:-1], addresses)


def _refreshed(content: str, addresses: Addresses) -> str:
    found = REFRESH.match(content)
    return addresses.absolute(found[1]) if found and LEADS.search(content) else ""


def _scripted(script: str) -> Iterator[str]:
    asks_who = "userAgent" in script
    known = constants([script])
    found = [each[1] for each in LITERAL.finditer(script)] or [
        value(script, each.end(), known).text or "" for each in PUT_TOGETHER.finditer(script)
    ]
    for target in found:
        if target and not (asks_who and TO_THE_HAND.search(target)):
            yield target
