"""What ratings (判定) and bulletins (通报) rest on: how issues stood in a period, what was judged, what units were told and
whether they answered, as known at a moment. Each is a few queries, whatever its length.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from checks.ratings import CHECKS, PROBES_NEEDED, Fault, Rating, Span, rate
from crawler.clock import CHINA
from crawler.observations import ABOVE
from tracker import models
from tracker.cells import TargetState
from tracker.figure_facts import AsKnown
from tracker.lifecycle import GOING, OVER, State
from tracker.notice_words import NoticeOrigin, Part
from tracker.periods import Period

ASKING = (str(Part.NEW), str(Part.AGAIN))
ACCOUNT_CHECKS = frozenset({"account-stale", "account-blank"})
"""What a person's look at an account answers."""


# -- 判定 --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rated:
    """One of the 监控对象 of a period with its rating. `unit`: the last that answered for it in the period."""

    target: int
    kind: str
    key: str
    name: str
    platform: str
    unit: str
    rating: Rating


def ratings(session: Session, period: Period, known: AsKnown) -> list[Rated]:
    """Every target that was running on at least one day of the period, by unit and name."""
    until = _until(period, known)
    units = _units(session, period, known)
    judged = _judged(session, period, until)
    faults = _faults(session, period, until, known)
    target = models.Target
    rows = select(target.id, target.kind, target.key, target.name, target.platform)
    rated = [
        Rated(
            row.id, row.kind, row.key, row.name, row.platform, units[row.id],
            rate(row.kind, faults.get(row.id, ()), judged.get(row.id, ()), period.begins, until, row.platform),
        )
        for row in session.execute(rows)
        if row.id in units
    ]  # fmt: skip
    return sorted(rated, key=lambda each: (each.unit, each.name, each.key))


def _until(period: Period, known: AsKnown) -> datetime:
    """The first moment that does not count any more: what happened at the very moment does."""
    return min(period.ends, known.at + timedelta.resolution)


def _units(session: Session, period: Period, known: AsKnown) -> dict[int, str]:
    standing, unit, last = models.Standing, models.Unit, min(period.last, known.day)
    query = (
        select(standing.target_id, unit.name, standing.valid_from)
        .join(unit, unit.id == standing.unit_id)
        .where(
            standing.state == str(TargetState.RUNNING),
            standing.valid_from.is_(None) | (standing.valid_from <= last),
            standing.valid_to.is_(None) | (standing.valid_to >= period.first),
        )
    )
    rows = sorted(session.execute(query).all(), key=lambda row: row.valid_from or date.min)
    return {target_id: name for target_id, name, _ in rows}


def _judged(session: Session, period: Period, until: datetime) -> dict[int, set[str]]:
    """Target -> checks that said something about it, fault or clear.

    Of each target and check one verdict is enough, so that a year of them need not be read.
    """
    look, verdict, target = models.Look, models.JudgedVerdict, models.Target
    checks = sorted(CHECKS)
    said = [
        exists()
        .where(look.target_id == target.id, look.at >= period.begins, look.at < until)
        .where(verdict.look_id == look.id, verdict.check_id == check, verdict.kind != "unjudged")
        .correlate(target)
        for check in checks
    ]
    found = {
        row[0]: {check for check, is_said in zip(checks, row[1:], strict=True) if is_said}
        for row in session.execute(select(target.id, *said))
    }
    for target_id in session.scalars(_looked_at_by_people(period, until)):
        found[target_id] |= ACCOUNT_CHECKS
    for target_id in found.keys() - _probed_enough(session, period, until):
        found[target_id].discard("site-unreachable")
    return found


def _looked_at_by_people(period: Period, until: datetime) -> Select[int]:
    """Whom a person looked at (人工核验): that tells of silence as well as a road does."""
    said = models.PersonSighting
    seen = said.seen_at >= period.begins, said.seen_at < until, said.holds(until)
    return select(said.target_id).where(*seen).distinct()


def _probed_enough(session: Session, period: Period, until: datetime) -> set[int]:
    """W2 is measured over a week of at least 20 visits a day: fewer say nothing of it."""
    probe = models.ProbeRow
    query = (
        select(probe.target_id)
        .where(probe.at >= period.begins, probe.at < until)
        .group_by(probe.target_id)
        .having(func.count() >= PROBES_NEEDED)
    )
    return set(session.scalars(query))


def _faults(session: Session, period: Period, until: datetime, known: AsKnown) -> dict[int, list[Fault]]:
    """Issues that may have stood in the period: they do still, or something happened to them since it began.

    What a person has dismissed by then (误报) never was a fault, also while we believed so.
    """
    issue, move, later, column = models.Issue, models.Move, aliased(models.Move), models.SeenColumn
    goes_on = exists().where(later.issue_id == issue.id, later.at >= period.begins)
    is_open = issue.state.in_(list(map(str, GOING)))
    error = aliased(models.Move)
    was_wrong = exists().where(
        error.issue_id == issue.id, error.to_state == str(State.DISMISSED), *known.moves(error)
    )
    query = (
        select(
            issue.id, issue.target_id, issue.check_id, issue.subject_key, issue.facts, column.found_by,
            move.at, move.to_state,
        )
        .join(move, move.issue_id == issue.id)
        .outerjoin(column, (column.target_id == issue.target_id) & (column.path == issue.subject_key))
        .where(issue.check_id.in_(CHECKS), move.at < until, is_open | goes_on, ~was_wrong)
        .order_by(issue.id, move.at, move.id)
    )  # fmt: skip
    found: dict[int, list[Fault]] = defaultdict(list)
    for _, rows in groupby(session.execute(query, execution_options={"yield_per": 2000}), lambda row: row.id):
        moves = list(rows)
        first = moves[0]
        path = tuple(first.subject_key.split(ABOVE)) if first.check_id.startswith("column-") else ()
        level = 0 if first.found_by == "more" else len(path)
        spans = tuple(stands((row.at, row.to_state) for row in moves))
        if spans:
            found[first.target_id].append(Fault(first.check_id, spans, path, level, first.facts))
    return found


