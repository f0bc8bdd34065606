"""The assessment sheet: a line a unit out of the figures, the rows behind it, and no points of ours."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from reports.assessment import UnknownUnit, assessment_name, write_assessment
from reports.bulletin import Bulletin
from reports.figures import KINDS
from tests.reports.bulletins import EDUCATION, SITE, WATER, a_bulletin, a_town, the_quarter
from tests.tracker.telling import stands
from tracker.database import Database


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_town(session)
        yield session


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory, empty_record: Path) -> Bulletin:
    return the_quarter(tmp_path_factory.mktemp("quarter"), empty_record)


def rows(of: Bulletin, unit: str = "", sheet: str = "考核数据") -> list[dict[str, Any]]:
    made = openpyxl.load_workbook(BytesIO(write_assessment(of, unit)))[sheet]
    _, headings, *lines = made.iter_rows(values_only=True)
    return [dict(zip(headings, line, strict=True)) for line in lines if any(line[1:])]


def test_each_unit_has_one_line_as_counted_by_hand(quarter: Bulletin) -> None:
    education, water, total = rows(quarter)
    wanted = {
        "主办单位": EDUCATION, "监控网站": 1, "监控账号": 1, "网站家次": 2, "账号家次": 1, "再次通知（家次）": 2,
        "涉及网站账号（家）": 2, "新列问题": 7, "已整改": 4, "整改中": 3, "其中逾期未整改": 3, "整改率": "57.1%（4/7）",
        "按期整改率": "42.9%（3/7）", "问题反弹（次）": 0, "不合格对象": 2, "未按期反馈（份）": 4,
    }  # fmt: skip
    assert {name: education[name] for name in wanted} == wanted
    assert (water["主办单位"], water["不合格对象"], water["未按期反馈（份）"]) == (WATER, 0, 0)
    assert total["主办单位"] == "合计"


def test_the_points_are_the_offices_own(quarter: Bulletin) -> None:
    assert [row["得分"] for row in rows(quarter)] == [None] * 3
    made = openpyxl.load_workbook(BytesIO(write_assessment(quarter)))["考核数据"]
    assert any("不计分" in str(row[0].value) for row in made.iter_rows())


def test_the_total_is_counted_by_itself(session: Session) -> None:
    """The site moved to the other unit within the quarter: both answer for it, there is one of it."""
    stands(session, SITE, 2, since=a_bulletin(session).period.last)
    education, water, total = rows(a_bulletin(session))
    assert education["监控网站"] + water["监控网站"] == 3
    assert total["监控网站"] == 2


def test_behind_it_stand_all_rows_that_the_notices_named(quarter: Bulletin) -> None:
    behind = rows(quarter, sheet="列入通知的问题")
    newly = [row for row in behind if row["列入方式"] == "新列问题"]
    assert len(newly) == sum(quarter.figures.value("问题", kind) for kind in KINDS)
    pairs = {(row["通知文号"], row["标识码/平台"]) for row in newly}
    assert len(pairs) == sum(quarter.figures.value("家次", kind) for kind in KINDS)
    assert len(behind) - len(newly) == 3


def test_one_unit_gets_its_own_line_and_rows_and_no_total(quarter: Bulletin) -> None:
    (water,) = rows(quarter, WATER)
    assert water["主办单位"] == WATER
    assert {row["主办单位"] for row in rows(quarter, WATER, "列入通知的问题")} == {WATER}
    assert assessment_name(quarter, WATER) == "考核数据_2026-Q4_云泽市水利局.xlsx"
    assert assessment_name(quarter) == "考核数据_2026-Q4.xlsx"


def test_a_unit_that_nobody_knows_is_refused(quarter: Bulletin) -> None:
    with pytest.raises(UnknownUnit, match="2026年第四季度没有主办单位“水利”：请用台账中的单位全称"):
        write_assessment(quarter, "水利")


def test_the_same_sheet_is_the_same_bytes(quarter: Bulletin) -> None:
    assert write_assessment(quarter) == write_assessment(quarter)
