from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import select, text

from tracker.database import Database, _alembic
from tracker.models import Base, Issue, Move
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


def test_a_record_of_the_first_version_keeps_its_issues(tmp_path):
    database = Database(TrackerSettings(database_url=f"sqlite:///{tmp_path}/x.db"))
    with database._writer.begin() as connection:
        command.upgrade(_alembic(connection), "0001")
    with database._writer.begin() as connection:
        for row in (
            "INSERT INTO unit (id, name, parent, overseer, contact, email, more) VALUES (1, '云泽市教育局', '', '', '', '', '{}')",
            "INSERT INTO target (id, kind, key, name, unit_id, url, platform, site_type, contact, email, state, more)"
            " VALUES (1, 'site', '4199000001', '云泽市教育局', 1, '', '', '', '', '', 'running', '{}')",
            "INSERT INTO issue (id, target_id, check_id, subject_key, subject, url, detail, state, needs_person, by_person,"
            " facts, relapses, source, first_seen, last_seen, observed_at, observed_ordinal) VALUES (1, 1, 'column-blank',"
            " '通知公告', '通知公告', '', '', 'confirmed', 0, 0, '', 0, 'round', '2026-11-24 01:00:00',"
            " '2026-11-24 01:00:00', '2026-11-24 01:00:00', 1)",
            "INSERT INTO link (id, recorded_at, what, payload, before, hash) VALUES (1, '2026-11-24 01:00:00', 'move', '{}', '', 'x')",
            "INSERT INTO move (id, issue_id, at, event, from_state, to_state, by, why, evidence, link_id) VALUES (1, 1,"
            " '2026-11-24 01:00:00', 'seen again', 'suspected', 'confirmed', '巡检', '', '[]', 1)",
        ):
            connection.execute(text(row))

    assert database.upgrade() == "0001"

    with database.reading() as session:
        (issue,) = session.scalars(select(Issue)).all()
        assert session.scalars(select(Move.issue_id)).all() == [issue.id]
    assert (issue.state, issue.rendered, issue.due_on) == ("confirmed", False, None)
