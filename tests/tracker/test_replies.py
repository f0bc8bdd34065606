"""What a unit answers: it schedules a re-visit (复查) and closes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.verdicts import Verdict
from crawler.observations import Problem
from tests.builders import NOW, a_site
from tests.tracker.sightings import HOURS, a_fault, a_policy, clear_of, seen, tell, unjudged_of
from tests.tracker.telling import (
    MONDAY,
    a_site_of,
    a_unit,
    answered,
    confirmed,
    corrected,
    prepare,
    put_right,
    seen_faulty,
    told,
    withdrawn,
)
from tests.tracker.test_ledger import looked
from tracker import ledger
from tracker.database import Database
from tracker.ledger import Job, Judged
from tracker.models import Issue, Notice, Reply
from tracker.registry import Duty
from tracker.replies import Asks, NothingToReplyTo
from tracker.verification import verify

DAY = timedelta(days=1)
DUTY = Duty(due=[(1, a_site("4199000001"))], excused=[])


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_site_of(session, a_unit(session, "云泽市教育局"), "4199000001")
        yield session
        session.flush()
        assert list(verify(session, None)) == []


def a_notice(session: Session, *keys: str) -> Notice:
    for key in keys or ("通知公告",):
        confirmed(session, key)
    (notice,) = told(session)
    return notice


def states(session: Session) -> list[str]:
    return list(session.scalars(select(Issue.state).order_by(Issue.id)))


# -- what is kept -------------------------------------------------------------------------------------------


def test_a_reply_closes_nothing(session: Session) -> None:
    notice = a_notice(session)
    answered(session, notice, MONDAY + DAY)
    assert states(session) == ["replied"]


def test_a_reply_keeps_what_the_unit_says(session: Session) -> None:
    notice = a_notice(session)
    answered(
        session,
        notice,
        MONDAY + DAY,
        finished_on=date(2026, 11, 24),
        person="王五",
        proofs=("ab" * 32,),
        asks=Asks.STATEMENT,
    )
    row = session.scalars(select(Reply)).one()
    assert (row.by, row.measure, row.finished_on, row.person, row.asks, row.proofs) == (
        "云泽市教育局",
        "已补充内容",
        date(2026, 11, 24),
        "王五",
        "statement",
        ["ab" * 32],
    )


def test_a_reply_may_answer_some_of_what_was_asked_for(session: Session) -> None:
    notice = a_notice(session, "通知公告", "政策文件")
    assert [issue.id for issue in answered(session, notice, MONDAY + DAY, [2])] == [2]
    assert states(session) == ["notified", "replied"]
    answered(session, notice, MONDAY + 2 * DAY)
    assert states(session) == ["replied", "replied"]


def test_a_reply_to_a_correction_answers_what_it_lists(session: Session) -> None:
    follow = corrected(session, a_notice(session), MONDAY + DAY)
    answered(session, follow, MONDAY + 2 * DAY)
    assert states(session) == ["replied"]


# -- what is refused ----------------------------------------------------------------------------------------


def test_a_reply_before_the_notice_is_refused(session: Session) -> None:
    notice = a_notice(session)
    with pytest.raises(NothingToReplyTo, match="不能补记更早的反馈"):
        answered(session, notice, MONDAY - HOURS)


def test_a_reply_about_what_the_notice_does_not_ask_for_is_refused(session: Session) -> None:
    notice = a_notice(session)
    confirmed(session, "政策文件", MONDAY + DAY)
    with pytest.raises(NothingToReplyTo, match="没有要求整改问题 2"):
        answered(session, notice, MONDAY + 2 * DAY, [1, 2])
    assert states(session) == ["notified", "confirmed"]


def test_a_reply_when_all_is_settled_is_refused(session: Session) -> None:
    notice = a_notice(session)
    put_right(session, "通知公告", MONDAY + DAY)
    with pytest.raises(NothingToReplyTo, match="均已办结"):
        answered(session, notice, MONDAY + 2 * DAY)


def test_a_reply_to_a_withdrawn_notice_or_to_a_draft_is_refused(session: Session) -> None:
    notice = a_notice(session)
    follow = withdrawn(session, notice, MONDAY + DAY)
    for each in (notice, follow):
        with pytest.raises(NothingToReplyTo, match="已撤回"):
            answered(session, each, MONDAY + 2 * DAY)
    prepare(session, MONDAY + 7 * DAY)
    draft = session.scalars(select(Notice).where(Notice.state == "drafted")).one()
    with pytest.raises(NothingToReplyTo):
        answered(session, draft, MONDAY + 8 * DAY)


# -- what is seen afterwards --------------------------------------------------------------------------------


def test_a_re_visit_that_finds_the_fault_makes_it_notified_again_on_its_old_deadline(
    session: Session,
) -> None:
    notice = a_notice(session)
    answered(session, notice, MONDAY + DAY)
    seen_faulty(session, "通知公告", MONDAY + DAY + HOURS)
    issue = session.get_one(Issue, 1)
    assert (issue.state, issue.due_on) == ("notified", notice.due_on)


def test_a_re_visit_that_finds_it_clear_closes_it(session: Session) -> None:
    answered(session, a_notice(session), MONDAY + DAY)
    put_right(session, "通知公告", MONDAY + DAY + HOURS)
    assert states(session) == ["rectified"]


def test_a_re_visit_that_judges_nothing_changes_nothing(session: Session) -> None:
    answered(session, a_notice(session), MONDAY + DAY)
    tell(session, seen(unjudged_of(), MONDAY + DAY + HOURS))
    assert states(session) == ["replied"]


def test_what_was_seen_before_the_reply_and_is_written_after_it_says_nothing_about_it(
    session: Session,
) -> None:
    answered(session, a_notice(session), MONDAY + DAY)
    seen_faulty(session, "通知公告", MONDAY + DAY - HOURS)
    assert states(session) == ["replied"]


def test_content_that_a_plain_look_found_closes_what_a_browser_saw_missing(session: Session) -> None:
    rendered = replace(a_fault(), rendered=True)
    tell(session, seen(rendered, MONDAY - 4 * DAY), seen(rendered, MONDAY - 3 * DAY))
    (notice,) = told(session)
    answered(session, notice, MONDAY + DAY)
    put_right(session, "通知公告", MONDAY + DAY + HOURS)
    assert states(session) == ["rectified"]


# -- when it is looked at -----------------------------------------------------------------------------------


def re_visits(session: Session, at: datetime) -> list[Job]:
    return ledger.second_looks(session, at, DUTY)


def a_day(session: Session, at: datetime) -> Job:
    ledger.open_day(session, at=at, duty=DUTY, recorded_at=NOW)
    (job,) = ledger.work(session, at.date(), DUTY)
    return job


def look(
    session: Session, job: Job, at: datetime, *verdicts: Verdict, problem: Problem | None = None
) -> None:
    judged = looked(job, *verdicts, problem=problem)
    ledger.record(
        session, [Judged(job, replace(judged.visit, at=at), judged.verdicts)], a_policy(), recorded_at=NOW
    )


def test_a_reply_is_looked_at_on_the_same_day_and_only_once(session: Session) -> None:
    notice = a_notice(session)
    look(session, a_day(session, NOW), NOW, a_fault())
    assert re_visits(session, NOW + HOURS) == []
    answered(session, notice, NOW + HOURS)
    assert re_visits(session, NOW) == []
    (job,) = re_visits(session, NOW + 2 * HOURS)
    assert job.ordinal == 2
    look(session, job, NOW + 2 * HOURS, unjudged_of())
    assert re_visits(session, NOW + 3 * HOURS) == []
    assert states(session) == ["replied"]


def test_a_re_visit_that_fails_changes_nothing_and_the_next_day_looks_again(session: Session) -> None:
    notice = a_notice(session)
    look(session, a_day(session, NOW), NOW, a_fault())
    answered(session, notice, NOW + HOURS)
    (job,) = re_visits(session, NOW + 2 * HOURS)
    look(session, job, NOW + 2 * HOURS, problem=Problem.TIMEOUT)
    assert states(session) == ["replied"]
    assert re_visits(session, NOW + 3 * HOURS) == []
    look(session, a_day(session, NOW + DAY), NOW + DAY, clear_of())
    assert states(session) == ["rectified"]


def test_who_answers_again_is_looked_at_again(session: Session) -> None:
    notice = a_notice(session)
    look(session, a_day(session, NOW), NOW, a_fault())
    answered(session, notice, NOW + HOURS)
    look(session, re_visits(session, NOW + 2 * HOURS)[0], NOW + 2 * HOURS, unjudged_of())
    answered(session, notice, NOW + 3 * HOURS)
    (job,) = re_visits(session, NOW + 4 * HOURS)
    assert job.ordinal == 3


def test_a_look_of_the_day_that_comes_after_the_reply_is_its_re_visit(session: Session) -> None:
    answered(session, a_notice(session), NOW - HOURS)
    look(session, a_day(session, NOW), NOW, unjudged_of())
    assert re_visits(session, NOW + HOURS) == []