def stands(moves: Iterable[tuple[datetime, str]]) -> Iterator[Span]:
    """When an issue stood confirmed: from its moves (when, into which state), in their order."""
    since: datetime | None = None
    for at, reached in moves:
        if reached in GOING:
            since = since or at
        elif since is not None:
            yield since, at
            since = None
    if since is not None:
        yield since, None


# -- 列入通知的问题 -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Named:
    """An issue in a notice that counts. `row`: as it was printed then (regulations.md 7.B). `state`: where it stands by now,
    `since` when. `due_on`: 整改时限 of this naming."""

    kind: str
    issue: int
    target: int
    check: str
    unit: str
    number: str
    dated: date
    part: str
    due_on: date | None
    state: State
    since: datetime
    row: dict[str, Any]

    @property
    def is_new(self) -> bool:
        return self.part == Part.NEW


def named(session: Session, period: Period, known: AsKnown, ours: Collection[str]) -> list[Named]:
    """What the notices of the period name, newly or again, in their order."""
    item, notice, issue, target, move = (
        models.NoticeItem, models.Notice, models.Issue, models.Target, models.Move,
    )  # fmt: skip
    newest = (
        select(func.max(move.id).label("id")).where(*known.moves()).group_by(move.issue_id).subquery("newest")
    )
    query = (
        select(
            target.kind, issue.id.label("issue"), target.id.label("target"), issue.check_id.label("check"),
            notice.unit, notice.number, notice.dated, item.part, item.due_on, item.row,
            move.to_state.label("state"), move.at.label("since"),
        )
        .join(notice, notice.id == item.notice_id)
        .join(issue, issue.id == item.issue_id)
        .join(target, target.id == item.target_id)
        .join(move, move.issue_id == issue.id)
        .join(newest, newest.c.id == move.id)
        .where(item.part.in_(ASKING), issue.check_id.not_in(ours))
        .where(known.dated(period), *known.in_force())
        .order_by(notice.dated, notice.id, item.ordinal)
    )  # fmt: skip
    return [Named(**row._asdict() | {"state": State(row.state)}) for row in session.execute(query)]


# -- 反馈 --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A notice whose limit (整改时限) has passed while `issues` of it were neither answered nor settled."""

    unit: str
    number: str
    dated: date
    due_on: date
    issues: int
    kinds: frozenset[str]


def unanswered(
    session: Session, period: Period, known: AsKnown, ours: Collection[str]
) -> Iterator[Unanswered]:
    """未按期反馈, of the notices of the period. Of imported notices no answer is on record: they are not asked."""
    item, notice, issue, target = models.NoticeItem, models.Notice, models.Issue, models.Target
    query = (
        select(
            notice.id, notice.unit, notice.number, notice.dated, item.due_on, item.issue_id, target.kind
        )
        .join(notice, notice.id == item.notice_id)
        .join(issue, issue.id == item.issue_id)
        .join(target, target.id == item.target_id)
        .where(item.part.in_(ASKING), item.due_on < known.day, issue.check_id.not_in(ours))
        .where(notice.origin == str(NoticeOrigin.OWN), known.dated(period), *known.in_force())
        .order_by(notice.dated, notice.id, item.ordinal)
    )  # fmt: skip
    answers = _settling(session, known, query.with_only_columns(item.issue_id).order_by(None))
    for _, rows in groupby(session.execute(query), lambda row: row.id):
        left = [row for row in rows if not _was_in_time(row, answers.get(row.issue_id, ()))]
        if left:
            first = left[0]
            due_on = min(row.due_on for row in left)
            kinds = frozenset(row.kind for row in left)
            yield Unanswered(first.unit, first.number, first.dated, due_on, len(left), kinds)


def _settling(session: Session, known: AsKnown, issues: Select[Any]) -> dict[int, list[date]]:
    """Issue -> the days on which its unit answered, or it ended."""
    reply, move = models.Reply, models.Move
    over = select(move.issue_id, move.at).where(move.to_state.in_(list(map(str, OVER))), *known.moves())
    replies = select(reply.issue_id, reply.at).where(reply.at <= known.at)
    found: dict[int, list[date]] = defaultdict(list)
    for query, issue_id in ((over, move.issue_id), (replies, reply.issue_id)):
        for number, at in session.execute(query.where(issue_id.in_(issues))):
            found[number].append(at.astimezone(CHINA).date())
    return found


def _was_in_time(row: Any, days: Iterable[date]) -> bool:
    return any(row.dated <= day <= row.due_on for day in days)
