"""Addresses that the crawler never connects to, in all their disguises."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import Literal

import pytest

from crawler.clock import Clock
from crawler.guard import ForbiddenAddress, guarded_sockets, is_public, public_socket
from crawler.observations import Problem, SiteVisit
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.targets import Site
from tests.builders import NOW
from tests.crawler.misbehaving import a_list, misbehaving

INSIDE = [
    *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "0.0.0.0", "255.255.255.255", "224.0.0.1"),
    *("169.254.169.254", "100.64.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "2002:7f00:1::", "64:ff9b:1::1", "64:ff9b::7f00:1"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_inside_is_refused_when_the_socket_is_made(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with pytest.raises(ForbiddenAddress, match="allow_private_addresses"):
        public_socket((family, socket.SOCK_STREAM, 6, "", (address, 80)))


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"])
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

    class Handler(BaseHTTPRequestHandler):
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

        def log_message(self, *_: object) -> None: ...

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield "127.0.0.1", server.server_address[1]
        server.shutdown()


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
