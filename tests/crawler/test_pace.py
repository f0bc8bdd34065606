"""No host is asked more often than its budget allows, whoever asks."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from crawler.clock import Clock
from crawler.observations import Problem, SiteVisit
from crawler.pace import LONGEST_DELAY, Budget, Pace, Traffic, authority_of
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.targets import Account, Road, Site
from tests.builders import NOW
from tests.crawler.listening import Quiet, listening
from tests.crawler.misbehaving import a_list

HOST = "www.yunze.gov.cn"


class Hours:
    """A clock that goes only while somebody sleeps by it."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((self.now + seconds, woken))
        await woken

    async def pass_by(self) -> None:
        """Until nobody sleeps any more."""
        for _ in range(20):
            await asyncio.sleep(0)
        while self._sleepers:
            self._sleepers.sort(key=lambda each: each[0])
            self.now, woken = self._sleepers.pop(0)
            woken.set_result(None)
            for _ in range(20):
                await asyncio.sleep(0)


@dataclass
class Log:
    """When each request began, and how many went on at the same time."""

    hours: Hours
    began: list[float] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def ask(self, pace: Pace, host: str, seconds: float) -> None:
        async with pace.turn(host):
            self.began.append(self.hours.now)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
            await self.hours.sleep(seconds)
            self.at_once -= 1


def asked(*requests: tuple[Budget, str, float], delay: float = 0) -> Log:
    """All these at once, each with a Pace of its own: (budget, host, how long it takes)."""

    async def ask_all() -> Log:
        hours = Hours()
        log, traffic = Log(hours), Traffic(lambda: hours.now, hours.sleep)
        traffic.slow_down(HOST, delay)
        tasks = [
            asyncio.create_task(log.ask(Pace(budget, traffic=traffic), host, seconds))
            for budget, host, seconds in requests
        ]
        await hours.pass_by()
        await asyncio.gather(*tasks)
        return log

    return asyncio.run(ask_all())


FOUR_A_SECOND = Budget(at_once=2, a_second=4)
TWO_AT_ONCE = Budget(at_once=2, a_second=0)


def test_requests_to_a_host_begin_a_quarter_of_a_second_apart() -> None:
    log = asked(*[(FOUR_A_SECOND, HOST, 0.01)] * 5)
    assert log.began == pytest.approx([0, 0.25, 0.5, 0.75, 1.0], rel=0.12)


def test_two_are_under_way_however_long_they_take() -> None:
    log = asked(*[(FOUR_A_SECOND, HOST, 3)] * 6)
    assert log.most_at_once == 2
    assert log.began == pytest.approx([0, 0.25, 3, 3.25, 6, 6.25], rel=0.12)


def test_hosts_do_not_wait_for_each_other() -> None:
    log = asked(*[(FOUR_A_SECOND, f"{number}.gov.cn", 1) for number in range(9)])
    assert log.began == [0] * 9


def test_no_limit_a_second_means_none() -> None:
    log = asked(*[(Budget(at_once=3, a_second=0), HOST, 1)] * 6)
    assert log.began == pytest.approx([0, 0, 0, 1, 1, 1], rel=0.12)


@pytest.mark.parametrize(("wanted", "kept"), [(1, 1), (2, 2), (30, LONGEST_DELAY)])
def test_what_robots_ask_for_is_kept_up_to_two_seconds(wanted: float, kept: float) -> None:
    log = asked(*[(FOUR_A_SECOND, HOST, 0.01)] * 4, delay=wanted)
    assert log.began == pytest.approx([0, kept, 2 * kept, 3 * kept], rel=0.12)


def test_whoever_asks_is_counted_together() -> None:
    """Plain requests and the browser, a website's round and its probe, a website and a feed on its host."""
    log = asked((FOUR_A_SECOND, HOST, 3), (Budget(4, 10), HOST, 3), (FOUR_A_SECOND, HOST, 3))
    assert log.began == pytest.approx([0, 0.25, 3], rel=0.12)


def test_a_turn_that_nobody_waits_for_any_more_is_for_the_next() -> None:
    async def ask() -> list[str]:
        hours, had = Hours(), []
        pace = Pace(Budget(1, 4), traffic=Traffic(lambda: hours.now, hours.sleep))

        async def one(name: str) -> None:
            async with pace.turn(HOST):
                had.append(name)
                await hours.sleep(1)

        tasks = [asyncio.create_task(one(name)) for name in "abcd"]
        await asyncio.sleep(0.01)
        tasks[1].cancel()  # still waits for its turn
        await hours.pass_by()
        await asyncio.gather(*tasks, return_exceptions=True)
        return had

    assert asyncio.run(ask()) == ["a", "c", "d"]


