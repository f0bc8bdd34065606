"""Findings from people: the same life as what the round finds, the same issue, and no good line lost."""

import csv
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import event, select

from checks.indicators import INDICATORS
from crawler.clock import CHINA
from tests.builders import NOW
from tests.tracker.findings import (
    ACCOUNT,
    EDUCATION,
    LATER,
    PNG,
    WATER,
    a_city,
    a_confirmed_column,
    a_file,
    a_round_saw,
    a_row,
    a_seen_column,
    everything,
    imported,
    issues,
    links,
    moves,
    printed,
    states,
)
from tests.tracker.sightings import HOURS, a_fault, clear_of, seen, tell
from tracker import acts
from tracker.database import Database
from tracker.errors import WrongUse
from tracker.findings_template import write_template
from tracker.lifecycle import Event
from tracker.models import Evidence, Standing, Target
from tracker.settings import TrackerSettings
from tracker.sheets import UnusableRegister

EARLIER = NOW - timedelta(days=3)
COLUMN = "新闻中心 > 通知公告"
HEADINGS = ["网站标识码", "问题类型", "链接", "栏目名称", "问题描述", "来源", "收到日期", "截图"]


@pytest.fixture(autouse=True)
def city(database: Database) -> None:
    a_city(database)


def acted(database: Database, event: Event, at: datetime = NOW + 9 * HOURS, number: int = 1) -> None:
    with database.writing() as session:
        acts.act(session, number, event, why="据实", by="李四", at=at, recorded_at=at)


def a_round_saw_clear(database: Database, key: str = COLUMN, at: datetime = NOW + 12 * HOURS) -> None:
    with database.writing() as session:
        tell(session, seen(clear_of(key), at))


