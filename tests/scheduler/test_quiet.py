"""In the quiet hours the daemon visits nobody; a round that is called by hand goes ahead."""

import threading
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from crawler.clock import CHINA
from scheduler.quiet import QuietHours, until_quiet
from scheduler.settings import SchedulerSettings
from scheduler.stopping import Stop
from scheduler.timetable import CatchUp, daily, every
from tests.scheduler.keeping import Desk, Notebook, at, fresh

NIGHT = QuietHours(time(22), time(6))


@pytest.mark.parametrize(
    ("hours", "moment", "quiet"),
    [
        ("22:00-06:00", "21:59", False),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "00:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("12:00 - 14:00", "11:59", False),
        ("12:00 - 14:00", "13:00", True),
        ("12:00 - 14:00", "14:00", False),
    ],
)
def test_hours_hold_from_their_beginning_to_before_their_end(hours: str, moment: str, quiet: bool) -> None:
    assert QuietHours.read(hours).hold(time.fromisoformat(moment)) is quiet


def test_they_are_those_of_beijing() -> None:
    assert NIGHT.are_at(datetime.fromisoformat("2026-11-25T14:30Z"))
    assert not NIGHT.are_at(datetime.fromisoformat("2026-11-25T22:30Z"))


@pytest.mark.parametrize("words", ["22:00", "22-6", "22:00-22:00", "25:00-06:00", "晚上"])
def test_what_is_no_hours_is_refused(words: str) -> None:
    with pytest.raises(ValidationError, match="quiet_hours"):
        SchedulerSettings(quiet_hours=words)  # type: ignore[arg-type]


def test_a_round_whose_time_lies_within_them_is_refused() -> None:
    with pytest.raises(ValidationError, match="不能落在静默时段"):
        SchedulerSettings(quiet_hours="22:00-06:30")  # type: ignore[arg-type]
    assert SchedulerSettings(quiet_hours="22:00-06:00").quiet_hours == NIGHT  # type: ignore[arg-type]
    assert SchedulerSettings(quiet_hours="").quiet_hours is None  # type: ignore[arg-type]


def test_what_is_due_in_them_waits_for_their_end_and_others_do_not(tmp_path: Path) -> None:
    notes = Notebook()
    probe = notes.task("probe", every(60), lane="probe", quiet=NIGHT)
    mail = notes.task("mail", every(60))
    desk = Desk(fresh(tmp_path), probe, mail, begins=at("11-25 21:00"))
    for hour in ("21:30", "22:30", "23:30"):
        desk.keeper.work_off(at(f"11-25 {hour}"), Stop())
    desk.keeper.work_off(at("11-26 06:10"), Stop())

    assert notes.dues("probe") == [at("11-25 21:00"), at("11-26 06:00")]
    assert len(notes.dues("mail")) == 4


def test_a_round_that_was_missed_is_made_up_for_after_them(tmp_path: Path) -> None:
    notes = Notebook()
    noon = QuietHours(time(12), time(14))
    task = notes.task("round", daily(time(6)), CatchUp.SAME_DAY, lane="crawl", quiet=noon)
    desk = Desk(fresh(tmp_path), task, begins=at("11-25 12:30"))
    desk.keeper.work_off(at("11-25 12:30"), Stop())
    assert notes.done == []
    desk.keeper.work_off(at("11-25 14:00"), Stop())
    assert notes.done == [("round", at("11-25 06:00"), at("11-25 14:00"))]


class Timer:
    """Set off by the test."""

    def __init__(self, seconds: float, call: Callable[[], None]) -> None:
        self.seconds, self.call, self.cancelled = seconds, call, False
        set_timers.append(self)

    def start(self) -> None: ...

    def cancel(self) -> None:
        self.cancelled = True


set_timers: list[Any] = []


def test_what_still_goes_on_when_they_begin_is_laid_down() -> None:
    stop = Stop()
    timer: Any = Timer
    with until_quiet(NIGHT, datetime(2026, 11, 25, 21, 30, tzinfo=CHINA), stop, timer) as until_then:
        assert not until_then.asked
        assert set_timers[-1].seconds == 30 * 60
        set_timers[-1].call()
        assert until_then.asked
    assert set_timers[-1].cancelled
    assert not stop.asked


def test_it_is_laid_down_before_them_if_the_daemon_ends() -> None:
    stop = Stop()
    with until_quiet(NIGHT, at("11-25 07:00"), stop) as until_then:
        threading.Thread(target=stop.ask).run()
        assert until_then.asked
