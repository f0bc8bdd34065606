"""The bulletin (通报) as a Word document in 公文 form: its sections, the main figures in a table, charts, who failed."""

from dataclasses import replace
from io import BytesIO

from docx.document import Document as Official
from docx.shared import Mm, Pt

from checks.ratings import METHOD
from reports import bulletin
from reports.bulletin import Bulletin
from reports.charts import png
from reports.figures import FOOTNOTE, KINDS
from reports.foreign_text import tame
from reports.letter import day_words
from reports.official_form import (
    TEXT_WIDTH,
    Column,
    add_table,
    list_attachments,
    new_document,
    red_head,
    saved,
    sign,
)
from tracker.observed import DOCUMENT_WORDS
from tracker.rating_facts import Rated

ORDINALS = "一二三四五六七八九十"
FAILED_COLUMNS = {
    "site": (Column("网站名称", 38, None), Column("标识码", 25)),
    "account": (Column("平台", 20), Column("账号名称", 43, None)),
}
MOST_FAILED = 60
"""Rows of a list of who failed that the document prints; the annex holds all."""


def write_word(of: Bulletin) -> bytes:
    """The same bulletin gives the same bytes. Without a Chinese font there are no charts in it."""
    document = new_document()
    red_head(document, of.office, "通　报", f"〔{of.day.year}〕　　号")
    _title(document, of)
    _say(document, "各有关单位：", "公文主送")
    _say(document, bulletin.opening(of))
    _overall(document, of)
    _problems(document, of)
    _demands(document, of)
    _end(document, of)
    return saved(document, of.title, of.office, of.day)


def _say(document: Official, text: str, style: str = "公文正文") -> None:
    document.add_paragraph(tame(text), style)


def _title(document: Official, of: Bulletin) -> None:
    """In two lines that end with a word, as GB/T 9704 asks; up to when it goes, if the period is not over."""
    beginning, name, rest = of.title.partition("政务新媒体")
    title = document.add_paragraph(beginning, "公文标题")
    title.runs[0].add_break()
    title.add_run(name + rest)
    if not of.is_over:
        title.paragraph_format.space_after = Pt(0)
        _say(document, f"（截至{day_words(of.day)}）", "公文文号")
        document.paragraphs[-1].paragraph_format.space_after = Pt(22)


def _overall(document: Official, of: Bulletin) -> None:
    _say(document, "一、总体情况", "公文小节")
    parts = (
        ("检查范围", (bulletin.scope(of),)),
        ("判定结果", tuple(bulletin.results(of, kind) for kind in KINDS)),
        ("通知和整改情况", tuple(bulletin.notices(of, kind) for kind in KINDS)),
        ("“我为政府网站找错”留言", (bulletin.public(of),)),
        ("上期问题整改和反馈情况", (bulletin.follow_up(of),)),
    )
    for ordinal, (heading, texts) in zip(ORDINALS, parts, strict=False):
        _say(document, f"（{ordinal}）{heading}", "公文款")
        for text in texts:
            _say(document, text)
    _main_table(document, of)
    for number, bars in enumerate(bulletin.charts(of), 1):
        if (drawn := png(replace(bars, title=""))) is None:
            return
        document.add_paragraph(style="公文图").add_run().add_picture(BytesIO(drawn), width=Mm(TEXT_WIDTH - 6))
        _say(document, f"图{number}　{bars.title}", "公文表题")
        document.paragraphs[-1].paragraph_format.keep_with_next = False


def _main_table(document: Official, of: Bulletin) -> None:
    _say(document, f"表1　{of.words}主要指标", "公文表题")
    lines = list(bulletin.main_lines(of))
    whens = ("本期", "上期") if of.compares else ("",)
    width = 112 / len(whens) / len(KINDS)
    columns = [Column(f"{DOCUMENT_WORDS[kind]}{when}", width) for kind in KINDS for when in whens]
    rows = [
        (line.name, *(_cell(each) for values in (line.site, line.account) for each in values[: len(whens)]))
        for line in lines
    ]
    add_table(document, [Column("指标", TEXT_WIDTH - 112, None), *columns], rows)
    _say(document, FOOTNOTE, "公文注")
    if of.compares:
        known = f"上期为{of.before.period.words}；两期所列问题的整改情况均截至{day_words(of.day)}。"
        _say(document, known, "公文注")


def _cell(text: str) -> str:
    """A rate's fraction in a line of its own: it would be torn apart."""
    return text.replace("（", "\n（")


def _problems(document: Official, of: Bulletin) -> None:
    _say(document, "二、主要问题", "公文小节")
    _say(document, "（一）不合格的网站和账号", "公文款")
    for kind in KINDS:
        _say(document, bulletin.failures(of, kind))
    number = 1
    for number, (title, text) in enumerate(bulletin.by_check(of), 2):
        _say(document, f"（{_ordinal(number)}）{title}", "公文款")
        _say(document, text)
    if number == 1:
        _say(document, "本期整改通知没有新列的问题。")


def _ordinal(number: int) -> str:
    """一 to 九十九."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else f"{ORDINALS[tens - 1]}十"
    return f"{ten}{ORDINALS[ones - 1] if ones else ''}"


def _demands(document: Official, of: Bulletin) -> None:
    _say(document, "三、工作要求", "公文小节")
    for ordinal, (heading, text) in zip(ORDINALS, bulletin.demands(of), strict=False):
        paragraph = document.add_paragraph(style="公文正文")
        paragraph.add_run(f"（{ordinal}）{heading}。").bold = True
        paragraph.add_run(tame(text))


def _end(document: Official, of: Bulletin) -> None:
    list_attachments(
        document,
        "不合格政府网站名单",
        "不合格政务新媒体名单",
        "问题清单（Excel表格）",
        "未完成整改的问题（Excel表格）",
        "各单位情况（Excel表格）",
    )
    sign(document, f"{of.office}（印章）", day_words(of.day))
    if of.contact:
        _say(document, f"（联系人：{of.contact}）")
    for number, kind in enumerate(KINDS, 1):
        _failed(document, of, kind, number)
    _say(document, METHOD, "公文注")


def _failed(document: Official, of: Bulletin, kind: str, number: int) -> None:
    """附件1 and 附件2 on a page of their own; the first begins it."""
    heading = document.add_paragraph(f"附件{number}", "公文小节")
    heading.paragraph_format.first_line_indent = Mm(0)
    heading.paragraph_format.page_break_before = number == 1
    _say(document, f"{of.words}不合格{DOCUMENT_WORDS[kind]}名单", "公文表题")
    failed = of.failed(kind)
    if not failed:
        _say(document, f"未发现不合格的{DOCUMENT_WORDS[kind]}。")
        return
    columns = (
        Column("序号", 10),
        Column("主办单位", 33, None),
        *FAILED_COLUMNS[kind],
        Column("不合格原因", 50, None),
    )
    add_table(
        document, columns, (_failed_row(place, each) for place, each in enumerate(failed[:MOST_FAILED], 1))
    )
    if len(failed) > MOST_FAILED:
        _say(document, f"以上为前{MOST_FAILED}家，共{len(failed)}家，见Excel表格附件{number}。", "公文注")


def _failed_row(place: int, each: Rated) -> tuple[str, ...]:
    who = (each.name, each.key) if each.kind == "site" else (each.platform, each.name)
    return str(place), each.unit, *who, "；".join(bulletin.reason(each))
