"""The workbook in which the office fills in the annual report: written empty, read back filled in.

Read, it is taken as people hand it in: rows and columns are found by their headings, so that a blank line, a moved title
or another order of worksheets does no harm; all that cannot be taken is named at once, by row and column.
"""

import io
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from reports.annual_form import (
    CARRIED_IN,
    CARRIED_ON,
    CHARGES,
    DONE,
    FIELD,
    FIELDS,
    LAST_YEAR,
    NEW,
    OVERVIEW,
    PARTS,
    REQUESTS,
    REVIEWS,
    TABLES,
    TEXTS,
    AnnualSheet,
    Box,
    Equation,
    Key,
    Number,
    Table,
    Text,
    with_sums,
)
from reports.errors import ReportError
from reports.foreign_text import tame
from tracker.cells import NOTHING, Unfit, computed, half_width
from tracker.sheets import UNCOMPUTED, ZIP, Sheet, bytes_of, sheets_in

INSTRUCTIONS, WORDS = "填写说明", "正文"
OFFICE, YEAR = "机关名称", "年度"
FIRST_LINE = 2
"""Of a table within its worksheet, from 0: a title and a remark stand above."""

_DASHES = NOTHING | {"–", "―", "─", "−", "--"}
_LARGEST = 10**9
_COUNT = re.compile(r"\+?(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?")
_FEN = Decimal("0.000001")
"""万元: nobody charges less than a 分; what a spreadsheet adds behind is its rounding."""


class UnusableAnnualSheet(ReportError):
    """Cells of the filled-in workbook cannot be taken; `faults` names them one by one."""

    def __init__(self, name: str, faults: Sequence[str]) -> None:
        self.faults = tuple(faults)
        listed = "；".join(f"（{n}）{fault}" for n, fault in enumerate(faults, 1))
        super().__init__(f"年度报告填写表 {name} 有{len(faults)}处须改正：{listed}")


# -- reading ----------------------------------------------------------------------------------------------


def read_annual_sheet(path: Path) -> AnnualSheet:
    """UnusableAnnualSheet (or UnusableRegister, if it is no workbook at all) says what to mend, all at once."""
    data = bytes_of(path)
    worksheets = [_Worksheet(sheet) for sheet in sheets_in(data, path.name)]
    found = {name: _worksheet(worksheets, name, heads) for name, heads in _HEADS.items()}
    if not data.startswith(ZIP) or not any(found.values()):
        mend = "请用 xunjian report annual 写出的模板填写，保存为 .xlsx"
        raise UnusableAnnualSheet(path.name, [f"不是年度报告填写表：{mend}"])
    faults: list[str] = []
    texts, words = {}, found[WORDS]
    if words:
        texts = _texts(words, faults)
    else:
        faults.append(f"找不到工作表“{WORDS}”：请从模板中补上")
    ours = _formulas(data)
    typed: dict[Key, Number] = {}
    for table in TABLES:
        if worksheet := found[table.name]:
            typed |= _numbers(worksheet, table, faults, ours.get(worksheet.sheet.name, frozenset()))
        else:
            faults.append(f"找不到工作表“{table.name}”：请从模板中补上")
    last = found[LAST_YEAR.name]
    before = _numbers(last, LAST_YEAR, faults, frozenset()) if last else {}
    office, year = texts.pop(OFFICE, ""), _year(texts.pop(YEAR, ""), faults)
    if words and not office:
        faults.append(f"工作表“{WORDS}”没有填写“{OFFICE}”")
    if faults:
        raise UnusableAnnualSheet(path.name, faults)
    return AnnualSheet(office, year, texts, with_sums(typed), before)


