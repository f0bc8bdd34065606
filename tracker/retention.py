"""What is kept how long (保存期限): evidence of issues for years, the rest of what rounds bring is thinned out.

Figures rest on visits, moves, notices and standings, which stay for good; ratings (判定) rest on verdicts and probes, of
which this year's and last year's always stay. What goes is told by a link of the audit chain in the same transaction
(tracker/given_up.py). A page's row says first that its bytes are given up, then its file goes: killed in between, a file too
many is left, which the next call removes, and never one that the record still counts on.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import Session, aliased

from crawler.clock import CHINA
from tracker.audit import add_link, head, look_digest
from tracker.claims import Claim, claims, claims_since
from tracker.database import Database
from tracker.due_times import DueState
from tracker.errors import EvidenceLost
from tracker.evidence import EvidenceStore
from tracker.given_up import PAGE_COLUMNS, WHAT, Emptied, Kind, payload, spans
from tracker.models import Base, DueTime, Evidence, JudgedVerdict, Light, Look, Page, ProbeRow, SelfCheck
from tracker.settings import TrackerSettings
from tracker.upsert import upsert
from tracker.verification import recorded_looks

log = logging.getLogger(__name__)

AT_ONCE = 2000
"""Rows of one transaction."""
LOOKS_AT_ONCE = 50
"""Looks of one transaction: each has a hundred pages and verdicts."""
STREAM = {"yield_per": 2000}
T = TypeVar("T")
ENDED = [str(state) for state in (DueState.DONE, DueState.FAILED, DueState.MISSED)]


@dataclass(frozen=True, slots=True)
class Thinned:
    """How many went, by kind."""

    counts: Mapping[Kind, int]

    def __str__(self) -> str:
        told = "，".join(f"{kind.sentence}{self.counts[kind]}" for kind in Kind if self.counts.get(kind))
        return f"已清理：{told}" if told else "没有到期的内容"


@dataclass(frozen=True, slots=True)
class Limits:
    """What is older than these may go."""

    pages: datetime
    evidence: datetime
    looks: datetime
    probes: datetime

    @classmethod
    def of(cls, settings: TrackerSettings, now: datetime) -> "Limits":
        """Whatever the office chose: what last year's ratings rest on stays, and a page does not outlive the look that says
        where it came from, unless it is evidence; evidence is never kept shorter than other pages."""
        last_year = datetime(now.astimezone(CHINA).year - 1, 1, 1, tzinfo=CHINA)
        looks = min(now - timedelta(days=settings.keep_looks_days), last_year)
        pages = max(now - timedelta(days=settings.keep_pages_days), looks)
        return cls(
            pages=pages,
            evidence=min(now - timedelta(days=settings.keep_issue_evidence_days), pages),
            looks=looks,
            probes=min(now - timedelta(days=settings.keep_probes_days), last_year),
        )


def thin(
    database: Database,
    evidence: EvidenceStore,
    settings: TrackerSettings,
    now: datetime,
    stop: Callable[[], None] = lambda: None,
) -> Thinned:
    """Give up what is over by now; AnotherAtWork if somebody is at it. `stop` is asked between two steps and raises to leave.

    Interrupted anywhere, the next call goes on with it.
    """
    with database.alone("tidy"):
        counts = _Thinning(database, evidence, Limits.of(settings, now), now, stop).run()
        database.tidy()
    return Thinned(+counts)


class _Thinning:
    """One call."""

    def __init__(
        self,
        database: Database,
        evidence: EvidenceStore,
        limits: Limits,
        now: datetime,
        stop: Callable[[], None],
    ) -> None:
        self.database, self.evidence, self.limits, self.now, self.stop = database, evidence, limits, now, stop
        self.claimed = _Claimed(limits.evidence)
        self.counts: Counter[Kind] = Counter()

    def run(self) -> Counter[Kind]:
        with self.database.reading() as session:
            self.claimed.read(session)
        self.note_documents()
        self.thin_pages()
        self.empty_looks()
        self.forget_pages()
        for kind, table, limit, is_over in self.old_rows():
            self.delete_rows(kind, table, limit, is_over)
        self.clear_files()
        return self.counts

    # -- stored pages --------------------------------------------------------------------------------------

    def note_documents(self) -> None:
        """Documents and mails have no row of their own until their time is over."""
        for some in _some_at_a_time(sorted(self.claimed.documents)):
            self.stop()
            shas = {key.hex() for key in some}
            with self.database.writing() as session:
                known = session.scalars(select(Evidence.sha256).where(Evidence.sha256.in_(shas)))
                rows = [self.document(sha256) for sha256 in sorted(shas.difference(known))]
                upsert(session, Evidence, [row for row in rows if row], ("sha256",), ())

    def document(self, sha256: str) -> dict[str, Any]:
        """Nothing if it is lost: that is for the audit to say."""
        try:
            size = len(self.evidence.read(sha256))
        except EvidenceLost:
            return {}
        made = self.claimed.documents[bytes.fromhex(sha256)]
        return {"sha256": sha256, "size": size, "first_fetched": made}

    def thin_pages(self) -> None:
        with self.database.reading() as session:
            old = session.execute(_not_seen_since(self.limits.pages).execution_options(**STREAM))
            over = (sha256 for sha256, first in old if self.kind_of(sha256, first) is not None)
            for some in _some_at_a_time(over):
                self.stop()
                self.give_up_pages(some)

    def kind_of(self, sha256: str, first_fetched: datetime) -> Kind | None:
        """As what a page that was not seen lately is given up; None: it stays."""
        if self.claimed.holds(sha256):
            return None
        if not self.claimed.has(sha256):
            return Kind.PAGES
        return Kind.EVIDENCE if first_fetched < self.limits.evidence else None

    def give_up_pages(self, shas: Collection[str]) -> None:
        gone: dict[Kind, list[str]] = {Kind.PAGES: [], Kind.EVIDENCE: []}
        with self.database.writing() as session:
            # What was recorded meanwhile counts: a page seen again, an issue that came to rest on an old one.
            self.claimed.catch_up(session)
            still = _not_seen_since(self.limits.pages).where(Evidence.sha256.in_(shas))
            for sha256, first in session.execute(still.order_by(Evidence.sha256)):
                if kind := self.kind_of(sha256, first):
                    gone[kind].append(sha256)
            listed = [sha256 for some in gone.values() for sha256 in some]
            marked = update(Evidence).where(Evidence.sha256.in_(listed)).values(thinned_at=self.now)
            session.connection().execute(marked)
            pages, proofs = gone[Kind.PAGES], gone[Kind.EVIDENCE]
            self.tell(session, Kind.PAGES, self.limits.pages, pages)
            self.tell(session, Kind.EVIDENCE, self.limits.evidence, proofs, {"shas": proofs})
        for sha256 in listed:
            self.evidence.give_up(sha256)

    # -- looks ---------------------------------------------------------------------------------------------

    def empty_looks(self) -> None:
        """Looks lose what they saw, with their verdicts and those of their pages that are nobody's evidence."""
        is_over = (Look.at < self.limits.looks) & (Look.seen != b"")
        with self.database.reading() as session:
            first, last = session.execute(select(func.min(Look.id), func.max(Look.id)).where(is_over)).one()
            if first is None:
                return
            recorded = {
                number: digest for number, digest in recorded_looks(session) if first <= number <= last
            }
        while first <= last:
            self.stop()
            with self.database.writing() as session:
                self.claimed.catch_up(session)
                looks = session.execute(
                    select(Look.id, Look.visit_id, Look.ordinal, Look.at, Look.problem, Look.seen)
                    .where(is_over, Look.id >= first)
                    .order_by(Look.id)
                    .limit(LOOKS_AT_ONCE)
                ).all()
                if not looks:
                    return
                first = looks[-1].id + 1
                sound = [look for look in looks if look.seen and _is_sound(look, recorded)]
                if sound:
                    self.empty(session, sound)

    def empty(self, session: Session, looks: Sequence[Any]) -> None:
        numbers = [look.id for look in looks]
        mine = Page.look_id.in_(numbers)
        emptied = Emptied()
        for number, visit_id, ordinal, at, problem, _ in looks:
            emptied.look(number, visit_id, ordinal, at, problem)
        stays: list[int] = []
        stored = select(Page.id, *PAGE_COLUMNS).where(mine, Page.sha256 != "")
        for page in session.execute(stored.order_by(Page.look_id, Page.id)):
            if self.claimed.has(page.sha256):
                stays.append(page.id)
                emptied.page(*page[1:])
        goes = mine & Page.id.not_in(stays)
        emptying = update(Look).where(Look.id.in_(numbers)).values(seen=b"")
        session.connection().execute(emptying)
        more = {
            "looks": spans(numbers),
            "verdicts": _deleted(session, JudgedVerdict, JudgedVerdict.look_id.in_(numbers)),
            "pages": _deleted(session, Page, goes),
            "digest": emptied.digest,
        }
        self.tell(session, Kind.LOOKS, self.limits.looks, numbers, more)

    def forget_pages(self) -> None:
        """Rows of pages that were given up long ago, and that nothing names any more; by then no backup has them either."""
        with self.database.reading() as session:
            named = exists().where(Page.sha256 == Evidence.sha256)
            long_ago = Evidence.thinned_at < self.limits.pages
            gone = session.scalars(
                select(Evidence.sha256).where(long_ago, ~named).execution_options(**STREAM)
            )
            unclaimed = (sha256 for sha256 in gone if not self.claimed.has(sha256))
            for some in _some_at_a_time(unclaimed):
                self.stop()
                with self.database.writing() as writing:
                    _deleted(writing, Evidence, Evidence.sha256.in_(some) & long_ago & ~named)

    # -- rows that nothing rests on ------------------------------------------------------------------------

    def old_rows(self) -> Iterator[tuple[Kind, type[Any], datetime, ColumnElement[bool]]]:
        """Kind, table, limit, which of its rows are over. The newest of what the daemon remembers always stays."""
        before, later_due, later_check = self.limits.looks, aliased(DueTime), aliased(SelfCheck)
        was_due_since = exists().where(
            later_due.task == DueTime.task, later_due.due_at > DueTime.due_at, later_due.due_at <= self.now
        )
        has_ended = DueTime.state.in_(ENDED) & DueTime.next_try_at.is_(None)
        was_checked_since = exists().where(later_check.id > SelfCheck.id)
        yield Kind.PROBES, ProbeRow, self.limits.probes, ProbeRow.at < self.limits.probes
        yield Kind.DUE_TIMES, DueTime, before, (DueTime.due_at < before) & has_ended & was_due_since
        yield Kind.LIGHTS, Light, before, Light.until < before
        yield Kind.SELF_CHECKS, SelfCheck, before, (SelfCheck.at < before) & was_checked_since

    def delete_rows(
        self, kind: Kind, table: type[Any], limit: datetime, is_over: ColumnElement[bool]
    ) -> None:
        some = select(table.id).where(is_over).order_by(table.id).limit(AT_ONCE)
        numbers: list[int] | None = None
        while numbers is None or len(numbers) == AT_ONCE:
            self.stop()
            with self.database.writing() as session:
                numbers = list(session.scalars(some))
                _deleted(session, table, table.id.in_(numbers))
                self.tell(session, kind, limit, numbers)

    def tell(
        self,
        session: Session,
        kind: Kind,
        limit: datetime,
        gone: Collection[object],
        more: dict[str, Any] | None = None,
    ) -> None:
        """The link that says so, in the transaction in which they go."""
        if gone:
            add_link(session, WHAT, payload(kind, gone, before=limit, at=self.now) | (more or {}), self.now)
            self.counts[kind] += len(gone)

    # -- files ---------------------------------------------------------------------------------------------

    def clear_files(self) -> None:
        """Files that the record does not count on: of pages given up, and of those that a kill left before they were named."""
        for folder in self.evidence.folders():
            self.stop()
            self.counts[Kind.FILES] += self.evidence.clear_left_overs(folder)
            self.counts[Kind.FILES] += sum(map(self.evidence.give_up, self.unnamed(folder)))

    def unnamed(self, folder: str) -> set[str]:
        stored = self.evidence.stored(folder)
        gone: set[str] = set()
        with self.database.reading() as session:
            rows = select(Evidence.sha256, Evidence.thinned_at)
            mine = rows.where(Evidence.sha256.between(folder, f"{folder}g")).execution_options(**STREAM)
            for sha256, thinned_at in session.execute(mine):
                if thinned_at is not None and not self.claimed.holds(sha256):
                    gone.add(sha256)
                else:
                    stored.discard(sha256)
            without_row = {sha256 for sha256 in stored - gone if not self.claimed.has(sha256)}
            for some in _some_at_a_time(sorted(without_row)):
                without_row.difference_update(
                    session.scalars(select(Page.sha256).where(Page.sha256.in_(some)).distinct())
                )
        return (stored & gone) | without_row


