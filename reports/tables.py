"""The one writer of tables that we hand out: CSV, workbooks (XLSX) and JSON lines; a row at a time, however many there are.

In CSV and XLSX a text is one line (`tame`) that no spreadsheet runs as a formula (`safe_cell`), and moments are shown in
Asia/Shanghai. In JSON a text is what it was, letter for letter, and a moment is ISO 8601 with its offset. What was stopped
half-way leaves nothing under the name that was asked for. The same rows give the same bytes.
"""

import csv
import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from itertools import chain, count, islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Literal, Protocol

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError

from crawler.clock import CHINA
from reports.foreign_text import safe_cell, tame

Format = Literal["csv", "xlsx", "json"]
Value = str | bool | int | float | date | datetime | Sequence[Any] | Mapping[str, Any] | None
Row = Sequence[Value]
"""Its values in the order of the columns."""
Column = tuple[str, str] | tuple[str, str, float]
"""Its name in JSON, its heading in CSV and XLSX, and its width in a workbook (in digits; left out: as its heading needs)."""

ENDINGS: Mapping[Format, str] = {"csv": ".csv", "xlsx": ".xlsx", "json": ".jsonl"}
MANIFEST = "manifest.json"

SHEET_ROWS = 1_048_576
"""A sheet holds no more, the row of its headings among them."""
DIGITS = 15
"""Of a number in a spreadsheet; a longer one is written as text, or it would end in zeros."""
FIRST_DAY = date(1900, 3, 1)
"""Before it a spreadsheet counts days in its own way, or not at all: such days are written as text."""
A4 = 9
DAY, MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
FIRST_ZIP = datetime(1980, 1, 1)  # noqa: DTZ001 (a workbook knows no zones)
"""Stands as a workbook's making, so that the same rows are the same bytes (as in reports/packed.py)."""

_BREAKS = re.compile("[\u0085\u2028\u2029\ud800-\udfff]")
"""Some programs end a line at the first three; the rest is what UTF-8 cannot hold. JSON can say them all in ASCII."""


class Table(Protocol):
    """One of several tables that are handed out together. `name`: its file's; `title`: its sheet's."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def columns(self) -> Sequence[Column]: ...
    @property
    def rows(self) -> Iterable[Row]: ...


def write_table(
    to: Path | IO[Any], format: Format, columns: Sequence[Column], rows: Iterable[Row], title: str = "清单"
) -> int:
    """How many rows were written. A stream is one of text, for XLSX one of bytes; `title`: the name of the sheet."""
    if isinstance(to, Path):
        with _whole(to) as unfinished, _opened(unfinished, format) as stream:
            return write_table(stream, format, columns, rows, title)
    match format:
        case "csv":
            return _write_csv(to, columns, rows)
        case "json":
            return _write_json(to, columns, rows)
        case "xlsx":
            with workbook(to) as book:
                return book.add(title, columns, rows)


def write_book(path: Path, tables: Iterable[Table]) -> None:
    """Several tables as the sheets of one workbook."""
    with _whole(path) as unfinished, _workbook_at(unfinished) as book:
        for table in tables:
            book.add(table.title, table.columns, table.rows)


def write_tables(
    folder: Path,
    format: Format,
    name: str,
    tables: Iterable[Table],
    manifest: Callable[[Mapping[str, tuple[str, int]]], Mapping[str, Any]],
) -> dict[str, int]:
    """Several tables into a folder: a file each, for XLSX one workbook `name` with a sheet each. Table -> rows.

    `manifest`: out of every table's file and rows, what manifest.json is to say. It comes last and goes first: a folder
    with a manifest is whole.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", suffix=".part", dir=folder) as beside:
        place, written = Path(beside), {}
        with ExitStack() as open_files:
            book = (
                open_files.enter_context(_workbook_at(place / f"{name}.xlsx")) if format == "xlsx" else None
            )
            for table in tables:
                if book:
                    rows = book.add(table.title, table.columns, table.rows)
                    written[table.name] = f"{name}.xlsx", rows
                else:
                    file = f"{table.name}{ENDINGS[format]}"
                    rows = write_table(place / file, format, table.columns, table.rows)
                    written[table.name] = file, rows
        text = json.dumps(manifest(written), ensure_ascii=False, indent=2, default=_in_json)
        (place / MANIFEST).write_text(f"{text}\n", "utf-8")
        (folder / MANIFEST).unlink(missing_ok=True)
        for file in sorted({file for file, _ in written.values()}):
            (place / file).replace(folder / file)
        (place / MANIFEST).replace(folder / MANIFEST)
    return {table_name: rows for table_name, (_, rows) in written.items()}


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Where to write what shall stand under `path` whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _opened(path: Path, format: Format) -> IO[Any]:
    return path.open("wb") if format == "xlsx" else path.open("w", encoding="utf-8", newline="")


# -- CSV --------------------------------------------------------------------------------------------------


