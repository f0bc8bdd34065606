"""What the chain says of what was given up because its time was over (保存期限): links that tracker/retention.py adds in the
transaction in which something goes, and that `audit verify` holds against what is no longer there.

Stored pages that were nobody's evidence are not listed one by one: the link says before which moment they were seen last,
and one that was seen later, or that an issue rests on, is not covered by it. Evidence of issues is listed.
"""

import hashlib
import json
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.worded import Worded
from tracker.audit import look_digest
from tracker.claims import claims
from tracker.models import Evidence, Link, Page

WHAT = "thinned"
"""What such a link is called in the audit chain."""
STREAM = {"yield_per": 2000}
Span = tuple[int, int]


class Kind(Worded):
    """What is given up, with the words the office reads."""

    PAGES = "pages", "网页"
    EVIDENCE = "evidence", "问题证据"
    LOOKS = "looks", "观察"
    PROBES = "probes", "探测"
    DUE_TIMES = "due times", "到点记录"
    LIGHTS = "lights", "告警记录"
    SELF_CHECKS = "self checks", "自检记录"
    FILES = "files", "多余文件"


def payload(kind: Kind, gone: Collection[object], *, before: datetime, at: datetime) -> dict[str, Any]:
    """`gone`: shas or numbers in their order, what is older than `before`. Their digest is for whoever has an older copy."""
    return {
        "kind": str(kind),
        "count": len(gone),
        "digest": hashlib.sha256("\n".join(map(str, gone)).encode()).hexdigest(),
        "before": before.astimezone(UTC).isoformat(),
        "at": at.astimezone(UTC).isoformat(),
    }


# -- looks -------------------------------------------------------------------------------------------------


@dataclass
class Emptied:
    """Looks that lost what they saw: a hash over what must still be there of them, the pages that are evidence among it."""

    link: int = 0
    told: str = ""
    """The digest that the link has."""
    _hash: Any = field(default_factory=hashlib.sha256)

    def look(self, number: int, visit_id: int, ordinal: int, at: datetime, problem: str) -> None:
        """Looks come first, by their numbers."""
        self._hash.update(f"{number}\n{look_digest(visit_id, ordinal, at, problem, b'')}\n".encode())

    def page(self, look_id: int, url: str, status: int, sha256: str, fetched_at: datetime) -> None:
        """Then the pages of theirs that stay, by look and number."""
        moment = fetched_at.astimezone(UTC).isoformat()
        self._hash.update(f"{look_id}\n{url}\n{status}\n{sha256}\n{moment}\n".encode())

    @property
    def digest(self) -> str:
        return str(self._hash.hexdigest())


PAGE_COLUMNS = (Page.look_id, Page.url, Page.status, Page.sha256, Page.fetched_at)


def spans(numbers: Iterable[int]) -> list[Span]:
    """Ascending numbers as runs, both ends belong to them: a day of looks is one."""
    found: list[Span] = []
    for number in numbers:
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found


class EmptiedLooks:
    """All looks that the chain says were emptied."""

    def __init__(self, batches: Iterable[tuple[Sequence[Span], Emptied]]) -> None:
        listed = [(first, last, batch) for runs, batch in batches for first, last in runs]
        self._runs = sorted(listed, key=lambda run: run[0])
        self._firsts = [first for first, _, _ in self._runs]

    @property
    def last(self) -> int:
        """The highest number among them; 0: there are none."""
        return self._runs[-1][1] if self._runs else 0

    def of(self, look: int) -> Emptied | None:
        place = bisect_right(self._firsts, look) - 1
        if place < 0:
            return None
        _, last, batch = self._runs[place]
        return batch if look <= last else None

    def differing(self) -> Iterator[int]:
        """Links whose looks, once all were gone through, are not what they were."""
        batches = {batch.link: batch for _, _, batch in self._runs}
        yield from (number for number, batch in sorted(batches.items()) if batch.digest != batch.told)


def emptied_looks(session: Session) -> EmptiedLooks:
    return EmptiedLooks(
        ([(first, last) for first, last in told.get("looks", ())], Emptied(link, told["digest"]))
        for link, told in _told(session)
        if told["kind"] == Kind.LOOKS
    )


# -- stored pages ------------------------------------------------------------------------------------------


def excused(session: Session) -> set[str]:
    """Evidence whose bytes may be gone: its row says that they were given up, and a link of the chain covers it."""
    pages: dict[datetime, tuple[int, datetime]] = {}
    listed: set[tuple[str, datetime]] = set()
    for link, told in _told(session):
        if told["kind"] in (Kind.PAGES, Kind.EVIDENCE):
            at, before = (datetime.fromisoformat(told[name]) for name in ("at", "before"))
            listed.update((sha256, at) for sha256 in told.get("shas", ()))
            if told["kind"] == Kind.PAGES:
                pages.setdefault(at, (link, before))
    if not pages and not listed:
        return set()
    claimed = _claimed_by(session)
    last = select(func.max(Page.fetched_at)).where(Page.sha256 == Evidence.sha256).correlate(Evidence)
    columns = (Evidence.sha256, Evidence.first_fetched, Evidence.thinned_at, last.scalar_subquery())
    gone = select(*columns).where(Evidence.thinned_at.is_not(None)).execution_options(**STREAM)
    found = set()
    for sha256, first_fetched, gone_at, last_fetched in session.execute(gone):
        assert gone_at is not None  # asked for
        link, before = pages.get(gone_at, (0, first_fetched))
        was_old = max(first_fetched, last_fetched or first_fetched) < before
        # What came to rest on it after it had gone (an old look that was judged again) does not make that a loss.
        was_free = claimed.get(bytes.fromhex(sha256), link + 1) > link
        if (sha256, gone_at) in listed or (was_old and was_free):
            found.add(sha256)
    return found


def _claimed_by(session: Session) -> dict[bytes, int]:
    """Page -> the first link of the chain that tells of something that rests on it."""
    first: dict[bytes, int] = {}
    for claim in claims(session):
        for key in map(bytes.fromhex, claim.shas):
            first[key] = min(first.get(key, claim.link), claim.link)
    return first


def given_up(session: Session, shas: Collection[str]) -> set[str]:
    """Those of them whose bytes were given up."""
    row = Evidence
    return set(session.scalars(select(row.sha256).where(row.sha256.in_(shas), row.thinned_at.is_not(None))))


def _told(session: Session) -> Iterator[tuple[int, dict[str, Any]]]:
    """What each of these links says; one that was made unreadable says nothing (the chain itself names it then)."""
    links = select(Link.id, Link.payload).where(Link.what == WHAT).order_by(Link.id)
    for number, text in session.execute(links.execution_options(**STREAM)):
        try:
            told = json.loads(text)
            told["kind"], told["digest"]
        except (ValueError, KeyError, TypeError):
            continue
        yield number, told
