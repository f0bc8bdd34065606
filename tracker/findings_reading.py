"""A file of findings becomes rows: JSON lines or a table, every fault named by line, field and mend, no good row lost."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.clock import CHINA
from tracker import cells
from tracker.cells import Unfit, Warn
from tracker.lifecycle import Origin, State
from tracker.register_reading import INSTRUCTIONS, Remark
from tracker.registers import Facts, Field, bare
from tracker.sheets import HEADINGS_WITHIN, Line, Sheet, UnusableRegister, read_sheets

PICTURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
"""How a PNG and a JPEG begin."""
LARGEST_PICTURE = 20 * 1024 * 1024
"""Bytes of one screenshot."""
FEWEST_HEADINGS = 2
"""A table with fewer headings of ours is about something else."""

_WORDS = {
    Origin.PATROL: "人工巡查 巡查 人工检查 人工 patrol",
    Origin.BULLETIN: "上级通报 通报 省级通报 上级 bulletin",
    Origin.PUBLIC: "找错留言 找错 我为政府网站找错 网民找错 网民留言 public",
}
_ORIGIN_OF = {word: origin for origin, words in _WORDS.items() for word in words.split()}
_STATE_OF = {word: state for state in State for word in (state.value, state.sentence)}
_KIND_OF = {"网站": "site", "site": "site", "账号": "account", "account": "account"}


def _origin(text: str, warn: Warn) -> Origin:
    found = _ORIGIN_OF.get(cells.half_width(text).lower())
    if found is None:
        raise Unfit(f"不认识来源“{text}”，请填写：{'、'.join(origin.sentence for origin in _WORDS)}")
    return found


def _address(text: str, warn: Warn) -> str:
    """An address of the web, or what a platform calls an account; nothing else, it will be a link in a notice."""
    if not re.search("[:/.]", text):
        return text
    if not re.match(r"https?://\S+$", text, re.IGNORECASE):
        return cells.url(text, warn)
    try:
        urlsplit(text)
    except ValueError:
        raise Unfit(f"“{text}”不是完整的网址，请改正") from None
    return text


def _day(text: str, warn: Warn) -> date | None:
    """A day, or a moment as programs write it."""
    try:
        return cells.day(text, warn)
    except Unfit:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None:
            raise
        return (moment if moment.tzinfo is None else moment.astimezone(CHINA)).date()


FIELDS = (
    Field("标识码", "target", cells.key, "网站标识码或账号标识，按文本填写；也可写网站、账号的名称（不重名时）", True,
          "target 网站标识码 账号标识 网站标识码/账号标识 政府网站标识码 站点标识码 账号ID", longest=300, width=20),
    Field("检查项", "check", cells.plain, "检查项的名称或编号，如 空白栏目 或 column-blank；全部名称见下表", True,
          "check 问题类型 检查项目 指标", width=22),
    Field("网址", "url", _address, "问题所在页面的网址；同名栏目有几个时凭网址分辨",
          others="url 链接 问题网址 问题链接 页面网址 URL地址", longest=2000, width=40),
    Field("对象", "subject", cells.plain, "栏目问题写栏目名称（或 上级栏目 > 栏目）；失效链接写失效的网址；表述错误写错误的词语；"
          "标识缺失写缺失的项目；其余可不填", others="subject 栏目 栏目名称 问题对象 对象名称", width=26),
    Field("情况", "detail", cells.plain, "一句话写清问题，整改通知照此列出", True,
          "detail 问题描述 情况说明 问题情况 具体问题 问题", longest=2000, width=46),
    Field("来源", "source", _origin, "不填即为人工巡查；找错留言须在三个工作日内办结", others="source 问题来源", blank=Origin.PATROL,
          choices=tuple(origin.sentence for origin in _WORDS), width=12),
    Field("收到日期", "received", _day, "收到通报、留言的日期或发现的日期，如 2026-01-31；不填即为导入时",
          others="received 发现日期 收到时间 发现时间 通报日期", blank=None, width=14),
    Field("截图", "screenshots", cells.plain, "PNG 或 JPEG 图片，与本文件放在同一文件夹，写文件名；几张用 | 分开",
          others="screenshot screenshots 截图文件 图片", longest=2000, width=24),
)  # fmt: skip
"""What the template has."""
EXPORTED = (
    Field("类型", "kind", cells.plain, "", others="kind"),
    Field("状态", "state", cells.plain, "", others="state"),
    Field("依据", "facts", cells.plain, "", others="facts", longest=2000),
)
"""What `issues list` prints besides; words in them that are not ours say nothing."""

_FIELD_OF = {
    bare(name): each for each in (*FIELDS, *EXPORTED) for name in (each.heading, *each.others.split())
}
_NEEDED = tuple(each.heading for each in FIELDS if each.required)
_OVER = frozenset({State.DISMISSED, State.RECTIFIED, State.CLOSED})


@dataclass(frozen=True, slots=True)
class Row:
    """One line that names a finding. `facts`: what could be read of it; with `faults` it is no finding."""

    sheet: str
    line: int
    facts: Facts
    faults: tuple[Remark, ...] = ()

    def remark(self, field: str, mend: str) -> Remark:
        return Remark(self.line, field, mend, self.sheet)


@dataclass(frozen=True, slots=True)
class Claim:
    """A file says that it is complete for these checks; without `targets`, for all that are inspected."""

    line: int
    checks: tuple[str, ...]
    targets: tuple[str, ...] | None = None


@dataclass(slots=True)
class Reading:
    """All that a file says. `notes` need nobody."""

    name: str
    sha256: str
    rows: list[Row] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def unread(self, line: int, mend: str, sheet: str = "") -> None:
        """Nobody knows of whom this line speaks."""
        self.rows.append(Row(sheet, line, {}, (Remark(line, "", mend, sheet),)))

    def take(self, row: Row) -> None:
        state = row.facts.get("state")
        if state in _OVER and not row.faults:
            self.notes.append(row.remark("状态", f"是“{State(state).sentence}”，不是现有的问题，没有导入"))
        else:
            self.rows.append(row)


def read_findings(path: Path) -> Reading:
    """UnusableRegister if the file holds no findings at all."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnusableRegister(f"找不到文件 {path}：请检查路径") from None
    except OSError as error:
        raise UnusableRegister(f"文件 {path} 无法读取（{error.strerror}）：请检查路径和权限") from error
    reading = Reading(path.name, hashlib.sha256(data).hexdigest())
    lines = _lines(data)
    if any(text.startswith(b"{") for _, text in lines[:HEADINGS_WITHIN]):
        for number, text in lines:
            _take_object(reading, number, text, path.parent)
    else:
        _take_sheets(reading, path)
    return reading


