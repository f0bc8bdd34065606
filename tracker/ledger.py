"""The coverage ledger (覆盖台账): one row a target a day, written before the first request goes out.

It is the work list too: what is due is still to be done, whoever was killed in between. What a look saw is written in
one transaction for many targets: pages, verdicts, columns, entries, and what they change among the issues.
"""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from checks.verdicts import Verdict
from crawler.clock import CHINA
from crawler.observations import AccountVisit, Problem, SiteVisit, Visit
from crawler.targets import Target
from tracker import models
from tracker.errors import TrackerError
from tracker.observed import pack
from tracker.reconcile import Policy, Sighting, reconcile
from tracker.registry import Duty
from tracker.upsert import upsert

DUE, VISITED, FAILED, EXCUSED = "due", "visited", "failed", "excused"
LASTING = frozenset({Problem.NO_ROAD})
"""Reasons that another look on the same day cannot change."""


class DayIsPast(TrackerError):
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
            fetches = [self.visit.home_fetch] if self.visit.home_fetch else []
        else:
            fetches = list(self.visit.fetches)
        return tuple(fetch.sha256 for fetch in fetches if fetch.sha256)


def open_day(session: Session, *, at: datetime, duty: Duty) -> int:
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
    rows = [_row(number, target_id, day, DUE, "") for target_id, _ in duty.due if target_id not in there]
    rows += [
        _row(number, target_id, day, EXCUSED, why)
        for target_id, why in duty.excused
        if target_id not in there
    ]
    if rows:
        session.execute(insert(models.Visit), rows)
    return number


def _row(number: int, target_id: int, day: date, state: str, detail: str) -> dict[str, Any]:
    return {"round_id": number, "target_id": target_id, "day": day, "state": state, "detail": detail}


def work(session: Session, day: date, duty: Duty, only: Collection[str] = ()) -> list[Job]:
    """What is still to be done this day: targets that are due, and those whose look failed for a passing reason.

    `only`: these keys, whatever their rows say.
    """
    jobs = []
    for visit, looks in _rows(session, day):
        target = duty.target(visit.target_id)
        if target is None:
            continue
        failed = visit.state == FAILED and visit.problem not in LASTING
        if target.key in only or (not only and (visit.state == DUE or failed)):
            jobs.append(Job(visit.id, visit.target_id, looks + 1, target))
    return jobs


def second_looks(session: Session, at: datetime, duty: Duty, only: Collection[str] = ()) -> list[Job]:
    """Targets with a suspicion, or a fault that seems to be back, whose second look (复核) is due."""
    due = set(
        session.scalars(select(models.Issue.target_id).where(models.Issue.look_again_at <= at).distinct())
    )
    jobs = []
    for visit, looks in _rows(session, at.astimezone(CHINA).date()):
        target = duty.target(visit.target_id) if visit.target_id in due else None
        if target is not None and (not only or target.key in only):
            jobs.append(Job(visit.id, visit.target_id, looks + 1, target))
    return jobs


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
    numbered = _numbered(session, judged)
    _insert(session, models.Page, (row for number, each in numbered for row in _pages(number, each.visit)))
    _insert(
        session,
        models.JudgedVerdict,
        (row for number, each in numbered for row in verdict_rows(number, each.verdicts)),
    )
    _keep_evidence(session, judged)
    _keep_columns_and_entries(session, judged)
    if outcomes := [_outcome(each) for each in judged if _tells_more(each)]:
        session.execute(update(models.Visit), outcomes)
    reconcile(session, [sighting for each in judged for sighting in _sightings(each)], policy, recorded_at)


def _numbered(session: Session, judged: Sequence[Judged]) -> list[tuple[int, Judged]]:
    """Write the looks; each with its number, asked back by its natural key (SQLite gives numbers back one by one only)."""
    look = models.Look
    session.execute(insert(look), [_look(each) for each in judged])
    mine = select(look.visit_id, look.ordinal, look.id).where(
        look.visit_id.in_({each.job.visit_id for each in judged})
    )
    numbers = {(visit_id, ordinal): number for visit_id, ordinal, number in session.execute(mine)}
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


