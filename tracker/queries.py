"""Read models: what people and judges ask of the record. Each is one query, whatever its length."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, exists, func, select
from sqlalchemy.orm import Session

from checks.blame import Blame, blame_of
from crawler.clock import CHINA, midnight
from crawler.observations import Probe, Problem, Visit
from crawler.worded import Worded
from tracker import models
from tracker.authorisations import Kept, troubled
from tracker.bridges import Bridge, in_trouble
from tracker.columns import ColumnChange, came, went
from tracker.drafts import is_overdue
from tracker.errors import UnknownIssue
from tracker.lifecycle import UNCONFIRMED, State
from tracker.observed import unpack
from tracker.reminders import Reminder, newest_looks, reminders
from tracker.sightings import newest_by_people

STREAM = {"yield_per": 500}
ROUND_AT_MOST = timedelta(days=1)
"""A look bears the moment at which its round began: what was published while it lasted is not dated ahead."""

AHEAD_AT_MOST = timedelta(days=366)
"""A stated day that lies so far back is in nobody's window."""


# -- issues -----------------------------------------------------------------------------------------------


def issues(
    session: Session, states: Collection[str] = (), *, on_trial: bool = False
) -> Iterator[tuple[models.Issue, models.Target]]:
    """Issues with their targets, oldest first; of all states unless some are named. `on_trial`: the 摸底清单 only."""
    query = select(models.Issue, models.Target).join(
        models.Target, models.Target.id == models.Issue.target_id
    )
    if states:
        query = query.where(models.Issue.state.in_(states))
    if on_trial:
        query = query.where(models.Issue.on_trial())
    yield from session.execute(query.order_by(models.Issue.id).execution_options(**STREAM))


def issue_fields(issue: models.Issue, target: models.Target) -> dict[str, Any]:
    """One issue as `issues list --format json` prints it (design.md part 10); scripts rely on these names."""
    return {
        "id": issue.id,
        "target": target.key,
        "kind": target.kind,
        "check": issue.check_id,
        "url": issue.url,
        "subject": issue.subject,
        "detail": issue.detail,
        "state": issue.state,
        "needs_person": issue.needs_person,
        "first_seen": issue.first_seen.astimezone(CHINA).isoformat(),
        "last_seen": issue.last_seen.astimezone(CHINA).isoformat(),
    }


def issue(session: Session, number: int) -> tuple[models.Issue, models.Target, models.Unit]:
    found = session.execute(
        select(models.Issue, models.Target, models.Unit)
        .join(models.Target, models.Target.id == models.Issue.target_id)
        .join(models.Unit, models.Unit.id == models.Target.unit_id)
        .where(models.Issue.id == number)
    ).first()
    if found is None:
        raise UnknownIssue(number)
    return found[0], found[1], found[2]


def moves(session: Session, number: int) -> list[models.Move]:
    return list(
        session.scalars(select(models.Move).where(models.Move.issue_id == number).order_by(models.Move.id))
    )


def pages(session: Session, shas: Collection[str]) -> list[tuple[str, str, datetime]]:
    """Where and when the stored pages were fetched first: (sha256, url, fetched_at). What people brought in has no url."""
    query = (
        select(models.Page.sha256, func.min(models.Page.url), func.min(models.Page.fetched_at))
        .where(models.Page.sha256.in_(shas))
        .group_by(models.Page.sha256)
    )
    found = [(sha256, url, at) for sha256, url, at in session.execute(query)]
    stored = select(models.Evidence.sha256, models.Evidence.first_fetched).where(
        models.Evidence.sha256.in_(set(shas) - {sha256 for sha256, _, _ in found})
    )
    return found + [(sha256, "", at) for sha256, at in session.execute(stored)]


# -- the day ----------------------------------------------------------------------------------------------


class HowSeen(Worded):
    """By whom an account was looked at on a day."""

    AUTOMATIC = "automatic", "自动"
    PERSON = "person", "人工"
    NOBODY = "nobody", "未核验"


