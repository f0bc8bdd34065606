"""A column's class by its name, with the reason (regulations.md part 9).

Certain guesses work at once; a name that two classes claim, or none, waits for the office. What the office wrote into
the register goes before any guess.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from crawler.observations import Column

TWO_WEEKS, SIX_MONTHS, ONE_YEAR = 14, 180, 365
"""Days. The national text says 2周, 6个月 and 1年; monitors count them so (regulations.md 2.F)."""

LIMITS: dict[str, int | None] = {
    "A": TWO_WEEKS, "B1": SIX_MONTHS, "B2": SIX_MONTHS, "C": SIX_MONTHS, "D": ONE_YEAR, "E": None, "F": None, "G": None,
    "H": None, "I": None, "J": SIX_MONTHS, "K": ONE_YEAR, "L": None,
}  # fmt: skip
"""Days by class. E, F and G have duties of their own, H belongs to other indicators, I is judged by its content, L is past."""
LABELS = {
    "A": "动态要闻类", "B1": "通知公告类", "B2": "政策文件类", "C": "政策解读类", "D": "人事规划类", "E": "政务咨询类",
    "F": "征集调查类", "G": "在线访谈类", "H": "数据类", "I": "静态类", "J": "法定主动公开类", "K": "其他", "L": "历史归档类",
}  # fmt: skip
TYPICAL: dict[str, str] = {
    "A": "要闻 本地要闻 政务要闻 工作动态 部门动态 区县动态 县区快讯 工作进展 图片新闻 时政 要闻动态 动态要闻 政务动态 新闻动态 领导活动 领导动态",
    "B1": "通知公告 公示公告 公告公示 通知",
    "B2": "政策文件 规范性文件 政府文件 市政府办文件 法规规章 政策法规 法律法规",
    "C": "政策解读 图解 部门解读 媒体解读",
    "D": "人事任免 人事信息 人事规划 人事 招考 规划计划 工作计划 总结 财政预决算 年度报告 政府信息公开年报 政府信息公开年度报告",
    "E": "领导信箱 市长信箱 县长信箱 区长信箱 书记信箱 网上咨询 咨询建言 留言 政务咨询",
    "F": "民意征集 意见征集 网上调查 征集调查",
    "G": "在线访谈 新闻发布会",
    "H": "数据发布 统计数据 办事统计 数据",
    "I": "概况 机构职能 领导之窗 联系我们 公开指南 网站声明 静态 政府信息公开指南 政府信息公开制度",
    "J": "法定主动公开",
    "K": "其他 其他应更新",
    "L": "历史 归档 历史归档 历史专题",
}
"""The names that regulations.md 9.1 gives for a class, and its usual spellings: they are that class and no other."""
EXACT = {name: letter for letter, names in TYPICAL.items() for name in names.split()}

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    # In the order of regulations.md 9.2.
    ("L", re.compile(r"历史|归档|往期|往届|已结束")),
    ("I", re.compile(r"概况|机构|职能|领导(?!.{0,4}(?:信箱|留言|活动|动态))|联系|指南|声明|地图|制度")),
    ("E", re.compile(r"信箱|咨询|留言|建言|来信|问政")),
    ("F", re.compile(r"征集|调查|投票|问卷")),
    ("G", re.compile(r"访谈|发布会|直播")),
    ("C", re.compile(r"解读|图解|一图读懂")),
    ("D", re.compile(r"人事|任免|招考|招录|规划|计划|总结|预决算|预算|决算|年报|年度报告")),
    ("B1", re.compile(r"公告|公示|通知")),
    ("B2", re.compile(r"文件|法规|规章|政策")),
    ("H", re.compile(r"数据|统计")),
    ("A", re.compile(r"要闻|动态|新闻|快讯|资讯|时政|进展|领导活动")),
)
BEATS = {"C": {"B2"}}
"""政策解读 is no 政策文件: the table says so itself (9.2, order 9)."""
_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?!\d)")
_LETTER = re.compile(r"([A-L][12]?)类?", re.I)


@dataclass(frozen=True, slots=True)
class ColumnClass:
    """`certain`: may be judged by at once. `by_office`: the register says so. `limit_days` None: no period of its own."""

    letter: str
    certain: bool
    reason: str
    limit_days: int | None
    by_office: bool = False

    @property
    def label(self) -> str:
        return LABELS[self.letter]


def class_of(column: Column, today: date | None = None) -> ColumnClass:
    """The class of a column that was seen: the register's word, else its name and the names above it."""
    entry = column.entry
    first_level = len(column.path) == 1 and column.found_by in ("navigation", "register")
    guess = classify(column.name, column.path[:-1], today=today)
    letter = letter_of(entry.column_class) if entry else None
    if entry and entry.limit_days is not None:
        return ColumnClass(letter or guess.letter, True, "台账写明更新时限", entry.limit_days, True)
    if entry and letter:
        return ColumnClass(letter, True, f"台账写明类别“{entry.column_class}”", LIMITS[letter], True)
    if guess.letter == "B2" and guess.limit_days and not first_level:
        # Sub-columns of policy documents have a year (9.1); how deep a column hangs that a 更多 link names, nobody knows.
        return ColumnClass("B2", guess.certain, f"{guess.reason}，下级栏目", ONE_YEAR)
    return guess


