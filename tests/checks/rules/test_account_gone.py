"""账号停用或注销: the platform's own word, and what it says of accounts that should be closed."""

import pytest

from checks.verdicts import Kind, Problem
from crawler.observations import SourceResult
from tests.builders import a_broken_source, a_post, a_source, ago, an_account, an_account_visit
from tests.checks.judged import only, the_check

OLD = a_post(ago(days=30))
OFFICIAL = a_source(OLD, official=True, upstream="douyin-api", address="https://open.douyin.com/")
CLOSED = an_account(is_cancelled=True)


def a_gone(reason: str = "closed", **more: object) -> SourceResult:
    return a_broken_source("account_gone", reason, posts=(), upstream="wechat-api", **more)


def test_its_second_look_is_one_of_another_day() -> None:
    assert the_check("account-gone").another_day


@pytest.mark.parametrize(
    ("reason", "words", "asks_a_person"),
    [
        ("closed", "已注销", False),
        ("banned", "已封禁", False),
        ("frozen", "已冻结", False),
        ("blocked", "已被屏蔽", False),
        ("migrated", "已迁移", True),
        ("user_limited", "已被限制", True),
        ("interface_banned", "停用接口", True),
        ("not_in_store", "应用商店", True),
        ("service_suspended", "暂停服务", True),
        ("a_word_of_a_later_adapter", "已停用", True),
    ],
)
def test_what_the_platform_says_is_told_in_words(reason: str, words: str, asks_a_person: bool) -> None:
    verdict = only("account-gone", an_account_visit(a_gone(reason)))

    assert (verdict.kind, verdict.needs_person) == (Kind.FAULT, asks_a_person)
    assert words in verdict.why


def test_the_platforms_word_goes_before_posts_that_were_published_before() -> None:
    visit = an_account_visit(a_gone(), a_source(a_post(ago(days=3))))

    assert only("account-gone", visit).kind is Kind.FAULT


@pytest.mark.parametrize(("hours", "asks_a_person"), [(2, True), (72, False)])
def test_where_another_road_shows_a_post_of_these_days_a_person_decides(
    hours: int, asks_a_person: bool
) -> None:
    visit = an_account_visit(a_gone(), a_source(a_post(ago(hours=hours))))

    assert only("account-gone", visit).needs_person is asks_a_person


@pytest.mark.parametrize(
    "source",
    [
        OFFICIAL,
        a_source(a_post(ago(hours=30))),
        a_source(OLD, facts={"post_state": "alive"}, complete_since=None),
    ],
)
def test_whoever_answers_or_publishes_is_there(source: SourceResult) -> None:
    assert only("account-gone", an_account_visit(source)).kind is Kind.CLEAR


@pytest.mark.parametrize(
    "source",
    [
        a_source(a_post(ago(hours=40))),
        a_source(facts={"post_state": "deleted"}, complete_since=None),
        a_broken_source("source_broken", "http_404"),
        a_broken_source("auth_expired", "authorisation_withdrawn", official=True),
        a_broken_source("rate_limited", "challenge"),
    ],
)
def test_a_bridges_list_or_its_failure_says_nothing(source: SourceResult) -> None:
    verdict = only("account-gone", an_account_visit(source))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.SOURCE)


def test_where_many_are_gone_at_once_it_is_the_bridge() -> None:
    gone = a_gone()

    assert only("account-gone", an_account_visit(gone, silenced={gone.bridge: "x"})).kind is Kind.UNJUDGED


def test_the_facts_do_not_hang_on_the_order_of_the_roads() -> None:
    roads = a_gone("closed"), a_gone("blocked", address="https://mp.weixin.qq.com/s/1")

    facts = {only("account-gone", an_account_visit(*each)).facts for each in (roads, roads[::-1])}

    assert len(facts) == 1


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        (a_gone(), Kind.CLEAR),
        (OFFICIAL, Kind.FAULT),
        (a_source(a_post(ago(days=5))), Kind.FAULT),
        (a_source(OLD), Kind.UNJUDGED),
        (a_broken_source(), Kind.UNJUDGED),
    ],
)
def test_an_account_that_should_be_closed_is_judged_the_other_way_round(
    source: SourceResult, kind: Kind
) -> None:
    verdict = only("account-gone", an_account_visit(source, account=CLOSED))

    assert verdict.kind is kind
    assert verdict.needs_person is (kind is Kind.FAULT)
    assert ("台账为已注销" in verdict.why) is (kind is Kind.FAULT)


@pytest.mark.parametrize("check", ["account-stale", "account-blank", "account-register"])
def test_nothing_else_is_asked_of_an_account_that_should_be_closed(check: str) -> None:
    for source in (OFFICIAL, a_source(a_post())):
        verdict = only(check, an_account_visit(source, account=CLOSED))

        assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.ELSEWHERE)
