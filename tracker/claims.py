"""Who names a stored page besides the looks that brought it: moves of issues, replies, issued notices, mails, and what
people saw of accounts (人工核验).

Whatever else comes to rest on stored bytes has to be added here: what nobody claims is given up after some time.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, exists, select
from sqlalchemy.orm import Session, aliased

from crawler.clock import CHINA
from tracker.lifecycle import ENDED, State
from tracker.models import Issue, Mail, Move, Notice, NoticeItem, PersonSighting, Reply

STREAM = {"yield_per": 2000}
NOTHING_IS_OVER = datetime(2000, 1, 1, tzinfo=UTC)
SETTLED = [str(state) for state in (*ENDED, State.RECTIFIED)]
"""States in which the evidence of an issue may grow old: a waived one comes back by itself."""


class Claim(NamedTuple):
    """Some pages that something rests on. `link`: of the audit chain, that tells of it; 0: it came with the notice's own.

    `is_over`: it was made before the moment that was asked for, and all that it is about was settled before that too.
    """

    shas: Collection[str]
    at: datetime
    link: int
    is_over: bool


def claims(session: Session, before: datetime = NOTHING_IS_OVER) -> Iterator[Claim]:
    """All there are."""
    return chain(claims_since(session, 0, before), _of_notices(session, before))


def claims_since(session: Session, link: int, before: datetime = NOTHING_IS_OVER) -> Iterator[Claim]:
    """Those of moves, replies and sightings that the chain tells of after this link."""
    settled = _is_settled(before)
    for row, shas in ((Move, Move.evidence), (Reply, Reply.proofs)):
        rows = (
            select(shas, row.at, row.link_id, and_(row.at < before, settled))
            .join(Issue, Issue.id == row.issue_id)
            .where(row.link_id > link)
        )
        yield from (Claim._make(each) for each in session.execute(rows.execution_options(**STREAM)))
    said = PersonSighting
    seen = select(said.evidence, said.seen_at, said.link_id, said.seen_at < before).where(said.link_id > link)
    yield from (Claim._make(each) for each in session.execute(seen.execution_options(**STREAM)))


def _of_notices(session: Session, before: datetime) -> Iterator[Claim]:
    goes_on = exists().where(
        NoticeItem.notice_id == Notice.id, NoticeItem.issue_id == Issue.id, ~_is_settled(before)
    )
    day = before.astimezone(CHINA).date()
    is_over = and_(
        Notice.drafted_at < before, Notice.dated.is_(None) | (Notice.dated < day), ~goes_on.correlate(Notice)
    )
    documents = select(Notice.documents, Notice.drafted_at, is_over)
    for named, at, over in session.execute(documents.execution_options(**STREAM)):
        yield Claim(list(named.values()), at, 0, over)
    mails = select(Mail.sha256, Mail.queued_at, and_(Mail.queued_at < before, is_over)).join(
        Notice, Notice.id == Mail.notice_id
    )
    for sha256, at, over in session.execute(mails.execution_options(**STREAM)):
        yield Claim([sha256], at, 0, over)


def _is_settled(before: datetime) -> ColumnElement[bool]:
    """The issue is over, and nothing has happened to it since."""
    move = aliased(Move)
    moved = exists().where(move.issue_id == Issue.id, move.at >= before)
    return Issue.state.in_(SETTLED) & ~moved.correlate(Issue)
