"""What the websites of the demo city see of us, by their own access log."""

import contextlib
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from console.settings import Settings
from demo.city import City
from demo.serving import Served
from tests.builders import NOW
from tests.journeys.stage import QUICK, Stage, served

AT_ONCE, A_SECOND = 2, 4
JITTER = 0.8
"""On loopback requests that began a second apart may arrive a little closer together."""
MOST_OF_A_CALENDAR = 50
SECOND_ROUND_SHARE = 0.2


@contextlib.contextmanager
def watched(folder: Path, manner: str = "", sites: int = 3, **crawler: Any) -> Iterator[Stage]:
    """A small city that writes its access log; all its websites have the manner."""
    city = City(7, now=NOW, sites=sites, accounts=1)
    for site in city.sites:
        site.manner = manner
    settings = Settings(
        crawler={**QUICK["crawler"], **crawler},  # type: ignore[arg-type]
        scheduler=QUICK["scheduler"],  # type: ignore[arg-type]
        tracker={  # type: ignore[arg-type]
            "database_url": f"sqlite:///{folder / 'xunjian.db'}",
            "evidence_dir": folder / "evidence",
        },
    )
    with served(city, folder / "registers") as registers:
        yield Stage(city, settings, registers)


def by_host(city: City) -> dict[str, list[Served]]:
    found: dict[str, list[Served]] = defaultdict(list)
    for line in sorted(city.log, key=lambda line: line.began):
        found[line.address].append(line)
    return found


def test_no_host_is_asked_more_than_its_budget_allows(tmp_path: Path) -> None:
    with watched(
        tmp_path,
        "slow-server",
        site_requests_at_once=AT_ONCE,
        site_requests_a_second=A_SECOND,
        pages_a_site=14,
    ) as city:
        city.round()
        asked = by_host(city.city)

    assert max(len(lines) for lines in asked.values()) > 2 * A_SECOND
    for lines in asked.values():
        for first, fifth in zip(lines, lines[A_SECOND:], strict=False):
            assert fifth.began - first.began >= JITTER, (first.path, fifth.path)
        for line in lines:
            open_then = [other for other in lines if other.began <= line.began < other.ended]
            assert len(open_then) <= AT_ONCE, line.path


def test_a_calendar_without_end_is_left_early(tmp_path: Path) -> None:
    with watched(tmp_path, "endless-calendar", sites=2) as city:
        city.round()
        months = Counter(line.address for line in city.city.log if line.path.startswith("/calendar/"))
        pages = Counter(line.address for line in city.city.log)

    assert max(pages.values()) > 5
    assert max(months.values(), default=0) < MOST_OF_A_CALENDAR


def test_a_second_round_over_unchanged_pages_costs_a_fifth_of_the_bytes(tmp_path: Path) -> None:
    with watched(tmp_path) as city:
        city.round()
        first = sum(line.sent for line in city.city.log)
        city.city.log.clear()
        city.round(NOW + timedelta(days=1))
        second = sum(line.sent for line in city.city.log)

    assert first > 0
    assert second <= SECOND_ROUND_SHARE * first
