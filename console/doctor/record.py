"""The record and where it lies: database, registers, folders, backups, room on the disks."""

import os
import pwd
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url, select, text
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session

from console.doctor.examination import Case, Finding, remind, trouble, well
from crawler.clock import CHINA
from crawler.targets import Account, Site
from reports.folders import nearest, require_writable
from scheduler.conditions import GIGABYTE
from tracker.backup_files import newest_backup
from tracker.cells import TargetState
from tracker.database import Database
from tracker.errors import DatabaseTrouble
from tracker.models import Standing
from tracker.registry import contacts, read_targets
from tracker.settings import TrackerSettings

BUSY_SECONDS = 10
"""The record may be in use for so long; the setting allows more than a point has."""
INTEGRITY_SECONDS = 12.0
STEPS = 10_000
"""Of SQLite's virtual machine: milliseconds."""


def database(case: Case) -> Finding:
    """It exists, is at this program's version, and can be written; nothing is made here."""
    settings = case.settings.tracker
    path = database_file(settings)
    if path is not None and not path.exists():
        return trouble(f"{path.absolute()} 尚未建立", "请在正确的文件夹中运行，或先运行 xunjian init")
    busy = min(settings.busy_timeout_seconds, BUSY_SECONDS)
    opened = Database(settings.model_copy(update={"busy_timeout_seconds": busy}))
    opened.require_current()
    with opened.writing() as session:
        session.execute(text("SELECT 1"))  # the transaction begins as a writer's
    case.database = opened
    users = "" if path is None else "".join(f"，进程 {each}正在使用" for each in _users(path.resolve()))
    return well(f"{opened.where}，版本 {opened.version()}，可以写入{users}")


def database_file(settings: TrackerSettings) -> Path | None:
    """None: the database is not a file of this machine."""
    with suppress(ArgumentError):
        url = make_url(settings.database_url)
        if url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:"):
            return Path(url.database or "")
    return None


