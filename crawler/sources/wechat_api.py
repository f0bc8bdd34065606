"""What all calls of WeChat's server interface (api.weixin.qq.com) share: how they are asked, and their error codes.

Source: newmedia.md 2.1. Errors come with HTTP 200. An AppID asks for one account; a third-party platform (第三方平台) asks
for all that authorised it, with a token of each.
"""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from crawler.fetching import Answer, Wanted
from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import NOT_AUTHORISED, Codes, error_in, read_json
from crawler.sources.signatures import Complaint
from crawler.targets import Road

UPSTREAM = "wechat-api"
BASE = "https://api.weixin.qq.com"

NO_PERMISSION = Complaint("auth_expired", "no_permission")
WITHDRAWN = Complaint("auth_expired", "authorisation_withdrawn")
IP_WHITELIST = Complaint("auth_expired", "ip_whitelist")
CODES: Codes = MappingProxyType(
    {
        -1: Complaint("source_broken", "busy"),
        40001: Complaint("auth_expired", "token_invalid"),
        40014: Complaint("auth_expired", "token_invalid"),
        42001: Complaint("auth_expired", "token_expired"),
        42007: WITHDRAWN,
        61003: WITHDRAWN,
        61023: WITHDRAWN,
        48001: NO_PERMISSION,
        50001: NO_PERMISSION,
        61007: NO_PERMISSION,
        40164: IP_WHITELIST,
        61004: IP_WHITELIST,
        45009: Complaint("rate_limited", "daily_quota"),
        45011: Complaint("rate_limited", "minute_quota"),
        48004: Complaint("account_gone", "interface_banned"),
        50002: Complaint("account_gone", "user_limited"),
        61500: Complaint("source_broken", "date_range_refused"),
        61501: Complaint("source_broken", "date_range_refused"),
        61503: Complaint("source_broken", "data_not_ready"),
    }
)


def posted(path: str, asking: Asking, body: Mapping[str, Any]) -> Sequence[Wanted]:
    """One call with the token of the grant; none without a token. An address in the road (the platform's own, or a gateway
    of the office) is what is called."""
    if not asking.grant.token:
        return ()
    address = asking.road.address if "://" in asking.road.address else BASE
    url = address if urlsplit(address).path.strip("/") else f"{address.rstrip('/')}{path}"
    headers = {"Content-Type": "application/json"}
    secret = {"access_token": asking.grant.token}
    return (Wanted(url, "POST", headers, json.dumps(body).encode(), secret=secret),)


def app_id(asking: Asking) -> str:
    """The account as the platform calls it: in the road, else in the register's 账号ID."""
    named = asking.road.address.partition("?")[0]
    return asking.account.account_id if "/" in named or not named else named


def unread(road: Road, answers: Sequence[Answer]) -> SourceResult:
    """A result that says nothing yet."""
    return SourceResult(road.address, upstream=UPSTREAM, fetch=answers[0].fetch if answers else None)


def said_by(answers: Sequence[Answer]) -> Mapping[str, Any] | Complaint:
    """The object in the first answer, if it is no error."""
    if not answers:
        return NOT_AUTHORISED
    said = read_json(answers[0])
    if isinstance(said, Complaint):
        return said
    return error_in(answers[0], CODES, said.get("errcode")) or said
