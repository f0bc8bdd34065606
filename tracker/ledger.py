"""The coverage ledger (覆盖台账): one row a target a day, written before the first request goes out.

It is the work list too: what is due is still to be done, whoever was killed in between. What a look saw is written in
one transaction for many targets: pages, verdicts, columns, entries, and what they change among the issues.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.orm import Session

from checks.bridges import Trouble
from checks.verdicts import Verdict
from crawler.clock import CHINA
from crawler.observations import Problem, SiteVisit, SourceResult, Visit
from crawler.targets import Target
from tracker import models
from tracker.audit import add_link, look_digest
from tracker.errors import WrongUse
from tracker.harvest import keep_columns_and_entries, keep_evidence, page_rows, verdict_rows
from tracker.kept_pages import keep_pages
from tracker.lifecycle import State
from tracker.observed import pack
from tracker.policy import Policy
from tracker.reconcile import Sighting, reconcile
from tracker.registry import Duty

DUE, VISITED, FAILED, EXCUSED = "due", "visited", "failed", "excused"
LASTING = frozenset({Problem.NO_ROAD})
"""Reasons that another look on the same day cannot change."""


class DayIsPast(WrongUse):
    """A missed day stays visible as missed: no round is made up for afterwards."""

    def __init__(self, day: date, newest: date) -> None:
        super().__init__(f"最近一次巡检是 {newest}，不能补做 {day} 的巡检：漏检日保留为漏检")


@dataclass(frozen=True, slots=True)
class Job:
    """One target to be looked at: its row in the day's ledger, and the how-manieth look this will be."""

    visit_id: int
    target_id: int
    ordinal: int
    target: Target
    doubted: frozenset[str] = frozenset()
    """Addresses at which a fault is suspected that only a browser can confirm: one has to open them (复核)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one look saw, and what the checks say about it."""

    job: Job
    visit: Visit
    verdicts: tuple[Verdict, ...]

    @property
    def evidence(self) -> tuple[str, ...]:
        """The page that stands for the whole look: the home page, or what the roads answered."""
        if isinstance(self.visit, SiteVisit):
            shown = self.visit.shown.fetches if self.visit.shown else ()
            fetches = [*([self.visit.home_fetch] if self.visit.home_fetch else []), *shown]
        else:
            fetches = list(self.visit.fetches)
        return tuple(fetch.sha256 for fetch in fetches if fetch.sha256)


def open_day(session: Session, *, at: datetime, duty: Duty, recorded_at: datetime) -> int:
    """The round of the day of `at`, with a row for every target that has none yet; its number."""
    day = at.astimezone(CHINA).date()
    newest = session.scalar(select(func.max(models.Round.day)))
    if newest is not None and day < newest:
        raise DayIsPast(day, newest)
    number = session.scalar(select(models.Round.id).where(models.Round.day == day))
    if number is None:
        opened = models.Round(day=day, at=at, started_at=at, finished_at=None)
        session.add(opened)
        session.flush()
        number = opened.id
    there = set(session.scalars(select(models.Visit.target_id).where(models.Visit.day == day)))
    rows = [
        _row(number, target_id, day, DUE, "") | {"is_counted": duty.counts(target_id)}
        for target_id, _ in duty.due
        if target_id not in there
    ]
    rows += [
        _row(number, target_id, day, EXCUSED, why)
        for target_id, why in duty.excused
        if target_id not in there
    ]
    if rows:
        session.execute(insert(models.Visit), rows)
        add_link(
            session, "ledger", {"day": str(day), "targets": [row["target_id"] for row in rows]}, recorded_at
        )
    _settle_duty(session, day, duty)
    return number


def _settle_duty(session: Session, day: date, duty: Duty) -> None:
    """Rows that nobody has worked off yet follow the registers: who went offline at noon is no longer missing."""
    visit = models.Visit
    excuses = dict(duty.excused)
    waiting = select(visit.id, visit.target_id, visit.state, visit.is_counted).where(
        visit.day == day, visit.state.in_((DUE, EXCUSED))
    )
    changed = []
    for number, target_id, state, was_counted in session.execute(waiting):
        is_due, counts = duty.target(target_id) is not None, duty.counts(target_id)
        if is_due != (state == DUE) or counts != was_counted:
            excuse = "" if is_due else excuses.get(target_id, "已关停注销")
            row = {"id": number, "state": DUE if is_due else EXCUSED, "detail": excuse, "is_counted": counts}
            changed.append(row)
    if changed:
        session.execute(update(visit), changed)


