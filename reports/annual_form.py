"""The annual report on information disclosure (政府信息公开工作年度报告) as a form: its texts, its three tables, their sums.

The form is that of 国办公开办函〔2021〕30号, laid out as in the office's report of 2025. Everything that draws, reads or
checks a table does so by what stands here; nothing else knows where a cell is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

Number = int | Decimal
"""Cases and decisions are whole; only the charge (万元) may have decimals."""


class Key(NamedTuple):
    """One number of the report, by the headings of its row and of its column; unique over all three tables."""

    row: str
    column: str


@dataclass(frozen=True, slots=True)
class Box:
    """One printed cell: where it begins, over how many lines and places it reaches, and what stands in it."""

    line: int
    place: int
    text: str = ""
    lines: int = 1
    places: int = 1
    head: str = ""
    """Of what it is the heading, in the words of HTML: col, colgroup, row, rowgroup."""
    key: Key | None = None
    """Whose number stands in it."""


@dataclass(frozen=True, slots=True)
class Equation:
    """A rule of the form (勾稽关系): the sum of the left equals that of the right."""

    rule: str
    left: tuple[Key, ...]
    right: tuple[Key, ...]

    @property
    def total(self) -> Key | None:
        """The cell that can be computed from the others."""
        return self.left[0] if len(self.left) == 1 else None


@dataclass(frozen=True)
class Table:
    name: str
    """Of its worksheet."""
    title: str
    boxes: tuple[Box, ...]
    widths: tuple[int, ...]
    """Millimetres of each place; together they fill the lines of a 公文 page."""
    heading_lines: int
    """So many lines are repeated on the next page; 0: headings stand all over the table."""
    equations: tuple[Equation, ...] = ()
    row_word: str = "一行"

    @cached_property
    def keys(self) -> tuple[Key, ...]:
        return tuple(box.key for box in self.boxes if box.key)

    @cached_property
    def rows(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(key.row for key in self.keys))

    @cached_property
    def totals(self) -> frozenset[Key]:
        return frozenset(each.total for each in self.equations if each.total)

    @property
    def lines(self) -> Iterator[tuple[int, tuple[Box, ...]]]:
        """Line by line, what begins there."""
        for line, boxes in groupby(self.boxes, lambda box: box.line):
            yield line, tuple(boxes)

    def place_of(self, key: Key) -> str:
        return f"{self.name}“{key.row}”{self.row_word}“{key.column}”一栏"


def _in_order(boxes: Sequence[Box]) -> tuple[Box, ...]:
    return tuple(sorted(boxes, key=lambda box: (box.line, box.place)))


# -- 二、主动公开 ----------------------------------------------------------------------------------------------

MADE, REPEALED, IN_FORCE = "本年制发件数", "本年废止件数", "现行有效件数"
DECISIONS, CHARGE = "本年处理决定数量", "本年收费金额（单位：万元）"
RULES, DOCUMENTS = "规章", "行政规范性文件"
_CONTENT = "信息内容"

PUBLISHED_ITEMS = (
    ("第二十条第（一）项", (MADE, REPEALED, IN_FORCE), (RULES, DOCUMENTS)),
    ("第二十条第（五）项", (DECISIONS,), ("行政许可",)),
    ("第二十条第（六）项", (DECISIONS,), ("行政处罚", "行政强制")),
    ("第二十条第（八）项", (CHARGE,), ("行政事业性收费",)),
)
"""Of the article, what is counted, of what."""


def _published() -> Table:
    boxes, line = [], 0
    for item, columns, rows in PUBLISHED_ITEMS:
        width = 3 // len(columns)
        boxes += [Box(line, 0, item, places=4, head="colgroup"), Box(line + 1, 0, _CONTENT, head="col")]
        boxes += [
            Box(line + 1, 1 + width * n, column, places=width, head="col" if width == 1 else "colgroup")
            for n, column in enumerate(columns)
        ]
        for number, row in enumerate(rows, line + 2):
            boxes.append(Box(number, 0, row, head="row"))
            boxes += [
                Box(number, 1 + width * n, places=width, key=Key(row, column))
                for n, column in enumerate(columns)
            ]
        line += 2 + len(rows)
    return Table("表一 主动公开", "二、主动公开政府信息情况", tuple(boxes), (39, 39, 39, 39), 0)


# -- 三、收到和处理申请 ------------------------------------------------------------------------------------------

TOTAL = "总计"
PERSON = "自然人"
ORGANIZATIONS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
APPLICANTS = (PERSON, *ORGANIZATIONS)

NEW, CARRIED_IN = "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"
_DONE, DONE, CARRIED_ON = "三、本年度办理结果", "（七）总计", "四、结转下年度继续办理"
BALANCE_WORDS = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

RESULTS: Mapping[str, tuple[str, ...]] = {
    "（一）予以公开": (),
    "（二）部分公开（区分处理的，只计这一情形，不计其他情形）": (),
    "（三）不予公开": (
        "1.属于国家秘密",
        "2.其他法律行政法规禁止公开",
        "3.危及“三安全一稳定”",
        "4.保护第三方合法权益",
        "5.属于三类内部事务信息",
        "6.属于四类过程性信息",
        "7.属于行政执法案卷",
        "8.属于行政查询事项",
    ),
    "（四）无法提供": (
        "1.本机关不掌握相关政府信息",
        "2.没有现成信息需要另行制作",
        "3.补正后申请内容仍不明确",
    ),
    "（五）不予处理": (
        "1.信访举报投诉类申请",
        "2.重复申请",
        "3.要求提供公开出版物",
        "4.无正当理由大量反复申请",
        "5.要求行政机关确认或重新出具已获取信息",
    ),
    "（六）其他处理": (
        "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
        "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
        "3.其他",
    ),
}


def result_rows(group: str) -> tuple[str, ...]:
    """The rows of one group of results, as keys name them."""
    return tuple(f"{group} {detail}" for detail in RESULTS[group]) or (group,)


RESULT_ROWS = tuple(row for group in RESULTS for row in result_rows(group))


def _requests() -> Table:
    paths: list[tuple[str, ...]] = [(NEW,), (CARRIED_IN,)]
    for group, details in RESULTS.items():
        paths += [(_DONE, group, detail) for detail in details] or [(_DONE, group)]
    paths += [(_DONE, DONE), (CARRIED_ON,)]
    names = (NEW, CARRIED_IN, *RESULT_ROWS, DONE, CARRIED_ON)
    boxes = [
        Box(0, 0, BALANCE_WORDS, lines=3, places=3),
        Box(0, 3, "申请人情况", places=6, head="colgroup"),
        Box(0, 9, TOTAL, lines=3, head="col"),
        Box(1, 3, PERSON, lines=2, head="col"),
        Box(1, 4, "法人或其他组织", places=5, head="colgroup"),
        *(Box(2, 4 + n, name, head="col") for n, name in enumerate(ORGANIZATIONS)),
        *_row_heads(paths, first_line=3, depth=3),
    ]
    columns = (*APPLICANTS, TOTAL)
    for line, row in enumerate(names, 3):
        boxes += [Box(line, 3 + n, key=Key(row, column)) for n, column in enumerate(columns)]
    equations = [
        *(_sum("X2", Key(DONE, column), [Key(row, column) for row in RESULT_ROWS]) for column in APPLICANTS),
        *(_sum("X3", Key(row, TOTAL), [Key(row, column) for column in APPLICANTS]) for row in names),
        _sum("X2", Key(DONE, TOTAL), [Key(row, TOTAL) for row in RESULT_ROWS]),
        *(
            Equation("X1", (Key(NEW, each), Key(CARRIED_IN, each)), (Key(DONE, each), Key(CARRIED_ON, each)))
            for each in columns
        ),
    ]
    widths = (11, 17, 50, *[11] * 6, 12)
    title = "三、收到和处理政府信息公开申请情况"
    return Table("表二 申请", title, _in_order(boxes), widths, 3, tuple(equations))


def _sum(rule: str, total: Key, parts: Sequence[Key]) -> Equation:
    return Equation(rule, (total,), tuple(parts))


def _row_heads(paths: Sequence[tuple[str, ...]], first_line: int, depth: int) -> Iterator[Box]:
    """A heading that several rows share reaches down over them, the last of a row reaches to the numbers."""
    for level in range(depth):
        line = first_line
        for prefix, shared in groupby(path[: level + 1] for path in paths):
            lines = sum(1 for _ in shared)
            if len(prefix) > level:
                is_last = any(path == prefix for path in paths)
                places = depth - level if is_last else 1
                yield Box(line, level, prefix[level], lines, places, "row" if is_last else "rowgroup")
            line += lines


# -- 四、行政复议、行政诉讼 ----------------------------------------------------------------------------------------

REVIEW, DIRECT_SUIT, LATER_SUIT = "行政复议", "行政诉讼 未经复议直接起诉", "行政诉讼 复议后起诉"
REVIEW_RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结")


def _reviews() -> Table:
    columns = (*REVIEW_RESULTS, TOTAL)
    boxes = [
        Box(0, 0, "行政复议", places=5, head="colgroup"),
        Box(0, 5, "行政诉讼", places=10, head="colgroup"),
        *(Box(1, n, name, lines=2, head="col") for n, name in enumerate(columns)),
        Box(1, 5, "未经复议直接起诉", places=5, head="colgroup"),
        Box(1, 10, "复议后起诉", places=5, head="colgroup"),
        *(Box(2, 5 + n, name, head="col") for n, name in enumerate(columns * 2)),
    ]
    groups = (REVIEW, DIRECT_SUIT, LATER_SUIT)
    keys = [Key(group, column) for group in groups for column in columns]
    boxes += [Box(3, place, key=key) for place, key in enumerate(keys)]
    equations = [
        _sum("X4", Key(group, TOTAL), [Key(group, column) for column in REVIEW_RESULTS]) for group in groups
    ]
    widths = (10, 10, 10, 10, 12, 10, 10, 10, 10, 12, 10, 10, 10, 10, 12)
    title = "四、政府信息公开行政复议、行政诉讼情况"
    return Table("表三 复议诉讼", title, _in_order(boxes), widths, 3, tuple(equations), "部分")


PUBLISHED, REQUESTS, REVIEWS = _published(), _requests(), _reviews()
TABLES = (PUBLISHED, REQUESTS, REVIEWS)
KEYS = tuple(key for table in TABLES for key in table.keys)
TOTALS = frozenset(key for table in TABLES for key in table.totals)
EQUATIONS = tuple((table, each) for table in TABLES for each in table.equations)
CHARGES = frozenset(key for key in KEYS if key.column == CHARGE)
TABLE_OF = {key: table for table in TABLES for key in table.keys}


def _last_year() -> Table:
    """What this year's report is held against: for X5 by applicant, for X6 by kind of document."""
    boxes = [Box(0, 0, "上年度申请", head="col")]
    for place, column in enumerate((*APPLICANTS, TOTAL), 1):
        boxes += [Box(0, place, column, head="col"), Box(1, place, key=Key(CARRIED_ON, column))]
    boxes += [Box(1, 0, CARRIED_ON, head="row"), Box(2, 0, "上年度文件", head="col")]
    boxes.append(Box(2, 1, IN_FORCE, places=7, head="colgroup"))
    for line, row in enumerate((RULES, DOCUMENTS), 3):
        boxes += [Box(line, 0, row, head="row"), Box(line, 1, places=7, key=Key(row, IN_FORCE))]
    return Table("上年数据", "上年度报告的数据", _in_order(boxes), (51, *[15] * 7), 0)


