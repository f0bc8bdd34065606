"""The one writer of tables: what goes in comes out again, no cell runs, and a million rows take no more room than one."""

import csv
import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from errno import ENOSPC
from io import BytesIO, StringIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports.foreign_text import DANGEROUS, safe_cell, tame
from reports.tables import Column, Format, Row, workbook, write_table, write_tables
from tests.builders import NOW

FORMATS: tuple[Format, ...] = ("csv", "xlsx", "json")
COLUMNS: tuple[Column, ...] = (("number", "编号", 10), ("text", "文字"))

anything = st.text(
    st.characters(codec="utf-8") | st.sampled_from("=+-@\t\r\n\x00\x1b\u202e\u2028\ufffe'\"_x000A_")
)
"""With more than chance would give of what forms cannot hold and spreadsheets would run."""


def written(format: Format, *rows: Row, columns: Sequence[Column] = COLUMNS) -> Any:
    """The stream's content."""
    stream: IO[Any] = BytesIO() if format == "xlsx" else StringIO(newline="")
    assert write_table(stream, format, columns, rows) == len(rows)
    return stream.getvalue()  # type: ignore[attr-defined]


def the_sheet(content: bytes) -> Worksheet:
    (sheet,) = load_workbook(BytesIO(content)).worksheets
    return sheet


def read_back(format: Format, content: Any) -> list[list[Any]]:
    """The rows, without the headings."""
    match format:
        case "csv":
            return list(csv.reader(StringIO(content.removeprefix("\ufeff"), newline="")))[1:]
        case "xlsx":
            return [list(row) for row in the_sheet(content).iter_rows(min_row=2, values_only=True)]
        case "json":
            return [list(json.loads(line).values()) for line in content.splitlines()]


# -- text -------------------------------------------------------------------------------------------------


@given(anything)
def test_any_text_comes_back_from_csv_and_xlsx_but_for_what_tames_it(text: str) -> None:
    shown = safe_cell(tame(text))
    assert read_back("csv", written("csv", (1, text))) == [["1", shown]]
    assert read_back("xlsx", written("xlsx", (1, text))) == [[1, shown or None]]


@given(anything)
def test_any_text_comes_back_from_json_letter_for_letter(text: str) -> None:
    assert read_back("json", written("json", (1, text))) == [[1, text]]


@given(anything)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    ((_, in_csv),) = read_back("csv", written("csv", (1, text)))
    cell = the_sheet(written("xlsx", (1, text)))["B2"]
    for shown in (in_csv, cell.value or ""):
        assert not shown.startswith(DANGEROUS)
        assert not shown.lstrip().startswith(DANGEROUS)
    assert cell.data_type != "f"


@pytest.mark.parametrize(
    "text", ["=1+1", "{=1+1}", "http://a.test/", "mailto:a@a.test", "007", "1e5", "TRUE", "#N/A"]
)
def test_a_text_stays_a_text_in_a_workbook(text: str) -> None:
    content = written("xlsx", (1, text))
    cell = the_sheet(content)["B2"]
    assert (cell.value, cell.hyperlink) == (safe_cell(text), None)
    assert 't="inlineStr"' in ZipFile(BytesIO(content)).read("xl/worksheets/sheet1.xml").decode()


def test_half_a_letter_that_utf8_cannot_hold_stops_no_export(tmp_path: Path) -> None:
    for format in FORMATS:
        write_table(tmp_path / format, format, COLUMNS, [(1, "半\ud800个")])
    assert json.loads((tmp_path / "json").read_text("utf-8"))["text"] == "半\ud800个"
    assert "半\ufffd个" in (tmp_path / "csv").read_text("utf-8")


def test_a_line_of_json_is_one_line_to_every_reader() -> None:
    text = "一\u2028二\u2029三\u0085四\r\n五\v六"
    assert read_back("json", written("json", (1, text))) == [[1, text]]


def test_a_heading_is_safe_too() -> None:
    columns = (("sum", "=SUM(A1)"),)
    assert written("csv", columns=columns) == "\ufeff'=SUM(A1)\n"
    assert the_sheet(written("xlsx", columns=columns))["A1"].value == "'=SUM(A1)"


# -- numbers, days, moments -------------------------------------------------------------------------------

MOMENT = datetime(2025, 12, 31, 16, 0, 0, 123456, tzinfo=UTC)
"""The first moment of 2026 in Asia/Shanghai."""


def a_cell(*parts: int) -> datetime:
    """A workbook knows no zones."""
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001


