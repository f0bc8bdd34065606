"""The office's old ledger of notices (历史台账) becomes rows: one an issue in a notice, every fault named by line, field and mend."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from tracker import cells
from tracker.cells import Unfit, Warn
from tracker.findings_reading import FEWEST_HEADINGS, Row
from tracker.findings_reading import FIELDS as FINDING_FIELDS
from tracker.register_reading import INSTRUCTIONS, Remark
from tracker.registers import Facts, Field, bare
from tracker.sheets import HEADINGS_WITHIN, Line, Sheet, UnusableRegister, read_sheets

MOST_TIMES = 99
"""第几次通知: a larger number is something else."""

_FINDING = {each.fact: each for each in FINDING_FIELDS}
_KIND_OF = {"网站": "site", "site": "site", "账号": "account", "account": "account"}
_STILL_OPEN = frozenset({"未整改", "尚未整改", "整改中", "正在整改", "未完成"})
_FIRST, _AGAIN = frozenset({"首次", "新增", "新列"}), frozenset({"再次", "再次通知"})
_DIGITS = {word: number for number, word in enumerate("一二三四五六七八九", 1)}


def _times(text: str, warn: Warn) -> int:
    """第几次通知: 1, 第2次, 第二次, 首次, 再次."""
    word = re.sub(r"\s", "", cells.half_width(text))
    if word in _FIRST:
        return 1
    if word in _AGAIN:
        return 2
    found = re.fullmatch(r"第?(\d{1,2}|[一二三四五六七八九])(\.0+)?次?(通知)?", word)
    times = (_DIGITS.get(found[1]) or int(found[1])) if found else 0
    if not 1 <= times <= MOST_TIMES:
        raise Unfit(f"“{text}”不是次数：首次通知写 1，再次通知写 2、3……；不填则按前后各期推定")
    return times


def _put_right_on(text: str, warn: Warn) -> date | None:
    found: date | None = None if text in _STILL_OPEN else _FINDING["received"].read(text, warn)
    return found


def _day(heading: str, fact: str, others: str, hint: str, *, required: bool = False) -> Field:
    return Field(heading, fact, _FINDING["received"].read, hint, required, others, blank=None)


FIELDS = (
    Field("文号", "number", cells.plain, "原通知的文号，如 〔2025〕12号", True, "number 通知文号 发文字号 通知编号", longest=120),
    _day("通知日期", "dated", "dated 发文日期 通知时间 印发日期 下发日期", "原通知的落款日期", required=True),
    Field("主办单位", "unit", cells.unit_name, "不填即为该网站、账号当时的主办单位", others="unit 责任单位 单位名称 被通知单位 单位"),
    replace(_FINDING["target"], required=False),
    Field("名称", "name", cells.plain, "没有标识码时写网站、账号的名称", others="name 网站名称 账号名称 对象全称"),
    replace(_FINDING["check"], others=f"{_FINDING['check'].others} 问题类别"),
    replace(_FINDING["subject"], heading="问题对象", others=f"{_FINDING['subject'].others} 对象 问题栏目"),
    replace(_FINDING["detail"], required=False),
    _FINDING["url"],
    _day("首次发现时间", "first_seen", "first_seen 首次发现日期 发现时间 发现日期", "不填即为通知日期"),
    _day("整改时限", "due_on", "due_on due 整改期限 整改截止日期 时限", "不填则逾期后不会再次通知"),
    Field("整改日期", "rectified_on", _put_right_on, "空白即尚未整改",
          others="rectified_on 整改时间 整改完成时间 整改完成日期 完成整改日期 销号日期", blank=None),
    Field("第几次通知", "times", _times, "1 为新列，2 起为再次通知；不填则推定", others="times 通知次数 次数", blank=None),
    Field("类型", "kind", cells.plain, "网站或账号，同名时用来分辨", others="kind"),
)  # fmt: skip

_FIELD_OF = {bare(name): each for each in FIELDS for name in (each.heading, *each.others.split())}
_NEEDED = ("number", "dated", "check")
_NEEDED_WORDS = "文号、通知日期、检查项、标识码（或名称）"

Text = Callable[[Any], str]


@dataclass(slots=True)
class Reading:
    """All that a file says. `rows` with faults are none; `notes` need nobody."""

    name: str
    sha256: str
    rows: list[Row] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def unread(self, line: int, mend: str, sheet: str = "") -> None:
        self.rows.append(Row(sheet, line, {}, (Remark(line, "", mend, sheet),)))


def read_ledger(path: Path) -> Reading:
    """UnusableRegister if the file holds no ledger at all."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnusableRegister(f"找不到文件 {path}：请检查路径") from None
    except OSError as error:
        raise UnusableRegister(f"文件 {path} 无法读取（{error.strerror}）：请检查路径和权限") from error
    reading = Reading(path.name, hashlib.sha256(data).hexdigest())
    data = data.removeprefix(b"\xef\xbb\xbf")
    if data.lstrip().startswith(b"{"):
        for number, text in enumerate(data.split(b"\n"), 1):
            if text.strip():
                _take_object(reading, number, text)
    else:
        _take_sheets(reading, path)
    return reading


