"""The recount by others: figures written by hand beside the years that they are counted from."""

import ast
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from reports.figures import count
from tests.tracker.findings import EDUCATION
from tests.tracker.sightings import HOURS, a_fault, seen, tell
from tests.tracker.telling import (
    a_site_of,
    a_unit,
    confirmed,
    dismissed,
    put_right,
    seen_faulty,
    stands,
    told,
    withdrawn,
)
from tests.tracker.test_ledger_export import OURS, exported
from tracker import models
from tracker.database import Database
from tracker.periods import Period
from tracker.waivers import waive

SCRIPT = Path(__file__).parents[2] / "docs" / "recount.py"
AT = "2026-01-31T12:00:00+08:00"

Figures = dict[str, int]


def recounted(folder: Path, year: str = "2025", *as_of: str) -> Figures:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(folder), year, *as_of],
        capture_output=True,
        encoding="utf-8",
        check=False,
        cwd=folder,
        env={"PYTHONUTF8": "1"},
    )
    assert (done.returncode, done.stderr) == (0, "")
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    assert max(Counter(address for address, _ in lines).values()) == 1
    return {address: int(number) for address, number in lines}


def counted(figures: Figures, kind: str = "site") -> Figures:
    """Name -> figure of one kind, where there is something to count."""
    return {
        address.split("/", 2)[2]: number
        for address, number in figures.items()
        if address.split("/")[1] == kind and number
    }


# -- exports written by hand ------------------------------------------------------------------------------


class Export:
    """Rows of an export, with defaults. Without moves of its own an issue was found and notified in May."""

    def __init__(self) -> None:
        self.rows: dict[str, list[dict[str, Any]]] = {
            name: [] for name in ("targets", "standings", "visits", "issues", "moves", "notices", "items")
        }

    def add(self, table: str, **row: Any) -> int:
        self.rows[table].append({"id": len(self.rows[table]) + 1} | row)
        return len(self.rows[table])

    def target(self, kind: str = "site", platform: str = "") -> int:
        return self.add("targets", kind=kind, platform=platform)

    def standing(self, target: int, since: str | None, until: str | None, state: str = "running") -> None:
        self.add("standings", target=target, state=state, valid_from=since, valid_to=until)

    def issue(
        self,
        target: int,
        *states: str,
        check: str = "column-blank",
        on: str = "2025-05-05",
        own: bool = False,
    ) -> int:
        """`states`: "rectified 2025-06-01" moves it then; a word by itself moves it on the day `on`."""
        issue = self.add("issues", target=target, check=check, operator=own)
        before = ""
        for state in states or ("suspected", "confirmed", "notified"):
            word, _, at = state.partition(" ")
            at = at or f"{on}T09:00:00+08:00"
            self.add(
                "moves", issue=issue, at=at if "T" in at else f"{at}T09:00:00+08:00", **_step(before, word)
            )
            before = word
        return issue

    def notice(
        self, *items: tuple[int, str], dated: str = "2025-05-12", unit: str = "市水利局", **more: Any
    ) -> int:
        """`items`: issue and part."""
        facts = {"signed_at": f"{dated}T09:00:00+08:00", "withdrawn_at": None}
        notice = self.add("notices", unit=unit, dated=dated, **facts | more)
        for issue, part in items:
            target = self.rows["issues"][issue - 1]["target"]
            self.add("items", notice=notice, issue=issue, target=target, part=part)
        return notice

    def write(self, folder: Path, at: str = AT) -> Path:
        tables = {}
        for name, rows in self.rows.items():
            text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
            (folder / f"{name}.jsonl").write_text(text, "utf-8")
            tables[name] = {"file": f"{name}.jsonl", "rows": len(rows)}
        (folder / "manifest.json").write_text(json.dumps({"at": at, "tables": tables}), "utf-8")
        return folder


def _step(before: str, word: str) -> dict[str, str]:
    return {"from": before, "to": word}


@pytest.fixture
def export() -> Export:
    return Export()


def the_figures(export: Export, folder: Path, *as_of: str, kind: str = "site") -> Figures:
    return counted(recounted(export.write(folder), "2025", *as_of), kind)


# -- 家次 -------------------------------------------------------------------------------------------------


