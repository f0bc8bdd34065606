"""Notices and what is in them, with defaults: found, prepared, signed, withdrawn, without documents and mails."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.calendar import WorkCalendar
from tests.builders import NOW
from tests.tracker.sightings import SIX_HOURS, a_fault, clear_of, seen, tell
from tracker import models, notice_follow_ups, notices
from tracker.acts import act
from tracker.drafts import drafts
from tracker.lifecycle import Event, Origin
from tracker.models import Issue, Notice, NoticeItem, Standing, Target, Unit
from tracker.notice_terms import Terms
from tracker.notice_words import Act
from tracker.notices import Issuing, Prepared
from tracker.replies import Answer, reply
from tracker.weeks import Week

WEEK = Week.named("2026-W47")
"""The week before NOW, which is the Tuesday of week 48."""
MONDAY = NOW - timedelta(days=1)
"""On which the notices of that week are prepared and signed."""
WEEKS = timedelta(weeks=1)


def some_terms(**more: object) -> Terms:
    known = {
        "title": "问题整改通知单",
        "number": "〔{year}〕{serial}号",
        "working_days": 5,
        "public_working_days": 3,
        "calendar": WorkCalendar(),
    }
    return Terms(**known | more)  # type: ignore[arg-type]


def a_unit(session: Session, name: str = "云泽市水利局") -> int:
    unit = Unit(name=name)
    session.add(unit)
    session.flush()
    return unit.id


def a_site_of(session: Session, unit_id: int, key: str) -> int:
    target = Target(kind="site", key=key, name=f"网站{key}", unit_id=unit_id, opened_on=None)
    session.add(target)
    session.flush()
    stands(session, target.id, unit_id)
    return target.id


def stands(
    session: Session, target_id: int, unit_id: int, state: str = "running", since: date | None = None
) -> None:
    """From this day on the target stands so; what was before ends."""
    for before in session.scalars(select(Standing).where(Standing.target_id == target_id)):
        if since is not None and before.valid_to is None:
            before.valid_to = since - timedelta(days=1)
    session.add(Standing(target_id=target_id, unit_id=unit_id, state=state, valid_from=since, valid_to=None))
    target = session.get_one(Target, target_id)
    target.unit_id, target.state = unit_id, state
    session.flush()


def confirmed(
    session: Session, key: str = "通知公告", at: datetime = MONDAY - timedelta(days=4), target_id: int = 1
) -> Issue:
    """Seen twice; by the second look it is an issue."""
    tell(session, seen(a_fault(key), at - SIX_HOURS, target_id=target_id))
    tell(session, seen(a_fault(key), at, target_id=target_id))
    newest = select(Issue).where(Issue.subject_key == key, Issue.target_id == target_id)
    return session.scalars(newest.order_by(Issue.id.desc())).first() or Issue()


def from_the_public(session: Session, received: datetime, key: str = "找错", target_id: int = 1) -> Issue:
    issue = confirmed(session, key, received, target_id)
    issue.source, issue.first_seen = Origin.PUBLIC, received
    return issue


def put_right(session: Session, key: str, at: datetime, target_id: int = 1) -> None:
    tell(session, seen(clear_of(key), at, target_id=target_id))


def seen_faulty(session: Session, key: str, at: datetime, target_id: int = 1) -> None:
    tell(session, seen(a_fault(key), at, target_id=target_id))


def dismissed(session: Session, issue: Issue, at: datetime) -> None:
    act(session, issue.id, Event.DISMISS, why="误报", by="张三", at=at, recorded_at=at)


def prepare(
    session: Session,
    at: datetime = MONDAY,
    week: Week | None = None,
    *,
    by: str = "张三",
    kind: str = "weekly",
    terms: Terms | None = None,
) -> Prepared:
    return notices.prepare(
        session,
        week or Week.last_full(at),
        at=at,
        by=by,
        terms=terms or some_terms(),
        kind=kind,
        recorded_at=at,
    )


def sign(session: Session, at: datetime = MONDAY, *, terms: Terms | None = None) -> list[Notice]:
    """Every draft; those that were issued."""
    done = []
    for notice in session.scalars(select(Notice).where(Notice.state == "drafted").order_by(Notice.id)).all():
        ready = notices.make_ready(session, notice, at=at, terms=terms or some_terms())
        if ready is not None:
            issued(session, ready, at)
            done.append(notice)
    session.flush()
    return done


def issued(session: Session, ready: Issuing, at: datetime, act: Act = Act.SIGN, why: str = "") -> Notice:
    notices.sign(
        session, ready, documents={}, template="", by="李主任", at=at, recorded_at=at, act=act, why=why
    )
    session.flush()
    return ready.notice


def told(session: Session, at: datetime = MONDAY) -> list[Notice]:
    """Prepared and signed at once."""
    prepare(session, at)
    return sign(session, at)


def withdrawn(session: Session, notice: Notice, at: datetime, why: str = "口径有误") -> Notice:
    ready = notice_follow_ups.withdraw(
        session, notice, by="李主任", why=why, at=at, terms=some_terms(), recorded_at=at
    )
    return issued(session, ready, at, Act.WITHDRAW, why)


def corrected(session: Session, notice: Notice, at: datetime, why: str = "文字有误") -> Notice:
    return issued(
        session, notice_follow_ups.correct(session, notice, at=at, terms=some_terms()), at, Act.CORRECT, why
    )


def answered(
    session: Session, notice: Notice, at: datetime, issues: Sequence[int] = (), **more: object
) -> list[Issue]:
    said = Answer(**{"by": notice.unit, "measure": "已补充内容"} | more)  # type: ignore[arg-type]
    return reply(session, notice, said, issues=issues, at=at, recorded_at=at)


def due(session: Session, at: datetime = MONDAY, week: Week | None = None) -> dict[str, list[str]]:
    """Unit -> part and subject of what it is due to be told."""
    found = drafts(session, week or Week.last_full(at), at)
    subjects = {issue.id: issue.subject_key for issue in session.scalars(select(Issue))}
    return {
        draft.unit: [f"{point.part} {subjects[point.issue_id]}" for point in draft.points] for draft in found
    }


def items(session: Session, notice: Notice) -> list[str]:
    """Part and subject of its items."""
    rows = (
        select(NoticeItem.part, Issue.subject_key)
        .join(Issue, Issue.id == NoticeItem.issue_id)
        .where(NoticeItem.notice_id == notice.id)
        .order_by(NoticeItem.ordinal)
    )
    return [f"{part} {subject}" for part, subject in session.execute(rows)]


def the_item(session: Session, notice: Notice, issue: Issue) -> NoticeItem:
    row = models.NoticeItem
    return session.scalars(select(row).where(row.notice_id == notice.id, row.issue_id == issue.id)).one()


def all_notices(session: Session) -> list[Notice]:
    return list(session.scalars(select(Notice).order_by(Notice.id)))