def _pages(look_id: int, visit: Visit) -> Iterator[dict[str, Any]]:
    for fetch in visit.fetches:
        yield {
            "look_id": look_id,
            "url": fetch.url,
            "status": fetch.status,
            "problem": fetch.problem or "",
            "sha256": fetch.sha256,
            "size": fetch.size,
            "fetched_at": fetch.at,
        }


def verdict_rows(look_id: int, verdicts: Iterable[Verdict]) -> Iterator[dict[str, Any]]:
    for verdict in verdicts:
        yield {
            "look_id": look_id,
            "check_id": verdict.check,
            "kind": str(verdict.kind),
            "subject_key": verdict.key,
            "subject": verdict.subject,
            "why": verdict.why,
            "problem": verdict.problem or "",
            "warning": verdict.warning,
        }


def _tells_more(judged: Judged) -> bool:
    """A second look that failed does not undo a first one that went well."""
    return judged.job.ordinal == 1 or judged.visit.problem is None


def _outcome(judged: Judged) -> dict[str, Any]:
    visit = judged.visit
    return {
        "id": judged.job.visit_id,
        "state": FAILED if visit.problem else VISITED,
        "problem": visit.problem or "",
        "detail": visit.detail,
        "pages": len(visit.fetches),
        "visited_at": visit.at,
    }


def _keep_evidence(session: Session, judged: Sequence[Judged]) -> None:
    pages = {
        fetch.sha256: {"sha256": fetch.sha256, "size": fetch.size, "first_fetched": fetch.at}
        for each in judged
        for fetch in each.visit.fetches
        if fetch.sha256
    }
    upsert(session, models.Evidence, list(pages.values()), ("sha256",), ())


def _keep_columns_and_entries(session: Session, judged: Sequence[Judged]) -> None:
    columns: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    for each in judged:
        if isinstance(each.visit, SiteVisit):
            columns += _columns(each.job.target_id, each.visit)
            entries += _listed(each.job.target_id, each.visit)
        else:
            entries += _posted(each.job.target_id, each.visit)
    upsert(session, models.SeenColumn, columns, ("target_id", "path"), ("url", "found_by", "last_seen"))
    upsert(session, models.Entry, entries, ("digest",), ("title", "published", "date_source", "last_seen"))


def _columns(target_id: int, visit: SiteVisit) -> Iterator[dict[str, Any]]:
    for column in visit.columns:
        yield {
            "target_id": target_id,
            "path": column.key,
            "url": column.url,
            "found_by": column.found_by,
            "first_seen": visit.at,
            "last_seen": visit.at,
        }


def _listed(target_id: int, visit: SiteVisit) -> Iterator[dict[str, Any]]:
    for column in visit.columns:
        if column.reading is None:
            continue
        for row in {row.url: row for row in column.reading.rows}.values():
            published = datetime.combine(row.date, time(), CHINA) if row.date else None
            yield _entry(target_id, column.key, row.url, visit.at) | {
                "title": row.title,
                "url": row.url,
                "published": published,
                "date_source": row.date_source or "",
            }


def _posted(target_id: int, visit: AccountVisit) -> Iterator[dict[str, Any]]:
    posts = {
        post.id or post.url: post
        for source in visit.sources
        if source.health == "ok"
        for post in source.posts
    }
    for number, post in posts.items():
        yield _entry(target_id, "", number, visit.at) | {
            "title": post.title,
            "url": post.url,
            "published": post.published_at,
            "date_source": "",
        }


def _entry(target_id: int, place: str, number: str, at: datetime) -> dict[str, Any]:
    digest = hashlib.blake2b(f"{target_id}\n{place}\n{number}".encode(), digest_size=16).hexdigest()
    return {"target_id": target_id, "place": place, "digest": digest, "first_seen": at, "last_seen": at}


def _sightings(judged: Judged) -> Iterator[Sighting]:
    for verdict in judged.verdicts:
        yield Sighting(judged.job.target_id, judged.visit.at, judged.job.ordinal, verdict, judged.evidence)
