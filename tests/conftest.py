"""What many tests stand on: an empty record, made once and copied."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from tracker import database as database_room
from tracker.database import Database
from tracker.settings import TrackerSettings

# No test asserts on seconds: a machine that is busy must not fail one.
hypothesis.settings.register_profile("house", deadline=None)
hypothesis.settings.load_profile("house")

# No test cuts the power, so none waits for the disk: a process that is killed loses nothing that it wrote.
database_room.PRAGMAS = tuple(
    "synchronous=OFF" if each.startswith("synchronous") else each for each in database_room.PRAGMAS
)
os.sync = lambda: None
os.fsync = lambda fd: None


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("record") / "empty.db"
    database = Database(TrackerSettings(database_url=f"sqlite:///{path}"))
    database.upgrade()
    database.close()
    return path


@pytest.fixture
def database(tmp_path: Path, empty_record: Path) -> Iterator[Database]:
    """A fresh record at this program's version."""
    path = tmp_path / "xunjian.db"
    shutil.copy(empty_record, path)
    database = Database(TrackerSettings(database_url=f"sqlite:///{path}"))
    yield database
    database.close()
