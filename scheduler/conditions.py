"""When each light (告警) is red: one small function a light, from facts to what is wrong and how to mend it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from checks.calendar import WorkCalendar
from checks.catalogue import Catalogue
from checks.rules.site_unreachable import PROBES_A_DAY
from checks.verdicts import Kind
from crawler.clock import CHINA
from reports.foreign_text import short
from reports.letter import moment_words
from scheduler.settings import SchedulerSettings
from tracker.due_times import DueState
from tracker.ledger import EXCUSED, VISITED
from tracker.lights import LightName
from tracker.watching import DaySeen, Facts

GIGABYTE = 1 << 30
DECEMBER = 12
ONE_DAY = timedelta(days=1)
CLOCK_SLACK = timedelta(minutes=5)
"""So far a clock may be set back without a word."""
NAMED = 5
"""So many authorisations are named; the others are counted."""
LONGEST_TOLD = 100
"""Characters of a task's error."""


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
                f"{_day(seen.day)}的巡检 {moment_words(seen.started_at)} 开始，到现在没有结束："
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
    asked = sum(count for (_, state), count in day.visits.items() if state != EXCUSED)
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
    amiss = [
        f"{what}{len(faults)}处（{_first(faults)}）"
        for what, faults in (("没有发现", seen.missing), ("误报", seen.wrong))
        if faults
    ]
    if not amiss:
        return ""
    return f"{_day(seen.day)}的巡检在自检站点和自检账号上{'，'.join(amiss)}，当天的结果不可尽信：请把运行日志交给开发者"


def bridges(view: View) -> str | None:
    return _of_the_day(view, _bridges)


def _bridges(view: View, day: DaySeen) -> str:
    if not day.bridges:
        return ""
    return (
        f"{'；'.join(day.bridges)}：这些采集桥上账号是否更新暂不判定，请先检修；"
        "确认情况属实（账号确实没有更新）的，用 xunjian bridges release 放行"
    )


def probes(view: View) -> str:
    seen = view.facts.probes
    if seen is None or not seen.few:
        return ""
    return (
        f"{_day(seen.day)}有{seen.few.count}个网站（{seen.few}）的首页探测不足{PROBES_A_DAY}次，最少的{seen.fewest}次，"
        "当天不能按国家指标判定能否访问：请查看守护进程当天是否停过、设置项 scheduler.probes_a_day 是否过小"
    )


def browser(view: View) -> str | None:
    return _of_the_day(view, _browser)


def _browser(view: View, day: DaySeen) -> str:
    if not day.without_browser:
        return ""
    return (
        f"{day.without_browser}个疑似问题没有浏览器复核，一直不能确认：请安装 Chromium 并查看设置项 crawler.browser，"
        "或把设置项 scheduler.second_look_needs_browser 改为 false"
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


def authorisations(view: View) -> str:
    told = [
        each.trouble(view.today)
        for each in view.facts.authorisations
        if each.refused or (each.days_left(view.today) or 0) <= view.settings.token_days
    ]
    if not told:
        return ""
    more = f"等{len(told)}个" if len(told) > NAMED else ""
    return f"{'；'.join(told[:NAMED])}{more}：请有关单位重新授权，再用 xunjian authorisations set 录入"


def backup(view: View) -> str:
    limit = timedelta(hours=view.settings.backup_age_hours)
    newest = view.newest_backup()
    mend = "请查看定时任务“备份”的结果（xunjian schedule），或运行 xunjian backup"
    if newest is not None:
        return f"最近一次备份是{moment_words(newest)}：{mend}" if view.now - newest > limit else ""
    since = view.facts.planned_since
    return f"还没有任何备份：{mend}" if since is not None and view.now - since > limit else ""


def tasks(view: View) -> str:
    failed = [
        f"“{each.title}”{moment_words(each.due_at)}失败（{short(each.told, LONGEST_TOLD)}）"
        for each in view.facts.failed
    ]
    told = []
    if failed:
        told.append(f"定时任务{'；'.join(failed)}：会自动重试，多次不成请按提示处理或查看运行日志")
    if hung := "、".join(f"“{title}”" for title in view.facts.hung):
        told.append(
            f"定时任务{hung}进行了{view.settings.round_ends_hours:g}小时还没有结束：请重启守护进程，未完成的部分会继续"
        )
    return "；".join(told)


def clock(view: View) -> str:
    newest = view.facts.newest
    if newest is None or view.now >= newest - CLOCK_SLACK:
        return ""
    return f"系统时钟是{moment_words(view.now)}，早于记录中已有的{moment_words(newest)}：请校准系统时钟（timedatectl），并保持自动对时"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"


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
    LightName.BRIDGES: bridges,
    LightName.PROBES: probes,
    LightName.BROWSER: browser,
    LightName.AUTHORISATIONS: authorisations,
    LightName.MAILS: mails,
    LightName.BACKUP: backup,
    LightName.TASKS: tasks,
    LightName.CLOCK: clock,
}
