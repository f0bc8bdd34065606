"""How a target's standing (under which unit, in which state, from when to when) goes on after an import.

What has been stays as it was: a change closes the old standing on the day before and opens a new one. What lies ahead is
only announced: until its day comes it can be moved, put in another's place, or withdrawn.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from tracker.cells import TargetState, Unfit, Warn
from tracker.register_records import Stand

ONE_DAY = timedelta(days=1)
Stands = tuple[Stand, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """What a row says of its target's standing, on the day of the import. `since`: the 生效日期; `state` empty: not said."""

    unit: str
    state: str
    since: date | None
    opened_on: date | None
    day: date
    warn: Warn

    def is_so(self, stand: Stand) -> bool:
        return (self.unit, self.state) == (stand.unit, stand.state)


def stands_after(before: Sequence[Stand], said: Said, known: tuple[str, str]) -> Stands:
    """All standings as they will be, oldest first as they were; those without an id are new, those left out withdrawn.

    `known`: unit and state of the target as the last import left them.
    """
    if not before:
        return _first(replace(said, state=said.state or TargetState.RUNNING))
    last = before[-1]
    said = replace(said, state=said.state or last.state)
    ahead = _announced(before, said.day, known)
    if not ahead or said.is_so(last) or (said.since and last.valid_from and said.since > last.valid_from):
        return _followed(tuple(before), said)
    kept = tuple(before[: -len(ahead)])
    state_is_announced = said.state == last.state and (not kept or kept[-1].state != last.state)
    if state_is_announced and said.since in (None, last.valid_from):
        return _under_another_unit(kept, ahead, said)
    if not kept:
        return _first(said)
    return _followed((*kept[:-1], replace(kept[-1], valid_to=None)), said)


def _announced(before: Sequence[Stand], day: date, known: tuple[str, str]) -> Stands:
    """Changes that lie ahead. Where the last import took the last one for current, not it is early: this register is an old one."""
    ahead = tuple(stand for stand in before if stand.valid_from and stand.valid_from > day)
    is_old = len(ahead) < len(before) and known == (before[-1].unit, before[-1].state)
    return () if is_old else ahead


def _first(said: Said) -> Stands:
    """A new target. One that will close, or that closed some time after it opened, was running before."""
    since, opened = said.since, said.opened_on
    if since and said.state in (TargetState.CLOSED, TargetState.TEMPORARY_OFFLINE):
        begun = opened if opened and opened < since else None
        if begun or since > said.day:
            ran = Stand(None, said.unit, TargetState.RUNNING.value, begun, since - ONE_DAY)
            return ran, Stand(None, said.unit, said.state, since, None)
    begun = opened if said.state in (TargetState.RUNNING, TargetState.CONTROL) else None
    return (Stand(None, said.unit, said.state, since or begun, None),)


def _followed(before: Stands, said: Said) -> Stands:
    """The last standing goes on, or ends and another follows."""
    last, since, day = before[-1], said.since, said.day
    if said.is_so(last):
        return _moved(before, said)
    if since and _is_on_record(before, since):
        if since != day:
            said.warn(
                f"{since} 是以前登记过的日期，这次的变更按导入日期 {day} 计；如有误请填写这次变更的日期"
            )
        since = None
    if last.valid_from and since and since < last.valid_from:
        raise Unfit(
            f"状态或主办单位有变，生效日期却早于上一次的 {last.valid_from}；请填写这次变更的日期，或留空（按导入日期 {day} 计）"
        )
    if last.valid_from and not since and day < last.valid_from:
        raise Unfit(f"该对象已登记了 {last.valid_from} 起的变更，晚于 {day}；请填写这次变更的日期")
    if last.valid_from == day and not since:  # put right on the same day
        return *before[:-1], replace(last, unit=said.unit, state=said.state)
    start = since or day
    ended = replace(last, valid_to=start - ONE_DAY)
    return *before[:-1], ended, Stand(None, said.unit, said.state, start, None)


def _moved(before: Stands, said: Said) -> Stands:
    """The register states another day for the same change: the border moves, and with it the end of what was before."""
    last, since = before[-1], said.since
    if not since or _is_on_record(before, since):
        return before
    is_current = not last.valid_from or last.valid_from <= said.day
    if is_current and since > said.day and last.state == TargetState.RUNNING:
        said.warn(f"该对象现已如此，{since} 晚于导入日期 {said.day}，没有采用；请核对或留空")
        return before
    last = replace(last, valid_from=since)
    if len(before) == 1:
        return (last,)
    earlier = before[-2]
    if earlier.valid_from and since <= earlier.valid_from:
        raise Unfit(f"{since} 不晚于再上一次变更的 {earlier.valid_from}，请核对")
    return *before[:-2], replace(earlier, valid_to=since - ONE_DAY), last


def _under_another_unit(kept: Stands, ahead: Stands, said: Said) -> Stands:
    """The target moves to another unit today, and what is announced for its state stays."""
    ahead = tuple(replace(stand, unit=said.unit) for stand in ahead)
    if not kept or kept[-1].unit == said.unit:
        return *kept, *ahead
    now, day = kept[-1], said.day
    if now.valid_from == day:
        return *kept[:-1], replace(now, unit=said.unit), *ahead
    moved = Stand(None, said.unit, now.state, day, now.valid_to)
    return *kept[:-1], replace(now, valid_to=day - ONE_DAY), moved, *ahead


def _is_on_record(stands: Stands, since: date) -> bool:
    return any(stand.valid_from == since for stand in stands)
