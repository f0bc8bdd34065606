"""The daemon's beat: it works while it holds the lease, tells that it lives, and lays its work down when it is told to."""

import asyncio
import os
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from scheduler.daemon import Daemon
from scheduler.keeper import Keeper
from scheduler.settings import SchedulerSettings
from scheduler.stopping import Stop, Stopped
from scheduler.timetable import CatchUp, Task, every
from tests.scheduler.keeping import RETRY, Notebook, at, fresh
from tracker import due_times
from tracker.database import Database
from tracker.errors import DatabaseTrouble
from tracker.lease import Lease

MORNING = at("11-25 06:00")


class Lamps:
    """A panel that only notes what it was told, and calls back."""

    def __init__(self, on_look: Callable[[int], None]) -> None:
        self.troubles: list[str] = []
        self.on_look = on_look

    def look(self, now: datetime, trouble: str = "") -> None:
        self.troubles.append(trouble)
        self.on_look(len(self.troubles))


class Systemd:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def ready(self) -> None:
        self.heard.append("ready")

    def alive(self) -> None:
        self.heard.append("alive")

    def stopping(self) -> None:
        self.heard.append("stopping")


class Stage:
    """A daemon with quick beats; it is told to stop after `looks` looks at its lights."""

    def __init__(self, folder: Path, *tasks: Task, looks: int = 3, **settings: Any) -> None:
        self.database = fresh(folder) if not (folder / "xunjian.db").exists() else Database(_of(folder))
        self.lamps, self.systemd = Lamps(self._looked), Systemd()
        self.looks = looks
        quick = SchedulerSettings(
            **{"beat_seconds": 0.05, "lease_seconds": 0.3, "stop_seconds": 5} | settings
        )
        self.lease = Lease(self.database, f"here:{id(self)}", timedelta(seconds=quick.lease_seconds))
        self.keeper = Keeper(self.database, tasks, self.lease.holder, RETRY)
        self.daemon = Daemon(self.keeper, self.lease, self.lamps, self.systemd, quick, clock=lambda: MORNING)

    def _looked(self, times: int) -> None:
        if times == self.looks:
            os.kill(os.getpid(), signal.SIGTERM)

    def run(self) -> bool:
        return asyncio.run(self.daemon.run())

    def rows(self) -> list[tuple[str, str]]:
        with self.database.reading() as session:
            return sorted((row.task, row.state) for row in due_times.newest_rows(session, MORNING).values())


def _of(folder: Path) -> Any:
    from tracker.settings import TrackerSettings

    return TrackerSettings(database_url=f"sqlite:///{folder / 'xunjian.db'}")


def test_it_does_what_is_due_says_that_it_lives_and_leaves_the_lease_behind_when_told_to_stop(
    tmp_path: Path,
) -> None:
    notebook = Notebook()
    stage = Stage(
        tmp_path, notebook.task("round", catch_up=CatchUp.SAME_DAY), notebook.task("mail", every(5))
    )

    assert stage.run()

    assert stage.rows() == [("mail", "done"), ("round", "done")]
    assert stage.systemd.heard[0] == "ready"
    assert stage.systemd.heard[-1] == "stopping"
    assert stage.systemd.heard.count("alive") >= 2
    with stage.database.reading() as session:
        assert session.get(due_times.PlannedTask, "round") is not None
    assert Lease(stage.database, "next", timedelta(days=1)).hold(MORNING), "nobody has to wait for it"


def test_a_long_task_does_not_hold_up_the_beat_nor_the_other_lanes(tmp_path: Path) -> None:
    beats, notebook = threading.Event(), Notebook()

    def long(due: datetime, now: datetime, stop: Stop) -> str:
        assert beats.wait(10), "the beat went on meanwhile"
        return "done"

    def looked(times: int) -> None:
        if times == 3:
            beats.set()
        if times == 6:
            os.kill(os.getpid(), signal.SIGTERM)

    task = Task("round", "x", every(5), long, "crawl")
    stage = Stage(tmp_path, task, notebook.task("mail", every(5)))
    stage.lamps.on_look = looked

    assert stage.run()
    assert stage.rows() == [("mail", "done"), ("round", "done")]


def test_told_to_stop_it_waits_for_the_work_to_be_laid_down(tmp_path: Path) -> None:
    def until_asked(due: datetime, now: datetime, stop: Stop) -> str:
        asked = threading.Event()
        with stop.calls(asked.set):
            assert asked.wait(10)
        raise Stopped

    stage = Stage(tmp_path, Task("round", "x", every(5), until_asked, "crawl"))

    assert stage.run()
    assert stage.rows() == [("round", "due")]


def test_work_that_hangs_does_not_keep_it_beyond_the_limit(tmp_path: Path) -> None:
    ends = threading.Event()

    def hang(due: datetime, now: datetime, stop: Stop) -> str:
        assert ends.wait(30)
        return ""

    stage = Stage(tmp_path, Task("round", "x", every(5), hang, "crawl"), stop_seconds=0.2)

    async def run() -> bool:
        laid_down = await stage.daemon.run()
        ends.set()
        return laid_down

    assert asyncio.run(run()) is False


