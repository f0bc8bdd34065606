"""What figures rest on: for each target, what stands in the record about it within a period, as it was known at a moment.

Everything comes in the order of targets from streams that are merged, so that counting a country takes no more memory than
counting a town. What a figure makes of these facts is said in reports/figures.py.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, cached_property
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, ScalarSelect, Select, case, exists, func, select, tuple_
from sqlalchemy.orm import Session, aliased

from crawler.clock import CHINA
from tracker import models
from tracker.cells import TargetState
from tracker.lifecycle import OVER, State
from tracker.notice_words import Act, NoticeState, Part
from tracker.observed import KIND_WORDS
from tracker.periods import Period

STREAM = {"yield_per": 2000}
Query = Select[*tuple[Any, ...]]
Line = Row[*tuple[Any, ...]]
OPEN_AGAIN = (str(State.NOTIFIED), str(State.REPLIED))
"""Out of these an issue comes back to confirmed by a withdrawn notice: no new confirmation."""


@cache
def month_of(day: date) -> str:
    """2025-03."""
    return day.isoformat()[:7]


@cache
def _months(first: int, last: int) -> tuple[str, ...]:
    """Counted from the year 0, so that months lie one apart."""
    return tuple(f"{(n - 1) // 12}-{(n - 1) % 12 + 1:02d}" for n in range(first, last + 1))


@dataclass(frozen=True, slots=True)
class AsKnown:
    """The record as it was at a moment. `link`: and only what stood in the audit chain up to this link; `added`: the lines
    (notice, issue) that later imports added to old notices (补录)."""

    at: datetime
    link: int | None = None
    added: tuple[tuple[int, int], ...] = ()

    @classmethod
    def filed(cls, session: Session, at: datetime, link: int) -> "AsKnown":
        """As it was when figures were filed, whatever came in since."""
        return cls(at, link, tuple(_added_later(session, link)))

    @property
    def day(self) -> date:
        return self.at.astimezone(CHINA).date()

    def moves(self, move: Any = models.Move) -> list[ColumnElement[bool]]:
        return [move.at <= self.at] + ([] if self.link is None else [move.link_id <= self.link])

    def _acts(self, act: Act) -> ColumnElement[bool]:
        row = models.NoticeAct
        known = [row.notice_id == models.Notice.id, row.act == str(act), row.at <= self.at]
        return exists().where(*known, *([] if self.link is None else [row.link_id <= self.link]))

    def in_force(self) -> list[ColumnElement[bool]]:
        """Notices that count: signed and not withdrawn by then."""
        notice = models.Notice
        signed = self._acts(Act.SIGN)
        if self.link is None:  # spares a look at the acts of most notices
            signed = (notice.dated < self.day) | signed
        withdrawn = (notice.state == str(NoticeState.WITHDRAWN)) & self._acts(Act.WITHDRAW)
        never = [str(NoticeState.DRAFTED), str(NoticeState.VOID)]
        return [notice.state.not_in(never), signed, ~withdrawn]

    def lines(self) -> list[ColumnElement[bool]]:
        """Lines of notices that were there."""
        item = models.NoticeItem
        return [tuple_(item.notice_id, item.issue_id).not_in(self.added)] if self.added else []

    def dated(self, period: Period) -> ColumnElement[bool]:
        return models.Notice.dated.between(period.first, min(period.last, self.day))


class Naming(NamedTuple):
    """列入通知: an issue in an issued notice, and where that issue stands by then.

    `part` new or again. `since`: when the issue came into `state`.
    """

    notice: int
    number: str
    dated: date
    unit: str
    part: str
    due_on: date | None
    issue: int
    check: str
    subject: str
    source: str
    state: str
    since: datetime

    @property
    def months(self) -> tuple[str, ...]:
        return (month_of(self.dated),)

    @property
    def is_new(self) -> bool:
        return self.part == Part.NEW


class Turn(NamedTuple):
    """A move that opens something: confirmed for the first time, as a relapse (问题反弹) or after a waiver; or waived (报备).

    `told`: the date of the first notice that newly names what it opened. `is_over`: that was over, told or not, by then.
    `state`: where its issue stands.
    """

    move: int
    day: date
    before: str
    reached: str
    unit: str
    issue: int
    check: str
    subject: str
    state: str
    is_over: bool
    told: date | None

    @property
    def months(self) -> tuple[str, ...]:
        return (month_of(self.day),)


class Stand(NamedTuple):
    """Under which unit and in which state a target stood within the period; both days belong to it."""

    unit: str
    state: str
    first: date
    last: date
    is_start: bool
    """It began within the period and not before."""
    check: str = ""

    @property
    def months(self) -> tuple[str, ...]:
        return _months(12 * self.first.year + self.first.month, 12 * self.last.year + self.last.month)


@dataclass
class Dossier:
    """All of one target. `day`: the moment's; `until`: the last day of the period that has begun by then."""

    target: int
    kind: str
    key: str
    name: str
    platform: str
    day: date
    until: date
    stands: list[Stand]
    namings: list[Naming]
    turns: list[Turn]

    @cached_property
    def new(self) -> list[Naming]:
        return [naming for naming in self.namings if naming.is_new]

    @property
    def new_pairs(self) -> list[list[Naming]]:
        """What each notice newly names of this target."""
        return _grouped(self.new, attrgetter("notice"))

    @property
    def repeated_pairs(self) -> list[list[Naming]]:
        """What each notice says again of this target, if it says nothing new of it."""
        newly = {naming.notice for naming in self.new}
        return _grouped((n for n in self.namings if n.notice not in newly), attrgetter("notice"))

    @cached_property
    def issues(self) -> list[list[Naming]]:
        """Each issue with all the notices that newly name it: more than one after a relapse."""
        return _grouped(self.new, attrgetter("issue"))


