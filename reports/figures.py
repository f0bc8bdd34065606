"""The one place where is counted: every figure with its definition in words, its count, and the rows behind it.

A figure says what it counts of one target (a Dossier of tracker/figure_facts.py): each thing counted is a group of rows. So
its count, its split by month, unit, check and platform, and the rows that `report explain` lists cannot differ. The words
are those of design.md part 2; 家次 follows regulations.md 6.E, option A.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import accumulate
from typing import Any

from sqlalchemy.orm import Session

from checks.ages import day_of
from reports.shares import Share
from tracker.cells import TargetState
from tracker.figure_facts import (
    AsKnown,
    Dossier,
    Naming,
    Stand,
    Turn,
    days_of_rounds,
    dossiers,
    month_of,
    notices,
    visits,
)
from tracker.lifecycle import GOING, PUT_RIGHT, State
from tracker.observed import KIND_WORDS
from tracker.periods import Period

KINDS = tuple(KIND_WORDS)
TIMELY_DAYS = 7
"""及时通知: so many days at most after the end of the week in which the issue was confirmed, that is, by the next Sunday."""
FOOTNOTE = "注：同一网站（账号）在同一期通知中有新列问题的，计1家次。"
"""Stands wherever 家次 is printed (design.md part 2)."""


Fact = Naming | Turn | Stand
"""A row on which something counted rests: all have months, a unit and a check (empty: none)."""
Thing = Sequence[Fact]


@dataclass(frozen=True, slots=True)
class Scope:
    """What figures choose from: the things of one target that may be counted, each a group of rows."""

    things: Callable[[Dossier], Iterable[Thing]]


def _all_or_nothing(rows: Sequence[Fact]) -> list[Sequence[Fact]]:
    return [rows] if rows else []


RAN = Scope(lambda d: _all_or_nothing([stand for stand in d.stands if stand.state == TargetState.RUNNING]))
"""The target itself, by the standings (台账) in which it ran."""
THERE = Scope(
    lambda d: _all_or_nothing(
        [
            stand._replace(first=stand.last)
            for stand in d.stands
            if stand.last == d.until and stand.state in (TargetState.RUNNING, TargetState.TEMPORARY_OFFLINE)
        ]
    )
)
"""The target itself, if it was there on the last day."""
CLOSED = Scope(
    lambda d: _all_or_nothing(
        [
            stand._replace(last=stand.first)
            for stand in d.stands
            if stand.state == TargetState.CLOSED and stand.is_start
        ]
    )
)
"""The target itself, on the day on which it was closed."""
NAMED = Scope(lambda dossier: _all_or_nothing(dossier.new))
"""The target itself, if a notice newly names an issue of it."""
NEW_PAIRS = Scope(lambda dossier: dossier.new_pairs)
"""Each notice that newly names an issue of this target, with those issues only: what it repeats is another matter."""
REPEATED_PAIRS = Scope(lambda dossier: dossier.repeated_pairs)
"""Each notice that only repeats issues of this target."""
ISSUES = Scope(lambda dossier: dossier.issues)
"""Each issue with all the notices that newly name it."""
TURNS = Scope(lambda dossier: [[turn] for turn in dossier.turns])
"""Each confirmation, relapse, waiver."""
SCOPES = (RAN, THERE, CLOSED, NAMED, NEW_PAIRS, REPEATED_PAIRS, ISSUES, TURNS)


@dataclass(frozen=True, slots=True)
class Figure:
    """`unit`: what it is counted in (量词). `words`: its definition, printed beside it. `where`: which things of its scope count."""

    name: str
    unit: str
    words: str
    scope: Scope
    where: Callable[[Any, Dossier], bool]


def _always(_: Any, __: Dossier) -> bool:
    return True


# -- notices and issues -----------------------------------------------------------------------------------


def _now(*states: State) -> Callable[[Sequence[Naming], Dossier], bool]:
    return lambda rows, _: rows[0].state in states


def _limit(rows: Sequence[Naming]) -> date:
    """整改时限 that its newest notice of the period set; the old ledger may know none."""
    newest = rows[0] if len(rows) == 1 else max(rows, key=lambda row: (row.dated, row.notice))
    return newest.due_on or date.max


def _overdue(rows: Sequence[Naming], dossier: Dossier) -> bool:
    return rows[0].state in GOING and _limit(rows) < dossier.day


def _due(rows: Sequence[Naming], dossier: Dossier) -> bool:
    """Put right, or past the limit: what still has time says nothing about punctuality."""
    return rows[0].state in PUT_RIGHT or _overdue(rows, dossier)


def _on_time(rows: Sequence[Naming], _: Dossier) -> bool:
    return rows[0].state in PUT_RIGHT and day_of(rows[0].since) <= _limit(rows)


# -- confirmations ----------------------------------------------------------------------------------------


def _is_first(turn: Sequence[Turn], _: Dossier) -> bool:
    return turn[0].reached == State.CONFIRMED and turn[0].before not in (State.RECTIFIED, State.WAIVED)


def _is_relapse(turn: Sequence[Turn], _: Dossier) -> bool:
    return turn[0].reached == State.CONFIRMED and turn[0].before == State.RECTIFIED


def _is_waiver(turn: Sequence[Turn], _: Dossier) -> bool:
    return turn[0].reached == State.WAIVED


def _is_told(turn: Sequence[Turn], _: Dossier) -> bool:
    return turn[0].reached == State.CONFIRMED and turn[0].told is not None


def _was_to_be_told(turn: Sequence[Turn], _: Dossier) -> bool:
    """What ended before a notice could name it was not."""
    return turn[0].reached == State.CONFIRMED and (turn[0].told is not None or not turn[0].is_over)


def _is_timely(turn: Sequence[Turn], dossier: Dossier) -> bool:
    return _is_told(turn, dossier) and is_timely(turn[0])


def is_timely(turn: Turn) -> bool:
    """By the Sunday that TIMELY_DAYS allow after the one that ended the week of its confirmation."""
    return turn.told is not None and (turn.told - turn.day).days <= 6 - turn.day.weekday() + TIMELY_DAYS


FIGURES = {
    each.name: each
    for each in (
        Figure(
            "监控对象",
            "家",
            "统计期内至少有一天处于正常运行状态的网站（账号），以台账的起止日期为准；期内关停的计入",
            RAN,
            _always,
        ),
        Figure("期末在册", "家", "统计期最后一天未关停的网站（账号），含临时下线", THERE, _always),
        Figure("期内关停", "家", "关停（注销）日期在统计期内的网站（账号）", CLOSED, _always),
        Figure("确认问题", "个", "在统计期内首次确认的问题；疑似、待人工审核的不计", TURNS, _is_first),
        Figure(
            "问题反弹",
            "次",
            "已整改（销号）的问题在统计期内经巡检和复核再次确认，每次计1次",
            TURNS,
            _is_relapse,
        ),
        Figure(
            "应通知",
            "个",
            "统计期内确认（含问题反弹、报备到期恢复）、且在通知之前没有自行整改、排除、报备或关停的问题",
            TURNS,
            _was_to_be_told,
        ),
        Figure("已通知", "个", "应通知的问题中，已列入签发的整改通知的", TURNS, _is_told),
        Figure("及时通知", "个", "已通知的问题中，不晚于确认后的下一个星期日通知的", TURNS, _is_timely),
        Figure("报备", "次", "统计期内批准报备暂不计的问题，每批准一次计1次", TURNS, _is_waiver),
        Figure(
            "家次",
            "家次",
            "统计期内签发且未撤回的整改通知中，新列了该网站（账号）至少一个问题的通知，每家每份计1家次；以通知日期为准",
            NEW_PAIRS,
            _always,
        ),
        Figure(
            "再次通知家次",
            "家次",
            "只再次通知以前所列问题、没有新列问题的，每家每份计1家次；不含在家次之内，单独列出",
            REPEATED_PAIRS,
            _always,
        ),
        Figure("家", "家", "统计期内被新列过问题的网站（账号），不论几次", NAMED, _always),
        Figure("问题", "个", "统计期内的整改通知新列的问题；反弹后再次新列的仍是同一个问题", ISSUES, _always),
        Figure("已整改（销号）", "个", "新列问题中，经复查确认已整改的", ISSUES, _now(State.RECTIFIED)),
        Figure(
            "已整改（关停注销）", "个", "新列问题中，网站（账号）经批准关停注销的", ISSUES, _now(State.CLOSED)
        ),
        Figure("整改中", "个", "新列问题中，尚未整改到位的（含反弹后重新确认的）", ISSUES, _now(*GOING)),
        Figure("已报备暂不计", "个", "新列问题中，经批准报备、尚未到期的", ISSUES, _now(State.WAIVED)),
        Figure("已排除（误报）", "个", "新列问题中，通知后经人工核实排除的", ISSUES, _now(State.DISMISSED)),
        Figure("应按期整改", "个", "新列问题中已整改的，和整改时限已过仍未整改的", ISSUES, _due),
        Figure("按期整改", "个", "新列问题中，在整改时限当日或之前整改的", ISSUES, _on_time),
        Figure("逾期未整改", "个", "新列问题中，整改时限已过仍未整改的", ISSUES, _overdue),
    )
}
"""Counted a target at a time."""

COVERAGE = {
    "应检": ("visited", "failed", "due"),
    "已检": ("visited",),
    "无法核验": ("failed",),
    "未检": ("due",),
    "报备免检": ("excused",),
}
"""Visits (次) by the states of their rows in the coverage ledger: one row a target and day."""
COVERAGE_WORDS = {
    "应检": "统计期内各日应巡检的网站（账号）合计，一家一日计1次；报备免检的不计",
    "已检": "应检中当日完成巡检的",
    "无法核验": "应检中当日没能核验的（打不开、被拦截、采集渠道故障等），不据此认定或销号任何问题",
    "未检": "应检中当日没有巡检的",
    "报备免检": "台账登记为临时下线等、当日不检的，不含在应检之内",
}
NOTICES = "通知"
NOTICES_WORDS = "统计期内签发且未撤回、要求整改的通知，每个单位每期1份"


@dataclass(frozen=True, slots=True)
class Rate:
    """部分 over 总数, each a sum of figures. `less`: what is taken out of the whole."""

    name: str
    part: tuple[str, ...]
    whole: tuple[str, ...]
    less: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        whole = "－".join(("＋".join(self.whole), *self.less))
        return f"（{'＋'.join(self.part)}）÷（{whole}）"


RATES = {
    each.name: each
    for each in (
        Rate("巡检覆盖率", ("已检",), ("应检",)),
        Rate("通知率", ("已通知",), ("应通知",)),
        Rate("及时通知率", ("及时通知",), ("应通知",)),
        Rate(
            "整改率",
            ("已整改（销号）", "已整改（关停注销）"),
            ("问题",),
            ("已排除（误报）", "已报备暂不计"),
        ),
        Rate("按期整改率", ("按期整改",), ("应按期整改",)),
    )
}

SPANS: dict[str, tuple[str, Callable[[Dossier], Iterable[int]]]] = {
    "通知用时": (
        "自确认之日至通知之日的天数",
        lambda dossier: (
            (turn.told - turn.day).days
            for turn in dossier.turns
            if turn.told and turn.reached == State.CONFIRMED
        ),
    ),
    "整改用时": (
        "自最近一次新列的通知之日至整改之日的天数",
        lambda dossier: (
            (day_of(rows[0].since) - max(row.dated for row in rows)).days
            for rows in dossier.issues
            if rows[0].state in PUT_RIGHT
        ),
    ),
}
"""Days that something took: what they are, and those of one target."""

NAMES = (*FIGURES, *COVERAGE, NOTICES)
DIMENSIONS = {"month": "月", "unit": "单位", "check": "检查项", "platform": "平台"}


# -- counting ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Tally:
    """How many were counted, in all and under each month, unit, check and platform.

    The splits need not add up: a pair may rest on two checks, a target may have stood under two units.
    """

    total: int = 0
    month: dict[str, int] = field(default_factory=dict)
    unit: dict[str, int] = field(default_factory=dict)
    check: dict[str, int] = field(default_factory=dict)
    platform: dict[str, int] = field(default_factory=dict)

    def add(self, rows: Sequence[Fact], platform: str) -> None:
        """One thing more: under all the months, units and checks of its rows, once each."""
        self.total += 1
        if platform:
            _add(self.platform, platform, 1)
        if len(rows) == 1:
            row = rows[0]
            for month in row.months:
                _add(self.month, month, 1)
            _add(self.unit, row.unit, 1)
            _add(self.check, row.check, 1)
            return
        for month in {month for row in rows for month in row.months}:
            _add(self.month, month, 1)
        for unit in {row.unit for row in rows}:
            _add(self.unit, unit, 1)
        for check in {row.check for row in rows}:
            _add(self.check, check, 1)

    def take(self, other: "Tally") -> None:
        """Another one's counts come on top."""
        self.total += other.total
        for dimension in DIMENSIONS:
            counts = getattr(self, dimension)
            for value, number in getattr(other, dimension).items():
                _add(counts, value, number)

    def add_up(self, number: int, **values: str) -> None:
        """So many more that were counted elsewhere. `values`: dimension -> value."""
        self.total += number
        for dimension, value in values.items():
            _add(getattr(self, dimension), value, number)

    def by(self, dimension: str) -> Counter[str]:
        return Counter({value: count for value, count in getattr(self, dimension).items() if value})


