"""账号更新不及时: two weeks without a post."""

from datetime import date, timedelta

import pytest

from checks.verdicts import Kind, Problem
from crawler.clock import midnight
from crawler.observations import SourceResult
from tests.builders import NOW, TODAY, a_broken_source, a_post, a_source, ago, an_account, an_account_visit
from tests.checks.judged import only


def two_roads(days: float, hours: float = 0) -> tuple[SourceResult, SourceResult]:
    post = a_post(ago(days=days, hours=hours))
    return a_source(post, upstream="weread"), a_source(
        post, upstream="mp-console", address="http://werss.test/"
    )


@pytest.mark.parametrize(
    ("days", "kind", "warning"),
    [
        (0, Kind.CLEAR, ""),
        (6, Kind.CLEAR, ""),
        (7, Kind.CLEAR, "提醒：已7天未更新"),
        (9, Kind.CLEAR, "提醒：已9天未更新"),
        (10, Kind.CLEAR, "再次提醒：已10天未更新"),
        (12, Kind.CLEAR, "预警：已12天未更新"),
        (14, Kind.CLEAR, "预警：已14天未更新"),
        (15, Kind.FAULT, ""),
    ],
)
def test_fourteen_days_are_still_in_time_and_warned_of_in_three_steps(
    days: int, kind: Kind, warning: str
) -> None:
    verdict = only("account-stale", an_account_visit(*two_roads(days)))

    assert (verdict.kind, verdict.warning) == (kind, warning)


def test_fourteen_days_and_an_hour_are_late_where_hours_are_counted() -> None:
    """T7 of regulations.md."""
    visit = an_account_visit(*two_roads(14, hours=1))

    assert only("account-stale", visit, manner="elapsed").kind is Kind.FAULT
    assert only("account-stale", visit).kind is Kind.CLEAR


def test_two_independent_roads_accuse_without_a_person() -> None:
    verdict = only("account-stale", an_account_visit(*two_roads(27)))

    assert (verdict.kind, verdict.needs_person) == (Kind.FAULT, False)
    assert verdict.why == "微博账号“云泽发布”最新一条内容发布于2026-10-28，已27天未更新，超过规定的14天"


def test_one_unofficial_road_is_a_suspicion_for_a_person() -> None:
    verdict = only("account-stale", an_account_visit(a_source(a_post(ago(days=27)))))

    assert (verdict.kind, verdict.needs_person) == (Kind.FAULT, True)
    assert "需人工核实" in verdict.why


def test_a_key_in_a_roads_address_is_not_shown() -> None:
    source = a_source(a_post(ago(days=27)), address="http://user:pass@hub.test:1200/weibo/user/1?key=secret")

    assert only("account-stale", an_account_visit(source)).url == "http://hub.test:1200/weibo/user/1"


@pytest.mark.parametrize(("days", "is_zombie"), [(90, False), (91, True)])
def test_more_than_ninety_days_are_a_zombie(days: int, is_zombie: bool) -> None:
    assert ("僵尸账号" in only("account-stale", an_account_visit(*two_roads(days))).why) is is_zombie


@pytest.mark.parametrize(
    ("filed", "days", "warning"),
    [
        (3, 3, ""),
        (3, 4, "提醒：已4天未更新，超过更新频率要求的3天"),
        (7, 7, "提醒：已7天未更新"),
        (7, 8, "提醒：已8天未更新，超过更新频率要求的7天"),
        (3, 12, "预警：已12天未更新，超过更新频率要求的3天"),
        (None, 4, ""),
    ],
)
def test_stricter_days_that_are_filed_are_reminded_of(filed: int | None, days: int, warning: str) -> None:
    source = a_source(a_post(ago(days=days)), complete_since=ago(days=60))
    verdict = only("account-stale", an_account_visit(source, account=an_account(filed_days=filed)))

    assert (verdict.kind, verdict.warning) == (Kind.CLEAR, warning)


@pytest.mark.parametrize("filed", [1, 14, 31, 365])
def test_whatever_is_filed_the_fault_is_that_of_the_national_days(filed: int) -> None:
    account = an_account(filed_days=filed)
    in_time = only("account-stale", an_account_visit(*two_roads(14), account=account))
    late = only("account-stale", an_account_visit(*two_roads(15), account=account))

    assert in_time.kind is Kind.CLEAR and ("更新频率要求" in in_time.warning) is (filed < 14)
    assert late.kind is Kind.FAULT and late.why.endswith("超过规定的14天")


