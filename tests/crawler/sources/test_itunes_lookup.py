"""An app is gone only if China's own store does not know it."""

import json

import pytest

from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.itunes_lookup import ItunesLookupAdapter
from tests.builders import NOW, a_road, an_account
from tests.crawler.sources.recorded import answered

LOOKUP = "https://itunes.apple.com/lookup?id=1499200417&country=cn"
APP = {"trackId": 1499200417, "trackName": "云泽通", "sellerName": "云泽市大数据管理局", "version": "4.6.2"}


def read(said: object, url: str = LOOKUP) -> SourceResult:
    return ItunesLookupAdapter().parse([answered(json.dumps(said).encode(), url, NOW)], a_road(url), NOW)


@pytest.mark.parametrize(
    ("road", "account_id"),
    [
        ("1499200417", ""),
        ("https://apps.apple.com/cn/app/%E4%BA%91%E6%B3%BD%E9%80%9A/id1499200417", ""),
        ("https://itunes.apple.com/lookup?id=1499200417", ""),
        (LOOKUP, ""),
        ("app-store", "1499200417"),
    ],
)
def test_the_app_is_asked_for_by_its_number_in_chinas_store(road: str, account_id: str) -> None:
    asking = Asking(an_account(account_id=account_id), a_road(road), NOW)

    assert [wanted.url for wanted in ItunesLookupAdapter().requests(asking)] == [LOOKUP]


def test_an_app_without_a_number_is_not_asked_for() -> None:
    assert not ItunesLookupAdapter().requests(Asking(an_account(), a_road("云泽通"), NOW))


@pytest.mark.parametrize(
    ("said", "health", "reason"),
    [
        ({"resultCount": 1, "results": [APP]}, "ok", "no_posts_in_call"),
        ({"resultCount": "1", "results": [APP, APP]}, "ok", "no_posts_in_call"),
        ({"resultCount": 0, "results": []}, "account_gone", "not_in_store"),
        ({"resultCount": 0}, "source_broken", "unexpected_shape"),
        ({"results": []}, "source_broken", "unexpected_shape"),
        ({"resultCount": 0, "results": [APP]}, "source_broken", "unexpected_shape"),
        ({"resultCount": 1, "results": []}, "source_broken", "unexpected_shape"),
        ({"resultCount": None, "results": None}, "source_broken", "unexpected_shape"),
        ({"errorMessage": "Invalid value(s)"}, "source_broken", "unexpected_shape"),
    ],
)
def test_what_the_store_says(said: object, health: str, reason: str) -> None:
    result = read(said)

    assert (result.health, result.reason, result.posts, result.complete_since) == (health, reason, (), None)


@pytest.mark.parametrize("url", [LOOKUP.replace("cn", "us"), LOOKUP.partition("&")[0]])
def test_another_countrys_store_cannot_tell_that_an_app_is_gone(url: str) -> None:
    assert read({"resultCount": 0, "results": []}, url).reason == "other_store"


def test_who_sells_the_app_under_which_name_are_facts() -> None:
    assert read({"resultCount": 1, "results": [APP]}).facts == {
        "nick_name": "云泽通",
        "principal_name": "云泽市大数据管理局",
        "version": "4.6.2",
    }
