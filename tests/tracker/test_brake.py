"""The storm brake: a week with far more mail than the last one waits until somebody releases it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.builders import NOW
from tests.tracker.outgoing import a_notice
from tests.tracker.sightings import a_target
from tracker import brake, outbox
from tracker.brake import Held
from tracker.database import Database
from tracker.models import Issue, Mail, Notice, NoticeItem
from tracker.notice_acts import note_acts
from tracker.notice_words import Act
from tracker.outbox import Answer, Outcome

LAST, THIS = "2026-W47", "2026-W48"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_target(session)
        yield session


def some_mails(
    session: Session,
    count: int,
    week: str = THIS,
    *,
    issues: int = 1,
    sent: bool = False,
    kind: str = "weekly",
) -> list[int]:
    """So many notices of a week with one mail and so many newly named issues each."""
    ids = []
    for _ in range(count):
        notice_id = a_notice(session, week=week, kind=kind)
        mail = outbox.queue(session, notice_id, "notice", "a@b.test", f"<{notice_id}>", "ab" * 32, NOW)
        if sent:
            mail.state, mail.attempts, mail.tried_at = "accepted", 1, NOW
        ids.append(notice_id)
        _named_issues(session, notice_id, issues)
    session.flush()
    return ids


def _named_issues(session: Session, notice_id: int, count: int) -> None:
    issue = {"target_id": 1, "check_id": "column-blank", "subject": "", "state": "notified"}
    seen = {"first_seen": NOW, "last_seen": NOW, "observed_at": NOW}
    rows = [issue | seen | {"subject_key": f"{notice_id}/{number}"} for number in range(count)]
    if rows:
        session.execute(insert(Issue), rows)
    mine = select(Issue.id).where(Issue.subject_key.like(f"{notice_id}/%"))
    items = [
        {"notice_id": notice_id, "issue_id": number, "target_id": 1, "ordinal": 1, "part": "new"}
        for number in session.scalars(mine)
    ]
    if items:
        session.execute(insert(NoticeItem), items)


def held(session: Session, floor_mails: int = 2, floor_issues: int = 100) -> list[Held]:
    return list(brake.held(session, floor_mails=floor_mails, floor_issues=floor_issues))


@pytest.mark.parametrize(("mails", "is_held"), [(6, False), (7, True)])
def test_a_week_with_over_twice_the_mails_of_the_last_is_held(
    session: Session, mails: int, is_held: bool
) -> None:
    some_mails(session, 3, LAST, sent=True)
    ids = some_mails(session, mails)
    found = held(session)
    assert [(each.week, each.notice_ids, each.mails, each.last_week, each.last_mails) for each in found] == (
        [(THIS, tuple(ids), 7, LAST, 3)] if is_held else []
    )


@pytest.mark.parametrize(("floor", "is_held"), [(7, False), (6, True)])
def test_below_the_floor_nothing_is_a_storm(session: Session, floor: int, is_held: bool) -> None:
    some_mails(session, 1, LAST, sent=True)
    some_mails(session, 7)
    assert bool(held(session, floor)) is is_held


@pytest.mark.parametrize(("issues", "is_held"), [(10, False), (11, True)])
def test_many_issues_in_few_mails_are_a_storm_too(session: Session, issues: int, is_held: bool) -> None:
    some_mails(session, 1, LAST, issues=5, sent=True)
    some_mails(session, 1, issues=issues)
    assert bool(held(session, floor_issues=1)) is is_held


def test_in_the_first_week_only_the_floor_of_issues_counts(session: Session) -> None:
    some_mails(session, 40, issues=2)
    assert held(session, floor_issues=80) == []
    (storm,) = held(session, floor_issues=79)
    assert (storm.last_week, storm.last_mails, storm.issues) == ("", 0, 80)


def test_a_week_is_compared_with_the_newest_before_it_that_had_mail(session: Session) -> None:
    some_mails(session, 9, "2026-W20", sent=True)
    some_mails(session, 3, LAST, sent=True)
    some_mails(session, 7)
    assert held(session)[0].last_week == LAST


def test_a_storm_that_waits_makes_no_room_for_the_next(session: Session) -> None:
    some_mails(session, 3, "2026-W46", sent=True)
    some_mails(session, 20, LAST)
    some_mails(session, 30, THIS)
    assert [(each.week, each.last_week) for each in held(session)] == [(LAST, "2026-W46"), (THIS, "2026-W46")]


def test_a_storm_that_was_withdrawn_makes_no_room_either(session: Session) -> None:
    some_mails(session, 3, "2026-W46", sent=True)
    for notice_id in some_mails(session, 20, LAST):
        session.get_one(Notice, notice_id).state = "withdrawn"
    outbox.stop_withdrawn(session, NOW)
    some_mails(session, 30, THIS)
    assert [(each.week, each.last_mails) for each in held(session)] == [(THIS, 3)]


def test_what_somebody_released_stays_released_and_what_comes_later_is_held_anew(session: Session) -> None:
    some_mails(session, 3, LAST, sent=True)
    released = some_mails(session, 7)
    note_acts(session, released, Act.RELEASE, "李主任", "已核实", NOW, NOW)
    assert held(session) == []
    late = some_mails(session, 1)
    assert [each.notice_ids for each in held(session)] == [tuple(late)]


def test_mails_that_were_tried_already_are_not_held_back_from_their_next_try(session: Session) -> None:
    some_mails(session, 3, LAST, sent=True)
    some_mails(session, 4)
    (mail, *_) = outbox.due(session, NOW)
    outbox.begin(session, mail.id, NOW)
    later = Answer(Outcome.LATER, "451 greylisted")
    outbox.settle(session, mail, later, begun=True, at=NOW, retry=timedelta(days=3))
    some_mails(session, 4)
    assert mail.notice_id not in held(session)[0].notice_ids


def test_a_mail_that_a_person_sends_again_is_not_held(session: Session) -> None:
    some_mails(session, 3, LAST, sent=True)
    some_mails(session, 7, sent=True)
    mail = session.scalars(select(Mail).where(Mail.notice_id == 4)).one()
    mail.state = "bounced"
    outbox.decide(session, mail.id, delivered=False, by="张三", why="未收到", at=NOW, recorded_at=NOW)
    assert held(session) == []


def test_where_nothing_waits_nothing_is_held(session: Session) -> None:
    assert held(session) == []
    some_mails(session, 3, LAST, sent=True)
    assert held(session) == []
