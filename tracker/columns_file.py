"""栏目类别确认表: all names of columns out as a workbook with lists to choose from, and what was chosen in again."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from checks.column_classes import LABELS, LIMITS, ColumnClass
from tracker import cells
from tracker.columns import NamedColumns, SiteColumn
from tracker.confirmed_classes import BY_NAME, Confirmation, class_word, read_class, words
from tracker.register_reading import INSTRUCTIONS, Remark
from tracker.register_templates import ROWS_TO_FILL, add_instructions, add_table, explain, workbook
from tracker.registers import Field, bare
from tracker.sheets import HEADINGS_WITHIN, Line, Sheet, UnusableRegister, read_sheets

BY_NAMES, BY_COLUMNS = "按名称确认", "逐个栏目"
CHOSEN = "确认类别"
WAITS, CONFIRMED, CLEAR, PARENT, NOT_JUDGED = "待确认", "已确认", "名称已明确", "上级栏目", "不判更新"
STATES = (WAITS, CONFIRMED, CLEAR, PARENT, NOT_JUDGED)

NAME_FIELDS = (
    Field("栏目名称", "name", cells.plain, "全部网站上同名的栏目合为一行", width=22),
    Field(CHOSEN, "chosen", cells.plain, "从下拉列表选择；不填即不作改变", True, choices=tuple(words()), width=16),
    Field("状态", "state", cells.plain, "待确认的排在最前；其余可以不看", width=12),
    Field("推断类别", "guess", cells.plain, "按名称推断的类别", width=14),
    Field("推断理由", "reason", cells.plain, "为何如此推断，或为何推断不出", width=44),
    Field("网站数", "sites", cells.plain, "有此名称栏目的网站", width=8),
    Field("待确认栏目", "waiting", cells.plain, "此名称下确认前不判更新的栏目", width=11),
    Field("下级待定", "below", cells.plain, "确认此行后，名称看不出类别的下级栏目随之确定", width=10),
    Field("举例", "examples", cells.plain, "网站　栏目路径　最新日期", width=64),
    Field("已确认", "said", cells.plain, "由谁、何时确认", width=22),
)  # fmt: skip
COLUMN_FIELDS = (
    Field("网站标识码", "site", cells.plain, "按文本填写", width=14),
    Field("栏目路径", "path", cells.plain, "从上到下的栏目名称", width=40),
    Field(CHOSEN, "chosen", cells.plain, "只填与同名栏目不同的；不填即随名称", True, choices=tuple(words()), width=16),
    Field("状态", "state", cells.plain, "", width=12),
    Field("现用类别", "guess", cells.plain, "目前按此类别判定", width=14),
    Field("理由", "reason", cells.plain, "", width=44),
    Field("最新日期", "newest", cells.plain, "最近一次巡检看到的最新一条", width=12),
    Field("公开平台", "platform", cells.plain, "属于政府信息公开平台的哪一部分", width=16),
    Field("网站名称", "site_name", cells.plain, "", width=26),
    Field("栏目网址", "url", cells.plain, "", width=52),
    Field("已确认", "said", cells.plain, "由谁、何时确认", width=22),
)  # fmt: skip
ADVICE = (
    f"先做“{BY_NAMES}”工作表：状态为“{WAITS}”的在最前面，逐行在“{CHOSEN}”中选择类别；一行管全部网站的同名栏目。",
    f"个别网站的同名栏目另有含义的，在“{BY_COLUMNS}”工作表中单独选择；它优先于按名称的确认。",
    "上级栏目确认后，名称看不出类别的下级栏目（见“下级待定”）随之确定，不必逐个填写。",
    f"已经确认的，单元格中是已确认的类别；改选即改，选“{BY_NAME}”即撤销，留空或不动即不变。",
    "填好后导入：xunjian columns import 文件 --by 姓名；有问题的行逐一指出，其余照常导入。",
    "只读“栏目名称”“网站标识码”“栏目路径”和“确认类别”；其余各列仅供参考，可以隐藏、筛选、排序。",
)
WHAT_FOR = {
    "A": ("要闻、工作动态、图片新闻", "14天不更新计入单项否决"),
    "B1": ("通知公告、公示公告", "一级栏目计入单项否决"),
    "B2": ("政策文件、规范性文件", "下级栏目为一年"),
    "C": ("政策解读、图解", ""),
    "D": ("人事信息、规划计划、财政预决算", "政府信息公开年报按每年1月31日判"),
    "E": ("领导信箱、网上咨询", "判答复时限"),
    "F": ("民意征集、网上调查", ""),
    "G": ("在线访谈、新闻发布会", ""),
    "H": ("统计数据、数据发布", ""),
    "I": ("机构职能、领导之窗、联系我们", "须有内容且正确"),
    "J": ("法定主动公开内容的各事项", "本地规定"),
    "K": ("其他应更新的栏目", ""),
    "L": ("往期专题、专题归档", "不再更新"),
}
"""By class: names that are usual for it, and what else there is to know."""
PERIODS = (
    *(
        (LABELS[letter], f"{days}天" if (days := LIMITS[letter]) else "不按天数", *rest)
        for letter, rest in WHAT_FOR.items()
    ),
    (BY_NAME, "", "撤销确认，仍按名称推断", ""),
)


# -- out --------------------------------------------------------------------------------------------------


def write_workbook(rows: Sequence[NamedColumns], columns: Sequence[SiteColumn]) -> bytes:
    ordered = sorted(columns, key=lambda each: (each.site.key, not each.waits, each.path))

    def fill(book: Any) -> None:
        _fill(book, BY_NAMES, NAME_FIELDS, [_name_row(row) for row in rows])
        _fill(book, BY_COLUMNS, COLUMN_FIELDS, [_column_row(each) for each in ordered])
        sheet = add_instructions(book, "栏目类别确认表填写说明", ADVICE, (18, 12, 62, 54))
        explain(book, sheet, len(ADVICE) + 3, ("类别", "更新时限", "典型名称", "说明"), PERIODS, centred=(1,))

    return workbook("栏目类别确认表", fill)


def _fill(book: Any, name: str, fields: Sequence[Field], rows: Sequence[Mapping[str, Any]]) -> None:
    frozen = next(number for number, each in enumerate(fields, 1) if each.fact == "chosen")
    sheet = add_table(book, name, fields, _choice, frozen)
    styles = {shade: _Styles(book, shade) for shade in (_PLAIN, _WAITING, _TO_CHOOSE)}
    for number, row in enumerate(rows, 1):
        sheet.set_row(number, 17 * max(str(value).count("\n") + 1 for value in row.values()) + 5)
        for position, each in enumerate(fields):
            waits = row["state"] == WAITS
            shade = _PLAIN if not waits else _TO_CHOOSE if each.fact == "chosen" else _WAITING
            styles[shade].write(sheet, number, position, row[each.fact])
    if len(rows) > ROWS_TO_FILL:  # a city has more columns than a template has lines to fill in
        choice = next(listed for each in fields if (listed := _choice(each)))
        sheet.data_validation(ROWS_TO_FILL + 1, frozen - 1, len(rows), frozen - 1, choice)
    sheet.autofilter(0, 0, max(len(rows), 1), len(fields) - 1)


_PLAIN, _WAITING, _TO_CHOOSE = "", "#FFF8E1", "#FFE9A8"
"""How cells are shaded: what needs a person stands out, the cell to fill in most."""


class _Styles:
    def __init__(self, book: Any, shade: str) -> None:
        line = {
            "font_name": "微软雅黑",
            "font_size": 11,
            "valign": "vcenter",
            "border": 1,
            "border_color": "#D5DEE8",
        }
        shaded = line | ({"bg_color": shade} if shade else {})
        self._text = book.add_format(shaded | {"num_format": "@", "text_wrap": True, "indent": 1})
        self._number = book.add_format(shaded | {"align": "center"})

    def write(self, sheet: Any, number: int, position: int, value: str | int) -> None:
        if isinstance(value, int):
            sheet.write_number(number, position, value, self._number)
        else:
            sheet.write(number, position, value or None, self._text)


def _choice(each: Field) -> dict[str, Any] | None:
    if not each.choices:
        return None
    return {
        "validate": "list",
        "source": list(each.choices),
        "error_title": each.heading,
        "error_message": "请从下拉列表中选择",
    }


def _name_row(row: NamedColumns) -> dict[str, Any]:
    known = row.known
    return {
        "name": row.name,
        "chosen": class_word(row.said.letter) if row.said else "",
        "state": state_of(row.columns, bool(row.said)),
        "guess": guess(known),
        "reason": known.reason,
        "sites": row.sites,
        "waiting": row.waiting,
        "below": row.below,
        "examples": "\n".join(_example(each) for each in row.examples),
        "said": str(row.said or ""),
    }


def _column_row(each: SiteColumn) -> dict[str, Any]:
    return {
        "site": each.site.key,
        "path": each.path,
        "chosen": class_word(each.said.letter) if each.said else "",
        "state": state_of((each,), bool(each.said)),
        "guess": guess(each.known),
        "reason": each.known.reason,
        "newest": _day(each.newest),
        "platform": each.platform,
        "site_name": each.site.name,
        "url": each.seen.url,
        "said": str(each.said or ""),
    }


def state_of(columns: Iterable[SiteColumn], confirmed: bool) -> str:
    listed = list(columns)
    if any(each.waits for each in listed):
        return WAITS
    if confirmed or any(each.known.by_office for each in listed):
        return CONFIRMED
    if any(each.known.certain for each in listed):
        return CLEAR
    return NOT_JUDGED if all(each.seen.is_leaf for each in listed) else PARENT


def guess(known: ColumnClass) -> str:
    if known.certain:
        return known.label
    return "看不出" if known.letter == "K" else f"{known.label}？"


def _example(each: SiteColumn) -> str:
    return "　".join(filter(None, (each.site.name, each.path, _day(each.newest))))


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


# -- in ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Read:
    """What a file says, and what is wrong with which of its lines; the good lines are all there."""

    said: list[Confirmation] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)


def read_workbook(path: Path, columns: Collection[SiteColumn]) -> Read:
    """UnusableRegister if nothing in the file is such a table. `columns`: those that are known."""
    reader = _Reader(columns)
    found = False
    for sheet in read_sheets(path):
        if sheet.name != INSTRUCTIONS and not sheet.is_hidden:
            found |= reader.take(sheet)
    if not found:
        need = f"“栏目名称”和“{CHOSEN}”，或“网站标识码”“栏目路径”和“{CHOSEN}”"
        raise UnusableRegister(
            f"{path.name} 没有认出表头：第一行应有{need}；请用 xunjian columns export 取得表格"
        )
    return reader.read


class _Reader:
    def __init__(self, columns: Collection[SiteColumn]) -> None:
        self.read = Read()
        self._sites = {each.site.key for each in columns}
        self._known = {("", each.name) for each in columns}
        self._known |= {(each.site.key, name) for each in columns for name in (each.path, each.name)}
        self._lines: dict[tuple[str, str], tuple[str, str]] = {}
        """Of whom a line spoke: the class it gave, and where it stands."""

    def take(self, sheet: Sheet) -> bool:
        """Whether the sheet is such a table."""
        for line in sheet.lines[:HEADINGS_WITHIN]:
            places = {bare(text): position for position, text in reversed(list(enumerate(line.cells)))}
            if CHOSEN in places and ("栏目名称" in places or {"网站标识码", "栏目路径"} <= places.keys()):
                self.read.errors += [Remark(number, "", why, sheet.name) for number, why in sheet.broken]
                for each in sheet.lines:
                    if each.number > line.number:
                        self._line(sheet, each, places)
                return True
        return False

    def _line(self, sheet: Sheet, line: Line, places: Mapping[str, int]) -> None:
        try:
            said = self._said(sheet, line, places)
        except _Misfit as error:
            self.read.errors.append(Remark(line.number, error.heading, str(error), sheet.name))
        else:
            self.read.said += [said] if said else []

    def _said(self, sheet: Sheet, line: Line, places: Mapping[str, int]) -> Confirmation | None:
        """None: nothing was chosen."""
        word = _cell(line, places, CHOSEN)
        if not word or word == CHOSEN:  # long lists repeat their headings
            return None
        letter = read_class(word)
        if letter is None:
            raise _Misfit(CHOSEN, f"不认识类别“{word}”：请从下拉列表中选择（{'、'.join(words())}）")
        site, name = self._column(line, places)
        where = f"{f'工作表“{sheet.name}”' if sheet.name else ''}第{line.number}行"
        before, at = self._lines.setdefault((site, name), (letter, where))
        if before != letter:
            raise _Misfit(CHOSEN, f"与{at}的类别不同，以该行为准：请改正其中一行")
        return Confirmation(name, letter, site)

    def _column(self, line: Line, places: Mapping[str, int]) -> tuple[str, str]:
        """The site, empty for all, and the path or the name."""
        of_site = "网站标识码" in places
        heading = "栏目路径" if of_site and "栏目路径" in places else "栏目名称"
        site, name = _cell(line, places, "网站标识码"), _cell(line, places, heading)
        if of_site and site not in self._sites:
            raise _Misfit("网站标识码", f"“{site}”没有栏目记录：请核对标识码，或先巡检一轮")
        if not name:
            raise _Misfit(heading, "没有填写，不知是哪个栏目")
        if (site, name) not in self._known:
            raise _Misfit(heading, f"没有见过栏目“{name}”：请照导出的表格填写")
        return site, name


class _Misfit(Exception):
    def __init__(self, heading: str, mend: str) -> None:
        super().__init__(mend)
        self.heading = heading


def _cell(line: Line, places: Mapping[str, int], heading: str) -> str:
    position = places.get(heading, len(line.cells))
    return cells.tidy(line.cells[position]) if position < len(line.cells) else ""


def kinds_of(rows: Iterable[NamedColumns]) -> Iterator[tuple[str, int]]:
    """How many names stand in which state."""
    states = [state_of(row.columns, bool(row.said)) for row in rows]
    for state in STATES:
        yield state, states.count(state)
