"""Whether a bridge (采集桥) lives on a day, judged over all accounts that are seen by it (newmedia.md 3.5, B1-B3 and B7).

A bridge that stands still looks exactly like accounts that are silent. One account cannot tell; many together can: they do
not fall silent on the same day. Most rules compare the day with good days of the same bridge and say nothing on its first.
What cannot be told leaves a bridge as it was: no trouble ends because nobody looked.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from statistics import median
from types import MappingProxyType

from checks.ages import day_of
from checks.calendar import WorkCalendar
from crawler.clock import midnight
from crawler.worded import Worded

CONTROL_AGE = timedelta(hours=36)
"""B1: a control account (对照账号) whose newest post is older shows a bridge that stands still."""
RUNS, FEWEST_RUNS = 14, 3
"""B2: so many good days of the same kind are what is usual; fewer than the second number are not enough to tell."""
FEWEST_EXPECTED = 5
"""B2: where fewer accounts usually have something new, half of them may stay away by chance."""
SAME_SHARE, SAME_WORKDAYS, FEWEST_SAME = 0.95, 2, 10
"""B3: more than this share with nothing new over so many working days, on bridges of at least so many accounts."""
WAVE_SHARE = 0.1
"""B7: more than this share of a bridge's or a platform's accounts turned silent on one day or on two neighbouring ones."""
WAVE_DAYS = 14
"""B7: the fallen were held on so many whole days, while others on the bridge had something new: their silence is their own."""
BROKEN_SHARE = 0.2
"""More than this share of the accounts fails that did not on the last good day."""
FEWEST_TOGETHER = 3
"""Fewer may do the same on one day by chance."""
WHOLE_SHARE = 0.5
"""Where fewer of a bridge's registered accounts were looked at than this share, the day says nothing of the bridge."""
ONE_DAY = timedelta(days=1)


class Trouble(Worded):
    """What is wrong with a bridge, with the words that the operator reads."""

    CONTROLS = "controls", "对照账号没有新内容"
    BROKEN = "broken", "大面积采集失败"
    STILL = "still", "有新内容的账号骤减"
    SAME = "same", "内容普遍停滞"
    WAVE = "wave", "多个账号同时转为不更新"


@dataclass(frozen=True, slots=True)
class RoadSeen:
    """What one look saw over one road of an account. `newest`: the newest post that this road shows.

    `is_broken`: it failed, or calls the account gone, which is not certain: where many do so at once, the bridge is at fault.
    `silent_since`: this road proves that the account has been out of time since that day; None: it does not.
    """

    bridge: str
    platform: str
    account: str
    is_control: bool = False
    is_broken: bool = False
    newest: datetime | None = None
    silent_since: date | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """One bridge's accounts on one day; control accounts stand apart, with how many of them show something new.

    `broken`: with a road that failed. `posted`: with a post of that day or the day before. `quiet`: with none for two working
    days. `fallen`: that turned silent together since the last good day; where all are quiet, on whatever day.
    """

    accounts: int = 0
    broken: int = 0
    posted: int = 0
    quiet: int = 0
    fallen: int = 0
    controls: int = 0
    living: int = 0


@dataclass(frozen=True, slots=True)
class BridgeDay:
    """How a bridge was found on a day. `since`: the first day of its trouble.

    `is_whole`: enough of its roads were looked at to tell. `was_released`: a person said that what is seen is true; what is
    usual is counted anew from there.
    """

    day: date
    tally: Tally
    trouble: Trouble | None = None
    reason: str = ""
    since: date | None = None
    is_whole: bool = True
    was_released: bool = False
    routes: tuple[str, ...] = ()
    """The first parts of the paths at which it answered: by them a road that fails is known to be one of its own."""


@dataclass(frozen=True, slots=True)
class Unseen:
    """How many accounts the register has on a bridge that nobody has looked at on this day."""

    accounts: int = 0
    controls: int = 0


