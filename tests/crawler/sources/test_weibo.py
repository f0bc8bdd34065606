"""Weibo: its interface and its mobile pages, which write a post alike."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.clock import BEIJING
from crawler.grants import Grant
from crawler.sources.base import Asking
from crawler.sources.times import WEIBO_EPOCH
from crawler.sources.weibo_posts import uid_of
from crawler.targets import Road
from tests.builders import NOW, an_account
from tests.crawler.sources.platforms import (
    UID,
    WEIBO_API,
    WEIBO_WEB,
    Platform,
    a_card,
    a_status,
    newest,
    standing,
    weibo_said,
)

TOKEN = "2.00-secret-token"
CONTAINER = f"https://m.weibo.cn/api/container/getIndex?type=uid&value={UID}&containerid=107603{UID}"
both = pytest.mark.parametrize("platform", [WEIBO_API, WEIBO_WEB], ids=lambda each: each.name)


def days_ago(days: float) -> datetime:
    return (NOW - timedelta(days=days)).replace(microsecond=0)


def web_said(*cards: Any) -> dict[str, Any]:
    return {"ok": 1, "data": {"cards": list(cards)}}


def asked(platform: Platform, address: str, account_id: str = "", token: str = TOKEN) -> list[str]:
    asking = Asking(an_account(account_id=account_id), Road(address), NOW, Grant(token=token))
    return [wanted.url for wanted in platform.adapter.requests(asking)]


# -- what is asked ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "url"),
    [
        (UID, f"https://api.weibo.com/2/statuses/user_timeline.json?uid={UID}&count=100"),
        (f"https://weibo.com/u/{UID}", f"https://api.weibo.com/2/statuses/user_timeline.json?uid={UID}&count=100"),
        (
            "https://c.api.weibo.com/2/statuses/user_timeline/other.json",
            "https://c.api.weibo.com/2/statuses/user_timeline/other.json?uid=1887344341&count=25",
        ),
        (
            f"https://c.api.weibo.com/2/statuses/user_timeline/other.json?uid={UID}&count=10",
            f"https://c.api.weibo.com/2/statuses/user_timeline/other.json?uid={UID}&count=10",
        ),
        (
            "https://c.api.weibo.com/2/statuses/user_timeline/biz.json",
            "https://c.api.weibo.com/2/statuses/user_timeline/biz.json?uid=1887344341&count=100",
        ),
    ],
)  # fmt: skip
def test_each_of_the_three_timelines_is_asked_for_the_account(address: str, url: str) -> None:
    assert asked(WEIBO_API, address, account_id="1887344341") == [url]


def test_the_token_stands_in_no_address_and_without_one_nothing_is_asked() -> None:
    asking = Asking(an_account(), Road(UID), NOW, Grant(token=TOKEN))

    (wanted,) = WEIBO_API.adapter.requests(asking)

    assert TOKEN not in wanted.url
    assert wanted.secret == {"access_token": TOKEN}
    assert asked(WEIBO_API, UID, token="") == []


@pytest.mark.parametrize(
    "address", [UID, f"https://m.weibo.cn/u/{UID}", f"https://weibo.com/u/{UID}", CONTAINER]
)
def test_the_mobile_pages_are_asked_by_uid_without_any_authorisation(address: str) -> None:
    assert asked(WEIBO_WEB, address, token="") == [CONTAINER]


def test_without_a_uid_the_mobile_pages_are_not_asked() -> None:
    assert asked(WEIBO_WEB, "https://weibo.com/yunze", account_id="yunze") == []


@pytest.mark.parametrize(
    ("address", "uid"),
    [(UID, UID), (f"https://m.weibo.cn/u/{UID}?from=1", UID), (f"https://a.test/?containerid=107603{UID}", UID), ("https://weibo.com/yunze", ""), ("", ""), ("http://[::1", "")],
)  # fmt: skip
def test_a_uid_is_found_in_whatever_leads_to_the_account(address: str, uid: str) -> None:
    assert uid_of(address) == uid


# -- which posts count ------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    "mark", [{"isTop": 1}, {"isTop": "1"}, {"mblogtype": 2}, {"title": {"text": "置顶"}}]
)
def test_every_mark_of_a_pinned_post_is_known(platform: Platform, mark: dict[str, Any]) -> None:
    item = a_status(days_ago(700), **mark)

    result = platform.read(
        weibo_said([item]) if platform is WEIBO_API else web_said({"card_type": 9, "mblog": item})
    )

    assert result.posts[0].pinned


@both
@pytest.mark.parametrize("state", [{"deleted": "1"}, {"visible": {"type": 1}}, {"visible": {"type": "3"}}])
def test_a_post_that_nobody_can_read_does_not_count(platform: Platform, state: dict[str, Any]) -> None:
    make = a_status if platform is WEIBO_API else a_card

    result = platform.read(platform.said([make(days_ago(1), 1, **state), make(days_ago(20), 2)]))

    assert (len(result.posts), newest(result)) == (1, days_ago(20))


def test_a_repost_counts_by_its_own_time() -> None:
    repost = a_card(days_ago(2), retweeted_status=a_status(days_ago(1), 5, user={"id": 1}))

    assert newest(WEIBO_WEB.read(web_said(repost))) == days_ago(2)


def test_what_an_account_liked_is_no_post_of_it() -> None:
    liked = a_card(days_ago(1), 5, user={"id": 1887344341, "screen_name": "江苏气象"})

    result = WEIBO_WEB.read(web_said(liked, a_card(days_ago(20))))

    assert (newest(result), result.facts) == (days_ago(20), {"nick_name": "云泽发布"})


def test_posts_in_a_group_of_cards_count_and_other_cards_do_not() -> None:
    group = {
        "card_type": 11,
        "card_group": [{"card_type": 58, "item_name": "相关推荐"}, a_card(days_ago(1), 3)],
    }
    advert = {"card_type": 17, "mblog": a_status(days_ago(0.5), 4)}

    result = WEIBO_WEB.read(web_said(group, advert, a_card(days_ago(20))))

    assert (len(result.posts), newest(result)) == (2, days_ago(1))


def test_an_authorisation_of_another_account_shows_nothing_of_this_one() -> None:
    result = WEIBO_API.read(weibo_said([a_status(days_ago(20), user={"id": 1887344341})], total=1))

    assert (result.health, result.reason, result.posts) == ("source_broken", "other_account", ())


def test_a_small_account_with_all_posts_pinned_is_known_as_a_whole() -> None:
    assert standing(WEIBO_API.read(weibo_said([a_status(days_ago(20), pinned=True)], total="1"))) == "stale"


# -- dates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("12-30", datetime(2025, 12, 30, tzinfo=BEIJING)),
        ("01-02", datetime(2026, 1, 2, tzinfo=BEIJING)),
        ("昨天 23:10", datetime(2026, 1, 1, 23, 10, tzinfo=BEIJING)),
        ("2025-12-31", datetime(2025, 12, 31, tzinfo=BEIJING)),
        ("40分钟前", datetime(2026, 1, 1, 23, 50, tzinfo=BEIJING)),
    ],
)
def test_short_dates_at_the_turn_of_the_year_are_of_the_past(written: str, at: datetime) -> None:
    now = datetime(2026, 1, 2, 0, 30, tzinfo=BEIJING)

    assert newest(WEIBO_WEB.read(web_said(a_card(now, created_at=written)), now)) == at


@both
@pytest.mark.parametrize(("hours", "is_corrected"), [(8, True), (-8, True), (7, False), (0, False)])
def test_a_time_that_is_off_by_a_zone_gives_way_to_the_one_in_the_id(
    platform: Platform, hours: int, is_corrected: bool
) -> None:
    made = days_ago(3)
    mid = str((int(made.timestamp()) - WEIBO_EPOCH) << 22)
    make = a_status if platform is WEIBO_API else a_card

    result = platform.read(platform.said([make(made + timedelta(hours=hours), idstr=mid)]))

    assert (newest(result) == made) is (is_corrected or hours == 0)
    assert result.reason == ("tz_corrected_by_id" if is_corrected else "")


# -- errors -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "status", "health", "reason"),
    [
        (21332, 403, "auth_expired", "token_invalid"),
        ("21315", 400, "auth_expired", "token_expired"),
        (21335, 400, "auth_expired", "no_permission"),
        (10014, 403, "auth_expired", "no_permission"),
        (10022, 403, "rate_limited", "ip_rate_limit"),
        ("10024", 403, "rate_limited", "interface_rate_limit"),
        (20003, 400, "account_gone", "no_such_user"),
        (10009, 503, "source_broken", "busy"),
        (20101, 400, "source_broken", "errcode_20101"),
    ],
)
def test_the_interface_says_what_is_wrong(code: int | str, status: int, health: str, reason: str) -> None:
    result = WEIBO_API.read({"error": "x", "error_code": code, "request": "/2/x"}, status=status)

    assert (result.health, result.reason, result.posts) == (health, reason, ())


@pytest.mark.parametrize(
    ("said", "status", "health", "reason"),
    [
        ({"ok": "-100", "url": "https://passport.weibo.com/"}, 200, "auth_expired", "login_required"),
        ({"ok": 0, "msg": "请先登录"}, 200, "auth_expired", "login_required"),
        ({"ok": 0, "errno": "100005", "msg": "请求过于频繁，歇歇吧"}, 200, "rate_limited", "too_often"),
        ({"ok": 0, "errno": "20003", "msg": "用户不存在"}, 200, "source_broken", "errcode_20003"),
        ({"ok": 0, "msg": "这里还没有内容", "data": None}, 200, "source_broken", "empty_unconfirmed"),
        ({"ok": 1, "data": {"cards": [{"card_type": 58}]}}, 200, "source_broken", "empty_unconfirmed"),
        (b"<html><title>Sina Visitor System</title></html>", 200, "auth_expired", "login_required"),
        (b"<html>forbidden</html>", 403, "rate_limited", "http_403"),
        (b"<html>x</html>", 418, "rate_limited", "http_418"),
        (b"<html>x</html>", 432, "rate_limited", "http_432"),
    ],
)
def test_the_mobile_pages_say_what_is_wrong(said: Any, status: int, health: str, reason: str) -> None:
    result = WEIBO_WEB.read(said, status=status)

    assert (result.health, result.reason, result.posts) == (health, reason, ())


def test_a_post_may_quote_the_words_of_the_login_page() -> None:
    assert WEIBO_WEB.read(web_said(a_card(days_ago(1), text="Sina Visitor System 是什么"))).health == "ok"
