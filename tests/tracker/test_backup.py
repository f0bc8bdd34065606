"""Backups: a record is copied while others write to it, comes back only into an empty place, and says the same there."""

import errno
import hashlib
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from sqlalchemy import text

from reports import daily
from reports.figures import count
from tests.builders import NOW
from tests.journeys.stage import stage
from tests.tracker.outgoing import a_notice
from tracker import outbox, queries
from tracker.audit import add_link
from tracker.backup import BackedUp, back_up
from tracker.backup_files import BackupTrouble, newest_backup
from tracker.database import Database
from tracker.errors import AnotherAtWork, DatabaseAhead, WrongUse
from tracker.evidence import EvidenceStore
from tracker.models import Evidence, SelfCheck, Unit
from tracker.periods import Period
from tracker.restoring import NotEmpty, Restored, restore
from tracker.retention import thin
from tracker.settings import TrackerSettings


class StopHere(Exception):
    """Somebody asked to stop."""


@dataclass
class Office:
    """A record in `folder`, with its backups beside it."""

    folder: Path

    def __post_init__(self) -> None:
        self.settings = TrackerSettings(
            database_url=f"sqlite:///{self.folder / 'xunjian.db'}",
            evidence_dir=self.folder / "evidence",
            backup_dir=self.folder / "backup",
            keep_backups=3,
        )
        self.database = Database(self.settings)
        self.key = self.folder / "reply-link.key"
        self.key.write_text("geheim")

    def back_up(self, at: datetime = NOW, stop: Callable[[], None] = lambda: None) -> BackedUp:
        store = EvidenceStore(self.settings.evidence_dir)
        return back_up(self.database, store, self.settings, at, stop, [self.key, self.folder / "missing"])

    def page(self, sha256: str) -> Path:
        return self.settings.evidence_dir / sha256[:2] / f"{sha256}.zst"

    def elsewhere(self, name: str = "elsewhere") -> TrackerSettings:
        place = self.folder / name
        return self.settings.model_copy(
            update={"database_url": f"sqlite:///{place / 'x.db'}", "evidence_dir": place / "evidence"}
        )

    def restore(self, at: datetime | None = None, name: str = "elsewhere") -> Restored:
        key = self.folder / name / "reply-link.key"
        return restore(self.settings.backup_dir, self.elsewhere(name), at, [key])


@pytest.fixture(scope="module")
def patrolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("patrolled")
    with stage(folder, sites=3, accounts=4) as city:
        city.day()
        city.database.close()
    return folder


@pytest.fixture
def inspected(patrolled: Path, tmp_path: Path) -> Iterator[Office]:
    """An office whose record holds a day of inspection."""
    shutil.copytree(patrolled, tmp_path / "office")
    office = Office(tmp_path / "office")
    yield office
    office.database.close()


@pytest.fixture
def office(empty_record: Path, tmp_path: Path) -> Iterator[Office]:
    """An office with a few stored pages, where it does not matter what they are."""
    (tmp_path / "office").mkdir()
    shutil.copy(empty_record, tmp_path / "office" / "xunjian.db")
    office = Office(tmp_path / "office")
    store = EvidenceStore(office.settings.evidence_dir)
    with office.database.writing() as session:
        shas = [store.keep(f"第{number}页".encode()) for number in range(5)]
        session.add_all(Evidence(sha256=sha256, size=7, first_fetched=NOW) for sha256 in shas)
        add_link(session, "looks", {"looks": {}}, NOW)
    yield office
    office.database.close()


def told(settings: TrackerSettings) -> tuple[object, object]:
    """What the record says of the day and of the year."""
    with Database(settings).reading() as session:
        figures = count(session, Period.of_year(2026), NOW, frozenset())
        return daily.fields(queries.day(session, NOW)), figures.flat()


def test_what_comes_back_holds_and_says_the_same(inspected: Office) -> None:
    inspected.back_up()

    done = inspected.restore()

    assert (done.at, done.broken) == (NOW, ())
    assert told(inspected.elsewhere()) == told(inspected.settings)
    assert done.kept == (inspected.folder / "elsewhere" / "reply-link.key",)
    assert done.kept[0].read_text() == "geheim"
    assert done.kept[0].stat().st_mode & 0o077 == 0


