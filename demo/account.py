"""The new-media accounts of the city: on which platform, how old their newest post is, by which roads it can be seen.

Time passes for them: a post keeps its title, address and moment for ever, and an account that is silent grows old.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Literal
from zlib import crc32

from demo import names
from demo.site import Site
from demo.titles import PLACES, TOPICS

Form = Literal[
    "rsshub-rss",
    "rsshub-atom",
    "rsshub-json",
    "werss",
    "wewe-atom",
    "wewe-rss",
    "wewe-json",
    "app-rss",
    "official",
]
PLATFORMS = {
    "微信公众号": 71, "微博": 13, "抖音": 7, "今日头条": 4, "哔哩哔哩": 4, "移动客户端": 2, "小红书": 2,
}  # fmt: skip
"""Shares in percent of the accounts that have a road."""
ROADLESS = ("视频号", "快手", "人民号", "视频号", "微信公众号", "小红书")
SUFFIX = {
    "微信公众号": "", "微博": "发布", "抖音": "抖音号", "今日头条": "头条", "哔哩哔哩": "哔哩哔哩", "移动客户端": "客户端",
    "小红书": "小红书", "视频号": "视频号", "快手": "快手号", "人民号": "人民号",
}  # fmt: skip
BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
WEIBO_EPOCH = 515_483_463
"""Seconds: the time inside a Weibo id counts from here."""
LATER = 50_000
"""Posts after the city's first day are numbered from here upwards, the earlier ones from 0 into the past."""
EXTRA = {"pinned": timedelta(days=-410), "future": timedelta(days=3)}
"""Tricks that put one more post on top: its moment, from the city's first one."""
SILENT_DAYS = 14
"""国办秘函〔2019〕19号, M2a: calendar days without a post."""


@dataclass(frozen=True, slots=True)
class Road:
    """A bridge's feed of an account; with an `interface`, that official call of the platform `bridge`, for the account `path`."""

    bridge: str
    path: str
    form: Form
    interface: str = ""


@dataclass(slots=True)
class Account:
    """One account. `newest` is the age of its newest post in hours at `began`, the city's first moment; `stale` that it is
    silent; `broken` is what its bridge answers instead."""

    key: str
    platform: str
    name: str
    unit: str
    email: str
    began: datetime
    roads: tuple[Road, ...] = ()
    newest: int = 10
    step: int = 30
    count: int = 8
    stale: bool = False
    trick: str = ""
    broken: str = ""
    is_control: bool = False
    """对照账号: it tells whether its bridge lives, and is never judged."""
    later: list[datetime] = field(default_factory=list)
    """The moments of what was posted after the city's first moment, the oldest first."""

    @property
    def is_plain(self) -> bool:
        return not (self.stale or self.trick or self.broken or self.is_control) and bool(self.roads)

    @property
    def platform_id(self) -> str:
        """账号ID: how the platform's official interface calls it (AppID, open_id), which is not how its public pages do."""
        number = f"{crc32(self.key.encode()):08x}"
        known = {
            "微信公众号": f"wx{number}{number[::-1]}",
            "抖音": f"_000{number}{number}",
            "快手": f"ks{number}",
        }
        return known.get(self.platform, self.key)

    @property
    def token(self) -> str:
        """What lets one ask the platform in the account's name; an invention like everything here."""
        return f"token-of-{crc32(self.key.encode()):08x}-{len(self.key)}"

    @property
    def is_authorised(self) -> bool:
        return any(road.interface for road in self.roads)

    def pass_time(self, now: datetime) -> None:
        """Until `now` the account posts in its own rhythm, unless it is silent."""
        if not self.stale:
            while (moment := self.next_moment()) <= now:
                self.later.append(moment)

    def next_moment(self) -> datetime:
        if self.later:
            return self.later[-1] + timedelta(hours=self.step)
        return self.began + timedelta(hours=1 + crc32(self.key.encode()) % min(self.step, 24))

    def publish(self, now: datetime) -> None:
        """A post an hour before `now`."""
        self.later.append(now - timedelta(hours=1))

    def is_silent(self, now: datetime) -> bool:
        """Whether its newest post lies more than two weeks back: what was once public counts, whoever takes it down."""
        if not self.stale:
            return False
        newest = max(post.at for post in posts_of(self) if post.at <= now)
        return (now.date() - newest.astimezone(now.tzinfo).date()).days > SILENT_DAYS


