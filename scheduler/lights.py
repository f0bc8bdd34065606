"""The panel of lights (告警): looks at all of them, keeps what it saw in the record and tells it."""

import logging
import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from checks.rules.site_unreachable import PROBES_A_DAY
from reports.alarm import Alarm, NotTold, Told, Way, ways_of
from reports.folders import nearest
from scheduler.board import OWED, Board, Tidings
from scheduler.conditions import OF_RECORD, WITHOUT_RECORD, Around, View
from scheduler.notices import Desk
from scheduler.round import Parts
from tracker import lights
from tracker.backup_files import newest_backup
from tracker.database import Database
from tracker.errors import TrackerError
from tracker.lights import Lamp, LightName
from tracker.settings import TrackerSettings
from tracker.watching import Facts, Watch

logger = logging.getLogger(__name__)

BUSY_SECONDS = 1
"""The panel waits so long for a record that somebody else has locked; what it has to tell waits no longer."""
TELLING_SECONDS = 5
"""The panel waits so long until all ways are told; who takes longer goes on beside it."""

Seen = TypeVar("Seen")


def free_bytes(folder: Path) -> int | None:
    """Room on the disk on which a folder is, or will be; None if it cannot be asked."""
    try:
        return shutil.disk_usage(nearest(folder)).free
    except OSError:
        return None


class Panel:
    """All lights of one daemon. `look` at every beat; it never raises, and never waits long for a record or a way out.

    What it sees is written first, then told, then it is written who was told. Whoever is killed before the last of these
    tells the same once more: at least once, never not at all. Without the record all is kept in mind, told from there,
    and written when the record is back.
    """

    def __init__(
        self,
        parts: Parts,
        desk: Desk,
        tracker: TrackerSettings,
        *,
        ways: Sequence[Way] | None = None,
        free: Callable[[Path], int | None] = free_bytes,
        newest_backup: Callable[[TrackerSettings], datetime | None] = newest_backup,
    ) -> None:
        self.settings, self.catalogue, self.tracker = parts.scheduler, parts.catalogue, tracker
        self.reports, self.calendar = desk.settings, desk.terms.calendar
        self.ways = ways_of(desk.settings) if ways is None else ways
        self.free, self.newest_backup = free, newest_backup
        self.board = Board(timedelta(hours=desk.settings.alarm_repeat_hours))
        self.watch = Watch(
            round_at=parts.scheduler.round_at,
            stuck_after=timedelta(hours=parts.scheduler.mail_stuck_hours),
            hangs_after=timedelta(hours=parts.scheduler.round_ends_hours),
            probes_a_day=PROBES_A_DAY,
        )
        # A line of its own to the record: the daemon's waits half a minute for who has locked it.
        self.database = Database(tracker.model_copy(update={"busy_timeout_seconds": BUSY_SECONDS}))
        self._unwritten = ""
        self._slips: dict[str, str] = {}
        self._telling = _Telling(self.ways)

    def look(self, now: datetime, trouble: str = "") -> list[Lamp]:
        """The lights that are red at `now`. `trouble`: what the daemon could not do with the record, for itself."""
        facts, unread = self._read(now)
        self._see(LightName.DATABASE, trouble or unread or self._unwritten, now)
        self._judge(facts, now)
        self._collect()
        self._write(now)
        self._tell(now)
        return self.board.red

    def close(self) -> None:
        self.database.close()

    # -- seeing ---------------------------------------------------------------------------------------------

    def _read(self, now: datetime) -> tuple[Facts | None, str]:
        """The record's facts; None and the reason, if it cannot be read."""
        try:
            with self.database.reading() as session:
                facts = self.watch.read(session, now)
                self.board.take_over(lights.recent(session, now - OWED))
                return facts, ""
        except TrackerError as error:
            return None, str(error)
        except Exception as error:  # the watch must outlive what it watches
            return None, self._slip("record not read", error)

    def _judge(self, facts: Facts | None, now: datetime) -> None:
        around = Around(
            now, self.settings, self.calendar, {place: self.free(place[1]) for place in self._places()}
        )
        for name, light in WITHOUT_RECORD.items():
            self._see(name, self._ask(name, light, around), now)
        view = (
            View(around, facts, self.catalogue, lambda: self.newest_backup(self.tracker)) if facts else None
        )
        for named, of_record in OF_RECORD.items():
            self._see(named, self._ask(named, of_record, view) if view else None, now)

    def _ask(self, name: LightName, light: Callable[[Seen], str | None], seen: Seen) -> str | None:
        """A light that breaks down is red itself, and keeps no other from being looked at."""
        try:
            return light(seen)
        except Exception as error:
            return f"无法判断“{name.sentence}”：{self._slip(f'light {name} broke down', error)}"

    def _slip(self, what: str, error: Exception) -> str:
        """In words; with its traceback in the log, once for as long as it stays the same."""
        words = f"{type(error).__name__}: {error}"
        if self._slips.get(what) != words:
            logger.error("panel broke down", extra={"what": what}, exc_info=error)
            self._slips[what] = words
        return f"程序内部错误（{words}），请把运行日志交给开发者"

    def _see(self, name: LightName, detail: str | None, now: datetime) -> None:
        lamp = self.board.see(str(name), detail, now)
        if lamp is None:
            return
        if lamp.is_red:
            logger.warning("light turned red", extra={"light": lamp.name, "detail": lamp.detail})
        else:
            logger.warning("light well again", extra={"light": lamp.name, "since": lamp.since.isoformat()})

    def _places(self) -> Iterable[tuple[str, Path]]:
        """What stands where."""
        if self.database.url.get_backend_name() == "sqlite" and self.database.url.database:
            yield "数据库", Path(self.database.url.database).parent
        yield "证据", self.tracker.evidence_dir
        yield "备份", self.tracker.backup_dir

    # -- keeping --------------------------------------------------------------------------------------------

    def _write(self, now: datetime) -> None:
        """What cannot be written waits, and is a light itself."""
        if not (unkept := self.board.unkept):
            return
        try:
            with self.database.writing() as session:
                lights.keep(session, unkept)
        except Exception as error:
            known = isinstance(error, TrackerError)
            self._unwritten = str(error) if known else self._slip("lights not kept", error)
            self._see(LightName.DATABASE, self._unwritten, now)
        else:
            self._unwritten = ""
            self.board.kept()

    # -- telling --------------------------------------------------------------------------------------------

    def _tell(self, now: datetime) -> None:
        if self._telling.is_going_on:
            return
        tidings = {way.name: self.board.tidings(way.name, now) for way in self.ways}
        if not any(tidings.values()):
            return
        self._telling.begin([(way, it, self._alarm(it)) for way in self.ways if (it := tidings[way.name])])
        if self._collect() and not self._unwritten:
            self._write(now)

    def _collect(self) -> bool:
        """Note who was told meanwhile; whether anybody was."""
        told = self._telling.done()
        for name, tidings in told:
            self.board.told(name, tidings)
        return bool(told)

    def _alarm(self, tidings: Tidings) -> Alarm:
        new, still, well = (tuple(map(_told, lamps)) for lamps in (tidings.new, tidings.still, tidings.well))
        return Alarm(self.reports.office, tidings.at, self.reports.alarm_repeat_hours, new, still, well)


