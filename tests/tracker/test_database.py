"""The door to the database: what cannot be used is told in one line, and two rounds do not run at once."""

from pathlib import Path

import pytest
from sqlalchemy import text

from tracker.database import Database
from tracker.errors import AnotherAtWork, DatabaseAhead, DatabaseBehind, DatabaseTrouble, UnusableDatabase
from tracker.settings import TrackerSettings


def at(address: str) -> Database:
    return Database(TrackerSettings(database_url=address, busy_timeout_seconds=1))


def test_a_new_database_asks_for_init(tmp_path: Path) -> None:
    with pytest.raises(DatabaseBehind, match="xunjian init"):
        at(f"sqlite:///{tmp_path}/new.db").require_current()


@pytest.mark.parametrize("door", ["require_current", "upgrade"])
def test_a_database_of_a_later_version_asks_for_a_newer_program(database: Database, door: str) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseAhead, match="请升级本程序"):
        getattr(database, door)()


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("not a database" * 100)
    with pytest.raises(DatabaseTrouble, match="not a database"):
        at(f"sqlite:///{tmp_path}/x.db").require_current()


@pytest.mark.parametrize("address", ["foo", "nosuch://host/db"])
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(UnusableDatabase, match=r"tracker\.database_url"):
        at(address)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseTrouble, match="无法使用"):
        at(f"sqlite:///{tmp_path}/file/x.db")


def test_two_at_the_same_work_are_one_too_many(database: Database) -> None:
    with database.alone("round"), pytest.raises(AnotherAtWork, match="请等它结束"), database.alone("round"):
        pass
    with database.alone("round"):
        pass


def test_a_round_and_a_sender_do_not_wait_for_each_other(database: Database) -> None:
    with database.alone("round"), database.alone("send"):
        with pytest.raises(AnotherAtWork, match="另一轮巡检正在进行"), database.alone("round"):
            pass
        with pytest.raises(AnotherAtWork, match="另一个程序正在发送邮件"), database.alone("send"):
            pass
