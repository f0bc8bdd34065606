"""The workbook: what the office types comes back cell by cell, however people hand it in; what cannot be taken is named."""

import shutil
import subprocess
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.annual_form import (
    CARRIED_ON,
    CHARGE,
    DONE,
    FIELDS,
    IN_FORCE,
    KEYS,
    LAST_YEAR,
    NEW,
    REQUESTS,
    REVIEW,
    REVIEWS,
    TABLES,
    TEXTS,
    TOTAL,
    TOTALS,
    AnnualSheet,
    Key,
    with_sums,
)
from reports.annual_rules import breaches
from reports.annual_sheet import UnusableAnnualSheet, read_annual_sheet, write_annual_sheet
from tests.reports.annual_reports import LEDGER_2025, cell_of, the_report_of_2025, typed_in
from tracker.sheets import UnusableRegister

Change = Callable[[Any], None]
PERSON_NEW = Key(NEW, "自然人")
PERSON_CELL = "D6"
CHARGED = Key("行政事业性收费", CHARGE)


def put(table: str, cell: str, value: object) -> Change:
    def change(book: Any) -> None:
        book[table][cell] = value

    return change


def set_key(key: Key, value: object) -> Change:
    table = next(table for table in TABLES if key in table.keys)

    def change(book: Any) -> None:
        book[table.name].cell(*cell_of(table, key)).value = value

    return change


def faults(path: Path) -> tuple[str, ...]:
    with pytest.raises(UnusableAnnualSheet) as caught:
        read_annual_sheet(path)
    assert "\n" not in str(caught.value)
    return caught.value.faults


def one_fault(path: Path) -> str:
    (fault,) = faults(path)
    return fault


# -- there and back ---------------------------------------------------------------------------------------


def test_the_tables_of_2025_typed_into_the_template_come_back_cell_by_cell(tmp_path: Path) -> None:
    real = the_report_of_2025(before={Key(CARRIED_ON, TOTAL): 2, Key("行政规范性文件", IN_FORCE): 290})
    back = read_annual_sheet(typed_in(real, tmp_path / "report.xlsx"))
    assert {
        key: (back.numbers[key], real.numbers[key]) for key in KEYS if back.numbers[key] != real.numbers[key]
    } == {}
    assert back == real
    assert breaches(back, LEDGER_2025) == []


def test_sums_that_the_office_leaves_to_the_formulas_are_computed(tmp_path: Path) -> None:
    real = the_report_of_2025()
    assert read_annual_sheet(typed_in(real, tmp_path / "report.xlsx", skip=TOTALS)) == real


def test_the_empty_template_reads_as_a_report_of_zeros(tmp_path: Path) -> None:
    path = tmp_path / "empty.xlsx"
    path.write_bytes(write_annual_sheet(2026, office="云泽市人民政府办公室", figures={}))
    empty = AnnualSheet("云泽市人民政府办公室", 2026, {text.name: "" for text in TEXTS}, with_sums({}))
    assert read_annual_sheet(path) == empty


@pytest.mark.skipif(not shutil.which("soffice"), reason="needs LibreOffice")
def test_what_an_office_program_computed_from_the_formulas_is_what_we_compute(tmp_path: Path) -> None:
    real = the_report_of_2025()
    path = typed_in(real, tmp_path / "report.xlsx", skip=TOTALS)
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "xlsx",
    ]
    subprocess.run(
        [*command, "--outdir", tmp_path / "out", path], check=True, capture_output=True, timeout=180
    )
    saved = tmp_path / "out" / "report.xlsx"
    cells = openpyxl.load_workbook(saved, data_only=True)
    shown = {
        key: cells[table.name].cell(*cell_of(table, key)).value for table in TABLES for key in table.totals
    }
    assert shown == {key: real.numbers[key] for key in TOTALS}
    assert read_annual_sheet(saved) == real


COUNTS = st.integers(0, 99_999)


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries(dict.fromkeys(KEYS, COUNTS)))
def test_any_numbers_come_back_as_they_were_typed(tmp_path: Path, numbers: dict[Key, int]) -> None:
    report = the_report_of_2025(numbers)
    assert read_annual_sheet(typed_in(report, tmp_path / "report.xlsx")).numbers == numbers


