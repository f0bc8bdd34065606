"""Which register a table is; what of a file could not be read, and what must then not be said; the link in the chain."""

import json
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import select

from tests.builders import NOW
from tests.tracker.test_registry import COLUMNS, SITES, UNITS, a_column_row, a_file, a_site_row, counts, take
from tests.tracker.test_registry_files import HEAD, a_row, a_text, a_workbook, as_csv, keys
from tracker.database import Database
from tracker.models import ColumnOverride, Link
from tracker.register_plan import Kind
from tracker.registers import recognise
from tracker.registry import import_register
from tracker.sheets import UnusableRegister
from tracker.verification import verify

SITE = "网站标识码,网站名称,首页网址,主办单位,状态"
ACCOUNT = "账号标识,平台,账号名称,主办单位,状态"


# Which register it is


@pytest.mark.parametrize(
    ("headings", "register"),
    [
        (f"{SITE},栏目", "sites"),
        (f"{SITE},账号", "sites"),
        (f"{SITE},栏目,账号,单位名称", "sites"),
        ("单位名称,上级单位,联系人,网址", "units"),
        ("单位名称,上级单位,标识码", "units"),
        (f"{ACCOUNT},网站标识码,栏目", "accounts"),
        ("网站标识码,网站名称,主办单位,栏目名称,栏目网址", "columns"),
        ("错误表述,正确表述,类别,名称", "terms"),
    ],
)
def test_a_column_that_belongs_elsewhere_does_not_make_it_another_register(
    headings: str, register: str
) -> None:
    found = recognise(headings.split(","), {})
    assert found is not None
    assert (found.register.name, found.missing) == (register, ())


@pytest.mark.parametrize(
    ("headings", "register", "missing"),
    [
        ("网站标识码,网站名称,主办单位,联系人", "sites", "首页网址"),
        ("账号标识,账号名称,单位名称,联系人,联系邮箱", "accounts", "平台"),
    ],
)
def test_a_register_that_lacks_a_column_is_told_as_the_one_it_comes_nearest(
    headings: str, register: str, missing: str
) -> None:
    found = recognise(headings.split(","), {})
    assert found is not None
    assert (found.register.name, found.missing) == (register, (missing,))


def test_an_alias_does_not_take_one_of_our_own_headings_away(tmp_path: Path, database: Database) -> None:
    units = a_file(tmp_path, {"单位名称": "甲局", "上级单位": "市府"}, head=UNITS)
    assert take(database, units, 单位名称="主办单位").register == "units"

    sites = a_file(
        tmp_path, {"单位名称" if name == "主办单位" else name: text for name, text in a_site_row().items()}
    )
    assert take(database, sites, 单位名称="主办单位").register == "sites"


def test_an_alias_may_lead_to_any_heading_that_is_understood(tmp_path: Path, database: Database) -> None:
    row = {"代号" if name == "网站标识码" else name: text for name, text in a_site_row().items()}
    outcome = take(database, a_file(tmp_path, row), 代号="标识码")
    assert (counts(outcome), outcome.warnings) == ((1, 0, 0, 0, 0), ())


@pytest.mark.parametrize("title", ["说明；填表要求;;;;;;;;;;;;", "表一\t\t\t\t\t\t\t\t"])
def test_a_title_full_of_other_delimiters_does_not_hide_the_headings(
    tmp_path: Path, database: Database, title: str
) -> None:
    outcome = take(database, a_text(tmp_path, f"{title}\r\n{as_csv(HEAD, a_row())}"))
    assert (outcome.added, outcome.errors) == (1, ())


# Worksheets


def test_a_hidden_worksheet_that_is_a_register_is_told_as_passed_over(
    tmp_path: Path, database: Database
) -> None:
    book = Workbook()
    for name, rows in {"网站": [HEAD, a_row(1)], "旧": [HEAD, a_row(2)], "选项": [["是"], ["否"]]}.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "visible" if name == "网站" else "hidden"
    book.remove(book.worksheets[0])
    book.save(tmp_path / "a.xlsx")

    outcome = take(database, tmp_path / "a.xlsx")

    assert keys(database) == {"4199000001"}
    assert [warning.sheet for warning in outcome.warnings] == ["旧"]
    assert "隐藏" in str(outcome.warnings[0])


def test_a_workbook_whose_only_register_is_hidden_is_refused_with_the_mend(
    tmp_path: Path, database: Database
) -> None:
    book = Workbook()
    sheet = book.create_sheet("网站")
    sheet.append(HEAD)
    sheet.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(UnusableRegister, match="隐藏"):
        take(database, tmp_path / "a.xlsx")


