"""What the daemon does, each task by itself: it may be called at any time, late, twice or after a kill, and does what is
left to be done."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from crawler.observations import Problem
from reports.bulletin import bulletin_of
from reports.bulletin_files import write_bulletin
from reports.daily import coverage
from reports.figures import count
from scheduler import notices
from scheduler.canary import Canary
from scheduler.notices import Desk
from scheduler.probes import probe
from scheduler.quiet import MINUTES_A_DAY, QuietHours, until_quiet
from scheduler.round import NothingToInspect, Parts, Round
from scheduler.stopping import Stop
from scheduler.timetable import CatchUp, Task, daily, every, monthly, weekly, yearly
from tracker import queries
from tracker.backup import back_up
from tracker.frozen import filed, freeze
from tracker.periods import Period
from tracker.reconcile import MACHINE
from tracker.retention import thin
from tracker.settings import TrackerSettings
from tracker.weeks import Week

QUARTER_BEGINS = (1, 4, 7, 10)
EMPTY = "台账为空：先用 xunjian targets import 导入网站和账号台账"
NOTHING_YET = "{period}没有巡检记录，没有写出"


@dataclass(frozen=True, slots=True)
class Office:
    """What the tasks work with. `keepsakes`: small files that a backup carries along."""

    parts: Parts
    desk: Desk
    tracker: TrackerSettings
    canary: Canary | None = None
    keepsakes: tuple[Path, ...] = ()

    def round(self, due: datetime, now: datetime, stop: Stop) -> str:
        """每日巡检."""
        try:
            done = Round(self.parts, now, stop=stop, canary=self.canary).run()
        except NothingToInspect:
            return EMPTY
        assert done.day is not None
        return f"{coverage(done.day)}；复核{done.second_looks}"

    def look_again(self, due: datetime, now: datetime, stop: Stop) -> str:
        """复核、复查, and whoever could not be reached in the morning: what a round called again does."""
        with self.parts.database.reading() as session:
            begun = queries.newest_day(session) == now.astimezone(due.tzinfo).date()
        return self.round(due, now, stop) if begun else "今日巡检尚未开始"

    def probe(self, due: datetime, now: datetime, stop: Stop) -> str:
        """首页探测."""
        try:
            done = probe(self.parts, now, stop=stop)
        except NothingToInspect:
            return EMPTY
        failed = sum(not each.probe.ok for each in done.probes)
        ours = sum(each.probe.problem is Problem.OUR_NETWORK for each in done.probes)
        network = f"（其中{ours}个为本机网络故障，不计入网站）" if ours else ""
        return f"探测{len(done.probes)}，未打开{failed}{network}，略过{done.skipped}"

    def remind(self, due: datetime, now: datetime, stop: Stop) -> str:
        """到期提醒."""
        return f"到期提醒{notices.remind(self.desk, now)}封"

    def notices(self, due: datetime, now: datetime, stop: Stop) -> str:
        """每周整改通知: drafted for a person to sign, or issued where nobody signs."""
        week = Week.last_full(due)
        if self.desk.settings.signing == "automatic":
            issued = notices.automatic(self.desk, week, now).issued
            return f"{week.words}：签发{len(issued)}份；{self.mail(due, now, stop)}"
        prepared = notices.prepare(self.desk, week, now, MACHINE)
        return f"{week.words}：拟稿{prepared.drafted}份，待签发"

    def mail(self, due: datetime, now: datetime, stop: Stop) -> str:
        """待发邮件."""
        done = notices.send(self.desk, now, MACHINE, stop=stop)
        stop.require_going()
        sent = done.sent
        said = f"送达{sent.accepted}，推迟{sent.put_off}，退回{sent.refused}，不明{sent.unknown}"
        return f"{said}，因超量暂停{len(done.held)}周" if done.held else said

    def bulletin(self, due: datetime, now: datetime, stop: Stop) -> str:
        """通报 of the month before, after a quarter's end that of the quarter too."""
        month = Period(due.year, due.month, 1).before
        periods = [month]
        if due.month in QUARTER_BEGINS:
            periods.append(Period(month.year, month.month - 2, 3))
        return "；".join(self._bulletin(period, now) for period in periods)

    def _bulletin(self, period: Period, now: datetime) -> str:
        terms, settings = self.desk.terms, self.desk.settings
        with self.desk.database.reading() as session:
            if not _is_recorded(session, period):
                return NOTHING_YET.format(period=period.words)
            told = bulletin_of(session, period, now, settings, terms.titles, terms.ours)
        return "、".join(path.name for path in write_bulletin(told, settings.folder))

    def freeze(self, due: datetime, now: datetime, stop: Stop) -> str:
        """冻结 of the year before, unless a person has done it."""
        period, desk = Period.of_year(due.year - 1), self.desk
        with desk.database.writing() as session:
            if before := filed(session, str(period)):
                return f"{period.words}数据已由{before.by}冻结"
            if not _is_recorded(session, period):
                return NOTHING_YET.format(period=period.words)
            figures = count(session, period, now, desk.terms.ours).flat()
            row = freeze(
                session, str(period), figures, by=MACHINE, why="", at=now, recorded_at=datetime.now(UTC)
            )
        return f"已冻结{period.words}数据{len(row.figures)}项，SHA-256 {row.sha256}"

    def back_up(self, due: datetime, now: datetime, stop: Stop) -> str:
        """备份."""
        desk = self.desk
        done = back_up(desk.database, desk.evidence, self.tracker, now, stop.require_going, self.keepsakes)
        return str(done)

    def tidy(self, due: datetime, now: datetime, stop: Stop) -> str:
        """清理: what is older than its time."""
        desk = self.desk
        return str(thin(desk.database, desk.evidence, self.tracker, now, stop.require_going))


