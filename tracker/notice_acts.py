"""Who did what to a notice (拟稿, 审核, 签发, 放行, 撤回, 更正, 送达), and what may be done to it for that. Append only."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import models
from tracker.audit import Chain, act_payload
from tracker.errors import WrongUse
from tracker.notice_words import Act, NoticeState


class ForbiddenNoticeAct(WrongUse):
    """An act that the notice's state, or who did what to it before, does not allow."""


def note_acts(
    session: Session,
    notice_ids: Sequence[int],
    act: Act,
    by: str,
    why: str,
    at: datetime,
    recorded_at: datetime,
) -> None:
    """Append that somebody did the same to each of these notices."""
    acts = [{"notice_id": number, "act": act, "by": by, "why": why, "at": at} for number in notice_ids]
    write_acts(session, acts, recorded_at)


def write_acts(
    session: Session,
    acts: Sequence[dict[str, Any]],
    recorded_at: datetime,
    seals: Mapping[int, dict[str, Any]] | None = None,
) -> None:
    """Append acts on notices, each with its link in the audit chain. `seals`: what some of these notices say from now on."""
    if not acts:
        return
    chain, rows = Chain(session), []
    for act in acts:
        payload = act_payload(act)
        if seals and (seal := seals.get(act["notice_id"])):
            payload["sealed"] = seal
        link_id = chain.add("notice", payload, recorded_at)
        rows.append(act | {"act": str(act["act"]), "link_id": link_id})
    chain.write()
    session.execute(insert(models.NoticeAct), rows)


def actors(session: Session, notice_ids: Collection[int], act: Act) -> dict[int, set[str]]:
    row = models.NoticeAct
    found: dict[int, set[str]] = {}
    query = select(row.notice_id, row.by).where(row.notice_id.in_(notice_ids), row.act == str(act))
    for notice_id, by in session.execute(query):
        found.setdefault(notice_id, set()).add(by)
    return found


def looked_through(session: Session, notice_ids: Collection[int]) -> set[int]:
    """Notices that were reviewed after they were drafted, or drafted anew, the last time."""
    row = models.NoticeAct
    query = select(row.notice_id, row.act).where(
        row.notice_id.in_(notice_ids), row.act.in_((str(Act.DRAFT), str(Act.REVIEW)))
    )
    found: set[int] = set()
    for notice_id, act in session.execute(query.order_by(row.id)):
        (found.add if act == Act.REVIEW else found.discard)(notice_id)
    return found


def require_signed(session: Session, notice: models.Notice, act: str, at: datetime) -> None:
    """Only what was issued can be delivered, withdrawn or corrected, and only after what was done to it before."""
    if notice.state != NoticeState.SIGNED:
        raise ForbiddenNoticeAct(f"通知{notice.number}为“{NoticeState(notice.state).sentence}”，不能{act}")
    last = session.scalar(
        select(func.max(models.NoticeAct.at)).where(models.NoticeAct.notice_id == notice.id)
    )
    if last is not None and at < last:
        raise ForbiddenNoticeAct(
            f"通知{notice.number}在 {last.astimezone(CHINA):%Y-%m-%d %H:%M} 已有处理，不能补记更早的{act}"
        )
