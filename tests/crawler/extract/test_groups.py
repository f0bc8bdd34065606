"""Headings that say when: a day over the day's rows, a year over rows that show none."""

import pytest

from tests.crawler.extract.sample_pages import a_page, reading, some_items

DAYLESS = '<li><a href="{day}{url}">{title}</a></li>'


def groups(*headed: tuple[str, str]) -> bytes:
    return a_page("".join(f"<h3>{heading}</h3><ul>{rows}</ul>" for heading, rows in headed))


def test_rows_below_a_day_are_of_that_day() -> None:
    found = reading(
        groups(
            ("2026-11-12", some_items("/a", "/b", row=DAYLESS)), ("2026-11-09", some_items("/c", row=DAYLESS))
        )
    )

    assert [str(row.date) for row in found.rows] == ["2026-11-12", "2026-11-12", "2026-11-09"]


def test_a_single_day_above_a_list_may_be_the_day_of_the_visit() -> None:
    assert reading(groups(("2026-11-24", some_items("/a", "/b", row=DAYLESS)))).newest is None


LATER = '<li><span>{day}</span><a href="/later{url}">{title}</a></li>'


def test_rows_that_show_no_year_are_of_the_year_above_them() -> None:
    later, earlier = (
        some_items("10-09", "03-02", row=LATER),
        some_items("12-30", "01-04", row=LATER.replace("later", "old")),
    )

    found = reading(groups(("2025年", later), ("2024年", earlier)))

    assert [str(row.date) for row in found.rows] == ["2025-10-09", "2025-03-02", "2024-12-30", "2024-01-04"]


@pytest.mark.parametrize("heading", ["2025年", "2025年度"])
def test_a_row_that_shows_its_own_year_knows_better(heading: str) -> None:
    found = reading(
        groups((heading, some_items("2026-08-20", row=LATER)), ("2024年", some_items("2025-08-21")))
    )

    assert str(found.newest) == "2026-08-20"
