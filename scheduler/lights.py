"""The lights (告警): one small function each, from facts to what is wrong and how to mend it; and the panel that looks at all
of them, keeps what it saw in the record and tells it.
"""

import logging
import shutil
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from checks.calendar import WorkCalendar
from checks.catalogue import Catalogue
from checks.rules.site_unreachable import PROBES_A_DAY
from checks.verdicts import Kind
from crawler.clock import CHINA
from reports.alarm import Alarm, NotTold, Told, Way, ways_of
from reports.foreign_text import short
from scheduler.board import OWED, Board, Tidings
from scheduler.notices import Desk
from scheduler.round import Parts
from scheduler.settings import SchedulerSettings
from tracker import lights
from tracker.database import Database
from tracker.due_times import DueState
from tracker.errors import TrackerError
from tracker.ledger import VISITED
from tracker.lights import Lamp, LightName
from tracker.settings import TrackerSettings
from tracker.watching import DaySeen, Facts, Watch

logger = logging.getLogger(__name__)

GIGABYTE = 1 << 30
DECEMBER = 12
ONE_DAY = timedelta(days=1)
CLOCK_SLACK = timedelta(minutes=5)
"""So far a clock may be set back without a word."""
BUSY_SECONDS = 1
"""The panel waits so long for a record that somebody else has locked; what it has to tell waits no longer."""
TELLING_SECONDS = 5
"""The panel waits so long until all ways are told; who takes longer goes on beside it."""
LONGEST_TOLD = 100
"""Characters of a task's error."""

Seen = TypeVar("Seen")


@dataclass(frozen=True, slots=True)
class Around:
    """What is known without the record. `free`: folder, and what is in it -> free bytes, None if nobody can say."""

    now: datetime
    settings: SchedulerSettings
    calendar: WorkCalendar
    free: Mapping[tuple[str, Path], int | None]

    @property
    def today(self) -> date:
        return self.now.astimezone(CHINA).date()


@dataclass(frozen=True, slots=True)
class View:
    """What is known with it. `newest_backup` reads the folder of backups."""

    around: Around
    facts: Facts
    catalogue: Catalogue
    newest_backup: Callable[[], datetime | None]

    @property
    def now(self) -> datetime:
        return self.around.now

    @property
    def today(self) -> date:
        return self.around.today

    @property
    def settings(self) -> SchedulerSettings:
        return self.around.settings

    def due_at(self, day: date) -> datetime:
        """When the daily round of this day is due."""
        return datetime.combine(day, self.settings.round_at, CHINA)


# -- without the record -----------------------------------------------------------------------------------
# Each gives what is wrong and how to mend it; empty when all is well.


def disk(around: Around) -> str:
    least = around.settings.disk_free_gb
    short_of = [
        f"{what}文件夹 {folder} 所在磁盘剩余 {free / GIGABYTE:.1f} GB"
        for (what, folder), free in around.free.items()
        if free is not None and free < least * GIGABYTE
    ]
    unread = [
        f"{what}文件夹 {folder} 无法读取" for (what, folder), free in around.free.items() if free is None
    ]
    if short_of:
        return f"{'；'.join((*short_of, *unread))}，少于 {least:g} GB：请清理磁盘或扩容"
    return f"{'；'.join(unread)}：请检查磁盘是否挂载、文件夹权限是否正确" if unread else ""


def calendar(around: Around) -> str:
    """The office's own days of a year are taken for its whole calendar: that is how to mend it without a new version."""
    years = [around.today.year] + [around.today.year + 1] * (around.today.month == DECEMBER)
    own = {day.year for day in (*around.calendar.extra_holidays, *around.calendar.extra_workdays)}
    if not (uncovered := [year for year in years if around.calendar.uncovered(year) and year not in own]):
        return ""
    named = "、".join(map(str, uncovered))
    return (
        f"程序还不知道{named}年的放假和调休安排，整改时限只能预计：请升级程序，"
        "或按国务院办公厅通知填写设置项 checks.extra_holidays 和 checks.extra_workdays"
    )


