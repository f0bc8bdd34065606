"""Toutiao's web list of an account's posts (今日头条): read only. The page signs its requests (a_bogus), which we do not copy.

Source     newmedia.md 4.3, api/pc/list/feed
Asks       nothing, unless the register gives the whole address
Proves     as one of two. `publish_time` counts; `behot_time` is a rank, and the time in the id is that of a draft. No posts
           is how the platform refuses
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import error_in, mapping, text
from crawler.sources.post_lists import Listed, asks_for_all, items_of, post_of, read_list
from crawler.sources.signatures import Complaint
from crawler.targets import Road

NOTHING_LEFT_OUT = {"category": ("profile_all",), "max_behot_time": ("0",)}


class ToutiaoWebAdapter:
    name = "toutiao_web"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        address = asking.road.address
        return (Wanted(address),) if "/list/feed?" in address else ()

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        about = SourceResult(road.address, upstream="toutiao")
        return read_list(about, answers, at, lambda answer, said: _list(answer, said, at))


def _list(answer: Answer, said: Mapping[str, Any], at: datetime) -> Listed | Complaint:
    if complaint := error_in(answer, {}):
        return complaint
    items = items_of(said.get("data"))
    if isinstance(items, Complaint):
        return items
    posts = [mapping(item) for item in items]
    return Listed(
        [_post(post, at) for post in posts if _name(post)],
        partial=not all(posts) or not asks_for_all(answer.fetch.url, NOTHING_LEFT_OUT),
    )


def _name(post: Mapping[str, Any]) -> str:
    """Recommendations between the posts have none."""
    return text(post.get("group_id")) or text(post.get("item_id"))


def _post(post: Mapping[str, Any], at: datetime) -> Post:
    title = post.get("title") or post.get("content") or post.get("abstract")
    return post_of(_name(post), title, post.get("article_url"), post.get("publish_time"), at)
