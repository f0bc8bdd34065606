"""Column pages in many shapes (tests/data/shapes): nobody is accused wrongly, and nearly all are read to the end."""

import csv
from datetime import datetime
from functools import cache
from pathlib import Path

import pytest

from crawler.clock import CHINA
from crawler.extract.page import read_page
from crawler.observations import PageReading

FOLDER = Path(__file__).parents[2] / "data" / "shapes"
AT = datetime(2026, 11, 26, 20, 0, tzinfo=CHINA)
with (FOLDER / "index.tsv").open(encoding="utf-8", newline="") as index:
    ROWS = list(csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE))
BLANK = {"yes": True, "no": False, "unclear": None}
READ_WHOLE = 165
"""Of 181 pages: so many are read exactly as the index says. The others are left unclear, or an old fault is missed."""


@cache
def read(file: str, url: str) -> PageReading:
    return read_page((FOLDER / file).read_bytes(), url=url, at=AT)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["file"].removesuffix(".html"))
def test_no_column_is_taken_for_emptier_or_older_than_it_is(row: dict[str, str]) -> None:
    found = read(row["file"], row["url"])

    if row["blank"] != "yes":
        assert found.blank is not True, found.why
    if row["newest"] != "-" and found.newest:
        assert found.newest.isoformat() >= row["newest"], found.why


def test_nearly_every_page_is_read_as_whoever_wrote_it_says() -> None:
    exact = [
        row["file"]
        for row in ROWS
        if (found := read(row["file"], row["url"])).blank is BLANK[row["blank"]]
        and (found.newest.isoformat() if found.newest else "-") == row["newest"]
        and found.needs_browser == (row["needs_browser"] == "yes")
    ]

    assert len(exact) >= READ_WHOLE, sorted({row["file"] for row in ROWS} - set(exact))
