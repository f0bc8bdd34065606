"""Where a bridge draws from: two roads with one upstream fall silent together and do not confirm each other."""

import re
from urllib.parse import urlsplit

WEREAD = "weread"
MP_CONSOLE = "mp-console"
MAKES = (
    # generator as the feed names it, the path its feeds stand at, what it draws from (newmedia.md 3.2, 3.3)
    (re.compile(r"wewe-?rss", re.I), re.compile(r"^/feeds/[^/]+\.(?:atom|rss|json)$"), WEREAD),
    (re.compile(r"mp-we-rss|we-mp-rss|werss", re.I), re.compile(r"^/(?:rss|feed)/MP_WXS_\w+"), MP_CONSOLE),
)
"""A bridge that is set up to draw from elsewhere is named so in the register (独立性), and that goes before."""
EVERYBODYS = re.compile(r"/(?:feeds?|rss)/all(?:\.(?:atom|rss|json))?(?:/fresh)?/?$")
EVERYBODYS_OF_CONSOLE = re.compile(r"/rss(?:/fresh)?/?$")
"""Where these bridges show the posts of all their accounts together; the second means that at we-mp-rss alone."""
WECHAT2RSS = "wechat/wechat2rss"
"""A service of its own, which RSSHub has a route to."""
RSSHUB = re.compile(r"rsshub", re.I)
ROUTES = frozenset({
    "bilibili", "douyin", "kuaishou", "qq", "sohu", "toutiao", "wechat", "weibo", "xiaohongshu", "xueqiu", "zhihu",
})  # fmt: skip
"""First parts of RSSHub's paths, by which they are known behind a prefix of a gateway."""
OWN_SOURCES = ("wechat",)
"""Platforms whose RSSHub routes draw from different places: /wechat/sogou, /wechat/mp."""


def upstream_of(address: str, generator: str = "") -> str:
    """`generator`: what the feed says of its maker; without an answer the address must tell."""
    parts = urlsplit(address)
    place = f"{parts.hostname or ''}{parts.path}"
    if "wechat2rss" in f"{generator} {place}".lower():
        return WECHAT2RSS
    for maker, path, upstream in MAKES:
        if maker.search(generator) or (not generator and path.search(parts.path)):
            return upstream
    if RSSHUB.search(generator or place):
        return _route(parts.path)
    return parts.netloc.rpartition("@")[2].lower()


def is_everybodys(address: str, generator: str) -> bool:
    """Whether a feed is that of all accounts of a bridge, and so no road to one of them. A maker that is not one of these may
    call its own feed `all`."""
    path, upstream = urlsplit(address).path, upstream_of(address, generator)
    is_theirs = upstream in (WEREAD, MP_CONSOLE)
    if EVERYBODYS.search(path):
        return is_theirs or not generator
    return upstream == MP_CONSOLE and bool(EVERYBODYS_OF_CONSOLE.search(path))


def _route(path: str) -> str:
    names = [name for name in path.lower().split("/") if name]
    first = next((place for place, name in enumerate(names) if name in ROUTES), None)
    if first is None:
        return "rsshub"  # two roads of which nobody knows where they lead do not confirm each other
    return "/".join(names[first : first + (2 if names[first] in OWN_SOURCES else 1)])
