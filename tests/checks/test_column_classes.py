"""A column's class by its name (regulations.md 9.1 and 9.2)."""

import csv
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.column_classes import ColumnClass, class_of, classify, letter_of, part_of, waits_for_office
from crawler.targets import ColumnEntry
from tests.builders import SHANGHAI, a_column, a_reading

TODAY = date(2026, 11, 24)
NAMES = Path(__file__).parents[1] / "data" / "columns" / "names.tsv"
"""Names of columns of real websites, each with the class that a person would give it, or "open", and why."""


def said(known: ColumnClass) -> str:
    return known.letter if known.certain else "open"


def test_names_of_real_websites_get_the_class_that_a_person_would_give_them() -> None:
    with NAMES.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))

    wrong = {
        row["名称"]: (row["类别"], guess.reason)
        for row in rows
        for guess in [
            classify(row["名称"], row["上级栏目"].split("/") if row["上级栏目"] else (), today=TODAY)
        ]
        if said(guess) != row["类别"]
    }

    assert wrong == {}
    assert len(rows) >= 150


@pytest.mark.parametrize(
    ("letter", "names"),
    [
        (
            "A",
            "要闻 本地要闻 政务要闻 工作动态 部门动态 区县动态 县区快讯 工作进展 图片新闻 时政 时政要闻 基层动态 要闻动态",
        ),
        ("B1", "通知公告 公示公告 公告公示 通知 征地公告"),
        ("B2", "政策文件 规范性文件 政府文件 市政府办文件 法规规章"),
        ("C", "政策解读 图解 部门解读 媒体解读 政策图解 文件解读"),
        ("D", "人事任免 人事信息 招考 规划计划 工作计划 总结 工作总结 财政预决算 年度报告 政府信息公开年报"),
        ("E", "领导信箱 市长信箱 网上咨询 咨询建言 留言 领导留言板"),
        ("F", "民意征集 意见征集 网上调查"),
        ("G", "在线访谈 新闻发布会"),
        ("H", "数据发布 统计数据 办事统计"),
        ("I", "概况 机构职能 领导之窗 联系我们 公开指南 网站声明 单位概况"),
        ("L", "历史专题 往届 归档 已结束专栏"),
    ],
)
def test_a_typical_name_is_certain(letter: str, names: str) -> None:
    for name in names.split():
        guess = classify(name)

        assert (guess.letter, guess.certain) == (letter, True), name


@pytest.mark.parametrize(
    ("name", "letter"),
    [("人事公告", "D"), ("统计公报", "H"), ("政策咨询", "E"), ("规划公示", "D"), ("机构改革动态", "I")],
)
def test_a_name_that_two_classes_claim_waits_for_the_office(name: str, letter: str) -> None:
    guess = classify(name)

    assert (guess.letter, guess.certain, guess.limit_days) == (letter, False, None)
    assert "兼有" in guess.reason


@pytest.mark.parametrize("name", ["政策解读", "领导活动", "领导动态", "领导信箱"])
def test_the_clashes_that_the_table_settles_are_certain(name: str) -> None:
    assert classify(name).certain


@pytest.mark.parametrize("name", ["乡村振兴", "营商环境", "党建工作", "其他", "专题专栏"])
def test_a_name_that_says_nothing_is_class_k_and_waits(name: str) -> None:
    guess = classify(name)

    assert (guess.letter, guess.certain, guess.limit_days) == ("K", False, None)


@given(st.text(max_size=12), st.lists(st.text(max_size=6), max_size=2))
def test_every_name_has_a_class_and_a_reason(name: str, parents: list[str]) -> None:
    guess = classify(name, parents, today=TODAY)

    assert guess.label and guess.reason


@pytest.mark.parametrize(
    ("name", "is_past"),
    [
        ("2021年重点工作", True),
        ("2024年报告", True),
        ("2025年重点工作", False),
        ("2026年计划", False),
        ("2016-2026年", False),
    ],
)
def test_a_year_before_the_last_is_past(name: str, is_past: bool) -> None:
    assert (classify(name, today=TODAY).letter == "L") is is_past


