"""Days are the office's days."""

from datetime import UTC, date, datetime

import pytest

from checks.ages import age_in_days, is_due_soon, newest_day, window_start
from checks.settings import CheckSettings
from tests.builders import NOW, SHANGHAI, TODAY, a_reading, a_row, days_ago


def test_a_day_begins_at_midnight_in_shanghai_not_in_greenwich() -> None:
    assert age_in_days(date(2026, 11, 10), datetime(2026, 11, 24, 15, 59, tzinfo=UTC)) == 14
    assert age_in_days(date(2026, 11, 10), datetime(2026, 11, 24, 16, 0, tzinfo=UTC)) == 15


def test_the_newest_date_stands_anywhere_in_the_list_and_not_in_the_future() -> None:
    rows = [a_row(date=days_ago(300)), a_row(date=days_ago(-3)), a_row(date=None), a_row(date=days_ago(5))]

    assert newest_day(a_reading(rows), NOW) == days_ago(5)
    assert newest_day(a_reading([a_row(date=days_ago(-1))]), NOW) is None
    assert newest_day(a_reading([a_row(date=TODAY)]), NOW) == TODAY


@pytest.mark.parametrize(
    ("limit", "age", "warns"),
    [(14, 11, False), (14, 12, True), (180, 143, False), (180, 144, True), (365, 292, True)],
)
def test_the_last_fifth_of_a_limit_warns(limit: int, age: int, warns: bool) -> None:
    assert is_due_soon(age, limit) is warns


def test_the_window_is_counted_by_calendar_days_or_by_hours() -> None:
    assert window_start(NOW, 14, CheckSettings()) == datetime(2026, 11, 10, tzinfo=SHANGHAI)
    assert window_start(NOW, 14, CheckSettings(manner="elapsed")) == datetime(
        2026, 11, 10, 9, tzinfo=SHANGHAI
    )
