"""Fresh records for those who build one themselves: migrated once a process, and copied from then on."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import event

from tracker.database import Database
from tracker.settings import TrackerSettings


@cache
def _migrated() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.db"
        database = Database(TrackerSettings(database_url=f"sqlite:///{path}"))
        database.upgrade()
        database.close()
        return path.read_bytes()


Plan = tuple[str, list[str]]
"""A statement, and the steps in which the database answers it."""


def plans_of(record: Database, ask: Callable[[], object]) -> list[Plan]:
    """How the database answers each question that `ask` puts to it by a reading session."""
    asked: list[tuple[str, object]] = []

    def note(_c: object, _k: object, statement: str, parameters: object, *_: object) -> None:
        asked.append((statement, parameters))

    event.listen(record._reader, "before_cursor_execute", note)
    ask()
    event.remove(record._reader, "before_cursor_execute", note)
    with record._reader.connect() as connection:
        return [
            (
                statement,
                [
                    row[3]
                    for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
                ],
            )
            for statement, parameters in asked
            if statement.startswith("SELECT")
        ]


def fresh_record(settings: TrackerSettings) -> Database:
    """An empty record at this program's version where the settings say."""
    database = Database(settings)
    path = Path(database.url.database or "")
    if not path.exists():
        path.write_bytes(_migrated())
    return database