def _told(lamp: Lamp) -> Told:
    return Told(lamp.title, lamp.detail, lamp.since, lamp.until)


class _Telling:
    """Tells several ways, one after the other, in a thread: a mail server that hangs holds up nothing but its mail."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self._thread: threading.Thread | None = None
        self._told: deque[tuple[str, Tidings]] = deque()
        self._failing: dict[str, str] = {way.name: "" for way in ways}

    @property
    def is_going_on(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, all: Sequence[tuple[Way, Tidings, Alarm]]) -> None:
        """Comes back when all are told, or after a while."""
        self._thread = threading.Thread(target=self._tell, args=(all,), name="alarm", daemon=True)
        self._thread.start()
        self._thread.join(TELLING_SECONDS)

    def done(self) -> list[tuple[str, Tidings]]:
        told = []
        while self._told:
            told.append(self._told.popleft())
        return told

    def _tell(self, all: Sequence[tuple[Way, Tidings, Alarm]]) -> None:
        for way, tidings, alarm in all:
            try:
                way.tell(alarm)
            except NotTold as error:
                self._note(way, str(error))
            except Exception as error:  # the other ways are told all the same
                logger.debug("way broke down", exc_info=error)
                self._note(way, f"程序内部错误（{type(error).__name__}）")
            else:
                self._told.append((way.name, tidings))
                self._note(way, "")

    def _note(self, way: Way, why: str) -> None:
        """In the log once for as long as it stays the same: the way is tried again at every beat."""
        if why and why != self._failing[way.name]:
            logger.error("alarm not told", extra={"way": way.name, "why": why})
        elif not why:
            logger.info("alarm told", extra={"way": way.name})
        self._failing[way.name] = why
