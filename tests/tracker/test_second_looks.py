"""复核: what a script may fill in is confirmed only by a browser; until then it waits, and it is said what it waits for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.targets import Site
from tests.builders import NOW
from tests.tracker.sightings import (
    HOURS,
    SIX_HOURS,
    a_check,
    a_fault,
    a_policy,
    a_target,
    clear_of,
    moves,
    seen,
    states,
    tell,
    the_issue,
    unjudged_of,
)
from tests.tracker.telling import answered, stands, told
from tracker import acts, ledger, models, queries
from tracker.database import Database
from tracker.ledger import Job
from tracker.policy import Policy
from tracker.reconcile import ANOTHER_TRY

DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_target(session)
        yield session


def careful(**more: object) -> Policy:
    return a_policy(a_check(wants_browser=True), **{"needs_browser": True, "has_browser": True, **more})


def looked_twice(session: Session, policy: Policy, rendered: bool = False) -> None:
    tell(session, seen(a_fault()), policy=policy)
    tell(session, seen(replace(a_fault(), rendered=rendered), NOW + SIX_HOURS), policy=policy)


def test_a_second_look_without_a_browser_leaves_the_suspicion_as_it_is(session: Session) -> None:
    looked_twice(session, careful())
    assert moves(session) == ["->suspected"]


def test_a_second_look_with_a_browser_confirms(session: Session) -> None:
    looked_twice(session, careful(), rendered=True)
    assert moves(session) == ["->suspected", "suspected>confirmed"]
    assert the_issue(session).rendered


def test_a_first_look_with_a_browser_does_not_spare_the_second(session: Session) -> None:
    tell(session, seen(replace(a_fault(), rendered=True)), policy=careful())
    tell(session, seen(a_fault(), NOW + SIX_HOURS), policy=careful())
    assert states(session) == ["suspected"]


def test_checks_that_no_script_can_deceive_need_no_browser(session: Session) -> None:
    looked_twice(session, a_policy(a_check(), needs_browser=True))
    assert states(session) == ["confirmed"]


def test_an_office_may_do_without_the_browser(session: Session) -> None:
    looked_twice(session, careful(needs_browser=False))
    assert states(session) == ["confirmed"]


@pytest.mark.parametrize(("has_browser", "lack"), [(False, "no-browser"), (True, "not-rendered")])
def test_it_is_counted_what_waits_and_for_what(session: Session, has_browser: bool, lack: str) -> None:
    looked_twice(session, careful(has_browser=has_browser))
    assert queries.day(session, NOW + SIX_HOURS).waiting == {("column-blank", lack): 1}


def test_a_wait_is_over_as_soon_as_a_browser_has_looked(session: Session) -> None:
    looked_twice(session, careful())
    tell(session, seen(replace(a_fault(), rendered=True), NOW + SIX_HOURS + ANOTHER_TRY), policy=careful())
    assert states(session) == ["confirmed"]
    assert not queries.day(session, NOW + 2 * DAY).waiting


def test_content_that_a_plain_look_found_clears_a_suspicion_that_waits(session: Session) -> None:
    looked_twice(session, careful())
    tell(session, seen(clear_of(), NOW + DAY + SIX_HOURS), policy=careful())
    assert states(session) == ["dismissed"]
    assert not queries.day(session, NOW + DAY + SIX_HOURS).waiting


def test_a_browser_that_saw_nothing_certain_neither_confirms_nor_clears(session: Session) -> None:
    tell(session, seen(a_fault()), policy=careful())
    tell(session, seen(replace(unjudged_of(), rendered=True), NOW + SIX_HOURS), policy=careful())
    assert states(session) == ["suspected"]


def test_a_relapse_takes_a_browser_as_well(session: Session) -> None:
    looked_twice(session, careful(), rendered=True)
    tell(session, seen(clear_of(), NOW + DAY), policy=careful())
    tell(session, seen(a_fault(), NOW + 2 * DAY), policy=careful())
    tell(session, seen(a_fault(), NOW + 2 * DAY + SIX_HOURS), policy=careful())
    assert states(session) == ["rectified"]
    again = NOW + 2 * DAY + SIX_HOURS + ANOTHER_TRY
    tell(session, seen(replace(a_fault(), rendered=True), again), policy=careful())
    assert states(session) == ["confirmed"]


def the_unit(session: Session) -> int:
    return session.scalars(select(models.Unit.id)).one()


# -- what the browser is asked to open -----------------------------------------------------------------------


def doubted(session: Session, at_hours: float) -> frozenset[str]:
    job = Job(1, 1, 1, Site("4199000001", "云泽市教育局", "https://www.yunze.test/"))
    (job,) = ledger.doubting(session, [job], NOW + at_hours * HOURS, {"column-blank"})
    return job.doubted


def test_a_suspicion_is_doubted_from_when_its_second_look_is_due(session: Session) -> None:
    tell(session, seen(a_fault()))
    assert doubted(session, 5) == frozenset()
    assert doubted(session, 6) == {"https://www.yunze.test/"}


def test_what_was_confirmed_is_not_doubted_any_more(session: Session) -> None:
    looked_twice(session, careful(), rendered=True)
    assert doubted(session, 30) == frozenset()


def test_what_a_unit_says_is_put_right_is_opened_in_a_browser_too(session: Session) -> None:
    tell(session, seen(a_fault(), NOW - 5 * DAY), seen(a_fault(), NOW - 4 * DAY))
    (notice,) = told(session)
    answered(session, notice, NOW)
    assert doubted(session, 1) == {"https://www.yunze.test/"}


def test_a_fault_of_a_check_that_wants_no_browser_sends_none(session: Session) -> None:
    tell(session, seen(a_fault(check="link-dead")))
    assert doubted(session, 6) == frozenset()


def test_nothing_waits_any_more_when_its_website_is_closed(session: Session) -> None:
    looked_twice(session, careful())
    stands(session, 1, the_unit(session), "closed")
    acts.close_targets(session, NOW.date(), NOW + DAY, NOW + DAY)
    assert not queries.day(session, NOW + DAY).waiting
