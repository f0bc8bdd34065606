"""首页更新不及时: nothing new on the home page for two weeks."""

import pytest

from checks.verdicts import Kind
from crawler.observations import Problem, Shown
from tests.builders import a_column, a_fetch, a_home, a_row, a_site_visit, days_ago
from tests.checks.judged import only


@pytest.mark.parametrize(
    ("age", "kind", "warns"),
    [
        (0, Kind.CLEAR, False),
        (10, Kind.CLEAR, False),
        (11, Kind.CLEAR, True),
        (14, Kind.CLEAR, True),
        (15, Kind.FAULT, False),
    ],
)
def test_fourteen_days_are_still_in_time(age: int, kind: Kind, warns: bool) -> None:
    verdict = only("home-stale", a_site_visit(home=a_home(newest=days_ago(age))))

    assert (verdict.kind, bool(verdict.warning)) == (kind, warns)


@pytest.mark.parametrize("manner", ["calendar", "elapsed"])
def test_both_manners_of_counting_agree_where_only_days_are_known(manner: str) -> None:
    assert (
        only("home-stale", a_site_visit(home=a_home(newest=days_ago(14))), manner=manner).kind is Kind.CLEAR
    )
    assert (
        only("home-stale", a_site_visit(home=a_home(newest=days_ago(15))), manner=manner).kind is Kind.FAULT
    )


def test_the_sentence_names_the_day() -> None:
    verdict = only("home-stale", a_site_visit(home=a_home(newest=days_ago(20))))

    assert verdict.why == "首页最新一条信息为2026-11-04，已20天未更新，超过规定的14天"
    assert (verdict.subject, verdict.url) == ("云泽市人民政府", "https://www.yunze.test/")
    assert verdict.facts == "newest=2026-11-04 limit=14"


def test_a_date_to_come_is_not_the_newest() -> None:
    home = a_home([a_row(date=days_ago(-5)), a_row(date=days_ago(20))])

    assert only("home-stale", a_site_visit(home=home)).kind is Kind.FAULT


def test_a_home_page_that_a_script_fills_waits_for_a_browser() -> None:
    verdict = only("home-stale", a_site_visit(a_column(), home=a_home(0, needs_browser=True)))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.NEEDS_BROWSER)


def test_titles_without_dates_are_dated_by_their_columns() -> None:
    row = a_row(date=None, url="https://www.yunze.test/art/7.html")
    fresh = a_column(rows=[a_row(date=days_ago(2), url=row.url)])
    elsewhere = a_column(rows=[a_row(date=days_ago(2), url="https://www.yunze.test/art/8.html")])

    assert only("home-stale", a_site_visit(fresh, home=a_home([row]))).kind is Kind.CLEAR
    verdict = only("home-stale", a_site_visit(elsewhere, home=a_home([row])))
    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.NO_DATES)


def test_a_title_with_a_day_to_come_is_dated_by_its_column() -> None:
    event = a_row(date=days_ago(-5), url="https://www.yunze.test/art/7.html")
    home = a_home([event, a_row(date=days_ago(20))])
    column = a_column(rows=[a_row(date=days_ago(2), url=event.url)])

    assert only("home-stale", a_site_visit(column, home=home)).kind is Kind.CLEAR


def test_old_dates_beside_fresh_titles_do_not_accuse() -> None:
    row = a_row(date=None, url="https://www.yunze.test/art/7.html")
    fresh = a_column(rows=[a_row(date=days_ago(2), url=row.url)])

    home = a_home([row, a_row(date=days_ago(40), url="https://www.yunze.test/art/9.html")])

    assert only("home-stale", a_site_visit(fresh, home=home)).kind is Kind.CLEAR


def test_a_few_old_dates_among_many_titles_do_not_accuse() -> None:
    titles = [a_row(date=None, url=f"https://www.yunze.test/art/{number}.html") for number in range(10)]
    old = [a_row(date=days_ago(40), url=f"https://www.yunze.test/old/{number}.html") for number in range(3)]

    assert only("home-stale", a_site_visit(home=a_home([*titles, *old]))).problem is Problem.NO_DATES
    assert only("home-stale", a_site_visit(home=a_home([*titles[:9], *old]))).kind is Kind.FAULT


def test_a_home_page_of_which_the_newest_item_may_not_have_been_read_is_left_open() -> None:
    home = a_home(newest=days_ago(20), newer_elsewhere=True, why="页面过长，没有读到末尾")

    verdict = only("home-stale", a_site_visit(home=home))

    assert (verdict.kind, verdict.problem, verdict.why) == (Kind.UNJUDGED, Problem.UNCLEAR, home.why)


# -- a home page that is only a navigation page -----------------------------------------------------------

NAVIGATION = a_home(0)


def test_the_second_level_speaks_for_a_navigation_page() -> None:
    fresh, stale = a_column("要闻", newest=days_ago(3)), a_column("通知公告", newest=days_ago(50))

    assert only("home-stale", a_site_visit(fresh, stale, home=NAVIGATION)).kind is Kind.CLEAR
    verdict = only("home-stale", a_site_visit(stale, home=NAVIGATION))
    assert verdict.kind is Kind.FAULT
    assert verdict.why.startswith("首页仅为导航，二级页面最新一条信息为")


@pytest.mark.parametrize(
    "unseen", [a_column("要闻", problem=Problem.TIMEOUT), a_column("要闻", rows=4, newest=None)]
)
def test_a_second_level_page_that_may_hold_something_newer_leaves_it_open(unseen: object) -> None:
    stale = a_column("通知公告", newest=days_ago(50))

    assert only("home-stale", a_site_visit(unseen, stale, home=NAVIGATION)).kind is Kind.UNJUDGED  # type: ignore[arg-type]


def test_one_fresh_second_level_page_clears_whatever_the_others_hide() -> None:
    fresh, unread = a_column("要闻", newest=days_ago(3)), a_column("通知公告", problem=Problem.TIMEOUT)

    assert only("home-stale", a_site_visit(fresh, unread, home=NAVIGATION)).kind is Kind.CLEAR


def test_without_any_date_on_the_second_level_nothing_is_said() -> None:
    assert only("home-stale", a_site_visit(home=NAVIGATION)).kind is Kind.UNJUDGED


@pytest.mark.parametrize("age", [1, 15])
def test_it_says_whether_a_browser_showed_the_home_page(age: int) -> None:
    home = a_home(newest=days_ago(age))

    assert only("home-stale", a_site_visit(home=home, shown=Shown(a_fetch()))).rendered
    assert not only("home-stale", a_site_visit(home=home)).rendered
