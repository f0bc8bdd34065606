"""One daily round (巡检轮次): crawl, judge, record, and the second looks that are due.

The ledger is written before the first request; whatever stops us, the next call goes on with what is still due.
"""

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal, Protocol

from sqlalchemy.orm import Session

from checks.catalogue import Catalogue
from checks.settings import CheckSettings
from checks.verdicts import Verdict
from crawler.browser_program import find
from crawler.clock import Clock
from crawler.earlier import Earlier
from crawler.grants import NO_GRANTS, Grants, GrantSeen
from crawler.observations import AccountVisit, Probed, ProbeHistory, SiteVisit, Visit
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.targets import Account
from scheduler.account_judging import judge_accounts
from scheduler.canary import Canary, compare
from scheduler.judging import Judge
from scheduler.settings import SchedulerSettings
from scheduler.shards import ShardRunner
from scheduler.stopping import Stop, Stopped
from tracker import acts, authorisations, ledger, queries, self_checks, waivers
from tracker.authorisations import NO_SECRETS, Secrets
from tracker.database import Database
from tracker.errors import TrackerError, WrongUse
from tracker.evidence import EvidenceStore
from tracker.kept_pages import kept_pages
from tracker.ledger import Job, Judged
from tracker.policy import Policy
from tracker.registry import Duty, read_targets

logger = logging.getLogger(__name__)

BATCH_TARGETS = 25
BATCH_SECONDS = 1.0
"""Looks are written together: one transaction for so many targets, or for what came within so many seconds."""

Phase = Literal["巡检", "复核"]


class UnknownTarget(WrongUse):
    """Keys that no register names, or that are not to be inspected today."""

    def __init__(self, keys: Collection[str]) -> None:
        super().__init__(f"台账中没有或今日不需巡检的标识码：{'、'.join(sorted(keys))}；请核对后重试")


class NothingToInspect(WrongUse):
    """The registers are empty."""

    def __init__(self) -> None:
        super().__init__("台账为空：请先用 xunjian targets import 导入网站和账号台账")


class NothingToCheck(TrackerError):
    """Not one check is there: a round would visit everybody and judge nothing."""

    def __init__(self) -> None:
        super().__init__("没有可用的检查项：请用 xunjian checks list 查看原因")


class Progress(Protocol):
    """Who wants to know how far the round is."""

    def begins(self, phase: Phase, total: int) -> None: ...
    def looked(self, job: Job, visit: Visit) -> None: ...


class Silent:
    def begins(self, phase: Phase, total: int) -> None: ...
    def looked(self, job: Job, visit: Visit) -> None: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a round is made of."""

    database: Database
    evidence: EvidenceStore
    catalogue: Catalogue
    crawler: CrawlerSettings
    checks: CheckSettings
    scheduler: SchedulerSettings
    shards: ShardRunner
    secrets: Secrets = NO_SECRETS


@dataclass(frozen=True, slots=True)
class RoundDone:
    """What this call did; the day's figures are read from the record."""

    looked: int
    second_looks: int
    rendered: int = 0
    """Pages that a browser opened."""
    broken_checks: dict[str, int] = field(default_factory=dict)
    day: queries.Day | None = None


