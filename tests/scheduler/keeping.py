"""A daemon's days without a daemon: tasks that only note when they were done, and a clock that a test sets."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from crawler.clock import CHINA
from scheduler.keeper import Keeper
from scheduler.stopping import Stop
from scheduler.timetable import CatchUp, Task, When, daily
from tests.records import fresh_record
from tracker.database import Database
from tracker.lease import Lease
from tracker.models import DueTime
from tracker.settings import TrackerSettings

RETRY = timedelta(minutes=5)


def at(text: str) -> datetime:
    """11-25 06:00 of 2026 in Asia/Shanghai, or any ISO time there."""
    text = text if text.startswith("20") else f"2026-{text}"
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def fresh(folder: Path) -> Database:
    return fresh_record(TrackerSettings(database_url=f"sqlite:///{folder / 'xunjian.db'}"))


class Notebook:
    """What was done: (task, due at, done at)."""

    def __init__(self) -> None:
        self.done: list[tuple[str, datetime, datetime]] = []
        self.troubles: dict[str, list[Exception]] = {}

    def task(
        self, name: str, when: When | None = None, catch_up: CatchUp = CatchUp.NEWEST, **more: Any
    ) -> Task:
        def do(due: datetime, now: datetime, stop: Stop) -> str:
            stop.require_going()
            if self.troubles.get(name):
                raise self.troubles[name].pop(0)
            self.done.append((name, due, now))
            return f"{name} 已做"

        return Task(name, name, when or daily(time(6, 0)), do, catch_up=catch_up, **more)

    def dues(self, name: str) -> list[datetime]:
        return [due for task, due, _ in self.done if task == name]


class Desk:
    """A keeper that holds the lease of a record of its own."""

    def __init__(self, database: Database, *tasks: Task, holder: str = "here:1", begins: datetime) -> None:
        self.database = database
        self.lease = Lease(database, holder, timedelta(seconds=90), ticks=lambda: 0.0)
        assert self.lease.hold(begins)
        self.keeper = Keeper(database, tasks, holder, RETRY)
        self.keeper.begin_anew(begins)

    def live(self, until: datetime, since: datetime, step: timedelta = timedelta(minutes=30)) -> None:
        """Beats from `since` to `until`."""
        while since <= until:
            self.beat(since)
            since += step

    def beat(self, now: datetime, stop: Stop | None = None) -> int:
        self.lease.hold(now)
        return self.keeper.work_off(now, stop or Stop())

    def rows(self, task: str = "") -> list[tuple[str, str, bool]]:
        """(due at in Asia/Shanghai, state, late) of every due time, oldest first."""
        return [
            (f"{row.due_at.astimezone(CHINA):%m-%d %H:%M}", row.state, row.late) for row in self.due(task)
        ]

    def due(self, task: str = "") -> list[DueTime]:
        query = select(DueTime).order_by(DueTime.due_at, DueTime.id)
        with self.database.reading() as session:
            return list(session.scalars(query.where(DueTime.task == task) if task else query))


Built = Callable[..., Desk]