def tokens(around: Around) -> str:
    left = {name: (last - around.today).days for name, last in around.settings.tokens.items()}
    ending = [
        f"“{name}”{'已过期' if days < 0 else f'{around.settings.tokens[name]}到期'}"
        for name, days in sorted(left.items(), key=lambda each: each[1])
        if days <= around.settings.token_days
    ]
    return f"{'、'.join(ending)}：请续期，并改写设置项 scheduler.tokens 中的日期" if ending else ""


# -- of the record ----------------------------------------------------------------------------------------
# Each gives what is wrong and how to mend it; empty when all is well, None when it cannot be told just now.


def round_start(view: View) -> str:
    facts, settings = view.facts, view.settings
    yesterday = view.today - ONE_DAY
    if not facts.has_targets:
        return ""
    for day in (view.today, yesterday):
        if facts.round_dues.get(day) is DueState.MISSED and day not in facts.rounds:
            return f"{_day(day)}的每日巡检没有做，不能补做，保留为漏检：请查明当时守护进程为何没有运行"
    if view.today in facts.rounds or not (facts.begun or view.today in facts.round_dues):
        return ""
    # Whoever has just come back begins with what is due; it has as long for it as in the morning.
    begins = max(view.due_at(view.today), facts.held_since or view.due_at(view.today))
    if view.now < begins + timedelta(minutes=settings.round_starts_minutes):
        return ""
    return (
        f"{_day(view.today)} {settings.round_at:%H:%M} 的每日巡检到现在没有开始："
        "请用 xunjian schedule 查看原因，或运行 xunjian round"
    )


def round_end(view: View) -> str:
    limit = timedelta(hours=view.settings.round_ends_hours)
    for seen in view.facts.rounds.values():
        if seen.finished_at is None and view.now > max(view.due_at(seen.day), seen.started_at) + limit:
            return (
                f"{_day(seen.day)}的巡检 {_time(seen.started_at)} 开始，到现在没有结束："
                "请用 xunjian schedule 和运行日志查看原因，或运行 xunjian round 继续"
            )
    return ""


def coverage(view: View) -> str | None:
    return _of_the_day(view, _coverage)


def _coverage(view: View, day: DaySeen) -> str:
    gaps = []
    if day.due:
        gaps.append(f"{day.due.count}个对象没有访问（{day.due}）")
    if day.missing:
        gaps.append(f"{day.missing.count}个对象没有列入（{day.missing}）")
    if not gaps:
        return ""
    today = day.day == view.today
    mend = "请运行 xunjian round 补齐" if today else "当日已过，不能补做，请用运行日志查明原因"
    return f"{_day(day.day)}的巡检没有覆盖全部对象，{'，'.join(gaps)}：{mend}"


def verdicts(view: View) -> str | None:
    return _of_the_day(view, _verdicts)


def _verdicts(view: View, day: DaySeen) -> str:
    asked = sum(count for (_, state), count in day.visits.items() if state != "excused")
    given = sum(count for (_, kind), count in day.verdicts.items() if kind != Kind.UNJUDGED)
    if given or not asked:
        return ""
    return (
        f"{_day(day.day)}巡检了{asked}个对象，没有作出任何判定（有问题或未发现问题）："
        "多半是本机网络不通，请运行 xunjian doctor 检查"
    )


def checks(view: View) -> str | None:
    failures = "、".join(f"{each.entry}（{each.error}）" for each in view.catalogue.failures)
    of_the_day = _of_the_day(view, _checks)
    if not failures:
        return of_the_day
    return f"检查项不能加载：{failures}，请重新安装或与其开发者联系" + (
        f"；{of_the_day}" if of_the_day else ""
    )


def _checks(view: View, day: DaySeen) -> str:
    ran = {check for check, _ in day.verdicts}
    idle = [
        f"“{check.title}”没有运行"
        for check in view.catalogue
        if check.id not in ran and day.visits[check.applies_to, VISITED]
    ]
    broken = [
        f"“{_title(view, check)}”有{count}处因程序出错未能判定" for check, count in day.our_faults.items()
    ]
    if not idle and not broken:
        return ""
    said = "、".join((*idle, *broken))
    return f"{_day(day.day)}的检查项{said}：请用 xunjian checks list 查看，并把运行日志交给开发者"


