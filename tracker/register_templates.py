"""Empty registers to fill in: as a workbook with lists to choose from and instructions, and as CSV."""

import csv
import io
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

from tracker.register_reading import INSTRUCTIONS
from tracker.registers import ORDER, Field, Register

ROWS_TO_FILL = 5000
"""So many lines get the lists to choose from."""
EXPLAINED = ("表头", "必填", "怎么填", "可选内容")
"""What the instructions say of each field."""

_FONT = {"font_name": "微软雅黑", "font_size": 11}
_LINE = {"border": 1, "border_color": "#B8C9DC"}
_MIDDLE = {"align": "center", "valign": "vcenter"}
_TEXT = _FONT | _LINE | {"text_wrap": True, "valign": "vcenter", "indent": 1}
_NEEDED = {"bold": True, "font_color": "#FFFFFF", "bg_color": "#1F4E79", "border_color": "#163A5A"}
_FREE = {"bold": True, "font_color": "#1F4E79", "bg_color": "#DCE6F1"}


def write_templates(folder: Path) -> list[Path]:
    """What was written: a file that is there already may be filled in, and stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for register in ORDER:
        for path, content in (
            (folder / f"{register.name}.xlsx", _workbook),
            (folder / f"{register.name}.csv", _csv),
        ):
            if not path.exists():
                path.write_bytes(content(register))
                written.append(path)
    return written


def _csv(register: Register) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(each.heading for each in register.offered)
    return out.getvalue().encode("utf-8-sig")


def _workbook(register: Register) -> bytes:
    def fill(book: Any) -> None:
        frozen = 2 if "site" in register.key else 1
        sheet = add_table(book, register.title, register.offered, _choice, frozen)
        filled = {"type": "formula", "criteria": "=COUNTA($A2:$AZ2)>0", "format": book.add_format(_LINE)}
        sheet.conditional_format(1, 0, ROWS_TO_FILL, len(register.offered) - 1, filled)
        advice = _advice(register)
        sheet = add_instructions(book, f"{register.title}台账填写说明", advice, (18, 8, 62, 54))
        explain(book, sheet, len(advice) + 3, EXPLAINED, explained(register.offered), centred=(1,))

    return workbook(f"{register.title}台账", fill)


def _choice(each: Field) -> dict[str, Any] | None:
    """A word that is not in the list is refused only where the import would refuse it too."""
    if not each.choices:
        return None
    is_closed = each.fact in ("state", "exempt")
    return {
        "validate": "list",
        "source": list(each.choices),
        "error_type": "stop" if is_closed else "information",
        "error_title": each.heading,
        "error_message": "请从下拉列表中选择" if is_closed else "不在常用写法之列，确认要这样填写吗？",
    }


def _advice(register: Register) -> tuple[str, ...]:
    keys = "、".join(register.heading(fact) for fact in register.key if fact in ("key", "site"))
    lines = [
        f"在“{register.title}”工作表中填写，一行一条，不合并单元格；深色表头为必填，浅色为选填，选填的列可以删去。",
        "可以另加列，内容会原样保留。",
        f"填好后导入：xunjian targets import {register.name}.xlsx；先加 --dry-run 可以只看差异，不写入。",
        "有问题的行会写明第几行、哪一栏、怎么改，其余的行照常导入；重复导入同一文件不会有任何变化。",
    ]
    if keys:
        lines.insert(
            1, f"{keys}一列请保持“文本”格式：长数字若变成 4.10800E+09 的样子，原号码已丢失，须重新填写。"
        )
    if register.kind:
        lines.append("导入从不删除：不再巡检的对象请把状态改为“关停”，不要只删去该行。")
    return tuple(lines)


# -- the parts of a workbook to fill in -------------------------------------------------------------------


def workbook(title: str, fill: Callable[[Any], None]) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    options = {"strings_to_urls": False, "strings_to_formulas": False, "in_memory": True}
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"title": title})
        fill(book)
    return out.getvalue()


def add_table(
    book: Any,
    name: str,
    fields: Sequence[Field],
    choice: Callable[[Field], dict[str, Any] | None],
    frozen: int,
) -> Any:
    """The worksheet to fill in: headings with remarks, cells as text, lists to choose from; `frozen`: columns."""
    sheet = book.add_worksheet(name)
    as_text = book.add_format(_FONT | {"num_format": "@", "valign": "vcenter"})
    needed, free = (book.add_format(_FONT | _LINE | _MIDDLE | more) for more in (_NEEDED, _FREE))
    sheet.set_row(0, 28)
    for position, each in enumerate(fields):
        sheet.set_column(position, position, each.width, as_text)
        sheet.write_string(0, position, each.heading, needed if each.required else free)
        hint = "\n".join(filter(None, ("必填" if each.required else "选填", each.hint)))
        sheet.write_comment(0, position, hint, {"x_scale": 1.6, "y_scale": 0.9, "font_size": 10})
        if listed := choice(each):
            sheet.data_validation(1, position, ROWS_TO_FILL, position, listed)
    sheet.freeze_panes(1, frozen)
    sheet.set_tab_color("#1F4E79")
    sheet.repeat_rows(0)
    _for_paper(sheet)
    return sheet


def add_instructions(book: Any, title: str, advice: Sequence[str], widths: Sequence[int]) -> Any:
    """The worksheet that says how to fill in: a title and numbered lines; tables may follow below."""
    sheet = book.add_worksheet(INSTRUCTIONS)
    large = book.add_format(_FONT | {"font_size": 16, "bold": True, "font_color": "#1F4E79"})
    plain = book.add_format(_FONT | {"text_wrap": True, "valign": "vcenter"})
    for position, width in enumerate(widths):
        sheet.set_column(position, position, width)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, title, large)
    for number, line in enumerate(advice, 1):
        sheet.set_row(number, 22)
        sheet.merge_range(number, 0, number, 3, f"{number}. {line}", plain)
    sheet.hide_gridlines(2)
    _for_paper(sheet)
    return sheet


def explained(fields: Sequence[Field]) -> list[tuple[str, ...]]:
    return [
        (each.heading, "是" if each.required else "", each.hint, "、".join(each.choices)) for each in fields
    ]


def explain(
    book: Any,
    sheet: Any,
    first: int,
    headings: Sequence[str],
    rows: Sequence[tuple[str, ...]],
    centred: Collection[int] = (),
) -> None:
    """A table of four columns whose headings stand in the line above `first`."""
    head, cell = book.add_format(_TEXT | _NEEDED), book.add_format(_TEXT)
    middle = book.add_format(_TEXT | {"align": "center", "indent": 0})
    sheet.set_row(first - 1, 26)
    for position, heading in enumerate(headings):
        sheet.write_string(first - 1, position, heading, head)
    for number, row in enumerate(rows, first):
        lines = max(1, -(-len(row[2]) // 28), -(-len(row[3]) // 24))  # Chinese characters to a line
        sheet.set_row(number, 18 * lines + 6)
        for position, text in enumerate(row):
            sheet.write_string(number, position, text, middle if position in centred else cell)


def _for_paper(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
