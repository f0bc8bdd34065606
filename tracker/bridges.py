"""The days of the bridges (采集桥): written when a day is weighed, read by whoever judges looks of that day, released by people."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from sqlalchemy import ColumnElement, Subquery, func, select
from sqlalchemy.orm import Session

from checks.bridges import BridgeDay, Past, Tally, Trouble
from crawler.clock import CHINA
from crawler.observations import AccountVisit, SourceResult
from tracker import models
from tracker.audit import add_link
from tracker.errors import ForbiddenAct, WrongUse
from tracker.upsert import upsert

REMEMBERED = timedelta(days=60)
"""So far back is asked what is usual: eight days of the rarest kind."""
COUNTS = tuple(field.name for field in fields(Tally))
Route = tuple[str, str]
"""Host, and first part of the path."""


class UnknownBridge(WrongUse):
    """No round has asked it."""

    def __init__(self, bridge: str) -> None:
        super().__init__(f"没有采集桥“{bridge}”的记录：用 xunjian bridges list 查看全部采集桥")


class Routes:
    """Which bridge answers at a host's path. A bridge that fails does not say what it draws from; its road is known by where
    it answered before."""

    def __init__(self, bridges: Iterable[tuple[str, Collection[str]]] = ()) -> None:
        self._bridges = {(_host(bridge), part): bridge for bridge, parts in bridges for part in parts}

    def learn(self, source: SourceResult) -> None:
        if source.health == "ok" and route_of(source)[0]:
            self._bridges[route_of(source)] = source.bridge

    def bridge_of(self, source: SourceResult) -> str:
        host = route_of(source)[0]
        named = source.upstream not in ("", host)
        return source.bridge if named else self._bridges.get(route_of(source), source.bridge)

    def bridge_at(self, address: str) -> str:
        """Who answers at this address; empty: nobody has answered there yet."""
        return self._bridges.get(_route(address), "")

    def parts(self) -> dict[str, tuple[str, ...]]:
        """Bridge -> the parts of paths at which it answers."""
        found: dict[str, set[str]] = {}
        for (_, part), bridge in self._bridges.items():
            found.setdefault(bridge, set()).add(part)
        return {bridge: tuple(sorted(parts)) for bridge, parts in found.items()}


def route_of(source: SourceResult) -> Route:
    return _route(source.address)


def _route(address: str) -> Route:
    parts = urlsplit(address)
    return parts.netloc.rpartition("@")[2].lower(), parts.path.strip("/").partition("/")[0]


def _host(bridge: str) -> str:
    return bridge.partition(" ")[0].lower()


class BridgesOfDays:
    """What was known of all bridges on the days of some looks, laid upon what a look saw; one query a day."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._days: dict[date, tuple[Routes, Mapping[str, str]]] = {}

    def applied(self, visit: AccountVisit) -> AccountVisit:
        """The same visit with the bridges of its day from whose silence nothing may be concluded, and why."""
        routes, silenced = self._of(visit.at.astimezone(CHINA).date())
        sources = tuple(_under(source, routes.bridge_of(source)) for source in visit.sources)
        return replace(visit, sources=sources, silenced=silenced)

    def _of(self, day: date) -> tuple[Routes, Mapping[str, str]]:
        if day not in self._days:
            row = models.BridgeDay
            rows = list(self._session.scalars(select(row).where(row.day == day)))
            silenced = {each.bridge: each.reason for each in rows if each.trouble}
            self._days[day] = Routes((each.bridge, each.routes) for each in rows), silenced
        return self._days[day]


def _under(source: SourceResult, bridge: str) -> SourceResult:
    return source if source.bridge == bridge else replace(source, upstream=bridge.partition(" ")[2])


# -- weighing ---------------------------------------------------------------------------------------------


def routes(session: Session, day: date) -> Routes:
    """Where every bridge answered before this day."""
    row = models.BridgeDay
    newest = _newest(row.day < day, row.day >= day - REMEMBERED)
    query = select(row.bridge, row.routes).join(
        newest, (newest.c.day == row.day) & (newest.c.bridge == row.bridge)
    )
    return Routes((bridge, parts) for bridge, parts in session.execute(query.order_by(row.bridge)))


def past(session: Session, day: date, names: Collection[str]) -> Past:
    """The days of these bridges before this one, without their routes."""
    row = models.BridgeDay
    counts = [getattr(row, name) for name in COUNTS]
    is_released = row.released_at.is_not(None)
    query = (
        select(row.bridge, row.day, row.trouble, row.reason, row.since, row.is_whole, is_released, *counts)
        .where(row.day < day, row.day >= day - REMEMBERED, row.bridge.in_(names))
        .order_by(row.day.desc())
    )
    found: dict[str, list[BridgeDay]] = {}
    for name, of, trouble, reason, since, is_whole, was_released, *tally in session.execute(query):
        which = Trouble(trouble) if trouble else None
        seen = BridgeDay(of, Tally(*tally), which, reason, since, is_whole, was_released)
        found.setdefault(name, []).append(seen)
    return found