class _Claimed:
    """The pages that something rests on besides looks, 32 bytes each: held, or over by a moment.

    `documents`: of notices and mails that are over, when they were made.
    """

    def __init__(self, before: datetime) -> None:
        self._before = before
        self._held: set[bytes] = set()
        self._over: set[bytes] = set()
        self.documents: dict[bytes, datetime] = {}
        self._link = 0

    def read(self, session: Session) -> None:
        self._link, _ = head(session)
        self._take(claims(session, self._before))

    def catch_up(self, session: Session) -> None:
        """What came to rest on a page since."""
        link, _ = head(session)
        self._take(claims_since(session, self._link, self._before))
        self._link = link

    def _take(self, found: Iterable[Claim]) -> None:
        for claim in found:
            keys = [bytes.fromhex(sha256) for sha256 in claim.shas]
            (self._over if claim.is_over else self._held).update(keys)
            if claim.is_over and not claim.link:
                self.documents.update(dict.fromkeys(keys, claim.at))

    def has(self, sha256: str) -> bool:
        key = bytes.fromhex(sha256)
        return key in self._held or key in self._over

    def holds(self, sha256: str) -> bool:
        return bytes.fromhex(sha256) in self._held


def _not_seen_since(moment: datetime) -> Select[str, datetime]:
    """Pages whose bytes are there, and which no look fetched since then."""
    fetched_since = exists().where(Page.sha256 == Evidence.sha256, Page.fetched_at >= moment)
    return select(Evidence.sha256, Evidence.first_fetched).where(
        Evidence.thinned_at.is_(None), Evidence.first_fetched < moment, ~fetched_since
    )


def _is_sound(look: Any, recorded: Mapping[int, str]) -> bool:
    """What the audit would name is not made good by giving it up."""
    digest = look_digest(look.visit_id, look.ordinal, look.at, look.problem, look.seen)
    if recorded.get(look.id) == digest:
        return True
    log.warning("A look is not what the chain says and is kept", extra={"look": look.id})
    return False


def _some_at_a_time(things: Iterable[T]) -> Iterator[list[T]]:
    left = iter(things)
    while some := list(islice(left, AT_ONCE)):
        yield some


def _deleted(session: Session, table: type[Base], condition: ColumnElement[bool]) -> int:
    return session.connection().execute(delete(table).where(condition)).rowcount
