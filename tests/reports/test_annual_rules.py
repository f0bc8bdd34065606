"""X1-X8: what holds in the real report, and each error that somebody plants in it, named by its row and column."""

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.annual_form import (
    APPLICANTS,
    CARRIED_IN,
    CARRIED_ON,
    CHARGE,
    DECISIONS,
    DIRECT_SUIT,
    DONE,
    FIELDS,
    IN_FORCE,
    KEYS,
    LATER_SUIT,
    MADE,
    NEW,
    PUBLISHED,
    REPEALED,
    REQUESTS,
    RESULT_ROWS,
    REVIEW,
    REVIEWS,
    TEXTS,
    TOTAL,
    AnnualSheet,
    Key,
    Number,
    with_sums,
)
from reports.annual_rules import Breach, UnsoundReport, breaches, refuse_unsound
from tests.reports.annual_reports import LEDGER_2025, the_report_of_2025

DOCUMENTS = "行政规范性文件"
PUBLIC = "（一）予以公开"
LACKING = "（四）无法提供 1.本机关不掌握相关政府信息"
LAST = {Key(CARRIED_ON, TOTAL): 2, Key(CARRIED_ON, "自然人"): 2, Key(DOCUMENTS, IN_FORCE): 290}
"""What the report of 2024 must have said."""


def planted(change: Mapping[Key, Number] | None = None, **texts: str) -> list[Breach]:
    """What is found after one thing was changed in the real report, held against all that there is."""
    real = the_report_of_2025()
    report = the_report_of_2025(change, texts, before=LAST)
    return breaches(report, LEDGER_2025, parts=[real] if change else ())


def rules_of(found: list[Breach]) -> list[str]:
    return sorted({each.rule for each in found})


def test_the_real_report_holds_against_itself_its_ledger_and_the_year_before() -> None:
    assert planted() == []
    refuse_unsound(the_report_of_2025(), LEDGER_2025)


# -- X1 to X4: twenty errors in single cells --------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "wrong", "rules", "named"),
    [
        (NEW, "自然人", 259, ["X1", "X3"], ["各行“自然人”一栏", f"“{NEW}”一行“总计”一栏"]),
        (NEW, "其他", 1, ["X1", "X3"], ["各行“其他”一栏", f"“{NEW}”一行“总计”一栏"]),
        (NEW, TOTAL, 267, ["X1", "X3", "X7"], ["各行“总计”一栏", f"“{NEW}”一行“总计”一栏"]),
        (CARRIED_IN, "商业企业", 1, ["X1", "X3"], ["各行“商业企业”一栏", f"“{CARRIED_IN}”一行“总计”一栏"]),
        (CARRIED_IN, TOTAL, 3, ["X1", "X3", "X5", "X7"], ["各行“总计”一栏", f"“{CARRIED_IN}”一行“总计”一栏"]),
        (PUBLIC, "自然人", 23, ["X2", "X3"], [f"“{PUBLIC}”一行“自然人”一栏有误"]),
        (LACKING, "商业企业", 5, ["X2", "X3"], [f"“{LACKING}”一行“商业企业”一栏有误"]),
        (RESULT_ROWS[1], "科研机构", 1, ["X2", "X3"], [f"“{RESULT_ROWS[1]}”一行“科研机构”一栏有误"]),
        (RESULT_ROWS[9], "社会公益组织", 4, ["X2", "X3"], [f"“{RESULT_ROWS[9]}”一行“社会公益组织”一栏有误"]),
        (RESULT_ROWS[17], "法律服务机构", 9, ["X2", "X3"], [f"“{RESULT_ROWS[17]}”一行“法律服务机构”一栏有误"]),
        (RESULT_ROWS[20], "其他", 2, ["X2", "X3"], [f"“{RESULT_ROWS[20]}”一行“其他”一栏有误"]),
        (LACKING, TOTAL, 187, ["X2", "X3"], [f"“{LACKING}”一行“总计”一栏"]),
        (DONE, "自然人", 232, ["X1", "X2", "X3"], ["“（七）总计”一行“自然人”一栏"]),
        (DONE, TOTAL, 238, ["X1", "X2", "X3", "X7"], ["“（七）总计”一行“总计”一栏"]),
        (CARRIED_ON, "法律服务机构", 1, ["X1", "X3"], ["各行“法律服务机构”一栏", f"“{CARRIED_ON}”一行“总计”一栏"]),
        (CARRIED_ON, TOTAL, 28, ["X1", "X3", "X7"], ["各行“总计”一栏", f"“{CARRIED_ON}”一行“总计”一栏"]),
        (REVIEW, "结果维持", 2, ["X4"], ["“行政复议”部分“总计”一栏"]),
        (REVIEW, TOTAL, 3, ["X4"], ["“行政复议”部分“总计”一栏"]),
        (DIRECT_SUIT, "结果纠正", 1, ["X4"], [f"“{DIRECT_SUIT}”部分“总计”一栏"]),
        (LATER_SUIT, "尚未审结", 1, ["X4"], [f"“{LATER_SUIT}”部分“总计”一栏"]),
        (DOCUMENTS, MADE, 8, ["X6"], ["“行政规范性文件”一行“现行有效件数”一栏"]),
        (DOCUMENTS, REPEALED, 120, ["X6"], ["“行政规范性文件”一行“现行有效件数”一栏"]),
        (DOCUMENTS, IN_FORCE, 177, ["X6"], ["“行政规范性文件”一行“现行有效件数”一栏"]),
        ("行政许可", DECISIONS, 5, [], ["“行政许可”一行“本年处理决定数量”一栏"]),
        ("行政事业性收费", CHARGE, 1, [], ["“行政事业性收费”一行“本年收费金额（单位：万元）”一栏"]),
    ],
)  # fmt: skip
def test_a_wrong_cell_is_named_by_row_and_column_and_breaks_no_rule_but_its_own(
    row: str, column: str, wrong: int, rules: list[str], named: list[str]
) -> None:
    found = planted({Key(row, column): wrong})
    assert rules_of(found) == [*rules, "X8"]  # the sum of the parts no longer holds, whichever cell it is
    told = "\n".join(map(str, found))
    assert all(name in told for name in named)


