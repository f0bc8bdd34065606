"""The lines of tests/data/dates/index.tsv, and how each is read (what its columns mean stands in the README beside it)."""

import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from crawler.clock import BEIJING
from crawler.extract import dates
from crawler.extract.page import Skim, skim
from tests.crawler.extract.sample_pages import SITE, a_page

TABLE = Path(__file__).parents[2] / "data" / "dates" / "index.tsv"
with TABLE.open(encoding="utf-8", newline="") as table:
    LINES = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
TEXT = "会议强调，要压实责任，统筹抓好冬季供水和水库安全，确保群众温暖过冬。" * 5
Line = dict[str, str]


def parts(text: str, by: str = "|") -> list[str]:
    return [part.strip(" ") for part in text.split(by)]


def shown(line: Line, middle: str) -> Skim:
    """The page read on the day of the line at nine in the morning."""
    at = datetime.combine(date.fromisoformat(line["fetched"]), datetime.min.time(), BEIJING).replace(hour=9)
    address = line["address"] if line["kind"] == "article" else "/zwgk/tzgg/"
    return skim(a_page(middle), url=f"{SITE}{address}", at=at)


def day_of(moment: dates.Moment | None) -> str:
    return moment.day.isoformat() if moment else "-"


def piece(line: Line) -> str:
    return day_of(dates.whole(line["text"], date.fromisoformat(line["fetched"]), line["address"]))


def split(line: Line) -> str:
    return day_of(dates.split(parts(line["text"]), date.fromisoformat(line["fetched"]), line["address"]))


def address(line: Line) -> str:
    day = dates.in_address(line["address"])
    return day.isoformat() if day else "-"


def row(line: Line) -> str:
    """The one row, above others of its shape that show no date, so that it is a list."""
    title, *cells = parts(line["text"])
    others = "".join(
        f'<li><a href="/b/y9{n}41.html">关于开展第{n}批检查的通知</a>{"<span></span>" * len(cells)}</li>'
        for n in "一二"
    )
    spans = "".join(f"<span>{cell}</span>" for cell in cells)
    page = shown(line, f'<ul><li><a href="{line["address"]}">{title}</a>{spans}</li>{others}</ul>')
    path = urlsplit(line["address"]).path
    found = next(row for block in page.blocks for row in block.rows if row.url.endswith(path))
    return f"{found.date or '-'} {found.date_source or '-'}"


def dates_of(line: Line, page: Skim) -> str:
    marked = line["address"].partition("{")[0]
    rows = [row for block in page.blocks for row in block.rows if f"{SITE}{marked}" in row.url]
    return " ".join(str(row.date or "-") for row in rows)


def lists(line: Line) -> str:
    rows = ""
    for number, (title, day) in enumerate(map(parts, parts(line["text"], "¶"))):
        url = line["address"].format(n=9000 - 7 * number, m=1000 + 7 * number)
        rows += f'<li><a href="{url}">{title}</a><span>{day}</span></li>'
    return dates_of(line, shown(line, f"<ul>{rows}</ul>"))


def in_table(line: Line) -> str:
    heads, *rows = map(parts, parts(line["text"], "¶"))
    made = "".join(f"<th>{head}</th>" for head in heads)
    for number, (title, *cells) in enumerate(rows):
        url = line["address"].format(n=9000 - 7 * number)
        made += f'</tr><tr><td><a href="{url}">{title}</a></td>' + "".join(
            f"<td>{cell}</td>" for cell in cells
        )
    return dates_of(line, shown(line, f"<table><tr>{made}</tr></table>"))


def article(line: Line) -> str:
    marks = "".join(f"<p>{mark}</p>" for mark in parts(line["text"]))
    middle = f'<div class="article"><h1>关于做好冬季供暖工作的通知</h1><div class="info">{marks}</div><p>{TEXT}</p></div>'
    found = shown(line, middle).published
    return f"{found.iso} {found.source}" if found else "- -"


READ_BY: dict[str, Callable[[Line], str]] = {
    "piece": piece,
    "split": split,
    "address": address,
    "row": row,
    "list": lists,
    "table": in_table,
    "article": article,
}


def read(line: Line) -> str:
    """What is read of the line, in the words of its column `expected`."""
    return READ_BY[line["kind"]](line)
