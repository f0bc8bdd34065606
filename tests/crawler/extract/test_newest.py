"""The newest item of a list: days still to come are set aside, and nothing old is said where a newer item may stand."""

from datetime import date

import pytest

from crawler.observations import PageReading
from tests.crawler.extract.sample_pages import SITE, a_list, a_page, reading, skimmed, some_items

FRESH, OLD = "2026-11-18", ("2026-01-18", "2025-10-09", "2025-08-01", "2025-06-02")
NEXT = '<div class="page"><a href="/zwgk/tzgg/index_1.html">下一页</a></div>'


def newest(reading: PageReading) -> tuple[str, bool]:
    return str(reading.newest), reading.newer_elsewhere


def with_addresses(*rows: tuple[str, str]) -> bytes:
    """(day in the address as 20261118, day that is shown) of each row."""
    items = "".join(
        f'<li><a href="/zwgk/tzgg/t{address}_{number}.html">关于开展第{number}次安全检查的通知</a><span>{shown}</span></li>'
        for number, (address, shown) in enumerate(rows)
    )
    return a_page(f"<ul>{items}</ul>")


@pytest.mark.parametrize("ahead", ["2026-11-27", "2026-12-20", "2027-03-09", "2062-03-09"])
@pytest.mark.parametrize("place", [0, 1, 4])
def test_a_day_to_come_is_set_aside_wherever_it_stands(ahead: str, place: int) -> None:
    days = [*OLD[:place], ahead, *OLD[place:]]

    assert newest(reading(a_page(a_list(*days) + NEXT))) == ("2026-01-18", False)
    assert newest(reading(a_page(a_list(FRESH, *days) + NEXT))) == (FRESH, False)


@pytest.mark.parametrize("ahead", [("2026-12-20", "2026-12-09"), ("2062-03-01", "2027-02-02", "2026-12-20")])
def test_several_days_to_come_on_top_hide_no_old_list(ahead: tuple[str, ...]) -> None:
    assert newest(reading(a_page(a_list(*ahead, *OLD)))) == ("2026-01-18", False)


@pytest.mark.parametrize("typed", ["2062-11-20", "2027-11-20", "3026-11-20", "2036-11-20"])
def test_a_wrong_year_on_an_item_that_may_be_new_accuses_nobody(typed: str) -> None:
    found = reading(a_page(a_list(typed, *OLD)))

    assert found.newest != date(2026, 11, 20)
    assert found.newer_elsewhere and found.blank is False


def test_where_a_day_to_come_is_shown_the_address_says_when_the_item_was_put_there() -> None:
    assert newest(reading(with_addresses(("20261119", "2062-11-19"), ("20260118", "2026-01-18")))) == (
        "2026-11-19",
        False,
    )
    assert newest(reading(with_addresses(("20251119", "2062-11-19"), ("20260118", "2026-01-18")))) == (
        "2026-01-18",
        False,
    )


def test_a_list_of_which_most_days_are_to_come_shows_days_of_events() -> None:
    found = reading(a_page(a_list("2026-12-20", "2026-12-11", "2026-12-02", "2026-10-30", "2026-10-12")))

    assert newest(found) == ("2026-10-30", True)


def test_a_headline_of_a_day_to_come_above_the_list_is_no_newer_item() -> None:
    headline = '<div class="header"><ul>' + some_items("2026-12-20", "2026-12-18") + "</ul></div>"

    assert not reading(a_page(headline + a_list(*OLD))).newer_elsewhere


def test_a_headline_of_tomorrow_above_an_old_list_may_be_new_to_a_clock_that_is_fast() -> None:
    headline = '<div class="header"><ul>' + some_items("2026-11-25", "2026-11-25") + "</ul></div>"

    assert reading(a_page(headline + a_list(*OLD))).newer_elsewhere


def test_a_day_without_a_year_is_never_guessed_to_come() -> None:
    rows = some_items("12-20", "11-18", "02-01", "01-09")

    assert all(
        row.date and row.date <= date(2026, 12, 31) for row in reading(a_page(f"<ul>{rows}</ul>")).rows
    )


def test_a_day_to_come_between_rows_without_years_does_not_stop_the_years_from_going_down() -> None:
    days = ("01-05", "12-28", "12-20", "2062-12-10", "11-20", "10-30")
    rows = some_items(*days).replace("/202611/", "/x/")

    found = [row.date.year for row in reading(a_page(f"<ul>{rows}</ul>")).rows if row.date]

    assert found == [2026, 2025, 2025, 2062, 2025, 2025]


def test_a_day_to_come_makes_no_list_begin_with_its_oldest_items() -> None:
    days = ("2026-01-18", "2026-01-18", "2026-01-18", "2026-01-18", "2026-12-20")

    page = skimmed(a_page(a_list(*days) + NEXT))

    assert not page.signals.begins_with_oldest and page.url.startswith(SITE)
