"""What the office confirmed stands with who and when, and goes before any guess: a column's own word first."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from checks.column_classes import ColumnClass, class_of
from crawler.observations import Column
from crawler.targets import ColumnEntry
from tests.builders import NOW, TODAY, a_column, a_site, a_site_visit
from tests.tracker.columns import EDUCATION, WATER, a_path, a_tree, confirmed
from tracker.confirmed_classes import Confirmation, ConfirmedClasses, read_class
from tracker.database import Database
from tracker.models import ConfirmedClass, Link
from tracker.verification import verify


def classes(database: Database, *columns: Column, site: str = EDUCATION) -> dict[str, ColumnClass]:
    with database.reading() as session:
        visit = ConfirmedClasses(session).applied(a_site_visit(*columns, site=a_site(site)))
    return {column.key: class_of(column, TODAY) for column in visit.columns}


def test_a_confirmed_name_holds_on_all_websites_and_says_who_and_when(database: Database) -> None:
    confirmed(database, Confirmation("乡村振兴", "A"))

    for site in (EDUCATION, WATER):
        known = classes(database, a_path("政务公开 > 乡村振兴"), site=site)["政务公开 > 乡村振兴"]
        assert (known.letter, known.limit_days, known.certain, known.by_office) == ("A", 14, True, True)
        assert known.reason == "张三于2026-11-24确认"


def test_one_websites_own_word_goes_before_the_names(database: Database) -> None:
    confirmed(database, Confirmation("乡村振兴", "A"), Confirmation("专题 > 乡村振兴", "L", EDUCATION))

    assert classes(database, a_path("专题 > 乡村振兴"))["专题 > 乡村振兴"].letter == "L"
    assert classes(database, a_path("乡村振兴"))["乡村振兴"].letter == "A", "another column of the name"
    assert classes(database, a_path("专题 > 乡村振兴"), site=WATER)["专题 > 乡村振兴"].letter == "A"


def test_a_name_of_one_website_goes_before_the_same_name_of_all(database: Database) -> None:
    confirmed(database, Confirmation("乡村振兴", "A"), Confirmation("乡村振兴", "K", EDUCATION))

    assert classes(database, a_path("专题 > 乡村振兴"))["专题 > 乡村振兴"].letter == "K"


def test_a_parents_class_settles_only_what_its_own_name_leaves_open(database: Database) -> None:
    confirmed(database, Confirmation("法定主动公开内容", "J"))
    tree = a_tree("法定主动公开内容", "法定主动公开内容 > 义务教育", "法定主动公开内容 > 工作动态")

    known = classes(database, *tree)

    assert (known["法定主动公开内容 > 义务教育"].letter, known["法定主动公开内容 > 义务教育"].limit_days) == (
        "J",
        180,
    )
    assert "上级栏目“法定主动公开内容”" in known["法定主动公开内容 > 义务教育"].reason
    assert known["法定主动公开内容 > 工作动态"].letter == "A"


def test_what_the_office_calls_an_archive_is_over_with_all_that_lies_in_it(database: Database) -> None:
    confirmed(database, Confirmation("污染源普查", "L"))
    tree = a_tree("污染源普查", "污染源普查 > 工作动态")

    assert classes(database, *tree)["污染源普查 > 工作动态"].letter == "L"


def test_the_register_of_columns_goes_before_a_confirmation(database: Database) -> None:
    confirmed(database, Confirmation("乡村振兴", "A"))
    entry = ColumnEntry("乡村振兴", column_class="静态类")

    assert classes(database, a_column("乡村振兴", entry=entry))["乡村振兴"].letter == "I"


def test_a_registered_limit_keeps_beside_a_confirmed_class(database: Database) -> None:
    confirmed(database, Confirmation("乡村振兴", "A"))
    known = classes(database, a_column("乡村振兴", entry=ColumnEntry("乡村振兴", limit_days=30)))["乡村振兴"]

    assert (known.letter, known.limit_days) == ("A", 30)


def test_the_address_beside_a_namesake_is_no_part_of_its_name(database: Database) -> None:
    confirmed(database, Confirmation("乡村振兴", "A"))
    column = a_column("乡村振兴（/xczx）", url="https://www.yunze.test/xczx/")

    assert classes(database, column)[column.key].letter == "A"


def test_a_confirmed_sub_column_of_policy_documents_has_a_year(database: Database) -> None:
    confirmed(database, Confirmation("惠民文件柜", "B2"))
    column = "政务公开 > 惠民文件柜"

    assert classes(database, a_path(column))[column].limit_days == 365
    assert classes(database, a_path("惠民文件柜"))["惠民文件柜"].limit_days == 180


def test_confirming_twice_changes_nothing_and_changes_are_counted(database: Database) -> None:
    first = confirmed(database, Confirmation("乡村振兴", "A"), Confirmation("营商环境", "K"))
    again = confirmed(database, Confirmation("乡村振兴", "A"), by="李四", at=NOW + timedelta(days=1))
    then = confirmed(database, Confirmation("乡村振兴", "K"), Confirmation("营商环境", ""), by="李四")

    assert (first.new, again.unchanged, then.changed, then.withdrawn) == (2, 1, 1, 1)
    with database.reading() as session:
        rows = session.execute(select(ConfirmedClass.name, ConfirmedClass.letter, ConfirmedClass.by)).all()
    assert [tuple(row) for row in rows] == [("乡村振兴", "K", "李四")]


def test_each_change_stands_in_the_audit_chain_with_what_was_before(database: Database) -> None:
    confirmed(database, Confirmation("乡村振兴", "A"))
    confirmed(database, Confirmation("乡村振兴", "A"))
    confirmed(database, Confirmation("乡村振兴", ""))

    with database.reading() as session:
        links = [link.payload for link in session.scalars(select(Link)) if link.what == "column-classes"]
        assert list(verify(session, None)) == []
    assert len(links) == 2
    assert '"from":"A"' in links[1] and '"to":""' in links[1] and "张三" in links[1]


@pytest.mark.parametrize(
    ("word", "letter"), [("通知公告类", "B1"), ("k", "K"), ("按名称推断", ""), ("撤销", ""), ("随便", None)]
)
def test_a_class_is_read_as_people_write_it(word: str, letter: str | None) -> None:
    assert read_class(word) == letter
