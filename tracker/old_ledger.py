"""The office's old ledger of notices (历史台账): what was notified before the system ran, so that a year's counts hold it too.

A row continues the issue that stands for its subject, or is a life of its own that ended before anything else is known of
the subject. Nothing is mailed. One transaction; the same file again changes nothing.

An imported notice keeps its 文号 and takes none of our numbers (`serial` is empty). Several may have gone to one unit in a
week, and a notice of our own for that week must still be possible: so `about`, which makes notices of one week different,
is a running number below zero, and points to no other notice.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from crawler.clock import CHINA, midnight
from tracker import models
from tracker.audit import add_link, notice_seal
from tracker.database import Database
from tracker.lifecycle import ENDED, Event, Origin, State, after
from tracker.notice_acts import write_acts
from tracker.notice_terms import Terms
from tracker.notice_words import Act, NoticeKind, NoticeOrigin, NoticeState, Part
from tracker.notices import items_of, printed_row, targets_of
from tracker.old_ledger_desk import Desk, Entry
from tracker.old_ledger_reading import Reading, read_ledger
from tracker.people_subjects import Identity
from tracker.reconcile import move_row, write_moves
from tracker.register_reading import Remark
from tracker.weeks import Week

LEDGER = Origin.LEDGER.sentence
"""Who makes the moves and signs the notices that an old ledger tells of."""

_UNTOLD = frozenset({State.SUSPECTED, State.PENDING, State.CONFIRMED})
_TOLD = frozenset({State.NOTIFIED, State.REPLIED})


@dataclass(slots=True)
class Outcome:
    """What an import did, or with `dry_run` would do.

    `notices`: new ones. `named`: issues newly named by them, of which `linked` were found by this system too; `again`:
    asked for again. `known`: lines that were imported before.
    """

    file: str
    dry_run: bool
    notices: int = 0
    named: int = 0
    linked: int = 0
    again: int = 0
    rectified: int = 0
    known: int = 0
    errors: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def __str__(self) -> str:
        linked = f"（其中本系统已发现 {self.linked}）" if self.linked else ""
        return (
            f"导入{LEDGER} {self.file}：通知 {self.notices}，新列问题 {self.named}{linked}，再次通知 {self.again}，"
            f"整改 {self.rectified}，已有 {self.known}，有误 {len(self.errors)}"
        )


def import_ledger(
    database: Database,
    path: Path,
    *,
    at: datetime,
    by: str,
    terms: Terms,
    recorded_at: datetime,
    dry_run: bool = False,
) -> Outcome:
    """Take a file in; UnusableRegister if it is none."""
    reading = read_ledger(path)
    outcome = Outcome(path.name, dry_run)
    with database.reading() if dry_run else database.writing() as session:
        desk = Desk(session, reading, at)
        plan = _Plan(session, desk, reading, at, outcome)
        for entry in sorted(desk.entries, key=lambda each: (each.dated, each.times or 1)):
            plan.take(entry)
        outcome.errors = sorted(desk.errors, key=lambda each: (each.sheet, each.line))
        outcome.notes = desk.notes
        if not dry_run:
            _write(session, plan, desk, terms, at, by, recorded_at)
    return outcome


# -- what follows from the lines --------------------------------------------------------------------------


@dataclass(slots=True)
class Step:
    """A move that is to be written; `id` when it is."""

    row: dict[str, Any]
    id: int = 0


@dataclass(slots=True)
class Life:
    """An issue as it will stand. `named`: when a notice newly named it last, and `number` by which; `asked`: how often
    since. `waiting`: its move that no notice has told yet."""

    target_id: int
    check: str
    key: str
    name: str
    state: State
    began: date
    first_seen: datetime
    last_seen: datetime
    issue: models.Issue | None = None
    cleared_on: date | None = None
    """The day of its end, if it is put right."""
    named: date | None = None
    number: str = ""
    asked: int = 0
    asked_on: date | None = None
    due_on: date | None = None
    waiting: int = 0
    relapses: int = 0
    url: str = ""
    detail: str = ""
    cleared_at: datetime | None = None
    is_named: bool = False
    """Some line of this file is about it."""
    steps: list[Step] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED and self.state is not State.RECTIFIED

    def covers(self, day: date) -> bool:
        """Whether its fault stood on a day, as far as is known."""
        if self.is_open:
            return self.began <= day
        return self.cleared_on is not None and self.began <= day <= self.cleared_on

    def step(self, event: Event, at: datetime, why: str) -> Step:
        before, self.state = self.state, after(self.state, event)
        return self.note(str(event), before, at, why)

    def note(self, event: str, before: str, at: datetime, why: str) -> Step:
        """Each is told with the notice that it stands in: nothing of it waits for a notice of our own."""
        step = Step(move_row(at, event, before, self.state, LEDGER, why) | {"told": at})
        self.steps.append(step)
        return step


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a notice. `tells`: the move that it tells, the number of one that is written, or 0."""

    life: Life
    entry: Entry
    part: Part
    times: int
    tells: Step | int


