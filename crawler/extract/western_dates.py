"""Dates as English versions of a site print them, and in orders that begin with the month or the day.

03/04/2026 is the third of April or the fourth of March: of a list that prints such days one day over twelve tells the
order, or that only one order lets all of them go down. What nothing tells stays unread.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from itertools import pairwise

LABEL = re.compile(
    r"(?:(?:last|date|first)\s+)?(?:publi(?:shed|cation)|posted|released?|updated?|modified|issued|created|added|date|time)"
    r"(?:\s+(?:date|time))?\s*(?:[:：]\s*|\b(?:on|at)\b\s*)?|on\s+",
    re.I,
)
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b\.?"
)
WEEKDAY = r"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6}\.?[\s,]+)?"
DAY, YEAR = r"(3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?", r"((?:19|20)\d\d)"
CLOCK = (
    r"(?:[\s,|@–-]*(?:at\s+)?\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]\.?m\.?)?(?:\s*(?:GMT|UTC|CST|BJT)\S{0,6})?)?"
)
GAP = r"[\s,./-]*"
NAMED = re.compile(
    rf"{WEEKDAY}(?:{MONTH}{GAP}{DAY}(?:[\s,./-]+{YEAR})?|{DAY}(?:\s+of)?{GAP}{MONTH}(?:{GAP}{YEAR})?|{YEAR}{GAP}{MONTH}{GAP}{DAY}){CLOCK}",
    re.I,
)
"""Nov 3, 2026; Friday, 3rd November 2026; 3-Nov-2026; Nov 3."""
YEAR_LAST = re.compile(rf"(\d{{1,2}})\s*([-/.])\s*(\d{{1,2}})\s*\2\s*{YEAR}{CLOCK}", re.I)
MONTH_ALONE = re.compile(rf"{MONTH}(?:[\s,.-]*{YEAR})?", re.I)
MOST_MONTHS, FEWEST_IN_ORDER = 12, 4
"""The months of a year; so many days that go down in one order alone do not do so by chance."""
LONGEST = 40


def without_label(text: str) -> str:
    """Without Updated:, Posted on and the like before a day."""
    label = LABEL.match(text)
    return text[label.end() :] if label else text


def named_month(text: str) -> tuple[str, int, str] | None:
    """(year, month, day) of a date whose month is a word; the year is empty if there is none."""
    found = NAMED.fullmatch(text)
    if not found:
        return None
    groups = found.groups()
    name, day, year = next(
        each
        for each in (groups[:3], (groups[4], groups[3], groups[5]), (groups[7], groups[8], groups[6]))
        if each[0]
    )
    return year or "", _month(name), day


def in_figures(text: str) -> str:
    """Nov or Nov 2026, as in a box of its own, the way Chinese pages write it."""
    found = MONTH_ALONE.fullmatch(text) if text[:1].isalpha() else None
    if not found:
        return text
    return f"{found[2]}-{_month(found[1])}" if found[2] else f"{_month(found[1])}月"


@lru_cache(maxsize=8192)
def year_last(text: str) -> tuple[int, int, int] | None:
    """The two numbers and the year of 11/20/2026, in the order in which they stand."""
    found = YEAR_LAST.fullmatch(text) if len(text) <= LONGEST else None
    return (int(found[1]), int(found[3]), int(found[4])) if found else None


def is_month_first(text: str) -> bool | None:
    """Whether 11/20/2026 begins with the month; None: that does not tell, or is no such date."""
    found = year_last(text)
    if not found or (found[0] > MOST_MONTHS) == (found[1] > MOST_MONTHS):
        return None
    return found[1] > MOST_MONTHS


def certain_day(text: str) -> date | None:
    """The day of 11/20/2026, and of 11/11/2026, which is the same in both orders."""
    found, order = year_last(text), is_month_first(text)
    is_same = found is not None and found[0] == found[1]
    return day_of(text, bool(order)) if is_same or order is not None else None


def day_of(text: str, month_first: bool) -> date | None:
    found = year_last(text)
    if not found:
        return None
    month, day = found[:2] if month_first else (found[1], found[0])
    try:
        return date(found[2], month, day)
    except ValueError:
        return None


def begin_with_month(texts: Iterable[str], today: date) -> bool | None:
    """Whether the days of one list begin with the month; None: nothing tells, or one says this and another that.

    An old item pinned on top may let days go down in the wrong order alone: that one tells only if it makes nothing older.
    """
    shown = [text for text in texts if year_last(text)]
    told = {is_month_first(text) for text in shown} - {None}
    if told:
        return told.pop() if len(told) == 1 else None
    read = {order: [day_of(text, order) for text in shown] for order in (True, False)}
    for order, days in read.items():
        other = read[not order]
        if _go_down(days, today) and not _go_down(other, today):
            return order if _newest(days, today) >= _newest(other, today) else None
    return None


def _go_down(days: Sequence[date | None], today: date) -> bool:
    known = [day for day in days if day and day <= today]
    return len(known) == len(days) >= FEWEST_IN_ORDER and all(one >= other for one, other in pairwise(known))


def _newest(days: Iterable[date | None], today: date) -> date:
    return max((day for day in days if day and day <= today), default=date.min)


def _month(name: str) -> int:
    return MONTHS.index(name[:3].lower()) + 1