VALUES: list[tuple[Any, Any, Any, Any]] = [
    (None, "", None, None),
    (True, "是", "是", True),
    (False, "否", "否", False),
    (-5, "-5", -5, -5),
    (0.125, "0.125", 0.125, 0.125),
    (12345678901234567, "12345678901234567", "12345678901234567", 12345678901234567),
    (date(2026, 2, 28), "2026-02-28", a_cell(2026, 2, 28), "2026-02-28"),
    (date(1899, 12, 31), "1899-12-31", "1899-12-31", "1899-12-31"),
    (MOMENT, "2026-01-01 00:00:00", a_cell(2026, 1, 1), "2025-12-31T16:00:00.123456+00:00"),
    (NOW, "2026-11-24 09:00:00", a_cell(2026, 11, 24, 9), "2026-11-24T09:00:00+08:00"),
    (["5e", "af"], '["5e", "af"]', '["5e", "af"]', ["5e", "af"]),
    ([], "", None, []),
    ({"栏目": "=1"}, '{"栏目": "=1"}', '{"栏目": "=1"}', {"栏目": "=1"}),
]
"""What it is; how CSV, XLSX and JSON give it back."""


@pytest.mark.parametrize(("value", "in_csv", "in_xlsx", "in_json"), VALUES, ids=lambda value: str(value))
def test_every_kind_of_value_is_shown_in_its_own_way(
    value: Any, in_csv: Any, in_xlsx: Any, in_json: Any
) -> None:
    back = {format: read_back(format, written(format, (1, value)))[0][1] for format in FORMATS}
    assert back == {"csv": in_csv, "xlsx": in_xlsx, "json": in_json}


# -- the forms --------------------------------------------------------------------------------------------


def test_csv_begins_with_the_mark_by_which_a_spreadsheet_knows_utf8(tmp_path: Path) -> None:
    write_table(tmp_path / "a.csv", "csv", COLUMNS, [(1, "空白栏目")])
    assert (tmp_path / "a.csv").read_bytes() == "\ufeff编号,文字\n1,空白栏目\n".encode()


def test_json_is_an_object_a_line_with_chinese_as_it_is() -> None:
    assert (
        written("json", (1, "空白栏目"), (2, ""))
        == '{"number": 1, "text": "空白栏目"}\n{"number": 2, "text": ""}\n'
    )


def test_the_headings_of_a_sheet_stay_in_sight_and_filter_all_its_rows() -> None:
    sheet = the_sheet(written("xlsx", (1, "甲"), (2, "乙")))
    assert (sheet.title, sheet.freeze_panes, sheet.auto_filter.ref) == ("清单", "A2", "A1:B3")
    assert [cell.value for cell in sheet[1]] == ["编号", "文字"]
    assert all(cell.font.b for cell in sheet[1]) and not sheet["B2"].font.b
    assert [round(sheet.column_dimensions[letter].width) for letter in "AB"] == [11, 9]


@pytest.mark.parametrize(
    ("rows", "sheets"),
    [
        (0, {"问题": 0}),
        (1, {"问题": 1}),
        (4, {"问题": 4}),
        (5, {"问题": 4, "问题（2）": 1}),
        (8, {"问题": 4, "问题（2）": 4}),
        (9, {"问题": 4, "问题（2）": 4, "问题（3）": 1}),
    ],
)
def test_what_does_not_fit_on_a_sheet_goes_on_in_the_next(rows: int, sheets: dict[str, int]) -> None:
    stream = BytesIO()
    with workbook(stream, sheet_rows=5) as book:
        assert book.add("问题", COLUMNS, ((number, "文") for number in range(rows))) == rows
    found = {sheet.title: list(sheet.values) for sheet in load_workbook(stream).worksheets}
    assert {title: len(lines) - 1 for title, lines in found.items()} == sheets
    assert all(lines[0] == ("编号", "文字") for lines in found.values())
    assert [line[0] for lines in found.values() for line in lines[1:]] == list(range(rows))


@pytest.mark.parametrize("format", FORMATS)
def test_the_same_rows_are_the_same_bytes(format: Format) -> None:
    rows = [(1, "甲"), (2, NOW)]
    assert written(format, *rows) == written(format, *rows)


# -- streams, and what is cut short -----------------------------------------------------------------------


def peak_bytes(action: Callable[[], object]) -> int:
    tracemalloc.start()
    try:
        action()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("format", FORMATS)
def test_five_times_the_rows_take_no_more_memory(format: Format, tmp_path: Path) -> None:
    def export(count: int) -> None:
        rows = ((number, f"栏目“{number}”没有任何内容") for number in range(count))
        assert write_table(tmp_path / "x", format, COLUMNS, rows) == count

    export(10)  # whatever is loaded once
    few, many = peak_bytes(lambda: export(4_000)), peak_bytes(lambda: export(20_000))
    assert many < few + 100_000