class _Plan:
    """The lives of all subjects that the file names, oldest first, and what the notices say of them."""

    def __init__(
        self, session: Session, desk: Desk, reading: Reading, at: datetime, outcome: Outcome
    ) -> None:
        self.desk, self.reading, self.outcome = desk, reading, outcome
        self._at = at
        self.items: dict[tuple[str, int], list[Item]] = {}
        """文号 and unit -> what is to be added."""
        self.lives: dict[Identity, list[Life]] = {}
        of = {issue.id: _life(issue) for issue in desk.issues}
        for issue in desk.issues:
            self.lives.setdefault((issue.target_id, issue.check_id, issue.subject_key), []).append(
                of[issue.id]
            )
        _learn_notices(session, of)
        _learn_waiting(session, of)
        self._of = of
        self._known_notices = {(number, each.unit_id) for (number, _), each in desk.stored.items()}

    def take(self, entry: Entry) -> None:
        if stored := self.desk.stored.get(entry.mark):
            self.outcome.known += 1
            self._settle(self._of[stored.issue_id], entry)
            return
        lives = self.lives.setdefault(entry.identity, [])
        standing = [life for life in lives if life.covers(entry.dated)]
        earlier = [life for life in lives if life.began <= entry.dated]
        later = [life for life in lives if life.began > entry.dated]
        if standing:
            self._during(standing[-1], entry)
        elif later and (entry.rectified_on is None or entry.rectified_on >= later[0].began):
            # What the ledger still calls open is what the round found afterwards.
            self._link(later[0], entry)
        elif earlier and earlier[-1].state is State.RECTIFIED and not entry.indicator.needs_person:
            self._relapse(earlier[-1], entry)
        else:
            self._open(entry)

    # -- one line -----------------------------------------------------------------------------------------

    def _during(self, life: Life, entry: Entry) -> None:
        if life.named and life.named <= entry.dated:
            self._ask_again(life, entry)
        elif life.named:
            mend = f"日期较晚的通知“{life.number}”已把“{entry.name}”列为新问题，请核对两者的日期"
            self.desk.refuse(entry, "通知日期", mend)
        elif life.is_open or entry.rectified_on is None:
            self._link(life, entry)
        else:
            self._open(entry)

    def _ask_again(self, life: Life, entry: Entry) -> None:
        expected = life.asked + 1
        if entry.times == 1:
            mend = (
                f"“{entry.name}”在“{life.number}”中已列、到 {entry.dated} 尚未整改，这里应是第 {expected} 次；"
                "若此前已整改，请在那一行填写整改日期"
            )
            self.desk.refuse(entry, "第几次通知", mend)
        elif life.cleared_on and entry.rectified_on not in (None, life.cleared_on):
            mend = f"“{entry.name}”在其他行的整改日期是 {life.cleared_on}，请核对"
            self.desk.refuse(entry, "整改日期", mend)
        else:
            self._name(life, entry, Part.AGAIN, entry.times or expected, 0)

    def _open(self, entry: Entry) -> None:
        began = self.end_of(entry.began)
        life = Life(
            *entry.identity,
            entry.name,
            State.CONFIRMED,
            entry.began,
            first_seen=began,
            last_seen=self.end_of(entry.dated),
            url=entry.url,
            detail=entry.detail,
        )
        opened = life.note("opened", "", began, self._why(entry, entry.detail))
        lives = self.lives[entry.identity]
        lives.append(life)
        lives.sort(key=lambda each: each.began)
        self._tell(life, entry, opened)

    def _relapse(self, life: Life, entry: Entry) -> None:
        if (entry.times or 1) > 1:
            mend = (
                f"“{entry.name}”已于 {life.cleared_on} 整改，此后再列是问题反弹，应为第 1 次；请核对整改日期"
            )
            self.desk.refuse(entry, "第几次通知", mend)
            return
        seen = max(self.end_of(entry.began), life.cleared_at or life.last_seen)
        again = life.step(Event.SEEN_AGAIN, seen, self._why(entry, entry.detail))
        life.relapses, life.cleared_on = life.relapses + 1, None
        life.url, life.detail = entry.url or life.url, entry.detail
        self._tell(life, entry, again)

    def _link(self, life: Life, entry: Entry) -> None:
        """The unit was told on paper of what this system found, or finds afterwards."""
        if life.state not in _UNTOLD:
            self._refuse_link(life, entry)
            return
        told, tells = self.end_of(entry.dated), life.waiting
        confirm = {State.SUSPECTED: Event.SEEN_AGAIN, State.PENDING: Event.CONFIRM}.get(life.state)
        step = life.step(confirm, told, self._why(entry, entry.detail)) if confirm else None
        self.outcome.linked += 1
        self._tell(life, entry, step or tells)

    def _refuse_link(self, life: Life, entry: Entry) -> None:
        number = life.issue.id if life.issue else 0
        if life.state is State.RECTIFIED:
            mend = f"问题 {number} 与此相同，巡检已于 {life.cleared_on} 看到整改：请填写整改日期"
            self.desk.refuse(entry, "整改日期", mend)
        elif life.named:
            mend = f"问题 {number} 与此相同，已在“{life.number}”（{life.named}）中通知：不必再导入"
            self.desk.refuse(entry, "问题对象", mend)
        else:
            mend = f"问题 {number} 与此相同，现为“{life.state.sentence}”，不能记为已通知：请核对"
            self.desk.refuse(entry, "问题对象", mend)

    def _tell(self, life: Life, entry: Entry, tells: Step | int) -> None:
        """It is named by a notice for the first time, as far as this record knows."""
        told, times = self.end_of(entry.dated), entry.times or 1
        life.step(Event.NOTIFY, told, self._why(entry, "已通知"))
        if isinstance(tells, Step):
            tells.row["told"] = told
        life.named, life.number = entry.dated, entry.number
        part = Part.NEW if times == 1 else Part.AGAIN
        self._name(life, entry, part, times, tells if part is Part.NEW else 0)

    def _name(self, life: Life, entry: Entry, part: Part, times: int, tells: Step | int) -> None:
        notice = entry.number, entry.unit_id
        self.outcome.notices += notice not in self._known_notices and notice not in self.items
        self.items.setdefault(notice, []).append(Item(life, entry, part, times, tells))
        life.is_named = True
        self.outcome.named += part is Part.NEW
        self.outcome.again += part is Part.AGAIN
        if life.asked_on is None or entry.dated >= life.asked_on:
            life.asked, life.asked_on, life.due_on = times, entry.dated, entry.due_on
        if life.issue is None:
            life.last_seen = max(life.last_seen, self.end_of(entry.dated))
        self._settle(life, entry)

    def _settle(self, life: Life, entry: Entry) -> None:
        """整改日期 closes it, unless a visit saw the fault after that day: what was seen outweighs what was written."""
        if life.state not in _TOLD:
            return
        if entry.rectified_on is None:
            if life.due_on is None and entry.mark not in self.desk.stored:
                self.desk.notes.append(entry.row.remark("整改时限", "未填写，尚未整改的问题不会逾期再次通知"))
            return
        if life.named and entry.rectified_on < life.named:
            return  # it was put right then, and came back since
        cleared = self.end_of(entry.rectified_on)
        if cleared < life.last_seen:
            day = life.last_seen.astimezone(CHINA).date()
            mend = f"巡检 {day} 仍看到“{entry.name}”，没有按 {entry.rectified_on} 记为已整改"
            self.desk.notes.append(entry.row.remark("整改日期", mend))
            return
        life.step(Event.SEEN_CLEAR, cleared, self._why(entry, "已整改"))
        life.cleared_on, life.cleared_at = entry.rectified_on, cleared
        self.outcome.rectified += 1

    def _why(self, entry: Entry, what: str) -> str:
        return f"{LEDGER}（{self.reading.name}）{entry.number}：{what}"

    def end_of(self, day: date) -> datetime:
        """A bare date is the end of that day; today's is not over yet."""
        return min(datetime.combine(day, time(23, 59, 59), CHINA), self._at)


