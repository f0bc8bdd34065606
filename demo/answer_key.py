"""The truth about a city at a moment, with the addresses it is served at."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, Literal

from demo import manners
from demo.account import Account
from demo.registers import road_url
from demo.shapes.all import SHAPES
from demo.site import UNREAD, Column, Site
from demo.truth import CannotSee, Check, PlantedFault, Trap, Truth
from demo.websites import column_url

STALE: Final = "column-stale"
BLANK: Final = "column-blank"
SILENT: Final = "account-stale"
CLEAR_TRICKS = {
    "pinned": STALE, "future": STALE, "undated": STALE, "month-day": STALE, "hidden-tab": STALE, "leads-away": STALE,
    "exempt": STALE, "hidden-empty-text": BLANK, "wechat-links": BLANK, "pdf-links": BLANK,
}  # fmt: skip
"""Tricks in columns that are sound, with the check that they try to mislead."""
TOLD_BY_PLATFORM: dict[str, Check] = {
    "closed": "account-gone",
    "banned": "account-gone",
    "renamed": "account-register",
    "empty": "account-blank",
}
UNJUDGED_TRICKS = {"no-dates": STALE, "no-class": STALE, "script-empty": BLANK}


def truth_of(sites: Sequence[Site], accounts: Sequence[Account], now: datetime, port: int) -> Truth:
    faults = [fault for site in sites for fault in site_faults(site)]
    faults += [fault for account in accounts for fault in account_faults(account, now, port)]
    traps = [trap for site in sites for trap in site_traps(site)]
    traps += [trap for account in accounts for trap in account_traps(account)]
    unseen = [CannotSee(site.key, reason) for site in sites if (reason := unseen_for(site))]
    unseen += [CannotSee(account.key, "no-road") for account in accounts if not account.roads]
    in_browser = [fault for site in sites for fault in faults_in_browser(site)]
    return Truth(tuple(faults), tuple(traps), tuple(unseen), tuple(in_browser))


def unseen_for(site: Site) -> str:
    return {"waf-412": "waf", "waf-200": "waf", "no-dns": "dns"}.get(site.role, "")


def is_open(site: Site) -> bool:
    shut = site.role in ("refuses", "always-503") or site.manner in manners.SHUT
    return not shut and not unseen_for(site)


def hides_behind(site: Site, column: Column) -> str:
    return column.shape or site.manner


def needs_browser(site: Site, column: Column) -> bool:
    shaped = bool(column.shape) and SHAPES[column.shape].needs_browser
    return shaped or site.manner in manners.NEEDS_BROWSER


def site_faults(site: Site) -> Iterator[PlantedFault]:
    if site.role in ("refuses", "always-503"):
        yield PlantedFault(site.key, "site", "site-unreachable", site.name, site.home_url)
    if site.role == "home-stale":
        yield PlantedFault(site.key, "site", "home-stale", site.name, site.home_url)
    for column in site.columns:
        check: Check | None = STALE if column.stale else BLANK if column.trick == "blank" else None
        if check:
            yield PlantedFault(
                site.key,
                "site",
                check,
                column.name,
                column_url(site, column),
                shape=hides_behind(site, column),
                needs_browser=needs_browser(site, column),
            )


def faults_in_browser(site: Site) -> Iterator[PlantedFault]:
    """Lists that a script leaves empty: nothing in the page says so."""
    for column in site.lists:
        if column.trick == "script-empty":
            url = column_url(site, column)
            yield PlantedFault(site.key, "site", BLANK, column.name, url, needs_browser=True)


def site_traps(site: Site) -> Iterator[Trap]:
    if site.manner in manners.SHUT:
        yield Trap(site.key, site.name, site.manner, "unjudged", "home-stale")
        yield Trap(site.key, site.name, site.manner, "unjudged", "site-unreachable")
    elif site.manner:
        seen: Literal["clear", "unjudged"] = "unjudged" if site.manner in manners.NEEDS_BROWSER else "clear"
        yield Trap(site.key, site.name, site.manner, seen, "home-stale")
    if not is_open(site):
        return
    for column in site.columns:
        yield from column_traps(site, column)
    if site.role == "script-lists":
        yield from scripted_traps(site)
        return
    fresh = next(
        (
            one
            for one in site.columns
            if one.sort == "news" and not one.trick and not one.stale and not one.shape
        ),
        None,
    )
    if fresh is not None:
        name = {"old": "frame-older", "shared": "hot-list-repeats-rows", "fresh": "frame-fresher"}[site.hot]
        name = "wrong-charset-label" if site.role == "mislabelled" else name
        yield Trap(site.key, fresh.name, name, "clear", STALE)
    parent = next(one for one in site.columns if one.sort == "parent")
    yield Trap(site.key, parent.name, "parent-without-list", "clear", BLANK)
    static = next(one for one in site.columns if one.sort == "static")
    yield Trap(site.key, static.name, "static-old", "clear", STALE)


def column_traps(site: Site, column: Column) -> Iterator[Trap]:
    if column.shape and not column.stale and column.trick != "blank":
        seen: Literal["clear", "unjudged"] = "unjudged" if needs_browser(site, column) else "clear"
        yield Trap(site.key, column.name, column.shape, seen, STALE)
        yield Trap(site.key, column.name, column.shape, seen, BLANK)
    if column.trick in UNREAD:
        yield Trap(site.key, column.name, column.trick, "unjudged", STALE)
        yield Trap(site.key, column.name, column.trick, "unjudged", BLANK)
    elif check := CLEAR_TRICKS.get(column.trick):
        yield Trap(site.key, column.name, column.trick, "clear", check)
    elif check := UNJUDGED_TRICKS.get(column.trick):
        yield Trap(site.key, column.name, column.trick, "unjudged", check)
    elif column.sort == "past":
        yield Trap(site.key, column.name, "archive", "clear", STALE)


def scripted_traps(site: Site) -> Iterator[Trap]:
    for column in site.lists:
        if not column.trick:
            yield Trap(site.key, column.name, "script-filled", "unjudged", BLANK)


def account_faults(account: Account, now: datetime, port: int) -> Iterator[PlantedFault]:
    if not account.roads or account.is_control:
        return
    url = road_url(account.roads[0], port)
    said = PlantedFault(account.key, "account", SILENT, account.name, url)
    if account.trick in TOLD_BY_PLATFORM:
        yield replace(said, check=TOLD_BY_PLATFORM[account.trick])
    elif account.broken and account.broken != "bridge-frozen":
        yield replace(said, check="source-broken")
    if account.is_silent(now):
        upstreams = {road.bridge for road in account.roads}
        is_proven = account.is_authorised or len(upstreams) > 1
        yield replace(said, state="confirmed" if is_proven else "pending")


def account_traps(account: Account) -> Iterator[Trap]:
    if account.broken:
        yield Trap(account.key, account.name, f"broken: {account.broken}", "unjudged", SILENT)
    elif account.trick:
        is_told = account.trick in ("closed", "empty")  # by another check: there is nothing left to be silent
        yield Trap(account.key, account.name, account.trick, "unjudged" if is_told else "clear", SILENT)
