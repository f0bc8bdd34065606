"""Chinese working days (工作日), make-up days (调休) included: deadlines, and reminders so many days before them.

The office's own days of settings.toml go before all; then the State Council's yearly notice (国务院办公厅关于部分节假日安排的通知) as
chinesecalendar holds it. A year that it does not hold is a forecast: the festivals as the package holidays expects them,
without make-up days; where that knows no festivals either, Monday to Friday.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from hashlib import sha256
from importlib.metadata import version

from checks.settings import CheckSettings

logger = logging.getLogger(__name__)

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day in time. `forecast`: some day on the way to it is not published yet, so it may still shift."""

    day: date
    forecast: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`extra_holidays`, `extra_workdays`: the office's own days, off and worked; CheckSettings lets no day be both."""

    extra_holidays: frozenset[date] = frozenset()
    extra_workdays: frozenset[date] = frozenset()

    @classmethod
    def of(cls, settings: CheckSettings) -> "WorkCalendar":
        return cls(frozenset(settings.extra_holidays), frozenset(settings.extra_workdays))

    def is_workday(self, day: date) -> bool:
        if self._names(day):
            return day in self.extra_workdays
        if self.uncovered(day.year):
            return _forecast(day.year)(day)
        return _is_published_workday(day)

    def is_forecast(self, day: date) -> bool:
        """Neither the State Council, as far as chinesecalendar knows, nor the office has said what this day is."""
        return self.uncovered(day.year) and not self._names(day)

    def uncovered(self, year: int) -> bool:
        """The year is not published, as far as chinesecalendar knows."""
        return year not in _published_years()

    def after(self, day: date, working_days: int) -> Deadline:
        """So many working days later, counted from the day after `day`; none: `day` itself."""
        forecast = False
        while working_days > 0:
            day += ONE_DAY
            forecast = forecast or self.is_forecast(day)
            working_days -= self.is_workday(day)
        return Deadline(day, forecast)

    def before(self, day: date, working_days: int) -> date:
        """The working day from which so many are left until `day`; none: `day` itself."""
        while working_days > 0:
            day -= ONE_DAY
            working_days -= self.is_workday(day)
        return day

    @property
    def version(self) -> str:
        """What a deadline was counted with: where the days come from, a short hash of the office's own days, and from
        which year on they are a forecast, such as "chinesecalendar 1.11.0+3f2a9c, from 2027 holidays 0.109"."""
        own = [f"-{day}" for day in sorted(self.extra_holidays)]
        own += [f"+{day}" for day in sorted(self.extra_workdays)]
        mark = f"+{sha256(' '.join(own).encode()).hexdigest()[:6]}" if own else ""
        published = f"chinesecalendar {version('chinesecalendar')}{mark}"
        return f"{published}, from {max(_published_years()) + 1} holidays {version('holidays')}"

    def _names(self, day: date) -> bool:
        return day in self.extra_workdays or day in self.extra_holidays


# Both packages are slow to load and most commands count no working days: they are loaded when first asked.


@cache
def _published_years() -> frozenset[int]:
    from chinese_calendar import holidays as days_off  # type: ignore[import-untyped]

    return frozenset(day.year for day in days_off)


def _is_published_workday(day: date) -> bool:
    from chinese_calendar import is_workday

    return bool(is_workday(day))


@cache
def _forecast(year: int) -> Callable[[date], bool]:
    """Whether a day of this year will be worked, by its festivals alone. Said in the log once a process and year."""
    from holidays import country_holidays

    expected = country_holidays("CN", years=year)
    logger.warning(
        "working days are a forecast: the calendar does not know the year",
        extra={"year": year, "festivals": len(expected), "package": f"holidays {version('holidays')}"},
    )
    return expected.is_working_day
