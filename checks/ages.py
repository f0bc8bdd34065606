"""How old the newest thing is: whole days in Asia/Shanghai, or full 24-hour days where the office counts so."""

import math
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from checks.settings import CheckSettings
from crawler.clock import CHINA, midnight
from crawler.observations import PageReading, Precision

WARN_SHARE = 0.8
"""A column warns when at most 20 % of its limit is left (regulations.md R-COL-W)."""


def day_of(at: datetime) -> date:
    return at.astimezone(CHINA).date()


def age_in_days(newest: date, at: datetime) -> int:
    """Calendar days from the newest day to today. A day that is known without its hour ends at midnight, so that full
    24-hour days past it are the same number: both manners of counting agree here."""
    return (day_of(at) - newest).days


def is_due_soon(age: int, limit: int) -> bool:
    return age >= math.ceil(limit * WARN_SHARE)


DATED_SHARE = 0.25
"""A list of which fewer rows carry a date cannot be called old: its newest may be one without."""


def is_hardly_dated(dated: int, rows: int) -> bool:
    return dated < rows * DATED_SHARE


def newest_day(reading: PageReading, at: datetime) -> date | None:
    """The newest date of a list, no matter where it stands (置顶 come first); dates to come are none."""
    today = day_of(at)
    days: Iterable[date | None] = (reading.newest, *(row.date for row in reading.rows))
    return max((day for day in days if day and day <= today), default=None)


def window_start(at: datetime, days: int, settings: CheckSettings) -> datetime:
    """From this moment on a post is inside the last `days` days: midnight so many days ago, or so many times 24 hours."""
    if settings.manner == "elapsed":
        return at - timedelta(days=days)
    return midnight(day_of(at) - timedelta(days=days))


def out_of_time_since(newest: datetime | None, days: int, settings: CheckSettings) -> date:
    """The first day on which a newest post of this moment lies outside the last `days` days."""
    if newest is None:
        return date.min
    if settings.manner == "elapsed":
        return day_of(newest + timedelta(days=days))
    return day_of(newest) + timedelta(days=days + 1)


def last_moment(at: datetime, precision: Precision) -> datetime:
    """The latest moment that a time of this precision can mean: for a plain date the end of its day."""
    if precision == "day":
        return datetime.combine(day_of(at), time.max, CHINA)
    return at + timedelta(hours=1) if precision == "hour" else at
