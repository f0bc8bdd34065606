"""What is kept how long (保存期限): evidence of issues for years, the rest of what rounds bring is thinned out.

Figures rest on visits, moves, notices and standings, which stay for good; ratings (判定) rest on verdicts and probes, of
which this year's and last year's always stay. What goes is told by a link of the audit chain in the same transaction
(tracker/given_up.py). A page's row says first that its bytes are given up, then its file goes: killed in between, a file too
many is left, which the next call removes, and never one that the record still counts on.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, exists, func, select, update
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker.audit import add_link, head, look_digest
from tracker.claims import claims, claims_since
from tracker.database import Database
from tracker.due_times import DueState
from tracker.evidence import EvidenceStore
from tracker.given_up import PAGE_COLUMNS, Emptied, Kind, digest_of, payload, spans
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
    return Thinned(counts)


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
        for kind, condition in self.old_rows():
            self.delete_rows(kind, condition)
        self.clear_files()
        return self.counts

    # -- stored pages --------------------------------------------------------------------------------------

    def note_documents(self) -> None:
        """Documents and mails whose time is over get the rows that say so: they have had none."""
        for some in batched(sorted(self.claimed.made), AT_ONCE):
            self.stop()
            with self.database.writing() as session:
                rows = [
                    {"sha256": key.hex(), "size": 0, "first_fetched": self.claimed.made[key]} for key in some
                ]
                upsert(session, Evidence, rows, ("sha256",), ())

    def thin_pages(self) -> None:
        with self.database.reading() as session:
            old = session.execute(_not_seen_since(self.limits.pages).execution_options(**STREAM))
            over = (sha256 for sha256, first in old if self.kind_of(sha256, first) is not None)
            for some in batched(over, AT_ONCE):
                self.stop()
                self.give_up_pages(some)

    def kind_of(self, sha256: str, first_fetched: datetime) -> Kind | None:
        """As what a page that was not seen lately is given up; None: it stays."""
        key = bytes.fromhex(sha256)
        if key in self.claimed.held:
            return None
        if key not in self.claimed.over:
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
            session.execute(
                update(Evidence).where(Evidence.sha256.in_(listed)).values(thinned_at=self.now),
                execution_options={"synchronize_session": False},
            )
            self.tell(session, Kind.PAGES, gone[Kind.PAGES], self.limits.pages)
            self.tell(
                session, Kind.EVIDENCE, gone[Kind.EVIDENCE], self.limits.evidence, shas=gone[Kind.EVIDENCE]
            )
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
                sound = [look for look in looks if _is_sound(look, recorded)]
                if sound:
                    self.empty(session, sound)

    def empty(self, session: Session, looks: list[Any]) -> None:
        numbers = [look.id for look in looks]
        mine = Page.look_id.in_(numbers)
        emptied = Emptied()
        for number, visit_id, ordinal, at, problem, _ in looks:
            emptied.look(number, visit_id, ordinal, at, problem)
        kept: list[int] = []
        for page in session.execute(
            select(Page.id, *PAGE_COLUMNS).where(mine, Page.sha256 != "").order_by(Page.look_id, Page.id)
        ):
            if bytes.fromhex(page.sha256) in self.claimed:
                kept.append(page.id)
                emptied.page(*page[1:])
        session.execute(
            update(Look).where(Look.id.in_(numbers)).values(seen=b""),
            execution_options={"synchronize_session": False},
        )
        verdicts = _deleted(session, JudgedVerdict, JudgedVerdict.look_id.in_(numbers))
        goes = mine & Page.id.not_in(kept)
        _forget_thinned(session, goes)
        pages = _deleted(session, Page, goes)
        told = payload(
            Kind.LOOKS, len(looks), before=self.limits.looks, at=self.now, digest=emptied.digest
        )
        more = {"looks": spans(numbers), "verdicts": verdicts, "pages": pages}
        add_link(session, WHAT, told | more, self.now)
        self.counts[Kind.LOOKS] += len(looks)

    # -- rows that nothing rests on ------------------------------------------------------------------------

    def old_rows(self) -> Iterator[tuple[Kind, type[Base], datetime, ColumnElement[bool]]]:
        ...
