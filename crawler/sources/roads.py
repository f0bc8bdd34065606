"""Which adapter reads a road: the one that the register names, else the one that its address tells, or its answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from crawler.fetching import Answer, Wanted
from crawler.json_text import from_json
from crawler.observations import SourceResult
from crawler.sources.base import NOT_BUILT, SWITCHED_OFF, Adapter, Asking
from crawler.sources.bilibili_open import BilibiliOpenAdapter
from crawler.sources.bilibili_web import BilibiliWebAdapter
from crawler.sources.douyin_open import DouyinOpenAdapter
from crawler.sources.feed import FeedAdapter
from crawler.sources.itunes_lookup import ItunesLookupAdapter
from crawler.sources.kuaishou_open import KuaishouOpenAdapter
from crawler.sources.manual import LINK_ELSEWHERE, ManualAdapter, leads_elsewhere
from crawler.sources.post_lists import OTHER_ACCOUNT, complain
from crawler.sources.toutiao_web import ToutiaoWebAdapter
from crawler.sources.upstreams import upstream_of
from crawler.sources.wechat_article import WechatArticleAdapter
from crawler.sources.wechat_authorizer import WechatAuthorizerAdapter
from crawler.sources.wechat_freepublish import WechatFreepublishAdapter
from crawler.sources.wechat_push import WechatPushAdapter
from crawler.sources.wechat_totaldetail import WechatTotaldetailAdapter
from crawler.sources.weibo_api import WeiboApiAdapter
from crawler.sources.weibo_posts import all_of_another
from crawler.sources.weibo_web import WeiboWebAdapter
from crawler.sources.wewe_status import WeweStatusAdapter
from crawler.sources.wxa_visitstatus import WxaVisitstatusAdapter
from crawler.targets import Account, Road

ADAPTERS: dict[str, Adapter] = {
    each.name: each
    for each in (
        FeedAdapter(),
        WechatTotaldetailAdapter(),
        WechatAuthorizerAdapter(),
        WechatFreepublishAdapter(),
        WechatPushAdapter(),
        WechatArticleAdapter(),
        ManualAdapter(),
        WeweStatusAdapter(),
        ItunesLookupAdapter(),
        WxaVisitstatusAdapter(),
        WeiboApiAdapter(),
        WeiboWebAdapter(),
        DouyinOpenAdapter(),
        KuaishouOpenAdapter(),
        BilibiliOpenAdapter(),
        BilibiliWebAdapter(),
        ToutiaoWebAdapter(),
    )
}

PLACES: Sequence[tuple[str, str]] = (
    # The first beginning of host and path that fits.
    ("api.weixin.qq.com/datacube/", "wechat_totaldetail"),
    ("api.weixin.qq.com/cgi-bin/component/", "wechat_authorizer"),
    ("api.weixin.qq.com/cgi-bin/freepublish/", "wechat_freepublish"),
    ("api.weixin.qq.com/wxa/", "wxa_visitstatus"),
    ("mp.weixin.qq.com/", "wechat_article"),
    ("api.weibo.com/", "weibo_api"),
    ("c.api.weibo.com/", "weibo_api"),
    ("m.weibo.cn/", "weibo_web"),
    ("open.douyin.com/", "douyin_open"),
    ("open.kuaishou.com/", "kuaishou_open"),
    ("member.bilibili.com/", "bilibili_open"),
    ("api.bilibili.com/", "bilibili_web"),
    ("www.toutiao.com/", "toutiao_web"),
    ("itunes.apple.com/", "itunes_lookup"),
    ("apps.apple.com/", "itunes_lookup"),
)
BY_PLATFORM: Mapping[str, str] = {"微信公众号": "wechat_totaldetail", "小程序": "wxa_visitstatus"}
"""What an address of WeChat's interface means that names no call: the best proof there is for that platform."""