def test_a_copy_is_of_one_moment_while_others_write(inspected: Office) -> None:
    office = inspected
    ends, written = threading.Event(), threading.Event()

    def write() -> None:
        number = 0
        while not ends.is_set():
            with office.database.writing() as session:
                session.add_all(
                    [Unit(name=f"单位{number}"), SelfCheck(day=NOW.date(), at=NOW, found=[str(number)])]
                )
            number += 1
            written.set()

    writer = threading.Thread(target=write)
    writer.start()
    assert written.wait(10)
    office.back_up()
    ends.set()
    writer.join()

    assert office.restore().broken == ()
    with Database(office.elsewhere()).reading() as session:
        units = session.query(Unit).filter(Unit.name.like("单位%")).count()
        assert units == session.query(SelfCheck).count() > 0, "no half transaction"


def test_pages_are_copied_once_and_shared_by_all_copies(office: Office) -> None:
    first = office.back_up()
    second = office.back_up(NOW + timedelta(days=1))

    assert first.pages > 0
    assert second.pages == 0


def test_only_the_newest_copies_are_kept(office: Office) -> None:
    for day in range(5):
        office.back_up(NOW + timedelta(days=day))

    assert len(list((office.settings.backup_dir / "record").iterdir())) == 2 * 3
    assert len(list((office.settings.backup_dir / "more").iterdir())) == 3
    assert newest_backup(office.settings) == NOW + timedelta(days=4)
    with pytest.raises(WrongUse, match=r"没有 2026-11-25 09:00 或以前的备份"):
        office.restore(NOW + timedelta(days=1))


def test_a_page_whose_time_is_over_leaves_the_backup_with_the_last_copy_that_may_name_it(
    office: Office,
) -> None:
    office.back_up()
    with office.database.writing() as session:
        over, lost, *_ = session.query(Evidence)
        over.thinned_at = NOW + timedelta(hours=1)
    for page in (over, lost):
        office.page(page.sha256).unlink()
    saved = EvidenceStore(office.settings.backup_dir / "evidence")

    for day in (1, 2, 3):
        office.back_up(NOW + timedelta(days=day))
        assert saved.read(over.sha256), "the first copy may name it, or one made while it was cleared"
    office.back_up(NOW + timedelta(days=4))

    assert over.sha256 not in saved.stored(over.sha256[:2])
    assert saved.read(lost.sha256), "what was lost otherwise is what backups are for"


def test_an_older_copy_is_chosen_by_its_moment(office: Office) -> None:
    office.back_up()
    office.back_up(NOW + timedelta(days=1))

    assert office.restore(NOW + timedelta(hours=3)).at == NOW


@pytest.mark.parametrize("there", ["x.db", "x.db-wal", "evidence/ab/ab.zst"])
def test_a_place_that_is_not_empty_is_left_as_it_is(office: Office, there: str) -> None:
    office.back_up()
    path = office.folder / "elsewhere" / there
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")

    with pytest.raises(NotEmpty, match="已有内容"):
        office.restore()
    assert path.read_text() == "mine"


@pytest.mark.parametrize("steps", [0, 3, 40])
def test_a_backup_that_is_broken_off_harms_no_other_and_leaves_nothing_behind_for_long(
    office: Office, steps: int
) -> None:
    office.back_up()
    (office.settings.evidence_dir / "ff").mkdir(exist_ok=True)
    for number in range(60):
        EvidenceStore(office.settings.evidence_dir).keep(f"page {number}".encode())
    counted = iter(range(999))

    def stop() -> None:
        if next(counted) == steps:
            raise StopHere

    with pytest.raises(StopHere):
        office.back_up(NOW + timedelta(days=1), stop)

    assert newest_backup(office.settings) == NOW
    assert office.restore().broken == ()
    office.back_up(NOW + timedelta(days=2))
    names = [path.name for path in office.settings.backup_dir.rglob("*") if path.is_file()]
    assert not [name for name in names if name.endswith(".part") or "2026-11-25" in name]


