"""Sightings and acts for tests of the record, with defaults."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.catalogue import Check
from checks.verdicts import Kind, Verdict
from crawler.observations import Problem, SiteVisit
from tests.builders import NOW, SHA256
from tracker.models import Issue, Move, Target, Unit
from tracker.policy import Policy
from tracker.reconcile import Sighting, reconcile

HOURS = timedelta(hours=1)
SIX_HOURS = timedelta(hours=6)


def a_check(
    id: str = "column-blank",
    *,
    operator: bool = False,
    looks_twice: bool = False,
    wants_browser: bool = False,
) -> Check:
    return Check(
        id,
        "空白栏目",
        lambda visit: (),
        SiteVisit,
        False,
        False,
        operator,
        looks_twice,
        "",
        wants_browser=wants_browser,
    )


def a_policy(*checks: Check, hours: float = 6, person_until: date | None = None, **more: Any) -> Policy:
    return Policy({check.id: check for check in checks or (a_check(),)}, hours * HOURS, person_until, **more)


def a_fault(
    key: str = "通知公告", *, facts: str = "0条", needs_person: bool = False, check: str = "column-blank"
) -> Verdict:
    why = f"栏目“{key}”没有任何内容"
    return Verdict(
        Kind.FAULT,
        key,
        key,
        "https://www.yunze.test/",
        why,
        facts,
        (SHA256,),
        None,
        needs_person,
        check=check,
    )


def clear_of(key: str = "通知公告", check: str = "column-blank") -> Verdict:
    return Verdict(Kind.CLEAR, key, key, check=check)


def unjudged_of(key: str = "通知公告", check: str = "column-blank") -> Verdict:
    return Verdict(Kind.UNJUDGED, key, key, problem=Problem.WAF, check=check)


def seen(verdict: Verdict, at: datetime = NOW, ordinal: int = 1, target_id: int = 1) -> Sighting:
    return Sighting(target_id, at, ordinal, verdict)


def a_target(session: Session, key: str = "4199000001") -> int:
    unit = session.scalars(select(Unit)).first() or Unit(name="云泽市教育局")
    session.add(unit)
    session.flush()
    target = Target(
        kind="site",
        key=key,
        name="云泽市教育局",
        unit_id=unit.id,
        url="https://www.yunze.test/",
        opened_on=None,
    )
    session.add(target)
    session.flush()
    return target.id


def tell(session: Session, *sightings: Sighting, policy: Policy | None = None) -> None:
    reconcile(session, sightings, policy or a_policy(), NOW)
    session.flush()


def states(session: Session) -> list[str]:
    return list(session.scalars(select(Issue.state).order_by(Issue.id)))


def the_issue(session: Session) -> Issue:
    return session.scalars(select(Issue)).one()


def moves(session: Session) -> list[str]:
    return [
        f"{move.from_state or '-'}>{move.to_state}"
        for move in session.scalars(select(Move).order_by(Move.id))
    ]
