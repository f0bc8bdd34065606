"""One works, the others wait: until the first one leaves, or was silent for long enough by the steady clock of who waits."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.scheduler.keeping import fresh
from tracker.database import Database
from tracker.lease import Lease, holder, is_held_by

LASTING = timedelta(seconds=90)


class Ticks:
    """A steady clock that a test moves."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return fresh(tmp_path)


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


def two(database: Database, ticks: Ticks) -> tuple[Lease, Lease]:
    return Lease(database, "one:1:a", LASTING, ticks), Lease(database, "two:2:b", LASTING, ticks)


def test_the_first_one_works_the_second_one_waits_and_knows_for_whom(
    database: Database, ticks: Ticks
) -> None:
    first, second = two(database, ticks)

    assert first.hold(NOW)
    assert not second.hold(NOW)
    assert second.other == "one:1:a"
    with database.reading() as session:
        assert is_held_by(session, "one:1:a")
        assert not is_held_by(session, "two:2:b")


def test_who_leaves_gives_the_place_up_at_once(database: Database, ticks: Ticks) -> None:
    first, second = two(database, ticks)
    first.hold(NOW)
    first.release()

    assert second.hold(NOW)
    assert second.other == ""


def test_who_was_silent_for_long_enough_has_lost_the_place(database: Database, ticks: Ticks) -> None:
    first, second = two(database, ticks)
    first.hold(NOW)
    second.hold(NOW)

    ticks.seconds = 89
    assert not second.hold(NOW)
    ticks.seconds = 90
    assert second.hold(NOW)
    assert not first.hold(NOW), "the first one finds out when it looks"
    assert first.other == "two:2:b"


def test_who_renews_in_time_keeps_the_place_for_ever(database: Database, ticks: Ticks) -> None:
    first, second = two(database, ticks)
    for beat in range(20):
        ticks.seconds = beat * 60
        assert first.hold(NOW + timedelta(minutes=beat))
        assert not second.hold(NOW + timedelta(minutes=beat))


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_wall_clock_that_jumps_takes_the_place_from_nobody(
    database: Database, ticks: Ticks, jump: timedelta
) -> None:
    first, second = two(database, ticks)
    first.hold(NOW)
    second.hold(NOW)

    assert not second.hold(NOW + jump)
    assert first.hold(NOW + jump)


def test_a_dead_ones_place_is_free_though_the_wall_clock_went_back_a_day(
    database: Database, ticks: Ticks
) -> None:
    first, second = two(database, ticks)
    first.hold(NOW)
    second.hold(NOW - timedelta(days=1))
    ticks.seconds = 90

    assert second.hold(NOW - timedelta(days=1))


def test_since_when_somebody_works_stays_until_another_one_does(database: Database, ticks: Ticks) -> None:
    first, _ = two(database, ticks)
    first.hold(NOW)
    first.hold(NOW + timedelta(hours=1))

    with database.reading() as session:
        row = holder(session)
    assert row is not None
    assert (row.since, row.expires_at) == (NOW, NOW + timedelta(hours=1) + LASTING)
