"""How sightings open, confirm, clear and re-open issues."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.builders import NOW, SHA256, TODAY
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
from tracker import acts
from tracker.database import Database
from tracker.errors import ForbiddenAct, UnknownIssue
from tracker.lifecycle import Event
from tracker.models import Move


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_target(session)
        yield session


def test_a_first_sighting_is_only_a_suspicion(session: Session) -> None:
    tell(session, seen(a_fault()))
    assert states(session) == ["suspected"]
    assert the_issue(session).look_again_at == NOW + SIX_HOURS


def test_a_second_look_before_its_time_confirms_nothing(session: Session) -> None:
    tell(session, seen(a_fault()))
    tell(session, seen(a_fault(), NOW + 5 * HOURS))
    assert states(session) == ["suspected"]


def test_a_second_look_in_due_time_confirms(session: Session) -> None:
    tell(session, seen(a_fault()))
    tell(session, seen(a_fault(), NOW + SIX_HOURS))
    assert moves(session) == ["->suspected", "suspected>confirmed"]


def test_without_waiting_the_second_look_of_the_same_round_confirms_but_never_the_same_look(
    session: Session,
) -> None:
    policy = a_policy(hours=0)
    tell(session, seen(a_fault()), seen(a_fault()), policy=policy)
    assert states(session) == ["suspected"]
    tell(session, seen(a_fault(), ordinal=2), policy=policy)
    assert states(session) == ["confirmed"]


def test_a_suspicion_that_the_second_look_does_not_find_is_dismissed_and_the_next_sighting_is_a_new_one(
    session: Session,
) -> None:
    tell(session, seen(a_fault()))
    tell(session, seen(clear_of(), NOW + SIX_HOURS))
    tell(session, seen(a_fault(), NOW + 12 * HOURS))
    assert states(session) == ["dismissed", "suspected"]


def test_unjudged_opens_nothing_and_closes_nothing(session: Session) -> None:
    tell(session, seen(unjudged_of()))
    assert states(session) == []
    tell(session, seen(a_fault()), seen(a_fault(), NOW + SIX_HOURS))
    tell(session, seen(unjudged_of(), NOW + 12 * HOURS))
    assert states(session) == ["confirmed"]


def test_what_needs_a_person_waits_for_one(session: Session) -> None:
    tell(session, seen(a_fault(needs_person=True)))
    tell(session, seen(a_fault(needs_person=True), NOW + SIX_HOURS))
    assert states(session) == ["pending"]
    assert the_issue(session).needs_person


@pytest.mark.parametrize(("days_left", "state"), [(0, "pending"), (-1, "confirmed")])
def test_in_the_first_days_every_issue_waits_for_a_person(
    session: Session, days_left: int, state: str
) -> None:
    policy = a_policy(hours=0, person_until=TODAY + timedelta(days=days_left))
    tell(session, seen(a_fault()), seen(a_fault(), ordinal=2), policy=policy)
    assert states(session) == [state]


def test_the_operators_own_trouble_waits_for_nobody(session: Session) -> None:
    policy = a_policy(a_check("source-broken", operator=True), hours=0, person_until=TODAY)
    broken = a_fault(check="source-broken")
    tell(session, seen(broken), seen(broken, ordinal=2), policy=policy)
    assert states(session) == ["confirmed"]


def test_a_verdict_that_rests_on_several_looks_needs_no_second_one(session: Session) -> None:
    policy = a_policy(a_check("site-unreachable", looks_twice=True))
    tell(session, seen(a_fault(check="site-unreachable")), policy=policy)
    assert moves(session) == ["->suspected", "suspected>confirmed"]


def confirmed(session: Session) -> None:
    tell(session, seen(a_fault()), seen(a_fault(), NOW + SIX_HOURS))


def test_an_issue_seen_clear_is_rectified(session: Session) -> None:
    confirmed(session)
    tell(session, seen(clear_of(), NOW + 12 * HOURS))
    assert states(session) == ["rectified"]


def test_a_relapse_takes_two_looks_and_is_the_same_issue_counted(session: Session) -> None:
    confirmed(session)
    tell(session, seen(clear_of(), NOW + 12 * HOURS))
    tell(session, seen(a_fault(), NOW + 24 * HOURS))
    assert states(session) == ["rectified"]
    tell(session, seen(a_fault(), NOW + 30 * HOURS))
    assert states(session) == ["confirmed"]
    assert the_issue(session).relapses == 1


def test_a_relapse_that_clears_before_its_second_look_is_none(session: Session) -> None:
    confirmed(session)
    tell(session, seen(clear_of(), NOW + 12 * HOURS))
    tell(session, seen(a_fault(), NOW + 24 * HOURS))
    tell(session, seen(clear_of(), NOW + 30 * HOURS))
    tell(session, seen(a_fault(), NOW + 36 * HOURS))
    assert states(session) == ["rectified"]


def test_what_always_needs_a_person_does_not_relapse_past_one(session: Session) -> None:
    wants = a_fault(needs_person=True)
    tell(session, seen(wants), seen(wants, NOW + SIX_HOURS))
    acts.act(session, 1, Event.CONFIRM, why="属实", by="张三", at=NOW + SIX_HOURS, recorded_at=NOW)
    tell(session, seen(clear_of(), NOW + 12 * HOURS))
    tell(session, seen(wants, NOW + 24 * HOURS), seen(wants, NOW + 30 * HOURS))
    assert states(session) == ["rectified", "pending"]


def test_an_older_sighting_that_arrives_late_moves_nothing(session: Session) -> None:
    confirmed(session)
    tell(session, seen(clear_of(), NOW + 3 * HOURS))
    assert states(session) == ["confirmed"]


def test_identical_sightings_twice_change_nothing(session: Session) -> None:
    confirmed(session)
    before = moves(session)
    confirmed(session)
    assert moves(session) == before


def dismissed(session: Session) -> None:
    confirmed(session)
    acts.act(session, 1, Event.DISMISS, why="历史栏目", by="张三", at=NOW + SIX_HOURS, recorded_at=NOW)


def test_what_a_person_dismissed_stays_dismissed_while_its_facts_stay_the_same(session: Session) -> None:
    dismissed(session)
    tell(session, seen(a_fault(), NOW + 24 * HOURS), seen(a_fault(), NOW + 48 * HOURS))
    assert states(session) == ["dismissed"]
    assert the_issue(session).last_seen == NOW + 48 * HOURS


def test_what_a_person_dismissed_opens_anew_when_its_facts_changed(session: Session) -> None:
    dismissed(session)
    tell(session, seen(a_fault(facts="1条"), NOW + 24 * HOURS))
    assert states(session) == ["dismissed", "suspected"]


def test_what_a_person_dismissed_opens_anew_after_it_was_seen_clear(session: Session) -> None:
    dismissed(session)
    tell(session, seen(clear_of(), NOW + 24 * HOURS), seen(a_fault(), NOW + 48 * HOURS))
    assert states(session) == ["dismissed", "suspected"]


def test_an_act_that_the_state_does_not_allow_is_refused_in_words(session: Session) -> None:
    tell(session, seen(a_fault()))
    with pytest.raises(ForbiddenAct, match="现为“疑似”，不能确认"):
        acts.act(session, 1, Event.CONFIRM, why="属实", by="张三", at=NOW + SIX_HOURS, recorded_at=NOW)
    with pytest.raises(UnknownIssue, match="99"):
        acts.act(session, 99, Event.CONFIRM, why="属实", by="张三", at=NOW + SIX_HOURS, recorded_at=NOW)


def test_in_the_first_days_a_relapse_waits_for_a_person_too(session: Session) -> None:
    confirmed(session)
    tell(session, seen(clear_of(), NOW + 12 * HOURS))
    trial = a_policy(person_until=TODAY + timedelta(days=9))
    tell(session, seen(a_fault(), NOW + 24 * HOURS), seen(a_fault(), NOW + 30 * HOURS), policy=trial)
    assert states(session) == ["rectified", "pending"]


def test_an_act_is_not_written_before_what_happened_already(session: Session) -> None:
    confirmed(session)
    with pytest.raises(ForbiddenAct, match="不能补记更早的处理"):
        acts.act(session, 1, Event.DISMISS, why="误报", by="张三", at=NOW, recorded_at=NOW)


def test_who_confirms_it_confirms_what_was_seen_last(session: Session) -> None:
    """A notice shows the evidence of the move that it tells."""
    wants = a_fault(needs_person=True)
    tell(session, seen(wants), seen(wants, NOW + SIX_HOURS))
    acts.act(session, 1, Event.CONFIRM, why="属实", by="张三", at=NOW + SIX_HOURS, recorded_at=NOW)
    newest = session.scalars(select(Move).order_by(Move.id.desc())).first()
    assert newest is not None
    assert newest.evidence == [SHA256]
