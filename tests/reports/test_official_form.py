"""公文 form: page, styles, head, tables and signature, and that the notice's template is what it always was."""

import hashlib
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from reports.notice_template import built_in_template
from reports.official_form import (
    FANG,
    LONGER_STYLES,
    RED,
    STYLES,
    Column,
    add_table,
    list_attachments,
    new_document,
    red_head,
    saved,
    sign,
)
from tests.reports.letters import HOSTILE, SHOWN

AS_RELEASED = "55908b4317d70a62a57c8027f8734afe1aa7fe008fc4f72a31f4a55dd2f57f8b"
COLUMNS = (Column("序号", 16), Column("名称", 100, None), Column("数量", 40))


def read_back(document: Any) -> Any:
    return Document(BytesIO(saved(document, "通报")))


def test_the_notice_template_has_the_same_parts_as_before_its_form_was_shared() -> None:
    """Its hash is written into every notice: whoever changes the form on purpose writes the new one here."""
    digest = hashlib.sha256()
    with ZipFile(BytesIO(built_in_template())) as parts:
        for name in parts.namelist():
            digest.update(name.encode() + b"\0" + parts.read(name))
    assert digest.hexdigest() == AS_RELEASED


def test_a_page_is_that_of_the_standard_and_bears_its_number_outside() -> None:
    document = read_back(new_document())
    (section,) = document.sections
    millimetres = [
        round(length / Mm(1))
        for length in (
            section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin,
            section.right_margin,
        )
    ]  # fmt: skip
    assert millimetres == [210, 297, 37, 35, 28, 26]
    assert document.settings.odd_and_even_pages_header_footer
    sides = [str(footer.paragraphs[0].alignment) for footer in (section.footer, section.even_page_footer)]
    assert [side.split()[0] for side in sides] == ["RIGHT", "LEFT"]
    assert "PAGE" in section.footer._element.xml


@pytest.mark.parametrize("style", (*STYLES, *LONGER_STYLES), ids=lambda style: style.name)
def test_every_style_names_its_chinese_font_size_and_line(style: Any) -> None:
    made = read_back(new_document()).styles[style.name]
    fonts = made.element.rPr.find(qn("w:rFonts"))
    assert fonts.get(qn("w:eastAsia")) == style.font
    assert made.font.size.pt == style.size
    if style.line:
        assert made.paragraph_format.line_spacing.pt == style.line


def test_the_body_is_16_points_in_fangsong_28_apart_with_two_characters_in_front() -> None:
    body = read_back(new_document()).styles["公文正文"]
    assert (body.element.rPr.find(qn("w:rFonts")).get(qn("w:eastAsia")), body.font.size.pt) == (FANG, 16)
    assert body.element.pPr.ind.get(qn("w:firstLineChars")) == "200"


def test_the_head_is_red_and_a_red_line_stands_below_the_number() -> None:
    document = new_document()
    red_head(document, "云泽市人民政府办公室", "通报", "〔2026〕1号")
    office, name, number = read_back(document).paragraphs
    assert [each.text for each in (office, name, number)] == ["云泽市人民政府办公室", "通报", "〔2026〕1号"]
    assert office.style.font.color.rgb == RED
    assert number._p.pPr.find(qn("w:pBdr"))[0].get(qn("w:color")) == str(RED)


def test_a_table_repeats_its_heading_tears_no_row_and_keeps_its_widths() -> None:
    document = new_document()
    add_table(document, COLUMNS, [("1", "甲", "3"), ("2", "第一行\n第二行", "4")], total=("", "合计", "7"))
    (table,) = read_back(document).tables
    heading, *rows = table.rows
    assert heading._tr.trPr.find(qn("w:tblHeader")) is not None
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
    assert all(row._tr.trPr.find(qn("w:tblHeader")) is None for row in rows)
    assert [round(cell.width / Mm(1)) for cell in rows[0].cells] == [16, 100, 40]
    assert [cell.text for cell in rows[1].cells] == ["2", "第一行\n第二行", "4"]
    assert {paragraph.style.name for cell in rows[2].cells for paragraph in cell.paragraphs} == {"公文表头"}


def test_strangers_texts_do_not_break_a_table() -> None:
    document = new_document()
    add_table(document, (Column("名称", 100, None),), [(HOSTILE,)])
    (table,) = read_back(document).tables
    assert table.rows[1].cells[0].text.startswith(SHOWN)


@pytest.mark.parametrize(
    ("names", "lines"),
    [((), []), (("问题清单",), ["附件：问题清单"]), (("甲", "乙"), ["附件：1. 甲", "2. 乙"])],
)
def test_attachments_are_numbered_when_there_are_several(names: tuple[str, ...], lines: list[str]) -> None:
    document = new_document()
    list_attachments(document, *names)
    assert [paragraph.text for paragraph in read_back(document).paragraphs] == lines


def test_a_mark_stands_on_odd_and_even_pages() -> None:
    (section,) = read_back(new_document(mark="草稿")).sections
    assert (section.header.paragraphs[0].text, section.even_page_header.paragraphs[0].text) == (
        "草稿",
        "草稿",
    )
    (section,) = read_back(new_document()).sections
    assert "草稿" not in section.header._element.xml


def test_the_same_document_is_the_same_bytes_and_says_who_and_when() -> None:
    def written(day: date) -> bytes:
        document = new_document()
        sign(document, "云泽市人民政府办公室（印章）", "2026年11月24日")
        return saved(document, "通报", "云泽市人民政府办公室", day)

    assert written(date(2026, 11, 24)) == written(date(2026, 11, 24)) != written(date(2026, 11, 25))
    properties = Document(BytesIO(written(date(2026, 11, 24)))).core_properties
    assert (properties.author, properties.title) == ("云泽市人民政府办公室", "通报")
    assert properties.modified.date() == date(2026, 11, 24)
