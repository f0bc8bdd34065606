"""What the record holds of the registers before an import: read in one query a table, told in the registers' own words."""

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import ColumnOverride, Standing, Target, Term, Unit
from tracker.registers import COLUMNS, ORDER, TERMS, UNITS, Facts, Register


@dataclass(frozen=True, slots=True)
class Stand:
    """A target's standing as it lies in the record; `id` None: it is not there yet."""

    id: int | None
    unit: str
    state: str
    valid_from: date | None
    valid_to: date | None


def standing_on(stands: Sequence[Stand], day: date) -> Stand | None:
    """The newest that has begun; where none has yet, the one that will be first."""
    begun = [stand for stand in stands if stand.valid_from is None or stand.valid_from <= day]
    return begun[-1] if begun else next(iter(stands), None)


class Records:
    """`of(register)`: key to facts, each with `id` and `more` besides what the register's headings hold."""

    def __init__(self, session: Session, names: Collection[str], day: date) -> None:
        self._day = day
        self._facts: dict[str, dict[Hashable, Facts]] = {register.name: {} for register in ORDER}
        self.stands: dict[int, list[Stand]] = {}
        """By target, oldest first."""
        units = self._read_units(session)
        keys = self._read_targets(session, units)
        self._read_stands(session, units)
        if COLUMNS.name in names:
            self._read_columns(session, keys)
        if TERMS.name in names:
            for term in _facts(session, Term):
                self._facts[TERMS.name][(term["wrong"],)] = term
        described = any(_is_described(unit) for unit in self._facts["units"].values())
        self.has_unit_register = described or UNITS.name in names

    def of(self, register: Register) -> dict[Hashable, Facts]:
        return self._facts[register.name]

    def is_listed(self, register: Register, facts: Facts) -> bool:
        """Whether a register, had it this row once, should have it still: closed targets and mere names need not be there."""
        if register.name == "units":
            return _is_described(facts)
        if register is COLUMNS:
            site: Facts = self._facts["sites"].get((facts["site"],), {})
            return not self._is_closed(site)
        return not self._is_closed(facts)

    def _is_closed(self, target: Facts) -> bool:
        """A closure that was announced for a day is one from that day on, also if no import has told since."""
        now = standing_on(self.stands.get(target.get("id", 0), ()), self._day)
        return (now.state if now else target.get("state")) == "closed"

    def _read_units(self, session: Session) -> dict[int, str]:
        for unit in _facts(session, Unit):
            self._facts["units"][(unit["name"],)] = unit
        return {unit["id"]: unit["name"] for unit in self._facts["units"].values()}

    def _read_targets(self, session: Session, units: dict[int, str]) -> dict[int, str]:
        registers = {register.kind: register for register in ORDER if register.kind}
        keys = {}
        for target in _facts(session, Target):
            target["unit"] = units[target["unit_id"]]
            self._facts[registers[target["kind"]].name][(target["key"],)] = target
            keys[target["id"]] = target["key"]
        return keys

    def _read_stands(self, session: Session, units: dict[int, str]) -> None:
        rows = _facts(session, Standing)
        for row in sorted(rows, key=lambda row: (row["valid_from"] or date.min, row["id"])):
            stand = Stand(row["id"], units[row["unit_id"]], row["state"], row["valid_from"], row["valid_to"])
            self.stands.setdefault(row["target_id"], []).append(stand)

    def _read_columns(self, session: Session, keys: dict[int, str]) -> None:
        for column in _facts(session, ColumnOverride):
            column["site"] = keys[column["target_id"]]
            self._facts[COLUMNS.name][COLUMNS.key_of(column)] = column


def _facts(session: Session, table: Any) -> list[Facts]:
    return [dict(row) for row in session.execute(select(*table.__table__.columns)).mappings()]


def _is_described(unit: Facts) -> bool:
    """A unit that stands in no register is a name and nothing else: it came with a target."""
    return any(unit[fact] for fact in ("parent", "overseer", "contact", "email", "more"))
