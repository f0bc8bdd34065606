"""A small server on loopback that misbehaves on purpose: raw sockets, so that it can break HTTP itself."""

import asyncio
import contextlib
import gzip
import itertools
import socket
import struct
import threading
from collections.abc import Awaitable, Callable, Iterator

Writer = asyncio.StreamWriter
Behaviour = Callable[[Writer, str], Awaitable[None]]


def a_list(name: str) -> str:
    """A column page with eleven dated rows of its own."""
    rows = "".join(
        f'<li><a href="/art/{name}/{n}.html">{name}第{n}条通知</a><span>2026-11-{n:02d}</span></li>'
        for n in range(10, 21)
    )
    return f"<html><head><title>{name}</title></head><body><ul>{rows}</ul></body></html>"


async def answer(writer: Writer, body: bytes | str, status: str = "200 OK", headers: str = "") -> None:
    packed = body.encode() if isinstance(body, str) else body
    head = f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(packed)}\r\n{headers}"
    writer.write(f"{head}Connection: close\r\n\r\n".encode() + packed)
    await writer.drain()


async def good(writer: Writer, path: str) -> None:
    await answer(writer, a_list("good"))


async def home(writer: Writer, path: str) -> None:
    """A home page whose columns are all the other behaviours."""
    links = "".join(f'<li><a href="/{name}/">{name}栏目</a></li>' for name in BEHAVIOURS if name != "home")
    page = f'<html><head><title>云泽市</title></head><body><div class="nav"><ul>{links}</ul></div>{a_list("news")}</body></html>'
    await answer(writer, page)


async def empty(writer: Writer, path: str) -> None:
    await answer(writer, b"")


async def binary(writer: Writer, path: str) -> None:
    await answer(writer, b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)


async def endless(writer: Writer, path: str) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"<p>more</p>" * 1000)
            await writer.drain()


async def truncated(writer: Writer, path: str) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 90000\r\n\r\n<html><ul>")
    await writer.drain()


async def broken_markup(writer: Writer, path: str) -> None:
    await answer(
        writer, a_list("broken").replace("</li>", "").replace("</ul>", "<<<</div></td>").replace("</a>", "")
    )


async def circling(writer: Writer, path: str) -> None:
    turn = "/circling/b" if path.endswith("/circling/") else "/circling/"
    await answer(writer, "", "302 Found", f"Location: {turn}\r\n")


async def soft_404(writer: Writer, path: str) -> None:
    await answer(
        writer,
        "<html><head><title>404 页面不存在</title></head><body>您访问的页面不存在或已被删除</body></html>",
    )


async def missing(writer: Writer, path: str) -> None:
    await answer(writer, "<html><body>Not Found</body></html>", "404 Not Found")


async def failing(writer: Writer, path: str) -> None:
    await answer(writer, "<html><body>Internal error</body></html>", "500 Internal Server Error")


async def guarded(writer: Writer, path: str) -> None:
    await answer(
        writer,
        "<html><head><title>访问拦截</title></head><body>您的访问被拦截，请求含有攻击行为</body></html>",
        "405 Not Allowed",
    )


async def silent(writer: Writer, path: str) -> None:
    await asyncio.sleep(30)


async def dripping(writer: Writer, path: str) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"<p>")
            await writer.drain()
            await asyncio.sleep(0.2)


async def endless_headers(writer: Writer, path: str) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(ConnectionError):
        for number in itertools.count():
            writer.write(b"X-Header-%d: more\r\n" % number * 500)
            await writer.drain()


async def endless_header(writer: Writer, path: str) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Header: ")
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"more" * 10_000)
            await writer.drain()


async def dripping_headers(writer: Writer, path: str) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    with contextlib.suppress(ConnectionError):
        for number in itertools.count():
            writer.write(b"X-Header-%d: more\r\n" % number)
            await writer.drain()
            await asyncio.sleep(0.2)


async def endless_hints(writer: Writer, path: str) -> None:
    """Interim answers (1xx) and never the answer."""
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 200)
            await writer.drain()
            await asyncio.sleep(0.01)


async def endless_trailers(writer: Writer, path: str) -> None:
    trailers = b"X-Trailer: more\r\n" * 500
    with contextlib.suppress(ConnectionError):
        # In one piece: what comes after the head is a part that is missing, what comes with it a broken answer.
        writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<p>\r\n0\r\n" + trailers)
        while True:
            await writer.drain()
            writer.write(trailers)


async def hesitating(writer: Writer, path: str) -> None:
    """Four redirects, each of which comes in time."""
    await asyncio.sleep(0.5)
    turn = int(path.rpartition("/")[2] or 0)
    if turn == 4:
        await answer(writer, a_list("hesitating"))
    else:
        await answer(writer, "", "302 Found", f"Location: /hesitating/{turn + 1}\r\n")


async def many_times_packed(writer: Writer, path: str) -> None:
    """Packed again and again: each time costs us, and nobody does that for a reader."""
    body = a_list("packed").encode()
    for _ in range(40):
        body = gzip.compress(body)
    await answer(writer, body, headers=f"Content-Encoding: {', '.join(['gzip'] * 40)}\r\n")


async def resetting(writer: Writer, path: str) -> None:
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


BEHAVIOURS: dict[str, Behaviour] = {
    behaviour.__name__: behaviour
    for behaviour in (
        *(home, good, empty, binary, endless, truncated, broken_markup, circling),
        *(soft_404, missing, failing, guarded, silent, dripping, resetting),
    )
}

HOSTILE: dict[str, Behaviour] = {
    behaviour.__name__: behaviour
    for behaviour in (
        *(endless_headers, endless_header, dripping_headers, endless_hints, endless_trailers),
        *(hesitating, many_times_packed),
    )
}
"""What no server does by mistake; no column of the home page."""


async def serve(reader: asyncio.StreamReader, writer: Writer) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        request = await reader.readuntil(b"\r\n\r\n")
        path = request.split(b" ")[1].decode()
        if path == "/robots.txt":
            await answer(writer, "", "404 Not Found")
        else:
            await (BEHAVIOURS | HOSTILE).get(path.split("/")[1], home)(writer, path)
    writer.close()


@contextlib.contextmanager
def misbehaving() -> Iterator[str]:
    """The server's address while the block runs."""
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(serve, "127.0.0.1", 0))
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
