"""What people do to an issue, and what follows for it when its target is closed. Each act is one move with its why."""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checks.ages import day_of
from crawler.clock import CHINA
from tracker import models
from tracker.cells import TargetState
from tracker.errors import ForbiddenAct, UnknownIssue
from tracker.lifecycle import ENDED, Event, IllegalMove, State, after
from tracker.reconcile import MACHINE, move_row, write_moves

SEEN_OPEN = "account-gone"
"""The check that finds closed accounts open again."""
ACTS = {Event.CONFIRM: "确认", Event.DISMISS: "排除", Event.WAIVE: "报备"}


def act(
    session: Session, number: int, event: Event, *, why: str, by: str, at: datetime, recorded_at: datetime
) -> models.Issue:
    """Confirm or dismiss the issue; ForbiddenAct if its state has no such move."""
    issue = session.get(models.Issue, number)
    if issue is None:
        raise UnknownIssue(number)
    state = State(issue.state)
    if event is Event.CONFIRM and issue.is_on_trial:
        raise ForbiddenAct(f"问题 {number} 在摸底清单中：请用 xunjian issues release {number} 放行")
    try:
        reached = after(state, event)
    except IllegalMove:
        raise ForbiddenAct(f"问题 {number} 现为“{state.sentence}”，不能{ACTS.get(event, event)}") from None
    last = session.scalar(select(func.max(models.Move.at)).where(models.Move.issue_id == number))
    if last is not None and at < last:
        raise ForbiddenAct(
            f"问题 {number} 在 {last.astimezone(CHINA):%Y-%m-%d %H:%M} 已有流转，不能补记更早的处理"
        )
    issue.state = reached
    issue.look_again_at = None
    if event is Event.DISMISS:
        issue.by_person, issue.last_clear = True, None
    evidence = last_evidence(session, [number]).get(number, ()) if event is Event.CONFIRM else ()
    write_moves(session, [(issue, move_row(at, event, state, reached, by, why, evidence))], recorded_at)
    return issue


def last_evidence(session: Session, numbers: Collection[int]) -> dict[int, list[str]]:
    """Issue -> the evidence of its newest sighting: who confirms it says that it shows the fault, and a notice shows it."""
    move = models.Move
    query = select(move.issue_id, move.evidence).where(move.issue_id.in_(numbers)).order_by(move.id)
    return {number: evidence for number, evidence in session.execute(query) if evidence}


def close_targets(session: Session, day: date, at: datetime, recorded_at: datetime) -> int:
    """Issues of targets that are closed on `day` end with them (已整改（关停注销）); how many.

    What is seen after the closing is not ended by it: an account that was closed and is open again.
    """
    standing = models.Standing
    going = [str(state) for state in State if state not in ENDED | {State.RECTIFIED}]
    found = (
        select(models.Issue, standing.valid_from)
        .join(standing, standing.target_id == models.Issue.target_id)
        .where(standing.state == str(TargetState.CLOSED), standing.is_valid_on(day))
        .where(models.Issue.state.in_(going))
    )
    moves = []
    for issue, closed_on in session.execute(found):
        if issue.check_id == SEEN_OPEN and day_of(issue.first_seen) > (closed_on or date.min):
            continue
        state = State(issue.state)
        issue.state, issue.look_again_at = after(state, Event.TARGET_CLOSED), None
        moves.append(
            (issue, move_row(at, Event.TARGET_CLOSED, state, issue.state, MACHINE, "对象已关停注销"))
        )
    write_moves(session, moves, recorded_at)
    return len(moves)
