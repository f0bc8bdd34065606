"""The life of a notice (整改通知): 拟稿, 审核, 签发, 撤回, 更正, 送达. Every act has an actor and a link in the audit chain.

A notice is issued in one transaction: its number, its items, the moves of its issues, its documents and its mails. Who is
killed in between has issued nothing; who comes again finds it issued. Issued notices never change.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from checks.calendar import Deadline, WorkCalendar
from checks.indicators import INDICATORS
from checks.staleness import Staleness
from crawler.clock import CHINA
from tracker import models
from tracker.audit import Chain, act_payload, notice_seal
from tracker.drafts import Draft, Point, drafts, is_recovery, units_of
from tracker.errors import WrongUse
from tracker.lifecycle import Event, Origin, State, after
from tracker.notice_queries import Asked, asked
from tracker.notice_words import Act, MailKind, NoticeKind, NoticeOrigin, NoticeState, Part
from tracker.observed import KIND_WORDS
from tracker.reconcile import move_row, write_moves
from tracker.weeks import Week


class UnknownNotice(WrongUse):
    def __init__(self, number: str) -> None:
        super().__init__(f"没有文号为“{number}”的通知：用 xunjian notices list 查看")


class ForbiddenNoticeAct(WrongUse):
    """An act that the notice's state, or who did what to it before, does not allow."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What this office chose about its notices."""

    title: str
    number: str
    """文号 with {year} and {serial}."""
    working_days: int
    public_working_days: int
    calendar: WorkCalendar
    reviewing: bool = False
    """Somebody else must review a draft before it is signed."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """Names of checks that are not among the national indicators."""
    ours: frozenset[str] = frozenset()
    """Checks whose faults are the operator's own: they stand in no notice."""

    def title_of(self, check: str) -> str:
        return INDICATORS[check].title if check in INDICATORS else self.titles.get(check, check)

    def deadline(self, issue: models.Issue, day: date, move: models.Move) -> tuple[date, bool]:
        """整改时限 of a notice of `day`, and whether it is a forecast. A 找错留言 has its own, from the day after it
        came in, or came back (`move`: its newest); but nobody is late on the day on which he is told."""
        due = _after(self.calendar, day, self.working_days)
        if issue.source == Origin.PUBLIC:
            came = move.at if issue.relapses else issue.discovered_at
            own = _after(self.calendar, came.astimezone(CHINA).date(), self.public_working_days)
            due = max(own, _after(self.calendar, day, 1), key=lambda each: each.day)
        return due.day, due.forecast

    def is_forecast(self, dated: date | None, due_on: date | None) -> bool:
        """Some day on the way to this deadline is not published yet."""
        if dated is None or due_on is None:
            return False
        days = range(1, (due_on - dated).days + 1)
        return any(self.calendar.is_forecast(dated + timedelta(days=day)) for day in days)


@lru_cache(maxsize=256)
def _after(calendar: WorkCalendar, day: date, working_days: int) -> Deadline:
    """The same few days for ten thousand issues."""
    return calendar.after(day, working_days)


# -- 拟稿, 审核 --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Prepared:
    """What a call of prepare did: units with a draft now, units about whom nothing is left to tell (their draft is void from
    now on), units whose notice of the week was issued already."""

    drafted: int
    void: int
    issued: int


