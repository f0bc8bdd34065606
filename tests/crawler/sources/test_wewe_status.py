"""WeWe-RSS says of itself when it last pulled an account's posts."""

import json

import pytest

from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.wewe_status import WeweStatusAdapter
from tests.builders import NOW, a_road, ago, an_account
from tests.crawler.sources.recorded import answered

FEEDS = "http://wewe.bridge.test:4000/feeds"
ROADS = [f"{FEEDS}#MP_WXS_1", f"{FEEDS}/MP_WXS_1.atom"]


def read(said: object, road: str = ROADS[0]) -> SourceResult:
    raw = said if isinstance(said, bytes) else json.dumps(said).encode()
    return WeweStatusAdapter().parse([answered(raw, FEEDS, NOW)], a_road(road), NOW)


@pytest.mark.parametrize("road", ROADS)
def test_the_list_of_all_feeds_is_asked_for_once(road: str) -> None:
    (wanted,) = WeweStatusAdapter().requests(Asking(an_account(), a_road(road), NOW))

    assert (wanted.url, wanted.shared) == (FEEDS, True)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize(
    ("hours", "health", "reason"),
    [(4, "ok", ""), (35, "ok", ""), (37, "source_broken", "frozen_feed")],
)
def test_three_pulls_missed_is_dead(hours: int, health: str, reason: str, road: str) -> None:
    row = {"id": "MP_WXS_1", "syncTime": int(ago(hours=hours).timestamp())}

    result = read([row], road)

    assert (result.health, result.reason, result.posts, result.complete_since) == (health, reason, (), None)
    assert result.upstream == "weread"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ([], "bridge_not_subscribed"),
        ([{"id": "MP_WXS_2", "syncTime": 1795469772}], "bridge_not_subscribed"),
        ([None, 1, {"id": "MP_WXS_1", "syncTime": 0}], "never_synced"),
        ([{"id": "MP_WXS_1", "syncTime": "0"}], "never_synced"),
        ([{"id": "MP_WXS_1"}], "unexpected_shape"),
        ([{"id": "MP_WXS_1", "syncTime": 10**17}], "unexpected_shape"),
        ({"statusCode": 500}, "not_json"),
        (b"<html>502</html>", "not_json"),
    ],
)
def test_a_bridge_that_does_not_say_is_broken(said: object, reason: str) -> None:
    assert (read(said).health, read(said).reason) == ("source_broken", reason)


def test_a_road_must_say_which_feed_it_means() -> None:
    assert read([{"id": "MP_WXS_1", "syncTime": 1795469772}], FEEDS).reason == "bridge_not_subscribed"
