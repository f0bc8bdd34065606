"""WeWe-RSS tells at /feeds when it last pulled each account: the only sign that its feed is alive (newmedia.md 3.2).

Its feeds go on with 200 and old posts when the reader's account behind them is blocked.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from crawler.fetching import Answer, Wanted
from crawler.json_text import from_json
from crawler.sources.json_answers import mapping, sequence, text, whole_number
from crawler.sources.signatures import Complaint

SYNC_LIMIT = timedelta(hours=36)
"""It pulls twice a day; three pulls missed is dead."""
BRIDGES = 8
"""So many bridges' words are kept read: each tells of all its accounts at once, and every one of them asks."""
NEVER = datetime.fromtimestamp(0, UTC)
_FEED = re.compile(r"^(?P<root>.*/feeds)/(?P<id>[^/]+)\.(?:atom|rss|json)$")


def status_request(address: str) -> Wanted | None:
    """The question after the bridge's own state, if the address is one of its feeds."""
    parts = urlsplit(address)
    found = _FEED.match(parts.path)
    if found is None or found["id"] == "all":
        return None
    return Wanted(urlunsplit((parts.scheme, parts.netloc, found["root"], "", "")), shared=True)


def feed_id(address: str) -> str:
    """Which feed an address means: …/feeds/ID.atom, or …/feeds#ID; empty if it means none."""
    parts = urlsplit(address)
    found = _FEED.match(parts.path)
    return found["id"] if found else parts.fragment


@lru_cache(maxsize=BRIDGES)
def feeds_in(body: bytes) -> Mapping[str, Mapping[str, Any]] | None:
    """What the bridge says of each of its feeds, by id; None if that is not what stands there."""
    try:
        rows = sequence(from_json(body))
    except ValueError:
        return None
    return None if rows is None else {text(mapping(row).get("id")): mapping(row) for row in rows}


def synced_at(feed: Mapping[str, Any]) -> datetime | None:
    """When it was last pulled, the beginning of time if never; None if that cannot be told."""
    seconds = whole_number(feed.get("syncTime"))
    try:
        return None if seconds is None else datetime.fromtimestamp(max(seconds, 0), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def sync_complaint(synced: datetime, at: datetime) -> Complaint | None:
    if synced == NEVER:
        return Complaint("source_broken", "never_synced")
    return Complaint("source_broken", "frozen_feed") if at - synced > SYNC_LIMIT else None


def complaint_about(address: str, answer: Answer, at: datetime) -> Complaint | None:
    """What is wrong with this feed's last pull. An answer that does not know the feed says nothing about it."""
    feed = None if answer.problem else (feeds_in(answer.body) or {}).get(feed_id(address))
    synced = synced_at(feed) if feed else None
    return sync_complaint(synced, at) if synced else None
