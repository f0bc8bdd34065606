"""WeChat's server interface: how it is asked, and what its error codes say of an account."""

import json
from collections.abc import Sequence

import pytest

from crawler.fetching import Wanted
from crawler.grants import NO_GRANT, Grant
from crawler.observations import SourceResult
from crawler.sources.base import Adapter, Asking
from crawler.sources.wechat_authorizer import WechatAuthorizerAdapter
from crawler.sources.wechat_freepublish import WechatFreepublishAdapter
from crawler.sources.wechat_totaldetail import WechatTotaldetailAdapter
from crawler.sources.wxa_visitstatus import WxaVisitstatusAdapter
from tests.builders import NOW, a_road, an_account
from tests.crawler.sources.recorded import answered

TOKEN = "85_a-token-nobody-may-see"
CALLS: Sequence[Adapter] = (
    WechatTotaldetailAdapter(),
    WechatAuthorizerAdapter(),
    WechatFreepublishAdapter(),
    WxaVisitstatusAdapter(),
)
ALL_CALLS = pytest.mark.parametrize("adapter", CALLS, ids=lambda adapter: adapter.name)


def said(adapter: Adapter, facts: object, status: int = 200) -> SourceResult:
    body = json.dumps(facts).encode()
    return adapter.parse([answered(body, "https://api.weixin.qq.com/", NOW, status)], a_road("wx1"), NOW)


def asked(adapter: Adapter, road: str = "wx1f0a7c22d9e0b311", grant: Grant = NO_GRANT) -> Sequence[Wanted]:
    account = an_account(account_id="wx-of-the-register")
    return adapter.requests(Asking(account, a_road(road), NOW, grant))


@pytest.mark.parametrize(
    ("code", "health", "reason"),
    [
        (-1, "source_broken", "busy"),
        (40001, "auth_expired", "token_invalid"),
        (40014, "auth_expired", "token_invalid"),
        (42001, "auth_expired", "token_expired"),
        (42007, "auth_expired", "authorisation_withdrawn"),
        (61003, "auth_expired", "authorisation_withdrawn"),
        (61023, "auth_expired", "authorisation_withdrawn"),
        (48001, "auth_expired", "no_permission"),
        (50001, "auth_expired", "no_permission"),
        (61007, "auth_expired", "no_permission"),
        (40164, "auth_expired", "ip_whitelist"),
        (61004, "auth_expired", "ip_whitelist"),
        (45009, "rate_limited", "daily_quota"),
        (45011, "rate_limited", "minute_quota"),
        (50002, "account_gone", "user_limited"),
        (48004, "account_gone", "interface_banned"),
        (61501, "source_broken", "date_range_refused"),
        (61503, "source_broken", "data_not_ready"),
        (89999, "source_broken", "errcode_89999"),
        ("40001", "auth_expired", "token_invalid"),
        (40001.0, "auth_expired", "token_invalid"),
    ],
)
@ALL_CALLS
def test_an_error_code_tells_the_health_whatever_call_it_answers(
    adapter: Adapter, code: object, health: str, reason: str
) -> None:
    result = said(adapter, {"errcode": code, "errmsg": "some words"})

    assert (result.health, result.reason, result.posts) == (health, reason, ())


@ALL_CALLS
def test_an_answer_without_what_is_documented_is_a_broken_source(adapter: Adapter) -> None:
    for facts in ({}, {"errcode": 0, "errmsg": "ok"}, [], {"list": {}}, {"item": None}, {"status": None}):
        assert (said(adapter, facts).health, said(adapter, facts).complete_since) == ("source_broken", None)


@ALL_CALLS
def test_an_error_status_counts_where_the_body_names_no_code(adapter: Adapter) -> None:
    assert said(adapter, {}, status=429).health == "rate_limited"
    assert said(adapter, {"errcode": 42001}, status=500).reason == "token_expired"


@ALL_CALLS
def test_without_a_token_nothing_is_asked_and_the_authorisation_is_what_lacks(adapter: Adapter) -> None:
    assert not asked(adapter)
    assert adapter.parse([], a_road("wx1"), NOW).reason == "not_authorised"


@ALL_CALLS
def test_the_token_stands_apart_from_everything_that_is_written_down(adapter: Adapter) -> None:
    (wanted,) = asked(adapter, grant=Grant(TOKEN, client="wx-platform"))

    assert wanted.secret == {"access_token": TOKEN}
    assert wanted.url.startswith("https://api.weixin.qq.com/")
    assert TOKEN not in f"{wanted!r} {wanted.url} {wanted.headers} {wanted.body!r}"