def _users(path: Path) -> Iterator[str]:
    """Other processes that have the file open, as far as the system lets us see."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            opened = (each.readlink() for each in (process / "fd").iterdir())
            if process.name != str(os.getpid()) and path in opened:
                words = (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
                yield f"{process.name}（{' '.join(Path(word).name for word in words[:3] if word)}）"


def integrity(case: Case) -> Finding:
    """Whether the database file hangs together; a large one is read as far as there is time."""
    if case.database.url.get_backend_name() != "sqlite":
        return well("由数据库服务器自行核对")
    cut = threading.Event()
    try:
        with case.database.reading() as session, _cut_short(session, cut):
            said = session.execute(text("PRAGMA quick_check(1)")).scalar_one()
    except DatabaseTrouble as error:
        if cut.is_set():
            return remind(
                f"{INTEGRITY_SECONDS:g} 秒内没有读完，读过的部分完好", "请在空闲时运行 xunjian audit verify"
            )
        said = str(error)
    if said != "ok":
        mend = "请停止服务，保留现有文件，用 xunjian restore 从备份恢复"
        return trouble(f"数据库文件已损坏（{said}）", mend)
    return well("数据库文件完好")


@contextmanager
def _cut_short(session: Session, cut: threading.Event) -> Iterator[None]:
    """What is asked within the block ends when its time is over. SQLite asks us every so many steps whether to go on; a step
    that reads a whole table is interrupted from outside."""
    raw = session.connection().connection.driver_connection
    assert raw is not None
    done, until = threading.Event(), time.monotonic() + INTEGRITY_SECONDS

    def is_over() -> bool:
        if time.monotonic() >= until:
            cut.set()
        return cut.is_set()

    def watch() -> None:
        if not done.wait(INTEGRITY_SECONDS):
            cut.set()
            while not done.wait(0.01):  # again and again: what has not begun yet is not stopped by it
                raw.interrupt()

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    raw.set_progress_handler(is_over, STEPS)
    try:
        yield
    finally:
        raw.set_progress_handler(None, 0)
        done.set()
        watcher.join()


def owner(case: Case) -> Finding:
    """Whoever works with the record leaves files that the service must be able to change."""
    path = database_file(case.settings.tracker)
    if path is None or not path.exists():
        return well(_user(os.geteuid()))
    theirs, ours = path.stat().st_uid, os.geteuid()
    if theirs != ours:
        return remind(
            f"现在的用户是 {_user(ours)}，数据库属于 {_user(theirs)}",
            f"请以用户 {_user(theirs)} 的身份运行 xunjian，否则会留下服务不能改写的文件",
        )
    return well(f"{_user(ours)}，与数据库的所有者相同")


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return str(number)


def registers(case: Case) -> Finding:
    """What is to be inspected today, and whom notices cannot reach."""
    day = case.clock.now().astimezone(CHINA).date()
    with case.database.reading() as session:
        duty = read_targets(session, day)
        targets = [target for number, target in duty.due if duty.counts(number)]
        standing = Standing.is_valid_on(day) & (Standing.state != str(TargetState.CONTROL))
        units = set(session.scalars(select(Standing.unit_id).where(standing)))
        reachable = contacts(session, units)
    accounts = [target for target in targets if isinstance(target, Account)]
    found = f"应检网站 {len(targets) - len(accounts)}、账号 {len(accounts)}，主办单位 {len(units)}"
    if not targets:
        return trouble(
            "台账中没有应检的对象",
            "请用 xunjian targets template 取得台账，填好后 xunjian targets import 文件",
        )
    lacks = {
        "个单位没有联系邮箱": len(units - reachable.keys()),
        "个网站没有首页网址": sum(isinstance(target, Site) and not target.url for target in targets),
        "个账号没有采集地址": sum(not target.roads for target in accounts),
    }
    if lacking := [f"{count} {what}" for what, count in lacks.items() if count]:
        return remind(f"{found}；{'，'.join(lacking)}", "请在台账中补上后重新导入")
    return well(found)


def folders(case: Case) -> Finding:
    """Where the program writes; a folder that is not there yet is made when it is needed."""
    settings = case.settings
    wanted = {
        "证据": settings.tracker.evidence_dir,
        "报表": settings.reports.folder,
        "日志": settings.console.log_file.parent,
    }
    if refused := {name: why for name, folder in wanted.items() if (why := unwritable(folder))}:
        names = "、".join(f"{name}文件夹 {wanted[name].absolute()}（{why}）" for name, why in refused.items())
        return trouble(f"{names}不能写入", "请检查文件夹的所有者和权限，以及服务的 ReadWritePaths")
    return well(f"{'、'.join(wanted)}文件夹都可以写入")


def unwritable(folder: Path) -> str:
    """Why nothing can be written there, or made there if it does not exist; empty: it can."""
    try:
        require_writable(folder)
    except OSError as error:
        return error.strerror or str(error)
    return ""


def backups(case: Case) -> Finding:
    """A backup can be written, the newest one is young enough, and it does not lie on the record's own disk."""
    settings, folder = case.settings.tracker, case.settings.tracker.backup_dir.absolute()
    if why := unwritable(folder):
        mend = "请检查备份盘是否已挂载、文件夹的所有者和权限，以及服务的 ReadWritePaths"
        return trouble(f"备份文件夹 {folder} 不能写入（{why}）", mend)
    newest = newest_backup(settings)
    if newest is None:
        return remind(f"{folder} 中还没有备份", "请运行一次 xunjian backup")
    age = case.clock.now() - newest
    found = f"最近一次备份 {newest.astimezone(CHINA):%Y-%m-%d %H:%M}"
    if age > timedelta(hours=case.settings.scheduler.backup_age_hours):
        return trouble(
            f"{found}，已过 {age / timedelta(hours=1):.0f} 小时",
            "请运行 xunjian backup，并查看守护进程是否在运行",
        )
    path = database_file(settings)
    if path is not None and path.exists() and path.stat().st_dev == nearest(folder).stat().st_dev:
        return remind(f"{found}，与数据库在同一块磁盘", "请把设置项 tracker.backup_dir 改到另一块磁盘")
    return well(found)


def disk(case: Case) -> Finding:
    """Room on every disk that the program writes to."""
    tracker, least = case.settings.tracker, case.settings.scheduler.disk_free_gb
    path = database_file(tracker)
    places = [tracker.evidence_dir, tracker.backup_dir, *([path.parent] if path else [])]
    free = {place.absolute(): shutil.disk_usage(nearest(place)).free / GIGABYTE for place in places}
    place = min(free, key=lambda each: free[each])
    found = f"{place} 所在磁盘还有 {free[place]:.1f} GB"
    if free[place] < least:
        mend = "请清理磁盘或换更大的磁盘；保存期限见设置 tracker 的 keep_… 各项"
        return trouble(f"{found}，少于 {least:g} GB", mend)
    return well(found)
