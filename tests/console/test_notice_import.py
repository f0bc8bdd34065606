"""notices import: what it prints and how it ends."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from console.cli.notice_import import import_
from tests.tracker.findings import a_city, everything
from tests.tracker.test_old_ledger import a_ledger, a_line
from tracker.database import Database


@pytest.fixture(autouse=True)
def office(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    a_city(database)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNJIAN_TRACKER__DATABASE_URL", str(database.url))
    monkeypatch.setenv("XUNJIAN_TRACKER__EVIDENCE_DIR", str(tmp_path / "evidence"))


def run(*arguments: str) -> Result:
    app = typer.Typer(rich_markup_mode=None)
    app.command()(import_)
    return CliRunner().invoke(app, [*arguments, "--as-of", "2026-12-01"])


def test_good_lines_go_in_and_those_in_error_are_named_with_status_1(tmp_path: Path) -> None:
    path = a_ledger(tmp_path, a_line(due_on=""), a_line(number="", subject="领导之窗"))
    done = run(str(path), "--by", "张三")
    assert done.exit_code == 1
    assert done.stdout.splitlines() == [
        "导入历史台账 台账.csv：通知 1，新列问题 1，再次通知 0，整改 0，已有 0，有误 1",
        "有误　第3行“文号”：未填写，请补上（合并的单元格请先取消合并，逐行填写）",
        "提示　第2行“整改时限”：未填写，尚未整改的问题不会逾期再次通知",
    ]


def test_a_dry_run_says_that_nothing_was_written(database: Database, tmp_path: Path) -> None:
    before = everything(database)
    done = run(str(a_ledger(tmp_path, a_line())), "--dry-run")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (0, "以上只是预览，没有写入")
    assert everything(database) == before


def test_an_import_that_nobody_does_is_wrong_use(tmp_path: Path) -> None:
    done = run(str(a_ledger(tmp_path, a_line())), "--by", " ")
    assert (done.exit_code, "请用 --by 写明经办人" in done.output) == (2, True)
