"""A 对照账号 tells whether a bridge lives, and stands in nothing that the office prints."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reports.bulletin import bulletin_of, opening, scope
from reports.daily import fields, lines
from reports.figures import count
from reports.settings import ReportSettings
from tests.builders import NOW
from tests.tracker.accounts import DAY, a_road_with, a_row, key, looked, registered
from tests.tracker.sightings import a_fault, seen, tell
from tests.tracker.telling import prepare, sign
from tests.tracker.test_ledger_export import exported
from tests.tracker.test_ledger_export import lines as exported_lines
from tracker import health, queries
from tracker.database import Database
from tracker.figure_facts import AsKnown, visit_rows
from tracker.periods import Period
from tracker.publications import published
from tracker.rating_facts import ratings

OURS = [a_row(1), a_row(2, 采集地址=""), a_row(3, 状态="已注销")]
CONTROLS = [a_row(7, 对照="是", 主办单位="大报社"), a_row(8, 对照="是", 主办单位="云泽市水利局")]
STARTS = NOW - 12 * DAY


def a_fortnight(database: Database, folder: Path, *rows: dict[str, str]) -> None:
    registered(database, folder, *OURS, *rows, at=STARTS - DAY)
    for number in range(0, 13, 3):
        at = STARTS + number * DAY
        roads = {key(1): a_road_with(20 + number, at=at), key(3): a_road_with(400, at=at)}
        looked(database, roads | {key(each): a_road_with(0, at=at) for each in (7, 8)}, at)
    with database.writing() as session:
        for at in (NOW - 8 * DAY, NOW - 7 * DAY):
            fault = a_fault("云泽第1号", check="account-stale")
            tell(session, seen(fault, at), seen(fault, at + timedelta(hours=7)))
        prepare(session)
        sign(session)
    registered(
        database, folder, *OURS, *(row | {"状态": "已注销"} for row in rows), at=NOW - timedelta(hours=1)
    )


def printed(database: Database, folder: Path) -> dict[str, Any]:
    period, known = Period.named("2026-Q4"), AsKnown(NOW)
    with database.reading() as session:
        day = queries.day(session, NOW)
        bulletin = bulletin_of(session, period, NOW, ReportSettings(), {}, ())
        newest = health.newest_round(session)
        exported(database, folder)
        return {
            "daily": list(lines(day, {})),
            "daily json": json.dumps(fields(day), ensure_ascii=False),
            "figures": count(session, period, NOW, ()).flat(),
            "ratings": [(each.key, str(each.rating)) for each in ratings(session, period, known)],
            "bulletin": (opening(bulletin), scope(bulletin)),
            "rows": list(visit_rows(session, "account", ("visited", "failed"), period, known)),
            "published": [each.key for each in published(session, period, known)],
            "health": newest and (newest.of, newest.covered),
            "visits": [row | {"target": 0} for row in exported_lines(folder, "visits")],
            "standings": [
                row | {"target": 0}
                for row in exported_lines(folder, "standings")
                if row["state"] != "control"
            ],
            "entries": [row["entries"] for row in exported_lines(folder, "entries")],
        }


@pytest.fixture
def other(tmp_path: Path) -> Database:
    from tests.records import fresh_record
    from tracker.settings import TrackerSettings

    return fresh_record(TrackerSettings(database_url=f"sqlite:///{tmp_path}/other.db"))


def test_no_printed_figure_changes_when_control_accounts_are_added(
    database: Database, other: Database, tmp_path: Path
) -> None:
    a_fortnight(database, tmp_path)
    a_fortnight(other, tmp_path, *CONTROLS)

    without, with_them = printed(database, tmp_path / "a"), printed(other, tmp_path / "b")

    assert with_them == without
    assert without["figures"]["2026-Q4/account/监控对象"] == 2
    assert without["figures"]["2026-Q4/account/家次"] == 1
    assert without["figures"]["2026-Q4/account/应检"] == 10
    other.close()