def _row(number: int, target_id: int, day: date, state: str, detail: str) -> dict[str, Any]:
    row = {"round_id": number, "target_id": target_id, "day": day, "state": state, "detail": detail}
    return row | {"is_counted": True}


def work(session: Session, day: date, duty: Duty, only: Collection[str] = ()) -> list[Job]:
    """What is still to be done this day: targets that are due, and those whose look failed for a passing reason; accounts
    that no road told of too, if a whole bridge (采集桥) is broken.

    `only`: these keys, whatever their rows say.
    """
    jobs = []
    unanswered = _unanswered(session, day)
    for visit, looks in _rows(session, day):
        target = duty.target(visit.target_id)
        if target is None:
            continue
        failed = (visit.state == FAILED and visit.problem not in LASTING) or visit.id in unanswered
        if target.key in only or (not only and (visit.state == DUE or failed)):
            jobs.append(Job(visit.id, visit.target_id, looks + 1, target))
    return jobs


def _unanswered(session: Session, day: date) -> set[int]:
    visit, bridge = models.Visit, models.BridgeDay
    is_account = exists().where(models.Target.id == visit.target_id, models.Target.kind == "account")
    broken = exists().where(bridge.day == day, bridge.trouble == str(Trouble.BROKEN))
    query = select(visit.id).where(visit.day == day, visit.state == VISITED, visit.answered == 0)
    return set(session.scalars(query.where(is_account, broken)))


def second_looks(session: Session, at: datetime, duty: Duty, only: Collection[str] = ()) -> list[Job]:
    """Targets with a suspicion, or a fault that seems to be back, whose second look (复核) is due; and those whose unit
    says that a fault is put right, which nobody has looked at since (复查)."""
    due = set(
        session.scalars(select(models.Issue.target_id).where(models.Issue.look_again_at <= at).distinct())
    )
    due.update(session.scalars(_replied_since_the_last_look(at)))
    jobs = []
    for visit, looks in _rows(session, at.astimezone(CHINA).date()):
        target = duty.target(visit.target_id) if visit.target_id in due else None
        if target is not None and (not only or target.key in only):
            jobs.append(Job(visit.id, visit.target_id, looks + 1, target))
    return jobs


def doubting(session: Session, jobs: Sequence[Job], at: datetime, checks: Collection[str]) -> list[Job]:
    """These jobs with the addresses that `checks` doubt: of suspicions whose second look is due, and of what a unit says
    is put right."""
    issue = models.Issue
    query = select(issue.target_id, issue.url).where(
        issue.check_id.in_(checks),
        issue.url != "",
        (issue.look_again_at <= at) | (issue.state == str(State.REPLIED)),
    )
    doubted: dict[int, set[str]] = {}
    for target_id, url in session.execute(query):
        doubted.setdefault(target_id, set()).add(url)
    return [replace(job, doubted=frozenset(doubted.get(job.target_id, ()))) for job in jobs]


def _replied_since_the_last_look(at: datetime) -> Select[int]:
    """Whoever answers again is looked at again, also where the issue waits for a re-visit already."""
    issue, reply, look = models.Issue, models.Reply, models.Look
    seen_since = exists().where(look.target_id == issue.target_id, look.at > reply.at)
    return (
        select(issue.target_id)
        .join(reply, reply.issue_id == issue.id)
        .where(issue.state == str(State.REPLIED), reply.at <= at, ~seen_since)
        .distinct()
    )


def _rows(session: Session, day: date) -> Iterator[tuple[models.Visit, int]]:
    looks = (
        select(models.Look.visit_id, func.max(models.Look.ordinal).label("looks"))
        .join(models.Visit, models.Visit.id == models.Look.visit_id)
        .where(models.Visit.day == day)
        .group_by(models.Look.visit_id)
        .subquery()
    )
    rows = (
        select(models.Visit, func.coalesce(looks.c.looks, 0))
        .outerjoin(looks, looks.c.visit_id == models.Visit.id)
        .where(models.Visit.day == day)
        .order_by(models.Visit.id)
    )
    yield from session.execute(rows)


def finish_day(session: Session, number: int, at: datetime) -> None:
    session.execute(update(models.Round).where(models.Round.id == number).values(finished_at=at))


