"""What a person saw of an account (人工核验) is judged at the moment it was seen, by the rules that judge every look."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from checks.ages import day_of
from checks.catalogue import Catalogue
from crawler.clock import CHINA, midnight
from crawler.observations import FROM_THE_BEGINNING, AccountVisit, Post, SourceResult, Visit
from crawler.sources.base import PERSON
from crawler.targets import Account
from scheduler.judging import Judge
from scheduler.round import Parts, policy_of
from tracker.ledger import Job
from tracker.models import PersonSighting
from tracker.rating_facts import ACCOUNT_CHECKS
from tracker.reconcile import Sighting, reconcile
from tracker.registry import read_targets
from tracker.sightings import not_overtaken


def judge(session: Session, parts: Parts, said: Iterable[PersonSighting], recorded_at: datetime) -> None:
    """Write what these sightings change among the issues, within the caller's transaction.

    A person is the second look: what is found is confirmed at once. Whoever was not to be inspected on that day is not
    judged; what was looked at since is left as it was seen then.
    """
    seen: list[tuple[Job, Visit]] = []
    rows: list[PersonSighting] = []
    for day, each_of_day in _by_day(not_overtaken(session, list(said))).items():
        duty = read_targets(session, day)
        for row in each_of_day:
            account = duty.target(row.target_id)
            if isinstance(account, Account):
                seen.append((Job(0, row.target_id, 1, account), visit_of(account, row)))
                rows.append(row)
    checks = tuple(check for check in parts.catalogue if check.id in ACCOUNT_CHECKS)
    judged = Judge(Catalogue(checks), parts.checks).judge(session, seen)
    sightings = [
        Sighting(row.target_id, each.visit.at, 1, verdict, tuple(row.evidence), row.decided_by)
        for row, each in zip(rows, judged, strict=True)
        for verdict in each.verdicts
    ]
    reconcile(session, sightings, replace(policy_of(session, parts), by_person=True), recorded_at)


def visit_of(account: Account, row: PersonSighting) -> AccountVisit:
    """A person's look as a road that shows the newest post and nothing after it."""
    at = row.seen_at.astimezone(CHINA)
    source = SourceResult(
        row.link or "person:",
        complete_since=FROM_THE_BEGINNING,
        official=True,
        upstream=PERSON,
    )
    if row.newest_on is not None:
        published = midnight(row.newest_on)
        post = Post(row.link or str(row.newest_on), url=row.link, published_at=published, precision="day")
        source = replace(source, posts=(post,), complete_since=published)
    return AccountVisit(account, at, (source,))


def _by_day(said: Iterable[PersonSighting]) -> dict[date, list[PersonSighting]]:
    found = defaultdict(list)
    for row in said:
        found[day_of(row.seen_at)].append(row)
    return found
