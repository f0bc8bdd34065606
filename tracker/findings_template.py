"""The empty table of findings to fill in: a workbook with lists to choose from, and how to fill it in."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from checks.indicators import INDICATORS
from tracker.findings_reading import FIELDS
from tracker.observed import KIND_WORDS
from tracker.register_reading import INSTRUCTIONS
from tracker.register_templates import FONT, ROWS_TO_FILL

NAME = "findings.xlsx"
ADVICE = (
    "在“人工发现”工作表中填写，一行一个问题，不合并单元格；深色表头为必填，浅色为选填，选填的列可以删去。",
    "标识码一列请保持“文本”格式：长数字若变成 4.10800E+09 的样子，原号码已丢失，须重新填写。",
    "填好后导入：xunjian findings import findings.xlsx；先加 --dry-run 可以只看结果，不写入。",
    "有问题的行会写明第几行、哪一栏、怎么改，其余的行照常导入；同一对象写了几行的并为一个问题。",
    "文件写全了某些检查项的全部问题时，导入加 --complete 检查项编号：没有写到的问题即视为看到已整改。",
)
_LINE = {"font_name": FONT, "font_size": 11, "border": 1, "border_color": "#B8C9DC"}
_TEXT = _LINE | {"text_wrap": True, "valign": "vcenter", "indent": 1}
_HEAD = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "border_color": "#163A5A"}
_FREE = {"bold": True, "font_color": "#1F4E79", "bg_color": "#DCE6F1"}
_FIRST_FIELD = len(ADVICE) + 3
"""Row of the first heading that is explained; the checks follow below."""
_FIRST_CHECK = _FIRST_FIELD + len(FIELDS) + 2


def write_template(folder: Path) -> tuple[Path, bool]:
    """The template, and whether it was written now: a file that is there already may be filled in, and stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    if path.exists():
        return path, False
    path.write_bytes(_workbook())
    return path, True


def _workbook() -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"strings_to_urls": False, "strings_to_formulas": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": "人工发现"})
        _table(book)
        _instructions(book)
    return out.getvalue()


def _table(book: Any) -> None:
    sheet = book.add_worksheet("人工发现")
    as_text = book.add_format({"font_name": FONT, "font_size": 11, "num_format": "@", "valign": "vcenter"})
    centred = _LINE | {"align": "center", "valign": "vcenter"}
    needed, free = book.add_format(centred | _HEAD), book.add_format(centred | _FREE)
    sheet.set_row(0, 28)
    for position, each in enumerate(FIELDS):
        sheet.set_column(position, position, each.width, as_text)
        sheet.write_string(0, position, each.heading, needed if each.required else free)
        hint = f"{'必填' if each.required else '选填'}\n{each.hint}"
        sheet.write_comment(0, position, hint, {"x_scale": 1.6, "y_scale": 0.9, "font_size": 10})
        if source := _choices(each.fact, each.choices):
            choice = {"validate": "list", "source": source, "error_title": each.heading}
            choice["error_message"] = "请从下拉列表中选择"
            sheet.data_validation(1, position, ROWS_TO_FILL, position, choice)
    sheet.freeze_panes(1, 2)
    sheet.set_tab_color("#1F4E79")
    _for_paper(sheet)
    sheet.repeat_rows(0)


def _choices(fact: str, choices: tuple[str, ...]) -> Any:
    """The checks are too many for a list within the cell: it points to those on the second sheet."""
    if fact == "check":
        return f"='{INSTRUCTIONS}'!$A${_FIRST_CHECK + 1}:$A${_FIRST_CHECK + len(INDICATORS)}"
    return list(choices)


def _instructions(book: Any) -> None:
    sheet = book.add_worksheet(INSTRUCTIONS)
    title = book.add_format({"font_name": FONT, "font_size": 16, "bold": True, "font_color": "#1F4E79"})
    plain = book.add_format({"font_name": FONT, "font_size": 11, "valign": "vcenter"})
    for position, width in enumerate((24, 22, 62, 54)):
        sheet.set_column(position, position, width)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, "人工发现填写说明", title)
    for number, line in enumerate(ADVICE, 1):
        sheet.set_row(number, 22)
        sheet.merge_range(number, 0, number, 3, f"{number}. {line}", plain)
    fields = [
        (each.heading, "是" if each.required else "", each.hint, "、".join(each.choices)) for each in FIELDS
    ]
    _rows(book, sheet, _FIRST_FIELD, ("表头", "必填", "怎么填", "可选内容"), fields)
    checks = [
        (each.title, each.id, each.clause, _note(each.needs_person, each.kinds))
        for each in INDICATORS.values()
    ]
    _rows(book, sheet, _FIRST_CHECK, ("检查项", "编号", "依据", "说明"), checks)
    sheet.hide_gridlines(2)
    _for_paper(sheet)


def _note(needs_person: bool, kinds: tuple[str, ...]) -> str:
    about = f"用于{'、'.join(KIND_WORDS[kind] for kind in kinds)}"
    return f"{about}；导入后待人工审核" if needs_person else about


def _rows(
    book: Any, sheet: Any, first: int, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> None:
    """A table whose heading stands in the line above `first`."""
    head, cell = book.add_format(_TEXT | _HEAD), book.add_format(_TEXT)
    sheet.set_row(first - 1, 26)
    for position, heading in enumerate(headings):
        sheet.write_string(first - 1, position, heading, head)
    for number, row in enumerate(rows, first):
        lines = max(1, -(-len(row[2]) // 28))  # Chinese characters to a line
        sheet.set_row(number, 18 * lines + 6)
        for position, text in enumerate(row):
            sheet.write_string(number, position, text, cell)


def _for_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