def a_table(folder: Path, *rows: list[Any], headings: list[str] = HEADINGS) -> Path:
    path = folder / "巡查.csv"
    with path.open("w", encoding="gbk", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def a_line(**cells: str) -> list[str]:
    facts = {
        "网站标识码": EDUCATION,
        "问题类型": "空白栏目",
        "链接": "https://jy.yunze.test/tzgg/",
        "栏目名称": "通知公告",
        "问题描述": "栏目没有任何内容",
        "来源": "",
        "收到日期": "",
        "截图": "",
    }
    return list((facts | cells).values())


# -- what is new ------------------------------------------------------------------------------------------


def test_a_finding_is_confirmed_at_once(database: Database, tmp_path: Path) -> None:
    outcome = imported(database, a_file(tmp_path, a_row()))
    (issue,) = issues(database)
    assert (issue.state, issue.subject, issue.source) == ("confirmed", "通知公告", "patrol")
    assert (issue.detail, issue.facts) == ("栏目没有任何内容", "栏目没有任何内容")
    (move,) = moves(database)
    assert (move.event, move.from_state, move.to_state, move.by) == ("opened", "", "confirmed", "张三")
    assert str(outcome) == "导入 findings.jsonl：新增 1，已有 0，问题反弹 0，看到已整改 0，有误 0"


@pytest.mark.parametrize("check", [each.id for each in INDICATORS.values() if each.needs_person])
def test_what_always_needs_a_person_waits_for_one(database: Database, tmp_path: Path, check: str) -> None:
    outcome = imported(database, a_file(tmp_path, a_row("某文", check=check)))
    assert (issues(database)[0].state, issues(database)[0].needs_person) == ("pending", True)
    assert "新增 1（待人工审核 1）" in str(outcome)


@pytest.mark.parametrize("indicator", INDICATORS.values(), ids=lambda each: each.id)
def test_every_indicator_is_taken_whether_its_rule_is_built_or_not(
    database: Database, tmp_path: Path, indicator: Any
) -> None:
    target = EDUCATION if "site" in indicator.kinds else ACCOUNT
    outcome = imported(database, a_file(tmp_path, a_row(target=target, check=indicator.title)))
    assert (outcome.errors, issues(database)[0].check_id) == ([], indicator.id)


def test_the_day_on_which_a_message_came_in_is_when_the_fault_was_first_seen(
    database: Database, tmp_path: Path
) -> None:
    imported(database, a_file(tmp_path, a_row(source="找错", received="2026-11-20")))
    (issue,) = issues(database)
    assert (issue.source, issue.first_seen.astimezone(CHINA).date()) == ("public", date(2026, 11, 20))
    assert issue.last_seen == issue.observed_at == LATER


def test_two_lines_about_one_subject_are_one_issue(database: Database, tmp_path: Path) -> None:
    rows = [a_row(), a_row(detail="点开后是空的"), a_row()]
    outcome = imported(database, a_file(tmp_path, *rows))
    (issue,) = issues(database)
    assert (issue.detail, outcome.opened) == ("栏目没有任何内容；点开后是空的", 1)


def test_a_screenshot_becomes_evidence_of_the_move(database: Database, tmp_path: Path) -> None:
    (tmp_path / "图").mkdir()
    (tmp_path / "图" / "空白.png").write_bytes(PNG)
    imported(database, a_file(tmp_path, a_row(screenshot="图/空白.png")))
    (move,) = moves(database)
    with database.reading() as session:
        assert [move.evidence] == [list(session.scalars(select(Evidence.sha256)))]


def test_the_import_is_a_link_of_the_audit_chain(database: Database, tmp_path: Path) -> None:
    imported(database, a_file(tmp_path, a_row(), a_row("政策文件", check="不存在")))
    (link,) = links(database)
    assert (link["file"], link["by"], len(link["sha256"])) == ("findings.jsonl", "张三", 64)
    assert (link["counts"]["opened"], link["counts"]["errors"]) == (1, 1)


def test_a_dry_run_tells_the_same_and_writes_nothing(database: Database, tmp_path: Path) -> None:
    a_confirmed_column(database, "政策文件")
    path = a_file(tmp_path, a_row())
    before = everything(database)
    dry = imported(database, path, complete=["column-blank"], dry_run=True)
    assert everything(database) == before
    assert str(dry) == str(imported(database, path, complete=["column-blank"]))


# -- what is known already --------------------------------------------------------------------------------


def test_a_person_is_the_second_look_at_a_suspicion(database: Database, tmp_path: Path) -> None:
    a_round_saw(database)
    imported(database, a_file(tmp_path, a_row()))
    (issue,) = issues(database)
    assert (issue.state, issue.look_again_at, issue.source) == ("confirmed", None, "round")
    assert moves(database)[-1].event == "seen again"


def test_a_suspicion_of_what_needs_a_person_waits_for_one(database: Database, tmp_path: Path) -> None:
    a_round_saw(database, "错词", check="wording-error", needs_person=True)
    imported(database, a_file(tmp_path, a_row("错词", check="wording-error")))
    assert states(database) == {"错词": "pending"}


def test_a_finding_confirms_what_waited_for_a_person(database: Database, tmp_path: Path) -> None:
    a_confirmed_column(database, needs_person=True)
    assert states(database) == {COLUMN: "pending"}
    outcome = imported(database, a_file(tmp_path, a_row()))
    assert states(database) == {COLUMN: "confirmed"}
    assert "已有 1（其中疑似、待审核转出 1）" in str(outcome)


def test_a_finding_does_not_review_what_always_needs_a_person(database: Database, tmp_path: Path) -> None:
    a_confirmed_column(database, "错词", check="wording-error", needs_person=True)
    imported(database, a_file(tmp_path, a_row("错词", check="wording-error")))
    assert (states(database), issues(database)[0].last_seen) == ({"错词": "pending"}, LATER)


@pytest.mark.parametrize("told", [[], [Event.NOTIFY], [Event.WAIVE]])
def test_what_stands_was_seen_again_and_moves_nowhere(
    database: Database, tmp_path: Path, told: list[Event]
) -> None:
    a_confirmed_column(database)
    for each in told:
        acted(database, each)
    before = len(moves(database)), states(database)
    imported(database, a_file(tmp_path, a_row()))
    assert ((len(moves(database)), states(database)), issues(database)[0].last_seen) == (before, LATER)


def test_what_a_unit_says_is_mended_and_is_not_goes_back(database: Database, tmp_path: Path) -> None:
    a_confirmed_column(database)
    acted(database, Event.NOTIFY)
    acted(database, Event.REPLY)
    imported(database, a_file(tmp_path, a_row()))
    assert states(database) == {COLUMN: "notified"}


def test_a_reply_of_tuesday_outlives_a_sighting_of_monday(database: Database, tmp_path: Path) -> None:
    a_confirmed_column(database)
    acted(database, Event.NOTIFY)
    acted(database, Event.REPLY, at=LATER + HOURS)
    imported(database, a_file(tmp_path, a_row()))
    assert states(database) == {COLUMN: "replied"}


def test_what_comes_back_is_a_relapse_of_the_same_issue(database: Database, tmp_path: Path) -> None:
    a_confirmed_column(database)
    a_round_saw_clear(database)
    outcome = imported(database, a_file(tmp_path, a_row(detail="又空了")))
    (issue,) = issues(database)
    assert (issue.state, issue.relapses, issue.detail) == ("confirmed", 1, "又空了")
    assert (outcome.relapsed, outcome.known) == (1, 0)


def test_a_relapse_that_needs_a_person_opens_a_new_issue(database: Database, tmp_path: Path) -> None:
    word = {"check": "wording-error"}
    a_confirmed_column(database, "错词", check="wording-error", needs_person=True)
    acted(database, Event.CONFIRM)
    with database.writing() as session:
        tell(session, seen(clear_of("错词", **word), NOW + 12 * HOURS))
    imported(database, a_file(tmp_path, a_row("错词", **word)))
    assert [issue.state for issue in issues(database)] == ["rectified", "pending"]


def a_dismissed_finding(database: Database, folder: Path) -> None:
    imported(database, a_file(folder, a_row(detail="是空的")), at=NOW)
    acted(database, Event.DISMISS)


def test_what_a_person_dismissed_stays_so_while_the_same_is_said(database: Database, tmp_path: Path) -> None:
    a_dismissed_finding(database, tmp_path)
    imported(database, a_file(tmp_path, a_row(detail="是空的")))
    assert [issue.state for issue in issues(database)] == ["dismissed"]


@pytest.mark.parametrize("cleared", [True, False])
def test_what_a_person_dismissed_opens_anew_once_it_was_clear_or_something_else_is_said(
    database: Database, tmp_path: Path, cleared: bool
) -> None:
    a_dismissed_finding(database, tmp_path)
    if cleared:
        a_round_saw_clear(database, "通知公告")
    imported(database, a_file(tmp_path, a_row(detail="是空的" if cleared else "只有标题")))
    assert [issue.state for issue in issues(database)] == ["dismissed", "confirmed"]


def test_a_suspicion_that_cleared_opens_anew(database: Database, tmp_path: Path) -> None:
    a_round_saw(database)
    a_round_saw_clear(database)
    imported(database, a_file(tmp_path, a_row()))
    assert [issue.state for issue in issues(database)] == ["dismissed", "confirmed"]


@pytest.mark.parametrize("at", [NOW, EARLIER])
def test_what_was_found_no_later_than_the_newest_look_moves_nothing(
    database: Database, tmp_path: Path, at: datetime
) -> None:
    a_round_saw(database)
    before = everything(database)
    outcome = imported(database, a_file(tmp_path, a_row()), at=at)
    assert (everything(database), outcome.known) == (before, 1)


def test_the_same_file_at_a_later_moment_adds_no_move(database: Database, tmp_path: Path) -> None:
    path = a_file(tmp_path, a_row(), a_row("错词", check="wording-error"), a_row("", check="home-stale"))
    imported(database, path)
    before = len(moves(database)), states(database)
    imported(database, path, at=LATER + HOURS)
    assert (len(moves(database)), states(database)) == before


# -- whom a finding means ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "url"),
    [
        (COLUMN, ""),
        ("新闻中心＞通知公告", ""),
        ("首页→新闻中心→通知公告", ""),
        ("通知公告", ""),
        ("通知 公告", ""),
        ("", "http://jy.yunze.test/tzgg/index.html"),
        ("通知公告", "https://jy.yunze.test/another/"),
    ],
)
@pytest.mark.parametrize("by", ["round", "visit"])
def test_a_column_is_known_by_path_by_name_or_by_address(
    database: Database, tmp_path: Path, subject: str, url: str, by: str
) -> None:
    if by == "round":
        a_round_saw(database)
    else:
        a_seen_column(database, COLUMN, "https://jy.yunze.test/tzgg/")
    imported(database, a_file(tmp_path, a_row(subject, url=url)))
    (issue,) = issues(database)
    assert (issue.subject_key, issue.subject, issue.state) == (COLUMN, "通知公告", "confirmed")


