"""xunjian targets: what it prints and how it ends."""

import csv
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from console.cli.targets import app
from tracker.database import Database

HEAD = ["网站标识码", "网站名称", "首页网址", "主办单位", "状态"]


def a_row(number: int = 1, **cells: str) -> list[str]:
    facts = {
        "网站标识码": f"419900{number:04d}",
        "网站名称": f"云泽市第{number}局",
        "首页网址": f"https://s{number}.yunze.test/",
        "主办单位": f"云泽市第{number}局",
        "状态": "正常",
    }
    return list((facts | cells).values())


def a_file(*rows: list[str], name: str = "a.csv") -> str:
    with Path(name).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([HEAD, *rows])
    return name


@pytest.fixture(autouse=True)
def office(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, with a record of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNJIAN_TRACKER__DATABASE_URL", str(database.url))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_good_file_ends_with_its_counts_and_status_0() -> None:
    result = run("import", a_file(a_row(1), a_row(2)))
    assert result.exit_code == 0, result.output
    assert result.output == "网站台账：新增 2，变更 0，未变 0，台账中已无 0，有误 0\n"


def test_a_second_import_tells_no_change() -> None:
    run("import", a_file(a_row(1)))
    assert "新增 0，变更 0，未变 1，台账中已无 0，有误 0" in run("import", "a.csv").output


def test_a_bad_row_is_told_with_its_mend_and_status_1() -> None:
    result = run("import", a_file(a_row(1), a_row(2, 首页网址="s2.yunze.test")))
    assert result.exit_code == 1
    assert "有误　第3行“首页网址”：缺少 http:// 或 https:// 开头，请补全" in result.output
    assert "新增 1" in result.output and "有误 1" in result.output


def test_a_dry_run_shows_the_difference_and_writes_nothing() -> None:
    run("import", a_file(a_row(1), a_row(2)))
    path = a_file(a_row(1, 状态="关停"), a_row(3))
    for _ in range(2):
        result = run("import", path, "--dry-run")
        assert result.exit_code == 0
        for line in (
            "新增　4199000003 云泽市第3局",
            "状态：正常 → 关停",
            "台账中已无　4199000002",
            "没有写入",
        ):
            assert line in result.output


def test_the_change_counts_from_the_day_the_command_takes_for_now() -> None:
    run("import", a_file(a_row(1)))
    run("import", a_file(a_row(1, 状态="关停")), "--as-of", "2026-11-24")
    result = run("import", a_file(a_row(1)), "--as-of", "2026-11-20")
    assert result.exit_code == 1
    assert "2026-11-24" in result.output


def test_a_missing_file_and_a_wrong_time_are_wrong_use() -> None:
    assert run("import", "none.csv").exit_code == 2
    assert run("import", a_file(a_row(1)), "--as-of", "gestern").exit_code == 2


def test_templates_are_written_where_told_and_kept_the_second_time() -> None:
    first = run("template", "--out", "新/台账")
    assert first.exit_code == 0 and first.output.count("已写出") == 10
    assert Path("新/台账/sites.xlsx").exists()
    second = run("template", "--out", "新/台账")
    assert (second.output.count("已写出"), second.output.count("保留现有的")) == (0, 10)


def test_templates_that_cannot_be_written_are_wrong_use_told_in_one_line() -> None:
    result = run("template", "--out", "/proc/x")
    assert result.exit_code == 2
    assert "/proc/x" in result.output and "Traceback" not in result.output


def test_templates_do_not_go_into_a_file() -> None:
    Path("x").write_text("")
    assert run("template", "--out", "x").exit_code == 2
