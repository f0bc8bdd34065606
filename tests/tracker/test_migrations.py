from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Connection,
    Date,
    DateTime,
    LargeBinary,
    MetaData,
    Table,
    select,
    text,
)
from sqlalchemy.dialects import sqlite

from tracker.database import Database, _alembic
from tracker.models import Base, Issue, Move
from tracker.settings import TrackerSettings
from tracker.types import Packed

RELEASED = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
"""Schemas that offices may have."""
MOMENT = datetime(2026, 11, 24, 1, tzinfo=UTC)


def test_the_migrations_build_exactly_the_tables_of_the_models(tmp_path: Path) -> None:
    database = Database(TrackerSettings(database_url=f"sqlite:///{tmp_path}/x.db"))

    database.upgrade()

    with database._reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        assert compare_metadata(context, Base.metadata) == []


def test_an_upgrade_of_a_current_database_changes_nothing(tmp_path: Path) -> None:
    database = Database(TrackerSettings(database_url=f"sqlite:///{tmp_path}/x.db"))
    database.upgrade()

    assert database.upgrade() == database.version()


def test_a_record_of_the_first_version_keeps_its_issues(tmp_path: Path) -> None:
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


# -- every released schema, with something in every table -------------------------------------------------

Rows = dict[str, list[dict[str, Any]]]


def test_every_schema_before_this_one_is_tried() -> None:
    script = ScriptDirectory.from_config(_alembic())
    assert {*RELEASED, script.get_current_head()} == {each.revision for each in script.walk_revisions()}


@pytest.mark.parametrize("version", RELEASED)
def test_a_full_record_of_each_released_version_is_brought_up_to_date_and_loses_nothing(
    tmp_path: Path, version: str
) -> None:
    database = Database(TrackerSettings(database_url=f"sqlite:///{tmp_path}/x.db"))
    with database._writer.begin() as connection:
        command.upgrade(_alembic(connection), version)
        tables = reflected(connection)
        for table in tables:
            for number in (1, 2):
                connection.execute(table.insert(), a_row(table, number))
        before = rows_of(connection, tables)

    assert database.upgrade() == version

    with database._writer.begin() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
        assert rows_of(connection, tables) == before
    with database.reading() as session:
        for model in Base.__subclasses__():
            known = len(before.get(model.__tablename__, ()))
            assert len(session.scalars(select(model)).all()) == known, (
                model
            )  # each value is one to the program, too
    database.close()


def reflected(connection: Connection) -> list[Table]:
    """The tables as they are, those first that others refer to."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def a_row(table: Table, number: int) -> dict[str, Any]:
    """Refers to the rows of the same number in other tables."""
    return {column.name: a_value(table, column, number) for column in table.columns}


def a_value(table: Table, column: Column[Any], number: int) -> Any:
    if column.foreign_keys or column.primary_key:
        return number if column.type.python_type is int else f"{table.name}{number}"
    if isinstance(column.type, DateTime):
        return MOMENT.replace(day=number)
    if isinstance(column.type, Date):
        return date(2026, 11, number)
    if isinstance(column.type, LargeBinary):
        return Packed().process_bind_param(b"{}", sqlite.dialect())
    if isinstance(column.type, JSON):
        return {}
    if isinstance(column.type, Boolean):
        return number == 1
    return number if issubclass(column.type.python_type, int | float) else f"{column.name}{number}"


def rows_of(connection: Connection, tables: list[Table]) -> Rows:
    """What these tables hold, in the columns that they had."""
    return {
        table.name: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables
    }
