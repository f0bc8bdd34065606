"""Annual reports with defaults: the real one of 2025, typed into the template as the office does."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl

from reports.annual_form import LAST_YEAR, TABLES, TEXTS, AnnualSheet, Key, Number, Table, with_sums
from reports.annual_sheet import FIRST_LINE, write_annual_sheet

REPORT_2025 = Path(__file__).parents[1] / "data" / "annual" / "report-2025.json"
LEDGER_2025 = {"site/监控对象": 44, "account/监控对象": 294, "site/家次": 129, "account/家次": 710}


def the_report_of_2025(
    change: Mapping[Key, Number] | None = None, texts: Mapping[str, str] | None = None, **more: Any
) -> AnnualSheet:
    """As published; `change` sets single cells (no sum follows), `texts` single texts."""
    told = json.loads(REPORT_2025.read_text(encoding="utf-8"))
    typed: dict[Key, Number] = {}
    for table in TABLES:
        for row, numbers in told["表格"][table.name].items():
            typed |= zip((key for key in table.keys if key.row == row), numbers, strict=True)
    assert with_sums(typed) == typed
    sheet = AnnualSheet(
        told["机关名称"], told["年度"], told["正文"] | dict(texts or {}), typed | dict(change or {})
    )
    return replace(sheet, **more)


def cell_of(table: Table, key: Key) -> tuple[int, int]:
    """Of the template, as openpyxl counts: row and column from 1."""
    box = next(box for box in table.boxes if box.key == key)
    return FIRST_LINE + box.line + 1, box.place + 1


@cache
def template_of(year: int, office: str) -> bytes:
    return write_annual_sheet(year, office=office, figures={})


def typed_in(
    report: AnnualSheet,
    path: Path,
    change: Callable[[Any], None] = lambda book: None,
    skip: frozenset[Key] = frozenset(),
) -> Path:
    """The template with the report typed in, all but the cells of `skip`; `change` is what else somebody did to the workbook."""
    book = openpyxl.load_workbook(BytesIO(template_of(report.year, report.office)))
    words = {row[0].value: row[1] for row in book["正文"].iter_rows(min_row=3)}
    for text in TEXTS:
        words[text.heading].value = report.texts[text.name]
    for table in TABLES:
        for key in table.keys:
            if key not in skip:
                book[table.name].cell(*cell_of(table, key)).value = report.numbers[key]
    for key, number in report.before.items():
        book[LAST_YEAR.name].cell(*cell_of(LAST_YEAR, key)).value = number
    change(book)
    book.save(path)
    return path
