"""The Word document: the form's tables as printed, the same numbers as in the sheet, 公文 form."""

import shutil
import subprocess
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Official
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import Table as WordTable

from reports.annual_form import CARRIED_ON, CHARGE, TABLES, TOTAL, Key, Table
from reports.annual_rules import UnsoundReport
from reports.annual_word import write_annual_word
from tests.reports.annual_reports import LEDGER_2025, the_report_of_2025
from tests.reports.letters import HOSTILE, SHOWN


def written(**more: object) -> Official:
    return Document(BytesIO(write_annual_word(the_report_of_2025(**more), LEDGER_2025)))  # type: ignore[arg-type]


def lines(document: Official) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def read_back(drawn: WordTable, table: Table) -> dict[Key, str]:
    cells = [row.cells for row in drawn.rows]
    return {box.key: cells[box.line][box.place].text for box in table.boxes if box.key}


def test_the_report_has_its_title_and_six_sections_in_their_order() -> None:
    said = lines(written())
    assert said[0] == "焦作市人民政府办公室\n2025年政府信息公开工作年度报告"
    assert [line for line in said if line[0] in "一二三四五六" and "、" in line[:2]] == [
        "一、总体情况",
        "二、主动公开政府信息情况",
        "三、收到和处理政府信息公开申请情况",
        "四、政府信息公开行政复议、行政诉讼情况",
        "五、存在的主要问题及改进情况",
        "六、其他需要报告的事项",
    ]


def test_the_texts_stand_word_for_word_under_their_headings() -> None:
    said, texts = lines(written()), the_report_of_2025().texts
    assert said[2] == texts["总体情况"]
    for number, name in zip("一二三四五", list(texts)[1:6], strict=True):
        assert f"（{number}）{name}：{texts[name]}" in said
    assert said[-4:] == [
        *texts["存在的主要问题及改进情况"].splitlines(),
        "六、其他需要报告的事项",
        "2025年度无行政事业性收费。",
    ]


@pytest.mark.parametrize("number", range(3))
def test_a_table_holds_the_numbers_of_the_sheet_and_the_headings_of_the_form(number: int) -> None:
    drawn, table = written().tables[number], TABLES[number]
    numbers = the_report_of_2025().numbers
    assert read_back(drawn, table) == {key: str(numbers[key]) for key in table.keys}
    cells = [row.cells for row in drawn.rows]
    for box in table.boxes:
        first, last = cells[box.line][box.place], cells[box.line + box.lines - 1][box.place + box.places - 1]
        assert first._tc is last._tc, "merged as the form has it"
        if not box.key:
            assert first.text == box.text


def test_the_tables_are_as_wide_as_the_lines_and_no_row_is_split() -> None:
    for drawn, table in zip(written().tables, TABLES, strict=True):
        assert sum(column.width or 0 for column in drawn.columns) == pytest.approx(Mm(156), abs=20_000)
        assert all(row._tr.find(f".//{qn('w:cantSplit')}") is not None for row in drawn.rows)
        repeated = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in drawn.rows]
        assert repeated == [line < table.heading_lines for line in range(len(drawn.rows))]


def test_numbers_stand_in_the_middle_in_the_font_of_tables() -> None:
    drawn = written().tables[1]
    cell = drawn.rows[3].cells[3]
    assert (cell.text, cell.paragraphs[0].alignment) == ("258", 1)
    style = cell.paragraphs[0].style
    assert style is not None
    fonts = style.element.find(f".//{qn('w:rFonts')}")
    assert fonts is not None
    assert (fonts.get(qn("w:eastAsia")), style.font.size.pt) == ("宋体", 10)


def test_fields_become_numbers_and_a_charge_keeps_its_decimals() -> None:
    charge = Key("行政事业性收费", CHARGE)
    texts = {"其他需要报告的事项": "收取行政事业性收费{行政事业性收费}万元。"}
    document = written(change={charge: Decimal("3.5")}, texts=texts)
    assert lines(document)[-1] == "收取行政事业性收费3.5万元。"
    assert read_back(document.tables[0], TABLES[0])[charge] == "3.5"


def test_strange_letters_in_a_text_come_out_as_they_are() -> None:
    assert SHOWN in lines(written(texts={"其他需要报告的事项": HOSTILE}))[-1]


def test_nothing_is_written_of_a_report_that_does_not_add_up() -> None:
    with pytest.raises(UnsoundReport, match="年度报告有3处错误"):
        write_annual_word(the_report_of_2025({Key(CARRIED_ON, TOTAL): 30}))
    with pytest.raises(UnsoundReport, match="台账政府网站“家次”"):
        write_annual_word(the_report_of_2025(), {**LEDGER_2025, "site/家次": 130})


def test_the_same_report_is_the_same_bytes() -> None:
    assert write_annual_word(the_report_of_2025()) == write_annual_word(the_report_of_2025())


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_each_table_stands_on_one_page_and_within_the_margins(tmp_path: Path) -> None:
    import pypdfium2

    (tmp_path / "report.docx").write_bytes(write_annual_word(the_report_of_2025()))
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "pdf",
    ]
    subprocess.run(
        [*command, "--outdir", tmp_path, tmp_path / "report.docx"],
        check=True,
        capture_output=True,
        timeout=180,
    )
    pages = [
        page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(tmp_path / "report.pdf")
    ]
    (requests,) = [page for page in pages if "申请人情况" in page]
    assert "一、本年新收" in requests
    assert "四、结转下年度继续办理" in requests
    (published,) = [page for page in pages if "本年制发件数" in page]
    assert "行政事业性收费" in published
