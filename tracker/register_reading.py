"""A file becomes rows of registers: every cell read, every fault named by line, field and mend, nothing dropped unsaid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tracker import cells
from tracker.cells import Unfit, Warn
from tracker.registers import ORDER, Facts, Field, Headings, Register, bare, known_headings, recognise
from tracker.sheets import HEADINGS_WITHIN, Line, Sheet, UnusableRegister, Weigh, read_sheets

INSTRUCTIONS = "填写说明"
"""The template's second worksheet, which holds no register."""


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
    has_key: bool = True
    """Whether its key was read: else nobody knows of whom it speaks."""

    def remark(self, field: str, mend: str) -> Remark:
        return Remark(self.line, field, mend, self.sheet)


@dataclass(slots=True)
class Table:
    """All that a file says about one register, from however many worksheets."""

    register: Register
    rows: list[Row] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    unread: int = 0
    """Lines of which it is not known of whom they speak."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The tables of a file in the order in which they are taken in, and what is to be said about the file itself."""

    tables: list[Table]
    errors: list[Remark]
    warnings: list[Remark]


def read_registers(path: Path, aliases: Mapping[str, str]) -> Reading:
    """UnusableRegister if nothing in the file is a register."""
    sheets = [sheet for sheet in read_sheets(path, _weigh(aliases)) if sheet.name != INSTRUCTIONS]
    if not any(sheet.lines or sheet.broken for sheet in sheets):
        raise UnusableRegister(f"{path.name} 是空的：请用 xunjian targets template 取得模板，填好后再导入")
    file = _File(aliases)
    for sheet in sheets:
        file.take(sheet)
    if not file.tables:
        raise UnusableRegister(_unrecognised(path, file))
    for name, count in file.refused.items():
        if name in file.tables:
            file.tables[name].unread += count
    ordered = [file.tables[register.name] for register in ORDER if register.name in file.tables]
    return Reading(ordered, file.errors, file.warnings)


def _weigh(aliases: Mapping[str, str]) -> Weigh:
    def weigh(texts: Sequence[str]) -> int:
        found = recognise(texts, aliases)
        return len(found.fields) if found else 0

    return weigh


class _File:
    """What comes together from the worksheets of a file."""

    def __init__(self, aliases: Mapping[str, str]) -> None:
        self._aliases = aliases
        self._headings = known_headings() | {bare(name) for name in aliases}
        self.tables: dict[str, Table] = {}
        self.errors: list[Remark] = []
        self.warnings = _unknown_aliases(aliases)
        self.hidden: list[str] = []
        self.refused: dict[str, int] = {}
        """Lines of worksheets that lack a heading, by the register that they come nearest."""

    def take(self, sheet: Sheet) -> None:
        found = _headings(sheet, self._aliases)
        if sheet.is_hidden:
            if found and not found[1].missing:
                self._pass_over(sheet, found[1])
            return
        if found is None:
            if self._is_half_known(sheet):
                self.warnings.append(Remark(0, "", "没有认出表头，不是台账，已跳过", sheet.name))
            return
        number, headings = found
        name = headings.register.name
        if headings.missing:
            self.errors.append(Remark(number, "、".join(headings.missing), _missing(headings), sheet.name))
            below = sum(line.number > number for line in sheet.lines) + len(sheet.broken)
            self.refused[name] = self.refused.get(name, 0) + below
            return
        _read_lines(sheet, number, headings, self.tables.setdefault(name, Table(headings.register)))

    def _pass_over(self, sheet: Sheet, headings: Headings) -> None:
        self.hidden.append(sheet.name)
        mend = f"隐藏的工作表，看来是{headings.register.title}台账，没有导入；如需导入请先取消隐藏"
        self.warnings.append(Remark(0, "", mend, sheet.name))

    def _is_half_known(self, sheet: Sheet) -> bool:
        """Some of our headings stand there, though not those of a register; what has none explains something."""
        beginning = sheet.lines[:HEADINGS_WITHIN]
        return any(bare(cell) in self._headings for line in beginning for cell in line.cells)


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


def _unrecognised(path: Path, file: _File) -> str:
    if file.errors:
        return f"{path.name} {'；'.join(str(error) for error in file.errors)}"
    if file.hidden:
        return f"{path.name} 中的台账在隐藏的工作表“{'、'.join(file.hidden)}”里：请取消隐藏后再导入"
    forms = "；".join(
        f"{register.title}（{'、'.join(each.heading for each in register.fields if each.required)}）"
        for register in ORDER
    )
    return f"{path.name} 没有认出是哪种台账，第一行应为表头，至少要有：{forms}"


def _read_lines(sheet: Sheet, head: int, headings: Headings, table: Table) -> None:
    table.errors += [Remark(number, "", why, sheet.name) for number, why in sheet.broken]
    table.unread += len(sheet.broken)
    for heading in headings.doubled:
        table.warnings.append(
            Remark(head, heading, "有两列都是此项，取其中一列，另一列照原样保留", sheet.name)
        )
    titles = next(line for line in sheet.lines if line.number == head)
    for line in sheet.lines:
        if line.number > head and not line.says_the_same(titles):  # long lists repeat their headings
            row = _row(sheet.name, line, headings, table)
            table.rows.append(row)
            table.unread += not row.has_key


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
            value = _value(text, each, said.append)
            if each.is_filed:
                more[each.heading] = str(value or "")
            else:
                facts[each.fact] = value
        except Unfit as error:
            faults.append(Remark(line.number, each.heading, str(error), sheet))
        table.warnings += [Remark(line.number, each.heading, say, sheet) for say in said]
        if each.keeps_word:
            more[f"{each.heading}（原文）"] = "" if text in each.choices or text in cells.NOTHING else text
    headings.register.gather(
        facts, lambda say: table.warnings.append(Remark(line.number, "独立性", say, sheet))
    )
    table.errors += faults
    keys = {each.fact for each in headings.fields.values()}.intersection(headings.register.key)
    return Row(sheet, line.number, facts, more, is_good=not faults, has_key=keys <= facts.keys())


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