def _title(view: View, check_id: str) -> str:
    check = view.catalogue.get(check_id)
    return check.title if check else check_id


def _of_the_day(view: View, light: Callable[[View, DaySeen], str]) -> str | None:
    """What the newest finished round's day says; nothing yet while a round is changing it."""
    if view.facts.working:
        return None
    return light(view, view.facts.day) if view.facts.day else ""


def canary(view: View) -> str:
    facts, judged = view.facts, view.facts.judged
    if not view.settings.canary or judged is None or not facts.self_checks:
        return ""
    seen = facts.self_check
    if seen is None or seen.day < judged.day:
        return (
            f"{_day(judged.day)}的巡检没有经过自检，当天的结果不可尽信："
            "请查看运行日志中自检站点和自检账号的情况，或重启守护进程"
        )
    wrong = [f"没有发现{len(seen.missing)}处（{_first(seen.missing)}）"] * bool(seen.missing)
    wrong += [f"误报{len(seen.wrong)}处（{_first(seen.wrong)}）"] * bool(seen.wrong)
    if not wrong:
        return ""
    return f"{_day(seen.day)}的巡检在自检站点和自检账号上{'，'.join(wrong)}，当天的结果不可尽信：请把运行日志交给开发者"


def probes(view: View) -> str:
    seen = view.facts.probes
    if seen is None or not seen.few:
        return ""
    return (
        f"{_day(seen.day)}有{seen.few.count}个网站（{seen.few}）的首页探测不足{PROBES_A_DAY}次，最少的{seen.fewest}次，"
        "当天不能按国家指标判定能否访问：请查看守护进程当天是否停过、设置项 scheduler.probes_a_day 是否过小"
    )


def mails(view: View) -> str:
    seen, hours = view.facts.mails, view.settings.mail_stuck_hours
    said = []
    if seen.stuck:
        held = f"（其中{seen.untried}封从未发送，可能因超量暂停等待放行）" if seen.untried else ""
        said.append(f"{seen.stuck}封超过{hours:g}小时没有送出{held}")
    if seen.doubtful:
        said.append(f"{seen.doubtful}封送达情况不明")
    if seen.bounced:
        said.append(f"{seen.bounced}封被退回")
    if not said:
        return ""
    return (
        f"给各单位的邮件{'，'.join(said)}：请用 xunjian notices list 查看，放行用 xunjian notices send --release，"
        "不明和退回的查明后用 xunjian notices delivered 认定送达，或用 xunjian notices resend 重发"
    )


def backup(view: View) -> str:
    limit = timedelta(hours=view.settings.backup_age_hours)
    newest = view.newest_backup()
    mend = "请查看定时任务“备份”的结果（xunjian schedule），或运行 xunjian backup"
    if newest is not None:
        return f"最近一次备份是{_time(newest)}：{mend}" if view.now - newest > limit else ""
    since = view.facts.planned_since
    return f"还没有任何备份：{mend}" if since is not None and view.now - since > limit else ""


def tasks(view: View) -> str:
    failed = [
        f"“{each.title}”{_time(each.due_at)}失败（{short(each.told, LONGEST_TOLD)}）"
        for each in view.facts.failed
    ]
    return f"定时任务{'；'.join(failed)}：会自动重试，多次不成请按提示处理或查看运行日志" if failed else ""


def clock(view: View) -> str:
    newest = view.facts.newest
    if newest is None or view.now >= newest - CLOCK_SLACK:
        return ""
    return f"系统时钟是{_time(view.now)}，早于记录中已有的{_time(newest)}：请校准系统时钟（timedatectl），并保持自动对时"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _time(at: datetime) -> str:
    here = at.astimezone(CHINA)
    return f"{here.year}年{here.month}月{here.day}日{here:%H:%M}"


def _first(names: Sequence[str]) -> str:
    return f"{names[0]}等" if len(names) > 1 else names[0]


WITHOUT_RECORD: dict[LightName, Callable[[Around], str]] = {
    LightName.DISK: disk,
    LightName.CALENDAR: calendar,
    LightName.TOKENS: tokens,
}

