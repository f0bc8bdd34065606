"""The database: one writing engine, one reading engine, and the schema's version.

SQLite waits its turn at `BEGIN IMMEDIATE` when it means to write; reads use plain transactions, so that a forgotten
reader never blocks a writer.
"""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from tracker.errors import AnotherAtWork, DatabaseAhead, DatabaseBehind, DatabaseTrouble, UnusableDatabase
from tracker.settings import TrackerSettings

PRAGMAS: tuple[str, ...] = (
    "journal_mode=WAL",
    "synchronous=FULL",  # a mail that was claimed and sent must still be claimed after a power cut
    "foreign_keys=ON",
    "cache_size=-64000",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
)


class Database:
    """The record. `reading()` gives a session that only looks, `writing()` one transaction that ends with its block."""

    def __init__(self, settings: TrackerSettings) -> None:
        try:
            self.url = make_url(settings.database_url)
            self.url.get_dialect()
        except (ArgumentError, ImportError) as error:
            raise UnusableDatabase(settings.database_url, error) from error
        if self.url.get_backend_name() == "sqlite" and self.url.database not in (None, "", ":memory:"):
            _make_folder(Path(self.url.database or "").absolute().parent)
        try:
            self._writer = _engine(settings, "IMMEDIATE")
            self._reader = _engine(settings, "DEFERRED")
        except ImportError as error:
            raise UnusableDatabase(settings.database_url, error) from error

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with _translated(), Session(self._reader) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        with _translated(), Session(self._writer, expire_on_commit=False) as session, session.begin():
            yield session

    def upgrade(self) -> str:
        """Bring the schema to this program's version; the version it had before, empty for a new database."""
        with _translated():
            before = self.version()
            self._refuse_later(before)
            with self._without_references() as connection, connection.begin():
                command.upgrade(_alembic(connection), "head")
                self._require_references(connection)
            return before

    @contextmanager
    def _without_references(self) -> Iterator[Connection]:
        """SQLite changes a table by building it anew; rows that refer to the old one must not stand in the way meanwhile."""
        with self._writer.connect() as connection:
            is_sqlite = self.url.get_backend_name() == "sqlite"
            raw: Any = connection.connection.driver_connection
            if is_sqlite:
                raw.execute("PRAGMA foreign_keys=OFF")  # only outside of a transaction
            try:
                yield connection
            finally:
                if is_sqlite:
                    raw.execute("PRAGMA foreign_keys=ON")

    def _require_references(self, connection: Connection) -> None:
        if self.url.get_backend_name() != "sqlite":
            return
        if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise DatabaseTrouble(f"{broken[0]} 中有不存在的引用，没有升级")

    def version(self) -> str:
        with self._reader.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""

    def require_current(self) -> None:
        """Refuse to work on a schema that is not this program's own."""
        with _translated():
            have = self.version()
        self._refuse_later(have)
        if have != ScriptDirectory.from_config(_alembic()).get_current_head():
            raise DatabaseBehind(self.where, fresh=not have)

    def _refuse_later(self, version: str) -> None:
        known = {script.revision for script in ScriptDirectory.from_config(_alembic()).walk_revisions()}
        if version and version not in known:
            raise DatabaseAhead(self.where, version)

    @property
    def where(self) -> str:
        """The database's place, without a password."""
        return self.url.database or self.url.render_as_string()

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Nobody else does `what` on this database meanwhile; AnotherAtWork at once if somebody does.

        The lock is the system's own on a file beside the database: it ends with its process, however that ends.
        """
        if self.url.get_backend_name() != "sqlite" or self.url.database in (None, "", ":memory:"):
            yield  # other databases bring their own locks with the move to several machines (design.md part 9)
            return
        path = Path(self.url.database or "").with_suffix(f".{what}.lock")
        with path.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AnotherAtWork(what) from None
            yield

    def tidy(self) -> None:
        """Write SQLite's journal back into the file and cut it off; where somebody reads or writes, the next call does."""
        if self.url.get_backend_name() != "sqlite":
            return
        with _translated(), self._writer.connect() as connection:
            raw: Any = connection.connection.driver_connection
            (waits,) = raw.execute("PRAGMA busy_timeout").fetchone()
            raw.execute(
                "PRAGMA busy_timeout=0"
            )  # it would keep all others from writing while it waits for a reader
            try:
                raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()  # only outside of a transaction
            except sqlite3.Error as error:
                raise DatabaseTrouble(str(error)) from error
            finally:
                raw.execute(f"PRAGMA busy_timeout={waits}")

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseTrouble(f"{folder}: {error.strerror}") from error


def _engine(settings: TrackerSettings, begin: str) -> Engine:
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite":
        return create_engine(url, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": settings.busy_timeout_seconds})

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    return engine


def _alembic(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _translated() -> Iterator[None]:
    """Foreign errors end at this border: a locked or full database is told in one line."""
    try:
        yield
    except DBAPIError as error:
        raise DatabaseTrouble(str(error.orig)) from error
