"""反馈: what a unit answers to a notice. It schedules a re-visit (复查) and closes nothing: only what is seen does."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from crawler.worded import Worded
from tracker import models
from tracker.audit import Chain, reply_payload
from tracker.errors import WrongUse
from tracker.lifecycle import Event, State, after
from tracker.notice_words import NoticeState, Part
from tracker.reconcile import move_row, write_moves


class Asks(Worded):
    """What a reply asks for instead of saying that the fault is put right."""

    NOTHING = "", "已整改"
    WAIVER = "waiver", "申请报备暂不计"
    STATEMENT = "statement", "发布情况说明"


class NothingToReplyTo(WrongUse):
    """The notice asks for nothing of that kind any more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit says: `proofs` are SHA-256 of files that it sent along."""

    by: str
    measure: str
    finished_on: date | None = None
    person: str = ""
    asks: Asks = Asks.NOTHING
    proofs: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        said = [self.asks.sentence, self.measure]
        said += [f"完成日期{self.finished_on}"] if self.finished_on else []
        said += [f"责任人{self.person}"] if self.person else []
        return "；".join(each for each in said if each)


def reply(
    session: Session,
    notice: models.Notice,
    answer: Answer,
    *,
    issues: Collection[int] = (),
    at: datetime,
    recorded_at: datetime,
) -> list[models.Issue]:
    """Answer all that the notice still asks for, or only these `issues`; those that now wait for a re-visit.

    NothingToReplyTo if the notice was withdrawn, does not name an issue, or all of it is settled already.
    """
    asked = _asked(session, notice)
    if strange := set(issues) - {issue.id for issue in asked}:
        raise NothingToReplyTo(
            f"通知{notice.number}没有要求整改问题 {'、'.join(map(str, sorted(strange)))}：请核对问题编号"
        )
    wanted = [issue for issue in asked if not issues or issue.id in issues]
    open_ones = [issue for issue in wanted if issue.state in (State.NOTIFIED, State.REPLIED)]
    if notice.state != NoticeState.SIGNED or not open_ones:
        raise NothingToReplyTo(f"通知{notice.number}所列问题均已办结或通知已撤回，无须反馈")
    _refuse_earlier(session, open_ones, at)
    moves = []
    for issue in open_ones:
        state = State(issue.state)
        if state is State.NOTIFIED:
            issue.state = after(state, Event.REPLY)
            moves.append(
                (issue, move_row(at, Event.REPLY, state, issue.state, answer.by, answer.words, answer.proofs))
            )
    write_moves(session, moves, recorded_at)
    _keep(session, notice, open_ones, answer, at, recorded_at)
    return open_ones


def _asked(session: Session, notice: models.Notice) -> Sequence[models.Issue]:
    item = models.NoticeItem
    rows = (
        select(models.Issue)
        .join(item, item.issue_id == models.Issue.id)
        .where(
            item.notice_id == notice.id,
            item.part.in_((str(Part.NEW), str(Part.AGAIN), str(Part.CORRECTED))),
        )
        .order_by(item.ordinal)
    )
    return session.scalars(rows).all()


def _refuse_earlier(session: Session, issues: Sequence[models.Issue], at: datetime) -> None:
    """What was told cannot be answered before it was told."""
    moves = select(models.Move.issue_id, models.Move.at).where(
        models.Move.issue_id.in_([issue.id for issue in issues]), models.Move.at > at
    )
    if later := session.execute(moves).first():
        moment = later.at.astimezone(CHINA)
        raise NothingToReplyTo(
            f"问题 {later.issue_id} 在 {moment:%Y-%m-%d %H:%M} 已有流转，不能补记更早的反馈"
        )


def _keep(
    session: Session,
    notice: models.Notice,
    issues: Sequence[models.Issue],
    answer: Answer,
    at: datetime,
    recorded_at: datetime,
) -> None:
    chain = Chain(session)
    rows = []
    for issue in issues:
        row = {
            "notice_id": notice.id,
            "issue_id": issue.id,
            "by": answer.by,
            "measure": answer.measure,
            "person": answer.person,
            "asks": str(answer.asks),
            "proofs": list(answer.proofs),
            "finished_on": answer.finished_on,
            "at": at,
        }
        rows.append(row | {"link_id": chain.add("reply", reply_payload(row), recorded_at)})
    chain.write()
    session.execute(insert(models.Reply), rows)