def _life(issue: models.Issue) -> Life:
    is_over = issue.state == State.RECTIFIED
    return Life(
        issue.target_id,
        issue.check_id,
        issue.subject_key,
        issue.subject,
        State(issue.state),
        issue.first_seen.astimezone(CHINA).date(),
        issue.first_seen,
        issue.last_seen,
        issue,
        cleared_on=issue.last_clear.astimezone(CHINA).date() if is_over and issue.last_clear else None,
        cleared_at=issue.last_clear,
        due_on=issue.due_on,
        relapses=issue.relapses,
        url=issue.url,
        detail=issue.detail,
    )


def _learn_notices(session: Session, lives: Mapping[int, Life]) -> None:
    """By which issued notices these issues were asked for."""
    item, notice = models.NoticeItem, models.Notice
    query = (
        select(item.issue_id, item.part, item.times, notice.dated, notice.number)
        .join(notice, notice.id == item.notice_id)
        .where(
            notice.state == str(NoticeState.SIGNED),
            item.part.in_((str(Part.NEW), str(Part.AGAIN))),
            item.target_id.in_({life.target_id for life in lives.values()}),
        )
        .order_by(notice.dated, item.id)
    )
    for issue_id, part, times, dated, number in session.execute(query):
        if life := lives.get(issue_id):
            if part == Part.NEW or life.named is None:
                life.named, life.number = dated, number
            life.asked, life.asked_on = times, dated


