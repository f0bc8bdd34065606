"""Fresh records for those who build one themselves: migrated once a process, and copied from then on."""

import tempfile
from functools import cache
from pathlib import Path

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


def fresh_record(settings: TrackerSettings) -> Database:
    """An empty record at this program's version where the settings say."""
    database = Database(settings)
    path = Path(database.url.database or "")
    if not path.exists():
        path.write_bytes(_migrated())
    return database
