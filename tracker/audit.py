"""The audit chain: every act is a link with a hash over itself and the link before, and everything can be checked again.

What a chain proves: that nothing in it was changed or taken out afterwards without changing all that follows. The head
should be written down outside now and then; a chain cannot guard its own end.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from tracker.errors import EvidenceLost
from tracker.evidence import EvidenceStore
from tracker.lifecycle import Event, IllegalMove, State, after
from tracker.models import Issue, Link, Move, Page, Visit

START = "0" * 64


class Chain:
    """The end of the chain within one writing transaction: links are added in memory and written in one go."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._id, self._head = head(session)
        self._new: list[dict[str, Any]] = []

    def add(self, what: str, payload: dict[str, Any], recorded_at: datetime) -> int:
        """Append one act; the number of its link."""
        text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        before, self._head = self._head, link_hash(self._head, what, text)
        self._id += 1
        self._new.append(
            {
                "id": self._id,
                "recorded_at": recorded_at,
                "what": what,
                "payload": text,
                "before": before,
                "hash": self._head,
            }
        )
        return self._id

    def write(self) -> None:
        if self._new:
            self._session.execute(insert(Link), self._new)
            self._new = []


def link_hash(before: str, what: str, payload: str) -> str:
    return hashlib.sha256(f"{before}\n{what}\n{payload}".encode()).hexdigest()


def move_payload(move: dict[str, Any]) -> dict[str, Any]:
    """What the chain keeps of a move: all of it."""
    return {
        "issue": move["issue_id"],
        "at": move["at"].astimezone(UTC).isoformat(),
        "event": str(move["event"]),
        "from": str(move["from_state"]),
        "to": str(move["to_state"]),
        "by": move["by"],
        "why": move["why"],
        "evidence": move["evidence"],
    }


def head(session: Session) -> tuple[int, str]:
    """How many links the chain has, and the hash of the last one: write it down outside."""
    last = session.execute(select(Link.id, Link.hash).order_by(Link.id.desc()).limit(1)).first()
    return (last[0], last[1]) if last else (0, START)


def verify(session: Session, evidence: EvidenceStore | None) -> Iterator[str]:
    """Everything that does not hold, one line each; nothing means that all of it does.

    Without `evidence` the stored pages themselves are not opened.
    """
    yield from _broken_links(session)
    yield from _broken_histories(session)
    yield from _doubled_visits(session)
    if evidence is not None:
        yield from _lost_evidence(session, evidence)


def _broken_links(session: Session) -> Iterator[str]:
    before = START
    for number, link in enumerate(
        session.scalars(select(Link).order_by(Link.id).execution_options(yield_per=1000)), 1
    ):
        if link.id != number:
            yield f"审计链缺少第 {number} 环"
            return
        if link.before != before or link.hash != link_hash(link.before, link.what, link.payload):
            yield f"审计链第 {link.id} 环被改动"
            return
        before = link.hash


def _broken_histories(session: Session) -> Iterator[str]:
    """Each move stands in the chain as it stands in its table, and replaying them gives the issue's state."""
    states: dict[int, str] = {}
    rows = select(Move, Link.payload).outerjoin(Link, Link.id == Move.link_id).order_by(Move.id)
    for move, payload in session.execute(rows.execution_options(yield_per=1000)):
        kept = move_payload({key: getattr(move, key) for key in Move.__table__.columns.keys()})  # noqa: SIM118
        if payload is None or json.loads(payload) != kept:
            yield f"问题 {move.issue_id} 的流转记录 {move.id} 与审计链不符"
        problem = _illegal(states.get(move.issue_id, ""), move)
        if problem:
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
        reached = after(State(state), Event(move.event))
    except IllegalMove:
        return f"问题 {move.issue_id} 的流转记录 {move.id} 不合规则"
    return "" if reached == move.to_state else f"问题 {move.issue_id} 的流转记录 {move.id} 结果不符"


def _doubled_visits(session: Session) -> Iterator[str]:
    doubled = select(Visit.target_id, Visit.day).group_by(Visit.target_id, Visit.day).having(func.count() > 1)
    for target, day in session.execute(doubled):
        yield f"对象 {target} 在 {day} 有不止一条巡检记录"


def _lost_evidence(session: Session, evidence: EvidenceStore) -> Iterator[str]:
    named = set(session.scalars(select(Page.sha256).where(Page.sha256 != "").distinct()))
    for listed in session.scalars(select(Move.evidence)):
        named.update(listed)
    for sha256 in sorted(named):
        try:
            evidence.read(sha256)
        except EvidenceLost as error:
            yield str(error)
