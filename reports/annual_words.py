"""The 政府信息管理 paragraph, in the words of the 2025 report as far as the numbers allow them (design.md part 8).

“均及时通知并整改到位” stands only where every issue that was to be told was told in time and every one told is put right;
else it says how many are not, which, and why.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from reports.explain import Address, things
from reports.figures import KINDS, Figures, is_timely
from reports.shares import Share
from tracker.figure_facts import Naming, Turn
from tracker.lifecycle import State
from tracker.observed import DOCUMENT_WORDS

FAULT_WORDS = {
    "column-blank": "空白栏目",
    "column-stale": "信息更新不及时",
    "home-stale": "信息更新不及时",
    "account-stale": "信息更新不及时",
    "account-blank": "空白账号",
}
"""As the report calls them; other checks by their own titles."""
FIRST = ("空白栏目", "信息更新不及时")
NAMED = 3
"""So many kinds of faults and so many stragglers are named; the table has all."""


@dataclass(frozen=True, slots=True)
class Straggler:
    """An issue that was not told in time or is not put right, and why."""

    kind: str
    unit: str
    target: str
    check: str
    subject: str
    issue: int
    why: str
    is_untold: bool = False
    is_late: bool = False

    @property
    def words(self) -> str:
        about = "" if self.subject == self.target else f"“{self.subject}”"
        return f"{self.unit}“{self.target}”{about}{self.check}（{self.why}）"


def stragglers(
    session: Session, figures: Figures, ours: Collection[str], titles: Mapping[str, str]
) -> list[Straggler]:
    """Not told, told late, not put right; nothing is asked of the record where the figures say that there is none."""
    found: list[Straggler] = []
    for kind in KINDS:
        told, timely, due = (figures.value(name, kind) for name in ("已通知", "及时通知", "应通知"))
        for name, is_there in (
            ("应通知", timely < due or told < due),
            ("整改中", figures.value("整改中", kind) > 0),
        ):
            if not is_there:
                continue
            address = Address(figures.period, kind, name, {})
            for dossier, thing in things(session, address, figures.known, ours):
                fact = thing[0]
                if isinstance(fact, Naming):
                    why, untold, late = _why(thing, dossier.day), False, False
                elif isinstance(fact, Turn) and not is_timely(fact):
                    untold, late = fact.told is None, fact.told is not None
                    why = "待通知" if untold else f"{fact.day}确认，{fact.told}通知"
                else:
                    continue
                title = titles.get(fact.check, fact.check)
                found.append(
                    Straggler(
                        kind, fact.unit, dossier.name, title, fact.subject, fact.issue, why, untold, late
                    )
                )
    return found


def _why(rows: Sequence[object], day: date) -> str:
    newest = max((row for row in rows if isinstance(row, Naming)), key=lambda row: (row.dated, row.notice))
    if newest.state != State.NOTIFIED:
        return State(newest.state).sentence
    if newest.due_on is None:
        return "整改中"
    return (
        f"逾期未整改，整改时限{newest.due_on}"
        if newest.due_on < day
        else f"整改时限{newest.due_on}，尚未到期"
    )


def information_paragraph(
    figures: Figures, behind: Sequence[Straggler], titles: Mapping[str, str], digits: int = 1
) -> str:
    """One sentence or a few; `behind`: from `stragglers`."""
    year = figures.period.year
    if not figures.days_of_rounds and not any(
        figures.value(n, kind) for n in ("通知", "确认问题") for kind in KINDS
    ):
        return f"{year} 年，台账中没有巡检和通知记录。"
    sites, accounts = (f"{figures.value('监控对象', kind)} 家{DOCUMENT_WORDS[kind]}" for kind in KINDS)
    watched = f"{year} 年，对全市 {sites}、{accounts}{_watching(figures)}"
    if not any(figures.value("问题", kind) for kind in KINDS):
        untold = [each for each in behind if each.is_untold]
        if untold:
            return f"{watched}，发现问题 {len(untold)} 个，尚待通知：{_named(untold)}。"
        return f"{watched}，未发现需要通知整改的问题。"
    times = "、".join(f"{DOCUMENT_WORDS[kind]} {figures.value('家次', kind)} 家次" for kind in KINDS)
    return f"{watched}，累计发现并督促整改{_faults(figures, titles)}，涉及{times}，{_outcome(figures, behind, digits)}。"


def _watching(figures: Figures) -> str:
    """每日 only if every day had its round and no target was left out of one."""
    last = min(figures.period.last, figures.known.day)
    days = (last - figures.period.first).days + 1
    if figures.days_of_rounds >= days and not any(figures.value("未检", kind) for kind in KINDS):
        return "进行每日监控"
    return f"进行监控（系统巡检 {figures.days_of_rounds} 天）" if figures.days_of_rounds else "进行监控"


def _faults(figures: Figures, titles: Mapping[str, str]) -> str:
    counts: Counter[str] = Counter()
    for kind in KINDS:
        for check, count in figures.by("问题", kind, "check").items():
            counts[FAULT_WORDS.get(check, titles.get(check, check))] += count
    usual = [word for word in FIRST if word in counts]
    words = (usual + [word for word, _ in counts.most_common() if word not in FIRST])[:NAMED]
    return f"{'、'.join(words)}{'等' if len(counts) > 1 else ''}问题"


def _outcome(figures: Figures, behind: Sequence[Straggler], digits: int) -> str:
    """Told and put right, together or apart; then what does not count, and who is behind."""

    def total(name: str) -> int:
        return sum(figures.value(name, kind) for kind in KINDS)

    put_right = Share(
        total("已整改（销号）") + total("已整改（关停注销）"),
        total("问题") - total("已排除（误报）") - total("已报备暂不计"),
    )
    told_all, timely_all = total("已通知") == total("应通知"), total("及时通知") == total("应通知")
    if timely_all and put_right.part == put_right.whole:
        words = "均及时通知并整改到位" if put_right.whole else "均已及时通知"
    else:
        late = total("已通知") - total("及时通知")
        told = "均及时通知" if timely_all else "均已通知" if told_all else f"已通知 {total('已通知')} 个"
        tardy = [each for each in behind if each.is_late]
        told += f"（其中 {late} 个未及时通知：{_named(tardy)}）" if late else ""
        words = "，".join((told, *_left(put_right, behind, told_all, total, digits)))
    return "；".join((words, *_apart(total)))


def _left(
    put_right: Share, behind: Sequence[Straggler], told_all: bool, total: Any, digits: int
) -> Iterator[str]:
    untold = [each for each in behind if each.is_untold]
    going = [each for each in behind if not each.is_untold and not each.is_late]
    if not told_all:
        yield f"尚有 {total('应通知') - total('已通知')} 个待通知（{_named(untold)}）"
    if put_right.whole and put_right.is_all:
        yield "已通知的均整改到位"
    elif put_right.whole:
        yield f"已整改到位 {put_right.part} 个，整改率 {put_right.words(digits)}"
        yield f"尚有 {put_right.whole - put_right.part} 个正在整改：{_named(going)}"


def _apart(total: Any) -> Iterator[str]:
    """What is counted among the 家次 but asks for nothing more."""
    if waived := total("已报备暂不计"):
        yield f"另有 {waived} 个经批准报备暂不计"
    if dismissed := total("已排除（误报）"):
        yield f"另有 {dismissed} 个经核实排除（误报）"


def _named(behind: Sequence[Straggler]) -> str:
    more = f"等 {len(behind)} 个" if len(behind) > NAMED else ""
    return "、".join(each.words for each in behind[:NAMED]) + more