def test_what_the_ledger_says_is_filled_in_or_listed_for_the_office(tmp_path: Path) -> None:
    figures = {"政府信息管理": "对44家政府网站\n进行每日监控。", "网站发布信息": "=6003条"}
    path = tmp_path / "template.xlsx"
    path.write_bytes(write_annual_sheet(2025, office="某办公室", figures=figures))
    assert read_annual_sheet(path).texts["政府信息管理"] == "对44家政府网站\n进行每日监控。"
    instructions = openpyxl.load_workbook(path)["填写说明"]
    listed = {row[0].value: row[2] for row in instructions.iter_rows()}
    assert (listed["网站发布信息"].value, listed["网站发布信息"].data_type) == ("=6003条", "s")
    assert {f"{{{name}}}" for name in FIELDS} <= set(listed)


def test_the_same_template_is_the_same_bytes() -> None:
    made = [write_annual_sheet(2025, office="某办公室", figures={"监督保障": "略。"}) for _ in range(2)]
    assert made[0] == made[1]


def test_the_template_shows_sums_at_once_and_takes_whole_numbers_only() -> None:
    book = openpyxl.load_workbook(BytesIO(write_annual_sheet(2025, office="某办公室", figures={})))
    assert book.sheetnames == ["填写说明", "正文", "表一 主动公开", "表二 申请", "表三 复议诉讼", "上年数据"]
    assert book["表二 申请"]["J6"].value == "=SUM(D6:I6)"
    assert book["表二 申请"]["D29"].value == "=SUM(D8:D28)"
    assert book["表三 复议诉讼"]["E6"].value == "=SUM(A6:D6)"
    computed = openpyxl.load_workbook(
        BytesIO(write_annual_sheet(2025, office="某办公室", figures={})), data_only=True
    )
    assert computed["表二 申请"]["J6"].value == 0
    for table in (*TABLES, LAST_YEAR):
        checked = {
            (str(cells), rule.type, rule.operator, rule.formula1)
            for rule in book[table.name].data_validations.dataValidation
            for cells in rule.sqref.ranges
        }
        assert {kind for _, kind, _, _ in checked} <= {"whole", "decimal"}
        assert {(operator, least) for _, _, operator, least in checked} == {("greaterThanOrEqual", "0")}
        assert sum(kind == "decimal" for _, kind, _, _ in checked) == (1 if CHARGED in table.keys else 0)


# -- as people hand it in ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("258", 258),
        ("258.0", 258),
        (258.0, 258),
        ("２５８", 258),
        (" 258 ", 258),
        ("1,258", 1258),
        (None, 0),
        ("—", 0),
        ("－", 0),
        ("/", 0),
        ("无", 0),
    ],
)
def test_a_number_is_taken_as_it_was_meant(tmp_path: Path, typed: object, meant: int) -> None:
    path = typed_in(the_report_of_2025(), tmp_path / "report.xlsx", set_key(PERSON_NEW, typed))
    assert read_annual_sheet(path).numbers[PERSON_NEW] == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [(3.5, Decimal("3.5")), ("12.30", Decimal("12.3")), (0.1 + 0.2, Decimal("0.3")), (4, 4)],
)
def test_a_charge_may_have_decimals(tmp_path: Path, typed: object, meant: object) -> None:
    path = typed_in(the_report_of_2025(), tmp_path / "report.xlsx", set_key(CHARGED, typed))
    assert read_annual_sheet(path).numbers[CHARGED] == meant


def blank_lines(book: Any) -> None:
    for name in ("正文", *(table.name for table in TABLES)):
        for merged in list(book[name].merged_cells.ranges):
            book[name].unmerge_cells(str(merged))  # openpyxl would leave them where they were
    book["表二 申请"].insert_rows(8, amount=2)
    book["表二 申请"].insert_rows(1)
    book["表一 主动公开"].insert_rows(5)
    book["表三 复议诉讼"].insert_rows(6, amount=3)
    book["正文"].insert_rows(3)


def one_more_column(book: Any) -> None:
    for table in TABLES:
        for merged in list(book[table.name].merged_cells.ranges):
            book[table.name].unmerge_cells(str(merged))
        book[table.name].insert_cols(1)


def another_order(book: Any) -> None:
    for name in ("表三 复议诉讼", "正文"):
        book.move_sheet(name, offset=-5)
    book.create_sheet("草稿", 0)["A1"] = "自然人"


