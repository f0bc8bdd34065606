"""A column's class by its name, with the reason (regulations.md part 9).

Certain guesses work at once; a name that two classes claim, or none, waits for the office. What the office wrote into
the register, or confirmed, goes before any guess.

The last word of a Chinese name says what the thing is, the words before it say of what: 计划生育 is no plan, and 领导讲话
no page about leaders. So a word settles a class only where the name ends with it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from checks.ages import age_in_days, day_of, is_due_soon
from checks.column_tree import owes_nothing
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
ARCHIVE = "L"
LISTS = ("list", "home", "other")
"""Kinds of pages that ought to show a list; an article, a form or a static page is judged by its content."""
TYPICAL: dict[str, str] = {
    "A": "要闻 本地要闻 政务要闻 工作动态 部门动态 区县动态 县区快讯 工作进展 图片新闻 时政 要闻动态 动态要闻 政务动态 新闻动态 领导活动 领导动态 新闻中心",
    "B1": "通知公告 公示公告 公告公示 通知",
    "B2": "政策文件 规范性文件 政府文件 市政府办文件 法规规章 政策法规 法律法规",
    "C": "政策解读 图解 部门解读 媒体解读",
    "D": "人事任免 人事信息 人事规划 人事 招考 规划计划 工作计划 总结 财政预决算 年度报告 政府信息公开年报 政府信息公开年度报告",
    "E": "领导信箱 市长信箱 县长信箱 区长信箱 书记信箱 网上咨询 咨询建言 留言 政务咨询",
    "F": "民意征集 意见征集 网上调查 征集调查 调查征集 调查",
    "G": "在线访谈 新闻发布会",
    "H": "数据发布 统计数据 统计信息 办事统计 数据 数据开放",
    "I": "概况 机构职能 领导之窗 联系我们 公开指南 网站声明 静态 机构设置 机构信息 内设机构 直属机构 下属机构 派出机构 机构编制 组织机构 领导信息 领导班子"
    " 政府领导 领导成员 政府信息公开指南 政府信息公开制度 依申请公开 政府信息公开目录 信息公开目录 主动公开目录 主动公开基本目录 公开目录",
    "J": "法定主动公开 法定主动公开内容",
    "K": "其他 其他应更新",
    "L": "历史 归档 历史归档 历史专题 专题归档 往期专题",
}
"""The names that regulations.md 9.1 gives for a class, and its usual spellings: they are that class and no other."""
EXACT = {name: letter for letter, names in TYPICAL.items() for name in names.split()}
LEFT_OPEN = {
    "K": "台账写明的其他应更新栏目，按名称看不出",
    "J": "法定主动公开内容的更新时限由本地规定",
}
"""Classes that no name makes certain, and why: that of J is a city's own rule (regulations.md 9.1)."""

PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (letter, re.compile(words))
    for letter, words in (
        # In the order of regulations.md 9.2.
        ("I", r"概况|概览|简介|介绍|职能|职责|机构|(?:领导|工作)分工|(?<!对)领导(?!.{0,4}(?:信箱|留言|活动|动态))|联系(?:我们|方式|电话|人)|指南|须知|声明|地图|制度"),
        ("E", r"信箱|咨询|留言板?|建言(?:献策)?|来信|信件|问政|常见问题|你问我答|有问必答"),
        ("F", r"征集|(?:网上|在线|民意|问卷|满意度)调查|投票|问卷|征求意见"),
        ("G", r"访谈|发布会|直播"),
        ("C", r"解读|图解|一图读懂|一图看懂"),
        ("D", r"人事|任免|招考|招录|录用|公开招聘|单位招聘|公务员|规划|计划|要点|总结|预决算|预算|决算|年报|年度报告"),
        ("B1", r"公告栏?|公示栏?|通知|通告"),
        ("B2", r"文件|法规|法律|规章|政策"),
        ("H", r"数据|统计"),
        ("A", r"要闻|动态|新闻(?!发布)|快讯|快报|简讯|头条|资讯|时政|(?<=工作)进展|领导活动|政务活动"),
    )
)  # fmt: skip
PAST = re.compile(
    r"归档|往期|往届|往年|已结束|已过期|停止更新|不再更新"
    r"|历史(?:专题|专栏|栏目|信息|文件|公告|通知|新闻|资料|数据|内容|消息|回顾|年报|版本|活动|访谈|征集|网站|公报)|^历史$"
)
"""历史文化 and 历史沿革 are about history and no past columns."""
ADDS_NOTHING = re.compile(
    r"(?:信息|公开|公布|发布|专栏|专区|专页|栏目|园地|中心|列表|汇总|汇编|大全|文本|速览|一览表?|查询|检索|平台|情况|内容|库|集|栏|窗口|之窗|类)$"
)
"""Last words that leave open of what: 政策文件库 is what 政策文件 is."""
BEATS = {"C": {"B2", "I"}}
"""政策解读 is no 政策文件: the table says so itself (9.2, order 9)."""
ABOUT_ELSEWHERE = re.compile(r"计划生育|企业年报|废止|失效|统计公报")
"""Words in which a class word means something else, or which leave open what is still to come."""