def test_an_explanation_beside_a_register_is_passed_over_in_silence(
    tmp_path: Path, database: Database
) -> None:
    sheets = {
        "网站": [HEAD, a_row()],
        "说明": [["本表由办公室填写"]],
        "半张": [["网站名称", "甲"], ["乙", "丙"]],
    }
    outcome = take(database, a_workbook(tmp_path / "a.xlsx", sheets))
    assert [warning.sheet for warning in outcome.warnings] == ["半张"]


# Lines that could not be read


@pytest.mark.parametrize(
    "unread",
    [
        "4.199E+09,云泽市第2局,https://s2.yunze.test/,云泽市第2局,,正常",
        '4199000002,"云泽市第2局,https://s2.yunze.test/,云泽市第2局,,正常',
        ",云泽市第2局,https://s2.yunze.test/,云泽市第2局,,正常",
    ],
)
def test_while_a_line_is_unread_nothing_is_said_to_be_absent(
    tmp_path: Path, database: Database, unread: str
) -> None:
    take(database, a_text(tmp_path, as_csv(HEAD, a_row(1), a_row(2), a_row(3))))

    outcome = take(database, a_text(tmp_path, as_csv(HEAD, a_row(1)) + unread))

    assert (outcome.absent, len(outcome.errors)) == (0, 1)
    assert "有 1 行没有读出" in str(outcome.warnings[-1])


def test_a_worksheet_refused_for_its_headings_leaves_its_lines_unread(
    tmp_path: Path, database: Database
) -> None:
    take(database, a_text(tmp_path, as_csv(HEAD, a_row(1), a_row(2))))
    sheets = {"市直": [HEAD, a_row(1)], "县区": [[*HEAD[:3], "联系邮箱"], a_row(2)[:4]]}
    outcome = take(database, a_workbook(tmp_path / "a.xlsx", sheets))
    assert outcome.absent == 0
    assert "有 1 行没有读出" in str(outcome.warnings[-1])


def test_a_bad_row_whose_key_was_read_leaves_the_others_absent(tmp_path: Path, database: Database) -> None:
    take(database, a_text(tmp_path, as_csv(HEAD, a_row(1), a_row(2), a_row(3))))
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, a_row(1), a_row(2, 状态="乱"))))
    assert [change.label for change in outcome.changes(Kind.ABSENT)] == ["4199000003 云泽市第3局"]


def test_a_bad_column_row_keeps_its_place(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row(), head=SITES))
    a, b = "https://s1.yunze.test/a", "https://s1.yunze.test/b"
    take(database, a_file(tmp_path, a_column_row(栏目网址=a, 更新时限天数="14"), head=COLUMNS))

    rows = a_column_row(栏目网址=a, 更新时限天数="很久"), a_column_row(栏目网址=b, 更新时限天数="7")
    outcome = take(database, a_file(tmp_path, *rows, head=COLUMNS))

    assert counts(outcome) == (1, 0, 0, 0, 1)
    with database.reading() as session:
        found = session.execute(select(ColumnOverride.url, ColumnOverride.limit_days))
        assert {tuple(row) for row in found} == {(a, 14), (b, 7)}


def test_stray_quotes_lose_no_row_unsaid(tmp_path: Path, database: Database) -> None:
    rows = (
        "4108000001,第一站,https://a.test/,甲局,正常",
        '4108000002,"第二站,https://b.test/,甲局,正常',
        "4108000003,第三站,https://c.test/,甲局,正常",
        '4108000004,第四站",https://d.test/,甲局,正常',
        "4108000005,第五站,https://e.test/,甲局,正常",
    )
    outcome = take(database, a_text(tmp_path, "\r\n".join((SITE, *rows))))
    assert [error.line for error in outcome.errors] == [3]
    assert keys(database) == {"4108000001", "4108000003", "4108000004", "4108000005"}


# The link in the chain


def test_an_import_that_changes_something_is_one_link_of_the_chain(
    tmp_path: Path, database: Database
) -> None:
    path = a_text(tmp_path, as_csv(HEAD, a_row(1), a_row(2, 状态="乱")))
    take(database, path)
    with database.reading() as session:
        (link,) = session.scalars(select(Link))
        assert list(verify(session, None)) == []
    assert (link.what, link.recorded_at) == ("registers", NOW)
    assert json.loads(link.payload) == {
        "file": "a.csv",
        "day": "2026-11-24",
        "recorded_at": "2026-11-24T01:00:00+00:00",
        "counts": {"sites": {"added": 1, "changed": 0, "unchanged": 0, "absent": 0, "errors": 1}},
    }


def test_an_import_that_changes_nothing_is_no_link(tmp_path: Path, database: Database) -> None:
    path = a_text(tmp_path, as_csv(HEAD, a_row(1)))
    import_register(database, path, aliases={}, at=NOW, dry_run=True)
    for _ in range(2):
        take(database, path)
    with database.reading() as session:
        assert len(session.scalars(select(Link)).all()) == 1
