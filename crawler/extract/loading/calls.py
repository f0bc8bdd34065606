"""The calls by which scripts ask for data, and what each of them asks for.

A call whose address and data are written out (also in pieces, with constants) can be made by us; of any other it is only
known that it is made: what it brings no browser-less reader has seen.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlencode

from crawler.extract.addresses import Addresses, are_of_one_owner, host_of
from crawler.extract.loading.expressions import value
from crawler.extract.loading.loader import FORM, JSON, Loader

ASKING = (
    *(".ajax", ".get", ".post", "axios", "fetch", "XMLHttp", ".load(", ".request", "url:", "url :"),
    *(".open(", ".jsonp"),
)
HEAD = re.compile(
    r"(?:\$|jQuery|http|\$axios|axios|ajax|request|service)\s*\.\s*(get|getJSON|post|jsonp)\s*\(|\b(fetch)\s*\(|\baxios\s*\(\s*(?=[\"'`])|"
    r"\)\s*\.\s*(load)\s*\(\s*(?!function|\(|\w+\s*=>)|\.(open)\s*\(\s*[\"'](?:GET|POST)[\"']\s*,|(?<![\w.])[\"']?(url)[\"']?\s*:",
    re.I,
)
AJAX = re.compile(
    r"\.\s*ajax\s*\(|\baxios\b\s*[.(]|\bfetch\s*\(|new\s+XMLHttpRequest|createXMLHttp|\.\s*(?:getJSON|jsonp)\s*\(|(?:\$|jQuery|http)\s*\.\s*(?:get|post)\s*\(|"
    r"\.open\s*\(\s*[\"'](?:GET|POST)|\)\s*\.\s*load\s*\(\s*(?!function|\(|\w+\s*=>)|\.render\s*\(\s*\{|(?:datagrid|bootstrapTable|jqGrid|DataTable)\s*\(",
    re.I,
)
"""What makes an address in a script one that is asked: a `url:` may also stand in a share button's settings."""
NOT_LISTS = re.compile(
    r"count|click|hit|visit|/pv|(?<![a-z])stat(?:s|istics?)?(?![a-z])|track|weather|tianqi|login|user|search|suggest|hotword|keyword|token|captcha|verify|log\b|ip\b|time\b|dict|config|banner|link|menu|nav|"
    r"site/get|vote|save|submit|delete|update|upload|\.(js|css|png|jpe?g|gif|html?)$",
    re.I,
)
COUNTERS = re.compile(
    r"count|click|hit|visit|/pv|(?<![a-z])stat(?:s|istics?)?(?![a-z])|track|tongji|weather|tianqi|login|userinfo|token|captcha|verify|dynclick|suggest|hotword|jiucuo|/share|cookie|conac\.cn|hm\.baidu|cnzz|jweixin|\blog\b|beacon",
    re.I,
)
LIST_WORDS = re.compile(
    r"list|article|news|info|content|query|page|data|record|doc|column|channel|api|unit|json|rss|xml|notice|get|inner",
    re.I,
)
SCRIPT_READ = 60_000
"""Characters: a longer inline script is a library pasted into the page."""
WRAPPED = re.compile(
    r"\s*(JSON\.stringify\s*\(|\$\.param\s*\(|qs\.stringify\s*\(|Qs\.stringify\s*\()?\s*\{", re.I
)
DATA = re.compile(r"[\"']?\b(data|params|where|queryParams)[\"']?\s*:\s*")
METHOD = re.compile(r"[\"']?\b(?:type|method)[\"']?\s*:\s*[\"'](post|get)", re.I)
PAIR = re.compile(r"\s*(?:[\"']([\w.\-\[\]]+)[\"']|([\w$]+))\s*(?::\s*)?")


@dataclass(frozen=True, slots=True)
class Call:
    """`address` None: a script works it out; `said` is what is written of it. `data` None: what is sent is worked out."""

    address: str | None
    said: str
    data: str | None = ""
    posts: bool = False
    sends: str = ""
    is_literal: bool = True

    @property
    def is_known(self) -> bool:
        return self.address is not None and self.data is not None

    @property
    def only_counts(self) -> bool:
        """Visits, weather, who is logged in: nothing that a list is made of."""
        return bool(COUNTERS.search(self.said.partition("?")[0]))


@lru_cache(maxsize=128)
def asks(script: str) -> bool:
    """A script that asks for data."""
    return any(word in script for word in ASKING) and bool(AJAX.search(script))


def calls(script: str, known: Mapping[str, str]) -> tuple[Call, ...]:
    """All calls of a script, with the constants that it and its page know."""
    if not asks(script):
        return ()
    return _calls(script, tuple(sorted((name, text) for name, text in known.items() if name in script)))


