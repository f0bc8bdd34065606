"""Insert rows or bring those that are there up to date, in one statement; SQLite and PostgreSQL say it alike."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from tracker.models import Base


def upsert(
    session: Session,
    table: type[Base],
    rows: Sequence[dict[str, Any]],
    key: Sequence[str],
    refresh: Sequence[str],
    where: ColumnElement[bool] | None = None,
) -> None:
    """`key` names the columns of the unique constraint, `refresh` those that an existing row takes from the new one, if it
    is such as `where` says."""
    if not rows:
        return
    dialect = session.get_bind().dialect.name
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    if refresh:
        insert = insert.on_conflict_do_update(
            index_elements=list(key), set_={name: insert.excluded[name] for name in refresh}, where=where
        )
    else:
        insert = insert.on_conflict_do_nothing(index_elements=list(key))
    session.connection().execute(insert, list(rows))
