"""Bilibili: its open platform, and its web list, which is only read."""

import hashlib
import hmac
from datetime import datetime, timedelta

import pytest

from crawler.grants import Grant
from crawler.sources.base import Asking
from crawler.targets import Road
from tests.builders import NOW, an_account
from tests.crawler.sources.platforms import (
    BILIBILI,
    BILIBILI_WEB,
    a_bilibili_archive,
    bilibili_said,
    newest,
    standing,
)

GRANT = Grant(token="user-token", client="app-id", secret="app-secret")


def days_ago(days: float) -> datetime:
    return (NOW - timedelta(days=days)).replace(microsecond=0)


def headers(at: datetime = NOW, grant: Grant = GRANT) -> dict[str, str]:
    (wanted,) = BILIBILI.adapter.requests(Asking(an_account(), Road(""), at, grant))
    return dict(wanted.headers)


def test_a_request_is_signed_over_its_six_headers_in_their_order() -> None:
    sent = headers()
    lines = "\n".join(f"{name}:{sent[name]}" for name in sorted(sent) if name.startswith("x-bili-"))

    assert lines.count("\n") == 5
    assert sent["Authorization"] == hmac.new(b"app-secret", lines.encode(), hashlib.sha256).hexdigest()
    assert sent["x-bili-content-md5"] == hashlib.md5(b"").hexdigest()
    assert sent["x-bili-timestamp"] == f"{int(NOW.timestamp())}"
    assert (sent["x-bili-signature-version"], sent["access-token"]) == ("2.0", "user-token")


def test_no_two_requests_share_a_nonce_and_none_shows_the_secret() -> None:
    sent = [
        headers(),
        headers(NOW + timedelta(milliseconds=1)),
        headers(grant=Grant("other", "app-id", "app-secret")),
    ]

    assert len({each["x-bili-signature-nonce"] for each in sent}) == 3
    assert "app-secret" not in str(sent)


@pytest.mark.parametrize(
    "grant", [Grant(), Grant(token="t"), Grant(token="t", client="c"), Grant(client="c", secret="s")]
)
def test_without_all_that_signs_a_request_nothing_is_asked(grant: Grant) -> None:
    assert BILIBILI.adapter.requests(Asking(an_account(), Road(""), NOW, grant)) == ()


@pytest.mark.parametrize(
    ("state", "counts"), [(0, True), ("0", True), (1, True), (None, True), (-2, False), ("-40", False)]
)
def test_a_video_that_is_not_open_to_readers_does_not_count(state: object, counts: bool) -> None:
    videos = [
        a_bilibili_archive(days_ago(1), 1, addit_info={"state": state}),
        a_bilibili_archive(days_ago(20), 2),
    ]

    assert standing(BILIBILI.read(bilibili_said(videos))) == ("fresh" if counts else "stale")


def test_the_time_of_publishing_counts_and_not_that_of_handing_in() -> None:
    video = a_bilibili_archive(days_ago(13), ctime=int(days_ago(16).timestamp()))

    assert newest(BILIBILI.read(bilibili_said([video]))) == days_ago(13)


def test_an_account_without_videos_may_send_null() -> None:
    assert standing(BILIBILI.read(bilibili_said(None, total=0))) == "blank"
    assert BILIBILI.read(bilibili_said(None)).reason == "unexpected_shape"


@pytest.mark.parametrize(
    ("code", "health", "reason"),
    [
        (127001, "auth_expired", "token_invalid"),
        ("127009", "rate_limited", "daily_quota"),
        (127011, "auth_expired", "not_authorised"),
        (4002, "source_broken", "errcode_4002"),
    ],
)
def test_the_open_platform_says_what_is_wrong(code: int | str, health: str, reason: str) -> None:
    result = BILIBILI.read({"code": code, "message": "x", "data": None})

    assert (result.health, result.reason) == (health, reason)


@pytest.mark.parametrize(
    ("code", "health", "reason"),
    [
        (-352, "rate_limited", "risk_control"),
        (-412, "rate_limited", "risk_control"),
        ("-799", "rate_limited", "too_often"),
        (-404, "source_broken", "errcode_-404"),
    ],
)
def test_the_web_list_says_what_is_wrong_and_never_that_an_account_is_gone(
    code: int | str, health: str, reason: str
) -> None:
    result = BILIBILI_WEB.read({"code": code, "data": {"v_voucher": "voucher_1"}})

    assert (result.health, result.reason) == (health, reason)


def test_the_web_list_is_only_asked_for_by_a_whole_address() -> None:
    page, whole = Road("https://space.bilibili.com/618220731"), Road(BILIBILI_WEB.url)

    assert BILIBILI_WEB.adapter.requests(Asking(an_account(account_id="618220731"), page, NOW)) == ()
    assert [each.url for each in BILIBILI_WEB.adapter.requests(Asking(an_account(), whole, NOW))] == [
        whole.address
    ]
