"""kill -9 of the daemon while all its tasks are due at once; then two of them side by side finish: one round, one notice a
unit, no mail twice, and both leave when they are told to."""

from pathlib import Path

import pytest

from bench.kills import stage


@pytest.mark.parametrize("kills", [[0.7]])
def test_what_killed_daemons_left_two_others_finish_and_nothing_is_lost_or_doubled(
    tmp_path: Path, kills: list[float]
) -> None:
    with stage(tmp_path) as prepared:
        assert prepared.run(1, kills) == []