def test_two_faults_of_a_site_in_one_notice_are_one_pair_and_two_issues(
    export: Export, tmp_path: Path
) -> None:
    site = export.target()
    export.notice((export.issue(site), "new"), (export.issue(site, check="home-stale"), "new"))
    assert the_figures(export, tmp_path) == {
        "确认问题": 2,
        "家次": 1,
        "家次/月=5": 1,
        "家次/单位=市水利局": 1,
        "家次/检查项=column-blank": 1,
        "家次/检查项=home-stale": 1,
        "家": 1,
        "问题": 2,
        "问题/月=5": 2,
        "问题/单位=市水利局": 2,
        "问题/检查项=column-blank": 1,
        "问题/检查项=home-stale": 1,
        "整改中": 2,
        "通知": 1,
    }


def test_what_only_repeats_stands_beside_the_pairs_and_not_among_them(export: Export, tmp_path: Path) -> None:
    first, second = export.target(), export.target()
    old, other, fresh = export.issue(first), export.issue(second), export.issue(second, check="home-stale")
    export.notice((old, "new"), (other, "new"), dated="2025-05-12")
    export.notice((old, "again"), (other, "again"), (fresh, "new"), dated="2025-06-16")
    export.notice((fresh, "rectified"), dated="2025-07-14")
    figures = the_figures(export, tmp_path)
    assert (figures["家次"], figures["再次通知家次"], figures["家"], figures["问题"]) == (3, 1, 2, 3)
    assert (figures["家次/月=5"], figures["家次/月=6"]) == (2, 1)
    assert figures["通知"] == 2