def _learn_waiting(session: Session, lives: Mapping[int, Life]) -> None:
    move = models.Move
    confirmed = [number for number, life in lives.items() if life.state is State.CONFIRMED]
    query = select(move.issue_id, func.max(move.id)).where(move.issue_id.in_(confirmed))
    for issue_id, number in session.execute(query.group_by(move.issue_id)):
        lives[issue_id].waiting = number


# -- writing ----------------------------------------------------------------------------------------------


def _write(
    session: Session, plan: _Plan, desk: Desk, terms: Terms, at: datetime, by: str, recorded_at: datetime
) -> None:
    changed = [life for lives in plan.lives.values() for life in lives if life.steps or life.is_named]
    if not changed:
        return
    _write_issues(session, changed)
    _write_moves(session, changed, plan, recorded_at)
    _write_notices(session, plan, desk, terms, at, recorded_at)
    add_link(session, "old ledger", _payload(plan, at, by), recorded_at)


def _write_issues(session: Session, changed: Sequence[Life]) -> None:
    for life in changed:
        observed = max(life.last_seen, life.cleared_at or life.last_seen)
        issue = life.issue
        if issue is None:
            issue = life.issue = models.Issue(
                target_id=life.target_id,
                check_id=life.check,
                subject_key=life.key,
                subject=life.name,
                facts=life.detail,
                needs_person=False,
                by_person=False,
                source=Origin.LEDGER,
                first_seen=life.first_seen,
                last_seen=life.last_seen,
                observed_at=observed,
                observed_ordinal=1,
            )
            session.add(issue)
        elif life.steps:
            issue.needs_person = False
        if life.steps:
            issue.look_again_at = None
        issue.url, issue.detail, issue.relapses = life.url, life.detail, life.relapses
        issue.state, issue.due_on, issue.last_clear = life.state, life.due_on, life.cleared_at
        issue.observed_at = max(issue.observed_at, observed)
    session.flush()  # gives new issues their numbers, all in one statement


def _write_moves(session: Session, changed: Sequence[Life], plan: _Plan, recorded_at: datetime) -> None:
    move, item, notice = models.Move, models.NoticeItem, models.Notice
    last = session.scalar(select(func.max(move.id))) or 0
    steps = [(life.issue, step) for life in changed for step in life.steps if life.issue]
    write_moves(session, [(issue, step.row) for issue, step in steps], recorded_at)
    numbers = session.scalars(select(move.id).where(move.id > last).order_by(move.id))
    for (_, step), number in zip(steps, numbers, strict=True):
        step.id = number
    told = {
        each.tells: plan.end_of(each.entry.dated)
        for items in plan.items.values()
        for each in items
        if isinstance(each.tells, int) and each.tells
    }
    if told:
        session.execute(update(move), [{"id": number, "told": when} for number, when in told.items()])
        # A draft that was to tell it would leave it out when it is signed: it is told elsewhere.
        drafted = select(notice.id).where(notice.state == str(NoticeState.DRAFTED))
        session.execute(delete(item).where(item.move_id.in_(list(told)), item.notice_id.in_(drafted)))