NOBODY = Unseen()
DayKind = tuple[bool, bool]
"""Whether the day before was a working day, and whether this one is."""
Past = Mapping[str, Sequence[BridgeDay]]
"""Bridge -> its earlier days, the newest first."""


def weigh(
    roads: Sequence[RoadSeen],
    past: Past,
    at: datetime,
    calendar: WorkCalendar,
    unseen: Mapping[str, Unseen] = MappingProxyType({}),
) -> dict[str, BridgeDay]:
    """Every bridge that was asked on the day of `at`, as that day shows it. `unseen`: bridge -> whom nobody looked at."""
    scales = {
        bridge: _Scale(seen, past.get(bridge, ()), at, calendar, unseen.get(bridge, NOBODY))
        for bridge, seen in _by(lambda road: road.bridge, roads).items()
    }
    days = {bridge: scale.weighed() for bridge, scale in scales.items()}
    sound = {
        bridge: scale
        for bridge, scale in scales.items()
        if days[bridge].is_whole and not days[bridge].trouble
    }
    for bridge, (trouble, reason) in {**_waves(roads, sound), **_broken_together(sound)}.items():
        days[bridge] = replace(days[bridge], trouble=trouble, reason=reason, since=day_of(at))
    return {bridge: _kept_since(day, past.get(bridge, ())) for bridge, day in days.items()}


def _by(key: Callable[[RoadSeen], str], roads: Iterable[RoadSeen]) -> dict[str, list[RoadSeen]]:
    found: dict[str, list[RoadSeen]] = defaultdict(list)
    for road in roads:
        found[key(road)].append(road)
    return found


def _as_one(roads: Sequence[RoadSeen]) -> RoadSeen:
    """Several roads of one account over one bridge, such as three calls of one interface."""
    return replace(
        roads[0],
        is_broken=any(road.is_broken for road in roads),
        newest=max((road.newest for road in roads if road.newest), default=None),
        silent_since=max((road.silent_since for road in roads if road.silent_since), default=None),
    )


class _Scale:
    """One bridge on one day, beside the good days that it is compared with."""

    def __init__(
        self,
        roads: Sequence[RoadSeen],
        past: Sequence[BridgeDay],
        at: datetime,
        calendar: WorkCalendar,
        unseen: Unseen,
    ) -> None:
        self.today, self.calendar, self.past, self.unseen = day_of(at), calendar, past, unseen
        self.usual = _usual(past)
        self.before = self._before()
        seen = [_as_one(several) for several in _by(lambda road: road.account, roads).values()]
        self.fallen = {
            road.account: road.silent_since for road in seen if road.silent_since and self._has_fallen(road)
        }
        self.tally = self._counted(seen, at)

    def weighed(self) -> BridgeDay:
        last = self.past[0] if self.past else None
        today = BridgeDay(self.today, self.tally, is_whole=self.is_whole)
        for trouble, rule in RULES.items() if self.is_whole else ((Trouble.CONTROLS, _controls),):
            reason = rule(self)
            if reason is None and last and last.trouble is trouble:
                reason = last.reason
            if reason:
                return replace(today, trouble=trouble, reason=reason)
        if self.is_whole or not last:
            return today
        return replace(today, trouble=last.trouble, reason=last.reason)

    @property
    def is_whole(self) -> bool:
        return self.tally.accounts >= WHOLE_SHARE * (self.tally.accounts + self.unseen.accounts)

    def _before(self) -> date | None:
        """Who fell silent later may be the bridge's doing: since the last good day, or the first one where none was good
        yet, but for those that were held long enough. None: this is the first day."""
        good = self.usual[0].day if self.usual else date.min
        waves = [each.day for each in self.past if each.day > good and _is_wave_among_living(each)]
        if len(waves) >= WAVE_DAYS:
            return waves[WAVE_DAYS - 1]
        if self.usual:
            return good
        return self.past[-1].day if self.past else None

    @property
    def newly_broken(self) -> int:
        """How many fail that did not on the last good day; those that came into the register since may be the ones."""
        if not self.usual:
            return 0
        then = self.usual[0].tally
        return self.tally.broken - then.broken - max(0, self.tally.accounts - then.accounts)

    def _has_fallen(self, road: RoadSeen) -> bool:
        """Its account was in time on the bridge's last good day, and is not any more."""
        return bool(road.silent_since and self.before and road.silent_since > self.before)

    def _counted(self, roads: Collection[RoadSeen], at: datetime) -> Tally:
        own = [road for road in roads if not road.is_control]
        controls = [road for road in roads if road.is_control]
        yesterday = midnight(self.today - timedelta(days=1))
        before = midnight(self.calendar.before(self.today, SAME_WORKDAYS))
        quiet = sum(not _shows(road, before) for road in own)
        fallen = {road.account: self.fallen[road.account] for road in own if road.account in self.fallen}
        together = fallen if quiet == len(own) else _together(fallen)
        return Tally(
            accounts=len(own),
            broken=sum(road.is_broken for road in own),
            posted=sum(_shows(road, yesterday) for road in own),
            quiet=quiet,
            fallen=len(together),
            controls=len(controls),
            living=sum(_shows(road, at - CONTROL_AGE) and not road.is_broken for road in controls),
        )

    @property
    def kind(self) -> DayKind:
        return self._kind(self.today)

    def usually_posted(self) -> dict[DayKind, float]:
        """How many accounts have something new on a day of each kind that can be told of.

        A round in the morning sees what the day before brought: a Monday is another kind of day than a Tuesday.
        """
        shares: dict[DayKind, list[float]] = defaultdict(list)
        for each in self.usual:
            if each.tally.accounts:
                shares[self._kind(each.day)].append(each.tally.posted / each.tally.accounts)
        return {
            kind: median(some[:RUNS]) * self.tally.accounts
            for kind, some in shares.items()
            if len(some) >= FEWEST_RUNS
        }

    def _kind(self, day: date) -> DayKind:
        return self.calendar.is_workday(day - timedelta(days=1)), self.calendar.is_workday(day)


