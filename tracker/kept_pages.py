"""Which version of each page was last sent whole, for conditional requests of the next round.

The stored bytes themselves are named by the looks that brought them (tracker/claims.py): nothing rests on these rows, and
where bytes are given up meanwhile, the page is fetched whole.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA, midnight
from crawler.earlier import NOT_MODIFIED, KeptPage
from crawler.observations import Visit
from tracker import models
from tracker.upsert import upsert

WHOLE_EVERY_DAYS = 7
"""However often a server says that a page is as it was, its word is put to the test once a week."""
LONGEST_VALIDATOR = 200
REFRESHED = ("final_url", "sha256", "content_type", "etag", "last_modified", "whole_at")


def keep_pages(session: Session, seen: Iterable[tuple[int, Visit]]) -> None:
    """Remember what came whole and can be asked for conditionally; what is too old for that is forgotten.

    `seen`: target id and visit.
    """
    looks = list(seen)
    rows = {row["digest"]: row for target_id, visit in looks for row in _rows(target_id, visit)}
    upsert(session, models.KeptPage, list(rows.values()), ("digest",), REFRESHED)
    if looks:
        page = models.KeptPage
        newest = max(visit.at for _, visit in looks)
        session.execute(
            delete(page).where(
                page.target_id.in_({target_id for target_id, _ in looks}), page.whole_at < _oldest(newest)
            )
        )


def _rows(target_id: int, visit: Visit) -> Iterator[dict[str, Any]]:
    for fetch in visit.fetches:
        if fetch.problem or not fetch.sha256 or fetch.status == NOT_MODIFIED:
            continue
        named = fetch.etag or fetch.last_modified
        if named and max(len(fetch.etag), len(fetch.last_modified)) <= LONGEST_VALIDATOR:
            yield {
                "digest": hashlib.blake2b(f"{target_id}\n{fetch.url}".encode(), digest_size=16).hexdigest(),
                "target_id": target_id,
                "url": fetch.url,
                "final_url": fetch.final_url,
                "sha256": fetch.sha256,
                "content_type": fetch.content_type,
                "etag": fetch.etag,
                "last_modified": fetch.last_modified,
                "whole_at": visit.at,
            }


def kept_pages(session: Session, target_ids: Collection[int], at: datetime) -> dict[str, KeptPage]:
    """What may be asked for conditionally on these targets, by address."""
    page = models.KeptPage
    columns = (page.url, page.sha256, page.final_url, page.content_type, page.etag, page.last_modified)
    kept: dict[str, KeptPage] = {}
    for some in _chunks(sorted(target_ids)):
        query = select(*columns).where(page.target_id.in_(some), page.whole_at >= _oldest(at))
        for url, *facts in session.execute(query):
            kept[url] = KeptPage(*facts)
    return kept


def _oldest(at: datetime) -> datetime:
    """The first moment of the days whose pages count."""
    return midnight(at.astimezone(CHINA).date() - timedelta(days=WHOLE_EVERY_DAYS - 1))


def _chunks(numbers: Sequence[int], size: int = 500) -> Iterator[Sequence[int]]:
    for begin in range(0, len(numbers), size):
        yield numbers[begin : begin + size]
