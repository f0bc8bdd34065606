"""Two hundred rounds in one process, as a daemon holds them: memory, open files and threads must stay flat. `make soak`.

The demo city lives on, a day a round; every round is a task of a keeper, with its canaries, as `xunjian serve` does it.
"""

import argparse
import gc
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.city import NOW
from console.settings import built_in
from console.wiring import office
from demo.process import served
from scheduler.canary import Canary
from scheduler.keeper import Keeper
from scheduler.stopping import Stop
from scheduler.tasks import tasks
from tracker import database as database_room
from tracker.database import Database
from tracker.lease import Lease
from tracker.registry import import_register

SITES, ACCOUNTS = 8, 30
SETTLED = 20
"""Rounds until caches are filled."""
MOST_GROWTH = 1.10
"""How much more memory the last tenth may use than the tenth after the caches were filled."""


@dataclass(frozen=True, slots=True)
class Load:
    """What the process held after a round."""

    resident_mb: float
    files: int
    threads: int

    @classmethod
    def now(cls) -> "Load":
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        resident = pages * resource.getpagesize() / 1e6
        return cls(resident, len(os.listdir("/proc/self/fd")), threading.active_count())  # noqa: PTH208


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=200)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        began = time.monotonic()
        loads = soak(Path(name), asked.rounds)
        print(f"{asked.rounds} rounds in {time.monotonic() - began:.0f} s")
    return report(loads)


def soak(folder: Path, rounds: int) -> list[Load]:
    # SQLite's cache grows with the record up to its own bound (64 MB a connection): it would hide what we leak.
    database_room.PRAGMAS = tuple(each for each in database_room.PRAGMAS if "cache_size" not in each)
    settings = built_in(
        crawler={
            "allow_private_addresses": True,
            "browser": "off",
            "site_requests_a_second": 0,
            "bridge_requests_a_second": 0,
        },
        tracker={"database_url": f"sqlite:///{folder / 'x.db'}", "evidence_dir": folder / "evidence"},
        scheduler={
            "second_look_after_hours": 0,
            "person_confirms_days": 0,
            "second_look_needs_browser": False,
        },
    )
    database = Database(settings.tracker)
    database.upgrade()
    loads = []
    with served(folder / "registers", now=NOW, sites=SITES, accounts=ACCOUNTS) as city, Canary() as canary:
        for path in city.registers:
            import_register(database, path, aliases={}, at=NOW, dry_run=False)
        lease = Lease(database, "soak", timedelta(days=1))
        only = [task for task in tasks(office(settings, database, canary)) if task.name in ("round", "probe")]
        keeper = Keeper(database, only, "soak", timedelta(minutes=5))
        for day in range(rounds):
            now = NOW + timedelta(days=day)
            lease.hold(now)
            if day == 0:
                keeper.begin_anew(now)
            keeper.work_off(now, Stop())
            loads.append(Load.now())
            if (day + 1) % 20 == 0:
                print(f"  {day + 1:4} rounds: {loads[-1]}", flush=True)
    database.close()
    return loads


def report(loads: list[Load]) -> int:
    tenth = max(len(loads) // 10, 1)
    early, late = loads[SETTLED : SETTLED + tenth] or loads[:tenth], loads[-tenth:]
    grown = statistics.median(x.resident_mb for x in late) / statistics.median(x.resident_mb for x in early)
    files = max(x.files for x in late) - max(x.files for x in early)
    threads = max(x.threads for x in late) - max(x.threads for x in early)
    print(f"memory x{grown:.3f}, open files {files:+}, threads {threads:+}")
    return 0 if grown <= MOST_GROWTH and files <= 0 and threads <= 0 else 1


if __name__ == "__main__":
    sys.exit(main())