def _grouped(namings: Iterable[Naming], key: Callable[[Naming], int]) -> list[list[Naming]]:
    found: dict[int, list[Naming]] = {}
    for naming in namings:
        found.setdefault(key(naming), []).append(naming)
    return list(found.values())


def dossiers(
    session: Session,
    period: Period,
    known: AsKnown,
    ours: Collection[str] = (),
    targets: Collection[int] | None = None,
) -> Iterator[Dossier]:
    """One target after the other, each with what the period holds; also those about which it holds nothing.

    `ours`: checks whose faults are the operator's own: they count for nobody. `targets`: only these.
    """
    target = models.Target
    who = select(target.id, target.kind, target.key, target.name, target.platform)
    everybody = _in_order(session, who, target.id, targets)
    stands = _Beside(_in_order(session, _stands(period, known), models.Standing.target_id, targets))
    namings = _Beside(_in_order(session, _namings(period, known, ours), models.NoticeItem.target_id, targets))
    turns = _Beside(_in_order(session, _turns(period, known, ours), models.Issue.target_id, targets))
    until = min(period.last, known.day)
    for number, kind, key, name, platform in everybody:
        has_begun = until >= period.first
        stood = [_stand(row, period, until) for row in stands.of(number) if has_begun]
        named = [Naming._make(row[1:]) for row in namings.of(number)]
        turned = [_turn(row, stood) for row in turns.of(number)]
        yield Dossier(number, kind, key, name, platform, known.day, until, stood, named, turned)


def _in_order(session: Session, query: Query, column: Any, targets: Collection[int] | None) -> Iterator[Line]:
    """Rows by their target, whose number stands first in each."""
    if targets is not None:
        query = query.where(column.in_(targets))
    return iter(session.connection().execute(query.order_by(column), execution_options=STREAM))


class _Beside:
    """A stream that is read beside that of all targets: the rows of one after the other."""

    def __init__(self, rows: Iterator[Line]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, target: int) -> Iterator[Line]:
        while self._next is not None and self._next[0] == target:
            yield self._next
            self._next = next(self._rows, None)


# -- the streams ------------------------------------------------------------------------------------------


def _stands(period: Period, known: AsKnown) -> Query:
    standing, unit = models.Standing, models.Unit
    last = min(period.last, known.day)
    return (
        select(standing.target_id, unit.name, standing.state, standing.valid_from, standing.valid_to)
        .join(unit, unit.id == standing.unit_id)
        .where(
            # A 对照账号 that is closed was nobody's account before.
            (standing.state != str(TargetState.CLOSED)) | standing.target_id.not_in(_control_accounts()),
            standing.valid_from.is_(None) | (standing.valid_from <= last),
            standing.valid_to.is_(None) | (standing.valid_to >= period.first),
        )
    )


