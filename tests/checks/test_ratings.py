"""合格 or 不合格: test vectors T1 to T7 of regulations.md 11, the limits from both sides, and the peak against plain counting."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.ratings import APP, CHECKS, ITEMS, Fault, Rating, Result, Span, peak, rate
from tests.builders import SHANGHAI

BEGINS = datetime(2026, 10, 1, tzinfo=SHANGHAI)
UNTIL = datetime(2027, 1, 1, tzinfo=SHANGHAI)
DAY = timedelta(days=1)
ALL = CHECKS
"""Every veto item was judged."""


def days(first: float = 10, last: float | None = 20) -> Span:
    """From this day of the period to that one."""
    return BEGINS + first * DAY, None if last is None else BEGINS + last * DAY


def a_fault(check: str = "column-blank", *stood: Span, **more: Any) -> Fault:
    return Fault(check, stood or (days(),), **more)


def blank(count: int, *stood: Span) -> list[Fault]:
    return [a_fault("column-blank", *stood, path=(f"栏目{number}",)) for number in range(count)]


def stale(count: int, *path: str, facts: str = "newest=2026-01-01 limit=14", **more: Any) -> list[Fault]:
    return [a_fault("column-stale", path=path, level=len(path), facts=facts, **more) for _ in range(count)]


def dynamic(count: int) -> list[Fault]:
    return stale(count, "工作动态")


def first_level(count: int) -> list[Fault]:
    return stale(count, "通知公告", facts="newest=2025-12-01 limit=180")


def other(count: int) -> list[Fault]:
    return stale(count, "规划计划", facts="newest=2025-01-01 limit=365")


def rated(*faults: Fault, kind: str = "site", judged: frozenset[str] = ALL, platform: str = "") -> Rating:
    return rate(kind, faults, judged, BEGINS, UNTIL, platform)


def result(*faults: Fault, **more: Any) -> str:
    return rated(*faults, **more).result.sentence


# -- regulations.md 11 ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "said"), [(0, "合格"), (1, "合格"), (4, "合格"), (5, "不合格"), (6, "不合格")]
)
def test_five_blank_columns_veto_the_site(count: int, said: str) -> None:
    assert result(*blank(count)) == said


@pytest.mark.parametrize(
    ("dynamics", "firsts", "said"),
    [(3, 2, "不合格"), (5, 0, "不合格"), (0, 5, "不合格"), (2, 2, "合格"), (4, 0, "合格"), (0, 4, "合格")],
)
def test_stale_news_and_first_level_columns_are_counted_together(
    dynamics: int, firsts: int, said: str
) -> None:
    assert result(*dynamic(dynamics), *first_level(firsts)) == said


@pytest.mark.parametrize(("count", "said"), [(9, "合格"), (10, "不合格"), (11, "不合格")])
def test_ten_other_columns_veto_the_site(count: int, said: str) -> None:
    assert result(*other(count)) == said


def test_seventeen_findings_below_every_limit_are_still_a_pass() -> None:
    seventeen = rated(*dynamic(4), *other(9), *blank(4))
    assert (seventeen.result, seventeen.reasons, seventeen.unchecked) == (Result.PASSED, (), ())
    assert seventeen.peaks == {"W4a": 4, "W4b": 9, "W4c": 4}


def test_a_column_below_the_first_level_counts_with_the_others() -> None:
    below = stale(5, "政务公开", "通知公告", facts="newest=2025-12-01 limit=180")
    policy = stale(5, "政务公开", "政策文件", facts="newest=2025-01-01 limit=365")
    assert result(*below) == "合格"
    assert rated(*below, *policy).reasons[0].startswith("其他应更新栏目长期未更新同时有10个")


def test_how_deep_a_column_hangs_that_nobody_knows_is_not_assumed() -> None:
    unknown = [Fault("column-stale", (days(),), ("通知公告",), 0, "newest=2025-12-01 limit=180")] * 5
    assert rated(*unknown).peaks == {"W4b": 5}


@pytest.mark.parametrize(
    "check", ["home-stale", "channel-missing", "reply-overdue", "hidden-link", "date-forged"]
)
def test_one_is_enough_of_what_has_no_number(check: str) -> None:
    assert result(a_fault(check)) == "不合格"


@pytest.mark.parametrize("check", ["account-stale", "account-blank", "account-interaction"])
def test_one_fault_of_a_kind_vetoes_an_account(check: str) -> None:
    assert result(a_fault(check), kind="account") == "不合格"


@pytest.mark.parametrize(
    "check", ["account-gone", "account-register", "source-broken", "link-dead", "ipv6-missing"]
)
def test_what_is_no_veto_item_vetoes_nothing(check: str) -> None:
    assert result(*[a_fault(check)] * 20, kind="account") == "合格"
    assert result(*[a_fault(check)] * 20) == "合格"


# -- what the register and the office's own limits say ----------------------------------------------------


def test_the_limit_that_a_column_was_judged_by_tells_what_the_register_says_of_it() -> None:
    says_news = stale(5, "媒体聚焦", facts="newest=2026-01-01 limit=14")
    says_plan = stale(5, "工作动态", facts="newest=2025-01-01 limit=365")
    assert rated(*says_news).peaks == {"W4a": 5}
    assert rated(*says_plan).peaks == {"W4b": 5}


def test_a_class_that_the_office_confirmed_counts_as_what_it_is() -> None:
    notices = stale(5, "惠民之窗", facts="newest=2025-12-01 limit=180 rows=3 class=B1")
    other_name = stale(5, "工作动态", facts="newest=2025-12-01 limit=365 rows=3 class=K")

    assert rated(*notices).peaks == {"W4a": 5}
    assert rated(*other_name).peaks == {"W4b": 5}


def test_a_shorter_limit_of_the_office_vetoes_only_when_the_national_one_has_passed_too() -> None:
    """Newest on 1 October, own limit 7 days: an issue from the 9th on, a veto from the 16th on."""
    facts = "newest=2026-10-01 limit=7"
    assert result(a_fault("home-stale", days(8, 15), facts=facts)) == "合格"
    assert result(a_fault("home-stale", days(8, 15.1), facts=facts)) == "不合格"
    assert result(a_fault("account-stale", days(8, 15), facts=facts), kind="account") == "合格"
    assert result(a_fault("account-stale", days(8, None), facts=facts), kind="account") == "不合格"


# -- 站点无法访问 ----------------------------------------------------------------------------------------------


def test_seven_of_140_visits_veto_and_that_is_what_the_check_says() -> None:
    assert result(a_fault("site-unreachable", facts="last-failed=2026-10-11")) == "不合格"


def test_a_site_that_was_shut_for_hours_is_for_a_person_to_decide() -> None:
    shut = rated(a_fault("site-unreachable", days(10, 11), facts="down=timeout"))
    assert shut.result is Result.NOTHING_FOUND
    assert shut.unchecked == ("站点无法访问（首页曾连续打不开，一周监测期内打不开的比例由人核定）",)


def test_a_site_that_was_shut_for_a_week_and_more_is_vetoed() -> None:
    assert result(a_fault("site-unreachable", days(10, 17.5), facts="down=timeout")) == "不合格"


def test_what_a_person_found_shut_counts_as_he_says() -> None:
    assert result(a_fault("site-unreachable", facts="连续两周打不开")) == "不合格"


# -- what a person must decide, and what nobody looked at -------------------------------------------------


@pytest.mark.parametrize("check", ["wording-error", "privacy-leak"])
def test_wording_and_privacy_are_not_serious_by_themselves(check: str) -> None:
    found = rated(a_fault(check), a_fault(check))
    assert found.result is Result.NOTHING_FOUND
    (open_one,) = found.unchecked
    assert open_one.startswith("安全、泄密事故等严重问题（") and "2个" in open_one and "由人判定" in open_one


def test_wording_of_an_account_is_for_a_person_too() -> None:
    (open_one,) = rated(a_fault("wording-error"), kind="account").unchecked
    assert open_one.startswith("安全、泄密事故等严重问题（表述错误1个")


def test_service_guides_veto_nothing_as_long_as_their_numbers_are_unverified() -> None:
    found = rated(*[a_fault("service-guide")] * 20)
    assert (found.result, found.reasons) == (Result.NOTHING_FOUND, ())
    assert "数量标准待核对原文" in found.unchecked[0]


@pytest.mark.parametrize("item", [each for each in ITEMS if each.kind == "site"])
def test_a_site_passes_only_when_every_item_was_judged(item: Any) -> None:
    missing = rated(judged=ALL - {item.judged_by[0]})
    assert missing.result is Result.NOTHING_FOUND
    assert item.name in missing.unchecked


def test_nobody_asks_a_microblog_whether_it_can_be_installed() -> None:
    without = ALL - {"account-app"}
    assert result(kind="account", judged=without, platform="微博") == "合格"
    assert rated(kind="account", judged=without, platform=APP).unchecked == ("内容不更新（移动客户端）",)


def test_what_no_check_judged_is_unseen_unless_people_found_something() -> None:
    none: frozenset[str] = frozenset()
    assert result(judged=none) == "未检"
    assert result(*blank(1), judged=none) == "已检项目未发现单项否决问题"
    assert result(*blank(5), judged=none) == "不合格"


def test_a_reason_says_count_limit_and_clause() -> None:
    (reason,) = rated(*blank(6)).reasons
    assert reason == "空白栏目同时有6个，达到5个（国办秘函〔2019〕19号政府网站单项否决“栏目不更新”）"
    (reason,) = rated(a_fault("home-stale")).reasons
    assert reason == "首页超过14天未更新（国办秘函〔2019〕19号政府网站单项否决“首页不更新”）"


# -- at the same time -------------------------------------------------------------------------------------


def test_faults_that_follow_each_other_never_stood_together() -> None:
    one_after_the_other = [fault for n in range(8) for fault in blank(1, days(n, n + 1))]
    assert (rated(*one_after_the_other).peaks["W4c"], result(*one_after_the_other)) == (1, "合格")


def test_what_stood_before_the_period_and_after_it_does_not_count() -> None:
    assert result(*blank(5, days(-30, 0))) == "合格"
    assert result(*blank(5, (UNTIL, None))) == "合格"
    assert result(*blank(5, days(-30, 0.001))) == "不合格"
    assert result(*blank(5, days(-30, None))) == "不合格"


def test_a_relapse_is_the_same_fault_again_and_not_another_one() -> None:
    assert rated(*blank(4, days(1, 5), days(9, 12))).peaks == {"W4c": 4}


MINUTES = 60
MOMENTS = st.integers(-10, MINUTES + 10)
SPANS = st.lists(st.tuples(MOMENTS, st.none() | MOMENTS), max_size=12)


@given(SPANS)
def test_the_peak_is_what_counting_every_minute_gives(spans: list[tuple[int, int | None]]) -> None:
    def moment(minute: int) -> datetime:
        return BEGINS + timedelta(minutes=minute)

    by_minute = [
        sum(begin <= minute and (end is None or minute < end) for begin, end in spans)
        for minute in range(MINUTES)
    ]
    given_spans = [(moment(begin), None if end is None else moment(end)) for begin, end in spans]
    assert peak(given_spans, BEGINS, moment(MINUTES)) == max(by_minute)
