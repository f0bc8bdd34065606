"""What a unit is due to be told: what was newly confirmed, what is overdue, what was put right."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from tests.tracker.sightings import HOURS, a_fault, seen, tell
from tests.tracker.telling import (
    MONDAY,
    WEEK,
    WEEKS,
    a_site_of,
    a_unit,
    answered,
    confirmed,
    dismissed,
    due,
    from_the_public,
    items,
    prepare,
    put_right,
    seen_faulty,
    sign,
    some_terms,
    stands,
    told,
    withdrawn,
)
from tracker.database import Database
from tracker.drafts import drafts
from tracker.weeks import Week

US, OTHERS = "云泽市教育局", "云泽市水利局"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_site_of(session, a_unit(session, US), "4199000001")
        a_site_of(session, a_unit(session, OTHERS), "4199000002")
        yield session


def test_every_unit_is_due_to_be_told_of_its_own_targets(session: Session) -> None:
    confirmed(session, "通知公告")
    confirmed(session, "政策文件")
    confirmed(session, "水情", target_id=2)
    assert due(session) == {US: ["new 通知公告", "new 政策文件"], OTHERS: ["new 水情"]}


def test_a_suspicion_is_told_to_nobody(session: Session) -> None:
    tell(session, seen(a_fault(), MONDAY - timedelta(days=4)))
    tell(session, seen(a_fault("待审", needs_person=True), MONDAY - timedelta(days=4)))
    tell(session, seen(a_fault("待审", needs_person=True), MONDAY - timedelta(days=3)))
    assert due(session) == {}


def test_our_own_faults_are_told_to_nobody(session: Session) -> None:
    confirmed(session)
    assert list(drafts(session, WEEK, MONDAY, ours=["column-blank"])) == []


def test_what_was_confirmed_after_the_week_waits_for_its_own(session: Session) -> None:
    confirmed(session, "周日", WEEK.ends - timedelta(seconds=1))
    confirmed(session, "周一", WEEK.ends)
    assert due(session) == {US: ["new 周日"]}
    assert due(session, MONDAY + WEEKS) == {US: ["new 周日", "new 周一"]}


def test_what_was_put_right_or_dismissed_before_it_was_told_is_told_to_nobody(session: Session) -> None:
    confirmed(session, "已补")
    put_right(session, "已补", MONDAY - 2 * HOURS)
    dismissed(session, confirmed(session, "误报"), MONDAY - HOURS)
    assert due(session) == {}
    assert due(session, MONDAY + WEEKS) == {}


@pytest.mark.parametrize(("days_late", "expected"), [(0, {}), (1, {US: ["again 通知公告"]})])
def test_it_is_overdue_when_the_last_day_is_over(
    session: Session, days_late: int, expected: dict[str, list[str]]
) -> None:
    issue = confirmed(session)
    told(session)
    assert str(issue.due_on) == "2026-11-30"
    assert due(session, MONDAY + timedelta(days=7 + days_late)) == expected


def test_who_has_answered_is_not_asked_again_until_the_fault_was_seen_again(session: Session) -> None:
    issue = confirmed(session)
    (notice,) = told(session)
    answered(session, notice, MONDAY + timedelta(days=6))
    assert due(session, MONDAY + 2 * WEEKS) == {}
    seen_faulty(session, "通知公告", MONDAY + timedelta(days=6, hours=1))
    assert (issue.state, str(issue.due_on)) == ("notified", "2026-11-30")
    assert due(session, MONDAY + 2 * WEEKS) == {US: ["again 通知公告"]}


def test_recoveries_wait_until_there_is_something_to_ask_for_and_are_told_once(session: Session) -> None:
    confirmed(session)
    told(session)
    put_right(session, "通知公告", MONDAY + timedelta(days=2))
    assert due(session, MONDAY + WEEKS) == {}
    confirmed(session, "政策文件", MONDAY + timedelta(days=8))
    (second,) = told(session, MONDAY + 2 * WEEKS)
    assert items(session, second) == ["new 政策文件", "rectified 通知公告"]
    confirmed(session, "要闻", MONDAY + timedelta(days=15))
    (third,) = told(session, MONDAY + 3 * WEEKS)
    assert items(session, third) == ["new 要闻"]


def relapsed(session: Session, at: timedelta) -> None:
    seen_faulty(session, "通知公告", MONDAY + at)
    seen_faulty(session, "通知公告", MONDAY + at + 7 * HOURS)


def test_a_relapse_is_newly_named_in_the_next_notice(session: Session) -> None:
    issue = confirmed(session)
    told(session)
    put_right(session, "通知公告", MONDAY + timedelta(days=2))
    relapsed(session, timedelta(days=4))
    (second,) = told(session, MONDAY + WEEKS)
    assert items(session, second) == ["new 通知公告"]
    assert (issue.relapses, str(issue.due_on)) == (1, "2026-12-07")


def test_a_relapse_that_came_and_went_untold_hides_no_recovery(session: Session) -> None:
    confirmed(session)
    told(session)
    put_right(session, "通知公告", MONDAY + timedelta(days=1))
    relapsed(session, timedelta(days=2))
    put_right(session, "通知公告", MONDAY + timedelta(days=3))
    confirmed(session, "政策文件", MONDAY + timedelta(days=3))
    (second,) = told(session, MONDAY + WEEKS)
    assert items(session, second) == ["new 政策文件", "rectified 通知公告"]


def test_nobody_is_told_that_it_was_put_right_when_its_notice_was_withdrawn(session: Session) -> None:
    confirmed(session)
    (notice,) = told(session)
    put_right(session, "通知公告", MONDAY + timedelta(days=1))
    withdrawn(session, notice, MONDAY + timedelta(days=2))
    confirmed(session, "政策文件", MONDAY + timedelta(days=3))
    assert due(session, MONDAY + WEEKS) == {US: ["new 政策文件"]}


def test_what_stands_in_a_draft_of_another_week_stays_there(session: Session) -> None:
    confirmed(session)
    prepare(session, MONDAY)
    assert due(session, MONDAY + WEEKS) == {}
    assert due(session, MONDAY + WEEKS, WEEK) == {US: ["new 通知公告"]}


def test_a_late_draft_of_an_old_week_lists_what_was_confirmed_by_its_end(session: Session) -> None:
    confirmed(session, "早", MONDAY - 3 * WEEKS)
    confirmed(session, "晚", MONDAY - timedelta(days=2))
    old = Week.named("2026-W45")
    assert due(session, MONDAY, old) == {US: ["new 早"]}


def test_an_urgent_notice_lists_what_the_public_wrote_and_the_weekly_one_does_not_list_it_again(
    session: Session,
) -> None:
    from_the_public(session, MONDAY)
    confirmed(session, "巡检", MONDAY)
    prepare(session, MONDAY + HOURS, Week.of(MONDAY.date()), kind="urgent")
    (urgent,) = sign(session, MONDAY + HOURS)
    assert items(session, urgent) == ["new 找错"]
    assert due(session, MONDAY + timedelta(days=3), Week.of(MONDAY.date())) == {US: ["new 巡检"]}


def test_a_moved_target_takes_its_open_issues_to_the_new_units_next_notice(session: Session) -> None:
    confirmed(session)
    (old,) = told(session)
    confirmed(session, "政策文件", MONDAY + timedelta(days=1))
    stands(session, 1, 2, since=(MONDAY + timedelta(days=3)).date())
    (new,) = told(session, MONDAY + timedelta(days=8))
    assert (old.unit, new.unit) == (US, OTHERS)
    assert items(session, new) == ["new 政策文件", "again 通知公告"]


def test_an_announced_move_changes_nothing_before_its_day(session: Session) -> None:
    confirmed(session)
    stands(session, 1, 2, since=(MONDAY + timedelta(days=3)).date())
    assert due(session) == {US: ["new 通知公告"]}
    assert due(session, MONDAY + timedelta(days=3), WEEK) == {OTHERS: ["new 通知公告"]}


def test_a_unit_is_told_nothing_about_a_target_that_is_closed(session: Session) -> None:
    confirmed(session)
    stands(session, 1, 1, "closed", MONDAY.date())
    assert due(session) == {}
    assert due(session, MONDAY - timedelta(days=1), Week.of(MONDAY.date())) == {US: ["new 通知公告"]}


def test_there_is_a_draft_of_the_week_that_is_not_over_but_of_none_that_has_not_begun(
    session: Session,
) -> None:
    confirmed(session, at=MONDAY)
    assert prepare(session, MONDAY + HOURS, Week.of(MONDAY.date()), terms=some_terms()).drafted == 1
