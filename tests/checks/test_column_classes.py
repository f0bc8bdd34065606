"""A column's class by its name (regulations.md 9.1 and 9.2)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.column_classes import class_of, classify, letter_of
from crawler.targets import ColumnEntry
from tests.builders import a_column

TODAY = date(2026, 11, 24)


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
