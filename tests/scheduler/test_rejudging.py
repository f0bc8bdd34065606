"""What was seen last month is judged again without one request: compared in the shadow, or for good."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from checks.catalogue import Catalogue
from scheduler.rejudging import rejudge
from scheduler.round import Parts
from tests.builders import TODAY
from tests.journeys.stage import Stage, stage
from tracker import models


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Stage]:
    """A day judged without column-blank."""
    with stage(tmp_path, sites=8, accounts=20) as city:
        whole = city.parts
        fewer = Catalogue(tuple(check for check in whole.catalogue if check.id != "column-blank"))
        city.parts = replace(whole, catalogue=fewer)
        city.day()
        city.parts = whole
        yield city


def blanks(city: Stage) -> set[tuple[str, str]]:
    return {(target, subject) for target, _, check, subject, _ in city.found() if check == "column-blank"}


def planted(city: Stage) -> set[tuple[str, str]]:
    return {(fault.target, fault.subject) for fault in city.city.truth.faults_of("column-blank")}


def again(city: Stage, parts: Parts | None = None, **more: bool) -> dict[tuple[str, str], int]:
    return dict(rejudge(parts or city.parts, TODAY, TODAY, **{"shadow": False, **more}).changes)


def test_in_the_shadow_a_new_rule_tells_what_it_would_find_and_writes_nothing(city: Stage) -> None:
    changes = again(city, shadow=True)

    assert changes["column-blank", "未判 → 有问题"] >= len(planted(city)) > 0
    assert blanks(city) == set()


def test_for_good_a_new_rule_finds_it_in_what_was_seen_and_twice_changes_nothing(city: Stage) -> None:
    again(city)
    assert blanks(city) == planted(city)
    moves = city.count(models.Move)

    assert again(city) == {}
    assert city.count(models.Move) == moves
    assert city.audit() == []


def test_a_subject_on_which_a_rule_is_silent_now_is_told(city: Stage) -> None:
    again(city)
    silent = replace(next(c for c in city.parts.catalogue if c.id == "column-blank"), judge=lambda visit: ())
    parts = replace(city.parts, catalogue=Catalogue((silent,)))

    changes = again(city, parts, shadow=True)

    assert changes["column-blank", "有问题 → 不再判定"] >= len(planted(city))
