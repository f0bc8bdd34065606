"""The life of a notice: one a unit, week and kind; issued whole, never changed; withdrawn and corrected by acts of their own."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tests.tracker.sightings import HOURS
from tests.tracker.telling import (
    MONDAY,
    WEEK,
    WEEKS,
    a_site_of,
    a_unit,
    all_notices,
    answered,
    confirmed,
    corrected,
    dismissed,
    from_the_public,
    issued,
    items,
    prepare,
    put_right,
    seen_faulty,
    sign,
    some_terms,
    stands,
    the_item,
    told,
    withdrawn,
)
from tracker import models, notice_acts, notices
from tracker.database import Database
from tracker.models import Notice, NoticeAct
from tracker.notice_acts import ForbiddenNoticeAct
from tracker.notice_queries import asked
from tracker.notice_words import Act
from tracker.notices import UnknownNotice
from tracker.verification import verify
from tracker.waivers import waive
from tracker.weeks import Week

US, OTHERS = "云泽市教育局", "云泽市水利局"
DAY = timedelta(days=1)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """At the end of each test the whole record can be counted again."""
    with database.writing() as session:
        a_site_of(session, a_unit(session, US), "4199000001")
        a_site_of(session, a_unit(session, OTHERS), "4199000002")
        yield session
        session.flush()
        assert list(verify(session, None)) == []


def acts(session: Session, notice: Notice) -> list[tuple[str, str]]:
    query = select(NoticeAct.act, NoticeAct.by).where(NoticeAct.notice_id == notice.id)
    return [(act, by) for act, by in session.execute(query.order_by(NoticeAct.id))]


# -- 拟稿 --------------------------------------------------------------------------------------------------


def test_there_is_one_draft_a_unit_however_often_it_is_prepared(session: Session) -> None:
    confirmed(session)
    confirmed(session, target_id=2)
    assert prepare(session).drafted == prepare(session, by="李四").drafted == 2
    assert [notice.unit for notice in all_notices(session)] == [US, OTHERS]
    assert acts(session, all_notices(session)[0]) == [("拟稿", "张三")]


def test_a_draft_that_is_prepared_again_takes_in_what_came_meanwhile_and_says_who_did_it(
    session: Session,
) -> None:
    confirmed(session)
    prepare(session)
    confirmed(session, "政策文件", MONDAY - DAY)
    prepare(session, MONDAY + HOURS, by="李四")
    (notice,) = all_notices(session)
    assert items(session, notice) == ["new 通知公告", "new 政策文件"]
    assert acts(session, notice) == [("拟稿", "张三"), ("拟稿", "李四")]


def test_two_at_once_prepare_one_notice(database: Database) -> None:
    with database.writing() as session:
        a_site_of(session, a_unit(session, US), "4199000001")
        confirmed(session)
    start = Barrier(2)

    def prepares() -> None:
        start.wait()
        with database.writing() as session:
            prepare(session)

    desks = [Thread(target=prepares) for _ in range(2)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    with database.reading() as session:
        (notice,) = all_notices(session)
        assert items(session, notice) == ["new 通知公告"]


def test_the_record_itself_refuses_a_second_notice_of_a_unit_week_and_kind(database: Database) -> None:
    row = {
        "unit_id": 1,
        "unit": US,
        "week": str(WEEK),
        "kind": "weekly",
        "title": "问题整改通知单",
        "drafted_at": MONDAY,
    }
    with database.writing() as session:
        a_unit(session, US)
        session.execute(insert(Notice), row)
        session.execute(insert(Notice), row | {"kind": "urgent"})
        with pytest.raises(IntegrityError):
            session.execute(insert(Notice), row)


def test_what_was_signed_does_not_change_when_it_is_prepared_again(session: Session) -> None:
    confirmed(session)
    (notice,) = told(session)
    confirmed(session, "政策文件", MONDAY - DAY)
    done = prepare(session, MONDAY + DAY, WEEK)
    assert (done.drafted, done.issued) == (0, 1)
    assert items(session, notice) == ["new 通知公告"]
    (second,) = told(session, MONDAY + WEEKS)
    assert items(session, second) == ["new 政策文件"]


def test_a_draft_about_which_nothing_is_left_is_void_and_comes_back_when_there_is_something(
    session: Session,
) -> None:
    issue = confirmed(session)
    prepare(session)
    put_right(session, "通知公告", MONDAY)
    done = prepare(session, MONDAY + HOURS)
    (notice,) = all_notices(session)
    assert (done.drafted, done.void, notice.state, issue.state) == (0, 1, "void", "rectified")
    assert prepare(session, MONDAY + HOURS).void == 0
    confirmed(session, "政策文件", MONDAY - DAY)
    assert prepare(session, MONDAY + 2 * HOURS).drafted == 1
    assert [row.unit for row in sign(session, MONDAY + 3 * HOURS)] == [US]


def test_a_week_that_has_not_begun_has_no_notice(session: Session) -> None:
    confirmed(session)
    with pytest.raises(ForbiddenNoticeAct, match="2026年第49周尚未开始"):
        prepare(session, MONDAY, Week.named("2026-W49"))


# -- 审核 --------------------------------------------------------------------------------------------------


def review(session: Session, by: str = "李四") -> int:
    return notices.review(session, all_notices(session), by=by, why="", at=MONDAY, recorded_at=MONDAY)


def test_who_drafted_a_notice_does_not_review_it(session: Session) -> None:
    confirmed(session)
    prepare(session, by="张三")
    with pytest.raises(ForbiddenNoticeAct, match="由张三拟稿，应由他人审核"):
        review(session, "张三")
    assert review(session, "李四") == 1


def test_where_it_is_asked_for_a_draft_is_signed_only_as_it_was_reviewed(session: Session) -> None:
    strict = some_terms(reviewing=True)
    confirmed(session)
    prepare(session)
    with pytest.raises(ForbiddenNoticeAct, match="尚未审核"):
        sign(session, terms=strict)
    review(session)
    confirmed(session, "政策文件", MONDAY - DAY)
    prepare(session)
    with pytest.raises(ForbiddenNoticeAct, match="改稿后尚未审核"):
        sign(session, terms=strict)
    review(session)
    assert len(sign(session, terms=strict)) == 1


# -- 签发 --------------------------------------------------------------------------------------------------


def test_signing_gives_a_number_a_date_and_a_deadline_and_moves_the_issues(session: Session) -> None:
    issue = confirmed(session)
    other = confirmed(session, target_id=2)
    first, second = told(session)
    assert [first.number, second.number] == ["〔2026〕1号", "〔2026〕2号"]
    assert (first.dated, first.due_on) == (MONDAY.date(), date(2026, 11, 30))
    assert first.calendar.startswith("chinesecalendar ")
    assert (issue.state, other.state, issue.due_on) == ("notified", "notified", first.due_on)
    row = the_item(session, first, issue).row
    assert (row["target"], row["path"], row["times"], row["due_on"]) == (
        "网站4199000001",
        "通知公告",
        1,
        "2026-11-30",
    )
    assert acts(session, first) == [("拟稿", "张三"), ("签发", "李主任")]


def test_what_was_put_right_dismissed_or_waived_between_draft_and_signing_stays_out(session: Session) -> None:
    for key in ("通知公告", "已补", "误报", "改版"):
        confirmed(session, key)
    prepare(session)
    found = {issue.subject_key: issue for issue in session.scalars(select(models.Issue))}
    put_right(session, "已补", MONDAY + HOURS)
    dismissed(session, found["误报"], MONDAY + HOURS)
    waive(
        session,
        found["改版"].id,
        why="改版",
        by="李主任",
        days=30,
        at=MONDAY + HOURS,
        recorded_at=MONDAY,
    )
    (notice,) = sign(session, MONDAY + 2 * HOURS)
    assert items(session, notice) == ["new 通知公告"]
    assert [found[key].state for key in ("已补", "误报", "改版")] == ["rectified", "dismissed", "waived"]


def test_a_draft_of_which_nothing_is_left_when_it_is_to_be_signed_is_void_and_takes_no_number(
    session: Session,
) -> None:
    confirmed(session)
    confirmed(session, target_id=2)
    prepare(session)
    put_right(session, "通知公告", MONDAY + HOURS)
    (notice,) = sign(session, MONDAY + 2 * HOURS)
    assert (notice.unit, notice.serial) == (OTHERS, 1)
    assert all_notices(session)[0].state == "void"


def test_a_draft_with_recoveries_alone_left_is_void_and_they_are_told_later(session: Session) -> None:
    confirmed(session)
    told(session)
    put_right(session, "通知公告", MONDAY + DAY)
    confirmed(session, "政策文件", MONDAY + 2 * DAY)
    prepare(session, MONDAY + WEEKS)
    put_right(session, "政策文件", MONDAY + WEEKS)
    assert sign(session, MONDAY + WEEKS + HOURS) == []
    confirmed(session, "要闻", MONDAY + 9 * DAY)
    (third,) = told(session, MONDAY + 2 * WEEKS)
    assert items(session, third) == ["new 要闻", "rectified 通知公告"]
    assert third.serial == 2


def test_what_moved_to_another_unit_between_draft_and_signing_waits_for_that_units_notice(
    session: Session,
) -> None:
    confirmed(session)
    prepare(session)
    stands(session, 1, 2, since=(MONDAY + DAY).date())
    assert sign(session, MONDAY + DAY) == []
    (notice,) = told(session, MONDAY + WEEKS)
    assert (notice.unit, items(session, notice)) == (OTHERS, ["new 通知公告"])


def test_a_notice_is_not_signed_before_it_was_drafted(session: Session) -> None:
    confirmed(session)
    prepare(session)
    with pytest.raises(ForbiddenNoticeAct, match="拟稿于 2026-11-23 09:00，不能补记更早的签发"):
        sign(session, MONDAY - HOURS)


def test_a_notice_is_signed_once(session: Session) -> None:
    confirmed(session)
    (notice,) = told(session)
    with pytest.raises(ForbiddenNoticeAct, match="现为“已签发”，不能签发"):
        notices.make_ready(session, notice, at=MONDAY, terms=some_terms())


def test_numbers_begin_anew_with_the_year(session: Session) -> None:
    confirmed(session)
    (old,) = told(session)
    confirmed(session, target_id=2, at=MONDAY + 5 * WEEKS)
    new, *_ = told(session, MONDAY + 6 * WEEKS)
    assert (old.number, new.number) == ("〔2026〕1号", "〔2027〕1号")


# -- 整改时限 ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "due"),
    [
        (
            "2025-01-24",
            "2025-02-07",
        ),  # Spring Festival from 28 January to 4 February, 26 January and 8 February worked
        ("2025-04-25", "2025-05-06"),  # 27 April worked, 1 to 5 May off
        ("2025-09-26", "2025-10-10"),  # 28 September worked, 1 to 8 October off
        ("2026-02-13", "2026-02-27"),  # 14 February worked, 15 to 23 February off
        ("2026-09-18", "2026-09-24"),  # 20 September worked
        ("2026-11-23", "2026-11-30"),
    ],
)
def test_the_deadline_counts_working_days_from_the_day_after_the_notice(
    session: Session, signed: str, due: str
) -> None:
    at = datetime.fromisoformat(f"{signed}T09:00").replace(tzinfo=CHINA)
    issue = confirmed(session, at=at - timedelta(days=14))
    (notice,) = told(session, at)
    assert (str(notice.due_on), str(issue.due_on)) == (due, due)


@pytest.mark.parametrize(("days_ago", "due"), [(0, "2026-11-26"), (1, "2026-11-25"), (20, "2026-11-24")])
def test_what_the_public_wrote_has_its_own_limit_but_nobody_is_late_on_the_day_he_is_told(
    session: Session, days_ago: int, due: str
) -> None:
    issue = from_the_public(session, MONDAY - days_ago * DAY - HOURS)
    confirmed(session, "巡检")
    prepare(session, MONDAY, Week.of(MONDAY.date()))
    (notice,) = sign(session)
    assert (str(issue.due_on), str(notice.due_on)) == (due, due)


def test_what_the_public_wrote_has_its_limit_anew_when_it_comes_back(session: Session) -> None:
    issue = from_the_public(session, MONDAY - 6 * DAY)
    told(session)
    put_right(session, "找错", MONDAY + DAY)
    seen_faulty(session, "找错", MONDAY + 6 * DAY)
    seen_faulty(session, "找错", MONDAY + 7 * DAY - HOURS)
    prepare(session, MONDAY + WEEKS, Week.of((MONDAY + WEEKS).date()))
    sign(session, MONDAY + WEEKS)
    assert str(issue.due_on) == "2026-12-03"


def test_a_deadline_in_a_year_that_is_not_published_is_a_forecast(session: Session) -> None:
    confirmed(session, at=MONDAY + 4 * WEEKS)
    at = MONDAY + 5 * WEEKS + 2 * DAY
    prepare(session, at, Week.of((MONDAY + 4 * WEEKS).date()))
    (notice,) = all_notices(session)
    ready = notices.make_ready(session, notice, at=at, terms=some_terms())
    assert ready is not None and ready.forecast
    assert (notice.due_on or at.date()).year == 2027
    issued(session, ready, at)
    later = notices.as_it_stands(session, notice.id, at=at, terms=some_terms())
    assert later is not None and later.forecast


# -- 再次通知 ------------------------------------------------------------------------------------------------


def test_an_overdue_issue_is_asked_for_again_with_a_new_deadline_and_the_count_of_notices(
    session: Session,
) -> None:
    issue = confirmed(session)
    told(session)
    counted = []
    for week in (2, 4):
        (notice,) = told(session, MONDAY + week * WEEKS)
        item = the_item(session, notice, issue)
        counted.append((item.part, item.times, str(item.due_on)))
    assert counted == [("again", 2, "2026-12-14"), ("again", 3, "2026-12-28")]
    assert issue.state == "notified"


def test_a_relapse_is_counted_from_the_beginning(session: Session) -> None:
    issue = confirmed(session)
    told(session)
    told(session, MONDAY + 2 * WEEKS)
    put_right(session, "通知公告", MONDAY + 15 * DAY)
    seen_faulty(session, "通知公告", MONDAY + 17 * DAY)
    seen_faulty(session, "通知公告", MONDAY + 18 * DAY)
    (third,) = told(session, MONDAY + 3 * WEEKS)
    assert (the_item(session, third, issue).part, the_item(session, third, issue).times) == ("new", 1)
    (fourth,) = told(session, MONDAY + 5 * WEEKS)
    assert the_item(session, fourth, issue).times == 2


def test_a_withdrawn_notice_does_not_count_as_one_that_asked(session: Session) -> None:
    issue = confirmed(session)
    told(session)
    (second,) = told(session, MONDAY + 2 * WEEKS)
    withdrawn(session, second, MONDAY + 2 * WEEKS + DAY)
    (third,) = told(session, MONDAY + 3 * WEEKS)
    assert the_item(session, third, issue).times == 2


def test_a_draft_of_an_old_week_that_is_signed_late_counts_in_the_order_of_signing(session: Session) -> None:
    issue = confirmed(session, target_id=1)
    confirmed(session, "政策文件", MONDAY - 3 * WEEKS)
    prepare(session, MONDAY, Week.named("2026-W45"))
    late = all_notices(session)[0]
    prepare(session, MONDAY)
    notice = all_notices(session)[1]
    ready = notices.make_ready(session, notice, at=MONDAY, terms=some_terms())
    assert ready is not None
    issued(session, ready, MONDAY)
    at = MONDAY + 8 * DAY
    prepare(session, at, Week.named("2026-W45"))
    assert sign(session, at) == [late]
    assert late.id < notice.id
    assert the_item(session, late, issue).times == 2
    assert [each.notice_id for each in asked(session, [issue.id])[issue.id]] == [notice.id, late.id]


# -- 撤回 --------------------------------------------------------------------------------------------------


def test_a_withdrawal_takes_back_what_was_newly_named_also_where_the_unit_has_answered(
    session: Session,
) -> None:
    first, second = confirmed(session), confirmed(session, "政策文件")
    (notice,) = told(session)
    answered(session, notice, MONDAY + HOURS, [second.id])
    follow = withdrawn(session, notice, MONDAY + DAY)
    assert (first.state, second.state, first.due_on, second.due_on) == ("confirmed", "confirmed", None, None)
    assert (notice.state, follow.kind, follow.about, follow.number) == (
        "withdrawn",
        "withdrawal",
        notice.id,
        "〔2026〕2号",
    )
    assert items(session, follow) == ["withdrawn 通知公告", "withdrawn 政策文件"]
    (again,) = told(session, MONDAY + WEEKS)
    assert items(session, again) == ["new 通知公告", "new 政策文件"]


def test_a_withdrawal_leaves_what_was_put_right_put_right(session: Session) -> None:
    issue = confirmed(session)
    (notice,) = told(session)
    put_right(session, "通知公告", MONDAY + HOURS)
    withdrawn(session, notice, MONDAY + DAY)
    assert issue.state == "rectified"


def test_the_withdrawal_of_a_repeated_notice_gives_the_earlier_deadline_back(session: Session) -> None:
    issue = confirmed(session)
    told(session)
    (second,) = told(session, MONDAY + 2 * WEEKS)
    assert str(issue.due_on) == "2026-12-14"
    withdrawn(session, second, MONDAY + 2 * WEEKS + DAY)
    assert (issue.state, str(issue.due_on)) == ("notified", "2026-11-30")


def test_the_withdrawal_of_the_first_notice_takes_back_what_later_ones_repeat(session: Session) -> None:
    issue = confirmed(session)
    (first,) = told(session)
    told(session, MONDAY + 2 * WEEKS)
    withdrawn(session, first, MONDAY + 2 * WEEKS + DAY)
    assert (issue.state, issue.due_on) == ("confirmed", None)
    (fourth,) = told(session, MONDAY + 3 * WEEKS)
    assert (the_item(session, fourth, issue).part, the_item(session, fourth, issue).times) == ("new", 1)


def test_the_withdrawal_of_an_old_notice_leaves_a_relapse_that_was_named_since(session: Session) -> None:
    issue = confirmed(session)
    (first,) = told(session)
    put_right(session, "通知公告", MONDAY + DAY)
    seen_faulty(session, "通知公告", MONDAY + 2 * DAY)
    seen_faulty(session, "通知公告", MONDAY + 3 * DAY)
    (second,) = told(session, MONDAY + WEEKS)
    withdrawn(session, first, MONDAY + 8 * DAY)
    assert (issue.state, issue.due_on) == ("notified", second.due_on)


def test_a_notice_is_withdrawn_once_and_a_withdrawal_never(session: Session) -> None:
    confirmed(session)
    (notice,) = told(session)
    follow = withdrawn(session, notice, MONDAY + DAY)
    with pytest.raises(ForbiddenNoticeAct, match="为“已撤回”，不能撤回"):
        withdrawn(session, notice, MONDAY + 2 * DAY)
    with pytest.raises(ForbiddenNoticeAct, match="对其他通知的撤回”，不能撤回"):
        withdrawn(session, follow, MONDAY + 2 * DAY)
    with pytest.raises(ForbiddenNoticeAct, match="对其他通知的撤回”，不能更正"):
        corrected(session, follow, MONDAY + 2 * DAY)


def test_a_notice_is_not_withdrawn_before_it_was_issued(session: Session) -> None:
    confirmed(session)
    (notice,) = told(session)
    with pytest.raises(ForbiddenNoticeAct, match="不能补记更早的撤回"):
        withdrawn(session, notice, MONDAY - HOURS)


# -- 更正 --------------------------------------------------------------------------------------------------


def test_a_correction_has_its_own_number_keeps_all_states_and_names_nothing_newly(session: Session) -> None:
    kept, other = confirmed(session), confirmed(session, "政策文件")
    (notice,) = told(session)
    answered(session, notice, MONDAY + HOURS, [other.id])
    follow = corrected(session, notice, MONDAY + DAY)
    assert (notice.state, follow.kind, follow.number) == ("signed", "correction", "〔2026〕2号")
    assert items(session, follow) == ["corrected 通知公告", "corrected 政策文件"]
    assert (kept.state, other.state, follow.due_on) == ("notified", "replied", notice.due_on)
    (again,) = told(session, MONDAY + 2 * WEEKS)
    assert (items(session, again), the_item(session, again, kept).times) == (["again 通知公告"], 2)


def test_a_correction_lists_only_what_is_still_asked_for_by_that_notice(session: Session) -> None:
    confirmed(session)
    confirmed(session, "政策文件")
    (notice,) = told(session)
    put_right(session, "政策文件", MONDAY + DAY)
    assert items(session, corrected(session, notice, MONDAY + 2 * DAY)) == ["corrected 通知公告"]
    told(session, MONDAY + 2 * WEEKS)
    with pytest.raises(ForbiddenNoticeAct, match="无可更正"):
        corrected(session, notice, MONDAY + 3 * WEEKS)


def test_a_second_correction_in_the_same_week_is_refused_in_words(session: Session) -> None:
    confirmed(session)
    (notice,) = told(session)
    corrected(session, notice, MONDAY + DAY)
    with pytest.raises(ForbiddenNoticeAct, match="本周已由〔2026〕2号更正"):
        corrected(session, notice, MONDAY + 2 * DAY)
    assert corrected(session, notice, MONDAY + WEEKS).serial == 3


# -- 文号, 到期提醒 ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("written", ["〔2026〕1号", " 〔2026〕1号 ", "2026-1"])
def test_a_notice_is_found_by_its_number(session: Session, written: str) -> None:
    confirmed(session)
    (notice,) = told(session)
    assert notices.find(session, written) is notice


@pytest.mark.parametrize("written", ["", "2026-2", "〔2026〕2号", "2026", "-"])
def test_a_number_that_nobody_gave_is_told_in_one_line(session: Session, written: str) -> None:
    confirmed(session)
    prepare(session)
    with pytest.raises(UnknownNotice, match="xunjian notices list"):
        notices.find(session, written)


def test_a_deadline_is_reminded_of_by_the_notice_that_set_it_not_by_its_correction(session: Session) -> None:
    confirmed(session)
    (notice,) = told(session)
    corrected(session, notice, MONDAY + DAY)
    assert notices.due_between(session, date(2026, 11, 28), date(2026, 11, 29)) == []
    assert notices.due_between(session, date(2026, 11, 28), date(2026, 11, 30)) == [notice.id]


def test_a_reminder_names_what_is_neither_put_right_nor_answered(session: Session) -> None:
    for key in ("通知公告", "已补", "已答"):
        confirmed(session, key)
    (notice,) = told(session)
    found = {issue.subject_key: issue.id for issue in session.scalars(select(models.Issue))}
    put_right(session, "已补", MONDAY + DAY)
    answered(session, notice, MONDAY + DAY, [found["已答"]])
    open_ones = notices.still_open(session, notice.id, terms=some_terms())
    assert open_ones is not None
    assert [row["path"] for row in open_ones.rows] == ["通知公告"]
    put_right(session, "通知公告", MONDAY + 2 * DAY)
    assert notices.still_open(session, notice.id, terms=some_terms()) is None


def test_every_act_is_recorded_with_its_actor_and_its_why(session: Session) -> None:
    confirmed(session)
    (notice,) = told(session)
    withdrawn(session, notice, MONDAY + DAY, "对象有误")
    notice_acts.note_acts(session, [notice.id], Act.DELIVER, "王五", "当面送达", MONDAY + DAY, MONDAY)
    whys = session.scalars(
        select(NoticeAct.why).where(NoticeAct.notice_id == notice.id).order_by(NoticeAct.id)
    )
    assert list(whys) == ["", "", "对象有误", "当面送达"]
    assert [act for act, _ in acts(session, notice)] == ["拟稿", "签发", "撤回", "送达"]
