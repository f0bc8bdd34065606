"""最后更新日期 and 已超期天数 as a notice prints them, read back from what the rules wrote."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.ages import age_in_days
from checks.staleness import Staleness, age_facts
from tests.builders import (
    NOW,
    a_column,
    a_home,
    a_post,
    a_site_visit,
    a_source,
    ago,
    an_account_visit,
    days_ago,
)
from tests.checks.judged import only


@pytest.mark.parametrize(
    ("check", "observation", "limit", "over"),
    [
        ("column-stale", a_site_visit(a_column("工作动态", newest=days_ago(20))), 14, 6),
        ("column-stale", a_site_visit(a_column("通知公告", newest=days_ago(181))), 180, 1),
        ("home-stale", a_site_visit(home=a_home(newest=days_ago(20))), 14, 6),
        ("account-stale", an_account_visit(a_source(a_post(ago(days=20)))), 14, 6),
    ],
)
def test_what_a_rule_wrote_is_read_back(check: str, observation: object, limit: int, over: int) -> None:
    verdict = only(check, observation)
    seen = Staleness.read(verdict.facts)

    assert seen == Staleness(days_ago(limit + over), limit)
    assert seen.days_over(NOW) == over
    assert f"{seen.newest}，已{limit + over}天未更新，超过规定的{limit}天" in verdict.why


def test_days_over_go_on_with_the_days() -> None:
    seen = Staleness.read("newest=2026-11-04 limit=14 rows=3")

    assert [seen.days_over(NOW + timedelta(days=later)) for later in (0, 1, 30)] == [6, 7, 36]


def test_a_moment_is_shown_as_its_day_in_shanghai() -> None:
    assert age_facts(datetime(2026, 10, 27, 16, 30, tzinfo=UTC), 14) == (
        "newest=2026-10-28T00:30:00+08:00 limit=14"
    )
    assert Staleness.read("newest=2026-10-27T16:30:00+00:00 limit=14").newest == date(2026, 10, 28)


def test_an_hour_over_the_limit_is_no_whole_day() -> None:
    visit = an_account_visit(a_source(a_post(ago(days=14, hours=1))))
    verdict = only("account-stale", visit, manner="elapsed")

    assert Staleness.read(verdict.facts).days_over(NOW) == 0


def test_an_account_that_showed_no_post_at_all_has_no_day() -> None:
    verdict = only("account-stale", an_account_visit(a_source(official=True, complete_since=ago(days=15))))
    seen = Staleness.read(verdict.facts)

    assert verdict.facts == "newest=none limit=14"
    assert (seen.newest, seen.limit_days, seen.days_over(NOW)) == (None, 14, None)


def test_the_offices_own_window_is_the_limit() -> None:
    verdict = only("account-stale", an_account_visit(a_source(a_post(ago(days=9)))), account_window_days=7)

    assert Staleness.read(verdict.facts).days_over(NOW) == 2


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "0条",
        "rows=0",
        "posts=0",
        "down=timeout",
        "last-failed=2026-11-24",
        "http://hub.test/weibo/user/1=not_a_feed",
        "newest=",
        "newest=昨天 limit=两周",
        "newest=0001-01-01T00:00:00+14:00 limit=-14",
    ],
)
def test_facts_of_another_kind_say_nothing_of_age(facts: str) -> None:
    assert Staleness.read(facts) == Staleness()
    assert Staleness.read(facts).days_over(NOW) is None


def test_facts_recorded_before_the_limit_stood_in_them_still_name_the_day() -> None:
    seen = Staleness.read("newest=2026-05-08 rows=3")

    assert (seen.newest, seen.days_over(NOW)) == (date(2026, 5, 8), None)


@given(
    newest=st.one_of(st.dates(date(2000, 1, 1), date(2026, 11, 24)), st.none()),
    limit=st.integers(1, 2000),
    rows=st.integers(0, 500),
)
def test_writing_and_reading_are_each_others_inverse(newest: date | None, limit: int, rows: int) -> None:
    seen = Staleness.read(age_facts(newest, limit, rows=rows))

    assert seen == Staleness(newest, limit)
    assert seen.days_over(NOW) == (max(age_in_days(newest, NOW) - limit, 0) if newest else None)
