"""The form of an official document (公文, GB/T 9704-2012) in Word: what the notice, the bulletin and the annual report share.

A document begins with `new_document`, gets paragraphs in the styles 公文…, tables through `add_table`, and ends with
`saved`, which gives the same bytes for the same document.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from io import BytesIO
from typing import NamedTuple

from docx import Document
from docx.document import Document as Official
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import _BaseHeaderFooter
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from reports.foreign_text import tame
from reports.packed import repacked

SONG_HEAD, FANG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
"""What GB/T 9704 asks for. Office machines have them; elsewhere another one is put in their place."""
RED, GREY = RGBColor(0xE6, 0x00, 0x12), RGBColor(0x80, 0x80, 0x80)
BODY, TEXT_WIDTH = 16, 156
"""Points of 三号; millimetres between the margins."""

LEFT, CENTRE, RIGHT = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT
JUSTIFIED = WD_ALIGN_PARAGRAPH.JUSTIFY

KEPT_STYLES = frozenset(
    {"Normal", "Header", "Footer", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"}
)
"""The rest of python-docx's own template would only fill the list of styles that the office chooses from."""


class Style(NamedTuple):
    """`size` and `line` (from line to line; None: as the font has it) in points; `indent`: two characters at first."""

    name: str
    font: str
    size: float
    line: float | None
    align: WD_ALIGN_PARAGRAPH | None = None
    indent: bool = False
    keeps_next: bool = False
    around: float = 0
    colour: RGBColor | None = None


STYLES = (
    Style("公文红头", SONG_HEAD, 34, None, CENTRE, colour=RED),
    Style("公文紧急程度", HEI, BODY, 28),
    Style("公文文号", FANG, BODY, 28, CENTRE),
    Style("公文标题", SONG_HEAD, 22, 34, CENTRE, around=22),
    Style("公文主送", FANG, BODY, 28),
    Style("公文正文", FANG, BODY, 28, JUSTIFIED, indent=True),
    Style("公文小节", HEI, BODY, 28, indent=True, keeps_next=True),
    Style("公文落款", FANG, BODY, 28, keeps_next=True),
    Style("公文表头", HEI, 10.5, 14, CENTRE, keeps_next=True),
    Style("公文表格", FANG, 10.5, 14),
)
LONGER_STYLES = (
    Style("公文款", KAI, BODY, 28, indent=True, keeps_next=True),
    Style("公文表题", HEI, 12, 20, CENTRE, keeps_next=True, around=6),
    Style("公文注", FANG, 10.5, 16, JUSTIFIED, indent=True),
    Style("公文图", FANG, BODY, None, CENTRE, keeps_next=True, around=6),
)
"""What a document of several pages needs besides: （一）…, a table's or chart's title, a note below it, a picture."""


class Column(NamedTuple):
    """Of a table; the width in millimetres."""

    title: str
    width: float
    align: WD_ALIGN_PARAGRAPH | None = CENTRE


def new_document(styles: Sequence[Style] = (*STYLES, *LONGER_STYLES), mark: str = "") -> Official:
    """An empty A4 document: margins, — 1 — outside, the styles. `mark` stands in red at the top of each page."""
    document = Document()
    _lay_out(document, mark)
    _make_styles(document, styles)
    return document


def saved(document: Official, title: str, author: str = "", dated: date | None = None) -> bytes:
    """The same document gives the same bytes; `dated` is the day that its properties name."""
    package = document.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # of python-docx's own template
            del package.rels[name]
    properties = document.core_properties
    properties.author = properties.comments = ""
    properties.title = title[:200]
    if author:
        properties.author = properties.last_modified_by = author[:200]
    if dated:
        properties.created = properties.modified = datetime.combine(dated, time())
    written = BytesIO()
    document.save(written)
    return repacked(written.getvalue())


# -- the page ---------------------------------------------------------------------------------------------


