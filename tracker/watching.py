"""What the lights are judged by: facts of the record, asked of its newest end, so that ten years of it cost no more than one.

Every light's facts are one query or two. What needs the rows of a whole day is asked again only when the newest round or
the minute changed.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from crawler.clock import CHINA, midnight
from crawler.observations import Problem
from tracker import authorisations, bridges, lease, self_checks
from tracker.cells import TargetState
from tracker.due_times import DueState
from tracker.ledger import DUE
from tracker.lifecycle import Lack, State
from tracker.models import (
    DueTime,
    Issue,
    JudgedVerdict,
    Link,
    Look,
    Mail,
    Notice,
    PlannedTask,
    ProbeRow,
    Round,
    Standing,
    Target,
    Visit,
)
from tracker.notice_words import NoticeState
from tracker.outbox import MailState

ONE_DAY = timedelta(days=1)
NAMED = 3
"""So many targets are named; the others are counted."""
NEWEST_LINKS = 5000
"""So far back in the audit chain is looked for an import of registers: more than a day and night of moves and mails."""


@dataclass(frozen=True, slots=True)
class Some:
    """How many targets, and the names of the first."""

    count: int = 0
    names: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.count > 0

    def __str__(self) -> str:
        return f"{'、'.join(self.names)}{'等' if self.count > len(self.names) else ''}"


@dataclass(frozen=True, slots=True)
class RoundSeen:
    day: date
    at: datetime
    started_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class DaySeen:
    """One day's ledger and verdicts. `missing`: running targets without a row, unless registers came in since the round."""

    day: date
    due: Some
    missing: Some
    visits: Counter[tuple[str, str]]
    """(kind of target, state) -> targets."""
    verdicts: Counter[tuple[str, str]]
    """(check, kind of verdict) -> verdicts."""
    our_faults: Counter[str]
    """check -> verdicts that were not given because of a fault of ours."""
    without_browser: int = 0
    """Suspicions whose second look there was no browser for."""
    bridges: tuple[str, ...] = ()
    """What is wrong with each bridge (采集桥) from whose silence nothing is concluded."""


@dataclass(frozen=True, slots=True)
class ProbesSeen:
    """`few`: websites with fewer probes than are asked for on `day`; `fewest`: how many the worst of them had."""

    day: date
    few: Some
    fewest: int


@dataclass(frozen=True, slots=True)
class MailsSeen:
    """Mails that need somebody. `untried`: those of the stuck ones that were never tried, such as held ones (超量暂停)."""

    stuck: int = 0
    untried: int = 0
    doubtful: int = 0
    bounced: int = 0


@dataclass(frozen=True, slots=True)
class Failed:
    """A task whose newest due time that came to an end failed. `title`: as the schedule names it."""

    title: str
    due_at: datetime
    told: str


@dataclass(frozen=True, slots=True)
class SelfChecked:
    day: date
    missing: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """The record as it stood at one moment."""

    has_targets: bool
    """Some target is to be inspected today."""
    planned_since: datetime | None
    """When a daemon began to work on this record first."""
    held_since: datetime | None
    """Since when the daemon that works now does so."""
    begun: bool
    """There has been a round, some day."""
    rounds: Mapping[date, RoundSeen]
    """Those of yesterday and today."""
    round_dues: Mapping[date, DueState]
    """What became of the daily round's due times of yesterday and today."""
    working: bool
    """A round, or what follows it in the day, is due or under way: the day's rows are still changing."""
    judged: RoundSeen | None
    """The newest round that came to its end, and did so after its time: one by hand at dawn is not the day's yet."""
    day: DaySeen | None
    """The day of `judged`."""
    self_check: SelfChecked | None
    """The newest one."""
    self_checks: bool
    """A self-check of `judged` is to be expected: there has been one some day, or its round was a daemon's."""
    probes: ProbesSeen | None
    """None: no daemon was there all of yesterday."""
    mails: MailsSeen
    authorisations: tuple[authorisations.Kept, ...]
    """Those that are refused or end within a month (授权)."""
    failed: tuple[Failed, ...]
    hung: tuple[str, ...]
    """Titles of the tasks that have been running for too long; a round has a light of its own."""
    newest: datetime | None
    """The newest moment that the record knows of, of a round or a task."""


