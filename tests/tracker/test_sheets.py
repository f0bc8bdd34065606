"""Tables out of files, whatever program wrote them."""

import io
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from tracker.sheets import OLE, UNCOMPUTED, Line, UnusableRegister, read_sheets

TEXT = "网站标识码,网站名称\n4199000001,云泽市教育局\n"
ROWS = [("网站标识码", "网站名称"), ("4199000001", "云泽市教育局")]


def a_file(folder: Path, content: bytes | str, name: str = "a.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def a_workbook(folder: Path, *rows: list[Any], merged: tuple[str, ...] = ()) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    for area in merged:
        sheet.merge_cells(area)
    book.save(folder / "a.xlsx")
    return folder / "a.xlsx"


def cells_of(path: Path) -> list[tuple[str, ...]]:
    (sheet,) = read_sheets(path)
    return [line.cells for line in sheet.lines]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
def test_every_usual_encoding_is_read(tmp_path: Path, encoding: str) -> None:
    assert cells_of(a_file(tmp_path, TEXT.encode(encoding))) == ROWS


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_delimiter_and_line_end_is_read(tmp_path: Path, delimiter: str, newline: str) -> None:
    assert cells_of(a_file(tmp_path, TEXT.replace(",", delimiter).replace("\n", newline))) == ROWS


def test_lines_are_numbered_as_the_file_shows_them(tmp_path: Path) -> None:
    (sheet,) = read_sheets(a_file(tmp_path, '标题,乙\n\n"两\n行",1\n,\n丙,2\n'))
    assert [line.number for line in sheet.lines] == [1, 3, 6]


@pytest.mark.parametrize(
    ("bad", "why"), [('"甲"乙,1', "text after a quotation mark"), ('"甲,1', "a mark that nothing closes"), ('甲,"', "a lone mark")]
)  # fmt: skip
def test_a_line_with_an_odd_quotation_mark_takes_no_other_line_with_it(
    tmp_path: Path, bad: str, why: str
) -> None:
    (sheet,) = read_sheets(a_file(tmp_path, f"名称,数\n{bad}\n丙,2\n丁,3\n"))
    assert [line.cells for line in sheet.lines] == [("名称", "数"), ("丙", "2"), ("丁", "3")], why
    assert [number for number, _ in sheet.broken] == [2]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ('1,"甲,a,b', '3,丙",e,f'),
        ('1,"甲,a,b', '","丙",e,f'),
        ('"1,甲,a,b', '3",丙,e,f'),
        ('1,甲,a,"b', '3,丙,e,f"'),
    ],
)
@pytest.mark.parametrize("between", [["2,乙,c,d"], ["2,乙,c,d", "4,丁,g,h"]])
def test_a_quotation_mark_that_swallows_whole_rows_is_named_with_its_span(
    tmp_path: Path, first: str, last: str, between: list[str]
) -> None:
    (sheet,) = read_sheets(a_file(tmp_path, "\n".join(["号,名,地,人", first, *between, last, "9,癸,y,z"])))
    (number, why), *_ = sheet.broken
    assert number == 2 and f"第{3 + len(between)}行" in why
    got = {line.number for line in sheet.lines}
    assert {1, *range(3, 3 + len(between)), 4 + len(between)} <= got
    assert got | {number for number, _ in sheet.broken} == set(range(1, 5 + len(between)))


def test_a_quotation_mark_that_swallows_but_the_next_row_is_named_too(tmp_path: Path) -> None:
    (sheet,) = read_sheets(a_file(tmp_path, '号,名,地,人\n1,"甲,a,b\n3,丙",e,f\n9,癸,y,z'))
    assert [number for number, _ in sheet.broken] == [2]
    assert [line.number for line in sheet.lines] == [1, 3, 4]


@pytest.mark.parametrize(
    "row",
    [
        '"1\n2",甲,a,b',
        '1,"甲\n乙，丙\n丁",a,b',
        '1,甲,a,"第一行,有逗号\n第二行\n第三行"',
        '1,甲,a,"第一行\n第二行,有逗号\n\n"',
        '1,"甲,乙\n丙",a,"b,c\nd"',
    ],
)
def test_a_cell_of_several_lines_is_one_cell(tmp_path: Path, row: str) -> None:
    (sheet,) = read_sheets(a_file(tmp_path, f"号,名,地,人\n{row}\n9,癸,y,z\n"))
    assert sheet.broken == ()
    assert [len(line.cells) for line in sheet.lines] == [4, 4, 4]


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_the_delimiter_is_the_one_that_shows_headings_that_are_known(tmp_path: Path, delimiter: str) -> None:
    title = "".join(other * 20 for other in ",\t;" if other != delimiter)
    path = a_file(tmp_path, f"{title}\n{TEXT.replace(',', delimiter)}")
    (sheet,) = read_sheets(path, lambda cells: "网站名称" in cells)
    assert [line.cells for line in sheet.lines][-2:] == ROWS


