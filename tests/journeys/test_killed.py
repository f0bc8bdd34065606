"""kill -9 in the middle of a round: the next call goes on, and nothing is lost or doubled."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.soak import kill_and_go_on, stage

pytestmark = pytest.mark.xdist_group("killed")  # one city served, in one worker


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, float]]:
    folder = tmp_path_factory.mktemp("killed")
    with stage(folder) as whole:
        yield folder, whole


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_a_killed_round_goes_on_where_it_stopped(folder: tuple[Path, float], share: float) -> None:
    path, whole = folder

    killed = kill_and_go_on(path, share * whole)

    assert killed.faults == ()
