"""Mails in the outbox, with defaults; and a process of its own that sends them, and can be killed at a chosen step."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.settings import ReportSettings
from scheduler.mailing import send_due
from tests.builders import NOW
from tracker import outbox
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.models import Mail, Notice, Unit
from tracker.outbox import Outgoing
from tracker.settings import TrackerSettings


def a_notice(session: Session, state: str = "signed", week: str = "2026-W47", kind: str = "weekly") -> int:
    """A signed notice to a unit of its own; its number."""
    serial = (session.scalar(select(func.max(Notice.serial))) or 0) + 1
    unit = Unit(name=f"云泽市第{serial}局")
    session.add(unit)
    session.flush()
    notice = Notice(
        unit_id=unit.id,
        unit=unit.name,
        week=week,
        kind=kind,
        state=state,
        title="问题整改通知单",
        drafted_at=NOW,
        year=2026,
        serial=serial,
        number=f"〔2026〕{serial}号",
        dated=NOW.date(),
        due_on=None,
    )
    session.add(notice)
    session.flush()
    return notice.id


def a_message(message_id: str, size: int = 0) -> bytes:
    text = f"From: xunjian@yunze.test\r\nMessage-ID: {message_id}\r\n\r\n.请整改\r\n"
    return text.encode() + (b"x" * 70 + b"\r\n") * (size // 72)


def queue_mails(
    database: Database,
    evidence: EvidenceStore,
    *recipients: str,
    kind: str = "notice",
    at: datetime = NOW,
    notice_id: int | None = None,
) -> list[Mail]:
    """One mail to each recipient, all of one notice. Its message-id tells its recipient."""
    with database.writing() as session:
        notice_id = notice_id or a_notice(session)
        mails = []
        for recipient in recipients or ("jyj@yunze.test",):
            message_id = f"<{notice_id}.{kind}.{recipient}>"
            sha256 = evidence.keep(a_message(message_id))
            mails.append(outbox.queue(session, notice_id, kind, recipient, message_id, sha256, at))
        return mails


def the_mails(database: Database) -> list[Mail]:
    with database.reading() as session:
        return list(session.scalars(select(Mail).order_by(Mail.id)))


def the_mail(database: Database) -> Mail:
    (mail,) = the_mails(database)
    return mail


def states(database: Database) -> list[str]:
    return [mail.state for mail in the_mails(database)]


def read(database: Database, at: datetime = NOW) -> list[Outgoing]:
    with database.reading() as session:
        return outbox.due(session, at)


# -- a process of its own ---------------------------------------------------------------------------------

PATIENCE_SECONDS = 20


class Sender:
    """`python -m tests.tracker.outgoing`: sends what is due, as the command does.

    `dies`: "5 before" is just before its fifth transaction, "5 in" with all of it written and nothing committed, "5
    after" when it is committed.
    """

    def __init__(self, record: Path, evidence: Path, url: str, dies: str = "") -> None:
        command = [sys.executable, "-m", "tests.tracker.outgoing", str(record), str(evidence), url, dies]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    @property
    def pid(self) -> int:
        return self.process.pid

    def ended(self) -> tuple[int, str]:
        """Its exit status, negative when it was killed, and what it said."""
        said, _ = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, said

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()


class _Dying(Database):
    """A record whose user is killed at a chosen step of a chosen transaction."""

    count = 0
    dies = ""

    @contextmanager
    def writing(self) -> Iterator[Session]:
        self.count += 1
        self.step("before")
        with super().writing() as session:
            yield session
            session.flush()
            self.step("in")
        self.step("after")

    def step(self, step: str) -> None:
        if self.dies == f"{self.count} {step}":
            os.kill(os.getpid(), signal.SIGKILL)


def _main(record: str, evidence: str, url: str, dies: str) -> None:
    database = _Dying(TrackerSettings(database_url=f"sqlite:///{record}"))
    database.dies = dies
    settings = ReportSettings(smtp_url=url, sender="xunjian@yunze.test", smtp_timeout_seconds=20)
    sent = send_due(database, EvidenceStore(Path(evidence)), settings, NOW)
    print(f"accepted {sent.accepted}, unknown {sent.unknown}")


if __name__ == "__main__":
    _main(*sys.argv[1:])
