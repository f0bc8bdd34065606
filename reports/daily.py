"""The day in words (每日小结): coverage first, then what was found, what could not be verified and why."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from checks.staleness import BEYOND_FILED
from crawler.observations import Problem
from tracker.authorisations import TOLD_DAYS, Kept
from tracker.bridges import Bridge
from tracker.columns import ColumnChange
from tracker.lifecycle import Event, Lack, State
from tracker.observed import KIND_WORDS
from tracker.queries import Day, HowSeen, Unseen
from tracker.reminders import Reminder

TRIAL = "摸底清单（未放行，不通知、不统计）"
"""What nobody released yet: it stands under no other heading."""
NAMED = 6
"""So many names of one kind are spelled out; how many more there are is said."""
HEADINGS: tuple[tuple[str, Callable[[str, str, str], bool]], ...] = (
    ("新确认问题", lambda event, before, to: to == State.CONFIRMED and before != State.RECTIFIED),
    ("问题反弹", lambda event, before, to: to == State.CONFIRMED and before == State.RECTIFIED),
    ("新增待人工审核", lambda event, before, to: to == State.PENDING and before != State.PENDING),
    ("已整改（销号）", lambda event, before, to: to == State.RECTIFIED),
    ("已整改（关停注销）", lambda event, before, to: to == State.CLOSED),
    ("复核未再发现，已排除", lambda event, before, to: to == State.DISMISSED and event == Event.SEEN_CLEAR),
    ("人工排除（误报）", lambda event, before, to: to == State.DISMISSED and event == Event.DISMISS),
)
"""What moved in the day, by the words of the office: (event, from, to) -> whether it stands under this heading."""

SAID_ELSEWHERE = frozenset({Problem.ELSEWHERE, Problem.SOURCE, Problem.NO_COLUMNS})
"""Reasons that another line of the summary tells already."""


def coverage(day: Day) -> str:
    """应检338、已检N、…: the first line, whoever reads no further."""
    failed, due, excused = day.counted("failed"), day.counted("due"), day.counted("excused")
    parts = [
        f"应检{day.counted('visited', 'failed', 'due')}",
        f"已检{day.counted('visited')}",
        f"无法核验{failed}",
    ]
    parts += [f"未检{due}"] if due else []
    parts += [f"报备免检{excused}"] if excused else []
    kinds = [
        f"{name}{sum(day.visits[kind, state] for state in ('visited', 'failed', 'due'))}"
        for kind, name in KIND_WORDS.items()
    ]
    return f"{'、'.join(parts)}（{day.day}，{'、'.join(kinds)}）"


def fields(day: Day) -> dict[str, Any]:
    """As `report daily --format json` prints it; scripts rely on these names."""
    return {
        "day": str(day.day),
        "coverage": [
            {"kind": kind, "state": state, "count": n} for (kind, state), n in sorted(day.visits.items())
        ],
        "moved": [
            {"check": check, "event": event, "from": before, "to": reached, "count": n}
            for (check, event, before, reached), n in sorted(day.moved.items())
        ],
        "issues": [
            {"check": check, "state": state, "count": n}
            for (check, state), n in sorted(day.open_issues.items())
        ],
        "overdue": dict(sorted(day.overdue.items())),
        "unseen": [
            {"kind": each.kind, "target": each.key, "problem": each.problem, "detail": each.detail}
            for each in day.unseen
        ],
        "unjudged": [
            {"check": check, "problem": problem, "count": n}
            for (check, problem), n in sorted(day.unjudged.items())
        ],
        "waiting": [
            {"check": check, "lack": lack, "count": n} for (check, lack), n in sorted(day.waiting.items())
        ],
        "trial": dict(sorted(day.trial.items())),
        "probes_failed": {str(blame): count for blame, count in sorted(day.blamed.items())},
        "authorisations": [
            {
                "issuer": each.issuer,
                "account": each.account,
                "ends_on": str(each.ends_on or ""),
                "refused": each.refused,
            }
            for each in day.authorisations
        ],
        "columns": [
            {"change": change, "target": each.site, "path": each.path, "url": each.url}
            for change, changes in (("new", day.columns_came), ("missing", day.columns_went))
            for each in changes
        ],
        "without_columns": list(day.without_columns),
        "reminders": [
            {"account": each.key, "name": each.name, "words": each.words} for each in day.reminders
        ],
        "accounts": {str(how): day.accounts[how] for how in HowSeen},
        "bridges": [
            {
                "bridge": each.name,
                "trouble": each.trouble,
                "reason": each.day.reason,
                "since": str(each.day.since),
                "accounts": each.day.tally.accounts,
            }
            for each in day.bridges
        ],
    }


def lines(day: Day, titles: Mapping[str, str], ours: frozenset[str] = frozenset()) -> Iterator[str]:
    """The whole summary. `titles`: a check's Chinese name; `ours`: checks whose faults are the operator's own."""

    def title(check: str) -> str:
        return titles.get(check, check)

    yield coverage(day)
    if day.accounts:
        yield "账号核验：" + "、".join(f"{how.sentence}{day.accounts[how]}" for how in HowSeen)
    for heading, is_meant in HEADINGS:
        counts: Counter[str] = Counter()
        for (check, event, before, reached), count in day.moved.items():
            if check not in ours and is_meant(event, before, reached):
                counts[check] += count
        if counts:
            yield f"{heading} {counts.total()}：{_counts(counts, title)}"
    suspected = Counter(
        {check: n for (check, state), n in day.open_issues.items() if state == State.SUSPECTED}
    )
    if suspected:
        yield f"疑似（等待复核） {suspected.total()}：{_counts(suspected, title)}"
    yield from _waiting(day.waiting, title)
    if day.trial:
        yield f"{TRIAL} {day.trial.total()}：{_counts(day.trial, title)}"
    for state in (State.NOTIFIED, State.REPLIED):
        going = Counter({check: n for (check, each), n in day.open_issues.items() if each == state})
        if going:
            yield f"{state.sentence} {going.total()}：{_counts(going, title)}"
    if day.overdue:
        yield f"逾期未整改 {day.overdue.total()}：{_counts(day.overdue, title)}"
    own: Counter[str] = Counter()
    for (check, _, _, reached), count in day.moved.items():
        if check in ours and reached == State.CONFIRMED:
            own[check] += count
    if own:
        yield f"本系统采集渠道故障（不计入单位问题）：{_counts(own, title)}"
    yield from _reminders(day.reminders)
    yield from _bridges(day.bridges)
    yield from _authorisations(day)
    if day.blamed:
        put_down = "、".join(f"{blame.sentence}{n}" for blame, n in day.blamed.most_common())
        yield f"探测未打开 {day.blamed.total()} 次：{put_down}（只有网站打不开计入）"
    yield from _columns("新增栏目", day.columns_came)
    yield from _columns("未再见到的栏目", day.columns_went)
    yield from _without_columns(day.without_columns)
    yield from _unseen(day.unseen)
    yield from _unjudged(day.unjudged, title)


def _counts(counts: Counter[str], title: Callable[[str], str]) -> str:
    return "、".join(f"{title(check)}{count}" for check, count in counts.most_common())


def _waiting(waiting: Counter[tuple[str, str]], title: Callable[[str], str]) -> Iterator[str]:
    """Suspicions that only a browser can confirm, by what was lacking."""
    for lack in Lack:
        counts = Counter({check: n for (check, each), n in waiting.items() if each == lack})
        if counts:
            yield f"  其中待浏览器复核 {counts.total()}（{lack.sentence}）：{_counts(counts, title)}"


def _columns(heading: str, changes: tuple[ColumnChange, ...]) -> Iterator[str]:
    if changes:
        named = "、".join(f"{each.site_name} {each.path}" for each in changes[:NAMED])
        yield f"{heading} {len(changes)}：{named}{'等' if len(changes) > NAMED else ''}"


def _named(each: Sequence[str], glue: str = "、") -> str:
    """The first of them, and how many there are."""
    return f"{glue.join(each[:NAMED])}{f'等{len(each)}个' if len(each) > NAMED else ''}"


def _without_columns(sites: tuple[str, ...]) -> Iterator[str]:
    if sites:
        heading = "没有读到任何栏目的网站"
        advice = "栏目是否空白、是否更新均未判定，请打开网站核对，或在栏目台账中登记"
        yield f"{heading} {len(sites)}（{advice}）：{_named(sites)}"


def _reminders(reminders: tuple[Reminder, ...]) -> Iterator[str]:
    """Each account once."""
    filed = [each for each in reminders if each.is_beyond_filed]
    soon = [each for each in reminders if not each.is_beyond_filed]
    for heading, meant in (
        ("账号即将超过更新时限", soon),
        (f"{BEYOND_FILED}（本地要求，只提醒，不列为问题）", filed),
    ):
        if meant:
            named = _named([f"{each.name}　{each.words}" for each in meant], "；")
            yield f"{heading} {len(meant)}：{named}"


def _bridges(bridges: tuple[Bridge, ...]) -> Iterator[str]:
    """Once for all the accounts of a bridge, and on every day that it stands."""
    if bridges:
        yield f"采集桥异常 {len(bridges)}（本系统故障；账号是否更新暂不判定，情况属实的用 xunjian bridges release 放行）"
    for bridge in bridges:
        yield f"  {bridge}，涉及账号{bridge.day.tally.accounts}"


def _authorisations(day: Day) -> Iterator[str]:
    """What is refused first, then by how soon it ends: within 1, 7, 30 days."""
    for heading, chosen in _by_urgency(day):
        if chosen:
            yield f"{heading} {len(chosen)}：{_named([each.trouble(day.day) for each in chosen], '；')}"


def _by_urgency(day: Day) -> Iterator[tuple[str, list[Kept]]]:
    yield "采集授权失效（请单位重新授权）", [each for each in day.authorisations if each.refused]
    before = None
    for days in sorted(TOLD_DAYS):
        ending = [(each, each.days_left(day.day)) for each in day.authorisations if not each.refused]
        yield (
            f"采集授权{days}天内到期",
            [
                each
                for each, left in ending
                if left is not None and left <= days and (before is None or left > before)
            ],
        )
        before = days


def _unseen(unseen: tuple[Unseen, ...]) -> Iterator[str]:
    if not unseen:
        return
    yield f"无法核验 {len(unseen)}（不据此认定或销号任何问题）"
    groups: dict[tuple[str, str], list[str]] = {}
    for each in unseen:
        groups.setdefault((each.kind, each.problem), []).append(each.name)
    for (kind, problem), names in groups.items():
        yield f"  {KIND_WORDS[kind]}　{_sentence(problem)}：{_named(names)}"


def _unjudged(unjudged: Counter[tuple[str, str]], title: Callable[[str], str]) -> Iterator[str]:
    by_check: dict[str, Counter[str]] = {}
    for (check, problem), count in unjudged.items():
        if problem in SAID_ELSEWHERE:
            continue
        by_check.setdefault(check, Counter())[_sentence(problem)] += count
    if by_check:
        yield "已检对象中个别内容无法核验"
    for check, reasons in sorted(by_check.items()):
        yield f"  {title(check)}　" + "、".join(f"{reason}{count}" for reason, count in reasons.most_common())


def _sentence(problem: str) -> str:
    return Problem(problem).sentence if problem else "原因不明"
