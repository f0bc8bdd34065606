"""The canaries: found by every round with the settings of an office, missed as soon as something on the way does not work."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from checks.catalogue import Catalogue
from checks.verdicts import Problem, fault, unjudged
from console.settings import built_in
from console.wiring import parts
from crawler.clock import Clock
from crawler.observations import SiteVisit
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.targets import Site
from scheduler.canary import PLANTED, Canary
from scheduler.round import Parts, Round
from scheduler.stopping import Stop, Stopped
from tests.builders import NOW
from tests.crawler.misbehaving import misbehaving
from tracker import models, self_checks
from tracker.database import Database

CLOSED = "http://127.0.0.1:9/"


@pytest.fixture
def canary() -> Iterator[Canary]:
    with Canary() as served:
        yield served


@pytest.fixture
def joined(tmp_path: Path) -> Parts:
    """A record with one website that nobody answers for; the guard is as strict as in an office."""
    settings = built_in(
        tracker={"database_url": f"sqlite:///{tmp_path / 'x.db'}", "evidence_dir": tmp_path / "evidence"},
        crawler={"site_requests_a_second": 0, "retries": 0},
    )
    database = Database(settings.tracker)
    database.upgrade()
    with database.writing() as session:
        session.add(models.Unit(id=1, name="云泽市教育局"))
        session.flush()
        session.add(
            models.Target(id=1, kind="site", key="4199000001", name="云泽市教育局", unit_id=1, url=CLOSED)
        )
        session.flush()
        session.add(models.Standing(target_id=1, unit_id=1, state="running"))
    return parts(settings, database)


def newest(joined: Parts) -> models.SelfCheck:
    with joined.database.reading() as session:
        found = self_checks.newest(session)
    assert found is not None
    return found


def rounds(joined: Parts, canary: Canary, at: datetime = NOW) -> models.SelfCheck:
    Round(joined, at, canary=canary).run()
    return newest(joined)


def test_a_round_with_the_settings_of_an_office_finds_what_was_planted_and_nothing_else(
    joined: Parts, canary: Canary
) -> None:
    assert not joined.crawler.allow_private_addresses

    seen = rounds(joined, canary)

    assert (seen.day, len(seen.found), seen.missing, seen.wrong) == (NOW.date(), len(PLANTED), [], [])


@pytest.mark.parametrize("days", [60, 400])
def test_its_dates_follow_the_time_of_the_round(joined: Parts, canary: Canary, days: int) -> None:
    seen = rounds(joined, canary, NOW + timedelta(days=days))

    assert (len(seen.found), seen.missing, seen.wrong) == (len(PLANTED), [], [])


def test_it_is_visited_again_by_a_round_that_has_nothing_else_to_do(joined: Parts, canary: Canary) -> None:
    rounds(joined, canary)
    rounds(joined, canary, NOW + timedelta(hours=6))

    with joined.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(models.SelfCheck)) == 2


def test_nothing_of_it_stands_in_the_record_but_the_self_check(joined: Parts, canary: Canary) -> None:
    rounds(joined, canary)

    with joined.database.reading() as session:
        assert session.scalars(select(models.Visit.target_id)).all() == [1]
        assert session.scalars(select(models.Look.target_id)).all() == [1]
        assert session.scalars(select(models.Issue)).all() == []
        assert session.scalars(select(models.Page.url)).all() == [CLOSED]


def test_once_it_is_gone_all_that_was_planted_is_missed_within_one_round(joined: Parts) -> None:
    with Canary() as canary:
        pass

    seen = rounds(joined, canary)

    assert seen.found == []
    assert {f"{check}（{subject}）" for check, _, subject in PLANTED} <= set(seen.missing)


def test_a_check_that_sees_nothing_any_more_is_noticed(joined: Parts, canary: Canary) -> None:
    blind = _with(joined, "column-blank", lambda visit: [unjudged(visit.target, Problem.UNCLEAR)])

    seen = rounds(blind, canary)

    assert seen.missing == ["column-blank（政策解读）", "column-blank（要闻动态）"]


def test_a_check_that_accuses_everybody_is_noticed(joined: Parts, canary: Canary) -> None:
    harsh = _with(joined, "home-stale", lambda visit: [fault(visit.target, "总是有问题")])

    assert rounds(harsh, canary).wrong == ["home-stale（自检站点）"]


def test_of_a_check_that_is_switched_off_nothing_is_asked(joined: Parts, canary: Canary) -> None:
    rest = tuple(check for check in joined.catalogue if check.id != "column-stale")

    seen = rounds(replace(joined, catalogue=Catalogue(rest)), canary)

    assert (len(seen.found), seen.missing) == (len(PLANTED) - 1, [])


def test_a_round_that_is_told_to_stop_checks_nothing(joined: Parts, canary: Canary) -> None:
    stop = Stop()
    stop.ask()

    with pytest.raises(Stopped):
        Round(joined, NOW, stop=stop, canary=canary).run()
    with joined.database.reading() as session:
        assert self_checks.newest(session) is None


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_its_address_is_the_only_one_of_this_machine_that_the_guard_lets_through(
    canary: Canary, engine: str
) -> None:
    settings = CrawlerSettings(engine=engine, site_requests_a_second=0, retries=0, timeout_seconds=5)  # type: ignore[arg-type]
    ours = canary.targets[0]
    with misbehaving() as beside:
        theirs = Site("beside", "beside", f"{beside}/missing")

        seen = list(crawl([ours, theirs], settings, Clock(NOW), own=[canary.address]))

    problems = {visit.target.key: visit.problem for visit in seen if isinstance(visit, SiteVisit)}
    assert problems == {ours.key: None, "beside": Problem.FORBIDDEN_ADDRESS}


def _with(joined: Parts, check_id: str, judge: object) -> Parts:
    changed = tuple(
        replace(check, judge=judge, wants_settings=False) if check.id == check_id else check
        for check in joined.catalogue
    )
    return replace(joined, catalogue=Catalogue(changed))