def test_what_hangs_under_a_past_topic_is_past() -> None:
    assert classify("工作动态", ("历史专题",)).letter == "L"


def test_a_parents_name_is_no_certain_guess_where_a_limit_hangs_on_it() -> None:
    assert not classify("专题报道", ("新闻动态",)).certain
    assert classify("班子成员", ("领导之窗",)).letter == "I"
    assert classify("班子成员", ("领导之窗",)).certain


# -- limits -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("工作动态", 14),
        ("通知公告", 180),
        ("政策文件", 180),
        ("政策解读", 180),
        ("规划计划", 365),
        ("领导信箱", None),
        ("机构职能", None),
    ],
)
def test_a_class_brings_its_limit(name: str, limit: int | None) -> None:
    assert class_of(a_column(name)).limit_days == limit


@pytest.mark.parametrize(
    ("name", "parents", "found_by", "limit"),
    [
        ("政策文件", (), "navigation", 180),
        ("政策文件", (), "register", 180),
        ("政策文件", ("政务公开",), "navigation", 365),
        ("政策文件", (), "more", 365),
        ("通知公告", ("政务公开",), "navigation", 180),
    ],
)
def test_only_policy_columns_of_the_first_level_have_half_a_year(
    name: str, parents: tuple[str, ...], found_by: str, limit: int
) -> None:
    assert class_of(a_column(name, parents=parents, found_by=found_by)).limit_days == limit


# -- what the office wrote --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "letter"),
    [
        ("A", "A"), ("b1", "B1"), ("B2类", "B2"), ("要闻动态类", "A"), ("通知公告类", "B1"), ("通知公告", "B1"), ("政策文件类", "B2"),
        ("政策解读类", "C"), ("人事规划计划类", "D"), ("静态类", "I"), ("其他", "K"), ("K", "K"), ("重要的", None), ("", None), ("Z", None),
    ],
)  # fmt: skip
def test_the_office_writes_a_letter_or_a_usual_name(word: str, letter: str | None) -> None:
    assert letter_of(word) == letter


@pytest.mark.parametrize(
    ("entry", "letter", "limit"),
    [
        (ColumnEntry("人事公告", column_class="通知公告类"), "B1", 180),
        (ColumnEntry("人事公告", column_class="D"), "D", 365),
        (ColumnEntry("人事公告", column_class="其他"), "K", 365),
        (ColumnEntry("人事公告", limit_days=30), "D", 30),
        (ColumnEntry("人事公告", column_class="A", limit_days=7), "A", 7),
        (ColumnEntry("人事公告", column_class="重要的", limit_days=60), "D", 60),
    ],
)
def test_the_office_goes_before_the_name(entry: ColumnEntry, letter: str, limit: int) -> None:
    known = class_of(a_column("人事公告", entry=entry))

    assert (known.letter, known.limit_days, known.certain, known.by_office) == (letter, limit, True, True)


def test_an_unknown_word_of_the_office_leaves_the_guess() -> None:
    assert not class_of(a_column("人事公告", entry=ColumnEntry("人事公告", column_class="重要的"))).certain


# -- a word that is not what the name is about ------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["领导讲话", "计划生育", "规划许可", "事故调查报告", "联系群众", "文件下载", "历史文化"]
)
def test_a_class_word_before_the_last_word_settles_nothing(name: str) -> None:
    guess = classify(name)

    assert (guess.certain, guess.limit_days) == (False, None)


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("政策文件库", "B2"),
        ("规划信息公开", "D"),
        ("工作进展情况", "A"),
        ("统计数据查询", "H"),
        ("公告栏", "B1"),
    ],
)
def test_last_words_that_add_nothing_are_passed_over(name: str, letter: str) -> None:
    assert said(classify(name)) == letter


