"""`audit verify`, of the notices: each stands in the chain as it was issued, no number is missing, every act has its link."""

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from tracker.audit import act_payload, notice_seal, reply_payload
from tracker.models import Base, Issue, Link, Notice, NoticeAct, NoticeItem, Reply
from tracker.notice_words import ISSUED, Act, NoticeKind, NoticeState


def broken_notices(session: Session) -> Iterator[str]:
    """Nothing means that everything holds."""
    acts, sealed = _told_by_the_chain(session)
    yield from _broken_acts(session, acts)
    yield from _broken_seals(session, sealed)
    yield from _broken_states(session)
    yield from _missing_numbers(session)
    yield from _broken_replies(session)


def _told_by_the_chain(session: Session) -> tuple[dict[int, dict[str, Any]], dict[int, dict[str, Any]]]:
    """Link -> act, and notice -> what was sealed when it was issued."""
    acts: dict[int, dict[str, Any]] = {}
    sealed: dict[int, dict[str, Any]] = {}
    links = select(Link.id, Link.payload).where(Link.what == "notice").order_by(Link.id)
    for number, text in session.execute(links):
        try:
            payload = json.loads(text)
            seal = payload.pop("sealed", None)
            acts[number] = payload
            if seal is not None:
                sealed[payload["notice"]] = seal
        except (ValueError, KeyError, AttributeError):  # made unreadable: the chain itself names it
            continue
    return acts, sealed


def _broken_acts(session: Session, told: dict[int, dict[str, Any]]) -> Iterator[str]:
    for act in session.scalars(select(NoticeAct).order_by(NoticeAct.id)):
        if told.pop(act.link_id, None) != act_payload(columns_of(act)):
            yield f"通知 {act.notice_id} 的处理记录 {act.id}（{act.act}）与审计链不符"
    for payload in told.values():
        yield f"通知 {payload.get('notice')} 的处理记录（{payload.get('act')}）缺失"


def _broken_seals(session: Session, sealed: dict[int, dict[str, Any]]) -> Iterator[str]:
    rows = (
        select(Notice, NoticeItem)
        .outerjoin(NoticeItem, NoticeItem.notice_id == Notice.id)
        .where(Notice.state.in_(ISSUED))
        .order_by(Notice.id, NoticeItem.ordinal)
        .execution_options(yield_per=500)
    )
    for notice, lines in groupby(session.execute(rows), key=itemgetter(0)):
        items = [item for _, item in lines if item is not None]
        if sealed.pop(notice.id, None) != notice_seal(notice, items) or not all(map(_is_as_printed, items)):
            yield f"通知 {notice.number} 与签发时不符"
    for notice_id, seal in sealed.items():
        yield f"已签发的通知 {seal.get('number')}（{notice_id}）缺失"


def _is_as_printed(item: NoticeItem) -> bool:
    """What figures rest on stands in the printed row too, which is sealed."""
    due_on = item.due_on.isoformat() if item.due_on else None
    return (due_on, item.times) == (item.row.get("due_on"), item.row.get("times"))


def _broken_states(session: Session) -> Iterator[str]:
    """A notice is withdrawn if somebody withdrew it, and only then; its lines are about the targets of their issues."""
    withdrawn = select(NoticeAct.notice_id).where(NoticeAct.act == str(Act.WITHDRAW))
    is_withdrawn, was_withdrawn = Notice.state == str(NoticeState.WITHDRAWN), Notice.id.in_(withdrawn)
    wrong = (is_withdrawn & ~was_withdrawn) | (
        ~is_withdrawn & was_withdrawn & (Notice.kind != str(NoticeKind.WITHDRAWAL))
    )
    for number in session.scalars(select(Notice.number).where(wrong).order_by(Notice.id)):
        yield f"通知 {number} 的状态与撤回记录不符"
    moved = (
        select(Notice.number)
        .join(NoticeItem, NoticeItem.notice_id == Notice.id)
        .join(Issue, Issue.id == NoticeItem.issue_id)
        .where(NoticeItem.target_id != Issue.target_id, Notice.state.in_(ISSUED))
    )
    for number in session.scalars(moved.distinct()):
        yield f"通知 {number} 与签发时不符"


def _missing_numbers(session: Session) -> Iterator[str]:
    years: dict[int, list[int]] = {}
    numbers = select(Notice.year, Notice.serial).where(Notice.serial.is_not(None), Notice.year.is_not(None))
    for year, serial in session.execute(numbers.order_by(Notice.year, Notice.serial)):
        if year is not None and serial is not None:
            years.setdefault(year, []).append(serial)
    for year, serials in years.items():
        for gap in sorted(set(range(1, serials[-1] + 1)) - set(serials)):
            yield f"{year} 年的通知缺第 {gap} 号"


def _broken_replies(session: Session) -> Iterator[str]:
    rows = select(Reply, Link.payload).outerjoin(Link, Link.id == Reply.link_id).order_by(Reply.id)
    for reply, text in session.execute(rows.execution_options(yield_per=500)):
        try:
            told = json.loads(text or "{}")
        except ValueError:
            told = {}
        if told != reply_payload(columns_of(reply)):
            yield f"反馈 {reply.id} 与审计链不符"


def columns_of(row: Base) -> dict[str, Any]:
    """A row as it was written."""
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}
