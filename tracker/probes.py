"""The probes (探测) of home pages: kept one by one, counted over seven days by the check site-unreachable."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.observations import Probe
from tracker.models import ProbeRow
from tracker.upsert import upsert


def keep_probes(session: Session, probes: Sequence[tuple[int, datetime, Probe]]) -> None:
    """(target id, moment it stands for, probe); one a target and moment, whoever asks twice."""
    rows = [
        {
            "target_id": target_id,
            "at": at,
            "ok": probe.ok,
            "status": probe.status,
            "seconds": probe.seconds,
            "problem": probe.problem or "",
        }
        for target_id, at, probe in probes
    ]
    upsert(session, ProbeRow, rows, ("target_id", "at"), ())


def last_probes(session: Session, until: datetime) -> dict[int, datetime]:
    """When each website was probed last, up to `until`."""
    query = (
        select(ProbeRow.target_id, func.max(ProbeRow.at))
        .where(ProbeRow.at <= until)
        .group_by(ProbeRow.target_id)
    )
    return dict(session.execute(query).all())
