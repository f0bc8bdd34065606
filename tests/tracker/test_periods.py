"""The period of a report: by its name, in words, in Asia/Shanghai."""

import itertools
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.clock import CHINA
from tracker.periods import NotAPeriod, Period

PERIODS = st.builds(
    lambda year, months, place: Period(year, 1 + place % (12 // months) * months, months),
    st.integers(2000, 2999),
    st.sampled_from([1, 3, 12]),
    st.integers(0, 11),
)


@pytest.mark.parametrize(
    ("text", "name", "words", "first", "last"),
    [
        ("2025", "2025", "2025年", date(2025, 1, 1), date(2025, 12, 31)),
        ("2025-Q3", "2025-Q3", "2025年第三季度", date(2025, 7, 1), date(2025, 9, 30)),
        (" 2025q1 ", "2025-Q1", "2025年第一季度", date(2025, 1, 1), date(2025, 3, 31)),
        ("2024-2", "2024-02", "2024年2月", date(2024, 2, 1), date(2024, 2, 29)),
        ("2025-12", "2025-12", "2025年12月", date(2025, 12, 1), date(2025, 12, 31)),
    ],
)
def test_years_quarters_and_months_have_names(
    text: str, name: str, words: str, first: date, last: date
) -> None:
    period = Period.named(text)
    assert (str(period), period.words, period.first, period.last) == (name, words, first, last)


@pytest.mark.parametrize("text", ["", "25", "2025-Q5", "2025-13", "2025-0", "2025年", "2025-W10", "1999"])
def test_anything_else_is_refused_with_how_to_write_it(text: str) -> None:
    with pytest.raises(NotAPeriod, match="2026-Q4"):
        Period.named(text)


@given(PERIODS)
def test_a_period_follows_upon_the_one_before_without_a_gap(period: Period) -> None:
    assert period.before.last + timedelta(days=1) == period.first
    assert period.before.ends == period.begins
    assert Period.named(str(period)) == period


@given(PERIODS)
def test_its_months_fill_it(period: Period) -> None:
    months = list(period.each_month)
    assert (months[0].first, months[-1].last, len(months)) == (period.first, period.last, period.months)
    assert all(one.last + timedelta(days=1) == two.first for one, two in itertools.pairwise(months))


def test_it_begins_and_ends_at_midnight_in_china() -> None:
    year = Period.of_year(2025)
    assert year.begins == datetime(2025, 1, 1, tzinfo=CHINA)
    assert year.ends == datetime(2026, 1, 1, tzinfo=CHINA)
    assert date(2025, 12, 31) in year
    assert date(2026, 1, 1) not in year
