"""Websites whose columns rounds have seen, with defaults."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from crawler.observations import Column, Problem
from crawler.targets import Site
from tests.builders import NOW, a_column, a_fetch, a_site_visit
from tests.tracker.sightings import a_policy
from tracker import ledger
from tracker.confirmed_classes import Changed, Confirmation, confirm
from tracker.database import Database
from tracker.ledger import Judged
from tracker.models import Standing, Target, Unit
from tracker.registry import read_targets

EDUCATION, WATER = "4199000001", "4199000002"


def some_sites(database: Database, **names: str) -> None:
    """`names`: key after an underscore, and the name; without any two websites."""
    chosen = {key.strip("_"): name for key, name in names.items()}
    with database.writing() as session:
        session.add(Unit(name="云泽市教育局"))
        session.flush()
        for key, name in (chosen or {EDUCATION: "云泽市教育局", WATER: "云泽市水利局"}).items():
            target = Target(
                kind="site", key=key, name=name, unit_id=1, url="https://www.yunze.test/", opened_on=None
            )
            session.add(target)
            session.flush()
            standing = Standing(
                target_id=target.id, unit_id=1, state="running", valid_from=None, valid_to=None
            )
            session.add(standing)


def a_path(path: str, **more: object) -> Column:
    """政务公开 > 通知公告"""
    *parents, name = path.split(" > ")
    return a_column(name, parents=tuple(parents), **more)  # type: ignore[arg-type]


def a_tree(*paths: str) -> tuple[Column, ...]:
    """Columns of these paths; those that others hang under are parents."""
    names = [tuple(path.split(" > ")) for path in paths]
    return tuple(
        a_path(" > ".join(each), children=tuple(below for below in names if below[:-1] == each))
        for each in names
    )


def a_round(
    database: Database,
    columns: Mapping[str, Sequence[Column]],
    at: datetime = NOW,
    problem: Problem | None = None,
) -> None:
    """What a round saw on these websites; `problem`: none of them opened."""
    with database.writing() as session:
        duty = read_targets(session, at.date())
        ledger.open_day(session, at=at, duty=duty, recorded_at=at)
    with database.reading() as session:
        jobs = ledger.work(session, at.date(), duty, columns.keys())
    judged = []
    for job in jobs:
        assert isinstance(job.target, Site)
        facts = {"problem": problem} if problem else {"fetches": (a_fetch(),)}
        seen = () if problem else columns[job.target.key]
        judged.append(Judged(job, a_site_visit(*seen, site=job.target, at=at, **facts), ()))
    with database.writing() as session:
        ledger.record(session, judged, a_policy(), at)


def confirmed(database: Database, *said: Confirmation, by: str = "张三", at: datetime = NOW) -> Changed:
    with database.writing() as session:
        return confirm(session, said, by=by, at=at, recorded_at=NOW)
