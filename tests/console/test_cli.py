"""The command line as scripts rely on it: words, exit statuses, one line for each kind of trouble."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.journeys.stage import Stage, stage

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]

JSON_NAMES = [
    *(
        "id",
        "target",
        "kind",
        "check",
        "url",
        "subject",
        "detail",
        "state",
        "needs_person",
        "first_seen",
        "last_seen",
    )
]
INSPECT_NAMES = [
    *(
        "quality",
        "kind",
        "charset",
        "title",
        "columns",
        "rows",
        "newest",
        "published",
        "blank",
        "needs_browser",
        "why",
    )
]


RUN = "from console.cli.main import run; run()"


def xunjian(folder: Path, *arguments: str, code: str = RUN, **environment: str) -> Done:
    """The command in `folder`, with nothing of our own environment but what finds the program."""
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=folder,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "LANG": "C",
            "PYTHONPATH": str(Path.cwd()),
            **environment,
        },
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    folder = tmp_path / "有 空格的文件夹"
    folder.mkdir()
    return lambda *arguments, **environment: xunjian(folder, *arguments, **environment)


def one_line(done: Done, status: int) -> str:
    assert done.returncode == status, done.stderr
    (line,) = done.stderr.splitlines()
    return line


def test_init_writes_the_settings_and_the_database_once(run: Run) -> None:
    first, second = run("init"), run("init")
    assert "已写出 settings.toml" in first.stdout
    assert "保留现有的 settings.toml" in second.stdout
    assert "已是最新" in run("db", "upgrade").stdout


def test_help_is_in_chinese_and_needs_no_heavy_rooms(run: Run) -> None:
    done = run("--help")
    assert "台账" in done.stdout
    loaded = run("--help", PYTHONPROFILEIMPORTTIME="1").stderr
    assert not [
        room for room in ("scrapy", "sqlalchemy", "pydantic", "selectolax", "rich") if f" {room}\n" in loaded
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["round"], "请先运行 xunjian init"),
        (["round", "--as-of", "yesterday"], "不是时间"),
        (["rounds"], "rounds"),
        (["issues", "list", "--state", "open"], "没有状态“open”"),
        (["checks", "show", "no-such"], "没有检查项“no-such”"),
        (["judge", "--from", "2026-13-01"], "不是日期"),
        (["inspect", "nowhere.html"], "无法读取"),
        (["inspect", "ftp://a.test/"], "只支持"),
        (["targets", "import", "nowhere.csv"], "nowhere.csv"),
        (["inspect", "http://[::1"], "不是网页地址"),
        (["inspect", "https:///path"], "不是网页地址"),
        (["inspect", "page.html", "--base-url", "http://[::1"], "--base-url"),
        (["inspect", "https://a.test/", "--as", "account"], "--as account 读已存下的文件"),
        (["issues", "confirm", "1"], "缺少参数 --why"),
        (["issues", "confirm", "1", "--why"], "选项 --why 后面缺少值"),
        (["issues", "confirm", "1", "--why", "属实", "--by", " "], "--by"),
        (["issues", "show"], "缺少参数 ID"),
        (["issues", "show", "one"], "ID 的值无效：应为整数"),
        (["issues", "list", "--format", "xml"], "--format 的值无效：“xml”不在可选值 table、json、csv 之中"),
        (["issues", "lst"], "没有命令“lst”：是否想写 list？"),
        (["issues", "list", "--formt", "x"], "没有选项“--formt”：是否想写 --format？"),
        (["issues", "list", "more"], "多余的参数“more”"),
        (["round", "4199000001"], "多余的参数“4199000001”"),
        (["demo", "--dir", "/dev/null"], "不是文件夹"),
    ],
)
def test_wrong_use_is_one_line_with_its_mend(run: Run, arguments: list[str], words: str) -> None:
    status = 3 if arguments == ["round"] else 2
    assert words in one_line(run(*arguments), status)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ("[crawler]\ntimeout_second = 5\n", "是否想写 timeout_seconds？"),
        ("[crawlers]\n", "是否想写 crawler？"),
        ("[crawler]\ntimeout_seconds = 'long'\n", "crawler.timeout_seconds 的值 'long' 无效"),
        ("[crawler\n", "不是有效的 TOML"),
    ],
)
def test_a_mistake_in_the_settings_is_one_line(run: Run, tmp_path: Path, settings: str, words: str) -> None:
    (tmp_path / "有 空格的文件夹" / "settings.toml").write_text(settings, "utf-8")
    assert words in one_line(run("init"), 2)


@pytest.mark.parametrize("name", ["XUNJIAN_CRAWLER__TIMOUT_SECONDS", "XUNJIAN_CRAWLRE__TIMEOUT_SECONDS"])
def test_a_misspelt_variable_is_one_line_too(run: Run, name: str) -> None:
    assert "XUNJIAN" in one_line(run("init", **{name: "5"}), 2) or "crawler" in name.lower()
    assert run("init", XUNJIAN_CRAWLER__TIMEOUT_SECONDS="5").returncode == 0


def test_an_empty_record_says_what_to_do_first(run: Run) -> None:
    run("init")
    assert "targets import" in one_line(run("round"), 2)


def test_a_key_that_no_register_names_is_refused(run: Run) -> None:
    run("init")
    assert "台账为空" in one_line(run("round", "--only", "4199000001"), 2)


@pytest.mark.parametrize("arguments", [[], ["issues"]])
def test_a_command_without_its_word_prints_its_help_as_it_is(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert "错误" not in done.stderr
    assert len(done.stderr.splitlines()) > 5


def test_a_switched_off_check_that_is_not_installed_is_a_mistake(run: Run, tmp_path: Path) -> None:
    run("init")
    file = tmp_path / "有 空格的文件夹" / "settings.toml"
    file.write_text("[checks]\nswitched_off = ['home-stal']\n", "utf-8")
    assert "是否想写 home-stale？" in one_line(run("round"), 2)
    listed = run("checks", "list")
    assert listed.returncode == 1
    assert "home-stal" in listed.stdout


def test_a_folder_that_may_not_be_written_is_one_line() -> None:
    nobody_writes_here = Path("/proc")
    assert "settings.toml 无法读写" in one_line(xunjian(nobody_writes_here, "init"), 3)


def test_a_file_where_a_folder_belongs_is_one_line(run: Run, tmp_path: Path) -> None:
    run("init")
    (tmp_path / "a-file").touch()
    log = str(tmp_path / "a-file" / "xunjian.log")
    assert "a-file" in one_line(run("issues", "list", XUNJIAN_CONSOLE__LOG_FILE=log), 3)


BREAKS = """
import console.cli.main as main
@main.app.command()
def break_down() -> None:
    raise KeyError("no such\\nthing")
