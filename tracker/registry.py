"""Registers in: what a file would change, and changing it. Nothing is ever deleted by an import.

A row that is bad stays out and is named, the others go in; what the record has and the file has not is listed as 台账中已无.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker.database import Database
from tracker.register_kinds import KINDS
from tracker.register_rows import RegisterRow, RegisterTable, RowProblem, read_tables
from tracker.register_shelves import SHELVES, Shelf


@dataclass(frozen=True, slots=True)
class Change:
    """One row that differs from the record: which, and field by field what it was and is to be."""

    id: int
    label: str
    values: dict[str, Any]
    fields: tuple[tuple[str, str, str], ...]

    def __str__(self) -> str:
        return f"{self.label}：" + "；".join(
            f"{name} {old or '（空）'} → {new or '（空）'}" for name, old, new in self.fields
        )


@dataclass(slots=True)
class Outcome:
    """What one table changes, or would change."""

    title: str
    added: list[str] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: int = 0
    absent: list[str] = field(default_factory=list)
    errors: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"新增{len(self.added)}", f"变更{len(self.changed)}", f"未变{self.unchanged}"]
        parts += [f"台账中已无{len(self.absent)}"] if self.absent else []
        parts += [f"有误{len(self.errors)}"] if self.errors else []
        return f"{self.title}：{'、'.join(parts)}"


def import_register(
    database: Database, path: Path, *, aliases: Mapping[str, str], at: datetime, dry_run: bool = False
) -> list[Outcome]:
    """Take the registers of a file in, all in one transaction; with `dry_run` only say what would change."""
    tables = read_tables(path, aliases)
    tables.sort(key=lambda table: KINDS.index(table.kind))
    day = at.astimezone(CHINA).date()
    if dry_run:
        with database.reading() as session:
            return [_compare(session, table, day)[0] for table in tables]
    with database.writing() as session:
        return [_take_in(session, table, day) for table in tables]


def _take_in(session: Session, table: RegisterTable, day: date) -> Outcome:
    outcome, shelf, new = _compare(session, table, day)
    shelf.write(new, [(change.id, change.values) for change in outcome.changed], day)
    return outcome


def _compare(
    session: Session, table: RegisterTable, day: date
) -> tuple[Outcome, Shelf, list[dict[str, Any]]]:
    outcome = Outcome(table.kind.title, errors=list(table.errors), warnings=list(table.warnings))
    shelf = SHELVES[table.kind.name](session)
    new: list[dict[str, Any]] = []
    met: set[int] = set()
    claimed = {shelf.key(row.values) for row in table.rows}
    for row in table.rows:
        if problem := shelf.refuses(row):
            outcome.errors.append(problem)
            continue
        known = shelf.find(row.values, claimed)
        if known is None:
            outcome.added.append(shelf.label(row.values))
            new.append(shelf.fresh(row.values) | {"more": row.more})
            continue
        met.add(known["id"])
        change = _difference(table, shelf, known, row)
        if change is None:
            outcome.unchanged += 1
        else:
            outcome.changed.append(change)
    outcome.absent = [shelf.label(known) for known in shelf.known.values() if known["id"] not in met]
    return outcome, shelf, new


def _difference(table: RegisterTable, shelf: Shelf, known: dict[str, Any], row: RegisterRow) -> Change | None:
    """Only columns that the file has are compared, so that a short file takes nothing away."""
    headings = {each.name: each.heading for each in table.kind.fields}
    values = {**row.values, "more": {**known["more"], **row.more}}
    fields = [
        (headings[name], _shown(known.get(name)), _shown(value))
        for name, value in row.values.items()
        if value != known.get(name) and not (name in ("valid_from", "valid_to") and value is None)
    ]
    fields += [
        (name, known["more"].get(name, ""), value)
        for name, value in row.more.items()
        if known["more"].get(name) != value
    ]
    if not fields:
        return None
    merged = {name: values.get(name, known.get(name)) for name in known}
    return Change(known["id"], shelf.label(known), merged, tuple(fields))


def _shown(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case _:
            return str(getattr(value, "word", value))
