"""What is known of all columns: which wait for the office, which came, which went."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from checks.verdicts import Kind, Verdict
from crawler.observations import Column, Problem
from tests.builders import NOW, TODAY, a_column, a_reading, a_row, a_site_visit
from tests.tracker.columns import EDUCATION, WATER, a_path, a_round, a_tree, confirmed, some_sites
from tests.tracker.sightings import seen, states, tell, the_issue
from tracker import columns, models
from tracker.confirmed_classes import Confirmation
from tracker.database import Database
from tracker.harvest import keep_columns_and_entries

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def city(database: Database) -> None:
    some_sites(database)


def listed(database: Database) -> dict[tuple[str, str], columns.SiteColumn]:
    with database.reading() as session:
        found = columns.site_columns(session, NOW + 9 * DAY)
    return {(each.site.key, each.path): each for each in found}


def open_names(database: Database) -> list[columns.NamedColumns]:
    with database.reading() as session:
        rows = columns.by_name(session, columns.site_columns(session, NOW + 9 * DAY))
    return columns.open_names(rows)


def changes(database: Database, days: int) -> tuple[list[str], list[str]]:
    """Paths of the columns that came and went so many days from now."""
    with database.reading() as session:
        day = TODAY + days * DAY
        return [each.path for each in columns.came(session, day)], [
            each.path for each in columns.went(session, day)
        ]


def test_one_name_on_many_websites_is_one_decision(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("乡村振兴", "通知公告"), WATER: a_tree("乡村振兴")})

    (row,) = open_names(database)

    assert (row.name, row.sites, row.waiting) == ("乡村振兴", 2, 2)


def test_a_decision_is_no_longer_open_once_it_is_made(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("乡村振兴")})
    confirmed(database, Confirmation("乡村振兴", "K"))

    assert open_names(database) == []
    assert not listed(database)[EDUCATION, "乡村振兴"].waits


def test_parents_links_to_other_websites_and_articles_need_no_decision(database: Database) -> None:
    away = a_column("乡村振兴", leads_to="xczx.yunze.test")
    article = a_column("营商环境", reading=a_reading(0, kind="article"))
    a_round(database, {EDUCATION: (*a_tree("专题", "专题 > 通知公告"), away, article)})

    assert open_names(database) == []


def test_a_parent_tells_how_many_columns_its_class_would_settle(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("专题", "专题 > 乡村振兴", "专题 > 营商环境")})

    with database.reading() as session:
        rows = {row.name: row.below for row in columns.by_name(session, columns.site_columns(session, NOW))}

    assert rows["专题"] == 2
    confirmed(database, Confirmation("专题", "L"))
    assert open_names(database) == []


def test_the_parts_of_the_disclosure_platform_are_known_as_such(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("政府信息公开", "政府信息公开 > 年报", "通知公告")})

    found = listed(database)

    assert found[EDUCATION, "政府信息公开 > 年报"].platform == "年报"
    assert found[EDUCATION, "通知公告"].platform == ""


# -- new and missing columns ------------------------------------------------------------------------------


def test_the_first_round_brings_no_new_columns_later_ones_do(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("通知公告")})
    a_round(database, {EDUCATION: a_tree("通知公告", "工作动态")}, NOW + DAY)

    assert changes(database, 0) == ([], [])
    assert changes(database, 1) == (["工作动态"], [])


def test_a_column_is_missed_from_the_first_good_look_without_it_until_it_is_back(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("通知公告", "工作动态")})
    for day in (1, 2):
        a_round(database, {EDUCATION: a_tree("通知公告")}, NOW + day * DAY)

    assert (changes(database, 1)[1], changes(database, 2)[1]) == (["工作动态"], [])
    with database.reading() as session:
        assert [each.path for each in columns.missing(session)] == ["工作动态"]

    a_round(database, {EDUCATION: a_tree("通知公告", "工作动态")}, NOW + 3 * DAY)
    with database.reading() as session:
        assert columns.missing(session) == []


def test_a_website_that_did_not_open_has_lost_no_column(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("通知公告")})
    a_round(database, {EDUCATION: ()}, NOW + DAY, problem=Problem.TIMEOUT)

    assert changes(database, 1) == ([], [])


def test_what_hangs_below_a_page_that_did_not_open_is_not_missed(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("政务公开", "政务公开 > 通知公告")})
    a_round(database, {EDUCATION: (a_path("政务公开", problem=Problem.TIMEOUT),)}, NOW + DAY)

    assert changes(database, 1) == ([], [])


def test_without_any_menu_it_is_the_home_page_that_is_another_not_the_columns(database: Database) -> None:
    a_round(database, {EDUCATION: a_tree("政务公开", "政务公开 > 通知公告", "新闻中心")})
    a_round(database, {EDUCATION: (a_path("公示", found_by="more"),)}, NOW + DAY)

    assert changes(database, 1)[1] == []


# -- a redesign -------------------------------------------------------------------------------------------


def with_rows(path: str, url: str, subject: str) -> Column:
    rows = [a_row(f"{subject}第{number}次会议召开", url=f"{url}{number}.html") for number in range(6)]
    return a_path(path, rows=rows, url=url)


def test_a_redesign_that_changes_all_addresses_loses_no_column(database: Database) -> None:
    tree = ("政务公开 > 通知公告", "工作动态")
    for day, folder in enumerate(("old", "new")):
        seen = [with_rows(path, f"https://www.yunze.test/{folder}/{n}/", path) for n, path in enumerate(tree)]
        a_round(database, {EDUCATION: seen}, NOW + day * DAY)

    assert changes(database, 1) == ([], [])


def test_namesakes_with_new_addresses_are_known_by_what_they_list(database: Database) -> None:
    def namesakes(folder: str) -> list[Column]:
        return [
            with_rows(f"通知公告（/{folder}/{name}）", f"https://www.yunze.test/{folder}/{name}/", name)
            for name in ("a", "b")
        ]

    a_round(database, {EDUCATION: namesakes("old")})
    a_round(database, {EDUCATION: namesakes("new")}, NOW + DAY)

    assert changes(database, 1) == ([], [])
    with database.reading() as session:
        urls = {row.path: row.url for row in session.scalars(select(models.SeenColumn))}
    assert urls["通知公告（/old/a）"].endswith("/new/a/")


def test_a_column_that_moved_with_a_new_address_is_known_by_what_it_lists(database: Database) -> None:
    a_round(database, {EDUCATION: [with_rows("政务公开 > 通知公告", "https://www.yunze.test/a/", "市")]})
    a_round(
        database,
        {EDUCATION: [with_rows("信息公开 > 通知公告", "https://www.yunze.test/b/", "市")]},
        NOW + DAY,
    )

    assert changes(database, 1) == ([], [])


def test_an_issue_follows_its_column_to_another_path_and_another_address(database: Database) -> None:
    before = with_rows("政务公开 > 通知公告", "https://www.yunze.test/a/", "市")
    after = with_rows("信息公开 > 通知公告", "https://www.yunze.test/b/", "市")
    with database.writing() as session:
        for day, column, kind in ((0, before, Kind.FAULT), (1, after, Kind.FAULT), (2, after, Kind.CLEAR)):
            at = NOW + day * DAY
            keep_columns_and_entries(session, [(1, a_site_visit(column, at=at))])
            tell(session, seen(Verdict(kind, column.name, column.key, column.url, check="column-stale"), at))

        assert states(session) == ["rectified"]
        assert the_issue(session).subject_key == before.key


def test_another_list_of_the_same_name_elsewhere_is_a_new_column(database: Database) -> None:
    a_round(database, {EDUCATION: [with_rows("政务公开 > 通知公告", "https://www.yunze.test/a/", "市")]})
    a_round(
        database,
        {EDUCATION: [with_rows("信息公开 > 通知公告", "https://www.yunze.test/b/", "县")]},
        NOW + DAY,
    )

    assert changes(database, 1) == (["信息公开 > 通知公告"], ["政务公开 > 通知公告"])