# -- JSON lines -------------------------------------------------------------------------------------------


def _take_object(reading: Reading, number: int, text: bytes) -> None:
    try:
        said = json.loads(text.decode())
    except UnicodeDecodeError:
        return reading.unread(number, "不是 UTF-8 编码：请把文件另存为 UTF-8 再导入")
    except (ValueError, RecursionError):
        return reading.unread(number, "不是完整的 JSON：一行应是一个 {…}，请改正")
    if not isinstance(said, dict):
        return reading.unread(number, "不是 JSON 对象：一行应是一个 {…}，请改正")
    values: dict[str, Any] = {}
    for name, value in said.items():
        if each := _FIELD_OF.get(bare(name)):
            values.setdefault(each.fact, value)
    return reading.rows.append(_row("", number, values, _json_text))


def _json_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Unfit("应是文字，请加英文双引号")
    if re.search("[\\x00\ud800-\udfff]", value):
        raise Unfit("有无法识别的字符，请改正")
    return cells.tidy(value)


# -- tables -----------------------------------------------------------------------------------------------


def _headings(texts: Sequence[str]) -> dict[int, str]:
    """Which column holds which fact; of two for the same fact the first."""
    found: dict[int, str] = {}
    for position, text in enumerate(texts):
        each = _FIELD_OF.get(bare(text))
        if each is not None and each.fact not in found.values():
            found[position] = each.fact
    return found


def _weigh(texts: Sequence[str]) -> int:
    return len(_headings(texts))


def _take_sheets(reading: Reading, path: Path) -> None:
    found, told = False, []
    for sheet in read_sheets(path, _weigh):
        head = max(sheet.lines[:HEADINGS_WITHIN], key=lambda line: _weigh(line.cells), default=None)
        if sheet.name == INSTRUCTIONS or head is None:
            continue
        if _weigh(head.cells) < FEWEST_HEADINGS:
            reading.notes.append(Remark(0, "", "没有认出表头，已跳过", sheet.name))
        elif lacking := _lacking(head):
            told.append(Remark(head.number, "", f"缺少表头：{'、'.join(lacking)}，请补上该列", sheet.name))
        elif sheet.is_hidden:
            mend = "是隐藏的工作表，没有导入：如需导入请取消隐藏，否则请删去"
            told.append(Remark(0, "", mend, sheet.name))
        else:
            found = True
            _take_lines(reading, sheet, head)
    if not found:
        why = "；".join(map(str, told)) or "没有认出表头"
        raise UnusableRegister(
            f"{path.name} {why}：第一行应为表头，至少要有 {_NEEDED_WORDS}；或者每行一个 JSON 对象"
        )
    reading.rows += [Row(remark.sheet, remark.line, {}, (remark,)) for remark in told]


def _lacking(head: Line) -> list[str]:
    there = set(_headings(head.cells).values())
    lacking = [each.heading for each in FIELDS if each.fact in _NEEDED and each.fact not in there]
    return lacking if there & {"target", "name"} else [*lacking, "标识码（或名称）"]


def _take_lines(reading: Reading, sheet: Sheet, head: Line) -> None:
    headings = _headings(head.cells)
    for number, why in sheet.broken:
        reading.unread(number, why, sheet.name)
    for line in sheet.lines:
        if line.number <= head.number or line.says_the_same(head):  # long lists repeat their headings
            continue
        if any(cells.tidy(cell) for cell in line.cells[len(head.cells) :]):
            mend = "内容比表头多：请检查内容里的逗号是否使一格分成了几格（含逗号的内容应加英文双引号）"
            reading.unread(line.number, mend, sheet.name)
            continue
        values = {fact: text for at, fact in headings.items() for text in line.cells[at : at + 1]}
        reading.rows.append(_row(sheet.name, line.number, values, _table_text))


def _table_text(text: Any) -> str:
    """Without the mark by which our own lists keep a text from being taken for a formula."""
    return re.sub("^'(?=[=+@＝＋－＠-])", "", cells.computed(cells.tidy(text)))


# -- one row ----------------------------------------------------------------------------------------------


def _row(sheet: str, line: int, values: Mapping[str, Any], text_of: Text) -> Row:
    faults: list[Remark] = []
    facts: Facts = {}
    for each in FIELDS:
        try:
            facts[each.fact] = _value(text_of(values.get(each.fact, "")), each)
        except Unfit as error:
            faults.append(Remark(line, each.heading, str(error), sheet))
    if facts.get("target") == facts.get("name") == "":
        faults.append(Remark(line, "标识码", "未填写，请补上标识码或名称", sheet))
    return Row(sheet, line, facts, tuple(faults))


def _value(text: str, each: Field) -> Any:
    if each.fact == "kind":
        return _KIND_OF.get(text, "")
    if not text or (text in cells.NOTHING and not each.required):
        if each.required:
            raise Unfit("未填写，请补上（合并的单元格请先取消合并，逐行填写）")
        return each.blank
    if len(text) > each.longest:
        raise Unfit(f"太长（{len(text)}字），最多{each.longest}字，请缩短或检查是否填错了列")
    return each.read(text, lambda _: None)
