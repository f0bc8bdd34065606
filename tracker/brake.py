"""The storm brake: a week that brings far more mail than the last one did is held until somebody releases it (放行).

A broken rule or a bridge that fails can accuse everybody at once; a person looks before everybody is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from tracker import models
from tracker.notice_words import ISSUED, Act, MailKind, NoticeOrigin, Part
from tracker.outbox import MailState

TWICE = 2


@dataclass(frozen=True, slots=True)
class Held:
    """A week whose mails wait: so many mails and newly named issues, and how many there were the last time."""

    week: str
    notice_ids: tuple[int, ...]
    mails: int
    issues: int
    last_week: str
    """The newest week before of which mail has left; empty: there was none."""
    last_mails: int
    last_issues: int


def held(session: Session, *, floor_mails: int, floor_issues: int) -> Iterator[Held]:
    """The weeks that wait for a release. Below the floors nothing is a storm, and over twice the last week's all is.

    In the first week ever there is nothing to compare mails with: then only the floor of issues counts. Nor is a week
    compared with one that waits itself: a storm must not make room for the next.
    """
    waiting: dict[str, list[int]] = {}
    for week, notice_id in session.execute(_waiting()):
        waiting.setdefault(week, []).append(notice_id)
    if not waiting:
        return
    mails, left, issues = _by_week(session)
    for week, notice_ids in sorted(waiting.items()):
        last = max((each for each in left if each < week), default="")
        many_mails = bool(last) and mails[week] > max(floor_mails, TWICE * left[last])
        many_issues = issues.get(week, 0) > max(floor_issues, TWICE * issues.get(last, 0))
        if many_mails or many_issues:
            yield Held(
                week,
                tuple(notice_ids),
                mails[week],
                issues.get(week, 0),
                last,
                left.get(last, 0),
                issues.get(last, 0),
            )


def _waiting() -> Select[str, int]:
    """Notices with mail that was never tried and that nobody released."""
    notice, mail, act = models.Notice, models.Mail, models.NoticeAct
    released = exists().where(act.notice_id == notice.id, act.act == str(Act.RELEASE))
    return (
        select(notice.week, notice.id)
        .join(mail, mail.notice_id == notice.id)
        .where(
            mail.state == str(MailState.QUEUED),
            mail.attempts == 0,
            mail.tried_at.is_(None),
            mail.kind == str(MailKind.NOTICE),
            ~released,
        )
        .distinct()
        .order_by(notice.id)
    )


def _by_week(session: Session) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
    """Mails of notices, those of them that have left, and newly named issues, of every week."""
    notice, mail, item = models.Notice, models.Mail, models.NoticeItem
    mails = (
        select(notice.week, func.count(), func.count(mail.tried_at))
        .join(mail, mail.notice_id == notice.id)
        .where(mail.kind == str(MailKind.NOTICE))
        .group_by(notice.week)
    )
    issues = (
        select(notice.week, func.count())
        .join(item, item.notice_id == notice.id)
        .where(
            item.part == str(Part.NEW),
            notice.state.in_(ISSUED),
            notice.origin == str(NoticeOrigin.OWN),
        )
        .group_by(notice.week)
    )
    found = session.execute(mails).all()
    return (
        {week: count for week, count, _ in found},
        {week: left for week, _, left in found if left},
        {week: count for week, count in session.execute(issues)},  # noqa: C416
    )
