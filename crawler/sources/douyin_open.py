"""Douyin's open platform (抖音开放平台): the videos of an account that authorised the office's application.

Source     newmedia.md 2.3; developer.open-douyin.com, capability "视频数据", and the page of status codes
Asks       `video_list` with the account's open_id; the token goes in a header
Proves     everything back to the oldest video of the answer that is not pinned, or all if the answer is the last page.
           Only `video_status` 1 is published; 2 is not public, 4 waits for review
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import Codes, error_in, is_false, is_true, mapping, whole_number
from crawler.sources.post_lists import Listed, asks_for_all, items_of, post_of, read_list
from crawler.sources.signatures import Complaint
from crawler.targets import Road

ADDRESS = "https://open.douyin.com/api/douyin/v1/video/video_list/"
VIDEOS = 20
PUBLISHED, NOT_PUBLIC, IN_REVIEW = 1, 2, 4
NOTHING_LEFT_OUT = {"cursor": ("0",)}

TOKEN_INVALID = Complaint("auth_expired", "token_invalid")
TOKEN_EXPIRED = Complaint("auth_expired", "token_expired")
NO_PERMISSION = Complaint("auth_expired", "no_permission")
BANNED = Complaint("account_gone", "banned")
DAILY_QUOTA = Complaint("rate_limited", "daily_quota")
BUSY = Complaint("source_broken", "busy")
CODES: Codes = {
    **dict.fromkeys((28001003, 2190002), TOKEN_INVALID),
    **dict.fromkeys((28001008, 2190008), TOKEN_EXPIRED),
    10010: Complaint("auth_expired", "refresh_expired"),
    **dict.fromkeys((28001012, 28001014, 28001018, 28001019, 28001056), NO_PERMISSION),
    28001045: Complaint("account_gone", "closed"),
    **dict.fromkeys((28001046, 2100009), BANNED),
    28001047: Complaint("source_broken", "private_account"),
    **dict.fromkeys((28003017, 2190001), DAILY_QUOTA),
    28003018: Complaint("rate_limited", "too_often"),
    28001052: Complaint("rate_limited", "risk_control"),
    **dict.fromkeys((28001005, 28001006, 2100004), BUSY),
}


class DouyinOpenAdapter:
    name = "douyin_open"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        grant, address = asking.grant, asking.road.address
        if not grant.token:
            return ()
        if "://" not in address:
            # The public pages know the account by another name (sec_uid): open_id belongs to our application.
            asked = {"open_id": address or asking.account.account_id, "cursor": 0, "count": VIDEOS}
            address = f"{ADDRESS}?{urlencode(asked)}"
        return (Wanted(address, headers={"access-token": grant.token}),)

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        about = SourceResult(road.address, official=True, upstream="douyin-api")
        return read_list(about, answers, at, lambda answer, said: _list(answer, said, at))


def _list(answer: Answer, said: Mapping[str, Any], at: datetime) -> Listed | Complaint:
    data, extra = mapping(said.get("data")), mapping(said.get("extra"))
    codes = (said.get("err_no"), data.get("error_code"), extra.get("error_code"))
    if complaint := error_in(answer, CODES, *codes):
        return complaint
    is_last = is_false(data.get("has_more"))
    items = items_of(data.get("list"))
    if isinstance(items, Complaint):
        return items
    videos = [mapping(item) for item in items]
    states = {_state(video) for video in videos}
    return Listed(
        [_post(video, at) for video in videos if _state(video) == PUBLISHED],
        whole=is_last,
        partial=not states <= {PUBLISHED, NOT_PUBLIC, IN_REVIEW}
        or not asks_for_all(answer.fetch.url, NOTHING_LEFT_OUT),
    )


def _state(video: Mapping[str, Any]) -> int | None:
    """Without a `video_status` the result of the review tells; None: nothing does."""
    state, reviewed = whole_number(video.get("video_status")), video.get("is_reviewed")
    if state is not None or not (is_true(reviewed) or is_false(reviewed)):
        return state
    return PUBLISHED if is_true(reviewed) else IN_REVIEW


def _post(video: Mapping[str, Any], at: datetime) -> Post:
    pinned = is_true(video.get("is_top"))
    name, title, url = video.get("item_id"), video.get("title"), video.get("share_url")
    return post_of(name, title, url, video.get("create_time"), at, pinned=pinned)
