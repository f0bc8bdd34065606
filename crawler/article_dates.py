"""Dates behind lists that show none: their first articles may tell (regulations.md 9.5, order 1 and 3).

An address with a date in it tells when something was uploaded. That is enough for a list to be fresh; before it is called
old its articles are asked. Of an old list that begins with items without dates, or holds days still to come, these are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from crawler.clock import Clock
from crawler.column_places import Place
from crawler.extract.addresses import website_of
from crawler.extract.newest import newest_of
from crawler.extract.page import read_page
from crawler.fetching import Answer, Wanted
from crawler.observations import PageReading, Row
from crawler.targets import ColumnEntry, fresh_days


class ArticleDates:
    """`get`: one request of the visit; `opened`: so many articles of a list are opened."""

    def __init__(self, get: Callable[[Wanted], Awaitable[Answer]], clock: Clock, opened: int) -> None:
        self._get, self._clock, self._opened = get, clock, opened

    async def find(self, places: Iterable[Place]) -> None:
        """Complete the readings of the columns that show no dates on top, none at all, or old ones in addresses only, and of
        the old ones among whose days some are still to come."""
        asked = []
        for place in places:
            reading = place.reading
            if not reading or not reading.rows or reading.needs_browser:
                continue
            if doubtful := self._doubtful(reading, place.entry):
                asked.append(self._open_doubtful(place, reading, doubtful))
            elif reading.newest is None or self._is_old_by_address(reading, place.entry):
                asked.append(self._open_first(place, reading))
        await asyncio.gather(*asked)

    def _doubtful(self, reading: PageReading, entry: ColumnEntry | None) -> list[Row]:
        """The items of an old list that may be newer than they look."""
        if reading.newest is None or self._is_fresh(reading.newest, entry):
            return []
        ahead = [row for row in reading.rows if row.date and row.date > self._today]
        return [*ahead, *(row for row in reading.rows if reading.undated_first and row.date is None)]

    async def _open_first(self, place: Place, reading: PageReading) -> None:
        opened = await self._open(place, reading.rows)
        newest = newest_of(opened, self._today)
        if newest and newest <= (reading.newest or date.min):
            return
        if newest and (self._is_fresh(newest, place.entry) or _begin(reading.rows, opened)):
            place.reading = _with_dates(reading, opened, newest)

    async def _open_doubtful(self, place: Place, reading: PageReading, doubtful: Sequence[Row]) -> None:
        """If the articles of all such items tell their days, no newer one can be among them."""
        opened = [row for row in await self._open(place, doubtful) if row.date_source == "article"]
        place.reading = _with_dates(reading, opened, newest_of(opened, self._today))
        if reading.undated_first and len(opened) == len(doubtful):
            why = f"列表中{len(doubtful)}条信息的日期取自文章"
            place.reading = replace(place.reading, newer_elsewhere=False, undated_first=False, why=why)

    async def _open(self, place: Place, rows: Sequence[Row]) -> Sequence[Row]:
        """The first of these rows that lead to articles of the column's own host, with the dates that those tell."""
        assert place.fetch is not None
        host = website_of(place.fetch.final_url or place.url)
        first = [row for row in rows if website_of(row.url) == host][: self._opened]
        return await asyncio.gather(*(self._dated(row) for row in first))

    def _is_old_by_address(self, reading: PageReading, entry: ColumnEntry | None) -> bool:
        newest, sources = reading.newest, {row.date_source for row in reading.rows if row.date}
        return newest is not None and sources == {"url"} and not self._is_fresh(newest, entry)

    def _is_fresh(self, day: date, entry: ColumnEntry | None) -> bool:
        return (self._today - day).days <= fresh_days(entry)

    @property
    def _today(self) -> date:
        return self._clock.at.date()

    async def _dated(self, row: Row) -> Row:
        answer = await self._get(Wanted(row.url))
        if answer.problem:
            return row
        fetch = answer.fetch
        reading = read_page(
            answer.body, url=fetch.final_url or row.url, content_type=fetch.content_type, at=self._clock.at
        )
        day = _day(reading.published)
        if reading.quality != "good" or day is None or day > self._today:
            return row
        return replace(row, date=day, date_source="article")


def _with_dates(reading: PageReading, opened: Sequence[Row], newest: date | None) -> PageReading:
    known = {row.url: row for row in opened}
    rows = tuple(known.get(row.url, row) for row in reading.rows)
    return replace(reading, rows=rows, newest=max(newest or date.min, reading.newest or date.min))


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
