"""What this office chose about its notices (整改通知): their words, and the deadlines that they set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from checks.calendar import Deadline, WorkCalendar
from checks.indicators import INDICATORS
from crawler.clock import CHINA
from tracker import models
from tracker.lifecycle import Origin


@dataclass(frozen=True, slots=True)
class Terms:
    """What this office chose about its notices."""

    title: str
    number: str
    """文号 with {year} and {serial}."""
    working_days: int
    public_working_days: int
    calendar: WorkCalendar
    reviewing: bool = False
    """Somebody else must review a draft before it is signed."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Names of checks that are not among the national indicators."""
    ours: frozenset[str] = frozenset()
    """Checks whose faults are the operator's own: they stand in no notice."""

    def title_of(self, check: str) -> str:
        return INDICATORS[check].title if check in INDICATORS else self.titles.get(check, check)

    def deadline(self, issue: models.Issue, day: date, move: models.Move) -> tuple[date, bool]:
        """整改时限 of a notice of `day`, and whether it is a forecast. A 找错留言 has its own, from the day after it
        came in, or came back (`move`: its newest); but nobody is late on the day on which he is told."""
        due = _after(self.calendar, day, self.working_days)
        if issue.source == Origin.PUBLIC:
            came = move.at if issue.relapses else issue.discovered_at
            own = _after(self.calendar, came.astimezone(CHINA).date(), self.public_working_days)
            due = max(own, _after(self.calendar, day, 1), key=lambda each: each.day)
        return due.day, due.forecast

    def is_forecast(self, dated: date | None, due_on: date | None) -> bool:
        """Some day on the way to this deadline is not published yet."""
        if dated is None or due_on is None:
            return False
        days = range(1, (due_on - dated).days + 1)
        return any(self.calendar.is_forecast(dated + timedelta(days=day)) for day in days)


@lru_cache(maxsize=256)
def _after(calendar: WorkCalendar, day: date, working_days: int) -> Deadline:
    """The same few days for ten thousand issues."""
    return calendar.after(day, working_days)
