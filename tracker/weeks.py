"""The reported week (通报周): Monday to Sunday in Asia/Shanghai, named as in 2026-W47."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crawler.clock import CHINA, midnight
from tracker.errors import WrongUse

_NAME = re.compile(r"(2\d{3})-?W(\d{1,2})", re.IGNORECASE)


class NotAWeek(WrongUse):
    """What was written is no week."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是周：请写成 2026-W47（2026年第47周）")


@dataclass(frozen=True, slots=True, order=True)
class Week:
    monday: date

    @classmethod
    def named(cls, text: str) -> "Week":
        found = _NAME.fullmatch(text.strip())
        try:
            return cls(date.fromisocalendar(int(found[1]), int(found[2]), 1))  # type: ignore[index]
        except (TypeError, ValueError):
            raise NotAWeek(text) from None

    @classmethod
    def of(cls, day: date) -> "Week":
        return cls(day - timedelta(days=day.weekday()))

    @classmethod
    def last_full(cls, at: datetime) -> "Week":
        """The newest week that has ended by `at`; the last second of a Sunday ends it."""
        monday = (at.astimezone(CHINA) + timedelta(seconds=1)).date() - timedelta(days=7)
        return cls.of(monday)

    @property
    def sunday(self) -> date:
        return self.monday + timedelta(days=6)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(self.monday + timedelta(days=7))

    @property
    def words(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}年第{number}周"

    def __str__(self) -> str:
        year, number, _ = self.monday.isocalendar()
        return f"{year}-W{number:02d}"