def other_names(book: Any) -> None:
    book["表二 申请"].title = "Sheet4"
    book["正文"].title = "文字部分"


def a_row_moved(book: Any) -> None:
    sheet = book["表二 申请"]
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))
    sheet.move_range("A30:J30", rows=4)


@pytest.mark.parametrize(
    "change",
    [blank_lines, one_more_column, another_order, other_names, a_row_moved],
    ids=lambda each: each.__name__,
)
def test_what_people_do_to_a_worksheet_does_no_harm(tmp_path: Path, change: Change) -> None:
    real = the_report_of_2025()
    assert read_annual_sheet(typed_in(real, tmp_path / "report.xlsx", change)) == real


def test_a_text_may_go_on_in_the_next_lines_and_repeat_its_heading(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        sheet = book["正文"]
        line = next(row[0].row for row in sheet.iter_rows() if row[0].value == "（五）监督保障")
        sheet.cell(line, 2).value = "（五）监督保障：第一段。\n第二段。"
        sheet.insert_rows(line + 1)
        sheet.cell(line + 1, 2).value = "第三段。"

    back = read_annual_sheet(typed_in(the_report_of_2025(), tmp_path / "report.xlsx", change))
    assert back.texts["监督保障"] == "第一段。\n第二段。\n第三段。"
    assert back.texts["存在的主要问题及改进情况"] == the_report_of_2025().texts["存在的主要问题及改进情况"]


def test_a_wrong_sum_that_somebody_typed_or_computed_is_kept_for_the_rules(tmp_path: Path) -> None:
    real = the_report_of_2025()
    typed = read_annual_sheet(typed_in(real, tmp_path / "typed.xlsx", set_key(Key(DONE, TOTAL), 238)))
    assert {each.rule for each in breaches(typed)} == {"X1", "X2", "X3", "X7"}
    zero = read_annual_sheet(typed_in(real, tmp_path / "zero.xlsx", set_key(Key(REVIEW, TOTAL), 0)))
    assert [each.rule for each in breaches(zero)] == ["X4"]


def test_a_sum_that_no_program_computed_is_not_taken_for_a_typed_zero(tmp_path: Path) -> None:
    """Programs that write cells without computing leave the template's 0 beside its formulas."""
    path, stale = tmp_path / "report.xlsx", tmp_path / "stale.xlsx"
    real = the_report_of_2025()
    typed_in(real, path, skip=TOTALS)
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(stale, "w") as target:
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = part.replace(b"<v></v></c>", b"<v>0</v></c>").replace(
                    b"</f><v /></c>", b"</f><v>0</v></c>"
                )
                assert (b"</f><v>0</v>" in part) == (b"<f>" in part)
            target.writestr(name, part)
    assert read_annual_sheet(stale) == real


def test_last_years_numbers_are_optional_and_a_blank_is_not_a_zero(tmp_path: Path) -> None:
    real = the_report_of_2025(before={Key(CARRIED_ON, TOTAL): 0})
    assert read_annual_sheet(typed_in(real, tmp_path / "some.xlsx")).before == {Key(CARRIED_ON, TOTAL): 0}

    def without(book: Any) -> None:
        del book["上年数据"]

    assert read_annual_sheet(typed_in(the_report_of_2025(), tmp_path / "none.xlsx", without)).before == {}


# -- what cannot be taken ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("约258", "“约258”不是数字，请填写不小于0的整数"),
        ("258件", "“258件”不是数字，请填写不小于0的整数"),
        (-1, "“-1”是负数，请填写不小于0的整数"),
        ("－1", "“－1”是负数，请填写不小于0的整数"),
        (258.5, "“258.5”不是整数，请填写不小于0的整数"),
        (10**12, "“1000000000000”过大，请核对"),
        (date(2025, 1, 2), "“2025-01-02”不是数字，请填写不小于0的整数"),
        (True, "“是”不是数字，请填写不小于0的整数"),
        ("=250+8", "单元格是公式，文件里没有算出的结果：请在 Excel 中打开并保存，或改成实际内容"),
        ("#REF!", "单元格公式出错（#REF!），请改成实际内容"),
    ],
)
def test_what_is_no_number_of_cases_is_named_by_row_and_column(
    tmp_path: Path, typed: object, why: str
) -> None:
    path = typed_in(the_report_of_2025(), tmp_path / "report.xlsx", put("表二 申请", PERSON_CELL, typed))
    assert one_fault(path) == f"工作表“表二 申请”第6行“{NEW}”一行“自然人”一栏：{why}"


