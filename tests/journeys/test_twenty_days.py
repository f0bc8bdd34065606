"""Twenty days of one office: found, told, answered, put right, only said to be, back again; by a real mail server."""

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import func, select

from console.wiring import desk
from scheduler import notices
from scheduler.notices import Desk
from tests.builders import NOW
from tests.journeys.stage import Stage, stage
from tests.mail_server import MailServer, answers, mail_server
from tracker import models, waivers
from tracker.acts import act
from tracker.lifecycle import Event
from tracker.notice_queries import Listed, listed
from tracker.notices import find
from tracker.replies import Answer, reply
from tracker.weeks import Week

Subject = tuple[str, str, str]
EARLY: Subject = ("4199000002", "column-stale", "政策文件")
"""Put right before anybody was told."""
HONEST: Subject = ("4199000002", "column-stale", "部门动态")
"""Put right and answered; it comes back."""
FAKED: Subject = ("4199120001", "column-blank", "通知公告")
"""Answered, and nothing was done."""
SILENT: Subject = ("4199120001", "column-stale", "人事信息")
"""Never answered."""
WAIVED: Subject = ("4199000001", "column-stale", "政务要闻")
ASKED: Subject = ("gh_df989e600014", "account-stale", "云泽发展和改革委员会五")
"""Waits for a person, who confirms it."""
TAKEN_BACK: Subject = ("gh_0bfe92200030", "account-stale", "云泽白鹭县")
"""Its notice is withdrawn."""


def on(day: int, hour: int = 9) -> datetime:
    """NOW is Tuesday, 24 November 2026."""
    return NOW.replace(hour=hour) + timedelta(days=day)


class Office:
    """What the office does, day by day."""

    def __init__(self, city: Stage, mails: MailServer) -> None:
        self.city, self.mails = city, mails
        self.desk: Desk = desk(city.settings, city.database)

    def day(self, day: int) -> None:
        self.city.move_to(on(day))
        self.city.day(on(day))

    def monday(self, day: int) -> list[Listed]:
        """The week's notices, prepared by one, signed by another, sent."""
        at = on(day, 10)
        week = Week.last_full(at)
        notices.prepare(self.desk, week, at, "张三")
        notices.sign(self.desk, week, at, "李主任")
        notices.send(self.desk, at, "张三")
        return [each for each in self.notices() if each.notice.week == str(week)]

    def notices(self) -> list[Listed]:
        with self.city.database.reading() as session:
            return listed(session)

    def issue(self, subject: Subject) -> models.Issue:
        return self.city.issues()[subject]

    def states(self, *subjects: Subject) -> list[str]:
        return [self.issue(each).state for each in subjects]

    def notice_of(self, subject: Subject) -> str:
        """文号 of the newest notice that names it."""
        item, notice = models.NoticeItem, models.Notice
        query = (
            select(notice.number)
            .join(item, item.notice_id == notice.id)
            .where(item.issue_id == self.issue(subject).id, notice.state == "signed")
            .order_by(notice.id.desc())
        )
        with self.city.database.reading() as session:
            return session.scalars(query).first() or ""

    def parts(self, subject: Subject) -> list[tuple[str, int]]:
        """How the standing notices name it: (part, 第几次)."""
        item, notice = models.NoticeItem, models.Notice
        query = (
            select(item.part, item.times)
            .join(notice, notice.id == item.notice_id)
            .where(item.issue_id == self.issue(subject).id, notice.state == "signed", notice.about == 0)
            .order_by(notice.id)
        )
        with self.city.database.reading() as session:
            return [(part, times) for part, times in session.execute(query)]

    def answers(self, subject: Subject, at: datetime) -> None:
        number, issue = self.notice_of(subject), self.issue(subject).id
        with self.city.database.writing() as session:
            notice = find(session, number)
            said = Answer(by=notice.unit, measure="已整改到位", finished_on=at.date(), person="王五")
            reply(session, notice, said, issues=[issue], at=at, recorded_at=at)

    def acts(self, subject: Subject, event: Event, at: datetime) -> None:
        number = self.issue(subject).id
        with self.city.database.writing() as session:
            act(session, number, event, why="经核实", by="张三", at=at, recorded_at=at)


@pytest.fixture
def office(tmp_path: Path):  # type: ignore[no-untyped-def]
    with (
        mail_server() as mails,
        stage(
            tmp_path, sites=12, accounts=40, reports={"smtp_url": mails.url, "smtp_timeout_seconds": 5}
        ) as city,
    ):
        yield Office(city, mails)


def received(mails: MailServer) -> list[EmailMessage]:
    found = [message_from_bytes(each, policy=policy.default) for each in mails.arrived]
    return [each for each in found if isinstance(each, EmailMessage)]


