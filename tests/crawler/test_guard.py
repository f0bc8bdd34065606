"""Addresses that the crawler never connects to, in all their disguises."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Iterator
from typing import Literal

import aiohttp
import pytest

from crawler.clock import Clock
from crawler.guard import ForbiddenAddress, guarded_sockets, is_public, public_socket
from crawler.observations import Problem, SiteVisit
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.targets import Site
from tests.builders import NOW
from tests.crawler.listening import Quiet, listening
from tests.crawler.misbehaving import a_list, misbehaving

INSIDE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "0.0.0.0", "255.255.255.255", "224.0.0.1"),
    *("169.254.169.254", "100.64.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b:1::1", "64:ff9b::7f00:1"),
    *("64:ff9b::a9fe:a9fe", "::127.0.0.1", "::ffff:0:127.0.0.1", "fec0::1", "ff0e::1", "2001:0:7f00:1::"),
    *("2606:4700::5efe:192.168.1.1", "2606:4700::200:5efe:127.0.0.1", "4000::1", "2001:db8::1", "3fff::1"),
    *("198.18.0.1", "192.88.99.1", "240.0.0.1", "100.127.255.255", "192.0.0.9"),
    *("100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254", "169.254.0.23"),  # metadata
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_when_the_socket_is_made(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(ForbiddenAddress, match="allow_private_addresses"):
        public_socket((family, socket.SOCK_STREAM, 6, "", (address, 80)))


OUTSIDE = [
    *("8.8.8.8", "114.114.114.114", "100.63.255.255", "100.128.0.1", "2400:3200::1", "240e::1"),
    *("::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "2606:4700::5efe:8.8.8.8"),
]


@pytest.mark.parametrize("address", OUTSIDE)
def test_an_address_out_in_the_world_is_not(address: str) -> None:
    assert is_public(address)


OWN = ("127.0.0.1", 8123)


def test_an_address_of_our_own_is_let_through() -> None:
    with guarded_sockets([OWN])((socket.AF_INET, socket.SOCK_STREAM, 6, "", OWN)) as opened:
        assert opened.family == socket.AF_INET


@pytest.mark.parametrize(
    "address",
    [("127.0.0.1", 8124), ("127.0.0.2", 8123), ("10.0.0.1", 8123), ("::1", 8123), ("::ffff:127.0.0.1", 8123)],
)
def test_beside_an_address_of_our_own_nothing_is(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with pytest.raises(ForbiddenAddress):
        guarded_sockets([OWN])((family, socket.SOCK_STREAM, 6, "", address))


@contextlib.contextmanager
def sending_on(to: str) -> Iterator[tuple[str, int]]:
    """A server on loopback with one page; whoever asks for another but robots.txt is sent on to `to`."""

    class Handler(Quiet):
        def do_GET(self) -> None:
            status = {"/": 200, "/robots.txt": 404}.get(self.path, 302)
            body = a_list("own").encode() if status == 200 else b""
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", to)
            self.end_headers()
            self.wfile.write(body)

    with listening(Handler) as port:
        yield "127.0.0.1", port


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_who_is_let_through_cannot_send_us_on_to_another_port_of_this_machine(
    engine: Literal["reactorless", "asyncio"],
) -> None:
    settings = CrawlerSettings(engine=engine, site_requests_a_second=0, retries=0)
    with misbehaving() as inside, sending_on(f"{inside}/good/") as own:
        base = "http://{}:{}".format(*own)
        asked = {"own": f"{base}/", "sent on": f"{base}/away/", "inside": f"{inside}/good/"}
        sites = [Site(key, key, url) for key, url in asked.items()]
        seen = list(crawl(sites, settings, Clock(NOW), own=[own]))

    problems = {each.site.key: each.problem for each in seen if isinstance(each, SiteVisit)}
    assert problems == {
        "own": None,
        "sent on": Problem.FORBIDDEN_ADDRESS,
        "inside": Problem.FORBIDDEN_ADDRESS,
    }
    assert {each for each in seen if isinstance(each, bytes)} == {a_list("own").encode()}


@contextlib.contextmanager
def asked_inside() -> Iterator[tuple[int, set[str]]]:
    """A server on loopback, its port, and the paths that it was asked for."""
    asked: set[str] = set()

    class Handler(Quiet):
        def do_GET(self) -> None:
            asked.add(self.path)
            body = a_list("inside").encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with listening(Handler) as port:
        yield port, asked


LOOPBACK = ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]", "①②⑦.⓪.⓪.①", "a:b@127.0.0.1"]
"""Reached, where nobody guards."""
OLD_FORMS = ["127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001", "0"]
"""What `getaddrinfo` takes for loopback; some versions of aiohttp refuse them by themselves."""
ODD = ["example.invalid\\@127.0.0.1", "127.0.0.1#@example.invalid", "[::]", "[::1]"]


def problems_of(hosts: list[str], port: int, *, guarded: bool) -> dict[str, Problem | None]:
    settings = CrawlerSettings(
        allow_private_addresses=not guarded,
        obey_robots=False,
        retries=0,
        site_requests_a_second=0,
        timeout_seconds=5,
        browser="off",
    )
    sites = [Site(host, host, f"http://{host}:{port}/{number}") for number, host in enumerate(hosts)]
    seen = crawl(sites, settings, Clock(NOW))
    return {each.site.key: each.problem for each in seen if isinstance(each, SiteVisit)}


def test_no_way_of_writing_a_loopback_address_leads_there() -> None:
    with asked_inside() as (port, asked):
        problems = problems_of([*LOOPBACK, *OLD_FORMS, *ODD], port, guarded=True)

    assert asked == set()
    assert {problems[host] for host in (*LOOPBACK, *OLD_FORMS)} == {Problem.FORBIDDEN_ADDRESS}


def test_without_the_guard_they_do() -> None:
    with asked_inside() as (port, asked):
        problems = problems_of(LOOPBACK, port, guarded=False)

    assert asked >= {f"/{number}" for number in range(len(LOOPBACK))}
    assert set(problems.values()) == {None}


@pytest.mark.parametrize("guarded", [True, False])
def test_a_name_that_changes_its_mind_leads_nowhere_inside(
    guarded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: whoever looked the name up before saw a public address."""
    answers = ["8.8.8.8", "127.0.0.1"]

    async def resolve(self: object, host: str, port: int = 0, family: int = 0) -> list[dict[str, object]]:
        now = answers.pop(0) if len(answers) > 1 else answers[0]
        return [
            {"hostname": host, "host": now, "port": port, "family": socket.AF_INET, "proto": 0, "flags": 0}
        ]

    monkeypatch.setattr(aiohttp.DefaultResolver, "resolve", resolve)
    (before,) = asyncio.run(resolve(None, "rebinding.test"))
    with asked_inside() as (port, asked):
        problems = problems_of(["rebinding.test"], port, guarded=guarded)

    assert is_public(str(before["host"]))
    assert problems == {"rebinding.test": Problem.FORBIDDEN_ADDRESS if guarded else None}
    assert bool(asked) is not guarded


@pytest.mark.parametrize("to", ["file:///etc/hostname", "gopher://127.0.0.1/", "ftp://127.0.0.1/", "data:,x"])
def test_nobody_is_sent_on_to_what_is_no_web_address(to: str) -> None:
    with sending_on(to) as own:
        site = Site("site", "site", "http://{}:{}/away".format(*own))
        seen = list(crawl([site], CrawlerSettings(site_requests_a_second=0), Clock(NOW), own=[own]))

    (visit,) = (each for each in seen if isinstance(each, SiteVisit))
    assert visit.problem in (Problem.EMPTY_BODY, Problem.FORBIDDEN_ADDRESS)
    assert not any(isinstance(each, bytes) for each in seen)


def test_python_alone_takes_many_of_them_for_public() -> None:
    """Why a list of our own is needed: what `is_global` lets through."""
    let_through = {address for address in INSIDE if ipaddress.ip_address(address.partition("%")[0]).is_global}
    assert {
        "224.0.0.1",
        "168.63.129.16",
        "fec0::1",
        "::127.0.0.1",
        "2606:4700::5efe:192.168.1.1",
    } <= let_through