class Round:
    """One call of a round. Interrupted, or stopped (it raises Stopped), it writes what it saw and leaves the rest due."""

    def __init__(
        self,
        parts: Parts,
        at: datetime,
        progress: Progress | None = None,
        stop: Stop | None = None,
        canary: Canary | None = None,
    ) -> None:
        self.parts, self.clock, self.canary = parts, Clock(at), canary
        self.progress, self.stop = progress or Silent(), stop or Stop()
        self.judge = Judge(parts.catalogue, parts.checks)
        self.rendered = 0

    def run(self, only: Collection[str] = ()) -> RoundDone:
        if not self.parts.catalogue.checks:
            raise NothingToCheck
        with self.parts.database.alone("round"):
            return self._run(only)

    def _run(self, only: Collection[str]) -> RoundDone:
        number, duty, policy = self.open(only)
        day = self.clock.at.date()
        with self.parts.database.reading() as session:
            jobs = self.doubting(session, self.work(session, day, duty, only), policy)
        self.look("巡检", jobs, policy)
        self.judge_accounts(policy)
        with self.parts.database.reading() as session:
            again = self.doubting(session, ledger.second_looks(session, self.clock.at, duty, only), policy)
        self.look("复核", again, policy)
        self.judge_accounts(policy)
        if self.canary:
            self.check_ourselves(self.canary)
        with self.parts.database.writing() as session:
            ledger.finish_day(session, number, self.clock.now())
        with self.parts.database.reading() as session:
            summary = queries.day(session, self.clock.at)
        return RoundDone(len(jobs), len(again), self.rendered, dict(self.judge.broken), summary)

    def open(self, only: Collection[str]) -> tuple[int, Duty, Policy]:
        """Write the day's ledger, before any request."""
        at = self.clock.at
        with self.parts.database.writing() as session:
            duty = read_targets(session, at.date())
            if not duty.due and not duty.excused:
                raise NothingToInspect
            if unknown := set(only) - {target.key for _, target in duty.due}:
                raise UnknownTarget(unknown)
            acts.close_targets(session, at.date(), at, self.clock.now())
            waivers.lapse(session, at, self.clock.now())
            number = ledger.open_day(session, at=at, duty=duty, recorded_at=self.clock.now())
            return number, duty, policy_of(session, self.parts)

    def work(self, session: Session, day: date, duty: Duty, only: Collection[str]) -> list[Job]:
        """What is to be looked at; with single accounts go the control accounts (对照账号), which tell of their bridges."""
        jobs = ledger.work(session, day, duty, only)
        if only and any(isinstance(job.target, Account) for job in jobs):
            jobs += [job for job in ledger.work(session, day, duty) if _is_control(job) and job not in jobs]
        return jobs

    def doubting(self, session: Session, jobs: Sequence[Job], policy: Policy) -> list[Job]:
        return ledger.doubting(session, jobs, self.clock.at, policy.wanting_browser)

    def look(self, phase: Phase, jobs: Sequence[Job], policy: Policy) -> None:
        if not jobs:
            return
        self.progress.begins(phase, len(jobs))
        self.parts.shards.run(jobs, lambda shard: self.shard(shard, policy))

    def judge_accounts(self, policy: Policy) -> None:
        judge_accounts(self.parts.database, self.judge, policy, self.clock, self.stop)

    def shard(self, jobs: Sequence[Job], policy: Policy) -> None:
        """Crawl these targets and write what comes, some at a time."""
        self.stop.require_going()
        waiting = {(job.target.key, type(job.target)): job for job in jobs}
        doubted = {job.target.key: job.doubted for job in jobs if job.doubted}
        targets, earlier = [job.target for job in jobs], self.earlier(jobs)
        grants = self.grants(jobs)
        crawling = crawl(
            targets, self.parts.crawler, self.clock, doubted=doubted, earlier=earlier, grants=grants
        )
        batch: list[tuple[Job, Visit]] = []
        written = time.monotonic()
        try:
            for seen in self.stop.heeded(crawling, crawling.stop, never_lost=(GrantSeen,)):
                if isinstance(seen, bytes):
                    self.parts.evidence.keep(seen)
                    continue
                if isinstance(seen, GrantSeen):
                    self.keep_grant(seen)
                    continue
                if isinstance(seen, Probed):
                    continue
                job = waiting.pop((seen.target.key, type(seen.target)))
                batch.append((job, seen))
                self.rendered += seen.rendered if isinstance(seen, SiteVisit) else 0
                self.progress.looked(job, seen)
                if len(batch) >= BATCH_TARGETS or time.monotonic() - written > BATCH_SECONDS:
                    # Handed over before it is written: whatever interrupts us, nothing is written twice.
                    taken, batch, written = batch, [], time.monotonic()
                    self.record(taken, policy)
        finally:
            crawling.stop()
            self.record(batch, policy)

    def earlier(self, jobs: Sequence[Job]) -> Earlier:
        """What a first look may ask for only if it has changed; a second look (复核) stands on its own."""
        first = [job.target_id for job in jobs if job.ordinal == 1 and not job.doubted]
        with self.parts.database.reading() as session:
            return Earlier(kept_pages(session, first, self.clock.at), self.parts.evidence.find)

    def grants(self, jobs: Sequence[Job]) -> Grants:
        """What the official interfaces are asked with; an authorisation that our key does not open is refused by ourselves."""
        accounts = [job.target.key for job in jobs if isinstance(job.target, Account)]
        if not accounts:
            return NO_GRANTS
        with self.parts.database.reading() as session:
            found, unopened = authorisations.grants(session, self.parts.secrets, accounts)
        for name in unopened:
            self.keep_grant(GrantSeen(name, self.clock.now(), refused=authorisations.UNOPENED))
        return found

    def keep_grant(self, seen: GrantSeen) -> None:
        """At once: a renewal may have voided the tokens before it."""
        with self.parts.database.writing() as session:
            authorisations.keep_seen(session, self.parts.secrets.box, seen)

    def check_ourselves(self, canary: Canary) -> None:
        """自检: visit our own canaries as all others are visited and keep what was found on them. It never ends a round."""
        try:
            said = self.said_of(canary)
        except Stopped:
            raise
        except Exception:  # whatever it is, the targets were visited and judged
            logger.exception("self-check broke down")
            said = []
        seen = compare(said, self.parts.catalogue)
        with self.parts.database.writing() as session:
            self_checks.record(
                session, self.clock.at.date(), self.clock.now(), seen.found, seen.missing, seen.wrong
            )

    def said_of(self, canary: Canary) -> list[tuple[str, Verdict]]:
        """(key of the canary, verdict). The crawl is its own, for no other may come near the canary's address."""
        canary.at(self.clock.at)
        judge = Judge(self.parts.catalogue, self.parts.checks)
        crawling = crawl(canary.targets, self.parts.crawler, self.clock, own=[canary.address])
        said: list[tuple[str, Verdict]] = []
        try:
            for seen in self.stop.heeded(crawling, crawling.stop):
                if isinstance(seen, SiteVisit | AccountVisit):
                    history = ProbeHistory(seen) if isinstance(seen, SiteVisit) else None
                    said += [(seen.target.key, verdict) for verdict in judge.verdicts(seen, history)]
        finally:
            crawling.stop()
        return said

    def record(self, batch: Sequence[tuple[Job, Visit]], policy: Policy) -> None:
        if not batch:
            return
        # A website is judged by itself; accounts wait for the others that are seen by the same bridges.
        sites = [each for each in batch if isinstance(each[1], SiteVisit)]
        waiting = [Judged(job, visit, ()) for job, visit in batch if isinstance(visit, AccountVisit)]
        with self.parts.database.reading() as session:
            judged = [*(self.judge.judge(session, sites) if sites else ()), *waiting]
        with self.parts.database.writing() as session:
            ledger.record(session, judged, policy, self.clock.now())


def _is_control(job: Job) -> bool:
    return isinstance(job.target, Account) and job.target.is_control


def policy_of(session: Session, parts: Parts) -> Policy:
    """What this office chose about confirming; the days in which a person confirms count from the first round ever."""
    settings = parts.scheduler
    first = queries.first_day(session)
    trial = timedelta(days=settings.person_confirms_days - 1)
    return Policy(
        checks={check.id: check for check in parts.catalogue},
        second_look_after=timedelta(hours=settings.second_look_after_hours),
        person_confirms_until=first + trial if first and settings.person_confirms_days else None,
        person_confirms=frozenset(settings.person_confirms_checks),
        trial_until=settings.trial_until,
        needs_browser=settings.second_look_needs_browser,
        has_browser=find(parts.crawler.browser) is not None,
    )