@dataclass(frozen=True, slots=True)
class Unseen:
    """A target about which nothing could be concluded on a day, and why."""

    kind: str
    key: str
    name: str
    problem: str
    detail: str


@dataclass(frozen=True, slots=True)
class Day:
    """One day in figures: the coverage, what moved, what could not be verified."""

    day: date
    visits: Counter[tuple[str, str]]
    """(kind of target, state of its visit) -> targets."""
    moved: Counter[tuple[str, str, str, str]]
    """(check, event, from state, to state) -> issues."""
    unseen: tuple[Unseen, ...]
    unjudged: Counter[tuple[str, str]]
    """(check, problem) -> subjects, of targets that were visited."""
    open_issues: Counter[tuple[str, str]]
    """(check, state) -> issues."""
    overdue: Counter[str] = field(default_factory=Counter)
    """check -> issues that a unit was told of and whose deadline (整改时限) has passed."""
    waiting: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(check, lack) -> suspicions whose second look lacked a browser (`lifecycle.Lack`)."""
    trial: Counter[str] = field(default_factory=Counter)
    """check -> issues in the 摸底清单: they stand in no other figure of the day."""
    blamed: Counter[Blame] = field(default_factory=Counter)
    """What the day's probes that did not open a home page are put down to (归因)."""
    columns_came: tuple[ColumnChange, ...] = ()
    columns_went: tuple[ColumnChange, ...] = ()
    bridges: tuple[Bridge, ...] = ()
    """The bridges (采集桥) from whose silence nothing was concluded."""
    accounts: Counter[HowSeen] = field(default_factory=Counter)
    """How the accounts that were due were seen: over a road that told of them, by a person (人工核验), or not at all."""
    authorisations: tuple[Kept, ...] = ()
    """Those that are refused or end within a month (授权)."""
    reminders: tuple[Reminder, ...] = ()
    """Accounts that are soon late, or late by their filed 更新频率要求 alone."""
    without_columns: tuple[str, ...] = ()
    """Names of the websites that were visited and on which no column was found."""

    def counted(self, *states: str) -> int:
        return sum(count for (_, state), count in self.visits.items() if not states or state in states)


def day(session: Session, at: datetime) -> Day:
    today = at.astimezone(CHINA).date()
    visit, target, issue, move = models.Visit, models.Target, models.Issue, models.Move
    visits = (
        select(target.kind, visit.state, func.count())
        .join(target, target.id == visit.target_id)
        .where(visit.day == today, visit.is_counted)
        .group_by(target.kind, visit.state)
    )
    unseen = (
        select(target.kind, target.key, target.name, visit.problem, visit.detail)
        .join(target, target.id == visit.target_id)
        .where(visit.day == today, visit.state == "failed", visit.is_counted)
        .order_by(target.kind.desc(), visit.problem, target.key)
    )
    begin = midnight(today)
    moved = (
        select(issue.check_id, move.event, move.from_state, move.to_state, func.count())
        .join(issue, issue.id == move.issue_id)
        .where(move.at >= begin, move.at <= at, ~_in_trial(move))
        .group_by(issue.check_id, move.event, move.from_state, move.to_state)
    )
    overdue = select(issue.check_id, func.count()).where(is_overdue(today)).group_by(issue.check_id)
    standing = select(issue.check_id, issue.state, func.count()).group_by(issue.check_id, issue.state)
    waiting = select(issue.check_id, issue.lacks, func.count()).group_by(issue.check_id, issue.lacks)
    is_waiting = (issue.lacks != "") & issue.look_again_at.is_not(None)
    trial = select(issue.check_id, func.count()).where(issue.on_trial()).group_by(issue.check_id)
    return Day(
        today,
        Counter({(kind, state): count for kind, state, count in session.execute(visits)}),
        Counter({(check, event, before, to): n for check, event, before, to, n in session.execute(moved)}),
        tuple(Unseen(*row) for row in session.execute(unseen)),
        _unjudged(session, today),
        Counter(
            {
                (check, state): count
                for check, state, count in session.execute(standing.where(~issue.on_trial()))
            }
        ),
        Counter({check: count for check, count in session.execute(overdue)}),  # noqa: C416,
        Counter({(check, lack): n for check, lack, n in session.execute(waiting.where(is_waiting))}),
        Counter({check: count for check, count in session.execute(trial)}),  # noqa: C416
        _blamed(session, begin, at),
        tuple(came(session, today)),
        tuple(went(session, today)),
        tuple(in_trouble(session, today)),
        _how_seen(session, begin, at),
        troubled(session, today),
        reminders(session, today),
        _without_columns(session, today),
    )


