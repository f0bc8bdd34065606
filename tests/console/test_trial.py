"""issues list --trial, issues release, report baseline: what they print and write, and how they end."""

import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer import Typer
from typer.testing import CliRunner, Result

from console.cli import issues, report
from tests.builders import NOW, TODAY
from tests.tracker.sightings import SIX_HOURS, a_check, a_fault, a_policy, a_target, seen, tell
from tracker.database import Database

NOW_IS = ("--as-of", "2026-11-30")
CHECKS = ("column-blank", "column-stale")


@pytest.fixture(autouse=True)
def office(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, with a record of a trial period: two faults were seen twice."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNJIAN_TRACKER__DATABASE_URL", str(database.url))
    policy = a_policy(*map(a_check, CHECKS), trial_until=TODAY)
    with database.writing() as session:
        a_target(session)
        for check in CHECKS:
            fault = a_fault(check=check)
            tell(session, seen(fault), seen(fault, NOW + SIX_HOURS), policy=policy)


def run(app: Typer, *words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def listed() -> list[str]:
    lines = run(issues.app, "list", "--trial", "--format", "json").output.splitlines()
    return [json.loads(line)["check"] for line in lines]


def test_the_list_names_what_nobody_has_released_and_shows_how() -> None:
    assert listed() == list(CHECKS)
    assert "issues release 1" in run(issues.app, "show", "1").output


def test_a_check_is_released_and_the_rest_stays() -> None:
    result = run(issues.app, "release", "--check", "column-blank", "--by", "李四", *NOW_IS)

    assert (result.exit_code, result.output.strip()) == (0, "放行 1 个问题，现为：已确认待通知1")
    assert listed() == ["column-stale"]
    assert "2026-11-30 23:59　待人工审核 → 已确认待通知　李四" in run(issues.app, "show", "1").output


def test_all_are_released_at_once() -> None:
    assert run(issues.app, "release", "--all", *NOW_IS).output.startswith("放行 2 个问题")
    assert listed() == []
    assert run(issues.app, "release", "--all", *NOW_IS).output.strip() == "放行 0 个问题"


@pytest.mark.parametrize("words", [(), ("1", "--all"), ("--all", "--check", "column-blank")])
def test_it_has_to_be_said_which_and_only_once(words: tuple[str, ...]) -> None:
    assert run(issues.app, "release", *words).exit_code == 2
    assert listed() == list(CHECKS)


def test_the_list_is_handed_out_as_a_workbook() -> None:
    result = run(report.app, "baseline", "--out", "清单.xlsx")

    assert result.exit_code == 0, result.output
    heading, *rows = load_workbook("清单.xlsx").active.iter_rows(values_only=True)
    assert heading[:3] == ("编号", "主办单位", "类型")
    assert [row[5] for row in rows] == ["空白栏目", "栏目更新不及时"]
    assert {row[9] for row in rows} == {"复核属实，等待放行"}