def test_a_long_file_is_read_in_time_that_grows_with_its_length(tmp_path: Path) -> None:
    (sheet,) = read_sheets(a_file(tmp_path, "甲,乙\n" + "1,2\n" * 100_000))
    assert len(sheet.lines) == 100_001


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (OLE + b"\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.xls", "旧版 .xls 或加密"),
        (OLE + b"\xa1\xb1\x1a\xe1EncryptedPackage", "a.xlsx", "旧版 .xls 或加密"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.csv", "不是可识别的表格文件"),
        (b"PK\x03\x04 and no more", "a.xlsx", "不是完好的 Excel 工作簿"),
        (b"<html><table><tr><td>1</td></tr></table>", "a.xls", "其实是网页格式"),
    ],
)
def test_what_is_no_table_is_refused_with_the_mend(
    tmp_path: Path, content: bytes, name: str, told: str
) -> None:
    with pytest.raises(UnusableRegister, match=told):
        read_sheets(a_file(tmp_path, content, name))


def test_a_zip_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "甲")
    with pytest.raises(UnusableRegister, match="不是完好的 Excel 工作簿"):
        read_sheets(a_file(tmp_path, out.getvalue(), "a.xlsx"))


@pytest.mark.parametrize(
    ("offset", "value"), [((6, 8), 1), ((8, 10), 77)], ids=["encrypted", "unknown compression"]
)
def test_a_workbook_whose_parts_cannot_be_unpacked_is_refused(
    tmp_path: Path, offset: tuple[int, int], value: int
) -> None:
    data = bytearray(a_workbook(tmp_path, ["甲"]).read_bytes())
    for mark, place in zip((b"PK\x03\x04", b"PK\x01\x02"), offset, strict=True):
        position = data.find(mark)
        while position >= 0:
            data[position + place] = value
            position = data.find(mark, position + 4)
    with pytest.raises(UnusableRegister, match="不是完好的 Excel 工作簿"):
        read_sheets(a_file(tmp_path, bytes(data), "b.xlsx"))


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(UnusableRegister):
            read_sheets(path)


def test_a_workbook_is_told_by_its_bytes_and_not_by_its_name(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["甲", "乙"], [1, 2])
    assert cells_of(path.rename(tmp_path / "a.csv")) == [("甲", "乙"), ("1", "2")]


def test_numbers_dates_and_truths_come_out_as_the_clerk_meant_them(tmp_path: Path) -> None:
    values = [4108000001, 4108000002.0, 1.5, date(2026, 1, 31), datetime(2026, 1, 31), True, None, "甲"]  # noqa: DTZ001
    assert cells_of(a_workbook(tmp_path, values)) == [
        ("4108000001", "4108000002", "1.5", "2026-01-31", "2026-01-31", "是", "", "甲")
    ]


def test_a_number_longer_than_excel_keeps_does_not_pass_for_a_key(tmp_path: Path) -> None:
    assert cells_of(a_workbook(tmp_path, [12345678901234567000])) == [("1.23457E+19",)]


def test_cells_merged_downwards_all_say_what_the_first_one_says(tmp_path: Path) -> None:
    rows = (["标题", None], ["名称", "单位"], ["甲", "丁局"], ["乙", None], ["丙", "戊局"])
    assert cells_of(a_workbook(tmp_path, *rows, merged=("A1:B1", "B3:B4"))) == [
        ("标题",),
        ("名称", "单位"),
        ("甲", "丁局"),
        ("乙", "丁局"),
        ("丙", "戊局"),
    ]


def test_a_formula_without_its_result_is_no_empty_cell(tmp_path: Path) -> None:
    assert cells_of(a_workbook(tmp_path, ["甲", "=A1"], ["乙", None])) == [("甲", UNCOMPUTED), ("乙",)]


def test_hidden_worksheets_are_marked_as_such(tmp_path: Path) -> None:
    path = a_workbook(tmp_path, ["甲"])
    book = Workbook()
    book.create_sheet("隐").sheet_state = "hidden"
    book.save(path)
    assert [(sheet.name, sheet.is_hidden) for sheet in read_sheets(path)] == [("Sheet", False), ("隐", True)]


def test_an_empty_file_is_a_table_without_lines(tmp_path: Path) -> None:
    (sheet,) = read_sheets(a_file(tmp_path, b""))
    assert sheet.lines == () and isinstance(sheet.lines, tuple)
    assert Line(1, ("甲",)) != Line(2, ("甲",))