def _how_seen(session: Session, begin: datetime, at: datetime) -> Counter[HowSeen]:
    visit, said = models.Visit, models.PersonSighting
    by_person = exists().where(
        said.target_id == visit.target_id, said.seen_at >= begin, said.seen_at <= at, said.holds(at)
    )
    how = case(
        (visit.was_told(), str(HowSeen.AUTOMATIC)),
        (by_person, str(HowSeen.PERSON)),
        else_=str(HowSeen.NOBODY),
    ).label("how")
    query = (
        select(how, func.count())
        .join(models.Target, models.Target.id == visit.target_id)
        .where(visit.day == begin.astimezone(CHINA).date(), visit.is_counted, visit.state != "excused")
        .where(models.Target.kind == "account")
        .group_by(how)
    )
    return Counter({HowSeen(each): count for each, count in session.execute(query)})


def _blamed(session: Session, begin: datetime, at: datetime) -> Counter[Blame]:
    row = models.ProbeRow
    query = (
        select(row.problem, row.status, func.count())
        .where(
            row.target_id.in_(select(models.Target.id).where(models.Target.kind == "site"))
        )  # by the index
        .where(row.at >= begin, row.at <= at, row.ok.is_(False))
        .group_by(row.problem, row.status)
    )
    blamed: Counter[Blame] = Counter()
    for problem, status, count in session.execute(query):
        if blame := blame_of(Problem(problem) if problem else None, status):
            blamed[blame] += count
    return blamed


def _in_trial(move: type[models.Move]) -> ColumnElement[bool]:
    """A move of an issue that nobody has released."""
    issue = models.Issue
    silent = move.to_state.in_([str(state) for state in UNCONFIRMED | {State.DISMISSED}])
    return issue.trial.is_(True) & issue.released_at.is_(None) & silent


def _unjudged(session: Session, today: date) -> Counter[tuple[str, str]]:
    """Subjects that the newest look of a visited target left unjudged, by check and reason."""
    verdict = models.JudgedVerdict
    counted = (
        select(verdict.check_id, verdict.problem, func.count())
        .where(verdict.look_id.in_(newest_looks(today)), verdict.kind == "unjudged")
        .group_by(verdict.check_id, verdict.problem)
    )
    return Counter({(check, problem): count for check, problem, count in session.execute(counted)})


def _without_columns(session: Session, today: date) -> tuple[str, ...]:
    verdict = models.JudgedVerdict
    query = (
        select(verdict.subject)
        .where(verdict.look_id.in_(newest_looks(today)), verdict.problem == str(Problem.NO_COLUMNS))
        .distinct()
        .order_by(verdict.subject)
    )
    return tuple(session.scalars(query))


# -- history for judging ----------------------------------------------------------------------------------


def probes(
    session: Session, target_ids: Collection[int], since: datetime, until: datetime
) -> dict[int, tuple[Probe, ...]]:
    """The probes of these targets from `since` to `until`, oldest first."""
    row = models.ProbeRow
    query = (
        select(row.target_id, row.at, row.ok, row.status, row.seconds, row.problem)
        .where(row.target_id.in_(target_ids), row.at >= since, row.at <= until)
        .order_by(row.target_id, row.at)
    )
    found: dict[int, list[Probe]] = {}
    for target_id, at, ok, status, seconds, problem in session.execute(query):
        probe = Probe(at.astimezone(CHINA), ok, status, seconds, Problem(problem) if problem else None)
        found.setdefault(target_id, []).append(probe)
    return {target_id: tuple(listed) for target_id, listed in found.items()}


