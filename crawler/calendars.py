"""Calendars without an end: a website that makes a page for every month and day, each linking to the next.

Such addresses name a date, and but for the numbers in it they are all the same. A few of them are read, for an archive by
months may be a column; the others would cost the whole visit and tell nothing.
"""

import re
from collections import Counter
from functools import lru_cache

MOST_OF_A_SHAPE = 24
"""Addresses: two years by months."""
DATED = re.compile(
    r"(?<![a-z\d])(?:19|20)\d\d\D{1,8}(?:0?[1-9]|1[0-2])(?!\d)"
    r"|(?<!\d)(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:[0-3]\d)?(?!\d)"
    r"|[?&](?:year|month|day|date|nian|yue|riqi|rq)=\d",
    re.I,
)
NUMBER = re.compile(r"\d+")


class Calendars:
    """Which addresses of one website are of a calendar, of which enough are known."""

    def __init__(self) -> None:
        self._known: Counter[str] = Counter()

    def has_enough(self, address: str) -> bool:
        """Counts the address as well, so ask about each once."""
        shape = _shape(address)
        if shape:
            self._known[shape] += 1
        return self._known[shape] > MOST_OF_A_SHAPE


@lru_cache(maxsize=8192)
def _shape(address: str) -> str:
    """The address without its numbers; empty if it names no date."""
    return NUMBER.sub("0", address) if DATED.search(address) else ""
