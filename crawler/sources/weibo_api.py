"""Weibo's interface (微博开放平台): the posts of an account that authorised us, or of any under a commercial contract.

Source     newmedia.md 2.2; open.weibo.com/wiki/2/statuses/user_timeline, C/2/statuses/user_timeline/other and …/biz
Asks       `user_timeline` (own posts, free); `user_timeline/other` (anybody's, commercial) or `/biz` (own, commercial) where
           the road's address is that of one of them
Proves     everything back to the oldest post of the answer that is not pinned
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.fetching import Answer, Wanted
from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import Codes, error_in, whole_number
from crawler.sources.post_lists import EMPTY, OTHER_ACCOUNT, Listed, asks_for_all, items_of, read_list
from crawler.sources.signatures import Complaint
from crawler.sources.weibo_posts import is_of_another, posts_in, uid_for, uid_of
from crawler.targets import Road

OWN = "https://api.weibo.com/2/statuses/user_timeline.json"
POSTS, POSTS_OF_OTHERS = 100, 25
"""The most that one answer holds."""
NOTHING_LEFT_OUT = {
    "page": ("1",),
    "since_id": ("0",),
    "max_id": ("0",),
    "start_time": ("0",),
    "end_time": ("0",),
    "base_app": ("0",),
    "feature": ("0",),
    "flag": ("0",),
}

TOKEN_INVALID = Complaint("auth_expired", "token_invalid")
TOKEN_EXPIRED = Complaint("auth_expired", "token_expired")
NO_PERMISSION = Complaint("auth_expired", "no_permission")
BUSY = Complaint("source_broken", "busy")
CODES: Codes = {
    **dict.fromkeys((21315, 21327), TOKEN_EXPIRED),
    **dict.fromkeys((21314, 21316, 21317, 21332), TOKEN_INVALID),
    **dict.fromkeys((10005, 10014, 21335), NO_PERMISSION),
    10022: Complaint("rate_limited", "ip_rate_limit"),
    10023: Complaint("rate_limited", "user_rate_limit"),
    10024: Complaint("rate_limited", "interface_rate_limit"),
    20003: Complaint("account_gone", "no_such_user"),
    **dict.fromkeys((10001, 10002, 10003, 10009, 10010, 10011), BUSY),
}


class WeiboApiAdapter:
    name = "weibo_api"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        if not asking.grant.token:
            return ()
        address = asking.road.address if "user_timeline" in urlsplit(asking.road.address).path else OWN
        parts = urlsplit(address)
        others = parts.path.endswith("/other.json")
        asked = {"count": f"{POSTS_OF_OTHERS if others else POSTS}", **dict(parse_qsl(parts.query))}
        if uid := uid_for(asking.account, asking.road):
            asked = {"uid": uid, **asked}
        url = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(asked), ""))
        return (Wanted(url, secret={"access_token": asking.grant.token}),)

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        about = SourceResult(road.address, official=True, upstream="weibo-api")
        uid = uid_of(answers[0].fetch.url) if answers else ""
        return read_list(about, answers, at, lambda answer, said: _list(answer, said, uid, at))


def _list(answer: Answer, said: Mapping[str, Any], uid: str, at: datetime) -> Listed | Complaint:
    if complaint := error_in(answer, CODES, said.get("error_code")):
        return complaint
    total = whole_number(said.get("total_number"))
    items = items_of(said.get("statuses"), is_empty=total == 0)
    if isinstance(items, Complaint):
        return items
    if not items and total:
        return EMPTY
    if any(is_of_another(item, uid) for item in items):
        return OTHER_ACCOUNT  # whoever scanned the code was logged in as that one
    found = posts_in(items, uid, at)
    narrowed = not asks_for_all(answer.fetch.url, NOTHING_LEFT_OUT)
    return replace(found, whole=total is not None and len(items) >= total, partial=found.partial or narrowed)