# -- JSON lines -------------------------------------------------------------------------------------------


def _lines(data: bytes) -> list[tuple[int, bytes]]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what the shell of Windows writes
        data = data.decode("utf-16", errors="replace").encode()
    lines = enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1)
    return [(number, text.strip()) for number, text in lines if text.strip()]


def _take_object(reading: Reading, number: int, text: bytes, folder: Path) -> None:
    try:
        said = json.loads(text.decode())
    except UnicodeDecodeError:
        return reading.unread(number, "不是 UTF-8 编码：请把文件另存为 UTF-8 再导入")
    except (ValueError, RecursionError):
        return reading.unread(number, "不是完整的 JSON：一行应是一个 {…}，请改正")
    if not isinstance(said, dict):
        return reading.unread(number, "不是 JSON 对象：一行应是一个 {…}，请改正")
    if "complete" in said:
        return _take_claim(reading, number, said)
    texts: dict[str, tuple[Field, Any]] = {}
    for name, value in said.items():
        each = _FIELD_OF.get(bare(name))
        if each is not None and each.fact not in texts:
            texts[each.fact] = (each, value)
    return reading.take(_row("", number, texts, folder, _json_text))


def _json_text(value: Any, each: Field) -> str:
    """A name is kept letter by letter: it must be found again as it was printed."""
    if value is None:
        return ""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise Unfit("应是文字，请加英文双引号")
    if re.search("[\\x00\ud800-\udfff]", value):
        raise Unfit("有无法识别的字符，请改正")
    return value.strip() if each.fact == "subject" else cells.tidy(value)


def _take_claim(reading: Reading, number: int, said: Mapping[str, Any]) -> None:
    checks, targets = _listed(said["complete"]), _listed(said.get("targets"))
    if checks is None or (targets is None and said.get("targets") is not None):
        mend = '应写成 {"complete": ["column-blank"], "targets": ["标识码"]}，targets 可不写'
        reading.unread(number, mend)
    else:
        reading.claims.append(Claim(number, checks, targets))


def _listed(value: Any) -> tuple[str, ...] | None:
    values = value if isinstance(value, list) else [value]
    return tuple(values) if all(isinstance(each, str) for each in values) else None


# -- tables -----------------------------------------------------------------------------------------------


def _weigh(texts: Sequence[str]) -> int:
    return len(_headings(texts))


