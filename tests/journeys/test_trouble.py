"""The record locked by another process in the middle of a round, the disk full: nothing is concluded from it, the round goes
on as soon as it can, and one light and one message tell of it."""

import contextlib
import errno
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from console.wiring import office
from scheduler import round as rounds
from scheduler.keeper import Keeper
from scheduler.lights import Panel
from scheduler.stopping import Stop
from scheduler.tasks import tasks
from tests.builders import NOW
from tests.journeys.stage import Stage, stage
from tests.scheduler.panels import Heard
from tracker import models
from tracker.errors import EvidenceTrouble, TrackerError
from tracker.evidence import EvidenceStore
from tracker.lease import Lease

LOCKER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Another process holds the record's write lock."""
    command = [sys.executable, "-c", LOCKER, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as locker:
        assert locker.stdin and locker.stdout
        assert locker.stdout.readline() == b"locked\n"
        yield
        locker.stdin.close()


class Morning:
    """A daemon's morning without its clock: the round alone is due."""

    def __init__(self, city: Stage) -> None:
        self.city, self.post = city, Heard()
        joined = office(city.settings, city.database)
        (task,) = [each for each in tasks(joined) if each.name == "round"]
        self.lease = Lease(city.database, "here:1", timedelta(seconds=90))
        assert self.lease.hold(NOW)
        self.keeper = Keeper(city.database, [task], "here:1", timedelta(minutes=5))
        self.keeper.begin_anew(NOW)
        self.panel = Panel(joined.parts, joined.desk, city.settings.tracker, ways=[self.post])

    def beat(self, now: datetime) -> str:
        """As the daemon does it; what it could not do with the record."""
        trouble = ""
        try:
            self.keeper.work_off(now, Stop())
            trouble = self.keeper.trouble
        except TrackerError as error:
            trouble = str(error)
        self.panel.look(now, trouble)
        return trouble

    def lights(self) -> list[str]:
        with self.city.database.reading() as session:
            return list(session.scalars(select(models.Light.name)))


@pytest.fixture
def morning(tmp_path: Path) -> Iterator[Morning]:
    scheduler = {"canary": False, "backup_age_hours": 9999}
    tracker = {"busy_timeout_seconds": 1, "database_url": f"sqlite:///{tmp_path / 'x.db'}"}
    with stage(tmp_path, sites=4, accounts=8, scheduler=scheduler, tracker=tracker) as city:
        city.probes()
        yield Morning(city)


def after_opening(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Once, in the middle of a round: its day is opened, and nobody was visited yet."""
    work, times = rounds.ledger.work, iter(range(99))

    def then(*given: object, **more: object) -> object:
        if next(times) == 0:
            happens()
        return work(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(rounds.ledger, "work", then)


def test_a_record_that_another_process_has_locked_in_mid_round(
    morning: Morning, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with contextlib.ExitStack() as stack:
        after_opening(monkeypatch, lambda: stack.enter_context(locked(tmp_path / "x.db")))

        assert "locked" in morning.beat(NOW)
        assert "locked" in morning.beat(NOW + timedelta(minutes=1))
        assert morning.city.count(models.Look) == morning.city.count(models.Issue) == 0
        assert len(morning.post.alarms) == 1

    _goes_on(morning)


def test_a_disk_that_is_full_in_mid_round(morning: Morning, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(store: EvidenceStore, path: Path, packed: bytes) -> None:
        raise EvidenceTrouble(store.folder, OSError(errno.ENOSPC, "No space left on device"))

    with monkeypatch.context() as while_full:
        while_full.setattr(EvidenceStore, "_write", full)

        assert "清理磁盘空间" in morning.beat(NOW)
        assert "清理磁盘空间" in morning.beat(NOW + timedelta(minutes=1))
        assert morning.city.count(models.Issue) == 0
        assert len(morning.post.alarms) == 1

    _goes_on(morning)


def _goes_on(morning: Morning) -> None:
    for minutes in (6, 7, 12, 13, 20):
        morning.beat(NOW + timedelta(minutes=minutes))

    assert morning.city.found() == morning.city.planted()
    assert {state for state, _ in morning.city.visits().values()} <= {"visited", "failed"}
    assert morning.lights() == ["database"], [(x.name, x.detail) for x in morning.panel.board.red]
    assert len(morning.post.alarms) == 2, "one message and the all-clear"
    assert morning.city.audit() == []
