"""Where a bridge draws from: two roads with one upstream fall silent together and do not confirm each other."""

import re
from urllib.parse import urlsplit

WEREAD = "weread"
MAKES = (
    # generator as the feed names it, the path its feeds stand at, what it draws from
    (re.compile(r"wewe-?rss", re.I), re.compile(r"^/feeds/[^/]+\.(?:atom|rss|json)$"), WEREAD),
    (re.compile(r"mp-we-rss|we-mp-rss|werss", re.I), re.compile(r"^/(?:rss|feed)/MP_WXS_\w+"), "mp-console"),
)
RSSHUB = re.compile(r"rsshub", re.I)
OWN_SOURCES = ("wechat",)
"""Platforms whose RSSHub routes draw from different places: /wechat/sogou, /wechat/wechat2rss."""


def upstream_of(address: str, generator: str = "") -> str:
    """`generator`: what the feed says of its maker; without an answer the address must tell."""
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    for maker, path, upstream in MAKES:
        if maker.search(generator) or (not generator and path.search(parts.path)):
            return upstream
    if RSSHUB.search(generator) or (not generator and RSSHUB.search(f"{host}{parts.path}")):
        return _route(parts.path) or host
    return parts.netloc.rpartition("@")[2].lower()


def _route(path: str) -> str:
    names = [name for name in path.split("/") if name and not RSSHUB.search(name)]
    return "/".join(names[: 2 if names and names[0] in OWN_SOURCES else 1])