def test_a_relapse_that_is_named_again_is_a_new_pair_of_the_same_issue(
    export: Export, tmp_path: Path
) -> None:
    life = (
        "suspected",
        "confirmed",
        "notified",
        "rectified 2025-06-01",
        "confirmed 2025-07-01",
        "notified 2025-07-07",
    )
    issue = export.issue(export.target(), *life)
    export.notice((issue, "new"), dated="2025-05-12")
    export.notice((issue, "new"), dated="2025-07-07")
    figures = the_figures(export, tmp_path)
    assert (figures["家次"], figures["家"], figures["问题"], figures["问题反弹"]) == (2, 1, 1, 1)
    assert (figures["问题/月=5"], figures["问题/月=7"], figures["确认问题"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("withdrawn_at", "as_of", "pairs"),
    [
        ("2025-06-01T12:00:00+08:00", "2025-06-01T11:59:59+08:00", 1),
        ("2025-06-01T12:00:00+08:00", "2025-06-01T12:00:00+08:00", 0),
        ("2025-06-01T12:00:00+08:00", "2025-06-01", 0),
        ("2025-06-01T12:00:00+08:00", "2025-05-31", 1),
        ("2025-06-01T04:00:00+00:00", "2025-06-01T03:59:59Z", 1),
        ("2025-06-01T04:00:00.500000+00:00", "2025-06-01T12:00:01", 0),
        (None, "2025-06-01", 1),
    ],
)
def test_a_withdrawn_notice_counts_until_it_is_withdrawn(
    export: Export, tmp_path: Path, withdrawn_at: str | None, as_of: str, pairs: int
) -> None:
    export.notice((export.issue(export.target()), "new"), withdrawn_at=withdrawn_at)
    assert the_figures(export, tmp_path, as_of).get("家次", 0) == pairs


def test_a_notice_counts_from_its_signing_on_and_a_draft_never(export: Export, tmp_path: Path) -> None:
    site = export.target()
    export.notice((export.issue(site), "new"), dated="2025-05-12")
    export.notice((export.issue(site), "new"), dated=None, signed_at=None)  # type: ignore[arg-type]
    folder = export.write(tmp_path)
    for as_of, pairs in [
        ("2025-05-11", 0),
        ("2025-05-12T08:59", 0),
        ("2025-05-12T09:00", 1),
        ("2025-05-12", 1),
    ]:
        assert counted(recounted(folder, "2025", as_of)).get("家次", 0) == pairs


def test_notices_belong_to_the_year_of_their_date(export: Export, tmp_path: Path) -> None:
    site = export.target()
    for dated in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"):
        export.notice((export.issue(site), "new"), dated=dated)
    folder = export.write(tmp_path)
    assert [counted(recounted(folder, year))["家次"] for year in ("2024", "2025", "2026")] == [1, 2, 1]


def test_kinds_are_counted_apart_also_within_one_notice(export: Export, tmp_path: Path) -> None:
    site, account = export.target(), export.target("account", "微博")
    export.notice((export.issue(site), "new"), (export.issue(account, check="account-stale"), "new"))
    figures = recounted(export.write(tmp_path))
    assert (figures["2025/site/家次"], figures["2025/account/家次"]) == (1, 1)
    assert (figures["2025/site/通知"], figures["2025/account/通知"]) == (1, 1)
    assert figures["2025/account/家次/平台=微博"] == 1
    assert not [address for address in figures if "site" in address and "平台" in address]


def test_a_target_that_moved_is_counted_under_both_units_and_once_in_all(
    export: Export, tmp_path: Path
) -> None:
    site = export.target()
    export.standing(site, None, "2025-06-30")
    export.standing(site, "2025-07-01", None)
    export.notice((export.issue(site), "new"), dated="2025-05-12", unit="市水利局")
    export.notice((export.issue(site), "new"), dated="2025-08-04", unit="市交通局")
    figures = the_figures(export, tmp_path)
    assert (figures["家次"], figures["家"], figures["监控对象"]) == (2, 1, 1)
    assert (figures["家次/单位=市水利局"], figures["家次/单位=市交通局"]) == (1, 1)


def test_faults_of_the_operators_own_never_count(export: Export, tmp_path: Path) -> None:
    account = export.target("account", "微信")
    life = ("confirmed", "waived", "confirmed", "rectified", "confirmed")
    export.notice((export.issue(account, *life, check="source-broken", own=True), "new"))
    assert the_figures(export, tmp_path, kind="account") == {}


# -- what became of them ----------------------------------------------------------------------------------


def test_issues_are_split_by_where_they_stood_at_the_moment(export: Export, tmp_path: Path) -> None:
    site = export.target()
    ends = ["rectified", "rectified", "closed", "dismissed", "waived", "replied", "notified", "confirmed"]
    found = [export.issue(site, "confirmed", "notified", f"{end} 2025-06-01") for end in ends]
    export.notice(*((issue, "new") for issue in found))
    folder = export.write(tmp_path)
    later = counted(recounted(folder, "2025"))
    assert later["已整改（销号）"] == 2
    assert later["已整改（关停注销）"] == later["已排除（误报）"] == later["已报备暂不计"] == 1
    assert later["整改中"] == 3
    earlier = counted(recounted(folder, "2025", "2025-05-31"))
    assert (earlier["问题"], earlier["整改中"]) == (8, 8)


def test_the_last_move_is_the_one_that_was_written_last(export: Export, tmp_path: Path) -> None:
    """An old ledger that comes in late tells of moves before those on record."""
    issue = export.issue(
        export.target(), "suspected 2025-05-05", "confirmed 2025-05-06", "rectified 2025-05-04"
    )
    export.notice((issue, "new"))
    assert the_figures(export, tmp_path)["已整改（销号）"] == 1


def test_a_confirmation_counts_once_and_not_when_an_issue_comes_back(export: Export, tmp_path: Path) -> None:
    site = export.target()
    for before in ("", "suspected", "pending"):
        export.issue(site, *([before] if before else []), "confirmed")
    for before in ("rectified", "waived", "notified", "replied"):
        export.issue(
            site, "suspected 2024-05-05", "confirmed 2024-05-06", f"{before} 2024-06-01", "confirmed"
        )
    figures = the_figures(export, tmp_path)
    assert (figures["确认问题"], figures["问题反弹"]) == (3, 1)


def test_every_waiver_counts(export: Export, tmp_path: Path) -> None:
    export.issue(export.target(), "confirmed", "waived", "confirmed 2025-08-01", "waived 2025-08-02")
    assert the_figures(export, tmp_path)["报备"] == 2


@pytest.mark.parametrize(
    ("at", "year"),
    [
        ("2025-12-31T23:59:59+08:00", "2025"),
        ("2026-01-01T00:00:00+08:00", "2026"),
        ("2025-12-31T15:59:59.999999+00:00", "2025"),
        ("2025-12-31T16:00:00+00:00", "2026"),
        ("2024-12-31T16:00:00+00:00", "2025"),
    ],
)
def test_the_year_ends_at_midnight_in_shanghai(export: Export, tmp_path: Path, at: str, year: str) -> None:
    export.issue(export.target(), f"confirmed {at}", f"waived {at}", f"rectified {at}", f"confirmed {at}")
    folder = export.write(tmp_path)
    for each in ("2024", "2025", "2026"):
        expected = {"确认问题": 1, "问题反弹": 1, "报备": 1} if each == year else {}
        assert counted(recounted(folder, each)) == expected


# -- the registers and the rounds -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stood", "count"),
    [
        ([(None, None, "running")], 1),
        ([(None, "2025-05-31", "running"), ("2025-06-01", None, "closed")], 1),
        ([(None, "2025-01-01", "running"), ("2025-01-02", None, "closed")], 1),
        ([(None, "2024-12-31", "running"), ("2025-01-01", None, "closed")], 0),
        ([("2025-12-31", None, "running")], 1),
        ([("2026-01-01", None, "running")], 0),
        ([(None, None, "temporary-offline")], 0),
        ([("2024-01-01", "2025-03-01", "temporary-offline"), ("2025-03-02", None, "running")], 1),
        ([], 0),
    ],
)
def test_a_target_counts_if_it_ran_on_a_day_of_the_year(
    export: Export, tmp_path: Path, stood: list[tuple[str | None, str | None, str]], count: int
) -> None:
    target = export.target()
    for since, until, state in stood:
        export.standing(target, since, until, state)
    assert the_figures(export, tmp_path).get("监控对象", 0) == count


