"""What a crawl has seen and nobody has taken yet: who sees more than is taken has to wait.

Counted in bytes, too: pages may be thousands of times as large as visits.
"""

import asyncio
import contextlib
import queue
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_ITEMS = 400
MOST_BYTES = 64 << 20
PAUSE_SECONDS = 0.01


class Backlog(Generic[T]):
    """Filled in an event loop, emptied in another thread."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._bytes_put = self._bytes_taken = 0  # each is written by one side only
        self._closed = False

    @property
    def is_full(self) -> bool:
        return self._queue.qsize() >= MOST_ITEMS or self._bytes_put - self._bytes_taken >= MOST_BYTES

    async def put(self, item: T) -> None:
        """Waits while too much waits to be taken; once it is closed, nothing comes in."""
        while self.is_full and not self._closed:
            await asyncio.sleep(PAUSE_SECONDS)
        if not self._closed:
            self.put_now(item)

    def put_now(self, item: T) -> None:
        self._bytes_put += _size(item)
        self._queue.put(item)

    def take(self) -> T:
        """Waits while there is nothing."""
        item = self._queue.get()
        self._bytes_taken += _size(item)
        return item

    def rest(self) -> Iterator[T]:
        """What is there, without waiting for more."""
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._queue.get_nowait()

    def close(self) -> None:
        """Nobody takes anything any more: whoever waits to put something in goes on without."""
        self._closed = True


def _size(item: object) -> int:
    return len(item) if isinstance(item, bytes) else 0
