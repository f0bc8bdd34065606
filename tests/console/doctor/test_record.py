"""The record and its folders as the doctor sees them."""

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from console.doctor import record
from tests.builders import NOW
from tests.console.doctor.cases import (
    a_case,
    a_register,
    require_reminder,
    require_trouble,
    require_well,
)
from tracker.backup import back_up
from tracker.database import Database
from tracker.errors import DatabaseAhead, DatabaseBehind, DatabaseTrouble
from tracker.evidence import EvidenceStore


def stamp(folder: Path, version: str) -> None:
    with sqlite3.connect(folder / "xunjian.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [version])


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Another process has the file open; its number."""
    with path.open() as file, subprocess.Popen(["sleep", "60"], stdin=file) as process:
        try:
            yield process.pid
        finally:
            process.kill()


# -- the database -----------------------------------------------------------------------------------------


def test_a_record_at_this_programs_version_is_well_and_kept_for_the_points_after_it(
    tmp_path: Path, database: Database
) -> None:
    case = a_case(tmp_path)
    require_well(record.database(case), "可以写入", database.version())
    assert case.database.version() == database.version()
    case.close()


def test_a_missing_record_is_told_and_not_made(tmp_path: Path) -> None:
    case = a_case(tmp_path, tracker={"database_url": f"sqlite:///{tmp_path / 'data' / 'xunjian.db'}"})
    require_trouble(record.database(case), "尚未建立", "xunjian init")
    assert not (tmp_path / "data").exists()


def test_a_record_of_another_version_says_how_to_upgrade(tmp_path: Path, database: Database) -> None:
    stamp(tmp_path, "0001")
    with pytest.raises(DatabaseBehind, match="xunjian db upgrade"):
        record.database(a_case(tmp_path))

    stamp(tmp_path, "9999")
    with pytest.raises(DatabaseAhead, match="请升级本程序"):
        record.database(a_case(tmp_path))


def test_a_record_that_somebody_keeps_locked_is_told(tmp_path: Path, database: Database) -> None:
    with database.writing() as session, pytest.raises(DatabaseTrouble, match="占用"):
        session.connection()
        record.database(a_case(tmp_path, tracker={"busy_timeout_seconds": 1}))


def test_who_else_uses_the_record_is_named(tmp_path: Path, database: Database) -> None:
    with held(tmp_path / "xunjian.db") as process:
        require_well(record.database(a_case(tmp_path)), f"进程 {process}（sleep 60）正在使用")


def test_a_whole_file_is_well_and_a_damaged_one_is_told(tmp_path: Path, database: Database) -> None:
    require_well(record.integrity(a_case(tmp_path, database)))

    with database.reading() as session:  # all that was written stands in the file
        session.connection().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    with (tmp_path / "xunjian.db").open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * 4096 * 20)

    require_trouble(record.integrity(a_case(tmp_path, database)), "已损坏", "xunjian restore")


def test_a_large_file_is_read_as_far_as_there_is_time(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:  # enough that reading it takes longer than starting a thread
        session.connection().exec_driver_sql(
            "CREATE TABLE filling AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) "
            "SELECT i, hex(randomblob(500)) AS text FROM n"
        )
    monkeypatch.setattr(record, "INTEGRITY_SECONDS", 0.0)
    require_reminder(record.integrity(a_case(tmp_path, database)), "没有读完")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_whoever_is_not_the_services_user_is_told(tmp_path: Path, database: Database) -> None:
    require_well(record.owner(a_case(tmp_path, database)), "root")
    os.chown(tmp_path / "xunjian.db", 65534, 65534)
    require_reminder(record.owner(a_case(tmp_path, database)), "root", "nobody")


# -- the registers ----------------------------------------------------------------------------------------


def test_empty_registers_say_what_to_do_first(tmp_path: Path, database: Database) -> None:
    require_trouble(record.registers(a_case(tmp_path, database)), "xunjian targets template")


def test_targets_and_units_are_counted(tmp_path: Path, database: Database) -> None:
    a_register(database, "http://a.test/", "http://b.test/")
    require_well(record.registers(a_case(tmp_path, database)), "网站 2", "账号 0", "主办单位 1")


def test_whoever_cannot_be_written_to_or_visited_is_counted(tmp_path: Path, database: Database) -> None:
    a_register(database, "http://a.test/", "", email="", accounts=3)
    require_reminder(
        record.registers(a_case(tmp_path, database)),
        "1 个单位没有联系邮箱",
        "1 个网站没有首页网址",
        "3 个账号没有采集地址",
    )


# -- folders and disks ------------------------------------------------------------------------------------


def test_folders_that_are_there_or_can_be_made_are_well(tmp_path: Path) -> None:
    require_well(record.folders(a_case(tmp_path, console={"log_file": tmp_path / "a" / "b" / "xunjian.log"})))
    assert not (tmp_path / "a").exists()


def test_a_file_where_a_folder_belongs_is_named(tmp_path: Path) -> None:
    (tmp_path / "evidence").touch()
    require_trouble(record.folders(a_case(tmp_path)), "证据文件夹", str(tmp_path / "evidence"))


def test_backups_are_asked_for_until_there_is_one(tmp_path: Path, database: Database) -> None:
    require_reminder(record.backups(a_case(tmp_path, database)), "还没有备份", "xunjian backup")


def test_a_backup_on_the_records_own_disk_is_told_and_an_old_one_must_be_made_anew(
    tmp_path: Path, database: Database
) -> None:
    case = a_case(tmp_path, database)
    back_up(database, EvidenceStore(tmp_path / "evidence"), case.settings.tracker, NOW)

    require_reminder(record.backups(case), "2026-11-24 09:00", "同一块磁盘")
    later = a_case(tmp_path, database, at=NOW + timedelta(hours=51))
    require_trouble(record.backups(later), "已过 51 小时")


def test_a_backup_folder_that_cannot_be_written_is_told(tmp_path: Path, database: Database) -> None:
    (tmp_path / "backup").touch()
    require_trouble(record.backups(a_case(tmp_path, database)), "不能写入", "挂载")


def test_room_on_the_disk_is_told_in_gigabytes(tmp_path: Path) -> None:
    require_well(record.disk(a_case(tmp_path, scheduler={"disk_free_gb": 0})), "GB")
    require_trouble(record.disk(a_case(tmp_path, scheduler={"disk_free_gb": 1e9})), "少于 1e+09 GB")
