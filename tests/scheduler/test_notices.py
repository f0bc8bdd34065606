"""The weekly notices at work, with documents and mails: issued whole or not at all, by however many at once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.reply_link import notice_of
from reports.settings import ReportSettings
from scheduler import notices
from scheduler.notices import Desk
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
    from_the_public,
    items,
    put_right,
    some_terms,
    stands,
)
from tracker.brake import Held
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.models import Issue, Mail, Move, Notice, NoticeAct, Unit
from tracker.notice_acts import ForbiddenNoticeAct
from tracker.settings import TrackerSettings
from tracker.verification import verify
from tracker.waivers import waive
from tracker.weeks import Week

DAY = timedelta(days=1)
UNITS = ("云泽市教育局", "云泽市水利局", "云泽市民政局")


@pytest.fixture
def desk(database: Database, tmp_path: Path) -> Iterator[Desk]:
    """Three units with an address each. At the end the record and all stored bytes can be counted again."""
    with database.writing() as session:
        for number, name in enumerate(UNITS, 1):
            a_site_of(session, a_unit(session, name), f"419900000{number}")
            session.get_one(Unit, number).email = f"unit{number}@yunze.test"
    desk = a_desk(database, tmp_path)
    yield desk
    with database.reading() as session:
        lost = [line for line in verify(session, desk.evidence) if "5e5e5e" not in line]
    assert lost == []


def a_desk(database: Database, folder: Path, **more: object) -> Desk:
    known = {"smtp_url": f"folder:{folder / 'mail'}", "sender": "xunjian@yunze.test"}
    settings = ReportSettings(**known | more)  # type: ignore[arg-type]
    return Desk(database, EvidenceStore(folder / "evidence"), settings, some_terms(), b"a key of our own")


def found(desk: Desk, *keys: str, targets: tuple[int, ...] = (1,), weeks: int = 0) -> None:
    """Confirmed on Thursday of the week before MONDAY, or so many weeks later."""
    with desk.database.writing() as session:
        for target_id in targets:
            for key in keys or ("通知公告",):
                confirmed(session, key, MONDAY - 4 * DAY + weeks * WEEKS, target_id)


def told(desk: Desk, weeks: int = 0) -> notices.Signing:
    at = MONDAY + weeks * WEEKS
    notices.prepare(desk, Week.last_full(at), at, "张三")
    return notices.sign(desk, None, at, "李主任")


def the_notices(desk: Desk) -> list[Notice]:
    with desk.database.reading() as session:
        return all_notices(session)


def states(desk: Desk) -> list[str]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Issue.state).order_by(Issue.id)))


def mails(desk: Desk) -> list[Mail]:
    with desk.database.reading() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def message(desk: Desk, mail: Mail) -> EmailMessage:
    read = message_from_bytes(desk.evidence.read(mail.sha256), policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


def arrived(folder: Path) -> int:
    return len(list((folder / "mail").glob("*.eml")))


# -- 拟稿 --------------------------------------------------------------------------------------------------


def test_preparing_ends_what_the_calendar_ends_though_no_round_is_held(desk: Desk) -> None:
    found(desk, "通知公告", targets=(1, 2))
    told(desk)
    with desk.database.writing() as session:
        first, _ = session.scalars(select(Issue).order_by(Issue.id))
        waive(
            session, first.id, why="改版", by="李主任", asked_by="张三", days=3, at=MONDAY + DAY,
            recorded_at=MONDAY + DAY,
        )  # fmt: skip
        stands(session, 2, 2, "closed", (MONDAY + 2 * DAY).date())
    notices.prepare(desk, WEEK, MONDAY + WEEKS, "张三")
    assert states(desk) == ["confirmed", "closed"]


# -- 签发 --------------------------------------------------------------------------------------------------


def test_nothing_leaves_before_it_is_signed(desk: Desk, tmp_path: Path) -> None:
    found(desk)
    notices.prepare(desk, WEEK, MONDAY, "张三")
    assert notices.send(desk, MONDAY, "张三").sent.accepted == 0
    assert (mails(desk), states(desk)) == ([], ["confirmed"])
    notices.sign(desk, WEEK, MONDAY, "李主任")
    assert notices.send(desk, MONDAY, "张三").sent.accepted == 1
    assert arrived(tmp_path) == 1


def test_a_notice_is_issued_with_its_documents_its_mails_and_its_moves(desk: Desk) -> None:
    found(desk, "通知公告", "政策文件", targets=(1, 2))
    done = told(desk)
    assert [(each.unit, each.number, each.mails) for each in done.issued] == [
        (UNITS[0], "〔2026〕1号", 1),
        (UNITS[1], "〔2026〕2号", 1),
    ]
    for notice, mail in zip(the_notices(desk), mails(desk), strict=True):
        assert sorted(name.rpartition(".")[2] for name in notice.documents) == ["docx", "xlsx"]
        attached = {
            part.get_filename(): part.get_content() for part in message(desk, mail).iter_attachments()
        }
        for name, sha256 in notice.documents.items():
            assert attached[name] == desk.evidence.read(sha256)
        assert (mail.notice_id, mail.state, notice.template != "") == (notice.id, "queued", True)
    assert states(desk) == ["notified"] * 4


def test_the_link_in_a_mail_leads_to_its_notice(desk: Desk) -> None:
    found(desk, targets=(1, 2))
    told(desk)
    for mail in mails(desk):
        text = message(desk, mail).get_body(("plain",))
        assert text is not None
        link = re.search(r"http://\S+/reply/\S+", text.get_content())
        assert link is not None
        assert notice_of(link[0], desk.link_key, MONDAY) == mail.notice_id


def test_a_week_is_signed_alone_when_it_is_named(desk: Desk) -> None:
    found(desk)
    notices.prepare(desk, WEEK, MONDAY, "张三")
    found(desk, targets=(2,), weeks=1)
    notices.prepare(desk, Week.of(MONDAY.date()), MONDAY + WEEKS, "张三")
    done = notices.sign(desk, Week.of(MONDAY.date()), MONDAY + WEEKS, "李主任")
    assert [each.unit for each in done.issued] == [UNITS[1]]
    assert [notice.state for notice in the_notices(desk)] == ["drafted", "signed"]


def test_a_unit_that_no_mail_can_reach_is_named_and_its_notice_is_issued(desk: Desk) -> None:
    found(desk, targets=(1, 2))
    with desk.database.writing() as session:
        session.get_one(Unit, 1).email = ""
        session.get_one(Unit, 2).email = "不是地址;unit2@yunze.test"
    first, second = told(desk).issued
    assert (first.mails, first.unreachable) == (0, ("台账中没有联系邮箱",))
    assert second.mails == 1
    assert len(second.unreachable) == 1
    assert states(desk) == ["notified", "notified"]


def test_where_reviewing_is_asked_for_none_is_signed_while_one_is_not_reviewed(desk: Desk) -> None:
    desk = replace(desk, terms=some_terms(reviewing=True))
    found(desk, targets=(1, 2))
    notices.prepare(desk, WEEK, MONDAY, "张三")
    with desk.database.writing() as session:
        first = all_notices(session)[:1]
        _review(session, first)
    with pytest.raises(ForbiddenNoticeAct, match=f"“{UNITS[1]}”.*尚未审核"):
        notices.sign(desk, WEEK, MONDAY, "李主任")
    assert [notice.state for notice in the_notices(desk)] == ["drafted", "drafted"]


def _review(session: Session, listed: list[Notice]) -> None:
    from tracker.notices import review

    review(session, listed, by="李四", why="", at=MONDAY, recorded_at=MONDAY)


def test_automatic_signing_is_done_by_the_system_in_its_own_name(desk: Desk) -> None:
    found(desk)
    assert len(notices.automatic(desk, WEEK, MONDAY).issued) == 1
    with desk.database.reading() as session:
        acts = [(act.act, act.by, act.why) for act in session.scalars(select(NoticeAct))]
    assert acts == [("拟稿", "巡检系统", ""), ("签发", "巡检系统", "自动签发")]


# -- two at once, and killed in between ---------------------------------------------------------------------


def test_two_desks_at_once_issue_nothing_twice(desk: Desk, tmp_path: Path) -> None:
    found(desk, targets=(1, 2, 3))
    notices.prepare(desk, WEEK, MONDAY, "张三")
    url = desk.database.url.render_as_string()
    desks = [a_desk(Database(TrackerSettings(database_url=url)), tmp_path) for _ in range(2)]
    start, done = Barrier(2), []

    def signs(one: Desk) -> None:
        start.wait()
        done.append(notices.sign(one, WEEK, MONDAY, "李主任"))

    threads = [Thread(target=signs, args=(one,)) for one in desks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in desks:
        one.database.close()

    assert sorted(each.number for signing in done for each in signing.issued) == [
        "〔2026〕1号",
        "〔2026〕2号",
        "〔2026〕3号",
    ]
    assert [mail.recipient for mail in mails(desk)] == [f"unit{number}@yunze.test" for number in (1, 2, 3)]
    assert states(desk) == ["notified"] * 3


class Killed(BaseException):
    """What no handler of ours catches."""


class DyingDatabase(Database):
    """Its user dies with all of his second transaction written and nothing committed."""

    transactions = 0

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with super().writing() as session:
            yield session
            session.flush()
            self.transactions += 1
            if self.transactions == 2:
                raise Killed


class DyingEvidence(EvidenceStore):
    """Its user dies when he keeps his second thing: the list, with the notice already kept."""

    kept = 0

    def keep(self, body: bytes) -> str:
        self.kept += 1
        if self.kept == 2:
            raise Killed
        return super().keep(body)


def test_who_is_killed_before_the_commit_has_issued_some_whole_and_the_others_not_at_all(
    desk: Desk, tmp_path: Path
) -> None:
    found(desk, targets=(1, 2, 3))
    notices.prepare(desk, WEEK, MONDAY, "张三")
    dying = DyingDatabase(TrackerSettings(database_url=desk.database.url.render_as_string()))
    with pytest.raises(Killed):
        notices.sign(replace(desk, database=dying), WEEK, MONDAY, "李主任")
    dying.close()
    assert [(notice.state, notice.serial) for notice in the_notices(desk)] == [
        ("signed", 1),
        ("drafted", None),
        ("drafted", None),
    ]
    assert (len(mails(desk)), states(desk)) == (1, ["notified", "confirmed", "confirmed"])

    notices.sign(desk, WEEK, MONDAY + HOURS, "李主任")
    assert [notice.serial for notice in the_notices(desk)] == [1, 2, 3]
    assert (len(mails(desk)), states(desk)) == (3, ["notified"] * 3)


def test_who_is_killed_between_two_documents_has_issued_nothing(desk: Desk, tmp_path: Path) -> None:
    found(desk)
    notices.prepare(desk, WEEK, MONDAY, "张三")
    with pytest.raises(Killed):
        notices.sign(replace(desk, evidence=DyingEvidence(tmp_path / "evidence")), WEEK, MONDAY, "李主任")
    (notice,) = the_notices(desk)
    assert (notice.state, notice.serial, notice.documents, states(desk)) == (
        "drafted",
        None,
        {},
        ["confirmed"],
    )
    assert len(notices.sign(desk, WEEK, MONDAY, "李主任").issued) == 1


def test_who_is_killed_while_he_withdraws_has_withdrawn_nothing(desk: Desk, tmp_path: Path) -> None:
    found(desk)
    told(desk)
    with pytest.raises(Killed):
        notices.withdraw(
            replace(desk, evidence=DyingEvidence(tmp_path / "evidence")),
            "2026-1",
            MONDAY + DAY,
            "李主任",
            "误",
        )
    assert [notice.state for notice in the_notices(desk)] == ["signed"]
    assert states(desk) == ["notified"]


# -- 撤回, 更正 ---------------------------------------------------------------------------------------------


def test_a_withdrawal_stops_what_has_not_left_and_goes_out_itself(desk: Desk) -> None:
    found(desk)
    told(desk)
    issued = notices.withdraw(desk, "2026-1", MONDAY + DAY, "李主任", "口径有误")
    assert (issued.number, issued.mails) == ("〔2026〕2号", 1)
    assert [mail.state for mail in mails(desk)] == ["bounced", "queued"]
    assert "撤回" in message(desk, mails(desk)[1])["Subject"]
    assert states(desk) == ["confirmed"]
    assert [each.counts for each in told(desk, 1).issued] == ["新列问题1个"]


def test_a_correction_goes_out_and_counts_nothing_newly(desk: Desk) -> None:
    found(desk)
    told(desk)
    notices.correct(desk, "2026-1", MONDAY + DAY, "李主任", "文字有误")
    original, follow = the_notices(desk)
    assert (original.state, follow.kind, follow.about) == ("signed", "correction", original.id)
    with desk.database.reading() as session:
        assert items(session, follow) == ["corrected 通知公告"]
        assert session.scalars(select(Move.event).where(Move.event == "notify")).all() == ["notify"]
    assert "更正" in message(desk, mails(desk)[1])["Subject"]


# -- 预览 --------------------------------------------------------------------------------------------------


def test_a_preview_shows_what_would_be_signed_and_writes_nothing_into_the_record(
    desk: Desk, tmp_path: Path
) -> None:
    found(desk, targets=(1, 2))
    previewed = notices.preview(desk, WEEK, MONDAY, tmp_path / "look")
    assert [(each.unit, each.new) for each in previewed] == [(UNITS[0], 1), (UNITS[1], 1)]
    assert (the_notices(desk), states(desk)) == ([], ["confirmed"] * 2)
    notices.prepare(desk, WEEK, MONDAY, "张三")
    with desk.database.writing() as session:
        put_right(session, "通知公告", MONDAY + HOURS, 2)
    again = notices.preview(desk, WEEK, MONDAY + 2 * HOURS, tmp_path / "look")
    assert [each.unit for each in again] == [UNITS[0]]
    assert [notice.state for notice in the_notices(desk)] == ["drafted", "drafted"]


def test_a_preview_shows_what_was_issued_as_it_was_issued(desk: Desk, tmp_path: Path) -> None:
    found(desk)
    told(desk)
    with desk.database.writing() as session:
        put_right(session, "通知公告", MONDAY + DAY)
    (previewed,) = notices.preview(desk, WEEK, MONDAY + 2 * DAY, tmp_path / "look")
    assert (previewed.new, "2026年11月30日" in previewed.deadline) == (1, True)


def test_a_unit_with_an_urgent_notice_still_has_its_weekly_one_in_the_preview(
    desk: Desk, tmp_path: Path
) -> None:
    week = Week.of(MONDAY.date())
    with desk.database.writing() as session:
        from_the_public(session, MONDAY)
        confirmed(session, "巡检", MONDAY)
    notices.prepare(desk, week, MONDAY + HOURS, "张三", "urgent")
    notices.sign(desk, week, MONDAY + HOURS, "李主任")
    previewed = notices.preview(desk, week, MONDAY + 2 * HOURS, tmp_path / "look")
    assert [(each.unit, each.new) for each in previewed] == [(UNITS[0], 1), (UNITS[0], 1)]


# -- 发送 --------------------------------------------------------------------------------------------------


def test_a_storm_waits_until_somebody_releases_it_and_says_why(
    database: Database, desk: Desk, tmp_path: Path
) -> None:
    desk = a_desk(database, tmp_path, brake_floor_mails=0, brake_floor_issues=2)
    found(desk)
    told(desk)
    assert notices.send(desk, MONDAY, "张三").sent.accepted == 1
    found(desk, "政策文件", targets=(1, 2, 3), weeks=1)
    told(desk, 1)
    at = MONDAY + WEEKS
    sending = notices.send(desk, at, "张三")
    assert sending.sent.accepted == 0
    assert [(held.week, held.mails, held.last_mails) for held in sending.held] == [("2026-W48", 3, 1)]

    released = notices.send(desk, at + HOURS, "李主任", "已逐一核实")
    assert (released.sent.accepted, released.held) == (3, ())
    with database.reading() as session:
        acts = [
            (act.by, act.why) for act in session.scalars(select(NoticeAct).where(NoticeAct.act == "放行"))
        ]
    assert acts == [("李主任", "已逐一核实")] * 3
    assert arrived(tmp_path) == 4


def test_a_storm_holds_only_its_own_week(database: Database, desk: Desk, tmp_path: Path) -> None:
    desk = a_desk(database, tmp_path, brake_floor_mails=0, brake_floor_issues=2)
    found(desk, "通知公告", "政策文件", "要闻")
    told(desk)
    found(desk, targets=(2,), weeks=1)
    told(desk, 1)
    sending = notices.send(desk, MONDAY + WEEKS, "张三")
    assert ([held.week for held in sending.held], sending.sent.accepted) == (["2026-W47"], 1)


def test_ten_thousand_findings_of_one_unit_are_held(database: Database, desk: Desk) -> None:
    """Of 600 already; the rest only takes longer."""
    found(desk, *(f"栏目{number}" for number in range(600)))
    told(desk)
    sending = notices.send(desk, MONDAY, "张三")
    assert [held.issues for held in sending.held] == [600]
    assert isinstance(sending.held[0], Held)
    assert [mail.state for mail in mails(desk)] == ["queued"]


# -- 到期提醒 ------------------------------------------------------------------------------------------------


def test_a_unit_is_reminded_once_shortly_before_the_deadline_of_what_is_left(desk: Desk) -> None:
    found(desk, "通知公告", "政策文件")
    found(desk, targets=(2,))
    told(desk)
    with desk.database.writing() as session:
        put_right(session, "政策文件", MONDAY + DAY)
        answered(session, all_notices(session)[1], MONDAY + DAY)
    assert notices.remind(desk, MONDAY + 3 * DAY) == 0
    assert notices.remind(desk, MONDAY + 4 * DAY) == 1
    assert notices.remind(desk, MONDAY + 5 * DAY) == 0
    *_, reminder = mails(desk)
    assert (reminder.kind, reminder.recipient) == ("reminder", "unit1@yunze.test")
    text = message(desk, reminder).get_body(("plain",))
    assert text is not None
    assert "通知公告" in text.get_content()
    assert "政策文件" not in text.get_content()


def test_nobody_is_reminded_where_the_office_does_not_want_it(
    database: Database, desk: Desk, tmp_path: Path
) -> None:
    found(desk)
    told(desk)
    assert notices.remind(a_desk(database, tmp_path, remind_working_days=0), MONDAY + 4 * DAY) == 0