def newest_posts(session: Session, target_ids: Collection[int], until: datetime) -> dict[int, datetime]:
    """The newest post that any earlier visit saw of each account, or a person, not counting dates after `until`, nor those
    that were still to come when they were first seen: a day comes without anything being published on it."""
    row = models.Entry
    # Those few one by one, for the databases do not reckon alike with times.
    ahead = case((row.published > row.first_seen, row.id))
    query = (
        select(row.target_id, ahead, func.max(row.published), func.min(row.first_seen))
        .where(
            row.target_id.in_(target_ids), row.place == "", row.published <= until, row.first_seen <= until
        )
        .group_by(row.target_id, ahead)
    )
    found: dict[int, datetime] = {}
    for target_id, one, newest, seen in session.execute(query):
        if one is None or not _is_ahead(newest, seen):
            found[target_id] = max(newest.astimezone(CHINA), found.get(target_id, newest))
    for target_id, newest in newest_by_people(session, target_ids, until).items():
        found[target_id] = max(newest, found.get(target_id, newest))
    return found


def seen_ahead(session: Session, target_ids: Collection[int], until: datetime) -> dict[int, set[str]]:
    """The posts of each account that earlier looks saw before the day that they state (`harvest.digest_of_post`)."""
    row = models.Entry
    query = select(row.target_id, row.digest, row.published, row.first_seen).where(
        row.target_id.in_(target_ids),
        row.place == "",
        row.published > row.first_seen,
        row.published >= until - AHEAD_AT_MOST,
        row.first_seen <= until,
    )
    found: dict[int, set[str]] = {}
    for target_id, digest, published, first_seen in session.execute(query):
        if published and _is_ahead(published, first_seen):
            found.setdefault(target_id, set()).add(digest)
    return found


def _is_ahead(published: datetime, first_seen: datetime) -> bool:
    return published > first_seen + ROUND_AT_MOST


def first_day(session: Session) -> date | None:
    """The day of the first round ever."""
    return session.scalar(select(func.min(models.Round.day)))


def newest_day(session: Session) -> date | None:
    """The day of the newest round."""
    return session.scalar(select(func.max(models.Round.day)))


@dataclass(frozen=True, slots=True)
class PastLook:
    """One look out of the record, with its observation."""

    id: int
    target_id: int
    ordinal: int
    visit: Visit


def past_looks(session: Session, first: date, last: date) -> Iterator[PastLook]:
    """Every look of these days in the order it was made; not those that lost what they saw when its time was over (保存期限)."""
    query = (
        select(
            models.Look.id, models.Look.target_id, models.Look.ordinal, models.Look.seen, models.Target.kind
        )
        .join(models.Visit, models.Visit.id == models.Look.visit_id)
        .join(models.Target, models.Target.id == models.Look.target_id)
        .where(models.Visit.day >= first, models.Visit.day <= last)
        .order_by(models.Look.id)
        .execution_options(yield_per=50)
    )
    for number, target_id, ordinal, seen, kind in session.execute(query):
        if seen:  # asked here: the database compares packed bytes, and another packer packs nothing otherwise
            yield PastLook(number, target_id, ordinal, unpack(kind, seen))


def verdicts_of(session: Session, look_ids: Collection[int]) -> dict[tuple[int, str, str], str]:
    """(look, check, subject) -> kind, as they were judged then."""
    row = models.JudgedVerdict
    query = select(row.look_id, row.check_id, row.subject_key, row.kind).where(row.look_id.in_(look_ids))
    return {(look, check, subject): kind for look, check, subject, kind in session.execute(query)}
