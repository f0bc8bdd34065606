"""The list (问题清单) that goes with a notice: one row an issue, all that is known of it, as .xlsx.

It stays safe when the office saves it as CSV and opens that again: no cell of a stranger's text begins as a formula.
"""

import math
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from io import BytesIO

import xlsxwriter

from crawler.clock import CHINA
from reports.foreign_text import safe_cell
from reports.letter import DRAFT_WORDS, Letter, LetterRow

Value = str | int | date | datetime | None

DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"

COLUMNS: tuple[tuple[str, float, Callable[[LetterRow, str], Value]], ...] = (
    ("序号", 5, lambda row, _: row.ordinal),
    ("主办单位", 13, lambda row, _: row.unit),
    ("网站/账号名称", 16, lambda row, _: row.target),
    ("标识码/平台", 14, lambda row, _: row.identity),
    ("问题类型", 12, lambda row, _: row.check),
    ("栏目路径", 18, lambda row, _: row.path),
    ("URL", 26, lambda row, _: row.url),
    ("问题描述", 34, lambda row, _: row.detail),
    ("最后更新日期", 10.5, lambda row, _: row.newest),
    ("已超期天数", 6, lambda row, _: _number(row.overdue_days)),
    ("依据条款", 18, lambda row, _: row.clause),
    ("首次发现时间", 16, lambda row, _: row.first_seen),
    ("截图编号", 13, lambda row, _: row.picture_number),
    ("整改时限", 10.5, lambda row, _: row.due_on),
    ("第几次通知", 6, lambda row, _: row.times),
    ("问题来源", 9, lambda row, _: row.origin),
    ("通知情况", 10, lambda _, part: part),
)
"""Heading, width in characters, value. The last says under which heading of the notice the row stands."""

LINE, HIGHEST = 13.5, 400
"""Points: of a line, and of the highest row that a spreadsheet takes."""

WRAPPED = frozenset({"主办单位", "网站/账号名称", "栏目路径", "URL", "问题描述", "依据条款"})
"""Read from the left; all else stands in the middle."""


def write_list(letter: Letter) -> bytes:
    """The same letter gives the same bytes."""
    written = BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(written, options) as book:
        created = datetime.combine(letter.dated or letter.last_day, time())
        book.set_properties({"title": "问题清单", "author": letter.office[:200], "created": created})
        sheet = book.add_worksheet("问题清单")
        _lay_out(sheet, len(letter.rows))
        base = {"font_name": "宋体", "font_size": 10, "border": 1, "valign": "vcenter", "text_wrap": True}
        title = book.add_format(
            {"font_name": "黑体", "font_size": 14, "align": "center", "valign": "vcenter"}
        )
        heading = book.add_format({**base, "bold": True, "align": "center", "bg_color": "#F2F2F2"})
        formats = {
            (aligned, form): book.add_format({**base, "align": aligned, "num_format": form})
            for aligned in ("left", "center")
            for form in ("General", DAY, MOMENT)
        }
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "", title)
        sheet.write_string(0, 0, safe_cell(_title(letter)), title)
        for place, (name, _, _) in enumerate(COLUMNS):
            sheet.write_string(1, place, name, heading)
        line = 2
        for part in letter.parts:
            for row in part.rows:
                values = [value_of(row, part.short) for _, _, value_of in COLUMNS]
                sheet.set_row(line, _height(values))
                for place, ((name, _, _), value) in enumerate(zip(COLUMNS, values, strict=True)):
                    aligned = "left" if name in WRAPPED else "center"
                    _write(sheet, line, place, value, formats[aligned, _form(value)])
                line += 1
    return written.getvalue()


def _title(letter: Letter) -> str:
    return f"{letter.unit}问题清单（{letter.number or DRAFT_WORDS.strip('（）')}，{letter.week_words}）"


def _lay_out(sheet: xlsxwriter.worksheet.Worksheet, rows: int) -> None:
    sheet.set_row(0, 28)
    sheet.set_row(1, 32)
    for place, (_, width, _) in enumerate(COLUMNS):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(2, 1)
    sheet.autofilter(1, 0, 1 + rows, len(COLUMNS) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0, 1)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.center_horizontally()
    sheet.set_footer("&C第 &P 页，共 &N 页")


def _height(values: Sequence[Value]) -> float:
    """Points that the fullest cell needs: not every program finds that out by itself when it opens the file."""
    lines = 1
    for (_, width, _), value in zip(COLUMNS, values, strict=True):
        if isinstance(value, str):
            cells = sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in value)
            lines = max(lines, math.ceil(cells / (width - 1.5)))
    return min(HIGHEST, LINE * lines + 6)


def _form(value: Value) -> str:
    if isinstance(value, datetime):
        return MOMENT
    return DAY if isinstance(value, date) else "General"


def _write(
    sheet: xlsxwriter.worksheet.Worksheet,
    line: int,
    place: int,
    value: Value,
    form: xlsxwriter.format.Format,
) -> None:
    match value:
        case None:
            sheet.write_blank(line, place, None, form)
        case str():
            sheet.write_string(line, place, safe_cell(value), form)
        case int():
            sheet.write_number(line, place, value, form)
        case datetime():
            sheet.write_datetime(line, place, value.astimezone(CHINA).replace(tzinfo=None), form)
        case date():
            sheet.write_datetime(line, place, value, form)


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text