def test_a_year_that_is_not_over_ends_with_the_moment(export: Export, tmp_path: Path) -> None:
    site, later = export.target(), export.target()
    export.standing(site, None, None)
    export.standing(later, "2025-07-01", None)
    for day in ("2025-06-30", "2025-07-01"):
        export.add("visits", target=site, day=day, state="visited")
    folder = export.write(tmp_path)
    assert counted(recounted(folder, "2025", "2025-06-30")) == {"监控对象": 1, "应检": 1, "已检": 1}
    assert counted(recounted(folder, "2025")) == {"监控对象": 2, "应检": 2, "已检": 2}
    assert counted(recounted(folder, "2025", "2024-12-31")) == {}


def test_visits_are_counted_by_what_became_of_them(export: Export, tmp_path: Path) -> None:
    site = export.target()
    states = {"visited": 5, "failed": 4, "due": 3, "excused": 2}
    for state, times in states.items():
        for day in range(times):
            export.add("visits", target=site, day=f"2025-03-{day + 1:02}", state=state)
    export.add("visits", target=site, day="2024-12-31", state="visited")
    assert the_figures(export, tmp_path) == {"应检": 12, "已检": 5, "无法核验": 4, "未检": 3, "报备免检": 2}


# -- what it is ------------------------------------------------------------------------------------------


def test_every_figure_is_printed_for_both_kinds_also_where_nothing_is_counted(
    export: Export, tmp_path: Path
) -> None:
    figures = recounted(export.write(tmp_path))
    assert set(figures.values()) == {0}
    names = Counter(address.rsplit("/", 1)[1] for address in figures)
    assert set(names.values()) == {2} and len(names) == 19


def test_a_file_that_lost_a_row_is_not_counted(export: Export, tmp_path: Path) -> None:
    export.target()
    folder = export.write(tmp_path)
    (folder / "targets.jsonl").write_text("")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder), "2025"], capture_output=True, encoding="utf-8", check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "targets 有 0 行，清单写明 1 行：请重新导出\n"


def test_it_is_short_and_stands_on_nothing_but_sqlite_and_json() -> None:
    text = SCRIPT.read_text("utf-8")
    assert len(text.splitlines()) <= 100
    imports = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert [name.name for node in imports for name in node.names] == ["json", "sqlite3", "sys"]


# -- years that were lived through the real use cases -----------------------------------------------------

MAY = datetime(2025, 5, 5, 9, tzinfo=CHINA)
"""A Monday."""


def weeks(number: float) -> datetime:
    """The Monday so many weeks after the first notices, or a day within the week."""
    return MAY + timedelta(weeks=number)


def found(session: Session, key: str, target_id: int, at: datetime) -> models.Issue:
    return confirmed(session, key, at - 3 * 24 * HOURS, target_id)


