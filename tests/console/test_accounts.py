"""xunjian accounts: the worksheet out and in, what units report, and what is said of lines that are no good."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.image import Image
from PIL import Image as Picture
from sqlalchemy import select
from typer.testing import CliRunner, Result

from console.cli.accounts import app
from tests.builders import NOW, days_ago
from tests.tracker.accounts import DAY, a_road_with, a_row, key, looked, registered
from tests.tracker.test_sightings import said, told
from tracker.database import Database
from tracker.models import Issue, PersonSighting
from tracker.sightings import Source
from tracker.worksheet import FIELDS

AS_OF = ("--as-of", "2026-11-24T10:00:00+08:00")
HOMEPAGE = "https://mp.weixin.qq.com/mp/profile_ext?action=home&__biz=MzA4"
Line = dict[str, str]


@pytest.fixture(autouse=True)
def office(tmp_path: Path, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Four accounts: one fresh over its road, one without a road, one silent behind a broken one, one fresh in memory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XUNJIAN_TRACKER__DATABASE_URL", str(database.url))
    monkeypatch.setenv("XUNJIAN_TRACKER__EVIDENCE_DIR", str(tmp_path / "evidence"))
    monkeypatch.setenv("XUNJIAN_SCHEDULER__PERSON_CONFIRMS_DAYS", "0")
    registered(
        database,
        tmp_path,
        a_row(1),
        a_row(2, 采集地址="", 主页链接=HOMEPAGE),
        a_row(3, 平台="抖音"),
        a_row(4),
        a_row(5, 采集地址="", 对照="是"),
    )
    road = a_road_with()
    broken = type(road)(road.address, health="source_broken", reason="not_a_feed")
    before = NOW - DAY
    looked(database, {key(3): a_road_with(9, at=before), key(4): a_road_with(2, at=before)}, before)
    looked(database, {key(1): a_road_with(1), key(3): broken, key(4): broken})


def run(*words: str) -> Result:
    return CliRunner().invoke(app, [*words, *AS_OF])


def listed(path: Path) -> list[Line]:
    sheet: Any = load_workbook(path)["人工核验"]
    head, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(head, ["" if cell is None else cell for cell in row], strict=True)) for row in rows]


def filled(path: Path, *lines: Line, pictures: dict[int, bytes] | None = None) -> Path:
    book = Workbook()
    sheet: Any = book.active
    sheet.title = "人工核验"
    heads = [each.heading for each in FIELDS]
    sheet.append(heads)
    for line in lines:
        sheet.append([line.get(head, "") for head in heads])
    for number, body in (pictures or {}).items():
        source = path.with_name(f"embedded-{number}.png")
        source.write_bytes(body)
        sheet.add_image(Image(source), f"K{number}")
    book.save(path)
    return path


def a_line(number: int = 2, newest: str = "2026-11-20", **more: str) -> Line:
    facts = {
        "账号标识": key(number),
        "最新发布日期": newest,
        "核验人": "张三",
        "核验时间": "2026-11-24 09:30",
    }
    return facts | more


def a_picture(folder: Path, name: str = "shot.png", colour: str = "red") -> Path:
    Picture.new("RGB", (8, 8), colour).save(folder / name)
    return folder / name


def sightings(database: Database) -> list[PersonSighting]:
    with database.reading() as session:
        return list(session.scalars(select(PersonSighting).order_by(PersonSighting.id)))


def issues(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [
            (issue.check_id, issue.state)
            for issue in session.scalars(select(Issue).where(Issue.check_id != "source-broken"))
        ]


# -- out --------------------------------------------------------------------------------------------------


def test_the_worksheet_lists_by_platform_who_is_not_seen_and_not_known_to_be_fresh(tmp_path: Path) -> None:
    result = run("worksheet", "--out", "表.xlsx")

    assert result.exit_code == 0, result.output
    assert "需人工核验的账号 2" in result.output
    rows = listed(tmp_path / "表.xlsx")
    assert [(row["平台"], row["账号标识"]) for row in rows] == [("微信公众号", key(2)), ("抖音", key(3))]
    assert [row["未能自动核验"] for row in rows] == ["没有采集地址", "采集渠道故障"]
    assert [row["已知最新发布"] for row in rows] == ["", "2026-11-14"]


def test_the_link_of_an_account_can_be_clicked_on(tmp_path: Path) -> None:
    run("worksheet", "--out", "表.xlsx")

    sheet: Any = load_workbook(tmp_path / "表.xlsx")["人工核验"]
    assert sheet["E2"].hyperlink.target == HOMEPAGE


def test_a_worksheet_that_nobody_filled_in_changes_nothing(database: Database) -> None:
    run("worksheet", "--out", "表.xlsx")

    result = run("import", "表.xlsx", "--by", "张三")

    assert (result.exit_code, result.output.splitlines()[-1]) == (0, "新记录 0，已有 0，未填写 2，有误 0")
    assert sightings(database) == []


def test_a_worksheet_that_was_filled_in_comes_back_and_the_account_leaves_the_list(
    database: Database, tmp_path: Path
) -> None:
    run("worksheet", "--out", "表.xlsx")
    book = load_workbook(tmp_path / "表.xlsx")
    sheet: Any = book["人工核验"]
    heads = [cell.value for cell in sheet[1]]
    for head, value in (("最新发布日期", "2026-11-22"), ("核验时间", "2026-11-24")):
        sheet.cell(2, heads.index(head) + 1, value)
    book.save(tmp_path / "表.xlsx")

    assert run("import", "表.xlsx", "--by", "张三").exit_code == 0

    (row,) = sightings(database)
    assert (row.newest_on, row.by, row.state) == (days_ago(2), "张三", "confirmed")
    assert "需人工核验的账号 1" in run("worksheet", "--out", "后.xlsx").output


# -- in ---------------------------------------------------------------------------------------------------


def test_an_old_account_is_confirmed_on_its_screenshot_and_the_same_file_again_adds_nothing(
    database: Database, tmp_path: Path
) -> None:
    a_picture(tmp_path)
    filled(tmp_path / "表.xlsx", a_line(newest="2026-11-01", 截图文件="shot.png"))

    first, second = run("import", "表.xlsx"), run("import", "表.xlsx")

    assert first.output.splitlines()[-1] == "新记录 1，已有 0，未填写 0，有误 0"
    assert second.output.splitlines()[-1] == "新记录 0，已有 1，未填写 0，有误 0"
    assert issues(database) == [("account-stale", "confirmed")]


def test_pictures_that_stand_in_a_line_are_its_screenshots(database: Database, tmp_path: Path) -> None:
    red, blue = (a_picture(tmp_path, f"{each}.png", each).read_bytes() for each in ("red", "blue"))
    lines = a_line(2, "2026-11-01"), a_line(3, "", 未见内容="是")
    filled(tmp_path / "表.xlsx", *lines, pictures={2: red, 3: blue})

    assert run("import", "表.xlsx").exit_code == 0

    first, second = sightings(database)
    assert len(first.evidence) == len(second.evidence) == 1
    assert first.evidence != second.evidence


@pytest.mark.parametrize(
    ("line", "heading", "mend"),
    [
        (a_line(newest="2026-11-10"), "截图文件", "须附截图"),
        (a_line(newest="", 未见内容="是"), "截图文件", "须附截图"),
        (a_line(未见内容="是"), "未见内容", "只能填一项"),
        (a_line(newest="2026-11-25"), "最新发布日期", "晚于核验时间"),
        (a_line(核验时间=""), "核验时间", "未填写"),
        (a_line(核验时间="2026-11-24 23:00"), "核验时间", "还没有到"),
        (a_line(newest="上周"), "最新发布日期", "不是日期"),
        (a_line(核验人=""), "核验人", "--by"),
        (a_line(截图文件="没有.png"), "截图文件", "找不到图片"),
        (a_line(截图文件="../shot.png"), "截图文件", "不在本文件所在的文件夹"),
        (a_line(账号标识="gh_unknown"), "账号标识", "没有“gh_unknown”"),
        (a_line(5), "账号标识", "不在应检的账号之列"),
    ],
)
def test_a_line_that_is_no_good_is_named_and_the_others_are_kept(
    database: Database, tmp_path: Path, line: Line, heading: str, mend: str
) -> None:
    filled(tmp_path / "表.xlsx", line, a_line(3))

    result = run("import", "表.xlsx")

    assert result.exit_code == 1
    assert f"第2行“{heading}”" in result.output and mend in result.output
    assert [row.target_id for row in sightings(database)] == [3]


def test_a_dry_run_writes_nothing(database: Database, tmp_path: Path) -> None:
    filled(tmp_path / "表.xlsx", a_line())

    assert "可导入 1" in run("import", "表.xlsx", "--dry-run").output
    assert sightings(database) == []


# -- what units report ------------------------------------------------------------------------------------


def test_a_units_report_waits_and_is_confirmed_by_its_number(database: Database, tmp_path: Path) -> None:
    filled(tmp_path / "表.xlsx", a_line(发布链接="https://mp.weixin.qq.com/s/abc"))

    assert "须经确认" in run("import", "表.xlsx", "--from-unit").output
    waits = CliRunner().invoke(app, ["list"]).output
    result = run("confirm", "1", "--by", "李四")

    assert "待确认的单位自报 1" in waits and "云泽市水利局" in waits
    assert "已确认 1" in result.output
    assert [(row.state, row.decided_by) for row in sightings(database)] == [("confirmed", "李四")]


def test_a_unit_has_to_show_something(tmp_path: Path) -> None:
    filled(tmp_path / "表.xlsx", a_line())

    assert "须附发布链接或截图" in run("import", "表.xlsx", "--from-unit").output


def test_who_confirms_nothing_and_everything_is_asked_which(database: Database, tmp_path: Path) -> None:
    told(database, tmp_path, said(days_ago(1), target=2), source=Source.UNIT)

    assert run("confirm").exit_code == 2
    assert "未采信 1" in run("refuse", "--all").output
