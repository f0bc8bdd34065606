"""Self-checks (自检): what each call of a round found on our own canaries; the day they belong to is the round's."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.models import SelfCheck


def record(
    session: Session,
    day: date,
    at: datetime,
    found: Sequence[str],
    missing: Sequence[str],
    wrong: Sequence[str],
) -> None:
    """In words: planted and found, planted and missed, accused without a cause."""
    session.add(SelfCheck(day=day, at=at, found=list(found), missing=list(missing), wrong=list(wrong)))


def newest(session: Session) -> SelfCheck | None:
    """That of the newest round's last call."""
    rows = select(SelfCheck).order_by(SelfCheck.day.desc(), SelfCheck.id.desc())
    return session.scalars(rows.limit(1)).first()
