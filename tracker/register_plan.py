"""The difference between a file and the record: what is new, changed, unchanged, no longer listed, and what is wrong."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from tracker.cells import TargetState, Unfit
from tracker.register_reading import Reading, Remark, Row, Table, read_registers
from tracker.register_records import Records, Stand, standing_on
from tracker.register_standings import Said, stands_after
from tracker.registers import COLUMNS, SITES, UNITS, Facts, Register


class Kind(StrEnum):
    ADDED = "新增"
    CHANGED = "变更"
    UNCHANGED = "未变"
    ABSENT = "台账中已无"


@dataclass(frozen=True, slots=True)
class Difference:
    heading: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.heading}：{self.old or '（空）'} → {self.new or '（空）'}"


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one row. `facts`: all of it as it will be; `stands`: standings to write, new ones without id.

    `withdrawn`: numbers of standings that were announced and will not come.
    """

    kind: Kind
    key: Hashable
    label: str
    differences: tuple[Difference, ...] = ()
    facts: Facts = field(default_factory=dict)
    stands: tuple[Stand, ...] = ()
    withdrawn: tuple[int, ...] = ()

    def __str__(self) -> str:
        told = "；".join(map(str, self.differences))
        return f"{self.kind}　{self.label}" + (f"　{told}" if told else "")


