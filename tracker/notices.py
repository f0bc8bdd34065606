"""How a notice (整改通知) comes to be: 拟稿, 审核, 签发. What becomes of it later is in notice_follow_ups.py.

A notice is issued in one transaction: its number, its items, the moves of its issues, its documents and its mails. Who is
killed in between has issued nothing; who comes again finds it issued. Issued notices never change.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from checks.indicators import INDICATORS
from checks.staleness import Staleness
from crawler.clock import CHINA
from tracker import models
from tracker.audit import notice_seal
from tracker.drafts import Draft, Point, drafts, units_of
from tracker.errors import WrongUse
from tracker.lifecycle import Event, Origin, State, after
from tracker.notice_acts import ForbiddenNoticeAct, actors, looked_through, note_acts, write_acts
from tracker.notice_queries import asked
from tracker.notice_terms import Terms
from tracker.notice_words import Act, MailKind, NoticeOrigin, NoticeState, Part
from tracker.observed import KIND_WORDS
from tracker.reconcile import move_row, write_moves
from tracker.weeks import Week


class UnknownNotice(WrongUse):
    def __init__(self, number: str) -> None:
        super().__init__(f"没有文号为“{number}”的通知：用 xunjian notices list 查看")


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
        item_row(notice.id, ordinal, point)
        for notice, draft in changed
        for ordinal, point in enumerate(draft.points if draft else (), 1)
    ]
    if rows:
        session.execute(insert(models.NoticeItem), rows)


def item_row(notice_id: int, ordinal: int, point: Point) -> dict[str, Any]:
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
    drafters = actors(session, [notice.id for notice in listed], Act.DRAFT)
    for notice in listed:
        if by in drafters.get(notice.id, ()):
            raise ForbiddenNoticeAct(f"“{notice.unit}”的通知由{by}拟稿，应由他人审核：请换 --by")
    note_acts(session, [notice.id for notice in listed], Act.REVIEW, by, why, at, recorded_at)
    return len(listed)


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
    reviewed = looked_through(session, [notice.id for notice in notices]) if terms.reviewing else None
    for notice in notices:
        which = f"“{notice.unit}”{notice.week}的通知"
        if notice.state != NoticeState.DRAFTED:
            raise ForbiddenNoticeAct(f"{which}现为“{NoticeState(notice.state).sentence}”，不能签发")
        if at < notice.drafted_at:
            drafted = f"{notice.drafted_at.astimezone(CHINA):%Y-%m-%d %H:%M}"
            raise ForbiddenNoticeAct(f"{which}拟稿于 {drafted}，不能补记更早的签发")
        if reviewed is not None and notice.id not in reviewed:
            raise ForbiddenNoticeAct(f"{which}拟稿或改稿后尚未审核：请先运行 xunjian notices review")


def issues_of(session: Session, items: Sequence[models.NoticeItem]) -> dict[int, models.Issue]:
    rows = select(models.Issue).where(models.Issue.id.in_([item.issue_id for item in items]))
    return {issue.id: issue for issue in session.scalars(rows)}


def newest_moves(session: Session, issue_ids: Collection[int]) -> dict[int, models.Move]:
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
    issues = issues_of(session, items)
    moves = newest_moves(session, issues)
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
    items = [models.NoticeItem(**item_row(0, n, point)) for n, point in enumerate(points, 1)]
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
    issues = issues_of(session, items)
    left = [
        item
        for item in items
        if item.part != Part.RECTIFIED
        and issues[item.issue_id].state == State.NOTIFIED
        and issues[item.issue_id].due_on == item.due_on  # no later notice asks for it again
    ]
    return _issued(notice, left, issues, terms) if left else None


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