def _usual(past: Sequence[BridgeDay]) -> list[BridgeDay]:
    """The good days, the newest first: since a person said last what is usual, whole or not."""
    good: list[BridgeDay] = []
    for each in past:
        if each.was_released or (each.is_whole and each.trouble is None):
            good.append(each)
        if each.was_released:
            break
    return good


def _is_wave_among_living(day: BridgeDay) -> bool:
    """Others had something new: on this bridge, or, where too few fell on it for a wave, on others of the platform."""
    tally = day.tally
    are_others_living = tally.quiet < tally.accounts or tally.fallen < FEWEST_TOGETHER
    return day.trouble is Trouble.WAVE and day.is_whole and are_others_living


def _together(fallen: Mapping[str, date]) -> set[str]:
    """Of these accounts the most that fell silent on one day or on two neighbouring ones: one by one they add up to no wave."""
    on = Counter(fallen.values())
    crest = max(on, key=lambda day: (on[day] + on[day + ONE_DAY], day), default=None)
    return {account for account, day in fallen.items() if crest and crest <= day <= crest + ONE_DAY}


def _shows(road: RoadSeen, since: datetime) -> bool:
    return road.newest is not None and road.newest >= since


# -- one bridge by itself ---------------------------------------------------------------------------------
# Each gives what is wrong in words; empty when nothing is, None when it cannot be told on this day.


def _controls(scale: _Scale) -> str | None:
    tally = scale.tally
    if not tally.controls:
        is_answering = tally.broken < tally.accounts
        return "" if is_answering and not scale.unseen.controls else None
    if 2 * tally.living >= tally.controls:
        return ""
    return f"{tally.controls}个对照账号中有{tally.controls - tally.living}个36小时内没有新内容或采集失败"


def _broken(scale: _Scale) -> str | None:
    tally, count = scale.tally, scale.newly_broken
    if not scale.usual and tally.broken > BROKEN_SHARE * tally.accounts:
        return None
    if count < FEWEST_TOGETHER or count <= BROKEN_SHARE * tally.accounts:
        return ""
    return f"{tally.accounts}个账号中有{tally.broken}个采集失败"