def _add(counts: dict[str, int], value: str, number: int) -> None:
    """As a Counter would, three times as fast: this is what counting a country consists of."""
    counts[value] = counts.get(value, 0) + number


@dataclass(slots=True)
class Figures:
    """All figures of one period, as known at one moment."""

    period: Period
    known: AsKnown
    days_of_rounds: int
    """巡检天数."""
    tallies: dict[str, dict[str, Tally]] = field(
        default_factory=lambda: {kind: {name: Tally() for name in NAMES} for kind in KINDS}
    )
    """kind -> figure -> count."""
    spans: dict[str, dict[str, Counter[int]]] = field(
        default_factory=lambda: {kind: {name: Counter() for name in SPANS} for kind in KINDS}
    )
    """kind -> span -> days -> how many took so long."""

    @property
    def at(self) -> datetime:
        return self.known.at

    def value(self, name: str, kind: str) -> int:
        return self.tallies[kind][name].total

    def by(self, name: str, kind: str, dimension: str) -> Counter[str]:
        """`dimension` month ("2025-03"), unit, check (its id), platform."""
        return self.tallies[kind][name].by(dimension)

    def share(self, name: str, kind: str) -> Share:
        return self._share(RATES[name], lambda figure: self.value(figure, kind))

    def share_by(self, name: str, kind: str, dimension: str, value: str) -> Share:
        return self._share(RATES[name], lambda figure: self.by(figure, kind, dimension)[value])

    @staticmethod
    def _share(rate: Rate, count: Callable[[str], int]) -> Share:
        whole = sum(map(count, rate.whole)) - sum(map(count, rate.less))
        return Share(sum(map(count, rate.part)), whole)

    def median_days(self, name: str, kind: str) -> float | None:
        """Of a span; None if there was none."""
        return _median(self.spans[kind][name])

    def longest_days(self, name: str, kind: str) -> int | None:
        return max(self.spans[kind][name], default=None)

    def flat(self) -> dict[str, int]:
        """Address -> count: totals always, splits where something was counted. What is frozen and exported."""
        found = {}
        for kind, tallies in self.tallies.items():
            for name, tally in tallies.items():
                address = f"{self.period}/{kind}/{name}"
                found[address] = tally.total
                for dimension, word in DIMENSIONS.items():
                    for value, count in sorted(tally.by(dimension).items()):
                        shown = str(int(value[-2:])) if dimension == "month" else value
                        found[f"{address}/{word}={shown}"] = count
        return found


