"""report bulletin, report assessment: the files that they write, what they print, and how they end."""

import shutil
from pathlib import Path

import pytest
from docx import Document

from tests.console.test_cli import Done, xunjian
from tests.reports.bulletins import a_quarter, a_town
from tracker.database import Database
from tracker.settings import TrackerSettings


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
    return xunjian(
        folder, "report", *arguments, XUNJIAN_TRACKER__DATABASE_URL=f"sqlite:///{folder / 'xunjian.db'}"
    )


def test_a_bulletin_is_a_document_and_a_workbook(office: Path) -> None:
    done = run(office, "bulletin", "--period", "2026-Q4", "--as-of", "2026-12-31")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[:2] == [
        "已写出 通报/检查情况通报_2026-Q4.docx",
        "已写出 通报/检查情况通报附件_2026-Q4.xlsx",
    ]
    document = Document(str(office / "通报" / "检查情况通报_2026-Q4.docx"))
    assert any("不合格的政府网站1家" in paragraph.text for paragraph in document.paragraphs)
    assert (office / "通报" / "检查情况通报附件_2026-Q4.xlsx").exists()


def test_a_period_that_is_not_over_is_told(office: Path) -> None:
    done = run(office, "bulletin", "--period", "2026-Q4", "--as-of", "2026-11-24", "--out", "别处")
    assert "2026年第四季度尚未结束，数据截至 2026-11-24" in done.stdout
    assert (office / "别处" / "检查情况通报_2026-Q4.docx").exists()


def test_an_assessment_is_a_workbook_of_all_units_or_of_one(office: Path) -> None:
    done = run(office, "assessment", "--period", "2026", "--as-of", "2026-12-31")
    assert (done.returncode, done.stdout) == (0, "已写出 考核/考核数据_2026.xlsx\n")
    done = run(office, "assessment", "--period", "2026", "--unit", "云泽市水利局", "--as-of", "2026-12-31")
    assert (office / "考核" / "考核数据_2026_云泽市水利局.xlsx").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bulletin", "--period", "2026-Q5"), "“2026-Q5”不是统计期"),
        (("bulletin", "--period", "2027", "--as-of", "2026-12-31"), "2027年在 2026-12-31 尚未开始"),
        (("assessment", "--period", "2026", "--unit", "水利", "--as-of", "2026-12-31"), "没有主办单位“水利”"),
    ],
)
def test_wrong_use_is_told_in_one_line_and_nothing_is_written(
    office: Path, arguments: tuple[str, ...], said: str
) -> None:
    done = run(office, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (office / "通报").exists() and not (office / "考核").exists()