@dataclass(frozen=True)
class _Worksheet:
    """A table of cells, and where each text stands in it."""

    sheet: Sheet
    places: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    cells: dict[tuple[int, int], str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for line in self.sheet.lines:
            for place, text in enumerate(line.cells):
                if text.strip():
                    self.cells[line.number, place] = text
                    self.places.setdefault(_plain(text), []).append((line.number, place))

    def where(self, heading: str) -> list[tuple[int, int]]:
        return self.places.get(_plain(heading), [])


def _plain(heading: str) -> str:
    """As compared: without blanks, line ends, quotation marks; brackets and digits of one width."""
    return re.sub(r"[\s“”\"‘’']", "", unicodedata.normalize("NFKC", heading))


_HEADS: dict[str, tuple[str, ...]] = {
    WORDS: (OFFICE, YEAR, *(text.heading for text in TEXTS)),
    **{table.name: tuple(box.text for box in table.boxes if box.head) for table in (*TABLES, LAST_YEAR)},
}
"""By which headings a worksheet is known that somebody gave another name."""


def _worksheet(worksheets: Sequence[_Worksheet], name: str, heads: Sequence[str]) -> _Worksheet | None:
    for each in worksheets:
        if _plain(each.sheet.name) == _plain(name):
            return each
    taken = set(map(_plain, _HEADS))
    others = [each for each in worksheets if _plain(each.sheet.name) not in taken]
    weighed = [(sum(bool(each.where(head)) for head in heads), each) for each in others]
    weight, best = max(weighed, key=lambda pair: pair[0], default=(0, None))
    return best if 2 * weight > len(heads) else None


def _formulas(data: bytes) -> dict[str, frozenset[tuple[int, int]]]:
    """Where formulas stand, by worksheet: a sum that nobody computed is stored as 0, which must not count as typed."""
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(data), read_only=True)
    for sheet in book.worksheets:
        sheet.reset_dimensions()  # as tracker.sheets does: some programs write a wrong one
    return {
        sheet.title: frozenset(
            (number, place)
            for number, row in enumerate(sheet.iter_rows(), 1)
            for place, cell in enumerate(row)
            if cell.data_type == "f"
        )
        for sheet in book.worksheets
    }


def _numbers(
    worksheet: _Worksheet, table: Table, faults: list[str], formulas: frozenset[tuple[int, int]]
) -> dict[Key, Number]:
    """What is typed; blank cells and sums that the program computes itself are left out."""
    numbers: dict[Key, Number] = {}
    for key, at in _cells(worksheet, table, faults):
        text = worksheet.cells.get(at, "")
        if key in table.totals and (text == UNCOMPUTED or (at in formulas and text == "0")):
            continue
        try:
            number = _number(text, key in CHARGES)
        except Unfit as unfit:
            faults.append(
                f"工作表“{table.name}”第{at[0]}行“{key.row}”{table.row_word}“{key.column}”一栏：{unfit}"
            )
        else:
            if number is not None:
                numbers[key] = number
    return numbers


def _number(text: str, has_decimals: bool) -> Number | None:
    """None if blank."""
    plain = re.sub(r"[\s\u200b\ufeff]", "", half_width(computed(text)))
    if not plain:
        return None
    if plain in _DASHES:
        return 0
    mend = "请填写不小于0的数" if has_decimals else "请填写不小于0的整数"
    if not (found := _COUNT.fullmatch(plain)):
        is_negative = plain[0] in "-−" and _COUNT.fullmatch(plain[1:])
        raise Unfit(f"“{tame(text)}”{'是负数' if is_negative else '不是数字'}，{mend}")
    number = Decimal(found[1].replace(",", "") + (found[2] or ""))
    if number >= _LARGEST:
        raise Unfit(f"“{tame(text)}”过大，请核对")
    if number == int(number):
        return int(number)
    if not has_decimals:
        raise Unfit(f"“{tame(text)}”不是整数，{mend}")
    return number.quantize(_FEN).normalize()


