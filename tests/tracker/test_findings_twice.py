"""Whatever a file says and whatever is on record: the same file again at the same moment changes nothing."""

import shutil
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import NOW
from tests.tracker.findings import (
    ACCOUNT,
    EDUCATION,
    LATER,
    WATER,
    a_city,
    a_file,
    a_round_saw,
    a_seen_column,
    everything,
    imported,
    issues,
    moves,
)
from tests.tracker.sightings import HOURS, clear_of, seen, tell
from tracker import acts
from tracker.database import Database
from tracker.errors import ForbiddenAct, UnknownIssue
from tracker.lifecycle import Event
from tracker.settings import TrackerSettings

PATHS = ("通知公告", "新闻 > 通知公告", "公开 > 通知公告", "政务 > 公开 > 通知公告", "年报")
URLS = ("", "https://jy.yunze.test/a/", "https://jy.yunze.test/b/", "https://jy.yunze.test/c/")
CHECKS = ("column-blank", "column-stale", "wording-error", "home-stale", "link-dead")

ROWS = st.fixed_dictionaries(
    {
        "target": st.sampled_from(
            [EDUCATION, EDUCATION, EDUCATION, WATER, ACCOUNT, "云泽市水利局", "不认识", ""]
        ),
        "check": st.sampled_from([*CHECKS, *CHECKS[:2] * 2, "空白栏目", "不认识"]),
        "subject": st.sampled_from([*PATHS, *PATHS, ""]),
        "url": st.sampled_from(URLS),
        "detail": st.sampled_from(["是空的", "是空的", "0条", "只有标题", ""]),
        "source": st.sampled_from(["", "找错", "上级通报"]),
        "state": st.sampled_from(["", "", "pending", "rectified"]),
        "received": st.sampled_from(["", "2026-11-20", "2027-01-01"]),
    }
)
LINES = st.lists(
    st.one_of(
        ROWS,
        ROWS,
        ROWS,
        st.just("{"),
        st.builds(
            lambda checks, targets: {"complete": checks} | ({"targets": targets} if targets else {}),
            st.lists(st.sampled_from(["column-blank", "all", "wording-error", "不认识"]), min_size=1),
            st.lists(st.sampled_from([EDUCATION, ACCOUNT, "不认识"]), max_size=2),
        ),
    ),
    max_size=8,
).map(lambda lines: [{"complete": []}, *lines])
"""The first line makes JSON of the file and claims nothing."""

HISTORIES = st.lists(
    st.one_of(
        st.tuples(
            st.sampled_from(["fault", "fault", "clear"]),
            st.sampled_from(PATHS),
            st.sampled_from(CHECKS[:3]),
            st.sampled_from(URLS),
        ),
        st.tuples(
            st.just("act"),
            st.integers(1, 4),
            st.sampled_from([Event.CONFIRM, Event.DISMISS, Event.NOTIFY, Event.REPLY, Event.WAIVE]),
        ),
        st.tuples(st.just("column"), st.sampled_from(PATHS), st.sampled_from(URLS)),
    ),
    max_size=12,
)


AFTER = LATER + timedelta(days=2)
"""When the longest history is over."""


class Record:
    """A record of its own with a history of faults, cures and acts, seven hours apart."""

    template: Path

    def __init__(self, history: list[tuple[Any, ...]]) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self.folder = Path(self._folder.name)
        path = self.folder / "x.db"
        shutil.copy(self.template, path)
        self.database = Database(TrackerSettings(database_url=f"sqlite:///{path}"))
        a_city(self.database)
        columns: dict[str, str] = {}
        for number, (what, *more) in enumerate(history):
            at = NOW + 7 * number * HOURS
            if what == "column":
                columns.setdefault(*more)
            elif what == "act":
                self._act(at, *more)
            elif what == "fault":
                key, check, url = more
                a_round_saw(self.database, key, at, check=check, url=url)
            else:
                with self.database.writing() as session:
                    tell(session, seen(clear_of(*more[:2]), at))
        for path_of_names, url in columns.items():
            a_seen_column(self.database, path_of_names, url)

    def _act(self, at: Any, number: int, event: Event) -> None:
        try:
            with self.database.writing() as session:
                acts.act(session, number, event, why="据实", by="李四", at=at, recorded_at=at)
        except (ForbiddenAct, UnknownIssue):
            pass

    def close(self) -> None:
        self.database.close()
        self._folder.cleanup()


@pytest.fixture(autouse=True, scope="module")
def template(empty_record: Path) -> None:
    Record.template = empty_record


@settings(max_examples=25, deadline=None)
@given(history=HISTORIES, lines=LINES, claims=st.sampled_from([(), (), ("column-blank",), ("all",)]))
def test_a_second_import_at_the_same_moment_changes_nothing(
    history: list[tuple[Any, ...]], lines: list[Any], claims: tuple[str, ...]
) -> None:
    record = Record(history)
    path = a_file(record.folder, *lines)
    first = imported(record.database, path, AFTER, complete=claims)
    before = everything(record.database)
    second = imported(record.database, path, AFTER, complete=claims)
    assert everything(record.database) == before
    assert (second.errors, second.held, second.opened) == (first.errors, first.held, 0)
    record.close()


@settings(max_examples=20, deadline=None)
@given(history=HISTORIES, rows=st.lists(ROWS, max_size=8), days=st.integers(1, 30))
def test_a_second_import_at_a_later_moment_moves_no_issue(
    history: list[tuple[Any, ...]], rows: list[Any], days: int
) -> None:
    record = Record(history)
    path = a_file(record.folder, {"complete": []}, *rows)
    imported(record.database, path, AFTER)
    before = [issue.state for issue in issues(record.database)], len(moves(record.database))
    imported(record.database, path, AFTER + timedelta(days=days))
    assert ([issue.state for issue in issues(record.database)], len(moves(record.database))) == before
    record.close()
