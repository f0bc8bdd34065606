"""Each due time is kept once: after a stop, a kill, a clock that jumps; what cannot be made up for stays missed."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler import keeper
from scheduler.stopping import Stop
from scheduler.timetable import CatchUp, daily, every, weekly
from tests.records import plans_of
from tests.scheduler.keeping import Desk, Notebook, at, fresh
from tracker import due_times
from tracker.database import Database
from tracker.due_times import DueState
from tracker.errors import DatabaseTrouble, EvidenceTrouble
from tracker.lease import Lease

MONDAY_NINE = weekly("mon", time(9, 0))


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return fresh(tmp_path)


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


def test_what_is_due_is_done_once_however_often_the_clock_is_looked_at(
    database: Database, notebook: Notebook
) -> None:
    desk = Desk(database, notebook.task("round", catch_up=CatchUp.SAME_DAY), begins=at("11-25 05:00"))

    for minute in (59, 60, 61, 90, 600):
        desk.beat(at("11-25 05:00") + timedelta(minutes=minute))

    assert notebook.done == [("round", at("11-25 06:00"), at("11-25 06:00"))]
    assert desk.rows() == [("11-25 06:00", "done", False)]


def test_after_an_hour_it_is_done_late_and_marked_late(database: Database, notebook: Notebook) -> None:
    round_ = notebook.task("round", catch_up=CatchUp.SAME_DAY)
    Desk(database, round_, begins=at("11-25 05:00")).beat(at("11-25 05:59"))

    desk = Desk(database, round_, begins=at("11-25 07:00"))
    desk.beat(at("11-25 07:00"))
    desk.beat(at("11-25 07:01"))

    assert notebook.done == [("round", at("11-25 06:00"), at("11-25 07:00"))]
    assert desk.rows() == [("11-25 06:00", "done", True)]
    assert desk.due()[0].started_at == at("11-25 07:00")


def test_after_a_week_todays_round_is_held_the_missed_days_stay_missed_and_the_notices_go_out_once(
    database: Database, notebook: Notebook
) -> None:
    tasks = (
        notebook.task("round", catch_up=CatchUp.SAME_DAY),
        notebook.task("notices", MONDAY_NINE, after=("round",)),
    )
    Desk(database, *tasks, begins=at("11-17 05:00")).live(at("11-17 12:00"), at("11-17 05:00"))

    desk = Desk(database, *tasks, begins=at("11-24 15:00"))
    desk.beat(at("11-24 15:00"))

    assert [each for each in notebook.done if each[2] > at("11-18 00:00")] == [
        ("round", at("11-24 06:00"), at("11-24 15:00")),
        ("notices", at("11-23 09:00"), at("11-24 15:00")),
    ], "the older due time of the notices still waits for the round of this morning"
    assert [state for _, state, _ in desk.rows("round")] == ["done", *["missed"] * 6, "done"]


def test_what_a_killed_daemon_was_at_is_taken_up_by_the_next_one(
    database: Database, notebook: Notebook
) -> None:
    task = notebook.task("backup")
    killed = Desk(database, task, begins=at("11-25 05:00"))
    killed.keeper.take_up(at("11-25 06:00"))
    row = killed.keeper.next(at("11-25 06:00"))
    assert row is not None
    with database.writing() as session:
        assert due_times.begin(session, row.id, holder="here:1", late=False, at=at("11-25 06:00"))
    killed.lease.release()

    desk = Desk(database, task, holder="here:2", begins=at("11-25 06:05"))
    desk.beat(at("11-25 06:05"))

    assert notebook.dues("backup") == [at("11-25 06:00")]
    assert desk.due()[0].attempts == 2


def test_a_round_that_was_not_finished_on_its_day_is_missed_and_not_made_up_for(
    database: Database, notebook: Notebook
) -> None:
    task = notebook.task("round", catch_up=CatchUp.SAME_DAY)
    desk = Desk(database, task, begins=at("11-25 05:00"))
    notebook.troubles["round"] = [OSError("网络不通")] * 99
    desk.live(at("11-25 23:50"), at("11-25 06:00"))
    notebook.troubles.clear()
    desk.beat(at("11-26 00:10"))
    desk.beat(at("11-26 06:00"))

    assert notebook.dues("round") == [at("11-26 06:00")]
    assert desk.rows() == [("11-25 06:00", "failed", False), ("11-26 06:00", "done", False)]
    assert desk.due()[0].told == "网络不通；当日没有做完，不补做"


def test_what_fails_is_tried_again_after_longer_and_longer_pauses_and_the_others_go_on(
    database: Database, notebook: Notebook
) -> None:
    notebook.troubles["backup"] = [OSError("磁盘已满")] * 2
    desk = Desk(database, notebook.task("backup"), notebook.task("other"), begins=at("11-25 05:00"))

    begun = [desk.beat(at("11-25 06:00") + timedelta(minutes=minute)) for minute in (0, 4, 6, 15, 17)]

    assert begun == [2, 0, 1, 0, 1]
    assert [task for task, _, _ in notebook.done] == ["other", "backup"]


@pytest.mark.parametrize(
    "trouble", [DatabaseTrouble("database is locked"), EvidenceTrouble(Path("e"), OSError(28, "x"))]
)
def test_trouble_with_the_record_fails_no_task_but_puts_it_off(
    database: Database, notebook: Notebook, trouble: Exception
) -> None:
    notebook.troubles["round"] = [trouble]
    desk = Desk(database, notebook.task("round", catch_up=CatchUp.SAME_DAY), begins=at("11-25 05:00"))

    desk.beat(at("11-25 06:00"))
    assert (desk.rows(), desk.keeper.trouble) == ([("11-25 06:00", "due", False)], str(trouble))
    desk.beat(at("11-25 06:06"))

    assert (desk.rows(), desk.keeper.trouble) == ([("11-25 06:00", "done", False)], "")


def test_what_could_not_be_settled_while_the_record_was_away_is_settled_when_it_is_back(
    database: Database, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(database, notebook.task("backup"), begins=at("11-25 05:00"))
    settle = due_times.settle

    def away(*_: object, **__: object) -> None:
        raise DatabaseTrouble("database is locked")

    monkeypatch.setattr(due_times, "settle", away)
    with pytest.raises(DatabaseTrouble):
        desk.beat(at("11-25 06:00"))
    monkeypatch.setattr(due_times, "settle", settle)
    desk.beat(at("11-25 06:01"))

    assert notebook.dues("backup") == [at("11-25 06:00")]
    assert desk.rows() == [("11-25 06:00", "done", False)]


def test_who_is_told_to_stop_lays_it_down_and_the_next_one_goes_on(
    database: Database, notebook: Notebook
) -> None:
    task, stop = notebook.task("round", catch_up=CatchUp.SAME_DAY), Stop()
    desk = Desk(database, task, begins=at("11-25 05:00"))
    desk.keeper.take_up(at("11-25 06:00"))
    row = desk.keeper.next(at("11-25 06:00"))
    assert row is not None
    stop.ask()
    desk.keeper.do(row, at("11-25 06:00"), stop)
    assert desk.rows() == [("11-25 06:00", "due", False)]

    desk.beat(at("11-25 06:10"))

    assert desk.rows() == [("11-25 06:00", "done", False)]


def test_who_lost_the_lease_begins_nothing_and_settles_nothing(
    database: Database, notebook: Notebook
) -> None:
    desk = Desk(database, notebook.task("notices"), begins=at("11-25 05:00"))
    desk.keeper.take_up(at("11-25 06:00"))
    row = desk.keeper.next(at("11-25 06:00"))
    assert row is not None
    desk.lease.release()
    assert Lease(database, "there:7", timedelta(seconds=90)).hold(at("11-25 06:00"))

    assert desk.keeper.do(row, at("11-25 06:00"), Stop()) is False
    assert notebook.done == []
    assert desk.rows() == [("11-25 06:00", "due", False)]


def test_a_task_waits_for_those_that_come_first_but_not_for_their_failures(
    database: Database, notebook: Notebook
) -> None:
    round_ = notebook.task("round", catch_up=CatchUp.SAME_DAY, lane="crawl")
    notices = notebook.task("notices", daily(time(9, 0)), after=("round",))
    desk = Desk(database, round_, notices, begins=at("11-25 05:00"))
    desk.keeper.take_up(at("11-25 09:00"))

    assert desk.keeper.next(at("11-25 09:00"), ("office",)) is None
    notebook.troubles["round"] = [OSError("x")]
    desk.beat(at("11-25 09:00"))

    assert notebook.dues("notices") == [at("11-25 09:00")]


def test_what_a_clock_that_was_ahead_wrote_is_forgotten_and_comes_again_in_its_time(
    database: Database, notebook: Notebook
) -> None:
    tasks = (
        notebook.task("round", catch_up=CatchUp.SAME_DAY),
        notebook.task("mail", every(5), horizon=timedelta(days=1)),
    )
    desk = Desk(database, *tasks, begins=at("11-25 05:00"))
    desk.live(at("11-25 12:00"), at("11-25 05:00"))
    desk.beat(at("2027-01-20 12:00"))
    mails = len(notebook.dues("mail"))

    desk.live(at("11-27 23:00"), at("11-25 12:05"))

    days = ["11-25 06:00", "2027-01-20 06:00", "11-26 06:00", "11-27 06:00"]
    assert notebook.dues("round") == [at(day) for day in days]
    assert [row[:2] for row in desk.rows("round")] == [(day, "done") for day in (days[0], *days[2:])]
    assert len(notebook.dues("mail")) > mails + 100


def test_what_fails_after_long_work_keeps_the_others_of_its_lane_from_nothing(
    database: Database, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An hour of work by the steady clock, then the disk is full: the next try is counted from its end."""
    hours = iter(range(999))
    monkeypatch.setattr("crawler.clock.time.monotonic", lambda: next(hours) * 3600.0)
    notebook.troubles["backup"] = [OSError("磁盘已满")] * 99
    desk = Desk(database, notebook.task("backup"), notebook.task("mail", every(5)), begins=at("11-25 05:00"))

    for minutes in range(0, 60, 5):
        desk.beat(at("11-25 06:00") + timedelta(minutes=minutes))

    assert len(notebook.dues("mail")) == 12
    assert desk.due()[0].attempts < 12


