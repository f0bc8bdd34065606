"""What a check answers, in a form a test can read at a glance."""

from typing import Any

from checks.catalogue import Check, load
from checks.settings import CheckSettings
from checks.verdicts import Kind, Verdict

CATALOGUE = load()


def the_check(check_id: str) -> Check:
    found = CATALOGUE.get(check_id)
    assert found is not None, f"{check_id} is not installed: {CATALOGUE.failures}"
    return found


def judged(check_id: str, observation: object, **settings: Any) -> list[Verdict]:
    return list(the_check(check_id)(observation, CheckSettings(**settings)))


def only(check_id: str, observation: object, **settings: Any) -> Verdict:
    (verdict,) = judged(check_id, observation, **settings)
    return verdict


def kinds(check_id: str, observation: object, **settings: Any) -> dict[str, Kind]:
    """The kind of answer by subject."""
    return {verdict.subject: verdict.kind for verdict in judged(check_id, observation, **settings)}
