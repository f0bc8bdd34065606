"""The workbook of columns: what stands in it, and what is read from it again, line by line."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.builders import NOW
from tests.tracker.columns import EDUCATION, WATER, a_round, a_tree, confirmed, some_sites
from tracker import columns
from tracker.columns_file import BY_COLUMNS, BY_NAMES, Read, read_workbook, write_workbook
from tracker.confirmed_classes import Confirmation
from tracker.database import Database
from tracker.register_templates import ROWS_TO_FILL
from tracker.sheets import UnusableRegister


@pytest.fixture(autouse=True)
def city(database: Database) -> None:
    some_sites(database)
    a_round(
        database,
        {EDUCATION: a_tree("乡村振兴", "通知公告", "专题", "专题 > 营商环境"), WATER: a_tree("乡村振兴")},
    )


def known(database: Database) -> list[columns.SiteColumn]:
    with database.reading() as session:
        return columns.site_columns(session, NOW)


def exported(database: Database) -> Workbook:
    with database.reading() as session:
        listed = columns.site_columns(session, NOW)
        return load_workbook(io.BytesIO(write_workbook(columns.by_name(session, listed), listed)))


def filled(database: Database, folder: Path, fill: Callable[[Worksheet, Worksheet], None]) -> Read:
    book = exported(database)
    fill(book[BY_NAMES], book[BY_COLUMNS])
    book.save(folder / "x.xlsx")
    return read_workbook(folder / "x.xlsx", known(database))


def line_of(sheet: Worksheet, *texts: str) -> int:
    return next(
        number
        for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        if set(texts) <= {str(cell) for cell in row}
    )


def test_a_name_has_one_line_those_that_wait_first(database: Database) -> None:
    names = [row[:3] for row in exported(database)[BY_NAMES].iter_rows(min_row=2, values_only=True)]

    assert names[0] == ("乡村振兴", None, "待确认")
    assert {row[0] for row in names} == {"乡村振兴", "通知公告", "专题", "营商环境"}
    assert {row[0]: row[2] for row in names}["通知公告"] == "名称已明确"


def test_the_sheet_is_ready_to_be_worked_on(database: Database) -> None:
    sheet = exported(database)[BY_NAMES]

    (choice,) = sheet.data_validations.dataValidation
    assert choice.type == "list" and "通知公告类" in choice.formula1 and "B2" in str(choice.sqref)
    assert sheet.freeze_panes == "C2"
    assert sheet.auto_filter.ref


def test_every_line_has_the_list_to_choose_from(database: Database) -> None:
    listed = known(database)
    many = listed * (ROWS_TO_FILL // len(listed) + 2)
    book = load_workbook(io.BytesIO(write_workbook([], many)))

    ranges = [str(each.sqref) for each in book[BY_COLUMNS].data_validations.dataValidation]
    assert any(each.endswith(f"C{len(many) + 1}") for each in ranges)


def test_what_is_chosen_is_read_and_what_is_left_empty_says_nothing(
    database: Database, tmp_path: Path
) -> None:
    def fill(names: Worksheet, single: Worksheet) -> None:
        names.cell(line_of(names, "乡村振兴"), 2, "动态要闻类")
        single.cell(line_of(single, WATER, "乡村振兴"), 3, "历史归档类")

    read = filled(database, tmp_path, fill)

    assert read.said == [Confirmation("乡村振兴", "A"), Confirmation("乡村振兴", "L", WATER)]
    assert read.errors == []


def test_an_untouched_workbook_changes_nothing(database: Database, tmp_path: Path) -> None:
    confirmed(database, Confirmation("乡村振兴", "K"), Confirmation("专题 > 营商环境", "A", EDUCATION))

    read = filled(database, tmp_path, lambda names, single: None)

    assert confirmed(database, *read.said).unchanged == 2


def test_bad_lines_are_named_and_lose_no_good_one(database: Database, tmp_path: Path) -> None:
    def fill(names: Worksheet, single: Worksheet) -> None:
        names.cell(line_of(names, "乡村振兴"), 2, "动态要闻类")
        names.cell(line_of(names, "专题"), 2, "随便")
        names.append(["没有的栏目", "静态类"])
        names.append(["乡村振兴", "静态类"])
        names.append([None, "静态类"])
        single.append(["4199999999", "乡村振兴", "静态类"])

    read = filled(database, tmp_path, fill)

    assert read.said == [Confirmation("乡村振兴", "A")]
    told = "\n".join(map(str, read.errors))
    for part in (
        "“确认类别”：不认识类别“随便”：请从下拉列表中选择",
        "第6行“栏目名称”：没有见过栏目“没有的栏目”",
        "第7行“确认类别”：与工作表“按名称确认”第2行的类别不同，以该行为准",
        "第8行“栏目名称”：没有填写",
        "工作表“逐个栏目”第7行“网站标识码”：“4199999999”没有栏目记录",
    ):
        assert part in told


def test_a_plain_table_of_names_and_classes_will_do(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("栏目名称,确认类别\n乡村振兴,K\n", "gbk")

    assert read_workbook(path, known(database)).said == [Confirmation("乡村振兴", "K")]


def test_another_file_is_refused_with_what_it_should_hold(database: Database, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("单位名称,上级单位\n甲,乙\n", "utf-8")

    with pytest.raises(UnusableRegister, match="没有认出表头"):
        read_workbook(path, known(database))
