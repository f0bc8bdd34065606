"""How a target's standing (under which unit, in which state, from when to when) goes on after an import.

What has been stays as it was: a change closes the old standing on the day before and opens a new one.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from tracker.cells import TargetState, Unfit
from tracker.register_records import Stand

ONE_DAY = timedelta(days=1)


def stands_after(
    before: Sequence[Stand], unit: str, state: str, *, since: date | None, opened_on: date | None, day: date
) -> tuple[Stand, ...]:
    """The standings to write; those with an id are there and get other dates or facts. Empty: nothing changes.

    `before`: oldest first. `since`: the 生效日期 that the register states. `day`: that of the import.
    """
    if not before:
        begun = opened_on if state == TargetState.RUNNING else None
        return (Stand(None, unit, state, since or begun, None),)
    last = before[-1]
    if (last.unit, last.state) == (unit, state):
        return _moved(before, since) if since and since != last.valid_from else ()
    if last.valid_from and since and since <= last.valid_from:
        raise Unfit(
            f"状态或主办单位有变，生效日期却不晚于上一次的 {last.valid_from}；请填写这次变更的日期，或留空（按导入日期 {day} 计）"
        )
    if last.valid_from and not since and day < last.valid_from:
        raise Unfit(f"该对象已登记了 {last.valid_from} 起的变更，晚于 {day}；请填写这次变更的日期")
    if last.valid_from == day and not since:
        return (replace(last, unit=unit, state=state),)  # put right on the same day
    start = since or day
    return replace(last, valid_to=start - ONE_DAY), Stand(None, unit, state, start, None)


def _moved(before: Sequence[Stand], since: date) -> tuple[Stand, ...]:
    """The register now states another day for the same change: the border moves, and with it the end of what was before."""
    last = replace(before[-1], valid_from=since)
    if len(before) == 1:
        return (last,)
    earlier = before[-2]
    if earlier.valid_from and since <= earlier.valid_from:
        raise Unfit(f"{since} 不晚于再上一次变更的 {earlier.valid_from}，请核对")
    return replace(earlier, valid_to=since - ONE_DAY), last
