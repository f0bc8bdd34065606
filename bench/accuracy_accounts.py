"""Recorded answers of platforms and bridges (tests/data/newmedia): how each is read, and what several say together."""

from collections.abc import Iterator
from datetime import UTC, datetime

from checks.settings import CheckSettings
from console.cli.show_account import Given, read_account
from tests.checks.scenarios import SCENARIOS, standing_in
from tests.crawler.sources.recorded import Recorded, recorded

ACCUSING = ("yes", "account_gone")
"""What accuses somebody, of being silent or gone; the other mistakes only miss."""


def answers() -> tuple[int, list[str], list[str]]:
    """How many were asked, what is wrong, and which of it accuses somebody."""
    rows, wrong, grave = recorded(), [], []
    for row in rows:
        for fact, wanted, got in _facts(row):
            if wanted != got:
                wrong.append(f"{row.file} {row.account_id}: {fact} {got}, should be {wanted}")
                grave += [wrong[-1]] if got in ACCUSING else []
    return len(rows), wrong, grave


def _facts(row: Recorded) -> Iterator[tuple[str, object, object]]:
    given = Given(
        row.adapter, row.platform, row.account_id, row.url, row.status, row.content_type, row.headers
    )
    said = read_account(row.body, given, row.at, CheckSettings())
    elapsed = read_account(row.body, given, row.at, CheckSettings(manner="elapsed"))
    newest = datetime.fromisoformat(said["newest"]).astimezone(UTC) if said["newest"] else None
    yield "health", row.health, said["health"]
    yield "reason", row.reason, said["reason"]
    yield "newest", row.newest, newest
    yield "posts", row.posts, len(said["posts"])
    yield "stale", row.stale, said["stale"]
    yield "stale by hours", row.stale_elapsed, elapsed["stale"]


def scenarios() -> tuple[int, list[str]]:
    wrong = [
        f"{scenario['scenario']}: {said}, should be {scenario['verdict']}"
        for scenario in SCENARIOS
        if (said := standing_in(scenario)) != scenario["verdict"]
    ]
    return len(SCENARIOS), wrong
