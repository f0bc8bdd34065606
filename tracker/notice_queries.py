"""Read models of notices: the list, one issue's notices, and the ladder of supervision (逐级督办)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import models
from tracker.drafts import Part, is_overdue
from tracker.lifecycle import State


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
    issue, target, unit, item, notice = (
        models.Issue,
        models.Target,
        models.Unit,
        models.NoticeItem,
        models.Notice,
    )
    times = (
        select(item.issue_id, func.max(item.id).label("last"))
        .join(notice, notice.id == item.notice_id)
        .where(notice.state == "signed", item.part.in_((str(Part.NEW), str(Part.AGAIN))))
        .group_by(item.issue_id)
        .subquery()
    )
    query = (
        select(issue, target, unit.name, item.times)
        .join(target, target.id == issue.target_id)
        .join(unit, unit.id == target.unit_id)
        .join(times, times.c.issue_id == issue.id)
        .join(item, item.id == times.c.last)
        .where(
            is_overdue(today)
            | ((issue.state == str(State.NOTIFIED)) & issue.due_on.between(today, remind_from))
        )
    )
    rungs = []
    for row, of, name, asked in session.execute(query):
        overdue = max((today - row.due_on).days, 0) if row.due_on else 0
        again = asked - 1
        level = 0 if not overdue else 3 if again >= before_talk else 2 if again >= before_bulletin else 1
        rungs.append(Rung(LEVELS[level], name, row, of, asked, overdue))
    yield from sorted(rungs, key=lambda r: (-LEVELS.index(r.level), -r.overdue_days, r.unit, r.issue.id))