def two_columns_of_one_name(database: Database) -> None:
    a_seen_column(database, "政务公开 > 通知公告", "https://jy.yunze.test/gk/")
    a_seen_column(database, COLUMN, "https://jy.yunze.test/tzgg/")


def test_an_address_tells_columns_of_one_name_apart(database: Database, tmp_path: Path) -> None:
    two_columns_of_one_name(database)
    imported(database, a_file(tmp_path, a_row(url="https://jy.yunze.test/tzgg/")))
    assert list(states(database)) == [COLUMN]


def test_an_open_issue_goes_before_another_column_of_its_name(database: Database, tmp_path: Path) -> None:
    two_columns_of_one_name(database)
    a_round_saw(database)
    imported(database, a_file(tmp_path, a_row()))
    assert states(database) == {COLUMN: "confirmed"}


def test_a_name_that_may_mean_two_columns_is_asked_for(database: Database, tmp_path: Path) -> None:
    two_columns_of_one_name(database)
    outcome = imported(database, a_file(tmp_path, a_row()))
    assert issues(database) == []
    assert [str(error) for error in outcome.errors] == [
        "第1行“对象”：“通知公告”可能是“政务公开 > 通知公告”、“新闻中心 > 通知公告”：请写全路径，或填写网址"
    ]


def test_two_addresses_in_a_file_mean_two_columns(database: Database, tmp_path: Path) -> None:
    rows = [a_row(url=f"https://jy.yunze.test/{name}/") for name in "ab"]
    imported(database, a_file(tmp_path, *rows))
    assert [issue.subject for issue in issues(database)] == ["通知公告"] * 2


