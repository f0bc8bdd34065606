"""The trial period (摸底期): what was seen in it stands in one list (摸底清单) until a person releases it (放行).

Released, it lives as any other issue, and counts as discovered then (decision 0013).
"""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import models
from tracker.acts import last_evidence
from tracker.errors import ForbiddenAct, UnknownIssue
from tracker.lifecycle import Event, State, after
from tracker.reconcile import move_row, write_moves

Listed = tuple[models.Issue, models.Target, models.Unit]


def on_trial(session: Session) -> Iterator[Listed]:
    """摸底清单: all that was seen and not released yet, by unit and target."""
    issue, target, unit = models.Issue, models.Target, models.Unit
    query = (
        select(issue, target, unit)
        .join(target, target.id == issue.target_id)
        .join(unit, unit.id == target.unit_id)
        .where(issue.on_trial())
        .order_by(unit.name, target.key, issue.check_id, issue.id)
    )
    for row in session.execute(query):
        yield row[0], row[1], row[2]


def release(
    session: Session,
    chosen: Collection[int] | None = None,
    *,
    check: str = "",
    why: str,
    by: str,
    at: datetime,
    recorded_at: datetime,
) -> list[models.Issue]:
    """放行 of the issues `chosen`, or of all that `check` found, or of all. All of them or none.

    Who releases a fault that was seen twice confirms it, unless it needs a person's judgement of its own (待人工审核); what is
    merely suspected (疑似) still waits for its second look. ForbiddenAct if one does not stand in the list.
    """
    issue = models.Issue
    query = select(issue).where(issue.on_trial()).order_by(issue.id)
    if chosen is not None:
        query = query.where(issue.id.in_(chosen))
    if check:
        query = query.where(issue.check_id == check)
    released = list(session.scalars(query))
    _refuse_others(session, set(chosen or ()) - {each.id for each in released})
    _refuse_earlier(session, released, at)
    evidence = last_evidence(session, [each.id for each in released])
    moves: list[tuple[models.Issue, dict[str, Any]]] = []
    for each in released:
        each.released_at = at
        events = [Event.RELEASE]
        if each.state == State.PENDING and not each.needs_person:
            events.append(Event.CONFIRM)
        for event in events:
            before, each.state = each.state, after(State(each.state), event)
            shown = evidence.get(each.id, ()) if event is Event.CONFIRM else ()
            moves.append((each, move_row(at, event, before, each.state, by, why, shown)))
    write_moves(session, moves, recorded_at)
    return released


def _refuse_others(session: Session, numbers: Collection[int]) -> None:
    for number in sorted(numbers):
        if session.get(models.Issue, number) is None:
            raise UnknownIssue(number)
        raise ForbiddenAct(f"问题 {number} 不在摸底清单中，不能放行：清单见 xunjian issues list --trial")


def _refuse_earlier(session: Session, released: Sequence[models.Issue], at: datetime) -> None:
    move = models.Move
    later = (
        select(move.issue_id, func.max(move.at))
        .where(move.issue_id.in_([each.id for each in released]), move.at > at)
        .group_by(move.issue_id)
        .order_by(move.issue_id)
    )
    for number, moment in session.execute(later):
        moved = f"{moment.astimezone(CHINA):%Y-%m-%d %H:%M}"
        raise ForbiddenAct(f"问题 {number} 在 {moved} 已有流转，不能补记更早的放行")