def test_twenty_days_from_what_was_found_to_what_was_put_right(office: Office) -> None:
    city = office.city
    office.day(0)
    assert city.found() == city.planted()
    office.acts(ASKED, Event.CONFIRM, on(0, 11))
    city.city.mend(EARLY[0], EARLY[2])
    office.day(1)
    assert office.states(EARLY, ASKED) == ["rectified", "confirmed"]

    # Monday of the second week: everybody is told once, by one mail; a greylisted one arrives with the next call.
    office.mails.does("RCPT", answers("450 4.2.0 greylisted"))
    assert sum(each.mails["queued"] for each in office.monday(6)) == 1
    notices.send(office.desk, on(6, 11), "张三")
    first = office.notices()
    told = {listed.notice.unit: listed for listed in first}
    assert len(first) == len(told) == len(office.mails.arrived) == len(set(office.mails.ids))
    assert all(listed.mails == {"accepted": 1} for listed in first)
    assert [listed.notice.serial for listed in first] == list(range(1, len(first) + 1))
    assert str(first[0].notice.due_on) == "2026-12-07"
    assert office.parts(EARLY) == []
    assert told["云泽市生态环境局"].parts["new"] == 1
    assert office.states(HONEST, FAKED, SILENT, WAIVED, ASKED, TAKEN_BACK) == ["notified"] * 6
    assert "source-broken" not in {
        issue.check_id for issue in city.issues().values() if issue.state != "confirmed"
    }

    # What was sent: the notice in Word, the list, and the number of rows that the notice has.
    by_unit = {str(mail["Subject"]).partition("】")[2].split()[0]: mail for mail in received(office.mails)}
    mail = by_unit["云泽市青禾县人民政府办公室"]
    attached = {part.get_filename() or "": part.get_content() for part in mail.iter_attachments()}
    word = next(body for name, body in attached.items() if name.endswith(".docx"))
    table = next(body for name, body in attached.items() if name.endswith(".xlsx"))
    text = "\n".join(paragraph.text for paragraph in Document(BytesIO(word)).paragraphs)
    assert "云泽市青禾县人民政府办公室" in text and "2026年12月7日（星期一）" in text
    rows = list(load_workbook(BytesIO(table)).active.iter_rows(values_only=True))
    assert len(rows) == 2 + told["云泽市青禾县人民政府办公室"].parts["new"] == 4

    # One notice is withdrawn, with a number of its own; one issue is waived; two units answer, one of them honestly.
    notices.withdraw(office.desk, office.notice_of(TAKEN_BACK), on(6, 15), "李主任", "采集有误")
    notices.send(office.desk, on(6, 15), "张三")
    assert office.states(TAKEN_BACK) == ["confirmed"]
    assert "撤回" in str(received(office.mails)[-1]["Subject"])
    with city.database.writing() as session:
        waivers.waive(
            session,
            office.issue(WAIVED).id,
            why="机构改革",
            by="李主任",
            days=90,
            at=on(6, 16),
            recorded_at=on(6, 16),
        )
    city.city.mend(HONEST[0], HONEST[2])
    for subject in (HONEST, FAKED):
        office.answers(subject, on(6, 17))
    assert office.states(HONEST, FAKED) == ["replied", "replied"]
    office.day(7)
    assert office.states(HONEST, FAKED, WAIVED) == ["rectified", "notified", "waived"]

    # It comes back, and is newly named in the next notice; the withdrawn one is named again; nobody is overdue yet.
    city.city.plant(HONEST[0], HONEST[1], HONEST[2])
    office.day(8)
    assert (office.issue(HONEST).state, office.issue(HONEST).relapses) == ("confirmed", 1)
    second = {listed.notice.unit: listed for listed in office.monday(13)}
    assert set(second) == {"云泽市生态环境局", "云泽市白鹭县人民政府办公室"}
    assert all(listed.parts["again"] == 0 for listed in second.values())
    assert office.parts(HONEST) == [("new", 1), ("new", 1)]
    assert office.parts(TAKEN_BACK) == [("new", 1)]

    # The deadline has passed: who has not put it right is told again, and of what was put right since.
    city.city.mend(HONEST[0], HONEST[2])
    office.day(15)
    city.city.mend(ASKED[0])
    office.day(16)
    third = {listed.notice.unit: listed for listed in office.monday(20)}
    assert office.parts(FAKED) == office.parts(SILENT) == [("new", 1), ("again", 2)]
    assert third["云泽市青禾县人民政府办公室"].parts == {"again": 2}
    assert "云泽市生态环境局" not in third
    assert office.states(HONEST, SILENT, WAIVED, ASKED) == ["rectified", "notified", "waived", "rectified"]

    # Every mail is one of the record, every issue that was told stands newly named in exactly one standing notice a time.
    assert len(office.mails.ids) == len(set(office.mails.ids))
    with city.database.reading() as session:
        states = dict(
            session.execute(select(models.Mail.state, func.count()).group_by(models.Mail.state)).all()
        )
        twice = session.execute(
            select(models.NoticeItem.move_id)
            .where(models.NoticeItem.move_id.is_not(None))
            .group_by(models.NoticeItem.move_id)
            .having(func.count() > 1)
        ).all()
    assert states == {"accepted": len(office.mails.arrived)}
    assert twice == []
    assert city.audit() == []
