"""The built-in Word template of the notice: 公文 form (GB/T 9704-2012), built in code, so that no binary is kept.

The office may take it out, change it in Word and put it back: every field has a Chinese name, and a row that a table
repeats stands between two rows of its own that vanish.
"""

from collections.abc import Sequence
from functools import cache
from io import BytesIO

from docx import Document
from docx.document import Document as Notice
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
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.parfmt import ParagraphFormat

from reports.packed import repacked

SONG_HEAD, FANG, HEI, KAI, SONG = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312", "宋体"
"""What GB/T 9704 asks for. Office machines have them; elsewhere another one is put in their place."""
RED = RGBColor(0xE6, 0x00, 0x12)
BODY, TEXT_WIDTH = 16, 156
"""Points of 三号; millimetres between the margins."""

KEPT_STYLES = frozenset(
    {"Normal", "Header", "Footer", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"}
)
"""The rest of python-docx's own template would only fill the list of styles that the office chooses from."""

FIELDS = (
    "可用字段：发文机关、通知单名称、文号、标题、主送单位、周、起始日期、截止日期、情况、整改时限、时限说明、原文号、原因、"
    "附件、落款日期、联系人；判断用：草稿、加急、更正、撤回、需整改；问题表：新列问题、再次通知、已整改、更正问题、撤回问题；"
    "表中每行：序号、主办单位、类型、名称、标识码、问题类型、栏目路径、网址、问题描述、最后更新日期、已超期天数、依据条款、"
    "首次发现、截图编号、整改时限、通知次数、问题来源、整改日期；节号() 依次得到“一、”“二、”。本段不会印出，可以删除。"
)

NAME = ("网站（账号）", 31, ("{{ 行.名称 }}", "{{ 行.标识码 }}"))
KIND = ("问题类型", 23, ("{{ 行.问题类型 }}",))
DETAIL = "{{ 行.问题描述 }}{% if 行.依据条款 %}（依据：{{ 行.依据条款 }}）{% endif %}"
SEEN = ("首次发现", 20, ("{{ 行.首次发现 }}",))
DUE = ("整改时限", 20, ("{{ 行.整改时限 }}",))
ORDINAL = ("序号", 10, ("{{ 行.序号 }}",))

Columns = Sequence[tuple[str, int, tuple[str, ...]]]
"""Heading, millimetres, paragraphs of the cell."""
FIRST_TIME: Columns = (ORDINAL, NAME, KIND, ("问题描述", 52, (DETAIL,)), SEEN, DUE)
AGAIN: Columns = (
    ORDINAL,
    NAME,
    KIND,
    ("问题描述", 39, (DETAIL,)),
    SEEN,
    ("通知次数", 13, ("{{ 行.通知次数 }}",)),
    DUE,
)
RECTIFIED: Columns = (
    ORDINAL,
    NAME,
    KIND,
    ("问题描述", 50, ("{{ 行.问题描述 }}",)),
    SEEN,
    ("复查确认", 22, ("{{ 行.整改日期 }}",)),
)
WITHDRAWN: Columns = (ORDINAL, NAME, KIND, ("问题描述", 72, (DETAIL,)), SEEN)

LAW = "《国务院办公厅秘书局关于印发政府网站与政务新媒体检查指标、监管工作年度考核指标的通知》（国办秘函〔2019〕19号）"


@cache
def built_in_template() -> bytes:
    """The same bytes every time: its hash is written into each notice."""
    document = Document()
    _lay_out(document)
    _make_styles(document)
    _head(document)
    _body(document)
    _foot(document)
    package = document.part.package
    for name, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:  # of python-docx's own template
            del package.rels[name]
    properties = document.core_properties
    properties.author = properties.comments = ""
    properties.title = "问题整改通知单"
    written = BytesIO()
    document.save(written)
    return repacked(written.getvalue())


# -- the page ---------------------------------------------------------------------------------------------


def _lay_out(document: Notice) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(20), Mm(25)
    document.settings.odd_and_even_pages_header_footer = True
    outer = (
        (section.footer, section.header, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, section.even_page_header, WD_ALIGN_PARAGRAPH.LEFT),
    )
    for footer, header, side in outer:
        _page_number(_only_paragraph(footer), side)
        mark = _only_paragraph(header)
        mark.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        mark.add_run("{% if 草稿 %}草稿，未签发，请勿外传{% endif %}").font.color.rgb = RED


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


def _make_styles(document: Notice) -> None:
    for style in list(document.styles):
        if style.name not in KEPT_STYLES:
            style.delete()
    defaults = document.styles.element.find(f".//{qn('w:rPrDefault')}/{qn('w:rPr')}")
    assert defaults is not None  # python-docx's own template has it
    _name_fonts(defaults, FANG)
    normal = document.styles["Normal"]
    assert isinstance(normal, ParagraphStyle)
    _set(normal, FANG, BODY, line=28)
    for name in ("Header", "Footer"):
        style = document.styles[name]
        assert isinstance(style, ParagraphStyle)
        _set(style, SONG, 14, line=None)
    new = document.styles.add_style
    for name, font, size, line in (
        ("公文红头", SONG_HEAD, 34, None),
        ("公文紧急程度", HEI, BODY, 28),
        ("公文文号", FANG, BODY, 28),
        ("公文标题", SONG_HEAD, 22, 34),
        ("公文主送", FANG, BODY, 28),
        ("公文正文", FANG, BODY, 28),
        ("公文小节", HEI, BODY, 28),
        ("公文落款", FANG, BODY, 28),
        ("公文表头", HEI, 10.5, 14),
        ("公文表格", FANG, 10.5, 14),
        ("模板说明", SONG, 9, 12),
    ):
        style = new(name, WD_STYLE_TYPE.PARAGRAPH)
        assert isinstance(style, ParagraphStyle)
        style.base_style = normal
        style.quick_style = True
        _set(style, font, size, line)
    for name in ("公文正文", "公文小节"):
        _indent(document, name)
    centred = ("公文红头", "公文文号", "公文标题", "公文表头")
    for name in centred:
        _format(document, name).alignment = WD_ALIGN_PARAGRAPH.CENTER
    _format(document, "公文正文").alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for name in ("公文小节", "公文落款", "公文表头"):
        _format(document, name).keep_with_next = True
    _format(document, "公文标题").space_before = _format(document, "公文标题").space_after = Pt(22)
    document.styles["公文红头"].font.color.rgb = RED
    document.styles["模板说明"].font.color.rgb = RGBColor(0x80, 0x80, 0x80)


def _format(document: Notice, name: str) -> ParagraphFormat:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    form: ParagraphFormat = style.paragraph_format
    return form


def _set(style: ParagraphStyle, font: str, size: float, line: float | None) -> None:
    """`line`: points from line to line; None as the font has it."""
    style.font.size = Pt(size)
    _name_fonts(style.element.get_or_add_rPr(), font)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.widow_control = True
    if line is None:
        form.line_spacing = 1.0
    else:
        form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)


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


