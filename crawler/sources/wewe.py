"""WeWe-RSS tells at /feeds when it last pulled each account: the only sign that its feed is alive (newmedia.md 3.2).

Its feeds go on with 200 and old posts when the reader's account behind them is blocked.
"""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

from crawler.fetching import Answer, Wanted
from crawler.sources.signatures import Complaint

SYNC_LIMIT = timedelta(hours=36)
"""It pulls twice a day; three pulls missed is dead."""
_FEED = re.compile(r"^(?P<root>.*/feeds)/(?P<id>[^/]+)\.(?:atom|rss|json)$")


def status_request(address: str) -> Wanted | None:
    """The question after the bridge's own state, if the address is one of its feeds."""
    parts = urlsplit(address)
    found = _FEED.match(parts.path)
    if found is None or found["id"] == "all":
        return None
    return Wanted(urlunsplit((parts.scheme, parts.netloc, found["root"], "", "")), shared=True)


def sync_complaint(body: bytes, feed_id: str, at: datetime) -> Complaint | None:
    """What is wrong with this feed's last pull. An answer that does not know the feed says nothing about it."""
    try:
        rows = json.loads(body)
    except ValueError:
        return None
    row = (
        next((row for row in rows if isinstance(row, dict) and row.get("id") == feed_id), None)
        if isinstance(rows, list)
        else None
    )
    if row is None or not isinstance(row.get("syncTime"), int):
        return None
    if row["syncTime"] <= 0:
        return Complaint("source_broken", "never_synced")
    try:
        synced = datetime.fromtimestamp(row["syncTime"], UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return Complaint("source_broken", "frozen_feed") if at - synced > SYNC_LIMIT else None


def complaint_about(address: str, answer: Answer, at: datetime) -> Complaint | None:
    found = _FEED.match(urlsplit(address).path)
    if found is None or answer.problem is not None:
        return None
    return sync_complaint(answer.body, found["id"], at)