@dataclass(frozen=True, slots=True)
class Part:
    """One register's difference."""

    register: Register
    changes: tuple[Change, ...]
    errors: tuple[Remark, ...]
    warnings: tuple[Remark, ...]

    def of(self, kind: Kind) -> list[Change]:
        return [change for change in self.changes if change.kind is kind]


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do; nothing is written yet."""

    parts: tuple[Part, ...]
    errors: tuple[Remark, ...]
    """What is wrong with a whole worksheet; the rest is with the parts."""
    warnings: tuple[Remark, ...]


def plan(session: Session, path: Path, *, aliases: Mapping[str, str], day: date) -> Plan:
    return difference(session, read_registers(path, aliases), day)


def difference(session: Session, reading: Reading, day: date) -> Plan:
    records = Records(session, {table.register.name for table in reading.tables}, day)
    parts = tuple(_Comparison(table, records, day).part() for table in reading.tables)
    return Plan(parts, tuple(reading.errors), tuple(reading.warnings))


class _Comparison:
    """One table of the file against the record; what it adds is there for the tables that come after it."""

    def __init__(self, table: Table, records: Records, day: date) -> None:
        self._table, self._records, self._day = table, records, day
        self._register = table.register
        self._known = records.of(table.register)
        self._errors, self._warnings = list(table.errors), list(table.warnings)
        self._named: set[Hashable] = set()
        """Keys in the record that the file speaks of, well or badly."""

    def part(self) -> Part:
        earlier = self._earlier_keys()
        taken: dict[Hashable, tuple[Row, Change]] = {}
        for row in self._table.rows:
            key = _key(row, self._register)
            before = earlier.get(key, key)
            self._named.add(before)
            if not row.is_good:
                continue
            if key in taken:
                self._errors.append(self._doubled(row, taken[key][0]))
            elif (change := self._change(row, key, self._known.get(before))) is not None:
                taken[key] = row, change
        if not self._table.rows:
            self._warnings.append(Remark(0, f"{self._register.title}台账", "表头以下没有填写任何一行"))
        absent = self._claimed(list(self._absent())) if self._table.rows else []
        self._known.update({key: change.facts for key, (_, change) in taken.items()})
        changes = (*(change for _, change in taken.values()), *absent)
        errors = tuple(sorted(self._errors, key=lambda error: (error.sheet, error.line)))
        return Part(self._register, changes, errors, tuple(self._warnings))

    def _earlier_keys(self) -> dict[Hashable, Hashable]:
        """A column is known by its name first: where only its address is another one, it is the same column."""
        if self._register is not COLUMNS:
            return {}
        listed = {_key(row, self._register) for row in self._table.rows}
        new, gone = _by_name(listed - self._known.keys()), _by_name(self._known.keys() - listed)
        return {
            keys[0]: gone[name][0]
            for name, keys in new.items()
            if len(keys) == 1 and len(gone.get(name, ())) == 1
        }

    def _doubled(self, row: Row, first: Row) -> Remark:
        where = f"工作表“{first.sheet}”第{first.line}行" if first.sheet != row.sheet else f"第{first.line}行"
        headings = "、".join(self._register.heading(fact) for fact in self._register.key)
        return row.remark(headings, f"与{where}重复，以该行为准；请删去多余的一行，或改正填错的一行")

    def _change(self, row: Row, key: Hashable, old: Facts | None) -> Change | None:
        """None, and an error said, if the row cannot be taken."""
        facts = self._merged(row, old)
        before = self._before(facts)
        after: tuple[Stand, ...] = ()
        try:
            if self._register is COLUMNS:
                self._require_site(facts["site"])
            if self._register.kind:
                self._look_up_unit(row, facts["unit"])
                after = self._after(row, facts, old)
        except _Misfit as error:
            self._errors.append(row.remark(error.heading, str(error)))
            return None
        if now := standing_on(after, self._day):
            facts |= {"unit": now.unit, "state": now.state}
        stands = tuple(stand for stand in after if stand not in before)
        withdrawn = tuple(sorted({stand.id for stand in before if stand.id} - {stand.id for stand in after}))
        label = _label(self._register, facts)
        if old is None:
            return Change(Kind.ADDED, key, label, (), facts, stands)
        differences = (*self._differences(row, old, facts), *_other_days(before, after, self._day))
        kind = Kind.CHANGED if differences or stands or withdrawn else Kind.UNCHANGED
        return Change(kind, key, label, differences, facts, stands, withdrawn)

    def _merged(self, row: Row, old: Facts | None) -> Facts:
        """The row upon what is known; headings that the file lacks leave their facts as they are."""
        facts: Facts = {each.fact: each.blank for each in self._register.fields if each.fact != "since"}
        facts |= {"id": None, "more": {}} | (old or {}) | row.facts
        facts.pop("since", None)
        own = {each.heading for each in self._register.fields if not each.is_filed}
        kept = {name: text for name, text in facts["more"].items() if name not in own}  # unknown once
        facts["more"] = {name: text for name, text in (kept | row.more).items() if text}
        if self._register.kind:
            facts["state"] = str(facts["state"] or (old and old["state"]) or TargetState.RUNNING)
        return facts

    @staticmethod
    def _said_state(row: Row, facts: Facts, old: Facts | None) -> str:
        """对照 is a standing of its own, so that counts know since when; empty: the row says nothing of a state."""
        said = str(row.facts.get("state") or "")
        before = old["state"] if old else ""
        if facts.get("is_control"):
            runs = (said or before or TargetState.RUNNING) in (TargetState.RUNNING, TargetState.CONTROL)
            return TargetState.CONTROL.value if runs else said
        return said or (TargetState.RUNNING.value if before == TargetState.CONTROL else "")

    def _require_site(self, key: str) -> None:
        if (key,) not in self._records.of(SITES):
            raise _Misfit("网站标识码", f"“{key}”不在网站台账中：请核对，或先导入网站台账")

    def _look_up_unit(self, row: Row, name: str) -> None:
        units = self._records.of(UNITS)
        if (name,) in units:
            return
        units[(name,)] = new_unit(name)
        if self._records.has_unit_register:
            mend = f"“{name}”不在单位台账中，已按此名称新建；如属笔误请改正后重新导入"
            self._warnings.append(row.remark(self._register.heading("unit"), mend))

    def _before(self, facts: Facts) -> list[Stand]:
        return self._records.stands.get(facts["id"], []) if self._register.kind else []

    def _after(self, row: Row, facts: Facts, old: Facts | None) -> tuple[Stand, ...]:
        def warn(say: str) -> None:
            self._warnings.append(row.remark("生效日期", say))

        state, since = self._said_state(row, facts, old), row.facts.get("since")
        said = Said(facts["unit"], state, since, facts["opened_on"], self._day, warn)
        known = (old["unit"], old["state"]) if old else ("", "")
        try:
            return stands_after(self._before(facts), said, known)
        except Unfit as error:
            raise _Misfit("生效日期", str(error)) from error

    def _differences(self, row: Row, old: Facts, new: Facts) -> Iterator[Difference]:
        for each in self._register.fields:
            if each.fact in row.facts and each.fact != "since" and old[each.fact] != new[each.fact]:
                yield Difference(
                    each.heading, _shown(each.fact, old[each.fact]), _shown(each.fact, new[each.fact])
                )
        for name in row.more:
            before, after = str(old["more"].get(name, "")), str(new["more"].get(name, ""))
            if before != after:
                yield Difference(name, before, after)

    def _absent(self) -> Iterator[Change]:
        for key, facts in self._known.items():
            if key not in self._named and facts["id"] and self._records.is_listed(self._register, facts):
                yield Change(Kind.ABSENT, key, _label(self._register, facts))

    def _claimed(self, absent: list[Change]) -> list[Change]:
        """None while lines are unread: any of them may speak of what seems to be absent."""
        if not absent or not self._table.unread:
            return absent
        mend = f"有 {self._table.unread} 行没有读出，改正以前不判断哪些对象台账中已无"
        self._warnings.append(Remark(0, f"{self._register.title}台账", mend))
        return []


class _Misfit(Exception):
    def __init__(self, heading: str, mend: str) -> None:
        super().__init__(mend)
        self.heading = heading


def new_unit(name: str) -> Facts:
    """A unit of which nothing is known but that targets name it."""
    return {"id": None, "name": name, "parent": "", "overseer": "", "contact": "", "email": "", "more": {}}


def _key(row: Row, register: Register) -> Hashable:
    return tuple(row.facts.get(fact, "") for fact in register.key)


def _by_name(keys: Iterable[Any]) -> dict[Hashable, list[Hashable]]:
    """Keys of columns by site and name, without the address."""
    found: dict[Hashable, list[Hashable]] = {}
    for key in keys:
        found.setdefault(key[:2], []).append(key)
    return found


def _other_days(before: Sequence[Stand], after: Sequence[Stand], day: date) -> Iterator[Difference]:
    """What of the standings the facts of today do not show: changes that lie ahead, and a border that moved."""
    if not before or not after:
        return
    was, will = _announced(before, day), _announced(after, day)
    old, new = before[-1], after[-1]
    if was != will:
        yield Difference("以后的变更", was, will)
    elif old.id == new.id and old.valid_from != new.valid_from:
        yield Difference("生效日期", _shown("", old.valid_from), _shown("", new.valid_from))


def _announced(stands: Sequence[Stand], day: date) -> str:
    now = standing_on(stands, day)
    return "、".join(
        f"{stand.valid_from}起 {TargetState(stand.state).word}"
        + (f" {stand.unit}" if now and stand.unit != now.unit else "")
        for stand in stands
        if stand.valid_from and stand.valid_from > day
    )


def _label(register: Register, facts: Facts) -> str:
    names = ("site", "key", "wrong", "name")
    return " ".join(str(facts[name]) for name in names if facts.get(name))


def _shown(fact: str, value: Any) -> str:
    if fact == "state":
        return TargetState(value).word
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)