def _cells(worksheet: _Worksheet, table: Table, faults: list[str]) -> Iterator[tuple[Key, tuple[int, int]]]:
    """Where the numbers of the table stand, line from 1 and place from 0."""
    if table is REVIEWS:
        yield from _cells_below(worksheet, faults)
        return
    heads = {box.line: box.text for box in table.boxes if box.head == "row"}
    lines: dict[int, int] = {}
    for line, head in heads.items():
        where = sorted({number for number, _ in worksheet.where(head)})
        if len(where) == 1:
            lines[line] = where[0]
        elif where:
            listed = "、".join(map(str, where))
            faults.append(f"工作表“{table.name}”中“{head}”出现在第{listed}行：请只保留一行")
        else:
            faults.append(f"工作表“{table.name}”中找不到“{head}”一行：请补上该行，没有的填0")
    missing: set[str] = set()
    for box in table.boxes:
        if box.key and box.line in lines:
            above = [at for at in worksheet.where(box.key.column) if at[0] < lines[box.line]]
            if above:
                yield box.key, (lines[box.line], max(above, key=lambda at: (at[0], -at[1]))[1])
            elif box.key.column not in missing:
                missing.add(box.key.column)
                faults.append(f"工作表“{table.name}”中找不到“{box.key.column}”一栏：请补上该栏的标题")


def _cells_below(worksheet: _Worksheet, faults: list[str]) -> Iterator[tuple[Key, tuple[int, int]]]:
    """The third table has no headings of rows: its numbers stand in the first line with any below the headings."""
    begins: dict[str, int] = {}
    for row in REVIEWS.rows:
        group = row.split()[-1]
        if where := worksheet.where(group):
            begins[row] = min(place for _, place in where)
        else:
            faults.append(f"工作表“{REVIEWS.name}”中找不到“{group}”：请补上该标题")
    places: dict[Key, int] = {}
    lowest = 0
    for key in REVIEWS.keys:
        if key.row not in begins:
            continue
        ends = min((begin for begin in begins.values() if begin > begins[key.row]), default=10**6)
        heads = [at for at in worksheet.where(key.column) if begins[key.row] <= at[1] < ends]
        if heads:
            places[key] = min(place for _, place in heads)
            lowest = max(lowest, *(line for line, _ in heads))
        else:
            faults.append(
                f"工作表“{REVIEWS.name}”中找不到“{key.row}”部分“{key.column}”一栏：请补上该栏的标题"
            )
    wanted = set(places.values())
    below = (line for line, place in worksheet.cells if line > lowest and place in wanted)
    line = min(below, default=lowest + 1)
    yield from ((key, (line, place)) for key, place in places.items())


def _texts(worksheet: _Worksheet, faults: list[str]) -> dict[str, str]:
    """By the headings of the first column; lines without a heading go on with the text above."""
    names = {_bare(name): name for name in (OFFICE, YEAR, *(text.name for text in TEXTS))}
    texts: dict[str, list[str]] = {}
    seen, name = set(), None
    for line in worksheet.sheet.lines:
        heading, *contents = [cell.strip() for cell in (*line.cells, "")]
        if heading:
            name = names.get(_bare(heading))
            seen.add(name)
        content = next(filter(None, contents), "")
        if name and content:
            texts.setdefault(name, []).extend(tame(each).strip() for each in content.split("\n"))
    for text in TEXTS:
        texts[text.name] = list(filter(None, texts.get(text.name, ())))
        _drop_heading(texts[text.name], text)
        for unknown in FIELD.findall("\n".join(texts[text.name])):
            if unknown not in FIELDS:
                mend = f"可用字段见“{INSTRUCTIONS}”"
                faults.append(f"工作表“{WORDS}”“{text.heading}”中的字段{{{unknown}}}不认识：{mend}")
    headings = {OFFICE: OFFICE, YEAR: YEAR} | {text.name: text.heading for text in TEXTS}
    faults += [
        f"工作表“{WORDS}”中找不到“{heading}”一行：请补上该行"
        for name, heading in headings.items()
        if name not in seen
    ]
    return {name: "\n".join(lines) for name, lines in texts.items()}


def _bare(heading: str) -> str:
    return re.sub(r"^[(]?[一二三四五六七八九十]+[)]?[、.]?|[::]$", "", _plain(heading))


