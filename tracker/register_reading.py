"""A file becomes rows of registers: every cell read, every fault named by line, field and mend, nothing dropped unsaid."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker import cells
from tracker.cells import Unfit, Warn
from tracker.registers import ORDER, Facts, Field, Headings, Register, bare, known_headings, recognise
from tracker.sheets import Line, Sheet, UnusableRegister, read_sheets

INSTRUCTIONS = "填写说明"
"""The template's second worksheet, which holds no register."""
HEADINGS_WITHIN = 10
"""Lines: above the headings there may be a title and remarks, hardly more."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to tell about a line of the file: `field` and `mend` are what the office reads."""

    line: int
    field: str
    mend: str
    sheet: str = ""

    def __str__(self) -> str:
        where = f"工作表“{self.sheet}”" if self.sheet else ""
        where += f"第{self.line}行" if self.line else ""
        about = f"“{self.field}”" if self.field else ""
        return f"{where}{about}：{self.mend}" if where or about else self.mend


@dataclass(frozen=True, slots=True)
class Row:
    """One line's facts. `more`: what stands under headings that we do not know, empty text where the cell is empty."""

    sheet: str
    line: int
    facts: Facts
    more: dict[str, str]
    is_good: bool = True

    def remark(self, field: str, mend: str) -> Remark:
        return Remark(self.line, field, mend, self.sheet)


@dataclass(slots=True)
class Table:
    """All that a file says about one register, from however many worksheets."""

    register: Register
    rows: list[Row] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reading:
    """The tables of a file in the order in which they are taken in, and what is to be said about the file itself."""

    tables: list[Table]
    errors: list[Remark]
    warnings: list[Remark]


def read_registers(path: Path, aliases: Mapping[str, str]) -> Reading:
    """UnusableRegister if nothing in the file is a register."""
    tables: dict[str, Table] = {}
    errors: list[Remark] = []
    warnings = _unknown_aliases(aliases)
    sheets = [sheet for sheet in read_sheets(path) if sheet.name != INSTRUCTIONS]
    if not any(sheet.lines or sheet.broken for sheet in sheets):
        raise UnusableRegister(f"{path.name} 是空的：请用 xunjian targets template 取得模板，填好后再导入")
    for sheet in sheets:
        found = _headings(sheet, aliases)
        if found is None:
            if sheet.lines:
                warnings.append(Remark(0, "", "没有认出表头，不是台账，已跳过", sheet.name))
            continue
        number, headings = found
        if headings.missing:
            errors.append(Remark(number, "、".join(headings.missing), _missing(headings), sheet.name))
            continue
        table = tables.setdefault(headings.register.name, Table(headings.register))
        _read_lines(sheet, number, headings, table)
    if not tables:
        raise UnusableRegister(_unrecognised(path, errors))
    ordered = [tables[register.name] for register in ORDER if register.name in tables]
    return Reading(ordered, errors, warnings)


def _unknown_aliases(aliases: Mapping[str, str]) -> list[Remark]:
    known = known_headings()
    return [
        Remark(0, "", f"设置 header_aliases 中“{other}”所指的“{ours}”不是台账的表头，请改正设置")
        for other, ours in aliases.items()
        if bare(ours) not in known
    ]


def _headings(sheet: Sheet, aliases: Mapping[str, str]) -> tuple[int, Headings] | None:
    """The first line that heads a register, or else the one that comes nearest."""
    nearest: tuple[int, Headings] | None = None
    for line in sheet.lines[:HEADINGS_WITHIN]:
        found = recognise(line.cells, aliases)
        if found and not found.missing:
            return line.number, found
        if found and (nearest is None or len(found.fields) > len(nearest[1].fields)):
            nearest = line.number, found
    return nearest


def _missing(headings: Headings) -> str:
    return (
        f"看来是{headings.register.title}台账，但缺少表头：{'、'.join(headings.missing)}；"
        "请补上该列，表头另有写法的请在设置 header_aliases 中对应"
    )


def _unrecognised(path: Path, errors: list[Remark]) -> str:
    if errors:
        return f"{path.name} {'；'.join(str(error) for error in errors)}"
    forms = "；".join(
        f"{register.title}（{'、'.join(each.heading for each in register.fields if each.required)}）"
        for register in ORDER
    )
    return f"{path.name} 没有认出是哪种台账，第一行应为表头，至少要有：{forms}"


def _read_lines(sheet: Sheet, head: int, headings: Headings, table: Table) -> None:
    table.errors += [Remark(number, "", why, sheet.name) for number, why in sheet.broken]
    for heading in headings.doubled:
        table.warnings.append(
            Remark(head, heading, "有两列都是此项，取其中一列，另一列照原样保留", sheet.name)
        )
    titles = next(line for line in sheet.lines if line.number == head)
    for line in sheet.lines:
        if line.number > head and not line.says_the_same(titles):  # long lists repeat their headings
            table.rows.append(_row(sheet.name, line, headings, table))


def _row(sheet: str, line: Line, headings: Headings, table: Table) -> Row:
    faults: list[Remark] = []
    facts: Facts = {}
    more = {name: cells.tidy(_cell(line, position)) for position, name in headings.unknown.items()}
    if any(cells.tidy(cell) for cell in line.cells[headings.width :]):
        mend = "内容比表头多：请检查内容里的逗号是否使一格分成了几格（含逗号的内容应加英文双引号）"
        faults.append(Remark(line.number, "", mend, sheet))
    for position, each in headings.fields.items():
        text = cells.tidy(_cell(line, position))
        said: list[str] = []
        try:
            facts[each.fact] = _value(text, each, said.append)
        except Unfit as error:
            faults.append(Remark(line.number, each.heading, str(error), sheet))
        table.warnings += [Remark(line.number, each.heading, say, sheet) for say in said]
        if each.keeps_word:
            more[f"{each.heading}（原文）"] = "" if text in each.choices or text in cells.NOTHING else text
    table.errors += faults
    return Row(sheet, line.number, facts, more, is_good=not faults)


def _cell(line: Line, position: int) -> str:
    return line.cells[position] if position < len(line.cells) else ""


def _value(text: str, each: Field, warn: Warn) -> Any:
    if not text or (text in cells.NOTHING and not each.required):
        if each.required:
            raise Unfit("未填写，请补上（合并的单元格请先取消合并，逐行填写）")
        return each.blank
    value = each.read(cells.computed(text), warn)
    if isinstance(value, str) and len(value) > each.longest:
        raise Unfit(f"太长（{len(value)}字），最多{each.longest}字，请缩短或检查是否填错了列")
    if value == "" and each.required:
        raise Unfit("未填写，请补上")
    return value
