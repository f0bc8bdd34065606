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


def test_a_year_is_a_heading_without_the_word_for_it() -> None:
    later, earlier = some_items("11-20", row=LATER), some_items("11-23", row=LATER.replace("later", "old"))

    found = reading(groups(("2025", later), ("2024", earlier)))

    assert [str(row.date) for row in found.rows] == ["2025-11-20", "2024-11-23"]


def test_years_between_the_rows_of_one_list_are_those_of_the_rows_below_them() -> None:
    later = some_items("11-20", "10-15", row="<dd><a href='/later{url}'>{title}</a><i>{day}</i></dd>")
    earlier = some_items("11-23", row="<dd><a href='/old{url}'>{title}</a><i>{day}</i></dd>")

    found = reading(a_page(f"<dl><dt>2025</dt>{later}<dt>2024</dt>{earlier}</dl>"))

    assert [str(row.date) for row in found.rows] == ["2025-11-20", "2025-10-15", "2024-11-23"]


def test_below_a_single_year_rows_without_one_that_seem_newer_have_no_date() -> None:
    row = '<li><span>{day}</span><a href="/n/{title}.html">{title}</a></li>'

    found = reading(groups(("2025年", some_items("11-20", "10-15", row=row))))

    assert len(found.rows) == 2 and found.newest is None and found.blank is False


def test_years_side_by_side_lead_to_other_lists() -> None:
    switch = '<a href="?y=2026">2026年</a><a href="?y=2025">2025年</a>'

    found = reading(a_page(f"<p>{switch}</p><ul>{some_items('11-20', '10-15', row=LATER)}</ul>"))

    assert str(found.newest) == "2026-11-20"


def test_below_a_single_year_rows_of_that_year_keep_their_dates() -> None:
    found = reading(groups(("2026年", some_items("11-20", "10-15", row=LATER))))

    assert str(found.newest) == "2026-11-20"


@pytest.mark.parametrize("heading", ["2025年", "2025年度"])
def test_a_row_that_shows_its_own_year_knows_better(heading: str) -> None:
    found = reading(
        groups((heading, some_items("2026-08-20", row=LATER)), ("2024年", some_items("2025-08-21")))
    )

    assert str(found.newest) == "2026-08-20"
