"""Due times (到点记录): every moment at which a task was due is one row, done once however often the daemon started.

The rows are the daemon's memory: what was due while nobody was there is found by the newest row, what somebody was at
when he was killed still says `running`.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ScalarSelect, case, delete, exists, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from crawler.worded import Worded
from tracker.lease import is_held_by
from tracker.models import DueTime, PlannedTask

TOLD_LIMIT = 500
FURTHEST = timedelta(days=1)
"""Nothing is put off for longer: a moment further ahead was written by a clock that was wrong."""


class DueState(Worded):
    """What became of a due time, with the words the office reads."""

    DUE = "due", "待做"
    RUNNING = "running", "进行中"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    MISSED = "missed", "漏做"


def newest_of_task(now: datetime) -> ScalarSelect[datetime]:
    """Within a query of planned tasks: the newest due time of each up to now, found along the index however many there are.

    Those that lie ahead were written by a clock that was wrong.
    """
    newest = select(func.max(DueTime.due_at)).where(DueTime.task == PlannedTask.task, DueTime.due_at <= now)
    return newest.correlate(PlannedTask).scalar_subquery()


def newest(session: Session, now: datetime) -> dict[str, datetime]:
    """The newest due time of each planned task that there is a row of."""
    rows = session.execute(select(PlannedTask.task, newest_of_task(now)))
    return {task: at for task, at in rows if at is not None}


def newest_rows(session: Session, now: datetime) -> dict[str, DueTime]:
    """The newest row of each planned task."""
    is_newest = (DueTime.task == PlannedTask.task) & (DueTime.due_at == newest_of_task(now))
    # An outer join begins with the few tasks; an inner one would walk through all rows.
    rows = select(DueTime).select_from(PlannedTask).outerjoin(DueTime, is_newest)
    return {row.task: row for row in session.scalars(rows) if row is not None}


def add(session: Session, rows: Sequence[tuple[str, datetime, DueState, str]]) -> None:
    """(task, due at, state, words): written, where there is no row of that time yet."""
    if not rows:
        return
    since = min(at for _, at, _, _ in rows)
    rows_since = select(DueTime.task, DueTime.due_at).where(DueTime.due_at >= since)
    there = {(task, at) for task, at in session.execute(rows_since)}
    listed = [
        {"task": task, "due_at": at, "state": str(state), "told": told}
        for task, at, state, told in rows
        if (task, at) not in there
    ]
    if listed:
        session.execute(insert(DueTime), listed)


def waiting(session: Session, now: datetime) -> list[DueTime]:
    """What is to be begun now, oldest first: what is due, and what is to be tried again."""
    due = (DueTime.state == str(DueState.DUE)) & DueTime.next_try_at.is_(None)
    tried = or_(DueTime.next_try_at <= now, DueTime.next_try_at > now + FURTHEST)
    again = DueTime.state.in_((str(DueState.DUE), str(DueState.FAILED))) & tried
    rows = select(DueTime).where(due | again, DueTime.due_at <= now)
    turn = func.coalesce(
        DueTime.next_try_at, DueTime.due_at
    )  # what fails again and again keeps nobody from his turn
    return list(session.scalars(rows.order_by(turn, DueTime.id)))


def unfinished(session: Session) -> list[DueTime]:
    """What is due or being done; what failed is over until it is tried again."""
    states = (str(DueState.DUE), str(DueState.RUNNING))
    return list(session.scalars(select(DueTime).where(DueTime.state.in_(states))))


def take_back(session: Session) -> int:
    """What a daemon that died was at is due again; only for the holder of the lease, before it begins anything."""
    rows = update(DueTime).where(DueTime.state == str(DueState.RUNNING)).values(state=str(DueState.DUE))
    return session.connection().execute(rows).rowcount


def begin(session: Session, number: int, *, holder: str, late: bool, at: datetime) -> bool:
    """Claim it; False if the lease is lost or it is no longer to be begun."""
    if not is_held_by(session, holder):
        return False
    claim = (
        update(DueTime)
        .where(DueTime.id == number, DueTime.state.in_((str(DueState.DUE), str(DueState.FAILED))))
        .values(
            state=str(DueState.RUNNING),
            started_at=func.coalesce(DueTime.started_at, literal(at, DueTime.started_at.type)),
            late=case((DueTime.started_at.is_(None), late), else_=DueTime.late),
            attempts=DueTime.attempts + 1,
            next_try_at=None,
        )
    )
    return session.connection().execute(claim).rowcount == 1


def settle(
    session: Session,
    number: int,
    state: DueState,
    told: str,
    *,
    at: datetime | None,
    next_try_at: datetime | None = None,
    attempt: int | None = None,
) -> None:
    """What became of it. `at`: when it ended; None: it did not, it goes on later. `attempt`: only if that one still runs."""
    words = told.encode("utf-8", "replace").decode()[:TOLD_LIMIT]  # a file's name in them need not be text
    values = {"state": str(state), "told": words, "ended_at": at, "next_try_at": next_try_at}
    rows = update(DueTime).where(DueTime.id == number)
    if attempt is not None:
        rows = rows.where(DueTime.state == str(DueState.RUNNING), DueTime.attempts == attempt)
    session.execute(rows.values(values))


def forget_ahead(session: Session, now: datetime) -> int:
    """Rows that lie ahead were written by a clock that was wrong: each comes again in its time."""
    ahead = delete(DueTime).where(DueTime.due_at > now, DueTime.state != str(DueState.RUNNING))
    return session.connection().execute(ahead).rowcount


def reaches_ahead(session: Session, now: datetime) -> bool:
    """Whether there are such rows."""
    ahead = exists().where(DueTime.task == PlannedTask.task, DueTime.due_at > now)
    return session.scalar(select(PlannedTask.task).where(ahead).limit(1)) is not None


# -- the running schedule ---------------------------------------------------------------------------------


def plan(session: Session, tasks: Sequence[PlannedTask]) -> None:
    """The schedule that a daemon begins to work by, in place of the one before; a task is known since it was first planned."""
    known = {row.task: row for row in planned(session)}
    for task in tasks:
        if task.task in known:
            task.since = known[task.task].since
        session.merge(task)
    for gone in known.keys() - {task.task for task in tasks}:
        session.delete(known[gone])


def known_since(session: Session) -> dict[str, datetime]:
    """When each task was planned first: what was due before is nobody's."""
    return {row.task: row.since for row in planned(session)}


def planned(session: Session) -> list[PlannedTask]:
    return list(session.scalars(select(PlannedTask).order_by(PlannedTask.ordinal)))


def move_on(session: Session, next_at: dict[str, datetime]) -> None:
    """When each task is due next."""
    for row in planned(session):
        row.next_at = next_at.get(row.task, row.next_at)
