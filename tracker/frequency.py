"""更新频率要求: from what an office writes into its register (每日, 每周至少2条, 14天) to days.

A text is read as a whole or not at all: what is left over may change its meaning (每个工作日, 3至5天).
"""

import re

from tracker.cells import Warn, half_width

HEADING = "更新频率要求"
"""Under which the register files it."""

_NUMERALS = "一二三四五六七八九"
_NUMBER = rf"\d{{1,3}}|[{_NUMERALS}]?十[{_NUMERALS}]?|[{_NUMERALS}两双半]"
_UNITS = {"天": 1, "日": 1, "自然日": 1, "周": 7, "星期": 7, "月": 31}
"""Days, the most that a unit can mean: nobody is late by less."""
HALF_A_MONTH = 15
_SAID = re.compile(
    rf"(?:至少|不超过)?(?:[\d{_NUMERALS}]+[次条篇]/)?每?(?P<number>{_NUMBER})?个?(?P<unit>{'|'.join(_UNITS)})(?:以?内)?"
    rf"/?更?(?:至少|不少于)?(?:更新|发布)?(?:(?:[\d{_NUMERALS}两]+[次条篇]|次)(?:以上)?)?(?:更新|发布|信息)*"
)


def frequency(text: str, warn: Warn) -> str:
    """The text as filed; the warning says that no days can be read in it and how to write them."""
    if days_between(text) is None:
        warn(f"“{text}”看不出是几天，已照原样保留，不据此提醒；请写成“每日”“每周”“半月”“每7天”或“14天”")
    return text


def days_between(text: str) -> int | None:
    """At most so many days from one post to the next; None: the text does not say. How many posts it wants (每周2条) is
    not asked: whoever posts nothing for a week has not posted two."""
    found = _SAID.fullmatch(re.sub(r"\s", "", half_width(text)))
    if not found:
        return None
    number, unit = found["number"] or "一", _UNITS[found["unit"]]
    if number == "半":
        return HALF_A_MONTH if found["unit"] == "月" else None
    return _whole(number) * unit or None


def _whole(number: str) -> int:
    if number.isdecimal():
        return int(number)
    if "十" not in number:
        return 2 if number in "两双" else _NUMERALS.index(number) + 1
    tens, ones = number.split("十")
    return 10 * (_whole(tens) if tens else 1) + (_whole(ones) if ones else 0)