def prepare(
    session: Session, week: Week, *, at: datetime, by: str, terms: Terms, kind: str, recorded_at: datetime
) -> Prepared:
    """Write or renew the drafts of a week, one a unit; what was signed stays as it is.

    ForbiddenNoticeAct for a week that has not begun.
    """
    if week.monday > at.astimezone(CHINA).date():
        raise ForbiddenNoticeAct(
            f"{week.words}尚未开始：请改写 --week，最近结束的一周是 {Week.last_full(at)}"
        )
    wanted = {draft.unit_id: draft for draft in drafts(session, week, at, kind=kind, ours=terms.ours)}
    notice = models.Notice
    known = select(notice).where(notice.week == str(week), notice.kind == kind, notice.about == 0)
    there = {row.unit_id: row for row in session.scalars(known)}
    items = items_of(session, [row.id for row in there.values()])
    changed, void = [], 0
    for unit_id, row in there.items():
        if row.state not in (NoticeState.DRAFTED, NoticeState.VOID):
            continue
        draft = wanted.get(unit_id)
        void += draft is None and row.state == NoticeState.DRAFTED
        row.state = NoticeState.DRAFTED if draft else NoticeState.VOID
        if (draft.points if draft else []) != [_point(item) for item in items.get(row.id, ())]:
            row.drafted_at = at
            changed.append((row, draft))
    new = [
        models.Notice(
            unit_id=draft.unit_id,
            unit=draft.unit,
            week=str(week),
            kind=kind,
            about=0,
            state=NoticeState.DRAFTED,
            title=terms.title,
            drafted_at=at,
            documents={},
        )
        for unit_id, draft in wanted.items()
        if unit_id not in there
    ]
    session.add_all(new)
    session.flush()
    changed += [(row, wanted[row.unit_id]) for row in new]
    _rewrite_items(session, changed)
    note_acts(session, [row.id for row, draft in changed if draft], Act.DRAFT, by, "", at, recorded_at)
    issued = sum(row.state in (NoticeState.SIGNED, NoticeState.WITHDRAWN) for row in there.values())
    return Prepared(len(wanted.keys() - {r.unit_id for r in there.values() if r.number}), void, issued)


def items_of(session: Session, notice_ids: Collection[int]) -> dict[int, list[models.NoticeItem]]:
    """Notice -> its items, in the order in which they stand."""
    item = models.NoticeItem
    found: dict[int, list[models.NoticeItem]] = {}
    rows = select(item).where(item.notice_id.in_(notice_ids)).order_by(item.notice_id, item.ordinal)
    for row in session.scalars(rows):
        found.setdefault(row.notice_id, []).append(row)
    return found


def _point(item: models.NoticeItem) -> Point:
    return Point(Part(item.part), item.issue_id, item.target_id, item.move_id)


def _rewrite_items(session: Session, changed: Sequence[tuple[models.Notice, Draft | None]]) -> None:
    if not changed:
        return
    session.execute(
        delete(models.NoticeItem).where(models.NoticeItem.notice_id.in_([row.id for row, _ in changed]))
    )
    rows = [
        _item_row(notice.id, ordinal, point)
        for notice, draft in changed
        for ordinal, point in enumerate(draft.points if draft else (), 1)
    ]
    if rows:
        session.execute(insert(models.NoticeItem), rows)


def _item_row(notice_id: int, ordinal: int, point: Point) -> dict[str, Any]:
    return {
        "notice_id": notice_id,
        "ordinal": ordinal,
        "part": str(point.part),
        "issue_id": point.issue_id,
        "target_id": point.target_id,
        "move_id": point.move_id,
        "times": 1,
        "due_on": None,
        "row": {},
    }


def review(
    session: Session,
    notices: Iterable[models.Notice],
    *,
    by: str,
    why: str,
    at: datetime,
    recorded_at: datetime,
) -> int:
    """审核: somebody else than who drafted them looked them through; how many."""
    listed = [notice for notice in notices if notice.state == NoticeState.DRAFTED]
    drafters = _actors(session, [notice.id for notice in listed], Act.DRAFT)
    for notice in listed:
        if by in drafters.get(notice.id, ()):
            raise ForbiddenNoticeAct(f"“{notice.unit}”的通知由{by}拟稿，应由他人审核：请换 --by")
    note_acts(session, [notice.id for notice in listed], Act.REVIEW, by, why, at, recorded_at)
    return len(listed)


def _actors(session: Session, notice_ids: Collection[int], act: Act) -> dict[int, set[str]]:
    row = models.NoticeAct
    found: dict[int, set[str]] = {}
    query = select(row.notice_id, row.by).where(row.notice_id.in_(notice_ids), row.act == str(act))
    for notice_id, by in session.execute(query):
        found.setdefault(notice_id, set()).add(by)
    return found


