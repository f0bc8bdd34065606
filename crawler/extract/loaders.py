"""Lists that are not in the page: the interfaces that known systems load them from.

Hanweb data-proxies, jpaas units, gkmlpt, plain JSON calls and iframes are found and can be asked. A script that we do
not know is only noticed (signals.py): the page then needs a browser and nothing is concluded (regulations.md 9.4 step 5).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from crawler.extract.addresses import WECHAT, Addresses
from crawler.extract.answers import RECORD
from crawler.extract.outline import Outline

Kind = Literal["jpage", "jpaas", "iframe", "json"]
PROXY = re.compile(r"[\"'=]\s*([^\"'\s<>]*dataproxy\.jsp[^\"'\s<>]*)", re.I)
AJAX = re.compile(
    r"\$\s*\.\s*(get|getJSON|post|ajax)\s*\(|axios\s*(?:\.\s*(get|post))?\s*\(|\bfetch\s*\(|new\s+XMLHttpRequest|\.load\s*\(\s*[\"']|createXMLHttp|\.open\s*\(\s*[\"'](?:GET|POST)",
    re.I,
)
CALL = re.compile(
    r"(?:\$\s*\.\s*(?:get|getJSON|post)|axios\s*\.\s*(?:get|post)|\bfetch)\s*\(\s*([\"'])([^\"'+\s]{3,300})\1\s*(?=[,)])|\burl\s*:\s*([\"'])([^\"'+\s]{3,300})\3\s*(?=[,}\n])",
    re.I,
)
NOT_LISTS = re.compile(
    r"count|click|hit|visit|pv|stat|track|weather|login|user|search|hotword|keyword|token|captcha|verify|log\b|ip\b|time\b|dict|config|banner|link|menu|nav|site/get|channel|vote|"
    r"\.(js|css|png|jpe?g|gif|html?)$",
    re.I,
)
COUNTERS = re.compile(
    r"count|click|hit|visit|/pv|stat|track|weather|login|token|captcha|verify|dynclick", re.I
)
LIST_WORDS = re.compile(
    r"list|article|news|info|content|query|page|data|record|doc|column|api|unit|json", re.I
)
SCRIPT_READ = 60_000
ASKING = (".ajax", ".get", ".post", "axios", "fetch", "XMLHttp", ".load(")


@dataclass(frozen=True, slots=True)
class Loader:
    """One request by which a page fills its list. `method` GET or POST; `body` is what a POST carries."""

    url: str
    method: str = "GET"
    body: bytes = b""
    kind: Kind = "json"


def find(page: Outline, addresses: Addresses, markup: str, zones: Sequence[str]) -> tuple[Loader, ...]:
    """The list interfaces the page calls, as far as they are written out; six at the most."""
    if addresses.host in WECHAT:
        return ()
    found: dict[tuple[str, bytes], Loader] = {}
    for loader in (
        *_jpaas(page, addresses),
        *_jpage(markup, addresses),
        *_gkmlpt(markup, addresses),
        *_json(page, addresses),
        *_iframes(page, addresses, zones),
    ):
        if loader.url.startswith("http"):
            found.setdefault((loader.url, loader.body), loader)
    return tuple(found.values())[:6]


def calls_out(script: str) -> bool:
    """An inline script that asks for data; a whole library pasted into the page is not read."""
    return len(script) <= SCRIPT_READ and any(word in script for word in ASKING) and bool(AJAX.search(script))


def _jpaas(page: Outline, addresses: Addresses) -> Iterator[Loader]:
    for _, attributes, _ in page.scripts:
        where, query = attributes.get("url"), attributes.get("querydata")
        if not where or not query or "build/unit" not in where:
            continue
        values = dict(re.findall(r"['\"]?(\w+)['\"]?\s*:\s*['\"]([^'\"]*)['\"]", query))
        if "list" in values.get("tagId", "list").lower() or "列表" in values.get("tagId", ""):
            yield Loader(addresses.absolute(f"{where}?{urlencode(values)}"), kind="jpaas")


def _jpage(markup: str, addresses: Addresses) -> Iterator[Loader]:
    if "dataproxy" not in markup:
        return
    if RECORD.search(markup):
        return
    for found in PROXY.finditer(markup):
        where = found[1].replace("&amp;", "&")
        yield Loader(addresses.absolute(where), kind="jpage")
        return


def _gkmlpt(markup: str, addresses: Addresses) -> Iterator[Loader]:
    """Guangdong's 政府信息公开平台: the column number stands after # in the address or in the page's settings."""
    if "gkmlpt" not in markup:
        return
    site = re.search(r"[\"']?(?:SID|SITE_ID)[\"']?\s*[:=]\s*[\"']?(\d+)", markup)
    column = re.search(r"#(\d+)$", addresses.base) or re.search(
        r"[\"']?COLUMN(?:_ID)?[\"']?\s*[:=]\s*[\"']?(\d+)", markup
    )
    if site and column:
        yield Loader(addresses.absolute(f"/gkmlpt/api/all/{column[1]}?page=1&sid={site[1]}"), kind="json")


def _json(page: Outline, addresses: Addresses) -> Iterator[Loader]:
    for _, attributes, text in page.scripts:
        if attributes.get("src") or not calls_out(text):
            continue
        for found in CALL.finditer(text):
            where = found[2] or found[4]
            if NOT_LISTS.search(where.partition("?")[0]) or not LIST_WORDS.search(where) or "{" in where:
                continue
            around = text[found.start() : found.start() + 500]
            posts = bool(
                re.match(r"\$\s*\.\s*post|axios\s*\.\s*post", found[0], re.I)
                or re.search(
                    r"(?:type|method)\s*:\s*[\"']post",
                    text[max(0, found.start() - 200) : found.start() + 500],
                    re.I,
                )
            )
            data = _literal(around)
            if data is None:
                continue
            if posts:
                yield Loader(addresses.absolute(where), "POST", data.encode(), "json")
            else:
                yield Loader(
                    addresses.absolute(where + ("&" if "?" in where else "?") + data if data else where),
                    kind="json",
                )


def _literal(text: str) -> str | None:
    """The data of a call if all of it is written out; None if a script has to work it out."""
    found = re.search(r"\bdata\s*:\s*(?:JSON\.stringify\(\s*)?\{([^{}]*)\}", text) or re.match(
        r"[^,{}]*,\s*\{([^{}:]*:[^{}]*)\}", text
    )
    if not found or re.search(r"\burl\s*:", found[1]):
        return "" if not re.search(r"\bdata\s*:\s*\w", text[:300]) else None
    pairs = re.findall(
        r"['\"]?([\w.]+)['\"]?\s*:\s*(?:['\"]([^'\"]*)['\"]|(-?\d+|true|false))\s*(?:,|$)", found[1].strip()
    )
    if len(pairs) < len([part for part in found[1].split(",") if part.strip()]):
        return None
    return urlencode({name: text_value or number for name, text_value, number in pairs})


def _iframes(page: Outline, addresses: Addresses, zones: Sequence[str]) -> Iterator[Loader]:
    for box, attributes in page.frames:
        if page.boxes[box].chain.hidden or zones[box] in ("foot", "friend", "tool", "head", "nav"):
            continue
        if re.match(r"\s*[01](px)?\s*$", (attributes.get("height") or "x")) or re.search(
            r"display\s*:\s*none", attributes.get("style") or ""
        ):
            continue
        url = addresses.absolute(attributes.get("src"))
        if (
            url
            and not addresses.is_outside(url)
            and not re.search(
                r"weather|tianqi|map|stat|share|top|head|foot|login|nav|menu|left|search",
                url.rpartition("/")[2],
                re.I,
            )
        ):
            yield Loader(url, kind="iframe")
