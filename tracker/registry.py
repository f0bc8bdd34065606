"""The registers (台账) at work: files come in, and a day's duty comes out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA, midnight
from crawler.targets import Account, ColumnEntry, Site, Target
from tracker import models
from tracker.audit import add_link
from tracker.cells import TargetState, road_of
from tracker.database import Database
from tracker.frequency import HEADING, days_between
from tracker.register_plan import Change, Kind, Part, Plan, difference, plan
from tracker.register_reading import Remark, read_registers
from tracker.register_templates import write_templates
from tracker.register_writing import apply

__all__ = [
    "Duty",
    "Outcome",
    "apply",
    "contacts",
    "import_register",
    "plan",
    "read_targets",
    "write_templates",
]


A_MONTH = timedelta(days=30)
"""So often an account that is closed (已注销) is looked at."""
VISITED = frozenset({TargetState.RUNNING, TargetState.CONTROL, TargetState.CLOSED})
"""States in which a target that stands in the day's duty is visited; in others it is excused."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an import did, or with `dry_run` would do; of one register, or of a file with several (`parts`)."""

    parts: tuple[Part, ...]
    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]
    dry_run: bool

    @classmethod
    def of(cls, plan: Plan, dry_run: bool) -> "Outcome":
        errors = (*plan.errors, *(error for part in plan.parts for error in part.errors))
        warnings = (*plan.warnings, *(warning for part in plan.parts for warning in part.warnings))
        return cls(plan.parts, errors, warnings, dry_run)

    @property
    def register(self) -> str:
        """sites, accounts, columns, units, terms; several with commas."""
        return ",".join(part.register.name for part in self.parts)

    @property
    def added(self) -> int:
        return len(self.changes(Kind.ADDED))

    @property
    def changed(self) -> int:
        return len(self.changes(Kind.CHANGED))

    @property
    def unchanged(self) -> int:
        return len(self.changes(Kind.UNCHANGED))

    @property
    def absent(self) -> int:
        return len(self.changes(Kind.ABSENT))

    def changes(self, kind: Kind) -> list[Change]:
        return [change for part in self.parts for change in part.of(kind)]

    def __str__(self) -> str:
        told = [f"{part.register.title}台账：{_counts(part)}" for part in self.parts]
        return "；".join(told)


def _counts(part: Part) -> str:
    return "，".join([*(f"{kind} {len(part.of(kind))}" for kind in Kind), f"有误 {len(part.errors)}"])


def import_register(
    database: Database, path: Path, *, aliases: Mapping[str, str], at: datetime, dry_run: bool
) -> Outcome:
    """Take a file in, in one transaction. UnusableRegister if it is none; rows that are no good stay out and are named."""
    reading = read_registers(path, aliases)
    day = at.astimezone(CHINA).date()
    with database.reading() if dry_run else database.writing() as session:
        planned = difference(session, reading, day)
        if not dry_run:
            apply(session, planned)
            _link(session, path, planned, at)
    return Outcome.of(planned, dry_run)


def _link(session: Session, path: Path, planned: Plan, at: datetime) -> None:
    """An import that changed something stands in the audit chain, within the same transaction."""
    counts = {part.register.name: _numbers(part) for part in planned.parts}
    if not any(each["added"] or each["changed"] for each in counts.values()):
        return
    payload = {
        "file": path.name,
        "counts": counts,
        "day": at.astimezone(CHINA).date().isoformat(),
        "recorded_at": at.astimezone(UTC).isoformat(),
    }
    add_link(session, "registers", payload, at)


def _numbers(part: Part) -> dict[str, int]:
    return {kind.name.lower(): len(part.of(kind)) for kind in Kind} | {"errors": len(part.errors)}


