"""The platforms' official interfaces (官方接口), as far as the city's accounts have authorised the office: newmedia.md part 2.

Each answers at an address of its own on loopback. Errors come with HTTP 200 and a code, as those of the real ones do.
"""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from zlib import crc32

from demo.account import Account, Post, posts_of
from demo.answer import Answer
from demo.feeds import CHINA, DAYS, MONTHS

PLATFORMS = {
    "weixin": ("api.weixin.qq.com", "127.12.0.1"),
    "weibo": ("api.weibo.com", "127.12.0.2"),
    "douyin": ("open.douyin.com", "127.12.0.3"),
    "kuaishou": ("open.kuaishou.com", "127.12.0.4"),
}
"""The host of each, and where it answers in the city."""
GONE, BANNED = 14, 28001046
WEIXIN_ERRORS = {
    "token-40001": {"errcode": 40001, "errmsg": "invalid credential, access_token is invalid or not latest"},
    "quota-45009": {"errcode": 45009, "errmsg": "reach max api daily quota limit"},
    "busy": {"errcode": -1, "errmsg": "system error"},
}
WEIBO_ERRORS = {
    "token-21327": (403, 21327, "expired_token"),
    "limit-10023": (403, 10023, "user requests out of rate limit"),
}
DOUYIN_ERRORS = {
    "token-28001008": (28001008, "access_token过期,请刷新或重新授权"),
    "account-banned": (BANNED, "用户已被封禁"),
}


class Platforms:
    """All interfaces over one list of accounts."""

    def __init__(self, accounts: list[Account], now: datetime) -> None:
        self.now = now
        authorised = [account for account in accounts if account.is_authorised]
        self._by_token = {account.token: account for account in authorised}
        self._by_id = {account.platform_id: account for account in authorised}
        self._answers: Mapping[str, Callable[[str, dict[str, str], str], Answer]] = {
            "weixin": self._weixin,
            "weibo": self._weibo,
            "douyin": self._douyin,
            "kuaishou": self._kuaishou,
        }

    def __len__(self) -> int:
        return len(self._by_id)

    def answer(self, platform: str, path: str, body: str) -> Answer:
        parts = urlsplit(path)
        return self._answers[platform](parts.path, dict(parse_qsl(parts.query)), body)

    def _weixin(self, path: str, asked: dict[str, str], body: str) -> Answer:
        account = self._by_token.get(asked.get("access_token", ""))
        if account is None or account.broken in WEIXIN_ERRORS:
            return _json(WEIXIN_ERRORS[account.broken if account else "token-40001"])
        said = json.loads(body or "{}")
        if path == "/datacube/getarticletotaldetail":
            return _json(self._published(account, said["begin_date"], said["end_date"]))
        if path == "/cgi-bin/component/api_get_authorizer_info":
            return _json(_authorizer(account))
        return _json({"errcode": 48001, "errmsg": "api unauthorized"})

    def _published(self, account: Account, begin: str, end: str) -> dict[str, Any]:
        """Day by day up to yesterday, mass-sent or not; the numbers of a late account are not all there yet."""
        days = [
            {"ref_date": f"{post.at.astimezone(CHINA):%Y-%m-%d}", "msgid": f"{crc32(post.id.encode())}_1"}
            for post in self._public(account)
        ]
        listed = [
            day | {"publish_type": number % 2, "detail_list": []}
            for number, day in enumerate(days)
            if begin <= day["ref_date"] <= end
        ]
        return {"list": listed[::-1], "is_delay": account.trick == "delayed"}

    def _weibo(self, path: str, asked: dict[str, str], body: str) -> Answer:
        account = self._by_id.get(asked.get("uid", ""))
        code = WEIBO_ERRORS.get(account.broken) if account else (400, 20003, "User does not exists!")
        if code:
            status, number, words = code
            return _json({"error": words, "error_code": number, "request": path}, status)
        assert account is not None
        statuses = [_weibo_status(account, post) for post in self._public(account)]
        return _json({"statuses": statuses, "total_number": len(statuses) + 400, "next_cursor": 0})

    def _douyin(self, path: str, asked: dict[str, str], body: str) -> Answer:
        account = self._by_id.get(asked.get("open_id", ""))
        if account is None or account.broken in DOUYIN_ERRORS:
            number, words = DOUYIN_ERRORS[account.broken if account else "token-28001008"]
            said = {"error_code": number, "description": words}
            return _json({"data": said, "extra": {**said, "now": int(self.now.timestamp() * 1000)}})
        videos = [
            {"item_id": f"@{post.id[-19:]}", "title": post.title, "create_time": int(post.at.timestamp())}
            | {"is_top": account.trick == "pinned" and number == 0, "is_reviewed": True, "video_status": 1}
            | {"media_type": 4, "share_url": post.url}
            for number, post in enumerate(self._public(account))
        ]
        said = {"error_code": 0, "description": "", "cursor": 0, "has_more": False, "list": videos}
        return _json({"data": said, "extra": {"error_code": 0, "now": int(self.now.timestamp() * 1000)}})

    def _kuaishou(self, path: str, asked: dict[str, str], body: str) -> Answer:
        account = self._by_token.get(asked.get("access_token", ""))
        if account is None:
            return _json({"result": 100200108, "error_msg": "access_token expired"})
        videos = [
            {"photo_id": f"3x{crc32(post.id.encode()):08x}", "caption": post.title, "pending": False}
            | {"create_time": int(post.at.timestamp() * 1000), "like_count": 3, "comment_count": 1}
            for post in self._public(account)
        ]
        return _json({"result": 1, "video_list": videos})

    def _public(self, account: Account) -> list[Post]:
        """What the account has published by now; nothing if it never did."""
        return [] if account.trick == "empty" else [post for post in posts_of(account) if post.at <= self.now]


def _authorizer(account: Account) -> dict[str, Any]:
    renamed = account.trick == "renamed"
    info = {
        "nick_name": f"平安{account.name[2:4]}在线" if renamed else account.name,
        "service_type_info": {"id": 0},
        "verify_type_info": {"id": 0},
        "user_name": account.key,
        "principal_name": account.unit,
        "signature": "权威发布",
        "account_status": GONE if account.trick == "closed" else 1,
    }
    return {"authorizer_info": info, "authorization_info": {"authorizer_appid": account.platform_id}}


def _weibo_status(account: Account, post: Post) -> dict[str, Any]:
    at = post.at.astimezone(CHINA)
    mid = (int(post.at.timestamp()) - 515_483_463) << 22
    created = f"{DAYS[at.weekday()]} {MONTHS[at.month - 1]} {at.day:02d} {at:%H:%M:%S} +0800 {at.year}"
    user = {"id": int(account.key), "idstr": account.key, "screen_name": account.name, "verified": True}
    return {
        "created_at": created,
        "id": mid,
        "idstr": str(mid),
        "mid": str(mid),
        "text": post.title,
        "user": user,
    }


def _json(said: Mapping[str, Any], status: int = 200) -> Answer:
    return Answer(json.dumps(said, ensure_ascii=False).encode(), "application/json; charset=utf-8", status)
