"""`audit verify`, of the notices: each stands in the chain as it was issued, no number is missing, every act has its link."""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker.models import Link, Notice, NoticeAct, NoticeItem, Reply

ISSUED = ("signed", "withdrawn")


def broken_notices(session: Session) -> Iterator[str]:
    """Nothing means that everything holds."""
    acts, sealed = _told_by_the_chain(session)
    yield from _broken_acts(session, acts)
    yield from _broken_seals(session, sealed)
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
        said = {
            "notice": act.notice_id,
            "act": act.act,
            "by": act.by,
            "why": act.why,
            "at": act.at.astimezone(CHINA).isoformat(),
        }
        if told.pop(act.link_id, None) != said:
            yield f"通知 {act.notice_id} 的处理记录 {act.id}（{act.act}）与审计链不符"
    for payload in told.values():
        yield f"通知 {payload.get('notice')} 的处理记录（{payload.get('act')}）缺失"


def _broken_seals(session: Session, sealed: dict[int, dict[str, Any]]) -> Iterator[str]:
    items: dict[int, list[list[Any]]] = {}
    rows = select(NoticeItem).order_by(NoticeItem.notice_id, NoticeItem.ordinal)
    for item in session.scalars(rows.execution_options(yield_per=500)):
        items.setdefault(item.notice_id, []).append([item.issue_id, item.part, item.move_id, item.row])
    for notice in session.scalars(select(Notice).where(Notice.state.in_(ISSUED)).order_by(Notice.id)):
        seal = sealed.pop(notice.id, None)
        stands = {
            "number": notice.number,
            "year": notice.year,
            "serial": notice.serial,
            "unit": notice.unit,
            "week": notice.week,
            "kind": notice.kind,
            "about": notice.about,
            "dated": str(notice.dated),
            "calendar": notice.calendar,
            "documents": notice.documents,
            "items": items.get(notice.id, []),
        }
        if seal != stands:
            yield f"通知 {notice.number} 与签发时不符"
    for notice_id, seal in sealed.items():
        yield f"已签发的通知 {seal.get('number')}（{notice_id}）缺失"


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
        said = {
            "notice_id": reply.notice_id,
            "issue_id": reply.issue_id,
            "by": reply.by,
            "measure": reply.measure,
            "person": reply.person,
            "asks": reply.asks,
            "proofs": reply.proofs,
            "finished_on": str(reply.finished_on or ""),
            "at": reply.at.astimezone(CHINA).isoformat(),
        }
        try:
            told = json.loads(text or "{}")
        except ValueError:
            told = {}
        if told != said:
            yield f"反馈 {reply.id} 与审计链不符"
