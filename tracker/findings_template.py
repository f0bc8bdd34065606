"""The empty table of findings to fill in: a workbook with lists to choose from, and how to fill it in."""

from pathlib import Path
from typing import Any

from checks.indicators import INDICATORS
from tracker.findings_reading import FIELDS
from tracker.observed import KIND_WORDS
from tracker.register_reading import INSTRUCTIONS
from tracker.register_templates import (
    EXPLAINED,
    add_instructions,
    add_table,
    explain,
    explained,
    workbook,
)
from tracker.registers import Field

NAME = "findings.xlsx"
ADVICE = (
    "在“人工发现”工作表中填写，一行一个问题，不合并单元格；深色表头为必填，浅色为选填，选填的列可以删去。",
    "标识码一列请保持“文本”格式：长数字若变成 4.10800E+09 的样子，原号码已丢失，须重新填写。",
    "填好后导入：xunjian findings import findings.xlsx；先加 --dry-run 可以只看结果，不写入。",
    "有问题的行会写明第几行、哪一栏、怎么改，其余的行照常导入；同一对象写了几行的并为一个问题。",
    "文件写全了某些检查项的全部问题时，导入加 --complete 检查项编号：没有写到的问题即视为看到已整改。",
)
_FIRST_FIELD = len(ADVICE) + 3
"""Row of the first heading that is explained; the checks follow below."""
_FIRST_CHECK = _FIRST_FIELD + len(FIELDS) + 2


def write_template(folder: Path) -> tuple[Path, bool]:
    """The template, and whether it was written now: a file that is there already may be filled in, and stays as it is."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / NAME
    if path.exists():
        return path, False
    path.write_bytes(workbook("人工发现", _fill))
    return path, True


def _fill(book: Any) -> None:
    add_table(book, "人工发现", FIELDS, _choice, 2)
    sheet = add_instructions(book, "人工发现填写说明", ADVICE, (24, 22, 62, 54))
    explain(book, sheet, _FIRST_FIELD, EXPLAINED, explained(FIELDS))
    checks = [
        (each.title, each.id, each.clause, _note(each.needs_person, each.kinds))
        for each in INDICATORS.values()
    ]
    explain(book, sheet, _FIRST_CHECK, ("检查项", "编号", "依据", "说明"), checks)


def _choice(each: Field) -> dict[str, Any] | None:
    """The checks are too many for a list within the cell: it points to those on the second sheet."""
    source: Any = list(each.choices)
    if each.fact == "check":
        source = f"='{INSTRUCTIONS}'!$A${_FIRST_CHECK + 1}:$A${_FIRST_CHECK + len(INDICATORS)}"
    if not source:
        return None
    message = "请从下拉列表中选择"
    return {"validate": "list", "source": source, "error_title": each.heading, "error_message": message}


def _note(needs_person: bool, kinds: tuple[str, ...]) -> str:
    about = f"用于{'、'.join(KIND_WORDS[kind] for kind in kinds)}"
    return f"{about}；导入后待人工审核" if needs_person else about