@pytest.mark.parametrize("damage", ["cut", "gone", "other"])
def test_a_damaged_copy_is_refused_in_words_and_leaves_the_place_empty(office: Office, damage: str) -> None:
    office.back_up()
    (packed,) = (office.settings.backup_dir / "record").glob("*.db.zst")
    if damage == "cut":
        packed.write_bytes(packed.read_bytes()[:-1000])
    elif damage == "gone":
        packed.unlink()
    else:
        manifest = packed.with_name(packed.name.replace(".db.zst", ".json"))
        manifest.write_text(manifest.read_text().replace('"links": ', '"links": 9'))

    with pytest.raises(BackupTrouble, match="请用 --at 另选一份"):
        office.restore()
    assert not (office.folder / "elsewhere" / "x.db").exists()
    assert not (office.folder / "elsewhere" / "evidence").exists()


def test_a_lost_page_is_told(inspected: Office) -> None:
    inspected.back_up()
    lost = min((inspected.settings.backup_dir / "evidence").glob("*/*.zst"))
    lost.unlink()

    assert inspected.restore().broken == (f"证据文件缺失：{lost.stem}",)


def test_two_backups_at_once_are_one_too_many(office: Office) -> None:
    with office.database.alone("backup"), pytest.raises(AnotherAtWork, match="正在备份"):
        office.back_up()


def test_a_folder_that_cannot_be_written_is_told_in_one_line(office: Office) -> None:
    office.settings.backup_dir.write_text("a file")

    with pytest.raises(BackupTrouble, match=r"无法写入.*以前的备份不受影响"):
        office.back_up()


def test_without_any_backup_there_is_none(office: Office) -> None:
    assert newest_backup(office.settings) is None
    with pytest.raises(WrongUse, match="没有备份"):
        office.restore()


def leave_half_restored(office: Office) -> Path:
    """What a restoring that was killed while it named its pages leaves; the place."""
    place = office.folder / "elsewhere"
    for left in ("x.db.restoring", "evidence/.restoring/ab/half.zst"):
        (place / left).parent.mkdir(parents=True, exist_ok=True)
        (place / left).write_text("half")
    saved = office.settings.backup_dir / "evidence"
    moved = min(path for path in saved.iterdir() if any(path.iterdir()))
    shutil.copytree(moved, place / "evidence" / moved.name)
    return place


def test_a_restoring_that_was_killed_is_begun_anew(office: Office) -> None:
    office.back_up()
    place = leave_half_restored(office)

    assert office.restore().broken == ()

    names = {path.name for path in place.rglob("*")}
    assert not names & {"x.db.restoring", ".restoring", "half.zst"}


@pytest.mark.parametrize("mark", ["x.db.restoring", "evidence/.restoring"])
def test_pages_are_no_left_over_where_a_mark_of_the_killed_restoring_is_missing(
    office: Office, mark: str
) -> None:
    office.back_up()
    place = leave_half_restored(office)
    (place / mark).rename(place / "away")

    with pytest.raises(NotEmpty):
        office.restore()
    assert [path for path in (place / "evidence").rglob("*.zst") if len(path.stem) == 64]


def test_what_somebody_stored_since_a_restoring_was_killed_is_not_cleared_away(office: Office) -> None:
    office.back_up()
    place = leave_half_restored(office)
    store = EvidenceStore(place / "evidence")
    sha256 = store.keep("刚刚取得的页面".encode())

    with pytest.raises(NotEmpty):
        office.restore()
    assert store.read(sha256) == "刚刚取得的页面".encode()


def test_one_copy_is_named_by_its_manifest(office: Office) -> None:
    chosen = office.back_up().manifest
    office.back_up(NOW + timedelta(days=1))

    assert restore(chosen, office.elsewhere()).at == NOW


def test_a_folder_with_things_of_somebody_else_loses_none_of_them(office: Office) -> None:
    mine = [
        office.settings.backup_dir / name
        for name in ("record/会议记录.docx", "record/2026/a.json", "more/照片/1.jpg", "evidence/ab/film.part")
    ]
    for path in mine:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("mine")

    for day in range(5):
        office.back_up(NOW + timedelta(days=day))

    assert all(path.read_text() == "mine" for path in mine)
    assert office.restore().broken == ()