# -- 签发 --------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Issuing:
    """A notice about to be issued, with its number and its printed rows, before its documents are written."""

    notice: models.Notice
    items: list[models.NoticeItem]
    issues: dict[int, models.Issue]
    forecast: bool = False
    rows: list[dict[str, Any]] = field(default_factory=list)


def make_ready(session: Session, notice: models.Notice, *, at: datetime, terms: Terms) -> Issuing | None:
    """Number and rows for a draft; None if nothing is left to tell: it is void then.

    What changed since it was drafted stays out: put right meanwhile, dismissed, or told elsewhere.
    """
    require_ready(session, [notice], at=at, terms=terms)
    items = items_of(session, [notice.id]).get(notice.id, [])
    standing, issues, moves = _still_standing(session, notice, items, at)
    left = {item.id for item in standing}
    for item in items:
        if item.id not in left:
            session.delete(item)
    if not standing:
        notice.state = NoticeState.VOID
        return None
    return number(session, notice, standing, issues, moves, at=at, terms=terms)


def require_ready(session: Session, notices: Sequence[models.Notice], *, at: datetime, terms: Terms) -> None:
    """These may be signed: drafts, looked through as they stand now where that is asked for. ForbiddenNoticeAct names the
    first that may not."""
    looked_through = _looked_through(session, [notice.id for notice in notices]) if terms.reviewing else None
    for notice in notices:
        which = f"“{notice.unit}”{notice.week}的通知"
        if notice.state != NoticeState.DRAFTED:
            raise ForbiddenNoticeAct(f"{which}现为“{NoticeState(notice.state).sentence}”，不能签发")
        if at < notice.drafted_at:
            drafted = f"{notice.drafted_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
            raise ForbiddenNoticeAct(f"{which}拟稿于 {drafted}，不能补记更早的签发")
        if looked_through is not None and notice.id not in looked_through:
            raise ForbiddenNoticeAct(f"{which}拟稿或改稿后尚未审核：请先运行 xunjian notices review")


def _looked_through(session: Session, notice_ids: Collection[int]) -> set[int]:
    """Notices that were reviewed after they were drafted, or drafted anew, the last time."""
    row = models.NoticeAct
    query = select(row.notice_id, row.act).where(
        row.notice_id.in_(notice_ids), row.act.in_((str(Act.DRAFT), str(Act.REVIEW)))
    )
    found: set[int] = set()
    for notice_id, act in session.execute(query.order_by(row.id)):
        (found.add if act == Act.REVIEW else found.discard)(notice_id)
    return found


def _issues(session: Session, items: Sequence[models.NoticeItem]) -> dict[int, models.Issue]:
    rows = select(models.Issue).where(models.Issue.id.in_([item.issue_id for item in items]))
    return {issue.id: issue for issue in session.scalars(rows)}


def _newest_moves(session: Session, issue_ids: Collection[int]) -> dict[int, models.Move]:
    newest = (
        select(func.max(models.Move.id))
        .where(models.Move.issue_id.in_(list(issue_ids)))
        .group_by(models.Move.issue_id)
    )
    rows = select(models.Move).where(models.Move.id.in_(newest))
    return {move.issue_id: move for move in session.scalars(rows)}


def _still_standing(
    session: Session, notice: models.Notice, items: Sequence[models.NoticeItem], at: datetime
) -> tuple[list[models.NoticeItem], dict[int, models.Issue], dict[int, models.Move]]:
    """What of a draft is still so at `at`, with its issues and their newest moves; nothing, if nothing is asked for."""
    issues = _issues(session, items)
    moves = _newest_moves(session, issues)
    day = at.astimezone(CHINA).date()
    units = units_of(session, {item.target_id for item in items}, day)
    untold = _untold(session, [item.move_id for item in items if item.part == Part.RECTIFIED])

    def holds(item: models.NoticeItem) -> bool:
        issue = issues[item.issue_id]
        if units.get(item.target_id) != notice.unit_id:  # another unit answers for it now, or it was closed
            return False
        if item.part == Part.AGAIN:
            return issue.state == State.NOTIFIED and issue.due_on is not None and issue.due_on < day
        if item.part == Part.RECTIFIED:
            return issue.state == State.RECTIFIED and item.move_id in untold
        return moves[issue.id].id == item.move_id

    standing = [item for item in items if holds(item)]
    if all(item.part == Part.RECTIFIED for item in standing):
        standing = []
    return standing, issues, moves


