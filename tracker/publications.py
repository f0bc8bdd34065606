"""信息发布: how many items of a period were seen in the columns of sites and among the posts of accounts, and what was not.

What a visit sees is the first page of a list: this is a count from below. The site's own statistics may know more.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from tracker import models
from tracker.figure_facts import AsKnown
from tracker.periods import Period


@dataclass(frozen=True, slots=True)
class Published:
    """One target's items: `dated` within the period (an item that stands in two columns once), and `undated` ones first seen
    in it. `first_seen`: from when on anything of it was seen at all."""

    kind: str
    key: str
    name: str
    unit: str
    platform: str
    dated: int
    undated: int
    first_seen: datetime


def published(session: Session, period: Period, known: AsKnown) -> Iterator[Published]:
    """By kind and name; targets of which nothing was seen by then are not there."""
    entry, target, unit = models.Entry, models.Target, models.Unit
    end = min(period.ends, known.at)
    item = case((entry.url != "", entry.url), else_=entry.digest)
    within = entry.published.is_not(None) & (entry.published >= period.begins) & (entry.published <= end)
    undated = entry.published.is_(None) & (entry.first_seen >= period.begins) & (entry.first_seen <= end)
    counted = (
        select(
            entry.target_id,
            func.count(func.distinct(case((within, item)))).label("dated"),
            func.count(func.distinct(case((undated, item)))).label("undated"),
            func.min(entry.first_seen).label("first_seen"),
        )
        .where(entry.first_seen <= known.at)
        .group_by(entry.target_id)
        .subquery()
    )
    query = (
        select(
            target.kind, target.key, target.name, unit.name, target.platform,
            counted.c.dated, counted.c.undated, counted.c.first_seen,
        )
        .join(counted, counted.c.target_id == target.id)
        .join(unit, unit.id == target.unit_id)
        .where(target.is_control.is_(False))
        .order_by(target.kind.desc(), counted.c.dated.desc(), target.key)
    )  # fmt: skip
    for row in session.execute(query):
        yield Published(*row)