def _is_recorded(session: Session, period: Period) -> bool:
    first = queries.first_day(session)
    return first is not None and first <= period.last


def _kept_quiet(task: Task, quiet: QuietHours | None) -> Task:
    """The task, which begins nothing in the quiet hours (静默时段) and goes on after them with what it had begun."""
    if quiet is None:
        return task

    def do(due: datetime, now: datetime, stop: Stop) -> str:
        with until_quiet(quiet, now, stop) as until_then:
            return task.do(due, now, until_then)

    when = replace(task.when, words=f"{task.when.words}（{quiet} 静默）")
    return replace(task, do=do, quiet=quiet, when=when)


def tasks(office: Office) -> tuple[Task, ...]:
    """The timetable, as the settings have it."""
    at = office.parts.scheduler
    after, today = ("round",), timedelta(days=1)
    quiet = at.quiet_hours
    awake = MINUTES_A_DAY - (quiet.minutes if quiet else 0)
    probes = every(awake // at.probes_a_day)
    frozen_on = yearly(at.freeze_month, at.freeze_day, at.freeze_at)
    return (
        *(
            _kept_quiet(task, quiet)
            for task in (
                Task("round", "每日巡检", daily(at.round_at), office.round, "crawl", CatchUp.SAME_DAY),
                Task(
                    "look-again",
                    "复核和复查",
                    daily(*at.look_again_at),
                    office.look_again,
                    "crawl",
                    horizon=today,
                ),
                Task("probe", "首页探测", probes, office.probe, "probe", horizon=today),
            )
        ),
        Task("remind", "到期提醒", daily(at.remind_at), office.remind, after=after),
        Task("notices", "每周整改通知", weekly(at.notices_on, at.notices_at), office.notices, after=after),
        Task("mail", "发送邮件", every(at.mail_minutes), office.mail, horizon=today),
        Task(
            "bulletin",
            "通报",
            monthly(at.bulletin_day, at.bulletin_at),
            office.bulletin,
            catch_up=CatchUp.EACH,
        ),
        Task("freeze", "冻结上一年度数据", frozen_on, office.freeze, catch_up=CatchUp.EACH),
        Task("backup", "备份", daily(at.backup_at), office.back_up),
        Task("tidy", "清理过期页面和记录", daily(at.tidy_at), office.tidy),
    )