def _indent(document: Notice, name: str) -> None:
    """Two characters, whatever their size."""
    indent = document.styles[name].element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:firstLineChars"), "200")
    indent.set(qn("w:firstLine"), str(2 * BODY * 20))


# -- the text ---------------------------------------------------------------------------------------------


def _head(document: Notice) -> None:
    add = document.add_paragraph
    add("{%p if 加急 %}")
    add("加急", "公文紧急程度")
    add("{%p endif %}")
    office = add("{{ 发文机关 }}", "公文红头")
    for run in office.runs:
        run.font.size = Pt(26)
    add("{{ 通知单名称 }}", "公文红头")
    number = add("{{ 文号 }}", "公文文号")
    number.paragraph_format.space_before = Pt(20)
    _rule_below(number)
    add("{{ 标题 }}", "公文标题")
    add("{{ 主送单位 }}：", "公文主送")


def _rule_below(paragraph: Paragraph) -> None:
    """红色分隔线, 4 mm below the number as GB/T 9704 has it."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "18"), ("space", "11"), ("color", str(RED))):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    before = {"pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr"}
    properties = paragraph._p.get_or_add_pPr()
    place = sum(child.tag in {qn(f"w:{name}") for name in before} for child in properties)
    properties.insert(place, borders)


def _body(document: Notice) -> None:
    def say(text: str, style: str = "公文正文") -> None:
        document.add_paragraph(text, style)

    def only_if(condition: str) -> None:
        document.add_paragraph(f"{{%p if {condition} %}}")

    def end() -> None:
        document.add_paragraph("{%p endif %}")

    def table(name: str, heading: str, columns: Columns) -> None:
        only_if(name)
        say(f"{{{{ 节号() }}}}{heading}（{{{{ {name}|length }}}}个）", "公文小节")
        _table(document, name, columns)
        end()

    only_if("撤回")
    say(
        "经核实，{{ 原文号 }}《{{ 通知单名称 }}》（{{ 周 }}）现予撤回，自本通知印发之日起不再执行。"
        "{% if 原因 %}撤回原因：{{ 原因 }}。{% endif %}"
    )
    end()
    only_if("更正")
    say(
        "{{ 原文号 }}《{{ 通知单名称 }}》（{{ 周 }}）所列内容有误，现予更正，不一致之处以本通知为准。"
        "{% if 原因 %}更正原因：{{ 原因 }}。{% endif %}"
    )
    end()
    only_if("情况")
    say(
        f"根据{LAW}等规定，{{{{ 起始日期 }}}}至{{{{ 截止日期 }}}}（{{{{ 周 }}}}），对你单位主办的网站和政务新媒体进行了"
        "巡检和复核：{{ 情况 }}。现将有关情况通知如下。"
    )
    end()
    table("新列问题", "新列问题", FIRST_TIME)
    table("再次通知", "再次通知的问题", AGAIN)
    table("更正问题", "更正后的问题", FIRST_TIME)
    table("已整改", "已整改（销号）的问题", RECTIFIED)
    table("撤回问题", "撤回的问题", WITHDRAWN)
    only_if("需整改")
    say("{{ 节号() }}整改要求", "公文小节")
    say("（一）请你单位于{{ 整改时限 }}完成整改。{{ 时限说明 }}")
    say(
        "（二）请通过本通知邮件中的反馈链接，逐项反馈整改措施、完成日期和责任人。整改结果以复查为准，经复查已整改的予以销号。"
    )
    say("（三）因客观原因不能按期整改的，请在时限届满前反馈情况并申请报备。")
    say("（四）逾期未整改的，将再次通知，并按有关规定逐级督办。")
    end()
    only_if("撤回")
    say("请不再按原通知单进行整改。由此带来的不便，敬请谅解。")
    end()
    say("特此通知。")
    document.paragraphs[-1].paragraph_format.keep_with_next = True  # no page with a signature and no text


def _foot(document: Notice) -> None:
    add = document.add_paragraph
    add("{%p if 附件 %}")
    attached = add("附件：{{ 附件 }}", "公文正文")
    attached.paragraph_format.space_before = Pt(28)
    attached.paragraph_format.keep_with_next = True
    add("{%p endif %}")
    for number, text in enumerate(("{{ 发文机关 }}（印章）", "{{ 落款日期 }}")):
        signed = add(text, "公文落款")
        signed.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        signed.paragraph_format.right_indent = Pt(2 * BODY)
        signed.paragraph_format.space_before = Pt(0 if number else 56)  # room for the seal
    add("{%p if 联系人 %}")
    add("（联系人：{{ 联系人 }}）", "公文正文")
    add("{%p endif %}")
    add(f"{{#p {FIELDS} #}}", "模板说明")


def _table(document: Notice, name: str, columns: Columns) -> None:
    """Heading, {%tr for %}, the row that is repeated, {%tr endfor %}; the second and the last vanish."""
    table = document.add_table(rows=4, cols=len(columns), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _narrow_cells(table)
    heading, opening, row, closing = table.rows
    _mark(heading._tr.get_or_add_trPr(), "w:cantSplit", "w:tblHeader")
    _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
    for place, (title, width, lines) in enumerate(columns):
        for each in table.rows:
            each.cells[place].width = Mm(width)
        table.columns[place].width = Mm(width)
        _fill(heading.cells[place], (title,), "公文表头")
        _fill(row.cells[place], lines, "公文表格", centred=title not in ("问题描述", NAME[0]))
    for each, word in ((opening, f"for 行 in {name}"), (closing, "endfor")):
        merged = each.cells[0].merge(each.cells[-1])
        _fill(merged, (f"{{%tr {word} %}}",), "公文表格")


def _fill(cell: _Cell, lines: tuple[str, ...], style: str, centred: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    for paragraph in cell.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    paragraphs = [cell.paragraphs[0], *(cell.add_paragraph() for _ in lines[1:])]
    for paragraph, line in zip(paragraphs, lines, strict=True):
        paragraph.style = style
        paragraph.add_run(line)
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


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


def _mark(properties: BaseOxmlElement, *names: str) -> None:
    for name in names:
        properties.append(OxmlElement(name))