def _drop_heading(lines: list[str], text: Text) -> None:
    """Who writes the heading into the text too shall not have it printed twice."""
    if lines and (found := re.match(rf"[（(]?[一二三四五六][）)]?、?\s*{text.name}\s*(?:[：:]|$)", lines[0])):
        lines[0] = lines[0][found.end() :].strip()
        if not lines[0]:
            del lines[0]


def _year(text: str, faults: list[str]) -> int:
    if found := re.fullmatch(r"(20\d\d)(?:\.0+)?\s*年?度?", half_width(text)):
        return int(found[1])
    faults.append(f"工作表“{WORDS}”“{YEAR}”一行：“{tame(text)}”不是年度，请填写四位数字，例如2025")
    return 0


# -- writing ----------------------------------------------------------------------------------------------

ADVICE = (
    "请依次填写“正文”、三张表和“上年数据”；不要删除表中的行和栏，也不要改动标题，可以插入空行。",
    "黄色格填数字，没有的填0或留空；件数为不小于0的整数，只有收费金额（万元）可以有小数。",
    "蓝色格为合计，已有公式，随填随算；也可以直接填数字，程序会与各项之和核对。",
    "“正文”各栏只写内容，不必重复标题；换段请在格内按 Alt+Enter。",
    "正文中可以用字段代替数字，由程序按三张表填入，例如：办结{办结}件，结转下年{结转下年}件。",
    "“上年数据”照抄上年度报告；不填则不核对。",
    "填好后保存为 .xlsx 交给程序检查；有错误时列出全部错误，改正后才生成报告。",
)
CHECKED = (
    ("X1", "错误", "表二每一栏：一、本年新收＋二、上年结转＝三（七）总计＋四、结转下年度"),
    ("X2", "错误", "表二每一栏：三（七）总计＝（一）至（六）各行之和"),
    ("X3", "错误", "表二每一行：总计＝自然人＋法人或其他组织五栏之和"),
    ("X4", "错误", "表三三个部分：总计＝四项结果之和"),
    ("X5", "提示", "表二上年结转＝上年度报告的结转下年度"),
    ("X6", "提示", "表一现行有效＝上年现行有效＋本年制发－本年废止"),
    ("X7", "错误", "正文中的数字＝三张表和巡检台账中的数字"),
    ("X8", "提示", "本报告＝下级单位报告之和（有下级报告时核对）"),
)

_FONT = {"font_name": "宋体", "font_size": 11}
_BORDER = {"border": 1, "border_color": "#808080", "align": "center", "valign": "vcenter", "text_wrap": True}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"font_name": "黑体", "font_size": 16, "valign": "vcenter"},
    "remark": {"font_color": "#595959", "valign": "vcenter"},
    "head": _BORDER | {"bg_color": "#EDEDED", "bold": True},
    "row": _BORDER | {"bg_color": "#F7F7F7", "align": "left"},
    "number": _BORDER | {"bg_color": "#FFF8DC", "num_format": "0"},
    "charge": _BORDER | {"bg_color": "#FFF8DC", "num_format": "0.######"},
    "sum": _BORDER | {"bg_color": "#DDEBF7", "num_format": "0", "bold": True},
    "check": _BORDER | {"num_format": "0", "font_color": "#7F7F7F"},
    "wrong": {"bg_color": "#FFC7CE", "font_color": "#9C0006", "bold": True},
    "words": _BORDER | {"bg_color": "#FFF8DC", "align": "left", "valign": "top"},
    "plain": {"text_wrap": True, "valign": "vcenter"},
}


