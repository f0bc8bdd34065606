"""How long we wait for a website's answer: only the time for which we listened counts.

A page that takes long to read holds up this thread, and with it the answers of all other websites; a large answer waits for
its turn to be read at all. Neither is the website's fault, so its time limit moves by as much.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar

BEAT = 0.25
"""Seconds. So often we see whether this thread still listens; a beat that comes later by as much was missed."""


class Wait:
    """The wait for one answer; `unheard`: seconds of it for which we did not listen."""

    def __init__(self, limit: asyncio.Timeout) -> None:
        self._limit = limit
        self.unheard = 0.0

    def give_back(self, seconds: float) -> None:
        ends_at = self._limit.when()
        if ends_at is not None and not self._limit.expired():
            self.unheard += seconds
            self._limit.reschedule(ends_at + seconds)

    @asynccontextmanager
    async def set_aside(self) -> AsyncIterator[None]:
        """What is awaited inside is our own business."""
        loop = asyncio.get_running_loop()
        began, ends_at = loop.time(), self._limit.when()
        assert ends_at is not None
        self._limit.reschedule(None)
        try:
            yield
        finally:
            self.unheard += loop.time() - began
            self._limit.reschedule(ends_at + loop.time() - began)


class Patience:
    """All waits of one event loop."""

    def __init__(self) -> None:
        self._waits: set[Wait] = set()
        self._mine: ContextVar[Wait] = ContextVar("wait")
        self._beat: asyncio.TimerHandle | None = None

    @property
    def mine(self) -> Wait:
        """That of the task that asks."""
        return self._mine.get()

    @asynccontextmanager
    async def wait(self, seconds: float) -> AsyncIterator[Wait]:
        """Raises TimeoutError after so many seconds in which we listened."""
        async with asyncio.timeout(seconds) as limit:
            wait = Wait(limit)
            token = self._mine.set(wait)
            self._waits.add(wait)
            if self._beat is None:
                self._listen()
            try:
                yield wait
            finally:
                self._waits.discard(wait)
                self._mine.reset(token)

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        self._beat = loop.call_at(due := loop.time() + BEAT, self._heard, due)

    def _heard(self, due: float) -> None:
        late = asyncio.get_running_loop().time() - due
        if late > BEAT:
            for wait in self._waits:
                wait.give_back(late)
        self._beat = None
        if self._waits:
            self._listen()