def _control_accounts() -> Select[int]:
    return select(models.Target.id).where(models.Target.is_control)


def _stand(row: Line, period: Period, until: date) -> Stand:
    _, unit, state, valid_from, valid_to = row
    first = max(valid_from or period.first, period.first)
    last = min(valid_to or until, until)
    return Stand(unit, state, first, last, is_start=valid_from is not None and valid_from >= period.first)


def _namings(period: Period, known: AsKnown, ours: Collection[str]) -> Query:
    item, notice, issue, last = models.NoticeItem, models.Notice, models.Issue, aliased(models.Move)
    return (
        select(
            item.target_id,
            notice.id,
            notice.number,
            notice.dated,
            notice.unit,
            item.part,
            item.due_on,
            issue.id,
            issue.check_id,
            issue.subject,
            issue.source,
            last.to_state,
            last.at,
        )
        .join(notice, notice.id == item.notice_id)
        .join(issue, issue.id == item.issue_id)
        .join(last, last.id == _last_move(known))
        .where(item.part.in_((str(Part.NEW), str(Part.AGAIN))), issue.check_id.not_in(ours))
        .where(known.dated(period), *known.in_force(), *known.lines())
    )


def _last_move(known: AsKnown) -> ScalarSelect[Any]:
    move = aliased(models.Move)
    newest = select(move.id).where(move.issue_id == models.Issue.id, *known.moves(move))
    return newest.order_by(move.id.desc()).limit(1).correlate(models.Issue).scalar_subquery()


def _turns(period: Period, known: AsKnown, ours: Collection[str]) -> Query:
    move, issue, last = models.Move, models.Issue, aliased(models.Move)
    opened = (move.to_state == str(State.CONFIRMED)) & move.from_state.not_in(OPEN_AGAIN)
    return (
        select(
            issue.target_id,
            move.id,
            move.at,
            move.from_state,
            move.to_state,
            issue.id,
            issue.check_id,
            issue.subject,
            last.to_state,
            _end(known),
            _told(known),
        )
        .join(issue, issue.id == move.issue_id)
        .join(last, last.id == _last_move(known))
        .where(opened | (move.to_state == str(State.WAIVED)), issue.check_id.not_in(ours))
        .where(move.at >= period.begins, move.at < period.ends, *known.moves())
    )


def _end(known: AsKnown) -> ScalarSelect[Any]:
    """The move by which what this move opened was over: put right, dismissed, waived, closed."""
    end = aliased(models.Move)
    ended = select(func.min(end.id)).where(
        end.issue_id == models.Issue.id,
        end.id > models.Move.id,
        end.to_state.in_(map(str, OVER)),
        *known.moves(end),
    )
    return ended.correlate(models.Issue, models.Move).scalar_subquery()


def _told(known: AsKnown) -> ScalarSelect[Any]:
    """The date of the first notice that newly names what this move opened."""
    item, notice = models.NoticeItem, models.Notice
    return (
        select(func.min(notice.dated))
        .join(item, item.notice_id == notice.id)
        .where(item.issue_id == models.Issue.id, item.part == str(Part.NEW), item.move_id >= models.Move.id)
        .where(item.move_id < func.coalesce(_end(known), item.move_id + 1))
        .where(*known.in_force(), *known.lines())
        .correlate(models.Issue, models.Move)
        .scalar_subquery()
    )


def _turn(row: Line, stands: Iterable[Stand]) -> Turn:
    _, move, at, before, reached, issue, check, subject, state, end, told = row
    day = at.astimezone(CHINA).date()
    unit = next((stand.unit for stand in stands if stand.first <= day <= stand.last), "")
    return Turn(move, day, before, reached, unit, issue, check, subject, state, end is not None, told)


