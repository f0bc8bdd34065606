"""The message that lights (告警) turned red, still are, or are well again: one mail a reader, one message a group robot."""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol

from crawler.clock import CHINA
from reports.errors import ReportError
from reports.foreign_text import short, tame
from reports.letter import moment_words
from reports.post import open_post
from reports.settings import ReportSettings
from tracker.errors import TrackerError
from tracker.outbox import Outcome

logger = logging.getLogger(__name__)

LONGEST_DETAIL = 500
"""Characters of what is wrong with one light."""
LONGEST_SUBJECT = 120
MAIL_PATIENCE_SECONDS = 10
"""A slow mail server must not keep the other ways waiting: less than the setting for the units' mails."""


class NotTold(Exception):
    """This way could not be told; the message is for the log and holds no secret."""


class Way(Protocol):
    """One way to the people who run this program."""

    @property
    def name(self) -> str:
        """How the record calls it; no secret is in it."""

    def tell(self, alarm: "Alarm") -> None:
        """NotTold, if it certainly was not."""


@dataclass(frozen=True, slots=True)
class Told:
    """One light in the message."""

    title: str
    detail: str
    since: datetime
    until: datetime | None = None

    @property
    def when(self) -> str:
        begun = f"{moment_words(self.since)}起"
        return f"{begun}，{moment_words(self.until)}恢复" if self.until else begun

    @property
    def words(self) -> str:
        return short(tame(self.detail), LONGEST_DETAIL)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What is told at one moment. `repeat_hours`: how often it is told again while it lasts."""

    office: str
    at: datetime
    repeat_hours: float
    new: Sequence[Told] = ()
    still: Sequence[Told] = ()
    well: Sequence[Told] = ()

    @property
    def parts(self) -> list[tuple[str, Sequence[Told]]]:
        named = [("新告警", self.new), ("尚未解除", self.still), ("已经解除", self.well)]
        return [(f"{name}（{len(told)}）", told) for name, told in named if told]

    @property
    def subject(self) -> str:
        word, told = next(
            (word, told)
            for word, told in (("告警", self.new), ("告警解除", self.well), ("告警未解除", self.still))
            if told or word == "告警未解除"
        )
        return short(f"【{word}】{'、'.join(each.title for each in told)}", LONGEST_SUBJECT)

    @property
    def heading(self) -> str:
        return f"{tame(self.office)}　巡检系统告警　{moment_words(self.at)}（北京时间）"

    @property
    def close(self) -> str:
        if not (self.new or self.still):
            return "目前没有未解除的告警。"
        return f"未解除的告警每{self.repeat_hours:g}小时提醒一次，恢复后另行告知。"

    @property
    def text(self) -> str:
        lines = [self.subject, self.heading]
        for heading, told in self.parts:
            lines += ["", f"{heading}："]
            lines += [f"· {each.title}：{each.words}（{each.when}）" for each in told]
        return "\n".join([*lines, "", self.close, ""])


# -- the ways ---------------------------------------------------------------------------------------------


def ways_of(settings: ReportSettings) -> list[Way]:
    """Robots first: they answer at once or not at all."""
    from reports.robots import Robot

    robots = [Robot(number, robot) for number, robot in enumerate(settings.alarm_robots, 1)]
    return [*robots, *(MailWay(settings, address) for address in settings.alarm_mails)]


class MailWay:
    """One reader: whoever cannot be reached is tried again without the others hearing it twice.

    A mail of which nobody knows whether it arrived counts as told: the next reminder comes within a day, and a server that
    swallows mails without a word would else bring one at every beat.
    """

    def __init__(self, settings: ReportSettings, address: str) -> None:
        patience = min(settings.smtp_timeout_seconds, MAIL_PATIENCE_SECONDS)
        self.settings = settings.model_copy(update={"smtp_timeout_seconds": patience})
        self.address = address

    @property
    def name(self) -> str:
        return f"mail {self.address}"

    def tell(self, alarm: Alarm) -> None:
        try:
            message = write_alarm(alarm, self.address, self.settings.sender)
            with open_post(self.settings) as post:
                answer = post.deliver(
                    message.as_bytes(),
                    self.settings.sender,
                    self.address,
                    str(message["Message-ID"]),
                    lambda: True,
                )
        except (TrackerError, ReportError) as error:
            raise NotTold(str(error)) from error
        if answer.outcome is Outcome.UNKNOWN:
            logger.warning("fate of an alarm mail unknown", extra={"way": self.name, "why": answer.text})
        elif answer.outcome is not Outcome.ACCEPTED:
            raise NotTold(answer.text)


def write_alarm(alarm: Alarm, recipient: str, sender: str) -> EmailMessage:
    from reports.forms import filled
    from reports.notice_mail import usable_address

    message = EmailMessage(policy=SMTP)
    message["Subject"] = alarm.subject
    message["From"] = usable_address(sender, "发件", alarm.office)
    message["To"] = usable_address(recipient)
    message["Date"] = alarm.at.astimezone(CHINA)
    message["Message-ID"] = _message_id(alarm, recipient)
    message["Content-Language"] = "zh-CN"
    message["Auto-Submitted"] = "auto-generated"
    if alarm.new:
        message["Importance"] = "high"
        message["X-Priority"] = "1"
    message.set_content(alarm.text, cte="base64")
    html = filled("alarm.html.j2", {"alarm": alarm})
    message.add_alternative(html, subtype="html", cte="base64")
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{_digest(alarm, recipient)}")
    return message


def _message_id(alarm: Alarm, recipient: str) -> str:
    """The same message again is the same mail, to whoever sorts them."""
    return f"<alarm.{_digest(alarm, recipient)}@xunjian>"


def _digest(alarm: Alarm, recipient: str) -> str:
    said = "\n".join([recipient, alarm.at.astimezone(CHINA).isoformat(), alarm.text])
    return hashlib.sha256(said.encode()).hexdigest()[:32]
