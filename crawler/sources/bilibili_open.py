"""Bilibili's open platform (哔哩哔哩开放平台): the videos of an account that authorised the office's application.

Source     newmedia.md 2.5; apifox.com 1106400; the signature as the platform's own example shows it
           (github.com/bilibili-openplatform/SignatureAlgorithm_DotnetDemo), version 2.0
Asks       `archive/viewlist` for what is published (`status=pubed`). A request is signed with HMAC-SHA256 under the
           application's secret over its six x-bili- headers, sorted, as `name:value` lines; the body is empty
Proves     everything back to the oldest video of the answer, by `ptime`, the time of publishing. A negative state is not
           open to readers: withdrawn, locked, or to be published later
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.fetching import Answer, Wanted
from crawler.grants import Grant
from crawler.observations import Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import Codes, error_in, mapping, text, whole_number
from crawler.sources.post_lists import EMPTY, Listed, asks_for_all, items_of, post_of, read_list
from crawler.sources.signatures import Complaint
from crawler.targets import Road

ADDRESS = "https://member.bilibili.com/arcopen/fn/archive/viewlist?pn=1&ps=20&status=pubed"
NOTHING_LEFT_OUT = {"pn": ("1",), "status": ("pubed", "all")}
EMPTY_BODY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
CODES: Codes = {
    127001: Complaint("auth_expired", "token_invalid"),
    127009: Complaint("rate_limited", "daily_quota"),
    127011: Complaint("auth_expired", "not_authorised"),
}


class BilibiliOpenAdapter:
    name = "bilibili_open"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        grant = asking.grant
        if not (grant.token and grant.client and grant.secret):
            return ()
        address = asking.road.address if "://" in asking.road.address else ADDRESS
        return (Wanted(address, headers=signed_headers(grant, asking.at)),)

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        about = SourceResult(road.address, official=True, upstream="bilibili-api")
        return read_list(about, answers, at, lambda answer, said: _list(answer, said, at))


def signed_headers(grant: Grant, at: datetime) -> dict[str, str]:
    """The headers of a request without a body. The nonce is of the moment and the token: no two requests share one."""
    stamp = f"{int(at.timestamp())}"
    signed = {
        "x-bili-accesskeyid": grant.client,
        "x-bili-content-md5": EMPTY_BODY_MD5,
        "x-bili-signature-method": "HMAC-SHA256",
        "x-bili-signature-nonce": hashlib.sha256(f"{grant.token} {at.isoformat()}".encode()).hexdigest(),
        "x-bili-signature-version": "2.0",
        "x-bili-timestamp": stamp,
    }
    lines = "\n".join(f"{name}:{value}" for name, value in sorted(signed.items()))
    signature = hmac.new(grant.secret.encode(), lines.encode(), hashlib.sha256).hexdigest()
    return {**signed, "Accept": "application/json", "access-token": grant.token, "Authorization": signature}


def _list(answer: Answer, said: Mapping[str, Any], at: datetime) -> Listed | Complaint:
    if complaint := error_in(answer, CODES, said.get("code")):
        return complaint
    data = mapping(said.get("data"))
    total = whole_number(mapping(data.get("page")).get("total"))
    items = items_of(data.get("list"), is_empty=total == 0)
    if isinstance(items, Complaint):
        return items
    if not items and total:
        return EMPTY
    videos = [mapping(item) for item in items]
    return Listed(
        [_post(video, at) for video in videos if video and _is_open(video)],
        whole=total is not None and len(items) >= total,
        partial=not all(videos) or not asks_for_all(answer.fetch.url, NOTHING_LEFT_OUT),
    )


def _is_open(video: Mapping[str, Any]) -> bool:
    return (whole_number(mapping(video.get("addit_info")).get("state")) or 0) >= 0


def _post(video: Mapping[str, Any], at: datetime) -> Post:
    name = text(video.get("resource_id"))
    url = f"https://www.bilibili.com/video/{name}" if name else ""
    return post_of(name, video.get("title"), url, video.get("ptime"), at)
