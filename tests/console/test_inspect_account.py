"""`inspect --as account` reads every recorded answer as the round would (fixtures of newmedia.md)."""

from datetime import UTC, datetime

import pytest

from checks.settings import CheckSettings
from console.cli.show_account import Given, read_account
from tests.crawler.sources.recorded import Recorded, recorded

ROWS = recorded()
PLAIN = [row for row in ROWS if row.adapter == "feed"]


def inspected(row: Recorded, adapter: str, manner: str = "calendar") -> dict[str, object]:
    given = Given(adapter, row.platform, row.account_id, row.url, row.status, row.content_type, row.headers)
    return read_account(row.body, given, row.at, CheckSettings(manner=manner))  # type: ignore[arg-type]


def newest_in(answer: dict[str, object]) -> datetime | None:
    said = answer["newest"]
    return datetime.fromisoformat(str(said)).astimezone(UTC) if said else None


def name(row: Recorded) -> str:
    return f"{row.file} {row.account_id}"


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_an_answer_is_read_as_its_row_says(row: Recorded) -> None:
    answer = inspected(row, row.adapter)

    assert (answer["health"], answer["reason"]) == (row.health, row.reason)
    assert newest_in(answer) == row.newest
    assert len(answer["posts"]) == row.posts  # type: ignore[arg-type]
    assert answer["stale"] == row.stale
    assert inspected(row, row.adapter, "elapsed")["stale"] == row.stale_elapsed


@pytest.mark.parametrize("row", [row for row in ROWS if row.newest], ids=name)
def test_whether_the_newest_post_is_the_pinned_one_stands_there(row: Recorded) -> None:
    posts = inspected(row, row.adapter)["posts"]

    newest = [
        post
        for post in posts  # type: ignore[attr-defined]
        if post["published_at"] and datetime.fromisoformat(post["published_at"]) == row.newest
    ]

    assert {post["pinned"] for post in newest} == {row.newest_is_pinned}


@pytest.mark.parametrize("row", PLAIN, ids=name)
def test_a_feed_is_found_without_the_adapters_name(row: Recorded) -> None:
    assert inspected(row, "") == inspected(row, "feed")


def test_an_answer_without_a_word_is_called_what_the_round_calls_it() -> None:
    given = Given("wechat_push", "微信公众号", "gh_1", "http://push.yunze.test/1.xml", 200, "text/xml", ())

    answer = read_account(b" ", given, ROWS[0].at, CheckSettings())

    assert (answer["health"], answer["reason"]) == ("source_broken", "empty_body")
