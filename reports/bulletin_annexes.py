"""The annexes (附件) of a bulletin as one workbook: printable sheets, each with its title, and a sentence where it has no row.

They stay safe when the office saves them as CSV and opens that again (reports/foreign_text.py).
"""

import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import NamedTuple

import xlsxwriter

from checks.ratings import METHOD
from crawler.clock import CHINA
from reports.bulletin import TAKEN_TOGETHER, Bulletin, UnitLine, total_line, unit_lines
from reports.figures import FOOTNOTE
from reports.foreign_text import safe_cell, tame
from reports.letter import day_words
from tracker.lifecycle import GOING
from tracker.notice_words import Part
from tracker.observed import DOCUMENT_WORDS
from tracker.rating_facts import Named

Value = str | int | date | datetime | None
Row = Sequence[Value]

DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"
LINE, HIGHEST = 13.5, 400
"""Points: of a line, and of the highest row that a spreadsheet takes."""


class Column(NamedTuple):
    """The width in characters; `left`: read from the left, all else stands in the middle."""

    name: str
    width: float
    left: bool = False


@dataclass(frozen=True, slots=True)
class Annex:
    """One sheet. `nothing`: what is said instead of rows; `notes` below them, each a line over the whole width."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    nothing: str
    total: Row = ()
    notes: Sequence[str] = ()


def write_annexes(of: Bulletin) -> bytes:
    return write_sheets(annexes(of), f"{of.title}附件", of.office, of.day)


def annexes(of: Bulletin) -> Iterator[Annex]:
    """附件1 to 附件5."""
    yield _failed(of, "site", 1)
    yield _failed(of, "account", 2)
    yield _problems(of)
    yield _unfinished(of)
    yield by_unit(of, f"附件5　{of.words}各单位情况", "附件5各单位情况")


# -- what they hold ---------------------------------------------------------------------------------------

FAILED = {
    "site": (Column("网站名称", 26, True), Column("标识码", 14)),
    "account": (Column("平台", 10), Column("账号名称", 24, True), Column("账号标识", 18)),
}


def _failed(of: Bulletin, kind: str, number: int) -> Annex:
    rows = []
    for place, each in enumerate(of.failed(kind), 1):
        who = (each.name, each.key) if kind == "site" else (each.platform, each.name, each.key)
        unchecked = "；".join(each.rating.unchecked) or "无"
        rows.append((place, each.unit, *who, "；".join(each.rating.reasons), unchecked))
    called = DOCUMENT_WORDS[kind]
    return Annex(
        f"附件{number}不合格{called}",
        f"附件{number}　{of.words}不合格{called}名单",
        (
            Column("序号", 5),
            Column("主办单位", 20, True),
            *FAILED[kind],
            Column("不合格原因", 50, True),
            Column("未检单项否决项目", 34, True),
        ),
        rows,
        f"未发现不合格的{called}。",
        notes=(METHOD,),
    )


PROBLEM_COLUMNS = (
    Column("序号", 5), Column("主办单位", 14, True), Column("网站/账号名称", 16, True), Column("标识码/平台", 14),
    Column("问题类型", 12), Column("栏目路径", 18, True), Column("URL", 24, True), Column("问题描述", 32, True),
    Column("最后更新日期", 10.5), Column("已超期天数", 6), Column("依据条款", 18, True), Column("首次发现时间", 16),
    Column("截图编号", 13), Column("整改时限", 10.5), Column("第几次通知", 6), Column("问题来源", 9),
    Column("通知文号", 16), Column("通知日期", 10.5), Column("目前情况", 11), Column("办结日期", 10.5),
)  # fmt: skip


def _problems(of: Bulletin) -> Annex:
    return Annex(
        "附件3问题清单",
        f"附件3　{of.words}问题清单",
        PROBLEM_COLUMNS,
        [problem_row(each, place) for place, each in enumerate(of.newly, 1)],
        "本期整改通知没有新列的问题。",
        notes=("注：反弹后再次新列的仍是同一个问题，按最近一次通知列出；“已超期天数”为通知时的天数。",),
    )


def problem_row(each: Named, place: int) -> Row:
    """As regulations.md 7.B recommends, as it was told, and where it stands by now."""
    row = each.row
    first_seen = row.get("first_seen")
    evidence = row.get("evidence") or ("",)
    over = str(row.get("overdue_days") or "")
    return (
        place, each.unit, row.get("target"), _identity(each), row.get("check"), row.get("path"), row.get("url"),
        row.get("detail"), row.get("newest"), int(over) if over.isdecimal() else None, row.get("clause"),
        datetime.fromisoformat(first_seen) if first_seen else None, str(evidence[0])[:12], each.due_on,
        row.get("times"), row.get("origin"), each.number, each.dated, each.state.sentence,
        None if each.state in GOING else each.since.astimezone(CHINA).date(),
    )  # fmt: skip


def _identity(each: Named) -> str:
    key = str(each.row.get("key") or "")
    return key if each.kind == "site" else f"{each.row.get('kind') or ''} {key}".strip()


def _unfinished(of: Bulletin) -> Annex:
    rows = [
        (
            place, each.unit, each.row.get("target"), _identity(each), each.row.get("check"), each.row.get("path"),
            each.row.get("detail"), each.number, each.dated, of.times[each.issue], each.due_on,
            of.days_over(each) or None, each.state.sentence,
        )
        for place, each in enumerate(of.unfinished, 1)
    ]  # fmt: skip
    return Annex(
        "附件4未完成整改",
        f"附件4　{of.period.words}未完成整改的问题（截至{day_words(of.day)}）",
        (
            Column("序号", 5), Column("主办单位", 16, True), Column("网站/账号名称", 18, True), Column("标识码/平台", 14),
            Column("问题类型", 13), Column("栏目路径", 22, True), Column("问题描述", 36, True), Column("通知文号", 16),
            Column("通知日期", 10.5), Column("第几次通知", 6), Column("整改时限", 10.5), Column("逾期天数", 6),
            Column("目前情况", 12),
        ),
        rows,
        "列入本期整改通知的问题，没有未完成整改的。",
        notes=("注：含本期再次通知的以前所列问题；文号、时限和逾期天数以本期新列时的通知为准，本期没有新列的以再次通知为准。",),
    )  # fmt: skip


UNIT_COLUMNS = (
    Column("序号", 5), Column("主办单位", 22, True), Column("监控网站", 7), Column("监控账号", 7),
    Column("网站家次", 7), Column("账号家次", 7), Column("再次通知（家次）", 8), Column("涉及网站账号（家）", 8),
    Column("新列问题", 7), Column("已整改", 7), Column("整改中", 7), Column("其中逾期未整改", 8), Column("整改率", 16),
    Column("按期整改率", 16), Column("问题反弹（次）", 7), Column("不合格对象", 7), Column("未按期反馈（份）", 8),
)  # fmt: skip


def by_unit(
    of: Bulletin,
    title: str,
    name: str,
    more: Sequence[Column] = (),
    notes: Sequence[str] = (),
    unit: str = "",
) -> Annex:
    """One row a unit; `more`: empty columns that the office fills in. `unit`: only this one, and no total."""
    lines = [line for line in unit_lines(of) if unit in ("", line.unit)]
    empty = ("",) * len(more)
    return Annex(
        name,
        title,
        (*UNIT_COLUMNS, *more),
        [(*_unit_row(line, place), *empty) for place, line in enumerate(lines, 1)],
        "没有主办单位。",
        () if unit else (*_unit_row(total_line(of), None), *empty),
        (FOOTNOTE, *(() if unit else (f"注：{TAKEN_TOGETHER}",)), *notes),
    )


def _unit_row(line: UnitLine, place: int | None) -> Row:
    return (
        place, line.unit, line.sites, line.accounts, line.site_times, line.account_times, line.again, line.targets,
        line.issues, line.put_right, line.going, line.overdue, line.rectified.words(), line.on_time.words(),
        line.relapses, line.failed, line.unanswered,
    )  # fmt: skip


def told(of: Bulletin, unit: str = "") -> Annex:
    """All that the notices of the period name, newly or again: the rows behind the figures of each unit."""
    named = [each for each in of.named if unit in ("", each.unit)]
    return Annex(
        "列入通知的问题",
        f"{of.words}列入整改通知的问题{f'（{unit}）' if unit else ''}",
        (*PROBLEM_COLUMNS, Column("列入方式", 9)),
        [
            (*problem_row(each, place), "新列问题" if each.part == Part.NEW else "再次通知")
            for place, each in enumerate(named, 1)
        ],
        "本期整改通知没有列入问题。",
    )


# -- writing ----------------------------------------------------------------------------------------------


def write_sheets(sheets: Iterable[Annex], title: str, author: str, dated: date) -> bytes:
    """The same sheets give the same bytes."""
    written = BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(written, options) as book:
        created = datetime.combine(dated, time())
        book.set_properties({"title": title[:200], "author": author[:200], "created": created})
        forms = _Forms(book)
        for sheet in sheets:
            _write_sheet(book.add_worksheet(sheet.name), sheet, forms)
    return written.getvalue()


class _Forms:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        base = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}
        grey = {"bold": True, "align": "center", "bg_color": "#F2F2F2"}
        plain = {"font_name": "宋体", "font_size": 10, "valign": "vcenter", "text_wrap": True}
        self.title = book.add_format(
            {"font_name": "黑体", "font_size": 14, "align": "center", "valign": "vcenter"}
        )
        self.heading = book.add_format(base | grey)
        self.nothing = book.add_format(plain | {"align": "center"})
        self.note = book.add_format(plain | {"align": "left"})
        self.cells = {
            (align, form, total): book.add_format(
                base | {"align": align, "num_format": form} | (grey | {"align": align} if total else {})
            )
            for align in ("left", "center")
            for form in ("General", DAY, MOMENT)
            for total in (False, True)
        }


def _write_sheet(sheet: xlsxwriter.worksheet.Worksheet, annex: Annex, forms: _Forms) -> None:
    columns, last = annex.columns, len(annex.columns) - 1
    _lay_out(sheet, annex)
    _over_all(sheet, 0, last, annex.title, forms.title)
    for place, column in enumerate(columns):
        sheet.write_string(1, place, column.name, forms.heading)
    line = 2
    if not annex.rows:
        _over_all(sheet, line, last, annex.nothing, forms.nothing)
        sheet.set_row(line, 24)
        line += 1
    for row, is_total in (
        *((row, False) for row in annex.rows),
        *([(annex.total, True)] if annex.total else []),
    ):
        sheet.set_row(line, _height(columns, row))
        for place, (column, value) in enumerate(zip(columns, row, strict=True)):
            align = "left" if column.left else "center"
            _write(sheet, line, place, value, forms.cells[align, _form(value), is_total])
        line += 1
    width = sum(column.width for column in columns)
    for note in annex.notes:
        _over_all(sheet, line, last, note, forms.note)
        sheet.set_row(line, LINE * math.ceil(_cells(note) / (width - 4)) + 6)
        line += 1


def _over_all(
    sheet: xlsxwriter.worksheet.Worksheet, line: int, last: int, text: str, form: xlsxwriter.format.Format
) -> None:
    sheet.merge_range(line, 0, line, last, "", form)
    sheet.write_string(line, 0, safe_cell(tame(text)), form)


def _lay_out(sheet: xlsxwriter.worksheet.Worksheet, annex: Annex) -> None:
    sheet.set_row(0, 30)
    sheet.set_row(1, _height(annex.columns, [column.name for column in annex.columns]) + 4)
    for place, column in enumerate(annex.columns):
        sheet.set_column(place, place, column.width)
    sheet.freeze_panes(2, 2)
    if annex.rows:
        sheet.autofilter(1, 0, 1 + len(annex.rows), len(annex.columns) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _height(columns: Sequence[Column], row: Row) -> float:
    """Points that the fullest cell needs: not every program finds that out by itself when it opens the file."""
    lines = [
        math.ceil(_cells(value) / (column.width - 1.5))
        for column, value in zip(columns, row, strict=True)
        if isinstance(value, str)
    ]
    return min(HIGHEST, LINE * max(lines, default=1) + 6)


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _form(value: Value) -> str:
    if isinstance(value, datetime):
        return MOMENT
    return DAY if isinstance(value, date) else "General"


def _write(
    sheet: xlsxwriter.worksheet.Worksheet, line: int, place: int, value: Value, form: xlsxwriter.format.Format
) -> None:
    match value:
        case None | "":
            sheet.write_blank(line, place, None, form)
        case str():
            sheet.write_string(line, place, safe_cell(tame(value)), form)
        case int():
            sheet.write_number(line, place, value, form)
        case datetime():
            sheet.write_datetime(line, place, value.astimezone(CHINA).replace(tzinfo=None), form)
        case date():
            sheet.write_datetime(line, place, value, form)
