"""Files as clerks send them: each bad row named with line, field and mend, and no good row lost to it."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from tests.builders import NOW
from tracker.database import Database
from tracker.models import ColumnOverride, Standing, Target, Term, Unit
from tracker.registers import ORDER
from tracker.registry import Outcome, import_register, write_templates
from tracker.settings import TrackerSettings
from tracker.sheets import UnusableRegister

HEAD = ["网站标识码", "网站名称", "首页网址", "主办单位", "联系邮箱", "状态"]


def a_row(number: int = 1, **cells: Any) -> list[Any]:
    facts = {
        "网站标识码": f"419900{number:04d}",
        "网站名称": f"云泽市第{number}局",
        "首页网址": f"https://s{number}.yunze.test/",
        "主办单位": f"云泽市第{number}局",
        "联系邮箱": f"s{number}@yunze.test",
        "状态": "正常",
    }
    return list((facts | cells).values())


def as_csv(*rows: list[Any]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def a_workbook(path: Path, sheets: dict[str, list[list[Any]]], merged: str = "") -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
        if merged:
            sheet.merge_cells(merged)
    book.save(path)
    return path


def a_text(folder: Path, text: str | bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8-sig"))
    return path


def take(database: Database, path: Path, at: datetime = NOW) -> Outcome:
    return import_register(database, path, aliases={}, at=at, dry_run=False)


def keys(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(Target.key)))


def everything(database: Database) -> list[dict[str, Any]]:
    tables: tuple[Any, ...] = (Unit, Target, Standing, ColumnOverride, Term)
    with database.reading() as session:
        return [
            dict(row)
            for table in tables
            for row in session.execute(select(*table.__table__.columns)).mappings()
        ]


# Rows


@pytest.mark.parametrize(
    ("cells", "field", "mend"),
    [
        ({"网站标识码": ""}, "网站标识码", "未填写"),
        ({"网站标识码": "4.19900E+09"}, "网站标识码", "科学计数法"),
        ({"网站标识码": "1" * 65}, "网站标识码", "最多64字"),
        ({"网站名称": "  "}, "网站名称", "未填写"),
        ({"网站名称": "甲" * 301}, "网站名称", "最多300字"),
        ({"网站名称": "#REF!"}, "网站名称", "公式"),
        ({"首页网址": "www.a.gov.cn"}, "首页网址", "http://"),
        ({"主办单位": ""}, "主办单位", "未填写"),
        ({"联系邮箱": "张三"}, "联系邮箱", "邮箱"),
        ({"状态": "不详"}, "状态", "请填写"),
    ],
)
def test_a_bad_row_is_named_with_line_field_and_mend_and_the_others_go_in(
    tmp_path: Path, database: Database, cells: dict[str, str], field: str, mend: str
) -> None:
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, a_row(1), a_row(2, **cells), a_row(3))))
    (error,) = outcome.errors
    assert (error.line, error.field) == (3, field) and mend in error.mend
    assert keys(database) == {"4199000001", "4199000003"}


def test_every_fault_of_a_row_is_named(tmp_path: Path, database: Database) -> None:
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, a_row(1, 首页网址="x", 联系邮箱="y", 状态="z"))))
    assert [error.field for error in outcome.errors] == ["首页网址", "联系邮箱", "状态"]


def test_a_key_that_stands_twice_is_named_and_the_first_row_goes_in(
    tmp_path: Path, database: Database
) -> None:
    rows = [a_row(1, 网站名称="甲"), a_row(2), a_row(1, 网站名称="乙")]
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, *rows)))
    (error,) = outcome.errors
    assert (error.line, error.field) == (4, "网站标识码") and "第2行重复" in error.mend
    with database.reading() as session:
        assert session.scalars(select(Target.name).where(Target.key == "4199000001")).all() == ["甲"]


def test_a_bad_row_does_not_take_the_key_from_a_good_one(tmp_path: Path, database: Database) -> None:
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, a_row(1, 首页网址="x"), a_row(1))))
    assert (outcome.added, len(outcome.errors)) == (1, 1)


def test_a_target_whose_row_is_bad_is_not_said_to_be_absent(tmp_path: Path, database: Database) -> None:
    take(database, a_text(tmp_path, as_csv(HEAD, a_row(1))))
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, a_row(1, 首页网址="x"), a_row(2))))
    assert (outcome.absent, outcome.added, len(outcome.errors)) == (0, 1, 1)


def test_a_row_with_more_cells_than_headings_is_refused_rather_than_cut(
    tmp_path: Path, database: Database
) -> None:
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, [*a_row(1), "多"], [*a_row(2), "", " "])))
    assert [error.line for error in outcome.errors] == [2]
    assert keys(database) == {"4199000002"}


def test_full_width_digits_and_blanks_around_make_no_other_target(tmp_path: Path, database: Database) -> None:
    take(database, a_text(tmp_path, as_csv(HEAD, a_row(1))))
    again = a_row(
        1,
        网站标识码="　４１９９０００００１ ",
        网站名称=" 云泽市第1局　",
        联系邮箱="s1@yunze.test ",
        状态="正常 ",
    )
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, again)))
    assert (outcome.unchanged, outcome.added, outcome.errors) == (1, 0, ())


# Whole files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_the_encoding_makes_no_difference(tmp_path: Path, database: Database, encoding: str) -> None:
    outcome = take(database, a_text(tmp_path, as_csv(HEAD, a_row(1)).encode(encoding)))
    assert (outcome.added, outcome.errors, outcome.warnings) == (1, (), ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_spoilt_byte_costs_its_row_and_not_the_file(
    tmp_path: Path, database: Database, encoding: str
) -> None:
    rows = as_csv(HEAD, *(a_row(n) for n in range(1, 10)), a_row(10, 网站名称="坏?局")).encode(encoding)
    outcome = take(database, a_text(tmp_path, rows.replace(b"?", b"\xff")))
    assert (outcome.added, [(error.line, error.field) for error in outcome.errors]) == (9, [(11, "网站名称")])


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "是空的"),
        (b" \r\n,,\r\n", "是空的"),
        ("姓名,年龄\n张三,40\n".encode(), "没有认出是哪种台账"),
        ("网站标识码,首页网址\n1,http://a.test/\n".encode(), "网站台账，但缺少表头：网站名称、主办单位"),
        ("账号标识,账号名称\n1,甲\n".encode(), "账号台账，但缺少表头：平台、主办单位"),
        ("网站标识码,网站名称\n".encode("utf-16")[2:], "不是可识别的表格文件"),
        (bytes(range(256)) * 8, "不是可识别的表格文件"),
    ],
)
def test_a_file_that_is_no_register_is_refused_in_one_line(
    tmp_path: Path, database: Database, content: bytes, told: str
) -> None:
    with pytest.raises(UnusableRegister) as refused:
        take(database, a_text(tmp_path, content))
    assert told in str(refused.value) and "\n" not in str(refused.value)
    assert everything(database) == []


def test_a_title_above_the_headings_and_headings_said_again_do_no_harm(
    tmp_path: Path, database: Database
) -> None:
    rows = [["云泽市政府网站台账"], [], HEAD, a_row(1), HEAD, a_row(2)]
    outcome = take(database, a_workbook(tmp_path / "a.xlsx", {"表": rows}, merged="A1:F1"))
    assert (outcome.added, outcome.errors) == (2, ())


def test_a_unit_merged_over_several_rows_is_that_of_each(tmp_path: Path, database: Database) -> None:
    rows = [HEAD, a_row(1), a_row(2, 主办单位=None)]
    outcome = take(database, a_workbook(tmp_path / "a.xlsx", {"表": rows}, merged="D2:D3"))
    assert (outcome.added, outcome.errors) == (2, ())


def test_a_formula_without_its_result_is_named(tmp_path: Path, database: Database) -> None:
    rows = [HEAD, a_row(1, 网站名称='="云泽"'), a_row(2)]
    outcome = take(database, a_workbook(tmp_path / "a.xlsx", {"表": rows}))
    assert [(error.sheet, error.line, error.field) for error in outcome.errors] == [("表", 2, "网站名称")]
    assert keys(database) == {"4199000002"}


def test_keys_typed_as_numbers_are_the_same_keys(tmp_path: Path, database: Database) -> None:
    rows = [
        HEAD,
        a_row(1, 网站标识码=4199000001),
        a_row(2, 网站标识码=4199000002.0),
        a_row(3, 网站标识码=123456789012345678),
    ]
    outcome = take(database, a_workbook(tmp_path / "a.xlsx", {"表": rows}))
    assert keys(database) == {"4199000001", "4199000002"}
    assert "科学计数法" in outcome.errors[0].mend


def test_a_workbook_with_several_registers_gives_each_whatever_their_order(
    tmp_path: Path, database: Database
) -> None:
    sheets = {
        "栏目": [["网站标识码", "栏目名称", "豁免"], ["4199000001", "通知公告", "是"]],
        "封面": [["说明"], ["某年某月"]],
        "县区": [HEAD, a_row(2), a_row(1)],
        "市直": [HEAD, a_row(1)],
        "坏的": [["账号标识", "账号名称"], ["1", "甲"]],
        "单位": [["单位名称", "联系人"], ["云泽市第1局", "张三"]],
    }
    outcome = take(database, a_workbook(tmp_path / "a.xlsx", sheets))
    assert outcome.register == "units,sites,columns"
    assert [(part.register.name, len(part.changes)) for part in outcome.parts] == [
        ("units", 1),
        ("sites", 2),
        ("columns", 1),
    ]
    assert [(error.sheet, error.line) for error in outcome.errors] == [("坏的", 1), ("市直", 2)]
    assert "工作表“县区”第3行重复" in outcome.errors[1].mend
    assert not any(warning.sheet == "封面" for warning in outcome.warnings)


def test_two_columns_with_one_heading_are_both_kept(tmp_path: Path, database: Database) -> None:
    head = [*HEAD, "邮箱", "备注", "备注", ""]
    outcome = take(database, a_text(tmp_path, as_csv(head, [*a_row(1), "b@yunze.test", "甲", "乙", "丙"])))
    with database.reading() as session:
        (target,) = session.scalars(select(Target))
        assert target.email == "s1@yunze.test"
        assert target.more == {"邮箱": "b@yunze.test", "备注": "甲", "备注（第9列）": "乙", "第10列": "丙"}
    assert any(warning.field == "联系邮箱" for warning in outcome.warnings)


# Templates


def test_a_template_goes_in_unchanged_without_a_row_and_without_an_error(
    tmp_path: Path, database: Database
) -> None:
    written = write_templates(tmp_path / "台账")
    assert sorted(path.name for path in written) == sorted(
        f"{register.name}.{end}" for register in ORDER for end in ("csv", "xlsx")
    )
    for path in written:
        outcome = take(database, path)
        assert (outcome.register, outcome.added, outcome.absent, outcome.errors) == (path.stem, 0, 0, ())
    assert everything(database) == []


def test_a_template_that_was_filled_in_goes_in(tmp_path: Path, database: Database) -> None:
    write_templates(tmp_path)
    book = load_workbook(tmp_path / "sites.xlsx")
    book["网站"].append(["4199000001", "云泽市教育局", "https://a.yunze.test/", "云泽市教育局", "部门网站"])
    book.save(tmp_path / "sites.xlsx")
    outcome = take(database, tmp_path / "sites.xlsx")
    assert (outcome.added, outcome.errors, outcome.warnings) == (1, (), ())


def test_a_template_keeps_keys_as_text_and_offers_the_words_that_the_import_takes(tmp_path: Path) -> None:
    write_templates(tmp_path)
    sheet = load_workbook(tmp_path / "accounts.xlsx")["账号"]
    assert sheet.column_dimensions["A"].number_format == "@"
    assert sheet.freeze_panes == "B2"
    offered = {validation.formula1 for validation in sheet.data_validations.dataValidation}
    assert '"正常,临时下线,关停,拟开设"' in offered and any("微信公众号" in words for words in offered)
    for register in ORDER:
        for each in register.fields:
            for word in each.choices:
                said: list[str] = []
                each.read(word, said.append)
                assert said == [], f"{each.heading} {word}"


def test_a_template_does_not_overwrite_a_file_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "sites.xlsx").write_bytes(b"filled in")
    assert tmp_path / "sites.xlsx" not in write_templates(tmp_path)
    assert (tmp_path / "sites.xlsx").read_bytes() == b"filled in"


# Whatever rows there are

SOME = st.sampled_from
GOOD_ROWS = st.builds(
    a_row,
    st.integers(1, 6),
    网站名称=SOME(["甲局", "乙局", "丙“局”,\n二"]),
    主办单位=SOME(["甲局", "乙局"]),
    联系邮箱=SOME(["", "a@b.cn", "a@b.cn；c@d.cn"]),
    状态=SOME(["", "正常", "关停", "临时下线", "关停中（公示）"]),
)
BAD_ROWS = st.builds(a_row, st.integers(1, 6), 首页网址=SOME(["", "x", "ftp://a.b"]))
ODD_ROWS = st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=8)


def as_text(rows: list[list[str]]) -> Callable[[Path], Path]:
    return lambda folder: a_text(folder, as_csv(HEAD, *rows))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(st.one_of(GOOD_ROWS, BAD_ROWS, ODD_ROWS), max_size=12))
def test_any_mix_of_rows_loses_nothing_and_goes_in_once(
    tmp_path_factory: pytest.TempPathFactory, empty_record: Path, rows: list[list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("mix")
    record = folder / "x.db"
    record.write_bytes(empty_record.read_bytes())
    database = Database(TrackerSettings(database_url=f"sqlite:///{record}"))
    path = as_text(rows)(folder)

    first = take(database, path)
    before = everything(database)
    second = take(database, path)

    assert everything(database) == before
    assert (second.added, second.changed, second.unchanged) == (0, 0, first.added)
    assert [str(error) for error in second.errors] == [str(error) for error in first.errors]
    good = {row[0] for row in rows if len(row) == len(HEAD) and row[2].startswith("https://s")}
    assert good <= keys(database)
    spoken_of = first.added + len({(error.sheet, error.line) for error in first.errors})
    assert spoken_of == sum(any(cell.strip() for cell in row) and row != HEAD for row in rows)
    database.close()
