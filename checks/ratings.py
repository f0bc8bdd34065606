"""合格 or 不合格 of a website or an account for a period, by the national veto items (regulations.md 2.A and 2.B). Pure.

Never mixed up with issues: a website with four blank columns has four issues and is not 不合格. An item is hit when so many
faults stood confirmed at the same time at some moment of the period. What is suspected or waits for a person never counts,
nor what is 已报备暂不计 while it is. 合格 is said only when every item was judged.

What no check looks for stays a person's: state secrets and bad management within W1, falsification by bought fans (M3b).
The numbers of W6 and M3c are recalled only: they are switched off.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from checks.column_classes import SIX_MONTHS, TWO_WEEKS, classify
from checks.indicators import MEDIA_VETO, VETO
from checks.staleness import Staleness
from crawler.clock import midnight
from crawler.worded import Worded

Span = tuple[datetime, datetime | None]
"""From when a fault stood confirmed to when it no longer did; None: it still does. The end does not belong to it."""

A_WEEK = timedelta(days=7)
"""W2 measures over one week: who was found shut all that week failed more than 5 % of any visits."""
PROBES_NEEDED = 7 * 20
"""Visits of a week that W2 asks for: who was probed less often was not judged by it."""
APP = "移动客户端"


class Result(Worded):
    FAILED = "failed", "不合格"
    PASSED = "passed", "合格"
    NOTHING_FOUND = "nothing-found", "已检项目未发现单项否决问题"
    UNSEEN = "unseen", "未检"


@dataclass(frozen=True, slots=True)
class VetoItem:
    """单项否决 item. `at_least`: so many at the same time are a hit. `judged_by`: the checks that must have judged a target."""

    id: str
    kind: str
    name: str
    counted: str
    at_least: int
    clause: str
    judged_by: tuple[str, ...]
    platform: str = ""
    """Asked of accounts of this platform only."""

    def applies_to(self, kind: str, platform: str) -> bool:
        return kind == self.kind and self.platform in ("", platform)


SERIOUS = "安全、泄密事故等严重问题"
NEVER = 10**9
ITEMS = (
    VetoItem("W1", "site", SERIOUS, "暗链、篡改或发布日期不实", 1, f"{VETO}“{SERIOUS}”",
             ("hidden-link", "wording-error", "privacy-leak", "date-forged")),
    VetoItem("W2", "site", "站点无法访问", "站点无法访问", 1, f"{VETO}“站点无法访问”", ("site-unreachable",)),
    VetoItem("W3", "site", "首页不更新", "首页超过14天未更新", 1, f"{VETO}“首页不更新”", ("home-stale",)),
    VetoItem("W4a", "site", "栏目不更新（动态要闻、通知公告、政策文件类）", "动态要闻类和一级通知公告、政策文件类栏目未更新",
             5, f"{VETO}“栏目不更新”", ("column-stale",)),
    VetoItem("W4b", "site", "栏目不更新（其他栏目长期未更新）", "其他应更新栏目长期未更新", 10, f"{VETO}“栏目不更新”",
             ("column-stale",)),
    VetoItem("W4c", "site", "栏目不更新（空白栏目）", "空白栏目", 5, f"{VETO}“栏目不更新”", ("column-blank",)),
    VetoItem("W5a", "site", "互动回应差（咨询建言渠道）", "未提供咨询建言渠道", 1, f"{VETO}“互动回应差”", ("channel-missing",)),
    VetoItem("W5b", "site", "互动回应差（留言答复）", "留言超过3个月未答复", 1, f"{VETO}“互动回应差”", ("reply-overdue",)),
    VetoItem("W6", "site", "服务不实用", "办事指南要素缺失", NEVER, f"{VETO}“服务不实用”", ("service-guide",)),
    VetoItem("M1", "account", SERIOUS, SERIOUS, NEVER, f"{MEDIA_VETO}“{SERIOUS}”", ("wording-error",)),
    VetoItem("M2a", "account", "内容不更新", "超过14天未更新", 1, f"{MEDIA_VETO}“内容不更新”", ("account-stale",)),
    VetoItem("M2b", "account", "内容不更新（移动客户端）", "移动客户端无法下载或使用", 1, f"{MEDIA_VETO}“内容不更新”",
             ("account-app",), APP),
    VetoItem("M3a", "account", "互动回应差", "未提供有效互动功能", 1, f"{MEDIA_VETO}“互动回应差”", ("account-interaction",)),
)  # fmt: skip
"""At least 5, 10 and 5 columns: 超过（含） of the national text. NEVER: a count alone decides nothing (see _OPEN)."""

_ITEM_OF = {
    "hidden-link": "W1", "date-forged": "W1", "wording-error": "W1", "privacy-leak": "W1", "site-unreachable": "W2",
    "home-stale": "W3", "column-blank": "W4c", "channel-missing": "W5a", "reply-overdue": "W5b", "service-guide": "W6",
    "account-stale": "M2a", "account-blank": "M2a", "account-app": "M2b", "account-interaction": "M3a",
}  # fmt: skip
_OPEN = {
    "wording-error": "表述错误{}个，是否属于严重表述错误由人判定",
    "privacy-leak": "泄露个人信息{}个，是否造成严重后果由人判定",
    "service-guide": "办事指南要素缺失{}个，数量标准待核对原文，由人判定",
    "site-unreachable": "首页曾连续打不开，一周监测期内打不开的比例由人核定",
}
"""Faults after which the machine cannot say whether an item is hit: a person must."""
METHOD = (
    "判定口径：按国办秘函〔2019〕19号单项否决指标，以统计期内任一时刻同时存在的已确认问题个数计（取最多时）；"
    "疑似、待人工审核的和已排除（误报）的问题不计，报备期间暂不计，本系统采集渠道故障不计；动态要闻类栏目14天、一级通知公告和政策文件类栏目6个月"
    "未更新的合并计算，5个及以上为不合格，其他应更新栏目长期未更新10个及以上、空白栏目5个及以上为不合格，其余各项有1个即为"
    "不合格；全部单项否决项目均已检查且未发现的，方判为合格。"
)
"""As it is printed wherever ratings are."""
CHECKS = frozenset((*_ITEM_OF, "column-stale"))
"""Whose issues a rating rests on. account-gone is no veto by itself."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An issue as a rating sees it. `path`: of a column, top first. `level` of that column, 1 the first; 0: not known."""

    check: str
    stood: tuple[Span, ...]
    path: tuple[str, ...] = ()
    level: int = 0
    facts: str = ""


