"""Accounts out of a register, and rounds that looked at them, with defaults."""

import csv
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from checks.catalogue import Catalogue, load
from checks.settings import CheckSettings
from crawler.observations import AccountVisit, Problem, SourceResult
from crawler.settings import CrawlerSettings
from crawler.targets import Account
from scheduler.judging import Judge
from scheduler.round import Parts
from scheduler.settings import SchedulerSettings
from scheduler.shards import InProcess
from tests.builders import NOW, a_post, a_source
from tests.tracker.sightings import a_policy
from tracker import ledger
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.registry import Outcome, import_register, read_targets

DAY = timedelta(days=1)


def a_row(number: int = 1, **cells: str) -> dict[str, str]:
    facts = {
        "账号标识": f"gh_{number:012d}",
        "平台": "微信公众号",
        "账号名称": f"云泽第{number}号",
        "主办单位": "云泽市水利局",
        "采集地址": f"http://bridge.test/{number}",
        "状态": "正常",
    }
    return facts | cells


def key(number: int) -> str:
    return f"gh_{number:012d}"


def registered(
    database: Database, folder: Path, *rows: Mapping[str, str], at: datetime = NOW - 30 * DAY
) -> Outcome:
    """Each row names what it says; a heading that others have is empty in it."""
    path = folder / "accounts.csv"
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        heads = list(dict.fromkeys(head for row in rows for head in row))
        writer = csv.DictWriter(file, heads, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return import_register(database, path, aliases={}, at=at, dry_run=False)


def some_parts(database: Database, folder: Path) -> Parts:
    return Parts(
        database,
        EvidenceStore(folder / "evidence"),
        load(),
        CrawlerSettings(),
        CheckSettings(),
        SchedulerSettings(person_confirms_days=0),
        InProcess(25),
    )


def a_road_with(*ages: int, at: datetime = NOW) -> SourceResult:
    """A road that answered well with posts so many days old."""
    return a_source(*(a_post(at - age * DAY) for age in ages))


def looked(database: Database, seen: Mapping[str, SourceResult] | None = None, at: datetime = NOW) -> None:
    """A round of the day, judged: what each road said; who is not named has no road."""
    with database.writing() as session:
        duty = read_targets(session, at.date())
        ledger.open_day(session, at=at, duty=duty, recorded_at=at)
    with database.reading() as session:
        jobs = [job for job in ledger.work(session, at.date(), duty) if isinstance(job.target, Account)]
        visits = [(job, _visit(job.target, (seen or {}).get(job.target.key), at)) for job in jobs]
        judged = Judge(Catalogue(load().checks), CheckSettings()).judge(session, visits)
    with database.writing() as session:
        ledger.record(session, judged, a_policy(*load()), at)


def _visit(account: object, source: SourceResult | None, at: datetime) -> AccountVisit:
    assert isinstance(account, Account)
    if source is None:
        return AccountVisit(account, at, problem=Problem.NO_ROAD)
    return AccountVisit(account, at, (source,))
