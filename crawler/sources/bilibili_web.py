"""Bilibili's web list of an account's videos: read only. The page signs its requests (w_rid), which we do not copy.

Source     newmedia.md 2.5 and 4.3, x/space/wbi/arc/search
Asks       nothing, unless the register gives the whole address
Proves     as one of two, and of videos only: what an account posts as 动态 or 专栏 stands elsewhere
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import Codes, error_in, mapping, text, whole_number
from crawler.sources.post_lists import Listed, asks_for_all, items_of, post_of, read_list
from crawler.sources.signatures import Complaint
from crawler.targets import Road

NOTHING_LEFT_OUT = {"pn": ("1",), "tid": ("0",), "order": ("pubdate",), "keyword": ()}
CODES: Codes = {
    -352: Complaint("rate_limited", "risk_control"),
    -412: Complaint("rate_limited", "risk_control"),
    -799: Complaint("rate_limited", "too_often"),
}


class BilibiliWebAdapter:
    name = "bilibili_web"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        address = asking.road.address
        return (Wanted(address),) if "/arc/search?" in address else ()

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        about = SourceResult(road.address, upstream="bilibili")
        return read_list(about, answers, at, lambda answer, said: _list(answer, said, at))


def _list(answer: Answer, said: Mapping[str, Any], at: datetime) -> Listed | Complaint:
    if complaint := error_in(answer, CODES, said.get("code")):
        return complaint
    data = mapping(said.get("data"))
    count = whole_number(mapping(data.get("page")).get("count"))
    items = items_of(mapping(data.get("list")).get("vlist"), is_empty=count == 0)
    if isinstance(items, Complaint):
        return items
    videos = [mapping(item) for item in items]
    return Listed(
        [_post(video, at) for video in videos if video],
        partial=not all(videos) or not asks_for_all(answer.fetch.url, NOTHING_LEFT_OUT),
    )


def _post(video: Mapping[str, Any], at: datetime) -> Post:
    name = text(video.get("bvid")) or text(video.get("aid"))
    url = f"https://www.bilibili.com/video/{name}" if text(video.get("bvid")) else ""
    return post_of(name, video.get("title"), url, video.get("created"), at)
