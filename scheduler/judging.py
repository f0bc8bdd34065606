"""From what was seen to verdicts: the quality gate, every check that applies, and checks that break down."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from checks.catalogue import Catalogue, Check
from checks.settings import CheckSettings
from checks.verdicts import Verdict, unjudged
from crawler.observations import AccountVisit, ProbeHistory, Problem, SiteVisit, Visit
from scheduler.memory import remembered
from tracker import queries
from tracker.bridges import BridgesOfDays
from tracker.confirmed_classes import ConfirmedClasses
from tracker.ledger import Job, Judged

logger = logging.getLogger(__name__)

WINDOW = timedelta(days=7)
"""How far back a website's probes are looked at."""


class Judge:
    """All checks of the catalogue, over whatever is given. `broken` counts the checks that raised, by id."""

    def __init__(self, catalogue: Catalogue, settings: CheckSettings) -> None:
        self.catalogue, self.settings = catalogue, settings
        self.broken: Counter[str] = Counter()

    def judge(self, session: Session, seen: Sequence[tuple[Job, Visit]]) -> list[Judged]:
        """Verdicts on these looks, with the history that the checks ask for; a few queries for all of one round."""
        sites = [(job.target_id, visit) for job, visit in seen if isinstance(visit, SiteVisit)]
        accounts = [(job.target_id, visit) for job, visit in seen if isinstance(visit, AccountVisit)]
        ats = [visit.at for _, visit in seen]
        probes = queries.probes(session, [i for i, _ in sites], min(ats) - WINDOW, max(ats)) if sites else {}
        known, bridges = iter(remembered(session, accounts)), BridgesOfDays(session)
        confirmed = ConfirmedClasses(session)
        judged = []
        for job, visit in seen:
            if isinstance(visit, AccountVisit):
                visit = next(known)
                verdicts = self.verdicts(bridges.applied(visit))
            else:
                mine = (
                    each for each in probes.get(job.target_id, ()) if visit.at - WINDOW <= each.at <= visit.at
                )
                verdicts = self.verdicts(confirmed.applied(visit), ProbeHistory(visit, tuple(mine)))
            judged.append(Judged(job, visit, tuple(verdicts)))
        return judged

    def verdicts(self, visit: Visit, history: ProbeHistory | None = None) -> Iterator[Verdict]:
        if isinstance(visit, AccountVisit) and visit.account.is_control:
            return  # a control account (对照账号) tells of its bridges; nobody asks how it does
        for check in self.catalogue:
            observation = history if check.reads is ProbeHistory else visit
            if observation is None or not isinstance(observation, check.reads):
                continue
            if visit.problem is not None and check.reads is not ProbeHistory:
                # The quality gate: nothing is concluded from a failed visit.
                yield replace(unjudged(visit.target, visit.problem), check=check.id)
            else:
                yield from self.asked(check, observation, visit)

    def asked(self, check: Check, observation: object, visit: Visit) -> list[Verdict]:
        try:
            return list(check(observation, self.settings))
        except Exception:  # our fault, not the site's: the others go on
            logger.exception("check broke down", extra={"check": check.id, "target": visit.target.key})
            self.broken[check.id] += 1
            return [replace(unjudged(visit.target, Problem.OUR_FAULT), check=check.id)]