def test_nothing_is_cleared_while_pages_are_copied(office: Office) -> None:
    """The copied record counts on pages that a clearing of that moment would give up before they are copied."""
    refused = []

    def stop() -> None:
        with pytest.raises(AnotherAtWork):
            thin(office.database, EvidenceStore(office.settings.evidence_dir), office.settings, NOW)
        refused.append(True)

    office.back_up(stop=stop)

    assert refused
    with office.database.alone("tidy"), pytest.raises(AnotherAtWork, match="正在清理"):
        office.back_up(NOW + timedelta(days=1))


def test_a_restoring_that_fails_at_the_end_takes_the_small_files_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.back_up()
    key = office.folder / "elsewhere" / "reply-link.key"
    put_back = []

    def fail() -> None:
        put_back.append(key.exists())
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "sync", fail)  # the last thing before names are given
    with pytest.raises(BackupTrouble, match="无法恢复"):
        office.restore()

    assert put_back == [True]
    place = office.folder / "elsewhere"
    assert not [path for path in place.rglob("*") if path.is_file() and path.suffix != ".lock"]


def make_chain_unreadable(manifest: Path) -> None:
    """As a later program may keep it."""
    packed = manifest.with_suffix(".db.zst")
    raw = manifest.parent.parent / "raw.db"
    with packed.open("rb") as stream:
        raw.write_bytes(zstandard.ZstdDecompressor().stream_reader(stream).read())
    with closing(sqlite3.connect(raw)) as record:
        record.execute("ALTER TABLE link RENAME COLUMN hash TO digest")
        record.commit()
    told = json.loads(manifest.read_text()) | {"sha256": hashlib.sha256(raw.read_bytes()).hexdigest()}
    packed.write_bytes(zstandard.compress(raw.read_bytes()))
    manifest.write_text(json.dumps(told))


def test_a_record_of_a_later_version_is_refused_and_leaves_the_place_empty(office: Office) -> None:
    with office.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    manifest = office.back_up().manifest
    make_chain_unreadable(manifest)

    with pytest.raises(DatabaseAhead, match="请升级本程序"):
        office.restore()
    place = office.folder / "elsewhere"
    assert not [path for path in place.rglob("*") if path.is_file() and path.suffix != ".lock"]


def test_a_spoilt_key_is_told_and_not_put_back(office: Office) -> None:
    office.back_up()
    (carried,) = (office.settings.backup_dir / "more").glob("*/reply-link.key")
    assert carried.stat().st_mode & 0o077 == 0
    carried.write_text("other")

    done = office.restore()

    assert done.kept == ()
    assert done.broken == ("备份中的 reply-link.key 缺失或已损坏，没有放回",)


def test_small_files_that_are_there_stay_as_they_are(office: Office) -> None:
    office.back_up()
    mine = office.folder / "elsewhere" / "reply-link.key"
    mine.parent.mkdir()
    mine.write_text("mine")

    assert office.restore().kept == ()
    assert mine.read_text() == "mine"


def test_one_moment_has_one_copy(office: Office) -> None:
    office.back_up()

    with pytest.raises(WrongUse, match="已有 2026-11-24T090000"):
        office.back_up()
    assert office.restore().broken == ()


def test_only_sqlite_is_backed_up_by_us(office: Office) -> None:
    elsewhere = Database(office.settings.model_copy(update={"database_url": "sqlite:///:memory:"}))

    with pytest.raises(WrongUse, match="只用于 SQLite"):
        back_up(elsewhere, EvidenceStore(office.settings.evidence_dir), office.settings, NOW)


def test_mails_that_waited_when_the_copy_was_made_are_a_persons_to_decide_in_what_comes_back(
    office: Office,
) -> None:
    with office.database.writing() as session:
        notice = a_notice(session)
        mail = outbox.queue(session, notice, "notice", "a@yunze.test", "<1@yunze.test>", "0" * 64, NOW)
        session.flush()
        number = mail.id
    office.back_up()

    assert office.restore().doubtful == 1

    with Database(office.elsewhere()).reading() as session:
        assert outbox.due(session, NOW + timedelta(days=9)) == []
        assert [each.id for each in outbox.doubtful(session)] == [number]
