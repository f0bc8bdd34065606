"""The form as data: every place of a table is covered once, and every number has one name."""

from decimal import Decimal

import pytest

from reports.annual_form import (
    DONE,
    EQUATIONS,
    FIELDS,
    IN_FORCE,
    KEYS,
    LAST_YEAR,
    NEW,
    PERSON,
    REQUESTS,
    REVIEW,
    TABLES,
    TEXTS,
    TOTAL,
    TOTALS,
    Key,
    Table,
    place_of,
    shown,
    with_sums,
)
from tests.reports.annual_reports import the_report_of_2025


@pytest.mark.parametrize("table", [*TABLES, LAST_YEAR], ids=lambda table: table.name)
def test_the_boxes_of_a_table_cover_its_grid_once_and_fill_the_lines_of_the_page(table: Table) -> None:
    covered = [
        (line, place)
        for box in table.boxes
        for line in range(box.line, box.line + box.lines)
        for place in range(box.place, box.place + box.places)
    ]
    lines = 1 + max(line for line, _ in covered)
    assert sorted(covered) == [(line, place) for line in range(lines) for place in range(len(table.widths))]
    assert sum(table.widths) == 156


def test_the_form_has_two_hundred_numbers_and_each_has_one_name() -> None:
    assert [len(table.keys) for table in TABLES] == [10, 175, 15]
    assert len(set(KEYS)) == len(KEYS) == 200
    assert len(TOTALS) == 34  # 25 rows and the six columns of applicants in table 2, three parts in table 3


def test_every_sum_of_the_form_holds_in_the_report_of_2025() -> None:
    numbers = the_report_of_2025().numbers
    rules = {
        rule: [
            (sum(numbers[key] for key in each.left), sum(numbers[key] for key in each.right))
            for _, each in EQUATIONS
            if each.rule == rule
        ]
        for rule in ("X1", "X2", "X3", "X4")
    }
    assert {rule: len(sums) for rule, sums in rules.items()} == {"X1": 7, "X2": 7, "X3": 25, "X4": 3}
    assert all(left == right for sums in rules.values() for left, right in sums)
    assert (266 + 2, 239 + 29) in rules["X1"]


def test_blank_sums_are_computed_and_typed_ones_stay_as_they_are() -> None:
    real = the_report_of_2025().numbers
    parts = {key: number for key, number in real.items() if key not in TOTALS}
    wrong = Key(DONE, TOTAL)
    assert with_sums(parts) == real
    assert with_sums(parts | {wrong: 238}) == real | {wrong: 238}
    assert set(with_sums({}).values()) == {0}


def test_a_cell_is_called_by_its_worksheet_its_row_and_its_column() -> None:
    assert place_of(Key(DONE, PERSON)) == "表二 申请“（七）总计”一行“自然人”一栏"
    assert place_of(Key("行政规范性文件", IN_FORCE)) == "表一 主动公开“行政规范性文件”一行“现行有效件数”一栏"
    assert place_of(Key(REVIEW, TOTAL)) == "表三 复议诉讼“行政复议”部分“总计”一栏"
    assert REQUESTS.rows[0] == NEW


def test_the_fields_of_the_texts_are_the_numbers_of_2025() -> None:
    report = the_report_of_2025()
    told = {name: report.value(name) for name in FIELDS}
    assert {name: number for name, number in told.items() if number} == {
        "本年新收": 266,
        "上年结转": 2,
        "办结": 239,
        "结转下年": 29,
        "予以公开": 24,
        "不予公开": 3,
        "无法提供": 189,
        "不予处理": 7,
        "其他处理": 16,
        "规范性文件制发": 7,
        "规范性文件废止": 121,
        "规范性文件现行有效": 176,
        "行政复议": 2,
    }


def test_a_field_in_a_text_becomes_its_number_and_paragraphs_are_lines() -> None:
    told = "办结{办结}件，结转下年｛ 结转下年 ｝件。\n\n  行政复议{行政复议}件。{不认识}"
    report = the_report_of_2025(texts={"依申请公开": told})
    text = next(text for text in TEXTS if text.name == "依申请公开")
    assert report.paragraphs(text) == ("办结239件，结转下年29件。", "行政复议2件。{不认识}")


def test_a_charge_is_shown_without_an_exponent() -> None:
    assert [shown(each) for each in (7, Decimal("3.5"), Decimal("1E+2"))] == ["7", "3.5", "100"]
