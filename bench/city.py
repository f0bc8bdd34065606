"""The demo city in a process of its own, for the programs that measure and torment the round."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from crawler.clock import CHINA

NOW = datetime(2026, 11, 24, 9, tzinfo=CHINA)


@contextlib.contextmanager
def served(folder: Path, sites: int, accounts: int) -> Iterator[None]:
    """Serve while the block runs; its registers and its truth stand in `folder`/registers."""
    command = [sys.executable, "-m", "demo", "--no-log", "--now", NOW.isoformat()]
    command += ["--registers", str(folder / "registers"), "--sites", str(sites), "--accounts", str(accounts)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as serving:
        try:
            assert serving.stdout is not None
            serving.stdout.readline()
            yield
        finally:
            serving.terminate()
