"""Registers in: what goes in, what is named, what is never lost; and the day's duty out."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from crawler.targets import Account, ColumnEntry, Road, Site
from tests.builders import NOW, TODAY
from tracker.database import Database
from tracker.models import ColumnOverride, Standing, Target, Term, Unit
from tracker.register_plan import Kind
from tracker.registry import Duty, Outcome, contacts, import_register, read_targets
from tracker.sheets import UnusableRegister

SITES = ["网站标识码", "网站名称", "首页网址", "主办单位", "网站类型", "联系人", "联系邮箱", "状态"]
ACCOUNTS = ["账号标识", "平台", "账号名称", "主办单位", "联系邮箱", "采集地址", "状态"]
COLUMNS = ["网站标识码", "栏目名称", "栏目网址", "栏目类别", "更新时限天数", "豁免"]
UNITS = ["单位名称", "上级单位", "归口单位", "联系人", "联系邮箱"]
TERMS = ["错误表述", "正确表述", "类别", "生效日期"]
LATER = NOW + timedelta(days=10)


def a_site_row(number: int = 1, **cells: str) -> dict[str, str]:
    facts = {
        "网站标识码": f"41990000{number:02d}" if number < 100 else f"4199{number:06d}",
        "网站名称": f"云泽市第{number}局",
        "首页网址": f"https://s{number}.yunze.test/",
        "主办单位": f"云泽市第{number}局",
        "网站类型": "部门网站",
        "联系人": "张三",
        "联系邮箱": f"s{number}@yunze.test",
        "状态": "正常",
    }
    return facts | cells


def an_account_row(number: int = 1, **cells: str) -> dict[str, str]:
    facts = {
        "账号标识": f"gh_{number:012d}",
        "平台": "微信公众号",
        "账号名称": f"云泽发布{number}",
        "主办单位": "云泽市第1局",
        "联系邮箱": "a@yunze.test",
        "采集地址": f"http://bridge.test/{number}",
        "状态": "正常",
    }
    return facts | cells


def a_column_row(**cells: str) -> dict[str, str]:
    facts = {
        "网站标识码": "4199000001",
        "栏目名称": "通知公告",
        "栏目网址": "",
        "栏目类别": "",
        "更新时限天数": "",
        "豁免": "",
    }
    return facts | cells


def a_file(folder: Path, *rows: dict[str, str], head: Sequence[str] = (), name: str = "a.csv") -> Path:
    path = folder / name
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(head) or list(rows[0]), restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def take(
    database: Database, path: Path, at: datetime = NOW, dry_run: bool = False, **aliases: str
) -> Outcome:
    return import_register(database, path, aliases=aliases, at=at, dry_run=dry_run)


def counts(outcome: Outcome) -> tuple[int, int, int, int, int]:
    return outcome.added, outcome.changed, outcome.unchanged, outcome.absent, len(outcome.errors)


def said(outcome: Outcome) -> str:
    return "\n".join(map(str, outcome.errors))


def rows_of(database: Database, table: type[Any]) -> list[Any]:
    with database.reading() as session:
        return list(session.scalars(select(table).order_by(table.id)))


def everything(database: Database) -> list[dict[str, Any]]:
    tables = (Unit, Target, Standing, ColumnOverride, Term)
    with database.reading() as session:
        return [
            dict(row)
            for table in tables
            for row in session.execute(select(*table.__table__.columns)).mappings()
        ]


def duty(database: Database, day: date = TODAY) -> Duty:
    with database.reading() as session:
        return read_targets(session, day)


def standings(database: Database) -> list[tuple[str, date | None, date | None]]:
    rows = sorted(rows_of(database, Standing), key=lambda row: row.id)
    return [(row.state, row.valid_from, row.valid_to) for row in rows]


@contextmanager
def counting() -> Iterator[list[str]]:
    from sqlalchemy import Engine

    statements: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", note)


# The plain way


def test_each_register_is_told_by_its_headings_and_goes_in(tmp_path: Path, database: Database) -> None:
    files = {
        "units": a_file(
            tmp_path, {"单位名称": "云泽市第1局", "上级单位": "云泽市人民政府"}, head=UNITS, name="1.csv"
        ),
        "sites": a_file(tmp_path, a_site_row(), head=SITES, name="2.csv"),
        "accounts": a_file(tmp_path, an_account_row(), head=ACCOUNTS, name="3.csv"),
        "columns": a_file(tmp_path, a_column_row(豁免="是"), head=COLUMNS, name="4.csv"),
        "terms": a_file(tmp_path, {"错误表述": "错词", "正确表述": "正词"}, head=TERMS, name="5.csv"),
    }
    for register, path in files.items():
        outcome = take(database, path)
        assert (outcome.register, counts(outcome)) == (register, (1, 0, 0, 0, 0))


def test_a_second_import_of_the_same_file_changes_nothing_at_all(tmp_path: Path, database: Database) -> None:
    for path in (
        a_file(tmp_path, *(a_site_row(n, 备注="甲") for n in range(1, 4)), name="1.csv"),
        a_file(
            tmp_path,
            an_account_row(平台="某平台", 状态="关停中（公示）", 开设日期="2026年11月"),
            name="2.csv",
        ),
        a_file(tmp_path, a_column_row(栏目类别="要闻动态类", 更新时限天数="7天"), name="3.csv"),
    ):
        take(database, path)
        before = everything(database)
        again = take(database, path, LATER)
        assert (again.added, again.changed, again.absent, again.errors) == (0, 0, 0, ())
        assert everything(database) == before


def test_a_dry_run_shows_old_and_new_and_writes_nothing(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row(1), a_site_row(2), a_site_row(3)))
    before = everything(database)

    path = a_file(tmp_path, a_site_row(1, 网站名称="云泽市新局"), a_site_row(2), a_site_row(4))
    outcome = take(database, path, dry_run=True)

    assert everything(database) == before
    assert counts(outcome) == (1, 1, 1, 1, 0)
    assert [str(each) for each in outcome.changes(Kind.CHANGED)] == [
        "变更　4199000001 云泽市新局　网站名称：云泽市第1局 → 云泽市新局"
    ]
    assert [str(each) for each in outcome.changes(Kind.ABSENT)] == ["台账中已无　4199000003 云泽市第3局"]


def test_a_target_that_the_new_file_lacks_stays_and_is_still_due(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row(1), a_site_row(2)))
    outcome = take(database, a_file(tmp_path, a_site_row(1)))
    assert (outcome.absent, outcome.errors) == (1, ())
    assert len(duty(database).due) == 2


def test_a_closed_target_may_be_missing_from_a_new_file(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row(1), a_site_row(2, 状态="关停")))
    assert take(database, a_file(tmp_path, a_site_row(1))).absent == 0


def test_an_account_of_the_same_key_as_a_site_is_another_target(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    outcome = take(database, a_file(tmp_path, an_account_row(账号标识="4199000001")))
    assert counts(outcome) == (1, 0, 0, 0, 0)
    assert len(duty(database).due) == 2


def test_facts_under_headings_that_a_file_lacks_stay_as_they_are(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row(备注="甲")))
    four = {heading: a_site_row()[heading] for heading in SITES[:4]}
    assert counts(take(database, a_file(tmp_path, four))) == (0, 0, 1, 0, 0)
    (site,) = rows_of(database, Target)
    assert (site.email, site.more) == ("s1@yunze.test", {"备注": "甲"})


def test_an_empty_cell_empties_the_fact_but_never_the_state(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row(状态="临时下线")))
    take(database, a_file(tmp_path, a_site_row(联系邮箱="", 状态="")))
    (site,) = rows_of(database, Target)
    assert (site.email, site.state) == ("", "temporary-offline")


def test_unknown_columns_are_kept_and_their_changes_shown(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, an_account_row(本地编号="云泽市第1局", 序号="1")))
    outcome = take(database, a_file(tmp_path, an_account_row(本地编号="别的主体", 序号="2")))
    (target,) = rows_of(database, Target)
    assert target.more == {"本地编号": "别的主体"}
    assert [str(each) for each in outcome.changes(Kind.CHANGED)[0].differences] == [
        "本地编号：云泽市第1局 → 别的主体"
    ]


def test_words_for_states_and_platforms_that_are_not_ours_are_kept_besides(
    tmp_path: Path, database: Database
) -> None:
    take(database, a_file(tmp_path, an_account_row(平台="某政务号", 状态="关停中（公示）")))
    (target,) = rows_of(database, Target)
    assert (target.platform, target.state) == ("其他", "running")
    assert target.more == {"平台（原文）": "某政务号", "状态（原文）": "关停中（公示）"}


def test_usual_headings_of_other_programs_and_the_offices_own_are_understood(
    tmp_path: Path, database: Database
) -> None:
    row = {"标识码*": "4199000001", "站点名称": "甲", "网址（必填）": "http://a.test/", "归属": "乙"}
    outcome = take(database, a_file(tmp_path, row), 归属="主办单位")
    assert counts(outcome) == (1, 0, 0, 0, 0)
    assert take(database, a_file(tmp_path, row), 归属="主办单位", 某栏="没有的表头").warnings


# Units


def test_without_a_unit_register_a_unit_is_its_name_and_its_contacts_those_of_its_targets(
    tmp_path: Path, database: Database
) -> None:
    take(database, a_file(tmp_path, a_site_row(联系邮箱="a@yunze.test;b@yunze.test")))
    take(
        database,
        a_file(tmp_path, an_account_row(联系邮箱="a@yunze.test"), an_account_row(2, 联系邮箱="c@yunze.test")),
    )
    (unit,) = rows_of(database, Unit)
    with database.reading() as session:
        assert contacts(session, [unit.id])[unit.id] == ("a@yunze.test", "b@yunze.test", "c@yunze.test")

    take(database, a_file(tmp_path, {"单位名称": "云泽市第1局", "联系邮箱": "own@yunze.test"}))
    with database.reading() as session:
        assert contacts(session, [unit.id])[unit.id] == ("own@yunze.test",)


def test_a_unit_written_with_a_blank_or_other_brackets_is_the_same_unit(
    tmp_path: Path, database: Database
) -> None:
    rows = [a_site_row(1, 主办单位="云泽市 甲局(本级)"), a_site_row(2, 主办单位="云泽市甲局（本级）")]
    take(database, a_file(tmp_path, *rows))
    assert [unit.name for unit in rows_of(database, Unit)] == ["云泽市甲局（本级）"]


def test_a_unit_that_the_unit_register_does_not_know_is_told(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, {"单位名称": "云泽市第1局", "联系人": "张三"}))
    outcome = take(database, a_file(tmp_path, a_site_row(1), a_site_row(2, 主办单位="云泽市第1局局")))
    assert counts(outcome) == (2, 0, 0, 0, 0)
    assert "云泽市第1局局" in str(outcome.warnings[0])


# Standings


def test_the_day_of_import_is_not_the_day_a_target_began(tmp_path: Path, database: Database) -> None:
    take(
        database,
        a_file(tmp_path, a_site_row(1), a_site_row(2, 开设日期="2026-03-01"), head=[*SITES, "开设日期"]),
    )
    assert standings(database) == [("running", None, None), ("running", date(2026, 3, 1), None)]
    assert len(duty(database, date(2020, 1, 1)).due) == 1


def test_a_change_of_state_closes_the_old_standing_the_day_before(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    take(database, a_file(tmp_path, a_site_row(状态="关停")), LATER)
    day = LATER.date()
    assert standings(database) == [("running", None, day - timedelta(days=1)), ("closed", day, None)]
    assert len(duty(database, day - timedelta(days=1)).due) == 1
    assert duty(database, day) == Duty([], [])


def test_a_stated_day_goes_before_the_day_of_import(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    path = a_file(tmp_path, a_site_row(状态="注销", 生效日期="2026-11-30"))
    take(database, path, LATER)
    assert standings(database)[1] == ("closed", date(2026, 11, 30), None)
    assert take(database, path, LATER).unchanged == 1


def test_a_closure_that_lies_ahead_leaves_the_target_due_until_then(
    tmp_path: Path, database: Database
) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    take(database, a_file(tmp_path, a_site_row(状态="关停", 生效日期="2026-12-31")))
    assert len(duty(database, date(2026, 12, 30)).due) == 1
    assert duty(database, date(2026, 12, 31)).due == []


def test_a_target_that_moves_to_another_unit_was_under_the_old_one_before(
    tmp_path: Path, database: Database
) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    take(database, a_file(tmp_path, a_site_row(主办单位="云泽市新局")), LATER)
    assert duty(database, TODAY).due[0][1].unit == "云泽市第1局"
    assert duty(database, LATER.date()).due[0][1].unit == "云泽市新局"
    (old, new), (target,) = rows_of(database, Unit), rows_of(database, Target)
    assert (old.name, target.unit_id) == ("云泽市第1局", new.id)


def test_a_mistake_put_right_on_the_same_day_leaves_one_change(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    take(database, a_file(tmp_path, a_site_row(状态="关停")), LATER)
    take(database, a_file(tmp_path, a_site_row(状态="临时下线")), LATER)
    assert [state for state, *_ in standings(database)] == ["running", "temporary-offline"]


def test_a_change_whose_day_is_earlier_than_the_last_ones_is_refused(
    tmp_path: Path, database: Database
) -> None:
    take(database, a_file(tmp_path, a_site_row(状态="正常", 生效日期="2026-11-30")))
    outcome = take(database, a_file(tmp_path, a_site_row(状态="关停", 生效日期="2026-11-01")), LATER)
    assert "第2行“生效日期”" in said(outcome)
    assert standings(database) == [("running", date(2026, 11, 30), None)]


def test_an_older_register_does_not_overwrite_a_later_change(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    take(database, a_file(tmp_path, a_site_row(状态="关停")), LATER)
    assert take(database, a_file(tmp_path, a_site_row()), NOW + timedelta(days=1)).errors


def test_the_day_of_a_change_can_be_put_right(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    take(database, a_file(tmp_path, a_site_row(状态="关停")), LATER)
    outcome = take(database, a_file(tmp_path, a_site_row(状态="关停", 生效日期="2026-11-28")), LATER)
    assert (outcome.changed, str(outcome.changes(Kind.CHANGED)[0].differences[0])) == (
        1,
        "生效日期：2026-12-04 → 2026-11-28",
    )
    assert standings(database) == [
        ("running", None, date(2026, 11, 27)),
        ("closed", date(2026, 11, 28), None),
    ]


# The duty of a day


def test_targets_that_are_offline_or_planned_are_excused_with_the_reason(
    tmp_path: Path, database: Database
) -> None:
    rows = [
        a_site_row(1),
        a_site_row(2, 状态="临时下线"),
        a_site_row(3, 状态="拟开设"),
        a_site_row(4, 状态="关停"),
    ]
    take(database, a_file(tmp_path, *rows))
    told = duty(database)
    assert [target.key for _, target in told.due] == ["4199000001"]
    assert [reason for _, reason in told.excused] == ["临时下线", "拟开设"]
    assert told.target(told.due[0][0]) is told.due[0][1]
    assert told.target(told.excused[0][0]) is None


def test_a_target_comes_out_as_the_register_has_it(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    take(
        database,
        a_file(tmp_path, an_account_row(采集地址="http://b.test/1 | wewe:MP_1", 开设日期="2026-11-20")),
    )
    take(database, a_file(tmp_path, a_column_row(栏目类别="A", 更新时限天数="7", 豁免="是")))
    (_, site), (_, account) = duty(database).due
    entry = ColumnEntry("通知公告", "", "A", 7, True)
    assert site == Site("4199000001", "云泽市第1局", "https://s1.yunze.test/", "云泽市第1局", (entry,))
    roads = (Road("http://b.test/1"), Road("MP_1", "wewe"))
    assert account == Account(
        "gh_000000000001",
        "微信公众号",
        "云泽发布1",
        "云泽市第1局",
        roads,
        date(2026, 11, 20),
        account_id="gh_000000000001",
    )


# Columns


def test_a_column_of_an_unknown_site_is_named(tmp_path: Path, database: Database) -> None:
    outcome = take(database, a_file(tmp_path, a_column_row()))
    assert "第2行“网站标识码”：“4199000001”不在网站台账中" in said(outcome)


def test_an_unknown_column_class_warns_and_is_kept_with_what_else_the_row_says(
    tmp_path: Path, database: Database
) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    outcome = take(database, a_file(tmp_path, a_column_row(栏目类别="甲乙丙", 豁免="是")))
    (column,) = rows_of(database, ColumnOverride)
    assert (column.column_class, column.exempt) == ("甲乙丙", True)
    assert outcome.errors == () and "甲乙丙" in str(outcome.warnings[0])


def test_a_column_whose_address_changed_is_the_same_column(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row()))
    take(database, a_file(tmp_path, a_column_row(栏目网址="http://s1.yunze.test/a/", 豁免="是")))
    outcome = take(database, a_file(tmp_path, a_column_row(栏目网址="http://s1.yunze.test/b/", 豁免="否")))
    assert counts(outcome) == (0, 1, 0, 0, 0)
    assert [(row.url, row.exempt) for row in rows_of(database, ColumnOverride)] == [
        ("http://s1.yunze.test/b/", False)
    ]


# How many statements


@pytest.mark.parametrize("rows", [10, 500])
def test_the_number_of_statements_does_not_grow_with_the_rows(
    tmp_path: Path, database: Database, rows: int
) -> None:
    sites = [a_site_row(n) for n in range(1, rows + 1)]
    moved = [row | {"状态": "临时下线", "主办单位": "云泽市新局"} for row in sites]
    columns = [a_column_row(网站标识码=row["网站标识码"]) for row in sites]

    with counting() as first:
        take(database, a_file(tmp_path, *sites))
    with counting() as second:
        take(database, a_file(tmp_path, *moved), LATER)
    with counting() as third:
        take(database, a_file(tmp_path, *columns))
    with counting() as fourth:
        duty(database)

    assert [len(each) for each in (first, second, third, fourth)] == [12, 13, 11, 3]  # BEGIN among them


def test_a_file_that_cannot_be_written_whole_is_not_written_at_all(
    tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tracker import register_writing

    def fails(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(register_writing, "_write_stands", fails)
    with pytest.raises(RuntimeError):
        take(database, a_file(tmp_path, a_site_row()))
    assert everything(database) == []


def test_nothing_is_asked_of_the_database_before_the_file_is_read(tmp_path: Path, database: Database) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    with counting() as statements, pytest.raises(UnusableRegister):
        take(database, tmp_path / "a.csv")
    assert statements == []
