"""Toutiao's web list, which is only read."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from crawler.sources.base import Asking
from crawler.targets import Road
from tests.builders import NOW, an_account
from tests.crawler.sources.platforms import TOUTIAO, a_toutiao_post, newest, standing


def days_ago(days: float) -> datetime:
    return (NOW - timedelta(days=days)).replace(microsecond=0)


def test_the_rank_of_a_post_is_not_its_time() -> None:
    post = a_toutiao_post(days_ago(20), behot_time=int(days_ago(1).timestamp()))

    assert newest(TOUTIAO.read(TOUTIAO.said([post]))) == days_ago(20)


def test_without_a_time_of_publishing_a_post_is_undated() -> None:
    post = a_toutiao_post(days_ago(1), publish_time=0)

    assert standing(TOUTIAO.read(TOUTIAO.said([post, a_toutiao_post(days_ago(20), 2)]))) == "unknown"


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ({}, "云泽要闻"),
        ({"title": "", "content": "今天的云泽湖"}, "今天的云泽湖"),
        ({"title": None, "abstract": "摘要"}, "摘要"),
    ],
)
def test_a_micro_post_is_called_by_its_first_words(words: dict[str, Any], title: str) -> None:
    assert TOUTIAO.read(TOUTIAO.said([a_toutiao_post(days_ago(1), **words)])).posts[0].title == title


def test_what_stands_between_the_posts_without_a_name_is_none() -> None:
    cell = {"cell_type": 48, "title": "推荐关注"}

    result = TOUTIAO.read(TOUTIAO.said([cell, a_toutiao_post(days_ago(20))]))

    assert (len(result.posts), standing(result)) == (1, "suspected_stale")


def test_it_is_only_asked_for_by_a_whole_address() -> None:
    page, whole = Road("https://www.toutiao.com/c/user/token/MS4w/"), Road(TOUTIAO.url)

    assert TOUTIAO.adapter.requests(Asking(an_account(), page, NOW)) == ()
    assert [each.url for each in TOUTIAO.adapter.requests(Asking(an_account(), whole, NOW))] == [TOUTIAO.url]