OF_RECORD: dict[LightName, Callable[[View], str | None]] = {
    LightName.ROUND_START: round_start,
    LightName.ROUND_END: round_end,
    LightName.COVERAGE: coverage,
    LightName.VERDICTS: verdicts,
    LightName.CHECKS: checks,
    LightName.CANARY: canary,
    LightName.PROBES: probes,
    LightName.MAILS: mails,
    LightName.BACKUP: backup,
    LightName.TASKS: tasks,
    LightName.CLOCK: clock,
}


# -- the panel --------------------------------------------------------------------------------------------


def free_bytes(folder: Path) -> int | None:
    """Room on the disk on which a folder is, or will be; None if it cannot be asked."""
    there = folder.absolute()
    try:
        return shutil.disk_usage(next(each for each in (there, *there.parents) if each.exists())).free
    except OSError:
        return None


class Panel:
    """All lights of one daemon. `look` at every beat; it never raises, and never waits long for a record or a way out.

    What it sees is written first, then told, then it is written who was told. Whoever is killed before the last of these
    tells the same once more: at least once, never not at all. Without the record all is kept in mind, told from there,
    and written when the record is back.
    """

    def __init__(
        self,
        parts: Parts,
        desk: Desk,
        tracker: TrackerSettings,
        *,
        ways: Sequence[Way] | None = None,
        free: Callable[[Path], int | None] = free_bytes,
    ) -> None:
        self.settings, self.catalogue, self.tracker = parts.scheduler, parts.catalogue, tracker
        self.reports, self.calendar = desk.settings, desk.terms.calendar
        self.ways = ways_of(desk.settings) if ways is None else ways
        self.free = free
        self.board = Board(timedelta(hours=desk.settings.alarm_repeat_hours))
        self.watch = Watch(
            round_at=parts.scheduler.round_at,
            stuck_after=timedelta(hours=parts.scheduler.mail_stuck_hours),
            probes_a_day=PROBES_A_DAY,
        )
        # A line of its own to the record: the daemon's waits half a minute for who has locked it.
        self.database = Database(tracker.model_copy(update={"busy_timeout_seconds": BUSY_SECONDS}))
        self._unwritten = ""
        self._slips: dict[str, str] = {}
        self._telling = _Telling(self.ways)

    def look(self, now: datetime, trouble: str = "") -> list[Lamp]:
        """The lights that are red at `now`. `trouble`: what the daemon could not do with the record, for itself."""
        facts, unread = self._read(now)
        self._see(LightName.DATABASE, trouble or unread or self._unwritten, now)
        self._judge(facts, now)
        self._collect()
        self._write(now)
        self._tell(now)
        return self.board.red

    def close(self) -> None:
        self.database.close()

    # -- seeing ---------------------------------------------------------------------------------------------

    def _read(self, now: datetime) -> tuple[Facts | None, str]:
        """The record's facts; None and the reason, if it cannot be read."""
        try:
            with self.database.reading() as session:
                facts = self.watch.read(session, now)
                self.board.take_over(lights.recent(session, now - OWED))
                return facts, ""
        except TrackerError as error:
            return None, str(error)
        except Exception as error:  # the watch must outlive what it watches
            return None, self._slip("record not read", error)

    def _judge(self, facts: Facts | None, now: datetime) -> None:
        around = Around(
            now, self.settings, self.calendar, {place: self.free(place[1]) for place in self._places()}
        )
        for name, light in WITHOUT_RECORD.items():
            self._see(name, self._ask(name, light, around), now)
        view = View(around, facts, self.catalogue, self._newest_backup) if facts else None
        for named, of_record in OF_RECORD.items():
            self._see(named, self._ask(named, of_record, view) if view else None, now)

    def _ask(self, name: LightName, light: Callable[[Seen], str | None], seen: Seen) -> str | None:
        """A light that breaks down is red itself, and keeps no other from being looked at."""
        try:
            return light(seen)
        except Exception as error:
            return f"无法判断“{name.sentence}”：{self._slip(f'light {name} broke down', error)}"

    def _slip(self, what: str, error: Exception) -> str:
        """In words; with its traceback in the log, once for as long as it stays the same."""
        words = f"{type(error).__name__}: {error}"
        if self._slips.get(what) != words:
            logger.error(what, exc_info=error)
            self._slips[what] = words
        return f"程序内部错误（{words}），请把运行日志交给开发者"

    def _see(self, name: LightName, detail: str | None, now: datetime) -> None:
        lamp = self.board.see(str(name), detail, now)
        if lamp is None:
            return
        if lamp.is_red:
            logger.warning("light turned red", extra={"light": lamp.name, "detail": lamp.detail})
        else:
            logger.warning("light well again", extra={"light": lamp.name, "since": lamp.since.isoformat()})

    def _places(self) -> Iterable[tuple[str, Path]]:
        """What stands where."""
        if self.database.url.get_backend_name() == "sqlite" and self.database.url.database:
            yield "数据库", Path(self.database.url.database).parent
        yield "证据", self.tracker.evidence_dir
        yield "备份", self.tracker.backup_dir

    def _newest_backup(self) -> datetime | None:
        from tracker.backup import newest_backup

        return newest_backup(self.tracker)

    # -- keeping --------------------------------------------------------------------------------------------

    def _write(self, now: datetime) -> None:
        """What cannot be written waits, and is a light itself."""
        if not (unkept := self.board.unkept):
            return
        try:
            with self.database.writing() as session:
                lights.keep(session, unkept)
        except Exception as error:
            known = isinstance(error, TrackerError)
            self._unwritten = str(error) if known else self._slip("lights not kept", error)
            self._see(LightName.DATABASE, self._unwritten, now)
        else:
            self._unwritten = ""
            self.board.kept()

    # -- telling --------------------------------------------------------------------------------------------

    def _tell(self, now: datetime) -> None:
        if self._telling.is_going_on:
            return
        tidings = {way.name: self.board.tidings(way.name, now) for way in self.ways}
        if not any(tidings.values()):
            return
        self._telling.begin([(way, it, self._alarm(it)) for way in self.ways if (it := tidings[way.name])])
        if self._collect():
            self._write(now)

    def _collect(self) -> bool:
        """Note who was told meanwhile; whether anybody was."""
        told = self._telling.done()
        for name, tidings in told:
            self.board.told(name, tidings)
        return bool(told)

    def _alarm(self, tidings: Tidings) -> Alarm:
        new, still, well = (tuple(map(_told, lamps)) for lamps in (tidings.new, tidings.still, tidings.well))
        return Alarm(self.reports.office, tidings.at, self.reports.alarm_repeat_hours, new, still, well)


