"""What a unit is due to be told: newly confirmed issues, overdue ones again, and what was put right since.

A move that no notice has told yet (`told` is empty) still waits; so each is told once, whoever prepares how often.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, Subquery, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from crawler.clock import CHINA
from tracker import models
from tracker.cells import TargetState
from tracker.lifecycle import Origin, State
from tracker.notice_words import NoticeKind, NoticeState, Part
from tracker.weeks import Week

UNANSWERED = (str(TargetState.CLOSED), str(TargetState.CONTROL))
"""States in which nobody answers for a target."""


@dataclass(frozen=True, slots=True)
class Point:
    """One issue that is to be told. `move_id`: the move that is told with it."""

    part: Part
    issue_id: int
    target_id: int
    move_id: int | None


@dataclass(slots=True)
class Draft:
    """All that one unit is due to be told."""

    unit_id: int
    unit: str
    points: list[Point] = field(default_factory=list)

    @property
    def asks(self) -> bool:
        """Something to put right: recoveries alone wait for the next notice."""
        return any(point.part is not Part.RECTIFIED for point in self.points)


def drafts(
    session: Session, week: Week, at: datetime, *, kind: str = NoticeKind.WEEKLY, ours: Collection[str] = ()
) -> list[Draft]:
    """One draft a unit: what was confirmed by the end of the week and is still open at `at`.

    `ours`: checks whose faults are the operator's own. An urgent notice lists 找错留言 only: their limit does not wait
    for Monday. What stands in a draft of another week already stays there.
    """
    found: dict[int, Draft] = {}
    for unit_id, unit, point in _points(session, week, at, kind, ours):
        found.setdefault(unit_id, Draft(unit_id, unit)).points.append(point)
    return [draft for draft in found.values() if draft.asks]


def _points(
    session: Session, week: Week, at: datetime, kind: str, ours: Collection[str]
) -> Iterator[tuple[int, str, Point]]:
    queries: dict[Part, Select[int, str, int, int, int]] = {Part.NEW: _newly_confirmed(week, at, kind)}
    if kind == NoticeKind.WEEKLY:
        queries |= {Part.AGAIN: _overdue(at), Part.RECTIFIED: _put_right(at)}
    for part, query in queries.items():
        stated = _elsewhere(part, week, kind)
        rows = query.where(models.Issue.check_id.not_in(ours), ~stated).order_by(models.Issue.id)
        for unit_id, unit, issue_id, target_id, move_id in session.execute(rows):
            yield unit_id, unit, Point(part, issue_id, target_id, None if part is Part.AGAIN else move_id)


def answering(day: date) -> Subquery:
    """`target_id`, `unit_id` and `unit`: who answers on the day for each target that is not closed by then; for a 对照账号
    nobody does."""
    target, unit, standing = models.Target, models.Unit, models.Standing
    return (
        select(target.id.label("target_id"), unit.id.label("unit_id"), unit.name.label("unit"))
        .outerjoin(standing, (standing.target_id == target.id) & standing.is_valid_on(day))
        .join(unit, unit.id == func.coalesce(standing.unit_id, target.unit_id))
        .where(func.coalesce(standing.state, target.state).not_in(UNANSWERED))
        .subquery()
    )


def units_of(session: Session, target_ids: Collection[int], day: date) -> dict[int, int]:
    """Target -> the unit that answers for it on the day; closed targets are not there."""
    who = answering(day)
    rows = select(who.c.target_id, who.c.unit_id).where(who.c.target_id.in_(target_ids))
    return {target_id: unit_id for target_id, unit_id in session.execute(rows)}  # noqa: C416 (rows are no pairs to mypy)


def _told_of(at: datetime, *moves: ColumnElement[bool]) -> Select[int, str, int, int, int]:
    """Issues with the newest of these moves, and the unit that answers for their target on the day."""
    issue, move, who = models.Issue, models.Move, answering(at.astimezone(CHINA).date())
    newest = select(func.max(move.id).label("id")).where(*moves).group_by(move.issue_id).subquery()
    return (
        select(who.c.unit_id, who.c.unit, issue.id, issue.target_id, move.id)
        .join(newest, newest.c.id == move.id)
        .join(issue, issue.id == move.issue_id)
        .join(who, who.c.target_id == issue.target_id)
    )


def _newly_confirmed(week: Week, at: datetime, kind: str) -> Select[int, str, int, int, int]:
    issue, move = models.Issue, models.Move
    query = _told_of(at).where(
        issue.state == str(State.CONFIRMED), move.told.is_(None), move.at < week.ends, move.at <= at
    )
    return query.where(issue.source == str(Origin.PUBLIC)) if kind == NoticeKind.URGENT else query


def _overdue(at: datetime) -> Select[int, str, int, int, int]:
    """Who has replied waits for our re-visit (复查), not for another notice."""
    return _told_of(at).where(is_overdue(at.astimezone(CHINA).date()))


def is_overdue(day: date) -> ColumnElement[bool]:
    """Overdue is a fact of the calendar, not a state."""
    return (models.Issue.state == str(State.NOTIFIED)) & (models.Issue.due_on < day)


def _put_right(at: datetime) -> Select[int, str, int, int, int]:
    """Also where a relapse came and went before anybody was told of either."""
    move = models.Move
    recoveries = _told_of(at, *is_recovery())
    return recoveries.where(models.Issue.state == str(State.RECTIFIED), move.told.is_(None), move.at <= at)


def is_recovery() -> tuple[ColumnElement[bool], ...]:
    """Moves by which a fault that a unit was told of was put right: it is told that, too."""
    move = models.Move
    told = (str(State.NOTIFIED), str(State.REPLIED))
    return move.to_state == str(State.RECTIFIED), move.from_state.in_(told)


def _elsewhere(part: Part, week: Week, kind: str) -> ColumnElement[bool]:
    """It stands in a draft of another week or kind that is not signed yet: there it is, once."""
    item, notice = aliased(models.NoticeItem), aliased(models.Notice)
    again = (item.issue_id == models.Issue.id) & (item.part == str(Part.AGAIN))
    same = again if part is Part.AGAIN else item.move_id == models.Move.id
    return exists().where(
        same,
        item.notice_id == notice.id,
        notice.state == str(NoticeState.DRAFTED),
        or_(notice.week != str(week), notice.kind != kind),
    )