@pytest.mark.parametrize(("filed", "is_reminded"), [(13, True), (14, False), (15, False)])
def test_filed_days_that_are_not_stricter_remind_of_nothing(filed: int, is_reminded: bool) -> None:
    """The hour that the platform tells may reach into the window: in time, though its day is the fifteenth back."""
    post = a_post(midnight(TODAY - timedelta(days=14)) - timedelta(minutes=30), precision="hour")
    source = a_source(post, complete_since=ago(days=60))
    verdict = only("account-stale", an_account_visit(source, account=an_account(filed_days=filed)))

    assert (verdict.kind, "更新频率要求" in verdict.warning) == (Kind.CLEAR, is_reminded)


def test_a_list_that_failed_reminds_of_no_filed_days() -> None:
    visit = an_account_visit(
        a_broken_source(posts=()), newest_known=ago(days=5), account=an_account(filed_days=3)
    )

    assert only("account-stale", visit).warning == ""


def test_the_offices_own_window_is_kept_to() -> None:
    visit = an_account_visit(*two_roads(9))

    assert only("account-stale", visit, account_window_days=7).kind is Kind.FAULT
    assert "超过规定的7天" in only("account-stale", visit, account_window_days=7).why


@pytest.mark.parametrize(
    ("opened_days_ago", "kind"), [(0, Kind.CLEAR), (14, Kind.CLEAR), (15, Kind.FAULT), (None, Kind.FAULT)]
)
def test_only_a_stated_opening_day_spares_a_new_account(opened_days_ago: int | None, kind: Kind) -> None:
    opened: date | None = None if opened_days_ago is None else NOW.date() - timedelta(days=opened_days_ago)

    assert (
        only("account-stale", an_account_visit(*two_roads(27), account=an_account(opened_on=opened))).kind
        is kind
    )


@pytest.mark.parametrize(
    "source",
    [
        a_broken_source(),
        a_broken_source(reason="frozen_feed", posts=(a_post(ago(days=27)),)),
        a_broken_source("auth_expired", "bridge_cookie_expired"),
        a_broken_source("rate_limited", "http_429"),
        a_source(a_post(ago(days=27)), complete_since=None),
    ],
)
def test_a_broken_bridge_is_not_a_silent_account(source: SourceResult) -> None:
    verdict = only("account-stale", an_account_visit(source))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.SOURCE)
    assert verdict.why


def test_a_bridge_that_stands_still_is_not_a_silent_account_and_is_named() -> None:
    source = a_source(a_post(ago(days=27)))

    verdict = only(
        "account-stale", an_account_visit(source, silenced={source.bridge: "3个对照账号中有2个没有新内容"})
    )

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.SOURCE)
    assert "rsshub.bridge.test:1200 weibo" in verdict.why and "对照账号" in verdict.why


def test_a_post_on_a_broken_road_still_clears() -> None:
    broken = a_broken_source(reason="frozen_feed", posts=(a_post(ago(days=5)),))

    assert only("account-stale", an_account_visit(broken)).kind is Kind.CLEAR


def test_what_the_platform_calls_gone_is_not_called_stale() -> None:
    visit = an_account_visit(a_broken_source("account_gone", "closed"), a_source(a_post(ago(days=1))))

    assert only("account-stale", visit).kind is Kind.UNJUDGED


def test_an_empty_official_window_accuses_without_a_date() -> None:
    verdict = only("account-stale", an_account_visit(a_source(official=True, complete_since=ago(days=15))))

    assert (verdict.kind, verdict.needs_person) == (Kind.FAULT, False)
    assert "自2026-11-10以来没有发布任何内容" in verdict.why


def test_the_facts_stay_the_same_from_day_to_day_and_change_with_a_post() -> None:
    silent = an_account_visit(a_source(a_post(ago(days=27))))
    next_day = an_account_visit(a_source(a_post(ago(days=27))), at=NOW + timedelta(days=1))
    posted = an_account_visit(a_source(a_post(ago(days=20))))

    facts = [only("account-stale", visit).facts for visit in (silent, next_day, posted)]

    assert facts[0] == facts[1] != facts[2]


def test_a_list_that_ends_with_yesterday_is_looked_at_again_on_another_day() -> None:
    yesterday = a_source(official=True, complete_since=ago(days=15), complete_until=ago(hours=9))
    now = a_source(official=True, complete_since=ago(days=15), upstream="weibo-api", address="http://w.test/")

    assert only("account-stale", an_account_visit(yesterday)).another_day
    assert not only("account-stale", an_account_visit(yesterday, now)).another_day
