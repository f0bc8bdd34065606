"""Opening a figure (数字溯源): from its address, such as 2025/site/家次/月=3, to the rows, issues, evidence and pages behind it."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.errors import ReportError
from reports.figures import (
    COVERAGE,
    COVERAGE_WORDS,
    DIMENSIONS,
    FIGURES,
    NAMES,
    NOTICES,
    NOTICES_WORDS,
    RATES,
    Fact,
    Thing,
)
from reports.tables import Column, Row
from tracker import models, queries
from tracker.cells import TargetState
from tracker.figure_facts import (
    AsKnown,
    Dossier,
    Naming,
    Stand,
    Turn,
    dossiers,
    month_of,
    notice_rows,
    visit_rows,
)
from tracker.given_up import given_up
from tracker.lifecycle import State
from tracker.observed import DOCUMENT_WORDS, KIND_WORDS
from tracker.periods import Period

KIND_NAMES = {word: kind for words in (KIND_WORDS, DOCUMENT_WORDS) for kind, word in words.items()} | {
    kind: kind for kind in KIND_WORDS
}
T = TypeVar("T")
AT_ONCE = 200
"""Things whose evidence is asked for in one query."""

COLUMNS: tuple[Column, ...] = (
    ("no", "序号"),
    ("target", "标识码"),
    ("name", "名称"),
    ("units", "主办单位"),
    ("notices", "通知文号"),
    ("dates", "日期"),
    ("issues", "问题编号"),
    ("checks", "检查项"),
    ("subjects", "对象"),
    ("what", "说明"),
    ("evidence", "证据（SHA-256）"),
    ("pages", "页面"),
)
"""One row a thing that is counted; from the fourth on lists, whose members lie behind one another."""

GIVEN_UP = "（已按保存期限清理）"
VISIT_WORDS = {"visited": "已检", "failed": "无法核验", "due": "未检", "excused": "报备免检"}


class NotAFigure(ReportError):
    """What was written is no figure's address."""

    def __init__(self, text: str, why: str) -> None:
        super().__init__(f"“{text}”不是数字的地址：{why}")


@dataclass(frozen=True, slots=True)
class Address:
    """`wanted`: dimension -> value, as in 月=3 or 单位=市教育局."""

    period: Period
    kind: str
    name: str
    wanted: Mapping[str, str]

    @classmethod
    def named(cls, text: str) -> "Address":
        parts = [part.strip() for part in text.strip().split("/")]
        if len(parts) < 3:
            raise NotAFigure(
                text, "请写成 统计期/类型/指标，如 2025/site/家次；全部指标见 xunjian report figures"
            )
        period, kind = Period.named(parts[0]), KIND_NAMES.get(parts[1])
        if kind is None:
            raise NotAFigure(text, f"“{parts[1]}”应为 site（网站）或 account（账号）")
        name, rest = parts[2], "/".join(parts[3:])
        if rate := RATES.get(name):
            figures = "、".join((*rate.part, *rate.whole, *rate.less))
            raise NotAFigure(text, f"“{name}”＝{rate.words}，请分别查看 {figures}")
        if name not in NAMES:
            raise NotAFigure(text, f"没有指标“{name}”，可用的有 {'、'.join(NAMES)}")
        return cls(period, kind, name, _filters(text, rest, period))

    @property
    def unit(self) -> str:
        return FIGURES[self.name].unit if self.name in FIGURES else "份" if self.name == NOTICES else "次"

    @property
    def words(self) -> str:
        """Its definition."""
        if self.name in FIGURES:
            return FIGURES[self.name].words
        return NOTICES_WORDS if self.name == NOTICES else COVERAGE_WORDS[self.name]

    def __str__(self) -> str:
        shown = "".join(
            f"/{DIMENSIONS[dimension]}={int(value[-2:]) if dimension == 'month' else value}"
            for dimension, value in self.wanted.items()
        )
        return f"{self.period}/{self.kind}/{self.name}{shown}"


def _filters(text: str, rest: str, period: Period) -> dict[str, str]:
    """A unit's name may hold a stroke: only what looks like 维度=值 begins another filter."""
    by_word = {word: dimension for dimension, word in DIMENSIONS.items()}
    found: dict[str, str] = {}
    for piece in re.split(rf"/(?=(?:{'|'.join(by_word)})=)", rest) if rest else ():
        word, _, value = piece.partition("=")
        if word not in by_word or not value:
            raise NotAFigure(text, f"“{piece}”应写成 {'、'.join(f'{each}=…' for each in by_word)}")
        if word == "月":
            if not value.isdecimal() or not 1 <= int(value) <= 12:
                raise NotAFigure(text, f"“{piece}”中的月份应为 1 至 12")
            value = f"{period.year}-{int(value):02d}"
        found[by_word[word]] = value
    return found


def rows_behind(
    session: Session, address: Address, known: AsKnown, ours: Collection[str], titles: Mapping[str, str]
) -> Iterator[Row]:
    """As COLUMNS say; the ordinals end with the figure itself."""
    if address.name in FIGURES:
        yield from _of_targets(session, address, known, ours, titles)
    elif address.name == NOTICES:
        yield from _of_notices(session, address, known, ours)
    else:
        yield from _of_visits(session, address, known)


