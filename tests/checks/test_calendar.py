"""Working days as the State Council set them (国办发明电〔2024〕12号 for 2025, 〔2025〕7号 for 2026), and deadlines counted in them."""

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks import calendar
from checks.calendar import Deadline, WorkCalendar
from checks.settings import CheckSettings
from console.settings import UnusableSettings, load_settings

PLAIN = WorkCalendar()

OFF = {
    2025: ["01-01", "01-28/02-04", "04-04/04-06", "05-01/05-05", "05-31/06-02", "10-01/10-08"],
    2026: [
        "01-01/01-03",
        "02-15/02-23",
        "04-04/04-06",
        "05-01/05-05",
        "06-19/06-21",
        "09-25/09-27",
        "10-01/10-07",
    ],
}
"""Days off, first and last, as the two notices state them."""
MADE_UP = {
    2025: ["01-26", "02-08", "04-27", "09-28", "10-11"],
    2026: ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"],
}
"""Weekend days that are worked instead (调休上班)."""


def on(text: str) -> date:
    return date.fromisoformat(text)


def days_from(first: date, last: date) -> Iterator[date]:
    return takewhile(lambda day: day <= last, (first + timedelta(days=n) for n in range(10_000)))


def days_off(year: int) -> set[date]:
    spans = ([on(f"{year}-{end}") for end in span.split("/")] for span in OFF[year])
    return {day for span in spans for day in days_from(span[0], span[-1])}


def an_office(holidays: str = "", workdays: str = "") -> WorkCalendar:
    return WorkCalendar.of(
        CheckSettings(
            extra_holidays=tuple(map(on, holidays.split())), extra_workdays=tuple(map(on, workdays.split()))
        )
    )


# -- the two published years ------------------------------------------------------------------------------


@pytest.mark.parametrize("year", [2025, 2026])
def test_every_day_of_a_published_year_is_as_the_state_council_set_it(year: int) -> None:
    off, made_up = days_off(year), {on(f"{year}-{day}") for day in MADE_UP[year]}

    for day in days_from(date(year, 1, 1), date(year, 12, 31)):
        expected = day in made_up or (day.weekday() < 5 and day not in off)
        assert PLAIN.is_workday(day) is expected, day
        assert not PLAIN.is_forecast(day)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2025-01-26", True),  # a Sunday, worked for the Spring Festival
        ("2025-01-27", True),
        ("2025-02-04", False),
        ("2025-02-08", True),  # a Saturday
        ("2025-02-09", False),
        ("2025-09-28", True),  # a Sunday, worked for the National Day
        ("2025-10-08", False),
        ("2025-10-11", True),  # a Saturday
        ("2026-02-14", True),  # a Saturday, worked for the Spring Festival
        ("2026-02-23", False),  # a Monday, the ninth day of the festival
        ("2026-10-10", True),  # a Saturday
        ("2026-11-24", True),
    ],
)
def test_make_up_days_are_worked_and_bridged_days_are_not(day: str, works: bool) -> None:
    assert PLAIN.is_workday(on(day)) is works


# -- deadlines --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("noticed", "working_days", "due"),
    [
        ("2026-11-24", 5, "2026-12-01"),  # an ordinary Tuesday
        ("2026-11-24", 1, "2026-11-25"),
        ("2026-11-28", 5, "2026-12-04"),  # a Saturday: counted from Monday
        ("2025-09-26", 5, "2025-10-10"),  # Sunday the 28th counts, the eight days off do not
        ("2025-09-30", 10, "2025-10-21"),  # Saturday the 11th counts
        ("2025-01-24", 3, "2025-02-05"),  # Sunday the 26th counts
        (
            "2026-02-12",
            5,
            "2026-02-26",
        ),  # before the Spring Festival: the 13th, Saturday the 14th, then the 24th
        ("2026-02-13", 6, "2026-02-28"),  # the last day is a Saturday that is worked
        ("2026-02-14", 1, "2026-02-24"),  # noticed on a Saturday that is worked: not the first day
        ("2026-02-28", 5, "2026-03-06"),
        ("2026-12-24", 5, "2026-12-31"),
    ],
)
def test_a_deadline_counts_working_days_from_the_day_after_the_notice(
    noticed: str, working_days: int, due: str
) -> None:
    assert PLAIN.after(on(noticed), working_days) == Deadline(on(due), forecast=False)


