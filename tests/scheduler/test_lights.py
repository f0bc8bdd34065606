"""Every light is turned on by what it stands for and off by what mends it; each is told once, whatever else breaks."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from checks.bridges import BridgeDay, Tally, Trouble
from checks.calendar import WorkCalendar
from checks.catalogue import Catalogue, LoadFailure
from crawler.clock import CHINA
from crawler.observations import SiteVisit
from reports.alarm import ways_of
from reports.settings import ReportSettings
from scheduler.conditions import OF_RECORD, WITHOUT_RECORD
from tests.builders import NOW, TODAY, YESTERDAY
from tests.scheduler.panels import MINUTE, PLENTY, REFUSED, Heard, Scene, a_catalogue, a_check
from tests.tracker.days import (
    ACCOUNT,
    DAY,
    LONG_AGO,
    SITE,
    a_target,
    a_visit,
    a_watched_record,
    due,
    planned,
    said,
    six,
    some_probes_of,
    the_look,
    the_round,
    the_visits,
)
from tests.tracker.outgoing import a_notice
from tests.tracker.sightings import a_check as a_column_check
from tests.tracker.sightings import a_fault, a_policy, seen, tell
from tracker import bridges, outbox
from tracker.database import Database
from tracker.lights import LightName, red
from tracker.models import (
    Authorisation,
    DueTime,
    Issue,
    JudgedVerdict,
    Lease,
    Light,
    Look,
    Mail,
    ProbeRow,
    Round,
    SelfCheck,
    Unit,
    Visit,
)
from tracker.settings import TrackerSettings

HOUR = timedelta(hours=1)
BEAT = timedelta(seconds=15)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory, empty_record: Path) -> Path:
    path = tmp_path_factory.mktemp("good") / "good.db"
    path.write_bytes(empty_record.read_bytes())
    database = Database(TrackerSettings(database_url=f"sqlite:///{path}"))
    a_watched_record(database)
    database.close()
    return path


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scheduler.lights.BUSY_SECONDS", 0.02)
        scene = Scene(tmp_path_factory.mktemp("scene"))
        yield scene
        scene.close()


@pytest.fixture
def scene(stage: Scene, good: Path) -> Scene:
    stage.begin(good)
    return stage


@pytest.fixture
def fresh(stage: Scene, empty_record: Path) -> Scene:
    stage.begin(empty_record)
    stage.backup = None
    return stage


# -- every light on and off -------------------------------------------------------------------------------

Do = Callable[[Scene], object]


@dataclass(frozen=True)
class Case:
    """`words`: some of what the office reads, also of how to mend it."""

    name: str
    breaks: Do
    mends: Do
    words: tuple[str, ...] = ()


def record(change: Callable[[Session], object]) -> Do:
    return lambda scene: scene.change(change)


def setting(**scheduler: Any) -> Do:
    def set(scene: Scene) -> None:
        scene.scheduler |= scheduler
        scene.restart()

    return set


def has(**facts: Any) -> Do:
    """Of the scene itself, for who starts anew."""

    def set(scene: Scene) -> None:
        for name, value in facts.items():
            setattr(scene, name, value)
        scene.restart()

    return set


def both(*all: Do) -> Do:
    return lambda scene: [each(scene) for each in all]


def no_round_today(session: Session) -> None:
    today = select(Visit.id).where(Visit.day == TODAY)
    looks = select(Look.id).where(Look.visit_id.in_(today))
    session.execute(delete(JudgedVerdict).where(JudgedVerdict.look_id.in_(looks)))
    for table, which in (
        (Look, Look.visit_id.in_(today)),
        (Visit, Visit.day == TODAY),
        (Round, Round.day == TODAY),
        (SelfCheck, SelfCheck.day == TODAY),
    ):
        session.execute(delete(table).where(which))
    session.execute(delete(DueTime).where(DueTime.due_at == six(TODAY)))


def a_round_begins(session: Session) -> None:
    session.add(Round(day=TODAY, at=NOW, started_at=NOW, finished_at=None))


def ends(at: datetime | None, day: date = TODAY) -> Do:
    def end(session: Session) -> None:
        the_round(session, day).finished_at = at

    return record(end)


def missed_yesterday(session: Session) -> None:
    row = session.scalars(select(DueTime).where(DueTime.due_at == six(YESTERDAY))).one()
    row.state = "missed"
    for visit in the_visits(session, YESTERDAY):
        visit.day = YESTERDAY - 20 * DAY
    the_round(session, YESTERDAY).day = YESTERDAY - 20 * DAY


def at(moment: datetime) -> Do:
    def go(scene: Scene) -> None:
        scene.now = moment

    return go


def first_visit(**facts: Any) -> Do:
    def set(session: Session) -> None:
        for name, value in facts.items():
            setattr(the_visits(session)[0], name, value)

    return record(set)


def without_a_row(session: Session) -> None:
    a_target(session, name="漏列的网站")


def gets_its_row(session: Session) -> None:
    a_visit(session, the_round(session).id, 3, TODAY)


def only_unjudged(session: Session) -> None:
    session.execute(update(JudgedVerdict).values(kind="unjudged", problem="dns"))


def judged_again(session: Session) -> None:
    session.execute(update(JudgedVerdict).values(kind="clear", problem=""))


def drop_verdicts(session: Session) -> None:
    session.execute(delete(JudgedVerdict).where(JudgedVerdict.check_id == "column-stale"))


def our_fault(session: Session) -> None:
    said(session, the_look(session, ACCOUNT), "account-stale", "unjudged", "our-fault")


def no_longer_our_fault(session: Session) -> None:
    session.execute(delete(JudgedVerdict).where(JudgedVerdict.problem == "our-fault"))


def self_check(**facts: Any) -> Do:
    def change(session: Session) -> None:
        session.add(SelfCheck(**{"day": TODAY, "at": NOW, "found": [], "missing": [], "wrong": [], **facts}))

    return record(change)


def no_self_check(session: Session) -> None:
    session.execute(delete(SelfCheck).where(SelfCheck.day == TODAY))


def lacks_a_browser(session: Session) -> None:
    policy = a_policy(a_column_check(wants_browser=True), needs_browser=True)
    tell(session, seen(a_fault(), NOW - 9 * HOUR), seen(a_fault(), NOW - HOUR), policy=policy)


def a_bridge_stands_still(session: Session) -> None:
    trouble = {"trouble": Trouble.CONTROLS, "reason": "3个对照账号中有2个没有新内容", "since": YESTERDAY}
    bridges.keep(session, {"hub.test weibo": BridgeDay(TODAY, Tally(40), **trouble)})  # type: ignore[arg-type]


def a_person_releases_it(session: Session) -> None:
    bridges.release(session, "hub.test weibo", by="李", why="已核实", at=NOW, recorded_at=NOW)


def an_authorisation(**facts: Any) -> Do:
    def keep(session: Session) -> None:
        session.execute(delete(Authorisation))
        session.add(Authorisation(issuer="weibo", sealed="", set_at=NOW - DAY, **facts))

    return record(keep)


def few_probes(session: Session) -> None:
    session.execute(delete(ProbeRow))
    some_probes_of(session, YESTERDAY, 19)


def more_probes(session: Session) -> None:
    some_probes_of(session, TODAY, 24)


def a_mail(state: str, hours: float = 5) -> Do:
    def change(session: Session) -> None:
        mail = outbox.queue(session, a_notice(session), "notice", "a@b.test", "<1>", "", NOW - hours * HOUR)
        mail.state = state

    return record(change)


def settled(session: Session) -> None:
    outbox.decide(session, 1, delivered=True, by="李", why="电话核实", at=NOW, recorded_at=NOW)


def sent(session: Session) -> None:
    session.execute(update(Mail).values(state="accepted"))


def mail_task(state: str, minutes: float) -> Do:
    return record(
        lambda session: due(session, "mail", NOW - minutes * MINUTE, state, told="邮件服务器拒绝登录")
    )


def hanging(hours: float) -> Do:
    """The newest mails task runs since then, and no other."""

    def runs(session: Session) -> None:
        session.execute(delete(DueTime).where(DueTime.state == "running"))
        due(session, "mail", NOW - MINUTE, "running", started_at=NOW - hours * HOUR)

    return record(runs)


def begun_at(moment: datetime) -> Do:
    return record(lambda session: session.execute(update(DueTime).values(started_at=moment)))


CASES = {
    "the round did not begin": Case(
        "round-start",
        record(no_round_today),
        record(a_round_begins),
        ("11月24日 06:00 的每日巡检到现在没有开始", "xunjian round"),
    ),
    "a day was missed": Case(
        "round-start", record(missed_yesterday), at(NOW + DAY - 9 * HOUR), ("11月23日", "漏检")
    ),
    "the round does not end": Case(
        "round-end", both(ends(None), at(NOW + 6 * HOUR)), ends(NOW + 6 * HOUR), ("11月24日", "没有结束")
    ),
    "yesterday's round never ended": Case(
        "round-end", ends(None, YESTERDAY), ends(NOW, YESTERDAY), ("11月23日", "没有结束")
    ),
    "a target is still due": Case(
        "coverage", first_visit(state="due"), first_visit(state="failed"), ("1个对象没有访问（site）", "补齐")
    ),
    "a target has no row": Case(
        "coverage", record(without_a_row), record(gets_its_row), ("1个对象没有列入（漏列的网站）",)
    ),
    "nothing was judged": Case(
        "verdicts", record(only_unjudged), record(judged_again), ("2个对象", "没有作出任何判定", "doctor")
    ),
    "a check did not run": Case(
        "checks",
        record(drop_verdicts),
        record(lambda session: said(session, the_look(session, SITE), "column-stale")),
        ("“检查column-stale”没有运行",),
    ),
    "a check is new and was not run yet": Case(
        "checks",
        has(catalogue=Catalogue((a_check("new", SiteVisit),))),
        has(catalogue=a_catalogue()),
        ("“检查new”没有运行",),
    ),
    "a check cannot be loaded": Case(
        "checks",
        has(
            catalogue=replace(a_catalogue(), failures=(LoadFailure("other", "other.rule", "ImportError: x"),))
        ),
        has(catalogue=a_catalogue()),
        ("检查项不能加载：other.rule（ImportError: x）",),
    ),
    "a check broke down": Case(
        "checks", record(our_fault), record(no_longer_our_fault), ("“检查account-stale”有1处因程序出错",)
    ),
    "the canary was not looked at": Case(
        "canary", record(no_self_check), self_check(), ("11月24日", "没有经过自检")
    ),
    "a planted fault was not found": Case(
        "canary", self_check(missing=["空白栏目", "首页"]), self_check(), ("没有发现2处（空白栏目等）",)
    ),
    "something was found that is not there": Case(
        "canary", self_check(wrong=["空白栏目"]), self_check(), ("误报1处（空白栏目）",)
    ),
    "a canary that is switched off is not missed": Case(
        "canary", record(no_self_check), setting(canary=False)
    ),
    "too few probes": Case(
        "probes",
        record(few_probes),
        both(record(more_probes), at(NOW + DAY)),
        ("11月23日有1个网站（site）", "不足20次，最少的19次"),
    ),
    "a bridge stands still": Case(
        "bridges",
        record(a_bridge_stands_still),
        record(a_person_releases_it),
        ("采集桥 hub.test weibo 自11月23日起对照账号没有新内容", "3个对照账号中有2个", "bridges release"),
    ),
    "an authorisation is refused": Case(
        "authorisations",
        an_authorisation(refused="authorisation_withdrawn"),
        an_authorisation(),
        ("微博（全部账号）：授权已取消或失效", "authorisations set"),
    ),
    "an authorisation ends soon": Case(
        "authorisations",
        an_authorisation(ends_at=NOW + 14 * DAY),
        an_authorisation(ends_at=NOW + 15 * DAY),
        ("2026年12月8日到期，还有14天",),
    ),
    "suspicions have no browser for their second look": Case(
        "browser",
        record(lacks_a_browser),
        record(lambda session: session.execute(update(Issue).values(lacks=""))),
        ("1个疑似问题没有浏览器复核", "Chromium"),
    ),
    "the disk is nearly full": Case(
        "disk", has(free=1 << 30), has(free=3 << 30), ("剩余 1.0 GB", "少于 2 GB", "清理")
    ),
    "the disk is not there": Case("disk", has(free=None), has(free=3 << 30), ("无法读取", "挂载")),
    "no calendar of this year and the next": Case(
        "calendar",
        at(datetime(2040, 12, 1, 9, tzinfo=CHINA)),
        has(calendar=WorkCalendar(frozenset({date(2040, 1, 1), date(2041, 1, 1)}))),
        ("2040、2041年", "checks.extra_holidays"),
    ),
    "a token ends soon": Case(
        "tokens",
        setting(tokens={"公众号采集授权": TODAY + 14 * DAY, "另一个": TODAY + 15 * DAY}),
        setting(tokens={"公众号采集授权": TODAY + 365 * DAY, "另一个": TODAY + 15 * DAY}),
        ("“公众号采集授权”2026-12-08到期：", "scheduler.tokens"),
    ),
    "a token has ended": Case(
        "tokens", setting(tokens={"授权": YESTERDAY}), setting(tokens={}), ("“授权”已过期",)
    ),
    "a mail is stuck": Case(
        "mails", a_mail("queued"), record(sent), ("1封超过4小时没有送出（其中1封从未发送", "--release")
    ),
    "a mail is doubtful": Case(
        "mails", a_mail("unknown", 0), record(settled), ("1封送达情况不明", "xunjian notices delivered")
    ),
    "a mail came back": Case("mails", a_mail("bounced", 0), record(settled), ("1封被退回",)),
    "the backup is old": Case(
        "backup", has(backup=NOW - 51 * HOUR), has(backup=NOW), ("2026年11月22日06:00", "xunjian backup")
    ),
    "there is no backup": Case("backup", has(backup=None), has(backup=NOW), ("还没有任何备份",)),
    "a task failed": Case(
        "tasks", mail_task("failed", 9), mail_task("done", 4), ("“发送邮件”", "邮件服务器拒绝登录", "重试")
    ),
    "a task hangs": Case("tasks", hanging(9), hanging(7), ("“发送邮件”", "8小时", "重启")),
    "the clock went back": Case(
        "clock", begun_at(NOW + DAY), at(NOW + DAY - 5 * MINUTE), ("2026年11月25日09:00", "timedatectl")
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=list(CASES))
def test_a_light_is_turned_on_and_off(scene: Scene, case: Case) -> None:
    assert case.name not in scene.look()

    case.breaks(scene)
    assert case.name in scene.look()
    assert [word for word in case.words if word not in scene.detail(case.name)] == []

    case.mends(scene)
    assert case.name not in scene.settle()


def test_every_light_has_a_case() -> None:
    looked_at = {str(name) for name in (*OF_RECORD, *WITHOUT_RECORD)}
    assert {case.name for case in CASES.values()} == looked_at
    assert looked_at | {"database"} == {str(name) for name in LightName}


def test_when_all_is_well_no_light_is_red_all_day(scene: Scene) -> None:
    for hour in range(14):
        assert scene.look(HOUR) == set(), hour
    assert scene.ways[0].alarms == []


# -- when it is not wrong ---------------------------------------------------------------------------------


def test_a_fresh_installation_shows_no_light(fresh: Scene) -> None:
    assert [fresh.look(hours * HOUR) for hours in (1, 5, 12)] == [set(), set(), set()]


def test_registers_without_a_round_show_none_until_the_first_one_is_due(fresh: Scene) -> None:
    def imported(session: Session) -> None:
        session.add(Unit(name="云泽市水利局"))
        session.flush()
        a_target(session)

    def a_daemon_begins(session: Session) -> None:
        planned(session, NOW)
        session.add(Lease(name="daemon", holder="here:1", since=NOW, expires_at=NOW))
        due(session, "round", six(TODAY), "due")

    fresh.change(imported)
    assert fresh.look() == set()
    fresh.change(a_daemon_begins)
    assert fresh.look() == set()
    assert fresh.look(59 * MINUTE) == {"round-start"}


def test_who_has_come_back_has_an_hour_to_begin_the_round(scene: Scene) -> None:
    scene.change(no_round_today)
    scene.change(lambda session: session.execute(update(Lease).values(since=NOW)))

    assert scene.look(HOUR - MINUTE) == set()
    assert scene.look() == {"round-start"}


def test_before_the_round_is_due_nobody_waits_for_it(scene: Scene) -> None:
    at(NOW + 22 * HOUR - MINUTE)(scene)  # 06:59 of the next day
    assert "round-start" not in scene.look(timedelta())
    assert "round-start" in scene.look()


def test_a_round_that_began_late_has_its_hours_from_then_on(scene: Scene) -> None:
    def begins_at_noon(session: Session) -> None:
        row = the_round(session)
        row.started_at, row.finished_at = NOW + 3 * HOUR, None

    scene.change(begins_at_noon)
    assert scene.look(10 * HOUR) == set()
    assert scene.look(HOUR + MINUTE) == {"round-end"}


def test_while_the_day_is_still_being_worked_on_its_lights_stay_as_they_are(scene: Scene) -> None:
    first_visit(state="due")(scene)
    assert scene.look() == {"coverage"}
    scene.change(lambda session: due(session, "look-again", NOW, "running"))
    first_visit(state="visited")(scene)
    scene.change(only_unjudged)

    assert scene.settle() == {"coverage"}


def test_a_day_of_excused_targets_has_no_verdicts_and_needs_none(scene: Scene) -> None:
    scene.change(lambda session: session.execute(delete(JudgedVerdict)))
    scene.change(lambda session: session.execute(update(Visit).values(state="excused")))
    assert scene.look() == set()


def test_a_check_is_not_missed_where_nobody_of_its_kind_was_visited(scene: Scene) -> None:
    scene.change(
        lambda session: session.execute(
            delete(JudgedVerdict).where(JudgedVerdict.check_id == "account-stale")
        )
    )
    first = scene.look()
    scene.change(
        lambda session: session.execute(
            update(Visit).where(Visit.target_id == ACCOUNT).values(state="failed")
        )
    )

    assert first == {"checks"}
    assert scene.settle() == set()


def test_rounds_of_before_there_was_a_daemon_needed_no_self_check(scene: Scene) -> None:
    scene.change(lambda session: session.execute(delete(SelfCheck)))
    scene.change(lambda session: session.execute(delete(DueTime)))
    assert scene.look() == set()


def test_the_canary_removed_is_red_within_one_round(scene: Scene) -> None:
    assert scene.look() == set()
    scene.change(no_round_today)  # the next round, without it
    scene.change(lambda session: due(session, "round", six(TODAY)))
    scene.change(lambda session: a_finished_round(session))
    assert scene.look() == {"canary"}


def a_finished_round(session: Session) -> None:
    session.add(Round(day=TODAY, at=six(TODAY), started_at=six(TODAY), finished_at=NOW))
    session.flush()
    for target_id, checks in ((SITE, ("home-stale", "column-stale")), (ACCOUNT, ("account-stale",))):
        look_id = a_visit(session, the_round(session).id, target_id, TODAY)
        for check in checks:
            said(session, look_id, check)


def test_before_december_nobody_waits_for_next_years_calendar(scene: Scene) -> None:
    scene.calendar = WorkCalendar(frozenset({date(2040, 1, 1)}))
    scene.restart()
    at(datetime(2040, 11, 30, 23, tzinfo=CHINA))(scene)
    assert "calendar" not in scene.look()
    assert "calendar" in scene.look(HOUR)


# -- the record gone --------------------------------------------------------------------------------------


@pytest.fixture
def locked(scene: Scene) -> Iterator[Callable[[], sqlite3.Connection]]:
    """Another process has the record to itself until its connection is closed."""
    held: list[sqlite3.Connection] = []

    def lock() -> sqlite3.Connection:
        connection = sqlite3.connect(scene.file, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        held.append(connection)
        return connection

    yield lock
    for connection in held:
        connection.close()


def test_a_record_locked_for_a_minute_is_one_light_and_one_message_and_is_kept_afterwards(
    scene: Scene, locked: Callable[[], sqlite3.Connection]
) -> None:
    scene.look()
    began = scene.now + BEAT
    holding = locked()

    during = [scene.look(BEAT, "数据库无法使用（database is locked）") for _ in range(3)]
    said_during, kept_during = list(scene.ways[0].said), scene.rows
    holding.close()
    scene.look(BEAT)
    well_at = scene.now + BEAT
    after = [scene.look(BEAT) for _ in range(22)]

    assert during == [{"database"}] * 3
    assert said_during == [["+数据库或证据无法读写"]]
    assert kept_during == []
    assert after[-1] == set()
    assert scene.ways[0].said == [["+数据库或证据无法读写"], ["-数据库或证据无法读写"]]
    assert scene.rows == [("database", began, well_at)]


def test_a_light_that_cannot_be_written_is_told_at_once_and_so_is_that(
    scene: Scene, locked: Callable[[], sqlite3.Connection]
) -> None:
    scene.look()
    holding = locked()
    scene.free = 0

    assert scene.look() == {"disk", "database"}
    assert scene.ways[0].said == [["+磁盘空间不足", "+数据库或证据无法读写"]]
    assert "locked" in scene.detail("database")

    holding.close()
    scene.look()
    assert [name for name, _, _ in scene.rows] == ["database", "disk"]
    assert scene.settle() == {"disk"}


def test_without_a_record_only_what_needs_none_is_looked_at(scene: Scene) -> None:
    a_mail("unknown")(scene)
    assert scene.look() == {"mails"}
    path = scene.file
    scene.close()
    path.rename(path.with_suffix(".gone"))
    path.mkdir()  # nobody can open it
    scene.restart()
    scene.panel.board.see("mails", "滞留", NOW)
    scene.free = 0

    assert scene.look() == {"mails", "disk", "database"}
    assert scene.look(HOUR) == {"mails", "disk", "database"}

    path.rmdir()
    path.with_suffix(".gone").rename(path)
    scene.free = PLENTY
    scene.look()
    assert scene.settle() == {"mails"}


@pytest.mark.parametrize(
    "trouble", ["证据文件夹 data/evidence 无法写入（No space left on device）：请清理磁盘空间"]
)
def test_what_the_daemon_could_not_do_with_the_record_is_told_in_its_words(
    scene: Scene, trouble: str
) -> None:
    assert scene.look(trouble=trouble) == {"database"}
    assert scene.detail("database") == trouble
    assert scene.settle() == set()


def test_a_light_that_breaks_down_is_red_itself_and_darkens_no_other(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    def torn(settings: TrackerSettings) -> datetime | None:
        raise PermissionError("backup")

    scene.panel.newest_backup = torn
    scene.free = 0
    with caplog.at_level(logging.ERROR):
        assert scene.look() == {"backup", "disk"}
        assert scene.look() == {"backup", "disk"}

    assert "PermissionError" in scene.detail("backup")
    assert [each.what for each in caplog.records] == ["light backup broke down"]


# -- telling ----------------------------------------------------------------------------------------------


def test_it_is_told_once_then_each_day_then_that_it_is_well_and_the_row_says_from_when_to_when(
    scene: Scene,
) -> None:
    scene.look()
    scene.free = 0
    turned = scene.now + HOUR
    for _ in range(5):
        scene.look(HOUR)
    scene.look(22 * HOUR)
    scene.free = PLENTY
    well = scene.now + MINUTE
    scene.settle()

    mine = [[each for each in said if each.endswith("磁盘空间不足")] for said in scene.ways[0].said]
    assert [each for each in mine if each] == [["+磁盘空间不足"], ["=磁盘空间不足"], ["-磁盘空间不足"]]
    assert ("disk", turned, well) in scene.rows


def test_who_starts_anew_tells_nothing_twice(scene: Scene) -> None:
    scene.free = 0
    scene.look()
    scene.restart()
    scene.look()

    assert scene.ways[0].said == [["+磁盘空间不足"]]
    assert scene.rows == [("disk", NOW + MINUTE, None)]


def test_a_way_that_fails_is_tried_at_the_next_beat_and_stops_no_other(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    broken, slow = Heard("robot 1 (feishu)"), Heard("robot 2 (dingtalk)")
    scene.ways[:0] = [broken, slow]
    scene.restart()
    broken.fails, slow.fails = REFUSED, RuntimeError("https://robot.test/?key=h1dden")
    scene.free = 0
    with caplog.at_level(logging.INFO):
        for _ in range(5):
            scene.look()
        broken.fails = slow.fails = None
        scene.look()
        scene.look()

    once = [["+磁盘空间不足"]]
    assert [way.said for way in scene.ways] == [once, once, once]
    failed = [each for each in caplog.records if each.message == "alarm not told"]
    assert [vars(each)["way"] for each in failed] == ["robot 1 (feishu)", "robot 2 (dingtalk)"]
    assert "h1dden" not in caplog.text


def test_a_way_that_hangs_holds_up_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.lights.TELLING_SECONDS", 0.05)
    goes_on = threading.Event()

    class Hangs(Heard):
        def tell(self, alarm: Any) -> None:
            assert goes_on.wait(10)
            super().tell(alarm)

    way = Hangs()
    scene.ways[:] = [way]
    scene.restart()
    scene.free = 0
    assert [scene.look() for _ in range(3)] == [{"disk"}] * 3
    assert way.alarms == []

    goes_on.set()
    scene.panel._telling._thread.join(10)  # type: ignore[union-attr]
    scene.look()
    assert way.said == [["+磁盘空间不足"]]


def test_killed_after_telling_and_before_writing_it_is_told_once_more(scene: Scene) -> None:
    scene.free = 0
    scene.look()
    scene.change(lambda session: session.execute(update(Light).values(told={})))  # as the kill left it
    scene.restart()
    scene.look()
    scene.look()

    assert scene.ways[0].said == [["+磁盘空间不足"]] * 2


def test_with_nobody_to_tell_a_light_is_in_the_record_and_in_the_log(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.ways.clear()
    scene.restart()
    scene.free = 0
    with caplog.at_level(logging.WARNING):
        scene.look()
        scene.look()

    assert [(each.levelname, each.message) for each in caplog.records] == [("WARNING", "light turned red")]
    with scene.database.reading() as session:
        (lamp,) = red(session)
    assert (lamp.name, lamp.title, lamp.since) == ("disk", "磁盘空间不足", NOW + MINUTE)


def test_by_real_mail_it_is_three_mails(scene: Scene, tmp_path: Path) -> None:
    reports = ReportSettings(smtp_url=f"folder:{tmp_path}", alarm_mails=("wangzhan@yunze.test",))
    scene.restart(ways_of(reports))
    scene.panel.board.repeat = 2 * HOUR
    scene.free = 0
    for _ in range(3):
        scene.look(HOUR)
    scene.free = PLENTY
    scene.settle()

    subjects = [
        message_from_bytes(path.read_bytes(), policy=default)["Subject"] for path in tmp_path.iterdir()
    ]
    assert sorted(subjects) == sorted(
        f"【{word}】磁盘空间不足" for word in ("告警", "告警未解除", "告警解除")
    )


def test_what_turns_red_together_is_one_message(scene: Scene) -> None:
    scene.free = 0
    scene.backup = LONG_AGO
    scene.look()

    (alarm,) = scene.ways[0].alarms
    assert [told.title for told in alarm.new] == ["磁盘空间不足", "备份过旧"]
    assert alarm.office == "云泽市人民政府办公室"
    assert alarm.at == scene.now


def test_a_flickering_record_tells_little_in_a_hundred_beats(scene: Scene) -> None:
    for beat in range(100):
        scene.look(BEAT, "数据库无法使用" if beat % 2 else "")
    assert scene.ways[0].said == [["+数据库或证据无法读写"]]
    assert len(scene.rows) == 1


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_a_clock_that_jumps_a_day_brings_no_flood(scene: Scene, jump: timedelta) -> None:
    scene.free = 0
    scene.look()
    scene.now += jump
    for _ in range(20):
        scene.look(BEAT)
    about_the_disk = [said for said in scene.ways[0].said if any("磁盘" in each for each in said)]
    assert len(about_the_disk) <= 3
