"""The official interfaces of the difficult city: they answer as the platforms' documents say, errors with HTTP 200."""

import json
from datetime import datetime, timedelta

import pytest

from demo.account import Account, posts_of
from demo.city import City
from demo.platforms import PLATFORMS


@pytest.fixture(scope="module")
def city(now: datetime) -> City:
    return City(7, now=now, difficult=True)


def authorised(city: City, platform: str, broken: str = "", trick: str = "") -> Account:
    return next(
        account
        for account in city.accounts
        if account.is_authorised
        and (account.platform, account.broken, account.trick) == (platform, broken, trick)
    )


def said(city: City, platform: str, path: str, body: str = "") -> dict[str, object]:
    answer = city.answer(PLATFORMS[platform][1], path, body=body)
    found: dict[str, object] = json.loads(answer.body)
    return found


def published(city: City, account: Account) -> dict[str, object]:
    end = city.now.date() - timedelta(days=1)
    asked = {"begin_date": f"{end - timedelta(days=13)}", "end_date": f"{end}"}
    path = f"/datacube/getarticletotaldetail?access_token={account.token}"
    return said(city, "weixin", path, json.dumps(asked))


def test_an_easy_city_has_neither_authorised_nor_control_accounts(now: datetime) -> None:
    easy = City(7, now=now)

    assert len(easy.accounts) == 294
    assert not any(account.is_authorised or account.is_control for account in easy.accounts)


def test_a_difficult_city_is_seen_over_more_than_six_roads(city: City) -> None:
    roads = {road.interface or road.bridge for account in city.accounts for road in account.roads}

    assert roads >= {"wechat_totaldetail", "wechat_authorizer", "weibo_api", "douyin_open", "rsshub", "werss"}
    assert len(roads) > 6


def test_what_a_wechat_account_published_is_listed_day_by_day_up_to_yesterday(city: City) -> None:
    account = authorised(city, "微信公众号")
    window = city.now - timedelta(days=14)

    days = [each["ref_date"] for each in published(city, account)["list"]]  # type: ignore[attr-defined]

    first, last = f"{window:%Y-%m-%d}", f"{city.now - timedelta(days=1):%Y-%m-%d}"
    posts = [f"{post.at.astimezone(city.now.tzinfo):%Y-%m-%d}" for post in posts_of(account)]
    assert days and sorted(days) == sorted(day for day in posts if first <= day <= last)


@pytest.mark.parametrize(("broken", "code"), [("token-40001", 40001), ("quota-45009", 45009), ("busy", -1)])
def test_an_interface_that_refuses_says_so_with_a_code(city: City, broken: str, code: int) -> None:
    assert published(city, authorised(city, "微信公众号", broken))["errcode"] == code


def test_a_token_of_nobody_is_refused(city: City) -> None:
    assert said(city, "weixin", "/datacube/getarticletotaldetail?access_token=x")["errcode"] == 40001


@pytest.mark.parametrize(("trick", "status"), [("closed", 14), ("renamed", 1), ("", 1)])
def test_the_platform_tells_name_and_state_of_an_account(city: City, trick: str, status: int) -> None:
    account = authorised(city, "微信公众号", trick=trick)
    path = f"/cgi-bin/component/api_get_authorizer_info?access_token={account.token}"

    info = said(city, "weixin", path)["authorizer_info"]

    assert isinstance(info, dict)
    assert (info["account_status"], info["nick_name"] == account.name) == (status, trick != "renamed")


def test_an_account_that_never_published_has_a_whole_and_empty_list(city: City) -> None:
    account = authorised(city, "抖音", trick="empty")

    found = said(city, "douyin", f"/api/douyin/v1/video/video_list/?open_id={account.platform_id}")["data"]

    assert isinstance(found, dict) and (found["list"], found["has_more"]) == ([], False)


def test_behind_the_frozen_bridge_accounts_and_control_accounts_look_silent_and_are_not_to_blame(
    city: City,
) -> None:
    behind = [account for account in city.accounts if account.broken == "bridge-frozen"]
    blamed = {fault.target for fault in city.truth.faults}

    assert sum(account.is_control for account in behind) == 3
    assert not blamed & {account.key for account in behind}
