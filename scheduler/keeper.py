"""Keeps the due times: writes down which were reached, begins each once, settles what became of it.

No clock, no thread, no event loop: the daemon drives it with the time of day, a test with any time it likes.
"""

import logging
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.clock import CHINA, Clock, midnight
from scheduler.stopping import Stop, Stopped
from scheduler.timetable import LANES, LATE_AFTER, CatchUp, Lane, Task, by_name, reached
from tracker import due_times, lease
from tracker.database import Database
from tracker.due_times import DueState
from tracker.errors import DatabaseTrouble, EvidenceTrouble
from tracker.models import DueTime, PlannedTask

logger = logging.getLogger(__name__)

LONGEST_WAIT = 12
"""What fails again and again is tried again after so many times the first pause at most."""

RECORD_TROUBLE = (DatabaseTrouble, EvidenceTrouble)

OVER = {
    CatchUp.NEWEST: "没有做完，已由后一次代替",
    CatchUp.SAME_DAY: "当日没有做完，不补做",
}


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of the due time with this number at this attempt; `at`: None, if it goes on later."""

    number: int
    attempt: int
    state: DueState
    told: str
    at: datetime | None
    next_try_at: datetime | None = None


class Keeper:
    """The tasks of one daemon. `holder`: who it is in the lease; nothing begins without it."""

    def __init__(self, database: Database, tasks: Sequence[Task], holder: str, retry: timedelta) -> None:
        self.database, self.tasks, self.holder, self.retry = database, tasks, holder, retry
        self._named = by_name(tasks)
        self._owed: deque[Ended] = deque()
        self._troubled: dict[str, str] = {}

    @property
    def trouble(self) -> str:
        """Why a task could not go on, for want of the record or of room for evidence; empty: none is held up."""
        return next(iter(tuple(self._troubled.values())), "")

    def begin_anew(self, now: datetime) -> None:
        """The lease is ours from now on: the schedule is this one, and what its last holder was at is due again."""
        self._troubled.clear()
        with self.database.writing() as session:
            due_times.plan(
                session,
                [
                    PlannedTask(
                        task=task.name,
                        ordinal=number,
                        title=task.title,
                        times=task.when.words,
                        since=now,
                        next_at=task.next_after(now.astimezone(CHINA)),
                    )
                    for number, task in enumerate(self.tasks)
                ],
            )
            if taken := due_times.take_back(session):
                logger.warning("unfinished tasks taken over", extra={"tasks": taken})

    def take_up(self, now: datetime) -> None:
        """Write down the due times that were reached by now."""
        self.pay()
        with self.database.reading() as session:
            ahead, known = due_times.reaches_ahead(session, now), due_times.known_since(session)
            rows = reached(self.tasks, due_times.newest(session, now), known, now)
        if not ahead and not rows:
            return
        here = now.astimezone(CHINA)
        moved = {name: self._named[name].next_after(here) for name in {row[0] for row in rows}}
        with self.database.writing() as session:
            if ahead:
                forgotten = due_times.forget_ahead(session, now)
                logger.warning("due times ahead of the clock forgotten", extra={"rows": forgotten})
            due_times.add(session, rows)
            due_times.move_on(session, {name: at for name, at in moved.items() if at is not None})

    def next(self, now: datetime, lanes: Sequence[Lane] = LANES) -> DueTime | None:
        """What is to be begun now in these lanes; what was overtaken meanwhile is settled on the way."""
        with self.database.reading() as session:
            waiting = due_times.waiting(session, now)
            newest = due_times.newest(session, now) if waiting else {}
            unfinished = due_times.unfinished(session) if waiting else []
        over: list[DueTime] = []
        chosen = None
        for row in waiting:
            task = self._named.get(row.task)
            if task is None or self._is_over(task, row, newest, now):
                over.append(row)
            elif chosen is None and task.lane in lanes and not self._waits(task, unfinished, now):
                chosen = row
        self._give_up(over, now)
        return chosen

    @staticmethod
    def _is_over(task: Task, row: DueTime, newest: dict[str, datetime], now: datetime) -> bool:
        match task.catch_up:
            case CatchUp.NEWEST:
                return row.due_at < newest.get(row.task, row.due_at)
            case CatchUp.SAME_DAY:
                return row.due_at < midnight(now.astimezone(CHINA).date())
            case CatchUp.EACH:
                return False

    @staticmethod
    def _waits(task: Task, unfinished: Sequence[DueTime], now: datetime) -> bool:
        return task.rests(now) or any(each.task in task.after for each in unfinished)

    def _give_up(self, rows: Sequence[DueTime], now: datetime) -> None:
        """What failed stays failed; what was never done is missed."""
        if not rows:
            return
        with self.database.writing() as session:
            for row in rows:
                task = self._named.get(row.task)
                self._troubled.pop(row.task, None)
                words = OVER[task.catch_up] if task else "时间表中已没有这项任务"
                state = DueState.FAILED if row.state == DueState.FAILED else DueState.MISSED
                told = f"{row.told}；{words}" if row.told else words
                due_times.settle(session, row.id, state, told, at=now)

    def do(self, row: DueTime, now: datetime, stop: Stop) -> bool:
        """Begin it, do it, settle it; whether it was ours to begin. Only trouble with the record itself is raised."""
        task, clock = self._named[row.task], Clock(now)
        late = now - row.due_at > LATE_AFTER
        with self.database.writing() as session:
            if not due_times.begin(session, row.id, holder=self.holder, late=late, at=now):
                return False
        fields = {"task": task.name, "due": row.due_at.astimezone(CHINA).isoformat(), "late": late}
        logger.info("task begins", extra=fields)
        ended = self._done(task, row, clock, stop)
        logger.info("task ends", extra=fields | {"state": str(ended.state), "told": ended.told})
        self._owed.append(ended)
        self.pay()
        return True

    def _done(self, task: Task, row: DueTime, clock: Clock, stop: Stop) -> Ended:
        attempt = row.attempts + 1

        def ends(state: DueState, told: str, again: timedelta | None = None) -> Ended:
            at = clock.now()
            went_on = state is DueState.DUE
            return Ended(row.id, attempt, state, told, None if went_on else at, at + again if again else None)

        try:
            ended = ends(DueState.DONE, task.do(row.due_at.astimezone(CHINA), clock.at, stop))
        except Stopped:
            return ends(DueState.DUE, "停止时收尾，待继续")
        except RECORD_TROUBLE as error:
            # Not the task's fault, and told by one light of its own: it goes on when the record is back.
            self._troubled[task.name] = str(error)
            return ends(DueState.DUE, f"待继续：{error}", self.retry)
        except Exception as error:  # whatever it is, the other tasks go on
            logger.exception("task failed", extra={"task": task.name})
            told = " ".join(f"{error or type(error).__name__}".split())
            ended = ends(DueState.FAILED, told, self.retry * min(attempt, LONGEST_WAIT))
        self._troubled.pop(task.name, None)
        return ended

    def pay(self) -> None:
        """Settle what ended, also what could not be settled while the record was out of reach."""
        while self._owed:
            ended = self._owed[0]
            with self.database.writing() as session:
                if lease.is_held_by(session, self.holder):  # else somebody else has taken it up again
                    due_times.settle(
                        session,
                        ended.number,
                        ended.state,
                        ended.told,
                        at=ended.at,
                        next_try_at=ended.next_try_at,
                        attempt=ended.attempt,
                    )
            with suppress(ValueError):  # the other lane was quicker
                self._owed.remove(ended)

    def work_off(self, now: datetime, stop: Stop) -> int:
        """Everything that is due, one after the other, here; how many were begun."""
        self.take_up(now)
        begun = 0
        while not stop.asked and (row := self.next(now)):
            if not self.do(row, now, stop):
                break
            begun += 1
        return begun
