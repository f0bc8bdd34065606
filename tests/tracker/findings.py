"""A small city on record and files of findings about it, with defaults."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from tests.builders import NOW
from tests.tracker.sightings import HOURS, a_fault, seen, tell
from tracker import queries
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.findings import Outcome, import_findings
from tracker.models import Base, Issue, Link, Move, SeenColumn, Standing, Target, Unit
from tracker.verification import verify

EDUCATION, WATER, ACCOUNT = "4199000001", "4199000002", "gh_000000000001"
LATER = NOW + timedelta(days=3)
PNG = b"\x89PNG\r\n\x1a\n" + b"a picture"


def a_city(database: Database) -> None:
    """Two websites and an account, all inspected; numbered 1, 2, 3."""
    with database.writing() as session:
        session.add(Unit(name="云泽市教育局"))
        session.flush()
        for kind, key, name in (
            ("site", EDUCATION, "云泽市教育局"),
            ("site", WATER, "云泽市水利局"),
            ("account", ACCOUNT, "云泽发布"),
        ):
            target = Target(kind=kind, key=key, name=name, unit_id=1, opened_on=None)
            session.add(target)
            session.flush()
            session.add(
                Standing(target_id=target.id, unit_id=1, state="running", valid_from=None, valid_to=None)
            )


def a_seen_column(database: Database, path: str, url: str = "", target_id: int = 1) -> None:
    with database.writing() as session:
        session.add(
            SeenColumn(
                target_id=target_id, path=path, url=url, found_by="navigation", first_seen=NOW, last_seen=NOW
            )
        )


def a_row(subject: str = "通知公告", **more: Any) -> dict[str, Any]:
    facts = {
        "target": EDUCATION,
        "check": "column-blank",
        "url": "",
        "subject": subject,
        "detail": "栏目没有任何内容",
    }
    return facts | more


def a_file(folder: Path, *rows: dict[str, Any] | str, name: str = "findings.jsonl") -> Path:
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    path = folder / name
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


def imported(
    database: Database,
    path: Path,
    at: datetime = LATER,
    *,
    complete: Sequence[str] = (),
    only: Sequence[str] = (),
    dry_run: bool = False,
) -> Outcome:
    """Take the file in; whatever it was, the record verifies afterwards."""
    store = EvidenceStore(path.parent / "evidence")
    outcome = import_findings(
        database,
        store,
        path,
        at=at,
        by="张三",
        recorded_at=NOW,
        complete=complete,
        only=only,
        dry_run=dry_run,
    )
    with database.reading() as session:
        assert list(verify(session, store)) == []
    return outcome


def a_round_saw(
    database: Database,
    key: str = "新闻中心 > 通知公告",
    *times: datetime,
    facts: str = "0条",
    check: str = "column-blank",
    needs_person: bool = False,
    url: str = "https://jy.yunze.test/tzgg/",
    target_id: int = 1,
) -> None:
    """The round saw this fault then; twice makes an issue of it."""
    verdict = replace(
        a_fault(key, facts=facts, check=check, needs_person=needs_person),
        subject=key.rpartition(" > ")[2],
        url=url,
        evidence=(),
    )
    with database.writing() as session:
        tell(session, *(seen(verdict, at, target_id=target_id) for at in times or (NOW,)))


def a_confirmed_column(database: Database, key: str = "新闻中心 > 通知公告", **more: Any) -> None:
    """Two looks of the round said that it is blank."""
    a_round_saw(database, key, NOW, NOW + 7 * HOURS, **more)


def issues(database: Database) -> list[Issue]:
    with database.reading() as session:
        return list(session.scalars(select(Issue).order_by(Issue.id)))


def printed(database: Database) -> list[dict[str, Any]]:
    """As `issues list --format json` prints them."""
    with database.reading() as session:
        return [queries.issue_fields(issue, target) for issue, target in queries.issues(session)]


def states(database: Database) -> dict[str, str]:
    """Subject key -> state of its newest issue."""
    return {issue.subject_key: issue.state for issue in issues(database)}


def moves(database: Database) -> list[Move]:
    with database.reading() as session:
        return list(session.scalars(select(Move).order_by(Move.id)))


def links(database: Database, what: str = "findings") -> list[dict[str, Any]]:
    with database.reading() as session:
        query = select(Link.payload).where(Link.what == what).order_by(Link.id)
        return [json.loads(payload) for payload in session.scalars(query)]


def everything(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))]
            for table in Base.metadata.sorted_tables
        }
