"""A record of any size, made at once for benchmarks: targets, issues with their moves, signed notices; no pages behind them."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from tracker import models
from tracker.database import Database
from tracker.settings import TrackerSettings
from tracker.weeks import Week

CHECKS = {
    "site": ("column-blank", "column-stale", "home-stale"),
    "account": ("account-stale", "account-blank"),
}
PLATFORMS = ("微信", "微博", "抖音", "今日头条")
AT_ONCE = 20_000


def make_record(
    folder: Path,
    *,
    sites: int,
    accounts: int,
    units: int,
    first: int,
    years: int,
    visited: bool,
    seed: int = 7,
) -> Database:
    """`visited`: with a row of the coverage ledger for every target and day."""
    database = Database(
        TrackerSettings(database_url=f"sqlite:///{folder / 'record.db'}", evidence_dir=folder)
    )
    database.upgrade()
    with database.writing() as session:
        _registers(session, sites, accounts, units)
        _years(session, Random(seed), sites, accounts, units, first, years)
        if visited:
            _visits(session, sites + accounts, first, years)
    return database


def _write(session: Session, table: type[models.Base], rows: Iterable[dict[str, Any]]) -> None:
    going = iter(rows)
    while some := list(islice(going, AT_ONCE)):
        session.execute(insert(table), some)


def _registers(session: Session, sites: int, accounts: int, units: int) -> None:
    _write(session, models.Unit, ({"id": n, "name": f"单位{n}"} for n in range(1, units + 1)))

    def targets() -> Iterator[dict[str, Any]]:
        for n in range(1, sites + accounts + 1):
            kind = "site" if n <= sites else "account"
            platform = "" if kind == "site" else PLATFORMS[n % len(PLATFORMS)]
            yield {
                "id": n, "kind": kind, "key": f"{kind}-{n}", "name": f"{kind}{n}", "unit_id": n % units + 1,
                "platform": platform,
            }  # fmt: skip

    _write(session, models.Target, targets())
    stands = (
        {"target_id": n, "unit_id": n % units + 1, "state": "running"} for n in range(1, sites + accounts + 1)
    )
    _write(session, models.Standing, stands)


def _years(
    session: Session, random: Random, sites: int, accounts: int, units: int, first: int, years: int
) -> None:
    """About three issues a site and year and two and a half an account, as in the 2025 report, told on the next Monday."""
    issues: list[dict[str, Any]] = []
    moves: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    acts: list[dict[str, Any]] = []
    notices: dict[tuple[int, date], dict[str, Any]] = {}
    serials: dict[int, int] = {}
    link = 0

    def move(issue: int, at: datetime, event: str, before: str, reached: str) -> int:
        nonlocal link
        link += 1
        moves.append({
            "id": len(moves) + 1, "issue_id": issue, "at": at, "event": event, "from_state": before, "to_state": reached,
            "by": "巡检", "link_id": link, "told": at,
        })  # fmt: skip
        return len(moves)

    for target in range(1, sites + accounts + 1):
        kind = "site" if target <= sites else "account"
        for _ in range(round(years * (3 if kind == "site" else 2.5))):
            day = date(first, 1, 1) + timedelta(days=random.randrange(365 * years - 10))
            seen = datetime(day.year, day.month, day.day, 2, tzinfo=UTC)
            monday = Week.of(day).monday + timedelta(days=7)
            issue = len(issues) + 1
            put_right = random.random() < 0.98
            issues.append({
                "id": issue, "target_id": target, "check_id": random.choice(CHECKS[kind]), "subject_key": f"栏目{issue}",
                "subject": f"栏目{issue}", "state": "rectified" if put_right else "notified", "first_seen": seen,
                "last_seen": seen, "observed_at": seen,
            })  # fmt: skip
            confirmed = move(issue, seen, "seen again", "suspected", "confirmed")
            told = datetime(monday.year, monday.month, monday.day, 1, tzinfo=UTC)
            move(issue, told, "notify", "confirmed", "notified")
            if put_right:
                move(
                    issue,
                    told + timedelta(days=random.randrange(1, 6)),
                    "seen clear",
                    "notified",
                    "rectified",
                )
            unit = target % units + 1
            notice = notices.get((unit, monday))
            if notice is None:
                serial = serials[monday.year] = serials.get(monday.year, 0) + 1
                link += 1
                notice = notices[unit, monday] = {
                    "id": len(notices) + 1, "unit_id": unit, "unit": f"单位{unit}", "week": str(Week.of(day)), "kind": "weekly",
                    "state": "signed", "title": "问题整改通知单", "drafted_at": told, "year": monday.year, "serial": serial,
                    "number": f"〔{monday.year}〕{serial}号", "dated": monday, "due_on": monday + timedelta(days=5),
                }  # fmt: skip
                acts.append(
                    {"notice_id": notice["id"], "at": told, "act": "签发", "by": "主任", "link_id": link}
                )
            items.append({
                "notice_id": notice["id"], "issue_id": issue, "target_id": target, "move_id": confirmed, "ordinal": 1,
                "part": "new", "due_on": notice["due_on"],
            })  # fmt: skip
    links = (
        {
            "id": n,
            "recorded_at": datetime(2025, 1, 1, tzinfo=UTC),
            "what": "x",
            "payload": "{}",
            "before": "",
            "hash": str(n),
        }
        for n in range(1, link + 1)
    )
    _write(session, models.Link, links)
    for table, rows in (
        (models.Issue, issues), (models.Move, moves), (models.Notice, notices.values()), (models.NoticeAct, acts),
        (models.NoticeItem, items),
    ):  # fmt: skip
        _write(session, table, rows)


def _visits(session: Session, targets: int, first: int, years: int) -> None:
    days = [date(first, 1, 1) + timedelta(days=n) for n in range(365 * years)]
    at = datetime(first, 1, 1, tzinfo=UTC)
    _write(
        session,
        models.Round,
        ({"id": n, "day": day, "at": at, "started_at": at} for n, day in enumerate(days, 1)),
    )
    rows = (
        {
            "round_id": n,
            "target_id": target,
            "day": day,
            "state": "visited" if (n + target) % 50 else "failed",
        }
        for n, day in enumerate(days, 1)
        for target in range(1, targets + 1)
    )
    _write(session, models.Visit, rows)
