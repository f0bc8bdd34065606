"""The daemon (守护进程): at every beat it looks at its lease, at what is due, at its lights, and lets the outside know it lives.

APScheduler wakes it at the minute; the beat in between sees what no timer sees: a clock that was set, a machine that
slept, a task that is to be tried again. All that takes time is done in threads, so the beat never waits for a website.
"""

import asyncio
import contextlib
import http.client
import logging
import signal
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from crawler.clock import CHINA, wall_clock
from scheduler.keeper import Keeper
from scheduler.settings import SchedulerSettings
from scheduler.stopping import Stop
from scheduler.timetable import LANES, Lane
from tracker.errors import TrackerError
from tracker.lease import Lease

logger = logging.getLogger(__name__)

PING_TIMEOUT_SECONDS = 10
JUMP = timedelta(hours=1)
BELIEVED_AFTER_SECONDS = 600
"""A wall clock that went further than the steady one by a JUMP is worked by only when it has stood for so long: what is
done for a day that is not here yet cannot be undone, and most such clocks are put right at once."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Panel(Protocol):
    """Whoever looks at the lights (scheduler/lights.py)."""

    def look(self, now: datetime, trouble: str = "") -> object: ...


class Watcher(Protocol):
    """Whoever started us and wants to know how we are, such as systemd."""

    def ready(self) -> None: ...
    def alive(self) -> None: ...
    def stopping(self) -> None: ...


@dataclass(slots=True)
class Pulse:
    """What the daemon knows of itself. `trouble`: what it could not do with the record at the last beat."""

    holds: bool = False
    beat_at: datetime | None = None
    trouble: str = ""
    waiting_for: str = ""


@dataclass
class Daemon:
    """One process that wants to work. `run` returns when it was told to stop: whether all work was laid down in time."""

    keeper: Keeper
    lease: Lease
    panel: Panel
    watcher: Watcher
    settings: SchedulerSettings
    clock: Callable[[], datetime] = wall_clock
    ticks: Callable[[], float] = time.monotonic
    pulse: Pulse = field(default_factory=Pulse)

    def __post_init__(self) -> None:
        self._stop = Stop()
        self._lanes: dict[Lane, asyncio.Task[None]] = {}
        self._pinged_at: datetime | None = None
        self._lane_troubles: dict[Lane, str] = {}
        self._beat_before: tuple[datetime, float] | None = None
        self._believed_from = float("-inf")

    async def run(self) -> bool:
        self._told = asyncio.Event()
        self._wake = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in SIGNALS:
            loop.add_signal_handler(each, self.tell_to_stop)
        timer = self._timer()
        timer.start()
        logger.info("daemon begins", extra={"holder": self.lease.holder})
        try:
            told = asyncio.create_task(self._told.wait())
            while not told.done():
                self._beating = asyncio.create_task(self._beat())
                # Whoever tells us to stop does not wait for a beat that hangs.
                await asyncio.wait({self._beating, told}, return_when=asyncio.FIRST_COMPLETED)
                await self._rest()
        finally:
            timer.pause()
            laid_down = await self._lay_down()
            timer.shutdown(wait=False)
        logger.info("daemon ends", extra={"laid_down": laid_down})
        return laid_down

    def tell_to_stop(self) -> None:
        self._told.set()
        self._wake.set()

    def _timer(self) -> AsyncIOScheduler:
        """Wakes us when something is due; what is due, the record says."""
        timer = AsyncIOScheduler(timezone=CHINA)
        for task in self.keeper.tasks:
            for trigger in task.when.triggers:
                timer.add_job(self._awake, trigger, coalesce=True, misfire_grace_time=None)
        return timer

    async def _awake(self) -> None:
        """In the loop's own thread: an event of asyncio is not for others."""
        self._wake.set()

    async def _rest(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), self.settings.beat_seconds)
        if not self._told.is_set():
            self._wake.clear()

    # -- one beat -------------------------------------------------------------------------------------------

    async def _beat(self) -> None:
        now = self.clock()
        believed = self._believes(now)
        try:
            self.pulse.holds = await asyncio.to_thread(self._hold, now)
            if self.pulse.holds and believed:
                await asyncio.to_thread(self.keeper.take_up, now)
            self.pulse.trouble = self.keeper.trouble or next(iter(self._lane_troubles.values()), "")
        except TrackerError as error:
            self._in_trouble(str(error))
        except Exception as error:  # a slip of ours must not end the watch over all the others
            logger.exception("beat broke down")
            self._in_trouble(_slip(error))
        if self.pulse.beat_at is None:
            self.watcher.ready()  # waiting for a record, or for another daemon, is all that is asked of us then
        self.pulse.beat_at = now
        if self.pulse.holds and believed:
            self._set_lanes_going()
        if self.pulse.holds or (self.pulse.trouble and not self.pulse.waiting_for):
            await asyncio.to_thread(self.panel.look, now, self.pulse.trouble)
        if self.pulse.holds:
            await self._ping(now)
        self.watcher.alive()

    def _believes(self, now: datetime) -> bool:
        """Whether the wall clock goes as the steady one does, or has stood for long enough since it did not."""
        ticks = self.ticks()
        if self._beat_before is not None:
            then, before = self._beat_before
            if abs(now - then - timedelta(seconds=ticks - before)) > JUMP:
                self._believed_from = ticks + BELIEVED_AFTER_SECONDS
                logger.warning("clock jumped", extra={"from": then.isoformat(), "to": now.isoformat()})
        self._beat_before = now, ticks
        return ticks >= self._believed_from

    def _in_trouble(self, words: str) -> None:
        if words != self.pulse.trouble:
            logger.error("record out of reach", extra={"why": words})
        self.pulse.trouble = words

    def _hold(self, now: datetime) -> bool:
        """Whether we work; what it takes to begin or to leave off."""
        held = self.pulse.holds
        holds = self.lease.hold(now)
        if holds and not held:
            self.keeper.begin_anew(now)
            self._stop = Stop()
            if self._told.is_set():
                self._stop.ask()
            logger.info("lease taken", extra={"holder": self.lease.holder})
        elif held and not holds:
            self._stop.ask()
            logger.error("lease lost", extra={"other": self.lease.other})
        if not holds and self.lease.other != self.pulse.waiting_for:
            logger.warning("another daemon works, waiting", extra={"other": self.lease.other})
        self.pulse.waiting_for = "" if holds else self.lease.other
        return holds

    def _set_lanes_going(self) -> None:
        if self._told.is_set():
            return
        for lane in LANES:
            if lane not in self._lanes or self._lanes[lane].done():
                self._lanes[lane] = asyncio.create_task(self._work(lane, self._stop))

    async def _work(self, lane: Lane, stop: Stop) -> None:
        """Everything that is due in a lane, one after the other."""
        try:
            while not stop.asked and (
                row := await asyncio.to_thread(self.keeper.next, self.clock(), (lane,))
            ):
                if not await asyncio.to_thread(self.keeper.do, row, self.clock(), stop):
                    return
            self._lane_troubles.pop(lane, None)
        except TrackerError as error:
            self._lane_troubles[lane] = str(error)
        except Exception as error:
            logger.exception("lane broke down", extra={"lane": lane})
            self._lane_troubles[lane] = _slip(error)

    # -- the outside ----------------------------------------------------------------------------------------

    async def _ping(self, now: datetime) -> None:
        """The outside watcher hears from us only after a whole beat; a trouble with the record keeps it from hearing."""
        if not self.settings.ping_url or self.pulse.trouble:
            return
        pause = timedelta(minutes=self.settings.ping_minutes)
        if self._pinged_at is None or not timedelta() <= now - self._pinged_at < pause:
            self._pinged_at = now
            await asyncio.to_thread(_call, self.settings.ping_url)

    # -- the end --------------------------------------------------------------------------------------------

    async def _lay_down(self) -> bool:
        self.watcher.stopping()
        self._stop.ask()
        until = self.ticks() + self.settings.stop_seconds
        await asyncio.wait({self._beating}, timeout=self.settings.stop_seconds)
        self._stop.ask()  # the beat may have made a new one
        working = [task for task in (self._beating, *self._lanes.values()) if not task.done()]
        if working:
            _, left = await asyncio.wait(working, timeout=max(until - self.ticks(), 0))
            if left:
                logger.error("work not laid down in time", extra={"left": len(left)})
                return False
        try:
            await asyncio.to_thread(self._leave)
        except TrackerError as error:
            logger.warning("lease not released", extra={"why": str(error)})
        return True

    def _leave(self) -> None:
        self.keeper.pay()
        self.lease.release()


def _slip(error: Exception) -> str:
    return f"内部错误（{type(error).__name__}: {error}）"


def _call(url: str) -> None:
    """Whatever comes of it: that nothing comes is for the one who is called to notice."""
    request = urllib.request.Request(url, headers={"User-Agent": "xunjian"})
    try:
        with urllib.request.urlopen(request, timeout=PING_TIMEOUT_SECONDS) as answer:
            answer.read(1)
    except (OSError, ValueError, http.client.HTTPException) as error:
        logger.warning("outside watcher not reached", extra={"why": str(error)})
