"""The difficult demo city before the real crawl and the real checks: what was found, what was missed, who was accused.

Three cities with a browser where there is one. Then one city without a browser, with each kind of loader switched off in
turn: what its lists hold can then not be seen, so nothing in them may be called blank or stale.
"""

import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, get_args

from sqlalchemy import func, select

from bench.city import NOW
from console.cli.demo import secrets_of
from console.settings import built_in
from console.wiring import parts
from crawler.browser_program import find
from crawler.extract.loaders import KINDS
from demo.city import City
from demo.process import Served, served
from demo.truth import Check, PlantedFault, Trap, Truth
from scheduler.probes import probe
from scheduler.round import Round
from tracker import models, queries
from tracker.database import Database
from tracker.registry import import_register

SEEDS = (7, 8, 9)
SITES, SITES_WITHOUT = 30, 18
"""Websites of a city; of the one that is looked at once for each kind of loader, too few for the slow servers."""
ACCOUNTS = 44
PROBES_BEFORE = (timedelta(hours=3), timedelta(hours=2), timedelta(hours=1))

Place = tuple[str, str, str]
"""(target, check, subject)."""


@dataclass(slots=True)
class Score:
    """What the rounds found beside what was planted, over several cities."""

    right: Counter[str] = field(default_factory=Counter)
    """By check, as in the two that follow."""
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    """False alarms by the trap that was stepped into."""
    misses: Counter[str] = field(default_factory=Counter)
    """Missed faults by what they hide behind."""
    named: list[str] = field(default_factory=list)

    def add(self, seed: int, truth: Truth, found: set[Place], with_browser: bool) -> None:
        planted = {place(fault): fault for fault in truth.planted(with_browser)}
        known = {place(fault) for fault in truth.faults} | set(planted)
        for each in found:
            if each in known:
                self.right[each[1]] += 1
                continue
            trap = stepped_into(truth, each)
            self.wrong[each[1]] += 1
            self.alarms[f"{each[1]} / {trap}"] += 1
            self.named.append(f"seed {seed}: false alarm {' '.join(each)} ({trap})")
        for each, fault in planted.items():
            if each not in found:
                self.missed[each[1]] += 1
                self.misses[f"{each[1]} / {fault.shape or 'plain'}"] += 1
                self.named.append(
                    f"seed {seed}: missed {' '.join(each)} ({fault.shape or 'plain'}) {fault.url}"
                )

    @property
    def perfect(self) -> bool:
        return not self.wrong and not self.missed


def place(planted: PlantedFault | Trap) -> Place:
    return planted.target, planted.check, planted.subject


def stepped_into(truth: Truth, alarm: Place) -> str:
    """The trap of a false alarm."""
    return next((trap.name for trap in truth.traps if place(trap) == alarm), "no trap")


@dataclass(frozen=True, slots=True)
class Looked:
    """One round over one city."""

    found: set[Place]
    unjudged: int
    """Columns that were left unjudged."""
    rendered: int
    """Pages that a browser opened."""
    seconds: float


