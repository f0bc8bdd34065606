"""Calendars without an end: a website that makes a page for every month and day, each linking to the next.

Such addresses name a date, and but for the numbers in it they are all the same. A few of them are read, for an archive by
months may be a column; the others would cost the whole visit and tell nothing. A column's number may look like a date, too
(list-2014-1.html, 200112.html); but columns that are counted through soon look like none, or all like the same month.
"""

import re
from collections import Counter, defaultdict

MOST_OF_A_SHAPE = 24
"""Addresses: two years by months."""
DATED = re.compile(
    r"(?<![a-z\d])(?:19|20)\d\d\D{1,8}(0?[1-9]|1[0-2])(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d(0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d)"
    r"|[?&](?:year|month|day|date|nian|yue|riqi|rq)=\d",
    re.I,
)
NUMBER = re.compile(r"\d+")


NO_MONTH, BY_QUERY = "", "?"
"""In place of the month of an address: it names no date, or it asks for one by name (?year=)."""


class Calendars:
    """Which addresses of one website are of a calendar, of which enough are known."""

    def __init__(self) -> None:
        self._months: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def has_enough(self, address: str) -> bool:
        """Counts the address as well, so ask about each once."""
        months = self._months[NUMBER.sub("0", address)]
        months[_month(address)] += 1
        known, undated = months.total(), months.get(NO_MONTH, 0)
        is_calendar = BY_QUERY in months or len(months.keys() - {NO_MONTH}) > 1
        return known > MOST_OF_A_SHAPE and is_calendar and undated < known / 2


def _month(address: str) -> str:
    """The month that an address names, as it is written."""
    found = DATED.search(address)
    return (found[1] or found[2] or BY_QUERY) if found else NO_MONTH
