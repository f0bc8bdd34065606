"""However much a server sends, and however it is packed, a crawl reads so much and no more, and for so long."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.backlog import MOST_BYTES, MOST_ITEMS, Backlog
from crawler.clock import Clock
from crawler.fetching import Answer, Wanted
from crawler.observations import Fetch, Problem, SiteVisit
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.site_visit import visit_site
from crawler.targets import Site
from tests.builders import NOW
from tests.crawler.bombs import bomb_city
from tests.crawler.misbehaving import HOSTILE, a_list, misbehaving

CEILING_MEGABYTES = 400
UNLIMITED = 1 << 40


def test_what_has_no_end_is_given_up() -> None:
    settings = CrawlerSettings(
        allow_private_addresses=True,
        timeout_seconds=1.5,
        retries=0,
        site_requests_a_second=0,
        sites_at_once=2,
        browser="off",
    )
    with misbehaving() as server:
        sites = [Site(name, name, f"{server}/{name}/") for name in HOSTILE]
        seen = crawl(sites, settings, Clock(NOW))
        problems = {each.site.key: each.problem for each in seen if isinstance(each, SiteVisit)}

    assert problems == {
        "endless_headers": Problem.RESET,
        "endless_header": Problem.RESET,
        "dripping_headers": Problem.TIMEOUT,
        "endless_hints": Problem.TIMEOUT,
        "endless_trailers": Problem.RESET,
        "hesitating": Problem.TIMEOUT,
        "many_times_packed": Problem.TOO_LARGE,
    }


CHILD = """
import sys
from crawler.clock import Clock, wall_clock
from crawler.observations import SiteVisit
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.site_visit import visit_site
from crawler.targets import Site

base, most, *kinds = sys.argv[1:]
settings = CrawlerSettings(
    allow_private_addresses=True, obey_robots=False, retries=0, site_requests_a_second=0, site_requests_at_once=100,
    timeout_seconds=3, max_page_bytes=int(most), sites_at_once=100, browser="off",
)
sites = [Site(f"{number}", kind, f"{base}/{kind}/{number}") for number, kind in enumerate(kinds)]
for each in crawl(sites, settings, Clock(wall_clock())):
    if isinstance(each, SiteVisit):
        print(each.site.name, each.problem)
with open("/proc/self/status") as status:
    print("peak", next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


def crawled_in_a_child(most: int, kinds: list[str]) -> tuple[set[str], int]:
    """What became of each kind, and the peak of that process's memory in megabytes."""
    with bomb_city() as base:
        done = subprocess.run(
            [sys.executable, "-c", CHILD, base, str(most), *kinds],
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        )
    *said, last = done.stdout.splitlines()
    return set(said), int(last.removeprefix("peak ")) >> 10


PACKED = ["gzip", "deflate", "br", "zstd", "twice"]


def test_a_city_of_bombs_does_not_fill_our_memory() -> None:
    kinds = [*PACKED, *PACKED, "endless", "endless", *["stalling"] * 50]
    said, peak = crawled_in_a_child(CrawlerSettings().max_page_bytes, kinds)

    assert {each.partition(" ")[2] for each in said} == {"too-large", "timeout"}
    assert peak < CEILING_MEGABYTES


def test_without_the_limit_a_single_bomb_does() -> None:
    _, peak = crawled_in_a_child(UNLIMITED, ["br"])

    assert peak > CEILING_MEGABYTES


@pytest.mark.parametrize(("item", "most"), [(b"." * (MOST_BYTES // 4), 4), ("a visit", MOST_ITEMS)])
def test_who_sees_more_than_is_taken_waits(item: bytes | str, most: int) -> None:
    async def fill() -> int:
        backlog: Backlog[bytes | str] = Backlog()
        for _ in range(most):
            await backlog.put(item)
        waiting = asyncio.create_task(backlog.put(item))
        await asyncio.sleep(0.03)
        assert not waiting.done()
        taken = [backlog.take()]
        await waiting
        backlog.close()
        await backlog.put(item)
        return len(taken)

    assert asyncio.run(fill()) == 1


def test_of_one_website_so_much_is_read_and_no_more() -> None:
    menu = "".join(f'<li><a href="/lanmu{n}/">栏目{n}</a></li>' for n in "一二三四五六七八")

    async def fetch(wanted: Wanted) -> Answer:
        body = f'<div class="nav"><ul>{menu}</ul></div>{a_list("news")}'.encode()
        return Answer(Fetch(wanted.url, NOW, wanted.url, 200, "text/html", size=len(body)), body)

    site, size = Site("site", "云泽市", "http://www.yunze.gov.cn/"), 2500
    limits = CrawlerSettings(max_site_bytes=4 * size, articles_opened=0)
    visit = asyncio.run(visit_site(site, fetch, Clock(NOW), limits))

    assert sum(fetch.size for fetch in visit.fetches) < 6 * size
    assert {column.problem for column in visit.columns} == {None, Problem.BUDGET}