@dataclass(frozen=True)
class Duty:
    """What is to be inspected on a day, and what is excused from it and why.

    Closed targets are not there, but for accounts whose monthly look is due: they have been found open again.
    """

    due: list[tuple[int, Target]]
    excused: list[tuple[int, str]]

    @cached_property
    def _by_number(self) -> dict[int, Target]:
        return dict(self.due)

    def target(self, target_id: int) -> Target | None:
        """None if the target is not due on this day."""
        return self._by_number.get(target_id)

    def counts(self, target_id: int) -> bool:
        """Whether the target's visit stands in coverage and figures: 对照账号 and closed ones are looked at besides."""
        target = self.target(target_id)
        return not (isinstance(target, Account) and (target.is_control or target.is_cancelled))


def read_targets(session: Session, day: date) -> Duty:
    """The targets as their standings say for this day, with what the office wrote about their columns."""
    standing, target = models.Standing, models.Target
    rows = session.execute(
        select(target, models.Unit.name, standing.state)
        .join(standing, standing.target_id == target.id)
        .join(models.Unit, models.Unit.id == standing.unit_id)
        .where((standing.state != str(TargetState.CLOSED)) | _is_looked_at_again(day))
        .where(standing.is_valid_on(day))
        .order_by(target.id)
    )
    columns = _column_entries(session)
    due: list[tuple[int, Target]] = []
    excused: list[tuple[int, str]] = []
    for row, unit, state in rows:
        if state in VISITED:
            due.append((row.id, _target(row, unit, state, columns)))
        else:
            excused.append((row.id, TargetState(state).word))
    return Duty(due, excused)


def _is_looked_at_again(day: date) -> ColumnElement[bool]:
    """A closed account with a road: the last visit was a month ago, or a second look (复核) is due."""
    target, visit, issue = models.Target, models.Visit, models.Issue
    visited = exists().where(visit.target_id == target.id, visit.day > day - A_MONTH, visit.day < day)
    suspected = exists().where(
        issue.target_id == target.id, issue.look_again_at < midnight(day + timedelta(days=1))
    )
    may_be_seen = (target.kind == "account") & (target.url != "") & target.is_control.is_(False)
    return may_be_seen & (~visited | suspected)


def _target(row: models.Target, unit: str, state: str, columns: Mapping[int, list[ColumnEntry]]) -> Target:
    if row.kind == "site":
        return Site(row.key, row.name, row.url, unit, tuple(columns.get(row.id, ())))
    roads = tuple(road_of(piece) for piece in row.url.split("|") if piece)
    return Account(
        row.key,
        row.platform,
        row.name,
        unit,
        roads,
        row.opened_on,
        account_id=row.account_id or row.key,
        owner=row.owner,
        former_names=tuple(filter(None, row.former_names.split("、"))),
        is_control=state == TargetState.CONTROL,
        is_cancelled=state == TargetState.CLOSED,
        filed_days=days_between(row.more.get(HEADING, "")),
    )


def _column_entries(session: Session) -> dict[int, list[ColumnEntry]]:
    found: dict[int, list[ColumnEntry]] = {}
    for row in session.scalars(select(models.ColumnOverride).order_by(models.ColumnOverride.id)):
        entry = ColumnEntry(row.name, row.url, row.column_class, row.limit_days, row.exempt)
        found.setdefault(row.target_id, []).append(entry)
    return found


def contacts(session: Session, unit_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Where units are written to: what their register says, else the distinct 联系邮箱 of their targets.

    A unit that has no address is not there.
    """
    unit, target = models.Unit, models.Target
    own = select(unit.id, unit.email).where(unit.id.in_(unit_ids), unit.email != "")
    found = {unit_id: [email] for unit_id, email in session.execute(own)}
    of_targets = (
        select(target.unit_id, target.email)
        .where(
            target.unit_id.in_(set(unit_ids) - found.keys()),
            target.email != "",
            target.state != str(TargetState.CLOSED),
        )
        .order_by(target.id)
    )
    for unit_id, email in session.execute(of_targets):
        found.setdefault(unit_id, []).append(email)
    return {
        unit_id: tuple(dict.fromkeys(email for each in emails for email in each.split(";") if email))
        for unit_id, emails in found.items()
    }
