"""The annual report as a Word document: 公文 form, its three tables as the official form has them."""

from collections.abc import Mapping
from datetime import date

from docx.document import Document as Official
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table as WordTable

from reports.annual_form import (
    OTHER_MATTERS,
    OVERVIEW,
    PARTS,
    TABLES,
    TROUBLES,
    AnnualSheet,
    Box,
    Table,
    Text,
    shown,
)
from reports.annual_rules import refuse_unsound
from reports.foreign_text import tame
from reports.official_form import (
    CENTRE,
    HEI,
    KAI,
    LEFT,
    LONGER_STYLES,
    SONG,
    STYLES,
    Column,
    Style,
    fill,
    keep_whole,
    new_document,
    new_table,
    saved,
)

CELL, HEAD = "年报表格", "年报表头"
TABLE_STYLES = (Style(CELL, SONG, 10, 13), Style(HEAD, HEI, 10, 13))


def write_annual_word(sheet: AnnualSheet, ledger: Mapping[str, int] | None = None) -> bytes:
    """UnsoundReport if the report does not add up; the same report gives the same bytes."""
    refuse_unsound(sheet, ledger)
    document = new_document((*STYLES, *LONGER_STYLES, *TABLE_STYLES))
    office, _, rest = tame(sheet.title).rpartition(f"{sheet.year}年")
    title = document.add_paragraph(office, "公文标题")
    title.runs[0].add_break()
    title.add_run(f"{sheet.year}年{rest}")
    document.add_paragraph(OVERVIEW.heading, "公文小节")
    _say(document, sheet, OVERVIEW)
    for part in PARTS:
        _say(document, sheet, part, run_in=f"{part.heading}：")
    for table in TABLES:
        document.add_paragraph(table.title, "公文小节")
        _draw(document, sheet, table)
    for text in (TROUBLES, OTHER_MATTERS):
        document.add_paragraph(text.heading, "公文小节")
        _say(document, sheet, text)
    return saved(document, tame(sheet.title), tame(sheet.office), date(sheet.year + 1, 1, 1))


def _say(document: Official, sheet: AnnualSheet, text: Text, run_in: str = "") -> None:
    """`run_in`: the heading that the first paragraph begins with, in 楷体."""
    for number, words in enumerate(sheet.paragraphs(text) or (("",) if run_in else ())):
        paragraph = document.add_paragraph(style="公文正文")
        if run_in and not number:
            heading = paragraph.add_run(run_in)
            heading._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), KAI)
        paragraph.add_run(tame(words))


def _draw(document: Official, sheet: AnnualSheet, table: Table) -> None:
    lines = 1 + max(box.line for box in table.boxes)
    drawn = new_table(document, lines, [Column("", width) for width in table.widths])
    grid = [list(row.cells) for row in drawn.rows]
    for box in table.boxes:
        cell = grid[box.line][box.place]
        if box.lines > 1 or box.places > 1:
            cell = cell.merge(grid[box.line + box.lines - 1][box.place + box.places - 1])
        words = shown(sheet.numbers[box.key]) if box.key else box.text
        fill(cell, (words,), CELL if box.key or box.head.startswith("row") else HEAD, _side(box))
    _break_well(drawn, table)


def _side(box: Box) -> WD_ALIGN_PARAGRAPH:
    return LEFT if box.head == "row" else CENTRE


def _break_well(drawn: WordTable, table: Table) -> None:
    """Each table fits on a page and is kept on one; if it does not, its headings of columns come again on the next."""
    heading = drawn.rows[0]._tr.get_or_add_trPr()
    for mark in list(
        heading
    ):  # the first line alone would be repeated, also of a table whose headings stand all over
        if mark.tag in (qn("w:tblHeader"), qn("w:cantSplit")):
            heading.remove(mark)
    for number, row in enumerate(drawn.rows, 1):
        keep_whole(row, repeated=number <= table.heading_lines)
        for paragraph in row._tr.iter(qn("w:p")):
            paragraph.get_or_add_pPr().get_or_add_keepNext().val = number < len(drawn.rows)