def _write_notices(
    session: Session, plan: _Plan, desk: Desk, terms: Terms, at: datetime, recorded_at: datetime
) -> None:
    there = _imported(session, {number for number, _ in plan.items})
    about = min(session.scalar(select(func.min(models.Notice.about))) or 0, 0)
    new = [
        _notice(desk, terms, items, about - n, plan.end_of(items[0].entry.dated))
        for n, items in enumerate((plan.items[key] for key in plan.items if key not in there), 1)
    ]
    session.add_all(new)
    session.flush()
    lines = items_of(session, [notice.id for notice in there.values()])
    notices = there | {(notice.number, notice.unit_id): notice for notice in new}
    targets = targets_of(session, {each.life.target_id for items in plan.items.values() for each in items})
    for key, items in plan.items.items():
        notice = notices[key]
        rows = lines.setdefault(notice.id, [])
        for each in sorted(items, key=lambda item: (item.entry.row.sheet, item.entry.row.line)):
            rows.append(_line(notice, each, len(rows) + 1, targets[each.life.target_id], terms))
        notice.due_on = min((row.due_on for row in rows if row.due_on), default=None)
        session.add_all(rows)
    session.flush()
    why = f"来源文件 {plan.reading.name}"
    acts = []
    for key in plan.items:
        act, when = (Act.ADD, at) if key in there else (Act.SIGN, notices[key].drafted_at)
        acts.append({"notice_id": notices[key].id, "act": act, "by": LEDGER, "why": why, "at": when})
    seals = {notices[key].id: notice_seal(notices[key], lines[notices[key].id]) for key in plan.items}
    write_acts(session, acts, recorded_at, seals)


def _imported(session: Session, numbers: Collection[str]) -> dict[tuple[str, int], models.Notice]:
    notice = models.Notice
    query = select(notice).where(notice.origin == str(NoticeOrigin.IMPORTED), notice.number.in_(numbers))
    return {(row.number, row.unit_id): row for row in session.scalars(query)}


def _notice(
    desk: Desk, terms: Terms, items: Sequence[Item], about: int, signed_at: datetime
) -> models.Notice:
    entry = items[0].entry
    return models.Notice(
        unit_id=entry.unit_id,
        unit=desk.names[entry.unit_id],
        week=str(Week.of(entry.dated)),
        kind=NoticeKind.WEEKLY,
        about=about,
        state=NoticeState.SIGNED,
        title=terms.title,
        drafted_at=signed_at,
        year=entry.dated.year,
        serial=None,
        number=entry.number,
        dated=entry.dated,
        calendar="",
        template="",
        documents={},
        origin=NoticeOrigin.IMPORTED,
    )


def _line(
    notice: models.Notice, item: Item, ordinal: int, target: models.Target, terms: Terms
) -> models.NoticeItem:
    entry, life = item.entry, item.life
    assert life.issue is not None  # its number was given when it was written
    line = models.NoticeItem(
        notice_id=notice.id,
        issue_id=life.issue.id,
        target_id=target.id,
        move_id=(item.tells.id if isinstance(item.tells, Step) else item.tells) or None,
        ordinal=ordinal,
        part=str(item.part),
        times=item.times,
        due_on=entry.due_on,
    )
    as_told = models.Issue(
        id=life.issue.id,
        check_id=life.check,
        subject_key=life.key,
        subject=life.name,
        url=entry.url,
        detail=entry.detail,
        facts="",
        source=Origin.LEDGER,
        first_seen=midnight(entry.began),
    )
    without_pages = models.Move(evidence=[])
    line.row = printed_row(notice, line, as_told, target, without_pages, notice.drafted_at, terms)
    return line


def _payload(plan: _Plan, at: datetime, by: str) -> dict[str, Any]:
    done = plan.outcome
    names = ("notices", "named", "linked", "again", "rectified", "known")
    return {
        "file": plan.reading.name,
        "sha256": plan.reading.sha256,
        "at": at.astimezone(UTC).isoformat(),
        "by": by,
        "counts": {name: getattr(done, name) for name in names} | {"errors": len(done.errors)},
    }
