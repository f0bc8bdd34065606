"""Empty registers to fill in (台账模板): Excel with drop-down lists and text columns, and CSV."""

import csv
from collections.abc import Sequence
from pathlib import Path

import xlsxwriter

from tracker.cells import PLATFORMS, TargetState
from tracker.register_kinds import KINDS, RegisterKind

ROWS = 2000
"""So many rows are made ready for typing."""
WIDTHS = {"网址": 34, "采集地址": 44, "邮箱": 26, "单位": 26, "名称": 26, "标识": 16, "表述": 22}
CHOICES = {
    "state": [state.word for state in TargetState],
    "platform": list(PLATFORMS),
    "exempt": ["是", "否"],
    "column_class": ["要闻动态类", "通知公告类", "政策文件类", "其他"],
}
EXPLAINED = {
    "units": "单位台账可以不填：不填时以各台账中的“主办单位”为单位，以“联系邮箱”为联系方式。",
    "sites": "每行一个网站。网站标识码为10位，单元格保持文本格式。",
    "accounts": "每行一个账号。采集地址可填多个，用 | 分开；没有的先留空，该账号将列为“没有采集地址”。",
    "columns": "只填需要由办公室指定的栏目：类别、更新时限（天）或豁免。其余栏目由系统按名称推断。",
    "terms": "错误表述及对应的正确表述；生效日期可不填。",
}
GENERAL = (
    "带 * 的列必须填写；可以增加其他列，内容会原样保留。",
    "状态不填为“正常”；临时下线的当日免检，关停的不再巡检。系统从不删除对象：关停请改状态，不要删行。",
    "日期写成 2026-01-31 的样子。开设日期只在确知时填写。",
    "填好后运行：xunjian targets import 文件 --dry-run 先看差异，再去掉 --dry-run 导入。",
)


def write_templates(folder: Path) -> list[Path]:
    """One workbook and one CSV file a register; what is there already is not touched."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for kind in KINDS:
        for path, write in ((folder / f"{kind.name}.xlsx", _workbook), (folder / f"{kind.name}.csv", _csv)):
            if not path.exists():
                write(path, kind)
                written.append(path)
    return written


def _csv(path: Path, kind: RegisterKind) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerow([field.heading for field in kind.fields])


def _workbook(path: Path, kind: RegisterKind) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        text = book.add_format({"num_format": "@", "valign": "vcenter"})
        look = {"bold": True, "border": 1, "align": "center", "valign": "vcenter", "num_format": "@"}
        must = book.add_format({**look, "bg_color": "#DCE6F1", "font_color": "#B00020"})
        may = book.add_format({**look, "bg_color": "#F2F2F2"})
        sheet = book.add_worksheet(kind.title)
        sheet.freeze_panes(1, 1)
        sheet.set_row(0, 24)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        for number, field in enumerate(kind.fields):
            width = next((wide for word, wide in WIDTHS.items() if word in field.heading), 14)
            sheet.set_column(number, number, width, text)
            sheet.write_string(
                0,
                number,
                f"{field.heading}*" if field.required else field.heading,
                must if field.required else may,
            )
            if field.name in CHOICES:
                rule = {"validate": "list", "source": CHOICES[field.name], "error_type": "warning"}
                sheet.data_validation(1, number, ROWS, number, rule)
        _explanation(book, [EXPLAINED[kind.name], *GENERAL])


def _explanation(book: xlsxwriter.Workbook, lines: Sequence[str]) -> None:
    sheet = book.add_worksheet("填写说明")
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 80, wrapped)
    for number, line in enumerate(lines):
        sheet.write_string(number, 0, line, wrapped)
