"""The table of moves, against the drawing in the design."""

import pytest

from tracker.lifecycle import ENDED, MOVES, SIGHTINGS, Event, IllegalMove, State, after

DRAWN = """
suspected   seen again=confirmed  seen clear=dismissed  needs person=pending  target closed=dismissed  release=suspected
pending     release=pending  seen clear=dismissed  confirm=confirmed  dismiss=dismissed  target closed=dismissed
confirmed   seen clear=rectified  notify=notified  dismiss=dismissed  waive=waived  target closed=closed
notified    seen clear=rectified  reply=replied  dismiss=dismissed  waive=waived  notice withdrawn=confirmed  target closed=closed
replied     seen again=notified  seen clear=rectified  dismiss=dismissed  waive=waived  notice withdrawn=confirmed  target closed=closed
rectified   seen again=confirmed
waived      lapse=confirmed  target closed=closed
"""


def drawn() -> dict[tuple[State, Event], State]:
    cells = {}
    for line in DRAWN.strip().splitlines():
        before, *moves = line.split("  ")
        for move in filter(None, (each.strip() for each in moves)):
            event, reached = move.split("=")
            cells[State(before.strip()), Event(event)] = State(reached)
    return cells


def test_the_table_is_the_drawing() -> None:
    assert drawn() == MOVES


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", Event)
def test_an_act_without_a_cell_is_refused_and_a_sighting_without_one_moves_nothing(
    state: State, event: Event
) -> None:
    if (state, event) in MOVES:
        assert after(state, event) is MOVES[state, event]
    elif event in SIGHTINGS:
        assert after(state, event) is state
    else:
        with pytest.raises(IllegalMove):
            after(state, event)


def test_no_move_leads_out_of_an_ended_state() -> None:
    assert not [cell for cell in MOVES if cell[0] in ENDED]
