"""The city in a process of its own: for the command `demo`, and for the programs that measure the round."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

ENDS_WITHIN_SECONDS = 10


class NotServed(Exception):
    """The city could not be served; it said why on the standard error."""


@dataclass(frozen=True, slots=True)
class Served:
    """What `python -m demo` told when it began."""

    registers: tuple[Path, ...]
    sites: int
    accounts: int
    pages: int


@contextmanager
def served(
    registers: Path,
    *,
    now: datetime,
    seed: int = 7,
    sites: int = 44,
    accounts: int = 294,
    difficult: bool = False,
) -> Iterator[Served]:
    """Serve while the block runs, without remembering requests; the registers and the answer key stand in `registers`."""
    command = [sys.executable, "-m", "demo", "--no-log", "--seed", str(seed), "--now", now.isoformat()]
    command += ["--registers", str(registers), "--sites", str(sites), "--accounts", str(accounts)]
    command += ["--difficult"] if difficult else []
    serving = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,  # Ctrl-C is for the program alone: it ends the city itself
    )
    try:
        assert serving.stdout is not None
        told = serving.stdout.readline()
        if not told:
            raise NotServed
        facts = json.loads(told)
        yield Served(tuple(map(Path, facts["registers"])), facts["sites"], facts["accounts"], facts["pages"])
    finally:
        serving.terminate()
        try:
            serving.wait(timeout=ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()
