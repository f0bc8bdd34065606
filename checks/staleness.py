"""What an age was judged on, as the facts of a verdict: the rules write them, whoever tells a unit reads them back.

They stay the same from day to day while nothing new appears: a dismissed fault stays dismissed while its facts do.
"""

from dataclasses import dataclass
from datetime import date, datetime

from checks.ages import age_in_days, day_of
from crawler.clock import CHINA


def age_facts(newest: date | datetime | None, limit_days: int, **more: object) -> str:
    """`newest`: the newest day, or the moment where it is known. Such as "newest=2026-10-01 limit=14 rows=5"."""
    if isinstance(newest, datetime):
        newest = newest.astimezone(CHINA)
    words = {"newest": newest.isoformat() if newest else "none", "limit": limit_days} | more
    return " ".join(f"{name}={value}" for name, value in words.items())


STILL_IN_TIME = "天未更新"
"""In the warning of an account that is in time by the national days, and not for long."""
BEYOND_FILED = "超过更新频率要求"
"""In the warning of an account that is in time by the national days and late by those its register files."""


@dataclass(frozen=True, slots=True)
class Staleness:
    """What such facts say. `newest`: the day in Asia/Shanghai (最后更新日期); None: nothing dated was seen, or they are facts
    of another kind. `limit_days`: the limit that was exceeded; None: they do not say."""

    newest: date | None = None
    limit_days: int | None = None
    letter: str = ""
    """The class that the office confirmed for the column; empty: its name or the register says it."""

    @classmethod
    def read(cls, facts: str) -> "Staleness":
        words = dict(word.split("=", 1) for word in facts.split() if "=" in word)
        limit = words.get("limit", "")
        return cls(
            _day(words.get("newest", "")), int(limit) if limit.isdecimal() else None, words.get("class", "")
        )

    def days_over(self, at: datetime) -> int | None:
        """Whole calendar days past the limit (已超期天数): 0 within its last day, as where full hours are counted; None: not
        known."""
        if self.newest is None or self.limit_days is None:
            return None
        return max(age_in_days(self.newest, at) - self.limit_days, 0)


def _day(text: str) -> date | None:
    try:
        moment = datetime.fromisoformat(text)
        return day_of(moment) if moment.tzinfo else moment.date()
    except (ValueError, OverflowError):  # people write facts too (findings import): whatever they wrote
        return None