@pytest.mark.parametrize(
    ("road", "appid"),
    [
        ("wx1f0a7c22d9e0b311", "wx1f0a7c22d9e0b311"),
        ("https://api.weixin.qq.com/cgi-bin/component/api_get_authorizer_info", "wx-of-the-register"),
    ],
)
def test_the_account_is_the_one_in_the_road_or_else_in_the_register(road: str, appid: str) -> None:
    (wanted,) = asked(WechatAuthorizerAdapter(), road, Grant(TOKEN, client="wx-platform"))

    assert json.loads(wanted.body) == {"component_appid": "wx-platform", "authorizer_appid": appid}


@pytest.mark.parametrize(
    ("road", "url"),
    [
        ("wx1f0a7c22d9e0b311", "https://api.weixin.qq.com/wxa/getvisitstatus"),
        ("https://api.weixin.qq.com", "https://api.weixin.qq.com/wxa/getvisitstatus"),
        ("https://gate.yunze.test/wechat/visits", "https://gate.yunze.test/wechat/visits"),
    ],
)
def test_a_gateway_of_the_office_is_called_in_the_place_of_the_platform(road: str, url: str) -> None:
    assert [wanted.url for wanted in asked(WxaVisitstatusAdapter(), road, Grant(TOKEN))] == [url]


# -- status of an account ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "health", "reason"),
    [
        (1, "ok", "no_posts_in_call"),
        (None, "ok", "no_posts_in_call"),
        (14, "account_gone", "closed"),
        ("14", "account_gone", "closed"),
        (16, "account_gone", "banned"),
        (18, "ok", "warned_by_platform"),
        (19, "account_gone", "frozen"),
        (99, "source_broken", "account_status_99"),
    ],
)
def test_the_platform_says_whether_an_account_is_there(status: object, health: str, reason: str) -> None:
    info = {"nick_name": "云泽发布", "principal_name": "云泽市人民政府办公室", "account_status": status}

    result = said(WechatAuthorizerAdapter(), {"authorizer_info": info})

    assert (result.health, result.reason) == (health, reason)
    assert result.facts["nick_name"] == "云泽发布"


def test_no_secret_of_the_authorisation_gets_into_the_facts() -> None:
    answer = {
        "authorizer_info": {"nick_name": "云泽发布", "account_status": 1},
        "authorization_info": {"authorizer_refresh_token": TOKEN},
    }

    assert TOKEN not in repr(said(WechatAuthorizerAdapter(), answer))


@pytest.mark.parametrize(
    ("status", "health", "reason"),
    [
        (1, "ok", "no_posts_in_call"),
        (0, "account_gone", "service_suspended"),
        ("0", "account_gone", "service_suspended"),
        (False, "source_broken", "unexpected_shape"),
        (None, "source_broken", "unexpected_shape"),
        (7, "source_broken", "unexpected_shape"),
        ([], "source_broken", "unexpected_shape"),
    ],
)
def test_a_mini_program_is_suspended_only_where_the_platform_says_so(
    status: object, health: str, reason: str
) -> None:
    result = said(WxaVisitstatusAdapter(), {"errcode": 0, "status": status})

    assert (result.health, result.reason) == (health, reason)


# -- published articles (发布) -----------------------------------------------------------------------------


def a_publication(name: str, updated: object, *deleted: object) -> dict[str, object]:
    articles = [
        {"title": f"{name} {number}", "url": f"https://mp.weixin.qq.com/s/{name}{number}", "is_deleted": each}
        for number, each in enumerate(deleted)
    ]
    return {"article_id": name, "update_time": updated, "content": {"news_item": articles}}


def published(*items: object) -> SourceResult:
    return said(WechatFreepublishAdapter(), {"item": list(items), "total_count": 9, "item_count": len(items)})


def test_an_article_that_was_deleted_does_not_count() -> None:
    result = published(a_publication("a", 1795168931, False, True), a_publication("b", 1795311000, "true", 1))

    assert [post.title for post in result.posts] == ["a 0"]


def test_published_articles_never_prove_silence_for_the_mass_sent_ones_are_not_among_them() -> None:
    for result in (published(), published(a_publication("a", 1700000000, False))):
        assert (result.health, result.complete_since) == ("ok", None)


@pytest.mark.parametrize("updated", [1795168931, "1795168931", 1795168931000, 1795168931.0])
def test_the_time_may_come_as_a_number_or_in_digits(updated: object) -> None:
    (post,) = published(a_publication("a", updated, False)).posts

    assert post.published_at is not None
    assert post.published_at.isoformat() == "2026-11-20T10:02:11+00:00"


def test_articles_without_an_address_are_told_apart_by_publication_and_place() -> None:
    items = [
        {
            "article_id": name,
            "update_time": 1795168931,
            "content": {"news_item": [{}, {"title": "x"}, {"title": "y"}]},
        }
        for name in ("a", "b")
    ]

    assert len(published(*items).posts) == 4
