"""/metrics: what the record says of the work, and what the system says of this process, for Prometheus.

Figures are read from the record when they are asked for: they outlive a restart, and each has rows behind it. Every label has
a short closed list of values (states, kinds, tasks, lights), and all of them are given, also those that count none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from checks.verdicts import Kind
from console.web.slips import Slips
from tracker import health, lights, self_checks
from tracker.database import Database
from tracker.due_times import DueState
from tracker.errors import TrackerError
from tracker.lifecycle import State
from tracker.outbox import MailState

if TYPE_CHECKING:
    from console.web.health import Pulse


def registry(
    database: Database,
    pulse: "Callable[[], Pulse]",
    clock: Callable[[], datetime],
    newest_backup: Callable[[], datetime | None],
    slips: Slips,
) -> CollectorRegistry:
    """All that /metrics tells; a registry of our own, so that nothing is told that we do not know of."""
    collectors = CollectorRegistry()
    collectors.register(OfDaemon(pulse))
    collectors.register(OfRecord(database, clock, slips))
    collectors.register(OfBackups(clock, newest_backup, slips))
    ProcessCollector(registry=collectors)
    PlatformCollector(registry=collectors)
    GCCollector(registry=collectors)
    return collectors


class OfDaemon(Collector):
    """Alive or waiting, as the daemon itself says."""

    def __init__(self, pulse: "Callable[[], Pulse]") -> None:
        self.pulse = pulse

    def collect(self) -> Iterator[Metric]:
        pulse = self.pulse()
        yield _one("xunjian_daemon_holds_lease", "Whether this daemon works (1) or waits (0)", pulse.holder)
        yield from _moment("xunjian_daemon_beat", "When the daemon looked around last", pulse.beat_at)


class OfBackups(Collector):
    """The newest backup, as the folder says."""

    def __init__(
        self, clock: Callable[[], datetime], newest_backup: Callable[[], datetime | None], slips: Slips
    ) -> None:
        self.clock, self.newest_backup, self.slips = clock, newest_backup, slips

    def collect(self) -> Iterator[Metric]:
        try:
            newest = self.newest_backup()
        except Exception as error:  # a folder that cannot be read takes no other figure with it
            self.slips.tell("backups", error)
            return
        if newest is not None:
            age = (self.clock() - newest).total_seconds()
            yield _one("xunjian_backup_age_seconds", "Age of the newest backup; none: there is none", age)


class OfRecord(Collector):
    """The work, as the record says. A record that cannot be read takes away its figures, not those of the process."""

    def __init__(self, database: Database, clock: Callable[[], datetime], slips: Slips) -> None:
        self.database, self.clock, self.slips = database, clock, slips

    def collect(self) -> Iterator[Metric]:
        families: list[Metric] = []
        try:
            with self.database.reading() as session:
                families = list(_families(session, self.clock()))
        except TrackerError:  # the daemon has said so in the log already, and says it with a light
            pass
        except Exception as error:
            self.slips.tell("figures", error)
        yield _one("xunjian_record_readable", "Whether the figures below could be read (1)", bool(families))
        yield from families


def _families(session: Session, now: datetime) -> Iterator[Metric]:
    yield from _of_rounds(session)
    yield from _of_tasks(session, now)
    issues, mails = health.issues(session), health.mails(session)
    yield _counts("xunjian_issues", "Issues by state", "state", State, issues)
    yield _counts("xunjian_mails", "Mails of notices by state", "state", MailState, mails)
    red = {lamp.name: 1 for lamp in lights.red(session)}
    yield _counts("xunjian_light", "Warning lights: 1 is red", "name", lights.LightName, red)


def _of_rounds(session: Session) -> Iterator[Metric]:
    rounds = {("finished" if over else "unfinished"): n for over, n in health.rounds(session).items()}
    yield _counts("xunjian_rounds", "Daily rounds ever", "state", ("finished", "unfinished"), rounds)
    newest = health.newest_round(session)
    if newest is None:
        return
    finished, verdicts = health.last_finished(session), health.verdicts(session, newest.day)
    yield from _moment("xunjian_round_started", "When the newest round began", newest.started_at)
    yield from _moment("xunjian_round_finished", "When the newest finished round ended", finished)
    targets = "Targets of the newest round by the state of their visit"
    yield _counts("xunjian_round_targets", targets, "state", health.VISIT_STATES, newest.targets)
    yield _one("xunjian_pages", "Pages of the newest round", health.pages(session, newest.day))
    yield _counts("xunjian_verdicts", "Verdicts of the newest round", "kind", Kind, verdicts)
    if checked := self_checks.newest(session):
        parts = {"found": checked.found, "missing": checked.missing, "wrong": checked.wrong}
        result = {part: len(points) for part, points in parts.items()}
        yield _counts(
            "xunjian_self_check", "Planted faults in the newest self-check", "result", result, result
        )


def _of_tasks(session: Session, now: datetime) -> Iterator[Metric]:
    backlog = health.backlog(session)
    lag = max(0.0, (now - backlog.oldest).total_seconds()) if backlog.oldest else 0.0
    yield _one("xunjian_lag_seconds", "Age of the oldest due time that is not done; 0: all are", lag)
    due = GaugeMetricFamily(
        "xunjian_due_times", "State of the newest due time of each task: 1 is it", labels=("task", "state")
    )
    following = GaugeMetricFamily(
        "xunjian_next_due_timestamp_seconds", "When each task is due next", labels=("task",)
    )
    for seen in health.tasks(session, now):
        for state in DueState:
            due.add_metric((seen.task, str(state)), seen.state == state)
        if seen.next_at:
            following.add_metric((seen.task,), seen.next_at.timestamp())
    yield due
    yield following


def _one(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(name, words, value=value)


def _moment(name: str, words: str, at: datetime | None) -> Iterator[Metric]:
    """None: there is no such moment, and no sample."""
    if at is not None:
        yield _one(f"{name}_timestamp_seconds", words, at.timestamp())


def _counts(name: str, words: str, label: str, known: Iterable[str], counts: Mapping[str, int]) -> Metric:
    """One sample a known value, and one for each that only the record knows."""
    family = GaugeMetricFamily(name, words, labels=(label,))
    for value in dict.fromkeys([*map(str, known), *counts]):
        family.add_metric((value,), counts.get(value, 0))
    return family
