"""`audit verify`: the whole record counted again, and every stored page opened. What does not hold is named, one line each."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker.audit import START, link_hash, look_digest, move_payload
from tracker.claims import claims
from tracker.errors import EvidenceLost
from tracker.evidence import EvidenceStore
from tracker.frozen import broken_frozen
from tracker.given_up import PAGE_COLUMNS, emptied_looks, excused
from tracker.lifecycle import Event, IllegalMove, State, after
from tracker.models import Issue, Link, Look, Move, Page, PersonSighting, Visit
from tracker.notice_verification import broken_notices, columns_of
from tracker.sightings import statement

STREAM = {"yield_per": 500}
SAID_BY_LOOKS = {None: ("due", "excused"), 1: ("visited",), 0: ("failed",)}
"""The states that a row of the ledger may have: without a look, with a good one, with failed ones only."""


def verify(session: Session, evidence: EvidenceStore | None) -> Iterator[str]:
    """Nothing means that everything holds. Without `evidence` the stored pages themselves are not opened."""
    yield from _broken_links(session)
    yield from _broken_histories(session)
    yield from _broken_coverage(session)
    yield from _broken_looks(session)
    yield from _broken_sightings(session)
    yield from broken_notices(session)
    yield from broken_frozen(session)
    if evidence is not None:
        yield from (words for _, words in lost_evidence(session, evidence))


def _broken_links(session: Session) -> Iterator[str]:
    before = START
    links = session.scalars(select(Link).order_by(Link.id).execution_options(**STREAM))
    for number, link in enumerate(links, 1):
        if link.id != number:
            yield f"审计链缺少第 {number} 环"
            return
        if link.before != before or link.hash != link_hash(before, link.recorded_at, link.what, link.payload):
            yield f"审计链第 {link.id} 环被改动"
            return
        before = link.hash


def _payload(text: str | None) -> dict[str, Any]:
    """What a link says; nothing if it was made unreadable (the chain itself names it then)."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _broken_histories(session: Session) -> Iterator[str]:
    """Each move stands in the chain as it stands in its table, and replaying them gives the issue's state."""
    states: dict[int, str] = {}
    rows = (
        select(Move, Issue, Link.payload)
        .join(Issue, Issue.id == Move.issue_id)
        .outerjoin(Link, Link.id == Move.link_id)
        .order_by(Move.id)
    )
    for move, issue, payload in session.execute(rows.execution_options(**STREAM)):
        if _payload(payload) != move_payload(columns_of(move), issue):
            yield f"问题 {move.issue_id} 的流转记录 {move.id} 与审计链不符"
        if problem := _illegal(states.get(move.issue_id, ""), move):
            yield problem
        states[move.issue_id] = move.to_state
    for number, state in session.execute(select(Issue.id, Issue.state)):
        if states.get(number) != state:
            yield f"问题 {number} 的状态 {state} 与其流转记录不符"


def _illegal(state: str, move: Move) -> str:
    if move.from_state != state:
        return f"问题 {move.issue_id} 的流转记录 {move.id} 不接前一状态"
    if not state:
        return ""
    try:
        reached = str(after(State(state), Event(move.event)))
    except (IllegalMove, ValueError):
        return f"问题 {move.issue_id} 的流转记录 {move.id} 不合规则"
    return "" if reached == move.to_state else f"问题 {move.issue_id} 的流转记录 {move.id} 结果不符"


def _broken_coverage(session: Session) -> Iterator[str]:
    """The ledger holds exactly the rows that the chain saw opened, one a target and day, and each says what its looks say."""
    opened: set[tuple[str, int]] = set()
    for payload in session.scalars(
        select(Link.payload).where(Link.what == "ledger").execution_options(**STREAM)
    ):
        told = _payload(payload)
        opened |= {(str(told.get("day")), number) for number in told.get("targets", ())}
    good = func.max(case((Look.problem == "", 1), else_=0))
    looks = select(Look.visit_id, good.label("good")).group_by(Look.visit_id).subquery()
    rows = select(Visit.target_id, Visit.day, Visit.state, looks.c.good).outerjoin(
        looks, looks.c.visit_id == Visit.id
    )
    for target, day, state, seen_well in session.execute(rows.execution_options(**STREAM)):
        if (str(day), target) not in opened:
            yield f"对象 {target} 在 {day} 的巡检记录不在审计链中，或不止一条"
        opened.discard((str(day), target))
        if state not in SAID_BY_LOOKS[seen_well]:
            yield f"对象 {target} 在 {day} 的巡检记录为 {state}，与所存观察不符"
    for day, target in sorted(opened):
        yield f"对象 {target} 在 {day} 的巡检记录缺失"


def recorded_looks(session: Session) -> Iterator[tuple[int, str]]:
    """Each look with the digest that the chain has of it."""
    links = select(Link.payload).where(Link.what == "looks").execution_options(**STREAM)
    for payload in session.scalars(links):
        for number, digest in _payload(payload).get("looks", {}).items():
            yield int(number), digest


def _broken_looks(session: Session) -> Iterator[str]:
    """Every observation is the one that was recorded, or was given up when its time was over: then the rest of it still is."""
    recorded = dict(recorded_looks(session))
    emptied = emptied_looks(session)
    columns = (Look.id, Look.visit_id, Look.ordinal, Look.at, Look.problem, Look.seen)
    looks = session.execute(select(*columns).order_by(Look.id).execution_options(yield_per=50))
    for number, visit_id, ordinal, at, problem, seen in looks:
        digest = recorded.pop(number, None)
        batch = emptied.of(number)
        if batch is not None:
            batch.look(number, visit_id, ordinal, at, problem)
        if (batch is None or seen) and digest != look_digest(visit_id, ordinal, at, problem, seen):
            yield f"观察 {number} 与审计链不符"
    for number in sorted(recorded):
        yield f"观察 {number} 缺失"
    pages = select(*PAGE_COLUMNS).where(Page.look_id <= emptied.last).order_by(Page.look_id, Page.id)
    for page in session.execute(pages.execution_options(**STREAM)):
        if (batch := emptied.of(page.look_id)) is not None:
            batch.page(*page)
    for link in emptied.differing():
        yield f"审计链第 {link} 环所记已按保存期限清理的观察与台账不符"


def _broken_sightings(session: Session) -> Iterator[str]:
    """What people saw of accounts (人工核验) stands as the chain has it."""
    said = PersonSighting
    rows = select(said, Link.payload).outerjoin(Link, Link.id == said.link_id).order_by(said.id)
    for row, payload in session.execute(rows.execution_options(**STREAM)):
        if _payload(payload) != statement(columns_of(row)):
            yield f"人工核验记录 {row.id} 与审计链不符"


def lost_evidence(session: Session, evidence: EvidenceStore) -> Iterator[tuple[str, str]]:
    """SHA-256 of what the record rests on and cannot be read any more, and what is wrong with it.

    What was given up when its time was over (保存期限) is not lost, if the chain covers it.
    """
    named = set(session.scalars(select(Page.sha256).where(Page.sha256 != "").distinct()))
    for claim in claims(session):
        named.update(claim.shas)
    for sha256 in sorted(named - excused(session)):
        try:
            evidence.read(sha256)
        except EvidenceLost as error:
            yield sha256, str(error)
