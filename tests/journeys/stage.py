"""The demo city with the whole program before it: one record, one day after the other."""

import asyncio
import contextlib
import threading
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from console.settings import Settings
from console.wiring import parts
from demo.city import City
from scheduler.probes import probe
from scheduler.round import Parts, Round, RoundDone
from tests.builders import NOW
from tests.records import fresh_record
from tracker import models, queries
from tracker.registry import import_register
from tracker.verification import verify

QUICK: dict[str, dict[str, Any]] = {
    "crawler": {
        "allow_private_addresses": True,
        "browser": "off",
        "site_requests_a_second": 0,
        "bridge_requests_a_second": 0,
    },
    "scheduler": {
        "second_look_after_hours": 0,
        "person_confirms_days": 0,
        "second_look_needs_browser": False,
    },
}


@contextlib.contextmanager
def served(city: City, folder: Path) -> Iterator[list[Path]]:
    """The city on loopback in a thread of its own; gives its registers."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="city", daemon=True)
    thread.start()
    serving = city.serve()
    asyncio.run_coroutine_threadsafe(serving.__aenter__(), loop).result()
    try:
        yield city.write_registers(folder)
    finally:
        asyncio.run_coroutine_threadsafe(serving.__aexit__(None, None, None), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class Stage:
    """What a test does to the city and asks of the record."""

    def __init__(self, city: City, settings: Settings, registers: list[Path], now: datetime = NOW) -> None:
        self.city, self.settings = city, settings
        self.database = fresh_record(settings.tracker)
        for path in registers:
            import_register(self.database, path, aliases={}, at=now, dry_run=False)
        self.parts: Parts = parts(settings, self.database)

    def move_to(self, at: datetime) -> None:
        """The city lives on until `at`; who looks at it does so on his own."""
        self.city.pass_time(at)

    def probes(self, at: datetime = NOW) -> None:
        for hours in (3, 2, 1):
            probe(self.parts, at - timedelta(hours=hours))

    def round(self, at: datetime = NOW, only: Collection[str] = ()) -> RoundDone:
        return Round(self.parts, at).run(only)

    def day(self, at: datetime = NOW) -> RoundDone:
        self.probes(at)
        return self.round(at)

    def found(self) -> set[tuple[str, str, str, str, str]]:
        """(target, kind, check, subject, state) of every issue that was not dismissed."""
        with self.database.reading() as session:
            return {
                (target.key, target.kind, issue.check_id, issue.subject, issue.state)
                for issue, target in queries.issues(session)
                if issue.state != "dismissed"
            }

    def open(self) -> set[tuple[str, str, str, str, str]]:
        """What was found and is not put right."""
        return {each for each in self.found() if each[-1] not in ("rectified", "closed")}

    def planted(self) -> set[tuple[str, str, str, str, str]]:
        return {
            (each.target, each.kind, each.check, each.subject, each.state) for each in self.city.truth.faults
        }

    def issues(self) -> dict[tuple[str, str, str], models.Issue]:
        """(target, check, subject) -> the newest issue of it, in whatever state."""
        with self.database.reading() as session:
            return {
                (target.key, issue.check_id, issue.subject): issue
                for issue, target in queries.issues(session)
            }

    def visits(self, at: datetime = NOW) -> dict[str, tuple[str, str]]:
        """Key -> (state, problem) of the day's ledger."""
        query = (
            select(models.Target.key, models.Visit.state, models.Visit.problem)
            .join(models.Target, models.Target.id == models.Visit.target_id)
            .where(models.Visit.day == at.date())
        )
        with self.database.reading() as session:
            return {key: (state, problem) for key, state, problem in session.execute(query)}

    def count(self, table: type[models.Base]) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count()).select_from(table)) or 0

    def audit(self) -> list[str]:
        with self.database.reading() as session:
            return list(verify(session, self.parts.evidence))


@contextlib.contextmanager
def stage(
    folder: Path,
    seed: int = 7,
    sites: int = 44,
    accounts: int = 294,
    now: datetime = NOW,
    **rooms: dict[str, Any],
) -> Iterator[Stage]:
    """A city and an empty record in `folder`; `rooms` change the settings."""
    tracker = {"database_url": f"sqlite:///{folder / 'xunjian.db'}", "evidence_dir": folder / "evidence"}
    merged: dict[str, Any] = {
        room: {**QUICK.get(room, {}), **rooms.get(room, {})} for room in {*QUICK, *rooms}
    }
    merged["tracker"] = {**tracker, **rooms.get("tracker", {})}
    city = City(seed, now=now, sites=sites, accounts=accounts, log=False)
    with served(city, folder / "registers") as registers:
        yield Stage(city, Settings(**merged), registers, now)