@contextmanager
def city(seed: int, sites: int) -> Iterator[tuple[Path, Served, Truth]]:
    """The city in a process of its own: (folder for what is written, what is served, answer key)."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        truth = City(seed, now=NOW, sites=sites, accounts=ACCOUNTS, difficult=True).truth
        with served(
            folder / "registers", now=NOW, seed=seed, sites=sites, accounts=ACCOUNTS, difficult=True
        ) as serving:
            yield folder, serving, truth


def look(folder: Path, served: Served, **crawler: Any) -> Looked:
    """A whole first day: the registers in, three probes, the round with its second looks."""
    began = time.monotonic()
    with_browser = find(crawler.get("browser", "auto")) is not None
    settings = built_in(
        crawler={
            "allow_private_addresses": True,
            "timeout_seconds": 8,
            "probe_timeout_seconds": 5,
            "site_requests_a_second": 0,
            "bridge_requests_a_second": 0,
            "platform_addresses": served.platforms,
            **crawler,
        },
        tracker={"database_url": f"sqlite:///{folder / 'x.db'}", "evidence_dir": folder / "evidence"},
        scheduler={
            "second_look_after_hours": 0,
            "second_look_needs_browser": with_browser,
            "person_confirms_days": 0,
            "probe_spacing_minutes": 0,
        },
    )
    database = Database(settings.tracker)
    database.upgrade()
    for path in served.registers:
        import_register(database, path, aliases={}, at=NOW, dry_run=False)
    joined = replace(parts(settings, database), secrets=secrets_of(served.tokens))
    for before in PROBES_BEFORE:
        probe(joined, NOW - before)
    done = Round(joined, NOW).run()
    try:
        seconds = time.monotonic() - began
        return Looked(issues_of(database), unjudged_columns(database), done.rendered, seconds)
    finally:
        database.close()


def issues_of(database: Database) -> set[Place]:
    with database.reading() as session:
        return {
            (target.key, issue.check_id, issue.subject)
            for issue, target in queries.issues(session)
            if issue.state != "dismissed"
        }


def unjudged_columns(database: Database) -> int:
    verdict = models.JudgedVerdict
    query = select(func.count()).where(verdict.kind == "unjudged", verdict.check_id == "column-blank")
    with database.reading() as session:
        return session.scalar(query) or 0


def told(score: Score) -> Iterator[str]:
    yield f"{'check':<18}{'right':>6}{'wrong':>6}{'missed':>7}{'precision':>10}{'recall':>8}"
    for check in get_args(Check):
        right, wrong, missed = score.right[check], score.wrong[check], score.missed[check]
        precision = f"{right / (right + wrong):.3f}" if right + wrong else "-"
        recall = f"{right / (right + missed):.3f}" if right + missed else "-"
        yield f"{check:<18}{right:>6}{wrong:>6}{missed:>7}{precision:>10}{recall:>8}"
    for name, counts in (("false alarms", score.alarms), ("missed", score.misses)):
        for where, number in counts.most_common():
            yield f"{name} {number:>3}  {where}"


def found_all() -> bool:
    """Whether in three cities everything planted was found and nothing else."""
    score = Score()
    with_browser = find("auto") is not None
    print(f"\ndemo cities {', '.join(map(str, SEEDS))}, {'with' if with_browser else 'without'} a browser")
    for seed in SEEDS:
        with city(seed, SITES) as (folder, serving, truth):
            looked = look(folder, serving)
        score.add(seed, truth, looked.found, with_browser)
        print(
            f"seed {seed}: {len(truth.planted(with_browser))} faults, {len(truth.traps)} traps of {len({one.name for one in truth.traps})} kinds, "
            f"{looked.unjudged} columns unjudged, {looked.rendered} pages rendered, {looked.seconds:.0f} s",
            flush=True,
        )
    for line in (*told(score), *score.named):
        print(line)
    return score.perfect


def nobody_accused() -> bool:
    """Whether nobody is accused without a browser, whichever kind of loader is missing."""
    with city(SEEDS[0], SITES_WITHOUT) as (folder, serving, truth):
        planted = {place(fault) for fault in truth.faults}
        print(f"\ndemo city {SEEDS[0]}, {SITES_WITHOUT} websites, without a browser")
        accused = False
        for number, kind in enumerate(("", *KINDS)):
            own = folder / str(number)
            own.mkdir()
            looked = look(own, serving, browser="off", loaders_off=[kind] if kind else [])
            wrong = looked.found - planted
            accused = accused or bool(wrong)
            print(
                f"without {kind or 'nothing else':<13}{len(looked.found & planted):>4} faults found, {len(wrong)} false alarms, "
                f"{looked.unjudged} columns unjudged, {looked.seconds:.0f} s",
                flush=True,
            )
            for each in sorted(wrong):
                print(f"  false alarm {' '.join(each)} ({stepped_into(truth, each)})")
    return not accused
