"""Tables out of files: CSV in the usual Chinese encodings, and XLSX. Cells come out as text, with their line numbers."""

import csv
import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from tracker.errors import WrongUse

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
EXACT_DIGITS = 15
"""Excel keeps so many digits of a number; what comes after them has become zeros."""

MOST_BYTES = 400 * 1024 * 1024
"""Of a workbook unpacked: no register comes near it."""
MOST_SPOILT = 50
"""Where more than one character in so many cannot be read, the file is no text."""
HEADINGS_WITHIN = 10
"""Lines: above the headings there may be a title and remarks, hardly more."""
SHORTEST_ROW = 4
"""Cells: so many within one line of one cell are a row of their own; a site or an account cannot do with fewer."""
UNCOMPUTED = "#公式未计算"
"""Stands for a formula whose result the file does not hold."""

_FORMULA = re.compile(
    rb'<c [^>]*?r="([A-Z]+)(\d+)"[^>]*>\s*<f[^>]*?(?:/>|>[^<]*</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>'
)
_MERGED = re.compile(rb'<mergeCell [^>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"')

BROKEN_WORKBOOK = (
    zipfile.BadZipFile,
    RuntimeError,  # what the archive says of a part that is encrypted or packed in a way it does not know
    zlib.error,
    KeyError,
    ValueError,
    TypeError,
    SyntaxError,
    EOFError,
)


class UnusableRegister(WrongUse):
    """The file as a whole cannot be taken: the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table; `number` counts from 1 as the file's own program shows it (CSV: lines of text).

    Empty cells at its end may be missing.
    """

    number: int
    cells: tuple[str, ...]

    def says_the_same(self, other: "Line") -> bool:
        return _trimmed(self.cells) == _trimmed(other.cells)


