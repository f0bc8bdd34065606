"""人工核验: what people saw of accounts that no road of ours reaches, and what units say of their own.

An inspector's word holds at once. A unit's own (单位自报) waits until a person confirms it. The same thing said twice for one
day is said once.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from checks.ages import day_of
from crawler.clock import CHINA, midnight
from crawler.worded import Worded
from tracker import models
from tracker.audit import Chain, add_link
from tracker.errors import WrongUse
from tracker.evidence import EvidenceStore
from tracker.harvest import keep_brought


class Source(Worded):
    INSPECTOR = "inspector", "巡检人员"
    UNIT = "unit", "单位自报"


class SightingState(Worded):
    REPORTED = "reported", "待确认"
    CONFIRMED = "confirmed", "已确认"
    REFUSED = "refused", "未采信"


class UnknownSighting(WrongUse):
    """Nothing of this number waits for a decision."""

    def __init__(self, numbers: Collection[int]) -> None:
        listed = "、".join(map(str, sorted(numbers)))
        super().__init__(f"没有待确认的自报 {listed}：用 xunjian accounts list 查看待确认的")


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says of an account. `newest_on`: the day of its newest post; None: there is not one (未见内容)."""

    target_id: int
    newest_on: date | None
    seen_at: datetime
    by: str
    link: str = ""
    pictures: tuple[bytes, ...] = ()
    remark: str = ""

    @property
    def on_its_day(self) -> tuple[int, date, date | None, str, str]:
        return self.target_id, day_of(self.seen_at), self.newest_on, self.by, self.link


def record(
    session: Session,
    evidence: EvidenceStore,
    told: Iterable[Said],
    source: Source,
    *,
    at: datetime,
    recorded_at: datetime,
) -> list[models.PersonSighting]:
    """Keep what is new of it; the new rows, each with its link in the audit chain."""
    new = _new(session, list(told), source)
    chain, numbers = Chain(session), []
    holds = source is Source.INSPECTOR
    rows = []
    for said in new:
        row = {
            "target_id": said.target_id,
            "seen_at": said.seen_at,
            "newest_on": said.newest_on,
            "by": said.by,
            "source": str(source),
            "link": said.link,
            "evidence": list(keep_brought(session, evidence, said.pictures, said.seen_at)),
            "remark": said.remark,
            "state": str(SightingState.CONFIRMED if holds else SightingState.REPORTED),
            "decided_by": said.by if holds else "",
            "decided_at": at if holds else None,
        }
        row["link_id"] = chain.add("sighting", statement(row), recorded_at)
        numbers.append(row["link_id"])
        rows.append(row)
    if not rows:
        return []
    chain.write()
    session.execute(insert(models.PersonSighting), rows)
    added = select(models.PersonSighting).where(models.PersonSighting.link_id.in_(numbers))
    return list(session.scalars(added.order_by(models.PersonSighting.id)))


def _new(session: Session, told: Sequence[Said], source: Source) -> list[Said]:
    if not told:
        return []
    row = models.PersonSighting
    targets = {said.target_id for said in told}
    first = midnight(min(day_of(said.seen_at) for said in told))
    known = select(row).where(row.target_id.in_(targets), row.seen_at >= first, row.source == str(source))
    there = {
        Said(each.target_id, each.newest_on, each.seen_at, each.by, each.link).on_its_day
        for each in session.scalars(known)
    }
    return list({said.on_its_day: said for said in told if said.on_its_day not in there}.values())


def statement(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the chain keeps of a sighting; what was decided of it is another link."""
    names = ("target_id", "by", "source", "link", "evidence", "remark")
    return {name: row[name] for name in names} | {
        "seen_at": row["seen_at"].astimezone(CHINA).isoformat(),
        "newest_on": str(row["newest_on"] or ""),
    }


Reported = tuple[models.PersonSighting, models.Target, str]
"""What was said, of which account, and its unit."""


def waiting(session: Session) -> list[Reported]:
    """What units say and nobody has decided on yet, oldest first."""
    row, target, unit = models.PersonSighting, models.Target, models.Unit
    query = (
        select(row, target, unit.name)
        .join(target, target.id == row.target_id)
        .join(unit, unit.id == target.unit_id)
        .where(row.state == str(SightingState.REPORTED))
        .order_by(row.id)
    )
    return [(said, whose, name) for said, whose, name in session.execute(query)]


def decide(
    session: Session,
    numbers: Collection[int],
    state: SightingState,
    *,
    by: str,
    at: datetime,
    recorded_at: datetime,
) -> list[models.PersonSighting]:
    """A person stands for what units say, or does not. UnknownSighting if one of them does not wait."""
    row = models.PersonSighting
    found = list(
        session.scalars(
            select(row).where(row.id.in_(numbers), row.state == str(SightingState.REPORTED)).order_by(row.id)
        )
    )
    if unknown := set(numbers) - {each.id for each in found}:
        raise UnknownSighting(unknown)
    for each in found:
        each.state, each.decided_by, each.decided_at = str(state), by, at
    payload = {"sightings": sorted(numbers), "state": str(state), "by": by, "at": at.isoformat()}
    add_link(session, "sighting-decision", payload, recorded_at)
    return found


def newest_by_people(session: Session, target_ids: Collection[int], until: datetime) -> dict[int, datetime]:
    """The newest post that a person saw of each account by then, at the end of its day."""
    row = models.PersonSighting
    query = (
        select(row.target_id, func.max(row.newest_on))
        .where(row.target_id.in_(target_ids), row.seen_at <= until, row.holds(until))
        .group_by(row.target_id)
    )
    return {target_id: min(end_of(newest), until) for target_id, newest in session.execute(query) if newest}


def not_overtaken(session: Session, said: Collection[models.PersonSighting]) -> list[models.PersonSighting]:
    """Those after which nobody has looked at their account, and no road told of it: what came in late is history."""
    if not said:
        return []
    row, visit = models.PersonSighting, models.Visit
    targets = {each.target_id for each in said}
    first = min(day_of(each.seen_at) for each in said)
    people = select(row.target_id, func.max(row.seen_at)).where(
        row.target_id.in_(targets), row.state == str(SightingState.CONFIRMED)
    )
    roads = select(visit.target_id, func.max(visit.visited_at)).where(
        visit.target_id.in_(targets), visit.day >= first, visit.was_told()
    )
    moments = [
        (target_id, at)
        for query in (people.group_by(row.target_id), roads.group_by(visit.target_id))
        for target_id, at in session.execute(query)
        if at is not None
    ]
    newest = dict(sorted(moments, key=lambda each: each[1]))
    return [each for each in said if each.seen_at >= newest[each.target_id]]


def end_of(day: date) -> datetime:
    """The last moment at which a post of this day may have been made."""
    return midnight(day + timedelta(days=1)) - timedelta(seconds=1)