def _untold(session: Session, move_ids: Sequence[int | None]) -> set[int]:
    move = models.Move
    return set(session.scalars(select(move.id).where(move.id.in_(move_ids), move.told.is_(None))))


def number(
    session: Session,
    notice: models.Notice,
    items: list[models.NoticeItem],
    issues: dict[int, models.Issue],
    moves: Mapping[int, models.Move],
    *,
    at: datetime,
    terms: Terms,
) -> Issuing:
    """文号, date, deadlines and printed rows. Numbers are given here, one after the other: none is skipped."""
    day = at.astimezone(CHINA).date()
    last = session.scalar(select(func.max(models.Notice.serial)).where(models.Notice.year == day.year))
    notice.year, notice.serial, notice.dated = day.year, (last or 0) + 1, day
    notice.number = terms.number.format(year=day.year, serial=notice.serial)
    notice.calendar = terms.calendar.version
    issuing = Issuing(notice, items, issues)
    named = asked(session, issues)
    targets = targets_of(session, {item.target_id for item in items})
    for ordinal, item in enumerate(items, 1):
        issue = issues[item.issue_id]
        times = len(named.get(issue.id, ()))
        item.ordinal = ordinal
        if item.part in (Part.NEW, Part.AGAIN):
            item.due_on, forecast = terms.deadline(issue, day, moves[issue.id])
            issuing.forecast |= forecast
            item.times = 1 if item.part == Part.NEW else times + 1
        elif item.part == Part.CORRECTED:
            item.due_on, item.times = issue.due_on, max(times, 1)
        item.row = printed_row(notice, item, issue, targets[item.target_id], moves[issue.id], at, terms)
        issuing.rows.append(item.row)
    notice.due_on = min((item.due_on for item in items if item.due_on), default=None)
    return issuing


def targets_of(session: Session, target_ids: Collection[int]) -> dict[int, models.Target]:
    rows = select(models.Target).where(models.Target.id.in_(target_ids))
    return {target.id: target for target in session.scalars(rows)}


def printed_row(
    notice: models.Notice,
    item: models.NoticeItem,
    issue: models.Issue,
    target: models.Target,
    move: models.Move,
    at: datetime,
    terms: Terms,
) -> dict[str, Any]:
    """One row as regulations.md 7.B recommends, in JSON: kept with the notice, so that it reads the same for ever."""
    age = Staleness.read(issue.facts)
    over = age.days_over(at)
    indicator = INDICATORS.get(issue.check_id)
    rectified = item.part == Part.RECTIFIED
    return {
        "ordinal": item.ordinal,
        "issue": issue.id,
        "unit": notice.unit,
        "kind": KIND_WORDS["site"] if target.kind == "site" else target.platform or KIND_WORDS["account"],
        "target": target.name,
        "key": target.key,
        "check": terms.title_of(issue.check_id),
        "path": issue.subject_key if issue.check_id.startswith("column-") else _subject(issue, target),
        "url": issue.url,
        "detail": issue.detail,
        "newest": age.newest.isoformat() if age.newest else "",
        "overdue_days": str(over) if over else "",
        "clause": indicator.clause if indicator else "",
        "origin": Origin(issue.source).sentence,
        "first_seen": issue.discovered_at.astimezone(CHINA).isoformat(),
        "due_on": item.due_on.isoformat() if item.due_on else None,
        "times": item.times,
        "rectified_on": move.at.astimezone(CHINA).date().isoformat() if rectified else None,
        "evidence": list(move.evidence),
    }


def _subject(issue: models.Issue, target: models.Target) -> str:
    return "" if issue.subject == target.name else issue.subject


