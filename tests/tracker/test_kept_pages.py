"""Which pages the next round asks for only if they have changed."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from crawler.observations import Fetch, Problem
from tests.builders import NOW, SHA256, a_fetch, a_site_visit
from tests.tracker.sightings import a_target
from tracker.database import Database
from tracker.kept_pages import WHOLE_EVERY_DAYS, keep_pages, kept_pages

URL = "https://www.yunze.test/tzgg/"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.writing() as session:
        a_target(session)
        yield session


def visited(session: Session, *fetches: Fetch, day: int = 0) -> None:
    keep_pages(session, [(1, a_site_visit(fetches=fetches, at=NOW + timedelta(days=day)))])


def asked_for(session: Session, day: int = 1) -> dict[str, str]:
    """What the round of this day may ask for conditionally: address -> ETag."""
    return {url: page.etag for url, page in kept_pages(session, {1}, NOW + timedelta(days=day)).items()}


def test_a_page_with_a_version_is_asked_for_conditionally(session: Session) -> None:
    visited(session, a_fetch(URL, etag='"1"', last_modified="Tue, 24 Nov 2026 01:00:00 GMT"))

    (page,) = kept_pages(session, {1}, NOW + timedelta(days=1)).values()
    assert (page.sha256, page.final_url) == (SHA256, URL)
    assert page.conditions == {
        "If-None-Match": '"1"',
        "If-Modified-Since": "Tue, 24 Nov 2026 01:00:00 GMT",
    }


@pytest.mark.parametrize(
    "fetch",
    [
        a_fetch(URL),
        a_fetch(URL, etag='"1"', problem=Problem.WAF),
        a_fetch(URL, etag='"1"', sha256=""),
        a_fetch(URL, etag='"' + "1" * 500 + '"'),
    ],
    ids=["no version", "no good page", "nothing stored", "a version longer than any"],
)
def test_other_pages_are_not(session: Session, fetch: Fetch) -> None:
    visited(session, fetch)
    assert asked_for(session) == {}


def test_the_newest_version_counts(session: Session) -> None:
    visited(session, a_fetch(URL, etag='"1"'))
    visited(session, a_fetch(URL, etag='"2"'), day=1)
    assert asked_for(session, day=2) == {URL: '"2"'}


@pytest.mark.parametrize(("day", "known"), [(1, True), (6, True), (7, False), (8, False)])
def test_every_seventh_day_a_page_is_fetched_whole(session: Session, day: int, known: bool) -> None:
    """However often its server said in between that it is as it was."""
    assert WHOLE_EVERY_DAYS == 7
    visited(session, a_fetch(URL, etag='"1"'))
    for between in range(1, min(day, 7)):
        visited(session, a_fetch(URL, etag='"1"', status=304), day=between)
    assert (URL in asked_for(session, day)) is known


def test_what_is_too_old_to_be_asked_for_is_forgotten(session: Session) -> None:
    visited(session, a_fetch(URL, etag='"1"'))
    visited(session, a_fetch(f"{URL}other/", etag='"2"'), day=9)
    assert set(asked_for(session, day=1)) == {f"{URL}other/"}


def test_each_target_has_its_own(session: Session) -> None:
    visited(session, a_fetch(URL, etag='"1"'))
    assert kept_pages(session, {2}, NOW) == {}
    assert kept_pages(session, set(), NOW) == {}