SHAPES: Mapping[str, Sequence[str]] = {
    "wechat_totaldetail": ("list", "is_delay"),
    "wechat_authorizer": ("authorizer_info",),
    "wechat_freepublish": ("item", "total_count", "item_count"),
    "weibo_api": ("statuses", "total_number"),
    "weibo_web": ("ok", "data.cards"),
    "kuaishou_open": ("result", "video_list"),
    "itunes_lookup": ("resultCount", "results"),
}
"""The fields (within others: with dots) by which an answer is known that is no feed: none of them means anything else in another's."""

WECHAT_NAME = "gh_"
"""Begins the name that WeChat itself gives an account (原始ID)."""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Stands for an adapter that the register names and we do not have, or do not use (`reason`): it asks for nothing and
    concludes nothing."""

    name: str
    reason: str = NOT_BUILT

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        return ()

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        return SourceResult(
            road.address,
            health="source_broken",
            reason=self.reason,
            upstream=self.name,
            warnings=(self.name,),
        )


class PlainAdapter(FeedAdapter):
    """An address of which nobody says what it answers: a feed, as nearly always, or another road's answer.

    What came so, from a place that is not the platform's own, is nobody's official word: it is as good as a bridge's, and
    that an account is gone it cannot tell.
    """

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = super().parse(answers, road, at)
        other = ADAPTERS.get(_shape_of(answers[0].body)) if result.reason == "not_a_feed" else None
        if other is None:
            return result
        read = other.parse(answers[:1], road, at)
        health = "source_broken" if read.health == "account_gone" else read.health
        return replace(read, health=health, official=False, upstream=upstream_of(road.address), facts={})


@dataclass(frozen=True, slots=True)
class OfOneAccount:
    """An adapter that opens one post by its link, and anybody may have copied another account's."""

    adapter: Adapter
    account: Account

    @property
    def name(self) -> str:
        return self.adapter.name

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        return self.adapter.requests(asking)

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        said = self.adapter.parse(answers, road, at)
        if self.name == ManualAdapter.name and leads_elsewhere(road.address, self.account.platform):
            complaint = LINK_ELSEWHERE
        elif _is_of_another(said, self.account):
            complaint = OTHER_ACCOUNT
        else:
            return said
        # Nor are the names on that page those of this account.
        return replace(complain(said, complaint), posts=(), facts={})


ONE_POST = (WechatArticleAdapter.name, ManualAdapter.name)


def adapter_for(account: Account, road: Road, off: Collection[str] = ()) -> Adapter:
    """`off`: adapters that this office does not use (`sources_off`)."""
    name = road.adapter or _by_address(road.address) or _by_platform(account, road.address)
    if name in off:
        return NotAsked(name, SWITCHED_OFF)
    adapter = ADAPTERS.get(name) or NotAsked(name) if name else PlainAdapter()
    return OfOneAccount(adapter, account) if name in ONE_POST else adapter


def _is_of_another(said: SourceResult, account: Account) -> bool:
    """By WeChat's own name of the account (gh_…) on the page, or the uid in the link of a Weibo post."""
    names = {
        name.lower() for name in (account.account_id, account.key) if name.lower().startswith(WECHAT_NAME)
    }
    shown = said.facts.get("user_name", "").lower()
    if names and shown.startswith(WECHAT_NAME):
        return shown not in names
    uid = account.account_id or account.key
    return all_of_another(said.posts, uid if uid.isdecimal() else "")


def _by_address(address: str) -> str:
    parts = urlsplit(address)
    if parts.path.endswith("/feeds"):
        return WeweStatusAdapter.name
    place = f"{(parts.hostname or '').lower()}{parts.path or '/'}"
    return next((name for beginning, name in PLACES if place.startswith(beginning)), "")


def _by_platform(account: Account, address: str) -> str:
    return BY_PLATFORM.get(account.platform, "") if urlsplit(address).hostname == "api.weixin.qq.com" else ""


def _shape_of(body: bytes) -> str:
    try:
        said: Any = from_json(body)
    except ValueError:
        return ""
    if not isinstance(said, dict):
        return ""
    return next((name for name, paths in SHAPES.items() if all(_holds(said, path) for path in paths)), "")


def _holds(said: Any, path: str) -> bool:
    name, dot, rest = path.partition(".")
    return isinstance(said, dict) and name in said and (not dot or _holds(said[name], rest))
