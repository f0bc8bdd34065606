"""What a unit is due to be told: newly confirmed issues, overdue ones again, and what was put right since.

A move that no notice has told yet (`told` is empty) still waits; so each is told once, whoever prepares how often.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from crawler.clock import CHINA
from tracker import models
from tracker.lifecycle import Origin, State
from tracker.weeks import Week


class Part(StrEnum):
    """Under which heading of a notice an issue stands."""

    NEW = "new"
    AGAIN = "again"
    RECTIFIED = "rectified"
    CORRECTED = "corrected"
    """As a correction (更正) lists it: named before, so it counts for nothing."""
    WITHDRAWN = "withdrawn"
    """As a withdrawal (撤回) lists it."""


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
    session: Session, week: Week, at: datetime, *, kind: str = "weekly", ours: Collection[str] = ()
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
    if kind == "weekly":
        queries |= {Part.AGAIN: _overdue(at), Part.RECTIFIED: _put_right(at)}
    for part, query in queries.items():
        stated = _elsewhere(part, week, kind)
        rows = query.where(models.Issue.check_id.not_in(ours), ~stated).order_by(models.Issue.id)
        for unit_id, unit, issue_id, target_id, move_id in session.execute(rows):
            yield unit_id, unit, Point(part, issue_id, target_id, None if part is Part.AGAIN else move_id)


def _told_of(at: datetime) -> Select[int, str, int, int, int]:
    """Issues with their newest move, and the unit that answers for their target on the day."""
    issue, target, unit, standing = models.Issue, models.Target, models.Unit, models.Standing
    newest = select(func.max(models.Move.id).label("id")).group_by(models.Move.issue_id).subquery()
    return (
        select(unit.id, unit.name, issue.id, issue.target_id, models.Move.id)
        .join(newest, newest.c.id == models.Move.id)
        .join(issue, issue.id == models.Move.issue_id)
        .join(target, target.id == issue.target_id)
        .outerjoin(
            standing, (standing.target_id == target.id) & standing.is_valid_on(at.astimezone(CHINA).date())
        )
        .join(unit, unit.id == func.coalesce(standing.unit_id, target.unit_id))
    )


def _newly_confirmed(week: Week, at: datetime, kind: str) -> Select[int, str, int, int, int]:
    issue, move = models.Issue, models.Move
    query = _told_of(at).where(
        issue.state == str(State.CONFIRMED), move.told.is_(None), move.at < week.ends, move.at <= at
    )
    return query.where(issue.source == str(Origin.PUBLIC)) if kind == "urgent" else query


def _overdue(at: datetime) -> Select[int, str, int, int, int]:
    """Who has replied waits for our re-visit (复查), not for another notice."""
    return _told_of(at).where(is_overdue(at.astimezone(CHINA).date()))


def is_overdue(day: date) -> ColumnElement[bool]:
    """Overdue is a fact of the calendar, not a state."""
    return (models.Issue.state == str(State.NOTIFIED)) & (models.Issue.due_on < day)


def _put_right(at: datetime) -> Select[int, str, int, int, int]:
    move = models.Move
    return _told_of(at).where(
        models.Issue.state == str(State.RECTIFIED),
        move.from_state.in_((str(State.NOTIFIED), str(State.REPLIED))),
        move.told.is_(None),
        move.at <= at,
    )


def _elsewhere(part: Part, week: Week, kind: str) -> ColumnElement[bool]:
    """It stands in a draft of another week or kind that is not signed yet: there it is, once."""
    item, notice = aliased(models.NoticeItem), aliased(models.Notice)
    same = item.issue_id == models.Issue.id if part is Part.AGAIN else item.move_id == models.Move.id
    return exists().where(
        same,
        item.notice_id == notice.id,
        notice.state == "drafted",
        or_(notice.week != str(week), notice.kind != kind),
    )
