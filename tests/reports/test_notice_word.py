"""The Word notice: 公文 form, strangers' texts as they stand, and a template that the office can make its own."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as Notice
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.styles.style import BaseStyle
from docx.table import Table

from reports.errors import UnusableTemplate
from reports.letter import FORECAST_WORDS, Letter
from reports.notice_word import built_in_template, template_of, write_word
from reports.settings import ReportSettings
from tests.reports.letters import HOSTILE, SHOWN, a_full_letter, a_letter, a_row


def written(letter: Letter, template: bytes | None = None) -> Notice:
    return Document(BytesIO(write_word(letter, template or built_in_template())))


def lines(notice: Notice) -> list[str]:
    """All paragraphs, those of tables after the others."""
    cells = (cell for table in notice.tables for row in table.rows for cell in row.cells)
    inside = [paragraph.text for cell in cells for paragraph in cell.paragraphs]
    return [paragraph.text for paragraph in notice.paragraphs] + inside


def rows_of(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def changed(change: Callable[[Notice], None]) -> bytes:
    """The built-in template as the office changed it in Word."""
    template = Document(BytesIO(built_in_template()))
    change(template)
    saved = BytesIO()
    template.save(saved)
    return saved.getvalue()


def with_line(text: str) -> bytes:
    def add(template: Notice) -> None:
        template.paragraphs[-2].insert_paragraph_before(text)

    return changed(add)


# -- what it says -----------------------------------------------------------------------------------------


def test_a_weekly_notice_has_all_parts_of_the_form_in_their_order() -> None:
    said = [paragraph.text for paragraph in written(a_full_letter()).paragraphs]
    expected = [
        "云泽市人民政府办公室",
        "问题整改通知单",
        "云政办网改〔2026〕12号",
        "关于限期整改网站和政务新媒体问题的通知",
        "云泽市教育局：",
        "一、新列问题（3个）",
        "二、再次通知的问题（1个）",
        "三、已整改（销号）的问题（2个）",
        "四、整改要求",
        "（一）请你单位于2026年12月1日（星期二）前完成整改。",
        "特此通知。",
        "附件：问题清单（共6项，Excel 表格）",
        "云泽市人民政府办公室（印章）",
        "2026年11月24日",
        "（联系人：李某，0398-1234567）",
    ]
    assert [line for line in said if line in expected] == expected
    body = next(line for line in said if line.startswith("根据"))
    assert "（国办秘函〔2019〕19号）" in body
    assert "2026年11月16日至2026年11月22日（2026年第47周）" in body
    assert "新列问题3个（日常巡检2个、上级通报1个）；再次通知逾期未整改问题1个" in body


def test_each_table_lists_its_rows_under_a_heading_that_repeats_on_every_page() -> None:
    new, again, rectified = written(a_full_letter()).tables
    assert rows_of(new)[0] == ["序号", "网站（账号）", "问题类型", "问题描述", "首次发现", "整改时限"]
    assert rows_of(new)[2] == [
        "2",
        "云泽市教育局门户网站\n4199000017",
        "空白栏目",
        "栏目“首页→互动交流→征集调查”没有任何内容（依据：国办秘函〔2019〕19号 单项否决 栏目不更新）",
        "2026-11-17",
        "2026-12-01",
    ]
    assert rows_of(again)[1][5] == "第2次"
    assert rows_of(rectified)[1][5] == "2026-11-20"
    assert [len(table.rows) for table in (new, again, rectified)] == [4, 2, 3]
    for table in (new, again, rectified):
        assert table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None


def test_nothing_of_the_template_is_left_over() -> None:
    data = write_word(a_full_letter(), built_in_template())
    with zipfile.ZipFile(BytesIO(data)) as parts:
        text = "".join(parts.read(name).decode() for name in parts.namelist() if name.endswith(".xml"))
    assert "{{" not in text
    assert "{%" not in text
    assert "可用字段" not in text


def test_a_draft_says_plainly_that_it_is_one_on_every_page() -> None:
    notice = written(a_full_letter(number=""))
    assert "（草稿，未签发）" in lines(notice)
    for header in (notice.sections[0].header, notice.sections[0].even_page_header):
        assert header.paragraphs[0].text == "草稿，未签发，请勿外传"
    signed = written(a_full_letter())
    assert not any("草稿" in line for line in lines(signed))
    assert signed.sections[0].header.paragraphs[0].text == ""


def test_an_urgent_notice_is_marked_above_its_head() -> None:
    assert lines(written(a_letter(kind="urgent")))[:2] == ["加急", "云泽市人民政府办公室"]
    assert "加急" not in lines(written(a_letter()))


def test_a_withdrawal_names_what_it_withdraws_and_why_and_demands_nothing() -> None:
    letter = a_letter(kind="withdrawal", about="云政办网改〔2026〕11号", why="巡检时网站正在备案维护。")
    notice = written(letter)
    said = "\n".join(lines(notice))
    assert "关于撤回云政办网改〔2026〕11号《问题整改通知单》的通知" in said
    assert "撤回原因：巡检时网站正在备案维护。\n" in said
    assert "整改要求" not in said
    assert rows_of(notice.tables[0])[0] == ["序号", "网站（账号）", "问题类型", "问题描述", "首次发现"]


def test_a_withdrawal_without_rows_has_neither_table_nor_attachment() -> None:
    notice = written(a_full_letter(kind="withdrawal", new=(), again=(), rectified=()))
    assert notice.tables == []
    assert not any(line.startswith("附件") for line in lines(notice))


def test_a_correction_names_what_it_corrects_and_keeps_its_demands() -> None:
    said = lines(written(a_letter(kind="correction", about="云政办网改〔2026〕11号", why="网址有误")))
    assert "关于更正云政办网改〔2026〕11号《问题整改通知单》的通知" in said
    assert any("现予更正" in line and line.endswith("更正原因：网址有误。") for line in said)
    assert "一、更正后的问题（1个）" in said
    assert "二、整改要求" in said


def test_a_deadline_counted_with_a_forecast_says_so() -> None:
    assert any(line.endswith(FORECAST_WORDS) for line in lines(written(a_letter(forecast=True))))
    assert not any(FORECAST_WORDS in line for line in lines(written(a_letter())))


# -- strangers' texts -------------------------------------------------------------------------------------


def test_hostile_texts_come_out_letter_for_letter() -> None:
    notice = written(a_letter(a_row(target=HOSTILE, check=HOSTILE, key=HOSTILE, clause=HOSTILE)))
    row = rows_of(notice.tables[0])[1]
    assert row[1].split("\n")[0].startswith(SHOWN)
    assert all(SHOWN in cell for cell in row[1:4])


def test_a_hostile_unit_or_office_breaks_nothing_either() -> None:
    notice = written(a_letter(unit=HOSTILE, office=HOSTILE, contact=HOSTILE, title=HOSTILE, about=HOSTILE))
    assert sum(SHOWN in line for line in lines(notice)) == 5


def test_endless_texts_are_cut_in_the_notice() -> None:
    row = rows_of(written(a_letter(a_row(detail="长" * 5000, clause=""))).tables[0])[1]
    assert row[3] == "长" * 159 + "…"


# -- its form ---------------------------------------------------------------------------------------------


def test_the_page_is_that_of_the_standard() -> None:
    section = written(a_letter()).sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(margin.mm) for margin in margins if margin] == [37, 35, 28, 26]
    assert section.page_width and abs(section.page_width - Mm(210)) < Mm(0.1)
    for footer in (section.footer, section.even_page_footer):
        text = [piece.text for piece in footer.paragraphs[0]._p.iter(qn("w:t"))]
        assert text == ["— ", "1", " —"]
        assert footer.paragraphs[0]._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"


def test_every_style_names_its_chinese_font() -> None:
    fonts = {
        style.name: style.element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        for style in written(a_letter()).styles
        if isinstance(style, BaseStyle) and style.element.find(qn("w:rPr")) is not None
    }
    assert {name: font.get(qn("w:eastAsia")) for name, font in fonts.items()} == {
        "Normal": "仿宋_GB2312",
        "Header": "宋体",
        "Footer": "宋体",
        "公文红头": "方正小标宋简体",
        "公文紧急程度": "黑体",
        "公文文号": "仿宋_GB2312",
        "公文标题": "方正小标宋简体",
        "公文主送": "仿宋_GB2312",
        "公文正文": "仿宋_GB2312",
        "公文小节": "黑体",
        "公文落款": "仿宋_GB2312",
        "公文表头": "黑体",
        "公文表格": "仿宋_GB2312",
        "模板说明": "宋体",
    }
    assert not any("Theme" in attribute for font in fonts.values() for attribute in font.attrib)


def test_the_same_letter_is_the_same_bytes_and_so_is_the_template() -> None:
    assert write_word(a_full_letter(), built_in_template()) == write_word(
        a_full_letter(), built_in_template()
    )
    assert built_in_template.__wrapped__() == built_in_template()


@pytest.mark.skipif(shutil.which("soffice") is None, reason="no LibreOffice here")
def test_an_office_program_opens_the_notice_and_prints_it(tmp_path: Path) -> None:
    rows = tuple(a_row(number, target=HOSTILE, url="https://a.test/" + "x" * 300) for number in range(1, 40))
    (tmp_path / "notice.docx").write_bytes(write_word(a_full_letter(new=rows), built_in_template()))
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", "pdf", "--outdir", str(tmp_path), str(tmp_path / "notice.docx")]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    printed = (tmp_path / "notice.pdf").read_bytes()
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type ?/Page\b", printed)) >= 3


# -- the office's own template ----------------------------------------------------------------------------


def test_without_one_the_built_in_template_is_used() -> None:
    template, sha256 = template_of(ReportSettings())
    assert template == built_in_template()
    assert len(sha256) == 64


def test_a_template_that_was_changed_in_word_is_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "本办模板.docx"
    path.write_bytes(with_line("抄送：{{ 主送单位 }}主管部门。"))
    template, sha256 = template_of(ReportSettings(notice_template=str(path)))
    assert sha256 != template_of(ReportSettings())[1]
    assert "抄送：云泽市教育局主管部门。" in lines(written(a_letter(), template))


@pytest.mark.parametrize(
    ("template", "what"),
    [
        (None, "读不出来"),
        (b"", "不是 Word 文件"),
        (b"\xd0\xcf\x11\xe0 an old .doc", "不是 Word 文件"),
        (with_line("{{ 主送单位 }"), "里“{{ 主送单位 }”的标记不完整"),
        (with_line("{ 主送单位 }}"), "里“{ 主送单位 }}”的标记不完整"),
        (with_line("{{ 主送单位 单位 }}"), "里的标记写错，在“{{ 主送单位 单位 }}"),
        (with_line("{% if 草稿 %}"), "里的标记写错"),
        (with_line("{{ 单位名 }}"), "里的字段“单位名”不认识"),
        (with_line("{%p if 撤回 %}{{ 撤回问题[0].单位 }}{%p endif %}"), "里的标记写错"),
        (with_line("{{ 新列问题[0].标题 }}"), "里的字段"),
        (with_line("{{ 主送单位 + 1 }}"), "里的标记算不出来"),
        (with_line("{{ ''.__class__.__mro__ }}"), "里的"),
    ],
    ids=range(12),
)
def test_a_template_that_cannot_be_used_is_refused_with_one_line_that_says_why(
    template: bytes | None, what: str, tmp_path: Path
) -> None:
    path = tmp_path / "template.docx"
    if template is not None:
        path.write_bytes(template)
    with pytest.raises(UnusableTemplate) as refused:
        template_of(ReportSettings(notice_template=str(path)))
    message = str(refused.value)
    assert message.startswith("通知单的 Word 模板")
    assert what in message
    assert "：请" in message or "，可对照内置模板" in message or "：可对照内置模板" in message
    assert "\n" not in message


def test_a_condition_that_tears_a_table_apart_is_refused() -> None:
    def tear(template: Notice) -> None:
        template.tables[0].rows[0].cells[0].paragraphs[0].runs[0].text = "{% if 加急 %}"
        template.paragraphs[-2].insert_paragraph_before("{% endif %}")

    with pytest.raises(UnusableTemplate, match="打乱了文档结构"):
        write_word(a_full_letter(), changed(tear))


def test_a_cell_that_a_condition_empties_keeps_a_paragraph_or_word_would_not_open_it() -> None:
    def condition(template: Notice) -> None:
        cell = template.tables[0].rows[2].cells[1]
        cell.paragraphs[0].runs[0].text = "{%p if 行.网址 %}"
        cell.paragraphs[1].runs[0].text = "{%p endif %}"

    notice = written(a_letter(), changed(condition))
    assert all(cell.paragraphs for row in notice.tables[0].rows for cell in row.cells)