main.run()
"""


def test_an_error_of_ours_is_one_line_and_its_traceback_is_in_the_log(run: Run, tmp_path: Path) -> None:
    done = run("break-down", code=BREAKS)
    assert "内部错误（KeyError: " in one_line(done, 3)
    log = (tmp_path / "有 空格的文件夹" / "data" / "xunjian.log").read_text("utf-8")
    assert "Traceback" in log
    assert "KeyError" in log


STOPPED_IN_A_LOCK = """
import console.cli.main as main
@main.app.command()
def stop() -> None:
    try:
        raise KeyboardInterrupt
    finally:
        raise RuntimeError("release unlocked lock")
main.run()
"""


def test_an_error_that_came_of_ctrl_c_is_told_as_a_stop(run: Run) -> None:
    assert one_line(run("stop", code=STOPPED_IN_A_LOCK), 3).startswith("已停止")


def test_the_log_has_a_line_for_each_command_that_works_with_the_record(run: Run, tmp_path: Path) -> None:
    log = tmp_path / "有 空格的文件夹" / "data" / "xunjian.log"
    run("--help")
    run("checks", "list")
    assert not log.exists()

    run("init")
    run("issues", "list", "--format", "json")

    first, second = log.read_text("utf-8").splitlines()
    assert " INFO console.logs command begins command=init" in first
    assert second.endswith('command="issues list --format json"')


def test_a_page_that_cannot_be_reached_is_told_and_the_status_says_so(run: Run) -> None:
    done = run("inspect", "http://127.0.0.1:9/", "--json", XUNJIAN_CRAWLER__ALLOW_PRIVATE_ADDRESSES="true")
    assert done.returncode == 3
    assert json.loads(done.stdout)["quality"] == "error"


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("city"), sites=8, accounts=30) as city:
        city.day()
        yield city


def in_city(city: Stage, *arguments: str) -> Done:
    folder = Path(str(city.database.url.database)).parent
    return xunjian(
        folder,
        *arguments,
        XUNJIAN_TRACKER__DATABASE_URL=city.settings.tracker.database_url,
        XUNJIAN_TRACKER__EVIDENCE_DIR=str(city.settings.tracker.evidence_dir),
        XUNJIAN_CRAWLER__ALLOW_PRIVATE_ADDRESSES="true",
    )


def test_issues_as_json_are_one_object_a_line_with_the_promised_names(city: Stage) -> None:
    issues = [
        json.loads(line) for line in in_city(city, "issues", "list", "--format", "json").stdout.splitlines()
    ]
    assert [list(issue) for issue in issues] == [JSON_NAMES] * len(issues)
    found = {(each["target"], each["kind"], each["check"], each["subject"]) for each in issues}
    assert found >= {fault[:4] for fault in city.planted()}
    assert all(issue["first_seen"].endswith("+08:00") for issue in issues)


def test_issues_for_a_spreadsheet_begin_with_its_mark(city: Stage) -> None:
    listed = in_city(city, "issues", "list", "--format", "csv").stdout
    assert listed.startswith("\ufeff编号,状态,")


def test_only_takes_several_keys_and_judges_by_them_alone(tmp_path: Path) -> None:
    with stage(tmp_path, sites=6, accounts=4) as city:
        sites = [site.key for site in city.city.sites][:2]
        done = in_city(city, "round", "--only", *sites, "--as-of", NOW.isoformat())
        repeated = in_city(city, "round", "--only", sites[0], "--only", sites[1], "--as-of", NOW.isoformat())
        probed = in_city(city, "probe", "--only", *sites, "--as-of", NOW.isoformat())

    assert "未检8" in done.stdout, done.stderr
    assert done.returncode == repeated.returncode == ("待人工审核" in done.stdout)
    assert "探测 2" in probed.stdout


def test_issues_of_one_state_by_its_name_or_its_word(city: Stage) -> None:
    listed = [
        in_city(city, "issues", "list", "--format", "json", "--state", word).stdout
        for word in ("pending", "待人工审核")
    ]
    assert listed[0] == listed[1]
    assert all(json.loads(line)["state"] == "pending" for line in listed[0].splitlines())


def test_a_person_confirms_once_and_the_second_time_is_refused(city: Stage) -> None:
    pending = json.loads(
        in_city(city, "issues", "list", "--format", "json", "--state", "pending").stdout.splitlines()[0]
    )
    number = str(pending["id"])
    asked = (
        "issues",
        "confirm",
        number,
        "--why",
        "已核实",
        "--by",
        "张三",
        "--as-of",
        (NOW + timedelta(hours=1)).isoformat(),
    )

    assert "已确认待通知" in in_city(city, *asked).stdout
    assert "不能确认" in one_line(in_city(city, *asked), 2)

    shown = in_city(city, "issues", "show", number).stdout
    assert "张三　已核实" in shown
    assert "SHA-256" in shown


def test_the_audit_finds_nothing_after_a_day(city: Stage) -> None:
    done = in_city(city, "audit", "verify")
    assert done.returncode == 0
    assert "全部相符" in done.stdout


def test_a_round_on_the_same_day_says_that_all_is_done(city: Stage) -> None:
    done = in_city(city, "round", "--as-of", NOW.isoformat())
    assert "应检38、" in done.stdout


def test_judging_again_in_the_shadow_finds_what_was_found_then(city: Stage) -> None:
    day = NOW.date().isoformat()
    done = in_city(city, "judge", "--from", day, "--shadow")
    assert "0 处与当时不同（仅比较，未写入）" in done.stdout


def test_a_page_is_inspected_as_promised(city: Stage) -> None:
    fault = city.city.truth.faults_of("column-blank")[0]
    facts = json.loads(in_city(city, "inspect", fault.url, "--json", "--as-of", NOW.isoformat()).stdout)
    assert list(facts) == INSPECT_NAMES
    assert facts["quality"] == "good"
    assert facts["blank"] in (True, None)


def test_a_platforms_answer_is_inspected_as_promised(run: Run) -> None:
    file = Path("tests/data/newmedia/01_rsshub_weibo_ok.xml").resolve()
    done = run(
        *(
            "inspect",
            str(file),
            "--as",
            "account",
            "--adapter",
            "feed",
            "--platform",
            "微博",
            "--account-id",
            "1",
            "--json",
        ),
        *("--content-type", "application/xml", "--as-of", "2026-11-24T09:00+08:00", "--header", "Server: x"),
    )
    facts = json.loads(done.stdout)
    assert list(facts) == ["posts", "newest", "health", "reason", "stale", "why"]
    assert (facts["health"], facts["stale"]) == ("ok", "no")


def test_every_check_has_its_page_of_the_manual(run: Run) -> None:
    listed = run("checks", "list").stdout.splitlines()[1:]
    assert len(listed) >= 7
    for line in listed:
        shown = run("checks", "show", line.split()[0]).stdout
        assert "Threshold" in shown
