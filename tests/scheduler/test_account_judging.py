"""Accounts are judged together: a bridge that stands still accuses nobody, and true silence is found in the end."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import event, func, select, update

from checks.bridges import BridgeDay, Tally, Trouble
from checks.settings import CheckSettings
from console.settings import built_in
from console.wiring import parts
from crawler.clock import Clock
from crawler.observations import SourceResult
from reports import daily
from scheduler.account_judging import judge_accounts
from scheduler.bridges import weighed
from scheduler.judging import Judge
from scheduler.rejudging import rejudge
from scheduler.stopping import Stop, Stopped
from tests.builders import NOW, a_broken_source, a_post, an_account_visit
from tests.scheduler.many_accounts import CATALOGUE, DAY, POLICY, City, address
from tracker import bridges, models, queries
from tracker.bridges import BridgesOfDays, UnknownBridge
from tracker.database import Database
from tracker.errors import ForbiddenAct
from tracker.queries import HowSeen

HUB = "hub.test weibo"


@pytest.fixture
def city(database: Database) -> City:
    return City(database)


def release(database: Database, bridge: str = HUB) -> None:
    with database.writing() as session:
        bridges.release(session, bridge, by="张三", why="已逐个核对", at=NOW, recorded_at=NOW)


# -- a bridge stands still --------------------------------------------------------------------------------


def test_a_bridge_that_is_frozen_for_twenty_days_accuses_nobody_and_is_told_once(city: City) -> None:
    city.days(0, 5)
    city.frozen_at = NOW + 5 * DAY

    found = city.days(6, 25)

    assert city.issues() == []
    assert {bridge.name for day in found for bridge in day} == {HUB}
    began = next(number for number, day in enumerate(found) if day)
    assert began <= 3
    assert len({day[0].day.since for day in found[began:]}) == 1, (
        "one trouble, from its first day to its last"
    )


def test_control_accounts_tell_on_the_very_first_day(database: Database) -> None:
    city = City(database, controls=3, frozen_at=NOW - 40 * DAY)

    ((bridge,),) = city.days(0, 0)

    assert bridge.trouble is Trouble.CONTROLS
    assert "3个对照账号中有3个" in str(bridge)
    assert city.issues() == []


def test_control_accounts_are_judged_by_nobody(database: Database) -> None:
    city = City(database, controls=3, silent={901: NOW - 40 * DAY})

    city.days(0, 0)

    assert set(city.verdicts(NOW)) == set(map(str, range(40)))
    assert city.issues() == []


def test_half_of_the_roads_dead_on_one_day_open_no_issue_and_hold_their_bridge(city: City) -> None:
    city.days(0, 3)
    city.dead = set(range(20))

    ((bridge,),) = city.days(4, 4)
    city.dead = set()
    after = city.days(5, 6)

    assert (bridge.name, bridge.trouble) == (HUB, Trouble.BROKEN)
    assert "40个账号中有20个采集失败" in str(bridge)
    assert after == [[], []]
    assert city.issues() == []


def test_accounts_of_a_broken_bridge_are_looked_at_again_on_the_same_day(city: City) -> None:
    city.days(0, 3)
    city.dead = set(range(20))
    at = NOW + 4 * DAY
    city.round(at)
    assert list(city.verdicts(at, "source-broken").values()).count("unjudged") == 20

    city.dead = {3}
    city.round(at + timedelta(hours=6))

    assert city.in_trouble(at) == []
    assert {key for key, kind in city.verdicts(at, "source-broken").items() if kind != "clear"} == {"3"}


def test_a_second_look_over_a_broken_road_takes_nothing_from_the_days_coverage(database: Database) -> None:
    city = City(database, silent={3: NOW - 20 * DAY})
    city.begin(NOW)
    city.judge(NOW)

    city.dead = {3}
    city.look_again(NOW + timedelta(hours=1))

    with database.reading() as session:
        assert session.scalar(select(func.max(models.Look.ordinal))) == 2
        assert dict(queries.day(session, NOW + timedelta(hours=2)).accounts) == {HowSeen.AUTOMATIC: 40}


def test_a_few_dead_roads_are_issues_of_their_own(city: City) -> None:
    city.days(0, 3)
    city.dead = {1, 2}

    found = city.days(4, 4)

    assert found == [[]]
    assert city.issues() == [("1", "source-broken", "confirmed"), ("2", "source-broken", "confirmed")]


def test_the_report_names_an_account_that_is_late_by_its_filed_days_alone(database: Database) -> None:
    city = City(database, silent={3: NOW - 5 * DAY})
    with database.writing() as session:
        session.execute(update(models.Target).values(more={"更新频率要求": "每3天"}))

    city.days(0, 0)

    with database.reading() as session:
        reminders = queries.day(session, NOW).reminders
    assert [each.key for each in reminders] == ["3"]
    assert "超过更新频率要求的3天" in reminders[0].words
    assert city.issues() == []


def test_the_report_names_accounts_that_are_soon_late_the_longest_silence_first(database: Database) -> None:
    city = City(database, silent={1: NOW - 6 * DAY, 3: NOW - 10 * DAY})

    city.days(0, 0)

    with database.reading() as session:
        reminders = queries.day(session, NOW).reminders
    assert [(each.key, each.words) for each in reminders] == [
        ("3", "预警：已12天未更新"),
        ("1", "提醒：已8天未更新"),
    ]
    assert city.issues() == []


def test_the_report_names_the_bridge_on_every_day_that_it_stands(city: City) -> None:
    city.days(0, 3)
    city.dead = set(range(20))
    city.days(4, 5)

    for number in (4, 5):
        with city.database.reading() as session:
            day = queries.day(session, NOW + number * DAY)
        told = [line for line in daily.lines(day, {}) if "采集桥" in line]

        assert told[0].startswith("采集桥异常 1")
        assert HUB in told[1] and "自11月28日起" in told[1] and "涉及账号40" in told[1]
        assert daily.fields(day)["bridges"][0]["bridge"] == HUB


def test_a_bridge_that_lost_most_of_its_accounts_accuses_nobody_when_it_freezes(database: Database) -> None:
    city = City(database, official=True)
    city.days(0, 4)
    closed = select(models.Target.id).where(models.Target.key.in_(map(str, range(25))))
    with database.writing() as session:
        standing = models.Standing
        session.execute(update(standing).where(standing.target_id.in_(closed)).values(state="closed"))
    city.frozen_at = NOW + 5 * DAY

    found = city.days(5, 22)

    assert found[-1][0].day.is_whole
    assert city.issues("account-stale") == []


def test_a_single_account_is_not_accused_while_its_control_accounts_are_dead(database: Database) -> None:
    city = City(database, official=True, controls=3)
    city.days(0, 3)
    city.frozen_at = NOW + 3 * DAY
    at = NOW + 20 * DAY

    city.round(at, only=["3", "900", "901", "902"])

    (bridge,) = city.in_trouble(at)
    assert (bridge.trouble, bridge.day.is_whole) == (Trouble.CONTROLS, False)
    assert city.issues("account-stale") == []


@pytest.mark.parametrize(
    ("official", "reason", "found"),
    [(True, "closed", []), (True, "migrated", [Trouble.BROKEN]), (False, "closed", [Trouble.BROKEN])],
)
def test_accounts_that_their_platform_closed_for_certain_are_no_trouble_of_the_bridge(
    database: Database, monkeypatch: pytest.MonkeyPatch, official: bool, reason: str, found: list[Trouble]
) -> None:
    city = City(database, official=official)
    city.days(0, 2)

    def gone(number: int, at: datetime) -> SourceResult:
        shown = City.shown(city, number, at)
        return replace(shown, posts=(), health="account_gone", reason=reason) if number < 12 else shown

    monkeypatch.setattr(city, "shown", gone)

    assert [bridge.trouble for bridge in city.days(3, 3)[0]] == found


# -- true silence -----------------------------------------------------------------------------------------


def test_one_silent_account_is_found_whatever_the_others_do(database: Database) -> None:
    city = City(database, official=True, silent={7: NOW - 14 * DAY})

    city.days(0, 2)

    assert city.issues() == [("7", "account-stale", "confirmed")]


def mass_silence(database: Database) -> City:
    """Half of the accounts stop to publish; their interface lives, and what it says is true."""
    city = City(database, official=True)
    city.silent = dict.fromkeys(range(12), NOW - 11 * DAY)
    city.days(0, 5)
    return city


def test_mass_silence_is_held_and_stays_held_day_after_day(database: Database) -> None:
    city = mass_silence(database)

    found = city.days(6, 9)

    assert city.issues() == []
    assert {day[0].trouble for day in found} == {Trouble.WAVE}


def test_mass_silence_is_found_once_a_person_has_released_its_bridge(database: Database) -> None:
    city = mass_silence(database)
    city.days(6, 6)

    release(database)
    found = city.days(7, 9)

    assert found == [[], [], []]
    assert city.issues() == [(str(number), "account-stale", "confirmed") for number in range(12)]


def test_a_new_wave_after_a_release_is_held_again(database: Database) -> None:
    city = mass_silence(database)
    release(database)
    city.days(6, 7)
    accused = city.issues()
    city.silent |= dict.fromkeys(range(20, 32), NOW + 7 * DAY)

    found = city.days(8, 24)

    assert city.issues() == accused
    assert [bridge.trouble for bridge in found[-1]] == [Trouble.WAVE]


def test_who_publishes_again_frees_the_others(database: Database) -> None:
    city = mass_silence(database)
    city.silent = {0: NOW - 11 * DAY, 1: NOW - 11 * DAY}

    found = city.days(6, 8)

    assert found == [[], [], []]
    assert [key for key, _, _ in city.issues()] == ["0", "1"]


def test_an_issue_that_was_there_before_stays_while_its_bridge_is_held(database: Database) -> None:
    city = City(database, official=True, silent={7: NOW - 20 * DAY})
    city.days(0, 3)
    city.dead = set(range(20))
    city.days(4, 5)

    assert city.issues("account-stale") == [("7", "account-stale", "confirmed")]


def test_a_suspicion_waits_while_its_second_look_finds_the_bridge_in_trouble(database: Database) -> None:
    patient = replace(POLICY, second_look_after=timedelta(hours=6))
    city = City(database, official=True, silent={7: NOW - 13 * DAY}, policy=patient)
    assert city.days(0, 1) == [[], []]
    assert city.issues() == [("7", "account-stale", "suspected")]

    city.dead = set(range(20, 40))
    ((bridge,),) = city.days(2, 2)
    assert bridge.trouble is Trouble.BROKEN
    assert city.issues() == [("7", "account-stale", "suspected")]

    city.dead = set()
    city.days(3, 3)
    assert city.issues() == [("7", "account-stale", "confirmed")]


# -- people -----------------------------------------------------------------------------------------------


def test_a_release_stands_in_the_audit_chain_and_is_refused_where_nothing_is_wrong(city: City) -> None:
    city.days(0, 3)
    city.dead = set(range(20))
    city.days(4, 4)

    release(city.database)

    with city.database.reading() as session:
        newest = session.scalars(select(models.Link).order_by(models.Link.id.desc())).first()
        assert newest is not None and newest.what == "bridge-released" and "已逐个核对" in newest.payload
    with pytest.raises(ForbiddenAct, match="不需放行"):
        release(city.database)
    with pytest.raises(UnknownBridge, match="bridges list"):
        release(city.database, "hub.test douyin")


def test_what_was_released_stays_so_when_the_day_is_weighed_again(city: City) -> None:
    city.days(0, 3)
    city.dead = set(range(20))
    city.days(4, 4)
    release(city.database)

    city.round(NOW + 4 * DAY + timedelta(hours=6), only=["1"])

    assert city.in_trouble(NOW + 4 * DAY) == []


def test_a_release_while_the_day_is_weighed_again_is_not_lost(
    city: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    city.days(0, 3)
    city.dead = set(range(20))
    city.days(4, 4)
    person = Thread(target=release, args=[city.database])

    def weighed_while_a_person_releases(*args, **more):  # type: ignore[no-untyped-def]
        days = weighed(*args, **more)
        person.start()
        person.join(timeout=0.3)
        return days

    monkeypatch.setattr("scheduler.account_judging.weighed", weighed_while_a_person_releases)
    at = NOW + 4 * DAY + timedelta(hours=6)
    city.begin(at, only=["1"])
    city.judge(at)
    person.join()

    assert city.in_trouble(at) == []


# -- interrupted ------------------------------------------------------------------------------------------


def test_looks_that_nobody_judged_are_judged_by_the_next_round_also_on_another_day(city: City) -> None:
    city.begin(NOW)
    assert city.verdicts(NOW) == {}

    city.round(NOW + DAY)

    assert len(city.verdicts(NOW)) == len(city.verdicts(NOW + DAY)) == 40


def test_who_is_stopped_between_two_batches_goes_on(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tracker.account_looks.AT_ONCE", 15)
    city.begin(NOW)
    stop = Stop()

    class Stopping(Judge):
        def judge(self, *args, **more):  # type: ignore[no-untyped-def]
            stop.ask()
            return super().judge(*args, **more)

    with pytest.raises(Stopped):
        judge_accounts(city.database, Stopping(CATALOGUE, CheckSettings()), POLICY, Clock(NOW), stop)
    assert len(city.verdicts(NOW)) == 15
    city.judge(NOW)

    assert len(city.verdicts(NOW)) == 40
    with city.database.reading() as session:
        said = models.JudgedVerdict
        assert session.scalar(select(func.count()).select_from(said)) == 40 * sum(
            check.applies_to == "account" for check in CATALOGUE
        )


def test_judging_the_past_again_finds_the_same(city: City, tmp_path: Path) -> None:
    city.days(0, 3)
    city.dead = set(range(20))
    city.days(4, 5)
    settings = built_in(tracker={"database_url": str(city.database.url), "evidence_dir": tmp_path})

    done = rejudge(parts(settings, city.database), NOW.date(), (NOW + 5 * DAY).date(), shadow=True)

    assert done.looks >= 6 * 40
    assert done.changes == {}


def test_weighing_asks_no_more_questions_for_more_accounts(database: Database) -> None:
    city = City(database, count=60)
    city.days(0, 1)
    asked = {}
    for only in (range(10), range(60)):
        city.begin(NOW + 2 * DAY, only=map(str, only))
        statements: list[str] = []
        listen = lambda *args, said=statements: said.append(args[2])  # noqa: E731
        for engine in (database._reader, database._writer):
            event.listen(engine, "before_cursor_execute", listen)
        city.judge(NOW + 2 * DAY)
        for engine in (database._reader, database._writer):
            event.remove(engine, "before_cursor_execute", listen)
        asked[len(only)] = len(statements)

    assert asked[60] <= asked[10]


def test_of_the_past_only_what_the_rules_use_is_read(database: Database) -> None:
    today = NOW.date()
    with database.writing() as session:
        for days_ago in (1, 60, 61):
            day = BridgeDay(today - timedelta(days=days_ago), Tally(5, posted=2), routes=("weibo",))
            bridges.keep(session, {HUB: day, "other.test": day})

    with database.reading() as session:
        past = bridges.past(session, today, {HUB})
        routes = bridges.routes(session, today)

    days = [BridgeDay(today - timedelta(days=days_ago), Tally(5, posted=2)) for days_ago in (1, 60)]
    assert past == {HUB: days}
    assert routes.bridge_at(address(1)) == HUB
    assert routes.bridge_at("http://other.test/weibo/user/1") == "other.test"
    assert routes.bridge_at("http://hub.test/douyin/user/1") == ""


# -- how a bridge is known --------------------------------------------------------------------------------


def test_a_road_that_fails_is_known_by_where_its_bridge_answered_before(city: City) -> None:
    city.days(0, 3)
    city.dead = set(range(40))
    city.days(4, 4)
    dead = a_broken_source(address=address(1), upstream="hub.test")
    stranger = replace(dead, address="http://hub.test/douyin/user/1")

    with city.database.reading() as session:
        applied = BridgesOfDays(session).applied(an_account_visit(dead, stranger, at=NOW + 4 * DAY))

    assert [source.bridge for source in applied.sources] == [HUB, "hub.test hub.test"]
    assert list(applied.silenced) == [HUB]


def test_a_post_that_was_announced_frees_nobody_once_its_day_has_come(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands in the list from the first day on, dated ten days later; nothing else comes. Once its day is out of time
    too, the silence is seen."""
    city = City(database, official=True, silent={7: NOW - 12 * DAY})
    announced = a_post(NOW + 10 * DAY, id="announced")

    def shown(number: int, at: datetime) -> SourceResult:
        plain = City.shown(city, number, at)
        return replace(plain, posts=(announced, *plain.posts)) if number == 7 else plain

    monkeypatch.setattr(city, "shown", shown)

    city.days(0, 12)
    assert city.verdicts(NOW + 12 * DAY)["7"] == "unjudged"
    assert city.issues() == []

    city.days(13, 26)
    assert city.issues() == [("7", "account-stale", "confirmed")]
