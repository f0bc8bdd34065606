"""The list of notices, the notices of an issue, and the ladder of supervision (逐级督办)."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.tracker.telling import (
    MONDAY,
    WEEKS,
    a_site_of,
    a_unit,
    answered,
    confirmed,
    prepare,
    put_right,
    stands,
    told,
    withdrawn,
)
from tracker import outbox
from tracker.database import Database
from tracker.notice_queries import Rung, asked, ladder, listed, replies
from tracker.notice_queries import told as notices_of

US, OTHERS = "云泽市教育局", "云泽市水利局"
DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_site_of(session, a_unit(session, US), "4199000001")
        a_site_of(session, a_unit(session, OTHERS), "4199000002")
        yield session


def rungs(session: Session, today: date, remind_days: int = 1) -> list[Rung]:
    return list(ladder(session, today, today + remind_days * DAY, before_bulletin=2, before_talk=3))


# -- 逐级督办 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "levels"),
    [
        ("2026-11-28", []),
        ("2026-11-29", ["到期提醒"]),
        ("2026-11-30", ["到期提醒"]),
        ("2026-12-01", ["再次通知"]),
    ],
)
def test_it_is_reminded_of_before_the_deadline_and_on_it_and_overdue_after_it(
    session: Session, day: str, levels: list[str]
) -> None:
    confirmed(session)
    told(session)
    assert [rung.level for rung in rungs(session, date.fromisoformat(day))] == levels


@pytest.mark.parametrize(
    ("again", "level"),
    [(0, "再次通知"), (1, "再次通知"), (2, "拟通报名单"), (3, "拟约谈名单"), (4, "拟约谈名单")],
)
def test_the_ladder_rises_with_every_notice_that_asked_again_in_vain(
    session: Session, again: int, level: str
) -> None:
    confirmed(session)
    for number in range(again + 1):
        told(session, MONDAY + 2 * number * WEEKS)
    (rung,) = rungs(session, (MONDAY + 2 * (again + 1) * WEEKS).date())
    assert (rung.level, rung.times, rung.unit) == (level, again + 1, US)


def test_a_withdrawn_notice_raises_nobody(session: Session) -> None:
    confirmed(session)
    told(session)
    told(session, MONDAY + 2 * WEEKS)
    (third,) = told(session, MONDAY + 4 * WEEKS)
    assert rungs(session, (MONDAY + 6 * WEEKS).date())[0].level == "拟通报名单"
    withdrawn(session, third, MONDAY + 4 * WEEKS + DAY)
    assert rungs(session, (MONDAY + 6 * WEEKS).date())[0].level == "再次通知"


def test_who_has_answered_or_put_right_stands_on_no_rung(session: Session) -> None:
    confirmed(session, "已答")
    confirmed(session, "已补")
    (notice,) = told(session)
    answered(session, notice, MONDAY + DAY, [1])
    put_right(session, "已补", MONDAY + DAY)
    assert rungs(session, date(2026, 12, 15)) == []


def test_the_highest_rung_comes_first_and_then_what_is_overdue_longest(session: Session) -> None:
    confirmed(session, "久")
    told(session)
    told(session, MONDAY + 2 * WEEKS)
    told(session, MONDAY + 4 * WEEKS)
    confirmed(session, "新", MONDAY + 26 * DAY, target_id=2)
    told(session, MONDAY + 4 * WEEKS + DAY)
    found = rungs(session, (MONDAY + 6 * WEEKS).date())
    assert [(rung.issue.subject_key, rung.level) for rung in found] == [
        ("久", "拟通报名单"),
        ("新", "再次通知"),
    ]
    assert [rung.overdue_days for rung in found] == [7, 6]


def test_a_moved_target_stands_under_the_unit_that_answers_for_it_on_the_day(session: Session) -> None:
    confirmed(session)
    told(session)
    stands(session, 1, 2, since=date(2026, 12, 10))
    assert rungs(session, date(2026, 12, 9))[0].unit == US
    assert rungs(session, date(2026, 12, 10))[0].unit == OTHERS


def test_a_closed_target_stands_on_no_rung(session: Session) -> None:
    confirmed(session)
    told(session)
    stands(session, 1, 1, "closed", date(2026, 12, 10))
    assert rungs(session, date(2026, 12, 10)) == []


# -- lists ------------------------------------------------------------------------------------------------


def test_a_listed_notice_counts_its_parts_its_mails_and_its_acts(session: Session) -> None:
    confirmed(session)
    confirmed(session, "政策文件")
    (notice,) = told(session)
    outbox.queue(session, notice.id, "notice", "a@b.test", "<1>", "ab" * 32, MONDAY)
    session.flush()
    (found,) = listed(session)
    fields = found.fields
    acts = fields.pop("acts")
    assert fields == {
        "no": "2026-1",
        "number": "〔2026〕1号",
        "kind": "weekly",
        "unit": US,
        "week": "2026-W47",
        "origin": "own",
        "state": "signed",
        "date": "2026-11-23",
        "due": "2026-11-30",
        "new": 2,
        "again": 0,
        "rectified": 0,
        "mails": {"queued": 1},
    }
    assert acts == [
        {"act": "拟稿", "by": "张三", "at": "2026-11-23T09:00:00+08:00"},
        {"act": "签发", "by": "李主任", "at": "2026-11-23T09:00:00+08:00"},
    ]


def test_a_draft_has_no_number_yet(session: Session) -> None:
    confirmed(session)
    prepare(session)
    (found,) = listed(session)
    assert (found.no, found.fields["number"], found.fields["date"]) == ("", "", None)


def test_one_weeks_notices_are_listed_alone(session: Session) -> None:
    confirmed(session)
    told(session)
    told(session, MONDAY + 2 * WEEKS)
    assert len(listed(session)) == 2
    assert [each.notice.week for each in listed(session, "2026-W49")] == ["2026-W49"]


@pytest.mark.parametrize("count", [1, 6])
def test_listing_takes_four_queries_however_many_there_are(
    database: Database, session: Session, count: int
) -> None:
    confirmed(session)
    for number in range(count):
        told(session, MONDAY + 2 * number * WEEKS)
    statements: list[str] = []
    event.listen(database._writer, "before_cursor_execute", lambda *each: statements.append(each[2]))
    assert len(listed(session)) == count
    assert len(statements) == 4


def test_an_issue_knows_the_notices_it_stands_in_and_what_was_answered(session: Session) -> None:
    issue = confirmed(session)
    (first,) = told(session)
    answered(session, first, MONDAY + DAY)
    withdrawn(session, first, MONDAY + 2 * DAY)
    told(session, MONDAY + WEEKS)
    found = [(each.number, each.part, each.times, each.state) for each in notices_of(session, issue.id)]
    assert found == [
        ("〔2026〕1号", "new", 1, "withdrawn"),
        ("〔2026〕2号", "withdrawn", 1, "signed"),
        ("〔2026〕3号", "new", 1, "signed"),
    ]
    assert [each.measure for each in replies(session, issue.id)] == ["已补充内容"]


def test_what_asked_for_an_issue_counts_from_where_it_was_newly_named_last(session: Session) -> None:
    issue = confirmed(session)
    (first,) = told(session)
    (second,) = told(session, MONDAY + 2 * WEEKS)
    assert [each.notice_id for each in asked(session, [issue.id])[issue.id]] == [first.id, second.id]
    withdrawn(session, first, MONDAY + 2 * WEEKS + DAY)
    (third,) = told(session, MONDAY + 3 * WEEKS)
    assert [(each.notice_id, each.due_on) for each in asked(session, [issue.id])[issue.id]] == [
        (third.id, issue.due_on)
    ]
