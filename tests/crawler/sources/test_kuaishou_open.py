"""Kuaishou's open platform."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.grants import Grant
from crawler.sources.base import Asking
from crawler.targets import Road
from tests.builders import NOW, an_account
from tests.crawler.sources.platforms import KUAISHOU, a_kuaishou_video, newest, standing


def days_ago(days: float) -> datetime:
    return (NOW - timedelta(days=days)).replace(microsecond=0)


def test_the_list_is_asked_for_with_the_application_and_a_token_that_no_address_shows() -> None:
    asking = Asking(an_account(), Road(""), NOW, Grant(token="ks-token", client="ks1"))

    (wanted,) = KUAISHOU.adapter.requests(asking)

    assert wanted.url == "https://open.kuaishou.com/openapi/photo/list?app_id=ks1&count=20"
    assert wanted.secret == {"access_token": "ks-token"}
    assert KUAISHOU.adapter.requests(Asking(an_account(), Road(""), NOW)) == ()


@pytest.mark.parametrize(
    ("pending", "counts"), [(False, True), (None, True), (True, False), ("true", False), (1, False)]
)
def test_a_video_that_waits_to_be_published_does_not_count(pending: Any, counts: bool) -> None:
    videos = [a_kuaishou_video(days_ago(1), 1, pending=pending), a_kuaishou_video(days_ago(20), 2)]

    result = KUAISHOU.read(KUAISHOU.said(videos))

    assert (newest(result) == days_ago(1)) is counts
    assert standing(result) == ("fresh" if counts else "stale")


@pytest.mark.parametrize("seconds_as", [lambda at: at * 1000, lambda at: at, lambda at: f"{at}000"])
def test_times_are_read_in_seconds_and_in_thousandths(seconds_as: Any) -> None:
    video = a_kuaishou_video(NOW, create_time=seconds_as(int(days_ago(2).timestamp())))

    assert newest(KUAISHOU.read(KUAISHOU.said([video]))) == days_ago(2)


@pytest.mark.parametrize(
    ("code", "health", "reason"),
    [
        (100200108, "auth_expired", "token_expired"),
        ("100200109", "auth_expired", "authorisation_withdrawn"),
        (100200113, "auth_expired", "refresh_expired"),
        (0, "source_broken", "errcode_0"),
        (100200999, "source_broken", "errcode_100200999"),
    ],
)
def test_every_result_but_1_is_an_error(code: int | str, health: str, reason: str) -> None:
    result = KUAISHOU.read({"result": code, "error_msg": "x", "video_list": [a_kuaishou_video(days_ago(20))]})

    assert (result.health, result.reason, result.posts) == (health, reason, ())


def test_a_list_without_a_result_is_not_trusted() -> None:
    assert KUAISHOU.read({"video_list": []}).reason == "unexpected_shape"


def test_an_account_whose_videos_all_wait_is_not_blank() -> None:
    result = KUAISHOU.read(KUAISHOU.said([a_kuaishou_video(days_ago(1), pending=True)]))

    assert (result.reason, result.complete_since, standing(result)) == ("incomplete_source", None, "unknown")
