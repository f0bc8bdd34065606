"""The day's looks at accounts: they are judged together once all are in, so that the record is the list of what is left."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import Session

from tracker import models
from tracker.observed import unpack
from tracker.queries import PastLook

AT_ONCE = 200
"""So many observations are unpacked together."""
IS_ACCOUNT = models.Target.kind == "account"


def unjudged(session: Session) -> dict[date, list[int]]:
    """Looks that no check has spoken about yet, by day: of the newest round, and of the one before if it was cut off."""
    look, visit, said = models.Look, models.Visit, models.JudgedVerdict
    newest = session.scalars(select(models.Round.day).order_by(models.Round.day.desc()).limit(2)).all()
    left = (
        select(look.id, visit.day)
        .join(visit, visit.id == look.visit_id)
        .where(visit.day.in_(newest), _is_at(IS_ACCOUNT, models.Target.is_control.is_(False)))
        .where(~exists().where(said.look_id == look.id))
        .order_by(visit.day, look.id)
    )
    found: dict[date, list[int]] = {}
    for number, day in session.execute(left):
        found.setdefault(day, []).append(number)
    return found


def newest_of_day(session: Session, day: date) -> Iterator[PastLook]:
    """The newest look of this day at each account; one that came to nothing does not count."""
    look, visit = models.Look, models.Visit
    newest = (
        select(func.max(look.id))
        .join(visit, visit.id == look.visit_id)
        .where(visit.day == day, look.problem == "", _is_at(IS_ACCOUNT))
        .group_by(look.visit_id)
    )
    yield from _read(session, newest)


def _is_at(*targets: ColumnElement[bool]) -> ColumnElement[bool]:
    """Asked of each look of the day: a join would let the database begin with all looks that an account ever had."""
    return exists().where(models.Target.id == models.Look.target_id, *targets)


def read(session: Session, numbers: Collection[int]) -> list[PastLook]:
    return list(_read(session, numbers))


def _read(session: Session, numbers: Collection[int] | Select[int]) -> Iterator[PastLook]:
    look = models.Look
    query = select(look.id, look.target_id, look.ordinal, look.seen).where(look.id.in_(numbers))
    rows = session.execute(query.order_by(look.id).execution_options(yield_per=AT_ONCE))
    for number, target_id, ordinal, seen in rows:
        if seen:
            yield PastLook(number, target_id, ordinal, unpack("account", seen))
