"""The reported week: Monday to Sunday in Asia/Shanghai."""

from datetime import date, datetime

import pytest

from tracker.weeks import NotAWeek, Week


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("written", "monday"),
    [
        ("2026-W47", date(2026, 11, 16)),
        ("2026w47", date(2026, 11, 16)),
        (" 2026-W1 ", date(2025, 12, 29)),
        ("2026-W53", date(2026, 12, 28)),
    ],
)
def test_a_week_is_named_by_year_and_number(written: str, monday: date) -> None:
    assert Week.named(written) == Week(monday)


@pytest.mark.parametrize("written", ["2026-W54", "2025-W53", "2026-W0", "W47", "2026-47", "9999-W52", ""])
def test_what_is_no_week_is_told_in_one_line(written: str) -> None:
    with pytest.raises(NotAWeek, match="请写成 2026-W47"):
        Week.named(written)


def test_names_of_weeks_come_back_and_sort_in_their_order() -> None:
    weeks = [Week(date(2026, 12, 28)), Week(date(2027, 1, 4)), Week(date(2027, 3, 8))]
    names = [str(week) for week in weeks]
    assert names == ["2026-W53", "2027-W01", "2027-W10"] == sorted(names)
    assert [Week.named(name) for name in names] == weeks


@pytest.mark.parametrize(
    ("moment", "week"),
    [
        ("2026-11-22T23:59:58+08:00", "2026-W46"),
        ("2026-11-22T23:59:59+08:00", "2026-W47"),  # --as-of 2026-11-22: the end of that day
        ("2026-11-22T16:00:00+00:00", "2026-W47"),
        ("2026-11-29T12:00:00+08:00", "2026-W47"),
    ],
)
def test_the_last_full_week_ends_with_its_sunday_in_shanghai(moment: str, week: str) -> None:
    assert str(Week.last_full(at(moment))) == week


def test_a_week_ends_with_the_first_moment_of_the_next_monday() -> None:
    week = Week.of(date(2026, 11, 22))
    assert (week.monday, week.sunday) == (date(2026, 11, 16), date(2026, 11, 22))
    assert week.ends == at("2026-11-23T00:00+08:00")
    assert week.words == "2026年第47周"