def test_a_column_that_nobody_knows_is_called_as_the_finding_calls_it(
    database: Database, tmp_path: Path
) -> None:
    imported(database, a_file(tmp_path, a_row("政务公开 > 年度报告")))
    (issue,) = issues(database)
    assert (issue.subject_key, issue.subject) == ("政务公开 > 年度报告", "年度报告")


def test_a_column_without_name_and_known_address_is_a_line_in_error(
    database: Database, tmp_path: Path
) -> None:
    outcome = imported(database, a_file(tmp_path, a_row("", url="https://jy.yunze.test/x/")))
    assert "请写栏目名称" in str(outcome.errors[0])


@pytest.mark.parametrize("subject", ["", "首页", "云泽市教育局", EDUCATION])
def test_a_fault_of_the_whole_website_is_about_the_website_whatever_it_is_called(
    database: Database, tmp_path: Path, subject: str
) -> None:
    imported(database, a_file(tmp_path, a_row(subject, check="home-stale")))
    (issue,) = issues(database)
    assert (issue.subject_key, issue.subject) == (EDUCATION, "云泽市教育局")
    assert issue.detail == ("首页：栏目没有任何内容" if subject == "首页" else "栏目没有任何内容")


@pytest.mark.parametrize(
    ("check", "subject"), [("link-dead", "https://jy.yunze.test/A.pdf"), ("identity-missing", "ICP备案号")]
)
def test_other_subjects_are_what_they_are_called(
    database: Database, tmp_path: Path, check: str, subject: str
) -> None:
    imported(database, a_file(tmp_path, a_row(subject, check=check), a_row(subject.lower(), check=check)))
    assert list(states(database)) == [subject, subject.lower()]


def test_the_round_closes_what_a_person_found(database: Database, tmp_path: Path) -> None:
    a_seen_column(database, COLUMN)
    imported(database, a_file(tmp_path, a_row()))
    a_round_saw_clear(database, at=LATER + HOURS)
    assert states(database) == {COLUMN: "rectified"}


def test_what_one_record_prints_another_one_takes_in_as_it_is(
    database: Database, tmp_path: Path, empty_record: Path
) -> None:
    rows = [
        *(a_row(url=f"https://jy.yunze.test/{name}/") for name in "ab"),
        a_row("", check="home-stale"),
        a_row("", target=WATER, check="site-unreachable"),
        a_row("", target=ACCOUNT, check="account-stale", url="gh_000000000001"),
        a_row("词", check="表述错误"),
        a_row("词", target=ACCOUNT, check="wording-error"),
        a_row("https://jy.yunze.test/x.pdf", check="link-dead", url="https://jy.yunze.test/"),
        a_row("ICP备案号", check="identity-missing"),
        a_row("keywords,description", check="metadata-missing"),
    ]
    imported(database, a_file(tmp_path, *rows))
    a_round_saw(database, "政务公开 > 通知公告", NOW, NOW + 7 * HOURS, check="column-stale")

    shutil.copy(empty_record, tmp_path / "other.db")
    other = Database(TrackerSettings(database_url=f"sqlite:///{tmp_path / 'other.db'}"))
    a_city(other)
    outcome = imported(other, a_file(tmp_path, *printed(database), name="export.jsonl"))

    names = ("target", "kind", "check", "subject", "url", "detail", "state")
    assert outcome.errors == []
    assert [[each[name] for name in names] for each in printed(other)] == [
        [each[name] for name in names] for each in printed(database)
    ]
    other.close()


