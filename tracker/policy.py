"""What an office chose about confirming what its rounds see: when a second look is due, what waits for a person or for a browser."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from checks.catalogue import Check
from checks.verdicts import Verdict
from crawler.clock import CHINA, midnight
from tracker.lifecycle import Lack


@dataclass(frozen=True, slots=True)
class Policy:
    """`person_confirms_until`: through this day every issue waits for a person."""

    checks: Mapping[str, Check] = field(default_factory=dict)
    second_look_after: timedelta = timedelta(hours=6)
    person_confirms_until: date | None = None
    person_confirms: frozenset[str] = frozenset()
    """Checks whose faults always wait for a person."""
    trial_until: date | None = None
    """摸底期: through this day all that is seen waits until a person releases it."""
    needs_browser: bool = False
    """Checks that want a browser confirm only what one showed."""
    has_browser: bool = False
    by_person: bool = False
    """What is told was seen by a person (人工核验): no machine need look again, and no other person need confirm it."""

    def waits_for_person(self, verdict: Verdict, at: datetime) -> bool:
        """Because of what it is, or in the first days. In the trial period it waits for its release anyway."""
        check = self.checks.get(verdict.check)
        if verdict.needs_person or check is None or self.by_person:
            return verdict.needs_person
        if verdict.check in self.person_confirms:
            return True
        first_days = _is_by(at, self.person_confirms_until) and not self.is_on_trial(verdict, at)
        return first_days and not check.operator

    def is_on_trial(self, verdict: Verdict, at: datetime) -> bool:
        check = self.checks.get(verdict.check)
        return _is_by(at, self.trial_until) and check is not None and not check.operator

    def lack(self, verdict: Verdict) -> Lack | None:
        """What a second look with this verdict lacks to confirm it."""
        check = self.checks.get(verdict.check)
        if not self.needs_browser or check is None or not check.wants_browser or verdict.rendered:
            return None
        return Lack.PICTURE if self.has_browser else Lack.BROWSER

    @property
    def wanting_browser(self) -> frozenset[str]:
        """Ids of the checks whose second look is one with a browser."""
        return frozenset(check.id for check in self.checks.values() if check.wants_browser)

    def second_look_at(self, verdict: Verdict, at: datetime) -> datetime:
        """When the second look is due at a fault that was first seen at `at`; without waiting, no check waits for a day."""
        check = self.checks.get(verdict.check)
        another_day = verdict.another_day or (check is not None and check.another_day)
        if another_day and self.second_look_after:
            return midnight(at.astimezone(CHINA).date() + timedelta(days=1))
        return at + self.second_look_after

    def looks_twice(self, verdict: Verdict) -> bool:
        check = self.checks.get(verdict.check)
        return self.by_person or (check is not None and check.looks_twice)


def _is_by(at: datetime, until: date | None) -> bool:
    return until is not None and at.astimezone(CHINA).date() <= until
