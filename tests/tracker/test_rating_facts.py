"""What ratings and bulletins rest on: how issues stood, what was judged, what was told and whether it was answered."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, update
from sqlalchemy.orm import Session

from checks.ratings import Result
from tests.builders import SHANGHAI
from tests.reports.bulletins import (
    ACCOUNT,
    AFTER,
    EDUCATION,
    OTHER_SITE,
    OURS,
    Q4,
    SITE,
    WATER,
    a_quarter,
    a_round,
    a_town,
    found,
    gone,
    on,
)
from tests.tracker.sightings import a_fault, a_policy, seen, tell, the_issue
from tests.tracker.telling import answered, dismissed, stands, told, withdrawn
from tracker import waivers
from tracker.database import Database
from tracker.figure_facts import AsKnown
from tracker.lifecycle import State
from tracker.models import Notice, ProbeRow, SeenColumn
from tracker.periods import Period
from tracker.rating_facts import Rated, named, ratings, unanswered
from tracker.rating_facts import stands as stood
from tracker.trial import release


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_town(session)
        yield session


def rated(session: Session, target: int = SITE, at: datetime = AFTER, period: Period = Q4) -> Rated:
    return next(each for each in ratings(session, period, AsKnown(at)) if each.target == target)


def blank_columns(session: Session, count: int, at: datetime, target: int = SITE) -> None:
    for number in range(count):
        found(session, at, "column-blank", f"栏目{number}", target)


# -- 判定 --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "result"), [(4, Result.NOTHING_FOUND), (5, Result.FAILED)])
def test_confirmed_issues_are_rated(session: Session, count: int, result: Result) -> None:
    blank_columns(session, count, on(10, 15))
    assert rated(session).rating.result is result
    assert rated(session).rating.peaks == {"W4c": count}


def test_an_issue_counts_from_its_confirmation_until_it_is_put_right(session: Session) -> None:
    blank_columns(session, 5, on(9, 20))
    for number in range(5):
        gone(session, on(10, 1, 0), "column-blank", f"栏目{number}", SITE)
    assert rated(session, period=Period.named("2026-Q3")).rating.peaks == {"W4c": 5}
    assert not rated(session).rating.peaks, "put right in the first moment of the quarter"


def test_only_what_is_known_at_the_moment_counts_and_that_very_moment_does(session: Session) -> None:
    blank_columns(session, 5, on(10, 15))
    assert rated(session, at=on(10, 15)).rating.peaks == {"W4c": 5}
    assert not rated(session, at=on(10, 15) - timedelta(seconds=1)).rating.peaks


def test_suspected_issues_never_count(session: Session) -> None:
    for number in range(5):
        tell(session, seen(a_fault(f"栏目{number}"), on(10, 15), target_id=SITE))
    assert not rated(session).rating.peaks


def test_a_waived_issue_does_not_count_while_it_is(session: Session) -> None:
    blank_columns(session, 5, on(9, 15))
    waivers.waive(
        session,
        1,
        why="改版",
        by="李主任",
        asked_by="张三",
        days=200,
        at=on(9, 30),
        recorded_at=on(9, 30),
    )
    assert rated(session).rating.peaks == {"W4c": 4}


def test_what_a_person_dismissed_was_never_a_fault_also_in_the_period_before(session: Session) -> None:
    found(session, on(9, 15), "column-blank", "通知公告", SITE)
    dismissed(session, the_issue(session), on(10, 20))
    assert not rated(session).rating.peaks
    assert not rated(session, period=Period.named("2026-Q3")).rating.peaks
    before = rated(session, period=Period.named("2026-Q3"), at=on(10, 1))
    assert before.rating.peaks == {"W4c": 1}, "as it was known then"


def test_a_relapse_that_was_told_and_withdrawn_stood_all_the_time() -> None:
    moves = [
        (on(10, 1), State.SUSPECTED), (on(10, 2), State.CONFIRMED), (on(10, 5), State.NOTIFIED),
        (on(10, 6), State.CONFIRMED), (on(10, 8), State.RECTIFIED), (on(10, 20), State.CONFIRMED),
    ]  # fmt: skip
    assert list(stood(moves)) == [(on(10, 2), on(10, 8)), (on(10, 20), None)]


def test_how_deep_a_column_hangs_is_unknown_where_only_a_more_link_told_of_it(session: Session) -> None:
    facts = "newest=2026-01-01 limit=180 rows=3"
    found(session, on(10, 15), "column-stale", "通知公告", SITE, facts)
    assert rated(session).rating.peaks == {"W4a": 1}
    session.add(
        SeenColumn(
            target_id=SITE,
            path="通知公告",
            url="",
            found_by="more",
            first_seen=on(10, 1),
            last_seen=on(10, 1),
        )
    )
    session.flush()
    assert rated(session).rating.peaks == {"W4b": 1}


def test_an_item_is_checked_when_a_check_said_something_in_the_period(session: Session) -> None:
    a_round(session, on(9, 30), {SITE: ("home-stale",)})
    a_round(session, on(10, 10), {SITE: ("column-blank",)})
    unchecked = rated(session).rating.unchecked
    assert "首页不更新" in unchecked
    assert "栏目不更新（空白栏目）" not in unchecked
    assert rated(session, OTHER_SITE).rating.result is Result.UNSEEN


@pytest.mark.parametrize(("probes", "is_checked"), [(139, False), (140, True)])
def test_that_a_site_opens_is_judged_by_a_week_of_twenty_visits_a_day(
    session: Session, probes: int, is_checked: bool
) -> None:
    a_round(session, on(10, 10), {SITE: ("site-unreachable",)})
    for number in range(probes):
        session.add(ProbeRow(target_id=SITE, at=on(10, 2) + number * timedelta(hours=1), ok=True))
    session.flush()
    assert ("站点无法访问" not in rated(session).rating.unchecked) is is_checked


def test_who_was_not_running_for_a_day_is_not_rated_and_the_last_unit_answers(session: Session) -> None:
    stands(session, SITE, 2, since=on(11, 1).date())
    stands(session, ACCOUNT, 1, "closed", since=on(10, 1).date())
    assert {each.target: each.unit for each in ratings(session, Q4, AsKnown(AFTER))} == {
        SITE: WATER,
        OTHER_SITE: WATER,
    }
    assert rated(session, at=on(10, 20)).unit == EDUCATION
    assert rated(session, ACCOUNT, period=Period.named("2026-Q3")).unit == EDUCATION


# -- 列入通知的问题 -----------------------------------------------------------------------------------------


def test_what_notices_name_comes_with_its_printed_row_and_where_it_stands(session: Session) -> None:
    a_quarter(session)
    rows = named(session, Q4, AsKnown(on(10, 20)), OURS)
    assert [(each.number, each.part, each.state) for each in rows] == [
        ("〔2026〕2号", "new", State.NOTIFIED)
    ] * 5
    assert rows[0].row["path"] == "政务公开 > 栏目0"
    later = named(session, Q4, AsKnown(AFTER), OURS)
    assert [each.state for each in later[:3]] == [State.RECTIFIED] * 3
    assert [each.part for each in later].count("again") == 3


def test_withdrawn_notices_and_our_own_faults_are_not_named(session: Session) -> None:
    found(session, on(10, 15), "column-blank", "通知公告", SITE)
    found(session, on(10, 15), "source-broken", "wb-1", ACCOUNT)
    (notice,) = told(session, on(10, 19))
    assert [each.check for each in named(session, Q4, AsKnown(AFTER), OURS)] == ["column-blank"]
    withdrawn(session, notice, on(10, 20))
    assert named(session, Q4, AsKnown(AFTER), OURS) == []
    assert len(named(session, Q4, AsKnown(on(10, 19, 12)), OURS)) == 1


# -- 反馈 --------------------------------------------------------------------------------------------------


def late(session: Session, at: datetime = AFTER) -> list[tuple[str, str, int]]:
    return [(each.unit, each.number, each.issues) for each in unanswered(session, Q4, AsKnown(at), OURS)]


def test_who_neither_answers_nor_puts_it_right_within_the_limit_is_named_from_the_day_after(
    session: Session,
) -> None:
    blank_columns(session, 2, on(10, 15))
    (notice,) = told(session, on(10, 19))
    assert str(notice.due_on) == "2026-10-26"
    assert late(session, on(10, 26, 23)) == []
    assert late(session, on(10, 27, 0)) == [(EDUCATION, "〔2026〕1号", 2)]


@pytest.mark.parametrize(("day", "is_late"), [(26, False), (27, True)])
def test_an_answer_on_the_last_day_is_in_time_and_one_after_it_is_not(
    session: Session, day: int, is_late: bool
) -> None:
    blank_columns(session, 1, on(10, 15))
    (notice,) = told(session, on(10, 19))
    answered(session, notice, on(10, day, 23))
    assert bool(late(session)) is is_late


def test_what_was_put_right_in_time_need_not_be_answered(session: Session) -> None:
    blank_columns(session, 2, on(10, 15))
    told(session, on(10, 19))
    gone(session, on(10, 22), "column-blank", "栏目0", SITE)
    assert late(session) == [(EDUCATION, "〔2026〕1号", 1)]
    gone(session, on(10, 26), "column-blank", "栏目1", SITE)
    assert late(session) == []


def test_of_an_imported_notice_no_answer_is_on_record_so_nobody_is_accused(session: Session) -> None:
    blank_columns(session, 1, on(10, 15))
    told(session, on(10, 19))
    session.execute(update(Notice).values(origin="imported"))
    assert late(session) == []


# -- queries ----------------------------------------------------------------------------------------------


def test_nothing_is_asked_in_a_loop(session: Session, database: Database) -> None:
    a_quarter(session)

    def queries() -> int:
        asked: list[str] = []
        listen = lambda *args: asked.append(args[2])  # noqa: E731
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", listen)
        ratings(session, Q4, AsKnown(AFTER))
        named(session, Q4, AsKnown(AFTER), OURS)
        list(unanswered(session, Q4, AsKnown(AFTER), OURS))
        event.remove(engine, "before_cursor_execute", listen)
        return len(asked)

    few = queries()
    blank_columns(session, 12, datetime(2026, 12, 3, 9, tzinfo=SHANGHAI), OTHER_SITE)
    told(session, datetime(2026, 12, 7, 9, tzinfo=SHANGHAI))
    assert queries() == few <= 10


def test_the_list_of_the_trial_period_is_rated_and_told_only_once_it_is_released(session: Session) -> None:
    began = on(11, 2)
    policy = a_policy(hours=0, trial_until=began.date())
    for number in range(5):
        fault = a_fault(f"栏目{number}")
        looks = [seen(fault, began, ordinal, SITE) for ordinal in (1, 2)]
        tell(session, *looks, policy=policy)
    assert not rated(session).rating.peaks
    assert named(session, Q4, AsKnown(AFTER), OURS) == []

    released_at = on(11, 9)
    release(session, why="可以通知", by="李四", at=released_at, recorded_at=released_at)
    assert rated(session).rating.peaks == {"W4c": 5}