def test_an_old_debt_is_not_settled_over_what_another_holder_did(
    database: Database, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(database, notebook.task("backup"), begins=at("11-25 05:00"))
    notebook.troubles["backup"] = [OSError("x")]
    with monkeypatch.context() as away:
        away.setattr(due_times, "settle", lambda *_, **__: (_ for _ in ()).throw(DatabaseTrouble("locked")))
        with pytest.raises(DatabaseTrouble):
            desk.beat(at("11-25 06:00"))
    desk.lease.release()
    other = Desk(database, notebook.task("backup"), holder="there:2", begins=at("11-25 06:01"))
    other.beat(at("11-25 06:01"))
    other.lease.release()

    assert desk.lease.hold(at("11-25 06:02"))
    desk.keeper.begin_anew(at("11-25 06:02"))
    desk.beat(at("11-25 06:02"))

    assert notebook.dues("backup") == [at("11-25 06:00")]
    assert desk.rows() == [("11-25 06:00", "done", False)]


def test_words_that_are_no_text_stop_nothing(
    database: Database, notebook: Notebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeper.logger, "disabled", True)  # pytest could not hand such words on to its report
    notebook.troubles["backup"] = [OSError("Datei \udcff")]
    desk = Desk(
        database, notebook.task("backup"), notebook.task("mail", daily(time(7, 0))), begins=at("11-25 05:00")
    )
    desk.beat(at("11-25 06:00"))
    desk.beat(at("11-25 07:00"))

    assert [task for task, _, _ in notebook.done] == ["backup", "mail"]


def test_trouble_with_the_record_is_over_when_its_task_is_given_up(
    database: Database, notebook: Notebook
) -> None:
    notebook.troubles["round"] = [DatabaseTrouble("locked")]
    desk = Desk(database, notebook.task("round", catch_up=CatchUp.SAME_DAY), begins=at("11-25 05:00"))
    desk.beat(at("11-25 23:58"))
    assert desk.keeper.trouble

    desk.beat(at("11-26 00:04"))

    assert desk.keeper.trouble == ""
    assert desk.rows() == [("11-25 06:00", "missed", True)]


def test_with_a_clock_that_is_set_back_a_day_that_day_comes_again_and_stands_in_the_record_once(
    database: Database, notebook: Notebook
) -> None:
    """Begun again, a task does what is left to be done: of a round that was held, nothing."""
    desk = Desk(database, notebook.task("round", catch_up=CatchUp.SAME_DAY), begins=at("11-24 05:00"))
    desk.live(at("11-25 12:00"), at("11-24 05:00"))

    desk.live(at("11-26 12:00"), at("11-24 12:00"))

    assert notebook.dues("round") == [at(f"11-{day} 06:00") for day in (24, 25, 25, 26)]
    assert [row[0] for row in desk.rows()] == [f"11-{day} 06:00" for day in (24, 25, 26)]


def test_the_schedule_in_the_record_is_the_one_that_is_worked_by(
    database: Database, notebook: Notebook
) -> None:
    Desk(database, notebook.task("gone"), begins=at("11-24 05:00"))
    desk = Desk(
        database, notebook.task("round"), notebook.task("notices", MONDAY_NINE), begins=at("11-25 05:00")
    )
    desk.beat(at("11-25 06:00"))

    with database.reading() as session:
        planned = [(row.task, row.times, row.next_at) for row in due_times.planned(session)]
    assert planned == [
        ("round", "每天 06:00", at("11-26 06:00")),
        ("notices", "每周一 09:00", at("11-30 09:00")),
    ]


def test_a_beat_walks_through_no_table_that_grows(database: Database, notebook: Notebook) -> None:
    desk = Desk(database, notebook.task("round"), notebook.task("mail", every(5)), begins=at("11-25 05:00"))
    desk.beat(at("11-25 06:00"))

    def beat() -> None:
        desk.keeper.take_up(at("11-25 06:00"))
        desk.keeper.next(at("11-25 06:00"))
        with database.reading() as session:
            due_times.newest_rows(session, at("11-25 06:00"))

    plans = plans_of(database, beat)

    assert len(plans) > 4
    assert [step for _, steps in plans for step in steps if step.startswith("SCAN due_time")] == []


def test_a_task_that_the_timetable_no_longer_has_is_given_up(database: Database, notebook: Notebook) -> None:
    Desk(database, notebook.task("gone"), begins=at("11-25 05:00")).keeper.take_up(at("11-25 06:00"))

    desk = Desk(database, notebook.task("round"), begins=at("11-25 06:01"))
    desk.beat(at("11-25 06:01"))

    assert desk.rows("gone") == [("11-25 06:00", "missed", False)]


Spell = tuple[int, int]
"""Hours that the daemon is away, and hours that it then works."""


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(spells=st.lists(st.tuples(st.integers(0, 80), st.integers(0, 15)), min_size=1, max_size=4))
def test_whatever_the_stops_each_due_time_is_done_at_most_once_and_rounds_only_on_their_day(
    tmp_path_factory: pytest.TempPathFactory, spells: list[Spell]
) -> None:
    notebook, now = Notebook(), at("11-25 05:00")
    database = fresh(tmp_path_factory.mktemp("spells"))
    tasks = (
        notebook.task("round", catch_up=CatchUp.SAME_DAY),
        notebook.task("bulletin", daily(time(8, 0)), CatchUp.EACH),
        notebook.task("notices", daily(time(9, 0)), after=("round",)),
    )
    desk = Desk(database, *tasks, begins=now)
    desk.beat(now)
    for away, at_work in spells:
        now += timedelta(hours=away)
        desk = Desk(database, *tasks, begins=now)
        desk.live(now + timedelta(hours=at_work), now, timedelta(hours=2))
        now += timedelta(hours=at_work)
        desk.beat(now)

    assert len({(task, due) for task, due, _ in notebook.done}) == len(notebook.done)
    assert all(due.date() == done.date() for task, due, done in notebook.done if task == "round")
    assert notebook.dues("bulletin") == tasks[1].due(at("11-25 05:00"), now), (
        "each is done, none is forgotten"
    )
    rounds = {due: DueState(state) for due, state, _ in desk.rows("round")}
    assert len(rounds) == len(tasks[0].due(at("11-25 05:00"), now)), "every day has its row, held or missed"
    assert set(rounds.values()) <= {DueState.DONE, DueState.MISSED}
    _no_row_waits(desk, now)


def _no_row_waits(desk: Desk, now: datetime) -> None:
    with desk.database.reading() as session:
        assert due_times.unfinished(session) == []
        assert due_times.waiting(session, now) == []