def sign(
    session: Session,
    issuing: Issuing,
    *,
    documents: Mapping[str, str],
    template: str,
    by: str,
    at: datetime,
    recorded_at: datetime,
    act: Act = Act.SIGN,
    why: str = "",
) -> None:
    """签发: from here on it is issued. `documents`: file name to SHA-256 of its stored bytes."""
    notice = issuing.notice
    notice.state, notice.documents, notice.template = NoticeState.SIGNED, dict(documents), template
    session.flush()
    told = [item.move_id for item in issuing.items if item.move_id is not None]
    if told:
        session.execute(update(models.Move).where(models.Move.id.in_(told)).values(told=at))
    moves = []
    for item in issuing.items:
        issue = issuing.issues[item.issue_id]
        if item.part == Part.NEW:
            before = State(issue.state)
            issue.state = after(before, Event.NOTIFY)
            why_told = f"{notice.title}{notice.number}"
            moves.append((issue, move_row(at, Event.NOTIFY, before, issue.state, by, why_told)))
        if item.part in (Part.NEW, Part.AGAIN):
            issue.due_on = item.due_on
    write_moves(session, moves, recorded_at)
    signed = {"notice_id": notice.id, "act": act, "by": by, "why": why, "at": at}
    write_acts(session, [signed], recorded_at, {notice.id: notice_seal(notice, issuing.items)})


def sketch(
    session: Session,
    unit_id: int,
    unit: str,
    week: Week,
    kind: str,
    points: Sequence[Point],
    *,
    at: datetime,
    terms: Terms,
) -> Issuing | None:
    """What a notice would say if it were signed now, without number and date; nothing is written."""
    notice = models.Notice(
        unit_id=unit_id, unit=unit, week=str(week), kind=kind, about=0, title=terms.title, drafted_at=at
    )
    items = [models.NoticeItem(**_item_row(0, n, point)) for n, point in enumerate(points, 1)]
    standing, issues, moves = _still_standing(session, notice, items, at)
    if not standing:
        return None
    issuing = number(session, notice, standing, issues, moves, at=at, terms=terms)
    notice.number, notice.serial, notice.dated = "", None, None
    return issuing


def as_it_stands(session: Session, notice_id: int, *, at: datetime, terms: Terms) -> Issuing | None:
    """A notice to be looked at: an issued one as it was issued, a draft as it would be signed now."""
    notice = session.get_one(models.Notice, notice_id)
    items = items_of(session, [notice_id]).get(notice_id, [])
    if notice.state == NoticeState.DRAFTED:
        points = [_point(item) for item in items]
        week = Week.named(notice.week)
        return sketch(session, notice.unit_id, notice.unit, week, notice.kind, points, at=at, terms=terms)
    return _issued(notice, items, {}, terms)


def _issued(
    notice: models.Notice, items: list[models.NoticeItem], issues: dict[int, models.Issue], terms: Terms
) -> Issuing:
    """With its rows as they were printed."""
    forecast = any(terms.is_forecast(notice.dated, item.due_on) for item in items)
    return Issuing(notice, items, issues, forecast, [item.row for item in items])


def about(session: Session, notice: models.Notice) -> tuple[str, str]:
    """文号 of the notice that this one withdraws or corrects, and why; empty for others."""
    if not notice.about:
        return "", ""
    act = models.NoticeAct
    number = session.scalar(select(models.Notice.number).where(models.Notice.id == notice.about))
    why = session.scalar(select(act.why).where(act.notice_id == notice.id).order_by(act.id).limit(1))
    return number or "", why or ""


def due_between(session: Session, first: date, last: date) -> Sequence[int]:
    """Issued notices with a deadline within these days that were not reminded of it yet; a correction has the deadlines of
    the notice that it corrects."""
    item, notice, mail = models.NoticeItem, models.Notice, models.Mail
    reminded = exists().where(mail.notice_id == notice.id, mail.kind == str(MailKind.REMINDER))
    query = (
        select(notice.id)
        .join(item, item.notice_id == notice.id)
        .where(
            notice.state == str(NoticeState.SIGNED),
            notice.origin == str(NoticeOrigin.OWN),
            notice.about == 0,
            item.due_on.between(first, last),
            ~reminded,
        )
        .distinct()
        .order_by(notice.id)
    )
    return session.scalars(query).all()


