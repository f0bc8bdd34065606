"""Things to judge, with defaults: a test says only what matters to it.

Everything stands on one day, 2026-11-24 09:00 in Asia/Shanghai, the reference day of the fixtures.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crawler.observations import (
    AccountVisit,
    Column,
    Fetch,
    PageReading,
    Post,
    Probe,
    ProbeHistory,
    Problem,
    Row,
    SiteVisit,
    SourceResult,
)
from crawler.targets import Account, ColumnEntry, Road, Site

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=SHANGHAI)
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
SHA256 = "5e" * 32


def ago(days: float = 0, hours: float = 0, minutes: float = 0) -> datetime:
    return NOW - timedelta(days=days, hours=hours, minutes=minutes)


def days_ago(days: int) -> date:
    return TODAY - timedelta(days=days)


# Websites


def a_site(key: str = "4108000001", name: str = "云泽市人民政府", **more: Any) -> Site:
    return Site(key, name, **{"url": "https://www.yunze.test/", "unit": "云泽市人民政府办公室", **more})


def a_fetch(url: str = "https://www.yunze.test/", **more: Any) -> Fetch:
    return Fetch(url, **{"at": NOW, "final_url": url, "status": 200, "size": 4096, "sha256": SHA256, **more})


def a_row(title: str = "关于做好冬季供暖工作的通知", date: date | None = YESTERDAY, **more: Any) -> Row:
    url = "https://www.yunze.test/art/1.html"
    return Row(title, **{"url": url, "date": date, "date_source": "text" if date else None, **more})


def some_rows(count: int, newest: date | None = YESTERDAY) -> tuple[Row, ...]:
    """Rows a day apart, newest first; without dates if there is no newest."""
    return tuple(
        a_row(
            f"第{number + 1}条信息",
            newest - timedelta(days=number) if newest else None,
            url=f"https://www.yunze.test/art/{number + 1}.html",
        )
        for number in range(count)
    )


def a_reading(rows: int | Iterable[Row] = 3, newest: date | None = YESTERDAY, **more: Any) -> PageReading:
    """A page that was read well. `rows`: how many, or the rows themselves (then `newest` is theirs)."""
    listed = some_rows(rows, newest) if isinstance(rows, int) else tuple(rows)
    facts = {
        "quality": "good",
        "kind": "list",
        "charset": "utf-8",
        "rows": listed,
        "newest": max((row.date for row in listed if row.date), default=None),
        "blank": not listed,
    }
    return PageReading(**{**facts, **more})


def a_column(
    name: str = "通知公告",
    rows: int | Iterable[Row] = 3,
    newest: date | None = YESTERDAY,
    *,
    parents: tuple[str, ...] = (),
    entry: ColumnEntry | None = None,
    problem: Problem | None = None,
    children: tuple[tuple[str, ...], ...] = (),
    reading: PageReading | None = None,
    **more: Any,
) -> Column:
    """A column that was read well and is fresh. `problem`: it was not read, and this is why."""
    url = more.pop("url", "https://www.yunze.test/tzgg/")
    if problem is None:
        reading = reading or a_reading(rows, newest)
    facts = {"found_by": "navigation", "fetch": a_fetch(url), **more}
    return Column(
        (*parents, name), url, reading=reading, problem=problem, children=children, entry=entry, **facts
    )


def a_home(rows: int | Iterable[Row] = 8, newest: date | None = YESTERDAY, **more: Any) -> PageReading:
    return a_reading(rows, newest, **{"kind": "home", "title": "云泽市人民政府", "blank": None, **more})


def a_site_visit(*columns: Column, site: Site | None = None, **more: Any) -> SiteVisit:
    """One good look at a website. `problem`: the look came to nothing, and there is no home page either."""
    facts = {"at": NOW, "columns": columns, **more}
    if "problem" not in more:
        facts = {"home": a_home(), "home_fetch": a_fetch(), **facts}
    return SiteVisit(site or a_site(), **facts)


def a_probe(at: datetime = NOW, ok: bool = True, problem: Problem | None = None, **more: Any) -> Probe:
    if not ok and problem is None:
        problem = Problem.TIMEOUT
    return Probe(
        at, **{"ok": ok, "status": 200 if ok else 0, "seconds": 0.4 if ok else 15.0, **more}, problem=problem
    )


def some_probes(
    days: int = 7, a_day: int = 20, failed: int = 0, problem: Problem = Problem.TIMEOUT
) -> tuple[Probe, ...]:
    """A week of spaced probes up to now, oldest first; the failed ones lie apart, none among the last three."""
    count, spacing = days * a_day, timedelta(days=1) / a_day
    bad = {number * (count - 4) // failed for number in range(failed)} if failed else set()
    return tuple(
        a_probe(NOW - spacing * (count - 1 - number), number not in bad, problem if number in bad else None)
        for number in range(count)
    )


def a_probe_history(*probes: Probe, visit: SiteVisit | None = None) -> ProbeHistory:
    return ProbeHistory(visit or a_site_visit(), probes)


# Accounts


def a_road(address: str = "http://rsshub.bridge.test:1200/weibo/user/2213408817", adapter: str = "") -> Road:
    return Road(address, adapter)


def an_account(
    key: str = "wb-2213408817", platform: str = "微博", name: str = "云泽发布", **more: Any
) -> Account:
    return Account(key, platform, name, **{"unit": "云泽市人民政府办公室", "roads": (a_road(),), **more})


def a_post(published_at: datetime | None = ago(days=1), id: str = "", **more: Any) -> Post:
    name = id or (published_at.isoformat() if published_at else "undated")
    return Post(name, **{"title": "今日提醒", "published_at": published_at, **more})


def a_source(*posts: Post, **more: Any) -> SourceResult:
    """One road's good answer. A list of posts proves silence back to its oldest one, as a feed does."""
    dated = [post.published_at for post in posts if post.published_at and not post.pinned]
    address = more.get("address", "http://rsshub.bridge.test:1200/weibo/user/2213408817")
    facts = {
        "address": address,
        "posts": posts,
        "upstream": "weibo",
        "complete_since": min(dated, default=None),
        "fetch": a_fetch(address),
    }
    return SourceResult(**{**facts, **more})


def a_broken_source(health: str = "source_broken", reason: str = "not_a_feed", **more: Any) -> SourceResult:
    return a_source(health=health, reason=reason, **more)


def an_account_visit(*sources: SourceResult, account: Account | None = None, **more: Any) -> AccountVisit:
    """One look at one account; without sources it is one that has a road but whose answers are missing."""
    return AccountVisit(account or an_account(), **{"at": NOW, "sources": sources, **more})
