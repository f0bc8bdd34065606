"""A token that has run out is renewed once, the road is asked again, and who keeps the tokens hears of it."""

import asyncio
from collections.abc import Iterable
from datetime import timedelta

import pytest

from crawler.account_visit import visit_account
from crawler.clock import Clock
from crawler.fetching import Answer, Wanted
from crawler.grants import Grant, GrantSeen
from crawler.grants_in_use import GrantsInUse
from crawler.observations import AccountVisit, Fetch, Problem
from crawler.sources.roads import ADAPTERS
from crawler.targets import Account, Road
from tests.builders import NOW, ago, an_account
from tests.crawler.granting import Platform, TokenAdapter, a_grant

ADDRESS = "https://open.douyin.com/api/douyin/v1/video/video_list/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def the_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real adapter's place is taken by one that the tests can read at a glance."""
    monkeypatch.setitem(ADAPTERS, "douyin_open", TokenAdapter())


def a_douyin_account(key: str = "dy-1", address: str = ADDRESS) -> Account:
    return an_account(key, "抖音", roads=(Road(address, "douyin_open"),))


def visits(
    platform: Platform, grants: Iterable[tuple[Account, Grant]], side_by_side: bool = True
) -> tuple[list[AccountVisit], list[GrantSeen]]:
    """One crawl of these accounts, and what is heard of their grants."""
    heard: list[GrantSeen] = []
    pairs = list(grants)

    async def tell(seen: GrantSeen) -> None:
        heard.append(seen)

    async def crawl() -> list[AccountVisit]:
        in_use = GrantsInUse({(account.key, "douyin_open"): grant for account, grant in pairs}, tell)
        visiting = [visit_account(account, platform, Clock(NOW), in_use) for account, _ in pairs]
        if side_by_side:
            return list(await asyncio.gather(*visiting))
        return [await each for each in visiting]

    return asyncio.run(crawl()), heard


def healths(seen: list[AccountVisit]) -> list[tuple[str, str]]:
    return [(source.health, source.reason) for visit in seen for source in visit.sources]


def test_a_token_that_is_good_is_used_and_nothing_is_said_of_it() -> None:
    platform = Platform({"an-old-token"})

    seen, heard = visits(platform, [(a_douyin_account(), a_grant())])

    assert healths(seen) == [("ok", "")]
    assert (platform.renewals, heard) == (0, [])


def test_a_token_that_has_run_out_is_renewed_and_the_road_asked_again() -> None:
    platform = Platform(set())

    seen, heard = visits(platform, [(a_douyin_account(), a_grant())])

    assert healths(seen) == [("ok", "")]
    (told,) = heard
    assert told.renewed is not None
    assert (told.name, told.renewed.token, told.asked.token) == ("douyin:dy-1", "a-new-token", "an-old-token")
    assert told.renewed.ends == NOW + 15 * DAY


@pytest.mark.parametrize("side_by_side", [True, False])
def test_all_accounts_of_one_authorisation_renew_it_once(side_by_side: bool) -> None:
    platform = Platform(set())
    shared = a_grant(name="douyin")

    seen, heard = visits(
        platform, [(a_douyin_account(f"dy-{number}"), shared) for number in range(5)], side_by_side
    )

    assert healths(seen) == [("ok", "")] * 5
    assert (platform.renewals, len(heard)) == (1, 1)


def test_what_is_known_to_have_run_out_is_renewed_before_anything_is_asked() -> None:
    platform = Platform(set())
    asked: list[str] = []

    class Noting(Platform):
        async def __call__(self, wanted: Wanted) -> Answer:
            asked.append(wanted.url)
            return await platform(wanted)

    visits(Noting(set()), [(a_douyin_account(), a_grant(ends=ago(hours=1)))])

    assert asked == ["https://open.douyin.com/oauth/refresh_token/", ADDRESS]


def test_a_refresh_token_is_prolonged_shortly_before_its_end_and_not_earlier() -> None:
    early, late = Platform({"an-old-token"}), Platform({"an-old-token"})

    visits(early, [(a_douyin_account(), a_grant(refresh_ends=NOW + 6 * DAY))])
    _, heard = visits(late, [(a_douyin_account(), a_grant(refresh_ends=NOW + 4 * DAY))])

    assert (early.prolonged, late.prolonged) == (0, 1)
    (told,) = heard
    assert told.renewed is not None
    assert (told.renewed.refresh, told.renewed.refresh_ends) == ("prolonged-refresh", NOW + 30 * DAY)