def things(
    session: Session, address: Address, known: AsKnown, ours: Collection[str]
) -> Iterator[tuple[Dossier, Thing]]:
    """What the figure counts, each with its target."""
    figure = FIGURES[address.name]
    for dossier in dossiers(session, address.period, known, ours):
        if (
            dossier.kind == address.kind
            and address.wanted.get("platform", dossier.platform) == dossier.platform
        ):
            for thing in figure.scope.things(dossier):
                if figure.where(thing, dossier) and any(_is_wanted(fact, address.wanted) for fact in thing):
                    yield dossier, thing


def _is_wanted(fact: Fact, wanted: Mapping[str, str]) -> bool:
    return (
        wanted.get("month", fact.months[0]) in fact.months
        and wanted.get("unit", fact.unit) == fact.unit
        and wanted.get("check", fact.check) == fact.check
    )


def _of_targets(
    session: Session, address: Address, known: AsKnown, ours: Collection[str], titles: Mapping[str, str]
) -> Iterator[Row]:
    number, found = 0, things(session, address, known, ours)
    while some := list(islice(found, AT_ONCE)):
        issues = {fact.issue for _, thing in some for fact in thing if not isinstance(fact, Stand)}
        proofs, pages = _proofs(session, issues, known)
        for dossier, thing in some:
            number += 1
            told = [_told(fact, titles) for fact in thing]
            shas = _once(sha for each in told if each.issue for sha in proofs.get(each.issue, ()))
            yield (
                number,
                dossier.key,
                dossier.name,
                _once(fact.unit for fact in thing),
                _once(each.notice for each in told),
                _once(each.date for each in told),
                _once(each.issue for each in told),
                _once(each.check for each in told),
                _once(each.subject for each in told),
                _once(each.what for each in told),
                shas,
                _once(pages.get(sha) for sha in shas),
            )


def _once(values: Iterable[T | None]) -> list[T]:
    """Each value that is one, once, in their order."""
    return list(dict.fromkeys(value for value in values if value))


class _Told(NamedTuple):
    """One fact of a thing in words; what it has not is empty."""

    notice: str
    date: str
    issue: int
    check: str
    subject: str
    what: str


def _told(fact: Fact, titles: Mapping[str, str]) -> _Told:
    match fact:
        case Naming():
            what = f"{'新列' if fact.is_new else '再次通知'}；现为{State(fact.state).sentence}"
            check = titles.get(fact.check, fact.check)
            return _Told(fact.number, str(fact.dated), fact.issue, check, fact.subject, what)
        case Turn():
            told = f"；{fact.told}通知" if fact.told else ""
            before = State(fact.before).sentence if fact.before else "新发现"
            what = f"{before} → {State(fact.reached).sentence}{told}；现为{State(fact.state).sentence}"
            check = titles.get(fact.check, fact.check)
            return _Told("", str(fact.day), fact.issue, check, fact.subject, what)
    return _Told("", f"{fact.first} 至 {fact.last}", 0, "", "", TargetState(fact.state).word)


def _proofs(
    session: Session, issues: Collection[int], known: AsKnown
) -> tuple[dict[int, list[str]], dict[str, str]]:
    """Issue -> its evidence; evidence -> the page that it is, and whether its bytes were given up since."""
    move = models.Move
    query = select(move.issue_id, move.evidence).where(move.issue_id.in_(issues), *known.moves())
    proofs: dict[int, list[str]] = {}
    for issue, shas in session.execute(query.order_by(move.id)):
        kept = proofs.setdefault(issue, [])
        kept += [sha for sha in shas if sha not in kept]
    wanted = {sha for shas in proofs.values() for sha in shas}
    if not wanted:
        return proofs, {}
    gone = given_up(session, wanted)
    pages = queries.pages(session, wanted)
    return proofs, {sha: f"{url}{GIVEN_UP if sha in gone else ''}" for sha, url, _ in pages}


def _of_notices(session: Session, address: Address, known: AsKnown, ours: Collection[str]) -> Iterator[Row]:
    number = 0
    for no, dated, unit in notice_rows(session, address.kind, address.period, known, ours):
        if address.wanted.get("unit", unit) == unit and address.wanted.get(
            "month", month_of(dated)
        ) == month_of(dated):
            number += 1
            yield number, "", "", [unit], [no], [str(dated)], [], [], [], [], [], []


def _of_visits(session: Session, address: Address, known: AsKnown) -> Iterator[Row]:
    number, states = 0, COVERAGE[address.name]
    for key, name, day, state, detail in visit_rows(session, address.kind, states, address.period, known):
        if address.wanted.get("month", month_of(day)) == month_of(day):
            number += 1
            what = f"{VISIT_WORDS[state]}{f'：{detail}' if detail else ''}"
            yield number, key, name, [], [], [str(day)], [], [], [], [what], [], []


def in_words(row: Row) -> Row:
    """As a table for people shows it: lists with commas."""
    return [_joined(value) if isinstance(value, list) else value for value in row]


def _joined(values: Sequence[object]) -> str:
    return "、".join(map(str, values))
