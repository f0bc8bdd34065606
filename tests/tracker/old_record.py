"""A record that has grown old: one website, looked at on days long ago, with its pages on disk."""

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from checks.verdicts import Verdict
from crawler.targets import Site
from tests.builders import NOW, a_fetch, a_site, a_site_visit
from tests.tracker.sightings import a_fault, a_policy, clear_of
from tests.tracker.telling import a_site_of, a_unit
from tracker import ledger
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.ledger import Job, Judged
from tracker.models import Base, Look
from tracker.registry import Duty
from tracker.retention import Thinned, thin
from tracker.settings import TrackerSettings
from tracker.verification import verify

UNCHANGED = b"<html>the same every day</html>"


def days_before(days: float) -> datetime:
    return NOW - timedelta(days=days)


@dataclass
class OldRecord:
    """`target`: the website's number; its row is made by the first call that needs it."""

    database: Database
    evidence: EvidenceStore
    settings: TrackerSettings = field(default_factory=TrackerSettings)
    target: int = 0

    def look(self, days: float, *bodies: bytes, verdicts: tuple[Verdict, ...] = ()) -> list[str]:
        """A look so many days before NOW that brought these pages; their SHA-256."""
        at = days_before(days)
        site = a_site()
        duty = self.duty(site)
        shas = [self.evidence.keep(body) for body in bodies]
        fetches = tuple(
            a_fetch(f"https://www.yunze.test/{number}", at=at, sha256=sha256)
            for number, sha256 in enumerate(shas)
        )
        visit = a_site_visit(site=site, at=at, home_fetch=None, fetches=fetches)
        with self.database.writing() as session:
            ledger.open_day(session, at=at, duty=duty, recorded_at=at)
            ((row, looks),) = ledger._rows(session, at.date())
            job = Job(row.id, self.target, looks + 1, site)
            ledger.record(session, [Judged(job, visit, verdicts)], a_policy(), at)
        return shas

    def fault(self, days: float, body: bytes, key: str = "通知公告") -> str:
        """A fault seen twice on one day; the page that shows it."""
        sha256 = self.evidence.keep(body)
        verdict = replace(a_fault(key), evidence=(sha256,))
        for later in (0, 0.25):
            self.look(days - later, body, verdicts=(verdict,))
        return sha256

    def put_right(self, days: float, key: str = "通知公告") -> None:
        self.look(days, b"<html>put right</html>", verdicts=(clear_of(key),))

    def duty(self, site: Site) -> Duty:
        """The website is on duty, from the first call on."""
        if not self.target:
            with self.database.writing() as session:
                self.target = a_site_of(session, a_unit(session), site.key)
        return Duty(due=[(self.target, site)], excused=[])

    def thin(
        self, now: datetime = NOW, stop: Callable[[], None] = lambda: None, store: EvidenceStore | None = None
    ) -> Thinned:
        """As the daemon does, with a store of its own; all files have lain there for a month."""
        self.age(days=30)
        return thin(self.database, store or EvidenceStore(self.evidence.folder), self.settings, now, stop)

    def age(self, days: float, only: str = "*") -> None:
        then = time.time() - days * 24 * 60 * 60
        for path in self.evidence.folder.rglob(only):
            os.utime(path, (then, then))

    def broken(self) -> list[str]:
        """What the audit names."""
        with self.database.reading() as session:
            return list(verify(session, self.evidence))

    def file(self, sha256: str) -> Path:
        return self.evidence.folder / sha256[:2] / f"{sha256}.zst"

    def count(self, *tables: type[Base]) -> Counter[str]:
        with self.database.reading() as session:
            counts = {
                table.__tablename__: session.scalar(select(func.count()).select_from(table)) or 0
                for table in tables
            }
        return Counter(counts)

    def looks_with_content(self) -> list[int]:
        with self.database.reading() as session:
            return [number for number, seen in session.execute(select(Look.id, Look.seen)) if seen]
