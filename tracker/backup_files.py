"""What backups (备份) consist of, and what both sides need to write them and to read them back (tracker/backup.py, restoring.py)."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy.engine import URL

from tracker.audit import head
from tracker.database import Database
from tracker.errors import TrackerError, WrongUse
from tracker.settings import TrackerSettings

STAMP = "%Y-%m-%dT%H%M%S%z"
KINDS = ("json", "db.zst")
"""What a finished copy consists of in the folder of the records."""
CHUNK = 1 << 20
"""Bytes."""
HEX = "[0-9a-f]"
UNFINISHED_PAGES = f"{HEX * 2}/{HEX * 64}.part"


class BackupTrouble(TrackerError):
    """A backup could not be written or read."""


def write_whole(path: Path, body: bytes) -> None:
    """Whole or not at all, for its owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    unfinished = path.with_name(f"{path.name}.part")
    unfinished.touch(mode=0o600)
    with unfinished.open("wb") as file:
        file.write(body)
        sync(file)
    unfinished.replace(path)
    sync_folder(path.parent)


def sync(file: IO[bytes]) -> None:
    """What was written outlives a power cut."""
    file.flush()
    os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """A name given in it outlives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sqlite_file(database: Database) -> Path:
    """Raises WrongUse for any other database: those have backups of their own."""
    if database.url.get_backend_name() != "sqlite" or database.url.database in (None, "", ":memory:"):
        raise WrongUse("备份和恢复只用于 SQLite 数据库：PostgreSQL 请用 pg_dump，证据文件夹另行复制")
    return Path(database.url.database or "").absolute()


def integrity(record: sqlite3.Connection) -> str:
    """What SQLite says of a file."""
    try:
        return str(record.execute("PRAGMA integrity_check").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def told_of(record: Path) -> dict[str, Any]:
    """What a copied record says of itself."""
    with opened(record) as copy, copy.reading() as session:
        links, last = head(session)
        return {"schema": copy.version(), "links": links, "head": last}


@contextmanager
def opened(record: Path) -> Iterator[Database]:
    """A copy that nobody else works with; afterwards it is one file again, without a journal beside it."""
    copy = Database(
        TrackerSettings(database_url=URL.create("sqlite", database=str(record)).render_as_string())
    )
    try:
        yield copy
    finally:
        copy.close()
        with closing(sqlite3.connect(record)) as alone:
            alone.execute("PRAGMA journal_mode=DELETE")


def manifests(record: Path) -> Iterator[Path]:
    """One for each copy, in no order."""
    return (path for path in record.glob("*.json") if is_stamp(path.stem))


def is_stamp(name: str) -> bool:
    """Whether only a backup gives such a name: the moment of a copy."""
    try:
        _moment_in(name)
    except ValueError:
        return False
    return True


def moment_of(manifest: Path) -> datetime:
    """When the copy was made, aware."""
    return _moment_in(manifest.stem)


def _moment_in(stamp: str) -> datetime:
    return datetime.strptime(stamp, STAMP)  # noqa: DTZ007 (the name bears its offset)


def newest_backup(settings: TrackerSettings) -> datetime | None:
    """When the newest copy was made, by the names of the files alone."""
    return max(map(moment_of, manifests(settings.backup_dir / "record")), default=None)