def _added_later(session: Session, link: int) -> Iterator[tuple[int, int]]:
    """Lines that an act after this link added: what the notice's last seal before it did not hold yet."""
    act, item, chain = models.NoticeAct, models.NoticeItem, models.Link
    grown = session.scalars(
        select(act.notice_id).where(act.act == str(Act.ADD), act.link_id > link).distinct()
    )
    for notice in grown.all():
        seals = (
            select(chain.payload)
            .join(act, act.link_id == chain.id)
            .where(act.notice_id == notice, act.link_id <= link)
            .order_by(chain.id.desc())
        )
        held = {line[0] for payload in session.scalars(seals) for line in _sealed(payload)}
        for issue in session.scalars(select(item.issue_id).where(item.notice_id == notice)):
            if issue not in held:
                yield notice, issue


def _sealed(payload: str) -> list[Any]:
    lines: list[Any] = json.loads(payload).get("sealed", {}).get("items", [])
    return lines


# -- what is counted without a target ---------------------------------------------------------------------


def visits(session: Session, period: Period, known: AsKnown) -> Iterator[tuple[str, date, str, int]]:
    """(kind, day, state, visits): the coverage of the period."""
    visit, target = models.Visit, models.Target
    sites = func.sum(case((target.kind == "site", 1), else_=0))
    query = (
        select(visit.day, visit.state, sites, func.count())
        .join(target, target.id == visit.target_id)
        .where(visit.day.between(period.first, min(period.last, known.day)), visit.is_counted)
        .group_by(visit.day, visit.state)
    )
    for day, state, of_sites, of_all in session.execute(query):
        yield "site", day, state, of_sites
        yield "account", day, state, of_all - of_sites


def visit_rows(
    session: Session, kind: str, states: Collection[str], period: Period, known: AsKnown
) -> Iterator[tuple[str, str, date, str, str]]:
    """(key, name, day, state, why): the rows behind a count of visits."""
    visit, target = models.Visit, models.Target
    query = (
        select(target.key, target.name, visit.day, visit.state, visit.detail)
        .join(target, target.id == visit.target_id)
        .where(visit.day.between(period.first, min(period.last, known.day)))
        .where(visit.state.in_(states), visit.is_counted, target.kind == kind)
        .order_by(visit.day, target.key)
        .execution_options(**STREAM)
    )
    for row in session.execute(query):
        key, name, day, state, detail = row
        yield key, name, day, state, detail


def days_of_rounds(session: Session, period: Period, known: AsKnown) -> int:
    """巡检天数: days on which a round was held."""
    row = models.Round
    counted = select(func.count(func.distinct(row.day))).where(
        row.day.between(period.first, min(period.last, known.day))
    )
    return session.scalar(counted) or 0


def notice_rows(
    session: Session, kind: str, period: Period, known: AsKnown, ours: Collection[str]
) -> Iterator[tuple[str, date, str]]:
    """(文号, date, unit): the issued notices that ask for something of targets of this kind."""
    notice = models.Notice
    query = select(notice.number, notice.dated, notice.unit).where(
        known.dated(period), *known.in_force(), _asks(kind, known, ours)
    )
    for number, dated, unit in session.execute(query.order_by(notice.dated, notice.id)):
        assert dated is not None  # it was signed
        yield number, dated, unit


def notices(
    session: Session, period: Period, known: AsKnown, ours: Collection[str]
) -> Iterator[tuple[str, date, str, int]]:
    """(kind, day, unit, notices): how many they are."""
    notice = models.Notice
    for kind in KIND_WORDS:
        query = select(notice.dated, notice.unit, func.count()).where(
            known.dated(period), *known.in_force(), _asks(kind, known, ours)
        )
        for day, unit, count in session.execute(query.group_by(notice.dated, notice.unit)):
            assert day is not None  # it was signed
            yield kind, day, unit, count


def _asks(kind: str, known: AsKnown, ours: Collection[str]) -> ColumnElement[bool]:
    item, target, issue = models.NoticeItem, models.Target, models.Issue
    asked = (
        select(item.id)
        .join(target, target.id == item.target_id)
        .join(issue, issue.id == item.issue_id)
        .where(item.part.in_((str(Part.NEW), str(Part.AGAIN))), issue.check_id.not_in(ours))
        .where(item.notice_id == models.Notice.id, target.kind == kind, *known.lines())
    )
    return exists(asked.correlate(models.Notice))
