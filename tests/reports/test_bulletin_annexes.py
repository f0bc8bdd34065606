"""The annexes: five sheets that print, equal the figures, say so where there is nothing, and run nothing."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy.orm import Session

from reports.bulletin import Bulletin
from reports.bulletin_annexes import Annex, Column, write_annexes, write_sheets
from reports.figures import FOOTNOTE, KINDS
from reports.foreign_text import DANGEROUS
from tests.reports.bulletins import HOSTILE, SITE, a_bulletin, a_town, found, on, the_quarter
from tests.reports.letters import SHOWN
from tests.tracker.telling import told
from tracker.database import Database
from tracker.models import Target, Unit

NAMES = [
    "附件1不合格政府网站",
    "附件2不合格政务新媒体",
    "附件3问题清单",
    "附件4未完成整改",
    "附件5各单位情况",
]


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_town(session)
        yield session


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory, empty_record: Path) -> Bulletin:
    return the_quarter(tmp_path_factory.mktemp("quarter"), empty_record)


def book(of: Bulletin) -> Any:
    return openpyxl.load_workbook(BytesIO(write_annexes(of)))


def rows(of: Bulletin, name: str) -> list[dict[str, Any]]:
    """The rows below the headings, notes left out."""
    _, headings, *lines = book(of)[name].iter_rows(values_only=True)
    return [dict(zip(headings, line, strict=True)) for line in lines if any(line[1:])]


def test_there_are_five_annexes_each_with_its_title(quarter: Bulletin) -> None:
    made = book(quarter)
    assert made.sheetnames == NAMES
    assert made[NAMES[0]]["A1"].value == "附件1　2026年第四季度不合格政府网站名单"


def test_who_failed_is_listed_with_reason_clause_and_what_was_not_judged(quarter: Bulletin) -> None:
    (site,) = rows(quarter, NAMES[0])
    assert (site["主办单位"], site["标识码"]) == ("云泽市教育局", "4199000001")
    assert (
        site["不合格原因"] == "空白栏目同时有5个，达到5个（国办秘函〔2019〕19号政府网站单项否决“栏目不更新”）"
    )
    assert "服务不实用" in site["未检单项否决项目"]
    (account,) = rows(quarter, NAMES[1])
    assert (account["平台"], account["账号名称"]) == ("微博", "云泽教育")


def test_the_list_of_problems_is_the_figure_with_what_became_of_each(quarter: Bulletin) -> None:
    listed = rows(quarter, NAMES[2])
    assert len(listed) == sum(quarter.figures.value("问题", kind) for kind in KINDS)
    states = [row["目前情况"] for row in listed]
    assert states.count("已整改（销号）") == 5
    assert states.count("已通知整改中") == 3
    ended = [row["办结日期"] is not None for row in listed]
    assert ended == [state == "已整改（销号）" for state in states]
    (stale,) = (row for row in listed if row["问题类型"] == "栏目更新不及时")
    assert (str(stale["最后更新日期"]), stale["已超期天数"], str(stale["整改时限"].date())) == (
        "2026-09-01",
        41,
        "2026-11-02",
    )
    (public,) = (row for row in listed if row["问题来源"] == "找错留言")
    assert public["第几次通知"] == 1


def test_what_is_unfinished_is_listed_the_longest_overdue_first(quarter: Bulletin) -> None:
    listed = rows(quarter, NAMES[3])
    assert [(row["逾期天数"], row["第几次通知"]) for row in listed] == [(70, 2), (70, 2), (63, 2)]


def test_units_and_their_total_are_the_figures(quarter: Bulletin) -> None:
    *units, total = rows(quarter, NAMES[4])
    assert [row["主办单位"] for row in units] == ["云泽市教育局", "云泽市水利局"]
    assert total["主办单位"] == "合计"
    assert total["网站家次"] == quarter.figures.value("家次", "site")
    assert (total["新列问题"], total["整改率"], total["未按期反馈（份）"]) == (8, "62.5%（5/8）", 4)
    last = [row[0].value for row in book(quarter)[NAMES[4]].iter_rows() if str(row[0].value).startswith("注")]
    assert last[0] == FOOTNOTE
    assert "合计只计1次" in last[1]


def test_where_there_is_nothing_a_sentence_stands_instead_of_rows(session: Session) -> None:
    made = book(a_bulletin(session))
    said = [made[name]["A3"].value for name in NAMES[:4]]
    assert said == [
        "未发现不合格的政府网站。",
        "未发现不合格的政务新媒体。",
        "本期整改通知没有新列的问题。",
        "列入本期整改通知的问题，没有未完成整改的。",
    ]


@pytest.mark.parametrize("beginning", DANGEROUS)
def test_no_text_is_a_formula_neither_here_nor_after_a_way_through_csv(
    session: Session, beginning: str
) -> None:
    text = f"{beginning}cmd|' /C calc'!A0"
    session.get_one(Target, SITE).name = text
    session.get_one(Unit, 1).name = text
    found(session, on(10, 15), "home-stale", "首页", SITE, detail=text)
    told(session, on(10, 19))
    made = book(a_bulletin(session))
    through = StringIO()
    for sheet in made:
        csv.writer(through).writerows(sheet.iter_rows(values_only=True))
        assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)
    for line in csv.reader(StringIO(through.getvalue())):
        assert not any(cell.startswith(DANGEROUS) for cell in line)


def test_hostile_and_very_long_names_come_out(session: Session) -> None:
    session.get_one(Target, SITE).name = f"{HOSTILE}{'长' * 300}"
    found(session, on(10, 15), "home-stale", "首页", SITE)
    told(session, on(10, 19))
    (site,) = rows(a_bulletin(session), NAMES[0])
    assert site["网站名称"].startswith(SHOWN)
    assert site["网站名称"].endswith("长" * 300)


def test_sheets_can_be_read_and_printed(quarter: Bulletin) -> None:
    for sheet in book(quarter):
        assert sheet.freeze_panes == "C3"
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.print_title_rows == "$1:$2"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage


def test_a_total_is_no_row_to_be_sorted_or_filtered() -> None:
    annex = Annex("甲", "甲", (Column("序号", 5), Column("名称", 20)), [(1, "乙")], "没有", (None, "合计"))
    sheet = openpyxl.load_workbook(BytesIO(write_sheets([annex], "甲", "某办", on(11, 24).date()))).active
    assert sheet is not None
    assert sheet.auto_filter.ref == "A2:B3"
    assert sheet["B4"].value == "合计"


def test_the_same_bulletin_is_the_same_bytes(quarter: Bulletin) -> None:
    assert write_annexes(quarter) == write_annexes(quarter)
