"""The browser's only way out: a proxy of our own on loopback that asks the guard at each connection.

What a page makes the browser ask for (pictures, interfaces, frames, WebSockets, redirects) passes here, and only here; so
a page in the browser reaches no address inside our house, whatever its names resolve to, and whenever.
"""

import asyncio
import base64
import contextlib
import secrets
import socket
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from crawler.guard import ForbiddenAddress

Reader: TypeAlias = asyncio.StreamReader
Writer: TypeAlias = asyncio.StreamWriter
OpenSocket = Callable[[tuple[Any, ...]], socket.socket]
"""Makes the socket for one answer of `getaddrinfo`, or raises ForbiddenAddress where it is not allowed."""

CONNECT_SECONDS = 10
IDLE_SECONDS = 60
"""A connection on which nothing comes for so long is closed."""
MOST_BYTES = 64 << 20
"""Of one connection, in one direction: no page that is read needs more."""
HOP_HEADERS = (b"proxy-", b"connection:", b"keep-alive:")


class Refused(Exception):
    """The request does not come from our browser, or asks for what we do not do."""


class Egress:
    """`async with Egress(open_socket) as way:` gives an address, a name and a password for the browser."""

    username = "browser"

    def __init__(self, open_socket: OpenSocket) -> None:
        self._open_socket = open_socket
        self.password = secrets.token_urlsafe(24)
        pair = base64.b64encode(f"{self.username}:{self.password}".encode())
        self._authorization = b"proxy-authorization: basic " + pair.lower()
        self._tasks: set[asyncio.Task[None]] = set()
        self.forbidden: set[str] = set()
        """Hosts that the guard did not let the browser reach."""

    async def __aenter__(self) -> "Egress":
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _accept(self, reader: Reader, writer: Writer) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            # What goes wrong on one connection is told to the browser by its end.
            with contextlib.suppress(OSError, EOFError, TimeoutError, Refused, asyncio.LimitOverrunError):
                await self._serve(reader, writer)
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: Reader, writer: Writer) -> None:
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), IDLE_SECONDS)
        request, *headers = head.rstrip(b"\r\n").split(b"\r\n")
        if not self._is_ours(headers):
            writer.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                b'Proxy-Authenticate: Basic realm="browser"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
            )
            await writer.drain()
            return
        method, _, rest = request.partition(b" ")
        target, _, version = rest.rpartition(b" ")
        if method == b"CONNECT":
            await self._tunnel(target.decode("ascii", "replace"), reader, writer)
        else:
            await self._forward(method, target.decode("ascii", "replace"), version, headers, reader, writer)

    def _is_ours(self, headers: list[bytes]) -> bool:
        return any(secrets.compare_digest(header.lower(), self._authorization) for header in headers)

    async def _tunnel(self, target: str, reader: Reader, writer: Writer) -> None:
        there, to_there = await self._connect(*_place(f"//{target}", 443))
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            both = [asyncio.create_task(_pump(reader, to_there)), asyncio.create_task(_pump(there, writer))]
            try:
                await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for task in both:
                    task.cancel()
                await asyncio.gather(*both, return_exceptions=True)
        finally:
            to_there.close()

    async def _forward(
        self, method: bytes, url: str, version: bytes, headers: list[bytes], reader: Reader, writer: Writer
    ) -> None:
        """One plain request on a connection of its own."""
        host, port = _place(url, 80)
        parts = urlsplit(url)
        if parts.scheme != "http":
            raise Refused(url)
        there, to_there = await self._connect(host, port)
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            passed_on = [each for each in headers if not each.lower().startswith(HOP_HEADERS)]
            lines = [b"%s %s %s" % (method, path.encode(), version), *passed_on, b"Connection: close"]
            to_there.write(b"\r\n".join(lines) + b"\r\n\r\n")
            sends = asyncio.create_task(_pump(reader, to_there, _length(headers)))
            try:
                await _pump(there, writer)
            finally:
                sends.cancel()
                await asyncio.gather(sends, return_exceptions=True)
        finally:
            to_there.close()

    async def _connect(self, host: str, port: int) -> tuple[Reader, Writer]:
        """A connection to the first address of the host that answers; the address asked about is the one connected to."""
        loop = asyncio.get_running_loop()
        trouble: OSError = OSError(f"{host} has no address")
        try:
            infos = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except ValueError:  # a name that can be none: too long a label, signs of no name
            raise Refused(host) from None
        for info in infos:
            try:
                made = self._open_socket(info)
            except ForbiddenAddress as error:
                self.forbidden.add(host)
                trouble = error
                continue
            made.setblocking(False)
            try:
                async with asyncio.timeout(CONNECT_SECONDS):
                    await loop.sock_connect(made, info[4])
                    return await asyncio.open_connection(sock=made)
            except OSError as error:  # TimeoutError is one
                made.close()
                trouble = error
        raise trouble


async def _pump(reader: Reader, writer: Writer, most: int = MOST_BYTES) -> None:
    """Pass on what comes until it ends, or so many bytes are through."""
    while most > 0 and (chunk := await asyncio.wait_for(reader.read(min(1 << 16, most)), IDLE_SECONDS)):
        most -= len(chunk)
        writer.write(chunk)
        await writer.drain()


def _place(url: str, usual_port: int) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or usual_port
    except ValueError:
        raise Refused(url) from None
    if not host:
        raise Refused(url)
    return host, port


def _length(headers: list[bytes]) -> int:
    """How much of a request follows its head. A browser always says so."""
    for header in headers:
        name, _, value = header.partition(b":")
        if name.lower() == b"content-length" and value.strip().isdigit():
            return int(value)
    return 0
