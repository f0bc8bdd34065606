"""/healthz: who asks always gets one JSON object, and the status says whether the daemon may be relied upon."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from console.web.health import Pulse, app
from tests.builders import NOW, TODAY, ago
from tests.console.web.asking import ask, the_daemon, the_settings
from tests.tracker.days import a_round, a_visit, a_watched_record, due
from tracker.database import Database
from tracker.models import Light
from tracker.settings import TrackerSettings

BEAT = timedelta(seconds=15)
TOMORROW = TODAY + timedelta(days=1)
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def record(database: Database) -> Database:
    a_watched_record(database)
    return database


def a_light(record: Database, detail: str = "", **more: object) -> None:
    facts = {"name": "backup", "since": ago(days=1), "until": None, **more}
    with record.writing() as session:
        session.add(Light(detail=detail, **facts))


# -- ready ------------------------------------------------------------------------------------------------


def test_a_daemon_that_works_is_ready_and_tells_its_newest_round(record: Database) -> None:
    answer = ask(the_daemon(record))

    assert answer.status == 200
    assert answer.json == {
        "live": True,
        "ready": True,
        "why": "",
        "lights": [],
        "round": {"day": "2026-11-24", "state": "finished", "covered": 2, "of": 2},
        "daemon": {"holder": True, "beat_at": "2026-11-24T09:00:00+08:00", "waiting": 0},
    }


def test_a_new_record_has_no_round_yet(database: Database) -> None:
    answer = ask(the_daemon(database))
    assert (answer.status, answer.json["round"]) == (200, None)


def test_a_target_whose_visit_failed_is_covered_and_one_that_is_excused_is_not_counted(
    record: Database,
) -> None:
    with record.writing() as session:
        number = a_round(session, TOMORROW, None)
        for target_id, state in ((1, "failed"), (2, "due")):
            a_visit(session, number, target_id, TOMORROW, state)
    running = ask(the_daemon(record)).json["round"]
    assert running == {"day": "2026-11-25", "state": "running", "covered": 1, "of": 2}

    with record.writing() as session:
        session.connection().exec_driver_sql("UPDATE visit SET state='excused' WHERE state='due'")
    assert ask(the_daemon(record)).json["round"] == {**running, "of": 1}


def test_what_is_to_be_done_or_tried_again_waits(record: Database) -> None:
    with record.writing() as session:
        due(session, "mail", ago(minutes=10), "due")
        due(session, "mail", ago(minutes=15), "failed", next_try_at=NOW + AN_HOUR)
        due(session, "mail", ago(minutes=20), "failed")
        due(session, "backup", ago(minutes=25), "running")
    assert ask(the_daemon(record)).json["daemon"]["waiting"] == 2


# -- not ready --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pulse", "why"),
    [
        (Pulse(holder=True), "刚启动"),
        (Pulse(holder=False, beat_at=NOW), "没有在工作"),
        (Pulse(holder=True, beat_at=NOW - 4 * BEAT - BEAT / 100), "守护进程已60秒没有动静"),
        (Pulse(holder=True, beat_at=NOW, trouble="数据库无法使用"), "数据库无法使用"),
    ],
)
def test_a_daemon_that_does_not_work_is_not_ready_and_says_why(
    record: Database, pulse: Pulse, why: str
) -> None:
    answer = ask(the_daemon(record, pulse=pulse))
    assert (answer.status, answer.json["live"], answer.json["ready"]) == (503, True, False)
    assert why in answer.json["why"]
    assert answer.json["daemon"]["holder"] is pulse.holder


def test_a_beat_that_is_four_beats_old_is_still_good(record: Database) -> None:
    assert ask(the_daemon(record, pulse=Pulse(True, NOW - 4 * BEAT))).status == 200


def test_a_locked_record_is_told_at_once_however_long_the_daemon_itself_would_wait(record: Database) -> None:
    record.close()
    other = sqlite3.connect(str(record.url.database), isolation_level=None)
    other.execute("PRAGMA locking_mode=EXCLUSIVE")
    other.execute("BEGIN IMMEDIATE")

    # Whoever waited as long as the daemon does would keep this test for ten minutes.
    daemon = the_daemon(record, busy_timeout_seconds=600)
    answer = ask(daemon)

    assert (answer.status, answer.json["live"], answer.json["lights"]) == (503, True, None)
    assert "数据库正被其他程序占用" in answer.json["why"]
    other.close()
    assert ask(daemon).status == 200


def test_a_record_that_was_taken_away_is_missed_and_no_new_one_is_made(record: Database) -> None:
    daemon, file = the_daemon(record), Path(str(record.url.database))
    assert ask(daemon).status == 200

    file.rename(file.with_suffix(".elsewhere"))

    answer = ask(daemon)
    assert (answer.status, answer.json["round"]) == (503, None)
    assert "数据库文件无法打开" in answer.json["why"]
    assert not file.exists()


def test_a_record_without_our_tables_is_no_page_about_an_exception(tmp_path: Path) -> None:
    empty = Database(TrackerSettings(database_url=f"sqlite:///{tmp_path / 'empty.db'}"))
    empty.version()  # makes the file
    answer = ask(the_daemon(empty))
    assert (answer.status, answer.json["live"]) == (503, True)
    assert "no such table" in answer.json["why"]


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_a_slip_of_ours_is_a_503_without_a_word_about_its_inside_which_stands_in_the_log(
    record: Database, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    def pulse() -> Pulse:
        raise ZeroDivisionError("inside")

    daemon = app(the_settings(record), record, pulse)
    answers = [ask(daemon, path) for _ in range(3)]

    assert {answer.status for answer in answers} == {503}
    assert not [answer for answer in answers if b"inside" in answer.body]
    (told,) = [
        each for each in caplog.records if each.name == "console.web.slips"
    ]  # once, however often it is asked
    assert "ZeroDivisionError: inside" in str(told.exc_text)


# -- lights -----------------------------------------------------------------------------------------------


def test_a_red_light_is_told_and_leaves_the_daemon_ready(record: Database) -> None:
    a_light(record, "还没有任何备份")
    a_light(record, name="disk", until=ago(hours=1))
    answer = ask(the_daemon(record))
    assert (answer.status, answer.json["ready"]) == (200, True)
    assert answer.json["lights"] == [
        {
            "name": "backup",
            "title": "备份过旧",
            "detail": "还没有任何备份",
            "since": "2026-11-23T09:00:00+08:00",
        }
    ]


def test_neither_secrets_nor_what_is_somebody_s_own_are_told(record: Database) -> None:
    a_light(
        record,
        "给 zhang.san@yunze.test 的邮件没有送出（smtp://office:hunter2@mail.yunze.test），电话13812345678",
    )
    (light,) = ask(the_daemon(record)).json["lights"]
    assert light["detail"] == (
        "给 ***@yunze.test 的邮件没有送出（smtp://office:***@mail.yunze.test），电话138****5678"
    )


# -- asking -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_looking_is_all_that_can_be_done(record: Database, path: str) -> None:
    daemon = the_daemon(record)
    head = ask(daemon, path, "HEAD")
    assert (head.status, head.headers["content-type"]) == (200, ask(daemon, path).headers["content-type"])
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        refused = ask(daemon, path, method)
        assert (refused.status, set(refused.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})


@pytest.mark.parametrize(
    ("path", "method", "status"),
    [
        ("/healthz", "GET", 200),
        ("/metrics", "GET", 200),
        ("/", "GET", 404),
        ("/healthz/", "GET", 404),
        ("/metrics", "POST", 405),
    ],
)
def test_no_answer_is_kept_or_taken_for_something_else(
    record: Database, path: str, method: str, status: int
) -> None:
    answer = ask(the_daemon(record), path, method)
    assert answer.status == status
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_asking_writes_nothing(record: Database) -> None:
    watcher = sqlite3.connect(str(record.url.database))
    before = watcher.execute("PRAGMA data_version").fetchone()
    daemon = the_daemon(record)
    assert [ask(daemon, path).status for path in ("/healthz", "/metrics")] == [200, 200]
    assert watcher.execute("PRAGMA data_version").fetchone() == before
