"""Where the seed puts the accounts' faults and traps."""

from random import Random

from demo.account import Account, Road, one_road, two_roads

PER_294 = {"stale-twice": 14, "stale-once": 10, "roadless": 20}
"""Silent accounts that two bridges show, silent ones that one bridge shows, accounts without any road."""
STALE_HOURS = (20 * 24, 75 * 24)
PENDING = (
    "微信公众号",
    "微博",
    "抖音",
    "微信公众号",
    "微博",
    "哔哩哔哩",
    "微信公众号",
    "微博",
    "今日头条",
    "抖音",
)
"""Platforms of the accounts that one unofficial bridge shows as silent: few of each, or it would look like an outage."""
BROKEN = {
    "cookies-503": "微博",
    "empty-route-503": "抖音",
    "html-200": "微信公众号",
    "empty-200": "微博",
    "key-403": "微博",
    "frozen": "微信公众号",
    "fake-updated": "小红书",
    "unknown-feed-400": "微信公众号",
    "empty-body": "移动客户端",
    "rate-429": "今日头条",
}
"""How a bridge fails, and on which platform that is seen."""
BROKEN_FORMS = {"html-200": "wewe", "frozen": "werss", "unknown-feed-400": "wewe"}
TRICKS = {"pinned": "微博", "future": "今日头条", "minus-8h": "微博"}


def roadless_of(count: int) -> int:
    return round(PER_294["roadless"] * count / 294)


def plant(accounts: list[Account], seed: int) -> None:
    chance = Random(f"account faults/{seed}")
    scale = len(accounts) / 294
    order = chance.sample(accounts, len(accounts))
    for _ in range(max(1, round(scale))):
        for broken, platform in BROKEN.items():
            if account := _take(order, platform):
                account.broken = broken
                _bridge_for(account, broken)
        for trick, platform in TRICKS.items():
            if account := _take(order, platform):
                account.trick, account.newest = trick, min(account.newest, 72)
    for _ in range(max(1, round(PER_294["stale-twice"] * scale))):
        if account := _take(order, "微信公众号"):
            two_roads(account)
            _silence(account, chance)
    for turn in range(max(1, round(PER_294["stale-once"] * scale))):
        if account := _take(order, PENDING[turn % len(PENDING)]):
            one_road(account)
            _silence(account, chance)


def _take(order: list[Account], platform: str) -> Account | None:
    return next((account for account in order if account.platform == platform and account.is_plain), None)


def _silence(account: Account, chance: Random) -> None:
    account.stale = True
    account.newest = chance.randint(*STALE_HOURS)
    account.step = chance.randint(40, 200)


def _bridge_for(account: Account, broken: str) -> None:
    """Some failures belong to one make of bridge."""
    make = BROKEN_FORMS.get(broken)
    if make:
        two_roads(account)
        account.roads = tuple(road for road in account.roads if road.bridge == make)
        if broken == "frozen":  # its file of three weeks ago is not empty
            account.count, account.step = 12, 72
    elif broken == "fake-updated":
        account.roads = (Road("rsshub", f"{account.roads[0].path}?format=atom", "rsshub-atom"),)
    else:
        one_road(account)
