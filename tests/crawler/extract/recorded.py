"""Recorded answers that are judged one by one: column pages of many shapes, and captures that are no pages of a site.

What the columns of their index files mean stands in the README beside each.
"""

import csv
from datetime import datetime
from functools import cache
from pathlib import Path

from crawler.clock import CHINA
from crawler.extract.page import read_page
from crawler.observations import PageReading
from tests.crawler.extract.sample_pages import reading

DATA = Path(__file__).parents[2] / "data"
SHAPES_AT = datetime(2026, 11, 26, 20, 0, tzinfo=CHINA)
BLANK = {"yes": True, "no": False, "unclear": None}

Line = dict[str, str]


def _lines(folder: str) -> list[Line]:
    with (DATA / folder / "index.tsv").open(encoding="utf-8", newline="") as index:
        return list(csv.DictReader(index, delimiter="\t", quoting=csv.QUOTE_NONE))


SHAPES, CAPTURES = _lines("shapes"), _lines("captures")


@cache
def _shape(file: str, url: str) -> PageReading:
    return read_page((DATA / "shapes" / file).read_bytes(), url=url, at=SHAPES_AT)


def shape(line: Line) -> PageReading:
    return _shape(line["file"], line["url"])


def capture(line: Line) -> PageReading:
    return reading((DATA / "captures" / line["file"]).read_bytes(), status=int(line["status"]))


def is_too_empty_or_old(line: Line) -> bool:
    """The worst fault: a page of SHAPES is called blank, or older than it is."""
    found = shape(line)
    says_blank = found.blank is True and line["blank"] != "yes"
    return says_blank or (
        line["newest"] != "-" and found.newest is not None and found.newest.isoformat() < line["newest"]
    )


def is_whole(line: Line) -> bool:
    """A page of SHAPES is read exactly as whoever wrote it says."""
    found = shape(line)
    return (
        found.blank is BLANK[line["blank"]]
        and (found.newest.isoformat() if found.newest else "-") == line["newest"]
        and found.needs_browser == (line["needs_browser"] == "yes")
    )


def is_known(line: Line) -> bool:
    """A capture is known for what it is."""
    found = capture(line)
    return found.quality == line["quality"] and (line["blank"] == "-" or found.blank is BLANK[line["blank"]])