class Watch:
    """Asks for the facts. `round_at`: the daily round's time of day; `stuck_after`: a mail may wait so long.
    `hangs_after`: a task may take so long."""

    def __init__(
        self, *, round_at: time, stuck_after: timedelta, hangs_after: timedelta, probes_a_day: int
    ) -> None:
        self.round_at, self.stuck_after, self.hangs_after = round_at, stuck_after, hangs_after
        self.probes_a_day = probes_a_day
        self._asked: object = None
        self._day: DaySeen | None = None
        self._probes: ProbesSeen | None = None

    def read(self, session: Session, now: datetime) -> Facts:
        today = now.astimezone(CHINA).date()
        judged = self._judged(session)
        planned_since = session.scalar(select(func.min(PlannedTask.since)))
        question = judged, planned_since, now.replace(second=0, microsecond=0)
        if question != self._asked:
            self._day = _day(session, judged) if judged else None
            self._probes = self._probes_of(session, today - ONE_DAY, planned_since)
            self._asked = question
        newest_round = session.scalar(select(Round.at).order_by(Round.day.desc()).limit(1))
        self_check = _self_check(session)
        held = lease.holder(session)
        return Facts(
            has_targets=_has_targets(session, today),
            planned_since=planned_since,
            held_since=held.since if held else None,
            begun=newest_round is not None,
            rounds=_rounds(session, today),
            round_dues=_round_dues(session, today, now),
            working=_is_working(session, now),
            judged=judged,
            day=self._day,
            self_check=self_check,
            self_checks=bool(self_check or (judged and _was_due(session, _end(judged.day)))),
            probes=self._probes,
            mails=_mails(session, now - self.stuck_after),
            authorisations=authorisations.troubled(session, today),
            failed=_failed(session, now),
            hung=_hung(session, now - self.hangs_after),
            newest=max(filter(None, (newest_round, _newest_start(session))), default=None),
        )

    def due_at(self, day: date) -> datetime:
        return datetime.combine(day, self.round_at, CHINA)

    def _judged(self, session: Session) -> RoundSeen | None:
        newest = select(Round).where(Round.finished_at.is_not(None)).order_by(Round.day.desc()).limit(2)
        ended = (_round(row) for row in session.scalars(newest))
        return next((each for each in ended if _ended_after(each, self.due_at(each.day))), None)

    def _probes_of(self, session: Session, day: date, since: datetime | None) -> ProbesSeen | None:
        begin, end = midnight(day), _end(day)
        if since is None or since > begin:
            return None
        # A website that was there the day before, too: whoever came in at noon cannot have had all of them.
        known = exists().where(Visit.target_id == Target.id, Visit.day < day)
        probe = and_(ProbeRow.target_id == Target.id, ProbeRow.at >= begin, ProbeRow.at < end)
        counted = (
            select(Target.id, Target.name, func.count(ProbeRow.id).label("probes"))
            .outerjoin(ProbeRow, probe)
            .where(Target.kind == "site", known, _ran_on(day), _ran_on(day - ONE_DAY))
            .group_by(Target.id, Target.name)
            .having(func.count(ProbeRow.id) < self.probes_a_day)
            .subquery()
        )
        fewest = session.scalar(select(func.min(counted.c.probes)))
        few = select(counted.c.name, func.count().over()).order_by(counted.c.probes, counted.c.id)
        return ProbesSeen(day, _some(session, few), fewest or 0)


# -- rounds -----------------------------------------------------------------------------------------------


def _rounds(session: Session, today: date) -> dict[date, RoundSeen]:
    rows = select(Round).where(Round.day.in_((today, today - ONE_DAY)))
    return {row.day: _round(row) for row in session.scalars(rows)}


def _round(row: Round) -> RoundSeen:
    return RoundSeen(row.day, row.at, row.started_at, row.finished_at)


