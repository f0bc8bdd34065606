"""The board of lights (告警): which is red since when, and what each way is still to be told. No database, no clock.

A light turns red at once and is well again when it has been well for a while: five minutes at first, twice as long for
each time that it came and went within the last day, up to four hours. So one that flickers stays red and tells nothing,
and one that comes and goes is told a few times a day at most. A clock that jumps, either way, costs each light one
message at most: what lies ahead counts as long ago.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tracker.lights import Lamp

SETTLES = timedelta(minutes=5)
SETTLES_AT_LAST = timedelta(hours=4)
RESTLESS = timedelta(days=1)
"""So long it is held against a light that it came and went."""
OWED = timedelta(days=7)
"""So long it is tried to tell that a light is well again."""

Key = tuple[str, datetime]


@dataclass(frozen=True, slots=True)
class Tidings:
    """What one way is to be told at `at`: what turned red, what still is (with it the reminder), what is well again."""

    at: datetime
    new: tuple[Lamp, ...]
    still: tuple[Lamp, ...]
    well: tuple[Lamp, ...]


class Board:
    """`repeat`: a light that stays red is told again after so long."""

    def __init__(self, repeat: timedelta) -> None:
        self.repeat = repeat
        self._lamps: dict[Key, Lamp] = {}
        self._unkept: set[Key] = set()
        self._well_since: dict[str, datetime] = {}

    @property
    def red(self) -> list[Lamp]:
        return sorted((lamp for lamp in self._lamps.values() if lamp.is_red), key=lambda lamp: lamp.since)

    # -- the record -----------------------------------------------------------------------------------------

    @property
    def unkept(self) -> list[Lamp]:
        """What the record does not hold yet."""
        return [self._lamps[key] for key in sorted(self._unkept)]

    def kept(self) -> None:
        """The record holds everything now."""
        self._unkept.clear()

    def take_over(self, kept: Iterable[Lamp]) -> None:
        """What the record holds, where we do not know better."""
        unkept = {key: self._lamps[key] for key in self._unkept}
        self._lamps = {lamp.key: lamp for lamp in kept} | unkept

    # -- what is seen ---------------------------------------------------------------------------------------

    def see(self, name: str, detail: str | None, now: datetime) -> Lamp | None:
        """`detail`: what is wrong; empty: nothing is; None: that cannot be told now. Gives the lamp if it turned."""
        lamp = next((each for each in self.red if each.name == name), None)
        if detail is None:
            self._well_since.pop(name, None)
            return None
        if not detail:
            return self._see_well(lamp, now) if lamp else None
        self._well_since.pop(name, None)
        if lamp is None:
            return self._put(Lamp(name, now, detail))
        if lamp.detail != detail:
            self._put(replace(lamp, detail=detail))
        return None

    def _see_well(self, lamp: Lamp, now: datetime) -> Lamp | None:
        since = min(self._well_since.get(lamp.name, now), now)
        self._well_since[lamp.name] = since
        if now - since < self._settles(lamp.name, now):
            return None
        del self._well_since[lamp.name]
        return self._put(replace(lamp, until=since))

    def _settles(self, name: str, now: datetime) -> timedelta:
        ends = [lamp.until for lamp in self._lamps.values() if lamp.name == name and lamp.until]
        times = sum(now - end < RESTLESS for end in ends)
        return min(SETTLES * (1 << min(times, 10)), SETTLES_AT_LAST)

    def _put(self, lamp: Lamp) -> Lamp:
        self._lamps[lamp.key] = lamp
        self._unkept.add(lamp.key)
        return lamp

    # -- what is told ---------------------------------------------------------------------------------------

    def tidings(self, way: str, now: datetime) -> Tidings | None:
        """None: nothing that this way has not been told. Whatever is told, all that is red is told with it."""
        red = self.red
        new = tuple(lamp for lamp in red if way not in lamp.told)
        still = tuple(lamp for lamp in red if way in lamp.told)
        well = tuple(lamp for lamp in self._lamps.values() if not lamp.is_red and way in lamp.told)
        if not new and not well and not any(self._is_long_ago(lamp.told[way], now) for lamp in still):
            return None
        return Tidings(now, new, still, well)

    def _is_long_ago(self, told: datetime, now: datetime) -> bool:
        return abs(now - told) >= self.repeat

    def told(self, way: str, tidings: Tidings) -> None:
        """This way was told; of what turned meanwhile it is to be told again."""
        for lamp in (*tidings.new, *tidings.still):
            if current := self._lamps.get(lamp.key):
                self._put(replace(current, told={**current.told, way: tidings.at}))
        for lamp in tidings.well:
            if current := self._lamps.get(lamp.key):
                self._put(replace(current, told={w: at for w, at in current.told.items() if w != way}))
