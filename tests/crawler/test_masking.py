"""A secret is taken out of a text in every form in which an address may hold it."""

import pytest

from crawler.masking import masked, without_tokens

TOKEN = "act.a/b+c=d 中"


@pytest.mark.parametrize(
    "text",
    [
        f"token {TOKEN} refused",
        "https://api.test/?access_token=act.a%2Fb%2Bc%3Dd%20%E4%B8%AD&x=1",
        "access_token=act.a%2Fb%2Bc%3Dd+%E4%B8%AD",
        "access_token=act.a/b%2bc=d+%e4%b8%ad",
        '{"token": "act.a\\/b\\u002bc=d \\u4e2d"}',
    ],
)
def test_it_is_masked_as_it_is_and_as_an_address_writes_it(text: str) -> None:
    assert "act." not in masked(text, [TOKEN])
    assert b"act." not in masked(text.encode(), [TOKEN])


def test_what_holds_no_secret_stays_as_it_is() -> None:
    assert masked("一切正常", [TOKEN, ""]) == "一切正常"


def test_a_token_that_an_answer_hands_out_does_not_stay_in_it() -> None:
    body = b'{"authorizer_refresh_token": "refreshtoken@@@1", "nick_name": "x", "expires_in": 7200}'

    assert (
        without_tokens(body) == b'{"authorizer_refresh_token": "***", "nick_name": "x", "expires_in": 7200}'
    )
