"""冻结: the figures of a period as they were filed, kept beside the record and never written over."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker.audit import Chain, head
from tracker.errors import WrongUse
from tracker.models import FrozenFigures, Link

WHAT = "figures"
"""What its link in the audit chain is called."""


class AlreadyFrozen(WrongUse):
    """The figures of this period were filed before."""

    def __init__(self, row: FrozenFigures) -> None:
        day = row.at.astimezone(CHINA).date()
        super().__init__(
            f"{row.period} 的数据已于 {day} 冻结（{row.by}），不会覆盖：如需更正上报，请用 --why 写明原因，另存一份"
        )


def digest(figures: Mapping[str, int]) -> str:
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def filed(session: Session, period: str) -> FrozenFigures | None:
    """The newest set of this period."""
    row = FrozenFigures
    return session.scalars(select(row).where(row.period == period).order_by(row.ordinal.desc())).first()


def all_filed(session: Session) -> Iterator[FrozenFigures]:
    yield from session.scalars(select(FrozenFigures).order_by(FrozenFigures.id))


def freeze(
    session: Session,
    period: str,
    figures: Mapping[str, int],
    *,
    by: str,
    why: str,
    at: datetime,
    recorded_at: datetime,
) -> FrozenFigures:
    """Keep them, in the transaction in which they were counted. AlreadyFrozen if there are some and no reason is given."""
    before = filed(session, period)
    if before is not None and not why:
        raise AlreadyFrozen(before)
    link, link_hash = head(session)
    row = FrozenFigures(
        period=period,
        ordinal=before.ordinal + 1 if before else 1,
        at=at,
        by=by,
        why=why,
        figures=dict(figures),
        sha256=digest(figures),
        head_link=link,
        head_hash=link_hash,
    )
    chain = Chain(session)
    row.link_id = chain.add(WHAT, _payload(row), recorded_at)
    chain.write()
    session.add(row)
    session.flush()
    return row


def _payload(row: FrozenFigures) -> dict[str, Any]:
    names = ("period", "ordinal", "by", "why", "sha256", "head_link", "head_hash")
    return {name: getattr(row, name) for name in names} | {"at": row.at.astimezone(UTC).isoformat()}


def broken_frozen(session: Session) -> Iterator[str]:
    """`audit verify`: each set is what the chain says was filed, and none is missing."""
    links = select(Link.id, Link.payload).where(Link.what == WHAT)
    told = {number: payload for number, payload in session.execute(links)}  # noqa: C416 (rows are no pairs to mypy)
    for row in all_filed(session):
        try:
            stands = json.loads(told.pop(row.link_id, "") or "{}") == _payload(row)
        except ValueError:
            stands = False
        if not stands or digest(row.figures) != row.sha256:
            yield f"冻结的 {row.period} 数据（第{row.ordinal}份）与审计链不符"
        hashed = session.scalar(select(Link.hash).where(Link.id == row.head_link))
        if row.head_link and hashed != row.head_hash:
            yield f"冻结的 {row.period} 数据（第{row.ordinal}份）所记的审计链位置不符"
    for number in told:
        yield f"审计链第 {number} 环所记的冻结数据缺失"
