"""When tasks are due: in Asia/Shanghai, whatever the machine's zone; over year ends, leap days and long silences."""

from datetime import UTC, datetime, time, timedelta

import pytest

from crawler.clock import CHINA
from scheduler.timetable import CatchUp, When, daily, every, monthly, reached, weekly, yearly
from tests.scheduler.keeping import Notebook, at


def fires(when: When, since: datetime, until: datetime) -> list[str]:
    task = Notebook().task("x", when)
    return [f"{each:%m-%d %H:%M}" for each in task.due(since, until)]


def test_a_time_of_day_is_that_of_beijing_also_on_a_machine_that_keeps_utc() -> None:
    until = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)

    assert fires(daily(time(6, 0)), until - timedelta(days=1), until) == ["11-26 06:00"]


@pytest.mark.parametrize(
    ("when", "since", "until", "expected"),
    [
        (daily(time(6, 0)), "12-31 06:00", "2027-01-01 06:00", ["01-01 06:00"]),
        (daily(time(6, 0)), "2028-02-28 12:00", "2028-03-01 12:00", ["02-29 06:00", "03-01 06:00"]),
        (daily(time(20, 30), time(12, 30)), "11-25 00:00", "11-25 23:00", ["11-25 12:30", "11-25 20:30"]),
        (weekly("mon", time(9, 0)), "12-27 00:00", "2027-01-05 00:00", ["12-28 09:00", "01-04 09:00"]),
        (monthly(3, time(8, 0)), "12-01 00:00", "2027-02-01 00:00", ["12-03 08:00", "01-03 08:00"]),
        (yearly(1, 15, time(4, 0)), "11-25 00:00", "2027-02-01 00:00", ["01-15 04:00"]),
        (every(480), "11-25 00:00", "11-25 23:59", ["11-25 08:00", "11-25 16:00"]),
        (daily(), "11-25 00:00", "11-26 00:00", []),
    ],
)
def test_due_times(when: When, since: str, until: str, expected: list[str]) -> None:
    assert fires(when, at(since), at(until)) == expected


def test_who_starts_at_noon_wants_what_was_due_today_and_nothing_older() -> None:
    notebook = Notebook()
    tasks = [
        notebook.task("round", catch_up=CatchUp.SAME_DAY),
        notebook.task("notices", weekly("mon", time(9, 0))),
    ]

    rows = reached(tasks, {}, {}, at("11-25 12:00"))

    assert [(task, f"{due:%m-%d %H:%M}", str(state)) for task, due, state, _ in rows] == [
        ("round", "11-25 06:00", "due")
    ]


@pytest.mark.parametrize(
    ("catch_up", "expected"),
    [
        (CatchUp.NEWEST, ["11-25 06:00 due"]),
        (CatchUp.EACH, ["11-23 06:00 due", "11-24 06:00 due", "11-25 06:00 due"]),
        (CatchUp.SAME_DAY, ["11-23 06:00 missed", "11-24 06:00 missed", "11-25 06:00 due"]),
    ],
)
def test_what_is_made_of_three_days_that_nobody_kept(catch_up: CatchUp, expected: list[str]) -> None:
    task = Notebook().task("x", catch_up=catch_up)

    rows = reached([task], {"x": at("11-22 06:00")}, {}, at("11-25 15:00"))

    assert [f"{due:%m-%d %H:%M} {state}" for _, due, state, _ in rows] == expected


def test_what_was_due_longer_ago_than_a_task_looks_back_is_forgotten() -> None:
    task = Notebook().task("mail", every(5), CatchUp.EACH, horizon=timedelta(hours=1))

    rows = reached([task], {"mail": at("11-01 06:00")}, {}, at("11-25 15:00"))

    assert len(rows) == 12


def test_the_next_time_is_after_now() -> None:
    task = Notebook().task("x", daily(time(6, 0), time(12, 0)))

    assert task.next_after(at("11-25 06:00")) == at("11-25 12:00")
    assert task.next_after(at("11-25 12:00").astimezone(CHINA)) == at("11-26 06:00")
    assert Notebook().task("x", daily()).next_after(at("11-25 06:00")) is None
