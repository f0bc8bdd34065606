"""Quiet hours (静默时段): when the daemon asks no website for anything. Whoever calls a round by hand knows what he does."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from crawler.clock import CHINA
from scheduler.stopping import Stop

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `begins` to before `ends`, each day in Asia/Shanghai; over midnight, if it ends before it begins."""

    begins: time
    ends: time

    @classmethod
    def read(cls, words: str) -> "QuietHours":
        """Written as 22:00-06:00; raises ValueError."""
        begins, _, ends = words.partition("-")
        try:
            quiet = cls(*(datetime.strptime(each.strip(), "%H:%M").time() for each in (begins, ends)))  # noqa: DTZ007
        except ValueError:
            raise ValueError("要写成北京时间的起止时:分，如 22:00-06:00") from None
        if quiet.begins == quiet.ends:
            raise ValueError("起止时间不能相同")
        return quiet

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    @property
    def minutes(self) -> int:
        return (_minute(self.ends) - _minute(self.begins)) % MINUTES_A_DAY

    def hold(self, at: time) -> bool:
        return (_minute(at) - _minute(self.begins)) % MINUTES_A_DAY < self.minutes

    def are_at(self, moment: datetime) -> bool:
        return self.hold(moment.astimezone(CHINA).time())

    def next_begin(self, after: datetime) -> datetime:
        here = after.astimezone(CHINA)
        today = datetime.combine(here.date(), self.begins, CHINA)
        return today if today > here else today + timedelta(days=1)


@contextmanager
def until_quiet(
    quiet: QuietHours,
    now: datetime,
    stop: Stop,
    timer: Callable[..., threading.Timer] = threading.Timer,
) -> Iterator[Stop]:
    """What asks to stop when `stop` does, and when the quiet hours begin: what was begun before goes on after them."""
    ours = Stop()
    waiting = timer((quiet.next_begin(now) - now).total_seconds(), ours.ask)
    waiting.daemon = True
    waiting.start()
    try:
        with stop.calls(ours.ask):
            yield ours
    finally:
        waiting.cancel()


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute
