"""One day in the demo city: what is found is what was planted, and every target has its row."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from demo.truth import CannotSee
from tests.builders import NOW
from tests.journeys.stage import Stage, stage
from tracker import models
from tracker.ledger import DayIsPast


@pytest.mark.parametrize(("seed", "sites", "accounts"), [(7, 44, 294), (11, 20, 80)])
def test_a_day_finds_exactly_what_was_planted(tmp_path: Path, seed: int, sites: int, accounts: int) -> None:
    with stage(tmp_path, seed, sites, accounts) as city:
        done = city.day()

        assert city.found() == city.planted()
        assert cannot_see(city) == set(city.city.truth.cannot_see)
        assert len(city.visits()) == sites + accounts
        assert done.day is not None
        assert done.day.counted("visited", "failed") == sites + accounts
        assert city.audit() == []


def cannot_see(city: Stage) -> set[CannotSee]:
    """Targets about which nothing is known, except those that are known to be down."""
    down = {fault.target for fault in city.city.truth.faults_of("site-unreachable")}
    failed = {(key, problem) for key, (state, problem) in city.visits().items() if state == "failed"}
    return {CannotSee(key, problem) for key, problem in failed if key not in down}


def test_the_same_day_on_the_reactor_finds_the_same(tmp_path: Path) -> None:
    with stage(tmp_path, sites=12, accounts=40, crawler={"engine": "asyncio"}) as city:
        city.day()

        assert city.found() == city.planted()


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path, sites=12, accounts=40) as city:
        city.day()
        yield city


def test_another_round_on_the_same_day_adds_no_row_and_changes_no_issue(small: Stage) -> None:
    visits, moves = small.count(models.Visit), small.count(models.Move)

    small.round()

    assert small.count(models.Visit) == visits == 52
    assert small.count(models.Move) == moves


def test_the_next_day_sees_the_same_faults_and_accuses_nobody_twice(small: Stage) -> None:
    before = small.found()

    small.day(NOW + timedelta(days=1))

    assert small.found() == before
    assert small.count(models.Visit) == 2 * 52


def test_a_site_behind_a_wall_opens_nothing_and_closes_nothing(small: Stage) -> None:
    fault = small.city.truth.faults_of("column-blank")[0]
    accused = {each.target for each in small.city.truth.faults}
    sites = {site.key for site in small.city.sites}
    fresh = next(
        key
        for key, seen in small.visits().items()
        if key in sites and key not in accused and seen[0] == "visited"
    )
    before = small.found()
    for key in (fault.target, fresh):
        small.city.put_behind_waf(key)

    small.day(NOW + timedelta(days=1))

    assert small.found() == before
    for key in (fault.target, fresh):
        assert small.visits(NOW + timedelta(days=1))[key] == ("failed", "waf")


def test_a_day_that_has_passed_is_not_made_up_for(small: Stage) -> None:
    with pytest.raises(DayIsPast, match="不能补做"):
        small.round(NOW - timedelta(days=1))