def still_open(session: Session, notice_id: int, *, terms: Terms) -> Issuing | None:
    """What of an issued notice is neither put right nor answered yet, with its printed rows."""
    notice = session.get_one(models.Notice, notice_id)
    items = items_of(session, [notice_id]).get(notice_id, [])
    issues = _issues(session, items)
    left = [
        item
        for item in items
        if item.part != Part.RECTIFIED
        and issues[item.issue_id].state == State.NOTIFIED
        and issues[item.issue_id].due_on == item.due_on  # no later notice asks for it again
    ]
    return _issued(notice, left, issues, terms) if left else None


# -- 撤回, 更正, 送达 ---------------------------------------------------------------------------------------


def find(session: Session, number: str) -> models.Notice:
    """By its 文号, or by year and serial as in 2026-12. UnknownNotice if there is none; drafts have no number yet."""
    number, notice = number.strip(), models.Notice
    if not number:
        raise UnknownNotice(number)
    found = session.scalars(select(notice).where(notice.number == number)).first()
    if found is None:
        year, _, serial = number.partition("-")
        if year.isdecimal() and serial.isdecimal():
            same = select(notice).where(notice.year == int(year), notice.serial == int(serial))
            found = session.scalars(same).first()
    if found is None:
        raise UnknownNotice(number)
    return found


def withdraw(
    session: Session,
    notice: models.Notice,
    *,
    by: str,
    why: str,
    at: datetime,
    terms: Terms,
    recorded_at: datetime,
) -> Issuing:
    """撤回: what it newly named is untold again and counts no more; a notice of its own with its own number says so."""
    _require_own(session, notice, "撤回", at)
    items = items_of(session, [notice.id]).get(notice.id, [])
    issues = _issues(session, items)
    named = asked(session, issues)
    notice.state = NoticeState.WITHDRAWN
    newly = [item.issue_id for item in items if _names_newly(notice, named.get(item.issue_id, ()))]
    _leave_untold(session, newly, at)
    moves = []
    for issue_id in newly:
        issue, state = issues[issue_id], State(issues[issue_id].state)
        if state in (State.NOTIFIED, State.REPLIED):
            issue.state, issue.due_on = after(state, Event.NOTICE_WITHDRAWN), None
            words = f"撤回{notice.number}：{why}"
            moves.append((issue, move_row(at, Event.NOTICE_WITHDRAWN, state, issue.state, by, words)))
    for item in items:
        issue, asking = issues[item.issue_id], named.get(item.issue_id, [])
        if item.part == Part.AGAIN and asking[-1].notice_id == notice.id and issue.due_on == item.due_on:
            issue.due_on = asking[-2].due_on if len(asking) > 1 else None
    write_moves(session, moves, recorded_at)
    note_acts(session, [notice.id], Act.WITHDRAW, by, why, at, recorded_at)
    taken_back = [
        Point(Part.WITHDRAWN, item.issue_id, item.target_id, None)
        for item in items
        if item.part in (Part.NEW, Part.AGAIN)
    ]
    return _follow_up(session, notice, NoticeKind.WITHDRAWAL, taken_back, issues, at, terms)


def correct(session: Session, notice: models.Notice, *, at: datetime, terms: Terms) -> Issuing:
    """更正: the notice stands, and another one with its own number lists what is still asked for, as it reads now."""
    _require_own(session, notice, "更正", at)
    items = items_of(session, [notice.id]).get(notice.id, [])
    issues = _issues(session, items)
    named = asked(session, issues)
    going = [
        Point(Part.CORRECTED, item.issue_id, item.target_id, None)
        for item in items
        if item.part in (Part.NEW, Part.AGAIN)
        and issues[item.issue_id].state in (State.NOTIFIED, State.REPLIED)
        and named[item.issue_id][-1].notice_id == notice.id
    ]
    if not going:
        raise ForbiddenNoticeAct(
            f"通知{notice.number}所列问题均已办结，或已由以后的通知再次列出，无可更正：需要时请撤回"
        )
    return _follow_up(session, notice, NoticeKind.CORRECTION, going, issues, at, terms)


