"""xunjian columns: what it prints and how it ends."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from console.cli.columns import app
from tests.builders import NOW as NOW_AT
from tests.tracker.columns import EDUCATION, WATER, a_round, a_tree, some_sites
from tracker.database import Database

NOW = ("--as-of", "2026-11-24")


@pytest.fixture(autouse=True)
def office(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder to work in, with a record of two websites."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNJIAN_TRACKER__DATABASE_URL", str(database.url))
    some_sites(database)
    a_round(
        database,
        {EDUCATION: a_tree("乡村振兴", "专题", "专题 > 通知公告"), WATER: a_tree("乡村振兴", "营商环境")},
    )


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words, *NOW])


def test_the_list_names_what_waits_and_counts_the_rest() -> None:
    result = run("list")

    assert result.exit_code == 0, result.output
    assert "网站 2，栏目 5，待确认类别的栏目 3；不同名称 4：待确认 2" in result.output
    assert "营商环境" in result.output and "通知公告" not in result.output


def test_one_website_is_listed_as_a_tree() -> None:
    lines = run("list", "--site", EDUCATION).output.splitlines()

    assert any(line.startswith("　通知公告") and "通知公告类" in line for line in lines)
    assert any(line.startswith("专题") and "上级栏目" in line for line in lines)


def test_scripts_get_an_object_a_line() -> None:
    found = [json.loads(line) for line in run("list", "--format", "json").output.splitlines()]

    assert {each["path"] for each in found if each["waits"]} == {"乡村振兴", "营商环境"}
    assert next(each["limit_days"] for each in found if each["name"] == "通知公告") == 180


def test_a_name_is_confirmed_over_all_websites() -> None:
    result = run("confirm", "乡村振兴", "动态要闻类", "--by", "张三")

    assert result.exit_code == 0, result.output
    assert "乡村振兴　动态要闻类　涉及网站 2、栏目 2；新确认 1" in result.output
    assert "待确认 1" in run("list").output


def test_a_column_of_one_website_is_confirmed_by_its_path() -> None:
    assert run("confirm", "专题>通知公告", "静态类", "--site", EDUCATION).exit_code == 0
    assert "张三" not in run("list", "--site", EDUCATION).output
    assert "人工于2026-11-24确认" in run("list", "--site", EDUCATION).output


def test_columns_that_came_and_went_are_listed(database: Database) -> None:
    later = NOW_AT + timedelta(days=1)
    a_round(database, {EDUCATION: a_tree("乡村振兴", "专题", "专题 > 工作动态")}, later)

    result = CliRunner().invoke(app, ["list", "--as-of", str(later.date())])

    assert "当日新增栏目 1\n  云泽市教育局　专题 > 工作动态　2026-11-25" in result.output
    assert "消失的栏目（最近巡检未再见到） 1\n  云泽市教育局　专题 > 通知公告　2026-11-25" in result.output


def test_what_is_exported_is_imported_with_its_errors() -> None:
    assert run("export", "x.xlsx").exit_code == 0
    book = load_workbook("x.xlsx")
    sheet = book["按名称确认"]
    sheet["B2"], sheet["B3"] = "其他", "没有这一类"
    book.save("x.xlsx")

    checked, result = run("import", "x.xlsx", "--dry-run"), run("import", "x.xlsx", "--by", "李四")

    assert "可导入 1 行，有误 1 行；以上只是检查，没有写入" in checked.output
    assert result.exit_code == 1
    assert "有误　工作表“按名称确认”第3行“确认类别”：不认识类别“没有这一类”" in result.output
    assert "新确认 1，改为其他类别 0，撤销 0，未变 0，有误 1" in result.output


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("confirm", "乡村振新", "静态类"), "是否想写“乡村振兴”？"),
        (("confirm", "乡村振兴", "随便"), "不认识类别“随便”"),
        (("confirm", "通知公告", "静态类", "--site", WATER), "此网站没有见过栏目“通知公告”"),
        (("confirm", "乡村振兴", "静态类", "--by", " "), "请用 --by 写明确认人"),
        (("list", "--site", "4199999999"), "“4199999999”没有栏目记录"),
        (("export", "x.csv"), "应以 .xlsx 结尾"),
    ],
)
def test_wrong_use_says_how_to_mend_it(words: tuple[str, ...], told: str) -> None:
    result = run(*words)

    assert result.exit_code == 2
    assert told in result.output