@dataclass(frozen=True, slots=True)
class Post:
    title: str
    id: str
    url: str
    at: datetime
    stated_at: datetime
    """What the feed says; differs from `at` where the bridge gets the zone wrong."""


def base62(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 62)
        digits = BASE62[rest] + digits
    return digits or "0"


def weibo_bid(at: datetime, salt: int) -> str:
    """A Weibo's short id: it holds the second of its creation, in groups of seven digits to four letters."""
    mid = str((int(at.timestamp()) - WEIBO_EPOCH) << 22 | salt % (1 << 22))
    groups = [mid[max(0, end - 7) : end] for end in range(len(mid), 0, -7)][::-1]
    return "".join(base62(int(group)).rjust(4 if turn else 1, "0") for turn, group in enumerate(groups))


def posts_of(account: Account) -> list[Post]:
    """The posts in the order of the feed: a pinned or a future one stands before the newest."""
    newest = account.began.replace(second=0, microsecond=0) - timedelta(hours=account.newest)
    first = [newest - timedelta(hours=account.step * number) for number in range(account.count)]
    if extra := EXTRA.get(account.trick):
        first.insert(0, account.began + extra)
    posts = [_post(account, number, moment) for number, moment in enumerate(first)]
    later = [_post(account, LATER + number, moment) for number, moment in enumerate(account.later)]
    top = 1 if extra else 0
    return [*posts[:top], *later[::-1], *posts[top:]]


def _post(account: Account, number: int, moment: datetime) -> Post:
    salt = crc32(f"{account.key}/{number}".encode())
    at = moment.replace(microsecond=0) - timedelta(seconds=salt % 3000)
    title = f"{account.name}：{PLACES[salt % len(PLACES)]}{TOPICS[salt // 32 % len(TOPICS)]}（第{salt % 400 + 1}期）"
    identity, url = _address(account, at, salt)
    stated = at - timedelta(hours=8) if account.trick == "minus-8h" else at
    return Post(title, identity, url, at, stated)


def _address(account: Account, at: datetime, salt: int) -> tuple[str, str]:
    seconds = int(at.timestamp())
    if account.platform == "微博":
        url = f"https://weibo.com/{account.key}/{weibo_bid(at, salt)}"
        return url, url
    if account.platform == "抖音":
        url = f"https://www.douyin.com/video/{seconds << 32 | salt}"
        return url, url
    if account.platform == "今日头条":
        url = f"https://www.toutiao.com/item/{seconds << 32 | salt}/"
        return url, url
    if account.platform == "哔哩哔哩":
        url = f"https://www.bilibili.com/video/BV1{base62(salt << 20 | salt)[:9].ljust(9, 'x')}"
        return url, url
    if account.platform == "小红书":
        url = f"https://sns-webpic-qc.xhscdn.com/{salt:08x}{seconds:08x}"
        return url, url
    if account.platform == "移动客户端":
        url = f"http://app.yunze.example/news/{salt}.html"
        return url, url
    token = base62(salt << 64 | crc32(account.key.encode()) << 32 | salt ^ 0x5F5F)[:22].ljust(22, "Z")
    return token, f"https://mp.weixin.qq.com/s/{token}"


def plan_accounts(seed: int, now: datetime, sites: list[Site], count: int, roadless: int) -> list[Account]:
    """`count` accounts, the last `roadless` of them without any road."""
    chance = Random(f"accounts/{seed}")
    weights = list(PLATFORMS.values())
    taken: set[tuple[str, str]] = set()
    accounts = []
    for number in range(count):
        has_road = number < count - roadless
        platform = (
            chance.choices(list(PLATFORMS), weights)[0] if has_road else ROADLESS[number % len(ROADLESS)]
        )
        if has_road and number < len(PLATFORMS) * 3:
            platform = list(PLATFORMS)[number % len(PLATFORMS)]  # every platform occurs, also in a small city
        account = _account(number, platform, now, sites, chance, taken)
        if has_road:
            account.roads = _roads(account, number, chance)
        accounts.append(account)
    return accounts


