"""A plan becomes rows: new ones in bulk, changed ones in bulk; as many statements for one row as for a thousand.

Nothing is deleted but standings that were announced and are withdrawn before their day.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from tracker.models import Base, ColumnOverride, Standing, Target, Term, Unit
from tracker.register_plan import Change, Kind, Part, Plan, new_unit
from tracker.registers import COLUMNS, TERMS, UNITS, Facts

Rows = list[dict[str, Any]]


def apply(session: Session, plan: Plan) -> None:
    """Write what the plan says, within the caller's transaction: all of it or nothing."""
    parts = {part.register.name: _written(part) for part in plan.parts}
    targets = [
        (part.register.kind, change) for part in plan.parts if part.register.kind for change in _written(part)
    ]
    named = {change.facts["unit"] for _, change in targets}
    named |= {stand.unit for _, change in targets for stand in change.stands}
    units = _write_units(session, parts.get(UNITS.name, []), named)
    keys = _write_targets(session, targets, units)
    _write_stands(session, targets, keys, units)
    columns = [change.facts for change in parts.get(COLUMNS.name, [])]
    sites = {key: number for (kind, key), number in keys.items() if kind == "site"}
    _save(session, ColumnOverride, [facts | {"target_id": sites[facts["site"]]} for facts in columns])
    _save(session, Term, [change.facts for change in parts.get(TERMS.name, [])])


def _written(part: Part) -> list[Change]:
    return [change for change in part.changes if change.kind in (Kind.ADDED, Kind.CHANGED)]


def _write_units(session: Session, changes: list[Change], named: set[str]) -> dict[str, int]:
    """Numbers by name. Units that no register describes yet come with the targets that name them."""
    there = set(session.scalars(select(Unit.name)))
    rows = [change.facts for change in changes]
    missing = named - there - {row["name"] for row in rows}
    _save(session, Unit, [*rows, *(new_unit(name) for name in sorted(missing))])
    return {name: number for number, name in session.execute(select(Unit.id, Unit.name))}


def _write_targets(
    session: Session, targets: list[tuple[str, Change]], units: dict[str, int]
) -> dict[tuple[str, str], int]:
    rows = [
        _LACKING | change.facts | {"kind": kind, "unit_id": units[change.facts["unit"]]}
        for kind, change in targets
    ]
    _save(session, Target, rows)
    found = session.execute(select(Target.kind, Target.key, Target.id))
    return {(kind, key): number for kind, key, number in found}


_LACKING = {
    "platform": "",
    "site_type": "",
    "account_id": "",
    "former_names": "",
    "owner": "",
    "homepage": "",
    "qr_code": "",
    "is_control": False,
}
"""What the other kind of target has."""


def _write_stands(
    session: Session,
    targets: list[tuple[str, Change]],
    keys: dict[tuple[str, str], int],
    units: dict[str, int],
) -> None:
    rows = [
        {
            "id": stand.id,
            "target_id": keys[kind, change.facts["key"]],
            "unit_id": units[stand.unit],
            "state": stand.state,
            "valid_from": stand.valid_from,
            "valid_to": stand.valid_to,
        }
        for kind, change in targets
        for stand in change.stands
    ]
    _save(session, Standing, rows)
    withdrawn = [{"number": number} for _, change in targets for number in change.withdrawn]
    if withdrawn:
        announced = delete(Standing).where(Standing.id == bindparam("number"))
        session.connection().execute(announced, withdrawn)


def _save(session: Session, table: type[Base], facts: Iterable[Facts]) -> None:
    """Rows with an id are brought up to date, the others are new; every row names every column, so that one statement serves."""
    names = set(table.__table__.columns.keys())
    rows: Rows = [{name: value for name, value in each.items() if name in names} for each in facts]
    changed = [row for row in rows if row["id"] is not None]
    new = [{name: value for name, value in row.items() if name != "id"} for row in rows if row["id"] is None]
    if changed:
        session.execute(update(table), changed)
    if new:
        session.execute(insert(table), new)
