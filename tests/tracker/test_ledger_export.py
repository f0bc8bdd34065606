"""The record taken out: every table that figures rest on, under names that stay, without what is nobody's business."""

import json
import re
import tracemalloc
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import event, insert, select
from sqlalchemy.orm import Session

from reports.tables import Format, write_tables
from tests.builders import NOW, SHA256
from tests.tracker.sightings import HOURS, a_fault, seen, tell
from tests.tracker.telling import (
    MONDAY,
    WEEKS,
    a_site_of,
    a_unit,
    answered,
    confirmed,
    corrected,
    prepare,
    stands,
    told,
    withdrawn,
)
from tracker import models
from tracker.audit import START, add_link, head, link_hash
from tracker.database import Database
from tracker.ledger_export import ledger_tables, manifest

OURS = frozenset({"source-broken"})
DOCUMENT = Path(__file__).parents[2] / "docs" / "ledger-export.md"
CONTACT = "zhangsan@jyj.yunze.example"


def exported(database: Database, folder: Path, at: datetime = NOW, format: Format = "json") -> dict[str, Any]:
    """Written as the command writes it; what the manifest says."""
    with database.reading() as session:
        write_tables(
            folder,
            format,
            "ledger",
            ledger_tables(session, OURS),
            lambda written: manifest(session, written, format=format, at=at, program="0.1.0"),
        )
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
    return found


def lines(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text("utf-8").splitlines()]


def taken_out(database: Database, table: str) -> list[dict[str, Any]]:
    """One table as it comes, without a file."""
    with database.reading() as session:
        (found,) = (each for each in ledger_tables(session, OURS) if each.name == table)
        names = [column[0] for column in found.columns]
        return [dict(zip(names, row, strict=True)) for row in found.rows]


def a_lived_city(database: Database) -> None:
    """Two notices of week 47: one answered, one withdrawn; a site that moved, an account, a contact on record."""
    with database.writing() as session:
        water, roads = a_unit(session), a_unit(session, "云泽市交通局")
        for unit in session.scalars(select(models.Unit)):
            unit.contact, unit.email, unit.more = "张三", CONTACT, {"手机": "13800000000"}
        site, other = a_site_of(session, water, "4199000001"), a_site_of(session, roads, "4199000002")
        stands(session, other, water, since=date(2026, 6, 1))
        for target in session.scalars(select(models.Target)):
            target.contact, target.email, target.more = "李四", CONTACT, {"邮箱": CONTACT}
        confirmed(session, "通知公告", target_id=site)
        confirmed(session, "政策文件", target_id=other)
        (notice,) = told(session)
        answered(session, notice, MONDAY + HOURS)
        add_link(session, "mail", {"recipient": CONTACT, "by": "张三"}, MONDAY)


# -- what is taken out ------------------------------------------------------------------------------------


def test_the_manifest_says_what_when_and_how_far_the_chain_goes(database: Database, tmp_path: Path) -> None:
    a_lived_city(database)
    said = exported(database, tmp_path)
    with database.reading() as session:
        links, last = head(session)
    assert said["what"] == "xunjian ledger"
    assert (said["at"], said["program"], said["format"]) == ("2026-11-24T01:00:00+00:00", "0.1.0", "json")
    assert said["chain"] == {"links": links, "head": last}
    for name, table in said["tables"].items():
        assert table == {"file": f"{name}.jsonl", "rows": len(lines(tmp_path, name))}
    assert said["tables"]["moves"]["rows"] > 0


def test_an_empty_record_is_exported_too(database: Database, tmp_path: Path) -> None:
    said = exported(database, tmp_path)
    assert {table["rows"] for table in said["tables"].values()} == {0}
    assert said["chain"] == {"links": 0, "head": START}


def test_a_notice_comes_with_when_it_was_signed_and_withdrawn(database: Database) -> None:
    with database.writing() as session:
        first, second = a_unit(session), a_unit(session, "云泽市交通局")
        for number, unit in enumerate((first, second), 1):
            confirmed(session, target_id=a_site_of(session, unit, f"419900000{number}"))
        taken_back, put_straight = told(session)
        withdrawn(session, taken_back, MONDAY + 2 * HOURS)
        corrected(session, put_straight, MONDAY + 3 * HOURS)
    facts = [
        (row["kind"], row["state"], row["about"], row["signed_at"], row["withdrawn_at"])
        for row in taken_out(database, "notices")
    ]
    assert facts == [
        ("weekly", "withdrawn", None, MONDAY, MONDAY + 2 * HOURS),
        ("weekly", "signed", None, MONDAY, None),
        ("withdrawal", "signed", 1, MONDAY + 2 * HOURS, None),
        ("correction", "signed", 2, MONDAY + 3 * HOURS, None),
    ]


