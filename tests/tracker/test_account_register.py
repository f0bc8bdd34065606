"""The register of accounts: what it files of them, their roads in order, control accounts, and closed ones."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.targets import Account, Road
from tests.builders import NOW, TODAY
from tests.tracker.accounts import DAY, a_road_with, a_row, key, looked, registered
from tracker.database import Database
from tracker.models import Standing, Target, Visit
from tracker.register_plan import Kind
from tracker.registers import ACCOUNTS
from tracker.registry import Duty, read_targets, write_templates

PART_7 = [
    "账号名称",
    "曾用名",
    "平台",
    "账号ID",
    "主页链接",
    "二维码",
    "主办单位",
    "主管单位",
    "承办/运维单位",
    "认证主体",
    "负责人",
    "联系人",
    "联系电话",
    "功能分类",
    "层级",
    "行政区划代码",
    "开设日期",
    "备案日期",
    "备案编号",
    "状态",
    "关注数",
    "发布总数",
    "更新频率要求",
    "授权方式",
    "授权到期日",
    "采集地址",
    "独立性",
    "对照",
    "备注",
]


def duty(database: Database, day: date = TODAY) -> Duty:
    with database.reading() as session:
        return read_targets(session, day)


def accounts(database: Database, day: date = TODAY) -> dict[str, Account]:
    return {each.key: each for _, each in duty(database, day).due if isinstance(each, Account)}


def the_target(database: Database) -> Target:
    with database.reading() as session:
        return session.scalars(select(Target)).one()


def test_the_template_asks_for_all_that_is_filed_of_an_account(tmp_path: Path) -> None:
    write_templates(tmp_path)

    head = (tmp_path / "accounts.csv").read_text("utf-8-sig").strip().split(",")
    assert set(PART_7) <= set(head)
    assert "数据源1" not in head


def test_what_the_crawler_needs_of_an_account_comes_out_with_it(database: Database, tmp_path: Path) -> None:
    row = a_row(
        账号ID="wx00aa11bb22cc33dd",
        曾用名="云泽水利、云泽水务局",
        认证主体="云泽市水利局",
        开设日期="2026-11-20",
    )
    registered(database, tmp_path, row)

    account = accounts(database)[key(1)]
    assert (account.account_id, account.owner) == ("wx00aa11bb22cc33dd", "云泽市水利局")
    assert account.former_names == ("云泽水利", "云泽水务局")
    assert account.opened_on == date(2026, 11, 20)
    assert not account.is_control and not account.is_cancelled


def test_the_key_of_an_account_stands_for_an_id_that_is_not_filed(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row())

    assert accounts(database)[key(1)].account_id == key(1)


def test_only_a_stated_opening_day_makes_an_account_new(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row(备案日期="2026-11-20"), at=NOW)

    assert accounts(database)[key(1)].opened_on is None


def test_a_register_that_calls_its_key_account_id_is_one_all_the_same(
    database: Database, tmp_path: Path
) -> None:
    row = a_row()
    row["账号ID"] = row.pop("账号标识")

    outcome = registered(database, tmp_path, row)

    assert (outcome.added, outcome.errors) == (1, ())


@pytest.mark.parametrize("heading", ["账号标识", "账号ID", "联系电话", "行政区划代码", "备案编号"])
def test_digits_that_excel_has_eaten_are_refused(database: Database, tmp_path: Path, heading: str) -> None:
    outcome = registered(database, tmp_path, a_row(**{heading: "1.23E+15"}))

    assert outcome.added == 0
    (error,) = outcome.errors
    assert (error.line, error.field) == (2, heading)
    assert "科学计数法" in error.mend and "文本" in error.mend


def test_what_is_only_filed_is_kept_under_its_heading_and_its_changes_are_told(
    database: Database, tmp_path: Path
) -> None:
    filed = {"粉丝数": "1.2万", "授权到期日": "2027年3月1日", "负责人": "李四", "本地栏": "甲"}
    registered(database, tmp_path, a_row(**filed))
    outcome = registered(database, tmp_path, a_row(**filed | {"负责人": "王五"}))

    assert the_target(database).more == {
        "关注数": "12000",
        "授权到期日": "2027-03-01",
        "负责人": "王五",
        "本地栏": "甲",
    }
    assert [str(each) for each in outcome.changes(Kind.CHANGED)[0].differences] == ["负责人：李四 → 王五"]


@pytest.mark.parametrize(("text", "days", "warned"), [("每周", 7, 0), ("每个工作日", None, 1), ("", None, 0)])
def test_how_often_an_account_is_to_publish_comes_out_in_days_and_costs_no_row(
    database: Database, tmp_path: Path, text: str, days: int | None, warned: int
) -> None:
    outcome = registered(database, tmp_path, a_row(更新频率要求=text))

    assert (outcome.added, outcome.errors) == (1, ())
    assert [warning.field for warning in outcome.warnings] == ["更新频率要求"] * warned
    assert the_target(database).more.get("更新频率要求", "") == text
    assert accounts(database)[key(1)].filed_days == days


def test_a_link_that_is_none_costs_no_account(database: Database, tmp_path: Path) -> None:
    outcome = registered(database, tmp_path, a_row(主页链接="见附件"))

    assert (outcome.added, outcome.errors) == (1, ())
    assert [warning.field for warning in outcome.warnings] == ["主页链接"]
    assert the_target(database).homepage == "见附件"


# -- roads ------------------------------------------------------------------------------------------------


def test_roads_stand_in_the_order_of_the_register_each_with_what_it_draws_from(
    database: Database, tmp_path: Path
) -> None:
    row = a_row(
        采集地址="http://b.test/1|wechat_totaldetail:wx1",
        独立性="weread|wechat-api",
        数据源1="http://c.test/2",
        数据源2="http://b.test/1",
        独立性1="sogou",
    )
    registered(database, tmp_path, row)

    assert accounts(database)[key(1)].roads == (
        Road("http://b.test/1", "", "weread"),
        Road("wx1", "wechat_totaldetail", "wechat-api"),
        Road("http://c.test/2", "", "sogou"),
    )


def test_numbered_roads_are_enough(database: Database, tmp_path: Path) -> None:
    row = a_row(数据源1="feed:http://b.test/1", 数据源2="http://c.test/2", 独立性2="weread")
    del row["采集地址"]
    registered(database, tmp_path, row)

    assert accounts(database)[key(1)].roads == (
        Road("http://b.test/1", "feed"),
        Road("http://c.test/2", "", "weread"),
    )


def test_an_upstream_without_its_road_is_told(database: Database, tmp_path: Path) -> None:
    outcome = registered(database, tmp_path, a_row(采集地址="http://b.test/1", 独立性="weread|sogou"))

    assert [warning.mend for warning in outcome.warnings] == ["独立性“sogou”没有对应的采集地址，没有采用"]


def test_the_same_register_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    row = a_row(
        采集地址="http://b.test/1", 独立性="weread", 对照="是", 联系电话="0391-1234567", 关注数="1,024"
    )
    registered(database, tmp_path, row)

    outcome = registered(database, tmp_path, row)

    assert (outcome.unchanged, outcome.changed) == (1, 0)


# -- states -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "due", "excused"), [("关停中（公示）", 1, 0), ("拟开设", 0, 1), ("正常", 1, 0), ("已注销", 0, 0)]
)
def test_the_states_of_the_filing_system_are_known(
    database: Database, tmp_path: Path, word: str, due: int, excused: int
) -> None:
    registered(database, tmp_path, a_row(采集地址="", 状态=word))

    found = duty(database)
    assert (len(found.due), len(found.excused)) == (due, excused)


def test_a_control_account_is_visited_and_counts_nowhere(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row(1), a_row(2, 对照="是"))

    found = duty(database)
    assert [found.counts(number) for number, _ in found.due] == [True, False]
    assert accounts(database)[key(2)].is_control
    with database.reading() as session:
        assert list(session.scalars(select(Standing.state).order_by(Standing.id))) == ["running", "control"]


def test_a_register_without_the_heading_leaves_a_control_account_one(
    database: Database, tmp_path: Path
) -> None:
    registered(database, tmp_path, a_row(1, 对照="是"))
    outcome = registered(database, tmp_path, a_row(1))

    assert (outcome.changed, outcome.unchanged) == (0, 1)
    assert accounts(database)[key(1)].is_control


def test_who_is_no_control_account_any_more_is_inspected_from_then_on(
    database: Database, tmp_path: Path
) -> None:
    registered(database, tmp_path, a_row(1, 对照="是"))
    registered(database, tmp_path, a_row(1, 对照="否"), at=NOW)

    assert accounts(database, TODAY - DAY)[key(1)].is_control
    assert not accounts(database)[key(1)].is_control


def test_a_closed_account_is_looked_at_once_a_month_and_counts_nowhere(
    database: Database, tmp_path: Path
) -> None:
    registered(database, tmp_path, a_row(1, 状态="已注销"), a_row(2))
    days = [NOW + number * DAY for number in range(40)]

    for at in days[::3]:
        looked(database, {key(2): a_road_with(1, at=at), key(1): a_road_with(900, at=at)}, at)

    with database.reading() as session:
        visits = session.execute(
            select(Visit.day, Visit.is_counted).join(Target).where(Target.key == key(1)).order_by(Visit.day)
        ).all()
    assert [tuple(row) for row in visits] == [(TODAY, False), (TODAY + timedelta(days=30), False)]


def test_a_look_that_is_under_way_stays_due_for_the_day(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row(1, 状态="已注销"))
    looked(database, {key(1): a_road_with(900)})

    assert accounts(database)[key(1)].is_cancelled
    assert accounts(database, TODAY + DAY) == {}


def test_a_closed_account_without_a_road_is_nobodys_work(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row(1, 状态="已注销", 采集地址=""))

    assert accounts(database) == {}


def test_every_heading_of_the_register_says_something_else() -> None:
    headings = [each.heading for each in ACCOUNTS.fields]
    facts = [each.fact for each in ACCOUNTS.fields]

    assert len(set(headings)) == len(headings)
    assert len(set(facts)) == len(facts)
