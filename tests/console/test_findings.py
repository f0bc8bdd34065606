"""xunjian findings: what it prints and how it ends."""

import json
from pathlib import Path

import pytest

from tests.console.test_cli import Done, xunjian
from tests.tracker.findings import EDUCATION, WATER, a_city, a_confirmed_column, a_file, a_row
from tracker.database import Database


@pytest.fixture
def office(tmp_path: Path, database: Database) -> Path:
    """An empty folder to work in, with a record of a small city."""
    a_city(database)
    return tmp_path


def run(folder: Path, *arguments: str) -> Done:
    return xunjian(folder, *arguments, XUNJIAN_TRACKER__DATABASE_URL=f"sqlite:///{folder / 'xunjian.db'}")


def imported(folder: Path, *rows: dict[str, str] | str, options: tuple[str, ...] = ()) -> Done:
    a_file(folder, *rows)
    return run(folder, "findings", "import", "findings.jsonl", "--as-of", "2026-11-27", *options)


def test_a_good_file_ends_with_its_counts_and_status_0(office: Path) -> None:
    done = imported(office, a_row(), a_row("词", check="wording-error"), options=("--by", "张三"))
    assert done.stdout == (
        "导入 findings.jsonl：新增 2（待人工审核 1），已有 0，问题反弹 0，看到已整改 0，有误 0\n"
    )
    assert done.returncode == 0
    assert "张三　人工巡查：栏目没有任何内容" in run(office, "issues", "show", "1").stdout
    assert "全部相符" in run(office, "audit", "verify").stdout


def test_a_line_in_error_is_told_and_status_1(office: Path) -> None:
    done = imported(office, a_row(), a_row(target="不认识"))
    summary, error = done.stdout.splitlines()
    assert "新增 1" in summary and "有误 1" in summary
    assert error == "有误　第2行“标识码”：台账中没有“不认识”：请核对标识码，或先导入台账"
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("没有.csv",), "找不到文件 没有.csv"),
        (("x.csv",), "x.csv 没有认出表头"),
        (("findings.jsonl", "--complete", "column-blnk"), "是否想写 column-blank？"),
        (("findings.jsonl", "--complete", "all", "--only", "不认识"), "“不认识”不在台账中"),
        (("findings.jsonl", "--as-of", "昨天"), "不是时间"),
        (("findings.jsonl", "--by", " "), "请用 --by 写明经办人"),
    ],
)
def test_wrong_use_is_told_in_one_line_and_status_2(
    office: Path, arguments: tuple[str, ...], told: str
) -> None:
    a_file(office, a_row())
    (office / "x.csv").write_text("甲,乙\n1,2\n")
    done = run(office, "findings", "import", *arguments)
    (line,) = done.stderr.splitlines()
    assert (told in line, done.returncode) == (True, 2)


def test_a_complete_file_sees_clear_what_it_does_not_name(office: Path, database: Database) -> None:
    for target_id in (1, 2):
        a_confirmed_column(database, target_id=target_id)
    assert (
        imported(office).returncode == 2
    )  # a file of nothing says nothing, unless somebody says that it is complete
    rows = [a_row("别的")]
    done = imported(office, *rows, options=("--complete", "column-blank，表述错误", "--only", WATER))
    assert "新增 1" in done.stdout and "看到已整改 1" in done.stdout
    done = imported(office, *rows, options=("--complete", "all"))
    assert "看到已整改 1" in done.stdout
    done = imported(
        office, options=("--complete", "column-blank", "--only", EDUCATION, "--as-of", "2026-11-30")
    )
    assert (done.returncode, "看到已整改 1" in done.stdout) == (0, True)


def test_what_a_line_in_error_may_have_named_is_told(office: Path, database: Database) -> None:
    a_confirmed_column(database)
    done = imported(office, a_row("别的"), "{", options=("--complete", "column-blank"))
    assert "另有 1 个问题文件没有写到，但有误的行可能说的就是它们" in done.stdout


def test_a_dry_run_says_so_and_writes_nothing(office: Path) -> None:
    done = imported(office, a_row(), options=("--dry-run",))
    assert "新增 1" in done.stdout and done.stdout.endswith("以上只是预览，没有写入\n")
    assert run(office, "issues", "list", "--format", "json").stdout == ""


@pytest.mark.parametrize("format", ["json", "csv"])
def test_what_issues_list_prints_comes_in_again(office: Path, format: str) -> None:
    rows = [a_row(), a_row("词", check="wording-error"), a_row("", check="home-stale", detail="=1+1 是公式")]
    imported(office, *rows)
    exported = run(office, "issues", "list", "--format", format).stdout
    (office / "export").write_text(exported, "utf-8")
    done = run(office, "findings", "import", "export", "--as-of", "2026-11-28")
    assert "新增 0，已有 3" in done.stdout
    subjects = [json.loads(line)["subject"] for line in _listed(office)]
    assert subjects == ["通知公告", "词", "云泽市教育局"]


def _listed(folder: Path) -> list[str]:
    return run(folder, "issues", "list", "--format", "json").stdout.splitlines()


def test_the_template_is_written_where_told_and_kept_the_second_time(office: Path) -> None:
    first = run(office, "findings", "template", "--out", "新/模板")
    second = run(office, "findings", "template", "--out", "新/模板")
    assert (first.returncode, first.stdout) == (0, "已写出 新/模板/findings.xlsx\n")
    assert second.stdout == "保留现有的 新/模板/findings.xlsx\n"
    done = run(office, "findings", "import", "新/模板/findings.xlsx")
    assert "新增 0" in done.stdout and done.returncode == 0
    assert run(office, "findings", "template", "--out", "xunjian.db").returncode == 2


def test_a_finding_whose_rule_is_not_built_yet_is_listed_by_its_name(office: Path) -> None:
    imported(office, a_row("链接", check="link-dead"))
    assert "链接或附件失效" in run(office, "issues", "list").stdout
    assert "链接或附件失效" in run(office, "issues", "show", "1").stdout