@pytest.mark.parametrize(("total", "holds"), [(783, True), (782, False)], ids=["holds", "one too few"])
def test_the_real_balance_of_another_city_holds_and_with_one_less_fails_by_one(
    total: int, holds: bool
) -> None:
    person = {NEW: 13612, CARRIED_IN: 535, PUBLIC: 13364, CARRIED_ON: total}
    report = a_report({Key(row, "自然人"): number for row, number in person.items()})
    found = breaches(report)
    if holds:
        assert found == []
    else:
        assert {each.rule for each in found} == {"X1"}
        assert found[0].where == "表二 申请“一、二、三（七）、四”各行“自然人”一栏"
        assert found[0].words == (
            "“本年新收”加“上年结转”为14147（13612+535），“办理结果总计”加“结转下年度”为14146（13364+782），相差1"
        )


def test_a_breach_says_both_numbers_and_the_difference() -> None:
    (breach, _) = planted({Key(REVIEW, TOTAL): 5})
    assert str(breach) == "X4 错误 表三 复议诉讼“行政复议”部分“总计”一栏：所填为5，四项结果之和为2，相差3"


def test_no_cell_is_suspected_where_two_are_wrong() -> None:
    found = planted({Key(PUBLIC, "自然人"): 23, Key(LACKING, "商业企业"): 5})
    assert not any("很可能" in each.words for each in found)


# -- X5 and X6 --------------------------------------------------------------------------------------------


def test_last_years_numbers_that_differ_are_a_warning_and_stop_nothing() -> None:
    report = the_report_of_2025(before=LAST | {Key(CARRIED_ON, TOTAL): 5, Key(DOCUMENTS, IN_FORCE): 280})
    assert [str(each) for each in breaches(report)] == [
        f"X5 提示 表二 申请“{CARRIED_IN}”一行“总计”一栏：所填为2，上年度“结转下年度继续办理”为5，相差3",
        "X6 提示 表一 主动公开“行政规范性文件”一行“现行有效件数”一栏："
        "所填为176，上年现行有效280加本年制发7减本年废止121为166，相差10",
    ]
    refuse_unsound(report)


def test_last_years_report_goes_before_what_the_sheet_says_of_it() -> None:
    last = a_report({Key(CARRIED_ON, "自然人"): 2, Key(DOCUMENTS, IN_FORCE): 290}, year=2024)
    report = the_report_of_2025(before={Key(CARRIED_ON, TOTAL): 99})
    assert rules_of(breaches(report)) == ["X5"]
    assert [each for each in breaches(report, last=last) if each.rule in ("X5", "X6")] == []


