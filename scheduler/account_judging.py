"""Accounts are judged together, once the looks of a day are in: whether a bridge (采集桥) lives shows only then.

The looks themselves are the list of what is left: whoever was killed between looking and judging goes on where it stopped,
also the next day.
"""

from collections.abc import Sequence
from datetime import date

from crawler.clock import Clock
from scheduler.bridges import weighed
from scheduler.judging import Judge
from scheduler.stopping import Stop
from tracker import account_looks, bridges, ledger
from tracker.database import Database
from tracker.ledger import Job, Judged
from tracker.policy import Policy


def judge_accounts(database: Database, judge: Judge, policy: Policy, clock: Clock, stop: Stop) -> None:
    """Every look at an account that nobody has judged yet, by what all looks of its day say of its bridges."""
    with database.reading() as session:
        left = account_looks.unjudged(session)
    for day, numbers in left.items():
        _weigh(database, judge, day)
        for start in range(0, len(numbers), account_looks.AT_ONCE):
            stop.require_going()
            judged = _judged(database, judge, numbers[start : start + account_looks.AT_ONCE])
            if judged:
                with database.writing() as session:
                    ledger.rewrite_verdicts(session, judged, policy, clock.now())


def _weigh(database: Database, judge: Judge, day: date) -> None:
    with database.writing() as session:  # a release in between would be lost
        bridges.keep(session, weighed(session, day, judge.settings))


def _judged(database: Database, judge: Judge, numbers: Sequence[int]) -> list[tuple[int, Judged]]:
    with database.reading() as session:
        looks = account_looks.read(session, numbers)
        seen = [(Job(0, look.target_id, look.ordinal, look.visit.target), look.visit) for look in looks]
        judged = judge.judge(session, seen) if seen else []
    return [(look.id, each) for look, each in zip(looks, judged, strict=True) if each.verdicts]