@dataclass(frozen=True, slots=True)
class Rating:
    """`reasons` and `unchecked` are words: the items that were hit, with counts and clause, and those that nobody judged."""

    result: Result
    reasons: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()
    peaks: Counter[str] = field(default_factory=Counter)
    """Veto item -> the most faults of it that stood at the same time."""


def rate(
    kind: str,
    faults: Iterable[Fault],
    judged: Collection[str],
    begins: datetime,
    until: datetime,
    platform: str = "",
) -> Rating:
    """One target in the time from `begins` up to `until`, which does not belong to it. `judged`: checks that said something
    about the target in it, fault or clear."""
    spans: dict[str, list[Span]] = {}
    left_open: dict[str, Counter[str]] = {}
    for fault in faults:
        item, open_ones = _item_of(fault, kind), _undecided(fault, until)
        if open_ones:
            if peak(fault.stood, begins, until):
                left_open.setdefault(item, Counter())[fault.check] += 1
        elif item:
            spans.setdefault(item, []).extend(_counted(fault))
    peaks = Counter({item: peak(listed, begins, until) for item, listed in spans.items()})
    reasons, unchecked, is_seen = [], [], bool(+peaks or left_open)
    for each in ITEMS:
        if not each.applies_to(kind, platform):
            continue
        is_seen |= not set(each.judged_by).isdisjoint(judged)
        if peaks[each.id] >= each.at_least:
            reasons.append(_reason(each, peaks[each.id]))
        elif open_words := [_OPEN[check].format(n) for check, n in left_open.get(each.id, {}).items()]:
            unchecked.append(f"{each.name}（{'；'.join(open_words)}）")
        elif not set(each.judged_by) <= set(judged):
            unchecked.append(each.name)
    if reasons:
        result = Result.FAILED
    elif not is_seen:
        result = Result.UNSEEN
    else:
        result = Result.NOTHING_FOUND if unchecked else Result.PASSED
    return Rating(result, tuple(reasons), tuple(unchecked), +peaks)


def peak(spans: Iterable[Span], begins: datetime, until: datetime) -> int:
    """How many of the spans held at the same moment, at most, from `begins` up to but without `until`."""
    steps = sorted(step for span in spans for step in _steps(span, begins, until))
    standing = most = 0
    for _, step in steps:  # at one moment what ends comes before what begins
        standing += step
        most = max(most, standing)
    return most


def _steps(span: Span, begins: datetime, until: datetime) -> Iterator[tuple[datetime, int]]:
    begin, end = max(span[0], begins), min(span[1] or until, until)
    if begin < end:
        yield begin, 1
        yield end, -1


def _item_of(fault: Fault, kind: str) -> str:
    if fault.check == "column-stale":
        return "W4a" if _veto_limit(fault) else "W4b"
    item = _ITEM_OF.get(fault.check, "")
    return "M1" if item == "W1" and kind == "account" else item


def _veto_limit(fault: Fault) -> int | None:
    """Days after which a column counts for W4a; None: it is none of its columns.

    The limit that it was judged by tells what the register says of it: 14 days are those of 动态要闻, and a year is not
    that of a first-level column of 通知公告 or 政策文件.
    """
    if not fault.path:
        return None
    said = Staleness.read(fault.facts)
    letter, limit = said.letter or classify(fault.path[-1], fault.path[:-1]).letter, said.limit_days
    if letter == "A":
        return TWO_WEEKS if limit is None or limit <= TWO_WEEKS else None
    if letter in ("B1", "B2"):
        return SIX_MONTHS if fault.level == 1 and (limit is None or limit <= SIX_MONTHS) else None
    return TWO_WEEKS if limit == TWO_WEEKS else None


def _counted(fault: Fault) -> Iterator[Span]:
    """When a fault counted: an office's own limit may be shorter than the nation's, which alone vetoes."""
    if fault.check == "site-unreachable" and _is_down_now(fault):
        yield from ((begin + A_WEEK, end) for begin, end in fault.stood)
        return
    age = Staleness.read(fault.facts)
    limit = _veto_limit(fault) if fault.check == "column-stale" else TWO_WEEKS
    if limit is None or age.newest is None or age.limit_days is None or age.limit_days >= limit:
        yield from fault.stood
        return
    first = midnight(age.newest + timedelta(days=limit + 1))
    for begin, end in fault.stood:
        if end is None or end > first:
            yield max(begin, first), end


def _undecided(fault: Fault, until: datetime) -> bool:
    if fault.check == "site-unreachable":
        return _is_down_now(fault) and all((end or until) - begin < A_WEEK for begin, end in fault.stood)
    return fault.check in _OPEN


def _is_down_now(fault: Fault) -> bool:
    """Told at once by its last probes: the share over a week, which alone vetoes, is not known by that."""
    return fault.facts.startswith("down=")


def _reason(item: VetoItem, count: int) -> str:
    counts = f"同时有{count}个，达到{item.at_least}个" if item.at_least > 1 else ""
    return f"{item.counted}{counts}（{item.clause}）"
