"""The weekly notices at work: prepared, signed, sent, withdrawn. Each is issued in a transaction of its own, so that
whoever is killed among forty has issued some of them whole and the others not at all."""

import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.clock import CHINA, Clock
from reports.errors import UnusableAddress
from reports.letter import Letter
from reports.letters import letter_of
from reports.notice_list import write_list
from reports.notice_mail import usable_address, write_mail, write_reminder
from reports.notice_word import template_of, write_word
from reports.pictures import Picture, small_picture
from reports.preview import Enclosure, Previewed, write_preview
from reports.reply_link import reply_url
from reports.settings import ReportSettings
from scheduler.mailing import Sent, send_due
from scheduler.stopping import Stop
from tracker import acts, brake, models, notice_acts, notice_follow_ups, notices, outbox, waivers
from tracker.brake import Held
from tracker.database import Database
from tracker.drafts import drafts
from tracker.errors import EvidenceLost
from tracker.evidence import EvidenceStore
from tracker.notice_terms import Terms
from tracker.notice_words import Act, MailKind, NoticeKind, NoticeState
from tracker.notices import Issuing, Prepared
from tracker.reconcile import MACHINE
from tracker.registry import contacts
from tracker.weeks import Week


@dataclass(frozen=True, slots=True)
class Desk:
    """What notices are made with."""

    database: Database
    evidence: EvidenceStore
    settings: ReportSettings
    terms: Terms
    link_key: bytes


@dataclass(frozen=True, slots=True)
class Issued:
    """One notice that was issued. `unreachable`: why it cannot go to some or all of its addresses."""

    number: str
    unit: str
    counts: str
    mails: int
    unreachable: tuple[str, ...] = ()


@dataclass(slots=True)
class Signing:
    """What a call of sign did."""

    issued: list[Issued] = field(default_factory=list)
    void: list[str] = field(default_factory=list)
    """Units about whom nothing was left to tell."""


@dataclass(frozen=True, slots=True)
class Sending:
    """What a call of send did. `held`: weeks that wait for a release."""

    sent: Sent
    held: tuple[Held, ...]


def prepare(desk: Desk, week: Week, at: datetime, by: str, kind: str = NoticeKind.WEEKLY) -> Prepared:
    """拟稿. What the calendar ends (closed targets, waivers that run out) is ended first: no round need have been held."""
    now = Clock(at).now()
    with desk.database.writing() as session:
        acts.close_targets(session, at.astimezone(CHINA).date(), at, now)
        waivers.lapse(session, at, now)
        return notices.prepare(session, week, at=at, by=by, terms=desk.terms, kind=kind, recorded_at=now)


def sign(desk: Desk, week: Week | None, at: datetime, by: str, why: str = "") -> Signing:
    """Issue every draft of the week (None: of all weeks), one after the other; none, if one of them may not be signed."""
    query = select(models.Notice).where(models.Notice.state == str(NoticeState.DRAFTED))
    if week is not None:
        query = query.where(models.Notice.week == str(week))
    with desk.database.reading() as session:
        drafted = session.scalars(query.order_by(models.Notice.id)).all()
        notices.require_ready(session, drafted, at=at, terms=desk.terms)
        waiting = [notice.id for notice in drafted]
    template, clock, done = template_of(desk.settings), Clock(at), Signing()
    for notice_id in waiting:
        with desk.database.writing() as session:
            notice = session.get_one(models.Notice, notice_id)
            if notice.state != NoticeState.DRAFTED:
                continue  # somebody else signed it meanwhile
            ready = notices.make_ready(session, notice, at=at, terms=desk.terms)
            if ready is None:
                done.void.append(notice.unit)
            else:
                done.issued.append(_issue(desk, session, ready, template, Act.SIGN, by, why, clock))
    return done


def withdraw(desk: Desk, number: str, at: datetime, by: str, why: str) -> Issued:
    return _follow(desk, number, Act.WITHDRAW, at, by, why)


def correct(desk: Desk, number: str, at: datetime, by: str, why: str) -> Issued:
    return _follow(desk, number, Act.CORRECT, at, by, why)


