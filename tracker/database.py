"""The database: one writing engine, one reading engine, and the schema's version.

SQLite waits its turn at `BEGIN IMMEDIATE` when it means to write; reads use plain transactions, so that a forgotten
reader never blocks a writer.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from tracker.errors import DatabaseBehind, DatabaseTrouble
from tracker.settings import TrackerSettings

PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    "cache_size=-64000",
    "temp_store=MEMORY",
    "journal_size_limit=67108864",
)


class Database:
    """The record. `reading()` gives a session that only looks, `writing()` one transaction that ends with its block."""

    def __init__(self, settings: TrackerSettings) -> None:
        self.url = make_url(settings.database_url)
        if self.url.get_backend_name() == "sqlite" and self.url.database not in (None, "", ":memory:"):
            Path(self.url.database or "").absolute().parent.mkdir(parents=True, exist_ok=True)
        self._writer = _engine(settings, "IMMEDIATE")
        self._reader = _engine(settings, "DEFERRED")

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
            with self._writer.begin() as connection:
                command.upgrade(_alembic(connection), "head")
            return before

    def version(self) -> str:
        with self._reader.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision() or ""

    def require_current(self) -> None:
        """Refuse to work on a schema that is not this program's own."""
        with _translated():
            have = self.version()
        want = ScriptDirectory.from_config(_alembic()).get_current_head()
        if have != want:
            raise DatabaseBehind(str(self.url.database or self.url), fresh=not have)

    def close(self) -> None:
        self._writer.dispose()
        self._reader.dispose()


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
    except OperationalError as error:
        raise DatabaseTrouble(str(error.orig)) from error