def a_lived_year(session: Session) -> None:
    """Of two units; what it comes to is written in the test."""
    water, roads = a_unit(session), a_unit(session, "云泽市交通局")
    first = a_site_of(session, water, EDUCATION)
    second, third = a_site_of(session, roads, "4199000002"), a_site_of(session, roads, "4199000003")
    account = a_site_of(session, water, "gh_000000000001")
    session.get_one(models.Target, account).kind = "account"
    # 5 May: one site with two faults, one with a fault that is a mistake, an account.
    found(session, "通知公告", first, MAY)
    found(session, "政策文件", first, MAY)
    mistaken = found(session, "领导之窗", second, MAY)
    found(session, "云泽发布", account, MAY)
    told(session, MAY)
    dismissed(session, mistaken, weeks(0.2))
    put_right(session, "通知公告", weeks(0.3), first)
    # 9 June: one fault is asked for again, the other is back; a site whose notice is withdrawn.
    seen_faulty(session, "通知公告", weeks(4.3), first)
    seen_faulty(session, "通知公告", weeks(4.4), first)
    withdrawn_later = found(session, "机构职能", third, weeks(5))
    of_water, of_roads = told(session, weeks(5))
    withdrawn(session, of_roads, weeks(5.1))
    # 16 June: it is told anew. In July its site goes over to the other unit, which is told of another fault.
    told(session, weeks(6))
    stands(session, third, water, since=date(2025, 7, 1))
    found(session, "统计数据", third, weeks(10))
    told(session, weeks(10))
    waive(
        session,
        withdrawn_later.id,
        why="正在改版",
        by="李主任",
        asked_by="云泽市交通局",
        until=None,
        days=90,
        at=weeks(11),
        recorded_at=weeks(11),
    )
    # The second site is closed in August. A fault found in December is told in January.
    stands(session, second, roads, "closed", since=date(2025, 8, 1))
    tell(session, seen(a_fault("云泽发布"), datetime(2025, 12, 30, 9, tzinfo=CHINA), target_id=first))
    tell(
        session, seen(a_fault("云泽发布"), datetime(2025, 12, 31, 23, 59, 59, tzinfo=CHINA), target_id=first)
    )
    tell(session, seen(a_fault("政务公开"), datetime(2025, 12, 31, 9, tzinfo=CHINA), target_id=first))
    tell(session, seen(a_fault("政务公开"), datetime(2026, 1, 1, tzinfo=CHINA), target_id=first))
    told(session, datetime(2026, 1, 5, 9, tzinfo=CHINA))
    assert of_water.unit == "云泽市水利局"


@pytest.fixture
def lived(database: Database, tmp_path: Path) -> Iterator[Path]:
    with database.writing() as session:
        a_lived_year(session)
    exported(database, tmp_path / "out", datetime.fromisoformat(AT))
    yield tmp_path / "out"


def test_a_lived_year_comes_out_as_counted_by_hand(lived: Path) -> None:
    figures = recounted(lived)
    assert (
        counted(figures)
        == {
            "监控对象": 3,
            "确认问题": 6,  # 通知公告, 政策文件, 领导之窗, 机构职能, 统计数据, and 云泽发布 a second before the year's end
            "问题反弹": 1,
            "报备": 1,
            "家次": 5,  # May: first, second; 9 June: first (relapse); 16 June: third; July: third
            "家次/月=5": 2,
            "家次/月=6": 2,
            "家次/月=7": 1,
            "家次/单位=云泽市水利局": 3,
            "家次/单位=云泽市交通局": 2,
            "家次/检查项=column-blank": 5,
            "再次通知家次": 1,  # 14 July: first; on 9 June it had a new one, too
            "家": 3,
            "问题": 5,
            "问题/月=5": 3,
            "问题/月=6": 2,
            "问题/月=7": 1,
            "问题/单位=云泽市水利局": 3,
            "问题/单位=云泽市交通局": 2,
            "问题/检查项=column-blank": 5,
            "已排除（误报）": 1,
            "已报备暂不计": 1,
            "整改中": 3,
            "通知": 5,
        }
    )
    account = counted(figures, "account")
    assert (account["家次"], account["再次通知家次"], account["通知"]) == (1, 2, 3)


@pytest.mark.parametrize(
    ("year", "as_of"),
    [
        ("2024", "2025-06-10"),
        ("2025", "2025-06-09T09:00:00+08:00"),
        ("2025", "2025-06-09T11:00:00+08:00"),
        ("2025", "2025-06-10"),
        ("2025", "2025-12-31"),
        ("2025", "2026-01-31"),
        ("2026", "2026-01-04"),
        ("2026", "2026-01-31"),
    ],
)
def test_the_report_says_the_same(database: Database, lived: Path, year: str, as_of: str) -> None:
    again = recounted(lived, year, as_of)
    at = datetime.fromisoformat(as_of if "T" in as_of else f"{as_of}T23:59:59+08:00")
    with database.reading() as session:
        said = count(session, Period.named(year), at, OURS).flat()
    splits = ("家次", "问题")
    comparable = {
        address: number
        for address, number in said.items()
        if address in again or (address.count("/") == 3 and address.split("/")[2] in splits)
    }
    assert again == comparable
