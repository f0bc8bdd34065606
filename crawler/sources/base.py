"""Intake roads (采集渠道): how an adapter looks, and which one reads a road.

An adapter is pure: it says what to ask for and reads what came back. It never raises for what a source may send; a
failure is a health with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from urllib.parse import urlsplit

from crawler.fetching import Answer, Wanted
from crawler.observations import SourceResult
from crawler.sources.feed import FeedAdapter
from crawler.targets import Account, Road


class Adapter(Protocol):
    @property
    def name(self) -> str: ...

    def fits(self, road: Road, platform: str) -> bool:
        """Whether this adapter reads the road: the register names it, or the address and the platform tell."""
        ...

    def requests(self, road: Road) -> Sequence[Wanted]:
        """What to ask for; the first request is the list of posts."""
        ...

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        """What the answers say, at the moment `at`; they come in the order of the requests."""
        ...


NOT_BUILT = "adapter_not_built"
OFFICIAL_HOSTS = {
    "api.weixin.qq.com": "wechat_freepublish",
    "mp.weixin.qq.com": "wechat_article",
    "api.weibo.com": "weibo_api",
    "c.api.weibo.com": "weibo_api",
    "m.weibo.cn": "weibo_web",
    "open.douyin.com": "douyin_open",
    "open.kuaishou.com": "kuaishou_open",
    "member.bilibili.com": "bilibili_open",
    "api.bilibili.com": "bilibili_web",
    "www.toutiao.com": "toutiao_web",
    "itunes.apple.com": "itunes_lookup",
}
"""Plain addresses that are no feeds: their adapters come later."""


@dataclass(frozen=True, slots=True)
class NotBuilt:
    """Stands for an adapter that the register names and we do not have: asks for nothing, concludes nothing."""

    name: str

    def fits(self, road: Road, platform: str) -> bool:
        return True

    def requests(self, road: Road) -> Sequence[Wanted]:
        return ()

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        return SourceResult(
            road.address, health="source_broken", reason=NOT_BUILT, upstream=self.name, warnings=(self.name,)
        )


ADAPTERS: tuple[Adapter, ...] = (FeedAdapter(),)


def adapter_for(account: Account, road: Road) -> Adapter:
    """The adapter that the register names, else the one that the address and the platform tell."""
    host = (urlsplit(road.address).hostname or "").lower()
    if not road.adapter and host in OFFICIAL_HOSTS:
        return NotBuilt(OFFICIAL_HOSTS[host])
    fitting = (adapter for adapter in ADAPTERS if adapter.fits(road, account.platform))
    return next(fitting, NotBuilt(road.adapter))
