"""The outbox: who claims a mail sends it, what was put off comes back, and what nobody knows is a person's."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.builders import NOW
from tests.tracker.outgoing import a_notice, queue_mails, read, states, the_mail, the_mails
from tracker import outbox
from tracker.database import Database
from tracker.errors import ForbiddenAct
from tracker.evidence import EvidenceStore
from tracker.models import Link, Mail, Notice
from tracker.outbox import Answer, MailState, Outcome, Outgoing
from tracker.verification import verify

THREE_DAYS = timedelta(days=3)
HOUR = timedelta(hours=1)


@pytest.fixture
def evidence(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def tried(database: Database, outcome: Outcome, at: datetime = NOW, text: str = "250 OK") -> Outgoing | None:
    """One try of the first mail that is due."""
    mail = read(database, at)[0]
    with database.writing() as session:
        assert outbox.begin(session, mail.id, at)
    with database.writing() as session:
        return outbox.settle(session, mail, Answer(outcome, text), begun=True, at=at, retry=THREE_DAYS)


def decided(database: Database, *, delivered: bool, at: datetime = NOW) -> Mail:
    with database.writing() as session:
        return outbox.decide(
            session, 1, delivered=delivered, by="王芳", why="电话核实", at=at, recorded_at=NOW
        )


def withdraw(database: Database, notice_id: int) -> None:
    with database.writing() as session:
        session.execute(update(Notice).where(Notice.id == notice_id).values(state="withdrawn"))


# -- claiming ---------------------------------------------------------------------------------------------


def test_a_mail_is_claimed_once(database: Database, evidence: EvidenceStore) -> None:
    queue_mails(database, evidence)

    with database.writing() as session:
        claims = [outbox.begin(session, 1, NOW) for _ in range(2)]

    assert claims == [True, False]
    assert states(database) == ["sending"]
    assert read(database) == []


def test_a_mail_whose_notice_was_withdrawn_meanwhile_cannot_be_claimed(
    database: Database, evidence: EvidenceStore
) -> None:
    (mail,) = queue_mails(database, evidence)
    withdraw(database, mail.notice_id)

    with database.writing() as session:
        assert not outbox.begin(session, 1, NOW)


def test_what_somebody_else_settled_stays_as_it_is(database: Database, evidence: EvidenceStore) -> None:
    queue_mails(database, evidence)
    (mail,) = read(database)
    tried(database, Outcome.ACCEPTED)

    with database.writing() as session:
        late = [
            outbox.settle(session, mail, Answer(Outcome.LATER, "451"), begun=begun, at=NOW, retry=THREE_DAYS)
            for begun in (False, True)
        ]

    assert late == [None, None]
    assert states(database) == ["accepted"]


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Outcome.ACCEPTED, "accepted"),
        (Outcome.LATER, "queued"),
        (Outcome.REFUSED, "bounced"),
        (Outcome.UNKNOWN, "unknown"),
    ],
)
def test_a_mail_stands_as_its_last_try_ended(
    database: Database, evidence: EvidenceStore, outcome: Outcome, state: str
) -> None:
    queue_mails(database, evidence)

    settled = tried(database, outcome, text="what the server said")

    row = the_mail(database)
    assert settled is not None
    assert (settled.state, settled.answer) == (state, "what the server said")
    assert (row.state, row.answer, row.attempts, row.tried_at) == (state, "what the server said", 1, NOW)
    assert row.settled_at == (None if state == "queued" else NOW)


# -- what is due ------------------------------------------------------------------------------------------


def test_a_mail_is_due_from_its_time_on(database: Database, evidence: EvidenceStore) -> None:
    queue_mails(database, evidence)

    assert read(database, NOW - timedelta(seconds=1)) == []
    (mail,) = read(database, NOW)
    assert (mail.unit, mail.number, mail.recipient) == ("云泽市第1局", "〔2026〕1号", "jyj@yunze.test")


def test_only_mails_of_the_notices_that_are_named_are_due(
    database: Database, evidence: EvidenceStore
) -> None:
    first, *_ = (queue_mails(database, evidence)[0] for _ in range(3))

    with database.reading() as session:
        named = [mail.notice_id for mail in outbox.due(session, NOW, [first.notice_id])]
        none = outbox.due(session, NOW, [])

    assert (named, none) == ([first.notice_id], [])


def test_what_was_tried_last_has_its_turn_last(database: Database, evidence: EvidenceStore) -> None:
    queue_mails(database, evidence, "a@yunze.test", "b@yunze.test", "c@yunze.test")
    tried(database, Outcome.LATER)

    later = [mail.recipient for mail in read(database, NOW + HOUR)]

    assert later == ["b@yunze.test", "c@yunze.test", "a@yunze.test"]


# -- putting off ------------------------------------------------------------------------------------------


def test_a_mail_that_is_put_off_waits_longer_each_time_and_is_given_up_after_three_days(
    database: Database, evidence: EvidenceStore
) -> None:
    queue_mails(database, evidence)

    waited, at = [], NOW
    while read(database, at):
        tried(database, Outcome.LATER, at, "451 greylisted")
        next_try = the_mail(database).next_try_at
        waited.append((next_try - at) / timedelta(minutes=1))
        at = next_try

    assert waited == [5, 15, 30, 60, 120, 240, 480, 720, 720, 720, 720, 490, 0]
    assert at == NOW + THREE_DAYS
    row = the_mail(database)
    assert (row.state, row.answer) == ("bounced", "多次重试未成功：451 greylisted")


def test_mails_that_were_not_even_tried_wait_but_keep_their_turn(
    database: Database, evidence: EvidenceStore
) -> None:
    queue_mails(database, evidence, "a@yunze.test", "b@yunze.test", "c@yunze.test")
    tried(database, Outcome.LATER)

    with database.writing() as session:
        rest = outbox.put_off(session, outbox.due(session, NOW), "无法连接", at=NOW, retry=THREE_DAYS)

    assert [(mail.state, mail.answer) for mail in rest] == [(MailState.QUEUED, "无法连接")] * 2
    assert read(database) == []
    assert [mail.recipient for mail in read(database, NOW + HOUR)] == [
        "b@yunze.test",
        "c@yunze.test",
        "a@yunze.test",
    ]


def test_a_server_that_cannot_be_had_for_three_days_is_told_to_a_person(
    database: Database, evidence: EvidenceStore
) -> None:
    queue_mails(database, evidence, "a@yunze.test", "b@yunze.test")
    at = NOW + THREE_DAYS

    with database.writing() as session:
        outbox.put_off(session, outbox.due(session, at), "无法连接", at=at, retry=THREE_DAYS)

    assert {(mail.state, mail.answer) for mail in the_mails(database)} == {
        ("bounced", "多次重试未成功：无法连接")
    }


# -- withdrawn notices ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["notice", "reminder"])
def test_mails_of_a_withdrawn_notice_stay_here(
    database: Database, evidence: EvidenceStore, kind: str
) -> None:
    (mail,) = queue_mails(database, evidence, kind=kind)
    queue_mails(database, evidence)
    withdraw(database, mail.notice_id)

    with database.writing() as session:
        (stopped,) = outbox.stop_withdrawn(session, NOW)

    assert (stopped.id, stopped.state, stopped.answer) == (mail.id, "bounced", "通知已撤回，未发送")
    assert states(database) == ["bounced", "queued"]
    with database.reading() as session:
        assert outbox.bounced(session) == []


def test_the_withdrawal_itself_is_sent(database: Database, evidence: EvidenceStore) -> None:
    (mail,) = queue_mails(database, evidence)
    withdraw(database, mail.notice_id)
    with database.writing() as session:
        withdrawal = a_notice(session, kind="withdrawal")
    queue_mails(database, evidence, notice_id=withdrawal)

    assert [each.notice_id for each in read(database)] == [withdrawal]


def test_a_mail_that_left_before_its_notice_was_withdrawn_stays_sent(
    database: Database, evidence: EvidenceStore
) -> None:
    (mail,) = queue_mails(database, evidence)
    tried(database, Outcome.ACCEPTED)
    withdraw(database, mail.notice_id)

    with database.writing() as session:
        assert outbox.stop_withdrawn(session, NOW) == []
    assert states(database) == ["accepted"]


# -- what nobody knows ------------------------------------------------------------------------------------


def test_what_a_dead_process_was_sending_is_doubtful(database: Database, evidence: EvidenceStore) -> None:
    queue_mails(database, evidence, "a@yunze.test", "b@yunze.test")
    with database.writing() as session:
        outbox.begin(session, 1, NOW)

    with database.writing() as session:
        (left,) = outbox.abandoned(session, NOW)

    assert (left.id, left.state, left.answer) == (1, "unknown", outbox.DIED)
    assert states(database) == ["unknown", "queued"]
    with database.reading() as session:
        assert [mail.recipient for mail in outbox.doubtful(session)] == ["a@yunze.test"]


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.REFUSED])
def test_a_person_says_that_it_arrived(database: Database, evidence: EvidenceStore, outcome: Outcome) -> None:
    queue_mails(database, evidence)
    tried(database, outcome)

    decided(database, delivered=True, at=NOW + HOUR)

    row = the_mail(database)
    assert (row.state, row.answer, row.settled_at) == ("accepted", "王芳：电话核实", NOW + HOUR)
    assert read(database, NOW + THREE_DAYS) == []


@pytest.mark.parametrize("outcome", [Outcome.UNKNOWN, Outcome.REFUSED])
def test_a_person_says_that_it_did_not_arrive_and_it_has_all_its_tries_again(
    database: Database, evidence: EvidenceStore, outcome: Outcome
) -> None:
    queue_mails(database, evidence)
    tried(database, outcome)
    later = NOW + 2 * THREE_DAYS

    decided(database, delivered=False, at=later)
    tried(database, Outcome.LATER, later)

    row = the_mail(database)
    assert (row.state, row.attempts, row.next_try_at) == ("queued", 1, later + timedelta(minutes=5))


def test_each_decision_is_a_link_in_the_audit_chain(database: Database, evidence: EvidenceStore) -> None:
    queue_mails(database, evidence)
    tried(database, Outcome.UNKNOWN)
    decided(database, delivered=False)
    tried(database, Outcome.REFUSED)
    decided(database, delivered=True)

    with database.reading() as session:
        links = session.execute(select(Link.what, Link.payload).order_by(Link.id)).all()
        # The builder writes a notice that nobody signed; the rest of the record holds.
        assert list(verify(session, None)) == ["通知 〔2026〕1号 与签发时不符"]
    assert [what for what, _ in links] == ["mail", "mail"]
    assert '"from":"unknown"' in links[0].payload
    assert '"to":"queued"' in links[0].payload
    assert '"by":"王芳"' in links[1].payload
    assert '"to":"accepted"' in links[1].payload


@pytest.mark.parametrize("outcome", [Outcome.ACCEPTED, Outcome.LATER])
def test_what_is_certain_is_not_a_persons_to_decide(
    database: Database, evidence: EvidenceStore, outcome: Outcome
) -> None:
    queue_mails(database, evidence)
    settled = tried(database, outcome)

    assert settled is not None
    with pytest.raises(ForbiddenAct, match=settled.state.sentence):
        decided(database, delivered=False)


def test_a_mail_of_a_withdrawn_notice_is_not_sent_again(database: Database, evidence: EvidenceStore) -> None:
    (mail,) = queue_mails(database, evidence)
    tried(database, Outcome.UNKNOWN)
    withdraw(database, mail.notice_id)

    with pytest.raises(ForbiddenAct, match="已撤回"):
        decided(database, delivered=False)
    decided(database, delivered=True)


def test_a_number_that_no_mail_has_is_named(database: Database) -> None:
    with pytest.raises(outbox.UnknownMail, match="没有编号为 1 的邮件"):
        decided(database, delivered=True)
