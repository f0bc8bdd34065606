"""A column is known again by its path, else by its own name at its address; and with it its issues and its entries."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from checks.verdicts import Kind, Verdict
from crawler.observations import Column, Problem
from tests.builders import NOW, a_column, a_row, a_site_visit, days_ago
from tests.tracker.sightings import a_target, seen, states, tell, the_issue
from tracker import models
from tracker.database import Database
from tracker.harvest import keep_columns_and_entries

SITE = "https://www.yunze.test"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_target(session)
        yield session


def at(path: str, url: str = "/tzgg/") -> Column:
    *parents, name = path.split(" > ")
    return a_column(name, parents=tuple(parents), url=f"{SITE}{url}")


def day(
    session: Session, number: int, *columns: Column, check: str = "column-blank", blank: bool = False
) -> None:
    """A look on this day: its columns, and what a check says of each."""
    when = NOW + timedelta(days=number)
    keep_columns_and_entries(session, [(1, a_site_visit(*columns, at=when))])
    kind = Kind.FAULT if blank else Kind.CLEAR
    verdicts = [Verdict(kind, each.name, each.key, each.url, check=check) for each in columns]
    tell(session, *(seen(verdict, when) for verdict in verdicts))


def known(session: Session) -> dict[str, str]:
    column = models.SeenColumn
    return {
        path: url.removeprefix(SITE)
        for path, url in session.execute(select(column.path, column.url).order_by(column.id))
    }


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (at("政务公开 > 通知公告"), at("通知公告")),
        (at("通知公告"), at("政务公开 > 通知公告")),
        (at("政务公开 > 通知公告"), at("信息公开 > 通知公告", "/tzgg/index.html")),
        (at("通知公告"), at("通知公告（/tzgg）")),
        (at("通知公告（/tzgg）"), at("政务公开 > 通知公告")),
        (at("政务公开 > 通知公告"), at("政务公开 > 通知公告", "/new/")),
    ],
    ids=["menu-lost", "menu-found", "menu-renamed", "namesake-came", "namesake-gone", "moved"],
)
def test_a_column_that_is_found_at_another_place_is_the_same_with_its_issue_and_its_entries(
    session: Session, first: Column, then: Column
) -> None:
    day(session, 0, first, blank=True)
    entries = session.scalar(select(func.count()).select_from(models.Entry))

    day(session, 1, then, blank=True)
    assert states(session) == ["confirmed"]
    day(session, 2, then)

    assert states(session) == ["rectified"]
    assert the_issue(session).subject_key == first.key
    assert known(session) == {first.key: then.url.removeprefix(SITE)}
    assert session.scalar(select(func.count()).select_from(models.Entry)) == entries


@pytest.mark.parametrize(
    "others",
    [
        [at("新闻中心 > 通知公告", "/xw/tzgg/")],
        [at("公告公示")],
        [at("政务公开 > 通知公告", "/new/"), at("通知公告")],
    ],
    ids=["same name elsewhere", "another name at the address", "it has moved, a namesake came in its place"],
)
def test_another_column_closes_nothing_and_is_a_column_of_its_own(
    session: Session, others: list[Column]
) -> None:
    day(session, 0, at("政务公开 > 通知公告"), blank=True)
    (stranger,) = [column for column in others if column.key != "政务公开 > 通知公告"]

    day(session, 1, *others, blank=True)
    day(session, 2, stranger)

    assert states(session)[0] != "rectified"
    assert set(known(session)) == {"政务公开 > 通知公告", stranger.key}


def test_where_two_columns_may_be_meant_it_is_a_new_one(session: Session) -> None:
    day(session, 0, at("政务公开 > 通知公告", "/old/"), at("新闻中心 > 通知公告"), blank=True)
    day(session, 1, at("政务公开 > 通知公告"), blank=True)

    day(session, 2, at("通知公告"))

    assert "rectified" not in states(session)
    assert set(known(session)) == {"政务公开 > 通知公告", "新闻中心 > 通知公告", "通知公告"}


def test_columns_of_another_website_are_not_meant(session: Session) -> None:
    a_target(session, "4199000002")
    day(session, 0, at("政务公开 > 通知公告"), blank=True)

    keep_columns_and_entries(session, [(2, a_site_visit(at("通知公告")))])

    assert set(known(session)) == {"政务公开 > 通知公告", "通知公告"}


def test_only_checks_of_columns_follow_a_column(session: Session) -> None:
    day(session, 0, at("政务公开 > 通知公告"), blank=True, check="wording-error")

    day(session, 1, at("通知公告"), check="wording-error")

    assert states(session) == ["suspected"]


def test_items_without_an_address_of_their_own_are_as_many_entries(session: Session) -> None:
    letters = [
        a_row(f"关于第{number}号小区供暖问题的来信", url="", date=days_ago(number)) for number in (1, 2, 3)
    ]

    for when in (NOW, NOW + timedelta(days=1)):
        visit = a_site_visit(a_column("来信选登", rows=letters), at=when)
        keep_columns_and_entries(session, [(1, visit)])

    assert set(session.scalars(select(models.Entry.title))) == {each.title for each in letters}
    assert session.scalar(select(func.count()).select_from(models.Entry)) == 3


def test_below_a_column_that_did_not_open_nothing_is_missed_whatever_it_is_called_now(
    session: Session,
) -> None:
    day(session, 0, at("信息公开 > 政策文件", "/zcwj/"), at("信息公开 > 政策文件 > 市政府文件", "/zcwj/szf/"))

    closed = a_column("政策文件", parents=("政务公开",), url=f"{SITE}/zcwj/", problem=Problem.TIMEOUT)
    keep_columns_and_entries(session, [(1, a_site_visit(closed, at=NOW + timedelta(days=1)))])

    assert set(session.scalars(select(models.SeenColumn.missed_since))) == {None}
