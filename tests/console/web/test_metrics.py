"""/metrics: each figure has its rows, whatever was restarted, and there is no label that grows with the city."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from prometheus_client.exposition import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event, func, select

from console.web.health import Glimpse, Pulse
from console.web.metrics import registry
from console.web.slips import Slips
from tests.builders import NOW, TODAY, ago
from tests.console.web.asking import ask, the_daemon, the_settings
from tests.tracker.days import SITE, a_target, a_visit, a_watched_record, due, said, the_look, the_round
from tests.tracker.outgoing import a_notice
from tracker.database import Database
from tracker.models import Issue, Light, Mail, Page

Figures = dict[tuple[str, ...], float]


@pytest.fixture
def record(database: Database) -> Database:
    a_watched_record(database)
    return database


def read(text: str) -> Figures:
    """(name, label values in order of the labels' names) -> figure."""
    return {
        (sample.name, *(sample.labels[label] for label in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def figures(record: Database, at: datetime = NOW, pulse: Pulse | None = None) -> Figures:
    answer = ask(the_daemon(record, at, pulse), "/metrics")
    assert (answer.status, answer.headers["content-type"]) == (
        200,
        "text/plain; version=0.0.4; charset=utf-8",
    )
    return read(answer.body.decode())


def of(figures: Figures, name: str) -> dict[str, float]:
    """The values of a figure with one label that count any."""
    return {key[1]: value for key, value in figures.items() if key[0] == name and value}


def an_issue(state: str, number: int) -> Issue:
    return Issue(
        target_id=SITE,
        check_id="home-stale",
        subject_key=str(number),
        subject="首页",
        state=state,
        first_seen=NOW,
        last_seen=NOW,
        last_clear=None,
        observed_at=NOW,
        look_again_at=None,
        due_on=None,
    )


def a_mail(notice_id: int, state: str, number: int) -> Mail:
    return Mail(
        notice_id=notice_id,
        recipient=f"{number}@yunze.test",
        message_id=str(number),
        sha256="",
        state=state,
        queued_at=NOW,
        next_try_at=NOW,
        tried_at=None,
        settled_at=None,
    )


# -- the round --------------------------------------------------------------------------------------------


def test_pages_and_verdicts_are_those_of_the_newest_round_with_all_its_looks(record: Database) -> None:
    with record.writing() as session:
        look_id = the_look(session, SITE)
        said(session, look_id, "link-dead", "fault")
        said(session, look_id, "search-broken", "unjudged")
        for look, count in ((look_id, 3), (look_id - 2, 40)):  # the second one is yesterday's
            session.add_all(
                Page(look_id=look, url="https://www.yunze.test/", status=200, fetched_at=NOW)
                for _ in range(count)
            )

    seen = figures(record)

    assert seen["xunjian_pages",] == 3
    assert of(seen, "xunjian_verdicts") == {"clear": 3, "fault": 1, "unjudged": 1}
    assert of(seen, "xunjian_round_targets") == {"visited": 2}
    assert of(seen, "xunjian_rounds") == {"finished": 3}
    assert of(seen, "xunjian_self_check") == {"found": 1}


def test_a_round_that_goes_on_has_begun_and_the_one_before_has_ended(record: Database) -> None:
    finished = figures(record)["xunjian_round_finished_timestamp_seconds",]
    with record.writing() as session:
        the_round(session).finished_at = None
        opened = the_round(session).id
        a_visit(session, opened, a_target(session, name="云泽市水利局"), TODAY, "due")

    seen = figures(record)

    assert seen["xunjian_round_started_timestamp_seconds",] == NOW.replace(hour=6).timestamp()
    assert seen["xunjian_round_finished_timestamp_seconds",] == finished - 24 * 3600
    assert of(seen, "xunjian_rounds") == {"finished": 2, "unfinished": 1}
    assert of(seen, "xunjian_round_targets") == {"visited": 2, "due": 1}


# -- what follows from it ---------------------------------------------------------------------------------


def test_issues_and_mails_are_counted_by_state_and_those_that_count_none_are_told_too(
    record: Database,
) -> None:
    with record.writing() as session:
        states = ["notified", "notified", "rectified"]
        session.add_all(an_issue(state, number) for number, state in enumerate(states))
        notice_id = a_notice(session)
        session.add_all(
            a_mail(notice_id, state, n) for n, state in enumerate(["queued", "accepted", "accepted"])
        )

    seen = figures(record)

    assert of(seen, "xunjian_issues") == {"notified": 2, "rectified": 1}
    assert of(seen, "xunjian_mails") == {"queued": 1, "accepted": 2}
    assert seen["xunjian_issues", "waived"] == seen["xunjian_mails", "bounced"] == 0
    with record.reading() as session:
        assert sum(of(seen, "xunjian_issues").values()) == session.scalar(select(func.count(Issue.id)))


# -- the daemon -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "more", "lag"),
    [
        ("due", {}, 600),
        ("running", {}, 600),
        ("failed", {"next_try_at": NOW}, 600),
        ("failed", {}, 0),
        ("done", {}, 0),
        ("missed", {}, 0),
    ],
)
def test_the_lag_is_the_age_of_the_oldest_due_time_that_is_to_be_done(
    record: Database, state: str, more: dict[str, datetime], lag: int
) -> None:
    with record.writing() as session:
        due(session, "mail", ago(minutes=10), state, **more)
        due(session, "mail", ago(minutes=5), "done")
    assert figures(record)["xunjian_lag_seconds",] == lag


def test_a_task_is_in_the_state_of_its_newest_due_time_up_to_now(record: Database) -> None:
    with record.writing() as session:
        due(session, "mail", ago(minutes=10), "done")
        due(session, "mail", ago(minutes=5), "failed")
        due(session, "mail", ago(minutes=-60), "missed")  # by a clock that was wrong
    seen = figures(record)
    states = {key[1:]: value for key, value in seen.items() if key[0] == "xunjian_due_times"}
    assert {key for key, value in states.items() if value} == {("failed", "mail"), ("done", "round")}
    assert len(states) == 4 * 5  # four tasks, five states


def test_a_light_is_1_while_it_is_red(record: Database) -> None:
    with record.writing() as session:
        session.add(Light(name="disk", detail="只剩 1 GB", since=ago(days=2), until=None))
        session.add(Light(name="mails", detail="", since=ago(days=2), until=ago(days=1)))
    seen = figures(record)
    assert of(seen, "xunjian_light") == {"disk": 1}
    assert seen["xunjian_light", "mails"] == 0


def test_the_daemon_says_whether_it_works_and_when_it_looked_around(record: Database) -> None:
    seen = figures(record, pulse=Pulse(holder=False, beat_at=ago(minutes=1)))
    assert seen["xunjian_daemon_holds_lease",] == 0
    assert seen["xunjian_daemon_beat_timestamp_seconds",] == ago(minutes=1).timestamp()


def backups(record: Database, newest: Callable[[], datetime | None]) -> Figures:
    collectors = registry(record, lambda: Pulse(True, NOW), lambda: NOW, newest, Slips())
    return read(generate_latest(collectors).decode())


def test_the_newest_backup_has_its_age_and_without_any_there_is_none(record: Database) -> None:
    assert backups(record, lambda: ago(hours=5))["xunjian_backup_age_seconds",] == 5 * 3600
    assert ("xunjian_backup_age_seconds",) not in backups(record, lambda: None)


def test_a_folder_of_backups_that_cannot_be_read_takes_no_other_figure_with_it(record: Database) -> None:
    def newest() -> datetime | None:
        raise PermissionError("backup")

    seen = backups(record, newest)
    assert ("xunjian_backup_age_seconds",) not in seen
    assert seen["xunjian_record_readable",] == 1


# -- the whole --------------------------------------------------------------------------------------------


def test_memory_and_open_files_of_the_process_are_told(record: Database) -> None:
    seen = figures(record)
    assert seen["process_resident_memory_bytes",] > 10_000_000
    assert seen["process_open_fds",] > 3
    assert ("python_gc_collections_total", "0") in seen


def test_figures_outlive_a_restart(record: Database) -> None:
    def ours() -> Figures:
        return {key: value for key, value in figures(record).items() if key[0].startswith("xunjian_")}

    before = ours()
    record.close()
    assert ours() == before
    assert len(before) > 50


def test_a_record_that_is_gone_takes_its_figures_with_it_and_not_those_of_the_process(
    record: Database,
) -> None:
    daemon = the_daemon(record)
    file = Path(str(record.url.database))
    file.rename(file.with_suffix(".elsewhere"))

    answer = ask(daemon, "/metrics")

    seen = read(answer.body.decode())
    assert (answer.status, seen["xunjian_record_readable",]) == (200, 0)
    assert seen["process_resident_memory_bytes",] > 0
    assert ("xunjian_lag_seconds",) not in seen


def test_a_new_record_has_figures_too(database: Database) -> None:
    seen = figures(database)
    assert (seen["xunjian_record_readable",], seen["xunjian_lag_seconds",]) == (1, 0)
    assert ("xunjian_pages",) not in seen


def test_neither_labels_nor_queries_grow_with_the_city(record: Database) -> None:
    glimpse = Glimpse(the_settings(record), record)
    collectors = registry(glimpse, lambda: Pulse(True, NOW), lambda: NOW, lambda: None, Slips())
    statements: list[str] = []
    event.listen(glimpse._reader, "before_cursor_execute", lambda *told: statements.append(told[2]))

    def told() -> tuple[set[tuple[str, ...]], int]:
        statements.clear()
        return set(read(generate_latest(collectors).decode())), len(statements)

    small = told()
    with record.writing() as session:
        for number in range(40):
            target_id = a_target(session, name=f"云泽市{number}局")
            said(session, a_visit(session, the_round(session).id, target_id, TODAY), "link-dead", "fault")
            session.add(an_issue("confirmed", 100 + number))

    assert told() == small
    assert small[1] < 15
