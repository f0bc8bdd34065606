"""The daemon and its lights as the doctor sees them."""

from datetime import timedelta
from pathlib import Path

from console.doctor import daemon
from tests.builders import NOW, ago
from tests.console.doctor.cases import a_case, require_reminder, require_trouble, require_well
from tracker.database import Database
from tracker.lease import Lease
from tracker.models import Light


def test_a_daemon_that_does_not_run_is_told(tmp_path: Path, database: Database) -> None:
    require_reminder(daemon.daemon(a_case(tmp_path, database)), "没有运行", "systemctl enable --now xunjian")


def test_a_daemon_that_works_is_named_and_a_silent_one_is_told(tmp_path: Path, database: Database) -> None:
    Lease(database, "yunze:4711", timedelta(seconds=90)).hold(NOW)

    require_well(daemon.daemon(a_case(tmp_path, database)), "yunze:4711", "2026-11-24 09:00")
    later = a_case(tmp_path, database, at=NOW + timedelta(minutes=5))
    require_trouble(daemon.daemon(later), "yunze:4711", "没有消息", "journalctl -u xunjian")


def test_only_lights_that_are_red_now_are_told(tmp_path: Path, database: Database) -> None:
    with database.writing() as session:
        session.add(Light(name="disk", detail="剩余 1.2 GB", since=ago(days=2), until=ago(days=1)))
    require_well(daemon.lights(a_case(tmp_path, database)), "没有红灯")

    with database.writing() as session:
        session.add(Light(name="backup", detail="没有备份", since=ago(hours=1), until=None))
    require_trouble(
        daemon.lights(a_case(tmp_path, database)), "红灯 1 个", "备份过旧（没有备份）", "README.zh-CN.md"
    )
