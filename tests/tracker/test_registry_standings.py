"""Standings go on from import to import: dates left standing, several changes on a day, changes that lie ahead."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.builders import NOW
from tests.tracker.test_registry import (
    a_file,
    a_site_row,
    counts,
    duty,
    everything,
    rows_of,
    said,
    standings,
    take,
)
from tracker.cells import Unfit
from tracker.database import Database
from tracker.models import Standing, Target, Unit
from tracker.register_plan import Kind
from tracker.register_records import Stand, standing_on
from tracker.register_standings import Said, stands_after
from tracker.registry import Outcome, contacts

DAY = NOW.date()
AHEAD = date(2026, 12, 31)
TOMORROW = NOW + timedelta(days=1)


class Office:
    """One site whose row comes in again and again: `says` gives what the row says this time."""

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder, self.database = folder, database

    def says(
        self, state: str, since: str = "", at: datetime = NOW, *, unit: str = "甲局", dry_run: bool = False
    ) -> Outcome:
        row = a_site_row(状态=state, 生效日期=since, 主办单位=unit)
        return take(self.database, a_file(self.folder, row), at, dry_run)

    @property
    def stands(self) -> list[tuple[str, date | None, date | None]]:
        return standings(self.database)

    @property
    def units(self) -> list[str]:
        with self.database.reading() as session:
            rows = select(Unit.name).join(Standing, Standing.unit_id == Unit.id).order_by(Standing.id)
            return list(session.scalars(rows))

    @property
    def target(self) -> Target:
        (target,) = rows_of(self.database, Target)
        assert isinstance(target, Target)
        return target


@pytest.fixture
def office(tmp_path: Path, database: Database) -> Office:
    return Office(tmp_path, database)


# A date left standing


def test_a_unit_moves_though_the_date_of_an_older_change_still_stands_in_the_row(office: Office) -> None:
    office.says("正常", at=NOW - timedelta(days=60))
    office.says("临时下线", "2026-10-01", NOW - timedelta(days=50))

    outcome = office.says("临时下线", "2026-10-01", unit="乙局")

    assert outcome.errors == ()
    assert "2026-10-01" in str(outcome.warnings[-1]) and str(DAY) in str(outcome.warnings[-1])
    assert office.stands == [
        ("running", None, date(2026, 9, 30)),
        ("temporary-offline", date(2026, 10, 1), DAY - timedelta(days=1)),
        ("temporary-offline", DAY, None),
    ]
    before = everything(office.database)
    again = office.says("临时下线", "2026-10-01", TOMORROW, unit="乙局")
    assert (counts(again), everything(office.database)) == ((0, 0, 1, 0, 0), before)


def test_a_state_changes_though_the_date_of_the_first_standing_still_stands_in_the_row(
    office: Office,
) -> None:
    office.says("正常", "2026-10-01", NOW - timedelta(days=50))
    outcome = office.says("关停", "2026-10-01")
    assert (outcome.errors, len(outcome.warnings)) == ((), 1)
    assert office.stands[-1] == ("closed", DAY, None)


# Two changes on one day


def test_two_changes_on_one_day_with_the_date_stated_leave_the_last_one(office: Office) -> None:
    office.says("正常", at=NOW - timedelta(days=20))
    office.says("关停")

    outcome = office.says("临时下线", str(DAY))

    assert (outcome.errors, outcome.warnings) == ((), ())
    assert office.stands == [
        ("running", None, DAY - timedelta(days=1)),
        ("temporary-offline", DAY, None),
    ]


# Changes that lie ahead


def test_a_closure_that_lies_ahead_leaves_state_and_contacts_as_they_are_until_then(office: Office) -> None:
    office.says("正常")

    outcome = office.says("关停", "2026-12-31")

    (change,) = outcome.changes(Kind.CHANGED)
    assert str(change.differences[0]) == "以后的变更：（空） → 2026-12-31起 关停"
    assert office.target.state == "running"
    with office.database.reading() as session:
        assert contacts(session, [office.target.unit_id])[office.target.unit_id] == ("s1@yunze.test",)
    before = everything(office.database)
    assert office.says("关停", "2026-12-31", TOMORROW).unchanged == 1
    assert everything(office.database) == before


def test_a_closure_that_lay_ahead_is_the_state_once_its_day_has_come(office: Office) -> None:
    office.says("正常")
    office.says("关停", "2026-12-31")
    outcome = office.says("关停", "2026-12-31", NOW + timedelta(days=60))
    assert (outcome.errors, office.target.state) == ((), "closed")
    assert office.stands == [("running", None, date(2026, 12, 30)), ("closed", AHEAD, None)]


@pytest.mark.parametrize("since", ["", "2026-12-31"])
def test_a_closure_that_lies_ahead_is_withdrawn_by_the_word_for_running(office: Office, since: str) -> None:
    office.says("正常")
    office.says("关停", "2026-12-31")

    outcome = office.says("正常", since, TOMORROW)

    assert (outcome.errors, len(outcome.warnings)) == ((), 1 if since else 0)
    assert str(outcome.changes(Kind.CHANGED)[0].differences[0]) == "以后的变更：2026-12-31起 关停 → （空）"
    assert office.stands == [("running", None, None)]
    before = everything(office.database)
    assert office.says("正常", since, TOMORROW).unchanged == 1 and everything(office.database) == before


def test_a_dry_run_withdraws_nothing(office: Office) -> None:
    office.says("正常")
    office.says("关停", "2026-12-31")
    before = everything(office.database)
    assert office.says("正常", at=TOMORROW, dry_run=True).changed == 1
    assert everything(office.database) == before


def test_a_change_that_lies_ahead_is_put_off_by_another_date(office: Office) -> None:
    office.says("正常")
    office.says("关停", "2026-12-31")
    assert office.says("关停", "2027-01-31").changed == 1
    assert office.stands == [("running", None, date(2027, 1, 30)), ("closed", date(2027, 1, 31), None)]


def test_another_change_takes_the_place_of_one_that_lay_ahead(office: Office) -> None:
    office.says("正常")
    office.says("关停", "2026-12-31")
    outcome = office.says("临时下线", "2026-12-15")
    assert (outcome.errors, office.target.state) == ((), "running")
    assert office.stands == [
        ("running", None, date(2026, 12, 14)),
        ("temporary-offline", date(2026, 12, 15), None),
    ]


@pytest.mark.parametrize(("state", "since"), [("关停", "2026-12-31"), ("关停", ""), ("", "")])
def test_a_move_to_another_unit_keeps_the_closure_that_lies_ahead(
    office: Office, state: str, since: str
) -> None:
    office.says("正常")
    office.says("关停", "2026-12-31")

    outcome = office.says(state, since, TOMORROW, unit="乙局")

    assert outcome.errors == ()
    assert office.target.state == "running"
    assert sorted(office.stands, key=str) == sorted(
        [
            ("running", None, DAY),
            ("running", TOMORROW.date(), date(2026, 12, 30)),
            ("closed", AHEAD, None),
        ],
        key=str,
    )
    assert sorted(office.units) == ["乙局", "乙局", "甲局"]
    assert duty(office.database, DAY).due[0][1].unit == "甲局"
    assert duty(office.database, TOMORROW.date()).due[0][1].unit == "乙局"
    before = everything(office.database)
    again = office.says(state, since, TOMORROW, unit="乙局")
    assert (counts(again), everything(office.database)) == ((0, 0, 1, 0, 0), before)


def test_a_move_to_another_unit_that_lies_ahead_leaves_the_target_with_the_old_one(office: Office) -> None:
    office.says("正常")
    assert office.says("正常", "2026-12-31", unit="乙局").errors == ()
    with office.database.reading() as session:
        unit = session.get(Unit, office.target.unit_id)
        assert unit is not None and unit.name == "甲局"
    assert duty(office.database, AHEAD).due[0][1].unit == "乙局"


def test_a_file_without_states_changes_nothing_that_lies_ahead(office: Office) -> None:
    office.says("正常")
    office.says("关停", "2026-12-31")
    before = everything(office.database)
    row = {name: a_site_row()[name] for name in ("网站标识码", "网站名称", "首页网址")} | {"主办单位": "甲局"}
    assert take(office.database, a_file(office.folder, row), TOMORROW).unchanged == 1
    assert everything(office.database) == before


def test_a_new_site_whose_closure_lies_ahead_is_due_until_then(office: Office) -> None:
    assert office.says("关停", "2026-12-31").added == 1
    assert office.target.state == "running"
    assert office.stands == [("running", None, date(2026, 12, 30)), ("closed", AHEAD, None)]
    assert len(duty(office.database, DAY).due) == 1


def test_a_new_site_that_opened_and_closed_since_was_due_in_between(
    tmp_path: Path, database: Database
) -> None:
    row = a_site_row(状态="关停", 开设日期="2020-01-01", 生效日期="2026-10-01")
    assert said(take(database, a_file(tmp_path, row))) == ""
    assert len(duty(database, date(2026, 9, 30)).due) == 1
    assert len(duty(database, date(2026, 10, 1)).due) == 0


def test_a_closure_that_has_come_need_not_stand_in_a_new_file(tmp_path: Path, database: Database) -> None:
    take(database, a_file(tmp_path, a_site_row(1), a_site_row(2)))
    closing = a_site_row(2, 状态="关停", 生效日期="2026-12-31")
    take(database, a_file(tmp_path, a_site_row(1, 生效日期=""), closing))
    path = a_file(tmp_path, a_site_row(1))
    assert take(database, path, TOMORROW).absent == 1
    assert take(database, path, NOW + timedelta(days=60)).absent == 0


# Whatever rows come in

DAYS = [date(2026, 11, 1) + timedelta(days=n) for n in range(0, 60, 6)]
ROWS = st.tuples(
    st.sampled_from(["甲局", "乙局"]),
    st.sampled_from(["", "running", "closed", "temporary-offline", "planned"]),
    st.sampled_from([None, *DAYS]),
    st.sampled_from(DAYS),
)


@given(st.lists(ROWS, max_size=8), st.sampled_from([None, *DAYS]))
def test_standings_never_overlap_and_a_row_said_twice_changes_nothing(
    rows: list[tuple[str, str, date | None, date]], opened_on: date | None
) -> None:
    stands: tuple[Stand, ...] = ()
    known = ("", "")
    for unit, state, since, day in sorted(rows, key=lambda row: row[3]):
        said = Said(unit, state, since, opened_on, day, lambda say: None)
        try:
            after = stands_after(stands, said, known)
        except Unfit:
            continue
        stands = tuple(replace(stand, id=number) for number, stand in enumerate(after, 1))
        now = standing_on(stands, day)
        assert now is not None
        known = now.unit, now.state

        assert stands_after(stands, said, known) == stands
        assert stands[-1].valid_to is None
        for earlier, later in pairwise(stands):
            assert later.valid_from is not None and earlier.valid_to is not None
            assert earlier.valid_to == later.valid_from - timedelta(days=1)
            assert earlier.valid_from is None or earlier.valid_from <= earlier.valid_to