def _median(days: Mapping[int, int]) -> float | None:
    if not days:
        return None
    ordered = sorted(days)
    reached = list(accumulate(days[day] for day in ordered))
    total = reached[-1]

    def at(place: int) -> int:
        return next(day for day, so_far in zip(ordered, reached, strict=True) if so_far > place)

    return (at((total - 1) // 2) + at(total // 2)) / 2


def count(session: Session, period: Period, at: datetime | AsKnown, ours: Collection[str]) -> Figures:
    """Everything about one period. `ours`: checks whose faults are the operator's own."""
    known = at if isinstance(at, AsKnown) else AsKnown(at)
    figures = Figures(period, known, days_of_rounds(session, period, known))
    scopes = {scope: [each for each in FIGURES.values() if each.scope is scope] for scope in SCOPES}
    # Many figures count the same things: what falls under the same ones is added up once.
    tallies: dict[tuple[str, tuple[str, ...]], Tally] = defaultdict(Tally)
    for dossier in dossiers(session, period, known, ours):
        for scope, choices in scopes.items():
            for thing in scope.things(dossier):
                names = tuple([each.name for each in choices if each.where(thing, dossier)])
                if names:
                    tallies[dossier.kind, names].add(thing, dossier.platform)
        for name, (_, of) in SPANS.items():
            for days in of(dossier):
                figures.spans[dossier.kind][name][days] += 1
    for (kind, names), tally in tallies.items():
        for name in names:
            figures.tallies[kind][name].take(tally)
    seen: Counter[tuple[str, str, str]] = Counter()
    for kind, day, state, number in visits(session, period, known):
        seen[kind, state, month_of(day)] += number
    for (kind, state, month), number in seen.items():
        for name, states in COVERAGE.items():
            if state in states:
                figures.tallies[kind][name].add_up(number, month=month)
    for kind, day, unit, number in notices(session, period, known, ours):
        figures.tallies[kind][NOTICES].add_up(number, month=month_of(day), unit=unit)
    return figures