def _follow(desk: Desk, number: str, act: Act, at: datetime, by: str, why: str) -> Issued:
    template, clock = template_of(desk.settings), Clock(at)
    with desk.database.writing() as session:
        notice = notices.find(session, number)
        if act is Act.WITHDRAW:
            ready = notice_follow_ups.withdraw(
                session, notice, by=by, why=why, at=at, terms=desk.terms, recorded_at=clock.now()
            )
            outbox.stop_withdrawn(session, clock.now())
        else:
            ready = notice_follow_ups.correct(session, notice, at=at, terms=desk.terms)
        return _issue(desk, session, ready, template, act, by, why, clock, about=notice.number)


def _issue(
    desk: Desk,
    session: Session,
    ready: Issuing,
    template: tuple[bytes, str],
    act: Act,
    by: str,
    why: str,
    clock: Clock,
    about: str = "",
) -> Issued:
    """Write the documents, seal the notice, and put its mails into the outbox, all in the caller's transaction."""
    notice, settings = ready.notice, desk.settings
    letter = letter_of(ready, settings, about=about, why=why if about else "", reply_url=_link(desk, notice))
    documents = {letter.notice_name: write_word(letter, template[0]), letter.list_name: write_list(letter)}
    stored = {name: desk.evidence.keep(document) for name, document in documents.items()}
    notices.sign(
        session,
        ready,
        documents=stored,
        template=template[1],
        by=by,
        at=clock.at,
        recorded_at=clock.now(),
        act=act,
        why=why,
    )
    pictures = _pictures(desk, letter)

    def written(recipient: str, message_id: str) -> bytes:
        return write_mail(letter, recipient, message_id, settings.sender, documents, pictures, clock.at)

    mails, trouble = _queue(desk, session, notice, MailKind.NOTICE, written, clock.at)
    return Issued(notice.number, notice.unit, letter.counts, mails, trouble)


def _queue(
    desk: Desk,
    session: Session,
    notice: models.Notice,
    kind: MailKind,
    written: Callable[[str, str], bytes],
    at: datetime,
) -> tuple[int, tuple[str, ...]]:
    """One mail to each of the unit's addresses into the outbox; how many, and why not to the others.

    `written`: the message to a recipient under a message-id.
    """
    good, trouble = _reachable(contacts(session, [notice.unit_id]).get(notice.unit_id, ()))
    for recipient in good:
        message_id = _message_id(desk.settings)
        sha256 = desk.evidence.keep(written(recipient, message_id))
        outbox.queue(session, notice.id, kind, recipient, message_id, sha256, at)
    return len(good), trouble


def _link(desk: Desk, notice: models.Notice) -> str:
    """The reply link; a draft has none yet."""
    return reply_url(desk.settings, desk.link_key, notice.id, notice.dated) if notice.dated else ""


def _reachable(recipients: Collection[str]) -> tuple[list[str], tuple[str, ...]]:
    good, trouble = [], [] if recipients else ["台账中没有联系邮箱"]
    for recipient in recipients:
        try:
            good.append(usable_address(recipient).addr_spec)
        except UnusableAddress as error:
            trouble.append(str(error))
    return good, tuple(trouble)


def _message_id(settings: ReportSettings) -> str:
    """Fixed once it stands in the outbox; unique beyond this record, for mailboxes outlive it."""
    domain = settings.sender.rpartition("@")[2] or "localhost"
    return f"<{uuid.uuid4().hex}@{domain}>"


def _pictures(desk: Desk, letter: Letter) -> list[Picture]:
    """The first picture among each issue's evidence, made small."""
    found = []
    for row in letter.asked:
        for sha256 in row.evidence:
            try:
                jpeg = small_picture(desk.evidence.read(sha256))
            except EvidenceLost:
                continue
            if jpeg:
                found.append(Picture(row.issue, jpeg))
                break
    return found


# -- 预览 --------------------------------------------------------------------------------------------------


def preview(desk: Desk, week: Week, at: datetime, folder: Path) -> list[Previewed]:
    """All of the week's notices as files: those that stand, and what would be drafted now."""
    template, _ = template_of(desk.settings)
    with desk.database.reading() as session:
        enclosures = _enclosures(desk, session, week, at)
        return write_preview(enclosures, folder, template=template, sender=desk.settings.sender, at=at)