# -- lines in error ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"target": "4199999999"}, "第1行“标识码”：台账中没有“4199999999”：请核对标识码，或先导入台账"),
        ({"target": ""}, "第1行“标识码”：未填写，请补上"),
        ({"target": "4.199E+09"}, "第1行“标识码”：“4.199E+09”是 Excel 把长数字改成的科学计数法"),
        ({"check": "column-blnk"}, "第1行“检查项”：没有检查项“column-blnk”：是否想写 column-blank？"),
        ({"check": None}, "第1行“检查项”：未填写，请补上"),
        ({"detail": " "}, "第1行“情况”：未填写，请补上"),
        ({"target": ACCOUNT}, "第1行“检查项”：“空白栏目”不适用于账号“云泽发布”，请核对"),
        ({"url": "javascript:alert(1)"}, "第1行“网址”："),
        ({"url": "jy.yunze.test/tzgg"}, "第1行“网址”：缺少 http:// 或 https:// 开头，请补全"),
        ({"url": "http://[jy"}, "第1行“网址”：“http://[jy”不是完整的网址，请改正"),
        ({"source": "听说"}, "第1行“来源”：不认识来源“听说”，请填写：人工巡查、上级通报、找错留言"),
        ({"received": "上周"}, "第1行“收到日期”：“上周”不是日期"),
        ({"received": "2026-12-01"}, "第1行“收到日期”：2026-12-01 晚于导入所记的日期 2026-11-27，请核对"),
        ({"screenshot": "没有.png"}, "第1行“截图”：找不到图片“没有.png”"),
        ({"screenshot": "../a.png"}, "第1行“截图”：“../a.png”不在本文件所在的文件夹里"),
        ({"screenshot": "findings.jsonl"}, "第1行“截图”：“findings.jsonl”不是 PNG 或 JPEG 图片"),
        ({"subject": "长" * 301}, "第1行“对象”：太长（301字），最多300字"),
        ({"detail": 1.5}, "第1行“情况”：应是文字，请加英文双引号"),
        ({"detail": "\ud800"}, "第1行“情况”：有无法识别的字符，请改正"),
    ],
)
def test_a_fault_is_told_by_line_field_and_mend_and_costs_no_other_line(
    database: Database, tmp_path: Path, more: dict[str, Any], told: str
) -> None:
    bad = a_row(**more)
    path = tmp_path / "findings.jsonl"
    path.write_text(f"{json.dumps(bad)}\n{json.dumps(a_row('政策文件'))}\n")
    outcome = imported(database, path)
    assert [str(error)[: len(told)] for error in outcome.errors] == [told]
    assert list(states(database)) == ["政策文件"]


@pytest.mark.parametrize("line", ['{"target": ', "[1]", "没有括号", '{"a":' * 5000])
def test_a_line_that_is_no_json_costs_no_other_line(database: Database, tmp_path: Path, line: str) -> None:
    outcome = imported(database, a_file(tmp_path, a_row(), line))
    assert ([error.line for error in outcome.errors], outcome.opened) == ([2], 1)


