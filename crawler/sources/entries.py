"""The structure of a feed: JSON Feed, well-formed RSS and Atom by hand, all the rest by feedparser. Dates stay the raw
words they are."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import feedparser

from crawler.json_text import from_json
from crawler.sources.wellformed import WellFormed, read_wellformed

_OPENING = re.compile(
    r"\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>]*>\s*)*+<(?:[\w-]+:)?(?P<name>[\w-]+)", re.S
)
_DECLARED = re.compile(rb"(<!DOCTYPE[^>\[]*)\[[^\]]*\]\s*>")
"""What a document type declares of its own. It is cut out: entities can grow without end when they are read, and those of
HTML, which is what feeds declare, are known without it. A feed in which it cannot be cut out is none (`_OPENING`)."""
_CLOSING = re.compile(r"</(?:[\w-]+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--.*?-->\s*)*$", re.I | re.S)
_TAG = re.compile(r"<[^>]*>")
FEED_ELEMENTS = ("rss", "feed", "rdf")
JSON_FEED = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/")
HEAD, TAIL = 4000, 2000
"""Characters in which the first and the last element of a feed are looked for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as it stands there. `stated`: it has a date of publishing, not only one of change."""

    id: str
    title: str
    url: str
    raw_date: str
    stated: bool
    text: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    entries: tuple[Entry, ...]
    generator: str = ""
    built: str = ""
    """lastBuildDate of RSS, <updated> of Atom: in some bridges the time of rendering."""
    is_whole: bool = True


def read_feed(body: bytes, content_type: str) -> Feed | None:
    """The feed in these bytes, None if they hold none."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _json_feed(body)
    body = _DECLARED.sub(rb"\1>", body[:HEAD], count=1) + body[HEAD:]
    text = _ascii(body[:HEAD])
    opening = _OPENING.match(text)
    if opening is None or opening["name"].lower() not in FEED_ELEMENTS:
        return None
    other_charset = "charset=" in content_type.lower() and "utf-8" not in content_type.lower()
    if not other_charset and (plain := read_wellformed(body)):
        feed = _plain_feed(plain)
        if not feed.entries or any(entry.raw_date for entry in feed.entries):
            return feed
    return _any_feed(body, content_type)  # also where the dates have names that only it knows


def _plain_feed(plain: WellFormed) -> Feed:
    generator = "RSSHub" if "Powered by RSSHub" in f"{plain.generator} {plain.about}" else plain.generator
    entries = (
        _entry(identity, title, url, published or updated, bool(published), text)
        for identity, title, url, published, updated, text in plain.items
    )
    return Feed(tuple(entries), generator, plain.updated)


def _any_feed(body: bytes, content_type: str) -> Feed | None:
    # As a stream: given bytes, feedparser would also try them as the name of a file of ours.
    try:
        # What its entries' HTML would do in a browser does not matter: only their plain words are kept.
        parsed = feedparser.parse(
            io.BytesIO(body),
            response_headers={"content-type": content_type} if content_type else {},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, RecursionError):  # feedparser trips over a damaged declaration
        return Feed((), is_whole=False)
    if not parsed.get("version"):
        return None
    about = dict(parsed.feed)
    words = f"{about.get('generator', '')} {about.get('subtitle', '')}"
    generator = "RSSHub" if "Powered by RSSHub" in words else _text(about, "generator")
    return Feed(
        tuple(_xml_entry(dict(entry)) for entry in parsed.entries),
        generator,
        _text(about, "updated"),
        is_whole=bool(_CLOSING.search(_ascii(body[-TAIL:]))),
    )


def _xml_entry(entry: Mapping[str, Any]) -> Entry:
    published, updated = _text(entry, "published"), _text(entry, "updated")
    contents = [each.get("value", "") for each in entry.get("content", ()) if isinstance(each, Mapping)]
    return _entry(
        _text(entry, "id"),
        _text(entry, "title"),
        _text(entry, "link"),
        published or updated,
        bool(published),
        " ".join([_text(entry, "summary"), *contents]),
    )


def _json_feed(body: bytes) -> Feed | None:
    try:
        answer = from_json(body)
    except ValueError:
        cut = re.search(rb'"version"\s*:\s*"https?:\\?/\\?/jsonfeed\.org', body[:HEAD])
        return Feed((), is_whole=False) if cut else None
    if not isinstance(answer, dict) or not JSON_FEED.match(str(answer.get("version", ""))):
        return None
    items = answer.get("items")
    generator = "RSSHub" if "Powered by RSSHub" in str(answer.get("description", "")) else ""
    return Feed(tuple(_json_entries(items if isinstance(items, list) else [])), generator)


def _json_entries(items: list[Any]) -> Iterator[Entry]:
    for item in items:
        if isinstance(item, dict):
            published, changed = _text(item, "date_published"), _text(item, "date_modified")
            text = f"{_text(item, 'content_html')} {_text(item, 'content_text')}"
            url = _text(item, "url") or _text(item, "external_url")
            yield _entry(
                _text(item, "id"), _text(item, "title"), url, published or changed, bool(published), text
            )


def _entry(identity: str, title: str, url: str, raw_date: str, stated: bool, text: str) -> Entry:
    plain = _TAG.sub("", text).strip()
    return Entry(identity or url or f"{title} {raw_date}", title or plain[:60], url, raw_date, stated, plain)


def _text(facts: Mapping[str, Any], name: str) -> str:
    value = facts.get(name)
    return str(value).strip() if isinstance(value, str | int | float) else ""


def _ascii(part: bytes) -> str:
    """Enough to see tags, whatever the charset; UTF-16 has a zero beside every letter."""
    return part.replace(b"\x00", b"").decode("latin-1").lstrip("ÿþï»¿")
