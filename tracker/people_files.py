"""A file that people bring, JSON lines or a table, becomes rows: every fault named by line, field and mend, no good row lost."""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Self

from crawler.json_text import from_json
from tracker import cells
from tracker.cells import Unfit
from tracker.register_reading import INSTRUCTIONS, Remark
from tracker.registers import Facts, Field, bare
from tracker.sheets import HEADINGS_WITHIN, Line, Sheet, UnusableRegister, bytes_of, sheets_in

FEWEST_HEADINGS = 2
"""A table with fewer headings of ours is about something else."""

_KIND_OF = {"网站": "site", "site": "site", "账号": "account", "account": "account"}

Own = Callable[[str, Path], Any]
"""Reads a text by a rule of its own, whatever its length; it is also told the folder of the file."""


def kind(text: str, folder: Path) -> str:
    """类型: of which kind the target is; words that are not ours say nothing."""
    return _KIND_OF.get(text, "")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a file. `facts`: what could be read of it; with `faults` it is not taken in."""

    sheet: str
    line: int
    facts: Facts
    faults: tuple[Remark, ...] = ()

    def remark(self, field: str, mend: str) -> Remark:
        return Remark(self.line, field, mend, self.sheet)


@dataclass(frozen=True)
class Form:
    """What one line of such a file says, and what is said where it does not.

    `silent`: facts where 无 and the like (cells.NOTHING) mean an empty cell. `printed`: facts that JSON lines give letter by
    letter. `either`: two facts of which a line needs one. `own`: facts that have an own rule. `empty`: the mend of a file
    without any line, if it is another one than that of a file without headings.
    """

    fields: tuple[Field, ...]
    unfilled: str
    silent: Collection[str]
    own: Mapping[str, Own]
    printed: Collection[str] = ()
    either: tuple[str, str] | None = None
    empty: str = ""

    @cached_property
    def _field_of(self) -> dict[str, Field]:
        return {bare(name): each for each in self.fields for name in (each.heading, *each.others.split())}

    def columns(self, names: Sequence[str]) -> dict[int, Field]:
        """Which column holds which fact; of two for the same fact the first."""
        found: dict[int, Field] = {}
        for position, name in enumerate(names):
            each = self._field_of.get(bare(name))
            if each is not None and each not in found.values():
                found[position] = each
        return found

    def weigh(self, names: Sequence[str]) -> int:
        return len(self.columns(names))

    def lacking(self, names: Sequence[str]) -> list[str]:
        """The headings that a file cannot do without and that are not among these."""
        there = {each.fact for each in self.columns(names).values()}
        lacking = [each.heading for each in self.fields if each.required and each.fact not in there]
        if self.either and there.isdisjoint(self.either):
            lacking.append("{}（或{}）".format(*self._either))
        return lacking

    def neither(self, facts: Facts) -> tuple[str, str] | None:
        """Heading and mend, if a line says neither of the two facts of which it needs one."""
        if self.either is None or any(facts.get(fact) != "" for fact in self.either):
            return None
        return self._either[0], "未填写，请补上{}或{}".format(*self._either)

    @property
    def _either(self) -> list[str]:
        return [each.heading for fact in self.either or () for each in self.fields if each.fact == fact]


@dataclass(slots=True)
class Reading:
    """All that a file says. `rows` with faults are none; `notes` need nobody."""

    form: ClassVar[Form]
    path: Path
    sha256: str
    rows: list[Row] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path, may_be_empty: bool = False) -> Self:
        """UnusableRegister if the file holds nothing of the kind; a blank one may say just that there is nothing."""
        data = bytes_of(path)
        reading = cls(path, hashlib.sha256(data).hexdigest())
        lines = _lines(data)
        if may_be_empty and not lines:
            return reading
        if any(text.startswith(b"{") for _, text in lines[:HEADINGS_WITHIN]):
            for number, text in lines:
                _take_object(reading, number, text)
        else:
            _take_sheets(reading, data)
        return reading

    @property
    def name(self) -> str:
        return self.path.name

    def unread(self, line: int, mend: str, sheet: str = "") -> None:
        """Nobody knows of whom this line speaks."""
        self.rows.append(Row(sheet, line, {}, (Remark(line, "", mend, sheet),)))

    def take(self, row: Row) -> None:
        self.rows.append(row)

    def heeds(self, line: int, said: Mapping[str, Any]) -> bool:
        """Whether this JSON object is no row but says something of the file, which is then kept."""
        return False


# -- JSON lines -------------------------------------------------------------------------------------------


def _lines(data: bytes) -> list[tuple[int, bytes]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what the shell of Windows writes
        data = data.decode("utf-16", errors="replace").encode()
    lines = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1)
    return [(number, text.strip()) for number, text in lines if text.strip()]


def _take_object(reading: Reading, number: int, text: bytes) -> None:
    try:
        said = from_json(text.decode())
    except UnicodeDecodeError:
        return reading.unread(number, "不是 UTF-8 编码：请把文件另存为 UTF-8 再导入")
    except ValueError:
        return reading.unread(number, "不是完整的 JSON：一行应是一个 {…}，请改正")
    if not isinstance(said, dict):
        return reading.unread(number, "不是 JSON 对象：一行应是一个 {…}，请改正")
    if reading.heeds(number, said):
        return None
    values, columns = list(said.values()), reading.form.columns(list(said))
    texts = {each.fact: values[position] for position, each in columns.items()}
    return reading.take(_row(reading, "", number, texts, _json_text))


def _json_text(value: Any, is_printed: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Unfit("应是文字，请加英文双引号")
    if re.search("[\\x00\ud800-\udfff]", value):
        raise Unfit("有无法识别的字符，请改正")
    return value.strip() if is_printed else cells.tidy(value)


# -- tables -----------------------------------------------------------------------------------------------


def _take_sheets(reading: Reading, data: bytes) -> None:
    form, found = reading.form, False
    sheets = [sheet for sheet in sheets_in(data, reading.name, form.weigh) if sheet.name != INSTRUCTIONS]
    if form.empty and not any(sheet.lines or sheet.broken for sheet in sheets):
        raise UnusableRegister(f"{reading.name} 是空的：{form.empty}")
    for sheet in sheets:
        head = max(sheet.lines[:HEADINGS_WITHIN], key=lambda line: form.weigh(line.cells), default=None)
        if head is None:
            continue
        if form.weigh(head.cells) < FEWEST_HEADINGS:
            reading.notes.append(Remark(0, "", "没有认出表头，已跳过", sheet.name))
        elif lacking := form.lacking(head.cells):
            reading.unread(head.number, f"缺少表头：{'、'.join(lacking)}，请补上该列", sheet.name)
        elif sheet.is_hidden:
            reading.unread(0, "是隐藏的工作表，没有导入：如需导入请取消隐藏，否则请删去", sheet.name)
        else:
            found = True
            _take_lines(reading, sheet, head)
    if not found:
        why = "；".join(str(fault) for row in reading.rows for fault in row.faults) or "没有认出表头"
        needed = "、".join(form.lacking(()))
        raise UnusableRegister(
            f"{reading.name} {why}：第一行应为表头，至少要有 {needed}；或者每行一个 JSON 对象"
        )


def _take_lines(reading: Reading, sheet: Sheet, head: Line) -> None:
    columns = reading.form.columns(head.cells)
    for number, why in sheet.broken:
        reading.unread(number, why, sheet.name)
    for line in sheet.lines:
        if line.number <= head.number or line.says_the_same(head):  # long lists repeat their headings
            continue
        if any(cells.tidy(cell) for cell in line.cells[len(head.cells) :]):
            mend = "内容比表头多：请检查内容里的逗号是否使一格分成了几格（含逗号的内容应加英文双引号）"
            reading.unread(line.number, mend, sheet.name)
            continue
        texts = {each.fact: text for at, each in columns.items() for text in line.cells[at : at + 1]}
        reading.take(_row(reading, sheet.name, line.number, texts, _table_text))


def _table_text(text: Any, is_printed: bool) -> str:
    """Without the mark by which our own lists keep a text from being taken for a formula."""
    return re.sub("^'(?=[=+@＝＋－＠-])", "", cells.computed(cells.tidy(text)))


# -- one row ----------------------------------------------------------------------------------------------


def _row(
    reading: Reading,
    sheet: str,
    line: int,
    said: Mapping[str, Any],
    text_of: Callable[[Any, bool], str],
) -> Row:
    form = reading.form
    faults: list[Remark] = []
    facts: Facts = {}
    for each in form.fields:
        try:
            text = text_of(said.get(each.fact, ""), each.fact in form.printed)
            facts[each.fact] = _value(form, each, text, reading.path.parent)
        except Unfit as error:
            faults.append(Remark(line, each.heading, str(error), sheet))
    if neither := form.neither(facts):
        faults.append(Remark(line, *neither, sheet))
    return Row(sheet, line, facts, tuple(faults))


def _value(form: Form, each: Field, text: str, folder: Path) -> Any:
    if text in cells.NOTHING and each.fact in form.silent:
        text = ""
    if own := form.own.get(each.fact):
        return own(text, folder)
    if not text:
        if each.required:
            raise Unfit(form.unfilled)
        return each.blank
    if len(text) > each.longest:
        raise Unfit(f"太长（{len(text)}字），最多{each.longest}字，请缩短或检查是否填错了列")
    return each.read(text, lambda _: None)
