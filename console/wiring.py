"""The one place where the real parts are chosen and joined; tests come in by the same door."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from checks.catalogue import Catalogue, load
from checks.indicators import INDICATORS
from console.logs import keep_log
from console.settings import FILE, Settings, UnusableSettings, given_secrets
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.settings import KEY_VARIABLE

if TYPE_CHECKING:
    from scheduler.canary import Canary
    from scheduler.daemon import Daemon
    from scheduler.notices import Desk
    from scheduler.round import Parts
    from scheduler.tasks import Office
    from tracker.authorisations import Secrets


def open_database(settings: Settings) -> Database:
    """The record, at this program's version; who works with it leaves a log."""
    database = Database(settings.tracker)
    database.require_current()
    keep_log(settings.console.log_file, settings.console.log_format)
    return database


def parts(settings: Settings, database: Database) -> "Parts":
    """What a round is made of."""
    from scheduler.round import Parts
    from scheduler.shards import InProcess

    return Parts(
        database=database,
        evidence=EvidenceStore(settings.tracker.evidence_dir),
        catalogue=catalogue(settings),
        crawler=settings.crawler,
        checks=settings.checks,
        scheduler=settings.scheduler,
        shards=InProcess(settings.scheduler.targets_a_shard),
        secrets=secrets(settings),
    )


def secrets(settings: Settings) -> "Secrets":
    """The secrets that the environment gives, and the key to those of the record."""
    from tracker.authorisations import Secrets
    from tracker.strongbox import Strongbox, key_in

    given, file = given_secrets(), settings.tracker.secret_key_file
    if key := given.pop(KEY_VARIABLE, ""):
        return Secrets(Strongbox(key), given)
    return Secrets(Strongbox(key_in(file), f"密钥文件 {file} "), given)


def desk(settings: Settings, database: Database) -> "Desk":
    """What notices are made with; opened here, for most commands write no documents."""
    from checks.calendar import WorkCalendar
    from reports.reply_link import link_key
    from scheduler.notices import Desk
    from tracker.notice_terms import Terms

    reports = settings.reports
    terms = Terms(
        title=reports.notice_title,
        number=reports.notice_number,
        working_days=reports.deadline_working_days,
        public_working_days=reports.public_deadline_working_days,
        calendar=WorkCalendar.of(settings.checks),
        reviewing=reports.reviewing == "required",
        titles=check_titles(),
        ours=operators_own(),
    )
    evidence = EvidenceStore(settings.tracker.evidence_dir)
    return Desk(database, evidence, reports, terms, link_key(reports, settings.tracker.evidence_dir.parent))


def office(settings: Settings, database: Database, canary: "Canary | None" = None) -> "Office":
    """What the daemon's tasks work with."""
    from scheduler.tasks import Office

    joined, notices = parts(settings, database), desk(settings, database)
    return Office(joined, notices, settings.tracker, canary, keepsakes(settings))


def keepsakes(settings: Settings) -> tuple[Path, ...]:
    """Small files that a backup carries along: what the reply links are signed with, and the settings."""
    from reports.reply_link import KEY_FILE

    return settings.tracker.evidence_dir.parent / KEY_FILE, FILE


@contextmanager
def serving(settings: Settings, database: Database, holder: str) -> Iterator["Daemon"]:
    """The daemon with all its parts; the canary is served as long as the block lasts."""
    from console.systemd import Systemd
    from scheduler.canary import Canary
    from scheduler.daemon import Daemon
    from scheduler.keeper import Keeper
    from scheduler.lights import Panel
    from scheduler.tasks import tasks
    from tracker.lease import Lease

    at = settings.scheduler
    with ExitStack() as stack:
        canary = stack.enter_context(Canary()) if at.canary else None
        joined = office(settings, database, canary)
        keeper = Keeper(database, tasks(joined), holder, timedelta(minutes=at.retry_minutes))
        lease = Lease(database, holder, timedelta(seconds=at.lease_seconds))
        panel = Panel(joined.parts, joined.desk, settings.tracker)
        stack.callback(panel.close)
        yield Daemon(keeper, lease, panel, Systemd(), at)


def operators_own() -> frozenset[str]:
    """Checks whose faults are our own: in no notice, no rating and no count of a unit."""
    own = {check.id for check in load() if check.operator}
    return frozenset(own | {indicator.id for indicator in INDICATORS.values() if indicator.operator})


def check_titles() -> dict[str, str]:
    """The Chinese name of every check: those of outside packages, and those that only people find yet."""
    titles = {indicator.id: indicator.title for indicator in INDICATORS.values()}
    return titles | {check.id: check.title for check in load()}


def catalogue(settings: Settings) -> Catalogue:
    """The checks that are switched on."""
    installed = load()
    off = frozenset(settings.checks.switched_off)
    _refuse_unknown(installed, "checks.switched_off", off)
    _refuse_unknown(
        installed, "scheduler.person_confirms_checks", frozenset(settings.scheduler.person_confirms_checks)
    )
    return replace(installed, checks=tuple(check for check in installed if check.id not in off))


def _refuse_unknown(installed: Catalogue, setting: str, ids: frozenset[str]) -> None:
    if unknown := unknown_checks(installed, ids):
        near = get_close_matches(unknown[0], [check.id for check in installed], n=1, cutoff=0.5)
        mend = f"是否想写 {near[0]}？" if near else "用 xunjian checks list 查看全部检查项"
        raise UnusableSettings(f"设置项 {setting} 中的“{'”“'.join(unknown)}”不是检查项：{mend}")


def unknown_checks(installed: Catalogue, ids: frozenset[str]) -> list[str]:
    """Ids that no check has; none is known for wrong while a package cannot be loaded: it may be its own."""
    return [] if installed.failures else sorted(ids - {check.id for check in installed})
