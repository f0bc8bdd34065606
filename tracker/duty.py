"""Who is to be inspected on a day (应检): the running targets out of the registers, as the crawler wants them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crawler.targets import Account, ColumnEntry, Site, Target
from tracker import models
from tracker.cells import TargetState, road_of

EXCUSES = {
    TargetState.TEMPORARY_OFFLINE: "临时下线",
    TargetState.PLANNED: "尚未开设",
}


@dataclass(frozen=True, slots=True)
class Duty:
    """`due` by the target's number; `excused` with the reason. Closed targets are in neither."""

    due: Mapping[int, Target] = field(default_factory=dict)
    excused: Mapping[int, str] = field(default_factory=dict)


def read_targets(session: Session, day: date) -> Duty:
    """Everybody's duty on `day`, from the standings that were valid then; two queries."""
    standing, target, unit = models.Standing, models.Target, models.Unit
    query = (
        select(standing.state, target, unit.name)
        .join(target, target.id == standing.target_id)
        .join(unit, unit.id == standing.unit_id)
        .where(or_(standing.valid_from.is_(None), standing.valid_from <= day))
        .where(or_(standing.valid_to.is_(None), standing.valid_to >= day))
        .order_by(target.kind.desc(), target.id)
    )
    columns = _columns(session)
    due: dict[int, Target] = {}
    excused: dict[int, str] = {}
    for state, row, unit_name in session.execute(query).tuples():
        if state == TargetState.RUNNING:
            due[row.id] = _target(row, unit_name, columns.get(row.id, ()))
        elif excuse := EXCUSES.get(TargetState(state)):
            excused[row.id] = excuse
    return Duty(due, excused)


def _target(row: models.Target, unit: str, columns: tuple[ColumnEntry, ...]) -> Target:
    if row.kind == "site":
        return Site(row.key, row.name, row.url, unit, columns)
    roads = tuple(road_of(piece) for piece in row.url.split("|") if piece)
    return Account(row.key, row.platform, row.name, unit, roads, row.opened_on)


def _columns(session: Session) -> dict[int, tuple[ColumnEntry, ...]]:
    found: dict[int, tuple[ColumnEntry, ...]] = {}
    column = models.ColumnOverride
    for each in session.scalars(select(column).order_by(column.id)):
        entry = ColumnEntry(each.name, each.url, each.column_class, each.limit_days, each.exempt)
        found[each.target_id] = (*found.get(each.target_id, ()), entry)
    return found
