"""report annual, explain, daily, template and audit verify as they are typed: what they print and write, and how they end."""

import json
import shutil
from pathlib import Path

import openpyxl
import pytest

from tests.console.test_cli import Done, xunjian
from tests.reports.bulletins import a_quarter, a_town
from tracker.database import Database
from tracker.settings import TrackerSettings

AT = ("--as-of", "2026-12-31")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, empty_record: Path) -> Path:
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(empty_record, folder / "xunjian.db")
    database = Database(TrackerSettings(database_url=f"sqlite:///{folder / 'xunjian.db'}"))
    with database.writing() as session:
        a_town(session)
        a_quarter(session)
    database.close()
    return folder


@pytest.fixture
def office(tmp_path: Path, made: Path) -> Path:
    shutil.copytree(made, tmp_path, dirs_exist_ok=True)
    return tmp_path


def run(folder: Path, *arguments: str) -> Done:
    record = f"sqlite:///{folder / 'xunjian.db'}"
    return xunjian(folder, *arguments, XUNJIAN_TRACKER__DATABASE_URL=record)


def test_a_year_is_a_table_a_paragraph_and_files_that_hold_the_same_numbers(office: Path) -> None:
    done = run(office, "report", "annual", "--year", "2026", *AT)
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads((office / "年报-2026" / "年度数据_2026.json").read_text())
    times = told["figures"]["2026/site/家次"]
    assert times > 0
    assert told["paragraph"] in done.stdout
    assert f"政府网站 {times} 家次" in told["paragraph"]
    csv = (office / "年报-2026" / "年度数据_2026.csv").read_text("utf-8-sig")
    assert f"2026/site/家次,政府网站,家次,,,{times},家次," in csv
    book = openpyxl.load_workbook(office / "年报-2026" / "年度数据_2026.xlsx", read_only=True)
    rows = {row[0]: row[2] for row in book["总表"].iter_rows(values_only=True)}
    assert rows["家次"] == times
    assert len(list(book["家次明细（政府网站）"].iter_rows())) == times + 1
    explained = run(
        office, "report", "explain", "2026/site/家次", "--format", "json", *AT
    ).stdout.splitlines()
    assert len(explained) == times
    assert set(json.loads(explained[0])) >= {"target", "notices", "issues", "evidence", "pages"}


def test_a_filed_year_is_not_written_over_and_later_differences_are_shown(office: Path) -> None:
    done = run(
        office, "report", "annual", "--year", "2026", "--freeze", "--by", "张三", "--format", "json", *AT
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["frozen"] == "2026-12-31 由张三冻结"
    assert "已冻结 2026 年数据" in done.stderr
    again = run(office, "report", "annual", "--year", "2026", "--freeze", *AT)
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith("错误：2026 的数据已于 2026-12-31 冻结（张三），不会覆盖")
    assert len(again.stderr.splitlines()) == 1
    later = run(office, "report", "annual", "--year", "2026", "--out", "x", "--as-of", "2027-03-01")
    assert "2026年数据已于 2026-12-31 由张三冻结" in later.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("annual", "--year", "2027", *AT), "2027 年在 2026-12-31 还没有开始"),
        (("annual", "--year", "2026", "--sheet", "没有.xlsx"), "找不到文件 没有.xlsx"),
        (("explain", "2026/site/整改率"), "请分别查看"),
        (("explain", "2026/site/家次", "--format", "xlsx"), "须用 --out 写明文件"),
    ],
)
def test_wrong_use_is_told_in_one_line(office: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(office, "report", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_day_comes_in_words_and_as_json(office: Path) -> None:
    assert run(office, "report", "daily", *AT).stdout.startswith("应检")
    told = json.loads(run(office, "report", "daily", "--format", "json", *AT).stdout)
    assert told["day"] == "2026-12-31"