def _write_csv(out: IO[str], columns: Sequence[Column], rows: Iterable[Row]) -> int:
    """With the mark (BOM) by which a spreadsheet knows UTF-8."""
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_shown(column[1]) for column in columns])
    written = 0
    for row in rows:
        writer.writerow([_shown(value) for value in row])
        written += 1
    return written


def _shown(value: Value) -> str | int | float:
    """As CSV and XLSX show it to people."""
    match value:
        case None:
            return ""
        case str():
            return safe_cell(tame(value))
        case bool():
            return "是" if value else "否"
        case int() | float():
            return value
        case datetime():
            return value.astimezone(CHINA).replace(tzinfo=None).isoformat(" ", "seconds")
        case date():
            return value.isoformat()
    return safe_cell(tame(json.dumps(value, ensure_ascii=False, default=_in_json))) if value else ""


# -- JSON -------------------------------------------------------------------------------------------------


def _write_json(out: IO[str], columns: Sequence[Column], rows: Iterable[Row]) -> int:
    names, written = [column[0] for column in columns], 0
    for row in rows:
        text = json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=_in_json)
        out.write(_BREAKS.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n")
        written += 1
    return written


def _in_json(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no form in JSON")


# -- XLSX -------------------------------------------------------------------------------------------------


class Workbook:
    """A workbook that is being written: a table a sheet, the next one when a sheet is full."""

    def __init__(self, book: xlsxwriter.Workbook, sheet_rows: int) -> None:
        self._book, self._most = book, sheet_rows - 1
        self._heading = book.add_format({"bold": True, "bg_color": "#F2F2F2", "bottom": 1})
        self._day, self._moment = (
            book.add_format({"num_format": form, "align": "left"}) for form in (DAY, MOMENT)
        )

    def add(self, title: str, columns: Sequence[Column], rows: Iterable[Row]) -> int:
        """How many rows were written."""
        written, left = 0, iter(rows)
        for number in count(1):
            sheet = self._begun(title if number == 1 else f"{title}（{number}）", columns)
            line = 0
            for line, row in enumerate(islice(left, self._most), 1):
                for place, value in enumerate(row):
                    self._write(sheet, line, place, value)
            sheet.autofilter(0, 0, line, len(columns) - 1)
            written += line
            if (following := next(left, None)) is None:
                break
            left = chain([following], left)
        return written

    def _begun(self, title: str, columns: Sequence[Column]) -> xlsxwriter.worksheet.Worksheet:
        sheet = self._book.add_worksheet(title)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column[2] if len(column) == 3 else _width(column[1]))
            sheet.write_string(0, place, str(_shown(column[1])), self._heading)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _write(self, sheet: xlsxwriter.worksheet.Worksheet, line: int, place: int, value: Value) -> None:
        match value:
            case datetime() if (local := value.astimezone(CHINA)).date() >= FIRST_DAY:
                sheet.write_datetime(line, place, local.replace(tzinfo=None, microsecond=0), self._moment)
            case date() if not isinstance(value, datetime) and value >= FIRST_DAY:
                sheet.write_datetime(line, place, value, self._day)
            case int() | float() if not isinstance(value, bool) and abs(value) < 10**DIGITS:
                sheet.write_number(line, place, value)
            case _:
                if text := str(_shown(value)):
                    sheet.write_string(line, place, text)


@contextmanager
def workbook(to: IO[bytes], sheet_rows: int = SHEET_ROWS) -> Iterator[Workbook]:
    """Tables are added within the block; nothing is written if it fails. `sheet_rows`: the most that a sheet holds."""
    with TemporaryDirectory() as kept:  # rows wait there and not in memory until the sheet's head is known
        options = {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "use_zip64": True,
            "tmpdir": kept,
            "default_format_properties": {"font_name": "宋体", "font_size": 10},
        }
        sink = _Sink(to)
        book = xlsxwriter.Workbook(sink, options)
        book.set_properties({"created": FIRST_ZIP})
        yield Workbook(book, sheet_rows)
        try:
            book.close()
        except FileCreateError as error:  # the writer's own name for a full disk
            sink.trouble = error.args[0]
        if sink.trouble:
            raise sink.trouble


class _Sink:
    """Into it the workbook's ZIP is written. A full disk is told at the end, once: a ZIP that cannot be ended would speak up
    on its own, and again when it is cleared away."""

    def __init__(self, to: IO[bytes]) -> None:
        self._to, self._at = to, to.tell()
        self.trouble: OSError | None = None

    def write(self, data: bytes) -> int:
        self._tried(self._to.write, data)
        self._at += len(data)
        return len(data)

    def seek(self, place: int) -> int:
        self._tried(self._to.seek, place)
        self._at = place
        return place

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._tried(self._to.flush)

    def _tried(self, act: Callable[..., object], *told: object) -> None:
        if self.trouble is None:
            try:
                act(*told)
            except OSError as error:
                self.trouble = error


@contextmanager
def _workbook_at(path: Path) -> Iterator[Workbook]:
    with path.open("wb") as file, workbook(file) as book:
        yield book


def _width(heading: str) -> float:
    """The heading and the arrow of its filter."""
    return 4 + sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in heading)
