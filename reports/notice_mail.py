"""The mail that brings a notice to its unit, and the one that reminds of its deadline (到期提醒).

Text and HTML from one Letter. The same input gives the same bytes: what is stored is what is sent, however often.
"""

import hashlib
from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP
from functools import lru_cache
from pathlib import PurePath
from typing import Any

from crawler.clock import CHINA
from reports.errors import UnusableAddress
from reports.foreign_text import short, tame
from reports.forms import filled
from reports.letter import DRAFT_WORDS, Letter, LetterRow, day_words, deadline_words
from reports.pictures import Picture

MOST_ROWS = 30
"""A mail shows so many rows; the rest is in the list."""
MOST_PICTURES = 12
"""Of some 40 KB each: the mail stays under the limits of the offices' mailboxes."""

KIND_WORDS = {"urgent": "（加急）", "correction": "（更正）", "withdrawal": "（撤回）"}
TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pdf": "application/pdf",
}

Sources = tuple[tuple[int, str], ...]
"""Issue and address of each picture that a mail shows."""


@dataclass(frozen=True, slots=True)
class Shown:
    """As much of one part of the letter as the mail shows. `count`: all its rows."""

    heading: str
    count: int
    rows: tuple[LetterRow, ...]
    asks: bool


def write_mail(
    letter: Letter,
    recipient: str,
    message_id: str,
    sender: str,
    attachments: Mapping[str, bytes],
    pictures: Sequence[Picture],
    at: datetime,
) -> bytes:
    """One notice to one recipient. `message_id` with or without its angle brackets; `attachments` by file name."""
    message = _message(letter, notice_subject(letter), recipient, message_id, sender, at)
    inline = pictures[:MOST_PICTURES]
    names = [f"picture{number}.{_digest(message_id)[:16]}@xunjian" for number in range(len(inline))]
    sources = _by_issue(inline, [f"cid:{name}" for name in names])
    _say(
        message,
        filled("mail.txt.j2", _notice_facts(letter, attachments)),
        _html(letter, tuple(attachments), sources),
    )
    html = message.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, MIMEPart)
    for number, (picture, name) in enumerate(zip(inline, names, strict=True), 1):
        html.add_related(
            picture.jpeg,
            "image",
            "jpeg",
            cid=f"<{name}>",
            disposition="inline",
            filename=f"picture{number}.jpg",
        )
    for name, data in attachments.items():
        main, sub = TYPES.get(PurePath(name).suffix.lower(), "application/octet-stream").split("/")
        message.add_attachment(data, main, sub, filename=name)
    return _bytes(message, message_id)


def write_reminder(letter: Letter, recipient: str, message_id: str, sender: str, at: datetime) -> bytes:
    """到期提醒. `letter` lists what is still to be put right; what it says of recoveries is left out."""
    facts = _reminder_facts(replace(letter, dated=at.astimezone(CHINA).date()))
    message = _message(letter, facts["subject"], recipient, message_id, sender, at)
    _say(message, filled("mail.txt.j2", facts), filled("reminder.html.j2", facts))
    return _bytes(message, message_id)


def mail_html(letter: Letter, attachments: Collection[str] = (), pictures: Sequence[Picture] = ()) -> str:
    """The mail as a page that stands alone: its pictures are within."""
    inline = pictures[:MOST_PICTURES]
    sources = [f"data:image/jpeg;base64,{b64encode(picture.jpeg).decode()}" for picture in inline]
    return _html(letter, tuple(attachments), _by_issue(inline, sources))


def notice_subject(letter: Letter) -> str:
    """【问题整改通知单】云泽市教育局 2026年第47周（新列问题3个，再次通知1个）."""
    draft = "（草稿）" if letter.is_draft else ""
    name = f"{draft}【{letter.title}{KIND_WORDS.get(letter.kind, '')}】{letter.unit}"
    match letter.kind:
        case "withdrawal":
            return f"{name} 撤回{letter.about}"
        case "correction":
            return f"{name} 更正{letter.about}"
        case _:
            return f"{name} {letter.week_words}（{letter.counts}）"


# -- what the templates say -------------------------------------------------------------------------------


def _notice_facts(letter: Letter, attachments: Collection[str]) -> dict[str, Any]:
    shown, left_out = _shown(letter)
    return {
        "letter": letter,
        "draft_words": DRAFT_WORDS,
        "subject": notice_subject(letter),
        "heading": f"{letter.title}{KIND_WORDS.get(letter.kind, '')}",
        "kind_words": KIND_WORDS.get(letter.kind, ""),
        "paragraphs": _paragraphs(letter),
        "demands": _demands(letter),
        "shown": shown,
        "left_out": left_out,
        "attached": list(attachments),
    }


