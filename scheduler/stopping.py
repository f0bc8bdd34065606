"""How whoever works is told to lay it down: asked from one thread, heard in another."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class Stopped(Exception):
    """The work was laid down in an orderly way, because somebody asked; the next call goes on with it."""


class Stop:
    """Asked once and for good. Who works looks at `asked` between two steps; who waits for something is called."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._lock = threading.Lock()
        self._calls: list[Callable[[], None]] = []

    @property
    def asked(self) -> bool:
        return self._asked.is_set()

    def ask(self) -> None:
        with self._lock:
            self._asked.set()
            calls = tuple(self._calls)
        for call in calls:
            call()

    def require_going(self) -> None:
        """Stopped, if somebody asked."""
        if self.asked:
            raise Stopped

    def heeded(
        self, things: Iterable[T], stop_them: Callable[[], None], never_lost: tuple[type, ...] = ()
    ) -> Iterator[T]:
        """The things until somebody asks: then their maker is told, what it hands out still is dropped but for what is
        `never_lost`, and Stopped raised when it has ended."""
        with self.calls(stop_them):
            for thing in things:
                if not self.asked or isinstance(thing, never_lost):
                    yield thing
        self.require_going()

    @contextmanager
    def calls(self, call: Callable[[], None]) -> Iterator[None]:
        """Within the block `call` is made when somebody asks, at once if somebody did before; it must not block."""
        with self._lock:
            self._calls.append(call)
            asked = self.asked
        try:
            if asked:
                call()
            yield
        finally:
            with self._lock:
                self._calls.remove(call)