def test_a_draft_has_no_number_and_was_not_signed(database: Database) -> None:
    with database.writing() as session:
        confirmed(session, target_id=a_site_of(session, a_unit(session), "4199000001"))
        prepare(session)
    (draft,) = taken_out(database, "notices")
    assert (draft["state"], draft["number"], draft["dated"], draft["signed_at"]) == (
        "drafted",
        "",
        None,
        None,
    )
    assert [item["part"] for item in taken_out(database, "items")] == ["new"]


def test_the_operators_own_faults_are_marked(database: Database) -> None:
    with database.writing() as session:
        site = a_site_of(session, a_unit(session), "4199000001")
        tell(session, seen(a_fault(), target_id=site), seen(a_fault(check="source-broken"), target_id=site))
    marked = {row["check"]: row["operator"] for row in taken_out(database, "issues")}
    assert marked == {"column-blank": False, "source-broken": True}


def test_a_target_stands_where_it_stood_with_open_ends(database: Database) -> None:
    a_lived_city(database)
    stood = [tuple(row.values()) for row in taken_out(database, "standings")]
    assert stood == [
        (1, "云泽市水利局", "running", None, None),
        (2, "云泽市交通局", "running", None, date(2026, 5, 31)),
        (2, "云泽市水利局", "running", date(2026, 6, 1), None),
    ]


def test_entries_come_as_counts(database: Database) -> None:
    with database.writing() as session:
        site = a_site_of(session, a_unit(session), "4199000001")
        rows = [("通知公告", NOW), ("通知公告", NOW - WEEKS), ("通知公告", None), ("政策文件", None)]
        for number, (place, published) in enumerate(rows):
            fact = {"title": "某事", "url": "", "first_seen": NOW, "last_seen": NOW}
            session.add(
                models.Entry(target_id=site, place=place, digest=str(number), published=published, **fact)
            )
    assert [tuple(row.values()) for row in taken_out(database, "entries")] == [
        (1, "政策文件", 1, 0, None, None),
        (1, "通知公告", 3, 2, NOW - WEEKS, NOW),
    ]


def test_moments_are_in_utc_and_days_are_days(database: Database, tmp_path: Path) -> None:
    a_lived_city(database)
    exported(database, tmp_path)
    notice = lines(tmp_path, "notices")[0]
    assert (notice["dated"], notice["signed_at"]) == ("2026-11-23", "2026-11-23T01:00:00+00:00")
    assert lines(tmp_path, "moves")[0]["evidence"] == [SHA256]


def test_the_chain_can_be_hashed_again_from_the_export(database: Database, tmp_path: Path) -> None:
    a_lived_city(database)
    said = exported(database, tmp_path)
    before = START
    for link in lines(tmp_path, "links"):
        assert link["before"] == before
        if link["payload"] is not None:  # what was decided about a mail names its recipient
            recorded = datetime.fromisoformat(link["recorded_at"])
            assert link["hash"] == link_hash(before, recorded, link["what"], link["payload"])
        before = link["hash"]
    assert before == said["chain"]["head"]
    assert [link["what"] for link in lines(tmp_path, "links") if link["payload"] is None] == ["mail"]


# -- pages ------------------------------------------------------------------------------------------------


def fetched(session: Session, target_id: int, sha256: str, url: str, at: datetime) -> None:
    """A look of its own with this page."""
    days = session.scalars(select(models.Round).where(models.Round.day == at.date())).first()
    if days is None:
        days = models.Round(day=at.date(), at=at, started_at=at, finished_at=at)
        session.add(days)
        session.flush()
    visit = models.Visit(round_id=days.id, target_id=target_id, day=at.date(), state="visited", visited_at=at)
    session.add(visit)
    session.flush()
    look = models.Look(visit_id=visit.id, target_id=target_id, ordinal=1, at=at, seen=b"{}")
    session.add(look)
    session.flush()
    session.add(models.Page(look_id=look.id, url=url, status=200, sha256=sha256, size=1, fetched_at=at))


