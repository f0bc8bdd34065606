"""Mails leave the outbox: each claimed, sent and settled by itself, so that whoever is killed loses and doubles none."""

import logging
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.clock import Clock
from reports.post import Post, open_post
from reports.settings import ReportSettings
from scheduler.stopping import Stop
from tracker import outbox
from tracker.database import Database
from tracker.errors import EvidenceLost
from tracker.evidence import EvidenceStore
from tracker.outbox import Answer, MailState, Outcome, Outgoing

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of the mails of one call, each as it stands now.

    `mails`: those that were tried, and those that somebody who died had left in the middle. `withdrawn`: those that
    stay here because their notice was withdrawn.
    """

    mails: tuple[Outgoing, ...]
    withdrawn: tuple[Outgoing, ...] = ()

    def of(self, state: MailState) -> tuple[Outgoing, ...]:
        return tuple(mail for mail in self.mails if mail.state is state)

    @property
    def accepted(self) -> int:
        return len(self.of(MailState.ACCEPTED))

    @property
    def put_off(self) -> int:
        return len(self.of(MailState.QUEUED))

    @property
    def refused(self) -> int:
        return len(self.of(MailState.BOUNCED))

    @property
    def unknown(self) -> int:
        return len(self.of(MailState.UNKNOWN))

    @property
    def needs_person(self) -> bool:
        return bool(self.refused or self.unknown)


def send_due(
    database: Database,
    evidence: EvidenceStore,
    settings: ReportSettings,
    at: datetime,
    *,
    notice_ids: Collection[int] | None = None,
    stop: Stop | None = None,
) -> Sent:
    """Send what is due at `at`, of these notices only if they are given; AnotherAtWork if somebody is sending already.

    Told to stop, it sends the mail it is at and leaves the others due. PostTrouble when the settings must be mended first: what was not sent by then stays due.
    """
    clock = Clock(at)
    with open_post(settings) as post, database.alone("send"):
        with database.writing() as session:
            left = outbox.abandoned(session, clock.now())
            withdrawn = outbox.stop_withdrawn(session, clock.now())
        with database.reading() as session:
            mails = outbox.due(session, clock.at, notice_ids)
        sender = _Sender(database, evidence, settings, clock, post, stop or Stop())
        return Sent((*left, *sender.send(mails)), tuple(withdrawn))


@dataclass(frozen=True, slots=True)
class _Sender:
    database: Database
    evidence: EvidenceStore
    settings: ReportSettings
    clock: Clock
    post: Post
    stop: Stop

    @property
    def retry(self) -> timedelta:
        return timedelta(days=self.settings.mail_retry_days)

    def send(self, mails: list[Outgoing]) -> Iterator[Outgoing]:
        for number, mail in enumerate(mails):
            if self.stop.asked:
                return
            if self.post.unreachable:
                yield from self.put_off(mails[number:])
                return
            if settled := self.try_once(mail):
                logger.info(
                    "mail settled",
                    extra={"mail": settled.id, "state": str(settled.state), "answer": settled.answer},
                )
                yield settled

    def put_off(self, mails: list[Outgoing]) -> list[Outgoing]:
        logger.warning("mails put off", extra={"mails": len(mails), "why": self.post.unreachable})
        with self.database.writing() as session:
            now = self.clock.now()
            return outbox.put_off(session, mails, self.post.unreachable, at=now, retry=self.retry)

    def try_once(self, mail: Outgoing) -> Outgoing | None:
        """The mail as it stands after one try; None if it is no longer ours to send."""
        claims: list[bool] = []

        def claim() -> bool:
            with self.database.writing() as session:
                claims.append(outbox.begin(session, mail.id, self.clock.now()))
            return claims[-1]

        answer = self.answer(mail, claim)
        if claims == [False]:
            return None
        with self.database.writing() as session:
            now = self.clock.now()
            return outbox.settle(session, mail, answer, begun=bool(claims), at=now, retry=self.retry)

    def answer(self, mail: Outgoing, claim: Callable[[], bool]) -> Answer:
        try:
            message = self.evidence.read(mail.sha256)
        except EvidenceLost as lost:
            return Answer(Outcome.REFUSED, f"邮件内容无法读取：{lost}")
        return self.post.deliver(message, self.settings.sender, mail.recipient, mail.message_id, claim)
