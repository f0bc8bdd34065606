"""What counting costs: ten years of a city, and a country with a year of notices. `make bench`.

The record is made first, in a process of its own. Then all figures of every year are counted with all their splits, and
beside that, in the same run, the peer: one bare SQL statement a year that counts nothing but the pairs (家次). Printed:
seconds, the ratio, and the peak memory of the process that counts.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bench.records import make_record
from crawler.clock import CHINA
from reports.figures import count
from tracker.database import Database
from tracker.periods import Period
from tracker.settings import TrackerSettings

SCALES: dict[str, dict[str, Any]] = {
    "city": {"sites": 44, "accounts": 294, "units": 60, "first": 2016, "years": 10, "visited": True},
    "country": {
        "sites": 14_000,
        "accounts": 70_000,
        "units": 4_000,
        "first": 2025,
        "years": 1,
        "visited": False,
    },
}
PAIRS = (
    "select count(*) from (select distinct i.target_id, i.notice_id from notice_item i join notice n on n.id = i.notice_id"
    " where i.part = 'new' and n.state = 'signed' and n.dated between :first and :last)"
)
NOW = datetime(2026, 1, 20, tzinfo=CHINA)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--scales", nargs="+", choices=SCALES, default=list(SCALES))
    parser.add_argument("--child", choices=["make", "count"], help=argparse.SUPPRESS)
    parser.add_argument("folder", type=Path, nargs="?", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child == "make":
        make_record(asked.folder, **SCALES[asked.scales[0]]).close()
    elif asked.child == "count":
        print(json.dumps(_count(asked.folder, **SCALES[asked.scales[0]])))
    else:
        for scale in asked.scales:
            _measure(scale)


def _measure(scale: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _child(scale, "make", folder)
        told = json.loads(_child(scale, "count", folder))
    print(
        f"{scale}: {told['targets']} targets, {told['years']} year(s), {told['pairs']} 家次: all figures {told['seconds']:.2f} s, "
        f"bare SQL for 家次 alone {told['peer']:.2f} s ({told['seconds'] / told['peer']:.0f}x), peak {told['peak_mb']:.0f} MB"
    )


def _child(scale: str, what: str, folder: str) -> str:
    command = [sys.executable, "-m", "bench.figures", "--scales", scale, "--child", what, folder]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _count(folder: Path, *, sites: int, accounts: int, first: int, years: int, **_: Any) -> dict[str, float]:
    settings = TrackerSettings(database_url=f"sqlite:///{folder / 'record.db'}", evidence_dir=folder)
    periods = [Period.of_year(year) for year in range(first, first + years)]
    with Database(settings).reading() as session:
        started = time.perf_counter()
        bare = [session.scalar(text(PAIRS), {"first": str(p.first), "last": str(p.last)}) for p in periods]
        peer, started = time.perf_counter() - started, time.perf_counter()
        counted = [count(session, period, NOW, ()) for period in periods]
        seconds = time.perf_counter() - started
    pairs = [sum(figures.value("家次", kind) for kind in ("site", "account")) for figures in counted]
    assert pairs == bare, "the peer counts something else"
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "targets": sites + accounts,
        "years": years,
        "pairs": sum(pairs),
        "seconds": seconds,
        "peer": peer,
        "peak_mb": peak,
    }


if __name__ == "__main__":
    main()