def require_signed(session: Session, notice: models.Notice, act: str, at: datetime) -> None:
    """Only what was issued can be delivered, withdrawn or corrected, and only after what was done to it before."""
    if notice.state != NoticeState.SIGNED:
        raise ForbiddenNoticeAct(f"通知{notice.number}为“{NoticeState(notice.state).sentence}”，不能{act}")
    last = session.scalar(
        select(func.max(models.NoticeAct.at)).where(models.NoticeAct.notice_id == notice.id)
    )
    if last is not None and at < last:
        raise ForbiddenNoticeAct(
            f"通知{notice.number}在 {last.astimezone(CHINA):%Y-%m-%d %H:%M} 已有处理，不能补记更早的{act}"
        )


def _require_own(session: Session, notice: models.Notice, act: str, at: datetime) -> None:
    """A notice that itself withdraws or corrects another one is not withdrawn or corrected."""
    if notice.origin != NoticeOrigin.OWN:
        raise ForbiddenNoticeAct(f"通知{notice.number}来自历史台账，不能{act}：请在台账文件中改正后重新导入")
    if notice.about:
        kind = NoticeKind(notice.kind).sentence
        raise ForbiddenNoticeAct(f"通知{notice.number}为“对其他通知的{kind}”，不能{act}")
    require_signed(session, notice, act, at)


def _names_newly(notice: models.Notice, named: Sequence[Asked]) -> bool:
    """Later ones may ask for it again; without this one it was never named."""
    return bool(named) and named[0].notice_id == notice.id


def _leave_untold(session: Session, issue_ids: Collection[int], at: datetime) -> None:
    """Of what counts as never named, nobody is told that it was put right."""
    move = models.Move
    recoveries = update(move).where(move.issue_id.in_(issue_ids), move.told.is_(None), *is_recovery())
    session.execute(recoveries.values(told=at))


def _follow_up(
    session: Session,
    notice: models.Notice,
    kind: NoticeKind,
    points: Sequence[Point],
    issues: dict[int, models.Issue],
    at: datetime,
    terms: Terms,
) -> Issuing:
    week = str(Week.of(at.astimezone(CHINA).date()))
    _refuse_twice_a_week(session, notice, kind, week)
    following = models.Notice(
        unit_id=notice.unit_id,
        unit=notice.unit,
        week=week,
        kind=kind,
        about=notice.id,
        state=NoticeState.DRAFTED,
        title=notice.title,
        drafted_at=at,
        documents={},
    )
    session.add(following)
    session.flush()
    items = [models.NoticeItem(**_item_row(following.id, n, point)) for n, point in enumerate(points, 1)]
    session.add_all(items)
    return number(session, following, items, issues, _newest_moves(session, issues), at=at, terms=terms)


def _refuse_twice_a_week(session: Session, notice: models.Notice, kind: NoticeKind, week: str) -> None:
    row = models.Notice
    same = select(row.number).where(row.about == notice.id, row.kind == str(kind), row.week == week)
    if there := session.scalar(same):
        raise ForbiddenNoticeAct(
            f"通知{notice.number}本周已由{there}{kind.sentence}：下周才能再次{kind.sentence}"
        )


def note_acts(
    session: Session,
    notice_ids: Sequence[int],
    act: Act,
    by: str,
    why: str,
    at: datetime,
    recorded_at: datetime,
) -> None:
    """Append that somebody did the same to each of these notices."""
    acts = [{"notice_id": number, "act": act, "by": by, "why": why, "at": at} for number in notice_ids]
    write_acts(session, acts, recorded_at)


def write_acts(
    session: Session,
    acts: Sequence[dict[str, Any]],
    recorded_at: datetime,
    seals: Mapping[int, dict[str, Any]] | None = None,
) -> None:
    """Append acts on notices, each with its link in the audit chain. `seals`: what some of these notices say from now on."""
    if not acts:
        return
    chain, rows = Chain(session), []
    for act in acts:
        payload = act_payload(act)
        if seals and (seal := seals.get(act["notice_id"])):
            payload["sealed"] = seal
        link_id = chain.add("notice", payload, recorded_at)
        rows.append(act | {"act": str(act["act"]), "link_id": link_id})
    chain.write()
    session.execute(insert(models.NoticeAct), rows)