def test_a_report_of_another_year_is_not_last_years() -> None:
    (breach,) = breaches(the_report_of_2025(), last=a_report({}, year=2023))
    assert (breach.rule, breach.is_warning) == ("X5", True)
    assert "请换成2024年度的报告" in breach.words


def test_what_is_not_given_of_last_year_is_not_judged() -> None:
    assert breaches(the_report_of_2025(before={})) == []


# -- X7 ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "right", "wrong", "named"),
    [
        ("依申请公开", "266 件", "265 件", f"表二 申请“{NEW}”一行“总计”一栏"),
        ("依申请公开", "上年结转 2 件", "上年结转 3 件", f"表二 申请“{CARRIED_IN}”一行“总计”一栏"),
        ("依申请公开", "办结 239 件", "办结 240 件", "表二 申请“（七）总计”一行“总计”一栏"),
        ("依申请公开", "结转下年 29 件", "结转下年 28 件", f"表二 申请“{CARRIED_ON}”一行“总计”一栏"),
        ("政府信息管理", "44 家", "45 家", "台账政府网站“监控对象”"),
        ("政府信息管理", "294 家", "295 家", "台账政务新媒体“监控对象”"),
        ("政府信息管理", "129 家次", "130 家次", "台账政府网站“家次”"),
        ("政府信息管理", "710 家次", "700 家次", "台账政务新媒体“家次”"),
    ],
)
def test_a_wrong_number_in_a_text_is_an_error_named_by_text_and_cell(
    part: str, right: str, wrong: str, named: str
) -> None:
    text = the_report_of_2025().texts[part]
    assert right in text
    (breach,) = planted(**{part: text.replace(right, wrong)})
    assert (breach.rule, breach.is_warning) == ("X7", False)
    assert part in breach.where
    assert named in breach.where
    assert "相差1" in breach.words


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("全年制发规范性文件8件。", "“行政规范性文件”一行“本年制发件数”一栏"),
        ("废止行政规范性文件120件。", "“行政规范性文件”一行“本年废止件数”一栏"),
        ("因政府信息公开被申请行政复议3件。", "“行政复议”部分“总计”一栏"),
        ("行政复议2件、行政诉讼1件。", f"“{DIRECT_SUIT}”部分“总计”一栏"),
        ("作出行政处罚决定1件。", "“行政处罚”一行“本年处理决定数量”一栏"),
        ("收取行政事业性收费100元。", "“行政事业性收费”一行“本年收费金额（单位：万元）”一栏"),
    ],
)
def test_a_number_told_elsewhere_in_the_text_is_held_against_its_table_too(text: str, named: str) -> None:
    (breach,) = planted(监督保障=text)
    assert (breach.rule, breach.is_warning) == ("X7", False)
    assert named in breach.where


def test_yuan_in_the_text_are_compared_with_ten_thousands_in_the_table() -> None:
    report = the_report_of_2025(
        {Key("行政事业性收费", CHARGE): 3}, {"其他需要报告的事项": "行政事业性收费30000元。"}
    )
    assert breaches(report) == []


def test_what_may_be_others_cases_is_only_a_warning() -> None:
    (breach,) = planted(监督保障="全市各级行政机关因政府信息公开被申请行政复议30件。")
    assert (breach.rule, breach.is_warning) == ("X7", True)


def test_without_a_ledger_its_figures_are_not_judged() -> None:
    text = the_report_of_2025().texts["政府信息管理"].replace("129", "130")
    assert breaches(the_report_of_2025(texts={"政府信息管理": text})) == []


# -- X8, and nothing printed ------------------------------------------------------------------------------


def test_the_sum_of_the_parts_is_compared_cell_by_cell() -> None:
    half = a_report({Key(NEW, "自然人"): 3, Key(CARRIED_ON, "自然人"): 3, Key("行政许可", DECISIONS): 2})
    whole = a_report({Key(NEW, "自然人"): 6, Key(CARRIED_ON, "自然人"): 6, Key("行政许可", DECISIONS): 5})
    (breach,) = breaches(whole, parts=[half, half])
    assert str(breach) == (
        "X8 提示 表一 主动公开“行政许可”一行“本年处理决定数量”一栏：所填为5，2份下级报告合计为4，相差1"
    )


def test_a_part_of_another_year_is_said() -> None:
    empty = a_report({})
    (breach,) = breaches(empty, parts=[replace(empty, year=2024, office="云泽市教育局")])
    assert (breach.rule, breach.is_warning) == ("X8", True)
    assert "云泽市教育局" in breach.where


