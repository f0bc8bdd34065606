"""Accounts that are late by what their register files (更新频率要求) and in time by the national days: told, no issue."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from checks.staleness import BEYOND_FILED
from tracker import models


@dataclass(frozen=True, slots=True)
class Reminder:
    """`words`: the warning of the day's newest look."""

    key: str
    name: str
    words: str


def newest_looks(day: date) -> Select[int]:
    """The newest good look of every target that was visited on this day."""
    look, visit = models.Look, models.Visit
    return (
        select(func.max(look.id))
        .join(visit, visit.id == look.visit_id)
        .where(visit.day == day, visit.state == "visited", visit.is_counted, look.problem == "")
        .group_by(look.visit_id)
    )


def beyond_filed(session: Session, day: date) -> tuple[Reminder, ...]:
    verdict = models.JudgedVerdict
    query = (
        select(verdict.subject_key, verdict.subject, verdict.warning)
        .where(verdict.look_id.in_(newest_looks(day)), verdict.warning.contains(BEYOND_FILED))
        .order_by(verdict.subject_key)
    )
    return tuple(Reminder(*row) for row in session.execute(query))