@lru_cache(maxsize=256)
def _calls(script: str, known: tuple[tuple[str, str], ...]) -> tuple[Call, ...]:
    return tuple(_each(script, dict(known)))


def _each(script: str, known: Mapping[str, str]) -> Iterator[Call]:
    end = 0
    for found in HEAD.finditer(script):
        if found.start() < end:
            continue
        in_settings = bool(found[5])
        if not in_settings and re.match(r"\s*\{", script[found.end() : found.end() + 20]):
            continue  # its `url:` follows
        where = value(script, found.end(), known)  # of .load("index.html .list") the page, and the part of it
        end = where.end
        room = _room(script, found.start(), where.end, in_settings=in_settings)
        data, sends, literal = _data(room, known, behind=not in_settings)
        if sends == FORM and "qs" not in room and _is_axios(script, found.start()):
            sends = JSON
        posts = _posts(found[0], room)
        address = where.text.partition(" ")[0] if found[3] and where.text else where.text
        yield Call(address, where.said, data, posts, sends, where.is_literal and literal)


def _is_axios(script: str, at: int) -> bool:
    """Whoever asks sends objects as JSON unless told otherwise."""
    return (
        "axios" in script[max(0, at - 1) : at + 8] or "axios" in script[: script.rfind("(", 0, at) + 1][-12:]
    )


def _room(script: str, start: int, end: int, *, in_settings: bool) -> str:
    """The settings around a `url:`, else what follows the address."""
    if not in_settings:
        return script[end : end + 500]
    begin = max(script.rfind("(", 0, start), start - 300)
    close = end
    for close in range(end, min(len(script), end + 600)):
        if script.startswith(("success", "function", "=>", "}).", "})"), close):
            break
    return script[begin:close]


def _posts(head: str, room: str) -> bool:
    if re.search(r"\.\s*post\s*\($|[\"']POST[\"']\s*,$", head, re.I):
        return True
    if re.search(r"\.\s*get\w*\s*\($|[\"']GET[\"']\s*,$", head, re.I):
        return False
    found = METHOD.search(room.partition(");")[0])
    return bool(found and found[1].lower() == "post")


def _data(room: str, known: Mapping[str, str], *, behind: bool) -> tuple[str | None, str, bool]:
    """What is sent along: as it would be written in an address, its type, and whether it is literal."""
    at = 0
    if named := DATA.search(room):
        at = named.end()
    elif behind and room.startswith(","):
        at = 1
    else:
        return "", "", True
    if not (opened := WRAPPED.match(room, at)):
        if not named:
            return "", "", True  # a callback
        text = value(room, at, known)
        return text.text, "", text.is_literal
    sends = JSON if "JSON" in (opened[1] or "") else FORM
    if (
        behind
        and not named
        and re.match(r"\s*(method|headers|params|credentials|mode)\b", room[opened.end() :])
    ):
        return "", "", True  # fetch's settings
    pairs: list[tuple[str, str]] = []
    at, literal = opened.end(), True
    while found := PAIR.match(room, at):
        name = found[1] or found[2]
        each = value(room, found.end() if ":" in found[0] else found.start(), known)
        if each.text is None:
            return None, sends, False
        pairs.append((name, each.text))
        literal &= each.is_literal
        at = each.end + 1
        if room[each.end : each.end + 1] != ",":
            break
    return urlencode(pairs), sends, literal


def loaders(made: Iterable[Call], addresses: Addresses) -> Iterator[Loader]:
    """The calls that we can make and that may bring a list."""
    for call in made:
        if not may_be_list(call):
            continue
        url = addresses.absolute(call.address)
        own = addresses.host.partition(":")[0]
        if not url or (own and not are_of_one_owner(host_of(url), own)):
            continue  # what another owner's host answers is no list of this website
        data = call.data or ""
        if call.posts:
            yield Loader(url, "POST", _body(data, call.sends), "json", call.sends or FORM, call.is_literal)
        else:
            joined = url + ("&" if "?" in url else "?") + data if data else url
            yield Loader(joined, kind="json", sure=call.is_literal)


def _body(data: str, sends: str) -> bytes:
    if sends != JSON:
        return data.encode()
    pairs = {
        name: int(text) if text.isdigit() and len(text) < 10 else text
        for name, text in parse_qsl(data, keep_blank_values=True)
    }
    return json.dumps(pairs, ensure_ascii=False).encode()


def may_be_list(call: Call) -> bool:
    where = call.address
    return bool(
        call.is_known
        and where
        and "{" not in where
        and len(where) <= 300
        and not NOT_LISTS.search(where.partition("?")[0])
        and LIST_WORDS.search(where)
    )
