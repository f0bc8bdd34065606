"""What time it is in a round: the moment it was given, moving on as the real clock does."""

import time
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""What a page or a feed means by a time without a zone, also in the summers of 1986 to 1991. China keeps no summer time
since, so the fixed offset is the zone; it needs no zone file."""

FUTURE_TOLERANCE = timedelta(minutes=10)
"""Clocks differ a little; what lies further ahead is a date that somebody wrote, not one that has been."""


def wall_clock() -> datetime:
    """What time it is, for whoever runs by it; all others are told."""
    return datetime.now(UTC)


def midnight(day: date) -> datetime:
    """The first moment of a day in Asia/Shanghai."""
    return datetime.combine(day, datetime.min.time(), CHINA)


class Clock:
    """`at` in Asia/Shanghai, so that its date is the office's day; `now()` moves on from there with the real seconds.

    It may be handed to another process of this machine: the monotonic clock beneath is the system's.
    """

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(CHINA)
        self._started = time.monotonic()

    def now(self) -> datetime:
        return self.at + timedelta(seconds=time.monotonic() - self._started)
