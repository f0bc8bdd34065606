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

    port: int
    registers: tuple[Path, ...]
    sites: int
    accounts: int
    pages: int
    platforms: dict[str, str]
    """The hosts of the platforms' official interfaces, and where they answer here."""
    tokens: dict[str, str]
    """What the units' authorisations allow to ask with, by the key of the account."""


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
        yield Served(**{**facts, "registers": tuple(map(Path, facts["registers"]))})
    finally:
        serving.terminate()
        try:
            serving.wait(timeout=ENDS_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            serving.kill()
            serving.wait()