def _trimmed(cells: tuple[str, ...]) -> list[str]:
    texts = [cell.strip() for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; `name` is that of the worksheet, empty for CSV. Blank lines are left out."""

    name: str
    lines: tuple[Line, ...]
    broken: tuple[tuple[int, str], ...] = ()
    """Lines that could not be read at all, and why."""
    is_hidden: bool = False


Weigh = Callable[[Sequence[str]], int]
"""How many of these cells are headings that are known."""


def read_sheets(path: Path, weigh: Weigh = lambda cells: 0) -> list[Sheet]:
    """Every table of the file, as `sheets_in` finds them."""
    return sheets_in(bytes_of(path), path.name, weigh)


def bytes_of(path: Path) -> bytes:
    """UnusableRegister if the file cannot be read at all."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise UnusableRegister(f"找不到文件 {path}：请检查路径") from None
    except OSError as error:
        raise UnusableRegister(f"文件 {path} 无法读取（{error.strerror}）：请检查路径和权限") from error


def sheets_in(data: bytes, name: str, weigh: Weigh = lambda cells: 0) -> list[Sheet]:
    """Every table of a file; what kind of file it is, its first bytes tell and not its name.

    `weigh` helps to tell which delimiter a text has.
    """
    if data.startswith(OLE):
        raise UnusableRegister(f"{name} 是旧版 .xls 或加密的工作簿：请在 Excel 中另存为不加密的 .xlsx 再导入")
    if data.startswith(ZIP):
        return _workbook(data, name)
    return [_csv(_refuse_page(_decoded(data, name), name), weigh)]


def _refuse_page(text: str, name: str) -> str:
    if re.match(r"\s*(<!doctype|<html|<table|<\?xml)", text, re.IGNORECASE):
        raise UnusableRegister(f"{name} 其实是网页格式：请在 Excel 中打开并另存为 .xlsx 再导入")
    return text


def _decoded(data: bytes, name: str) -> str:
    """What a single byte spoilt is marked by U+FFFD, so that it costs a cell and not the file."""
    first = data.partition(b"\n")[0]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):  # what Excel calls “Unicode 文本”
        text = data.decode("utf-16", errors="replace")
    elif _is_utf8(data) or (_is_utf8(first) and not first.isascii()):
        text = data.decode("utf-8-sig", errors="replace")
    else:
        text = "\ufffd" if b"\0" in data else data.decode("gb18030", errors="replace")
    if text.count("\ufffd") * MOST_SPOILT > len(text):
        raise UnusableRegister(
            f"{name} 不是可识别的表格文件：请另存为 .xlsx 或 CSV（UTF-8 或 GBK 编码）再导入"
        )
    return text


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _csv(text: str, weigh: Weigh) -> Sheet:
    """Row by row, so that a line with an odd quotation mark is named and takes no other line with it."""
    texts = io.StringIO(text, newline="").readlines()
    delimiter, width = _form(texts[:HEADINGS_WITHIN], weigh)
    lines, broken, start = [], [], 0
    while start < len(texts):
        reader = csv.reader(_from(texts, start), delimiter=delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            broken.append((start + 1, "这一行读不下去：请检查内容里的英文双引号是否成对"))
            start += 1
            continue
        end = start + max(1, reader.line_num)
        if _swallows(cells, texts[start:end], delimiter, width):
            mend = f"这一行的英文双引号不成对，会把直到第{end}行的内容并进同一格：请改正后重新导入"
            broken.append((start + 1, mend))
            start += 1
            continue
        if any(cell.strip() for cell in cells):
            lines.append(Line(start + 1, tuple(cells)))
        start = end
    return Sheet("", tuple(lines), tuple(broken))


def _from(texts: list[str], start: int) -> Iterator[str]:
    for number in range(start, len(texts)):
        yield texts[number]


def _form(beginning: list[str], weigh: Weigh) -> tuple[str, int]:
    """The delimiter, and of how many cells the headings are: those with the most known headings, else the most cells."""
    split = [(delimiter, _alone(line, delimiter)) for delimiter in ",\t;" for line in beginning]
    delimiter, cells = max(split, key=lambda each: (weigh(each[1]), len(each[1])), default=(",", []))
    return delimiter, len(cells)


def _alone(line: str, delimiter: str) -> list[str]:
    """The cells of a line as if no other line were there."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return [line]


def _swallows(cells: list[str], span: list[str], delimiter: str, width: int) -> bool:
    """Whether a stray quotation mark made whole rows into one cell: what it joined looks like rows of their own."""
    if len(span) == 1 or width == 1:
        return False
    inside = [line for cell in cells for line in re.split(r"\r\n?|\n", cell)[1:-1]]
    if any(len(_alone(line, delimiter)) >= min(width, SHORTEST_ROW) for line in inside):
        return True
    first, last = _alone(span[0], delimiter), _alone(span[-1], delimiter)
    return len(first) + first[-1].count(delimiter) >= width and len(last) >= width


def _workbook(data: bytes, name: str) -> list[Sheet]:
    from openpyxl import load_workbook  # takes time: the daily round reads the record, not workbooks

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, warnings.catch_warnings():
            if sum(part.file_size for part in archive.infolist()) > MOST_BYTES:
                raise UnusableRegister(f"{name} 解压后过大：请只保留台账所在的工作表，另存后再导入")
            warnings.simplefilter("ignore")  # openpyxl tells about styles it does not know
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            sheets: list[Any] = book.worksheets
            return [_worksheet(sheet, archive.read(sheet._worksheet_path.lstrip("/"))) for sheet in sheets]
    except BROKEN_WORKBOOK as error:
        raise UnusableRegister(
            f"{name} 不是完好的 Excel 工作簿：请在 Excel 中打开并另存为 .xlsx 再导入"
        ) from error


def _worksheet(sheet: Any, source: bytes) -> Sheet:
    """`source`: the worksheet's XML, which tells what openpyxl's quick reader leaves out."""
    sheet.reset_dimensions()  # some programs write a wrong one, and rows would be cut off
    rows = [[_text(value) for value in values] for values in sheet.iter_rows(values_only=True)]
    for name, number in _FORMULA.findall(source):
        _fill(rows, int(number), _position(name), UNCOMPUTED)
    for name, first, last in _MERGED.findall(source):
        position = _position(name)
        if int(first) <= len(rows) and position < len(rows[int(first) - 1]):
            for number in range(int(first) + 1, min(int(last), len(rows)) + 1):
                _fill(rows, number, position, rows[int(first) - 1][position])
    lines = (Line(number, tuple(row)) for number, row in enumerate(rows, 1) if any(map(str.strip, row)))
    return Sheet(sheet.title, tuple(lines), is_hidden=sheet.sheet_state != "visible")


def _position(name: bytes) -> int:
    """Of a column: A is 0, AA is 26."""
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number - 1


def _fill(rows: list[list[str]], number: int, position: int, text: str) -> None:
    """Only where the cell is empty; a formula with a result keeps its result."""
    if number > len(rows):
        return
    row = rows[number - 1]
    row += [""] * (position + 1 - len(row))
    row[position] = row[position] or text


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
