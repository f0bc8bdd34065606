"""撤回, 更正: what becomes of an issued notice. Another one with its own number says so; the first one never changes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import models
from tracker.drafts import Point, is_recovery
from tracker.lifecycle import Event, State, after
from tracker.notice_acts import ForbiddenNoticeAct, note_acts, require_signed
from tracker.notice_queries import Asked, asked
from tracker.notice_terms import Terms
from tracker.notice_words import Act, NoticeKind, NoticeOrigin, NoticeState, Part
from tracker.notices import Issuing, issues_of, item_row, items_of, newest_moves, number
from tracker.reconcile import move_row, write_moves
from tracker.weeks import Week


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
    issues = issues_of(session, items)
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
    issues = issues_of(session, items)
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
    items = [models.NoticeItem(**item_row(following.id, n, point)) for n, point in enumerate(points, 1)]
    session.add_all(items)
    return number(session, following, items, issues, newest_moves(session, issues), at=at, terms=terms)


def _refuse_twice_a_week(session: Session, notice: models.Notice, kind: NoticeKind, week: str) -> None:
    row = models.Notice
    same = select(row.number).where(row.about == notice.id, row.kind == str(kind), row.week == week)
    if there := session.scalar(same):
        raise ForbiddenNoticeAct(
            f"通知{notice.number}本周已由{there}{kind.sentence}：下周才能再次{kind.sentence}"
        )
