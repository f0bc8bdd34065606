"""The city on loopback: one address for each website and bridge, all on one port, told apart by the address called."""

import asyncio
import socket
import time
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from zlib import crc32

from aiohttp import web

from demo.answer import Answer
from demo.certificate import expired_context

Answerer = Callable[[str, str, str, str, str], Answer]
"""(address called, path with query, user agent, body of a POST, cookies) to the answer."""
ATTEMPTS = 30
"""Free ports to try: one that is free on the first address may be taken on another."""
BODY_LIMIT = 64 << 10
BACKLOG = 256


@dataclass(frozen=True, slots=True)
class Served:
    """One line of the access log. Moments are seconds of a clock that only runs forward."""

    address: str
    path: str
    agent: str
    status: int
    sent: int
    """Bytes that went over the wire, the head of the answer among them."""
    began: float
    ended: float


Logger = Callable[[Served], None]


class CannotServe(Exception):
    """The city needs many addresses of 127.0.0.0/8 and did not get them."""


def bind_all(addresses: Iterable[str], port: int, closed: Iterable[str] = ()) -> list[socket.socket]:
    """Listening sockets on all addresses and one port; port 0 takes any that is free on all.

    The sockets of `closed` follow: they hold the port and do not listen, so that who calls is refused.
    """
    addresses, closed = list(addresses), list(closed)
    for attempt in range(ATTEMPTS):
        sockets: list[socket.socket] = []
        chosen = port
        try:
            for address in (*addresses, *closed):
                sockets.append(_bound(address, chosen, listens=len(sockets) < len(addresses)))
                chosen = sockets[0].getsockname()[1]
        except OSError as error:
            for each in sockets:
                each.close()
            if port or not sockets or attempt == ATTEMPTS - 1:
                raise CannotServe(
                    f"cannot listen on {address} port {chosen or 'any'}: {error.strerror or error}. The demo city gives each website "
                    "an address of its own in 127.0.0.0/8; Linux offers them all, on macOS each needs "
                    f"`sudo ifconfig lo0 alias {address}`."
                ) from error
        else:
            return sockets
    raise CannotServe("no port is free on all addresses of the demo city")


def _bound(address: str, port: int, *, listens: bool) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        if listens:
            listener.listen(BACKLOG)
        listener.setblocking(False)
    except OSError:
        listener.close()
        raise
    return listener


class Servers:
    """The running servers behind the sockets."""

    def __init__(self, answerer: Answerer, logger: Logger, secured: Collection[str] = ()) -> None:
        """`secured`: the addresses that speak TLS, with a certificate that has expired."""
        self._answerer, self._logger, self._secured = answerer, logger, secured
        self._server = web.Server(self._handle, access_log=None)
        self._listening: list[asyncio.Server] = []
        self._opening: set[asyncio.Task[None]] = set()

    async def start(self, sockets: Iterable[socket.socket]) -> None:
        self._loop = asyncio.get_running_loop()
        for each in sockets:
            await self._listen(each)

    async def _listen(self, listener: socket.socket) -> None:
        context = expired_context() if listener.getsockname()[0] in self._secured else None
        self._listening.append(await self._loop.create_server(self._server, sock=listener, ssl=context))

    def open(self, listener: socket.socket) -> None:
        """Listen on one more socket, also from another thread: who calls at once waits until the loop takes it up."""
        listener.listen(BACKLOG)
        self._loop.call_soon_threadsafe(self._take_up, listener)

    def _take_up(self, listener: socket.socket) -> None:
        task = self._loop.create_task(self._listen(listener))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def stop(self) -> None:
        await asyncio.gather(*self._opening)
        for each in self._listening:
            each.close()
        await self._server.shutdown(timeout=1)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        began = time.monotonic()
        body = ""
        if request.method == "POST":
            body = (await request.content.read(BODY_LIMIT)).decode("utf-8", "replace")
        transport = request.transport
        address = transport.get_extra_info("sockname")[0] if transport else ""
        agent = request.headers.get("User-Agent", "")
        cookie = request.headers.get("Cookie", "")
        answer = self._answerer(address, request.raw_path, agent, body, cookie)
        await asyncio.sleep(answer.wait_seconds)
        response = response_to(request, answer)
        await response.prepare(request)
        await response.write_eof()
        sent, ended = response.body_length, time.monotonic()
        self._logger(Served(address, request.raw_path, agent, response.status, sent, began, ended))
        return response


def response_to(request: web.BaseRequest, answer: Answer) -> web.Response:
    """With a version mark (ETag) on every page: who holds that version already is told so, without the page."""
    headers = [("Content-Type", answer.content_type), *answer.headers]
    if answer.location:
        headers.append(("Location", answer.location))
    if request.method == "GET" and answer.status == 200:
        mark = f'"{crc32(answer.body):08x}-{len(answer.body):x}"'
        if request.headers.get("If-None-Match") == mark:
            return web.Response(status=304, headers={"ETag": mark})
        headers.append(("ETag", mark))
    response = web.Response(body=answer.body, status=answer.status, headers=headers)
    if answer.packed:
        response.enable_compression()
    return response
