"""The outbox: one row a mail, written with its notice; whoever sends it changes the row's state, one commit a step.

A mail is `sending` from before its first byte leaves until the server's answer is written. Who dies in between leaves
it so, and nobody can know what became of it: that mail is doubtful (unknown) and a person decides. All else is certain,
and goes on by itself.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, bindparam, select, update
from sqlalchemy.orm import Session

from crawler.worded import Worded
from tracker.audit import add_link
from tracker.errors import ForbiddenAct, WrongUse
from tracker.models import Mail, Notice
from tracker.notice_words import NoticeState

BACK_OFF = tuple(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 120, 240, 480, 720))
"""How long a mail that was put off waits, by how often it was; the last one from then on."""

GIVEN_UP = "多次重试未成功"
DIED = "发送时程序中断，无法确定邮件服务器是否收到"
WITHDRAWN = "通知已撤回，未发送"
RESTORED = "台账由备份恢复，此邮件在备份之后可能已经发送"


class MailState(Worded):
    """Where a mail stands, with the words the office reads."""

    QUEUED = "queued", "待发送"
    SENDING = "sending", "发送中"
    ACCEPTED = "accepted", "已送达邮件服务器"
    BOUNCED = "bounced", "被退回"
    UNKNOWN = "unknown", "送达情况不明"


class Outcome(StrEnum):
    """What one try to send a mail came to."""

    ACCEPTED = "accepted"
    LATER = "later"
    """Certainly not taken, and worth another try."""
    REFUSED = "refused"
    """Certainly not taken, and never will be as it is."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Answer:
    """`text`: what the mail server said, or what we say in its place."""

    outcome: Outcome
    text: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A mail as it stood when it was read, with the unit and the 文号 of its notice. `attempts`: how often it was put off."""

    id: int
    notice_id: int
    unit: str
    number: str
    kind: str
    recipient: str
    message_id: str
    sha256: str
    state: MailState
    queued_at: datetime
    attempts: int
    answer: str


class UnknownMail(WrongUse):
    """No mail has this number."""

    def __init__(self, mail_id: int) -> None:
        super().__init__(f"没有编号为 {mail_id} 的邮件：用 xunjian notices list 查看编号")


def queue(
    session: Session, notice_id: int, kind: str, recipient: str, message_id: str, sha256: str, at: datetime
) -> Mail:
    """One mail more to be sent, in the transaction that makes it due. `sha256`: its stored bytes."""
    mail = Mail(
        notice_id=notice_id,
        kind=kind,
        recipient=recipient,
        message_id=message_id,
        sha256=sha256,
        state=MailState.QUEUED,
        queued_at=at,
        next_try_at=at,
        tried_at=None,
        settled_at=None,
    )
    session.add(mail)
    return mail


# -- what there is ----------------------------------------------------------------------------------------


def due(session: Session, at: datetime, notice_ids: Collection[int] | None = None) -> list[Outgoing]:
    """What is to be sent now, of these notices only if they are given.

    First what was never tried, then what was tried longest ago: one mail on which the server chokes does not keep the
    others from their turn.
    """
    wanted = [Mail.state == MailState.QUEUED, Mail.next_try_at <= at, ~_is_withdrawn()]
    if notice_ids is not None:
        wanted.append(Mail.notice_id.in_(notice_ids))
    return _outgoing(session, *wanted)


def doubtful(session: Session) -> list[Outgoing]:
    """Mails of which nobody knows whether they arrived."""
    return _outgoing(session, Mail.state == MailState.UNKNOWN)


def bounced(session: Session) -> list[Outgoing]:
    """Mails that came back, of notices that still stand."""
    return _outgoing(session, Mail.state == MailState.BOUNCED, ~_is_withdrawn())


def _outgoing(session: Session, *wanted: ColumnElement[bool]) -> list[Outgoing]:
    rows = (
        select(Mail, Notice.unit, Notice.number)
        .join(Notice, Notice.id == Mail.notice_id)
        .where(*wanted)
        .order_by(Mail.tried_at.is_not(None), Mail.tried_at, Mail.id)
    )
    return [
        Outgoing(
            id=mail.id,
            notice_id=mail.notice_id,
            unit=unit,
            number=number,
            kind=mail.kind,
            recipient=mail.recipient,
            message_id=mail.message_id,
            sha256=mail.sha256,
            state=MailState(mail.state),
            queued_at=mail.queued_at,
            attempts=mail.attempts,
            answer=mail.answer,
        )
        for mail, unit, number in session.execute(rows)
    ]


def _is_withdrawn() -> ColumnElement[bool]:
    return Mail.notice_id.in_(select(Notice.id).where(Notice.state == str(NoticeState.WITHDRAWN)))


# -- sending ----------------------------------------------------------------------------------------------


def begin(session: Session, mail_id: int, at: datetime) -> bool:
    """Claim the mail: whoever changed its row may send it, and nobody else may, nor if its notice was withdrawn."""
    claim = update(Mail).where(Mail.id == mail_id, Mail.state == MailState.QUEUED, ~_is_withdrawn())
    return _changed_one(session, claim.values(state=MailState.SENDING, tried_at=at))


def settle(
    session: Session, mail: Outgoing, answer: Answer, *, begun: bool, at: datetime, retry: timedelta
) -> Outgoing | None:
    """Write what one try came to; the mail as it stands now. `begun`: it had been claimed for this try.

    `retry`: so long after it was queued a mail is tried again. None: its row is not ours, and stays as it is.
    """
    was = MailState.SENDING if begun else MailState.QUEUED
    settled = _after(mail, answer, at, retry)
    change = update(Mail).where(Mail.id == mail.id, Mail.state == was).values(**settled, tried_at=at)
    return _seen_as(mail, settled) if _changed_one(session, change) else None


def put_off(
    session: Session, mails: Sequence[Outgoing], why: str, *, at: datetime, retry: timedelta
) -> list[Outgoing]:
    """The server cannot be had: mails that were not even tried wait for another time."""
    settled = [_after(mail, Answer(Outcome.LATER, why), at, retry) for mail in mails]
    if settled:
        change = (
            update(Mail)
            .where(Mail.id == bindparam("mail"), Mail.state == MailState.QUEUED)
            .values({name: bindparam(f"to_{name}", type_=Mail.__table__.c[name].type) for name in settled[0]})
        )
        session.connection().execute(
            change,
            [
                {"mail": mail.id, **{f"to_{name}": value for name, value in values.items()}}
                for mail, values in zip(mails, settled, strict=True)
            ],
        )
    return [_seen_as(mail, values) for mail, values in zip(mails, settled, strict=True)]


def abandoned(session: Session, at: datetime) -> list[Outgoing]:
    """Mails that a dead process was sending are doubtful from now on. Call it only while nobody else sends."""
    return _end(session, Mail.state == MailState.SENDING, MailState.UNKNOWN, DIED, at)


def doubt_all(session: Session, at: datetime) -> list[Outgoing]:
    """In a restored record every mail that waits is doubtful: it may have left after the copy was made."""
    waiting = Mail.state.in_((MailState.QUEUED, MailState.SENDING))
    return _end(session, waiting, MailState.UNKNOWN, RESTORED, at)


def stop_withdrawn(session: Session, at: datetime) -> list[Outgoing]:
    """Mails of withdrawn notices stay here; the notice of withdrawal has mails of its own."""
    return _end(session, (Mail.state == MailState.QUEUED) & _is_withdrawn(), MailState.BOUNCED, WITHDRAWN, at)


def _end(
    session: Session, which: ColumnElement[bool], state: MailState, answer: str, at: datetime
) -> list[Outgoing]:
    ending = _outgoing(session, which)
    if ending:
        session.execute(update(Mail).where(which).values(state=state, answer=answer, settled_at=at))
    return [replace(mail, state=state, answer=answer) for mail in ending]


def _after(mail: Outgoing, answer: Answer, at: datetime, retry: timedelta) -> dict[str, Any]:
    """The columns of a mail's row after this answer."""
    state, text = _STATES[answer.outcome], answer.text
    next_try, given_up_at = at, mail.queued_at + retry
    if state is MailState.QUEUED:
        if at >= given_up_at:
            state, text = MailState.BOUNCED, f"{GIVEN_UP}：{text}"
        else:
            wait = BACK_OFF[min(mail.attempts, len(BACK_OFF) - 1)]
            next_try = min(at + wait, given_up_at)  # the last try is at the very end of the time
    return {
        "state": state,
        "answer": text,
        "attempts": mail.attempts + 1,
        "next_try_at": next_try,
        "settled_at": None if state is MailState.QUEUED else at,
    }


