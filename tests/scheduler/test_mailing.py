"""Mails leave the outbox: none twice, none lost, each doubtful one shown, whatever the server does and whoever is killed."""

import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from reports.post import PostTrouble, UnusablePost
from reports.settings import ReportSettings
from scheduler.mailing import Sent, send_due
from tests.builders import NOW
from tests.mail_server import (
    Act,
    MailServer,
    Stage,
    answers,
    drops,
    goes_on,
    kills,
    mail_server,
    stalls,
    waits,
)
from tests.tracker.outgoing import Sender, a_message, a_notice, queue_mails, states, the_mail, the_mails
from tracker import outbox
from tracker.database import Database
from tracker.errors import AnotherAtWork
from tracker.evidence import EvidenceStore
from tracker.models import Notice
from tracker.outbox import MailState
from tracker.settings import TrackerSettings

A, B, C = "a@yunze.test", "b@yunze.test", "c@yunze.test"
FIVE_MINUTES = timedelta(minutes=5)
KILLED = -9


@pytest.fixture
def mails() -> Iterator[MailServer]:
    with mail_server() as mails:
        yield mails


@pytest.fixture
def evidence(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def settings(url: str) -> ReportSettings:
    return ReportSettings(smtp_url=url, sender="xunjian@yunze.test", smtp_timeout_seconds=0.3)


def send(
    database: Database, evidence: EvidenceStore, mails: MailServer, at: datetime = NOW, **more: list[int]
) -> Sent:
    return send_due(database, evidence, settings(mails.url), at, **more)


def counts(sent: Sent) -> tuple[int, int, int, int]:
    return sent.accepted, sent.put_off, sent.refused, sent.unknown


# -- one call ---------------------------------------------------------------------------------------------


def test_what_is_due_arrives_once(database: Database, evidence: EvidenceStore, mails: MailServer) -> None:
    queue_mails(database, evidence, A, B)

    first, second = send(database, evidence, mails), send(database, evidence, mails)

    assert counts(first) == (2, 0, 0, 0)
    assert [(mail.recipient, mail.state, mail.answer) for mail in first.mails] == [
        (A, "accepted", "250 OK"),
        (B, "accepted", "250 OK"),
    ]
    assert second == Sent(())
    assert mails.recipients == [A, B]
    assert mails.arrived[0] == a_message(f"<1.notice.{A}>")


def test_without_a_mail_nobody_is_asked(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    assert send(database, evidence, mails) == Sent(())
    assert mails.begun == []


def test_each_mail_has_its_own_end(database: Database, evidence: EvidenceStore, mails: MailServer) -> None:
    queue_mails(database, evidence, A, B, C, "d@yunze.test")
    mails.by_recipient = {A: "550 no such user", B: "451 greylisted"}
    mails.does("before reply", drops)

    sent = send(database, evidence, mails)

    assert counts(sent) == (1, 1, 1, 1)
    assert sent.needs_person
    assert states(database) == ["bounced", "queued", "unknown", "accepted"]


def test_a_greylisted_mail_arrives_with_the_next_call_that_it_is_due(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    queue_mails(database, evidence)
    mails.does("RCPT", answers("451 greylisted"))

    sent = [
        counts(send(database, evidence, mails, at))
        for at in (NOW, NOW + FIVE_MINUTES, NOW + FIVE_MINUTES + timedelta(minutes=1))
    ]

    # Due five minutes after the server said so, which was a moment after NOW.
    assert sent == [(0, 1, 0, 0), (0, 0, 0, 0), (1, 0, 0, 0)]


def test_a_server_that_cannot_be_had_puts_all_off_at_once(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    queue_mails(database, evidence, A, B, C)
    mails.does("connect", answers("421 too busy"))

    sent = send(database, evidence, mails)

    assert counts(sent) == (0, 3, 0, 0)
    assert not sent.needs_person
    assert mails.begun == ["connect"]
    assert {(mail.state, mail.attempts) for mail in the_mails(database)} == {("queued", 1)}


def test_a_recipient_on_which_the_server_stalls_does_not_starve_the_others(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    queue_mails(database, evidence, A, B)
    mails.does("RCPT", stalls)

    assert counts(send(database, evidence, mails)) == (1, 1, 0, 0)
    assert mails.recipients == [B]


def test_a_mail_whose_text_is_lost_is_named_and_the_others_go(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    lost, _ = queue_mails(database, evidence, A, B)
    (evidence.folder / lost.sha256[:2] / f"{lost.sha256}.zst").unlink()

    sent = send(database, evidence, mails)

    assert counts(sent) == (1, 0, 1, 0)
    (refused,) = sent.of(MailState.BOUNCED)
    assert (refused.recipient, refused.answer) == (A, f"邮件内容无法读取：证据文件缺失：{lost.sha256}")


def test_only_the_notices_that_are_named_are_sent(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    first, second = (queue_mails(database, evidence, each)[0] for each in (A, B))

    assert counts(send(database, evidence, mails, notice_ids=[second.notice_id])) == (1, 0, 0, 0)
    assert counts(send(database, evidence, mails, notice_ids=[])) == (0, 0, 0, 0)
    assert mails.recipients == [B]
    assert states(database) == ["queued", "accepted"]
    assert first.notice_id != second.notice_id


def withdraw(database: Database, notice_id: int) -> None:
    with database.writing() as session:
        session.execute(update(Notice).where(Notice.id == notice_id).values(state="withdrawn"))


def test_a_withdrawn_notice_is_not_sent_but_its_withdrawal_is(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    (mail,) = queue_mails(database, evidence, A)
    withdraw(database, mail.notice_id)
    with database.writing() as session:
        withdrawal = a_notice(session, kind="withdrawal")
    queue_mails(database, evidence, B, notice_id=withdrawal)

    sent = send(database, evidence, mails)

    assert counts(sent) == (1, 0, 0, 0)
    assert [(each.recipient, each.answer) for each in sent.withdrawn] == [(A, "通知已撤回，未发送")]
    assert mails.recipients == [B]


def test_a_notice_that_is_withdrawn_while_its_mail_is_offered_is_not_sent(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    mail, _ = queue_mails(database, evidence, A, B)

    async def withdraws(server: object) -> None:
        withdraw(database, mail.notice_id)

    mails.does("before 354", withdraws)

    assert counts(send(database, evidence, mails)) == (0, 0, 0, 0)
    assert mails.arrived == []
    assert len(send(database, evidence, mails).withdrawn) == 2


def test_a_mail_that_somebody_else_claimed_meanwhile_is_left_to_him(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    """As on a database that several machines send from, where no lock of one machine helps."""
    (mail,) = queue_mails(database, evidence, A)

    async def claims(server: object) -> None:
        with database.writing() as session:
            assert outbox.begin(session, mail.id, NOW)

    mails.does("before 354", claims)

    assert send(database, evidence, mails) == Sent(())
    assert mails.arrived == []
    assert states(database) == ["sending"]


def test_what_must_be_mended_first_puts_nothing_off(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    queue_mails(database, evidence, A, B)
    mails.does("MAIL", goes_on, answers("530 authentication required"))

    with pytest.raises(PostTrouble):
        send(database, evidence, mails)

    assert states(database) == ["accepted", "queued"]
    assert counts(send(database, evidence, mails)) == (1, 0, 0, 0)
    assert mails.recipients == [A, B]


def test_settings_that_name_no_way_out_change_nothing(database: Database, evidence: EvidenceStore) -> None:
    queue_mails(database, evidence)

    with pytest.raises(UnusablePost):
        send_due(database, evidence, settings("gopher://mail.test"), NOW)

    assert states(database) == ["queued"]


def test_a_folder_gets_what_is_due_and_is_never_in_doubt(
    database: Database, evidence: EvidenceStore, tmp_path: Path
) -> None:
    queue_mails(database, evidence, A, B)
    with database.writing() as session:  # as if killed when the first file was written and its row was not
        (tmp_path / "mail").mkdir()
        (tmp_path / f"mail/1.notice.{A}.eml").write_bytes(a_message(f"<1.notice.{A}>"))
        assert outbox.doubtful(session) == []

    sent = send_due(database, evidence, settings(f"folder:{tmp_path}/mail"), NOW)

    assert counts(sent) == (2, 0, 0, 0)
    assert len(list((tmp_path / "mail").iterdir())) == 2


@pytest.mark.parametrize("count", [2, 20])
def test_a_mail_costs_its_two_steps_and_no_question_more(
    database: Database, evidence: EvidenceStore, mails: MailServer, count: int
) -> None:
    queue_mails(database, evidence, *(f"{number}@yunze.test" for number in range(count)))

    with statements(database) as said:
        send(database, evidence, mails)

    assert len(said) == 3 + 2 * count


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "UPDATE", "INSERT")):
            said.append(statement)

    for engine in (database._writer, database._reader):
        event.listen(engine, "before_cursor_execute", note)
    yield said
    for engine in (database._writer, database._reader):
        event.remove(engine, "before_cursor_execute", note)


# -- killed -----------------------------------------------------------------------------------------------


@pytest.fixture
def stage(
    tmp_path: Path, database: Database, evidence: EvidenceStore, mails: MailServer
) -> Iterator["Sending"]:
    stage = Sending(tmp_path, database, evidence, mails)
    yield stage
    for sender in stage.senders:
        sender.stop()


class Sending:
    """Two mails in the outbox, and senders that are processes of their own."""

    def __init__(self, folder: Path, database: Database, evidence: EvidenceStore, mails: MailServer) -> None:
        self.folder, self.database, self.evidence, self.mails = folder, database, evidence, mails
        self.senders: list[Sender] = []
        queue_mails(database, evidence, A, B)

    def start(self, dies: str = "") -> Sender:
        sender = Sender(self.folder / "xunjian.db", self.evidence.folder, self.mails.url, dies)
        self.senders.append(sender)
        return sender

    def go_on(self) -> Sent:
        return send(self.database, self.evidence, self.mails)

    def nobody_is_cheated(self) -> None:
        """No mail twice, none lost, each doubtful one shown."""
        assert not [each for each, times in Counter(self.mails.recipients).items() if times > 1]
        for mail in the_mails(self.database):
            assert mail.state == "unknown" or mail.recipient in self.mails.recipients, mail.state
            assert mail.state in ("accepted", "unknown")


CERTAIN, A_DOUBTFUL, B_DOUBTFUL = ["accepted", "accepted"], ["unknown", "accepted"], ["accepted", "unknown"]


@pytest.mark.parametrize(
    ("dies", "expected"),
    [
        pytest.param("1 after", CERTAIN, id="before connecting"),
        pytest.param("2 before", CERTAIN, id="when the server waits for the text"),
        pytest.param("2 in", CERTAIN, id="before the claim is committed"),
        pytest.param("2 after", A_DOUBTFUL, id="before the first byte of the text"),
        pytest.param("3 before", A_DOUBTFUL, id="when the server took it"),
        pytest.param("3 in", A_DOUBTFUL, id="before that is committed"),
        pytest.param("3 after", CERTAIN, id="between two mails"),
        pytest.param("4 after", B_DOUBTFUL, id="before the first byte of the second text"),
        pytest.param("5 in", B_DOUBTFUL, id="before the second answer is committed"),
    ],
)
def test_a_sender_killed_between_any_two_steps_loses_and_doubles_nothing(
    stage: Sending, dies: str, expected: list[str]
) -> None:
    status, said = stage.start(dies).ended()
    assert status == KILLED, said

    stage.go_on()

    stage.nobody_is_cheated()
    assert states(stage.database) == expected


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ("connect", CERTAIN),
        ("RCPT", CERTAIN),
        ("before 354", CERTAIN),
        ("before reply", A_DOUBTFUL),
    ],
)
def test_a_sender_killed_while_the_server_has_the_word_loses_and_doubles_nothing(
    stage: Sending, when: Stage, expected: list[str]
) -> None:
    stage.mails.does(when, kills(lambda: stage.senders[0].pid))
    status, said = stage.start().ended()
    assert status == KILLED, said

    stage.go_on()

    stage.nobody_is_cheated()
    assert states(stage.database) == expected


def test_a_doubtful_mail_is_shown_with_the_next_call_and_not_sent_again(stage: Sending) -> None:
    stage.mails.does("before reply", kills(lambda: stage.senders[0].pid))
    stage.start().ended()

    sent = stage.go_on()

    (doubtful,) = sent.of(MailState.UNKNOWN)
    assert (doubtful.recipient, doubtful.answer) == (A, outbox.DIED)
    assert counts(stage.go_on()) == (0, 0, 0, 0)
    with stage.database.reading() as session:
        assert [mail.recipient for mail in outbox.doubtful(session)] == [A]


@pytest.mark.parametrize("when", ["connect", "before 354", "before reply"])
def test_while_one_sends_another_is_told_so_and_each_mail_arrives_once(stage: Sending, when: Stage) -> None:
    reached, until = threading.Event(), threading.Event()
    stage.mails.does(when, waits(reached, until))
    first = stage.start()
    assert reached.wait(20)

    status, said = stage.start().ended()
    with pytest.raises(AnotherAtWork, match="另一个程序正在发送邮件"):
        stage.go_on()
    until.set()

    assert status == 1
    assert "AnotherAtWork" in said
    assert first.ended() == (0, "accepted 2, unknown 0\n")
    assert stage.mails.recipients == [A, B]
    assert states(stage.database) == ["accepted", "accepted"]


def test_of_two_that_start_together_each_mail_arrives_once(stage: Sending) -> None:
    both = [stage.start(), stage.start()]

    ends = [sender.ended() for sender in both]

    assert 0 in [status for status, _ in ends], ends
    assert sorted(stage.mails.recipients) == [A, B]
    assert states(stage.database) == ["accepted", "accepted"]


# -- whatever happens -------------------------------------------------------------------------------------

HAPPENINGS: dict[str, tuple[Stage, Act]] = {
    "goes well": ("RCPT", goes_on),
    "greylisted": ("RCPT", answers("451 later")),
    "refused": ("RCPT", answers("550 no")),
    "dropped at the greeting": ("connect", drops),
    "dropped before the text": ("before 354", drops),
    "dropped in the text": ("after 354", drops),
    "taken, and dropped before the answer": ("before reply", drops),
    "put off after the text": ("before reply", answers("451 later")),
    "refused after the text": ("before reply", answers("554 no")),
}


@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_the_server_answers_a_mail_that_it_took_is_never_sent_again(
    data: st.DataObject, empty_record: Path, mails: MailServer
) -> None:
    """A person who looks it up decides each doubtful mail; in the end every mail has arrived exactly once."""
    mails.arrived.clear()
    mails.recipients.clear()
    with a_record(empty_record) as (database, evidence):
        queue_mails(database, evidence, A, B, C)
        at = NOW
        for _ in range(data.draw(st.integers(1, 6))):
            mails.acts.clear()
            for happening in data.draw(st.lists(st.sampled_from(sorted(HAPPENINGS)), max_size=4)):
                mails.does(*HAPPENINGS[happening])
            send(database, evidence, mails, at)
            settled_as_it_is(database, mails, at)
            at += timedelta(hours=data.draw(st.sampled_from([0, 1, 13])))
            if data.draw(st.booleans()):
                look_up(database, mails, at)
        mails.acts.clear()
        look_up(database, mails, at)
        send(database, evidence, mails, at + timedelta(hours=13))

        assert sorted(mails.recipients) == [A, B, C]
        assert states(database) == ["accepted"] * 3


@contextmanager
def a_record(empty_record: Path) -> Iterator[tuple[Database, EvidenceStore]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(empty_record, folder / "xunjian.db")
        database = Database(TrackerSettings(database_url=f"sqlite:///{folder}/xunjian.db"))
        yield database, EvidenceStore(folder / "evidence")
        database.close()


def settled_as_it_is(database: Database, mails: MailServer, at: datetime) -> None:
    """What we say of a mail is so: accepted arrived, bounced and queued did not, nothing is left in the middle."""
    assert max(Counter(mails.recipients).values(), default=0) <= 1
    for mail in the_mails(database):
        arrived = mail.recipient in mails.recipients
        assert mail.state == "unknown" or (mail.state == "accepted") == arrived, (mail.state, mail.answer)
        assert mail.state != "sending"


def look_up(database: Database, mails: MailServer, at: datetime) -> None:
    with database.writing() as session:
        for mail in outbox.doubtful(session) + outbox.bounced(session):
            arrived = mail.recipient in mails.recipients
            outbox.decide(
                session, mail.id, delivered=arrived, by="王芳", why="电话核实", at=at, recorded_at=at
            )


def test_a_mail_that_was_put_off_for_three_days_is_a_persons(
    database: Database, evidence: EvidenceStore, mails: MailServer
) -> None:
    queue_mails(database, evidence, at=NOW - timedelta(days=3))
    mails.by_recipient["jyj@yunze.test"] = "451 greylisted"

    sent = send(database, evidence, mails)

    assert counts(sent) == (0, 0, 1, 0)
    assert the_mail(database).answer == "多次重试未成功：451 greylisted"
