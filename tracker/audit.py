"""The audit chain: every act is a link with a hash over itself and the link before; tracker/verification.py checks it all again.

What a chain proves: that nothing in it was changed or taken out afterwards without changing all that follows. The head
should be written down outside now and then; a chain cannot guard its own end.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker.models import Issue, Link, Notice, NoticeItem

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
        before, self._head = self._head, link_hash(self._head, recorded_at, what, text)
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


def add_link(session: Session, what: str, payload: dict[str, Any], recorded_at: datetime) -> None:
    """One act by itself, written at once."""
    chain = Chain(session)
    chain.add(what, payload, recorded_at)
    chain.write()


def link_hash(before: str, recorded_at: datetime, what: str, payload: str) -> str:
    moment = recorded_at.astimezone(UTC).isoformat()
    return hashlib.sha256(f"{before}\n{moment}\n{what}\n{payload}".encode()).hexdigest()


def move_payload(move: dict[str, Any], issue: Issue) -> dict[str, Any]:
    """What the chain keeps of a move: all of it, and whom and what it is about."""
    return {
        "issue": issue.id,
        "target": issue.target_id,
        "check": issue.check_id,
        "subject": issue.subject_key,
        "at": move["at"].astimezone(UTC).isoformat(),
        "event": str(move["event"]),
        "from": str(move["from_state"]),
        "to": str(move["to_state"]),
        "by": move["by"],
        "why": move["why"],
        "evidence": move["evidence"],
    }


def act_payload(act: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain keeps of an act on a notice."""
    return {
        "notice": act["notice_id"],
        "act": str(act["act"]),
        "by": act["by"],
        "why": act["why"],
        "at": act["at"].astimezone(CHINA).isoformat(),
    }


def reply_payload(reply: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain keeps of a unit's reply (反馈)."""
    names = ("notice_id", "issue_id", "by", "measure", "person", "asks", "proofs")
    return {name: reply[name] for name in names} | {
        "finished_on": str(reply["finished_on"] or ""),
        "at": reply["at"].astimezone(CHINA).isoformat(),
    }


def notice_seal(notice: Notice, items: Iterable[NoticeItem]) -> dict[str, Any]:
    """What the chain keeps of an issued notice: enough to tell whether one of its rows was changed or taken out."""
    names = ("number", "year", "serial", "unit", "week", "kind", "about", "calendar", "documents")
    return {name: getattr(notice, name) for name in names} | {
        "dated": str(notice.dated),
        "items": [[item.issue_id, item.part, item.move_id, item.row] for item in items],
    }


def look_digest(visit_id: int, ordinal: int, at: datetime, problem: str, seen: bytes) -> str:
    """What the chain keeps of a look: a hash over all that it saw, the pages' own hashes among it."""
    head = f"{visit_id}\n{ordinal}\n{at.astimezone(UTC).isoformat()}\n{problem}\n".encode()
    return hashlib.sha256(head + seen).hexdigest()


def head(session: Session) -> tuple[int, str]:
    """How many links the chain has, and the hash of the last one: write it down outside."""
    last = session.execute(select(Link.id, Link.hash).order_by(Link.id.desc()).limit(1)).first()
    return (last[0], last[1]) if last else (0, START)
