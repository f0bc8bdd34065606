"""The facts behind the lights: what the newest end of the record says, asked without walking through all of it."""

import re
from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import delete
from sqlalchemy.orm import Session

from tests.builders import NOW, TODAY, YESTERDAY
from tests.records import plans_of
from tests.tracker.days import (
    DAY,
    LONG_AGO,
    SITE,
    a_round,
    a_target,
    a_visit,
    a_watched_record,
    due,
    registers_came_in,
    said,
    six,
    some_probes_of,
    the_look,
    the_round,
    the_visits,
)
from tests.tracker.outgoing import a_notice
from tracker import outbox
from tracker.database import Database
from tracker.models import Mail, PlannedTask, ProbeRow, SelfCheck
from tracker.watching import Facts, MailsSeen, SelfChecked, Some, Watch

HOUR = timedelta(hours=1)


@pytest.fixture
def record(database: Database) -> Database:
    a_watched_record(database)
    return database


def a_watch() -> Watch:
    return Watch(round_at=time(6, 0), stuck_after=4 * HOUR, hangs_after=8 * HOUR, probes_a_day=20)


def facts(database: Database, now: datetime = NOW, watch: Watch | None = None) -> Facts:
    with database.reading() as session:
        return (watch or a_watch()).read(session, now)


def change(database: Database, *changes: Callable[[Session], object]) -> None:
    with database.writing() as session:
        for each in changes:
            each(session)


# -- rounds -----------------------------------------------------------------------------------------------


def test_a_fresh_record_has_nothing_to_tell(database: Database) -> None:
    seen = facts(database)

    assert not seen.has_targets
    assert not seen.begun
    assert seen.judged is None
    assert seen.day is None
    assert seen.probes is None
    assert seen.newest is None
    assert seen.mails == MailsSeen()
    assert seen.failed == ()


def test_a_record_with_nothing_wrong_says_so(record: Database) -> None:
    seen = facts(record)

    assert seen.has_targets
    assert seen.planned_since == seen.held_since == LONG_AGO
    assert set(seen.rounds) == set(seen.round_dues) == {YESTERDAY, TODAY}
    assert not seen.working
    assert seen.judged is not None
    assert seen.judged.day == TODAY
    assert seen.day is not None
    assert not seen.day.due
    assert not seen.day.missing
    assert seen.day.visits == {("site", "visited"): 1, ("account", "visited"): 1}
    assert seen.probes is not None
    assert not seen.probes.few
    assert seen.self_check == SelfChecked(TODAY, (), ())


def test_a_round_by_hand_before_its_time_is_not_the_days_yet(record: Database) -> None:
    def by_hand(session: Session) -> None:
        the_round(session).finished_at = six(TODAY) - HOUR

    change(record, by_hand)
    judged = facts(record).judged

    assert judged is not None
    assert judged.day == YESTERDAY


@pytest.mark.parametrize("state", ["due", "running"])
@pytest.mark.parametrize("task", ["round", "look-again"])
def test_while_a_round_is_due_or_under_way_the_day_is_still_changing(
    record: Database, task: str, state: str
) -> None:
    change(record, lambda session: due(session, task, NOW - HOUR, state))
    assert facts(record).working


def test_what_a_wrong_clock_wrote_ahead_is_not_under_way(record: Database) -> None:
    change(record, lambda session: due(session, "round", NOW + DAY, "running"))
    assert not facts(record).working


# -- a day ------------------------------------------------------------------------------------------------


def test_whoever_is_still_due_or_has_no_row_is_counted_and_some_are_named(record: Database) -> None:
    def leaves_four_out(session: Session) -> None:
        for name in "甲乙丙丁":
            a_target(session, name=name)
        the_visits(session)[0].state = "due"

    change(record, leaves_four_out)
    day = facts(record).day

    assert day is not None
    assert day.due == Some(1, ("site",))
    assert day.missing == Some(4, ("甲", "乙", "丙"))
    assert (str(day.due), str(day.missing)) == ("site", "甲、乙、丙等")


def test_who_is_offline_or_closed_or_not_yet_there_is_not_missing(record: Database) -> None:
    def comes_and_goes(session: Session) -> None:
        a_target(session, name="临时下线", state="temporary-offline")
        a_target(session, name="已关停", state="running", valid_to=YESTERDAY)
        a_target(session, name="将开设", state="running", valid_from=TODAY + DAY)

    change(record, comes_and_goes)
    day = facts(record).day

    assert day is not None
    assert not day.missing


