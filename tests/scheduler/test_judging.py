"""From what was seen to verdicts: the gate before the checks, and checks that break down."""

from collections.abc import Iterable

import pytest

from checks.catalogue import Catalogue, Check, load
from checks.settings import CheckSettings
from checks.verdicts import Kind, Verdict, clear
from crawler.observations import AccountVisit, ProbeHistory, Problem, SiteVisit
from scheduler.judging import Judge
from tests.builders import a_column, a_probe_history, a_site, a_site_visit, an_account_visit, days_ago
from tests.tracker.columns import EDUCATION, confirmed, some_sites
from tracker.confirmed_classes import Confirmation
from tracker.database import Database
from tracker.ledger import Job


def a_check(id: str, reads: type = SiteVisit, fails: bool = False) -> Check:
    def judge(observation: SiteVisit | AccountVisit | ProbeHistory) -> Iterable[Verdict]:
        if fails:
            raise ZeroDivisionError
        visit = observation.visit if isinstance(observation, ProbeHistory) else observation
        yield clear(visit.target)

    return Check(id, id, judge, reads, False, False, False, False, "")


def judge(*checks: Check) -> Judge:
    return Judge(Catalogue(checks), CheckSettings())


@pytest.mark.parametrize("problem", [Problem.WAF, Problem.TIMEOUT, Problem.OUR_FAULT])
def test_nothing_is_concluded_from_a_failed_visit(problem: Problem) -> None:
    verdicts = list(judge(a_check("a"), a_check("b")).verdicts(a_site_visit(problem=problem)))

    assert [(each.check, each.kind, each.problem) for each in verdicts] == [
        ("a", Kind.UNJUDGED, problem),
        ("b", Kind.UNJUDGED, problem),
    ]


def test_only_a_check_of_the_probes_is_asked_about_a_failed_visit() -> None:
    history = a_probe_history(visit=a_site_visit(problem=Problem.TIMEOUT))

    verdicts = list(judge(a_check("down", ProbeHistory)).verdicts(history.visit, history))

    assert [each.kind for each in verdicts] == [Kind.CLEAR]


def test_a_check_that_breaks_down_is_our_fault_and_the_others_go_on() -> None:
    judging = judge(a_check("bad", fails=True), a_check("good"))

    verdicts = list(judging.verdicts(a_site_visit()))

    assert [(each.check, each.kind, each.problem) for each in verdicts] == [
        ("bad", Kind.UNJUDGED, Problem.OUR_FAULT),
        ("good", Kind.CLEAR, None),
    ]
    assert judging.broken == {"bad": 1}


def test_a_class_that_the_office_confirmed_is_judged_by(database: Database) -> None:
    some_sites(database)
    confirmed(database, Confirmation("乡村振兴", "A"))
    visit = a_site_visit(a_column("乡村振兴", newest=days_ago(20)), site=a_site(EDUCATION))
    stale = next(check for check in load() if check.id == "column-stale")

    with database.reading() as session:
        (judged,) = judge(stale).judge(session, [(Job(1, 1, 1, visit.site), visit)])

    assert [each.kind for each in judged.verdicts] == [Kind.FAULT]
    assert judged.visit == visit, "what was seen is recorded as it was seen"


def test_a_check_is_asked_only_about_what_it_reads() -> None:
    assert [
        each.check
        for each in judge(a_check("site"), a_check("account", AccountVisit)).verdicts(an_account_visit())
    ] == ["account"]
