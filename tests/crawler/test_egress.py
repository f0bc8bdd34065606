"""The browser's way out: whatever is asked of it, the guard is asked first, at the connection itself."""

import asyncio
import base64
import errno
import gc
import socket
from collections.abc import Awaitable, Callable
from typing import Any

from crawler.egress import Egress, OpenSocket
from crawler.guard import guarded_sockets
from tests.crawler.shown_site import ShownSite, shown_site


def anywhere(info: tuple[Any, ...]) -> socket.socket:
    return socket.socket(*info[:3])


def through(open_socket: OpenSocket, ask: Callable[[Egress], Awaitable[bytes]]) -> tuple[bytes, set[str]]:
    """What came back, and the hosts that were forbidden."""

    async def talk() -> tuple[bytes, set[str]]:
        async with Egress(open_socket) as way:
            return await asyncio.wait_for(ask(way), 10), way.forbidden

    return asyncio.run(talk())


async def say(way: Egress, *lines: str, password: str | None = None, then: bytes = b"") -> bytes:
    port = int(way.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    pair = base64.b64encode(f"{way.username}:{password or way.password}".encode()).decode()
    head = "\r\n".join([*lines, f"Proxy-Authorization: Basic {pair}", "", ""])
    writer.write(head.encode())
    if then:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(then)
    said = await reader.read()
    writer.close()
    return said


def place(site: ShownSite) -> str:
    return site.address.removeprefix("http://")


def test_a_plain_request_is_passed_on_without_what_concerns_the_way() -> None:
    with shown_site() as site:
        line = f"GET {site.address}/plain/ HTTP/1.1"
        said, _ = through(anywhere, lambda way: say(way, line, f"Host: {place(site)}"))

    assert said.startswith(b"HTTP/1.1 200") and "通知公告".encode() in said
    assert site.asked == ["/plain/"]
    assert "proxy-authorization" not in site.heads[0].lower()


def test_a_tunnel_leads_there_and_back() -> None:
    with shown_site() as site:
        line, then = f"CONNECT {place(site)} HTTP/1.1", b"GET /plain/ HTTP/1.1\r\nHost: x\r\n\r\n"
        said, _ = through(anywhere, lambda way: say(way, line, then=then))

    assert "通知公告".encode() in said


def test_nothing_inside_our_house_is_connected_to_by_request_or_by_tunnel() -> None:
    with shown_site() as site:
        lines = (f"GET {site.address}/plain/ HTTP/1.1", f"CONNECT {place(site)} HTTP/1.1")
        refused = [through(guarded_sockets(), lambda way, line=line: say(way, line)) for line in lines]

    assert [(said, hosts) for said, hosts in refused] == [(b"", {"127.0.0.1"})] * 2
    assert site.asked == []


def test_only_the_port_that_is_our_own_is_let_through() -> None:
    with shown_site() as own, shown_site() as other:
        guard = guarded_sockets([("127.0.0.1", int(own.address.rpartition(":")[2]))])
        for site in (own, other):
            line = f"GET {site.address}/plain/ HTTP/1.1"
            through(guard, lambda way, line=line: say(way, line))

    assert (own.asked, other.asked) == (["/plain/"], [])


def test_a_machine_without_a_socket_left_forbids_nothing() -> None:
    def none_left(info: tuple[Any, ...]) -> socket.socket:
        raise OSError(errno.EMFILE, "Too many open files")

    assert through(none_left, lambda way: say(way, "CONNECT 127.0.0.1:9 HTTP/1.1")) == (b"", set())


def test_who_does_not_know_the_password_is_not_served() -> None:
    with shown_site() as site:
        line = f"GET {site.address}/plain/ HTTP/1.1"
        said, _ = through(anywhere, lambda way: say(way, line, password="guessed"))

    assert said.startswith(b"HTTP/1.1 407")
    assert site.asked == []


NONSENSE = [
    *(
        "",
        "GET",
        "GET ftp://x/ HTTP/1.1",
        "CONNECT :x HTTP/1.1",
        "GET http:// HTTP/1.1",
        "GET http://[x/ HTTP/1.1",
    ),
    *(
        f"CONNECT {'a' * 70}.test:443 HTTP/1.1",
        f"GET http://{'a' * 70}.test/ HTTP/1.1",
        "CONNECT a\0b:443 HTTP/1.1",
    ),
    *("CONNECT x:99999 HTTP/1.1", "CONNECT a..b:443 HTTP/1.1", "GET http://./ HTTP/1.1"),
]


def test_what_is_no_request_ends_the_connection_and_not_the_way() -> None:
    unhandled: list[object] = []
    with shown_site() as site:

        async def nonsense_and_then_sense(way: Egress) -> bytes:
            asyncio.get_running_loop().set_exception_handler(lambda _, trouble: unhandled.append(trouble))
            for line in NONSENSE:
                assert await say(way, line) == b""
            gc.collect()  # an exception that nobody handled is told of when its task is let go
            return await say(way, f"GET {site.address}/plain/ HTTP/1.1")

        said, _ = through(anywhere, nonsense_and_then_sense)

    assert "通知公告".encode() in said
    assert unhandled == []
