"""Rows in groups under headings that say when: `2026-11-12` over the day's rows, `2025年` over rows dated 09-20.

One heading alone may be today's date or the name of a yearbook; headings of several lists of one shape, each another day
or year, date what stands below them.
"""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from crawler.extract import dates
from crawler.extract.blocks import Block
from crawler.observations import Row

YEAR = re.compile(r"\W*((?:19|20)\d\d)\s*年?度?\W*")

A_YEAR = re.compile(r"(?:19|20)\d\d")


def by_headings(blocks: Sequence[Block], texts: Sequence[str], today: date) -> list[Block]:
    """The same blocks, those in dated groups with the dates or years of their headings. `texts`: the page's."""
    groups: dict[str, list[Block]] = defaultdict(list)
    for block in blocks:
        if block.heading[:1].isdigit() or YEAR.fullmatch(block.heading):
            groups[block.shape].append(block)
    dated: dict[int, Block] = {}
    for group in groups.values():
        dated |= _by_day(group, today) or _by_year(group, texts)
    return [dated.get(id(block), block) for block in blocks]


def _by_day(group: Sequence[Block], today: date) -> dict[int, Block]:
    days = {id(block): dates.whole(block.heading, today) for block in group if not block.dated}
    if len({moment.day for moment in days.values() if moment}) < 2:
        return {}
    return {
        id(block): replace(
            block,
            rows=tuple(replace(row, date=moment.day, date_source="text") for row in block.rows),
            dated=len(block.rows),
        )
        for block in group
        if (moment := days.get(id(block)))
    }


def _by_year(group: Sequence[Block], texts: Sequence[str]) -> dict[int, Block]:
    """Only for rows that show no year of their own: figures for 2024 are published in 2025."""
    years = {
        id(block): int(found[1])
        for block in group
        if (found := YEAR.fullmatch(block.heading)) and not _shows_years(block, texts)
    }
    if len(set(years.values())) < 2:
        return {}
    return {
        id(block): replace(block, rows=tuple(_in_year(row, year) for row in block.rows))
        for block in group
        if (year := years.get(id(block)))
    }


def _shows_years(block: Block, texts: Sequence[str]) -> bool:
    """Some row shows a year beside its title."""
    return any(
        A_YEAR.search(text) and text not in row.title
        for row, (start, end) in zip(block.rows, block.spans, strict=True)
        for text in texts[start:end]
    )


def _in_year(row: Row, year: int) -> Row:
    if not row.date or row.date_source != "text":
        return row
    day = 28 if (row.date.month, row.date.day) == (2, 29) else row.date.day
    return replace(row, date=row.date.replace(year=year, day=day))
