"""A panel before a record, with everything else that it looks at in a test's hands."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.calendar import WorkCalendar
from checks.catalogue import Catalogue, Check
from checks.settings import CheckSettings
from crawler.observations import AccountVisit, SiteVisit
from crawler.settings import CrawlerSettings
from reports.alarm import Alarm, NotTold, Way
from reports.settings import ReportSettings
from scheduler.lights import Panel
from scheduler.notices import Desk
from scheduler.round import Parts
from scheduler.settings import SchedulerSettings
from scheduler.shards import InProcess
from tests.builders import NOW
from tests.tracker.days import ACCOUNT, CHECKS, SITE
from tests.tracker.telling import some_terms
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.models import Light
from tracker.settings import TrackerSettings

MINUTE = timedelta(minutes=1)
PLENTY = 1 << 40


class Heard:
    """A way to people that notes what they hear, and fails as long as it is told to."""

    def __init__(self, name: str = "mail a@yunze.test") -> None:
        self.name = name
        self.alarms: list[Alarm] = []
        self.fails: Exception | None = None

    def tell(self, alarm: Alarm) -> None:
        if self.fails:
            raise self.fails
        self.alarms.append(alarm)

    @property
    def said(self) -> list[list[str]]:
        """Of each message what turned red (+), still is (=) and is well again (-), by title."""
        return [
            [
                sign + told.title
                for sign, part in zip("+=-", (a.new, a.still, a.well), strict=True)
                for told in part
            ]
            for a in self.alarms
        ]


REFUSED = NotTold("没有应答")


def a_check(id: str, reads: type) -> Check:
    return Check(id, f"检查{id}", lambda visit: (), reads, False, False, False, False, "")


def a_catalogue() -> Catalogue:
    reads = {SITE: SiteVisit, ACCOUNT: AccountVisit}
    return Catalogue(tuple(a_check(id, reads[target]) for target, ids in CHECKS.items() for id in ids))


class Scene:
    """`folder` holds the record. Whatever is set here holds from the next `restart` on; the disk and the backup at once.

    One scene serves many tests, each with a record of its own: what is costly is a database's first questions.
    """

    def __init__(self, folder: Path) -> None:
        self.tracker = TrackerSettings(
            database_url=f"sqlite:///{folder / 'xunjian.db'}",
            evidence_dir=folder / "evidence",
            backup_dir=folder / "backup",
        )
        self.database = Database(self.tracker)
        self._panels_own: Database | None = None

    def begin(self, record: Path) -> None:
        """All as it is at the beginning, with a copy of this record."""
        with closing(sqlite3.connect(record)) as source, closing(sqlite3.connect(self.file)) as mine:
            source.backup(mine)
        self.scheduler: dict[str, Any] = {}
        self.calendar = WorkCalendar()
        self.catalogue = a_catalogue()
        self.free: int | None = PLENTY
        self.backup: datetime | None = NOW
        self.ways = [Heard()]
        self.now = NOW
        self.restart()

    @property
    def file(self) -> Path:
        return Path(str(self.database.url.database))

    def restart(self, ways: Sequence[Way] | None = None) -> None:
        evidence, reports = (
            EvidenceStore(self.tracker.evidence_dir),
            ReportSettings(office="云泽市人民政府办公室"),
        )
        settings = SchedulerSettings(**self.scheduler)
        parts = Parts(
            self.database,
            evidence,
            self.catalogue,
            CrawlerSettings(),
            CheckSettings(),
            settings,
            InProcess(1000),
        )
        self.panel = Panel(
            parts,
            Desk(self.database, evidence, reports, some_terms(calendar=self.calendar), b""),
            self.tracker,
            ways=self.ways if ways is None else ways,
            free=lambda folder: self.free,
            newest_backup=lambda settings: self.backup,
        )
        self._panels_own = self.panel.database = self._panels_own or self.panel.database

    def change(self, change: Callable[[Session], object]) -> None:
        with self.database.writing() as session:
            change(session)

    def look(self, after: timedelta = MINUTE, trouble: str = "") -> set[str]:
        """A look so long after the one before; the names of what is red."""
        self.now += after
        return {lamp.name for lamp in self.panel.look(self.now, trouble)}

    def settle(self) -> set[str]:
        """Two looks, between which a light that is well is taken for well."""
        self.look()
        return self.look(6 * MINUTE)

    def detail(self, name: str) -> str:
        return next(lamp.detail for lamp in self.panel.board.red if lamp.name == name)

    @property
    def rows(self) -> list[tuple[str, datetime, datetime | None]]:
        """(name, since, until) of every light in the record."""
        with self.database.reading() as session:
            rows = session.scalars(select(Light).order_by(Light.id))
            return [(row.name, row.since, row.until) for row in rows]

    def close(self) -> None:
        self.panel.close()
        self.database.close()
