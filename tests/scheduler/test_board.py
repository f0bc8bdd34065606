"""Which light is red since when, and what each way is told: once, again each day, and that it is well."""

from datetime import datetime, timedelta

import pytest

from scheduler.board import SETTLES, Board, Tidings
from tests.builders import NOW
from tracker.lights import Lamp

BEAT = timedelta(seconds=15)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
MAIL, ROBOT = "mail a@yunze.test", "robot 1 (wecombot)"


def a_board() -> Board:
    return Board(repeat=DAY)


def hears(board: Board, now: datetime, way: str = MAIL) -> list[str]:
    """What the way is told now: + turned red, = still red, - well again."""
    if (tidings := board.tidings(way, now)) is None:
        return []
    board.told(way, tidings)
    return words(tidings)


def words(tidings: Tidings) -> list[str]:
    signed = (("+", tidings.new), ("=", tidings.still), ("-", tidings.well))
    return [sign + lamp.name for sign, lamps in signed for lamp in lamps]


def well(board: Board, name: str, now: datetime) -> datetime:
    """Seen well until it counts; when that was."""
    board.see(name, "", now)
    board.see(name, "", now + SETTLES)
    return now + SETTLES


# -- turning ----------------------------------------------------------------------------------------------


def test_a_light_turns_red_at_once_and_stays_the_same_one_while_its_words_change() -> None:
    board = a_board()

    turned = board.see("disk", "剩余 1.9 GB", NOW)
    again = board.see("disk", "剩余 1.8 GB", NOW + BEAT)

    assert turned == Lamp("disk", NOW, "剩余 1.9 GB")
    assert again is None
    assert board.red == [Lamp("disk", NOW, "剩余 1.8 GB")]


def test_it_is_well_again_only_when_it_has_been_well_for_a_while_and_from_then_on() -> None:
    board = a_board()
    board.see("disk", "满", NOW)

    assert board.see("disk", "", NOW + MINUTE) is None
    assert board.see("disk", "", NOW + MINUTE + SETTLES - BEAT) is None
    assert board.see("disk", "", NOW + MINUTE + SETTLES) == Lamp("disk", NOW, "满", NOW + MINUTE)
    assert board.red == []


def test_one_that_comes_back_meanwhile_was_never_well() -> None:
    board = a_board()
    board.see("disk", "满", NOW)
    board.see("disk", "", NOW + MINUTE)
    board.see("disk", "又满", NOW + 2 * MINUTE)
    board.see("disk", "", NOW + 3 * MINUTE)

    assert board.see("disk", "", NOW + MINUTE + SETTLES) is None
    assert board.red == [Lamp("disk", NOW, "又满")]


def test_what_cannot_be_told_turns_nothing_on_or_off() -> None:
    board = a_board()
    board.see("mails", "滞留", NOW)

    for minutes in range(0, 60, 5):
        assert board.see("mails", None, NOW + minutes * MINUTE) is None
        assert board.see("tasks", None, NOW + minutes * MINUTE) is None

    assert [lamp.name for lamp in board.red] == ["mails"]


def test_well_before_and_after_a_time_of_not_knowing_is_counted_anew() -> None:
    board = a_board()
    board.see("mails", "滞留", NOW)
    board.see("mails", "", NOW + MINUTE)
    board.see("mails", None, NOW + 2 * MINUTE)

    assert board.see("mails", "", NOW + 10 * MINUTE) is None
    assert board.see("mails", "", NOW + 15 * MINUTE) is not None


# -- telling ----------------------------------------------------------------------------------------------


def test_it_is_told_once_then_each_day_and_then_that_it_is_well() -> None:
    board = a_board()
    board.see("disk", "满", NOW)

    heard = [hears(board, NOW + hours * HOUR) for hours in range(50)]
    at = well(board, "disk", NOW + 50 * HOUR)
    heard += [hears(board, at), hears(board, at + 3 * DAY)]

    assert [(hour, said) for hour, said in enumerate(heard) if said] == [
        (0, ["+disk"]),
        (24, ["=disk"]),
        (48, ["=disk"]),
        (50, ["-disk"]),
    ]


