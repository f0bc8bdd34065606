"""The timetable (时间表): which task is due when, and what is made of a time at which nobody was there.

Triggers are APScheduler's and live in code; that a due time was reached stands in our own table (tracker/due_times.py).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import Enum
from typing import Any, Literal, get_args

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from crawler.clock import CHINA, midnight
from scheduler.quiet import QuietHours
from scheduler.stopping import Stop
from tracker.due_times import DueState

INSTANT = timedelta(microseconds=1)
WEEKDAYS = {"mon": "一", "tue": "二", "wed": "三", "thu": "四", "fri": "五", "sat": "六", "sun": "日"}
LATE_AFTER = timedelta(minutes=10)
"""Whatever begins so long after its due time is marked late."""

Lane = Literal["crawl", "probe", "office"]
LANES: tuple[Lane, ...] = get_args(Lane)
"""Tasks of one lane are done one after the other; the lanes go on side by side."""

Do = Callable[[datetime, datetime, Stop], str]
"""The work: (due at, now, how it is told to stop) -> in one sentence what was done. It can be called again at any time."""


class CatchUp(Enum):
    """What is done about several due times that nobody kept."""

    NEWEST = "newest"
    """Only the newest one: it does the work of those before."""
    EACH = "each"
    """Every one: each is about a time of its own."""
    SAME_DAY = "same day"
    """Only today's: a day that was missed stays missed (design.md, promise 1)."""


@dataclass(frozen=True, slots=True)
class When:
    """Due times in words and as APScheduler's triggers."""

    words: str
    triggers: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Task:
    """定时任务. `after`: tasks that come first, if they are due too. `horizon`: what was due longer ago is forgotten.
    `quiet`: what is due within these hours waits for their end."""

    name: str
    title: str
    when: When
    do: Do
    lane: Lane = "office"
    catch_up: CatchUp = CatchUp.NEWEST
    after: tuple[str, ...] = ()
    horizon: timedelta = timedelta(days=400)
    quiet: QuietHours | None = None

    def rests(self, now: datetime) -> bool:
        return self.quiet is not None and self.quiet.are_at(now)

    def due(self, since: datetime, until: datetime) -> list[datetime]:
        """The due times after `since`, `until` included, oldest first."""
        since = max(since, until - self.horizon)
        return sorted({at for trigger in self.when.triggers for at in _fires(trigger, since, until)})

    def next_after(self, at: datetime) -> datetime | None:
        fires = (trigger.get_next_fire_time(None, at + INSTANT) for trigger in self.when.triggers)
        return min((fire for fire in fires if fire is not None), default=None)


def _fires(trigger: Any, since: datetime, until: datetime) -> Iterator[datetime]:
    at = trigger.get_next_fire_time(None, since + INSTANT)
    while at is not None and at <= until:
        yield at
        at = trigger.get_next_fire_time(None, at + INSTANT)


def daily(*times: time) -> When:
    words = "、".join(f"{at:%H:%M}" for at in sorted(times))
    return When(f"每天 {words}" if times else "不做", tuple(_cron(at) for at in times))


def weekly(day: str, at: time) -> When:
    return When(f"每周{WEEKDAYS[day]} {at:%H:%M}", (_cron(at, day_of_week=day),))


def monthly(day: int, at: time) -> When:
    return When(f"每月{day}日 {at:%H:%M}", (_cron(at, day=day),))


def yearly(month: int, day: int, at: time) -> When:
    return When(f"每年{month}月{day}日 {at:%H:%M}", (_cron(at, month=month, day=day),))


def every(minutes: int) -> When:
    """Counted from a midnight, so that a restart does not shift it."""
    start = datetime(2026, 1, 1, tzinfo=CHINA)
    return When(f"每{minutes}分钟", (IntervalTrigger(minutes=minutes, start_date=start, timezone=CHINA),))


def _cron(at: time, **days: Any) -> CronTrigger:
    return CronTrigger(hour=at.hour, minute=at.minute, timezone=CHINA, **days)


Row = tuple[str, datetime, DueState, str]
"""A due time to be written: task, due at, state, words."""


def reached(
    tasks: Sequence[Task], newest: Mapping[str, datetime], known_since: Mapping[str, datetime], now: datetime
) -> list[Row]:
    """The due times that were reached since the newest that each task has a row of, as they are to be written.

    A task without any begins with the day on which it was known first: who starts the daemon at noon wants today's round.
    """
    here = now.astimezone(CHINA)
    today = midnight(here.date())
    rows: list[Row] = []
    for task in tasks:
        known = known_since.get(task.name, here).astimezone(CHINA).date()
        since = newest.get(task.name) or min(midnight(known), today) - INSTANT
        due = task.due(since, here)
        match task.catch_up:
            case CatchUp.NEWEST:
                due = due[-1:]
            case CatchUp.SAME_DAY:
                missed = [at for at in due if at < today]
                rows += [(task.name, at, DueState.MISSED, "当时守护进程没有运行") for at in missed]
                due = due[len(missed) :]
            case CatchUp.EACH:
                pass
        rows += [(task.name, at, DueState.DUE, "") for at in due]
    return rows


def by_name(tasks: Sequence[Task]) -> dict[str, Task]:
    return {task.name: task for task in tasks}