def test_whoever_came_into_the_registers_after_the_round_is_the_next_ones(record: Database) -> None:
    change(record, lambda session: a_target(session, name="新站"))
    watch = a_watch()
    before = facts(record, watch=watch).day
    change(record, lambda session: registers_came_in(session, NOW))
    after = facts(record, NOW + timedelta(minutes=1), watch).day

    assert before is not None and after is not None
    assert (before.missing.count, after.missing.count) == (1, 0)


def test_verdicts_are_counted_by_check_and_those_that_fell_to_our_own_faults_apart(record: Database) -> None:
    def breaks_down(session: Session) -> None:
        for number in range(3):
            said(session, the_look(session, SITE), "home-stale", "unjudged", "our-fault" if number else "waf")

    change(record, breaks_down)
    day = facts(record).day

    assert day is not None
    assert day.verdicts["home-stale", "clear"] == 1
    assert day.verdicts["home-stale", "unjudged"] == 3
    assert day.our_faults == {"home-stale": 2}


def test_the_days_rows_are_asked_again_when_the_minute_or_the_round_changes(record: Database) -> None:
    watch = a_watch()
    facts(record, NOW, watch)
    with record.writing() as session:
        the_visits(session)[0].state = "due"

    same = facts(record, NOW + timedelta(seconds=59), watch).day
    with record.writing() as session:
        the_round(session).finished_at = NOW
    later = facts(record, NOW + timedelta(seconds=59), watch).day

    assert same is not None and later is not None
    assert (same.due.count, later.due.count) == (0, 1)


# -- probes -----------------------------------------------------------------------------------------------


def test_websites_with_fewer_probes_than_asked_for_are_named_the_worst_first(record: Database) -> None:
    def probes_too_little(session: Session) -> None:
        session.execute(delete(ProbeRow))
        some_probes_of(session, YESTERDAY, 19)
        second = a_target(session, name="从未探测")
        a_visit(session, the_round(session, YESTERDAY - DAY).id, second, YESTERDAY - DAY)

    change(record, probes_too_little)
    seen = facts(record).probes

    assert seen is not None
    assert seen.few == Some(2, ("从未探测", "site"))
    assert (seen.day, seen.fewest) == (YESTERDAY, 0)


def test_twenty_probes_are_enough_and_todays_do_not_count_for_yesterday(record: Database) -> None:
    def moves_one(session: Session) -> None:
        session.execute(delete(ProbeRow))
        some_probes_of(session, YESTERDAY, 20)
        some_probes_of(session, TODAY, 4)

    change(record, moves_one)
    enough = facts(record).probes
    change(record, lambda session: session.execute(delete(ProbeRow).where(ProbeRow.at < six(YESTERDAY))))
    too_few = facts(record).probes

    assert enough is not None and too_few is not None
    assert (enough.few.count, too_few.few.count, too_few.fewest) == (0, 1, 15)


def test_who_came_in_yesterday_cannot_have_had_all_probes(record: Database) -> None:
    def comes_in(session: Session) -> None:
        newcomer = a_target(session, name="昨日导入")
        a_visit(session, the_round(session, YESTERDAY).id, newcomer, YESTERDAY)
        back = a_target(session, name="昨日恢复", valid_from=YESTERDAY)
        a_visit(session, the_round(session, YESTERDAY - DAY).id, back, YESTERDAY - DAY, "excused")

    change(record, comes_in)
    seen = facts(record).probes

    assert seen is not None
    assert not seen.few


def test_nobody_can_have_probed_before_the_daemon_was_there(record: Database) -> None:
    def begins_yesterday(session: Session) -> None:
        for task in session.query(PlannedTask):
            task.since = six(YESTERDAY)

    change(record, begins_yesterday)
    assert facts(record).probes is None


# -- mails and tasks --------------------------------------------------------------------------------------


def a_mail(
    session: Session, state: str = "queued", hours: float = 5, notice: str = "signed", **more: object
) -> Mail:
    notice_id = a_notice(session, notice)
    at = NOW - hours * HOUR
    mail = outbox.queue(session, notice_id, "notice", "a@yunze.test", f"<{notice_id}>", "", at)
    mail.state = state
    for name, value in more.items():
        setattr(mail, name, value)
    return mail


def mails(database: Database) -> MailsSeen:
    return facts(database).mails