# -- the disclosure platform ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parents", "part"),
    [
        ("政府信息公开指南", (), "指南"),
        ("指南", ("政府信息公开",), "指南"),
        ("办事指南", ("政府信息公开",), ""),
        ("政府信息公开制度", (), "制度"),
        ("法定主动公开内容", ("政府信息公开",), "法定主动公开内容"),
        ("政府信息公开工作年度报告", (), "年报"),
        ("年报", ("政府信息公开专栏",), "年报"),
        ("年度报告", ("公司概况",), ""),
        ("依申请公开", (), "依申请公开"),
        ("通知公告", ("政府信息公开",), ""),
    ],
)
def test_the_parts_of_the_disclosure_platform_are_told_by_name_and_place(
    name: str, parents: tuple[str, ...], part: str
) -> None:
    assert part_of(name, parents) == part


@pytest.mark.parametrize(
    ("today", "newest", "is_fresh"),
    [
        (date(2026, 1, 31), date(2025, 1, 20), True),
        (date(2026, 2, 1), date(2025, 1, 20), False),
        (date(2026, 2, 1), date(2025, 12, 20), True),
        (date(2026, 2, 1), date(2026, 1, 31), True),
        (date(2026, 12, 31), date(2026, 1, 10), True),
        (date(2027, 1, 31), date(2026, 1, 10), True),
        (date(2026, 1, 31), date(2024, 11, 30), False),
    ],
)
def test_the_yearly_report_is_due_by_the_end_of_january_however_many_days_that_is(
    today: date, newest: date, is_fresh: bool
) -> None:
    known = classify("政府信息公开年报", ("政府信息公开",), today=today)

    assert (known.letter, known.certain) == ("D", True)
    assert (
        known.is_fresh(newest, datetime(today.year, today.month, today.day, 9, tzinfo=SHANGHAI)) is is_fresh
    )


def test_of_the_yearly_report_january_reminds_until_it_is_there() -> None:
    known = classify("政府信息公开年报", today=date(2026, 1, 10))
    now = datetime(2026, 1, 10, 9, tzinfo=SHANGHAI)

    assert known.is_due_soon(date(2025, 1, 20), now)
    assert not known.is_due_soon(date(2026, 1, 8), now)
    december = classify("政府信息公开年报", today=date(2026, 12, 10))
    assert not december.is_due_soon(date(2026, 1, 8), datetime(2026, 12, 10, 9, tzinfo=SHANGHAI))


def test_what_must_be_disclosed_waits_for_the_offices_own_rule() -> None:
    assert said(classify("法定主动公开内容", ("政府信息公开",))) == "open"
    assert said(classify("义务教育", ("政府信息公开", "法定主动公开内容"))) == "open"


# -- years ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "parents", "letter"),
    [("2026年", ("通知公告",), "B1"), ("2025年", ("通知公告",), "L"), ("2026年", ("乡村振兴",), "open")],
)
def test_a_column_of_one_year_is_its_parent_this_year_and_past_in_the_next(
    name: str, parents: tuple[str, ...], letter: str
) -> None:
    assert said(classify(name, parents, today=TODAY)) == letter


# -- what waits -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "waits"),
    [
        ({}, True),
        ({"children": (("乡村振兴", "要闻"),)}, False),
        ({"leads_to": "xczx.yunze.test"}, False),
        ({"entry": ColumnEntry("乡村振兴", exempt=True)}, False),
        ({"reading": a_reading(0, kind="static")}, False),
    ],
)
def test_only_a_list_of_this_website_waits_for_the_office(facts: dict[str, object], waits: bool) -> None:
    column = a_column("乡村振兴", **facts)  # type: ignore[arg-type]

    assert waits_for_office(column, class_of(column, TODAY)) is waits


def test_a_confirmed_class_says_who_said_so() -> None:
    entry = ColumnEntry("乡村振兴", column_class="K", confirmed="张三于2026-11-24")

    assert class_of(a_column("乡村振兴", entry=entry)).reason == "张三于2026-11-24确认"