def _account(
    number: int, platform: str, now: datetime, sites: list[Site], chance: Random, taken: set[tuple[str, str]]
) -> Account:
    site = sites[chance.randrange(len(sites))]
    own = chance.random() < 0.6
    body = (
        site.short
        if own
        else f"{chance.choice(names.TOWNS)}{chance.choice(('街道', '镇', '社区', '派出所', '司法所'))}"
    )
    name = f"云泽{body.removeprefix('云泽市')}{SUFFIX[platform]}"
    while (platform, name) in taken:
        name = f"{name}{chance.choice('一二三四五六七八九')}"
    taken.add((platform, name))
    unit = site.unit if own else f"{names.CITY}{body}{'办事处' if body.endswith('街道') else ''}"
    return Account(
        key=_key(platform, number, chance),
        platform=platform,
        name=name,
        unit=unit,
        email=site.email if own else f"xmt{number:04d}@yunze.example",
        began=now,
        newest=chance.randint(3, 110),
        step=chance.randint(18, 60),
        count=chance.randint(5, 12),
    )


def _key(platform: str, number: int, chance: Random) -> str:
    unique = f"{number:05d}"
    digits = f"{chance.randrange(10**4):04d}"
    if platform == "微信公众号":
        return f"gh_{chance.randrange(16**7):07x}{unique}"
    if platform == "抖音":
        return f"MS4wLjABAAAA{base62(chance.randrange(62**15)).rjust(15, 'q')}{unique}"
    if platform == "今日头条":
        return f"MS4wLjABAAAAtt{base62(chance.randrange(62**13)).rjust(13, 'q')}{unique}"
    if platform == "小红书":
        return f"5f{chance.randrange(16**17):017x}{unique}"
    first = {"微博": "3", "哔哩哔哩": "4", "快手": "7", "人民号": "2"}.get(platform)
    return (
        f"{first}{digits}{unique}" if first else f"{'sph' if platform == '视频号' else 'app'}{digits}{unique}"
    )


def _roads(account: Account, number: int, chance: Random) -> tuple[Road, ...]:
    key = account.key
    wechat = f"MP_WXS_3{number:09d}"
    werss = Road("werss", f"/rss/{wechat}", "werss")
    wewe = chance.choice(
        (
            Road("wewe", f"/feeds/{wechat}.atom", "wewe-atom"),
            Road("wewe", f"/feeds/{wechat}.rss", "wewe-rss"),
            Road("wewe", f"/feeds/{wechat}.json", "wewe-json"),
        )
    )
    roads: dict[str, tuple[Road, ...]] = {
        "微信公众号": chance.choice(((werss,), (wewe,), (werss, wewe))),
        "微博": (Road("rsshub", f"/weibo/user/{key}", "rsshub-rss"),),
        "抖音": (Road("rsshub", f"/douyin/user/{key}", "rsshub-rss"),),
        "今日头条": (Road("rsshub", f"/toutiao/user/token/{key}", "rsshub-rss"),),
        "哔哩哔哩": chance.choice(
            (
                (Road("rsshub", f"/bilibili/user/dynamic/{key}", "rsshub-rss"),),
                (Road("rsshub", f"/bilibili/user/video/{key}?format=json", "rsshub-json"),),
                (Road("rsshub", f"/bilibili/user/video/{key}?format=atom", "rsshub-atom"),),
            )
        ),
        "移动客户端": (Road("app", f"/rss/{key}.xml", "app-rss"),),
        "小红书": (Road("rsshub", f"/xiaohongshu/user/{key}/notes", "rsshub-rss"),),
    }
    return roads[account.platform]


def two_roads(account: Account) -> None:
    """See a WeChat account over both bridges: they draw from different sources."""
    wechat = account.roads[0].path.rpartition("/")[2].partition(".")[0]
    account.roads = (
        Road("werss", f"/rss/{wechat}", "werss"),
        Road("wewe", f"/feeds/{wechat}.atom", "wewe-atom"),
    )


def one_road(account: Account) -> None:
    account.roads = account.roads[:1]
