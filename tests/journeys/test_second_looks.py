"""复核 with and without a browser, in the demo city. The browser is a stand-in: it shows what the plain page says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from crawler.observations import Column, Problem, Shown, SiteVisit
from crawler.runner import NOTHING_DOUBTED, Doubted, crawl
from scheduler import round as rounds
from scheduler.probes import probe
from tests.builders import NOW
from tests.journeys.stage import Stage, stage
from tracker.models import Target

WANTING = {"column-blank", "column-stale", "home-stale"}
NOBODY_THERE = "http://127.0.0.1:1/"


@pytest.fixture
def careful(tmp_path: Path) -> Iterator[Stage]:
    with stage(
        tmp_path,
        sites=12,
        accounts=10,
        crawler={"browser": "off"},
        scheduler={"second_look_needs_browser": True},
    ) as city:
        yield city


class BrowserStandIn:
    """A crawl that shows what is doubted, and remembers what it was asked to show."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def crawl(self, *given: Any, doubted: Doubted = NOTHING_DOUBTED, **more: Any) -> "Showing":
        self.asked.update(*doubted.values())
        return Showing(crawl(*given, **more), doubted)


class Showing:
    def __init__(self, crawling: Any, doubted: Doubted) -> None:
        self._crawling, self._doubted = crawling, doubted
        self.stop = crawling.stop

    def __iter__(self) -> Iterator[Any]:
        for seen in self._crawling:
            doubted = self._doubted.get(seen.site.key) if isinstance(seen, SiteVisit) else None
            yield self._shown(seen, doubted) if doubted else seen

    def _shown(self, visit: SiteVisit, doubted: frozenset[str]) -> SiteVisit:
        columns = tuple(self._column(each) if each.url in doubted else each for each in visit.columns)
        home = visit.home_fetch if visit.site.url in doubted else None
        return replace(visit, columns=columns, shown=Shown(home) if home else None)

    def _column(self, column: Column) -> Column:
        return replace(column, shown=Shown(column.fetch)) if column.fetch else column


def states(city: Stage) -> dict[bool, set[str]]:
    """Whether their check wants a browser -> the states of the issues."""
    found: dict[bool, set[str]] = {True: set(), False: set()}
    for _, _, check, _, state in city.found():
        found[check in WANTING].add(state)
    return found


def test_without_a_browser_blank_and_stale_columns_stay_suspected_and_all_else_is_confirmed(
    careful: Stage,
) -> None:
    done = careful.day()

    assert states(careful) == {True: {"suspected"}, False: {"confirmed"}}
    assert done.day is not None
    waiting = done.day.waiting
    assert {lack for _, lack in waiting} == {"no-browser"}
    assert waiting.total() == sum(each[-1] == "suspected" for each in careful.found())


def test_what_is_suspected_is_opened_in_the_browser_and_what_it_shows_confirms(
    careful: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = BrowserStandIn()
    monkeypatch.setattr(rounds, "crawl", browser.crawl)

    careful.day()

    assert careful.found() == careful.planted()
    suspected = {issue.url for issue in careful.issues().values() if issue.check_id in WANTING}
    assert browser.asked >= suspected != set()
    assert careful.audit() == []


def test_a_browser_that_comes_later_confirms_in_the_next_days_round(
    careful: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    careful.day()
    monkeypatch.setattr(rounds, "crawl", BrowserStandIn().crawl)

    done = careful.day(NOW + timedelta(days=1))

    assert careful.found() == careful.planted()
    assert done.day is not None
    assert not done.day.waiting


@pytest.mark.parametrize(("control", "put_down"), [(True, True), (False, False)])
def test_when_the_control_addresses_are_silent_too_no_website_is_held_to_have_failed(
    tmp_path: Path, control: bool, put_down: bool
) -> None:
    controls = [NOBODY_THERE] if control else []
    with stage(tmp_path, sites=3, accounts=0, scheduler={"control_urls": controls}) as city:
        site = city.city.sites[0]
        with city.database.writing() as session:
            session.execute(update(Target).where(Target.key == site.key).values(url=NOBODY_THERE))
        done = probe(city.parts, NOW)

    failed = {each.site.key: each.probe.problem for each in done.probes if not each.probe.ok}
    assert (failed[site.key] is Problem.OUR_NETWORK) is put_down
    assert len(done.probes) == 3
