"""A record that a daemon has worked on for a while, with nothing wrong: a test says what is.

Today is the day of NOW, 09:00; the round was at 06:00 and is finished. One website, one account; every check has spoken.
"""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tests.builders import NOW, TODAY, YESTERDAY
from tracker.database import Database
from tracker.models import (
    DueTime,
    JudgedVerdict,
    Lease,
    Link,
    Look,
    PlannedTask,
    ProbeRow,
    Round,
    SelfCheck,
    Standing,
    Target,
    Unit,
    Visit,
)

DAY = timedelta(days=1)
SIX = time(6, 0)
LONG_AGO = NOW - 30 * DAY
SITE, ACCOUNT = 1, 2
CHECKS = {SITE: ("home-stale", "column-stale"), ACCOUNT: ("account-stale",)}
TASKS = {"round": "每日巡检", "probe": "首页探测", "mail": "发送邮件", "backup": "备份"}


def six(day: date) -> datetime:
    return datetime.combine(day, SIX, CHINA)


def a_watched_record(database: Database) -> None:
    with database.writing() as session:
        session.add(Unit(name="云泽市水利局"))
        session.flush()
        for kind in ("site", "account"):
            a_target(session, kind)
        planned(session, LONG_AGO)
        session.add(Lease(name="daemon", holder="here:1", since=LONG_AGO, expires_at=NOW + DAY))
        for day in (YESTERDAY - DAY, YESTERDAY, TODAY):
            a_day(session, day)
        some_probes_of(session, YESTERDAY, 24)


def a_target(session: Session, kind: str = "site", name: str = "", **standing: Any) -> int:
    target = Target(kind=kind, key=f"{kind}-{name}", name=name or kind, unit_id=1, opened_on=None)
    session.add(target)
    session.flush()
    facts = {"state": "running", "valid_from": None, "valid_to": None, **standing}
    session.add(Standing(target_id=target.id, unit_id=1, **facts))
    session.flush()
    return target.id


def planned(session: Session, since: datetime) -> None:
    for ordinal, (task, title) in enumerate(TASKS.items()):
        session.add(PlannedTask(task=task, ordinal=ordinal, title=title, times="", since=since, next_at=None))


def a_day(session: Session, day: date, finished: bool = True) -> None:
    """A daemon's whole day: due time, round, visits, verdicts, self-check."""
    at = six(day)
    due(session, "round", at, started_at=at, ended_at=at + timedelta(hours=2))
    number = a_round(session, day, at + timedelta(hours=2) if finished else None)
    for target_id in (SITE, ACCOUNT):
        look_id = a_visit(session, number, target_id, day)
        for check in CHECKS[target_id]:
            said(session, look_id, check)
    if finished:
        session.add(SelfCheck(day=day, at=at, found=["栏目空白"], missing=[], wrong=[]))
    session.flush()


def a_round(session: Session, day: date, finished_at: datetime | None) -> int:
    row = Round(day=day, at=six(day), started_at=six(day), finished_at=finished_at)
    session.add(row)
    session.flush()
    return row.id


def a_visit(session: Session, round_id: int, target_id: int, day: date, state: str = "visited") -> int:
    """The target's row of the day and its look; the look's number."""
    visit = Visit(round_id=round_id, target_id=target_id, day=day, state=state, visited_at=six(day))
    session.add(visit)
    session.flush()
    look = Look(visit_id=visit.id, target_id=target_id, ordinal=1, at=six(day), seen=b"{}")
    session.add(look)
    session.flush()
    return look.id


def said(session: Session, look_id: int, check: str, kind: str = "clear", problem: str = "") -> None:
    session.add(
        JudgedVerdict(
            look_id=look_id, check_id=check, kind=kind, subject_key="x", subject="x", problem=problem
        )
    )


def some_probes_of(session: Session, day: date, count: int, target_id: int = SITE) -> None:
    begin = datetime.combine(day, time(), CHINA)
    rows = [
        {"target_id": target_id, "at": begin + number * (DAY / count), "ok": True} for number in range(count)
    ]
    session.execute(insert(ProbeRow), rows)


def due(session: Session, task: str, at: datetime, state: str = "done", **more: Any) -> DueTime:
    facts = {"started_at": None, "ended_at": None, "next_try_at": None, **more}
    row = DueTime(task=task, due_at=at, state=state, **facts)
    session.add(row)
    session.flush()
    return row


def registers_came_in(session: Session, at: datetime) -> None:
    """As the audit chain says it."""
    number = len(session.scalars(select(Link.id)).all())
    session.add(Link(recorded_at=at, what="registers", payload="{}", before="", hash=f"{number:064}"))


def the_look(session: Session, target_id: int, day: date = TODAY) -> int:
    rows = select(Look.id).join(Visit, Visit.id == Look.visit_id)
    return session.scalars(rows.where(Visit.day == day, Visit.target_id == target_id)).one()


def the_visits(session: Session, day: date = TODAY) -> Sequence[Visit]:
    return session.scalars(select(Visit).where(Visit.day == day).order_by(Visit.target_id)).all()


def the_round(session: Session, day: date = TODAY) -> Round:
    return session.scalars(select(Round).where(Round.day == day)).one()
