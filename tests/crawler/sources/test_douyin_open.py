"""Douyin's open platform."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.grants import Grant
from crawler.observations import FROM_THE_BEGINNING
from crawler.sources.base import Asking
from crawler.targets import Road
from tests.builders import NOW, an_account
from tests.crawler.sources.platforms import DOUYIN, a_douyin_video, douyin_said, newest, standing


def days_ago(days: float) -> datetime:
    return (NOW - timedelta(days=days)).replace(microsecond=0)


@pytest.mark.parametrize("address", ["_000Xk1", ""])
def test_the_list_is_asked_for_by_open_id_with_the_token_in_a_header(address: str) -> None:
    asking = Asking(an_account(account_id="_000Xk1"), Road(address), NOW, Grant(token="act.1"))

    (wanted,) = DOUYIN.adapter.requests(asking)

    assert wanted.url.endswith("/video/video_list/?open_id=_000Xk1&cursor=0&count=20")
    assert wanted.headers == {"access-token": "act.1"}


def test_without_a_token_nothing_is_asked() -> None:
    assert DOUYIN.adapter.requests(Asking(an_account(), Road("_0"), NOW)) == ()


@pytest.mark.parametrize(
    ("state", "counts"),
    [
        ({}, True),
        ({"video_status": "1"}, True),
        ({"video_status": 2}, False),
        ({"video_status": 4}, False),
        ({"video_status": None}, True),
        ({"video_status": None, "is_reviewed": False}, False),
    ],
)
def test_only_a_published_video_counts(state: dict[str, Any], counts: bool) -> None:
    result = DOUYIN.read(
        douyin_said([a_douyin_video(days_ago(1), 1, **state), a_douyin_video(days_ago(20), 2)])
    )

    assert (newest(result) == days_ago(1)) is counts
    assert standing(result) == ("fresh" if counts else "stale")


def test_a_video_in_a_state_that_no_document_names_may_be_the_newest() -> None:
    odd = a_douyin_video(days_ago(1), 1, video_status=9)

    assert standing(DOUYIN.read(douyin_said([odd, a_douyin_video(days_ago(20), 2)]))) == "unknown"


@pytest.mark.parametrize(("has_more", "is_whole"), [(False, True), (0, True), (True, False), (None, False)])
def test_the_last_page_is_all_that_was_ever_published(has_more: Any, is_whole: bool) -> None:
    result = DOUYIN.read(douyin_said([a_douyin_video(days_ago(20))], has_more=has_more))

    assert (result.complete_since == FROM_THE_BEGINNING) is is_whole


def test_a_page_of_videos_that_are_not_public_with_more_behind_it_proves_nothing() -> None:
    result = DOUYIN.read(douyin_said([a_douyin_video(days_ago(1), video_status=2)]))

    assert (result.health, result.reason, standing(result)) == ("ok", "incomplete_source", "unknown")


@pytest.mark.parametrize("has_more", [False, True])
def test_null_is_no_empty_list_whatever_follows(has_more: bool) -> None:
    result = DOUYIN.read(douyin_said(None, has_more=has_more))

    assert (result.reason, standing(result)) == ("unexpected_shape", "unknown")


def test_an_empty_list_behind_which_nothing_follows_is_a_blank_account() -> None:
    assert standing(DOUYIN.read(douyin_said([], has_more=False))) == "blank"


@pytest.mark.parametrize(
    ("code", "health", "reason"),
    [
        (28001003, "auth_expired", "token_invalid"),
        ("2190008", "auth_expired", "token_expired"),
        (10010, "auth_expired", "refresh_expired"),
        (28001056, "auth_expired", "no_permission"),
        (28001045, "account_gone", "closed"),
        (2100009, "account_gone", "banned"),
        (28001047, "source_broken", "private_account"),
        (28003017, "rate_limited", "daily_quota"),
        (28003018, "rate_limited", "too_often"),
        (28001052, "rate_limited", "risk_control"),
        (2100004, "source_broken", "busy"),
        (28009999, "source_broken", "errcode_28009999"),
    ],
)
@pytest.mark.parametrize("place", ["data", "extra", "top"])
def test_an_error_is_read_wherever_the_platform_writes_it(
    place: str, code: int | str, health: str, reason: str
) -> None:
    said = {
        "data": {"data": {"error_code": code}},
        "extra": {"extra": {"error_code": code}},
        "top": {"err_no": code},
    }

    result = DOUYIN.read(said[place])

    assert (result.health, result.reason, result.posts) == (health, reason, ())
