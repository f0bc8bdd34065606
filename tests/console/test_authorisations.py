"""xunjian authorisations: what it reads, what it prints, and that it prints nothing secret."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.cli.authorisations import app
from tests.builders import NOW
from tracker import models
from tracker.authorisations import UnknownAuthorisation
from tracker.database import Database
from tracker.strongbox import NoKey

AT = ("--as-of", NOW.isoformat())
DOUYIN = {
    "data": {"access_token": "an-access-token", "refresh_token": "a-refresh-token", "expires_in": "1296000"},
    "message": "success",
}


@pytest.fixture(autouse=True)
def office(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNJIAN_TRACKER__DATABASE_URL", str(database.url))
    with database.writing() as session:
        session.add(models.Unit(id=1, name="云泽市水利局"))
        session.flush()
        session.add(models.Target(kind="account", key="dy-1", name="云泽水利", platform="抖音", unit_id=1))


def run(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(app, [*words, *(() if words == ("key",) else AT)], input=typed)


def test_an_authorisation_is_read_as_the_platform_gave_it_and_told_without_its_secrets() -> None:
    assert run("key").exit_code == 0

    kept = run("set", "douyin", "--account", "dy-1", typed=json.dumps(DOUYIN))
    listed = run("list")

    assert "已保存抖音“云泽水利”的授权（访问令牌、刷新令牌），2027-05-23 到期" in kept.output
    assert "云泽水利" in listed.output and "2027-05-23" in listed.output and "正常" in listed.output
    assert "token" not in kept.output + listed.output


def test_lines_of_a_file_serve_as_well_and_the_last_day_may_be_given(tmp_path: Path) -> None:
    run("key")
    (tmp_path / "weibo.txt").write_text("token=an-access-token\n", "utf-8")

    run("set", "weibo", "--file", "weibo.txt", "--ends", "2026-12-01")

    assert json.loads(run("list", "--format", "json").output) == {
        "issuer": "weibo",
        "account": "",
        "ends_on": "2026-12-01",
        "renews": False,
        "refused": "",
    }


def test_the_list_says_who_has_to_renew_an_authorisation() -> None:
    run("key")
    run("set", "douyin", "--account", "dy-1", typed=json.dumps(DOUYIN))
    run("set", "douyin", typed="token=an-access-token")

    listed = [line for line in run("list").output.splitlines() if "抖音" in line]

    assert [("自动" in line, "人工  " in line) for line in listed] == [(False, True), (True, False)]


def test_who_has_no_key_is_told_before_anything_is_read() -> None:
    assert isinstance(run("set", "weibo", typed="token=an-access-token").exception, NoKey)


@pytest.mark.parametrize("typed", ['["an-access-token"]', '"an-access-token"'])
def test_what_cannot_be_read_is_not_repeated(typed: str) -> None:
    run("key")

    result = run("set", "weibo", typed=typed)

    assert result.exit_code == 2
    assert "an-access-token" not in result.output


def test_one_is_removed_and_one_that_is_not_there_is_named() -> None:
    run("key")
    run("set", "weibo", typed="token=an-access-token")

    assert "已删除微博（全部账号）的授权" in run("remove", "weibo").output
    assert isinstance(run("remove", "weibo").exception, UnknownAuthorisation)


def test_what_the_environment_gives_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XUNJIAN_SECRET_WEIBO_TOKEN", "from-environment")

    listed = run("list").output

    assert "XUNJIAN_SECRET_WEIBO_TOKEN" in listed and "from-environment" not in listed
