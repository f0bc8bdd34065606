"""The notice as a Word document: one Letter filled into a template, the built-in one or the office's own."""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docx.opc.exceptions import PackageNotFoundError
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, UndefinedError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from crawler.clock import CHINA
from reports.errors import UnusableTemplate
from reports.foreign_text import short, tame
from reports.letter import DRAFT_WORDS, Letter, LetterRow, day_words
from reports.notice_template import built_in_template
from reports.packed import repacked
from reports.settings import ReportSettings

__all__ = ["built_in_template", "template_of", "write_word"]

LONGEST = 160
"""Characters of one text in a table of the notice; the list has it whole."""
ORDINALS = "一二三四五六七八九十"

WHOLE_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
HALF_MARK = re.compile(r"\{[{%#]|[}%#]\}")
_MARKS = {ord(mark): f"&#{ord(mark)};" for mark in "{}_%"}
"""docxtpl takes {_{ in the finished text for its own: in this writing the marks are no marks to it."""
COMPARE = "可对照内置模板（xunjian notices template）改正"


def template_of(settings: ReportSettings) -> tuple[bytes, str]:
    """The Word template that is in use and its SHA-256; the office's own is tried out first."""
    if not settings.notice_template:
        template = built_in_template()
    else:
        path = Path(settings.notice_template)
        try:
            template = path.read_bytes()
        except OSError as error:
            mend = "请检查设置项 reports.notice_template，留空则用内置模板"
            raise UnusableTemplate(f" {path} 读不出来（{error.strerror}）", mend) from error
        _try_out(template)
    return template, hashlib.sha256(template).hexdigest()


def _try_out(template: bytes) -> None:
    """Every mark must begin and end in one paragraph (docxtpl would drop what stands between), and every kind come out."""
    notice = _opened(template).docx
    parts = [notice.element.body]
    for section in notice.sections:
        for place in (section.header, section.footer, section.even_page_header, section.even_page_footer):
            parts.append(place._element)
    for paragraph in (each for part in parts for each in part.iter(qn("w:p"))):
        text = "".join(piece.text or "" for piece in paragraph.iter(qn("w:t")))
        if HALF_MARK.search(WHOLE_MARK.sub("", text)):
            raise UnusableTemplate(f"里“{short(tame(text), 60)}”的标记不完整", COMPARE)
    for letter in _samples():
        write_word(letter, template)


def write_word(letter: Letter, template: bytes) -> bytes:
    """The same letter and template give the same bytes."""
    notice = _opened(template)
    _fill(notice, _context(letter))
    properties = notice.docx.core_properties  # get_docx() would open the template anew
    properties.title = short(f"{letter.title}{letter.number or DRAFT_WORDS}", 200)
    properties.author = properties.last_modified_by = short(letter.office, 200)
    properties.created = properties.modified = datetime.combine(letter.dated or letter.last_day, time())
    written = BytesIO()
    notice.save(written)
    return repacked(written.getvalue())


def _opened(template: bytes) -> "_Notice":
    notice = _Notice(BytesIO(template))
    try:
        notice.init_docx()
    except (BadZipFile, PackageNotFoundError, KeyError, ValueError, SyntaxError) as error:
        raise UnusableTemplate("不是 Word 文件（.docx）", "请在 Word 中另存为 .docx 格式") from error
    return notice


def _fill(notice: "_Notice", context: dict[str, Any]) -> None:
    try:
        notice.render(context, _marks(), autoescape=True)
    except UndefinedError as error:
        raise UnusableTemplate(f"里的字段“{error}”不认识", f"请检查写法，{COMPARE}") from error
    except TemplateError as error:
        raise UnusableTemplate(f"里的标记写错{_place(error)}（{error}）", COMPARE) from error
    except SyntaxError as error:  # so are lxml's errors
        mend = "循环和判断的标记须各占一行（{%tr … %}）或一段（{%p … %}），" + COMPARE
        raise UnusableTemplate("里的标记打乱了文档结构", mend) from error
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise UnusableTemplate(f"里的标记算不出来（{error}）", COMPARE) from error


def _samples() -> Iterator[Letter]:
    """Every kind of notice, with all parts and with none: what a template says of any of them is tried out."""
    day = date(2026, 11, 30)
    row = LetterRow(
        1, 1, "某单位", "网站", "某网站", "4100000000", "空白栏目", "首页→通知公告", "https://www.example.cn/", "没有内容",
        "2026-11-01", "29", "单项否决", "日常巡检", datetime(2026, 11, 20, tzinfo=UTC), day, 1, day, ("0" * 64,),
    )  # fmt: skip
    for kind in ("weekly", "urgent", "correction", "withdrawal"):
        draft = Letter(
            kind, "问题整改通知单", "", "某单位", "某办公室", "", "2026-W47", date(2026, 11, 16), date(2026, 11, 22), None, None
        )  # fmt: skip
        yield draft
        yield replace(
            draft, number="〔2026〕1号", contact="某人", dated=day, due_on=day, forecast=True,
            new=(row,), again=(row,), rectified=(row,), about="〔2026〕0号", why="所列有误",
        )  # fmt: skip


