"""What may pass by itself within hours, such as a platform's word that an account is gone, is confirmed on another day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tests.builders import NOW
from tests.tracker.sightings import (
    HOURS,
    SIX_HOURS,
    a_check,
    a_fault,
    a_policy,
    a_target,
    clear_of,
    seen,
    states,
    tell,
    the_issue,
    unjudged_of,
)
from tests.tracker.telling import stands
from tracker import acts
from tracker.database import Database
from tracker.policy import Policy

DAY = timedelta(days=1)
GONE = "account-gone"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_target(session)
        yield session


def policy(hours: float = 6) -> Policy:
    return a_policy(replace(a_check(GONE), another_day=True), hours=hours)


def looked(session: Session, *ats: datetime, hours: float = 6) -> list[str]:
    tell(session, *(seen(a_fault(check=GONE), at) for at in ats), policy=policy(hours))
    return states(session)


def test_a_look_on_the_same_day_confirms_nothing(session: Session) -> None:
    assert looked(session, NOW, NOW + SIX_HOURS, NOW + 14 * HOURS) == ["suspected"]


def test_the_next_days_look_confirms_however_early(session: Session) -> None:
    midnight = datetime(2026, 11, 25, tzinfo=CHINA)

    assert looked(session, NOW, midnight) == ["confirmed"]


def test_without_waiting_no_check_waits_for_a_day(session: Session) -> None:
    assert looked(session, NOW, NOW + HOURS, hours=0) == ["confirmed"]


def test_what_the_next_day_does_not_tell_waits_on(session: Session) -> None:
    looked(session, NOW)

    tell(session, seen(unjudged_of(check=GONE), NOW + DAY), policy=policy())
    assert states(session) == ["suspected"]
    assert looked(session, NOW + 2 * DAY) == ["confirmed"]


def test_what_is_there_again_the_next_day_was_none(session: Session) -> None:
    looked(session, NOW)

    tell(session, seen(clear_of(check=GONE), NOW + DAY), policy=policy())

    assert states(session) == ["dismissed"]


@pytest.mark.parametrize(
    ("check", "seen_after_days", "state"),
    [(GONE, -3, "closed"), (GONE, 0, "closed"), (GONE, 1, "confirmed"), ("account-stale", 1, "closed")],
)
def test_an_account_that_is_open_again_after_its_closing_stays_an_issue(
    session: Session, check: str, seen_after_days: int, state: str
) -> None:
    first = NOW + seen_after_days * DAY
    twice = (seen(a_fault(check=check), at) for at in (first, first + DAY))
    tell(session, *twice, policy=a_policy(a_check(check)))
    stands(session, 1, 1, "closed", NOW.date())

    acts.close_targets(session, (NOW + 5 * DAY).date(), NOW + 5 * DAY, NOW + 5 * DAY)

    assert the_issue(session).state == state


def test_a_verdict_may_ask_for_another_day_by_itself(session: Session) -> None:
    fault = replace(a_fault(check="account-stale"), another_day=True)
    asked = a_policy(a_check("account-stale"), hours=6)

    tell(session, seen(fault, NOW), seen(fault, NOW + SIX_HOURS), policy=asked)
    assert states(session) == ["suspected"]
    tell(session, seen(fault, NOW + DAY), policy=asked)
    assert states(session) == ["confirmed"]
