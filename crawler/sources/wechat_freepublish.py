"""Articles that a WeChat account published without sending them to its readers (发布): titles, links, times.

Source     newmedia.md 2.1, cgi-bin/freepublish/batchget, permission set 7
Lists      not the mass-sent articles (群发), which is how most accounts publish: it proves fresh, never silent or blank
Times      of the last edit of each publication
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import UNEXPECTED, is_true, mapping, sequence, text
from crawler.sources.post_lists import complain, dated, once
from crawler.sources.signatures import Complaint
from crawler.sources.wechat_api import posted, said_by, unread
from crawler.targets import Road

PATH = "/cgi-bin/freepublish/batchget"
COUNT = 20
"""The most that one call gives."""


class WechatFreepublishAdapter:
    name = "wechat_freepublish"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        return posted(PATH, asking, {"offset": 0, "count": COUNT, "no_content": 1})

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = unread(road, answers)
        said = said_by(answers)
        if isinstance(said, Complaint):
            return complain(result, said)
        items = sequence(said.get("item"))
        if items is None:
            return complain(result, UNEXPECTED)
        posts = once(post for item in items for post in _posts(mapping(item), at))
        return replace(result, posts=posts, reason="" if posts else "incomplete_source")


def _posts(item: Mapping[str, Any], at: datetime) -> Iterator[Post]:
    """The articles of one publication, without those that were deleted since."""
    name = text(item.get("article_id")) or text(item.get("update_time"))
    articles = sequence(mapping(item.get("content")).get("news_item")) or ()
    for number, each in enumerate(articles, start=1):
        article = mapping(each)
        if article and not is_true(article.get("is_deleted")):
            url = text(article.get("url"))
            post = Post(url or f"{name}_{number}", text(article.get("title")), url)
            yield dated(post, text(item.get("update_time")), at)
