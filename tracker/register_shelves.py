"""Where each register is kept: finding what is there in one query, writing what is new or changed in a few.

The number of statements does not grow with the number of rows.
"""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from tracker import models
from tracker.cells import TargetState
from tracker.register_rows import RegisterRow, RowProblem

Values = dict[str, Any]
Key = tuple[Any, ...]


class Shelf:
    """The rows of one register that the record has: `known`, by key, each with `id`, its fields and `more`."""

    table: ClassVar[type[models.Base]]
    key_names: ClassVar[tuple[str, ...]]
    defaults: ClassVar[Values]
    """Every field of the table that a register fills, with what it is when the file says nothing."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.known: dict[Key, Values] = {self.key(row): row for row in self.load()}

    def load(self) -> list[Values]:
        names = ("id", *self.defaults, "more")
        columns = [getattr(self.table, name) for name in names]
        return [dict(zip(names, row, strict=True)) for row in self.session.execute(select(*columns))]

    def key(self, values: Values) -> Key:
        return tuple(values.get(name, "") for name in self.key_names)

    def find(self, values: Values, claimed: Collection[Key]) -> Values | None:
        return self.known.get(self.key(values))

    def label(self, values: Values) -> str:
        return str(values[self.key_names[0]])

    def fresh(self, values: Values) -> Values:
        return {**self.defaults, **values}

    def refuses(self, row: RegisterRow) -> RowProblem | None:
        """A row that is good in itself and does not fit what is there."""
        return None

    def write(self, new: Sequence[Values], changed: Sequence[tuple[int, Values]], day: date) -> None:
        if new:
            self.session.execute(insert(self.table), list(new))
        if changed:
            rows = [{**self.stored(values), "id": number} for number, values in changed]
            self.session.execute(update(self.table), rows)

    def stored(self, values: Values) -> Values:
        return {name: values[name] for name in (*self.defaults, "more")}


class UnitShelf(Shelf):
    table = models.Unit
    key_names = ("name",)
    defaults: ClassVar[Values] = {"name": "", "parent": "", "overseer": "", "contact": "", "email": ""}


class TermShelf(Shelf):
    table = models.Term
    key_names = ("wrong",)
    defaults: ClassVar[Values] = {"wrong": "", "right": "", "category": "", "effective_from": None}


class ColumnShelf(Shelf):
    """A column keeps its row when only its address changed."""

    table = models.ColumnOverride
    key_names = ("key", "name", "url")
    defaults: ClassVar[Values] = {
        "name": "",
        "url": "",
        "column_class": "",
        "limit_days": None,
        "exempt": False,
    }

    def load(self) -> list[Values]:
        site, column = models.Target, models.ColumnOverride
        self.sites = dict(
            self.session.execute(select(site.key, site.id).where(site.kind == "site")).tuples().all()
        )
        names = ("id", *self.defaults, "more")
        query = select(site.key, *(getattr(column, name) for name in names)).join(
            site, site.id == column.target_id
        )
        return [dict(zip(("key", *names), row, strict=True)) for row in self.session.execute(query)]

    def find(self, values: Values, claimed: Collection[Key]) -> Values | None:
        if same := self.known.get(self.key(values)):
            return same
        site, name, _ = self.key(values)
        moved = [row for key, row in self.known.items() if key[:2] == (site, name) and key not in claimed]
        return moved[0] if len(moved) == 1 else None

    def label(self, values: Values) -> str:
        return f"{values['key']} {values['name']}"

    def refuses(self, row: RegisterRow) -> RowProblem | None:
        if row.values["key"] in self.sites:
            return None
        return RowProblem(row.line, "网站标识码", f"网站台账中没有 {row.values['key']}，请先导入该网站")

    def write(self, new: Sequence[Values], changed: Sequence[tuple[int, Values]], day: date) -> None:
        rows = [{**self.stored(values), "target_id": self.sites[values["key"]]} for values in new]
        super().write(rows, changed, day)


class TargetShelf(Shelf):
    """Websites and accounts: with each goes its standing (unit and state from when to when)."""

    table = models.Target
    kind: ClassVar[str]
    key_names = ("key",)
    defaults: ClassVar[Values] = {
        "key": "",
        "name": "",
        "unit": "",
        "url": "",
        "platform": "",
        "site_type": "",
        "contact": "",
        "email": "",
        "state": TargetState.RUNNING,
        "opened_on": None,
    }

    def load(self) -> list[Values]:
        target, unit = models.Target, models.Unit
        self.units = dict(self.session.execute(select(unit.name, unit.id)).tuples().all())
        standings = select(models.Standing).join(target, target.id == models.Standing.target_id)
        latest = {
            standing.target_id: standing
            for standing in self.session.scalars(
                standings.where(target.kind == self.kind).order_by(models.Standing.id)
            )
        }
        self.standings = latest
        names = [name for name in self.defaults if name != "unit"]
        query = select(target.id, unit.name, target.more, *(getattr(target, name) for name in names))
        query = query.join(unit, unit.id == target.unit_id).where(target.kind == self.kind)
        rows = []
        for number, unit_name, more, *values in self.session.execute(query):
            row = {"id": number, "unit": unit_name, "more": more, **dict(zip(names, values, strict=True))}
            standing = latest.get(number)
            row["valid_from"], row["valid_to"] = (
                (standing.valid_from, standing.valid_to) if standing else (None, None)
            )
            row["state"] = TargetState(row["state"])
            rows.append(row)
        return rows

    def label(self, values: Values) -> str:
        return f"{values['key']} {values['name']}"

    def write(self, new: Sequence[Values], changed: Sequence[tuple[int, Values]], day: date) -> None:
        self._open_units({values["unit"] for values in (*new, *(values for _, values in changed))})
        if new:
            rows = [{**self.stored(values), "kind": self.kind} for values in new]
            numbers = self.session.scalars(
                insert(models.Target).returning(models.Target.id, sort_by_parameter_order=True), rows
            ).all()
            standings = [self._standing(n, v, v.get("valid_from")) for n, v in zip(numbers, new, strict=True)]
            self.session.execute(insert(models.Standing), standings)
        if changed:
            self.session.execute(
                update(models.Target), [{**self.stored(values), "id": number} for number, values in changed]
            )
            self._restand(changed, day)

    def stored(self, values: Values) -> Values:
        row = super().stored(values)
        row["unit_id"] = self.units[row.pop("unit")]
        row["state"] = str(row["state"])
        return row

    def _open_units(self, names: set[str]) -> None:
        """A unit that no register named yet is its name."""
        if missing := sorted(names - self.units.keys()):
            numbers = self.session.scalars(
                insert(models.Unit).returning(models.Unit.id, sort_by_parameter_order=True),
                [
                    {"name": name, "parent": "", "overseer": "", "contact": "", "email": "", "more": {}}
                    for name in missing
                ],
            ).all()
            self.units |= dict(zip(missing, numbers, strict=True))

    def _standing(self, number: int, values: Values, valid_from: date | None) -> Values:
        return {
            "target_id": number,
            "unit_id": self.units[values["unit"]],
            "state": str(values["state"]),
            "valid_from": valid_from,
            "valid_to": values.get("valid_to"),
        }

    def _restand(self, changed: Sequence[tuple[int, Values]], day: date) -> None:
        """Another unit or state closes the standing the day before; otherwise only its dates may be put right."""
        opened, mended = [], []
        for number, values in changed:
            now = self.standings.get(number)
            wanted = self._standing(number, values, values.get("valid_from"))
            if now is None:
                opened.append(wanted)
                continue
            same = (now.unit_id, now.state) == (wanted["unit_id"], wanted["state"])
            stated = wanted["valid_from"] if wanted["valid_from"] != now.valid_from else None
            since = stated or day
            if same or (now.valid_from is not None and since <= now.valid_from):
                mended.append({**wanted, "id": now.id, "valid_from": stated or now.valid_from})
                continue
            closed = {
                "unit_id": now.unit_id,
                "state": now.state,
                "target_id": number,
                "valid_from": now.valid_from,
            }
            mended.append({**closed, "id": now.id, "valid_to": since - timedelta(days=1)})
            ends = wanted["valid_to"] if wanted["valid_to"] != now.valid_to else None
            opened.append({**wanted, "valid_from": since, "valid_to": ends})
        if mended:
            self.session.execute(update(models.Standing), mended)
        if opened:
            self.session.execute(insert(models.Standing), opened)


class SiteShelf(TargetShelf):
    kind = "site"


class AccountShelf(TargetShelf):
    kind = "account"


SHELVES: dict[str, type[Shelf]] = {
    "units": UnitShelf,
    "sites": SiteShelf,
    "accounts": AccountShelf,
    "columns": ColumnShelf,
    "terms": TermShelf,
}