def _lay_out(document: Official, mark: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    outer = (
        (section.footer, section.header, RIGHT),
        (section.even_page_footer, section.even_page_header, LEFT),
    )
    for footer, header, side in outer:
        _page_number(_only_paragraph(footer), side)
        if mark:
            marked = _only_paragraph(header)
            marked.alignment = RIGHT
            marked.add_run(mark).font.color.rgb = RED


def _only_paragraph(place: _BaseHeaderFooter) -> Paragraph:
    place.is_linked_to_previous = False
    paragraph: Paragraph = place.paragraphs[0]
    return paragraph


def _page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """— 1 —, outside, one character from the edge."""
    paragraph.alignment = side
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
    paragraph.add_run("— ")
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    number = paragraph.add_run("1")
    field.append(number._r)
    paragraph._p.append(field)
    paragraph.add_run(" —")


# -- styles -----------------------------------------------------------------------------------------------


def _make_styles(document: Official, styles: Sequence[Style]) -> None:
    for style in list(document.styles):
        if style.name not in KEPT_STYLES:
            style.delete()
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert defaults is not None  # python-docx's own template has it
    _name_fonts(defaults, FANG)
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set(normal, Style("Normal", FANG, BODY, 28))
    for name in ("Header", "Footer"):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        _set(style, Style(name, SONG, 14, None))
    for given in styles:
        style = document.styles.add_style(given.name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)
        style.base_style = normal
        style.quick_style = True
        _set(style, given)


def _set(style: ParagraphStyle, given: Style) -> None:
    style.font.size = Pt(given.size)
    _name_fonts(style.element.get_or_add_rPr(), given.font)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(given.around)
    form.widow_control = True
    if given.line is None:
        form.line_spacing = 1.0
    else:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(given.line)
    if given.indent:
        indent_first_line(style.element.get_or_add_pPr(), 2, given.size)
    if given.align is not None:
        form.alignment = given.align
    if given.keeps_next:
        form.keep_with_next = True
    if given.colour is not None:
        style.font.color.rgb = given.colour


def _name_fonts(run: BaseOxmlElement, font: str) -> None:
    """Names the Chinese font (w:eastAsia), or Word picks one of its own; a theme's font would go before it."""
    for old in run.findall(qn("w:rFonts")) + run.findall(qn("w:lang")):
        run.remove(old)
    fonts = OxmlElement("w:rFonts")
    for name, value in (("ascii", "Times New Roman"), ("hAnsi", "Times New Roman"), ("eastAsia", font)):
        fonts.set(qn(f"w:{name}"), value)
    fonts.set(qn("w:hint"), "eastAsia")  # “” and — are Chinese here
    run.insert(0, fonts)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    run.append(language)


def indent_first_line(paragraph: BaseOxmlElement, letters: int, size: float = BODY) -> None:
    """So many characters, whatever their size (`size`: points, for programs that do not count in characters)."""
    indent = paragraph.get_or_add_ind()
    indent.set(qn("w:firstLineChars"), str(100 * letters))
    indent.set(qn("w:firstLine"), str(round(letters * size * 20)))


# -- head and foot ----------------------------------------------------------------------------------------


def red_head(document: Official, office: str, name: str, number: str) -> None:
    """发文机关标志: the office, the document's name below it, the number (发文字号) and the red line (红色分隔线)."""
    add = document.add_paragraph
    for run in add(office, "公文红头").runs:
        run.font.size = Pt(26)
    add(name, "公文红头")
    numbered = add(number, "公文文号")
    numbered.paragraph_format.space_before = Pt(20)
    _rule_below(numbered)


def _rule_below(paragraph: Paragraph) -> None:
    """4 mm below the number as GB/T 9704 has it."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "11"), ("color", str(RED))):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    before = {"pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr"}
    properties = paragraph._p.get_or_add_pPr()
    place = sum(child.tag in {qn(f"w:{name}") for name in before} for child in properties)
    properties.insert(place, borders)


def list_attachments(document: Official, *names: str) -> None:
    """附件：…, one line of its own before the signature; several are numbered, each in its line."""
    for number, name in enumerate(names, 1):
        ordinal = f"{number}. " if len(names) > 1 else ""
        line = document.add_paragraph(f"{'附件：' if number == 1 else ''}{ordinal}{name}", "公文正文")
        line.paragraph_format.keep_with_next = True
        if number == 1:
            line.paragraph_format.space_before = Pt(28)
        else:
            indent_first_line(line._p.get_or_add_pPr(), 5)


def sign(document: Official, office: str, day: str) -> None:
    """落款: who and when, on the right, with room for the seal."""
    for number, text in enumerate((office, day)):
        signed = document.add_paragraph(text, "公文落款")
        signed.alignment = RIGHT
        signed.paragraph_format.right_indent = Pt(2 * BODY)
        signed.paragraph_format.space_before = Pt(0 if number else 56)


# -- tables -----------------------------------------------------------------------------------------------


def add_table(
    document: Official, columns: Sequence[Column], rows: Iterable[Sequence[str]], total: Sequence[str] = ()
) -> Table:
    """A heading that is repeated on each page, then the rows; `total` is a last row, set as the heading is.

    The text of a cell may have several lines.
    """
    table = new_table(document, 1, columns)
    for cells in rows:
        row = _one_more(table, columns)
        for cell, text, column in zip(row.cells, cells, columns, strict=True):
            fill(cell, text.split("\n"), "公文表格", column.align)
    if total:
        row = _one_more(table, columns)
        for cell, text in zip(row.cells, total, strict=True):
            fill(cell, (text,), "公文表头")
            cell.paragraphs[0].paragraph_format.keep_with_next = False
    return table


def new_table(document: Official, rows: int, columns: Sequence[Column]) -> Table:
    """With the heading filled in, all else empty."""
    table: Table = document.add_table(rows=rows, cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _narrow_cells(table)
    heading = table.rows[0]
    keep_whole(heading, repeated=True)
    for place, column in enumerate(columns):
        for each in table.rows:
            each.cells[place].width = Mm(column.width)
        table.columns[place].width = Mm(column.width)
        fill(heading.cells[place], (column.title,), "公文表头")
    return table


def _one_more(table: Table, columns: Sequence[Column]) -> _Row:
    row: _Row = table.add_row()  # type: ignore[no-untyped-call]
    keep_whole(row)
    for cell, column in zip(row.cells, columns, strict=True):
        cell.width = Mm(column.width)
    return row


def keep_whole(row: _Row, repeated: bool = False) -> None:
    """No page ends within the row; `repeated`: it stands at the top of each page."""
    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if repeated:
        properties.append(OxmlElement("w:tblHeader"))


def fill(cell: _Cell, lines: Sequence[str], style: str, align: WD_ALIGN_PARAGRAPH | None = None) -> None:
    """One paragraph a line, in the middle of the cell's height."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    paragraphs = [cell.paragraphs[0], *(cell.add_paragraph() for _ in lines[1:])]
    for paragraph, line in zip(paragraphs, lines, strict=True):
        paragraph.style = style
        paragraph.add_run(tame(line))
        if align is not None:
            paragraph.alignment = align


def _narrow_cells(table: Table) -> None:
    """One millimetre beside the text: dates stay on one line."""
    margins = OxmlElement("w:tblCellMar")
    for side, twips in (("top", 40), ("left", 57), ("bottom", 40), ("right", 57)):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), str(twips))
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    properties = table._tbl.tblPr
    look = properties.find(qn("w:tblLook"))
    properties.insert(len(properties) if look is None else list(properties).index(look), margins)
