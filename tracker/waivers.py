"""报备暂不计: an issue that for a reason does not count until a day. One asks for it, another approves it.

It ends by itself on its day, or when the facts change; then the fault is asked for again, if it is still seen.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import models
from tracker.acts import act
from tracker.errors import ForbiddenAct, UnknownIssue
from tracker.lifecycle import Event, State, after
from tracker.reconcile import MACHINE, move_row, write_moves


def waive(
    session: Session,
    number: int,
    *,
    why: str,
    by: str,
    asked_by: str = "",
    until: date | None = None,
    days: int,
    at: datetime,
    recorded_at: datetime,
) -> models.Waiver:
    """Approve a waiver; `days` is how long it lasts unless `until` says so. Asked for by whom it says, else by who asked for
    it in a reply, else by the unit. ForbiddenAct if that is the approver, or if its last day has passed already."""
    issue = session.get(models.Issue, number)
    if issue is None:
        raise UnknownIssue(number)
    asked_by = asked_by or _who_asked(session, issue)
    if asked_by == by:
        raise ForbiddenAct(f"报备须由申请人以外的人批准：{by}既是申请人又是批准人，请换 --by 或 --asked-by")
    today = at.astimezone(CHINA).date()
    until = until or today + timedelta(days=days)
    if until <= today:
        raise ForbiddenAct(f"报备到期日 {until} 已过：请用 --until 写一个以后的日期")
    words = f"{why}（{asked_by}申请，{by}批准，{until}到期）"
    act(session, number, Event.WAIVE, why=words, by=by, at=at, recorded_at=recorded_at)
    issue.due_on = None
    waiver = models.Waiver(
        issue_id=number,
        at=at,
        asked_by=asked_by,
        approved_by=by,
        why=why,
        until=until,
        facts=issue.facts,
        ended_at=None,
    )
    session.add(waiver)
    return waiver


def _who_asked(session: Session, issue: models.Issue) -> str:
    reply = models.Reply
    asked = (
        select(reply.by)
        .where(reply.issue_id == issue.id, reply.asks == "waiver")
        .order_by(reply.id.desc())
        .limit(1)
    )
    unit = (
        select(models.Unit.name)
        .join(models.Target, models.Target.unit_id == models.Unit.id)
        .where(models.Target.id == issue.target_id)
    )
    return session.scalar(asked) or session.scalar(unit) or ""


def lapse(session: Session, at: datetime, recorded_at: datetime) -> int:
    """End the waivers whose last day has passed; how many.

    Where the fault was seen gone since, nobody is accused by the calendar: the next good look decides (reconcile.py).
    """
    issue, waiver = models.Issue, models.Waiver
    over = (
        select(issue, waiver)
        .join(waiver, waiver.issue_id == issue.id)
        .where(
            issue.state == str(State.WAIVED),
            waiver.ended_at.is_(None),
            waiver.until < at.astimezone(CHINA).date(),
            issue.last_clear.is_(None) | (issue.last_clear < issue.last_seen),
        )
    )
    moves = []
    for row, ended in session.execute(over):
        ended.ended_at = at
        row.state = after(State.WAIVED, Event.LAPSE)
        why = f"报备已于 {ended.until} 到期"
        moves.append((row, move_row(at, Event.LAPSE, State.WAIVED, row.state, MACHINE, why)))
    write_moves(session, moves, recorded_at)
    return len(moves)
