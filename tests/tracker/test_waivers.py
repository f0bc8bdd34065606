"""报备暂不计: asked for by one, approved by another, for what was seen, until a day."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.tracker.sightings import HOURS, a_fault, clear_of, moves, seen, tell, unjudged_of
from tests.tracker.telling import (
    MONDAY,
    WEEKS,
    a_site_of,
    a_unit,
    answered,
    confirmed,
    dismissed,
    due,
    stands,
    told,
)
from tracker.acts import close_targets
from tracker.database import Database
from tracker.errors import ForbiddenAct, UnknownIssue
from tracker.models import Issue, Waiver
from tracker.replies import Asks
from tracker.verification import verify
from tracker.waivers import lapse, waive

US = "云泽市教育局"
DAY = timedelta(days=1)
UNTIL = (MONDAY + 10 * DAY).date()


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_site_of(session, a_unit(session, US), "4199000001")
        yield session
        session.flush()
        assert list(verify(session, None)) == []


def waived(
    session: Session,
    issue: Issue,
    *,
    by: str = "李主任",
    asked_by: str = "",
    until: date | None = UNTIL,
    at: datetime = MONDAY,
) -> Waiver:
    return waive(
        session,
        issue.id,
        why="网站改版",
        by=by,
        asked_by=asked_by,
        until=until,
        days=30,
        at=at,
        recorded_at=at,
    )


def a_waived_issue(session: Session) -> Issue:
    issue = confirmed(session)
    waived(session, issue)
    return issue


def look(session: Session, at: datetime, facts: str = "0条") -> None:
    tell(session, seen(a_fault(facts=facts), at))


# -- who --------------------------------------------------------------------------------------------------


def test_a_waiver_names_who_asked_for_it_and_who_approved_it(session: Session) -> None:
    waiver = waived(session, confirmed(session), until=None)
    assert (waiver.asked_by, waiver.approved_by, waiver.until) == (US, "李主任", date(2026, 12, 23))


def test_who_asked_for_it_in_a_reply_is_its_requester(session: Session) -> None:
    issue = confirmed(session)
    (notice,) = told(session)
    answered(session, notice, MONDAY + HOURS, by="王五", asks=Asks.WAIVER)
    waiver = waived(session, issue, at=MONDAY + DAY)
    assert (waiver.asked_by, issue.state, issue.due_on) == ("王五", "waived", None)


@pytest.mark.parametrize("approver", [US, " 云泽市教育局 ", "王五", "王 五", "　王五", "赵六"])
@pytest.mark.parametrize("asked_by", ["", "赵六"])
def test_nobody_approves_what_he_asked_for_whoever_is_said_to_have_asked(
    session: Session, approver: str, asked_by: str
) -> None:
    issue = confirmed(session)
    (notice,) = told(session)
    answered(session, notice, MONDAY + HOURS, by=" 王五", asks=Asks.WAIVER)
    if approver == "赵六" and not asked_by:
        waived(session, issue, by=approver, at=MONDAY + DAY)
        return
    with pytest.raises(ForbiddenAct, match="报备须由申请人以外的人批准"):
        waived(session, issue, by=approver, asked_by=asked_by, at=MONDAY + DAY)
    assert issue.state == "replied"


def test_a_waiver_that_would_end_today_is_refused(session: Session) -> None:
    with pytest.raises(ForbiddenAct, match="已过或就是今天"):
        waived(session, confirmed(session), until=MONDAY.date())


def test_only_what_was_confirmed_and_is_open_can_be_waived(session: Session) -> None:
    tell(session, seen(a_fault(), MONDAY - DAY))
    with pytest.raises(ForbiddenAct, match="现为“疑似”，不能报备"):
        waived(session, session.get_one(Issue, 1))
    with pytest.raises(UnknownIssue):
        waive(session, 99, why="改版", by="李主任", days=30, at=MONDAY, recorded_at=MONDAY)
    assert session.scalars(select(Waiver)).all() == []


# -- while it holds -----------------------------------------------------------------------------------------


def test_a_waived_issue_stands_in_no_notice(session: Session) -> None:
    a_waived_issue(session)
    assert due(session) == {}


def test_the_same_facts_do_not_end_a_waiver(session: Session) -> None:
    issue = a_waived_issue(session)
    look(session, MONDAY + DAY)
    look(session, MONDAY + 2 * DAY)
    tell(session, seen(unjudged_of(), MONDAY + 3 * DAY))
    assert issue.state == "waived"


def test_a_clear_look_does_not_end_a_waiver(session: Session) -> None:
    issue = a_waived_issue(session)
    tell(session, seen(clear_of(), MONDAY + DAY))
    assert issue.state == "waived"


# -- how it ends --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "state"), [(10, "waived"), (11, "confirmed")])
def test_a_waiver_ends_when_its_last_day_is_over(session: Session, days: int, state: str) -> None:
    issue = a_waived_issue(session)
    assert lapse(session, MONDAY + days * DAY, MONDAY) == (state == "confirmed")
    assert issue.state == state


def test_what_is_asked_for_again_after_a_waiver_is_newly_named(session: Session) -> None:
    a_waived_issue(session)
    at = MONDAY + 11 * DAY
    lapse(session, at, at)
    assert lapse(session, at, at) == 0
    assert due(session, MONDAY + WEEKS + 7 * DAY) == {US: ["new 通知公告"]}


def test_other_facts_end_a_waiver(session: Session) -> None:
    confirmed(session)
    tell(session, seen(a_fault(facts="rows=0"), MONDAY - HOURS))
    issue = session.get_one(Issue, 1)
    waiver = waived(session, issue)
    look(session, MONDAY + DAY, "rows=0")
    assert issue.state == "waived"
    look(session, MONDAY + 2 * DAY, "rows=1")
    assert (issue.state, waiver.ended_at) == ("confirmed", MONDAY + 2 * DAY)


def test_a_waiver_given_on_a_persons_words_takes_the_facts_of_the_first_look_for_its_own(
    session: Session,
) -> None:
    issue = a_waived_issue(session)
    look(session, MONDAY + DAY, "rows=0")
    assert issue.state == "waived"
    look(session, MONDAY + 2 * DAY, "rows=1")
    assert issue.state == "confirmed"


def test_where_the_fault_was_seen_gone_meanwhile_the_calendar_accuses_nobody(session: Session) -> None:
    issue = a_waived_issue(session)
    tell(session, seen(clear_of(), MONDAY + DAY))
    assert lapse(session, MONDAY + 20 * DAY, MONDAY) == 0
    assert issue.state == "waived"


def test_a_clear_look_after_the_last_day_closes_the_issue_and_no_unit_hears_of_it(session: Session) -> None:
    issue = a_waived_issue(session)
    tell(session, seen(clear_of(), MONDAY + 20 * DAY))
    assert issue.state == "rectified"
    assert moves(session)[-2:] == ["waived>confirmed", "confirmed>rectified"]
    assert due(session, MONDAY + 4 * WEEKS) == {}


def test_where_it_was_seen_gone_one_look_that_finds_it_again_accuses_nobody(session: Session) -> None:
    issue = a_waived_issue(session)
    tell(session, seen(clear_of(), MONDAY + DAY))
    look(session, MONDAY + 20 * DAY)
    assert lapse(session, MONDAY + 20 * DAY + HOURS, MONDAY) == 0
    assert issue.state == "waived"
    look(session, MONDAY + 20 * DAY + 6 * HOURS)
    assert issue.state == "confirmed"


def test_where_it_came_back_while_the_waiver_held_it_ends_by_the_calendar_again(session: Session) -> None:
    issue = a_waived_issue(session)
    tell(session, seen(clear_of(), MONDAY + DAY))
    look(session, MONDAY + 2 * DAY)
    look(session, MONDAY + 3 * DAY)
    assert issue.state == "waived"
    assert lapse(session, MONDAY + 11 * DAY, MONDAY) == 1


def test_a_second_waiver_holds_for_its_own_facts_and_days(session: Session) -> None:
    issue = a_waived_issue(session)
    lapse(session, MONDAY + 11 * DAY, MONDAY)
    waived(session, issue, at=MONDAY + 12 * DAY, until=(MONDAY + 20 * DAY).date())
    look(session, MONDAY + 13 * DAY)
    assert issue.state == "waived"
    assert lapse(session, MONDAY + 21 * DAY, MONDAY) == 1


def test_a_waived_issue_ends_with_its_target(session: Session) -> None:
    issue = a_waived_issue(session)
    stands(session, 1, 1, "closed", MONDAY.date())
    close_targets(session, MONDAY.date(), MONDAY, MONDAY)
    assert issue.state == "closed"
    assert lapse(session, MONDAY + 20 * DAY, MONDAY) == 0


def test_what_is_waived_cannot_be_dismissed_meanwhile(session: Session) -> None:
    issue = a_waived_issue(session)
    with pytest.raises(ForbiddenAct, match="不能排除"):
        dismissed(session, issue, MONDAY + DAY)