def test_a_charge_below_nothing_is_refused(tmp_path: Path) -> None:
    path = typed_in(the_report_of_2025(), tmp_path / "report.xlsx", set_key(CHARGED, -0.5))
    assert one_fault(path).endswith("一栏：“-0.5”是负数，请填写不小于0的数")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    def change(book: Any) -> None:
        set_key(PERSON_NEW, "多")(book)
        set_key(Key(REVIEW, "结果维持"), -2)(book)
        set_key(Key("规章", IN_FORCE), 0.5)(book)
        book["正文"]["B4"] = "去年"
        book["正文"]["B3"] = None
        book["正文"]["B5"] = "办结{已办}件"

    found = faults(typed_in(the_report_of_2025(), tmp_path / "report.xlsx", change))
    for name in (
        "字段{已办}",
        "“规章”一行“现行有效件数”",
        f"“{NEW}”一行“自然人”",
        "“行政复议”部分“结果维持”",
        "“去年”不是年度",
        "“机关名称”",
    ):
        assert sum(name in fault for fault in found) == 1, name
    assert len(found) == 6


@pytest.mark.parametrize("row", [15, 30])
def test_a_deleted_row_is_missed(tmp_path: Path, row: int) -> None:
    def delete(book: Any) -> None:
        sheet = book["表二 申请"]
        for merged in list(sheet.merged_cells.ranges):
            sheet.unmerge_cells(str(merged))
        sheet.delete_rows(row)

    label = {15: "6.属于四类过程性信息", 30: CARRIED_ON}[row]
    path = typed_in(the_report_of_2025(), tmp_path / "report.xlsx", delete)
    assert one_fault(path) == f"工作表“表二 申请”中找不到“{label}”一行：请补上该行，没有的填0"


def test_a_row_that_stands_there_twice_is_not_guessed_at(tmp_path: Path) -> None:
    path = typed_in(the_report_of_2025(), tmp_path / "report.xlsx", put("表二 申请", "A40", CARRIED_ON))
    assert one_fault(path) == f"工作表“表二 申请”中“{CARRIED_ON}”出现在第30、40行：请只保留一行"


def test_a_lost_heading_of_a_column_is_missed_once(tmp_path: Path) -> None:
    path = typed_in(the_report_of_2025(), tmp_path / "report.xlsx", put("表二 申请", "F5", "研究机构"))
    assert one_fault(path) == "工作表“表二 申请”中找不到“科研机构”一栏：请补上该栏的标题"
    path = typed_in(the_report_of_2025(), tmp_path / "third.xlsx", put("表三 复议诉讼", "G5", "纠正"))
    assert one_fault(path) == (
        "工作表“表三 复议诉讼”中找不到“行政诉讼 未经复议直接起诉”部分“结果纠正”一栏：请补上该栏的标题"
    )


@pytest.mark.parametrize("name", ["正文", REQUESTS.name, REVIEWS.name])
def test_a_lost_worksheet_is_missed(tmp_path: Path, name: str) -> None:
    def delete(book: Any) -> None:
        del book[name]

    found = faults(typed_in(the_report_of_2025(), tmp_path / "report.xlsx", delete))
    assert f"找不到工作表“{name}”：请从模板中补上" in found


def test_other_workbooks_and_other_files_are_refused_in_one_line(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "other.xlsx")
    assert one_fault(tmp_path / "other.xlsx") == (
        "不是年度报告填写表：请用 xunjian report annual 写出的模板填写，保存为 .xlsx"
    )
    (tmp_path / "table.csv").write_text("自然人,商业企业\n1,2\n", encoding="utf-8")
    assert "不是年度报告填写表" in one_fault(tmp_path / "table.csv")
    for name, data in (
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600)),
        ("cut.xlsx", b"PK\x03\x04" + bytes(60)),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UnusableRegister, match=name) as caught:
            read_annual_sheet(tmp_path / name)
        assert "另存为" in str(caught.value)
        assert "\n" not in str(caught.value)
    with pytest.raises(UnusableRegister, match="找不到文件"):
        read_annual_sheet(tmp_path / "none.xlsx")