@pytest.mark.parametrize(
    ("due", "working_days", "reminded"),
    [
        ("2026-12-01", 1, "2026-11-30"),
        ("2026-11-30", 1, "2026-11-27"),
        ("2025-10-09", 1, "2025-09-30"),
        ("2025-10-13", 2, "2025-10-10"),  # over Saturday the 11th, which is worked
        ("2026-02-24", 2, "2026-02-13"),
    ],
)
def test_a_reminder_goes_out_so_many_working_days_before(due: str, working_days: int, reminded: str) -> None:
    assert PLAIN.before(on(due), working_days) == on(reminded)


def test_no_working_days_are_the_day_itself() -> None:
    saturday = on("2026-11-28")

    assert PLAIN.after(saturday, 0) == Deadline(saturday, forecast=False)
    assert PLAIN.before(saturday, 0) == saturday


# -- a year that is not published -------------------------------------------------------------------------


def test_a_deadline_over_the_end_of_the_published_years_is_a_forecast() -> None:
    """2027-01-01 is a Friday, and New Year's Day whatever the State Council will say."""
    assert PLAIN.after(on("2026-12-28"), 5) == Deadline(on("2027-01-05"), forecast=True)


def test_the_forecast_knows_the_festivals_but_no_make_up_days() -> None:
    spring_festival = [PLAIN.is_workday(day) for day in days_from(on("2027-02-05"), on("2027-02-08"))]
    weekends = [day for day in days_from(on("2027-01-01"), on("2027-12-31")) if day.weekday() > 4]

    assert not any(spring_festival)
    assert not any(map(PLAIN.is_workday, weekends))
    assert PLAIN.is_workday(on("2027-03-01"))


def test_years_that_no_package_knows_are_monday_to_friday() -> None:
    for day in days_from(on("2150-09-25"), on("2150-10-15")):
        assert PLAIN.is_workday(day) is (day.weekday() < 5)
        assert PLAIN.is_forecast(day)


def test_which_years_are_covered() -> None:
    assert [year for year in range(2000, 2031) if PLAIN.uncovered(year)] == [
        *range(2000, 2004),
        *range(2027, 2031),
    ]


def test_a_forecast_is_warned_of_once(caplog: pytest.LogCaptureFixture) -> None:
    calendar._forecast.cache_clear()  # another test of this process may have asked about 2027

    with caplog.at_level(logging.WARNING, "checks.calendar"):
        PLAIN.after(on("2026-11-24"), 5)
        assert caplog.records == []
        PLAIN.after(on("2026-12-28"), 5)
        an_office(workdays="2027-01-02").after(on("2026-12-28"), 20)

    (record,) = caplog.records
    assert record.message == "working days are a forecast: the calendar does not know the year"
    assert (record.__dict__["year"], record.levelname) == (2027, "WARNING")


# -- what the office wrote --------------------------------------------------------------------------------


def test_the_offices_own_days_go_before_the_published_ones() -> None:
    office = an_office(holidays="2026-11-25", workdays="2026-11-28 2026-10-01")

    assert [office.is_workday(on(day)) for day in ("2026-11-25", "2026-11-28", "2026-10-01")] == [
        False,
        True,
        True,
    ]
    assert office.after(on("2026-11-24"), 3).day == on("2026-11-28")


def test_a_day_that_the_office_names_is_no_forecast() -> None:
    office = an_office(holidays="2027-01-01", workdays="2027-01-02")

    assert office.is_workday(on("2027-01-02"))
    assert [office.is_forecast(on(f"2027-01-0{day}")) for day in (1, 2, 3)] == [False, False, True]
    assert office.after(on("2026-12-31"), 1) == Deadline(on("2027-01-02"), forecast=False)
    assert office.after(on("2026-12-31"), 2) == Deadline(on("2027-01-04"), forecast=True)