def classify(name: str, parents: Sequence[str] = (), *, today: date | None = None) -> ColumnClass:
    """A class by name alone. `parents`: the names above, top first. `today`: what makes a year in a name a past one."""
    bare = _bare(name)
    for above in (*parents, name):
        if _is_past(above, today):
            return _certain("L", f"“{above}”是历史或往年内容")
    if (letter := EXACT.get(bare)) and letter != "K":
        return _certain(letter, f"名称“{name}”")
    letters = _letters(bare)
    if len(letters) == 1:
        return _certain(letters[0], f"名称“{name}”含{LABELS[letters[0]]}用词")
    if letters:
        why = f"名称“{name}”兼有{'、'.join(LABELS[letter] for letter in letters)}用词"
        # The same limit whichever it is: then there is nothing to decide. That of B2 depends on the level.
        is_settled = len({LIMITS[letter] for letter in letters}) == 1 and "B2" not in letters
        return _certain(letters[0], why) if is_settled else ColumnClass(letters[0], False, why, None)
    return _by_parents(name, parents)


def letter_of(word: str) -> str | None:
    """The class that the office wrote down: a letter, or a usual name with or without 类; None: an unknown word."""
    bare = _bare(word)
    if found := _LETTER.fullmatch(bare):
        letter = found[1].upper()
        return {"B": "B1"}.get(letter, letter) if letter in LIMITS or letter == "B" else None
    if letter := EXACT.get(bare):
        return letter
    for letter, label in LABELS.items():
        if bare == _bare(label):
            return letter
    letters = _letters(bare)
    return letters[0] if bare and letters else None


def _by_parents(name: str, parents: Sequence[str]) -> ColumnClass:
    """A name that says nothing stays class K; what hangs under a static column is static, the rest a person decides."""
    for above in reversed(parents):
        bare = _bare(above)
        letter = EXACT.get(bare) or next(iter(_letters(bare)), None)
        if letter:
            return ColumnClass(letter, LIMITS[letter] is None, f"上级栏目“{above}”", None)
    return ColumnClass("K", False, f"名称“{name}”看不出类别", None)


def _letters(name: str) -> list[str]:
    found = [letter for letter, pattern in PATTERNS if pattern.search(name)]
    beaten = {loser for letter in found for loser in BEATS.get(letter, ())}
    if "统计公报" in name:  # of the data or of the year's report: the table leaves it open
        found.append("D")
    return [letter for letter in found if letter not in beaten]


def _is_past(name: str, today: date | None) -> bool:
    if PATTERNS[0][1].search(name):
        return True
    years = [int(year) for year in _YEAR.findall(name)]
    return bool(today and years and max(years) < today.year - 1)


def _certain(letter: str, reason: str) -> ColumnClass:
    return ColumnClass(letter, True, reason, LIMITS[letter])


def _bare(name: str) -> str:
    return re.sub(r"\s|[“”\"《》【】\[\]]|（.*?）|\(.*?\)", "", name).removesuffix("栏目").removesuffix("类")
