"""Tables for people: aligned on a terminal, safe in a spreadsheet."""

import csv
from collections.abc import Iterable, Sequence
from typing import TextIO

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""A spreadsheet would run a cell that begins so: titles of strangers' pages must not be formulas."""


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """On a terminal columns fold to its width; in a pipe each row stays one line."""
    import sys

    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    piped = not sys.stdout.isatty()
    for heading in headings:
        table.add_column(heading, no_wrap=piped or heading in ("编号", "状态", "类型"), overflow="fold")
    for row in rows:
        table.add_row(*(_escaped(cell) for cell in row))
    console = Console(width=400 if piped else None, highlight=False, soft_wrap=piped)
    console.print(table)


def _escaped(cell: str) -> str:
    from rich.markup import escape

    return escape(cell)


def write_csv(out: TextIO, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([_safe(cell) for cell in row] for row in rows)


def _safe(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(DANGEROUS) else cell