def _headings(texts: Sequence[str]) -> dict[int, Field]:
    """Which column holds which fact; of two for the same fact the first."""
    found: dict[int, Field] = {}
    for position, text in enumerate(texts):
        each = _FIELD_OF.get(bare(text))
        if each is not None and each not in found.values():
            found[position] = each
    return found


def _take_sheets(reading: Reading, path: Path) -> None:
    sheets = [sheet for sheet in read_sheets(path, _weigh) if sheet.name != INSTRUCTIONS]
    if not any(sheet.lines or sheet.broken for sheet in sheets):
        raise UnusableRegister(f"{path.name} 是空的：请用 xunjian findings template 取得模板，填好后再导入")
    found = False
    for sheet in sheets:
        head = max(sheet.lines[:HEADINGS_WITHIN], key=lambda line: _weigh(line.cells), default=None)
        if head is None or _weigh(head.cells) < FEWEST_HEADINGS:
            if head is not None:
                reading.notes.append(Remark(0, "", "没有认出表头，已跳过", sheet.name))
        elif lacking := _lacking(head):
            reading.unread(head.number, f"缺少表头：{'、'.join(lacking)}，请补上该列", sheet.name)
        elif sheet.is_hidden:
            reading.unread(0, "是隐藏的工作表，没有导入：如需导入请取消隐藏，否则请删去", sheet.name)
        else:
            found = True
            _take_lines(reading, sheet, head, path.parent)
    if not found:
        told = "；".join(str(fault) for row in reading.rows for fault in row.faults)
        raise UnusableRegister(
            f"{path.name} {told or '没有认出表头'}：第一行应为表头，至少要有 {'、'.join(_NEEDED)}；或者每行一个 JSON 对象"
        )


def _lacking(head: Line) -> list[str]:
    there = {each.heading for each in _headings(head.cells).values()}
    return [heading for heading in _NEEDED if heading not in there]


def _take_lines(reading: Reading, sheet: Sheet, head: Line, folder: Path) -> None:
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
        texts = {each.fact: (each, _cell(line, position)) for position, each in headings.items()}
        reading.take(_row(sheet.name, line.number, texts, folder, _table_text))


def _cell(line: Line, position: int) -> str:
    return line.cells[position] if position < len(line.cells) else ""


def _table_text(text: Any, each: Field) -> str:
    """Without the mark by which our own lists keep a text from being taken for a formula."""
    return re.sub("^'(?=[=+@＝＋－＠-])", "", cells.computed(cells.tidy(text)))


# -- one row ----------------------------------------------------------------------------------------------


def _row(
    sheet: str,
    line: int,
    texts: Mapping[str, tuple[Field, Any]],
    folder: Path,
    text_of: Callable[[Any, Field], str],
) -> Row:
    faults: list[Remark] = []
    facts: Facts = {}
    for each in (*FIELDS, *EXPORTED):
        _, value = texts.get(each.fact, (each, ""))
        try:
            facts[each.fact] = _value(text_of(value, each), each, folder)
        except Unfit as error:
            faults.append(Remark(line, each.heading, str(error), sheet))
    return Row(sheet, line, facts, tuple(faults))


def _value(text: str, each: Field, folder: Path) -> Any:
    if each.fact in ("url", "source", "received", "screenshots") and text in cells.NOTHING:
        text = ""
    match each.fact:
        case "screenshots":
            return tuple(_pictures(text, folder))
        case "state":
            return _STATE_OF.get(text)
        case "kind":
            return _KIND_OF.get(text, "")
    if not text and each.required:
        raise Unfit("未填写，请补上")
    if len(text) > each.longest:
        raise Unfit(f"太长（{len(text)}字），最多{each.longest}字，请缩短或检查是否填错了列")
    return each.read(text, lambda _: None) if text else each.blank


def _pictures(text: str, folder: Path) -> Iterator[Path]:
    for piece in filter(None, (piece.strip() for piece in text.split("|"))):
        path = folder / piece.replace("\\", "/")
        if not path.resolve().is_relative_to(folder.resolve()):
            raise Unfit(f"“{piece}”不在本文件所在的文件夹里，请把图片放到一起，只写文件名")
        try:
            with path.open("rb") as file:
                beginning = file.read(len(PICTURES[0]))
            size = path.stat().st_size
        except (OSError, ValueError):
            raise Unfit(f"找不到图片“{piece}”，请与本文件放在同一文件夹") from None
        if not beginning.startswith(PICTURES):
            raise Unfit(f"“{piece}”不是 PNG 或 JPEG 图片，请另存后再导入")
        if size > LARGEST_PICTURE:
            raise Unfit(f"“{piece}”太大，最多 {LARGEST_PICTURE // 1024 // 1024} MB，请缩小后再导入")
        yield path
