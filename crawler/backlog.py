"""What a crawl has seen and nobody has taken yet: who sees more than is taken has to wait.

Counted in bytes, too: pages may be thousands of times as large as visits.
"""

import asyncio
import contextlib
import queue
from collections import deque
from collections.abc import Iterator
from typing import Generic, TypeVar

T = TypeVar("T")

MOST_ITEMS = 400
MOST_BYTES = 64 << 20


class Backlog(Generic[T]):
    """Filled in an event loop, emptied in another thread."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[T] = queue.SimpleQueue()
        self._bytes_put = self._bytes_taken = 0  # each is written by one side only
        self._closed = False
        self._waiting: deque[asyncio.Future[None]] = deque()
        """Who waits to put something in."""

    @property
    def is_full(self) -> bool:
        return self._queue.qsize() >= MOST_ITEMS or self._bytes_put - self._bytes_taken >= MOST_BYTES

    async def put(self, item: T) -> None:
        """Waits while too much waits to be taken; once it is closed, nothing comes in."""
        while self.is_full and not self._closed:
            turn = asyncio.get_running_loop().create_future()
            self._waiting.append(turn)
            # Who takes looks for those who wait after taking, we look again after we wait: one sees the other.
            if self.is_full and not self._closed:
                await turn
        if not self._closed:
            self.put_now(item)

    def put_now(self, item: T) -> None:
        self._bytes_put += _size(item)
        self._queue.put(item)

    def take(self) -> T:
        """Waits while there is nothing."""
        item = self._queue.get()
        self._bytes_taken += _size(item)
        if self._waiting and not self.is_full:
            self._let_in(all_of_them=self._queue.empty())
        return item

    def _let_in(self, *, all_of_them: bool) -> None:
        with contextlib.suppress(IndexError):  # whoever closes lets them in, too
            for _ in range(len(self._waiting) if all_of_them else 1):
                turn = self._waiting.popleft()
                with contextlib.suppress(RuntimeError):  # the loop has ended, and who waited in it
                    turn.get_loop().call_soon_threadsafe(_go_on, turn)

    def rest(self) -> Iterator[T]:
        """What is there, without waiting for more."""
        with contextlib.suppress(queue.Empty):
            while True:
                yield self._queue.get_nowait()

    def close(self) -> None:
        """Nobody takes anything any more: whoever waits to put something in goes on without."""
        self._closed = True
        self._let_in(all_of_them=True)


def _go_on(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_result(None)


def _size(item: object) -> int:
    return len(item) if isinstance(item, bytes) else 0