def test_whoever_was_not_told_of_the_red_is_not_told_that_it_is_well() -> None:
    board = a_board()
    board.see("disk", "满", NOW)
    hears(board, NOW, MAIL)
    at = well(board, "disk", NOW + HOUR)

    assert hears(board, at, ROBOT) == []
    assert hears(board, at, MAIL) == ["-disk"]


def test_what_is_told_at_all_tells_all_that_is_red_and_the_reminder_with_it() -> None:
    board = a_board()
    board.see("disk", "满", NOW)
    hears(board, NOW)
    board.see("mails", "滞留", NOW + 23 * HOUR)

    assert hears(board, NOW + 23 * HOUR) == ["+mails", "=disk"]
    assert hears(board, NOW + 24 * HOUR) == []
    assert hears(board, NOW + 47 * HOUR) == ["=disk", "=mails"]


def test_a_light_that_became_well_while_it_was_being_told_is_told_well_afterwards() -> None:
    board = a_board()
    board.see("disk", "满", NOW)
    under_way = board.tidings(MAIL, NOW)
    assert under_way is not None
    at = well(board, "disk", NOW + MINUTE)

    board.told(MAIL, under_way)

    assert hears(board, at) == ["-disk"]


def test_a_light_that_came_and_went_before_anybody_was_told_is_only_kept() -> None:
    board = a_board()
    board.see("disk", "满", NOW)
    at = well(board, "disk", NOW + MINUTE)

    assert hears(board, at) == []
    assert [(lamp.name, lamp.until) for lamp in board.unkept] == [("disk", NOW + MINUTE)]


# -- storms -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("beats", [1, 3, 19])
def test_a_light_that_flickers_is_told_once_in_a_thousand_beats(beats: int) -> None:
    board = a_board()
    heard: list[str] = []
    for beat in range(1000):
        board.see("database", "" if beat // beats % 2 else "锁定", NOW + beat * BEAT)
        heard += hears(board, NOW + beat * BEAT)
    assert heard == ["+database"]


@pytest.mark.parametrize("minutes", [6, 11, 30, 60, 150])
def test_a_light_that_comes_and_goes_all_day_is_told_a_few_times(minutes: int) -> None:
    board = a_board()
    messages = 0
    for minute in range(3 * 24 * 60):
        now = NOW + minute * MINUTE
        board.see("mails", "" if minute // minutes % 2 else "滞留", now)
        messages += bool(hears(board, now))
    assert 3 <= messages <= 3 * 12


# -- clocks -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [DAY, -DAY, 400 * DAY, -400 * DAY])
def test_a_clock_that_jumps_brings_one_reminder_at_most_and_no_silence(jump: timedelta) -> None:
    board = a_board()
    board.see("disk", "满", NOW)
    hears(board, NOW)

    heard = [hears(board, NOW + jump + hours * HOUR) for hours in range(49)]
    at = well(board, "disk", NOW + jump + 49 * HOUR)

    assert sum(map(bool, heard)) in (2, 3)
    assert hears(board, at) == ["-disk"]


def test_a_clock_that_goes_back_while_a_light_settles_delays_it_by_no_more_than_that() -> None:
    board = a_board()
    board.see("disk", "满", NOW)
    board.see("disk", "", NOW + MINUTE)

    assert board.see("disk", "", NOW - DAY) is None
    assert board.see("disk", "", NOW - DAY + SETTLES) is not None


# -- the record -------------------------------------------------------------------------------------------


def test_what_the_record_says_is_taken_over_by_who_comes_next() -> None:
    kept = [
        Lamp("disk", NOW - DAY, "满", told={MAIL: NOW - HOUR}),
        Lamp("mails", NOW - DAY, "滞留", NOW - HOUR),
    ]
    board = a_board()
    board.take_over(kept)

    board.see("disk", "满", NOW)

    assert board.red == kept[:1]
    assert hears(board, NOW) == []
    assert hears(board, NOW, ROBOT) == ["+disk"]


def test_what_the_record_does_not_hold_yet_goes_before_what_it_says() -> None:
    board = a_board()
    board.see("disk", "满", NOW)
    board.kept()
    kept = board.red
    hears(board, NOW)

    board.take_over(kept)

    assert board.tidings(MAIL, NOW + BEAT) is None
    assert [lamp.told for lamp in board.unkept] == [{MAIL: NOW}]
