"""Three weeks in the demo city with the whole program before it: found, put right, only said to be, and back again."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from demo.truth import PlantedFault
from tests.builders import NOW
from tests.journeys.stage import Stage, stage
from tracker.models import SeenColumn


def on(day: int) -> datetime:
    return NOW + timedelta(days=day)


def row(fault: PlantedFault) -> tuple[str, str, str, str, str]:
    return fault.target, fault.kind, fault.check, fault.subject, fault.state


def key(fault: PlantedFault) -> tuple[str, str, str]:
    return fault.target, fault.check, fault.subject


def one_of_each(city: Stage) -> dict[str, PlantedFault]:
    """A fault of each check, told apart by how it stands: an account that one bridge shows silent waits for a person."""
    return {f"{fault.check} {fault.state}": fault for fault in city.city.truth.faults}


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path, sites=12, accounts=40) as city:
        city.day()
        yield city


def test_for_three_weeks_the_planted_faults_stay_and_nobody_else_is_accused(small: Stage) -> None:
    planted = small.planted()

    for day in (3, 7, 14, 20):
        small.move_to(on(day))
        small.day(on(day))

        assert small.found() == small.planted() == planted
    assert small.audit() == []


@pytest.mark.parametrize(
    ("seed", "site", "column"), [(11, "4199000029", "政策解读"), (7, "4199000009", "规范性文件")]
)
def test_a_column_that_the_home_page_shows_again_once_it_is_mended_is_the_same_column(
    tmp_path: Path, seed: int, site: str, column: str
) -> None:
    """On a website without drop-down menus the block with 更多 is the first to lead there."""
    subject = site, "column-blank", column
    with stage(tmp_path, seed=seed) as city:
        if subject not in map(key, city.city.truth.faults):
            city.city.plant(site, "column-blank", column)
        city.round(only=[site])
        assert city.issues()[subject].state == "confirmed"

        city.city.mend(site, column)
        city.move_to(on(1))
        city.round(on(1), only=[site])

        assert city.issues()[subject].state == "rectified"
        with city.database.reading() as session:
            paths = session.scalars(select(SeenColumn.path)).all()
        assert [path for path in paths if path.endswith(column)] == [f"政务公开 > {column}"]


def test_what_is_mended_is_rectified_what_is_only_said_to_be_stays_and_what_comes_back_is_a_relapse(
    small: Stage,
) -> None:
    assert small.found() == small.planted()
    mended = one_of_each(small)
    faked = small.planted() - set(map(row, mended.values()))
    assert {check.split()[0] for check in mended} == {
        "column-blank",
        "column-stale",
        "home-stale",
        "site-unreachable",
        "account-stale",
        "source-broken",
    }
    assert {"account-stale confirmed", "account-stale pending"} <= set(mended)
    for fault in mended.values():
        small.city.mend(fault.target, fault.subject)

    small.move_to(on(1))
    small.day(on(1))

    assert small.open() == small.planted() == faked
    issues = small.issues()
    for fault in mended.values():
        ended = "dismissed" if fault.state == "pending" else "rectified"
        assert (issues[key(fault)].state, issues[key(fault)].relapses) == (ended, 0)

    back = [fault for fault in mended.values() if fault.state == "confirmed"]
    for fault in back:
        small.city.plant(fault.target, fault.check, fault.subject)
    small.move_to(on(2))
    small.day(on(2))

    at_once = {key(fault) for fault in back if fault.check != "account-stale"}
    assert small.open() == small.planted()
    assert {subject for subject, issue in small.issues().items() if issue.relapses == 1} == at_once

    small.move_to(on(18))
    small.day(on(18))

    assert small.open() == small.planted() == faked | set(map(row, back))
    assert {subject for subject, issue in small.issues().items() if issue.relapses == 1} == set(
        map(key, back)
    )
    assert small.audit() == []
