"""The period of a report (统计期): a year, a quarter or a month in Asia/Shanghai, named as in 2026, 2026-Q4, 2026-11."""

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crawler.clock import midnight
from tracker.errors import WrongUse

_NAME = re.compile(r"(2\d{3})(?:-?Q([1-4])|-(\d{1,2}))?", re.IGNORECASE)


class NotAPeriod(WrongUse):
    """What was written is no period."""

    def __init__(self, text: str) -> None:
        super().__init__(f"“{text}”不是统计期：请写成 2026（全年）、2026-Q4（季度）或 2026-11（月）")


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """`months` 12, 3 or 1, from `month` on."""

    year: int
    month: int
    months: int

    @classmethod
    def named(cls, text: str) -> "Period":
        found = _NAME.fullmatch(text.strip())
        if found is None or (found[3] and not 1 <= int(found[3]) <= 12):
            raise NotAPeriod(text)
        year = int(found[1])
        if found[2]:
            return cls(year, 3 * int(found[2]) - 2, 3)
        return cls(year, int(found[3]), 1) if found[3] else cls.of_year(year)

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(year, 1, 12)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        month = self.month + self.months - 1
        return date(self.year, month, monthrange(self.year, month)[1])

    @property
    def begins(self) -> datetime:
        return midnight(self.first)

    @property
    def ends(self) -> datetime:
        """The first moment after it."""
        return midnight(self.last + timedelta(days=1))

    @property
    def before(self) -> "Period":
        """The one of the same length before it."""
        month = self.month - self.months
        return (
            Period(self.year, month, self.months)
            if month > 0
            else Period(self.year - 1, month + 12, self.months)
        )

    @property
    def each_month(self) -> Iterator["Period"]:
        return (Period(self.year, self.month + n, 1) for n in range(self.months))

    @property
    def words(self) -> str:
        match self.months:
            case 12:
                return f"{self.year}年"
            case 3:
                return f"{self.year}年第{'一二三四'[self.month // 3]}季度"
        return f"{self.year}年{self.month}月"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    def __str__(self) -> str:
        match self.months:
            case 12:
                return f"{self.year}"
            case 3:
                return f"{self.year}-Q{self.month // 3 + 1}"
        return f"{self.year}-{self.month:02d}"