def keep(session: Session, days: Mapping[str, BridgeDay]) -> None:
    """Write how the bridges were found on a day, over what was written earlier on that day; what a person released stays so."""
    rows = [_row(bridge, day) for bridge, day in days.items()]
    refreshed = (*COUNTS, "trouble", "reason", "since", "is_whole", "routes")
    upsert(session, models.BridgeDay, rows, ("day", "bridge"), refreshed)


def released(session: Session, day: date) -> set[str]:
    """The bridges that a person released on this day."""
    row = models.BridgeDay
    return set(session.scalars(select(row.bridge).where(row.day == day, row.released_at.is_not(None))))


def _row(bridge: str, day: BridgeDay) -> dict[str, object]:
    return {
        "day": day.day,
        "bridge": bridge,
        **{name: getattr(day.tally, name) for name in COUNTS},
        "trouble": day.trouble or "",
        "reason": day.reason,
        "since": day.since,
        "is_whole": day.is_whole,
        "routes": list(day.routes),
        "released_at": None,
        "released_by": "",
        "released_why": "",
    }


def _day(row: models.BridgeDay) -> BridgeDay:
    return BridgeDay(
        row.day,
        Tally(*(getattr(row, name) for name in COUNTS)),
        Trouble(row.trouble) if row.trouble else None,
        row.reason,
        row.since,
        row.is_whole,
        row.released_at is not None,
        tuple(row.routes),
    )


# -- people -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bridge:
    """A bridge as its newest day shows it. `released_by`: who released it on that day."""

    name: str
    day: BridgeDay
    released_by: str = ""

    @property
    def trouble(self) -> Trouble | None:
        return self.day.trouble

    def __str__(self) -> str:
        """What is wrong with it, in one line."""
        if self.day.trouble is None or self.day.since is None:
            return f"采集桥 {self.name} 正常"
        since = f"{self.day.since.month}月{self.day.since.day}日"
        return f"采集桥 {self.name} 自{since}起{self.day.trouble.sentence}（{self.day.reason}）"


def newest(session: Session) -> list[Bridge]:
    """Every bridge that the last weeks' rounds asked, as it was found last; those in trouble first."""
    row = models.BridgeDay
    last = session.scalar(select(func.max(row.day)))
    if last is None:
        return []
    newest = _newest(row.day > last - timedelta(days=14))
    query = select(row).join(newest, (newest.c.day == row.day) & (newest.c.bridge == row.bridge))
    found = [Bridge(each.bridge, _day(each), each.released_by) for each in session.scalars(query)]
    return sorted(found, key=lambda each: (each.trouble is None, each.name))


def _newest(*among: ColumnElement[bool]) -> Subquery:
    """The last of these days of each bridge."""
    row = models.BridgeDay
    days = select(func.max(row.day).label("day"), row.bridge.label("bridge")).where(*among)
    return days.group_by(row.bridge).subquery()


def in_trouble(session: Session, day: date) -> list[Bridge]:
    """The bridges from whose silence nothing is concluded on this day."""
    row = models.BridgeDay
    query = select(row).where(row.day == day, row.trouble != "").order_by(row.bridge)
    return [Bridge(each.bridge, _day(each)) for each in session.scalars(query)]


def release(session: Session, bridge: str, *, by: str, why: str, at: datetime, recorded_at: datetime) -> date:
    """放行: a person says that what a bridge showed on its newest day is true. Gives that day.

    Looks of that day that are judged again, and all later ones, are judged by it; what is usual is counted anew.
    """
    row = models.BridgeDay
    found = session.scalars(select(row).where(row.bridge == bridge).order_by(row.day.desc()).limit(1)).first()
    if found is None:
        raise UnknownBridge(bridge)
    if not found.trouble:
        raise ForbiddenAct(f"采集桥“{bridge}”现为正常，不需放行")
    payload = {
        "bridge": bridge,
        "day": found.day.isoformat(),
        "trouble": found.trouble,
        "by": by,
        "why": why,
        "at": at.astimezone(CHINA).isoformat(),
    }
    add_link(session, "bridge-released", payload, recorded_at)
    found.released_at, found.released_by, found.released_why = at, by, why
    found.trouble, found.reason, found.since = "", "", None
    return found.day
