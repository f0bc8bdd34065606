"""inspect --as account: how one platform's answer is read (design.md part 10; words of newmedia.md)."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import typer

from checks.account_verdict import account_verdict
from checks.settings import CheckSettings
from crawler.fetching import Answer, problem_of
from crawler.observations import AccountVisit, Fetch, SourceResult
from crawler.sources.roads import adapter_for
from crawler.sources.times import is_future
from crawler.targets import Account, Road

STALE = {
    "fresh": "no",
    "stale": "yes",
    "suspected_stale": "yes",
    "blank": "yes",
    "gone": "unknown",
    "unknown": "unknown",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says about the answer in the file."""

    adapter: str
    platform: str
    account_id: str
    url: str
    status: int
    content_type: str
    headers: tuple[str, ...]


def read_account(body: bytes, given: Given, at: datetime, settings: CheckSettings) -> dict[str, Any]:
    """The object that `--json` prints; scripts rely on these names."""
    road = Road(_address(given), given.adapter)
    account = Account(given.account_id, given.platform, given.account_id, roads=(road,))
    source = adapter_for(account, road).parse([_answer(body, given, at)], road, at)
    verdict = account_verdict(AccountVisit(account, at, (source,)), settings)
    newest = max(
        (
            post.published_at
            for post in source.posts
            if post.published_at and not is_future(post.published_at, at)
        ),
        default=None,
    )
    return {
        "posts": [
            {
                "id": post.id,
                "title": post.title,
                "url": post.url,
                "published_at": post.published_at.isoformat() if post.published_at else None,
                "pinned": post.pinned,
            }
            for post in source.posts
        ],
        "newest": newest.astimezone(UTC).isoformat() if newest else None,
        "health": source.health,
        "reason": source.reason,
        "stale": STALE[verdict.standing],
        "why": _why(source, verdict.standing),
    }


def _address(given: Given) -> str:
    """An address that all accounts of a bridge share names the one that is meant in its fragment."""
    is_told = not given.account_id or "#" in given.url or given.account_id in given.url
    return given.url if is_told else f"{given.url}#{given.account_id}"


def _answer(body: bytes, given: Given, at: datetime) -> Answer:
    headers: dict[str, str] = {}
    for line in given.headers:
        name, colon, value = line.partition(":")
        if not colon:
            raise typer.BadParameter(f"--header “{line}”应写成 'Name: value'")
        headers[name.strip().lower()] = value.strip()
    content_type = given.content_type or headers.get("content-type", "")
    sha256 = hashlib.sha256(body).hexdigest()
    problem = problem_of(given.status, body)
    fetch = Fetch(given.url, at, given.url, given.status, content_type, 0.0, len(body), sha256, problem)
    return Answer(fetch, body, {"content-type": content_type, **headers})


def _why(source: SourceResult, standing: str) -> str:
    words = {
        "fresh": "时限内有新发布内容",
        "stale": "完整列表中时限内没有发布内容",
        "suspected_stale": "一个非官方渠道显示时限内没有发布内容",
        "blank": "官方完整列表为空",
        "gone": "平台显示账号已停用",
        "unknown": "不能证明时限内有或没有发布内容",
    }
    trouble = f"；渠道：{source.health} {source.reason}" if source.health != "ok" else ""
    return words[standing] + trouble
