"""bridges list, release: what they print and write, and how they end."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from checks.bridges import BridgeDay, Tally, Trouble
from console.cli import bridges
from tests.builders import TODAY, YESTERDAY
from tracker import bridges as record
from tracker.database import Database

HUB, OTHER = "hub.test weibo", "hub.test douyin"


@pytest.fixture(autouse=True)
def office(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, with a record of one bridge that stands still and one that lives."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNJIAN_TRACKER__DATABASE_URL", str(database.url))
    still = BridgeDay(TODAY, Tally(40, 1, 2, 30), Trouble.STILL, "仅2个有新内容", YESTERDAY)
    with database.writing() as session:
        record.keep(session, {OTHER: BridgeDay(YESTERDAY, Tally(12, 0, 5))})
        record.keep(session, {HUB: still})


def run(*words: str) -> Result:
    return CliRunner().invoke(bridges.app, list(words))


def listed() -> dict[str, str | None]:
    lines = run("list", "--format", "json").output.splitlines()
    return {each["bridge"]: each["trouble"] for each in map(json.loads, lines)}


def test_the_list_begins_with_what_is_wrong() -> None:
    lines = run("list").output.splitlines()

    assert HUB in lines[1] and "有新内容的账号骤减" in lines[1] and "仅2个有新内容" in lines[1]
    assert OTHER in lines[2] and "正常" in lines[2]
    assert listed() == {HUB: "still", OTHER: None}


def test_a_release_says_what_follows_and_the_list_who_did_it() -> None:
    result = run("release", HUB, "--why", "已逐个打开账号核对", "--by", "张三")

    assert result.exit_code == 0
    assert f"xunjian judge --from {TODAY}" in result.output
    assert listed() == {HUB: None, OTHER: None}
    assert "张三放行" in run("list").output


@pytest.mark.parametrize(
    "words", [("release", HUB, "--why", " "), ("release", HUB), ("list", "--format", "xml")]
)
def test_wrong_use_is_refused(words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2
    assert listed() == {HUB: "still", OTHER: None}


@pytest.mark.parametrize(("bridge", "why"), [("nobody.test", "没有采集桥"), (OTHER, "不需放行")])
def test_what_cannot_be_released_is_said(bridge: str, why: str) -> None:
    result = run("release", bridge, "--why", "x")

    assert why in str(result.exception)
