"""How tokens are renewed: what is sent, and what is made of what comes back."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.sources.issuers import ADAPTERS, Issuer
from crawler.sources.renewals import RENEWALS, NoAnswer, Refused
from tests.builders import NOW
from tests.crawler.granting import a_grant, answer

DAY = timedelta(days=1)
DOUYIN, KUAISHOU = RENEWALS["douyin_open"], RENEWALS["kuaishou_open"]


def test_douyin_is_asked_with_a_form_and_no_secret_stands_in_the_address() -> None:
    (wanted,) = DOUYIN.requests(a_grant(), NOW)

    assert (wanted.method, wanted.url) == ("POST", "https://open.douyin.com/oauth/refresh_token/")
    assert parse_qs(wanted.body.decode()) == {
        "client_key": ["tt10abc"],
        "refresh_token": ["a-refresh-token"],
        "grant_type": ["refresh_token"],
    }


def test_kuaishou_is_asked_by_an_address_whose_secrets_are_joined_last() -> None:
    (wanted,) = KUAISHOU.requests(a_grant(secret="the-app-secret"), NOW)

    assert (
        wanted.url == "https://open.kuaishou.com/oauth2/refresh_token?app_id=tt10abc&grant_type=refresh_token"
    )
    assert dict(wanted.secret) == {"app_secret": "the-app-secret", "refresh_token": "a-refresh-token"}


@pytest.mark.parametrize("adapter", RENEWALS)
@pytest.mark.parametrize("missing", ["client", "refresh"])
def test_nothing_is_sent_while_something_is_lacking(adapter: str, missing: str) -> None:
    assert RENEWALS[adapter].requests(a_grant(secret="the-app-secret", **{missing: ""}), NOW) == ()


def test_kuaishou_gives_a_new_refresh_token_with_the_old_ones_end() -> None:
    body = {
        "result": 1,
        "access_token": "a-new-token",
        "expires_in": 172800,
        "refresh_token": "a-new-refresh",
        "refresh_token_expires_in": 864000,
    }

    new = KUAISHOU.parse([answer("", body)], a_grant(secret="the-app-secret"))

    assert (new.token, new.refresh, new.secret) == ("a-new-token", "a-new-refresh", "the-app-secret")
    assert (new.ends, new.refresh_ends) == (NOW + 2 * DAY, NOW + 10 * DAY)


@pytest.mark.parametrize(
    ("adapter", "body", "reason"),
    [
        ("douyin_open", {"data": {"error_code": 10010}}, "refresh_expired"),
        ("douyin_open", {"data": {"error_code": "10020"}}, "refresh_used_up"),
        ("douyin_open", {"data": {"error_code": 10013, "description": "x"}}, "errcode_10013"),
        ("kuaishou_open", {"result": 100200113, "error_msg": "x"}, "refresh_expired"),
        ("kuaishou_open", {"result": "100200100"}, "errcode_100200100"),
    ],
)
def test_a_refusal_has_its_reason(adapter: str, body: Any, reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        RENEWALS[adapter].parse([answer("", body)], a_grant())


BROKEN: list[object] = [
    b"",
    b"<html>502</html>",
    [],
    {},
    {"data": []},
    {"data": {}},
    {"result": 1},
    {"data": {"error_code": 2100004}},
]


@pytest.mark.parametrize("adapter", RENEWALS)
@pytest.mark.parametrize("body", BROKEN)
def test_an_answer_that_is_none_concludes_nothing(adapter: str, body: object) -> None:
    with pytest.raises(NoAnswer):
        RENEWALS[adapter].parse([answer("", body)], a_grant())


def test_douyin_keeps_the_new_token_when_only_the_prolonging_was_refused() -> None:
    renewed = {"data": {"error_code": 0, "access_token": "a-new-token", "expires_in": 60}}

    new = DOUYIN.parse([answer("", renewed), answer("", {"data": {"error_code": 10020}})], a_grant())

    assert (new.token, new.refresh) == ("a-new-token", "a-refresh-token")


@pytest.mark.parametrize("adapter", RENEWALS)
@settings(max_examples=30)
@given(
    fields=st.dictionaries(
        st.sampled_from(
            ["error_code", "result", "access_token", "refresh_token", "expires_in", "refresh_expires_in"]
        ),
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text(max_size=5)
        | st.lists(st.integers(), max_size=2),
    )
)
def test_whatever_comes_back_is_a_grant_a_refusal_or_no_answer(adapter: str, fields: dict[str, Any]) -> None:
    try:
        new = RENEWALS[adapter].parse([answer("", {**fields, "data": fields})], a_grant())
    except (Refused, NoAnswer):
        return
    assert new.token


def test_every_renewal_is_of_an_adapter_that_some_issuer_gives_tokens_for() -> None:
    assert set(RENEWALS) <= {adapter for adapters in ADAPTERS.values() for adapter in adapters}
    assert set(ADAPTERS) == set(Issuer)
