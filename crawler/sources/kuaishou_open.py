"""Kuaishou's open platform (快手开放平台): the videos of an account that authorised the office's application.

Source     newmedia.md 2.4; copy of the official manual: apifox.com 462993, api-7075082 and doc-355272
Asks       `photo/list` with the application's id; whose list it is, the token decides
Proves     everything back to the oldest video of the answer; `pending` ones are not published. An empty first page is all
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import UNEXPECTED, Codes, error_in, is_true, mapping, text, whole_number
from crawler.sources.post_lists import Listed, asks_for_all, items_of, post_of, read_list
from crawler.sources.signatures import Complaint
from crawler.targets import Road

ADDRESS = "https://open.kuaishou.com/openapi/photo/list"
VIDEOS = 20
SUCCESS = 1
NOTHING_LEFT_OUT: Mapping[str, tuple[str, ...]] = {"cursor": ()}
CODES: Codes = {
    100200108: Complaint("auth_expired", "token_expired"),
    100200109: Complaint("auth_expired", "authorisation_withdrawn"),
    **dict.fromkeys((100200110, 100200111, 100200113), Complaint("auth_expired", "refresh_expired")),
}


class KuaishouOpenAdapter:
    name = "kuaishou_open"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        grant, address = asking.grant, asking.road.address
        if not grant.token:
            return ()
        if "://" not in address:
            address = f"{ADDRESS}?{urlencode({'app_id': grant.client, 'count': VIDEOS})}"
        return (Wanted(address, secret={"access_token": grant.token}),)

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        about = SourceResult(road.address, official=True, upstream="kuaishou-api")
        return read_list(about, answers, at, lambda answer, said: _list(answer, said, at))


def _list(answer: Answer, said: Mapping[str, Any], at: datetime) -> Listed | Complaint:
    result = whole_number(said.get("result"))
    if complaint := error_in(answer, CODES, result, good=SUCCESS):
        return complaint
    items = items_of(said.get("video_list")) if result == SUCCESS else UNEXPECTED
    if isinstance(items, Complaint):
        return items
    videos = [mapping(item) for item in items]
    return Listed(
        [_post(video, at) for video in videos if video and not is_true(video.get("pending"))],
        whole=not items,
        partial=not all(videos) or not asks_for_all(answer.fetch.url, NOTHING_LEFT_OUT),
    )


def _post(video: Mapping[str, Any], at: datetime) -> Post:
    name = text(video.get("photo_id"))
    url = f"https://www.kuaishou.com/short-video/{name}" if name else ""
    return post_of(name, video.get("caption"), url, video.get("create_time"), at)