def _enclosures(desk: Desk, session: Session, week: Week, at: datetime) -> Iterator[Enclosure]:
    """One unit at a time: a country of them need not be in memory at once."""
    standing = session.execute(
        select(models.Notice.id, models.Notice.unit_id, models.Notice.kind)
        .where(models.Notice.week == str(week), models.Notice.state != str(NoticeState.VOID))
        .order_by(models.Notice.unit, models.Notice.id)
    ).all()
    prepared = {unit_id for _, unit_id, kind in standing if kind == NoticeKind.WEEKLY}
    found = drafts(session, week, at, ours=desk.terms.ours)
    new = [draft for draft in found if draft.unit_id not in prepared]
    addresses = contacts(session, {unit_id for _, unit_id, _ in standing} | {draft.unit_id for draft in new})
    for notice_id, unit_id, _ in standing:
        ready = notices.as_it_stands(session, notice_id, at=at, terms=desk.terms)
        if ready is not None:
            yield _enclosure(desk, session, ready, addresses.get(unit_id, ()))
        session.expunge_all()
    for draft in new:
        ready = notices.sketch(
            session, draft.unit_id, draft.unit, week, NoticeKind.WEEKLY, draft.points, at=at, terms=desk.terms
        )
        if ready is not None:
            yield _enclosure(desk, session, ready, addresses.get(draft.unit_id, ()))
        session.expunge_all()


def _enclosure(desk: Desk, session: Session, ready: Issuing, recipients: tuple[str, ...]) -> Enclosure:
    about, why = notices.about(session, ready.notice)
    link = _link(desk, ready.notice)
    letter = letter_of(ready, desk.settings, about=about, why=why, reply_url=link)
    return Enclosure(letter, recipients, _pictures(desk, letter))


# -- 发送 --------------------------------------------------------------------------------------------------


def send(desk: Desk, at: datetime, by: str, release: str = "", stop: Stop | None = None) -> Sending:
    """Send what is signed and due. `release`: why a week that the brake holds may go nevertheless."""
    settings = desk.settings
    with desk.database.writing() as session:
        storms = list(held_weeks(session, settings))
        if release and storms:
            ids = [notice_id for storm in storms for notice_id in storm.notice_ids]
            notice_acts.note_acts(session, ids, Act.RELEASE, by, release, at, Clock(at).now())
            storms = []
        allowed = _not_held(session, storms)  # what is signed from now on, the brake has not seen yet
    sent = send_due(desk.database, desk.evidence, settings, at, notice_ids=allowed, stop=stop)
    return Sending(sent, tuple(storms))


def held_weeks(session: Session, settings: ReportSettings) -> Iterator[Held]:
    return brake.held(
        session, floor_mails=settings.brake_floor_mails, floor_issues=settings.brake_floor_issues
    )


def _not_held(session: Session, storms: Sequence[Held]) -> set[int]:
    waiting = (
        select(models.Mail.notice_id).where(models.Mail.state == str(outbox.MailState.QUEUED)).distinct()
    )
    return set(session.scalars(waiting)) - {number for storm in storms for number in storm.notice_ids}


def automatic(desk: Desk, week: Week, at: datetime) -> Signing:
    """Where nobody signs (setting signing = automatic): prepared and signed by the system itself."""
    prepare(desk, week, at, MACHINE)
    return sign(desk, None, at, MACHINE, "自动签发")


# -- 到期提醒 ------------------------------------------------------------------------------------------------


def remind(desk: Desk, at: datetime) -> int:
    """One 到期提醒 a notice, shortly before its deadline, naming what is neither put right nor answered; how many mails."""
    clock, days = Clock(at), desk.settings.remind_working_days
    if not days:
        return 0
    today = clock.at.date()
    last = desk.terms.calendar.after(today, days).day
    with desk.database.writing() as session:
        mails = 0
        for notice_id in notices.due_between(session, today, last):
            ready = notices.still_open(session, notice_id, terms=desk.terms)
            if ready is None:
                continue
            mails += _remind(desk, session, ready, clock.at)
        return mails


def _remind(desk: Desk, session: Session, ready: Issuing, at: datetime) -> int:
    letter = letter_of(ready, desk.settings, reply_url=_link(desk, ready.notice))

    def written(recipient: str, message_id: str) -> bytes:
        return write_reminder(letter, recipient, message_id, desk.settings.sender, at)

    mails, _ = _queue(desk, session, ready.notice, MailKind.REMINDER, written, at)
    return mails
