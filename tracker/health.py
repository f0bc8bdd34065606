"""What the daemon tells of itself (/healthz, /metrics): one query a figure, each along an index or over a short table.

Pages and verdicts are those of the newest round: a record of ten years is asked no more than one of a day.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from tracker import models
from tracker.due_times import DueState, newest_of_task
from tracker.ledger import DUE, EXCUSED, FAILED, VISITED

VISIT_STATES = (DUE, VISITED, FAILED, EXCUSED)


@dataclass(frozen=True, slots=True)
class NewestRound:
    """The newest round and its ledger. `targets`: state of the visit -> targets."""

    day: date
    started_at: datetime
    finished_at: datetime | None
    targets: dict[str, int]

    @property
    def of(self) -> int:
        """应检: all but those that are excused."""
        return sum(self.targets.values()) - self.targets.get(EXCUSED, 0)

    @property
    def covered(self) -> int:
        """Those of them that were visited, or of which the ledger says why they could not be."""
        return self.of - self.targets.get(DUE, 0)


@dataclass(frozen=True, slots=True)
class Backlog:
    """Due times that are not done. `waiting`: to be begun or tried again; `oldest`: the first, those under way among them."""

    waiting: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class TaskSeen:
    """A task of the running schedule, and what became of its newest due time."""

    task: str
    next_at: datetime | None
    state: str | None


def newest_round(session: Session) -> NewestRound | None:
    opened, visit = models.Round, models.Visit
    newest = select(func.max(opened.day)).scalar_subquery()
    rows = session.execute(
        select(opened.day, opened.started_at, opened.finished_at, visit.state, func.count(visit.id))
        .outerjoin(visit, (visit.day == opened.day) & visit.is_counted)
        .where(opened.day == newest)
        .group_by(visit.state)
    ).all()
    if not rows:
        return None
    day, started_at, finished_at, *_ = rows[0]
    return NewestRound(day, started_at, finished_at, {state: count for *_, state, count in rows if state})


def last_finished(session: Session) -> datetime | None:
    """When the newest round that was finished was so."""
    opened = models.Round
    finished = select(opened.finished_at).where(opened.finished_at.is_not(None))
    return session.scalar(finished.order_by(opened.day.desc()).limit(1))


def rounds(session: Session) -> dict[bool, int]:
    """Finished or not -> rounds ever."""
    is_finished = models.Round.finished_at.is_not(None)
    rows = session.execute(select(is_finished, func.count()).group_by(is_finished))
    return {bool(finished): count for finished, count in rows}


def pages(session: Session, day: date) -> int:
    """Requests of all looks of a day."""
    visit, look, page = models.Visit, models.Look, models.Page
    counted = (
        select(func.count(page.id))
        .select_from(visit)
        .join(look, look.visit_id == visit.id)
        .join(page, page.look_id == look.id)
        .where(visit.day == day)
    )
    return session.scalar(counted) or 0


def verdicts(session: Session, day: date) -> dict[str, int]:
    """Kind -> verdicts of all looks of a day."""
    visit, look, verdict = models.Visit, models.Look, models.JudgedVerdict
    counted = (
        select(verdict.kind, func.count())
        .select_from(visit)
        .join(look, look.visit_id == visit.id)
        .join(verdict, verdict.look_id == look.id)
        .where(visit.day == day)
        .group_by(verdict.kind)
    )
    return {kind: count for kind, count in session.execute(counted)}  # noqa: C416 (rows are no pairs to mypy)


def issues(session: Session) -> dict[str, int]:
    """State -> issues."""
    rows = session.execute(select(models.Issue.state, func.count()).group_by(models.Issue.state))
    return {state: count for state, count in rows}  # noqa: C416


def mails(session: Session) -> dict[str, int]:
    """State -> mails."""
    rows = session.execute(select(models.Mail.state, func.count()).group_by(models.Mail.state))
    return {state: count for state, count in rows}  # noqa: C416


def backlog(session: Session) -> Backlog:
    due = models.DueTime
    is_running = due.state == str(DueState.RUNNING)
    rows = session.execute(
        select(is_running, func.count(), func.min(due.due_at)).where(_unfinished()).group_by(is_running)
    )
    seen = {bool(running): (count, oldest) for running, count, oldest in rows}
    return Backlog(
        waiting=seen[False][0] if False in seen else 0,
        oldest=min((oldest for _, oldest in seen.values()), default=None),
    )


def _unfinished() -> ColumnElement[bool]:
    state, again = models.DueTime.state, models.DueTime.next_try_at
    to_be_tried = and_(state == str(DueState.FAILED), again.is_not(None))
    return or_(state.in_((str(DueState.DUE), str(DueState.RUNNING))), to_be_tried)


def tasks(session: Session, now: datetime) -> list[TaskSeen]:
    """The running schedule in its order; due times that lie ahead were written by a clock that was wrong."""
    planned, due = models.PlannedTask, models.DueTime
    rows = session.execute(
        select(planned.task, planned.next_at, due.state)
        .outerjoin(due, and_(due.task == planned.task, due.due_at == newest_of_task(now)))
        .order_by(planned.ordinal)
    )
    return [TaskSeen(*row) for row in rows]