Platform = Literal["", "指南", "制度", "法定主动公开内容", "年报", "依申请公开"]
_ROOT = re.compile(r"^(?:政府)?信息公开(?:专栏|平台|专网|网|栏目)?$")
_PARTS: tuple[tuple[Platform, re.Pattern[str]], ...] = (
    ("指南", re.compile(r"信息公开指南|^(?:公开)?指南$")),
    ("制度", re.compile(r"信息公开(?:相关)?制度|^(?:公开)?制度$")),
    ("年报", re.compile(r"信息公开(?:工作)?(?:年报|年度(?:工作)?报告)|^(?:公开|工作)?(?:年报|年度(?:工作)?报告)$")),
    ("依申请公开", re.compile(r"依申请公开")),
    ("法定主动公开内容", re.compile(r"法定主动公开")),
)  # fmt: skip
"""The platform as 国办公开办函〔2019〕61号 sets it out; bare words only where they hang under it."""

_YEAR = re.compile(r"(?<!\d)(20\d\d|19\d\d)(?!\d)")
_ONLY_YEAR = re.compile(r"(20\d\d|19\d\d)年?度?")
_LETTER = re.compile(r"([A-L][12]?)类?", re.I)


@dataclass(frozen=True, slots=True)
class ColumnClass:
    """`certain`: may be judged by at once. `by_office`: the register or a confirmation says so. `limit_days` None: no
    period of its own.

    `since`: for what is due by a day of the year: the newest item must not be older than this day, however many days ago.
    """

    letter: str
    certain: bool
    reason: str
    limit_days: int | None
    by_office: bool = False
    since: date | None = None

    @property
    def label(self) -> str:
        return LABELS[self.letter]

    def is_fresh(self, newest: date, at: datetime) -> bool:
        """Whether a column whose newest item is of this day keeps its period; without a period it always does."""
        if self.since is not None:
            return newest >= self.since
        return self.limit_days is None or age_in_days(newest, at) <= self.limit_days

    def is_due_soon(self, newest: date, at: datetime) -> bool:
        """At most 20 % of the limit is left; of what is due by a day of the year, its last month has begun."""
        if self.since is not None:
            return day_of(at).month == 1 and newest < self.since.replace(year=self.since.year + 1)
        return self.limit_days is not None and is_due_soon(age_in_days(newest, at), self.limit_days)


def class_of(column: Column, today: date | None = None) -> ColumnClass:
    """The class of a column that was seen: the office's word, else its name and the names above it."""
    entry, parents = column.entry, column.path[:-1]
    guess = classify(column.name, parents, today=today)
    letter = letter_of(entry.column_class) if entry else None
    if entry and entry.limit_days is not None:
        return ColumnClass(letter or guess.letter, True, "台账写明更新时限", entry.limit_days, True)
    if entry and letter and not entry.confirmed:
        return ColumnClass(letter, True, f"台账写明类别“{entry.column_class}”", LIMITS[letter], True)
    known = guess
    if entry and letter:
        known = ColumnClass(letter, True, f"{entry.confirmed}确认", LIMITS[letter], True)
        if letter == "D" and part_of(column.name, parents) == "年报":
            known = _yearly(known, today)
    if known.letter == "B2" and known.limit_days and not _is_first_level(column):
        # Sub-columns of policy documents have a year (9.1); how deep a column hangs that a 更多 link names, nobody knows.
        return replace(known, reason=f"{known.reason}，下级栏目", limit_days=ONE_YEAR)
    return known


def waits_for_office(column: Column, known: ColumnClass) -> bool:
    """Nothing can be said of its age before the office has said what it is: a leaf of this site whose name does not tell."""
    is_judged = column.is_leaf and not owes_nothing(column)
    is_list = column.reading is None or column.reading.kind in LISTS
    return is_judged and is_list and not known.certain


