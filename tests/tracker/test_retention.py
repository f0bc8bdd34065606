"""What is kept how long: evidence of issues for years, the rest thinned out, and the audit tells one from the other."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from os import stat_result
from pathlib import Path
from shutil import copytree, ignore_patterns, rmtree
from typing import Any

import pytest
import zstandard
from sqlalchemy import event, func, select

from crawler.observations import Probe
from reports.explain import Address, rows_behind
from reports.figures import count
from tests.builders import NOW, a_site
from tests.tracker.old_record import UNCHANGED, OldRecord, days_before
from tests.tracker.sightings import a_fault, clear_of, seen, tell
from tests.tracker.telling import answered, prepare, some_terms, told
from tracker import evidence, notices, outbox, queries, retention
from tracker.acts import act
from tracker.database import Database
from tracker.errors import AnotherAtWork
from tracker.evidence import EvidenceStore
from tracker.figure_facts import AsKnown
from tracker.given_up import Kind
from tracker.harvest import keep_brought
from tracker.ledger_export import ledger_tables
from tracker.lifecycle import Event
from tracker.models import (
    DueTime,
    Evidence,
    Issue,
    JudgedVerdict,
    Light,
    Link,
    Look,
    Mail,
    Notice,
    Page,
    ProbeRow,
    Reply,
    SelfCheck,
    Visit,
)
from tracker.periods import Period
from tracker.probes import keep_probes
from tracker.rating_facts import ratings
from tracker.settings import TrackerSettings

LONG_AGO, LATELY = 4200, 100
"""Days: longer than evidence of issues is kept, and within the time of everything."""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One door to the database for all these tests: each statement is compiled once."""
    folder = tmp_path_factory.mktemp("retention")
    database = Database(TrackerSettings(database_url=f"sqlite:///{folder}/xunjian.db"))
    yield database
    database.close()


@pytest.fixture
def record(shared: Database, empty_record: Path, tmp_path: Path) -> OldRecord:
    """A fresh one."""
    copy(empty_record, shared.url.database)
    return OldRecord(shared, EvidenceStore(tmp_path / "evidence"))


def copy(source: Path | str, target: Path | str | None) -> None:
    """A whole database over another one, which may be in use."""
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(str(target))) as other:
        one.backup(other)


class Snapshot:
    """A record as it stood, to begin from again."""

    def __init__(self, record: OldRecord, folder: Path) -> None:
        self.record, self.folder = record, folder
        self.live = str(record.database.url.database)
        copytree(record.evidence.folder, folder)
        copy(self.live, folder / "x.db")

    def restore(self) -> None:
        rmtree(self.record.evidence.folder)
        copytree(self.folder, self.record.evidence.folder, ignore=ignore_patterns("x.db"))
        copy(self.folder / "x.db", self.live)


