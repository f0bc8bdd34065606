"""The platforms' lists as they answer, with defaults: a test shows only the item that matters."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from checks.account_verdict import account_verdict
from checks.settings import CheckSettings
from crawler.clock import BEIJING
from crawler.observations import SourceResult
from crawler.sources.base import Adapter
from crawler.sources.roads import ADAPTERS
from crawler.targets import Road
from tests.builders import NOW, an_account, an_account_visit
from tests.crawler.sources.recorded import answered

UID = "2213408817"
Json = dict[str, Any]


@dataclass(frozen=True)
class Platform:
    """`item(at, number, pinned)` is one post of it, `said(items)` an answer that holds items."""

    name: str
    url: str
    item: Callable[[datetime, int, bool], Json]
    said: Callable[[Sequence[Any]], Json]
    marks_pinned: bool = True
    official: bool = True

    @property
    def adapter(self) -> Adapter:
        return ADAPTERS[self.name]

    def read(self, said: Any, at: datetime = NOW, *, url: str = "", status: int = 200) -> SourceResult:
        """What is read out of an answer: an object, or raw bytes."""
        body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
        url = url or self.url
        answer = answered(body, url, at, status, "application/json; charset=utf-8")
        return self.adapter.parse([answer], Road(url), at)

    def read_dates(self, *dates: datetime, at: datetime = NOW) -> SourceResult:
        return self.read(self.said([self.item(date, number, False) for number, date in enumerate(dates)]), at)


def standing(result: SourceResult, at: datetime = NOW) -> str:
    """The verdict over this answer alone."""
    return account_verdict(an_account_visit(result, account=an_account(), at=at), CheckSettings()).standing


def newest(result: SourceResult) -> datetime | None:
    return max((post.published_at for post in result.posts if post.published_at), default=None)


def weibo_date(at: datetime) -> str:
    return at.astimezone(BEIJING).strftime("%a %b %d %H:%M:%S +0800 %Y")


def a_status(at: datetime, number: int = 1, pinned: bool = False, **more: Any) -> Json:
    """The id holds no time that is near the stated one, so that nothing is corrected."""
    user = {"id": int(UID), "screen_name": "云泽发布"}
    facts = {"created_at": weibo_date(at), "idstr": f"{number + 1}", "text": "今日提醒", "user": user}
    return {**facts, **({"isTop": 1} if pinned else {}), **more}


def a_card(at: datetime, number: int = 1, pinned: bool = False, **more: Any) -> Json:
    kind = "proweibotop_" if pinned else "proweibo_"
    return {"card_type": 9, "profile_type_id": kind, "mblog": a_status(at, number, **more)}


def a_douyin_video(at: datetime, number: int = 1, pinned: bool = False, **more: Any) -> Json:
    facts = {"item_id": f"@{number}=", "title": "清晨的环卫工人", "create_time": int(at.timestamp())}
    return {**facts, "is_top": pinned, "is_reviewed": True, "video_status": 1, **more}


def a_kuaishou_video(at: datetime, number: int = 1, pinned: bool = False, **more: Any) -> Json:
    facts = {"photo_id": f"3x{number}", "caption": "秋收进行时", "create_time": int(at.timestamp() * 1000)}
    return {**facts, "pending": False, **more}


def a_bilibili_archive(at: datetime, number: int = 1, pinned: bool = False, **more: Any) -> Json:
    facts = {"resource_id": f"BV{number}", "title": "政策小课堂", "addit_info": {"state": 0}}
    return {**facts, "ctime": int(at.timestamp()) - 3000, "ptime": int(at.timestamp()), **more}


def a_bilibili_video(at: datetime, number: int = 1, pinned: bool = False, **more: Any) -> Json:
    return {"bvid": f"BV{number}", "title": "身边的物理", "created": int(at.timestamp()), **more}


def a_toutiao_post(at: datetime, number: int = 1, pinned: bool = False, **more: Any) -> Json:
    seconds = int(at.timestamp())
    facts = {"group_id": f"{(seconds - 3600 << 32) + number}", "title": "云泽要闻", "cell_type": 60}
    return {**facts, "publish_time": seconds, "behot_time": seconds, **more}


def douyin_said(items: Any, **more: Any) -> Json:
    return {"data": {"error_code": 0, "list": items, "has_more": True, **more}, "extra": {"error_code": 0}}


def weibo_said(items: Any, total: Any = 8123) -> Json:
    return {"statuses": items, "total_number": total}


def bilibili_said(items: Any, total: Any = 120) -> Json:
    return {"code": 0, "message": "0", "data": {"list": items, "page": {"pn": 1, "ps": 20, "total": total}}}


def _web_said(items: Any) -> Json:
    return {"code": 0, "data": {"list": {"vlist": items}, "page": {"pn": 1, "count": 40}}}


WEIBO_API = Platform(
    "weibo_api", f"https://api.weibo.com/2/statuses/user_timeline.json?uid={UID}", a_status, weibo_said
)
WEIBO_WEB = Platform(
    "weibo_web",
    f"https://m.weibo.cn/api/container/getIndex?type=uid&value={UID}&containerid=107603{UID}",
    a_card,
    lambda items: {"ok": 1, "data": {"cards": list(items)}},
    official=False,
)
DOUYIN = Platform(
    "douyin_open",
    "https://open.douyin.com/api/douyin/v1/video/video_list/?open_id=_0&cursor=0&count=20",
    a_douyin_video,
    douyin_said,
)
KUAISHOU = Platform(
    "kuaishou_open",
    "https://open.kuaishou.com/openapi/photo/list?app_id=ks1&count=20",
    a_kuaishou_video,
    lambda items: {"result": 1, "video_list": list(items)},
    marks_pinned=False,
)
BILIBILI = Platform(
    "bilibili_open",
    "https://member.bilibili.com/arcopen/fn/archive/viewlist?pn=1&ps=20&status=pubed",
    a_bilibili_archive,
    bilibili_said,
    marks_pinned=False,
)
BILIBILI_WEB = Platform(
    "bilibili_web",
    "https://api.bilibili.com/x/space/wbi/arc/search?mid=618220731&ps=30&pn=1&order=pubdate",
    a_bilibili_video,
    _web_said,
    marks_pinned=False,
    official=False,
)
TOUTIAO = Platform(
    "toutiao_web",
    "https://www.toutiao.com/api/pc/list/feed?category=profile_all&max_behot_time=0",
    a_toutiao_post,
    lambda items: {"message": "success", "data": list(items), "has_more": True},
    marks_pinned=False,
    official=False,
)
PLATFORMS: Mapping[str, Platform] = {
    each.name: each for each in (WEIBO_API, WEIBO_WEB, DOUYIN, KUAISHOU, BILIBILI, BILIBILI_WEB, TOUTIAO)
}