def _still(scale: _Scale) -> str | None:
    usual = scale.usually_posted()
    if not usual:
        return "" if 2 * scale.tally.posted >= scale.tally.accounts else None
    if max(usual.values()) < FEWEST_EXPECTED:
        return ""  # on no day could so few tell
    expected = usual.get(scale.kind, 0)
    if expected < FEWEST_EXPECTED:
        return None
    if 2 * scale.tally.posted >= expected:
        return ""
    return f"{scale.tally.accounts}个账号中近两日有新内容的仅{scale.tally.posted}个，平时约{expected:.0f}个"


def _same(scale: _Scale) -> str | None:
    tally = scale.tally
    if tally.accounts < FEWEST_SAME or tally.quiet <= SAME_SHARE * tally.accounts:
        return ""
    if not scale.usual:
        return None
    then = scale.usual[0].tally
    if then.quiet > SAME_SHARE * then.accounts:
        return ""  # so it was before, or a person said that it is so
    return f"{tally.accounts}个账号中有{tally.quiet}个两个工作日没有任何新内容"


def _wave(scale: _Scale) -> str:
    tally = scale.tally
    if tally.fallen < FEWEST_TOGETHER or tally.fallen <= WAVE_SHARE * tally.accounts:
        return ""
    return f"{tally.accounts}个账号中有{tally.fallen}个自{scale.before}以来同时转为不更新"


RULES = {
    Trouble.CONTROLS: _controls,
    Trouble.BROKEN: _broken,
    Trouble.STILL: _still,
    Trouble.SAME: _same,
    Trouble.WAVE: _wave,
}
"""The first one that holds is what is told."""


# -- several bridges together -----------------------------------------------------------------------------


def _waves(roads: Collection[RoadSeen], sound: Mapping[str, _Scale]) -> dict[str, tuple[Trouble, str]]:
    """B7 over a platform whose accounts are seen by several bridges, each of which has too few of them to tell."""
    accounts: dict[str, set[str]] = defaultdict(set)
    fallen: dict[str, dict[str, date]] = defaultdict(dict)
    for road in roads:
        if not road.is_control:
            accounts[road.platform].add(road.account)
            since = sound[road.bridge].fallen.get(road.account) if road.bridge in sound else None
            if since:
                fallen[road.platform][road.account] = max(
                    since, fallen[road.platform].get(road.account, since)
                )
    found: dict[str, tuple[Trouble, str]] = {}
    for platform, days in fallen.items():
        turned = _together(days)
        count, all_ = len(turned), len(accounts[platform])
        if count >= FEWEST_TOGETHER and count > WAVE_SHARE * all_:
            reason = f"{platform}的{all_}个账号中有{count}个同时转为不更新"
            found |= {
                road.bridge: (Trouble.WAVE, reason)
                for road in roads
                if road.bridge in sound and road.account in turned
            }
    return found


def _broken_together(sound: Mapping[str, _Scale]) -> dict[str, tuple[Trouble, str]]:
    """Roads of many bridges broke on one day, of each too few to tell."""
    known = {bridge: scale for bridge, scale in sound.items() if scale.usual}
    roads = sum(scale.tally.accounts for scale in known.values())
    newly = {bridge: scale.newly_broken for bridge, scale in known.items() if scale.newly_broken > 0}
    count = sum(newly.values())
    if count < FEWEST_TOGETHER or count <= BROKEN_SHARE * roads:
        return {}
    return dict.fromkeys(newly, (Trouble.BROKEN, f"各采集桥{roads}个账号中有{count}个同时采集失败"))


def _kept_since(day: BridgeDay, past: Sequence[BridgeDay]) -> BridgeDay:
    if day.trouble is None:
        return replace(day, reason="", since=None)
    going_on = past[0].since if past and past[0].trouble else None
    return replace(day, since=going_on or day.day)