def classify(name: str, parents: Sequence[str] = (), *, today: date | None = None) -> ColumnClass:
    """A class by name alone. `parents`: the names above, top first. `today`: what makes a year in a name a past one."""
    bare = _bare(name)
    for above in (*parents, name):
        if _is_past(above, today):
            return _certain(ARCHIVE, f"“{above}”是历史或往年内容")
    if part := part_of(name, parents):
        return _of_platform(part, name, today)
    if (letter := EXACT.get(bare)) and letter not in LEFT_OPEN:
        return _certain(letter, f"名称“{name}”")
    letters = _letters(bare)
    if len(letters) == 1:
        why = f"名称“{name}”含{LABELS[letters[0]]}用词"
        if _says(bare, letters):
            return _certain(letters[0], why)
        return ColumnClass(letters[0], False, f"{why}，但不是名称的中心词", None)
    if letters:
        why = f"名称“{name}”兼有{'、'.join(LABELS[letter] for letter in letters)}用词"
        # The same limit whichever it is: then there is nothing to decide. That of B2 depends on the level.
        is_settled = len({LIMITS[letter] for letter in letters}) == 1 and "B2" not in letters
        if is_settled and _says(bare, letters):
            return _certain(letters[0], why)
        return ColumnClass(letters[0], False, why, None)
    return _by_parents(name, parents, today)


def part_of(name: str, parents: Sequence[str] = ()) -> Platform:
    """Which part of the disclosure platform (政府信息公开平台) a column of this name is; empty: none."""
    bare = _bare(name)
    on_platform = any(_ROOT.search(_bare(above)) for above in parents)
    for part, words in _PARTS:
        if (found := words.search(bare)) and (on_platform or len(found[0]) > 4):
            return part
    return ""


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
    if PAST.search(bare):
        return ARCHIVE
    return letters[0] if bare and letters else None


def _of_platform(part: Platform, name: str, today: date | None) -> ColumnClass:
    why = f"政府信息公开平台的“{part}”"
    if part == "年报":
        return _yearly(_certain("D", why), today)
    if part == "法定主动公开内容":
        return ColumnClass("J", False, f"{why}，{LEFT_OPEN['J']}", None)
    return _certain("I", why)


def _yearly(known: ColumnClass, today: date | None) -> ColumnClass:
    """年报: by 31 January the report on the year before (政府信息公开条例第五十条); some publish it in December already."""
    reason = f"{known.reason}，每年1月31日前公布上一年度报告"
    if today is None:
        return replace(known, reason=reason)
    due_year = today.year - 1 if (today.month, today.day) <= (1, 31) else today.year
    return replace(known, reason=reason, since=date(due_year - 1, 12, 1))


def _by_parents(name: str, parents: Sequence[str], today: date | None) -> ColumnClass:
    """A name that says nothing stays class K; what hangs under a static column is static, the rest a person decides.

    A name that is nothing but this year's is its parent with the current items.
    """
    for depth in range(len(parents) - 1, -1, -1):
        above = parents[depth]
        known = classify(above, parents[:depth], today=today)
        if known.letter == "K":
            continue
        why = f"上级栏目“{above}”"
        if known.certain and (LIMITS[known.letter] is None or _ONLY_YEAR.fullmatch(_bare(name))):
            return replace(known, reason=why)
        return ColumnClass(known.letter, False, why, None)
    return ColumnClass("K", False, f"名称“{name}”看不出类别", None)


def _is_first_level(column: Column) -> bool:
    return len(column.path) == 1 and column.found_by in ("navigation", "register")


def _letters(name: str) -> list[str]:
    found = [letter for letter, pattern in PATTERNS if pattern.search(name)]
    beaten = {loser for letter in found for loser in BEATS.get(letter, ())}
    if "统计公报" in name:  # of the data or of the year's report: the table leaves it open
        found.append("D")
    return [letter for letter in found if letter not in beaten]


def _says(name: str, letters: Sequence[str]) -> bool:
    """The name ends with a word of one of these classes, but for words that add nothing."""
    if ABOUT_ELSEWHERE.search(name):
        return False
    while True:
        for letter, pattern in PATTERNS:
            if letter in letters and any(found.end() == len(name) for found in pattern.finditer(name)):
                return True
        shorter = ADDS_NOTHING.sub("", name)
        if shorter == name:
            return False
        name = shorter


def _is_past(name: str, today: date | None) -> bool:
    if PAST.search(re.sub(r"\s", "", name)):
        return True
    years = [int(year) for year in _YEAR.findall(name)]
    if not (today and years):
        return False
    return max(years) < (today.year if _ONLY_YEAR.fullmatch(_bare(name)) else today.year - 1)


def _certain(letter: str, reason: str) -> ColumnClass:
    return ColumnClass(letter, True, reason, LIMITS[letter])


def _bare(name: str) -> str:
    return re.sub(r"\s|[“”\"《》【】\[\]]|（.*?）|\(.*?\)", "", name).removesuffix("栏目").removesuffix("类")