def write_annual_sheet(year: int, *, office: str, figures: Mapping[str, str]) -> bytes:
    """The template; the same input gives the same bytes.

    `figures`: what the ledger says. Under a text's name (政府信息管理) it is filled in there, else it is listed with the
    instructions for the office to use.
    """
    import xlsxwriter

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(written, options) as book:
        created = datetime(year + 1, 1, 1)  # noqa: DTZ001 (a workbook's property has no zone)
        title = f"{year}年政府信息公开工作年度报告填写表"
        book.set_properties({"title": title, "author": tame(office)[:200], "created": created})
        looks = {name: book.add_format(_FONT | look) for name, look in _LOOKS.items()}
        names = {text.name for text in TEXTS}
        _write_advice(book, looks, title, {k: v for k, v in figures.items() if k not in names})
        _write_words(book, looks, year, office, figures)
        for table in (*TABLES, LAST_YEAR):
            _write_table(book, looks, table, year)
        book.worksheets()[1].activate()
    return written.getvalue()


def _add(book: Any, name: str, widths: Sequence[float], landscape: bool = False) -> Any:
    sheet = book.add_worksheet(name)
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    if landscape:
        sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    return sheet


def _write_advice(book: Any, looks: Mapping[str, Any], title: str, remarks: Mapping[str, str]) -> None:
    sheet = _add(book, INSTRUCTIONS, (20, 12, 78))
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, title, looks["title"])
    line = 1
    for number, advice in enumerate(ADVICE, 1):
        sheet.set_row(line, 22)
        sheet.merge_range(line, 0, line, 2, f"{number}. {advice}", looks["plain"])
        line += 1
    fields = [(f"{{{name}}}", "字段", _field_words(keys)) for name, keys in FIELDS.items()]
    facts = [(name, "台账", text) for name, text in remarks.items()]
    for heading, rows in (
        (("规则", "性质", "程序检查什么"), CHECKED),
        (("正文可用字段", "", "填入的数字"), fields),
        (("台账提供的数据", "", "供填写正文时参考"), facts),
    ):
        if not rows:
            continue
        line += 1
        for row, look in ((heading, "head"), *((row, "row") for row in rows)):
            sheet.set_row(line, _height(row[2], 78))
            for place, text in enumerate(row):
                sheet.write_string(line, place, tame(text), looks[look])
            line += 1


def _field_words(keys: Sequence[Key]) -> str:
    table = next(table for table in TABLES if keys[0] in table.keys)
    if len(keys) == 1:
        return table.place_of(keys[0])
    return f"{table.name}“{'”“'.join(key.row for key in keys)}”的“{keys[0].column}”之和"


