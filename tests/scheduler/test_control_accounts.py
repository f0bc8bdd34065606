"""对照账号 in a round: looked at with the others, and with single ones; judged by nobody."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from tests.builders import NOW
from tests.journeys.stage import Stage, stage
from tracker import bridges
from tracker.models import BridgeDay, JudgedVerdict, Look, Standing, Target


@pytest.fixture
def city(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path, sites=1, accounts=24) as city:
        yield city


def make_control(city: Stage, key: str) -> None:
    with city.database.writing() as session:
        number = session.scalars(select(Target.id).where(Target.key == key)).one()
        session.execute(update(Target).where(Target.id == number).values(is_control=True))
        session.execute(update(Standing).where(Standing.target_id == number).values(state="control"))


def judged(city: Stage) -> set[str]:
    query = select(Target.key).join(Look, Look.target_id == Target.id)
    with city.database.reading() as session:
        return set(session.scalars(query.join(JudgedVerdict, JudgedVerdict.look_id == Look.id)))


def test_with_a_single_account_the_control_accounts_are_looked_at_once_a_day(city: Stage) -> None:
    control, other = [account.key for account in city.city.accounts if account.is_plain][:2]
    make_control(city, control)

    first, again = city.round(only=[other]), city.round(only=[other])

    assert (first.looked, again.looked) == (2, 1)
    assert city.visits()[control] == ("visited", "")
    assert judged(city) == {other}


def test_a_website_needs_no_control_account(city: Stage) -> None:
    make_control(city, next(account.key for account in city.city.accounts if account.is_plain))

    assert city.round(only=[city.city.sites[0].key]).looked == 1


def test_a_round_writes_how_every_bridge_was_found(city: Stage) -> None:
    control = next(
        each
        for each in city.city.accounts
        if each.roads and each.roads[0].bridge == "rsshub" and each.is_plain
    )
    route = control.roads[0].path.split("/")[1]
    beside = [
        each for each in city.city.accounts if each.roads and each.roads[0].path.startswith(f"/{route}/")
    ]
    control.publish(NOW)
    make_control(city, control.key)

    city.round()

    with city.database.reading() as session:
        assert bridges.in_trouble(session, NOW.date()) == []
        found = {row.bridge.split()[1]: row for row in session.scalars(select(BridgeDay))}[route]
    assert found.accounts == len(beside) - 1
    assert (found.controls, found.living) == (1, 1)
    assert found.broken == sum(bool(each.broken) for each in beside)
    assert found.routes == [route]
