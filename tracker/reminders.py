"""Accounts that are in time by the national days, and late by what their register files (更新频率要求) or soon late: told,
no issue."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from checks.staleness import BEYOND_FILED, STILL_IN_TIME
from tracker import models


@dataclass(frozen=True, slots=True)
class Reminder:
    """`words`: the warning of the day's newest look."""

    key: str
    name: str
    words: str

    @property
    def is_beyond_filed(self) -> bool:
        return BEYOND_FILED in self.words


def newest_looks(day: date) -> Select[int]:
    """The newest good look of every target that was visited on this day."""
    look, visit = models.Look, models.Visit
    return (
        select(func.max(look.id))
        .join(visit, visit.id == look.visit_id)
        .where(visit.day == day, visit.state == "visited", visit.is_counted, look.problem == "")
        .group_by(look.visit_id)
    )


def reminders(session: Session, day: date) -> tuple[Reminder, ...]:
    """Those that have been silent longest come first."""
    verdict = models.JudgedVerdict
    query = (
        select(verdict.subject_key, verdict.subject, verdict.warning)
        .where(verdict.look_id.in_(newest_looks(day)), verdict.check_id == "account-stale")
        .where(verdict.warning.contains(STILL_IN_TIME))
        .order_by(verdict.subject_key)
    )
    found = (Reminder(*row) for row in session.execute(query))
    return tuple(sorted(found, key=lambda each: -_days(each.words)))


def _days(words: str) -> int:
    return int(words.partition(STILL_IN_TIME)[0].rpartition("已")[2])