def test_all_errors_are_told_in_one_line_before_anything_is_printed() -> None:
    report = the_report_of_2025({Key(REVIEW, TOTAL): 5, Key(CARRIED_ON, TOTAL): 30})
    with pytest.raises(UnsoundReport) as caught:
        refuse_unsound(report)
    assert {each.rule for each in caught.value.errors} == {"X1", "X3", "X4", "X7"}
    assert str(caught.value).startswith("年度报告有4处错误，改正后才能生成：（1）")
    assert "\n" not in str(caught.value)


# -- any report -------------------------------------------------------------------------------------------


def a_report(typed: Mapping[Key, Number], year: int = 2025, **more: object) -> AnnualSheet:
    facts: dict[str, object] = {"texts": {text.name: "略。" for text in TEXTS}}
    return AnnualSheet("云泽市人民政府办公室", year, numbers=with_sums(typed), **{**facts, **more})  # type: ignore[arg-type]


FEW = st.integers(0, 9)


@st.composite
def sound_reports(draw: st.DrawFn) -> AnnualSheet:
    """Any results, any carried over that they leave room for, any reviews; the text names the numbers by their fields."""
    typed: dict[Key, Number] = {}
    for column in APPLICANTS:
        results = draw(st.lists(FEW, min_size=len(RESULT_ROWS), max_size=len(RESULT_ROWS)))
        typed |= {Key(row, column): number for row, number in zip(RESULT_ROWS, results, strict=True)}
        carried_on = draw(FEW)
        carried_in = draw(st.integers(0, min(9, sum(results) + carried_on)))
        typed[Key(CARRIED_ON, column)], typed[Key(CARRIED_IN, column)] = carried_on, carried_in
        typed[Key(NEW, column)] = sum(results) + carried_on - carried_in
    for key in (*REVIEWS.keys, *PUBLISHED.keys):
        if key.column != TOTAL:
            typed[key] = draw(FEW)
    words = "收到申请{本年新收}件，上年结转{上年结转}件，办结{办结}件，结转下年{结转下年}件。" + "".join(
        f"{name}{{{name}}}件。" for name in ("予以公开", "无法提供", "行政复议", "行政诉讼")
    )
    return a_report(typed, texts={text.name: words if text.name == "依申请公开" else "" for text in TEXTS})


@settings(deadline=None, max_examples=60)
@given(sound_reports())
def test_a_report_that_adds_up_has_no_breach(report: AnnualSheet) -> None:
    assert breaches(report, parts=[report]) == []


@settings(deadline=None, max_examples=60)
@given(sound_reports(), st.data(), st.sampled_from([-1, 1]))
def test_any_number_of_tables_two_and_three_changed_by_one_breaks_a_rule_of_the_form(
    report: AnnualSheet, data: st.DataObject, by: int
) -> None:
    key = data.draw(st.sampled_from([*REQUESTS.keys, *REVIEWS.keys]))
    changed = replace(report, numbers={**report.numbers, key: report.numbers[key] + by})
    errors = [each for each in breaches(changed) if not each.is_warning]
    assert errors
    assert {each.rule for each in errors} <= {"X1", "X2", "X3", "X4", "X7"}


@settings(deadline=None, max_examples=60)
@given(sound_reports(), st.sampled_from(KEYS))
def test_any_number_at_all_changed_by_one_no_longer_is_the_sum_of_the_parts(
    report: AnnualSheet, key: Key
) -> None:
    changed = replace(report, numbers={**report.numbers, key: report.numbers[key] + 1})
    assert len([each for each in breaches(changed, parts=[report]) if each.rule == "X8"]) == 1


@settings(deadline=None, max_examples=60)
@given(sound_reports(), st.sampled_from(sorted(FIELDS)))
def test_a_number_in_the_text_that_a_field_does_not_give_is_found(report: AnnualSheet, name: str) -> None:
    wordings = {"本年新收": "收到申请{}件", "行政事业性收费": "行政事业性收费{}万元"}
    wordings |= {name: f"{name}决定{{}}件" for name in ("行政许可", "行政处罚", "行政强制")}
    for kind in ("规章", "规范性文件"):
        wordings |= {f"{kind}{verb}": f"{verb}{kind}{{}}件" for verb in ("制发", "废止", "现行有效")}
    text = wordings.get(name, f"{name}{{}}件").format(report.value(name) + 1)
    told = replace(report, texts={"依申请公开": text})
    assert [each.rule for each in breaches(told)] == ["X7"]