LAST_YEAR = _last_year()


def place_of(key: Key) -> str:
    """The cell as the office finds it: 表二 申请“（七）总计”一行“自然人”一栏."""
    return TABLE_OF[key].place_of(key)


# -- the texts --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """A part that the office writes itself."""

    name: str
    number: str
    """（一） for a part of 一、总体情况, whose heading runs into the text; else the section's own."""

    @property
    def heading(self) -> str:
        return f"{self.number}{self.name}"


OVERVIEW = Text("总体情况", "一、")
PARTS = (
    Text("主动公开", "（一）"),
    Text("依申请公开", "（二）"),
    Text("政府信息管理", "（三）"),
    Text("政府信息公开平台建设", "（四）"),
    Text("监督保障", "（五）"),
)
TROUBLES, OTHER_MATTERS = Text("存在的主要问题及改进情况", "五、"), Text("其他需要报告的事项", "六、")
TEXTS = (OVERVIEW, *PARTS, TROUBLES, OTHER_MATTERS)


def _of_group(group: str) -> tuple[Key, ...]:
    return tuple(Key(row, TOTAL) for row in result_rows(group))


FIELDS: Mapping[str, tuple[Key, ...]] = {
    "本年新收": (Key(NEW, TOTAL),),
    "上年结转": (Key(CARRIED_IN, TOTAL),),
    "办结": (Key(DONE, TOTAL),),
    "结转下年": (Key(CARRIED_ON, TOTAL),),
    **{re.sub("（.*?）", "", group): _of_group(group) for group in RESULTS},
    "规章制发": (Key(RULES, MADE),),
    "规章废止": (Key(RULES, REPEALED),),
    "规章现行有效": (Key(RULES, IN_FORCE),),
    "规范性文件制发": (Key(DOCUMENTS, MADE),),
    "规范性文件废止": (Key(DOCUMENTS, REPEALED),),
    "规范性文件现行有效": (Key(DOCUMENTS, IN_FORCE),),
    **{name: (Key(name, DECISIONS),) for name in ("行政许可", "行政处罚", "行政强制")},
    "行政事业性收费": (Key("行政事业性收费", CHARGE),),
    "行政复议": (Key(REVIEW, TOTAL),),
    "行政诉讼": (Key(DIRECT_SUIT, TOTAL), Key(LATER_SUIT, TOTAL)),
}
"""What a text may name in braces, {办结}, instead of the number itself: the sum of these cells."""