class _Notice(DocxTemplate):  # type: ignore[misc]
    def fix_tables(self, xml: str) -> Any:
        """docxtpl would mend what the template's marks broke by leaving parts out: rather say so."""
        parse_xml(xml)
        tree = super().fix_tables(xml)
        for cell in tree.iter(qn("w:tc")):  # Word refuses a file with a cell that does not end in a paragraph
            if cell[-1].tag != qn("w:p"):
                cell.append(OxmlElement("w:p"))
        return tree


class _Unknown(StrictUndefined):
    @property
    def _undefined_message(self) -> str:
        return str(self._undefined_name)


class _Marks(SandboxedEnvironment):
    """What the marks of a template may do. docxtpl hands over the same few texts for every notice: each is read once."""

    def __init__(self) -> None:
        super().__init__(undefined=_Unknown, autoescape=True, finalize=_as_it_stands)
        self._read = lru_cache(maxsize=64)(super().from_string)

    def from_string(self, source: Any, *_: Any, **__: Any) -> Template:
        return self._read(source)


@cache
def _marks() -> _Marks:
    return _Marks()


def _as_it_stands(value: object) -> object:
    return Markup(str(escape(value)).translate(_MARKS)) if isinstance(value, str) else value


def _place(error: TemplateError) -> str:
    """The paragraph of the mark: docxtpl tells the three before it, too."""
    number, around = getattr(error, "lineno", None), list(getattr(error, "docx_context", ()))
    if not number or not around:
        return ""
    return f"，在“{short(around[min(number - 1, 3, len(around) - 1)].strip(), 60)}”处"


# -- what a template may name -----------------------------------------------------------------------------


def _context(letter: Letter) -> dict[str, Any]:
    """All fields of a template (notice_template.FIELDS)."""
    regular = letter.kind not in ("correction", "withdrawal")
    listed = {
        "新列问题": letter.new if regular else (),
        "再次通知": letter.again if regular else (),
        "已整改": letter.rectified if letter.kind != "withdrawal" else (),
        "更正问题": letter.asked if letter.kind == "correction" else (),
        "撤回问题": letter.rows if letter.kind == "withdrawal" else (),
    }
    return {
        "发文机关": letter.office,
        "通知单名称": letter.title,
        "文号": letter.number or DRAFT_WORDS,
        "标题": letter.matter,
        "主送单位": letter.unit,
        "周": letter.week_words,
        "起始日期": day_words(letter.first_day),
        "截止日期": day_words(letter.last_day),
        "情况": letter.finding if regular else "",
        "整改时限": letter.deadline,
        "时限说明": letter.forecast_words,
        "原文号": letter.about,
        "原因": letter.why.rstrip("。"),
        "附件": f"问题清单（共{len(letter.rows)}项，Excel 表格）" if letter.rows else "",
        "落款日期": day_words(letter.dated) if letter.dated else "　　年　月　日",
        "联系人": letter.contact,
        "草稿": letter.is_draft,
        "加急": letter.kind == "urgent",
        "更正": letter.kind == "correction",
        "撤回": letter.kind == "withdrawal",
        "需整改": bool(letter.asked),
        "节号": _section_numbers(),
        **{name: [_row(row) for row in rows] for name, rows in listed.items()},
    }


def _section_numbers() -> Callable[[], str]:
    numbers: Iterator[str] = iter(ORDINALS)
    return lambda: f"{next(numbers, '……')}、"


def _row(row: LetterRow) -> dict[str, str | int]:
    return {
        "序号": row.ordinal,
        "主办单位": row.unit,
        "类型": row.kind,
        "名称": short(row.target, LONGEST),
        "标识码": row.identity,
        "问题类型": row.check,
        "栏目路径": short(row.path, LONGEST),
        "网址": row.url,
        "问题描述": short(row.detail, LONGEST),
        "最后更新日期": row.newest,
        "已超期天数": row.overdue_days,
        "依据条款": row.clause,
        "首次发现": str(row.first_seen.astimezone(CHINA).date()),
        "截图编号": row.picture_number,
        "整改时限": str(row.due_on or ""),
        "通知次数": f"第{row.times}次",
        "问题来源": row.origin,
        "整改日期": str(row.rectified_on or ""),
    }