@pytest.mark.parametrize("format", ["csv", "json"])
def test_a_row_is_written_before_the_next_is_asked_for(format: Format) -> None:
    stream, ahead = StringIO(), []

    def rows() -> Iterator[Row]:
        for number in range(50):
            ahead.append(number - stream.getvalue().count("没有"))
            yield number, "没有"

    write_table(stream, format, COLUMNS, rows())
    assert set(ahead) == {0}


class Broken(Exception):
    """Whatever happens in the middle."""


def rows_that_break() -> Iterator[Row]:
    yield 1, "甲"
    raise Broken


@pytest.mark.parametrize("format", FORMATS)
def test_an_interrupted_export_leaves_what_was_there_and_nothing_else(format: Format, tmp_path: Path) -> None:
    there, new = tmp_path / "问题", tmp_path / "另一个"
    there.write_text("上次的导出")
    for path in (there, new):
        with pytest.raises(Broken):
            write_table(path, format, COLUMNS, rows_that_break())
    assert list(tmp_path.iterdir()) == [there]
    assert there.read_text() == "上次的导出"


@pytest.mark.parametrize("format", FORMATS)
def test_a_finished_export_takes_the_place_of_the_last_one(format: Format, tmp_path: Path) -> None:
    path = tmp_path / "新的文件夹" / "问题"
    for text in ("甲", "乙"):
        assert write_table(path, format, COLUMNS, [(1, text)]) == 1
    content: Any = path.read_bytes() if format == "xlsx" else path.read_text("utf-8")
    assert read_back(format, content)[0][1] == "乙"
    assert list(path.parent.iterdir()) == [path]


class FullDisk(BytesIO):
    """It holds so many bytes."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def write(self, data: Any) -> int:
        if self.tell() + len(data) > self.room:
            raise OSError(ENOSPC, "No space left on device")
        return super().write(data)


@pytest.mark.parametrize("room", [0, 40, 1_000, 5_000])
def test_a_full_disk_is_told_once_as_the_system_tells_it(room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    gc.collect()  # what other tests left behind
    told_later: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told_later.append)
    with pytest.raises(OSError, match="No space left") as told, FullDisk(room) as disk:
        write_table(disk, "xlsx", COLUMNS, [(1, "甲")])
    assert told.value.errno == ENOSPC
    del told
    gc.collect()
    assert told_later == []


# -- several tables in a folder ---------------------------------------------------------------------------


@dataclass
class SomeTable:
    name: str
    title: str
    rows: Any
    columns: Sequence[Column] = COLUMNS


def some_tables(*rows: Row) -> list[SomeTable]:
    return [SomeTable("issues", "问题", rows), SomeTable("moves", "流转", [(1, "甲"), (2, "乙")])]


def told(written: Mapping[str, tuple[str, int]]) -> dict[str, Any]:
    return {"at": NOW, "tables": dict(written)}


@pytest.mark.parametrize(
    ("format", "files"),
    [
        ("csv", {"issues": "issues.csv", "moves": "moves.csv"}),
        ("json", {"issues": "issues.jsonl", "moves": "moves.jsonl"}),
        ("xlsx", {"issues": "ledger.xlsx", "moves": "ledger.xlsx"}),
    ],
)
def test_a_folder_says_in_its_manifest_what_it_holds(
    format: Format, files: dict[str, str], tmp_path: Path
) -> None:
    assert write_tables(tmp_path, format, "ledger", some_tables((1, "甲")), told) == {"issues": 1, "moves": 2}
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    assert manifest["at"] == NOW.isoformat()
    assert manifest["tables"] == {"issues": [files["issues"], 1], "moves": [files["moves"], 2]}
    assert {path.name for path in tmp_path.iterdir()} == {*files.values(), "manifest.json"}


def test_a_workbook_has_a_sheet_for_each_table(tmp_path: Path) -> None:
    write_tables(tmp_path, "xlsx", "ledger", some_tables((1, "甲")), told)
    assert load_workbook(tmp_path / "ledger.xlsx").sheetnames == ["问题", "流转"]


@pytest.mark.parametrize("format", FORMATS)
def test_a_folder_keeps_its_last_export_until_the_next_is_whole(format: Format, tmp_path: Path) -> None:
    write_tables(tmp_path, format, "ledger", some_tables((1, "上次")), told)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    broken = [*some_tables((1, "这次")), SomeTable("visits", "覆盖", rows_that_break())]
    with pytest.raises(Broken):
        write_tables(tmp_path, format, "ledger", broken, told)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