def _told(lamp: Lamp) -> Told:
    return Told(lamp.title, lamp.detail, lamp.since, lamp.until)


class _Telling:
    """Tells several ways, one after the other, in a thread: a mail server that hangs holds up nothing but its mail."""

    def __init__(self, ways: Sequence[Way]) -> None:
        self._thread: threading.Thread | None = None
        self._told: deque[tuple[str, Tidings]] = deque()
        self._failing: dict[str, str] = {way.name: "" for way in ways}

    @property
    def is_going_on(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, all: Sequence[tuple[Way, Tidings, Alarm]]) -> None:
        """Comes back when all are told, or after a while."""
        self._thread = threading.Thread(target=self._tell, args=(all,), name="alarm", daemon=True)
        self._thread.start()
        self._thread.join(TELLING_SECONDS)

    def done(self) -> list[tuple[str, Tidings]]:
        told = []
        while self._told:
            told.append(self._told.popleft())
        return told

    def _tell(self, all: Sequence[tuple[Way, Tidings, Alarm]]) -> None:
        for way, tidings, alarm in all:
            try:
                way.tell(alarm)
            except NotTold as error:
                self._note(way, str(error))
            except Exception as error:  # the other ways are told all the same
                logger.debug("way broke down", exc_info=error)
                self._note(way, f"程序内部错误（{type(error).__name__}）")
            else:
                self._told.append((way.name, tidings))
                self._note(way, "")

    def _note(self, way: Way, why: str) -> None:
        """In the log once for as long as it stays the same: the way is tried again at every beat."""
        if why and why != self._failing[way.name]:
            logger.error("alarm not told", extra={"way": way.name, "why": why})
        elif not why:
            logger.info("alarm told", extra={"way": way.name})
        self._failing[way.name] = why
