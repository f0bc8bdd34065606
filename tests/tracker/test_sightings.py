"""人工核验: what a person saw of an account is judged like any look; what a unit says of its own waits for a person."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from crawler.observations import FROM_THE_BEGINNING, SourceResult
from reports.daily import lines
from scheduler.hand_looks import judge
from tests.builders import NOW, TODAY, a_post, a_source, days_ago
from tests.tracker.accounts import DAY, a_road_with, a_row, key, looked, registered, some_parts
from tracker import queries
from tracker.claims import claims
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.figure_facts import AsKnown
from tracker.models import Issue, Move, PersonSighting, Target, Visit
from tracker.periods import Period
from tracker.queries import HowSeen
from tracker.rating_facts import ratings
from tracker.sightings import Said, SightingState, Source, UnknownSighting, decide, record, waiting
from tracker.verification import verify
from tracker.worksheet import unverified

PICTURE = b"\x89PNG\r\n\x1a\n screenshot"


def said(newest_on: date | None, target: int = 1, at: datetime = NOW, by: str = "张三") -> Said:
    return Said(target, newest_on, at, by, pictures=(PICTURE,))


def told(
    database: Database, folder: Path, *statements: Said, source: Source = Source.INSPECTOR, at: datetime = NOW
) -> int:
    parts = some_parts(database, folder)
    with database.writing() as session:
        new = record(session, parts.evidence, statements, source, at=at, recorded_at=at)
        if source is Source.INSPECTOR:
            judge(session, parts, new, at)
        return len(new)


def confirmed(database: Database, folder: Path, *numbers: int, at: datetime = NOW) -> None:
    with database.writing() as session:
        rows = decide(session, numbers, SightingState.CONFIRMED, by="李四", at=at, recorded_at=at)
        judge(session, some_parts(database, folder), rows, at)


def issues(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return [(issue.check_id, issue.state) for issue in session.scalars(select(Issue).order_by(Issue.id))]


def accounts_of(database: Database, at: datetime = NOW) -> dict[HowSeen, int]:
    with database.reading() as session:
        return dict(queries.day(session, at).accounts)


@pytest.fixture
def roadless(database: Database, tmp_path: Path) -> Database:
    """One account that no road of ours reaches."""
    registered(database, tmp_path, a_row(采集地址=""))
    return database


@pytest.mark.parametrize(
    ("newest_on", "found"),
    [
        (days_ago(0), []),
        (days_ago(14), []),
        (days_ago(15), [("account-stale", "confirmed")]),
        (None, [("account-blank", "confirmed")]),
    ],
)
def test_what_an_inspector_sees_is_judged_at_once(
    roadless: Database, tmp_path: Path, newest_on: date | None, found: Sequence[tuple[str, str]]
) -> None:
    told(roadless, tmp_path, said(newest_on))

    assert issues(roadless) == found


def test_the_move_names_who_looked_and_rests_on_the_screenshot(roadless: Database, tmp_path: Path) -> None:
    told(roadless, tmp_path, said(days_ago(20)))

    store = EvidenceStore(tmp_path / "evidence")
    with roadless.reading() as session:
        moves = list(session.scalars(select(Move)))
        assert {move.by for move in moves} == {"张三"}
        assert [store.read(sha256) for sha256 in moves[-1].evidence] == [PICTURE]
        assert list(verify(session, store)) == []


def test_the_same_look_told_twice_is_one(roadless: Database, tmp_path: Path) -> None:
    assert told(roadless, tmp_path, said(days_ago(20))) == 1
    later = NOW + timedelta(hours=1)

    assert told(roadless, tmp_path, said(days_ago(20)), said(days_ago(20), at=later), at=later) == 0
    assert issues(roadless) == [("account-stale", "confirmed")]


def test_an_account_that_is_fresh_again_is_rectified_by_the_next_look(
    roadless: Database, tmp_path: Path
) -> None:
    told(roadless, tmp_path, said(days_ago(20)))
    told(roadless, tmp_path, said(TODAY, at=NOW + DAY), at=NOW + DAY)

    assert issues(roadless) == [("account-stale", "rectified")]


def test_what_a_single_road_made_suspect_is_settled_by_a_person(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row())
    for at in (NOW - DAY, NOW - timedelta(hours=1)):
        looked(database, {key(1): a_road_with(20, 30, at=at)}, at)
    before = issues(database)

    told(database, tmp_path, said(days_ago(20)))

    assert (before, issues(database)) == ([("account-stale", "pending")], [("account-stale", "confirmed")])


def test_a_look_that_comes_in_late_accuses_nobody_who_was_seen_fresh_since(
    roadless: Database, tmp_path: Path
) -> None:
    told(roadless, tmp_path, said(TODAY, at=NOW))
    told(roadless, tmp_path, said(days_ago(20), at=NOW - 2 * DAY), at=NOW)

    assert issues(roadless) == []


def test_of_two_looks_in_one_file_the_newer_one_is_judged(roadless: Database, tmp_path: Path) -> None:
    told(roadless, tmp_path, said(TODAY), said(days_ago(20), at=NOW - 2 * DAY))

    assert issues(roadless) == []


def test_a_round_that_saw_nothing_does_not_outdate_a_persons_look(roadless: Database, tmp_path: Path) -> None:
    looked(roadless, at=NOW)

    told(roadless, tmp_path, said(days_ago(20), at=NOW - timedelta(hours=1)))

    assert issues(roadless) == [("account-stale", "confirmed")]


def test_a_road_that_answered_since_has_the_last_word(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row())
    looked(database, {key(1): a_road_with(0)})

    told(database, tmp_path, said(days_ago(20), at=NOW - timedelta(hours=1)))

    assert issues(database) == []


def a_road_without_posts() -> SourceResult:
    """The platform says that the account is in order, and nothing else (公众号第三方平台)."""
    return SourceResult("appid", official=True, reason="no_posts_in_call", facts={"account_status": "1"})


@pytest.mark.parametrize(
    "road", [a_road_without_posts(), a_source(a_post(NOW - 20 * DAY), complete_since=None)]
)
def test_a_road_that_told_nothing_of_silence_leaves_a_persons_look_as_it_was(
    database: Database, tmp_path: Path, road: SourceResult
) -> None:
    registered(database, tmp_path, a_row())
    looked(database, {key(1): road})

    told(database, tmp_path, said(days_ago(20), at=NOW - timedelta(hours=15)))

    assert issues(database) == [("account-stale", "confirmed")]


def test_posts_that_a_machine_knows_of_are_not_forgotten(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row())
    looked(database, {key(1): a_road_with(3)}, NOW - timedelta(hours=1))

    told(database, tmp_path, said(days_ago(30)))

    assert issues(database) == []


@pytest.mark.parametrize(("days_ahead", "is_remembered"), [(0.5, True), (3, False)])
def test_a_post_dated_to_come_when_it_was_first_seen_is_no_memory_once_its_day_has_come(
    database: Database, tmp_path: Path, days_ahead: float, is_remembered: bool
) -> None:
    first, ahead = NOW - 20 * DAY, timedelta(days=days_ahead)
    registered(database, tmp_path, a_row())
    looked(database, {key(1): a_source(a_post(first + ahead), a_post(first - DAY))}, first)

    with database.reading() as session:
        newest = queries.newest_posts(session, [1], NOW)[1]

    # A look bears the moment at which its round began; posts are made while it lasts.
    assert newest == first + (ahead if is_remembered else -DAY)


@pytest.mark.parametrize("cells", [{"对照": "是"}, {"状态": "已注销"}, {"状态": "拟开设"}])
def test_who_is_not_to_be_inspected_is_not_judged(
    database: Database, tmp_path: Path, cells: dict[str, str]
) -> None:
    registered(database, tmp_path, a_row(**cells))

    told(database, tmp_path, said(days_ago(30)))

    assert issues(database) == []


# -- what units report ------------------------------------------------------------------------------------


def test_a_units_own_report_proves_nothing_until_a_person_confirms_it(
    roadless: Database, tmp_path: Path
) -> None:
    told(roadless, tmp_path, said(TODAY), said(days_ago(30), by="王五"), source=Source.UNIT)

    assert issues(roadless) == []
    with roadless.reading() as session:
        assert queries.newest_posts(session, [1], NOW) == {}
        assert [each.by for each, _, _ in waiting(session)] == ["张三", "王五"]
    assert accounts_of(roadless) == {}


def test_a_confirmed_report_counts_as_a_persons_look(roadless: Database, tmp_path: Path) -> None:
    told(roadless, tmp_path, said(days_ago(30)), source=Source.UNIT)

    confirmed(roadless, tmp_path, 1)

    assert issues(roadless) == [("account-stale", "confirmed")]
    with roadless.reading() as session:
        assert queries.newest_posts(session, [1], NOW)[1].date() == days_ago(30)
        assert waiting(session) == []
        assert list(verify(session, None)) == []


def test_a_refused_report_stays_on_record_and_proves_nothing(roadless: Database, tmp_path: Path) -> None:
    told(roadless, tmp_path, said(TODAY), source=Source.UNIT)

    with roadless.writing() as session:
        decide(session, [1], SightingState.REFUSED, by="李四", at=NOW, recorded_at=NOW)

    with roadless.reading() as session:
        row = session.scalars(select(PersonSighting)).one()
        assert (row.state, row.decided_by) == ("refused", "李四")
        assert queries.newest_posts(session, [1], NOW) == {}


def test_what_does_not_wait_cannot_be_decided(roadless: Database, tmp_path: Path) -> None:
    told(roadless, tmp_path, said(TODAY), source=Source.UNIT)
    confirmed(roadless, tmp_path, 1)

    with pytest.raises(UnknownSighting, match="没有待确认的自报 1、9"), roadless.writing() as session:
        decide(session, [1, 9], SightingState.CONFIRMED, by="李四", at=NOW, recorded_at=NOW)


# -- coverage, ratings, evidence --------------------------------------------------------------------------


def test_the_day_tells_apart_who_was_seen_by_whom(database: Database, tmp_path: Path) -> None:
    registered(
        database, tmp_path, a_row(1), a_row(2, 采集地址=""), a_row(3, 采集地址=""), a_row(4, 对照="是")
    )
    looked(database, {key(1): a_road_with(1), key(4): a_road_with(0)})
    told(database, tmp_path, said(days_ago(1), target=2))

    assert accounts_of(database) == {HowSeen.AUTOMATIC: 1, HowSeen.PERSON: 1, HowSeen.NOBODY: 1}
    with database.reading() as session:
        assert "账号核验：自动1、人工1、未核验1" in list(lines(queries.day(session, NOW), {}))


def test_a_look_of_yesterday_is_none_of_today(database: Database, tmp_path: Path) -> None:
    registered(database, tmp_path, a_row(采集地址=""))
    told(database, tmp_path, said(days_ago(1), at=NOW - DAY), at=NOW - DAY)
    looked(database)

    assert accounts_of(database) == {HowSeen.NOBODY: 1}


def test_an_account_without_a_road_is_never_visited(roadless: Database, tmp_path: Path) -> None:
    told(roadless, tmp_path, said(TODAY))
    looked(roadless)

    with roadless.reading() as session:
        visit = session.scalars(select(Visit)).one()
    assert (visit.state, visit.problem, visit.answered) == ("failed", "no-road", 0)


def test_a_road_that_failed_is_no_automatic_look_however_fresh_the_memory(
    database: Database, tmp_path: Path
) -> None:
    registered(database, tmp_path, a_row())
    looked(database, {key(1): a_road_with(0, at=NOW - DAY)}, NOW - DAY)
    broken = a_road_with()
    looked(database, {key(1): type(broken)(broken.address, health="source_broken", reason="not_a_feed")})

    assert accounts_of(database) == {HowSeen.NOBODY: 1}


@pytest.mark.parametrize(("known_days", "listed"), [(2, []), (9, [key(1)]), (20, [key(1)])])
def test_a_road_that_tells_nothing_of_posts_is_no_automatic_look_however_fresh_the_memory(
    database: Database, tmp_path: Path, known_days: int, listed: list[str]
) -> None:
    registered(database, tmp_path, a_row())
    told(database, tmp_path, said(days_ago(known_days), at=NOW - DAY), at=NOW - DAY)

    looked(database, {key(1): a_road_without_posts()})

    assert accounts_of(database) == {HowSeen.NOBODY: 1}
    with database.reading() as session:
        assert [each.key for each in unverified(session, NOW)] == listed
    told(database, tmp_path, said(days_ago(1)))
    assert accounts_of(database) == {HowSeen.PERSON: 1}


@pytest.mark.parametrize(
    "road",
    [
        SourceResult("appid", health="account_gone", reason="closed", official=True),
        a_source(official=True, complete_since=FROM_THE_BEGINNING),
    ],
)
def test_an_account_that_is_gone_or_blank_was_seen_by_its_road(
    database: Database, tmp_path: Path, road: SourceResult
) -> None:
    registered(database, tmp_path, a_row())

    looked(database, {key(1): road})

    assert accounts_of(database) == {HowSeen.AUTOMATIC: 1}
    with database.reading() as session:
        assert unverified(session, NOW) == []


def test_a_rating_rests_on_what_a_person_saw(roadless: Database, tmp_path: Path) -> None:
    def rated() -> str:
        with roadless.reading() as session:
            return str(ratings(session, Period.named("2026-Q4"), AsKnown(NOW))[0].rating.result)

    before = rated()
    told(roadless, tmp_path, said(days_ago(1)))

    assert (before, rated()) == ("unseen", "nothing-found")


def test_a_screenshot_is_claimed_for_as_long_as_its_sighting_is_young(
    roadless: Database, tmp_path: Path
) -> None:
    told(roadless, tmp_path, said(days_ago(1)))

    with roadless.reading() as session:
        (young,) = claims(session, NOW - DAY)
        (old,) = claims(session, NOW + DAY)
    assert (young.is_over, old.is_over) == (False, True)
    assert len(young.shas) == 1


def test_a_sighting_that_was_changed_afterwards_is_named(roadless: Database, tmp_path: Path) -> None:
    told(roadless, tmp_path, said(days_ago(20)))

    with roadless.writing() as session:
        session.scalars(select(PersonSighting)).one().newest_on = TODAY

    with roadless.reading() as session:
        assert list(verify(session, None)) == ["人工核验记录 1 与审计链不符"]
        assert session.get_one(Target, 1).name == "云泽第1号"