def test_a_day_cannot_be_off_and_worked() -> None:
    with pytest.raises(ValidationError, match="2027-02-14 同时列为放假日"):
        an_office(holidays="2027-02-13 2027-02-14", workdays="2027-02-14")


def test_such_a_day_in_the_settings_is_one_line_that_says_how_to_mend_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("settings.toml").write_text(
        '[checks]\nextra_holidays = ["2027-02-14"]\nextra_workdays = ["2027-02-14"]\n', "utf-8"
    )

    with pytest.raises(UnusableSettings) as caught:
        load_settings()

    (line,) = str(caught.value).splitlines()
    assert line.startswith("设置项 checks.extra_workdays 的值 ['2027-02-14'] 无效（2027-02-14 同时列为放假日")
    assert "只能保留一处" in line


# -- the version that is stored with a notice -------------------------------------------------------------


def test_the_version_names_the_packages_and_where_the_forecast_begins() -> None:
    assert re.fullmatch(r"chinesecalendar [\d.]+, from 2027 holidays [\d.]+", PLAIN.version)


def test_the_version_changes_with_the_offices_own_days() -> None:
    one = an_office(holidays="2027-01-01 2027-02-08", workdays="2027-02-14")
    swapped = an_office(holidays="2027-01-01 2027-02-14", workdays="2027-02-08")

    assert len({one.version, swapped.version, PLAIN.version}) == 3


def test_the_same_days_have_the_same_version_in_every_process_and_order() -> None:
    office = an_office(
        holidays="2027-02-08 2027-01-01 2027-02-09 2027-02-10", workdays="2027-02-20 2027-02-14"
    )

    assert re.fullmatch(r"chinesecalendar [\d.]+\+8028d9, from 2027 holidays [\d.]+", office.version)


def test_the_version_stays_short_however_many_days_the_office_names() -> None:
    days = [date(2027, 1, 1) + timedelta(days=n) for n in range(365)]

    assert len(WorkCalendar(frozenset(days)).version) <= 300


def test_the_packages_are_loaded_when_first_asked() -> None:
    script = (
        "import sys; from datetime import date; from checks.calendar import WorkCalendar as Days\n"
        "loaded = lambda: [name in sys.modules for name in ('chinese_calendar', 'holidays')]\n"
        "print(loaded()); Days().after(date(2026, 11, 24), 5); print(loaded())"
    )
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout

    assert said.split("\n")[:2] == ["[False, False]", "[True, False]"]


# -- whatever the day -------------------------------------------------------------------------------------

DAYS = st.dates(date(2024, 12, 1), date(2027, 12, 31))


@st.composite
def offices(draw: st.DrawFn) -> WorkCalendar:
    holidays = draw(st.frozensets(DAYS, max_size=8))
    return WorkCalendar(holidays, draw(st.frozensets(DAYS, max_size=8)) - holidays)


@given(offices(), DAYS, st.integers(1, 30))
def test_a_deadline_is_a_workday_and_has_so_many_between_it_and_the_notice(
    office: WorkCalendar, noticed: date, working_days: int
) -> None:
    due = office.after(noticed, working_days)
    between = list(days_from(noticed + timedelta(days=1), due.day))

    assert office.is_workday(due.day)
    assert sum(map(office.is_workday, between)) == working_days
    assert due.forecast is any(map(office.is_forecast, between))


@given(offices(), DAYS, st.integers(1, 30))
def test_so_many_days_before_a_deadline_is_the_last_workday_up_to_its_notice(
    office: WorkCalendar, noticed: date, working_days: int
) -> None:
    due = office.after(noticed, working_days).day
    back = office.before(due, working_days)

    assert office.is_workday(back)
    assert back <= noticed
    assert not any(map(office.is_workday, days_from(back + timedelta(days=1), noticed)))
