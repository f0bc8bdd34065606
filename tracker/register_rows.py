"""From tables to rows of a register: good rows go on, bad ones are named with line, field and mend."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker.cells import NOTHING, Unfit, tidy
from tracker.register_kinds import Field, RegisterKind, kind_of, nearest_kind, squeezed
from tracker.sheets import Line, Sheet, UnusableRegister, read_sheets

HEADING_WITHIN = 6
"""The headings stand in one of the first lines; above them there may be a title."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """What is wrong with one cell, and how to mend it."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"第{self.line}行　{self.field}：{self.message}"


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One good row. `values` holds the register's own fields that the file has, `more` the columns we do not know."""

    line: int
    values: dict[str, Any]
    more: dict[str, str]


@dataclass(slots=True)
class RegisterTable:
    """One table, read. `lines` counts the rows below the headings, good and bad."""

    kind: RegisterKind
    rows: list[RegisterRow] = field(default_factory=list)
    errors: list[RowProblem] = field(default_factory=list)
    warnings: list[RowProblem] = field(default_factory=list)


def read_tables(path: Path, aliases: Mapping[str, str]) -> list[RegisterTable]:
    """The registers in this file; UnusableRegister if there is none."""
    tables: list[RegisterTable] = []
    unknown: list[Sheet] = []
    for sheet in read_sheets(path):
        found = _headings(sheet, aliases)
        if found is None:
            unknown.append(sheet)
        else:
            tables.append(_table(sheet, *found, aliases))
    if not tables:
        raise UnusableRegister(_no_register(path, unknown, aliases))
    return tables


def _no_register(path: Path, sheets: Sequence[Sheet], aliases: Mapping[str, str]) -> str:
    lines = [line for sheet in sheets for line in sheet.lines[:HEADING_WITHIN]]
    if not lines:
        return f"{path.name} 是空表：请用 xunjian targets template 取得模板"
    candidates = [nearest_kind(line.cells, aliases) for line in lines]
    kind, missing = min(candidates, key=lambda each: len(each[1]) / len(each[0].required))
    if len(missing) == len(kind.required):
        return f"{path.name} 的表头不属于任何台账：请用 xunjian targets template 取得模板"
    return f"{path.name} 像是{kind.title}，但缺少列：{'、'.join(missing)}；请补上，或在设置 tracker.header_aliases 中指明对应的表头"


def _headings(sheet: Sheet, aliases: Mapping[str, str]) -> tuple[RegisterKind, int] | None:
    for index, line in enumerate(sheet.lines[:HEADING_WITHIN]):
        if kind := kind_of(line.cells, aliases):
            return kind, index
    return None


def _table(sheet: Sheet, kind: RegisterKind, index: int, aliases: Mapping[str, str]) -> RegisterTable:
    table = RegisterTable(kind)
    known = kind.headings(aliases)
    headings = [tidy(cell) for cell in sheet.lines[index].cells]
    fields: list[Field | None] = []
    for heading in headings:
        meant = known.get(squeezed(heading))
        if meant in fields and meant is not None:
            table.warnings.append(
                RowProblem(sheet.lines[index].number, heading, f"与“{meant.heading}”列重复，未采用")
            )
            meant = None
        fields.append(meant)
    seen: dict[tuple[Any, ...], int] = {}
    for line in sheet.lines[index + 1 :]:
        row = _row(table, line, headings, fields)
        if row is None:
            continue
        key = tuple(row.values.get(name, "") for name in kind.key)
        if key in seen:
            table.errors.append(
                RowProblem(line.number, kind.fields[0].heading, f"与第{seen[key]}行重复，请删去其中一行")
            )
            continue
        seen[key] = line.number
        table.rows.append(row)
    return table


def _row(
    table: RegisterTable, line: Line, headings: Sequence[str], fields: Sequence[Field | None]
) -> RegisterRow | None:
    values: dict[str, Any] = {}
    more: dict[str, str] = {}
    errors: list[RowProblem] = []
    for number, cell in enumerate(line.cells):
        text = tidy(cell)
        known = fields[number] if number < len(fields) else None
        if known is None:
            heading = headings[number] if number < len(headings) else ""
            if heading and text and heading != "序号":
                more[heading] = text
            continue
        try:
            values[known.name] = _value(table, line, known, "" if text in NOTHING else text)
        except Unfit as error:
            errors.append(RowProblem(line.number, known.heading, str(error)))
    if len(line.cells) > len(headings) and any(cell.strip() for cell in line.cells[len(headings) :]):
        errors.append(RowProblem(line.number, "整行", "单元格比表头多，可能有多余的逗号；请改正"))
    there = {known.name for known in fields if known}
    for known in table.kind.fields:
        if (
            known.name in there
            and known.name not in values
            and not any(e.field == known.heading for e in errors)
        ):
            values[known.name] = _value_of_nothing(table, line, known, errors)
    table.errors += errors
    return None if errors else RegisterRow(line.number, values, more)


def _value(table: RegisterTable, line: Line, known: Field, text: str) -> Any:
    if known.required and not text:
        raise Unfit("不能为空，请补填")
    return known.read(
        text, lambda message: table.warnings.append(RowProblem(line.number, known.heading, message))
    )


def _value_of_nothing(table: RegisterTable, line: Line, known: Field, errors: list[RowProblem]) -> Any:
    """A row shorter than the headings: the cells that are not there are empty."""
    try:
        return _value(table, line, known, "")
    except Unfit as error:
        errors.append(RowProblem(line.number, known.heading, str(error)))
        return None
