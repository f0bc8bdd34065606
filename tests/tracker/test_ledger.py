"""The coverage ledger: one row a target a day, written first; looks recorded in a few statements however many."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from checks.verdicts import Verdict, unjudged
from crawler.observations import Problem, Shown
from crawler.targets import Site
from tests.builders import NOW, SHA256, TODAY, a_column, a_fetch, a_site, a_site_visit
from tests.tracker.sightings import a_fault, a_policy, clear_of
from tracker import ledger, models, queries
from tracker.database import Database
from tracker.ledger import Job, Judged
from tracker.registry import Duty


def a_city(database: Database, sites: int = 3) -> Duty:
    due: list[tuple[int, Site]] = []
    with database.writing() as session:
        session.add(models.Unit(name="云泽市教育局"))
        session.flush()
        for number in range(sites):
            site = a_site(key=f"{4199000000 + number}")
            target = models.Target(
                kind="site", key=site.key, name=site.name, unit_id=1, url=site.url, opened_on=None
            )
            session.add(target)
            session.flush()
            due.append((target.id, site))
    return Duty(due=list(due), excused=[])


def opened(database: Database, duty: Duty) -> list[Job]:
    with database.writing() as session:
        ledger.open_day(session, at=NOW, duty=duty, recorded_at=NOW)
    with database.reading() as session:
        return ledger.work(session, TODAY, duty)


def looked(job: Job, *verdicts: Verdict, problem: Problem | None = None, columns: int = 2) -> Judged:
    assert isinstance(job.target, Site)
    if problem:
        visit = a_site_visit(site=job.target, problem=problem, fetches=(a_fetch(problem=problem, sha256=""),))
    else:
        seen = [a_column(f"栏目{number}", rows=5) for number in range(columns)]
        visit = a_site_visit(*seen, site=job.target, fetches=(a_fetch(),))
    return Judged(job, visit, verdicts)


def record(database: Database, *judged: Judged) -> None:
    with database.writing() as session:
        ledger.record(session, judged, a_policy(), NOW)


def states(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [
            (state, problem)
            for state, problem in session.execute(select(models.Visit.state, models.Visit.problem))
        ]


def test_every_target_has_its_row_before_the_first_request(database: Database) -> None:
    opened(database, a_city(database))
    assert states(database) == [("due", "")] * 3


def test_opening_the_day_again_adds_only_what_is_missing(database: Database) -> None:
    duty = a_city(database)
    opened(database, Duty(due=duty.due[:2], excused=[]))
    opened(database, Duty(due=duty.due[:2], excused=[(duty.due[2][0], "临时下线")]))
    assert states(database) == [("due", ""), ("due", ""), ("excused", "")]


def test_what_is_recorded_is_no_longer_due_and_a_passing_failure_is_tried_again(database: Database) -> None:
    duty = a_city(database)
    first, second, third = opened(database, duty)
    record(
        database,
        looked(first),
        looked(second, problem=Problem.TIMEOUT),
        looked(third, problem=Problem.NO_ROAD),
    )
    with database.reading() as session:
        again = ledger.work(session, TODAY, duty)
    assert [(job.visit_id, job.ordinal) for job in again] == [(second.visit_id, 2)]


def test_a_second_look_that_fails_does_not_undo_a_first_that_went_well(database: Database) -> None:
    duty = a_city(database, sites=1)
    (job,) = opened(database, duty)
    record(database, looked(job, a_fault()))
    record(database, looked(Job(job.visit_id, job.target_id, 2, job.target), problem=Problem.WAF))
    assert states(database) == [("visited", "")]


def test_a_target_with_a_suspicion_is_looked_at_again_when_it_is_due(database: Database) -> None:
    duty = a_city(database, sites=2)
    first, second = opened(database, duty)
    record(database, looked(first, a_fault()), looked(second))
    with database.reading() as session:
        assert ledger.second_looks(session, NOW + timedelta(hours=5), duty) == []
        (again,) = ledger.second_looks(session, NOW + timedelta(hours=6), duty)
    assert (again.target_id, again.ordinal) == (first.target_id, 2)


def test_entries_keep_their_first_sight_and_move_their_last(database: Database) -> None:
    duty = a_city(database, sites=1)
    (job,) = opened(database, duty)
    record(database, looked(job))
    later = Job(job.visit_id, job.target_id, 2, job.target)
    again = looked(later)
    record(database, Judged(later, replace(again.visit, at=NOW + timedelta(hours=9)), ()))
    with database.reading() as session:
        seen = session.execute(select(models.Entry.first_seen, models.Entry.last_seen)).all()
    assert len(seen) == 10
    assert set(map(tuple, seen)) == {(NOW, NOW + timedelta(hours=9))}


def test_a_look_comes_back_as_it_was_seen(database: Database) -> None:
    duty = a_city(database, sites=1)
    (job,) = opened(database, duty)
    judged = looked(job)
    record(database, judged)
    with database.reading() as session:
        (past,) = queries.past_looks(session, TODAY, TODAY)
    assert past.visit == judged.visit


def test_who_goes_offline_during_the_day_is_excused_and_no_longer_missing(database: Database) -> None:
    duty = a_city(database)
    first, *_ = opened(database, duty)
    record(database, looked(first))
    later = Duty(due=duty.due[:1], excused=[(duty.due[1][0], "临时下线")])
    opened(database, later)
    assert states(database) == [("visited", ""), ("excused", ""), ("excused", "")]


@contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(database._writer, "before_cursor_execute", note)
    yield statements
    event.remove(database._writer, "before_cursor_execute", note)


@pytest.mark.parametrize("count", [2, 40])
def test_recording_takes_as_many_statements_for_forty_looks_as_for_two(
    database: Database, count: int, tmp_path: Path
) -> None:
    jobs = opened(database, a_city(database, sites=count))
    with counted(database) as statements:
        record(database, *(looked(job, clear_of()) for job in jobs))
    assert len(statements) == 15
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(models.JudgedVerdict)) == count


def test_the_home_page_stands_for_a_look_with_what_a_browser_showed_of_it(database: Database) -> None:
    (job, *_) = opened(database, a_city(database))
    shown = Shown(a_fetch(sha256="d0" * 32), a_fetch(sha256="91" * 32))
    assert Judged(job, a_site_visit(shown=shown), ()).evidence == (SHA256, "d0" * 32, "91" * 32)


def test_websites_on_which_no_column_was_found_are_named_once_in_the_day(database: Database) -> None:
    first, second, third = opened(database, a_city(database, sites=3))
    bare = [
        replace(unjudged(first.target, Problem.NO_COLUMNS), check=check)
        for check in ("column-blank", "column-stale")
    ]
    record(database, looked(first, *bare, columns=0), looked(second), looked(third, problem=Problem.TIMEOUT))

    with database.reading() as session:
        assert queries.day(session, NOW).without_columns == (first.target.name,)
