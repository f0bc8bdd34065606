"""How well is read and judged what we know the truth of: `python -m bench.accuracy`.

First the recorded pages of tests/data: for each kind of fact how many are right, wrong or not told, each file that is
wrong by name, and the time a page takes. Then column pages of many shapes, captures that are no pages, shapes of dates, and
the names of columns with the classes that persons gave them, and the answers of platforms and bridges about accounts. Then three
difficult demo cities through the real crawl and the real checks, and one more with each kind of loader off in turn
(accuracy_city.py). Exit status 1 if fewer than nine dated pages in ten are right, if a page is called blank that is not,
if a list that a script loads is called anything but unknown, if anything planted in a city is missed, or if anybody is
accused who did nothing.
"""

import argparse
import csv
import logging
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

from bench import accuracy_accounts, accuracy_city
from checks.column_classes import classify
from crawler.extract.page import read_page
from crawler.observations import PageReading
from tests.crawler.extract import date_lines, recorded

DATA = Path(__file__).parent.parent / "tests" / "data"
PAGES = DATA / "pages"
COLUMN_NAMES = DATA / "columns" / "names.tsv"
AT = datetime(2026, 11, 24, 9, 0, tzinfo=timezone(timedelta(hours=8)))
"""The day on which the pages are read: after the newest date in them."""
DATED_RIGHT = 0.9
KINDS = {"script-list": "list", "empty-list": "list"}
BLANK = {"yes": True, "no": False}
DATES = ("newest", "published")


@dataclass(slots=True)
class Tally:
    """One kind of fact over all pages."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)


def truths() -> Iterator[dict[str, str]]:
    with (PAGES / "index.tsv").open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def read(truth: dict[str, str]) -> PageReading:
    url = truth["url"].split(" ")[0] if truth["url"].startswith("http") else ""
    return read_page((PAGES / truth["file"]).read_bytes(), url=url, at=AT)


def facts(truth: dict[str, str], reading: PageReading) -> Iterator[tuple[str, object, object]]:
    """Each fact with what it should be and what was read; None where there is nothing to tell."""
    scripted = truth["needs_script"] == "yes"
    yield "kind", KINDS.get(truth["kind"], truth["kind"]), reading.kind
    yield "charset", truth["charset"], reading.charset
    yield "needs browser", scripted, reading.needs_browser
    yield "dated rows", int(truth["dated_items"]), sum(1 for row in reading.rows if row.date)
    if truth["newest_item"] != "-":
        yield "newest", truth["newest_item"], reading.newest and reading.newest.isoformat()
    if truth["article_date"] != "-":
        yield "published", truth["article_date"], reading.published and reading.published[:10]
    if truth["blank"] in BLANK:
        yield "blank", None if scripted else BLANK[truth["blank"]], reading.blank


def tally() -> tuple[dict[str, Tally], list[str], float]:
    """All facts counted, the faults that nothing excuses, and the milliseconds that 40 KB took."""
    table: dict[str, Tally] = defaultdict(Tally)
    grave: list[str] = []
    size = seconds = 0.0
    for truth in truths():
        started = time.perf_counter()
        reading = read(truth)
        seconds += time.perf_counter() - started
        size += (PAGES / truth["file"]).stat().st_size
        for name, wanted, got in facts(truth, reading):
            if got == wanted:
                table[name].right += 1
            elif got is None:
                table[name].untold.append(truth["file"])
            else:
                table[name].wrong.append(f"{truth['file']}: {got}, should be {wanted}")
        if reading.blank is True and truth["blank"] != "yes":
            grave.append(f"{truth['file']} is called blank")
        if truth["needs_script"] == "yes" and (reading.blank is not None or reading.newest is not None):
            grave.append(f"{truth['file']}: a script fills its list, yet it was judged")
    return table, grave, seconds * 1000 * 40_960 / size


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages-only", action="store_true", help="leave the demo cities out")
    asked = parser.parse_args()
    good = [pages(), shapes(), captures(), dates(), columns(), accounts()]
    if not asked.pages_only:
        logging.disable(logging.CRITICAL)  # the cities fail on purpose, and every failure would be told
        good += [accuracy_city.found_all(), accuracy_city.nobody_accused()]
    return 0 if all(good) else 1


def pages() -> bool:
    table, grave, milliseconds = tally()
    print(f"{'fact':<15}{'right':>6}{'wrong':>6}{'cannot tell':>12}")
    for name, count in table.items():
        print(f"{name:<15}{count.right:>6}{len(count.wrong):>6}{len(count.untold):>12}")
    for name, count in table.items():
        for line in count.wrong:
            print(f"wrong {name}: {line}")
        for line in count.untold:
            print(f"not told {name}: {line}")
    dated = [table[name] for name in DATES]
    asked = sum(each.right + len(each.wrong) + len(each.untold) for each in dated)
    right = sum(each.right for each in dated)
    print(f"dated pages right: {right} of {asked}; {milliseconds:.2f} ms for 40 KB")
    for line in grave:
        print(f"grave: {line}")
    return not grave and right >= DATED_RIGHT * asked


def shapes() -> bool:
    """Pages that are read less than whole are named, but only one that is taken for emptier or older than it is is grave."""
    whole = [line for line in recorded.SHAPES if recorded.is_whole(line)]
    grave = [line["file"] for line in recorded.SHAPES if recorded.is_too_empty_or_old(line)]
    print(f"shapes of column pages read whole: {len(whole)} of {len(recorded.SHAPES)}")
    for line in recorded.SHAPES:
        if line not in whole:
            print(f"not whole: {line['file']}: {recorded.shape(line).why}")
    for file in grave:
        print(f"grave: {file} is taken for emptier or older than it is")
    return not grave


def captures() -> bool:
    wrong = [line["file"] for line in recorded.CAPTURES if not recorded.is_known(line)]
    return _told("captures known for what they are", len(recorded.CAPTURES), wrong)


def dates() -> bool:
    wrong = [
        f"{line['kind']} {line['text']}: {found}, should be {line['expected']}"
        for line in date_lines.LINES
        if (found := date_lines.read(line)) != line["expected"]
    ]
    return _told("shapes of dates right", len(date_lines.LINES), wrong)


def accounts() -> bool:
    asked, wrong, grave = accuracy_accounts.answers()
    right = _told("answers about accounts read right", asked, wrong)
    for line in grave:
        print(f"grave: {line}")
    return _told("scenarios of several answers right", *accuracy_accounts.scenarios()) and right


def _told(what: str, asked: int, wrong: list[str]) -> bool:
    print(f"{what}: {asked - len(wrong)} of {asked}")
    for line in wrong:
        print(f"wrong: {line}")
    return not wrong


def columns() -> bool:
    """The classes that names alone give to columns: "open" where a person would have to say."""
    with COLUMN_NAMES.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    wrong = []
    for row in rows:
        parents = row["上级栏目"].split("/") if row["上级栏目"] else ()
        known = classify(row["名称"], parents, today=AT.date())
        given = known.letter if known.certain else "open"
        if given != row["类别"]:
            wrong.append(f"{row['名称']}: {given}, should be {row['类别']}")
    return _told("column names right", len(rows), wrong)


if __name__ == "__main__":
    sys.exit(main())
