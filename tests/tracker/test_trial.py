"""摸底期: all is seen and listed, nothing told or counted, until a person releases it; then it lives as any other issue."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOW, TODAY
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
)
from tests.tracker.telling import due
from tracker import acts, models, queries, trial
from tracker.database import Database
from tracker.errors import ForbiddenAct, UnknownIssue
from tracker.figure_facts import AsKnown, dossiers
from tracker.lifecycle import Event
from tracker.periods import Period
from tracker.verification import verify
from tracker.weeks import Week

DAY = timedelta(days=1)
LATER = NOW + 3 * DAY
PERIOD = Period.named("2026")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_target(session)
        yield session


def found(session: Session, days_left: int = 0, **fault: object) -> None:
    """Seen twice on the first day, so many days before the trial period ends."""
    policy = a_policy(trial_until=TODAY + timedelta(days=days_left))
    tell(session, seen(a_fault(**fault)), seen(a_fault(**fault), NOW + SIX_HOURS), policy=policy)


def released(session: Session, *numbers: int, at: datetime = LATER, check: str = "") -> list[models.Issue]:
    return trial.release(
        session, numbers or None, check=check, why="可以通知", by="李四", at=at, recorded_at=at
    )


def listed(session: Session) -> list[str]:
    return [issue.subject for issue, _, _ in trial.on_trial(session)]


@pytest.mark.parametrize(("days_left", "state"), [(1, "pending"), (0, "pending"), (-1, "confirmed")])
def test_through_the_last_day_of_the_trial_period_nothing_is_confirmed(
    session: Session, days_left: int, state: str
) -> None:
    found(session, days_left)
    assert states(session) == [state]


def test_what_was_seen_stays_in_the_list_when_the_trial_period_is_over(session: Session) -> None:
    found(session)
    tell(session, seen(a_fault(), NOW + 3 * DAY), seen(a_fault(), NOW + 4 * DAY))
    assert states(session) == ["pending"]
    assert listed(session) == ["通知公告"]


def test_a_suspicion_of_the_last_day_stands_in_the_list_though_it_is_looked_at_again_afterwards(
    session: Session,
) -> None:
    tell(session, seen(a_fault()), policy=a_policy(trial_until=TODAY))
    tell(session, seen(a_fault(), NOW + DAY), policy=a_policy(trial_until=TODAY))
    assert states(session) == ["pending"]
    assert listed(session) == ["通知公告"]


def test_what_is_not_released_is_in_no_notice_no_figure_and_no_count_of_the_day(session: Session) -> None:
    found(session)
    day = queries.day(session, NOW + SIX_HOURS)

    assert (day.trial, day.open_issues, day.moved) == ({"column-blank": 1}, {}, {})
    assert due(session, LATER, Week.of(LATER.date())) == {}
    assert [each.turns for each in dossiers(session, PERIOD, AsKnown(LATER))] == [[]]


def test_released_it_counts_and_is_told_as_discovered_then(session: Session) -> None:
    found(session)
    released(session)

    assert moves(session) == ["->suspected", "suspected>pending", "pending>pending", "pending>confirmed"]
    assert the_issue(session).discovered_at == LATER
    assert queries.day(session, LATER).open_issues == {("column-blank", "confirmed"): 1}
    assert list(due(session, LATER, Week.of(LATER.date())).values()) == [["new 通知公告"]]
    ((turn,),) = [each.turns for each in dossiers(session, PERIOD, AsKnown(LATER))]
    assert turn.day == LATER.date()


def test_who_released_it_and_when_stands_in_the_record(session: Session) -> None:
    found(session)
    released(session)
    move = session.scalars(select(models.Move).where(models.Move.event == str(Event.RELEASE))).one()
    assert (move.by, move.why, move.at) == ("李四", "可以通知", LATER)
    assert list(verify(session, None)) == []


def test_a_mere_suspicion_that_is_released_still_waits_for_its_second_look(session: Session) -> None:
    policy = a_policy(trial_until=TODAY)
    tell(session, seen(a_fault()), policy=policy)
    released(session, at=NOW + HOURS)
    assert states(session) == ["suspected"]
    tell(session, seen(a_fault(), NOW + SIX_HOURS), policy=policy)
    assert states(session) == ["confirmed"]


def test_a_fault_that_needs_a_person_by_its_nature_waits_for_one_after_its_release(session: Session) -> None:
    found(session, needs_person=True)
    released(session)
    assert states(session) == ["pending"]
    assert listed(session) == []
    acts.act(session, 1, Event.CONFIRM, why="属实", by="张三", at=LATER, recorded_at=LATER)
    assert states(session) == ["confirmed"]


def test_it_cannot_be_confirmed_past_its_release(session: Session) -> None:
    found(session)
    with pytest.raises(ForbiddenAct, match="issues release 1"):
        acts.act(session, 1, Event.CONFIRM, why="属实", by="张三", at=LATER, recorded_at=LATER)


def test_a_relapse_within_the_trial_period_is_listed_and_not_told(session: Session) -> None:
    tell(session, seen(a_fault(), NOW - 2 * DAY), seen(a_fault(), NOW - DAY))
    tell(session, seen(clear_of(), NOW - HOURS))
    found(session)
    assert states(session) == ["rectified", "pending"]


def test_what_was_put_right_before_its_release_is_out_of_the_list(session: Session) -> None:
    found(session)
    tell(session, seen(clear_of(), NOW + DAY))
    assert listed(session) == []
    assert queries.day(session, NOW + DAY).moved == {}


def test_one_check_can_be_released_alone(session: Session) -> None:
    policy = a_policy(a_check(), a_check("column-stale"), trial_until=TODAY)
    for check in ("column-blank", "column-stale"):
        fault = a_fault(check=check)
        tell(session, seen(fault), seen(fault, NOW + SIX_HOURS), policy=policy)
    released(session, check="column-stale")
    assert states(session) == ["pending", "confirmed"]


def test_numbers_that_do_not_stand_in_the_list_release_nothing(session: Session) -> None:
    found(session)
    with pytest.raises(UnknownIssue):
        released(session, 1, 9)
    released(session, 1)
    with pytest.raises(ForbiddenAct, match="不在摸底清单"):
        released(session, 1)


def test_a_release_cannot_be_dated_back(session: Session) -> None:
    found(session)
    with pytest.raises(ForbiddenAct, match="更早的放行"):
        released(session, at=NOW)


def test_the_operators_own_trouble_is_in_no_list_of_the_units(session: Session) -> None:
    policy = a_policy(a_check("source-broken", operator=True), trial_until=TODAY)
    broken = a_fault(check="source-broken")
    tell(session, seen(broken), seen(broken, NOW + SIX_HOURS), policy=policy)
    assert states(session) == ["confirmed"]
