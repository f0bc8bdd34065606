"""采集渠道故障: our own road, for the operator."""

import pytest

from checks.verdicts import Kind
from crawler.observations import Problem
from tests.builders import a_broken_source, a_post, a_source, ago, an_account, an_account_visit
from tests.checks.judged import only, the_check


def test_the_fault_is_the_operators() -> None:
    assert the_check("source-broken").operator


@pytest.mark.parametrize(
    ("health", "reason", "words"),
    [
        ("source_broken", "frozen_feed", "停留在旧缓存"),
        ("source_broken", "timeout", "访问超时"),
        ("source_broken", "forbidden_address", "地址不在允许访问的范围"),
        ("source_broken", "http_502", "错误状态502"),
        ("auth_expired", "bridge_cookie_expired", "Cookie"),
        ("rate_limited", "http_429", "限制频率"),
        ("source_broken", "a_reason_nobody_knows", "采集渠道故障"),
    ],
)
def test_every_way_of_failing_is_told_in_words(health: str, reason: str, words: str) -> None:
    verdict = only("source-broken", an_account_visit(a_broken_source(health, reason)))

    assert verdict.kind is Kind.FAULT
    assert words in verdict.why
    assert verdict.url == "http://rsshub.bridge.test:1200/weibo/user/2213408817"


def test_a_broken_road_to_an_account_that_is_cancelled_is_nobodys_fault() -> None:
    cancelled = an_account(is_cancelled=True)

    broken, sound = (
        only("source-broken", an_account_visit(each, account=cancelled))
        for each in (a_broken_source("source_broken", "http_404"), a_source(a_post()))
    )

    assert (broken.kind, broken.problem) == (Kind.UNJUDGED, Problem.ELSEWHERE)
    assert sound.kind is Kind.CLEAR


def test_one_broken_road_of_two_is_told() -> None:
    visit = an_account_visit(
        a_source(a_post(ago(days=1))), a_broken_source(address="http://werss.test/rss/1")
    )

    verdict = only("source-broken", visit)

    assert (verdict.kind, verdict.url) == (Kind.FAULT, "http://werss.test/rss/1")
    assert "werss.test/rss/1" in verdict.why


def test_a_key_in_an_address_is_not_repeated_in_what_is_shown() -> None:
    broken = a_broken_source(address="http://user:pass@hub.test/weibo/user/1?key=secret")

    verdict = only("source-broken", an_account_visit(broken))

    for shown in (verdict.why, verdict.url, verdict.facts):
        assert "secret" not in shown
        assert "pass" not in shown
    assert verdict.url == "http://hub.test/weibo/user/1"
    assert verdict.facts == "http://hub.test/weibo/user/1=not_a_feed"


def test_an_answer_that_speaks_of_the_account_is_no_broken_road() -> None:
    assert only("source-broken", an_account_visit(a_source(a_post()))).kind is Kind.CLEAR
    assert (
        only("source-broken", an_account_visit(a_broken_source("account_gone", "closed"))).kind is Kind.CLEAR
    )


def test_an_adapter_that_is_not_built_is_neither_broken_nor_sound() -> None:
    verdict = only("source-broken", an_account_visit(a_broken_source(reason="adapter_not_built")))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.SOURCE)
    assert "尚未支持" in verdict.why


def test_a_bridge_that_is_broken_as_a_whole_is_told_once_and_not_for_each_account() -> None:
    broken = a_broken_source()
    other = a_broken_source(address="http://werss.test/rss/1")
    sound = a_source(a_post(ago(days=1)), address="http://werss.test/rss/1", upstream="mp-console")
    silenced = {broken.bridge: "100个账号中有60个采集失败"}

    alone, beside, with_sound = (
        only("source-broken", an_account_visit(*each, silenced=silenced))
        for each in ((broken,), (broken, other), (broken, sound))
    )

    sound_there = only("source-broken", an_account_visit(a_source(a_post(ago(days=1))), silenced=silenced))

    assert sound_there.kind is Kind.CLEAR, "this road answered, whatever the others do"
    assert (alone.kind, beside.kind, with_sound.kind) == (Kind.UNJUDGED, Kind.FAULT, Kind.UNJUDGED)
    assert "60个采集失败" in alone.why
    assert "rsshub" not in beside.why


def test_an_adapter_that_is_switched_off_is_neither_broken_nor_sound() -> None:
    verdict = only("source-broken", an_account_visit(a_broken_source(reason="adapter_switched_off")))

    assert (verdict.kind, verdict.why) == (Kind.UNJUDGED, "这种采集方式已在设置中停用")


def test_the_facts_name_the_road_and_the_reason() -> None:
    broken, again = (
        an_account_visit(a_broken_source(reason=reason)) for reason in ("timeout", "frozen_feed")
    )

    assert only("source-broken", broken).facts != only("source-broken", again).facts