def record(session: Session, judged: Sequence[Judged], policy: Policy, recorded_at: datetime) -> None:
    """Write these looks and all that follows from them."""
    if not judged:
        return
    numbered = _numbered(session, judged, recorded_at)
    _insert(session, models.Page, (row for number, each in numbered for row in page_rows(number, each.visit)))
    _insert(
        session,
        models.JudgedVerdict,
        (row for number, each in numbered for row in verdict_rows(number, each.verdicts)),
    )
    keep_evidence(session, (each.visit for each in judged))
    keep_columns_and_entries(session, ((each.job.target_id, each.visit) for each in judged))
    keep_pages(session, ((each.job.target_id, each.visit) for each in judged))
    _write_outcomes(session, judged)
    reconcile(session, [sighting for each in judged for sighting in _sightings(each)], policy, recorded_at)


def _numbered(session: Session, judged: Sequence[Judged], recorded_at: datetime) -> list[tuple[int, Judged]]:
    """Write the looks; each with its number, asked back by its natural key (SQLite gives numbers back one by one only)."""
    look = models.Look
    rows = [_look(each) for each in judged]
    session.execute(insert(look), rows)
    mine = select(look.visit_id, look.ordinal, look.id).where(
        look.visit_id.in_({each.job.visit_id for each in judged})
    )
    numbers = {(visit_id, ordinal): number for visit_id, ordinal, number in session.execute(mine)}
    digests = {
        str(numbers[row["visit_id"], row["ordinal"]]): look_digest(
            *(row[name] for name in ("visit_id", "ordinal", "at", "problem", "seen"))
        )
        for row in rows
    }
    add_link(session, "looks", {"looks": digests}, recorded_at)
    return [(numbers[each.job.visit_id, each.job.ordinal], each) for each in judged]


def rewrite_verdicts(
    session: Session, judged: Sequence[tuple[int, Judged]], policy: Policy, recorded_at: datetime
) -> None:
    """What the checks say now about looks of the past (look id, judged), and what that means for issues."""
    said = models.JudgedVerdict
    replaced = delete(said).where(
        said.look_id == bindparam("look"),
        said.check_id == bindparam("check"),
        said.subject_key == bindparam("subject"),
    )
    session.connection().execute(
        replaced,
        [
            {"look": look_id, "check": verdict.check, "subject": verdict.key}
            for look_id, each in judged
            for verdict in each.verdicts
        ],
    )
    _insert(
        session,
        models.JudgedVerdict,
        (row for look_id, each in judged for row in verdict_rows(look_id, each.verdicts)),
    )
    reconcile(session, [sighting for _, each in judged for sighting in _sightings(each)], policy, recorded_at)


def _insert(session: Session, table: type[models.Base], rows: Iterable[dict[str, Any]]) -> None:
    if listed := list(rows):
        session.execute(insert(table), listed)


def _look(judged: Judged) -> dict[str, Any]:
    return {
        "visit_id": judged.job.visit_id,
        "target_id": judged.job.target_id,
        "ordinal": judged.job.ordinal,
        "at": judged.visit.at,
        "problem": judged.visit.problem or "",
        "seen": pack(judged.visit),
    }


def _write_outcomes(session: Session, judged: Sequence[Judged]) -> None:
    """A second look does not undo a first one that told more: not one that failed, nor one over roads that are broken now."""
    visit = models.Visit
    outcomes = [_outcome(each) for each in judged if each.job.ordinal == 1 or each.visit.problem is None]
    if not outcomes:
        return
    of_it = visit.id == bindparam("visit"), visit.answered <= bindparam("told")
    session.connection().execute(update(visit).where(*of_it).values(answered=bindparam("told")), outcomes)


def _outcome(judged: Judged) -> dict[str, Any]:
    visit = judged.visit
    told = 0 if visit.problem or isinstance(visit, SiteVisit) else sum(map(_tells_of_posts, visit.sources))
    return {
        "visit": judged.job.visit_id,
        "told": told,
        "state": FAILED if visit.problem else VISITED,
        "problem": visit.problem or "",
        "detail": visit.detail,
        "pages": len(visit.fetches),
        "visited_at": visit.at,
    }


def _tells_of_posts(source: SourceResult) -> bool:
    """Or that there will be none; not where the platform only says that the account is there."""
    lists = source.health == "ok" and bool(source.posts or source.complete_since)
    return lists or source.health == "account_gone"


def _sightings(judged: Judged) -> Iterator[Sighting]:
    for verdict in judged.verdicts:
        yield Sighting(judged.job.target_id, judged.visit.at, judged.job.ordinal, verdict, judged.evidence)
