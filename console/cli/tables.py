"""Tables for people: aligned on a terminal, safe in a spreadsheet."""

import shutil
import sys
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any, TextIO

import typer

PIPED = 1000
"""Columns of a table that goes into a pipe or a file: no cell is cut."""

NARROW = 140
"""Columns of a terminal below which a table leaves out what another command tells."""


def printable(text: str) -> str:
    """Without control characters: the title of a stranger's page must not steer our terminal."""
    return "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in text)


def is_narrow() -> bool:
    return sys.stdout.isatty() and shutil.get_terminal_size().columns < NARROW


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]], fixed: Collection[str] = ()) -> None:
    """On a terminal columns fold to its width, the `fixed` ones do not; in a pipe each row stays one line."""
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    piped = not sys.stdout.isatty()
    table = Table(box=None, pad_edge=False, header_style="" if piped else "bold")
    for heading in headings:
        table.add_column(heading, no_wrap=piped or heading in fixed, overflow="fold")
    for row in rows:
        table.add_row(*(escape(printable(cell)) for cell in row))
    console = Console(width=PIPED if piped else None, highlight=False, soft_wrap=piped)
    with console.capture() as captured:
        console.print(table)
    for line in captured.get().splitlines():
        print(line.rstrip())


def save_workbook(file: Path, content: bytes) -> None:
    """An Excel file that people fill in, or the one line that says why it cannot be written."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise typer.BadParameter(
            f"{file} 无法写入（{error.strerror}）：请检查路径，或先关闭已打开的文件"
        ) from error


def require_workbook(file: Path) -> None:
    """Asked before anything is looked up."""
    if file.suffix.lower() != ".xlsx":
        raise typer.BadParameter(f"{file} 应以 .xlsx 结尾")


def write_csv(out: TextIO, headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """As every other export is written."""
    from reports.tables import write_table

    write_table(out, "csv", [(heading, heading) for heading in headings], rows)
