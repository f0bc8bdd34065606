"""kill -9 at random moments of a round, then look at the record: `make soak`.

Each time: an empty record with the registers of a small demo city, `xunjian round`, kill -9 somewhere in it, the audit,
`xunjian round` again to its end, and again the audit. Afterwards every target has one visit row, nothing is due, no stored
page is missing, and the issues are those that were planted.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.city import NOW
from demo.process import served

SITES, ACCOUNTS = 12, 60


@dataclass(frozen=True, slots=True)
class Soaked:
    """One killed round. `when`: seconds after its start; `left`: targets that were still due then; `faults`: what does not hold."""

    when: float
    left: int
    faults: tuple[str, ...]


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--times", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    moments = random.Random(asked.seed)
    bad = 0
    with tempfile.TemporaryDirectory() as name, stage(Path(name)) as whole:
        print(f"{SITES} sites, {ACCOUNTS} accounts; a whole round takes {whole:.1f} s")
        for number in range(1, asked.times + 1):
            done = kill_and_go_on(Path(name), moments.uniform(whole / 4, whole))
            bad += bool(done.faults)
            told = "; ".join(done.faults) or "holds"
            print(
                f"  {number:2}  killed after {done.when:4.1f} s, {done.left:3} targets left: {told}",
                flush=True,
            )
    print(f"{asked.times - bad} of {asked.times} hold")
    return 1 if bad else 0


@contextlib.contextmanager
def stage(folder: Path) -> Iterator[float]:
    """The city served, its registers and probes in `empty.db`; gives the seconds of a whole round."""
    with served(folder / "registers", now=NOW, sites=SITES, accounts=ACCOUNTS):
        _xunjian(folder, "db", "upgrade")
        for register in ("units", "sites", "accounts", "columns"):
            _xunjian(folder, "targets", "import", str(folder / "registers" / f"{register}.csv"))
        for hours in (3, 2, 1):
            _xunjian(folder, "probe", "--as-of", (NOW - timedelta(hours=hours)).isoformat())
        _checkpoint(folder / "now.db")
        shutil.copy(folder / "now.db", folder / "empty.db")
        began = time.monotonic()
        _xunjian(folder, "round", "--as-of", NOW.isoformat())
        yield time.monotonic() - began


def kill_and_go_on(folder: Path, when: float) -> Soaked:
    """One cycle in `folder`, killed `when` seconds after the start."""
    for path in folder.glob("now.db*"):
        path.unlink()
    shutil.rmtree(folder / "evidence", ignore_errors=True)
    shutil.copy(folder / "empty.db", folder / "now.db")
    running = subprocess.Popen(
        _command("round", "--as-of", NOW.isoformat()),
        env=_environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(when)
    running.kill()
    running.wait()
    faults = [f"after the kill: {line}" for line in _audit(folder)]
    left = _count(folder, "SELECT count(*) FROM visit WHERE state = 'due'")
    if _xunjian(folder, "round", "--as-of", NOW.isoformat()) not in (0, 1):
        faults.append("the second call did not end well")
    faults += _audit(folder)
    rows = _count(folder, "SELECT count(*) FROM visit")
    if rows != SITES + ACCOUNTS:
        faults.append(f"{rows} visit rows for {SITES + ACCOUNTS} targets")
    if due := _count(folder, "SELECT count(*) FROM visit WHERE state = 'due'"):
        faults.append(f"{due} targets still due")
    return Soaked(when, left, (*faults, *_wrong_issues(folder)))


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-c", "from console.cli.main import run; run()", *arguments]


def _environment(folder: Path) -> dict[str, str]:
    return os.environ | {
        "XUNJIAN_TRACKER__DATABASE_URL": f"sqlite:///{folder / 'now.db'}",
        "XUNJIAN_TRACKER__EVIDENCE_DIR": str(folder / "evidence"),
        "XUNJIAN_CRAWLER__ALLOW_PRIVATE_ADDRESSES": "true",
        "XUNJIAN_CRAWLER__BROWSER": "off",
        "XUNJIAN_CRAWLER__SITE_REQUESTS_A_SECOND": "0",
        "XUNJIAN_CRAWLER__BRIDGE_REQUESTS_A_SECOND": "0",
        "XUNJIAN_SCHEDULER__SECOND_LOOK_AFTER_HOURS": "0",
        "XUNJIAN_SCHEDULER__PERSON_CONFIRMS_DAYS": "0",
        "XUNJIAN_SCHEDULER__SECOND_LOOK_NEEDS_BROWSER": "false",
    }


def _xunjian(folder: Path, *arguments: str) -> int:
    return subprocess.run(
        _command(*arguments),
        env=_environment(folder),
        check=False,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ).returncode


def _audit(folder: Path) -> list[str]:
    done = subprocess.run(
        _command("audit", "verify"), env=_environment(folder), stdout=subprocess.PIPE, text=True, check=False
    )
    return [] if done.returncode == 0 else done.stdout.splitlines()


def _checkpoint(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _count(folder: Path, query: str) -> int:
    with contextlib.closing(sqlite3.connect(folder / "now.db")) as database:
        count: int = database.execute(query).fetchone()[0]
        return count


def _wrong_issues(folder: Path) -> list[str]:
    done = subprocess.run(
        _command("issues", "list", "--format", "json"),
        env=_environment(folder),
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    issues = [json.loads(line) for line in done.stdout.splitlines()]
    found = {
        (each["target"], each["check"], each["subject"], each["state"])
        for each in issues
        if each["state"] != "dismissed"
    }
    lines = (folder / "registers" / "truth.jsonl").read_text("utf-8").splitlines()
    truth = [each for each in map(json.loads, lines) if each["is"] == "fault"]
    planted = {(each["target"], each["check"], each["subject"], each["state"]) for each in truth}
    return [f"not found: {item}" for item in planted - found] + [
        f"not planted: {item}" for item in found - planted
    ]


if __name__ == "__main__":
    sys.exit(main())
