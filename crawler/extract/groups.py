"""Rows in groups under headings that say when: `2026-11-12` over the day's rows, `2025年` over rows dated 09-20.

One heading alone may be today's date or the name of a yearbook; headings of several lists of one shape, each another day
or year, date what stands below them, and so do years between the rows of one list. A year alone that is not the one that
rows without a year seem to be of leaves them without a date.
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
    return [dated.get(id(block)) or _by_years_within(block, texts) for block in blocks]


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


def _by_years_within(block: Block, texts: Sequence[str]) -> Block:
    """The block's rows in the years that stand above and between them."""
    years = _years_above_rows(block, texts) if block.dated else []
    if not any(years) or _shows_years(block, texts):
        return block
    if len(set(years) - {0}) >= 2:
        rows = (_in_year(row, year) if year else row for row, year in zip(block.rows, years, strict=True))
        return replace(block, rows=tuple(rows))
    newest = max(row.date.year for row in block.rows if row.date)
    if newest in years:
        return block
    return replace(block, rows=tuple(_undated(row) for row in block.rows))


def _years_above_rows(block: Block, texts: Sequence[str]) -> list[int]:
    """For each row the last year that stands by itself above it; 0 if there is none. Several years side by side lead to
    other lists."""
    found = YEAR.fullmatch(block.heading)
    is_one_of_several = (
        sum(1 for text in texts[max(0, block.start - 3) : block.start] if YEAR.fullmatch(text)) > 1
    )
    year, at = int(found[1]) if found and not is_one_of_several else 0, block.start
    years = []
    for start, end in block.spans:
        for text in texts[at:start]:
            if found := YEAR.fullmatch(text):
                year = int(found[1])
        years.append(year)
        at = max(at, end)
    return years


def _shows_years(block: Block, texts: Sequence[str]) -> bool:
    """Some row shows a year beside its title."""
    return any(
        A_YEAR.search(text) and text not in row.title
        for row, (start, end) in zip(block.rows, block.spans, strict=True)
        for text in texts[start:end]
    )


def _undated(row: Row) -> Row:
    """Without its date, if nothing but the day of the visit tells the year of it."""
    if not row.date or row.date_source != "text" or re.search(rf"(?<!\d){row.date.year}(?!\d{{3}})", row.url):
        return row
    return replace(row, date=None, date_source=None)


def _in_year(row: Row, year: int) -> Row:
    if not row.date or row.date_source != "text":
        return row
    return replace(row, date=dates.in_year(row.date, year))
