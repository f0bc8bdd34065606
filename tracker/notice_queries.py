"""Read models of notices: the list, one issue's notices, what was asked for, and the ladder of supervision (逐级督办)."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import models
from tracker.drafts import answering, is_overdue
from tracker.lifecycle import State
from tracker.notice_words import NoticeState, Part


@dataclass(slots=True)
class Listed:
    """A notice with its counts. `mails`: state of its mails -> how many; `acts`: (act, by, at) in their order."""

    notice: models.Notice
    parts: Counter[str] = field(default_factory=Counter)
    mails: Counter[str] = field(default_factory=Counter)
    acts: list[tuple[str, str, datetime]] = field(default_factory=list)

    @property
    def no(self) -> str:
        """Year and serial, by which every command takes it; empty for a draft."""
        return f"{self.notice.year}-{self.notice.serial}" if self.notice.serial else ""

    @property
    def fields(self) -> dict[str, Any]:
        """As `notices list --format json` prints it; scripts rely on these names."""
        notice = self.notice
        return {
            "no": self.no,
            "number": notice.number,
            "kind": notice.kind,
            "unit": notice.unit,
            "week": notice.week,
            "origin": notice.origin,
            "state": notice.state,
            "date": str(notice.dated) if notice.dated else None,
            "due": str(notice.due_on) if notice.due_on else None,
            "new": self.parts[Part.NEW],
            "again": self.parts[Part.AGAIN],
            "rectified": self.parts[Part.RECTIFIED],
            "mails": dict(self.mails),
            "acts": [
                {"act": act, "by": by, "at": at.astimezone(CHINA).isoformat()} for act, by, at in self.acts
            ],
        }


def listed(session: Session, week: str = "") -> list[Listed]:
    """All notices, of one week if it is given, oldest first; four queries however many."""
    notice, item, mail, act = models.Notice, models.NoticeItem, models.Mail, models.NoticeAct
    wanted = select(notice).order_by(notice.id)
    if week:
        wanted = wanted.where(notice.week == week)
    found = {row.id: Listed(row) for row in session.scalars(wanted)}
    parts = select(item.notice_id, item.part, func.count()).group_by(item.notice_id, item.part)
    mails = select(mail.notice_id, mail.state, func.count()).group_by(mail.notice_id, mail.state)
    for notice_id, part, count in session.execute(parts):
        if notice_id in found:
            found[notice_id].parts[part] = count
    for notice_id, state, count in session.execute(mails):
        if notice_id in found:
            found[notice_id].mails[state] = count
    acts = select(act.notice_id, act.act, act.by, act.at).order_by(act.id)
    for notice_id, done, by, at in session.execute(acts):
        if notice_id in found:
            found[notice_id].acts.append((done, by, at))
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Told:
    """One notice in the life of an issue."""

    number: str
    dated: date | None
    part: str
    times: int
    due_on: date | None
    state: str


def told(session: Session, issue_id: int) -> list[Told]:
    """The notices that an issue stands in, oldest first."""
    item, notice = models.NoticeItem, models.Notice
    query = (
        select(notice.number, notice.dated, item.part, item.times, item.due_on, notice.state)
        .join(notice, notice.id == item.notice_id)
        .where(item.issue_id == issue_id)
        .order_by(notice.id)
    )
    return [Told(*row) for row in session.execute(query)]


def replies(session: Session, issue_id: int) -> list[models.Reply]:
    row = models.Reply
    return list(session.scalars(select(row).where(row.issue_id == issue_id).order_by(row.id)))


@dataclass(frozen=True, slots=True)
class Asked:
    """One issued notice that asks for an issue to be put right."""

    notice_id: int
    due_on: date | None


def asked(session: Session, issue_ids: Collection[int]) -> dict[int, list[Asked]]:
    """Issue -> the notices that ask for it since it was newly named the last time, in the order in which they were issued.

    Withdrawn ones do not count.
    """
    item, notice = models.NoticeItem, models.Notice
    query = (
        select(item.issue_id, item.part, item.notice_id, item.due_on)
        .join(notice, notice.id == item.notice_id)
        .where(
            item.issue_id.in_(list(issue_ids)),
            item.part.in_((str(Part.NEW), str(Part.AGAIN))),
            notice.state == str(NoticeState.SIGNED),
        )
        # What the old ledger brought in has no serial: it was before all of ours.
        .order_by(notice.year, func.coalesce(notice.serial, 0), notice.dated, notice.id)
    )
    found: dict[int, list[Asked]] = {}
    for issue_id, part, notice_id, due_on in session.execute(query):
        if part == Part.NEW:
            found[issue_id] = []
        found.setdefault(issue_id, []).append(Asked(notice_id, due_on))
    return found


# -- 逐级督办 ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rung:
    """Where an issue stands on the ladder. `level`: 到期提醒, 再次通知, 拟通报名单, 拟约谈名单."""

    level: str
    unit: str
    issue: models.Issue
    target: models.Target
    times: int
    """How often it was asked for."""
    overdue_days: int


LEVELS = ("到期提醒", "再次通知", "拟通报名单", "拟约谈名单")


def ladder(
    session: Session, today: date, remind_from: date, before_bulletin: int, before_talk: int
) -> Iterator[Rung]:
    """What is due soon or overdue, the highest rung first. The lists are proposals: leaders decide.

    `remind_from`: deadlines up to this day are due soon. An issue that was asked for again so many times without being
    put right stands on the list for a bulletin (通报), or for a talk (约谈).
    """
    issue, target, who = models.Issue, models.Target, answering(today)
    due_soon = (issue.state == str(State.NOTIFIED)) & issue.due_on.between(today, remind_from)
    query = (
        select(issue, target, who.c.unit)
        .join(target, target.id == issue.target_id)
        .join(who, who.c.target_id == target.id)
        .where(is_overdue(today) | due_soon)
    )
    rows = session.execute(query).all()
    notices = asked(session, [row.id for row, _, _ in rows])
    rungs = []
    for row, of, unit in rows:
        overdue = max((today - row.due_on).days, 0)
        times = max(len(notices.get(row.id, ())), 1)
        again = times - 1
        level = 0 if not overdue else 3 if again >= before_talk else 2 if again >= before_bulletin else 1
        rungs.append(Rung(LEVELS[level], unit, row, of, times, overdue))
    yield from sorted(rungs, key=lambda r: (-LEVELS.index(r.level), -r.overdue_days, r.unit, r.issue.id))
