"""The list: seventeen columns, real dates, printable, and nothing in it that a spreadsheet would run."""

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

import openpyxl
import pytest

from reports.foreign_text import DANGEROUS
from reports.letter import Letter
from reports.notice_list import write_list
from tests.reports.letters import HOSTILE, SHOWN, a_full_letter, a_letter, a_row, an_account_row


def sheet_of(letter: Letter) -> Any:
    return openpyxl.load_workbook(BytesIO(write_list(letter))).active


def cells(letter: Letter) -> list[tuple[Any, ...]]:
    return [tuple(cell or "" for cell in row) for row in sheet_of(letter).iter_rows(values_only=True)]


def test_the_columns_are_those_of_the_regulation_and_say_under_which_heading_a_row_stands() -> None:
    title, headings, *rows = cells(a_full_letter())
    assert title[0] == "云泽市教育局问题清单（云政办网改〔2026〕12号，2026年第47周）"
    assert headings == (
        "序号",
        "主办单位",
        "网站/账号名称",
        "标识码/平台",
        "问题类型",
        "栏目路径",
        "URL",
        "问题描述",
        "最后更新日期",
        "已超期天数",
        "依据条款",
        "首次发现时间",
        "截图编号",
        "整改时限",
        "第几次通知",
        "问题来源",
        "通知情况",
    )
    parts = ["新列问题"] * 3 + ["再次通知"] + ["已整改（销号）"] * 2
    assert [row[-1] for row in rows] == parts


def test_a_row_tells_all_that_is_known_with_real_dates_and_numbers() -> None:
    (*_, row) = cells(a_letter(a_row(times=2)))
    assert row == (
        1,
        "云泽市教育局",
        "云泽市教育局门户网站",
        "4199000017",
        "栏目更新不及时",
        "首页→政务公开→通知公告",
        "https://jyj.yunze.test/zwgk/tzgg/",
        "栏目“首页→政务公开→通知公告”最新一条信息发布于2026年4月2日，已超过6个月的更新时限",
        "2026-04-02",
        49,
        "国办秘函〔2019〕19号 单项否决 栏目不更新",
        datetime(2026, 11, 17, 9, 12),  # noqa: DTZ001 (a cell has no zone: it is Asia/Shanghai)
        "5e5e5e5e5e5e",
        datetime(2026, 12, 1),  # noqa: DTZ001
        2,
        "日常巡检",
        "新列问题",
    )


def test_what_is_not_known_is_left_empty() -> None:
    row = a_row(path="", newest="", overdue_days="", due_on=None, evidence=())
    (*_, told) = cells(a_letter(row, due_on=None))
    assert [told[place] for place in (5, 8, 9, 12, 13)] == [""] * 5


@pytest.mark.parametrize("beginning", DANGEROUS)
def test_no_text_is_a_formula_neither_here_nor_after_a_way_through_csv(beginning: str) -> None:
    text = f"{beginning}cmd|' /C calc'!A0"
    letter = a_letter(a_row(unit=text, target=text, check=text, path=text, url=text, detail=text), unit=text)
    through = StringIO()
    csv.writer(through).writerows(cells(letter))
    for line in csv.reader(StringIO(through.getvalue())):
        assert not any(cell.startswith(DANGEROUS) for cell in line)
    assert not any(cell.data_type == "f" for row in sheet_of(letter) for cell in row)


def test_hostile_texts_and_endless_addresses_come_out_as_they_are() -> None:
    url = "https://a.test/" + "x" * 300
    (*_, row) = cells(a_letter(a_row(target=HOSTILE, detail=f"_x0041_{HOSTILE}", url=url)))
    assert row[2].startswith(SHOWN)
    assert row[6] == url
    assert row[7].startswith("_x0041_{{7*7}}")


def test_no_address_becomes_a_link() -> None:
    assert not any(cell.hyperlink for row in sheet_of(a_full_letter()) for cell in row)


def test_the_sheet_can_be_read_sorted_and_printed() -> None:
    sheet = sheet_of(a_full_letter())
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:Q8"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$1:$2"
    assert all(cell.alignment.wrap_text for cell in sheet[3])


def test_a_row_is_as_high_as_its_fullest_cell_needs() -> None:
    sheet = sheet_of(a_letter(a_row(1), a_row(2, detail="长" * 100), a_row(3, detail="长" * 10_000)))
    low, high, highest = (sheet.row_dimensions[line].height for line in (3, 4, 5))
    assert low < high < highest <= 409


@pytest.mark.parametrize(("kind", "said"), [("withdrawal", "撤回"), ("correction", "更正")])
def test_a_withdrawal_and_a_correction_call_their_rows_so(kind: str, said: str) -> None:
    (*_, row) = cells(a_letter(an_account_row(), kind=kind))
    assert (row[3], row[-1]) == ("微博 wb-2213408817", said)


def test_a_draft_says_that_it_is_one() -> None:
    assert cells(a_letter(number=""))[0][0] == "云泽市教育局问题清单（草稿，未签发，2026年第47周）"


def test_the_same_letter_is_the_same_bytes() -> None:
    assert write_list(a_full_letter()) == write_list(a_full_letter())
    assert write_list(a_full_letter()) != write_list(a_full_letter(dated=date(2026, 11, 25)))
