"""Tables out of files: CSV in the usual Chinese encodings, and XLSX. Cells come out as text, with their line numbers."""

import csv
import io
import warnings
import zipfile
import zlib
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from tracker.errors import TrackerError

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
EXACT_DIGITS = 15
"""Excel keeps so many digits of a number; what comes after them has become zeros."""

BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    KeyError,
    ValueError,
    TypeError,
    SyntaxError,
    EOFError,
)


class UnusableRegister(TrackerError):
    """The file as a whole cannot be taken: the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; `number` counts from 1 as the file's own program shows it (CSV: lines of text)."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; `name` is that of the worksheet, empty for CSV. Blank lines are left out."""

    name: str
    lines: tuple[Line, ...]


def read_sheets(path: Path) -> list[Sheet]:
    """Every table of the file; what kind of file it is, its first bytes tell and not its name."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise UnusableRegister(f"找不到文件 {path}：请检查路径") from None
    except OSError as error:
        raise UnusableRegister(f"文件 {path} 无法读取（{error.strerror}）：请检查路径和权限") from error
    if data.startswith(OLE):
        raise UnusableRegister(
            f"{path.name} 是旧版 .xls 或加密的工作簿：请在 Excel 中另存为不加密的 .xlsx 再导入"
        )
    return (
        _workbook(data, path.name) if data.startswith(ZIP) else [_csv(_decoded(data, path.name), path.name)]
    )


def _decoded(data: bytes, name: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Excel calls “Unicode 文本”
        return data.decode("utf-16", errors="replace")
    if b"\0" not in data:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
    raise UnusableRegister(f"{name} 不是可识别的表格文件：请另存为 .xlsx 或 CSV（UTF-8 或 GBK 编码）再导入")


def _csv(text: str, name: str) -> Sheet:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    lines, number = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                lines.append(Line(number, tuple(cells)))
            number = reader.line_num + 1
    except csv.Error as error:
        mend = "请检查内容里的英文双引号是否成对，或另存为 .xlsx 再导入"
        raise UnusableRegister(f"{name} 从第{number}行起读不下去：{mend}") from error
    return Sheet("", tuple(lines))


def _delimiter(text: str) -> str:
    beginning = "\n".join(text.splitlines()[:3])
    return max(",\t;", key=beginning.count)


def _workbook(data: bytes, name: str) -> list[Sheet]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells about styles it does not know
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            return [_worksheet(sheet) for sheet in book.worksheets if sheet.sheet_state == "visible"]
    except BROKEN_WORKBOOK as error:
        raise UnusableRegister(
            f"{name} 不是完好的 Excel 工作簿：请在 Excel 中打开并另存为 .xlsx 再导入"
        ) from error


def _worksheet(sheet: Any) -> Sheet:
    sheet.reset_dimensions()  # some programs write a wrong one, and rows would be cut off
    lines = []
    for number, values in enumerate(sheet.iter_rows(values_only=True), 1):
        cells = tuple(_text(value) for value in values)
        if any(cell.strip() for cell in cells):
            lines.append(Line(number, cells))
    width = max((len(line.cells) for line in lines), default=0)
    return Sheet(
        sheet.title,
        tuple(Line(line.number, line.cells + ("",) * (width - len(line.cells))) for line in lines),
    )


def _text(value: object) -> str:
    """A cell as the clerk meant it: 4108000001.0 is a code of ten digits, a date is written year first."""
    match value:
        case None:
            return ""
        case bool():
            return "是" if value else "否"
        case int() | float():
            return _digits(value)
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date():
            return value.isoformat()
        case _:
            return str(value)


def _digits(number: int | float) -> str:
    if abs(number) >= 10**EXACT_DIGITS:
        return f"{number:.5E}"  # as Excel shows it: the digits behind are lost
    return str(int(number)) if number == int(number) else repr(number)