def test_only_pages_that_a_move_rests_on_are_named_each_with_its_first_fetch(database: Database) -> None:
    with database.writing() as session:
        site = a_site_of(session, a_unit(session), "4199000001")
        tell(session, seen(a_fault(), target_id=site))  # rests on SHA256
        fetched(session, site, SHA256, "https://www.yunze.test/a?id=1", NOW)
        fetched(session, site, SHA256, "https://www.yunze.test/b", NOW + timedelta(days=1))
        fetched(session, site, "af" * 32, "https://www.yunze.test/c", NOW + timedelta(days=2))
    assert taken_out(database, "pages") == [
        {"sha256": SHA256, "url": "https://www.yunze.test/a?id=1", "fetched_at": NOW, "kind": "site"}
    ]


def test_a_key_in_an_accounts_address_stays_here(database: Database) -> None:
    with database.writing() as session:
        account = a_site_of(session, a_unit(session), "gh_000000000001")
        session.get_one(models.Target, account).kind = "account"
        session.get_one(models.Target, account).url = "https://me:pass@bridge.test/feed?key=s3cret"
        tell(session, seen(a_fault(), target_id=account))
        fetched(session, account, SHA256, "https://me:pass@bridge.test/feed?key=s3cret", NOW)
    assert [page["url"] for page in taken_out(database, "pages")] == ["https://bridge.test/feed"]
    assert [target["url"] for target in taken_out(database, "targets")] == [""]


@pytest.mark.parametrize("format", ["json", "csv"])
def test_no_contact_goes_out(database: Database, tmp_path: Path, format: Format) -> None:
    a_lived_city(database)
    exported(database, tmp_path / "out", format=format)
    written = "".join(path.read_text("utf-8") for path in (tmp_path / "out").iterdir())
    assert "云泽市水利局" in written
    for private in (CONTACT, "13800000000", "李四"):
        assert private not in written


# -- the forms, the names ---------------------------------------------------------------------------------


def test_the_workbook_has_a_sheet_for_every_table(database: Database, tmp_path: Path) -> None:
    a_lived_city(database)
    said = exported(database, tmp_path, format="xlsx")
    book = load_workbook(tmp_path / "ledger.xlsx")
    assert {table["file"] for table in said["tables"].values()} == {"ledger.xlsx"}
    assert [sheet.max_row - 1 for sheet in book] == [table["rows"] for table in said["tables"].values()]
    assert len(book.sheetnames) == len(said["tables"])


def documented() -> list[tuple[str, str, str]]:
    """Table, column and heading of every row of the document."""
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| ([^|]+?) \|", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    return [(table, column, heading) for table, column, heading in rows]


def test_the_document_names_every_table_and_column_and_no_other(database: Database) -> None:
    with database.reading() as session:
        known = [
            (table.name, name, heading)
            for table in ledger_tables(session, OURS)
            for name, heading, _ in table.columns
        ]
    assert documented() == known


# -- however long it is -----------------------------------------------------------------------------------


def test_a_table_takes_one_query_however_long_it_is(database: Database, tmp_path: Path) -> None:
    a_lived_city(database)
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement.split()[0])

    event.listen(database._reader, "before_cursor_execute", note)
    said = exported(database, tmp_path)
    and_two_more = len(said["tables"]) + 2  # what the moves rest on, and the head of the chain
    assert Counter(statements) == {"BEGIN": 1, "SELECT": and_two_more}


def some_moves(session: Session, count: int) -> None:
    """Of one issue, each with a link of its own and a reason of some length."""
    last, _ = head(session)
    numbers = range(last + 1, last + count + 1)
    link = {"recorded_at": NOW, "what": "move", "payload": "{}", "before": START}
    session.execute(
        insert(models.Link), [link | {"id": number, "hash": f"{number:064}"} for number in numbers]
    )
    move = {"issue_id": 1, "at": NOW, "event": "seen again", "from_state": "rectified"}
    move |= {"to_state": "confirmed", "by": "巡检系统", "why": "栏目没有任何内容" * 20, "evidence": [SHA256]}
    session.execute(insert(models.Move), [move | {"link_id": number} for number in numbers])


def peak_bytes(database: Database, folder: Path) -> int:
    tracemalloc.start()
    try:
        exported(database, folder)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_three_times_the_moves_take_no_more_memory(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        tell(session, seen(a_fault(), target_id=a_site_of(session, a_unit(session), "4199000001")))
        some_moves(session, 1_000)
    exported(database, tmp_path)  # whatever is loaded once
    few = peak_bytes(database, tmp_path)
    with database.writing() as session:
        some_moves(session, 2_000)
    assert peak_bytes(database, tmp_path) < few + 300_000
