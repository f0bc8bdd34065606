"""What holds for every intake road: nothing that a platform may send raises, and no damage makes an account look silent
or gone."""

import importlib
import json
import pkgutil
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.account_verdict import account_verdict
from checks.road_words import GONE, HEALTHS, trouble
from checks.settings import CheckSettings
from crawler import sources
from crawler.observations import AccountVisit, SourceResult
from crawler.sources.base import Asking
from crawler.sources.roads import ADAPTERS
from crawler.sources.signatures import Complaint
from crawler.targets import Road
from tests.builders import NOW, a_road, an_account
from tests.crawler.sources.recorded import Recorded, answered, recorded

ROWS = recorded()
IN_JSON = [row for row in ROWS if row.body.strip()[:1] in (b"{", b"[")]
ODD: tuple[Any, ...] = (None, "x", -1, 10**30, float("inf"), True, {"a": 1}, [[]])
"""Values that no document promises in the place of what stands there."""
STATES = ("pending", "state")
"""Here some of them are promised, and say that a post is not public."""


def read(row: Recorded, body: bytes, at: datetime | None = None) -> SourceResult:
    road = Road(f"{row.url}#{row.account_id}", row.adapter)
    answer = answered(body, row.url, row.at, row.status, row.content_type)
    return ADAPTERS[row.adapter].parse([answer], road, at or row.at)


def standing(result: SourceResult, at: datetime = NOW) -> str:
    return account_verdict(AccountVisit(an_account(), at, (result,)), CheckSettings()).standing


def newest(result: SourceResult) -> datetime | None:
    return max((post.published_at for post in result.posts if post.published_at), default=None)


def written(said: Any) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode()