def _height(text: str, width: float) -> float:
    """Points that the text needs in a column so many characters wide."""
    letters = sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)
    return 16.0 * max(1, -(-letters // int(width - 2))) + 6


def _write_words(
    book: Any, looks: Mapping[str, Any], year: int, office: str, figures: Mapping[str, str]
) -> None:
    sheet = _add(book, WORDS, (30, 96))
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, "正文", looks["title"])
    sheet.write_string(1, 0, "项目", looks["head"])
    sheet.write_string(1, 1, "内容（只写内容，不必重复标题；换段按 Alt+Enter）", looks["head"])
    sheet.write_string(2, 0, OFFICE, looks["row"])
    sheet.write_string(2, 1, tame(office), looks["words"])
    sheet.write_string(3, 0, YEAR, looks["row"])
    sheet.write_number(3, 1, year, looks["words"])
    sheet.data_validation(3, 1, 3, 1, _at_least("integer", 2000, "请填写四位数字的年度"))
    for line, text in enumerate(TEXTS, 4):
        content = "\n".join(map(tame, figures.get(text.name, "").split("\n")))
        sheet.set_row(line, max(90.0, min(400.0, _height(content, 96))))
        sheet.write_string(line, 0, text.heading, looks["row"])
        sheet.write_string(line, 1, content, looks["words"])
        if text is OVERVIEW:
            hint = f"本节开头的一段；{'、'.join(part.number for part in PARTS)}在下面各行填写。"
            sheet.write_comment(line, 0, hint, {"x_scale": 1.6, "y_scale": 0.6})
    sheet.freeze_panes(2, 1)
    sheet.repeat_rows(1)


def _write_table(book: Any, looks: Mapping[str, Any], table: Table, year: int) -> None:
    sheet = _add(book, table.name, [width * 0.62 for width in table.widths], landscape=table is REVIEWS)
    sheet.set_row(0, 32)
    sheet.write_string(0, 0, table.title, looks["title"])
    remark = "黄色格填数字（没有的填0或留空），蓝色格为合计，自动计算"
    if table is LAST_YEAR:
        remark = f"照抄{year - 1}年度报告，用于核对（规则 X5、X6）；不填的不核对"
    sheet.write_string(1, 0, remark, looks["remark"])
    formulas = {equation.total: equation for equation in reversed(table.equations) if equation.total}
    for box in table.boxes:
        look = _look(box, formulas)
        _write_box(sheet, box, looks[look], table, formulas.get(box.key) if box.key else None)
    for line, boxes in table.lines:
        wordy = [box for box in boxes if box.head and box.lines == 1]
        needed = [
            _height(box.text, sum(table.widths[box.place : box.place + box.places]) * 0.62) for box in wordy
        ]
        sheet.set_row(FIRST_LINE + line, max([22.0, *needed]))
    if table is REQUESTS:
        _write_check(sheet, looks, table)
    if table.heading_lines:
        sheet.freeze_panes(FIRST_LINE + table.heading_lines, 0)
        sheet.repeat_rows(FIRST_LINE, FIRST_LINE + table.heading_lines - 1)


def _look(box: Box, formulas: Mapping[Key, Equation]) -> str:
    if box.key is None:
        return "row" if box.head.startswith("row") else "head"
    return "sum" if box.key in formulas else "charge" if box.key in CHARGES else "number"


def _write_box(sheet: Any, box: Box, look: Any, table: Table, formula: Equation | None) -> None:
    line, place = FIRST_LINE + box.line, box.place
    if box.lines > 1 or box.places > 1:
        sheet.merge_range(line, place, line + box.lines - 1, place + box.places - 1, "", look)
    if box.key is None:
        sheet.write_string(line, place, box.text, look)
        return
    has_decimals = box.key in CHARGES
    kind, what = ("decimal", "数") if has_decimals else ("integer", "整数")
    sheet.data_validation(line, place, line, place, _at_least(kind, 0, f"请填写不小于0的{what}"))
    if formula:
        first, last = _name_of(table, formula.right[0]), _name_of(table, formula.right[-1])
        sheet.write_formula(line, place, f"=SUM({first}:{last})", look, 0)
    else:
        sheet.write_blank(line, place, None, look)


def _at_least(kind: str, least: int, message: str) -> dict[str, Any]:
    return {
        "validate": kind, "criteria": ">=", "value": least, "error_title": "填写有误", "error_message": message
    }  # fmt: skip


def _write_check(sheet: Any, looks: Mapping[str, Any], table: Table) -> None:
    """X1 at once before the office's eyes; not a part of the form."""
    line = FIRST_LINE + 1 + max(box.line for box in table.boxes)
    sheet.merge_range(line, 0, line, 2, "核对：一＋二－三（七）－四，应为0", looks["check"])
    for place in range(3, len(table.widths)):
        new, last, done, on = (
            _name_of(table, Key(row, _column_at(table, place))) for row in (NEW, CARRIED_IN, DONE, CARRIED_ON)
        )
        sheet.write_formula(line, place, f"={new}+{last}-{done}-{on}", looks["check"], 0)
    wrong = {"type": "cell", "criteria": "!=", "value": 0, "format": looks["wrong"]}
    sheet.conditional_format(line, 3, line, len(table.widths) - 1, wrong)


def _column_at(table: Table, place: int) -> str:
    return next(box.key.column for box in table.boxes if box.key and box.place == place)


def _name_of(table: Table, key: Key) -> str:
    """Of a cell as formulas name it: D6."""
    box = next(box for box in table.boxes if box.key == key)
    return f"{chr(ord('A') + box.place)}{FIRST_LINE + box.line + 1}"