FIELD = re.compile(r"[{｛]\s*([^{}｛｝]*?)\s*[}｝]")


@dataclass(frozen=True)
class AnnualSheet:
    """A filled-in report. `numbers` has every cell of the three tables; those left blank are 0, blank sums are computed."""

    office: str
    year: int
    texts: Mapping[str, str]
    """By Text.name, as written; one line a paragraph."""
    numbers: Mapping[Key, Number]
    before: Mapping[Key, Number] = field(default_factory=dict)
    """Last year's numbers (keys of LAST_YEAR) as far as the office gave them."""

    @property
    def title(self) -> str:
        return f"{self.office}{self.year}年政府信息公开工作年度报告"

    def value(self, name: str) -> Number:
        """Of one of FIELDS."""
        return sum(self.numbers[key] for key in FIELDS[name])

    def paragraphs(self, text: Text) -> tuple[str, ...]:
        """As printed: with the numbers of the tables where the text names them; what is no field stays as it is."""
        written = FIELD.sub(self._filled, self.texts.get(text.name, ""))
        return tuple(filter(None, map(str.strip, written.split("\n"))))

    def _filled(self, found: re.Match[str]) -> str:
        return shown(self.value(found[1])) if found[1] in FIELDS else found[0]


def with_sums(typed: Mapping[Key, Number]) -> dict[Key, Number]:
    """Every cell: what is not typed is computed where the form has a sum, and else 0."""
    numbers: dict[Key, Number] = {key: typed.get(key, 0) for key in KEYS}
    for _, equation in EQUATIONS:  # sums of columns come before those of rows that add them up
        if equation.total and equation.total not in typed:
            numbers[equation.total] = sum(numbers[key] for key in equation.right)
    return numbers


def shown(number: Number) -> str:
    return f"{number:f}" if isinstance(number, Decimal) else str(number)