def test_the_second_one_waits_and_takes_over_when_the_first_one_leaves(tmp_path: Path) -> None:
    notebook = Notebook()
    first = Lease(fresh(tmp_path), "first", timedelta(seconds=90))
    assert first.hold(MORNING)
    stage = Stage(tmp_path, notebook.task("round"), lease_seconds=90)
    waited: list[str] = []

    def alive() -> None:
        waited.append(stage.daemon.pulse.waiting_for)
        if len(waited) == 3:
            first.release()

    stage.systemd.alive = alive  # type: ignore[method-assign]

    assert stage.run()

    assert waited[:3] == ["first"] * 3
    assert stage.systemd.heard[0] == "ready", "waiting is all that is asked of it"
    assert stage.rows() == [("round", "done")]


def test_who_loses_the_lease_asks_its_work_to_stop(tmp_path: Path) -> None:
    asked = threading.Event()

    def until_asked(due: datetime, now: datetime, stop: Stop) -> str:
        with stop.calls(asked.set):
            assert asked.wait(10)
        raise Stopped

    stage = Stage(tmp_path, Task("round", "x", every(5), until_asked, "crawl"), looks=99)

    def looked(times: int) -> None:
        if times == 2:
            stage.lease.release()
            assert Lease(stage.database, "other", timedelta(days=1)).hold(MORNING)

    def alive() -> None:
        if asked.is_set():
            os.kill(os.getpid(), signal.SIGTERM)

    stage.lamps.on_look, stage.systemd.alive = looked, alive  # type: ignore[method-assign]

    assert stage.run()
    assert stage.rows() == [("round", "running")], "it is the other one's to take up"


def test_a_record_out_of_reach_is_told_to_the_lights_and_the_beat_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, Notebook().task("round"), looks=4)
    take_up, calls = stage.keeper.take_up, iter(range(9))

    def away(now: datetime) -> None:
        if next(calls) in (1, 2):
            raise DatabaseTrouble("database is locked")
        take_up(now)

    monkeypatch.setattr(stage.keeper, "take_up", away)

    assert stage.run()

    assert [bool(each) for each in stage.lamps.troubles] == [False, True, True, False]
    assert "locked" in stage.lamps.troubles[1]


def test_the_outside_watcher_is_called_while_all_is_well_and_not_while_the_record_is_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[str] = []

    class Watcher(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Not on the screen."""

    server = HTTPServer(("127.0.0.1", 0), Watcher)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/ping/7"
    well = Stage(tmp_path, looks=4, ping_url=address)
    assert well.run()
    assert calls == ["/ping/7"], "once within the pause, however many beats"

    (tmp_path / "ill").mkdir()
    ill = Stage(tmp_path / "ill", looks=2, ping_url=address)

    def away(now: datetime) -> None:
        raise DatabaseTrouble("disk I/O error")

    monkeypatch.setattr(ill.keeper, "take_up", away)
    assert ill.run()
    server.shutdown()
    server.server_close()
    assert calls == ["/ping/7"]


@pytest.mark.parametrize("believed_after", [600, 0])
def test_a_clock_that_jumps_is_worked_by_only_when_it_has_stood_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, believed_after: int
) -> None:
    monkeypatch.setattr("scheduler.daemon.BELIEVED_AFTER_SECONDS", believed_after)
    notebook, moments = Notebook(), iter(range(99))
    stage = Stage(tmp_path, notebook.task("round", catch_up=CatchUp.SAME_DAY), looks=6)
    stage.daemon.clock = lambda: MORNING + timedelta(days=40 if next(moments) > 5 else 0)

    assert stage.run()

    ahead = [due for due in notebook.dues("round") if due > MORNING]
    assert bool(ahead) == (believed_after == 0)


def test_a_record_that_is_away_from_the_start_is_told_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path, Notebook().task("round"), looks=2)

    def away(now: datetime) -> bool:
        raise DatabaseTrouble("unable to open database file")

    monkeypatch.setattr(stage.lease, "hold", away)

    assert stage.run()
    assert all("unable to open" in each for each in stage.lamps.troubles)
    assert stage.systemd.heard[0] == "ready"


def test_told_to_stop_while_it_takes_the_lease_it_begins_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = Notebook()
    stage = Stage(tmp_path, notebook.task("round"), looks=99)
    begin_anew = stage.keeper.begin_anew

    def slow(now: datetime) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        threading.Event().wait(0.3)
        begin_anew(now)

    monkeypatch.setattr(stage.keeper, "begin_anew", slow)

    assert stage.run()
    assert notebook.done == []
    assert Lease(stage.database, "next", timedelta(days=1)).hold(MORNING)