def _ended_after(seen: RoundSeen, due_at: datetime) -> bool:
    return seen.finished_at is not None and seen.finished_at >= due_at


def _round_dues(session: Session, today: date, now: datetime) -> dict[date, DueState]:
    due = DueTime
    rows = (
        select(due.due_at, due.state)
        .where(due.task == "round", due.due_at >= midnight(today - ONE_DAY), due.due_at <= now)
        .order_by(due.due_at)
    )
    return {at.astimezone(CHINA).date(): DueState(state) for at, state in session.execute(rows)}


def _is_working(session: Session, now: datetime) -> bool:
    due = DueTime
    under_way = select(due.id).where(
        due.state.in_((str(DueState.DUE), str(DueState.RUNNING))),
        due.task.in_(("round", "look-again")),
        due.due_at > now - 2 * ONE_DAY,  # or the index would be walked along from the first year
        due.due_at <= now,
    )
    return session.scalar(under_way.limit(1)) is not None


def _was_due(session: Session, until: datetime) -> bool:
    first = select(func.min(DueTime.due_at)).where(DueTime.task == "round", DueTime.due_at < until)
    return session.scalar(first) is not None


def _has_targets(session: Session, day: date) -> bool:
    return session.scalar(select(Target.id).where(_ran_on(day)).limit(1)) is not None


# -- a day ------------------------------------------------------------------------------------------------


def _day(session: Session, judged: RoundSeen) -> DaySeen:
    day = judged.day
    visits = (
        select(Target.kind, Visit.state, func.count())
        .join(Target, Target.id == Visit.target_id)
        .where(Visit.day == day, Visit.is_counted)
        .group_by(Target.kind, Visit.state)
    )
    due = (
        select(Target.name, func.count().over())
        .join(Visit, Visit.target_id == Target.id)
        .where(Visit.day == day, Visit.state == DUE, Visit.is_counted)
    )
    looks = select(Look.id).where(Look.visit_id.in_(select(Visit.id).where(Visit.day == day)))
    said = (
        select(JudgedVerdict.check_id, JudgedVerdict.kind, JudgedVerdict.problem, func.count())
        .where(JudgedVerdict.look_id.in_(looks))
        .group_by(JudgedVerdict.check_id, JudgedVerdict.kind, JudgedVerdict.problem)
    )
    verdicts: Counter[tuple[str, str]] = Counter()
    our_faults: Counter[str] = Counter()
    for check, kind, problem, count in session.execute(said):
        verdicts[check, kind] += count
        if problem == Problem.OUR_FAULT:
            our_faults[check] += count
    return DaySeen(
        day,
        _some(session, due.order_by(Target.id)),
        _missing(session, judged),
        Counter({(kind, state): count for kind, state, count in session.execute(visits)}),
        verdicts,
        our_faults,
        session.scalar(_without_browser()) or 0,
        tuple(map(str, bridges.in_trouble(session, day))),
    )


def _without_browser() -> Select[int]:
    return select(func.count()).where(
        Issue.state == str(State.SUSPECTED),
        Issue.lacks == str(Lack.BROWSER),
        Issue.look_again_at.is_not(None),
    )


def _missing(session: Session, judged: RoundSeen) -> Some:
    in_ledger = exists().where(Visit.target_id == Target.id, Visit.day == judged.day)
    running = select(Target.name, func.count().over()).where(_ran_on(judged.day), ~in_ledger)
    missing = _some(session, running.order_by(Target.id))
    # Whoever came into the registers after the round is the next one's: no gap in this one.
    return Some() if missing and _imported_since(session, judged.finished_at) else missing


def _imported_since(session: Session, moment: datetime | None) -> bool:
    newest = select(func.max(Link.id)).scalar_subquery()
    imported = select(Link.id).where(
        Link.id > newest - NEWEST_LINKS, Link.what == "registers", Link.recorded_at > moment
    )
    return session.scalar(imported.limit(1)) is not None


