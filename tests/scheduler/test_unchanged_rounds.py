"""The daily round asks for what has changed, and never on a second look."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from console.settings import built_in
from console.wiring import parts
from scheduler.round import Parts, Round
from tests.builders import NOW
from tests.crawler.versioned import Website, serving
from tests.records import fresh_record
from tracker import models
from tracker.verification import verify

KEY = "4199000001"


@pytest.fixture
def website() -> Iterator[Website]:
    with serving() as website:
        yield website


@pytest.fixture
def office(tmp_path: Path, website: Website) -> Iterator[Parts]:
    settings = built_in(
        tracker={"database_url": f"sqlite:///{tmp_path / 'x.db'}", "evidence_dir": tmp_path / "evidence"},
        crawler={
            "site_requests_a_second": 0,
            "retries": 0,
            "allow_private_addresses": True,
            "browser": "off",
            "pages_a_site": 12,
        },
    )
    database = fresh_record(settings.tracker)
    with database.writing() as session:
        session.add(models.Unit(id=1, name="云泽市教育局"))
        session.flush()
        session.add(
            models.Target(id=1, kind="site", key=KEY, name="云泽市教育局", unit_id=1, url=f"{website.base}/")
        )
        session.flush()
        session.add(models.Standing(target_id=1, unit_id=1, state="running"))
    yield parts(settings, database)
    database.close()


def a_round(office: Parts, website: Website, day: int, only: tuple[str, ...] = ()) -> list[int]:
    """What the website answered for its home page in the round of this day."""
    website.forget()
    Round(office, NOW + timedelta(days=day)).run(only)
    return website.answers("/")


def test_only_the_first_look_of_a_day_asks_for_what_has_changed(office: Parts, website: Website) -> None:
    assert a_round(office, website, 0) == [200]
    whole = website.bytes_sent

    assert a_round(office, website, 1) == [304]
    assert website.bytes_sent <= whole / 5
    assert a_round(office, website, 1, (KEY,)) == [200]  # the second look of that day
    assert a_round(office, website, 2) == [304]


def test_a_page_that_is_as_it_was_is_evidence_and_can_be_verified(office: Parts, website: Website) -> None:
    a_round(office, website, 0)
    a_round(office, website, 1)

    with office.database.reading() as session:
        home = models.Page.url == f"{website.base}/"
        pages = session.execute(select(models.Page.status, models.Page.sha256).where(home)).all()
        assert [status for status, _ in pages] == [200, 304]
        assert len({sha256 for _, sha256 in pages}) == 1
        assert list(verify(session, office.evidence)) == []
