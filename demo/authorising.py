"""Accounts that are seen by the platforms' official interfaces, and a bridge that stands still: what an easy city has not.

Their faults and troubles are dealt out to accounts in which nothing else was planted.
"""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

from demo.account import Account, Road

STALE_HOURS = (20 * 24, 75 * 24)
FROZEN_HOURS = (16 * 24, 40 * 24)
"""What the bridge that stands still shows of accounts that publish every day."""
SHARE = {"微信公众号": 0.3, "微博": 0.5, "抖音": 0.6}
"""So many of a platform's plain accounts have authorised the office."""
TROUBLES = {
    "微信公众号": ("token-40001", "quota-45009", "busy"),
    "微博": ("token-21327", "limit-10023"),
    "抖音": ("token-28001008",),
}
"""How an interface refuses to answer; the account itself is not to blame."""
TRICKS = {"微信公众号": ("closed", "renamed", "delayed"), "抖音": ("pinned", "empty", "banned")}
FROZEN_ACCOUNTS, CONTROLS = 6, 3
CONTROL_NAMES = ("人民日报", "新华社", "云泽日报")


def give(accounts: list[Account], seed: int) -> list[Account]:
    """Official roads, their troubles, and the accounts behind a frozen bridge; the control accounts (对照账号) of that."""
    chance = Random(f"authorised/{seed}")
    order = [account for account in chance.sample(accounts, len(accounts)) if account.is_plain]
    for platform, share in SHARE.items():
        plain = [account for account in order if account.platform == platform]
        authorised = iter(plain[: max(5, round(share * len(plain)))])
        _deal(platform, authorised, chance)
    wechat = (account for account in order if account.platform == "微信公众号" and account.is_plain)
    behind = [account for account in wechat if not account.is_authorised][:FROZEN_ACCOUNTS]
    return [*_freeze(behind, chance)] if behind else []


def _deal(platform: str, accounts: Iterator[Account], chance: Random) -> None:
    for trouble in TROUBLES.get(platform, ()):
        if account := next(accounts, None):
            account.broken, account.roads = trouble, official(account)
    for trick in TRICKS.get(platform, ()):
        if account := next(accounts, None):
            account.trick, account.roads = trick, official(account)
            account.broken = "account-banned" if trick == "banned" else ""
    if account := next(accounts, None):
        account.stale, account.roads = True, official(account)
        account.newest, account.step = chance.randint(*STALE_HOURS), chance.randint(40, 200)
    for account in accounts:
        account.roads = official(account)


def official(account: Account) -> tuple[Road, ...]:
    """The interfaces of the account's platform; a WeChat account keeps one of its bridges beside them."""
    if account.platform == "微信公众号":
        calls = ("wechat_totaldetail", "wechat_authorizer")
        asked = tuple(Road("weixin", account.platform_id, "official", call) for call in calls)
        sound = not (account.broken or account.trick or account.stale)
        return (*asked, *(account.roads[:1] if sound else ()))
    if account.platform == "微博":
        return (Road("weibo", account.platform_id, "official", "weibo_api"),)
    return (Road("douyin", account.platform_id, "official", "douyin_open"),)


def _freeze(accounts: list[Account], chance: Random) -> Iterator[Account]:
    """These publish, but the only bridge that carries them shows none of it, and its control accounts betray it."""
    for number, account in enumerate(accounts):
        account.roads = (_frozen(number),)
        account.broken, account.newest = "bridge-frozen", chance.randint(*FROZEN_HOURS)
    for number, name in enumerate(CONTROL_NAMES[:CONTROLS], len(accounts)):
        yield replace(
            accounts[0],
            key=f"gh_0{number:011d}",
            name=name,
            unit=f"{name}社",
            email="",
            roads=(_frozen(number),),
            newest=chance.randint(*FROZEN_HOURS),
            broken="bridge-frozen",
            is_control=True,
        )


def _frozen(number: int) -> Road:
    return Road("frozen", f"/rss/MP_WXS_9{number:09d}", "werss")
