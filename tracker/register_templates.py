"""Empty registers to fill in: as a workbook with lists to choose from and instructions, and as CSV."""

import csv
import io
from pathlib import Path
from typing import Any

from tracker.register_reading import INSTRUCTIONS
from tracker.registers import ORDER, Field, Register

ROWS_TO_FILL = 5000
"""So many lines get the lists to choose from."""
FONT = "微软雅黑"


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
    csv.writer(out).writerow(each.heading for each in register.fields)
    return out.getvalue().encode("utf-8-sig")


def _workbook(register: Register) -> bytes:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"strings_to_urls": False, "strings_to_formulas": False, "in_memory": True}
    ) as book:
        book.set_properties({"title": f"{register.title}台账"})
        _table(book, register)
        _instructions(book, register)
    return out.getvalue()


def _table(book: Any, register: Register) -> None:
    sheet = book.add_worksheet(register.title)
    head = {
        "font_name": FONT,
        "font_size": 11,
        "bold": True,
        "align": "center",
        "valign": "vcenter",
        "border": 1,
    }
    needed = book.add_format(
        head | {"font_color": "#FFFFFF", "bg_color": "#1F4E79", "border_color": "#163A5A"}
    )
    free = book.add_format(head | {"font_color": "#1F4E79", "bg_color": "#DCE6F1", "border_color": "#B8C9DC"})
    as_text = book.add_format({"font_name": FONT, "font_size": 11, "num_format": "@", "valign": "vcenter"})
    sheet.set_row(0, 28)
    for position, each in enumerate(register.fields):
        sheet.set_column(position, position, each.width, as_text)
        sheet.write_string(0, position, each.heading, needed if each.required else free)
        sheet.write_comment(0, position, _comment(each), {"x_scale": 1.6, "y_scale": 0.9, "font_size": 10})
        if each.choices:
            sheet.data_validation(1, position, ROWS_TO_FILL, position, _choice(each))
    filled = {"type": "formula", "criteria": "=COUNTA($A2:$Z2)>0"}
    line = book.add_format({"border": 1, "border_color": "#B8C9DC"})
    sheet.conditional_format(1, 0, ROWS_TO_FILL, len(register.fields) - 1, filled | {"format": line})
    sheet.freeze_panes(1, 2 if "site" in register.key else 1)
    sheet.set_tab_color("#1F4E79")
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _comment(each: Field) -> str:
    return "\n".join(line for line in ("必填" if each.required else "选填", each.hint) if line)


def _choice(each: Field) -> dict[str, Any]:
    """A word that is not in the list is refused only where the import would refuse it too."""
    is_closed = each.fact in ("state", "exempt")
    return {
        "validate": "list",
        "source": list(each.choices),
        "error_type": "stop" if is_closed else "information",
        "error_title": each.heading,
        "error_message": "请从下拉列表中选择" if is_closed else "不在常用写法之列，确认要这样填写吗？",
    }


def _instructions(book: Any, register: Register) -> None:
    sheet = book.add_worksheet(INSTRUCTIONS)
    text = {"font_name": FONT, "font_size": 11, "text_wrap": True, "valign": "vcenter", "indent": 1}
    title = book.add_format({"font_name": FONT, "font_size": 16, "bold": True, "font_color": "#1F4E79"})
    head = book.add_format(
        text
        | {
            "bold": True,
            "font_color": "#FFFFFF",
            "bg_color": "#1F4E79",
            "border": 1,
            "border_color": "#163A5A",
        }
    )
    cell = book.add_format(text | {"border": 1, "border_color": "#B8C9DC"})
    middle = book.add_format(text | {"border": 1, "border_color": "#B8C9DC", "align": "center", "indent": 0})
    plain = book.add_format(text | {"indent": 0})
    for position, width in enumerate((18, 8, 62, 54)):
        sheet.set_column(position, position, width)
    sheet.set_row(0, 34)
    sheet.write_string(0, 0, f"{register.title}台账填写说明", title)
    for number, line in enumerate(_advice(register), 1):
        sheet.set_row(number, 22)
        sheet.merge_range(number, 0, number, 3, f"{number}. {line}", plain)
    start = len(_advice(register)) + 2
    sheet.set_row(start, 26)
    for position, heading in enumerate(("表头", "必填", "怎么填", "可选内容")):
        sheet.write_string(start, position, heading, head)
    for number, each in enumerate(register.fields, start + 1):
        choices = "、".join(each.choices)
        lines = max(1, -(-len(choices) // 24), -(-len(each.hint) // 28))  # Chinese characters to a line
        sheet.set_row(number, 18 * lines + 6)
        sheet.write_string(number, 0, each.heading, cell)
        sheet.write_string(number, 1, "是" if each.required else "", middle)
        sheet.write_string(number, 2, each.hint, cell)
        sheet.write_string(number, 3, choices, cell)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


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