def _paragraphs(letter: Letter) -> list[str]:
    about, why = f"{letter.about}《{letter.title}》", letter.why.rstrip("。")
    match letter.kind:
        case "withdrawal":
            said = [f"经核实，{about}现予撤回，不再执行，请不再按其进行整改。由此带来的不便，敬请谅解。"]
            return said + ([f"撤回原因：{why}。"] if why else [])
        case "correction":
            said = [f"{about}所列内容有误，现予更正，不一致之处以本通知为准。"]
            return said + ([f"更正原因：{why}。"] if why else [])
        case _:
            days = f"{day_words(letter.first_day)}至{day_words(letter.last_day)}"
            return [f"{days}，对你单位主办的网站和政务新媒体进行了巡检和复核：{letter.finding}。"]


def _demands(letter: Letter) -> list[str]:
    if not letter.asked:
        return []
    return [
        f"请于{letter.deadline}完成整改，并通过反馈链接逐项反馈整改措施、完成日期和责任人。"
        "整改结果以复查为准，经复查已整改的予以销号。",
        "因客观原因不能按期整改的，请在时限届满前反馈情况并申请报备。逾期未整改的，将再次通知，并按有关规定逐级督办。",
    ]


def _reminder_facts(letter: Letter) -> dict[str, Any]:
    count = len(letter.asked)
    shown, left_out = _shown(letter, asking_only=True)
    named = f"{letter.number}《{letter.title}》" if letter.number else f"《{letter.title}》"
    due = f"，{deadline_words(letter.due_on).removesuffix('前')}到期" if letter.due_on else ""
    return {
        "letter": letter,
        "draft_words": DRAFT_WORDS,
        "subject": f"【到期提醒】{letter.unit} {letter.number or letter.week_words}（尚有{count}个问题{due}）",
        "heading": "到期提醒",
        "paragraphs": [
            f"{named}所列问题中，尚有{count}个未复查销号，整改时限将到。请抓紧整改并反馈；已经整改的，请反馈后等待复查。"
        ],
        "demands": [],
        "shown": shown,
        "left_out": left_out,
        "attached": [],
    }


def _shown(letter: Letter, asking_only: bool = False) -> tuple[list[Shown], int]:
    """The first rows in the order of the notice, and how many are left out."""
    asked = {row.ordinal for row in letter.asked}
    shown, room, left_out = [], MOST_ROWS, 0
    for part in letter.parts:
        asks = part.rows[0].ordinal in asked
        if asking_only and not asks:
            continue
        rows = part.rows[:room]
        room -= len(rows)
        left_out += len(part.rows) - len(rows)
        if rows:
            shown.append(Shown(part.heading, len(part.rows), rows, asks))
    return shown, left_out


@lru_cache(maxsize=1)  # the same for every recipient, and for the page of a preview
def _html(letter: Letter, attachments: tuple[str, ...], sources: Sources) -> str:
    by_issue: dict[int, list[str]] = {}
    for issue, source in sources:
        by_issue.setdefault(issue, []).append(source)
    return filled("notice.html.j2", {**_notice_facts(letter, attachments), "pictures": by_issue})


def _by_issue(pictures: Sequence[Picture], sources: Sequence[str]) -> Sources:
    return tuple((picture.issue, source) for picture, source in zip(pictures, sources, strict=True))


# -- the message ------------------------------------------------------------------------------------------


def _message(
    letter: Letter, subject: str, recipient: str, message_id: str, sender: str, at: datetime
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = short(subject, 200)
    message["From"] = usable_address(sender, "发件", letter.office)
    message["To"] = usable_address(recipient)
    message["Date"] = at.astimezone(CHINA)
    message["Message-ID"] = f"<{message_id.strip('<>')}>"
    message["Content-Language"] = "zh-CN"
    message["Auto-Submitted"] = "auto-generated"  # no holiday notes in answer
    if letter.kind == "urgent":
        message["Importance"] = "high"
        message["X-Priority"] = "1"
    return message


def usable_address(address: str, whose: str = "收件", name: str = "") -> Address:
    """As a header holds it; whoever reads it there cannot be given a second one."""
    try:
        parsed = Address(name, addr_spec=address.strip())
        if not (address.isascii() and parsed.username and parsed.domain):
            raise ValueError
        return parsed
    except (ValueError, HeaderParseError, IndexError) as error:
        raise UnusableAddress(tame(address), whose) from error


def _say(message: EmailMessage, text: str, html: str) -> None:
    message.set_content(text, cte="base64")
    message.add_alternative(html, subtype="html", cte="base64")


def _bytes(message: EmailMessage, message_id: str) -> bytes:
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{number}_{_digest(message_id)[:32]}")
    return message.as_bytes()


def _digest(message_id: str) -> str:
    return hashlib.sha256(message_id.strip("<>").encode()).hexdigest()