def test_turns_are_counted_over_all_threads() -> None:
    traffic = Traffic()
    under_way, most = 0, 0
    lock = threading.Lock()

    async def ask() -> None:
        nonlocal under_way, most
        async with Pace(TWO_AT_ONCE, traffic=traffic).turn(HOST):
            with lock:
                under_way += 1
                most = max(most, under_way)
            await asyncio.sleep(0.002)
            with lock:
                under_way -= 1

    async def many() -> None:
        await asyncio.gather(*(ask() for _ in range(20)))

    threads = [threading.Thread(target=lambda: asyncio.run(many())) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert not any(thread.is_alive() for thread in threads)
    assert most == 2


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://www.yunze.gov.cn/a", HOST),
        ("https://WWW.yunze.gov.cn:443/", HOST),
        ("http://www.yunze.gov.cn:8080/", f"{HOST}:8080"),
        ("http://[::1/", ""),
    ],
)
def test_one_host_has_one_budget_over_both_schemes(url: str, host: str) -> None:
    assert authority_of(url) == host


@contextlib.contextmanager
def logging_accesses(robots: str) -> Iterator[tuple[str, list[tuple[float, str]], list[int]]]:
    """A website on loopback: its address, its access log, and how many requests went on at each."""
    accesses: list[tuple[float, str]] = []
    under_way: list[int] = [0]
    lock = threading.Lock()
    now = 0

    class Handler(Quiet):
        def do_GET(self) -> None:
            nonlocal now
            with lock:
                now += 1
                accesses.append((time.monotonic(), self.path))
                under_way.append(now)
            time.sleep(0.01)
            body = self.body().encode()
            with lock:
                now -= 1
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def body(self) -> str:
            if self.path == "/robots.txt":
                return robots
            if self.path == "/feed":
                return "<rss version='2.0'><channel><title>云泽发布</title></channel></rss>"
            links = "".join(f'<li><a href="/lanmu{n}/">栏目{n}</a></li>' for n in "一二三四五六")
            return f'<div class="nav"><ul>{links}</ul></div>{a_list("news")}'

    with listening(Handler) as port:
        yield f"http://127.0.0.1:{port}", accesses, under_way


@pytest.mark.parametrize(
    ("robots", "gap"), [("User-agent: *\nDisallow:", 0.05), ("User-agent: *\nCrawl-delay: 0.1", 0.1)]
)
def test_a_round_and_a_probe_together_keep_within_a_hosts_budget(robots: str, gap: float) -> None:
    settings = CrawlerSettings(
        allow_private_addresses=True,
        site_requests_a_second=20,
        site_requests_at_once=2,
        bridge_requests_a_second=100,
        pages_a_site=8,
        browser="off",
    )
    with logging_accesses(robots) as (base, accesses, under_way):
        site = Site("site", "云泽市", f"{base}/")
        account = Account("account", "weixin", "云泽发布", roads=(Road(f"{base}/feed"),))
        probing = threading.Thread(target=lambda: list(crawl([site], settings, Clock(NOW), "probe")))
        probing.start()
        list(crawl([site, account], settings, Clock(NOW)))
        probing.join()

    times = sorted(at for at, _ in accesses)
    asked_after_robots = times[2:]
    assert {"/feed", "/robots.txt", "/"} < {path for _, path in accesses}
    assert max(under_way) <= 2
    spans = [after - before for before, after in pairwise(asked_after_robots)]
    assert sum(spans) >= 0.9 * gap * len(spans)


def test_what_robots_forbid_is_not_visited_unless_the_settings_say_so() -> None:
    settings = CrawlerSettings(allow_private_addresses=True, site_requests_a_second=0, browser="off")
    with logging_accesses("User-agent: *\nDisallow: /") as (base, accesses, _):
        site = Site("site", "云泽市", f"{base}/")
        (obeying,) = (e for e in crawl([site], settings, Clock(NOW)) if isinstance(e, SiteVisit))
        assert {path for _, path in accesses} == {"/robots.txt"}
        bold = settings.model_copy(update={"obey_robots": False, "pages_a_site": 1})
        (other,) = (e for e in crawl([site], bold, Clock(NOW)) if isinstance(e, SiteVisit))

    assert (obeying.problem, other.problem) == (Problem.ROBOTS, None)