@pytest.mark.parametrize("reason", ["no_permission", "ip_whitelist", "authorisation_withdrawn"])
def test_what_a_new_token_would_not_mend_is_told_and_not_renewed(reason: str) -> None:
    platform = Platform({"an-old-token"}, says={ADDRESS: reason})

    seen, heard = visits(platform, [(a_douyin_account(), a_grant())])

    assert healths(seen) == [("auth_expired", reason)]
    assert platform.renewals == 0
    assert [each.refused for each in heard] == [reason]


def test_a_refresh_token_that_is_refused_is_told_with_its_own_reason() -> None:
    platform = Platform(set(), refuses_renewal="10010")

    seen, heard = visits(platform, [(a_douyin_account(), a_grant())])

    assert healths(seen) == [("auth_expired", "token_expired")]
    assert [each.refused for each in heard] == ["refresh_expired"]


def test_a_renewal_that_was_not_answered_says_nothing_of_the_authorisation() -> None:
    class Silent(Platform):
        async def __call__(self, wanted: Wanted) -> Answer:
            if "/oauth/" in wanted.url:
                return Answer(Fetch(wanted.url, NOW, problem=Problem.TIMEOUT))
            return await super().__call__(wanted)

    seen, heard = visits(Silent(set()), [(a_douyin_account(), a_grant())])

    assert healths(seen) == [("auth_expired", "token_expired")]
    assert [(each.renewed, each.refused) for each in heard] == [(None, "token_expired")]


def test_an_authorisation_that_was_refused_yesterday_and_serves_today_is_well_again() -> None:
    platform = Platform({"an-old-token"})

    _, heard = visits(platform, [(a_douyin_account(), a_grant(refused="ip_whitelist"))])

    assert [(each.name, each.refused) for each in heard] == [("douyin:dy-1", "")]


def test_what_is_refused_as_yesterday_is_not_told_again() -> None:
    platform = Platform({"an-old-token"}, says={ADDRESS: "ip_whitelist"})

    _, heard = visits(platform, [(a_douyin_account(), a_grant(refused="ip_whitelist"))])

    assert heard == []


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_authorisation_that_serves_one_account_is_not_refused_whatever_another_hears(
    order: tuple[int, int],
) -> None:
    other = f"{ADDRESS}?other"
    platform = Platform({"an-old-token"}, says={other: "ip_whitelist"})
    shared = a_grant(name="douyin", is_shared=True)
    accounts = [a_douyin_account("dy-1"), a_douyin_account("dy-2", other)]

    _, heard = visits(platform, [(accounts[number], shared) for number in order], side_by_side=False)

    assert (heard[-1].refused if heard else "") == ""


@pytest.mark.parametrize(("is_shared", "told"), [(True, []), (False, ["authorisation_withdrawn"])])
def test_that_one_account_withdrew_says_nothing_of_what_serves_others_too(
    is_shared: bool, told: list[str]
) -> None:
    """Second looks may ask for that account only."""
    platform = Platform({"an-old-token"}, says={ADDRESS: "authorisation_withdrawn"})

    seen, heard = visits(platform, [(a_douyin_account(), a_grant(is_shared=is_shared))])

    assert healths(seen) == [("auth_expired", "authorisation_withdrawn")]
    assert [each.refused for each in heard] == told


def test_without_an_authorisation_nothing_is_asked_and_nothing_renewed() -> None:
    platform = Platform(set())

    seen, heard = visits(platform, [(a_douyin_account(), Grant())])

    assert healths(seen) == [("auth_expired", "not_authorised")]
    assert (platform.renewals, heard) == (0, [])


def test_tokens_that_nobody_keeps_are_not_renewed_for_the_new_ones_would_be_lost() -> None:
    platform = Platform(set())

    seen, _ = visits(platform, [(a_douyin_account(), a_grant(name=""))])

    assert healths(seen) == [("auth_expired", "token_expired")]
    assert platform.renewals == 0


def test_every_authorised_request_is_marked_as_one_wherever_its_token_stands() -> None:
    asked: list[Wanted] = []

    class Noting(Platform):
        async def __call__(self, wanted: Wanted) -> Answer:
            asked.append(wanted)
            return await super().__call__(wanted)

    visits(Noting(set()), [(a_douyin_account(), a_grant())])

    assert all(set(wanted.masked) & {"an-old-token", "a-new-token"} for wanted in asked)
    assert [wanted.private for wanted in asked] == [False, True, False]
    assert not any("an-old-token" in repr(wanted) or "a-refresh-token" in repr(wanted) for wanted in asked)