def places(said: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    keys = said if isinstance(said, dict) else range(len(said)) if isinstance(said, list) else ()
    for key in list(keys):
        if key not in STATES:
            yield said, key
            yield from places(said[key])


def damaged(body: bytes) -> Iterator[bytes]:
    """The answer with one value after the other lost, or replaced by an odd one."""
    said = json.loads(body.decode("utf-8-sig"))
    for holder, key in places(said):
        value = holder[key]
        for odd in ODD:
            holder[key] = odd
            yield written(said)
        holder[key] = value
    for holder, key in places(said):
        if isinstance(holder, dict):
            value = holder.pop(key)
            yield written(said)
            holder[key] = value


def turned(said: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    """The value with all its lists changed so."""
    if isinstance(said, dict):
        return {key: turned(value, change) for key, value in said.items()}
    return change([turned(each, change) for each in said]) if isinstance(said, list) else said


def name(row: Recorded) -> str:
    return f"{row.file} {row.account_id}"


@pytest.mark.parametrize("row", [row for row in IN_JSON if row.health == "ok"], ids=name)
def test_no_damage_makes_an_account_look_silent_that_is_not_or_gone(row: Recorded) -> None:
    seen = {standing(read(row, body)) for body in damaged(row.body)}

    assert seen <= {"fresh", "unknown", *(["stale", "suspected_stale"] if row.stale == "yes" else [])}


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_an_answer_cut_off_anywhere_shows_no_silence_and_nobody_gone(row: Recorded) -> None:
    body = row.body.strip()
    cuts = range(1, len(body) - 1, max(1, len(body) // 60))

    seen = {standing(read(row, body[:cut])) for cut in cuts}

    assert seen <= {"fresh", "unknown", standing(read(row, body))}
    if row.health != "account_gone":
        assert "gone" not in seen


@pytest.mark.parametrize("row", IN_JSON, ids=name)
def test_the_order_of_items_changes_nothing(row: Recorded) -> None:
    chance = random.Random(8)
    whole = read(row, row.body)

    for _ in range(5):
        other = read(row, written(turned(json.loads(row.body), lambda some: chance.sample(some, len(some)))))

        assert (newest(other), standing(other)) == (newest(whole), standing(whole))
        assert {post.id for post in other.posts} == {post.id for post in whole.posts}


@pytest.mark.parametrize("row", IN_JSON, ids=name)
def test_the_same_items_twice_count_once(row: Recorded) -> None:
    whole, twice = (
        read(row, row.body),
        read(row, written(turned(json.loads(row.body), lambda some: some + some))),
    )

    assert (len(twice.posts), newest(twice), standing(twice)) == (
        len(whole.posts),
        newest(whole),
        standing(whole),
    )


@pytest.mark.parametrize("row", IN_JSON, ids=name)
def test_a_byte_order_mark_and_blank_lines_change_nothing(row: Recorded) -> None:
    plain, marked = read(row, row.body), read(row, b"\xef\xbb\xbf\r\n" + row.body.strip() + b"\n\n")

    assert (marked.posts, marked.health, marked.reason) == (plain.posts, plain.health, plain.reason)


@pytest.mark.parametrize("row", ROWS, ids=name)
def test_a_silent_account_is_not_fresh_a_day_later(row: Recorded) -> None:
    before, after = (standing(read(row, row.body, at), at) for at in (row.at, row.at + timedelta(days=1)))

    assert (before, after) not in {("stale", "fresh"), ("suspected_stale", "fresh"), ("unknown", "fresh")}


@pytest.mark.parametrize("adapter", sorted(ADAPTERS))
@settings(max_examples=40)
@given(st.binary(max_size=300), st.sampled_from([200, 200, 404, 500]))
def test_random_bytes_are_never_a_good_answer_with_posts(adapter: str, body: bytes, status: int) -> None:
    url = "https://a.test/1"

    result = ADAPTERS[adapter].parse([answered(body, url, NOW, status)], Road(url), NOW)

    assert result.health != "ok" or not result.posts
    assert result.health != "account_gone"


PAGES = (
    b"<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
    "<html><body>请登录后访问</body></html>".encode(),
    b"[]", b"{}", b"null", b"0", b'"x"', b"[" * 5000, b'{"a":' * 5000, b"9" * 5000, b"NaN", b"\xff\xfe",
)  # fmt: skip


@pytest.mark.parametrize("adapter", sorted(set(ADAPTERS) - {"manual", "wewe_status"}))
@pytest.mark.parametrize("body", PAGES, ids=[page[:12].decode("latin-1") for page in PAGES])
def test_another_page_under_a_good_status_is_a_broken_source_of_which_we_can_say_why(
    adapter: str, body: bytes
) -> None:
    url = "https://a.test/1"

    result = ADAPTERS[adapter].parse([answered(body, url, NOW)], Road(url), NOW)

    assert result.health in ("source_broken", "auth_expired", "rate_limited")
    assert result.reason
    assert trouble(result) not in ("", result.reason)


@pytest.mark.parametrize("adapter", sorted(ADAPTERS))
def test_without_an_answer_a_road_says_why_there_is_none(adapter: str) -> None:
    result = ADAPTERS[adapter].parse([], a_road("https://a.test/1"), NOW)

    assert (result.health, result.reason) in {
        ("auth_expired", "not_authorised"),
        ("source_broken", "unasked"),
    }
    assert trouble(result) != result.reason


@pytest.mark.parametrize("adapter", sorted(ADAPTERS))
def test_a_road_that_names_nothing_is_asked_nothing_amiss(adapter: str) -> None:
    asked = ADAPTERS[adapter].requests(Asking(an_account(), Road("nothing"), NOW))

    assert all(wanted.url for wanted in asked)


def complaints_in_tables() -> set[Complaint]:
    """Every complaint of every table of error codes."""
    modules = [
        importlib.import_module(f"crawler.sources.{each.name}")
        for each in pkgutil.iter_modules(sources.__path__)
    ]
    return {complaint for module in modules for complaint in getattr(module, "CODES", {}).values()}


@pytest.mark.parametrize(
    "complaint", sorted(complaints_in_tables()), ids=lambda each: f"{each.health} {each.reason}"
)
def test_the_office_can_read_what_an_error_code_means(complaint: Complaint) -> None:
    words = trouble(SourceResult("", health=complaint.health, reason=complaint.reason))

    assert words not in (complaint.reason, HEALTHS[complaint.health]) or complaint.reason in GONE
