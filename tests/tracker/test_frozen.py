"""Filed figures: kept whole, never written over, counted again as the record stood."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from reports.figures import count
from reports.traces import figures_on, recounted, since_filed
from tests.builders import SHA256
from tests.tracker.telling import MONDAY, a_site_of, a_unit, confirmed, put_right, told, withdrawn
from tracker import models
from tracker.database import Database
from tracker.frozen import AlreadyFrozen, filed, freeze
from tracker.models import FrozenFigures
from tracker.periods import Period
from tracker.verification import verify

YEAR = Period.of_year(2026)
AT = datetime(2027, 1, 20, tzinfo=CHINA)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """One notice with two issues, and the year filed."""
    with database.writing() as session:
        a_site_of(session, a_unit(session), "4199000001")
        confirmed(session, "甲")
        confirmed(session, "乙")
        told(session)
        put_right(session, "甲", MONDAY + timedelta(days=1))
        file(session)
        yield session


def file(session: Session, why: str = "", at: datetime = AT) -> FrozenFigures:
    figures = count(session, YEAR, at, ()).flat()
    return freeze(session, "2026", figures, by="张三", why=why, at=at, recorded_at=datetime.now(UTC))


def audit(session: Session) -> list[str]:
    session.flush()
    return [*verify(session, None), *recounted(session, ())]


def test_what_was_filed_holds_until_somebody_changes_something(session: Session) -> None:
    assert audit(session) == []
    assert since_filed(session, YEAR, count(session, YEAR, AT, ()).flat()) == ("2027-01-20 由张三冻结", [])


def test_a_second_set_needs_a_reason_and_stands_beside_the_first(session: Session) -> None:
    with pytest.raises(AlreadyFrozen, match=r"2027-01-20 冻结（张三）.*--why"):
        file(session)
    assert file(session, "更正上报").ordinal == 2
    newest = filed(session, "2026")
    assert newest is not None
    assert (newest.why, audit(session)) == ("更正上报", [])


def test_what_happens_afterwards_is_shown_and_breaks_nothing(session: Session) -> None:
    notice = session.get_one(models.Notice, 1)
    withdrawn(session, notice, AT + timedelta(days=1))
    now = count(session, YEAR, AT + timedelta(days=2), ()).flat()
    _, since = since_filed(session, YEAR, now)
    assert "2026/site/家次 冻结时 1，现为 0" in since
    assert audit(session) == []


def test_a_figure_that_was_changed_by_hand_is_named(session: Session) -> None:
    row = filed(session, "2026")
    assert row is not None
    row.figures = row.figures | {"2026/site/家次": 7}
    assert any("冻结的 2026 数据（第1份）与审计链不符" in line for line in audit(session))


def test_a_set_that_was_taken_out_is_missed(session: Session) -> None:
    session.execute(delete(FrozenFigures))
    assert [line for line in audit(session) if "冻结数据缺失" in line]


def test_a_record_that_was_changed_by_hand_no_longer_gives_the_filed_figures(session: Session) -> None:
    session.execute(update(models.Notice).values(dated=MONDAY.date() - timedelta(days=400)))
    assert "冻结的数据重算不符：2026/site/家次 冻结时 1，现为 0" in audit(session)


def test_evidence_names_the_figures_that_stand_on_it(session: Session) -> None:
    found = figures_on(session, {SHA256}, ())
    assert found == {SHA256: ["2026/site/确认问题", "2026/site/家次", "2026/site/家", "2026/site/问题"]}
    assert figures_on(session, {"00" * 32}, ()) == {}