def test_a_key_of_both_kinds_is_told_by_the_check_or_asked_for(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.add(Target(kind="account", key=EDUCATION, name="云泽教育", unit_id=1, opened_on=None))
    rows = [
        a_row(),
        a_row("词", check="wording-error"),
        a_row("词", check="wording-error", kind="account"),
    ]
    outcome = imported(database, a_file(tmp_path, *rows))
    assert [(issue.target_id, issue.check_id) for issue in issues(database)] == [
        (1, "column-blank"),
        (4, "wording-error"),
    ]
    assert "可能是网站 4199000001 云泽市教育局，或账号 4199000001 云泽教育" in str(outcome.errors[0])


def test_a_name_does_for_a_key_if_it_is_the_only_one(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.add(Target(kind="site", key="4199000009", name="云泽市水利局", unit_id=1, opened_on=None))
    outcome = imported(database, a_file(tmp_path, a_row(target="云泽市教育局"), a_row(target="云泽市水利局")))
    assert [issue.target_id for issue in issues(database)] == [1]
    assert "请写标识码" in str(outcome.errors[0])


def test_a_target_that_is_closed_is_not_accused(database: Database, tmp_path: Path) -> None:
    with database.writing() as session:
        session.get_one(Standing, 1).state = "closed"
    outcome = imported(database, a_file(tmp_path, a_row()))
    assert "已关停注销" in str(outcome.errors[0])
    assert issues(database) == []


def test_what_another_record_has_still_to_review_is_not_confirmed_by_copying_it(
    database: Database, tmp_path: Path
) -> None:
    imported(database, a_file(tmp_path, a_row(state="pending")))
    assert states(database) == {"通知公告": "pending"}


@pytest.mark.parametrize("state", ["dismissed", "rectified", "closed"])
def test_what_another_record_calls_over_is_no_finding(database: Database, tmp_path: Path, state: str) -> None:
    outcome = imported(database, a_file(tmp_path, a_row(state=state)))
    assert (issues(database), len(outcome.notes), outcome.errors) == ([], 1, [])


# -- tables -----------------------------------------------------------------------------------------------


def test_a_table_in_the_usual_chinese_form_is_read(database: Database, tmp_path: Path) -> None:
    (tmp_path / "空白.jpg").write_bytes(b"\xff\xd8\xff\xe0 a picture")
    path = a_table(tmp_path, a_line(来源="上级通报", 收到日期="2026年11月20日", 截图="空白.jpg"))
    outcome = imported(database, path)
    (issue,) = issues(database)
    assert (outcome.errors, issue.source, issue.url) == ([], "bulletin", "https://jy.yunze.test/tzgg/")
    assert len(moves(database)[0].evidence) == 1


def test_a_workbook_is_read_and_its_instructions_are_not(database: Database, tmp_path: Path) -> None:
    path, _ = write_template(tmp_path)
    book = load_workbook(path)
    book["人工发现"].append([EDUCATION, "空白栏目", "", "通知公告", "没有内容", "", date(2026, 11, 20)])
    book.save(path)
    outcome = imported(database, path)
    assert (outcome.opened, outcome.errors, outcome.notes) == (1, [], [])


def test_the_template_lists_every_check_and_stays_as_it_was_filled_in(tmp_path: Path) -> None:
    path, is_new = write_template(tmp_path)
    texts = {cell for row in load_workbook(path)["填写说明"].values for cell in row}
    assert is_new and texts.issuperset(INDICATORS)
    path.write_bytes(b"filled in")
    assert (write_template(tmp_path), path.read_bytes()) == ((path, False), b"filled in")


def test_headings_may_be_the_english_names(database: Database, tmp_path: Path) -> None:
    headings = ["target", "check", "url", "subject", "detail"]
    row = [EDUCATION, "column-blank", "", "通知公告", "没有内容"]
    assert imported(database, a_table(tmp_path, row, headings=headings)).opened == 1


def test_a_line_that_fell_apart_costs_no_other_line(database: Database, tmp_path: Path) -> None:
    outcome = imported(database, a_table(tmp_path, [*a_line(), "多出"], a_line(栏目名称="政策文件")))
    assert ("内容比表头多" in str(outcome.errors[0]), list(states(database))) == (True, ["政策文件"])


def test_a_hidden_sheet_is_told(database: Database, tmp_path: Path) -> None:
    book = Workbook()
    for title in ("看得见", "看不见"):
        sheet = book.create_sheet(title)
        sheet.append(HEADINGS)
        sheet.append(a_line(栏目名称=title))
    book["看不见"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    outcome = imported(database, tmp_path / "a.xlsx")
    assert ("隐藏的工作表" in str(outcome.errors[0]), list(states(database))) == (True, ["看得见"])


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("", "是空的"),
        ("标题,备注\n甲,乙\n", "没有认出表头"),
        ("标识码,检查项\n4199000001,空白栏目\n", "缺少表头：情况"),
        ('[{"target": "4199000001"}]', "没有认出表头"),
    ],
)
def test_a_file_that_holds_no_findings_is_wrong_use(
    database: Database, tmp_path: Path, content: str, why: str
) -> None:
    path = tmp_path / "x.csv"
    path.write_text(content)
    with pytest.raises(UnusableRegister, match=why):
        imported(database, path)


# -- a file that is complete ------------------------------------------------------------------------------


def test_an_empty_file_that_is_complete_says_that_nothing_stands_any_more(
    database: Database, tmp_path: Path
) -> None:
    imported(database, a_file(tmp_path, a_row()))
    (tmp_path / "empty.jsonl").write_text("\n")
    outcome = imported(database, tmp_path / "empty.jsonl", at=LATER + timedelta(days=1), complete=["all"])
    assert (outcome.opened, set(states(database).values())) == (0, {"rectified"})


def three_columns(database: Database) -> None:
    """Confirmed at the first website, and one at the second."""
    for key in ("通知公告", "政策文件"):
        a_confirmed_column(database, key)
    a_confirmed_column(database, "水情", target_id=2)


def test_what_a_complete_file_does_not_name_was_seen_clear(database: Database, tmp_path: Path) -> None:
    three_columns(database)
    a_confirmed_column(database, "年报", check="column-stale")
    outcome = imported(database, a_file(tmp_path, a_row()), complete=["column-blank"])
    assert states(database) == {
        "通知公告": "confirmed",
        "政策文件": "rectified",
        "水情": "rectified",
        "年报": "confirmed",
    }
    assert outcome.cleared == 2
    assert moves(database)[-1].why == "人工巡查未再发现（来源文件 findings.jsonl）"


def test_without_a_claim_nothing_was_seen_clear(database: Database, tmp_path: Path) -> None:
    three_columns(database)
    imported(database, a_file(tmp_path, a_row()))
    assert set(states(database).values()) == {"confirmed"}


def test_a_claim_may_be_of_all_checks_but_the_operators_own(database: Database, tmp_path: Path) -> None:
    three_columns(database)
    a_round_saw(database, ACCOUNT, check="source-broken", target_id=3)
    imported(database, a_file(tmp_path, a_row()), complete=["all"])
    assert states(database)["政策文件"] == "rectified"
    assert states(database)[ACCOUNT] == "suspected"


def test_a_claim_may_be_of_some_targets_only(database: Database, tmp_path: Path) -> None:
    three_columns(database)
    imported(database, a_file(tmp_path, a_row("别的")), complete=["空白栏目"], only=[WATER])
    assert states(database) | {"水情": ""} == dict.fromkeys(["通知公告", "政策文件", "别的"], "confirmed") | {
        "水情": ""
    }
    assert states(database)["水情"] == "rectified"


@pytest.mark.parametrize(("targets", "clear"), [([EDUCATION], {"政策文件"}), (None, {"政策文件", "水情"})])
def test_a_file_may_say_itself_that_it_is_complete(
    database: Database, tmp_path: Path, targets: list[str] | None, clear: set[str]
) -> None:
    three_columns(database)
    claim = {"complete": ["column-blank"]} | ({"targets": targets} if targets else {})
    imported(database, a_file(tmp_path, claim, a_row()))
    assert {key for key, state in states(database).items() if state == "rectified"} == clear


def test_only_targets_that_are_inspected_count_as_seen(database: Database, tmp_path: Path) -> None:
    three_columns(database)
    with database.writing() as session:
        session.get_one(Standing, 2).state = "temporary-offline"
    imported(database, a_file(tmp_path, a_row()), complete=["all"])
    assert states(database)["水情"] == "confirmed"


def test_a_suspicion_that_a_complete_file_does_not_name_is_none(database: Database, tmp_path: Path) -> None:
    a_round_saw(database)
    imported(database, a_file(tmp_path, a_row("别的")), complete=["column-blank"])
    assert states(database)[COLUMN] == "dismissed"


def test_what_is_waived_and_not_named_was_seen_clear_and_stays_waived(
    database: Database, tmp_path: Path
) -> None:
    a_confirmed_column(database)
    acted(database, Event.WAIVE)
    outcome = imported(database, a_file(tmp_path, a_row("别的")), complete=["column-blank"])
    issue = issues(database)[0]
    assert (issue.state, issue.last_clear, outcome.cleared) == ("waived", LATER, 0)


def test_what_was_seen_since_is_not_cleared_by_an_older_file(database: Database, tmp_path: Path) -> None:
    a_confirmed_column(database)
    imported(database, a_file(tmp_path, a_row("别的")), at=NOW + HOURS, complete=["column-blank"])
    assert states(database)[COLUMN] == "confirmed"


@pytest.mark.parametrize(
    ("bad", "held"),
    [
        (a_row(target="不认识"), {"政策文件", "水情"}),
        (a_row(check="不认识"), {"政策文件", "年报"}),
        (a_row(target=WATER, detail=""), {"水情"}),
        (a_row(target=ACCOUNT), {"政策文件", "水情"}),
        ("{", {"政策文件", "水情", "年报"}),
        (a_row(target="不认识", check="不认识"), {"政策文件", "水情", "年报"}),
        (a_row("政策文件", screenshot="没有.png"), {"政策文件"}),
        (a_row("词", check="wording-error", detail=""), set()),
    ],
)
def test_a_line_in_error_keeps_open_whatever_it_may_have_named(
    database: Database, tmp_path: Path, bad: dict[str, Any] | str, held: set[str]
) -> None:
    three_columns(database)
    a_confirmed_column(database, "年报", check="column-stale")
    claims = ["column-blank", "column-stale"]
    outcome = imported(database, a_file(tmp_path, a_row(), bad), complete=claims)
    assert {key for key, state in states(database).items() if state == "confirmed"} == held | {"通知公告"}
    assert outcome.held == len(held)

    imported(database, a_file(tmp_path, a_row()), complete=claims)
    assert [key for key, state in states(database).items() if state == "confirmed"] == ["通知公告"]


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"complete": ["column-blnk"]}, "--complete 没有检查项“column-blnk”：是否想写 column-blank？"),
        ({"complete": ["column-blank"], "only": ["4199"]}, "--only “4199”不在台账中"),
        ({"only": [EDUCATION]}, "请同时写 --complete"),
    ],
)
def test_a_claim_that_means_nothing_is_wrong_use(
    database: Database, tmp_path: Path, claims: dict[str, list[str]], told: str
) -> None:
    with pytest.raises(WrongUse, match=told):
        imported(database, a_file(tmp_path, a_row()), **claims)
    assert issues(database) == []


