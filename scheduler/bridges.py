"""Weighing a day: what all accounts together say of the bridges (采集桥) that they were seen by, before any is judged."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from sqlalchemy.orm import Session

from checks.account_verdict import account_verdict, latest_past
from checks.ages import last_moment, out_of_time_since
from checks.bridges import BridgeDay, RoadSeen, Unseen, weigh
from checks.calendar import WorkCalendar
from checks.road_words import NEVER_ASKED, is_broken
from checks.rules.account_gone import CERTAIN
from checks.settings import CheckSettings
from crawler.observations import AccountVisit, SourceResult
from crawler.sources.base import PERSON
from crawler.targets import Account
from scheduler.memory import remembered
from tracker import account_looks, bridges
from tracker.bridges import Routes
from tracker.registry import Duty, read_targets

SILENT = ("stale", "suspected_stale", "blank")


def weighed(session: Session, day: date, settings: CheckSettings) -> dict[str, BridgeDay]:
    """Every bridge that was asked on this day, as the newest look at each account shows it."""
    routes = bridges.routes(session, day)
    looked: set[str] = set()
    seen: list[tuple[SourceResult, RoadSeen]] = []
    at: datetime | None = None
    for visit in _visits(session, day):
        at = max(at or visit.at, visit.at)
        looked.add(visit.account.key)
        for source, road in _roads(visit, settings):
            routes.learn(source)
            seen.append((replace(source, posts=()), road))
    if at is None:
        return {}
    # A road that failed is known by its bridge's other answers of the day: all have to be in.
    roads = [replace(road, bridge=routes.bridge_of(source)) for source, road in seen]
    past = bridges.past(session, day, {road.bridge for road in roads})
    unseen = _unseen(read_targets(session, day), looked, routes)
    days = weigh(roads, past, at, WorkCalendar.of(settings), unseen)
    parts, released = routes.parts(), bridges.released(session, day)
    return {
        bridge: replace(_released(each) if bridge in released else each, routes=parts.get(bridge, ()))
        for bridge, each in days.items()
    }


def _visits(session: Session, day: date) -> Iterator[AccountVisit]:
    looks = account_looks.newest_of_day(session, day)
    while some := list(islice(looks, account_looks.AT_ONCE)):
        yield from remembered(
            session, [(look.target_id, look.visit) for look in some if isinstance(look.visit, AccountVisit)]
        )


def _unseen(duty: Duty, looked: Collection[str], routes: Routes) -> dict[str, Unseen]:
    """Whom of the register nobody has looked at on this day, by the bridges that would be asked."""
    found: dict[str, Unseen] = defaultdict(Unseen)
    for _, target in duty.due:
        if isinstance(target, Account) and not target.is_cancelled and target.key not in looked:
            for bridge in {routes.bridge_at(road.address) for road in target.roads}:
                accounts, controls = found[bridge].accounts, found[bridge].controls
                is_control = target.is_control
                found[bridge] = Unseen(accounts + (not is_control), controls + is_control)
    return found


def _roads(visit: AccountVisit, settings: CheckSettings) -> Iterator[tuple[SourceResult, RoadSeen]]:
    verdict = account_verdict(visit, settings)
    silent = {id(source) for source in verdict.silent} if verdict.standing in SILENT else set()
    since = out_of_time_since(verdict.newest, settings.account_window_days, settings)
    account = visit.account
    for source in () if account.is_cancelled else visit.sources:
        if source.upstream != PERSON and source.reason not in NEVER_ASKED:
            yield (
                source,
                RoadSeen(
                    source.bridge,
                    account.platform,
                    account.key,
                    account.is_control,
                    is_broken(source) or _is_doubtfully_gone(source),
                    _newest(source, visit.at),
                    since if id(source) in silent else None,
                ),
            )


def _is_doubtfully_gone(source: SourceResult) -> bool:
    """A bridge that fails may call its accounts gone; what the platform itself says of one, without doubt, is no failure."""
    is_certain = source.official and source.reason in CERTAIN
    return source.health == "account_gone" and not is_certain


def _newest(source: SourceResult, at: datetime) -> datetime | None:
    """The latest moment at which the newest post of this road may have been published."""
    now = latest_past(source, at)
    return max(
        (
            last_moment(post.published_at, post.precision)
            for post in source.posts
            if post.published_at and post.published_at <= now
        ),
        default=None,
    )


def _released(day: BridgeDay) -> BridgeDay:
    return replace(day, trouble=None, reason="", since=None, was_released=True)
