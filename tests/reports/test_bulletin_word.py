"""The bulletin in Word: sections in their order, tables, charts, lists of who failed, and nothing that breaks it."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from sqlalchemy.orm import Session

from reports import charts
from reports.bulletin import Bulletin, failures, follow_up, main_lines, notices, results
from reports.bulletin_word import MOST_FAILED, write_word
from reports.figures import FOOTNOTE, KINDS
from tests.reports.bulletins import (
    HOSTILE,
    SITE,
    SO_FAR,
    a_bulletin,
    a_quarter,
    a_town,
    found,
    on,
    the_quarter,
)
from tests.reports.letters import SHOWN
from tests.tracker.telling import a_site_of, told
from tracker.database import Database
from tracker.models import Target


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_town(session)
        yield session


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory, empty_record: Path) -> Bulletin:
    return the_quarter(tmp_path_factory.mktemp("quarter"), empty_record)


def opened(of: Bulletin) -> Any:
    return Document(BytesIO(write_word(of)))


def texts(of: Bulletin, style: str = "") -> list[str]:
    return [each.text for each in opened(of).paragraphs if style in ("", each.style.name)]


def cells(table: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_it_has_the_sections_of_a_bulletin_in_their_order(quarter: Bulletin) -> None:
    assert texts(quarter, "公文小节") == ["一、总体情况", "二、主要问题", "三、工作要求", "附件1", "附件2"]
    assert texts(quarter, "公文款") == [
        "（一）检查范围",
        "（二）判定结果",
        "（三）通知和整改情况",
        "（四）“我为政府网站找错”留言",
        "（五）上期问题整改和反馈情况",
        "（一）不合格的网站和账号",
        "（二）空白栏目",
        "（三）账号更新不及时",
        "（四）栏目更新不及时",
    ]


def test_it_has_head_title_basis_attachments_and_signature(quarter: Bulletin) -> None:
    said = texts(quarter)
    assert said[:3] == ["云泽市人民政府办公室", "通　报", "〔2027〕　　号"]
    assert said[3].replace("\n", "") == quarter.title
    assert (
        "国办秘函〔2019〕19号" in said[5]
        and "国办发〔2017〕47号" in said[5]
        and "国办发〔2018〕123号" in said[5]
    )
    assert "附件：1. 不合格政府网站名单" in said
    assert texts(quarter, "公文落款") == ["云泽市人民政府办公室（印章）", "2027年1月4日"]
    assert "（联系人：李某，0398-1234567）" in said


def test_the_sentences_are_those_of_the_bulletin(quarter: Bulletin) -> None:
    said = texts(quarter)
    for kind in KINDS:
        for text in (results(quarter, kind), notices(quarter, kind), failures(quarter, kind)):
            assert text in said
    assert follow_up(quarter) in said


def test_the_table_is_the_figures_with_the_footnote_of_jiaci_below_it(quarter: Bulletin) -> None:
    heading, *rows = cells(opened(quarter).tables[0])
    assert heading == ["指标", "政府网站本期", "政府网站上期", "政务新媒体本期", "政务新媒体上期"]
    wanted = [[line.name, *line.site, *line.account] for line in main_lines(quarter)]
    assert [[cell.replace("\n", "") for cell in row] for row in rows] == wanted
    assert FOOTNOTE in texts(quarter, "公文注")


def test_who_failed_stands_in_annexes_of_their_own(quarter: Bulletin) -> None:
    _, sites, accounts = opened(quarter).tables
    assert cells(sites)[1] == [
        "1",
        "云泽市教育局",
        "网站4199000001",
        "4199000001",
        "空白栏目同时有5个，达到5个",
    ]
    assert cells(accounts)[1] == ["1", "云泽市教育局", "微博", "云泽教育", "超过14天未更新"]


def test_a_long_list_of_who_failed_is_cut_and_says_so(session: Session) -> None:
    for number in range(MOST_FAILED + 1):
        target = a_site_of(session, 1, f"42{number:08d}")
        found(session, on(10, 15), "home-stale", "首页", target)
    of = a_bulletin(session)
    assert len(opened(of).tables[1].rows) == 1 + MOST_FAILED
    assert f"以上为前{MOST_FAILED}家，共{MOST_FAILED + 1}家，见Excel表格附件1。" in texts(of)


def test_without_anything_to_tell_there_is_no_empty_table(session: Session) -> None:
    of = a_bulletin(session)
    assert len(opened(of).tables) == 1
    said = texts(of)
    assert said.count("未发现不合格的政府网站。") == 2
    assert "本期整改通知没有新列的问题。" in said
    assert not opened(of).inline_shapes


def test_a_period_that_is_not_over_says_so_below_its_title(session: Session) -> None:
    a_quarter(session)
    of = a_bulletin(session, at=SO_FAR)
    assert "（截至2026年11月24日）" in texts(of)
    assert cells(opened(of).tables[0])[0] == ["指标", "政府网站", "政务新媒体"]


@pytest.mark.skipif(charts.chinese_font() is None, reason=charts.NO_FONT)
def test_charts_are_in_it_with_captions_and_without_a_font_it_goes_without(
    quarter: Bulletin, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert len(opened(quarter).inline_shapes) == 2
    captions = [text for text in texts(quarter, "公文表题") if text.startswith("图")]
    assert captions == ["图1　2026年第四季度各月新列问题", "图2　2026年第四季度各单位问题整改情况"]
    monkeypatch.setattr(charts, "chinese_font", lambda: None)
    assert not opened(quarter).inline_shapes
    assert not [text for text in texts(quarter) if text.startswith("图")]


def test_strangers_names_come_out_as_they_are(session: Session) -> None:
    session.get_one(Target, SITE).name = HOSTILE
    found(session, on(10, 15), "home-stale", "首页", SITE, detail=HOSTILE)
    told(session, on(10, 19))
    of = a_bulletin(session)
    assert cells(opened(of).tables[1])[1][2].startswith(SHOWN)


def test_the_same_bulletin_is_the_same_bytes(quarter: Bulletin) -> None:
    assert write_word(quarter) == write_word(quarter)
