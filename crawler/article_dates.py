"""Dates behind lists that show none: their first articles may tell (regulations.md 9.5, order 1 and 3).

An address with a date in it tells when something was uploaded. That is enough for a list to be fresh; before it is called
old its articles are asked.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from crawler.clock import Clock
from crawler.column_places import Place, host_of
from crawler.extract.page import read_page
from crawler.fetching import Answer, Wanted
from crawler.observations import PageReading, Row
from crawler.targets import ColumnEntry

SHORTEST_LIMIT = 14
"""Days. A list with an item that is no older is fresh in every class (regulations.md 9.1)."""


class ArticleDates:
    """`get`: one request of the visit; `opened`: so many articles of a list are opened."""

    def __init__(self, get: Callable[[Wanted], Awaitable[Answer]], clock: Clock, opened: int) -> None:
        self._get, self._clock, self._opened = get, clock, opened

    async def find(self, places: Iterable[Place]) -> None:
        """Complete the readings of the columns that show no dates, or old ones in addresses only."""
        await asyncio.gather(
            *(
                self._open_first(place, place.reading)
                for place in places
                if place.reading
                and place.reading.rows
                and (place.reading.newest is None or self._is_old_by_address(place.reading, place.entry))
                and not place.reading.needs_browser
            )
        )

    async def _open_first(self, place: Place, reading: PageReading) -> None:
        assert place.fetch is not None
        host = host_of(place.fetch.final_url or place.url)
        first = [row for row in reading.rows if host_of(row.url) == host][: self._opened]
        opened = await asyncio.gather(*(self._dated(row) for row in first))
        newest = max((row.date for row in opened if row.date), default=None)
        if newest and newest <= (reading.newest or date.min):
            return
        if newest and (self._is_fresh(newest, place.entry) or _begin(reading.rows, opened)):
            known = {row.url: row for row in opened}
            rows = tuple(known.get(row.url, row) for row in reading.rows)
            place.reading = replace(reading, rows=rows, newest=newest)

    def _is_old_by_address(self, reading: PageReading, entry: ColumnEntry | None) -> bool:
        newest, sources = reading.newest, {row.date_source for row in reading.rows if row.date}
        return newest is not None and sources == {"url"} and not self._is_fresh(newest, entry)

    def _is_fresh(self, day: date, entry: ColumnEntry | None) -> bool:
        """Whatever class the column is of."""
        limit = entry.limit_days if entry and entry.limit_days is not None else SHORTEST_LIMIT
        return (self._clock.at.date() - day).days <= min(limit, SHORTEST_LIMIT)

    async def _dated(self, row: Row) -> Row:
        answer = await self._get(Wanted(row.url))
        if answer.problem:
            return row
        fetch = answer.fetch
        reading = read_page(
            answer.body, url=fetch.final_url or row.url, content_type=fetch.content_type, at=self._clock.at
        )
        day = _day(reading.published)
        if reading.quality != "good" or day is None or day > self._clock.at.date():
            return row
        return replace(row, date=day, date_source="article")


def _begin(rows: Sequence[Row], opened: Sequence[Row]) -> bool:
    """Whether these articles are where the list begins, all with dates and the newest first. Behind a link to another
    host, an article that did not open, or old ones pinned on top (置顶) a newer one may stand."""
    days = [row.date for row in opened if row.date]
    return (
        len(days) == len(opened)
        and [row.url for row in opened] == [row.url for row in rows[: len(opened)]]
        and all(earlier >= later for earlier, later in pairwise(days))
    )


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:
        return None