_STATES = {
    Outcome.ACCEPTED: MailState.ACCEPTED,
    Outcome.LATER: MailState.QUEUED,
    Outcome.REFUSED: MailState.BOUNCED,
    Outcome.UNKNOWN: MailState.UNKNOWN,
}


def _seen_as(mail: Outgoing, values: dict[str, Any]) -> Outgoing:
    return replace(mail, state=values["state"], answer=values["answer"], attempts=values["attempts"])


def _changed_one(session: Session, change: Any) -> bool:
    result = session.execute(change)
    assert isinstance(result, CursorResult)
    return result.rowcount == 1


# -- a person decides -------------------------------------------------------------------------------------


def decide(
    session: Session,
    mail_id: int,
    *,
    delivered: bool,
    by: str,
    why: str,
    at: datetime,
    recorded_at: datetime,
) -> Mail:
    """A person says what became of a doubtful or bounced mail: it arrived, or it did not and is sent again."""
    mail = session.get(Mail, mail_id, with_for_update=True)
    if mail is None:
        raise UnknownMail(mail_id)
    before = MailState(mail.state)
    if before not in (MailState.UNKNOWN, MailState.BOUNCED):
        raise ForbiddenAct(
            f"邮件 {mail_id} 现为“{before.sentence}”：只有送达情况不明或被退回的邮件需要人工认定"
        )
    if not delivered and session.scalar(select(Mail.id).where(Mail.id == mail_id, _is_withdrawn())):
        raise ForbiddenAct(f"邮件 {mail_id} 的通知已撤回：不能再次发送")
    mail.answer = f"{by}：{why}"
    if delivered:
        mail.state, mail.settled_at = MailState.ACCEPTED, at
    else:  # from the beginning: it has all its tries and all its days again
        mail.state, mail.settled_at, mail.attempts = MailState.QUEUED, None, 0
        mail.queued_at = mail.next_try_at = at
    payload = {
        "mail": mail_id,
        "notice": mail.notice_id,
        "recipient": mail.recipient,
        "message_id": mail.message_id,
        "at": at.astimezone(UTC).isoformat(),
        "from": str(before),
        "to": str(mail.state),
        "by": by,
        "why": why,
    }
    add_link(session, "mail", payload, recorded_at)
    return mail
