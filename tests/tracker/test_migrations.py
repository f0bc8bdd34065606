from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tracker.database import Database
from tracker.models import Base
from tracker.settings import TrackerSettings


def test_the_migrations_build_exactly_the_tables_of_the_models(tmp_path):
    database = Database(TrackerSettings(database_url=f"sqlite:///{tmp_path}/x.db"))

    database.upgrade()

    with database._reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_of_a_current_database_changes_nothing(tmp_path):
    database = Database(TrackerSettings(database_url=f"sqlite:///{tmp_path}/x.db"))
    database.upgrade()

    assert database.upgrade() == database.version()
