"""serve and schedule: the daemon as its user meets it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.builders import NOW
from tests.console.test_cli import Done, xunjian
from tracker.database import Database
from tracker.due_times import DueState, add, plan
from tracker.lease import Lease
from tracker.models import PlannedTask
from tracker.settings import TrackerSettings

PATIENCE_SECONDS = 60


@pytest.fixture
def office(tmp_path: Path, empty_record: Path) -> Path:
    shutil.copy(empty_record, tmp_path / "xunjian.db")
    return tmp_path


def database(office: Path) -> Database:
    return Database(TrackerSettings(database_url=f"sqlite:///{office / 'xunjian.db'}"))


def settings(office: Path, **more: str) -> dict[str, str]:
    return {"XUNJIAN_TRACKER__DATABASE_URL": f"sqlite:///{office / 'xunjian.db'}"} | more


def run(office: Path, *arguments: str, **more: str) -> Done:
    return xunjian(office, *arguments, **settings(office, **more))


def test_without_a_daemon_the_schedule_is_that_of_the_settings(office: Path) -> None:
    done = run(office, "schedule", "--as-of", "2026-11-25T12:00", XUNJIAN_SCHEDULER__ROUND_AT="05:30")

    lines = done.stdout.splitlines()
    assert (done.returncode, lines[0]) == (0, "守护进程没有运行（xunjian serve）；设置中的时间表：")
    assert lines[2].split() == ["每日巡检", "每天", "05:30", "2026-11-26", "05:30"]
    assert len(lines) == 2 + 10


def test_with_a_daemon_the_schedule_is_the_one_it_runs_by_whatever_the_settings_say_now(office: Path) -> None:
    record = database(office)
    assert Lease(record, "vm:7:abc", timedelta(seconds=90)).hold(NOW)
    with record.writing() as session:
        plan(
            session,
            [
                PlannedTask(
                    task="round", ordinal=0, title="每日巡检", times="每天 06:00", since=NOW, next_at=NOW
                )
            ],
        )
        add(session, [("round", NOW - timedelta(days=1), DueState.MISSED, "当时守护进程没有运行")])
    record.close()

    done = run(office, "schedule", "--as-of", NOW.isoformat(), XUNJIAN_SCHEDULER__ROUND_AT="05:30")

    lines = done.stdout.splitlines()
    assert lines[0] == "守护进程 vm:7:abc，自 2026-11-24 09:00 起运行；正在运行的时间表："
    assert lines[2].split(maxsplit=5)[2:5] == ["06:00", "2026-11-23", "09:00"]
    assert "漏做：当时守护进程没有运行" in lines[2]
    later = run(office, "schedule", "--as-of", (NOW + timedelta(hours=1)).isoformat())
    assert "2026-11-24 09:01 以后没有消息" in later.stdout


def test_a_port_that_is_taken_is_told_in_one_line(office: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(office, "serve", XUNJIAN_CONSOLE__PORT=port)

    assert done.returncode == 3
    assert f"不能在 127.0.0.1:{port} 应答" in done.stderr.splitlines()[-1]
    assert "console.port" in done.stderr


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port


@pytest.fixture
def port(office: Path) -> Iterator[int]:
    """A daemon on an empty record, as systemd runs it; it must leave in good order."""
    port = free_port()
    heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    heard.bind(str(office / "notify"))
    heard.settimeout(PATIENCE_SECONDS)
    environment = os.environ | settings(
        office, XUNJIAN_CONSOLE__PORT=str(port), XUNJIAN_SCHEDULER__BEAT_SECONDS="0.2"
    )
    command = [sys.executable, "-c", "from console.cli.main import run; run()", "serve"]
    with (office / "serve.log").open("wb") as log:
        daemon = subprocess.Popen(
            command,
            cwd=office,
            env=environment | {"NOTIFY_SOCKET": str(office / "notify")},
            stdout=subprocess.DEVNULL,
            stderr=log,
        )
    try:
        assert heard.recv(64) == b"READY=1"
        while heard.recv(64) != b"WATCHDOG=1":
            pass
        yield port
        daemon.send_signal(signal.SIGTERM)
        assert daemon.wait(PATIENCE_SECONDS) == 0
        while heard.recv(64) != b"STOPPING=1":
            pass
    finally:
        daemon.kill()
        daemon.wait()
        heard.close()


def test_a_daemon_on_an_empty_record_is_well_says_so_to_systemd_and_leaves_when_told_to(
    office: Path, port: int
) -> None:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
        told = json.load(answer)

    assert (told["live"], told["ready"], told["daemon"]["holder"]) == (True, True, True)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        assert b"xunjian_daemon_holds_lease 1.0" in answer.read()