def test_mails_that_need_somebody_are_counted_by_what_became_of_them(record: Database) -> None:
    def all_kinds(session: Session) -> None:
        a_mail(session)
        a_mail(session, attempts=3, tried_at=NOW - HOUR, next_try_at=NOW + 3 * HOUR)
        a_mail(session, "sending", tried_at=NOW - 5 * HOUR)
        a_mail(session, "unknown", hours=0)
        a_mail(session, "bounced", hours=0)
        a_mail(session, "accepted")
        a_mail(session, hours=3)
        a_mail(session, "sending", tried_at=NOW)

    change(record, all_kinds)
    assert mails(record) == MailsSeen(stuck=3, untried=1, doubtful=1, bounced=1)


@pytest.mark.parametrize("state", ["queued", "unknown", "bounced"])
def test_mails_of_a_withdrawn_notice_need_nobody(record: Database, state: str) -> None:
    change(record, lambda session: a_mail(session, state, notice="withdrawn"))
    assert mails(record) == MailsSeen()


def test_a_person_settles_what_is_doubtful_or_came_back(record: Database) -> None:
    change(record, lambda session: a_mail(session, "unknown"), lambda session: a_mail(session, "bounced"))
    before = mails(record)
    with record.writing() as session:
        for number, delivered in ((1, True), (2, False)):
            outbox.decide(session, number, delivered=delivered, by="李", why="电话", at=NOW, recorded_at=NOW)

    assert (before.doubtful, before.bounced) == (1, 1)
    assert mails(record) == MailsSeen()


def test_a_task_is_failed_until_it_has_been_done_again(record: Database) -> None:
    change(record, lambda session: due(session, "mail", NOW - HOUR, "failed", told="邮件服务器拒绝登录"))
    change(record, lambda session: due(session, "mail", NOW - HOUR / 2, "running"))
    (failed,) = facts(record).failed
    change(record, lambda session: due(session, "mail", NOW - HOUR / 4, "done"))

    assert (failed.title, failed.due_at, failed.told) == ("发送邮件", NOW - HOUR, "邮件服务器拒绝登录")
    assert facts(record).failed == ()


def test_a_task_hangs_that_has_run_for_longer_than_it_may(record: Database) -> None:
    for task, hours in (("mail", 9), ("backup", 7), ("round", 99)):
        at = NOW - hours * HOUR
        change(record, lambda session, at=at, task=task: due(session, task, at, "running", started_at=at))

    assert facts(record).hung == ("发送邮件",)


def test_each_failed_task_is_told_once_with_its_newest_failure(record: Database) -> None:
    for hours in (3, 2, 1):
        change(
            record, lambda session, at=NOW - hours * HOUR: due(session, "mail", at, "failed", told=str(at))
        )  # type: ignore[misc]
    change(record, lambda session: due(session, "gone", NOW - HOUR, "failed", told="时间表中已没有"))

    assert [each.due_at for each in facts(record).failed] == [NOW - HOUR]


def test_the_newest_moment_is_that_of_a_round_or_of_a_task(record: Database) -> None:
    before = facts(record).newest
    change(record, lambda session: due(session, "mail", NOW, "done", started_at=NOW + DAY))
    change(record, lambda session: due(session, "backup", NOW, "done", started_at=NOW))
    task = facts(record).newest
    change(record, lambda session: a_round(session, TODAY + 3 * DAY, None))

    assert (before, task, facts(record).newest) == (six(TODAY), NOW + DAY, six(TODAY + 3 * DAY))


def test_the_newest_self_check_counts(record: Database) -> None:
    change(
        record,
        lambda session: session.add(
            SelfCheck(day=TODAY, at=NOW, found=[], missing=["空白栏目"], wrong=["误报"])
        ),
    )
    assert facts(record).self_check == SelfChecked(TODAY, ("空白栏目",), ("误报",))


# -- ten years --------------------------------------------------------------------------------------------

GROWING = [
    "visit",
    "look",
    "verdict",
    "page",
    "probe",
    "due_time",
    "link",
    "mail",
    "round",
    "self_check",
    "entry",
    "issue",
    "move",
    "notice",
]


def test_no_question_walks_through_a_table_that_grows_with_the_years(record: Database) -> None:
    change(record, lambda session: a_target(session, name="没有列入"))  # so that every question is asked

    plans = plans_of(record, lambda: facts(record))

    walks = [
        step for _, steps in plans for step in steps if re.match(r"SCAN (\w+)", step) and _grows(step, steps)
    ]
    assert len(plans) > 15
    assert walks == []


def _grows(step: str, steps: list[str]) -> bool:
    """A walk along an index that ends with its first row is none."""
    table = step.split()[1]
    return table in GROWING and "USING INDEX" not in step