def test_a_claim_within_a_file_that_means_nothing_is_a_line_in_error(
    database: Database, tmp_path: Path
) -> None:
    three_columns(database)
    claim = {"complete": ["column-blank", "不认识"], "targets": [WATER, "4199"]}
    outcome = imported(database, a_file(tmp_path, claim, a_row()))
    assert [error.field for error in outcome.errors] == ["complete", "targets"]
    assert states(database)["水情"] == "rectified"
    assert len(imported(database, a_file(tmp_path, {"complete": 7}, a_row())).errors) == 1


# -- however many -----------------------------------------------------------------------------------------


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        said.append(statement)

    event.listen(database._writer, "before_cursor_execute", listen)
    yield said
    event.remove(database._writer, "before_cursor_execute", listen)


def test_many_findings_cost_as_many_reads_as_one(database: Database, tmp_path: Path) -> None:
    counts = []
    for many in (1, 50):
        rows = [a_row(f"栏目{many}-{number}") for number in range(many)]
        with counted(database) as said:
            imported(database, a_file(tmp_path, *rows), complete=["column-stale"])
        counts.append(sum(statement.startswith("SELECT") for statement in said))
    assert counts[0] == counts[1]


def test_a_column_that_a_person_found_before_any_visit_is_known_again_by_its_address(
    database: Database, tmp_path: Path
) -> None:
    url = "https://www.yunze.test/tzgg/"
    imported(database, a_file(tmp_path, a_row("通知公告", url=url)), NOW)

    with database.writing() as session:
        verdict = replace(a_fault("政务公开 > 通知公告"), subject="通知公告", url=url)
        tell(session, seen(verdict, NOW + timedelta(days=1)))

    (issue,) = issues(database)
    assert (issue.subject_key, issue.state) == ("通知公告", "confirmed")
    assert issue.last_seen == NOW + timedelta(days=1)


def test_two_checks_of_one_column_under_two_names_stay_what_they_were_at_the_next_import(
    database: Database, tmp_path: Path
) -> None:
    url = "https://jy.yunze.test/a/"
    a_round_saw(database, "通知公告", NOW, url="")
    path = a_file(
        tmp_path,
        a_row("通知公告", url=""),
        a_row("通知公告", url=url),
        a_row("新闻 > 通知公告", check="column-stale", url=url),
    )
    imported(database, path, LATER)
    before = [(issue.check_id, issue.subject_key, issue.state) for issue in issues(database)]

    imported(database, path, LATER + timedelta(days=1))

    assert [(issue.check_id, issue.subject_key, issue.state) for issue in issues(database)] == before
    assert len(before) == 2
