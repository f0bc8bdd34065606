"""A city on loopback whose websites want to fill our memory: packed bombs, answers without an end, and large ones
that stop just before it."""

import contextlib
import gzip
import itertools
import time
import zlib
from collections.abc import Iterable, Iterator

import brotli
import zstandard

from tests.crawler.listening import Quiet, listening

MEGABYTE = 1 << 20
PACKED_MEGABYTES = 400
"""So large is each bomb when it is unpacked."""
STALLS_SECONDS = 120
"""Longer than all of them wait for their turns to be read: none of these answers ever comes to its end."""


def _gzip() -> bytes:
    return gzip.compress(bytes(10 * MEGABYTE)) * (PACKED_MEGABYTES // 10)


def _deflate() -> bytes:
    """One block again and again; nobody gets to its end."""
    packer = zlib.compressobj(wbits=-15)
    block = packer.compress(bytes(10 * MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * (PACKED_MEGABYTES // 10)


def _brotli() -> bytes:
    packer = brotli.Compressor(quality=1)
    return (
        b"".join(packer.process(bytes(10 * MEGABYTE)) for _ in range(PACKED_MEGABYTES // 10))
        + packer.finish()
    )


def _zstd() -> bytes:
    return zstandard.compress(bytes(PACKED_MEGABYTES * MEGABYTE))


@contextlib.contextmanager
def bomb_city() -> Iterator[str]:
    """Its address; the first part of a path says what is sent."""
    packed = {"gzip": _gzip(), "deflate": _deflate(), "br": _brotli(), "zstd": _zstd()}
    twice = gzip.compress(packed["gzip"])

    class Handler(Quiet):
        def do_GET(self) -> None:
            kind = self.path.split("/")[1]
            with contextlib.suppress(ConnectionError):
                if kind in packed:
                    self.send(packed[kind], kind)
                elif kind == "twice":
                    self.send(twice, "gzip, gzip")
                elif kind == "endless":
                    self.send_without_end(itertools.repeat(bytes(MEGABYTE)))
                elif kind == "stalling":
                    self.send_without_end(itertools.repeat(bytes(MEGABYTE), 7))
                    time.sleep(STALLS_SECONDS)
                else:
                    self.send_error(404)

        def send(self, body: bytes, encoding: str = "") -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            if encoding:
                self.send_header("Content-Encoding", encoding)
            self.end_headers()
            self.wfile.write(body)

        def send_without_end(self, chunks: Iterable[bytes]) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            for chunk in chunks:
                self.wfile.write(chunk)

    with listening(Handler) as port:
        yield f"http://127.0.0.1:{port}"
