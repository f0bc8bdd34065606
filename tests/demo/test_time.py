"""Time in the city: what is sound goes on, what is silent grows old, and only what somebody does makes or mends a fault."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import aiohttp
import pytest

from demo.account import Account, posts_of
from demo.bridges import BRIDGES
from demo.changes import Impossible
from demo.city import LIVES_FOR, City
from demo.families.all import FAMILIES
from demo.menu import DUTIES
from demo.site import UNREAD, Column, Row, Site
from demo.truth import Check, PlantedFault

SHORTEST_LIMITS = {"news": 14, "notice": 180, "policy": 180, "reading": 180, "staff": 365, "plan": 365}
SIGHT_LOST = (*UNREAD, "leads-away")


@pytest.fixture
def living(now: datetime) -> City:
    return City(7, now=now)


def later(now: datetime, days: float) -> datetime:
    return now + timedelta(days=days)


def readable(city: City) -> list[Site]:
    return [site for site in city.sites if site.role in ("", "home-stale", "script-lists", "mislabelled")]


def rows(site: Site, column: Column) -> list[Row]:
    return FAMILIES[site.family].rows(site, column, size=1000)


def at(city: City, fault: PlantedFault) -> tuple[Site, Column]:
    site = next(site for site in city.sites if site.key == fault.target)
    return site, next(column for column in site.columns if column.name == fault.subject)


def account_of(city: City, key: str) -> Account:
    return next(account for account in city.accounts if account.key == key)


def feed(city: City, account: Account) -> bytes:
    return city.answer(BRIDGES[account.roads[0].bridge], account.roads[0].path).body


def faults(city: City) -> set[PlantedFault]:
    return set(city.truth.faults)


def first(city: City, check: str, suits: Callable[[PlantedFault], bool] = lambda fault: True) -> PlantedFault:
    return next(fault for fault in city.truth.faults_of(check) if suits(fault))


def sound_column(city: City, sort: str) -> tuple[Site, Column]:
    """One that may go stale or blank without its home page: there is other news."""
    return next(
        (site, column)
        for site in city.sites
        if not site.role and sum(one.sort == "news" and one.may_be_planted for one in site.columns) > 1
        for column in site.columns
        if column.sort == sort and column.may_be_planted
    )


# -- nothing happens but time -------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [7, 8, 11])
def test_time_alone_makes_no_fault_and_mends_none(seed: int, now: datetime) -> None:
    city = City(seed, now=now)
    before = city.truth

    for days in (1, 3, 20, LIVES_FOR.days):
        city.pass_time(later(now, days))
        assert city.truth == before


@pytest.mark.parametrize("seed", [7, 8, 11])
def test_sound_columns_and_home_pages_are_fresh_on_every_day(seed: int, now: datetime) -> None:
    city = City(seed, now=now)
    accused = {(fault.target, fault.subject) for fault in city.truth.faults}

    for days in range(LIVES_FOR.days + 1):
        city.pass_time(later(now, days))
        for site in readable(city):
            for column in site.lists:
                limit = SHORTEST_LIMITS.get(column.sort)
                if limit and column.trick not in ("blank", "script-empty", "exempt", "pinned", "future"):
                    old = site.age(column) > limit
                    assert old == ((site.key, column.name) in accused), (days, column)
            home = min(site.age(column) for column in FAMILIES[site.family].home_columns(site))
            assert home > 14 if site.role == "home-stale" else home <= 8


@pytest.mark.parametrize("trick", ["pinned", "future"])
def test_the_row_that_a_trick_puts_on_top_stays_while_the_column_goes_on_below_it(
    trick: str, living: City, now: datetime
) -> None:
    site, column = next(
        (site, column) for site in living.sites for column in site.columns if column.trick == trick
    )
    top, newest, *_ = rows(site, column)

    living.pass_time(later(now, 40))

    again, newer, *_ = rows(site, column)
    assert again == top
    assert newest.day and newer.day and newer.day > newest.day


def test_two_looks_at_a_stale_column_show_the_same_rows(living: City, now: datetime) -> None:
    stale = [at(living, fault) for fault in living.truth.faults_of("column-stale")]
    before = [rows(site, column) for site, column in stale]

    living.pass_time(later(now, 20))

    assert [rows(site, column) for site, column in stale] == before
    for (site, column), listed in zip(stale, before, strict=True):
        assert (site.today - site.day(column, 0)).days >= 20 + 18
        assert all(row.day and row.day <= site.first_day for row in listed)


def test_an_article_keeps_its_title_its_address_and_its_day(living: City, now: datetime) -> None:
    before = {(site.key, column.name): rows(site, column) for site in living.sites for column in site.lists}

    living.pass_time(later(now, 20))

    for site in living.sites:
        for column in site.lists:
            known, found = before[site.key, column.name], rows(site, column)
            assert [row for row in found if row in known] == known
            for row in found:
                assert row in known or row.day is None or row.day > site.first_day
            assert len({row.url for row in found}) == len({row.title for row in found}) == len(found)


def test_every_list_page_and_article_stands_at_its_address_on_a_later_day(
    living: City, now: datetime
) -> None:
    living.pass_time(later(now, 45))  # news columns have several pages by now

    for site in readable(living):
        family = FAMILIES[site.family]
        for column in (*site.lists, site.hot_list):
            if column.trick in SIGHT_LOST:
                continue
            paths = [family.article_path(site, column, number) for number in column.numbers]
            if column in site.lists:
                paths += [family.page_path(column, number) for number in range(family.pages(column))]
            for path in paths:
                assert living.answer(site.address, path).status == 200, (site.family, column.trick, path)


def test_pages_tell_the_day_that_it_is(living: City, now: datetime) -> None:
    site = next(site for site in living.sites if site.family == "trs" and not site.role)
    assert "今天是2026年11月24日" in living.answer(site.address, "/").body.decode()

    living.pass_time(later(now, 1))

    assert "今天是2026年11月25日" in living.answer(site.address, "/").body.decode()


def test_it_does_not_matter_in_which_steps_time_passes(now: datetime) -> None:
    slow, fast = City(7, now=now), City(7, now=now)

    for days in range(1, 21):
        slow.pass_time(later(now, days))
    fast.pass_time(later(now, 20))

    for one, other in zip(slow.sites, fast.sites, strict=True):
        assert slow.answer(one.address, "/") == fast.answer(other.address, "/")
    for one_account, other_account in zip(slow.accounts, fast.accounts, strict=True):
        assert posts_of(one_account) == posts_of(other_account)


@pytest.mark.parametrize("days", [-1, LIVES_FOR.days + 1])
def test_time_runs_neither_back_nor_beyond_what_was_planned(days: int, living: City, now: datetime) -> None:
    with pytest.raises(ValueError, match="time runs from"):
        living.pass_time(later(now, days))


# -- accounts -----------------------------------------------------------------------------------------------------


def test_sound_accounts_go_on_and_silent_ones_show_the_same_posts(living: City, now: datetime) -> None:
    silent = {account.key: posts_of(account) for account in living.accounts if account.stale}

    for days in range(0, 31, 3):
        living.pass_time(later(now, days))
        for account in living.accounts:
            newest = max(post.at for post in posts_of(account) if post.at <= living.now)
            if account.stale:
                assert posts_of(account) == silent[account.key]
            else:
                assert newest > living.now - timedelta(days=6)


def test_a_post_keeps_what_it_is_while_the_feed_shows_it(living: City, now: datetime) -> None:
    account = next(one for one in living.accounts if one.trick == "pinned")
    before = posts_of(account)

    living.pass_time(later(now, 4))

    after = posts_of(account)
    assert after[0] == before[0]
    assert after[1] not in before
    assert [post for post in after if post in before] == before


def test_a_frozen_feed_is_the_same_file_on_every_day(living: City, now: datetime) -> None:
    account = next(one for one in living.accounts if one.broken == "frozen")
    before = feed(living, account)

    living.pass_time(later(now, 20))

    assert feed(living, account) == before


# -- a fault is put right -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check", ["column-blank", "column-stale"])
def test_a_mended_column_has_something_of_today_and_goes_on(check: str, living: City, now: datetime) -> None:
    fault = first(living, check)
    site, column = at(living, fault)
    before = faults(living)

    living.mend(fault.target, fault.subject)

    assert rows(site, column)[0].day == site.today
    assert faults(living) == before - {fault}
    living.pass_time(later(now, 80))
    assert site.age(column) <= column.step


def test_a_mended_home_page_shows_news_of_today_while_its_stale_columns_stay(
    living: City, now: datetime
) -> None:
    fault = first(living, "home-stale")
    site = next(site for site in living.sites if site.key == fault.target)
    before = faults(living)

    living.mend(fault.target)

    assert min(site.age(column) for column in FAMILIES[site.family].home_columns(site)) == 0
    assert faults(living) == before - {fault}
    living.pass_time(later(now, 20))
    assert faults(living) == before - {fault}


def test_who_mends_a_news_column_has_mended_the_home_page_too(living: City) -> None:
    home = first(living, "home-stale")
    column = first(living, "column-stale", lambda fault: fault.target == home.target)
    before = faults(living)

    living.mend(column.target, column.subject)

    assert faults(living) == before - {home, column}


def test_an_unreachable_website_answers_at_once_when_it_is_mended(now: datetime) -> None:
    async def look() -> tuple[list[int], list[int], set[PlantedFault]]:
        async with City(7, now=now).serve() as city:
            down = city.truth.faults_of("site-unreachable")
            before = [await status(fault.url) for fault in down]
            for fault in down:
                await asyncio.to_thread(city.mend, fault.target, fault.subject)
            return before, [await status(fault.url) for fault in down], faults(city) & set(down)

    before, after, left = asyncio.run(look())

    assert sorted(before) == [0, 503]
    assert after == [200, 200]
    assert left == set()


async def status(url: str) -> int:
    try:
        async with aiohttp.ClientSession() as session, session.get(url) as response:
            return response.status
    except aiohttp.ClientConnectionError:
        return 0


@pytest.mark.parametrize("state", ["confirmed", "pending"])
def test_a_mended_account_posts_today_and_goes_on(state: str, living: City, now: datetime) -> None:
    fault = first(living, "account-stale", lambda fault: fault.state == state)
    account, before = account_of(living, fault.target), faults(living)

    living.mend(fault.target)

    assert posts_of(account)[0].at > now - timedelta(hours=2)
    assert posts_of(account)[0].title.encode() in feed(living, account)
    assert faults(living) == before - {fault}
    living.pass_time(later(now, 60))
    assert fault.target not in {each.target for each in living.truth.faults}


def test_a_mended_bridge_shows_what_the_account_posted_all_the_while(living: City, now: datetime) -> None:
    fault = first(living, "source-broken")
    living.pass_time(later(now, 10))

    living.mend(fault.target)

    account = account_of(living, fault.target)
    assert posts_of(account)[1].title.encode() in feed(living, account)
    assert fault not in faults(living)


# -- a fault begins, or comes back ------------------------------------------------------------------------------------


@pytest.mark.parametrize("sort", ["news", "notice", "policy", "plan"])
def test_a_column_that_goes_stale_is_past_its_limit_at_once(sort: str, living: City, now: datetime) -> None:
    site, column = sound_column(living, sort)
    before = faults(living)
    living.pass_time(later(now, 5))
    known = rows(site, column)

    living.plant(site.key, "column-stale", column.name)

    duty = DUTIES[column.sort].stale
    assert duty and site.age(column) >= duty[0]
    (new,) = faults(living) - before
    assert (new.target, new.check, new.subject) == (site.key, "column-stale", column.name)
    shown = rows(site, column)
    assert [row for row in shown if row in known] == [row for row in known if row in shown]
    living.pass_time(later(now, 25))
    assert rows(site, column) == shown


def test_a_column_that_goes_blank_lists_nothing(living: City) -> None:
    site, column = sound_column(living, "notice")

    living.plant(site.key, "column-blank", column.name)

    assert rows(site, column) == []
    assert first(living, "column-blank", lambda fault: fault.target == site.key).subject == column.name


@pytest.mark.parametrize("check", ["column-blank", "column-stale", "home-stale", "site-unreachable"])
def test_what_was_mended_comes_back_as_it_was(check: Check, living: City, now: datetime) -> None:
    fault = first(living, check)
    before = faults(living)
    seen = {each: rows(*at(living, each)) for each in living.truth.faults_of("column-stale")}
    living.mend(fault.target, fault.subject)
    living.pass_time(later(now, 3))

    living.plant(fault.target, check, fault.subject)

    assert faults(living) == before
    assert {each: rows(*at(living, each)) for each in seen} == seen
    living.mend(fault.target, fault.subject)
    assert faults(living) == before - {fault}


def test_an_account_that_falls_silent_is_a_fault_two_weeks_after_its_last_post(
    living: City, now: datetime
) -> None:
    account = next(one for one in living.accounts if one.is_plain and len(one.roads) == 1)
    last = max(post.at for post in posts_of(account))

    living.plant(account.key, "account-stale")

    found = {}
    for days in range(20):
        living.pass_time(later(now, days))
        found[days] = [fault for fault in living.truth.faults if fault.target == account.key]
    age = (now.date() - last.date()).days
    assert [days for days in found if not found[days]] == list(range(15 - age))
    assert found[19][0].state == "pending"


def test_a_bridge_breaks(living: City) -> None:
    account = next(one for one in living.accounts if one.is_plain)

    living.plant(account.key, "source-broken")

    assert feed(living, account) == b""
    assert first(living, "source-broken", lambda fault: fault.target == account.key)


def test_a_page_that_was_asked_for_before_is_written_anew(living: City) -> None:
    site, column = sound_column(living, "news")
    home = living.answer(site.address, "/").body

    living.plant(site.key, "column-blank", column.name)

    assert living.answer(site.address, "/").body != home


Act = Callable[[City], None]


def on_column(check: Check, suits: Callable[[Site, Column], bool]) -> Act:
    def act(city: City) -> None:
        site, column = next(
            (site, column) for site in city.sites for column in site.columns if suits(site, column)
        )
        city.plant(site.key, check, column.name)

    return act


IMPOSSIBLE: dict[str, Act] = {
    "a sound column is mended": lambda city: city.mend(city.sites[0].key, city.sites[0].lists[0].name),
    "a sound website is mended": lambda city: city.mend(city.sites[0].key),
    "a column that is not there is mended": lambda city: city.mend(city.sites[0].key, "没有的栏目"),
    "a sound account is mended": lambda city: city.mend(next(a.key for a in city.accounts if a.is_plain)),
    "an account is silent twice": lambda city: city.plant(
        city.truth.faults_of("account-stale")[0].target, "account-stale"
    ),
    "an account goes blank": lambda city: city.plant(
        next(account.key for account in city.accounts if account.is_plain), "column-blank"
    ),
    "a website is silent like an account": lambda city: city.plant(city.sites[0].key, "account-stale"),
    "a trap goes stale": on_column("column-stale", lambda site, column: column.trick == "pinned"),
    "letters go stale": on_column("column-stale", lambda site, column: column.sort == "letters"),
    "a column of a website behind a wall": on_column(
        "column-blank", lambda site, column: site.role == "waf-412" and column.sort == "notice"
    ),
    "a home page without years goes stale": on_column(
        "home-stale", lambda site, column: site.family == "kaipu" and not site.role
    ),
    "a website with a blank column goes down": on_column(
        "site-unreachable", lambda site, column: column.trick == "blank" and not site.role
    ),
}


@pytest.mark.parametrize("act", IMPOSSIBLE.values(), ids=IMPOSSIBLE.keys())
def test_what_would_not_be_the_fault_that_was_meant_is_refused_and_changes_nothing(
    act: Act, living: City
) -> None:
    before = living.truth

    with pytest.raises(Impossible):
        act(living)

    assert living.truth == before


def test_the_last_fresh_column_of_a_home_page_does_not_go_stale_alone(living: City) -> None:
    site = next(
        site
        for site in living.sites
        if not site.role and sum(one.sort == "news" and one.may_be_planted for one in site.columns) == 1
    )
    column = next(one for one in site.columns if one.sort == "news" and one.may_be_planted)

    with pytest.raises(Impossible, match="home page"):
        living.plant(site.key, "column-stale", column.name)


def test_a_hot_list_repeats_another_column_when_its_own_goes_blank(living: City) -> None:
    site, column = next(
        (site, home[0])
        for site in living.sites
        if not site.role and (home := FAMILIES[site.family].home_columns(site))
        if home[0].may_be_planted and home[1].sort == "news" and home[1].may_be_planted
    )
    site.hot = "shared"

    living.plant(site.key, "column-blank", column.name)

    family = FAMILIES[site.family]
    other = family.home_columns(site)[0]
    assert other is not column
    assert family.hot_rows(site) == rows(site, other)[:3]
