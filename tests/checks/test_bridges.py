"""Whether a bridge lives: what all its accounts show together, compared with the days before."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.bridges import WAVE_DAYS, BridgeDay, RoadSeen, Tally, Trouble, Unseen, weigh
from checks.calendar import WorkCalendar
from tests.builders import NOW, TODAY, ago

HUB = "rsshub.test weibo"
CALENDAR = WorkCalendar()


def a_road(number: int, hours: float | None = 10, **more: object) -> RoadSeen:
    """One account over the bridge. `hours`: the age of its newest post; None: none is shown."""
    newest = None if hours is None else ago(hours=hours)
    facts = {"bridge": HUB, "platform": "微博", "account": f"wb-{number}", "newest": newest, **more}
    return RoadSeen(**facts)  # type: ignore[arg-type]


def roads(count: int, hours: float | None = 10, first: int = 0, **more: object) -> list[RoadSeen]:
    return [a_road(number, hours, **more) for number in range(first, first + count)]


def controls(*hours: float | None) -> list[RoadSeen]:
    return [a_road(900 + number, each, is_control=True) for number, each in enumerate(hours)]


def fell(days_ago: int, count: int, first: int = 500, **more: object) -> list[RoadSeen]:
    """Accounts that were out of time for the first time so many days ago."""
    since = TODAY - timedelta(days=days_ago)
    return roads(count, 24 * (15 + days_ago), first, **{"silent_since": since, **more})


def a_day(days_ago: int, accounts: int = 40, posted: int = 20, **more: object) -> BridgeDay:
    counts = {"quiet": 5} | {name: more.pop(name) for name in ("quiet", "broken", "fallen") if name in more}
    tally = Tally(accounts, posted=posted, **counts)  # type: ignore[arg-type]
    return BridgeDay(TODAY - timedelta(days=days_ago), tally, **more)  # type: ignore[arg-type]


def days(count: int, **more: object) -> list[BridgeDay]:
    return [a_day(number, **more) for number in range(1, count + 1)]  # type: ignore[arg-type]


def of_today(
    seen: Sequence[RoadSeen], past: Sequence[BridgeDay] = (), bridge: str = HUB, **unseen: int
) -> BridgeDay:
    return weigh(seen, {bridge: past}, NOW, CALENDAR, {bridge: Unseen(**unseen)})[bridge]


def trouble(seen: Sequence[RoadSeen], past: Sequence[BridgeDay] = (), **unseen: int) -> Trouble | None:
    return of_today(seen, past, **unseen).trouble  # type: ignore[arg-type]


# -- control accounts (B1) --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "found"),
    [
        ((1, 5, 35), None),
        ((1, 5, 37), None),
        ((1, 37, 37), Trouble.CONTROLS),
        ((1, 37, None), Trouble.CONTROLS),
        ((37,), Trouble.CONTROLS),
        ((1, 37), None),
        ((1, 37, 37, 37), Trouble.CONTROLS),
    ],
)
def test_when_most_control_accounts_are_old_the_bridge_stands_still(
    hours: tuple[float | None, ...], found: Trouble | None
) -> None:
    assert trouble([*roads(5), *controls(*hours)]) is found


def test_a_control_account_that_cannot_be_read_counts_as_old() -> None:
    broken = [replace(each, is_broken=True) for each in controls(1, 1)]

    assert trouble([*roads(5), *broken, *controls(1)]) is Trouble.CONTROLS


def test_dead_control_accounts_hold_the_bridge_of_a_single_account_that_is_looked_at() -> None:
    found = of_today([*roads(1), *controls(37, 37, 37)], days(20), accounts=39)

    assert (found.trouble, found.is_whole) == (Trouble.CONTROLS, False)


def test_a_bridge_without_control_accounts_is_live_from_its_first_day() -> None:
    assert trouble(roads(40, hours=24 * 30)) is None


# -- many roads fail --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "before", "found"),
    [
        (0, 0, None),
        (8, 0, None),
        (9, 0, Trouble.BROKEN),
        (20, 0, Trouble.BROKEN),
        (20, 15, None),
        (30, 15, Trouble.BROKEN),
    ],
)
def test_when_many_roads_break_since_the_last_good_day_it_is_the_bridge(
    broken: int, before: int, found: Trouble | None
) -> None:
    seen = [*roads(40 - broken), *roads(broken, None, 100, is_broken=True)]

    assert trouble(seen, days(1, broken=before)) is found


def test_on_a_first_day_nothing_is_compared() -> None:
    assert trouble(roads(40, None, is_broken=True)) is None
    assert trouble(fell(0, 40)) is None


def test_accounts_that_came_into_the_register_broken_are_no_trouble_of_the_bridge() -> None:
    seen = [*roads(40), *roads(20, None, 100, is_broken=True)]

    assert trouble(seen, days(1, accounts=40)) is None
    assert trouble(seen, days(1, accounts=60)) is Trouble.BROKEN


def test_two_of_three_may_break_by_chance() -> None:
    assert trouble([*roads(1), *roads(2, None, 100, is_broken=True)], days(1, accounts=3)) is None


def test_roads_of_many_small_bridges_that_break_on_one_day_are_held_together() -> None:
    seen = [
        replace(road, bridge=f"hub{number}.test", is_broken=half)
        for number in range(6)
        for half, road in zip((True, False), roads(2, first=2 * number), strict=True)
    ]
    past = {f"hub{number}.test": days(1, accounts=2) for number in range(6)}

    found = weigh(seen, past, NOW, CALENDAR)

    assert {day.trouble for day in found.values()} == {Trouble.BROKEN}


# -- fewer have something new (B2) ------------------------------------------------------------------------


@pytest.mark.parametrize(("posted", "found"), [(10, None), (9, Trouble.STILL), (0, Trouble.STILL)])
def test_when_less_than_half_of_the_usual_accounts_have_something_new_it_is_the_bridge(
    posted: int, found: Trouble | None
) -> None:
    """TODAY is a Tuesday, as were the days a week, two and three weeks ago; Wednesdays to Fridays are like it."""
    seen = [*roads(posted), *roads(40 - posted, 60, 100)]

    assert trouble(seen, days(14)) is found


def test_a_day_is_compared_with_days_of_its_kind() -> None:
    """A Monday morning shows what the Sunday brought."""
    monday = NOW - timedelta(days=1)
    quiet = [replace(road, newest=monday - timedelta(hours=80)) for road in roads(40)]

    def past(mondays: int) -> list[BridgeDay]:
        return [
            a_day(number, posted=mondays if (TODAY - timedelta(days=number)).weekday() == 0 else 30, quiet=39)
            for number in range(2, 40)
        ]

    found = [weigh(quiet, {HUB: past(each)}, monday, CALENDAR)[HUB].trouble for each in (4, 20)]

    assert found == [None, Trouble.STILL]


def test_three_days_of_a_kind_have_to_be_known() -> None:
    still = roads(40, 60)

    assert trouble(still, [a_day(4), a_day(5)]) is None
    assert trouble(still, [a_day(4), a_day(5), a_day(6)]) is Trouble.STILL


def test_few_accounts_may_all_stay_away_by_chance() -> None:
    assert trouble(roads(8, 60), days(14, accounts=8, posted=4)) is None


# -- nothing new anywhere (B3) ----------------------------------------------------------------------------


def test_two_working_days_without_anything_new_are_the_bridges() -> None:
    assert trouble(roads(12, 24 * 5), days(1, accounts=12, posted=3)) is Trouble.SAME
    assert trouble([*roads(11, 24 * 5), a_road(99)], days(1, accounts=12, posted=3)) is None


def test_a_bridge_on_which_nothing_was_new_before_is_no_news() -> None:
    assert trouble(roads(12, 24 * 5), days(1, accounts=12, posted=0, quiet=12)) is None


# -- many turn silent (B7) --------------------------------------------------------------------------------


@pytest.mark.parametrize(("turned", "found"), [(2, None), (4, None), (5, Trouble.WAVE)])
def test_when_more_than_a_tenth_turn_silent_together_it_is_the_bridge(
    turned: int, found: Trouble | None
) -> None:
    seen = [*roads(40 - turned), *fell(0, turned)]

    assert trouble(seen, days(1)) is found


def test_who_was_silent_on_the_last_good_day_counts_no_more() -> None:
    assert trouble([*roads(20), *fell(1, 20)], days(1)) is None
    assert trouble([*roads(20), *fell(1, 20)], [a_day(2)]) is Trouble.WAVE


def test_a_wave_stays_held_the_day_after_though_nobody_else_turned_silent() -> None:
    yesterday = a_day(1, trouble=Trouble.WAVE, reason="x", since=TODAY - timedelta(days=1))

    found = of_today([*roads(30), *fell(1, 10)], [yesterday, a_day(2)])

    assert (found.trouble, found.since) == (Trouble.WAVE, TODAY - timedelta(days=1))


def test_a_bridge_that_was_never_well_shows_a_wave_when_it_comes_back() -> None:
    old = {"trouble": Trouble.CONTROLS, "reason": "x", "since": TODAY - timedelta(days=20)}
    back = [*roads(30), *fell(5, 10), *controls(1, 1, 1)]

    assert trouble(back, days(20, **old)) is Trouble.WAVE
    assert trouble(back, days(4, **old)) is None, "silent before the bridge was asked first"


def test_accounts_that_fall_silent_one_by_one_while_nobody_looks_are_no_wave() -> None:
    """A pause of eight days in which on every other day one account turned silent."""
    one_by_one = [road for ago_ in (1, 3, 5, 7) for road in fell(ago_, 1, 500 + ago_)]
    in_two_days = [road for ago_ in (4, 5) for road in fell(ago_, 2, 500 + 2 * ago_)]

    assert trouble([*roads(26), *one_by_one], [a_day(8)]) is None
    assert trouble([*roads(26), *in_two_days], [a_day(8)]) is Trouble.WAVE


def test_a_wave_ends_after_two_weeks_in_which_the_others_posted_as_usual() -> None:
    held = {"trouble": Trouble.WAVE, "reason": "x", "since": TODAY - timedelta(days=WAVE_DAYS)}
    seen = [*roads(30), *fell(WAVE_DAYS, 10)]

    def past(waves: int) -> list[BridgeDay]:
        return [*days(waves, **held), *days(20)[waves:]]

    assert trouble(seen, [*days(WAVE_DAYS - 1, **held), a_day(WAVE_DAYS + 1)]) is Trouble.WAVE
    assert trouble(seen, past(WAVE_DAYS)) is None
    assert trouble([*roads(40, 60), *fell(WAVE_DAYS, 10)], past(WAVE_DAYS)) is Trouble.STILL
    assert trouble([*seen, *fell(0, 10, 700)], past(WAVE_DAYS)) is Trouble.WAVE, "these fell only now"


def test_where_nobody_has_anything_new_a_wave_neither_needs_one_day_nor_ends() -> None:
    """A small bridge that stands still; its accounts post once a week."""
    frozen = [*roads(5, 200), *(road for days_ago in (0, 3, 6) for road in fell(days_ago, 1, 500 + days_ago))]
    held = {
        "accounts": 8,
        "posted": 0,
        "quiet": 8,
        "fallen": 3,
        "trouble": Trouble.WAVE,
        "reason": "x",
        "since": TODAY,
    }
    usual = [a_day(number, accounts=8, posted=2, quiet=3) for number in (7, 8, 40)]

    assert trouble(frozen, usual) is Trouble.WAVE
    assert trouble([*frozen, *fell(20, 1)], [*days(WAVE_DAYS + 8, **held), usual[-1]]) is Trouble.WAVE


def test_a_wave_over_several_bridges_of_one_platform_is_held_on_each() -> None:
    names = [f"hub{number}.test" for number in range(4)]
    seen = [replace(road, bridge=names[number % 4]) for number, road in enumerate([*roads(8), *fell(0, 4)])]
    past = {name: days(1, accounts=3, posted=1) for name in names}

    found = weigh(seen, past, NOW, CALENDAR)

    assert {day.trouble for day in found.values()} == {Trouble.WAVE}


def test_a_wave_over_bridges_of_one_account_each_ends_too() -> None:
    names = [f"hub{number}.test" for number in range(12)]
    turned = [replace(road, bridge=name) for name, road in zip(names, fell(WAVE_DAYS, 4), strict=False)]
    seen = [*turned, *(replace(road, bridge=name) for name, road in zip(names[4:], roads(8), strict=True))]
    held = {"trouble": Trouble.WAVE, "reason": "x", "since": TODAY - timedelta(days=WAVE_DAYS)}

    def found(waves: int) -> set[Trouble | None]:
        wave = days(waves, accounts=1, posted=0, quiet=1, fallen=1, **held)
        past = {name: [*wave, a_day(WAVE_DAYS + 1, accounts=1)] for name in names[:4]}
        return {weigh(seen, past, NOW, CALENDAR)[name].trouble for name in past}

    assert found(WAVE_DAYS - 1) == {Trouble.WAVE}
    assert found(WAVE_DAYS) == {None}


def test_three_calls_of_one_interface_are_one_account() -> None:
    seen = [*roads(9), *fell(0, 1), *fell(0, 1), *fell(0, 1)]

    found = of_today(seen, days(1, accounts=10))

    assert (found.trouble, found.tally.accounts, found.tally.fallen) == (None, 10, 1)


# -- from day to day --------------------------------------------------------------------------------------


def test_a_person_who_releases_a_wave_says_what_is_usual_from_then_on() -> None:
    released = a_day(1, posted=0, quiet=40, was_released=True)

    assert trouble([*roads(30, 60), *fell(1, 10)], [released, *days(20)[1:]]) is None
    assert trouble([*roads(20, 60), *fell(1, 10), *fell(0, 10, 700)], [released]) is Trouble.WAVE


def test_a_release_counts_also_on_a_day_on_which_little_was_looked_at() -> None:
    released = a_day(1, accounts=2, is_whole=False, was_released=True)
    held = a_day(2, trouble=Trouble.WAVE, reason="x", since=TODAY - timedelta(days=2))

    assert trouble([*roads(30), *fell(2, 10)], [released, held, a_day(3)]) is None
    assert trouble([*roads(30), *fell(0, 10)], [released, held, a_day(3)]) is Trouble.WAVE


def test_a_trouble_does_not_end_because_it_cannot_be_told() -> None:
    still = a_day(1, trouble=Trouble.STILL, reason="x", since=TODAY - timedelta(days=3))
    controls_old = replace(still, trouble=Trouble.CONTROLS)
    unanswered = roads(40, None, is_broken=True)

    assert trouble(roads(40, 60), [still]) is Trouble.STILL
    assert trouble(roads(40), [controls_old], controls=3) is Trouble.CONTROLS, "none of them was looked at"
    assert trouble(unanswered, [controls_old]) is Trouble.CONTROLS
    assert trouble([*roads(40), *controls(1, 1, 1)], [controls_old]) is None


def test_what_control_accounts_told_ends_when_the_register_has_none_any_more() -> None:
    held = a_day(1, trouble=Trouble.CONTROLS, reason="x", since=TODAY - timedelta(days=3))

    assert trouble(roads(40), [held]) is None


def test_a_stillness_ends_when_too_few_accounts_are_left_to_tell() -> None:
    held = a_day(1, accounts=12, posted=0, trouble=Trouble.STILL, reason="x", since=TODAY)
    usual = days(20, accounts=12, posted=6)[1:]

    assert trouble([*roads(4), *roads(4, 60, 10)], [held, *usual]) is None
    assert trouble(roads(12, 60), [held, *usual]) is Trouble.STILL


def test_a_stillness_lasts_over_a_day_on_which_few_accounts_ever_post() -> None:
    """A Monday morning shows what the Sunday brought."""
    monday = NOW - timedelta(days=1)
    usual = [
        a_day(number, accounts=9, posted=1 if (TODAY - timedelta(days=number)).weekday() == 0 else 6)
        for number in range(3, 40)
    ]
    held = a_day(2, accounts=9, posted=0, trouble=Trouble.STILL, reason="x", since=TODAY)
    still = [replace(road, newest=monday - timedelta(hours=80)) for road in roads(9)]

    assert weigh(still, {HUB: [held, *usual]}, monday, CALENDAR)[HUB].trouble is Trouble.STILL


@pytest.mark.parametrize(
    ("wrong", "seen"),
    [(Trouble.BROKEN, roads(40, None, is_broken=True)), (Trouble.SAME, roads(40, 24 * 70))],
)
def test_a_trouble_lasts_though_no_good_day_is_remembered(wrong: Trouble, seen: list[RoadSeen]) -> None:
    held = days(60, posted=0, quiet=40, trouble=wrong, reason="x", since=TODAY - timedelta(days=60))

    assert trouble(seen, held) is wrong
    assert trouble(roads(40), held) is None


def test_a_stillness_of_which_no_good_day_is_remembered_ends_when_the_accounts_post() -> None:
    held = days(60, posted=0, trouble=Trouble.STILL, reason="x", since=TODAY - timedelta(days=60))

    assert trouble(roads(40), held) is None
    assert trouble(roads(40, 60), held) is Trouble.STILL


def test_a_look_at_single_accounts_says_nothing_of_their_bridge() -> None:
    held = a_day(1, trouble=Trouble.WAVE, reason="x", since=TODAY - timedelta(days=1))

    found = of_today(roads(1), [held, a_day(2)], accounts=39)

    assert (found.trouble, found.reason, found.since) == (Trouble.WAVE, "x", held.since)
    assert not found.is_whole
    assert not of_today(roads(1), days(2), accounts=39).is_whole


def test_a_bridge_that_lost_most_of_its_accounts_is_judged_by_those_that_are_left() -> None:
    found = of_today(roads(15, 60), days(14))

    assert (found.trouble, found.is_whole) == (Trouble.STILL, True)


def test_days_on_which_too_little_was_looked_at_are_not_what_is_usual() -> None:
    partial = a_day(1, accounts=1, is_whole=False)

    assert trouble([*roads(30), *fell(1, 10)], [partial, a_day(2)]) is Trouble.WAVE


def test_when_all_is_well_again_the_bridge_is_live() -> None:
    held = a_day(1, trouble=Trouble.WAVE, reason="x", since=TODAY - timedelta(days=5))

    found = of_today(roads(40), [held, *days(20)[1:]])

    assert (found.trouble, found.reason, found.since) == (None, "", None)


# -- what always holds ------------------------------------------------------------------------------------

some_roads = st.lists(
    st.builds(
        lambda number, hours, broken, turned, hub: a_road(
            number,
            hours,
            bridge=hub,
            is_broken=broken,
            silent_since=TODAY - timedelta(days=turned) if turned is not None else None,
        ),
        st.integers(0, 60),
        st.one_of(st.none(), st.floats(0, 900)),
        st.booleans(),
        st.one_of(st.none(), st.integers(0, 40)),
        st.sampled_from(["a.test", "b.test"]),
    ),
    max_size=60,
)


@given(some_roads, st.randoms(use_true_random=False))
def test_the_order_of_the_looks_changes_nothing(seen: list[RoadSeen], random: object) -> None:
    shuffled = list(seen)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    past = {bridge: days(20) for bridge in ("a.test", "b.test")}

    assert weigh(seen, past, NOW, CALENDAR) == weigh(shuffled, past, NOW, CALENDAR)


@given(some_roads)
def test_every_bridge_that_was_asked_is_told_of_and_a_trouble_has_its_reason(seen: list[RoadSeen]) -> None:
    found = weigh(seen, {"a.test": days(3)}, NOW, CALENDAR)

    assert set(found) == {road.bridge for road in seen}
    for day in found.values():
        assert (day.trouble is None) == (day.reason == "") == (day.since is None)


def frozen_days(count: int) -> list[Trouble | None]:
    """Every day of a freeze of a bridge whose 40 accounts post every other day, after three good weeks."""
    past: list[BridgeDay] = []
    found = []
    for number in range(21 + count):
        at = NOW + timedelta(days=number)
        seen = [_of_day(each, at, min(at, NOW + timedelta(days=20))) for each in range(40)]
        day = weigh(seen, {HUB: past}, at, CALENDAR)[HUB]
        past.insert(0, day)
        found.append(day.trouble)
    return found


def _of_day(number: int, at: datetime, frozen: datetime) -> RoadSeen:
    newest = frozen - timedelta(hours=number % 48 + 1)
    since: date = newest.date() + timedelta(days=15)
    return a_road(number, newest=newest, silent_since=since if since <= at.date() else None)


def test_a_bridge_that_freezes_for_twenty_days_is_held_before_anybody_looks_silent_and_until_the_end() -> (
    None
):
    found = frozen_days(20)

    assert set(found[:21]) == {None}
    assert None not in found[24:]