def _self_check(session: Session) -> SelfChecked | None:
    row = self_checks.newest(session)
    return SelfChecked(row.day, tuple(row.missing), tuple(row.wrong)) if row else None


# -- tasks and mails --------------------------------------------------------------------------------------


def _failed(session: Session, now: datetime) -> tuple[Failed, ...]:
    """Tasks that failed and have not been done since; one that is being tried again has not been done yet."""
    due, later = DueTime, aliased(DueTime)
    done_since = exists().where(
        later.task == due.task,
        later.due_at > due.due_at,
        later.due_at <= now,
        later.state == str(DueState.DONE),
    )
    rows = (
        select(due.task, PlannedTask.title, due.due_at, due.told)
        .join(
            PlannedTask, PlannedTask.task == due.task
        )  # a task that is no longer planned is nobody's to mend
        .where(due.state == str(DueState.FAILED), due.due_at <= now, ~done_since)
        .order_by(due.due_at)
    )
    newest = {task: Failed(title, at, told) for task, title, at, told in session.execute(rows)}
    return tuple(newest.values())


def _hung(session: Session, since: datetime) -> tuple[str, ...]:
    rows = (
        select(PlannedTask.title)
        .join(DueTime, DueTime.task == PlannedTask.task)
        .where(
            DueTime.state == str(DueState.RUNNING), DueTime.started_at < since, PlannedTask.task != "round"
        )
        .order_by(PlannedTask.ordinal)
    )
    return tuple(session.scalars(rows))


def _newest_start(session: Session) -> datetime | None:
    """When the newest due time of each task was begun, whichever is the latest."""
    start = (
        select(DueTime.started_at)
        .where(DueTime.task == PlannedTask.task, DueTime.started_at.is_not(None))
        .order_by(DueTime.due_at.desc())
        .limit(1)
        .correlate(PlannedTask)
        .scalar_subquery()
    )
    return max(filter(None, session.scalars(select(start).select_from(PlannedTask))), default=None)


def _mails(session: Session, before: datetime) -> MailsSeen:
    """Of notices that stand: what became of the mails of a withdrawn one is nobody's to settle.

    A mail is stuck since it was queued, however often it was put off meanwhile.
    """
    untried = and_(Mail.attempts == 0, Mail.tried_at.is_(None))
    needs_somebody = or_(
        and_(Mail.state == str(MailState.QUEUED), Mail.queued_at <= before),
        and_(Mail.state == str(MailState.SENDING), Mail.tried_at <= before),
        Mail.state.in_((str(MailState.UNKNOWN), str(MailState.BOUNCED))),
    )
    rows = (
        select(Mail.state, untried, func.count())
        .join(Notice, Notice.id == Mail.notice_id)
        .where(
            Mail.state.in_([str(state) for state in MailState if state is not MailState.ACCEPTED]),
            needs_somebody,
            Notice.state != str(NoticeState.WITHDRAWN),
        )
        .group_by(Mail.state, untried)
    )
    counts: Counter[str] = Counter()
    for state, never, count in session.execute(rows):
        counts[state] += count
        counts["untried"] += count if never and state == MailState.QUEUED else 0
    return MailsSeen(
        stuck=counts[MailState.QUEUED] + counts[MailState.SENDING],
        untried=counts["untried"],
        doubtful=counts[MailState.UNKNOWN],
        bounced=counts[MailState.BOUNCED],
    )


# -- in common --------------------------------------------------------------------------------------------


def _ran_on(day: date) -> ColumnElement[bool]:
    """The target was to be inspected on this day."""
    return exists().where(
        Standing.target_id == Target.id,
        Standing.state == str(TargetState.RUNNING),
        Standing.is_valid_on(day),
    )


def _some(session: Session, named: Select[str, int]) -> Some:
    """`named`: names, each beside the count of all of them."""
    rows = [(name, count) for name, count in session.execute(named.limit(NAMED))]
    return Some(rows[0][1] if rows else 0, tuple(name for name, _ in rows))


def _end(day: date) -> datetime:
    return midnight(day + ONE_DAY)
