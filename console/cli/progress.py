"""How far a round is: a bar with what was looked at last and the time left on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from console.cli.tables import printable
from crawler.observations import Visit
from scheduler.round import Phase, Progress
from tracker.ledger import Job

LINE_EVERY_SECONDS = 10


@contextmanager
def progress() -> Iterator[Progress]:
    """However the block ends, the terminal is as it was."""
    if not sys.stdout.isatty():
        yield Lines()
        return
    bar = Bar()
    try:
        yield bar
    finally:
        bar.stop()


class Lines:
    """One line at the beginning, one now and then."""

    def begins(self, phase: Phase, total: int) -> None:
        self.phase, self.total, self.count, self.failed = phase, total, 0, 0
        self.next_line = time.monotonic() + LINE_EVERY_SECONDS
        print(f"{phase}开始：{total} 个对象", flush=True)

    def looked(self, job: Job, visit: Visit) -> None:
        self.count += 1
        self.failed += visit.problem is not None
        done = self.count == self.total
        if done or time.monotonic() >= self.next_line:
            self.next_line = time.monotonic() + LINE_EVERY_SECONDS
            failed = f"，无法核验 {self.failed}" if self.failed else ""
            print(f"{self.phase} {self.count}/{self.total}{failed}", flush=True)


class Bar:
    """rich's bar; it vanishes when the phase is over and leaves one line."""

    def __init__(self) -> None:
        self.bar: Any = None
        self.task: Any = None

    def begins(self, phase: Phase, total: int) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self.stop()
        self.phase, self.total, self.count = phase, total, 0
        self.bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("剩余"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[last]}", markup=False),
            transient=True,
        )
        self.task = self.bar.add_task(phase, total=total, last="")
        self.bar.start()

    def looked(self, job: Job, visit: Visit) -> None:
        self.count += 1
        what = visit.problem.sentence if visit.problem else ""
        self.bar.update(self.task, completed=self.count, last=printable(f"{visit.target.name} {what}"))
        if self.count == self.total:
            self.stop()
            print(f"{self.phase}完成：{self.total} 个对象")

    def stop(self) -> None:
        if self.bar is None:
            return
        with suppress(
            IndexError
        ):  # Ctrl-C in the middle of rich's own start: it takes away what is not there yet
            self.bar.stop()
        self.bar.console.show_cursor(True)
