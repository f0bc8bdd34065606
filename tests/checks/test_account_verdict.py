"""What several roads say together: the recorded scenarios, and what must hold whatever they say."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.account_verdict import account_verdict
from checks.settings import CheckSettings
from crawler.observations import FROM_THE_BEGINNING, AccountVisit, Post, SourceResult
from tests.builders import NOW, SHANGHAI, a_broken_source, a_post, a_source, ago, an_account_visit
from tests.checks.scenarios import SCENARIOS, source_of, standing_in
from tests.crawler.sources.recorded import Recorded, recorded

SETTINGS = CheckSettings()
WINDOW_START = datetime(2026, 11, 10, tzinfo=SHANGHAI)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=[scenario["scenario"] for scenario in SCENARIOS])
def test_a_recorded_scenario_has_its_verdict(scenario: dict[str, str]) -> None:
    assert standing_in(scenario) == scenario["verdict"]


@pytest.mark.parametrize("manner", ["calendar", "elapsed"])
@pytest.mark.parametrize("row", recorded(), ids=[f"{row.file} {row.account_id}" for row in recorded()])
def test_one_answer_alone_says_what_its_row_says(row: Recorded, manner: str) -> None:
    visit = AccountVisit(an_account_visit().account, row.at, (source_of(row, "one"),))

    seen = account_verdict(visit, CheckSettings(manner=manner))  # type: ignore[arg-type]

    told = {"fresh": "no", "stale": "yes", "suspected_stale": "yes", "blank": "yes"}
    assert told.get(seen.standing, "unknown") == (row.stale if manner == "calendar" else row.stale_elapsed)


# -- the window -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published_at", "calendar", "elapsed"),
    [
        (datetime(2026, 11, 10, 9, 0, tzinfo=SHANGHAI), "fresh", "fresh"),
        (datetime(2026, 11, 10, 8, 59, tzinfo=SHANGHAI), "fresh", "suspected_stale"),
        (datetime(2026, 11, 10, 0, 0, tzinfo=SHANGHAI), "fresh", "suspected_stale"),
        (datetime(2026, 11, 9, 23, 59, 59, tzinfo=SHANGHAI), "suspected_stale", "suspected_stale"),
    ],
)
def test_the_last_moment_inside_the_window(published_at: datetime, calendar: str, elapsed: str) -> None:
    visit = an_account_visit(a_source(a_post(published_at)))

    assert account_verdict(visit, SETTINGS).standing == calendar
    assert account_verdict(visit, CheckSettings(manner="elapsed")).standing == elapsed


def test_a_plain_date_lasts_until_its_midnight_when_hours_are_counted() -> None:
    visit = an_account_visit(a_source(a_post(datetime(2026, 11, 10, tzinfo=SHANGHAI), precision="day")))

    assert account_verdict(visit, CheckSettings(manner="elapsed")).standing == "fresh"


def test_a_post_made_while_the_round_ran_is_not_of_the_future() -> None:
    later = NOW + timedelta(hours=1)
    source = a_source(a_post(later - timedelta(minutes=5)))
    assert source.fetch is not None

    seen = account_verdict(an_account_visit(replace(source, fetch=replace(source.fetch, at=later))), SETTINGS)

    assert seen.standing == "fresh"


# -- silence ----------------------------------------------------------------------------------------------

OLD = a_post(ago(days=30))


def test_two_roads_of_one_upstream_are_one() -> None:
    visit = an_account_visit(
        a_source(OLD, upstream="weread"), a_source(OLD, upstream="weread", address="http://b.test/")
    )

    assert account_verdict(visit, SETTINGS).standing == "suspected_stale"


def test_two_roads_of_different_upstreams_prove_silence() -> None:
    visit = an_account_visit(a_source(OLD, upstream="weread"), a_source(OLD, upstream="mp-console"))

    assert account_verdict(visit, SETTINGS).standing == "stale"


def test_silence_over_a_bridge_that_stands_still_is_the_bridges() -> None:
    still, lives = a_source(OLD, upstream="weread"), a_source(OLD, upstream="mp-console")
    silenced = {still.bridge: "对照账号没有新内容"}

    assert account_verdict(an_account_visit(still, silenced=silenced), SETTINGS).standing == "unknown"
    assert (
        account_verdict(an_account_visit(still, lives, silenced=silenced), SETTINGS).standing
        == "suspected_stale"
    )


def test_a_sighting_counts_even_over_a_bridge_that_stands_still() -> None:
    source = a_source(a_post(ago(days=3)))

    seen = account_verdict(an_account_visit(source, silenced={source.bridge: "frozen"}), SETTINGS)

    assert seen.standing == "fresh"


def test_an_official_interface_can_stand_still_too() -> None:
    source = a_source(official=True, complete_since=ago(days=30), upstream="wechat-api")

    assert account_verdict(an_account_visit(source), SETTINGS).standing == "stale"
    silenced = {source.bridge: "大面积采集失败"}
    assert account_verdict(an_account_visit(source, silenced=silenced), SETTINGS).standing == "unknown"


def test_gone_is_not_believed_where_a_whole_bridge_says_so() -> None:
    gone = a_broken_source("account_gone", "closed")

    assert account_verdict(an_account_visit(gone), SETTINGS).standing == "gone"
    assert (
        account_verdict(an_account_visit(gone, silenced={gone.bridge: "x"}), SETTINGS).standing == "unknown"
    )


def test_a_post_to_come_takes_a_road_out_of_the_proof() -> None:
    visit = an_account_visit(a_source(OLD, a_post(ago(days=-40)), upstream="a"), a_source(OLD, upstream="b"))

    assert account_verdict(visit, SETTINGS).standing == "suspected_stale"


@pytest.mark.parametrize("health", ["source_broken", "auth_expired", "rate_limited"])
def test_a_sighting_counts_even_from_a_broken_road(health: str) -> None:
    visit = an_account_visit(a_source(a_post(ago(days=3)), health=health, complete_since=None))

    assert account_verdict(visit, SETTINGS).standing == "fresh"


@pytest.mark.parametrize(("days", "standing"), [(3, "unknown"), (13, "unknown"), (20, "stale")])
def test_a_post_that_was_seen_before_its_day_shows_nothing_of_that_day(days: int, standing: str) -> None:
    announced = a_post(ago(days=days), id="announced")
    source = a_source(announced, OLD, official=True)

    seen = account_verdict(an_account_visit(source, seen_ahead=("announced",)), SETTINGS)

    assert (seen.standing, seen.newest) == (standing, OLD.published_at)


def test_a_post_beside_the_announced_one_is_a_post() -> None:
    source = a_source(a_post(ago(days=3), id="announced"), a_post(ago(days=5)))

    assert account_verdict(an_account_visit(source, seen_ahead=("announced",)), SETTINGS).standing == "fresh"


def test_memory_never_goes_back() -> None:
    visit = an_account_visit(a_source(OLD), newest_known=ago(days=20))

    seen = account_verdict(visit, SETTINGS)

    assert (seen.standing, seen.newest) == ("suspected_stale", ago(days=20))


def test_an_empty_official_list_from_the_beginning_is_a_blank_account() -> None:
    whole = a_source(official=True, complete_since=FROM_THE_BEGINNING)

    assert account_verdict(an_account_visit(whole), SETTINGS).standing == "blank"
    assert account_verdict(an_account_visit(whole, newest_known=ago(days=99)), SETTINGS).standing == "stale"
    assert account_verdict(an_account_visit(whole, a_source(OLD)), SETTINGS).standing == "stale"


def test_an_official_list_that_begins_inside_the_window_proves_nothing() -> None:
    short = a_source(official=True, complete_since=WINDOW_START + timedelta(days=1))

    assert account_verdict(an_account_visit(short), SETTINGS).standing == "unknown"


# -- what always holds ------------------------------------------------------------------------------------

healths = st.sampled_from(["ok", "ok", "ok", "source_broken", "auth_expired", "rate_limited"])
posts = st.lists(st.integers(0, 60 * 24).map(lambda hours: a_post(ago(hours=hours))), max_size=5)
sources = st.builds(
    lambda some, health, upstream: a_source(*some, health=health, upstream=upstream),
    posts,
    healths,
    st.sampled_from("ab"),
)


def _shuffled(posts: tuple[Post, ...], random: Random) -> tuple[Post, ...]:
    return tuple(random.sample(posts, len(posts)))


@given(st.lists(sources, max_size=3), st.integers(1, 30))
def test_a_later_look_at_the_same_never_turns_silence_into_freshness(
    some: list[SourceResult], days: int
) -> None:
    visit = an_account_visit(*some)

    today = account_verdict(visit, SETTINGS).standing
    later = account_verdict(replace(visit, at=NOW + timedelta(days=days)), SETTINGS).standing

    assert today == "fresh" or later != "fresh"


@given(st.lists(sources, min_size=1, max_size=3))
def test_a_pinned_old_post_changes_no_verdict(some: list[SourceResult]) -> None:
    pinned = a_post(ago(days=700), pinned=True)
    more = [replace(source, posts=(pinned, *source.posts)) if source.posts else source for source in some]

    before, after = (account_verdict(an_account_visit(*each), SETTINGS).standing for each in (some, more))

    assert before == after


@given(st.lists(sources, max_size=3), st.randoms(use_true_random=False))
def test_the_order_of_posts_and_roads_and_seeing_them_twice_change_no_verdict(
    some: list[SourceResult], random: Random
) -> None:
    shuffled = [replace(each, posts=_shuffled((*each.posts, *each.posts), random)) for each in some]
    random.shuffle(shuffled)

    before, after = (account_verdict(an_account_visit(*each), SETTINGS) for each in (some, shuffled))

    assert (before.standing, before.newest) == (after.standing, after.newest)


@given(st.lists(sources, max_size=3), st.integers(0, 3))
def test_a_bridge_less_to_trust_never_accuses_more(some: list[SourceResult], silent: int) -> None:
    silenced = {source.bridge: "x" for source in some[:silent]}
    rank = ["fresh", "unknown", "suspected_stale", "stale"].index

    trusting, doubting = (
        account_verdict(an_account_visit(*some, silenced=each), SETTINGS).standing for each in ({}, silenced)
    )

    assert rank(doubting) <= rank(trusting)
    assert (doubting == "fresh") == (trusting == "fresh")


@given(st.lists(sources, max_size=3))
def test_a_verdict_of_stale_needs_two_living_roads(some: list[SourceResult]) -> None:
    living = {source.upstream for source in some if source.health == "ok" and source.posts}

    seen = account_verdict(an_account_visit(*some), SETTINGS)

    assert seen.standing != "stale" or len(living) > 1


@given(st.integers(15, 34))
def test_an_outage_of_one_bridge_accuses_nobody(outage_days: int) -> None:
    """The account publishes daily; the bridge's file stands still."""
    frozen = a_broken_source(
        reason="frozen_feed", posts=(a_post(ago(days=outage_days)),), complete_since=None
    )

    assert account_verdict(an_account_visit(frozen), SETTINGS).standing == "unknown"