@pytest.fixture(scope="module")
def thinned(shared: Database, empty_record: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """`an_old_look`, after its time."""
    folder = tmp_path_factory.mktemp("thinned")
    copy(empty_record, shared.url.database)
    record = OldRecord(shared, EvidenceStore(folder / "evidence"))
    an_old_look(record)
    record.thin()
    return Snapshot(record, folder / "kept")


def is_given_up(record: OldRecord, sha256: str) -> bool:
    """By its row; the file is gone, too."""
    with record.database.reading() as session:
        given_up = session.scalar(select(Evidence.thinned_at).where(Evidence.sha256 == sha256)) is not None
    assert record.file(sha256).exists() is not given_up
    return given_up


# -- stored pages ------------------------------------------------------------------------------------------


def test_a_page_that_is_nobodys_evidence_goes_when_it_was_last_seen_long_ago(record: OldRecord) -> None:
    old, unchanged = record.look(500, b"<html>old</html>", UNCHANGED)
    (young,) = record.look(399, b"<html>young</html>")
    record.look(398, UNCHANGED)

    done = record.thin()

    assert str(done) == "已清理：网页1"
    assert [is_given_up(record, sha256) for sha256 in (old, unchanged, young)] == [True, False, False]
    assert record.broken() == []


def test_what_is_done_is_done_once(record: OldRecord) -> None:
    record.look(LONG_AGO, b"<html>old</html>")
    record.thin()
    links = record.count(Link)
    assert str(record.thin()) == "没有到期的内容"
    assert record.count(Link) == links


@pytest.mark.parametrize(
    ("settled", "goes"),
    [(None, False), (3660, True), (3640, False)],
    ids=["open", "settled for ten years", "settled not that long"],
)
def test_evidence_of_an_issue_stays_until_the_issue_is_over_for_years(
    record: OldRecord, settled: float | None, goes: bool
) -> None:
    proof = record.fault(LONG_AGO, b"<html>nothing here</html>")
    if settled:
        record.put_right(settled)

    record.thin()

    assert is_given_up(record, proof) is goes
    assert record.broken() == []


def test_evidence_of_a_waived_issue_stays_for_it_comes_back(record: OldRecord) -> None:
    proof = record.fault(LONG_AGO, b"<html>nothing here</html>")
    at = days_before(LONG_AGO - 1)
    with record.database.writing() as session:
        act(session, 1, Event.WAIVE, why="正在改版", by="李主任", at=at, recorded_at=at)
    record.thin()
    assert not is_given_up(record, proof)


@pytest.mark.parametrize(("settled", "goes"), [(3660, True), (None, False)])
def test_documents_mails_and_proofs_go_with_the_issues_that_they_are_about(
    record: OldRecord, settled: float | None, goes: bool
) -> None:
    record.fault(LONG_AGO, b"<html>nothing here</html>")
    document, mail = (record.evidence.keep(body) for body in (b"PK document", b"a mail"))
    at = days_before(LONG_AGO - 7)
    with record.database.writing() as session:
        prepare(session, at)
        (notice,) = session.scalars(select(Notice)).all()
        ready = notices.make_ready(session, notice, at=at, terms=some_terms())
        assert ready is not None
        notices.sign(
            session, ready, documents={"通知.docx": document}, template="", by="李主任", at=at, recorded_at=at
        )
        outbox.queue(session, notice.id, "notice", "a@yunze.example", "<1@yunze.example>", mail, at)
        # The second answer changes no state: only the reply itself names what it brought.
        proofs = keep_brought(session, record.evidence, [b"a picture", b"another picture"], at)
        for days, proof in enumerate(proofs, 1):
            answered(session, notice, at + timedelta(days=days), proofs=(proof,))
    if settled:
        record.put_right(settled)

    record.thin()

    assert [record.file(sha256).exists() for sha256 in (document, mail, *proofs)] == [not goes] * 4
    assert record.count(Notice, Mail, Reply) == {"notice": 1, "mail": 1, "reply": 2}
    assert record.broken() == []


def test_a_page_that_comes_again_after_it_had_gone_is_stored_again(record: OldRecord) -> None:
    """Also by a store that has seen it before, while another one gave it up."""
    (page,) = record.look(500, UNCHANGED)
    record.thin()
    assert is_given_up(record, page)

    record.look(0, UNCHANGED)

    assert not is_given_up(record, page)
    assert record.broken() == []


class KeptMeanwhile(EvidenceStore):
    """While it gives something up, a round in another process keeps the very same page."""

    def give_up(self, sha256: str) -> bool:
        EvidenceStore(self.folder).keep(UNCHANGED)
        return super().give_up(sha256)


def test_a_page_that_a_round_has_just_kept_and_not_recorded_yet_is_spared(record: OldRecord) -> None:
    (page,) = record.look(500, UNCHANGED)
    record.thin(store=KeptMeanwhile(record.evidence.folder))
    assert record.file(page).exists()

    record.look(0, UNCHANGED)

    assert not is_given_up(record, page)


def test_a_page_that_somebody_asks_for_between_the_look_at_its_time_and_its_going_is_put_back(
    record: OldRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = record.evidence.keep(UNCHANGED)
    record.age(days=30)
    age = evidence._age

    def and_then_asked(found: stat_result) -> float:
        monkeypatch.setattr(evidence, "_age", age)
        was = age(found)
        record.evidence.keep(UNCHANGED)
        return was

    monkeypatch.setattr(evidence, "_age", and_then_asked)

    assert not record.evidence.give_up(page)
    assert record.evidence.read(page) == UNCHANGED


def test_what_was_kept_and_never_recorded_goes_by_and_by(record: OldRecord) -> None:
    (page,) = record.look(500, UNCHANGED)
    record.thin(store=KeptMeanwhile(record.evidence.folder))
    assert record.thin().counts == {Kind.FILES: 1}
    assert is_given_up(record, page)


# -- what the audit says -----------------------------------------------------------------------------------


def outside(record: OldRecord, tampering: str, *values: str) -> None:
    with sqlite3.connect(str(record.database.url.database)) as connection:
        connection.execute(tampering, values)


AS_IF = "UPDATE evidence SET thinned_at = coalesce((SELECT max(thinned_at) FROM evidence), '2026-11-24 01:00:00.000000')"


@pytest.mark.parametrize("link", [True, False], ids=["beside a true one", "without any"])
@pytest.mark.parametrize("which", ["lately", "evidence", "old"])
def test_a_page_that_somebody_removed_is_named_whatever_its_row_says(
    record: OldRecord, which: str, link: bool
) -> None:
    pages = {"evidence": record.fault(600, b"<html>nothing here</html>")}
    if link:
        record.look(500, b"<html>goes by right</html>")
        record.thin()
    # With no link there is none that covers it; with one, it was seen since, or an issue rests on it.
    (pages["old"],) = (
        record.look(450, b"<html>came in late</html>") if not link else record.look(300, b"<html>x</html>")
    )
    (pages["lately"],) = record.look(LATELY, b"<html>lately</html>")
    gone = pages[which]

    record.file(gone).unlink()
    outside(record, f"{AS_IF} WHERE sha256 = ?", gone)

    assert record.broken() == [f"证据文件缺失：{gone}"]


def test_evidence_that_went_by_right_is_listed_and_covers_nothing_else(record: OldRecord) -> None:
    proof = record.fault(LONG_AGO, b"<html>nothing here</html>")
    record.put_right(4000)
    other = record.fault(3900, b"<html>nothing there</html>", "政策文件")
    record.thin()
    assert (is_given_up(record, proof), is_given_up(record, other)) == (True, False)
    assert record.broken() == []

    record.file(other).unlink()
    outside(record, f"{AS_IF} WHERE sha256 = ?", other)

    assert record.broken() == [f"证据文件缺失：{other}"]


def test_an_old_look_that_is_judged_again_does_not_make_a_loss_of_what_had_gone(record: OldRecord) -> None:
    (page,) = record.look(500, b"<html>nothing here</html>")
    record.thin()
    with record.database.writing() as session:
        tell(session, seen(replace(a_fault(), evidence=(page,)), days_before(500)))
    assert record.broken() == []


def an_issue_comes_to_rest_on(record: OldRecord, page: str, days: float) -> Callable[[], None]:
    """At the first step, as when somebody judges old looks again meanwhile."""

    def judged_again() -> None:
        if record.count(Issue) == {"issue": 0}:
            with record.database.writing() as session:
                tell(session, seen(replace(a_fault(), evidence=(page,)), days_before(days)))

    return judged_again


def test_a_page_that_an_issue_comes_to_rest_on_meanwhile_stays(record: OldRecord) -> None:
    (page,) = record.look(500, b"<html>nothing here</html>")
    record.thin(stop=an_issue_comes_to_rest_on(record, page, 500))
    assert not is_given_up(record, page)
    assert record.broken() == []


def test_where_a_page_came_from_stays_on_record_if_an_issue_comes_to_rest_on_it_meanwhile(
    record: OldRecord,
) -> None:
    (page,) = record.look(900, UNCHANGED)
    record.look(LATELY, UNCHANGED)
    record.thin(stop=an_issue_comes_to_rest_on(record, page, 900))
    assert record.looks_with_content() == [2]
    with record.database.reading() as session:
        assert queries.pages(session, [page]) == [(page, "https://www.yunze.test/0", days_before(900))]
    assert record.broken() == []


def test_the_rows_behind_a_figure_say_where_the_bytes_are_gone(record: OldRecord) -> None:
    record.fault(LONG_AGO, b"<html>nothing here</html>")
    with record.database.writing() as session:
        told(session, days_before(LONG_AGO - 7))
    record.put_right(3700)
    record.thin()
    year = days_before(LONG_AGO).year
    with record.database.reading() as session:
        (row,) = rows_behind(session, Address.named(f"{year}/site/家次"), AsKnown(NOW), (), {})
    assert row[-1] == ["https://www.yunze.test/0（已按保存期限清理）"]


# -- looks -------------------------------------------------------------------------------------------------


def an_old_look(record: OldRecord) -> str:
    """Of which the page that an issue rests on stays; beside it one that goes, and a young look."""
    proof = record.fault(900, b"<html>nothing here</html>")
    record.look(899, UNCHANGED, verdicts=(clear_of("政策文件"),))
    record.look(LATELY, UNCHANGED, verdicts=(clear_of("政策文件"),))
    return proof


def test_an_old_look_keeps_its_row_and_loses_what_it_saw(record: OldRecord) -> None:
    proof = an_old_look(record)

    done = record.thin()

    assert done.counts[Kind.LOOKS] == 3
    assert record.looks_with_content() == [4]
    assert record.count(Visit, Look, JudgedVerdict) == {"visit": 3, "look": 4, "verdict": 1}
    with record.database.reading() as session:
        assert session.scalars(select(Page.sha256).where(Page.look_id < 4).distinct()).all() == [proof]
        assert queries.pages(session, [proof]) == [(proof, "https://www.yunze.test/0", days_before(900))]
    assert record.broken() == []


def test_looks_without_content_are_not_judged_again(record: OldRecord) -> None:
    an_old_look(record)
    record.thin()
    with record.database.reading() as session:
        first = days_before(1000).date()
        assert [look.id for look in queries.past_looks(session, first, NOW.date())] == [4]


def test_nothing_is_nothing_also_where_another_packer_packed_it(
    record: OldRecord, caplog: pytest.LogCaptureFixture
) -> None:
    an_old_look(record)
    record.thin()
    nothing = zstandard.ZstdCompressor(write_checksum=True).compress(b"")
    outside(record, f"UPDATE look SET seen = x'{nothing.hex()}' WHERE id < 4")

    assert str(record.thin()) == "没有到期的内容"

    assert caplog.messages == []
    with record.database.reading() as session:
        first = days_before(1000).date()
        assert [look.id for look in queries.past_looks(session, first, NOW.date())] == [4]
    assert record.broken() == []


@pytest.mark.parametrize(
    ("tampering", "named"),
    [
        ("UPDATE look SET problem = 'waf' WHERE id = 1", "清理的观察与台账不符"),
        ("UPDATE look SET at = '2024-01-01 01:00:00.000000' WHERE id = 3", "清理的观察与台账不符"),
        ("UPDATE page SET url = 'https://elsewhere.test/' WHERE look_id = 1", "清理的观察与台账不符"),
        ("DELETE FROM page WHERE look_id = 1", "清理的观察与台账不符"),
        ("DELETE FROM look WHERE id = 3", "观察 3 缺失"),
        ("UPDATE visit SET state = 'failed' WHERE id = 2", "与所存观察不符"),
        ("DELETE FROM visit WHERE id = 2", "的巡检记录缺失"),
        ("UPDATE look SET seen = (SELECT seen FROM look WHERE id = 1) WHERE id = 4", "观察 4 与审计链不符"),
        ("UPDATE look SET seen = (SELECT seen FROM look WHERE id = 4) WHERE id = 2", "观察 2 与审计链不符"),
    ],
)
def test_the_audit_still_names_what_is_done_to_looks(thinned: Snapshot, tampering: str, named: str) -> None:
    thinned.restore()
    outside(thinned.record, tampering)
    assert named in "\n".join(thinned.record.broken())


def test_what_the_audit_would_name_is_not_made_good_by_giving_it_up(record: OldRecord) -> None:
    an_old_look(record)
    outside(record, "UPDATE look SET problem = 'waf' WHERE id = 1")
    record.thin()
    assert record.looks_with_content() == [1, 4]
    assert "观察 1 与审计链不符" in record.broken()


def test_a_page_that_had_gone_long_before_is_forgotten_with_the_last_look_that_names_it(
    record: OldRecord,
) -> None:
    (page,) = record.look(900, b"<html>old</html>")
    record.thin(now=days_before(450))
    assert is_given_up(record, page)
    record.thin()
    assert record.count(Evidence, Page) == {"evidence": 0, "page": 0}
    assert record.broken() == []


def test_the_row_of_a_page_that_goes_now_stays_for_the_backups_to_learn_of_it(record: OldRecord) -> None:
    (page,) = record.look(900, b"<html>old</html>")
    record.thin()
    assert record.count(Page) == {"page": 0}
    assert is_given_up(record, page)


# -- figures -----------------------------------------------------------------------------------------------


def exported(record: OldRecord) -> dict[str, list[Any]]:
    with record.database.reading() as session:
        return {table.name: [list(row) for row in table.rows] for table in ledger_tables(session, ())}


def figures(record: OldRecord, year: int) -> Any:
    with record.database.reading() as session:
        return count(session, Period.of_year(year), NOW, ()).flat()


def rated(record: OldRecord, year: int) -> Any:
    with record.database.reading() as session:
        return [each.rating for each in ratings(session, Period.of_year(year), AsKnown(NOW))]


def a_life(record: OldRecord) -> None:
    """Of three years, a month of probes in each; found, told and put right each year."""
    for number, days in enumerate((1000, 660, 300)):
        begin = days_before(days)
        with record.database.writing() as session:
            record_probes(session, begin, record)
        record.fault(days, f"<html>{number}</html>".encode())
        with record.database.writing() as session:
            told(session, days_before(days - 7))
        record.put_right(days - 20)
        record.look(days - 21, UNCHANGED, verdicts=(clear_of("要闻", "home-stale"),))


def record_probes(session: Any, begin: datetime, record: OldRecord) -> None:
    keep_probes(
        session,
        [
            (1, at, Probe(at, ok=True, status=200))
            for at in (begin + timedelta(hours=number) for number in range(150))
        ],
    )


def test_no_figure_and_no_export_changes_and_ratings_of_this_year_and_the_last_do_not(
    record: OldRecord,
) -> None:
    record.duty(a_site())
    a_life(record)
    record.settings = TrackerSettings(
        keep_pages_days=30, keep_issue_evidence_days=400, keep_looks_days=400, keep_probes_days=30
    )
    before = {year: figures(record, year) for year in (2024, 2025, 2026)}
    judged = {year: rated(record, year) for year in (2025, 2026)}
    export = exported(record)
    assert before[2024]["2024/site/家次"] == before[2025]["2025/site/家次"] == 1

    done = record.thin()

    assert set(done.counts) >= {Kind.PAGES, Kind.LOOKS, Kind.PROBES}
    assert {year: figures(record, year) for year in before} == before
    assert {year: rated(record, year) for year in judged} == judged
    after = exported(record)
    assert {name for name in export if export[name] != after[name]} <= {"evidence", "links"}
    assert record.broken() == []


# -- rows that nothing rests on ----------------------------------------------------------------------------


def keep(record: OldRecord, *rows: Any) -> None:
    with record.database.writing() as session:
        session.add_all(rows)


def a_due_time(days: float, state: str = "done", task: str = "round", **more: Any) -> DueTime:
    return DueTime(task=task, due_at=days_before(days), state=state, **more)


def test_old_due_times_go_but_the_newest_of_each_task_and_what_is_not_over(record: OldRecord) -> None:
    keep(
        record,
        a_due_time(900),
        a_due_time(899, "missed"),
        a_due_time(898, "failed"),
        a_due_time(897, "failed", next_try_at=days_before(1)),
        a_due_time(896, "running"),
        a_due_time(LATELY),
        a_due_time(895, task="freeze"),
        a_due_time(-500, task="freeze"),  # a clock that was wrong
    )
    assert record.thin().counts == {Kind.DUE_TIMES: 3}
    with record.database.reading() as session:
        assert session.scalars(select(DueTime.id).order_by(DueTime.id)).all() == [4, 5, 6, 7, 8]


def test_old_lights_go_unless_they_are_red_still(record: OldRecord) -> None:
    since = days_before(1000)
    keep(
        record,
        Light(name="disk", detail="", since=since, until=days_before(900)),
        Light(name="disk", detail="", since=since, until=days_before(LATELY)),
        Light(name="mails", detail="", since=since, until=None),
    )
    assert record.thin().counts == {Kind.LIGHTS: 1}
    assert record.count(Light) == {"light": 2}


def test_old_self_checks_go_but_the_newest(record: OldRecord) -> None:
    keep(record, *(SelfCheck(day=days_before(days).date(), at=days_before(days)) for days in (902, 901, 900)))
    assert record.thin().counts == {Kind.SELF_CHECKS: 2}
    with record.database.reading() as session:
        assert session.scalars(select(SelfCheck.day)).all() == [days_before(900).date()]


def test_probes_go_after_their_time_but_not_those_of_last_year(
    record: OldRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    record.duty(a_site())
    ends = datetime(2025, 1, 1, tzinfo=NOW.tzinfo)
    keep(record, *(ProbeRow(target_id=1, at=ends - timedelta(hours=hours), ok=True) for hours in range(6)))
    assert str(record.thin()) == "已清理：探测5"
    assert record.count(ProbeRow, Link) == {"probe": 1, "link": 3}


# -- files -------------------------------------------------------------------------------------------------


def test_files_that_no_row_names_go_after_two_days(record: OldRecord) -> None:
    named = record.look(LATELY, b"<html>named</html>")[0]
    old, young = (record.evidence.keep(body) for body in (b"<html>old</html>", b"<html>young</html>"))
    record.age(days=3)
    record.age(days=1.5, only=f"{young}.zst")

    done = retention.thin(record.database, record.evidence, record.settings, NOW)

    assert done.counts == {Kind.FILES: 1}
    assert [record.file(sha256).exists() for sha256 in (named, old, young)] == [True, False, True]


def test_left_overs_go_after_a_day_and_what_is_not_ours_stays(record: OldRecord) -> None:
    (page,) = record.look(LATELY, b"<html>named</html>")
    whole = record.file(page)
    old, young = whole.with_suffix(".999.part"), whole.with_suffix(".998-1.part")
    readme = whole.parent / "readme.part"
    for path in (old, young, readme):
        path.write_bytes(b"half")
    record.age(days=2)
    record.age(days=0, only=young.name)

    done = retention.thin(record.database, record.evidence, record.settings, NOW)

    assert done.counts == {Kind.FILES: 1}
    assert sorted(path.name for path in whole.parent.iterdir()) == sorted(
        [whole.name, young.name, readme.name]
    )


def test_a_page_that_was_taken_aside_when_somebody_was_killed_comes_back(record: OldRecord) -> None:
    (page,) = record.look(LATELY, b"<html>named</html>")
    record.file(page).rename(record.file(page).with_suffix(".out"))
    record.thin()
    assert record.broken() == []


def test_a_record_without_any_evidence_has_nothing_to_give_up(record: OldRecord) -> None:
    assert str(record.thin()) == "没有到期的内容"


# -- interrupted -------------------------------------------------------------------------------------------


class Killed(Exception):
    """Whoever was at it is gone."""


class Death:
    """Comes at the so-manieth step, and only once."""

    def __init__(self, at: int) -> None:
        self.left = at

    def step(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


class Mortal(EvidenceStore):
    """Dies before or after a file is removed."""

    def __init__(self, folder: Path, death: Death) -> None:
        super().__init__(folder)
        self.death = death

    def give_up(self, sha256: str) -> bool:
        self.death.step()
        done = super().give_up(sha256)
        self.death.step()
        return done


def everything(record: OldRecord) -> Any:
    tables = record.count(Look, Page, JudgedVerdict, Evidence, DueTime)
    files = sorted(path.name for path in record.evidence.folder.rglob("*") if path.is_file())
    with record.database.reading() as session:
        gone = session.scalar(select(func.count(Evidence.thinned_at)))
    return tables, files, record.looks_with_content(), gone


@pytest.fixture
def old(record: OldRecord) -> OldRecord:
    """Something of most kinds."""
    record.fault(LONG_AGO, b"<html>nothing here</html>")
    record.look(4000, UNCHANGED, verdicts=(clear_of(),))
    record.look(900, b"<html>old</html>", UNCHANGED, verdicts=(clear_of("政策文件"),))
    record.look(LATELY, UNCHANGED)
    keep(record, a_due_time(900), a_due_time(LATELY))
    record.evidence.keep(b"<html>nobody's</html>")
    return record


def test_killed_anywhere_the_audit_tells_no_lie_and_the_next_call_ends_it(
    old: OldRecord, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LOOKS_AT_ONCE", 2)
    begin = Snapshot(old, tmp_path / "begin")
    ends: list[Any] = []
    was_killed = True
    while was_killed:
        begin.restore()
        was_killed = is_killed(old, Death(at=len(ends) + 1))
        assert old.broken() == []
        old.thin()
        ends.append(everything(old))
    assert len(ends) > 12
    assert all(end == ends[-1] for end in ends)
    assert old.broken() == []


def test_asked_to_stop_it_leaves_between_two_steps_and_the_next_call_goes_on(old: OldRecord) -> None:
    with pytest.raises(Killed):
        old.thin(stop=Death(at=2).step)
    assert old.looks_with_content() == [1, 2, 3, 4, 5]
    assert set(old.thin().counts) == {Kind.LOOKS, Kind.DUE_TIMES, Kind.FILES}


def is_killed(record: OldRecord, death: Death) -> bool:
    """Before a transaction is written (which is after the one before), before a file goes or after."""
    writer = record.database._writer
    event.listen(writer, "commit", death.step)
    try:
        record.thin(store=Mortal(record.evidence.folder, death))
    except Killed:
        return True
    finally:
        event.remove(writer, "commit", death.step)
    return False


def test_one_gives_up_at_a_time(record: OldRecord) -> None:
    with record.database.alone("tidy"), pytest.raises(AnotherAtWork):
        record.thin()


def test_a_round_may_write_between_two_steps(record: OldRecord) -> None:
    record.look(500, b"<html>old</html>", UNCHANGED)

    def a_round() -> None:
        if record.count(Look) == {"look": 1}:
            record.look(0, UNCHANGED)

    assert record.thin(stop=a_round).counts == {Kind.PAGES: 1}
    assert record.broken() == []


def test_the_journal_is_cut_off_at_the_end(record: OldRecord) -> None:
    record.look(LATELY, UNCHANGED)
    journal = Path(f"{record.database.url.database}-wal")
    assert journal.stat().st_size > 0
    record.thin()
    assert journal.stat().st_size == 0


def test_who_is_reading_is_not_waited_for(record: OldRecord) -> None:
    record.look(LATELY, UNCHANGED)
    with record.database.reading() as session:
        session.scalar(select(func.count(Look.id)))
        record.thin()
