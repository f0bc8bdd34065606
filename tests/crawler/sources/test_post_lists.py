"""What the platforms' lists have in common: what they prove, and that nothing which they may send leads astray."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.observations import FROM_THE_BEGINNING
from crawler.sources.post_lists import asks_for_all, once
from crawler.targets import Road
from tests.builders import NOW, a_post
from tests.crawler.sources.platforms import (
    BILIBILI,
    DOUYIN,
    KUAISHOU,
    PLATFORMS,
    TOUTIAO,
    WEIBO_API,
    Platform,
    newest,
    standing,
)
from tests.crawler.sources.recorded import Recorded, body_of, recorded

ROWS = [row for row in recorded() if row.adapter in PLATFORMS]
STALE = {
    "fresh": "no",
    "stale": "yes",
    "suspected_stale": "yes",
    "blank": "yes",
    "unknown": "unknown",
    "gone": "unknown",
}
every_platform = pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
every_official_one = pytest.mark.parametrize(
    "platform", [DOUYIN, KUAISHOU, BILIBILI, WEIBO_API], ids=lambda each: each.name
)


def days_ago(days: float) -> datetime:
    return (NOW - timedelta(days=days)).replace(microsecond=0)


@pytest.mark.parametrize("row", ROWS, ids=[row.file for row in ROWS])
def test_a_recorded_answer_is_read_as_its_row_says(row: Recorded) -> None:
    platform = PLATFORMS[row.adapter]

    result = platform.adapter.parse([row.answer], Road(row.url), row.at)

    assert (result.health, result.reason, len(result.posts)) == (row.health, row.reason, row.posts)
    assert newest(result) == row.newest
    assert result.official is platform.official
    assert STALE[standing(result, row.at)] == row.stale
    if row.newest:
        assert {post.precision for post in result.posts if post.published_at == row.newest} == {row.precision}


# -- what a list proves -----------------------------------------------------------------------------------


@every_platform
def test_one_post_in_the_window_is_fresh_and_a_list_without_one_is_silent(platform: Platform) -> None:
    silent = "stale" if platform.official else "suspected_stale"

    assert standing(platform.read_dates(days_ago(30), days_ago(3))) == "fresh"
    assert standing(platform.read_dates(days_ago(16), days_ago(30))) == silent


@every_platform
def test_a_post_without_a_date_may_be_the_newest(platform: Platform) -> None:
    undated = platform.item(days_ago(1), 9, False)
    undated = json.loads(json.dumps(undated).replace(_date_in(undated), '"some day"'))

    result = platform.read(platform.said([platform.item(days_ago(20), 1, False), undated]))

    assert (len(result.posts), newest(result)) == (2, days_ago(20))
    assert (standing(result), result.warnings) == ("unknown", ("undated_item",))


@every_platform
def test_a_list_with_a_post_to_come_proves_nothing_about_silence(platform: Platform) -> None:
    result = platform.read_dates(days_ago(-30), days_ago(20))

    assert (standing(result), result.warnings) == ("unknown", ("future_item",))


@pytest.mark.parametrize(
    "platform", [each for each in PLATFORMS.values() if each.marks_pinned], ids=lambda each: each.name
)
def test_a_list_of_pinned_posts_alone_does_not_reach_back_to_them(platform: Platform) -> None:
    result = platform.read(platform.said([platform.item(days_ago(700), 1, True)]))

    assert result.posts[0].pinned
    assert (result.complete_since, standing(result)) == (None, "unknown")


@every_official_one
def test_an_empty_list_that_is_all_there_is_is_blank(platform: Platform) -> None:
    result = platform.read(_nothing(platform))

    assert (result.health, result.complete_since, standing(result)) == ("ok", FROM_THE_BEGINNING, "blank")


@pytest.mark.parametrize(
    "platform", [each for each in PLATFORMS.values() if not each.official], ids=lambda each: each.name
)
def test_an_empty_list_of_a_web_page_is_no_proof(platform: Platform) -> None:
    result = platform.read(platform.said([]))

    assert (result.health, result.reason, standing(result)) == (
        "source_broken",
        "empty_unconfirmed",
        "unknown",
    )


@pytest.mark.parametrize("platform", [BILIBILI, WEIBO_API], ids=lambda each: each.name)
def test_an_empty_page_of_an_account_with_posts_is_no_proof(platform: Platform) -> None:
    result = platform.read(platform.said([]))

    assert (result.health, result.reason) == ("source_broken", "empty_unconfirmed")


@pytest.mark.parametrize(
    ("platform", "parameter"),
    [
        (WEIBO_API, "page=2"),
        (WEIBO_API, "max_id=5367288688034845"),
        (WEIBO_API, "feature=1"),
        (DOUYIN, "cursor=1795482002000"),
        (KUAISHOU, "cursor=3xpc4sx6pmj86ne"),
        (BILIBILI, "status=not_pubed"),
        (PLATFORMS["bilibili_web"], "order=click"),
        (PLATFORMS["weibo_web"], "page=3"),
        (TOUTIAO, "category=pc_profile_article"),
    ],
)
def test_a_later_page_or_a_chosen_part_proves_nothing_about_silence(
    platform: Platform, parameter: str
) -> None:
    name = parameter.partition("=")[0]
    rest = "&".join(
        each for each in platform.url.partition("?")[2].split("&") if not each.startswith(f"{name}=")
    )
    url = f"{platform.url.partition('?')[0]}?{rest}&{parameter}"

    old = platform.read(platform.said([platform.item(days_ago(20), 1, False)]), url=url)
    new = platform.read(platform.said([platform.item(days_ago(2), 1, False)]), url=url)

    assert (standing(old), standing(new)) == ("unknown", "fresh")


def test_an_address_that_is_none_is_not_trusted() -> None:
    assert not asks_for_all("http://[::1?page=1", {"page": ("1",)})


def test_of_the_same_post_twice_the_dated_one_counts_and_pinned_is_what_either_says() -> None:
    posts = once([a_post(None, id="1", pinned=True), a_post(NOW, id="1"), a_post(NOW, id="2")])

    assert [(post.id, post.published_at, post.pinned) for post in posts] == [
        ("1", NOW, True),
        ("2", NOW, False),
    ]


@every_platform
def test_without_an_answer_there_was_no_authorisation_or_nothing_to_ask(platform: Platform) -> None:
    result = platform.adapter.parse([], Road(platform.url), NOW)

    expected = ("auth_expired", "not_authorised") if platform.official else ("source_broken", "unasked")
    assert (result.health, result.reason) == expected


# -- what is no list --------------------------------------------------------------------------------------


@every_platform
@pytest.mark.parametrize(
    ("status", "body", "health", "reason"),
    [
        (200, b"", "source_broken", "empty_body"),
        (200, b"  \n", "source_broken", "empty_body"),
        (200, b"[]", "source_broken", "unexpected_shape"),
        (200, b"null", "source_broken", "unexpected_shape"),
        (200, b"<html><h1>502 Bad Gateway</h1></html>", "source_broken", "not_json"),
        (200, "<html>当前环境异常，完成验证后即可继续访问</html>".encode(), "rate_limited", "challenge"),
        (502, b"<html><h1>502 Bad Gateway</h1></html>", "source_broken", "http_502"),
        (429, b"slow down", "rate_limited", "http_429"),
        (412, b"", "rate_limited", "http_412"),
        (401, b"{}", "auth_expired", "http_401"),
        (200, b"[" * 100_000, "source_broken", "truncated"),
    ],
)  # fmt: skip
def test_what_a_platform_says_instead_of_json(
    platform: Platform, status: int, body: bytes, health: str, reason: str
) -> None:
    result = platform.read(body, status=status)

    assert (result.health, result.reason, result.posts) == (health, reason, ())


@every_platform
def test_an_object_without_a_list_is_of_no_known_shape(platform: Platform) -> None:
    for said in (
        {},
        {"data": {}},
        {"data": {"list": {}}},
        {"result": 1, "ok": 1, "code": 0, "message": "success"},
    ):
        result = platform.read(said)

        assert (result.health, result.reason) == ("source_broken", "unexpected_shape")


@every_platform
def test_an_unknown_error_code_is_a_broken_source_and_keeps_its_number(platform: Platform) -> None:
    said = {
        "error_code": 987654,
        "code": "987654",
        "result": 987654,
        "data": {"error_code": 987654},
        "ok": 987654,
    }

    result = platform.read(said)

    expected = "unexpected_shape" if platform is TOUTIAO else "errcode_987654"
    assert (result.health, result.reason) == ("source_broken", expected)


@every_platform
def test_a_byte_order_mark_does_not_matter(platform: Platform) -> None:
    said = json.dumps(platform.said([platform.item(days_ago(1), 1, False)])).encode()

    assert newest(platform.read(b"\xef\xbb\xbf" + said)) == days_ago(1)


@every_platform
def test_half_a_character_in_a_title_can_be_stored(platform: Platform) -> None:
    said = json.dumps(platform.said([platform.item(days_ago(1), 1, False)]))
    words = json.dumps(_title_in(platform))

    result = platform.read(said.replace(words, '"\\ud83d\\u0000 <b>开放日</b>"').encode())

    assert result.posts[0].title == "? 开放日"


@every_platform
@pytest.mark.parametrize("junk", [None, 5, "x", [], ["x"], {}, {"id": []}])
def test_an_item_that_cannot_be_understood_may_be_the_newest_post(platform: Platform, junk: Any) -> None:
    result = platform.read(platform.said([platform.item(days_ago(20), 1, False), junk]))

    assert newest(result) == days_ago(20)
    assert standing(result) == "unknown" or _is_no_post(platform, junk)


def _is_no_post(platform: Platform, junk: Any) -> bool:
    """Cards and cells of other kinds stand between the posts of these two, and are none."""
    return platform.name in ("weibo_web", "toutiao_web") and junk == {"id": []}


# -- what stays the same ----------------------------------------------------------------------------------

ages = st.lists(st.integers(1, 400), min_size=1, max_size=6)
any_platform = st.sampled_from(list(PLATFORMS.values()))


@settings(max_examples=60)
@given(any_platform, ages, st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(platform: Platform, some: list[int], chance: Any) -> None:
    items = [platform.item(days_ago(age), number, False) for number, age in enumerate(some)]
    mixed = [*items, *items]
    chance.shuffle(mixed)

    result, other = platform.read(platform.said(items)), platform.read(platform.said(mixed))

    assert newest(result) == newest(other) == days_ago(min(some))
    assert len(result.posts) == len(other.posts) == len(some)
    assert standing(result) == standing(other)


@settings(max_examples=60)
@given(any_platform, ages, st.integers(500, 2000))
def test_an_old_post_pinned_on_top_changes_no_verdict(platform: Platform, some: list[int], old: int) -> None:
    items = [platform.item(days_ago(age), number, False) for number, age in enumerate(sorted(some))]
    pinned = platform.item(days_ago(old), 99, True)

    with_it = platform.read(platform.said([pinned, *items]))

    assert standing(with_it) == standing(platform.read(platform.said(items)))


@settings(max_examples=40)
@given(any_platform, ages, st.integers(1, 5))
def test_a_silent_account_does_not_become_fresh_by_waiting(
    platform: Platform, some: list[int], days: int
) -> None:
    said = platform.said([platform.item(days_ago(age), number, False) for number, age in enumerate(some)])
    later = NOW + timedelta(days=days)

    if standing(platform.read(said)) != "fresh":
        assert standing(platform.read(said, later), later) != "fresh"


@settings(max_examples=150)
@given(any_platform, st.binary(max_size=200))
def test_random_bytes_are_never_a_good_answer(platform: Platform, body: bytes) -> None:
    result = platform.read(body)

    assert result.health in ("source_broken", "rate_limited", "auth_expired")
    assert not result.posts


any_json = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=150)
@given(st.sampled_from(ROWS), st.data())
def test_a_field_of_any_other_kind_never_raises_and_never_accuses(row: Recorded, data: st.DataObject) -> None:
    said = json.loads(row.body)
    path = data.draw(st.sampled_from(list(_paths(said))))
    damaged = _with(said, path, data.draw(any_json))
    before, platform = (
        standing(PLATFORMS[row.adapter].read(said, row.at, url=row.url), row.at),
        PLATFORMS[row.adapter],
    )

    result = platform.read(json.dumps(damaged).encode(), row.at, url=row.url, status=row.status)

    accused = ("stale", "blank", "gone")
    assert standing(result, row.at) not in accused or before in accused or _says_something_else(path, damaged)


@settings(max_examples=60)
@given(st.sampled_from(ROWS), st.floats(0, 1))
def test_a_truncated_answer_is_no_answer(row: Recorded, share: float) -> None:
    cut = int(len(row.body.rstrip()) * share * 0.999)

    result = PLATFORMS[row.adapter].read(row.body[:cut], row.at, url=row.url)

    assert (result.health, result.posts) == ("source_broken", ())


def test_all_rows_of_these_platforms_are_there() -> None:
    assert len(ROWS) == 14
    assert body_of("30_weibo_container_pinned.json")


# -- pieces -----------------------------------------------------------------------------------------------


def _date_in(item: dict[str, Any]) -> str:
    facts = item.get("mblog", item)
    names = ("created_at", "create_time", "ptime", "created", "publish_time")
    return next(json.dumps(facts[name]) for name in names if name in facts)


def _title_in(platform: Platform) -> str:
    item = platform.item(NOW, 1, False)
    facts = item.get("mblog", item)
    return next(facts[name] for name in ("title", "caption", "text") if name in facts)


def _nothing(platform: Platform) -> dict[str, Any]:
    said = platform.said([])
    text = (
        json.dumps(said)
        .replace("8123", "0")
        .replace(": 120", ": 0")
        .replace('"has_more": true', '"has_more": false')
    )
    return json.loads(text)


def _paths(said: Any, before: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs = said.items() if isinstance(said, dict) else enumerate(said) if isinstance(said, list) else ()
    for name, inner in pairs:
        yield (*before, name)
        yield from _paths(inner, (*before, name))


def _with(said: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    copy = dict(said) if isinstance(said, dict) else list(said)
    copy[path[0]] = _with(said[path[0]], path[1:], value)
    return copy


def _says_something_else(path: tuple[Any, ...], damaged: Any) -> bool:
    """What stands there now is as well documented: another code, a post that is not public, a list without posts."""
    value = damaged
    for key in path:
        value = value[key]
    return path[-1] in ("error_code", "code", "result", "err_no", "pending", "state") or value == []
