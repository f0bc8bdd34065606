"""Bad days of our own in the middle of a round: one line each, what was seen is kept, the next call goes on."""

import errno
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from scheduler.round import Round
from tests.builders import NOW
from tests.journeys.stage import Stage, stage
from tracker import models
from tracker.errors import DatabaseTrouble, EvidenceTrouble
from tracker.evidence import EvidenceStore


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path, sites=6, accounts=24, tracker={"busy_timeout_seconds": 1}) as city:
        yield city


def goes_on(city: Stage) -> None:
    city.probes()
    city.round()
    assert all(state != "due" for state, _ in city.visits().values())
    assert len(city.visits()) == 30
    assert city.found() == city.planted()
    assert city.audit() == []


class LockedAfter(EvidenceStore):
    """Another program takes the database once some pages are stored."""

    def __init__(self, folder: Path, database: str, pages: int) -> None:
        super().__init__(folder)
        self.database, self.left = database, pages
        self.other: sqlite3.Connection | None = None

    def keep(self, body: bytes) -> str:
        self.left -= 1
        if self.left == 0:
            self.other = sqlite3.connect(self.database, check_same_thread=False)
            self.other.execute("BEGIN IMMEDIATE")
        return super().keep(body)


def test_a_locked_database_stops_the_round_in_one_line_and_the_next_call_goes_on(city: Stage) -> None:
    store = LockedAfter(city.parts.evidence.folder, str(city.database.url.database), pages=40)
    with pytest.raises(DatabaseTrouble, match="正被其他程序占用"):
        Round(replace(city.parts, evidence=store), NOW).run()
    assert store.other is not None
    store.other.close()

    goes_on(city)


def test_a_full_database_stops_the_round_in_one_line_and_the_next_call_goes_on(city: Stage) -> None:
    with city.database.writing() as session:
        used = session.execute(text("PRAGMA page_count")).scalar_one()
    pragma = (
        f"PRAGMA max_page_count={used + 24}"  # holds for one connection, so the round must use this very one
    )
    with city.database.writing() as session:
        session.connection().exec_driver_sql(pragma)
    with pytest.raises(DatabaseTrouble, match="磁盘已满"):
        city.round()
    with city.database.writing() as session:
        session.connection().exec_driver_sql("PRAGMA max_page_count=1073741823")

    goes_on(city)


class FullAfter(EvidenceStore):
    """The disk is full after so many pages."""

    def __init__(self, folder: Path, pages: int) -> None:
        super().__init__(folder)
        self.left = pages

    def _write(self, path: Path, packed: bytes) -> None:
        self.left -= 1
        if self.left < 0:
            raise EvidenceTrouble(self.folder, OSError(errno.ENOSPC, "No space left on device"))
        super()._write(path, packed)


def test_a_full_disk_stops_the_round_in_one_line_and_the_next_call_goes_on(city: Stage) -> None:
    store = FullAfter(city.parts.evidence.folder, pages=60)
    with pytest.raises(EvidenceTrouble, match="请清理磁盘空间"):
        Round(replace(city.parts, evidence=store), NOW).run()
    visited = sum(state != "due" for state, _ in city.visits().values())

    goes_on(city)
    assert visited < 30
    assert city.count(models.Round) == 1


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("a file where the folder should be")
    with pytest.raises(EvidenceTrouble, match=r"证据文件夹 .*evidence 无法写入"):
        EvidenceStore(tmp_path / "evidence").keep(b"<html></html>")


def test_an_interrupted_round_keeps_what_it_saw_and_leaves_the_rest_due(city: Stage) -> None:
    class Impatient:
        def begins(self, phase: str, total: int) -> None: ...

        def looked(self, job: object, visit: object) -> None:
            self.seen = getattr(self, "seen", 0) + 1
            if self.seen == 10:
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Round(city.parts, NOW, Impatient()).run()
    assert sum(state != "due" for state, _ in city.visits().values()) == 10

    goes_on(city)
