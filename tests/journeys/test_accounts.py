"""A day of accounts over all the roads that a city has: bridges, official interfaces, a bridge that stands still."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from console.cli.demo import secrets_of
from console.settings import built_in
from demo.bridges import BRIDGES
from demo.city import City
from tests.builders import NOW
from tests.journeys.stage import QUICK, Stage, served
from tracker import bridges, models


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    folder: Path = tmp_path_factory.mktemp("accounts")
    city = City(7, now=NOW, sites=6, accounts=150, difficult=True, log=False)
    with served(city, folder) as registers:
        crawler = {**QUICK["crawler"], "platform_addresses": city.platforms}
        record = {"database_url": f"sqlite:///{folder / 'x.db'}", "evidence_dir": folder / "evidence"}
        settings = built_in(crawler=crawler, scheduler=QUICK["scheduler"], tracker=record)
        stage = Stage(city, settings, registers)
        stage.parts = replace(stage.parts, secrets=secrets_of(city.tokens))
        stage.round(only={account.key for account in city.accounts})
        yield stage


def test_what_was_planted_in_accounts_is_found_over_whatever_road_and_nothing_else(day: Stage) -> None:
    roads = {road.interface or road.bridge for account in day.city.accounts for road in account.roads}
    planted = {each for each in day.planted() if each[1] == "account"}

    assert len(roads) >= 6
    assert {check for _, _, check, _, _ in planted} >= {
        "account-stale",
        "account-blank",
        "account-gone",
        "account-register",
        "source-broken",
    }
    assert day.found() == planted


def test_the_bridge_that_stands_still_is_named_once_and_accuses_nobody(day: Stage) -> None:
    behind = {account.key for account in day.city.accounts if account.broken == "bridge-frozen"}
    with day.database.reading() as session:
        troubled = bridges.in_trouble(session, NOW.date())

    assert len(behind) > 3 and not behind & {each[0] for each in day.found()}
    assert [each.name.partition(":")[0] for each in troubled] == [BRIDGES["frozen"]]


def test_no_token_stands_in_the_record_or_the_evidence(day: Stage) -> None:
    tokens = [token.encode() for token in day.city.tokens.values()]
    with day.database.reading() as session:
        kept = [
            day.parts.evidence.find(sha) or b"" for sha in session.scalars(select(models.Evidence.sha256))
        ]

    assert len(kept) > 50 and not [token for token in tokens for body in kept if token in body]
