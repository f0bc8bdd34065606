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
    """Approve a waiver; `until` is its last day, else it lasts so many `days`. Asked for by whom it says, else by who asked
    for it in a reply, else by the unit. ForbiddenAct if the approver is any of these, or if it would end today."""
    issue = session.get(models.Issue, number)
    if issue is None:
        raise UnknownIssue(number)
    by, asked = by.strip(), [name for name in (asked_by.strip(), *_who_asked(session, issue)) if name]
    if _bare(by) in map(_bare, asked):
        raise ForbiddenAct(f"报备须由申请人以外的人批准：{by}既是申请人又是批准人，请换 --by")
    asked_by = asked[0]
    today = at.astimezone(CHINA).date()
    until = until or today + timedelta(days=days)
    if until <= today:
        raise ForbiddenAct(f"报备到期日 {until} 已过或就是今天：请用 --until 写一个以后的日期")
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


def _who_asked(session: Session, issue: models.Issue) -> tuple[str, str]:
    """Who asked for it in a reply, if anybody did, and the unit."""
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
    return (session.scalar(asked) or "").strip(), session.scalar(unit) or ""


def _bare(name: str) -> str:
    """张 三 is 张三."""
    return "".join(name.split())


def lapse(session: Session, at: datetime, recorded_at: datetime) -> int:
    """End the waivers whose last day has passed; how many.

    Where the fault was seen gone since, or back only once, nobody is accused by the calendar: looks decide (reconcile.py).
    """
    issue, waiver = models.Issue, models.Waiver
    over = (
        select(issue, waiver)
        .join(waiver, waiver.issue_id == issue.id)
        .where(
            issue.state == str(State.WAIVED),
            waiver.ended_at.is_(None),
            waiver.until < at.astimezone(CHINA).date(),
            issue.look_again_at.is_(None),
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
