"""站点无法访问: a share of a week's probes, or all of the last looks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from checks.verdicts import Kind
from crawler.observations import Probe, Problem, SiteVisit
from tests.builders import NOW, a_fetch, a_probe, a_probe_history, a_site_visit, some_probes
from tests.checks.judged import only, the_check


def down(problem: Problem = Problem.TIMEOUT, status: int = 0) -> SiteVisit:
    return a_site_visit(problem=problem, home_fetch=a_fetch(status=status, problem=problem))


def last_three(ok: bool = False, problem: Problem | None = None, status: int = 0) -> list[Probe]:
    return [a_probe(NOW - timedelta(hours=hours), ok, problem, status=status) for hours in (3, 2, 1)]


def test_its_fault_already_rests_on_several_looks() -> None:
    assert the_check("site-unreachable").looks_twice


# -- the share of a week ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failed", "kind", "warns"),
    [
        (0, Kind.CLEAR, False),
        (4, Kind.CLEAR, False),
        (5, Kind.CLEAR, True),
        (6, Kind.CLEAR, True),
        (7, Kind.FAULT, False),
        (70, Kind.FAULT, False),
    ],
)
def test_seven_of_a_hundred_and_forty_are_five_percent(failed: int, kind: Kind, warns: bool) -> None:
    """T5 of regulations.md."""
    verdict = only("site-unreachable", a_probe_history(*some_probes(failed=failed)))

    assert (verdict.kind, bool(verdict.warning)) == (kind, warns)


def test_the_sentence_counts_the_probes() -> None:
    verdict = only("site-unreachable", a_probe_history(*some_probes(failed=7)))

    assert verdict.why == "近7天探测首页140次，7次打不开，占5.0%，达到5%"
    assert verdict.subject == "云泽市人民政府"


@pytest.mark.parametrize(("a_day", "days"), [(19, 7), (20, 6), (3, 7)])
def test_fewer_probes_than_the_regulation_asks_for_prove_no_share(a_day: int, days: int) -> None:
    probes = some_probes(days=days, a_day=a_day, failed=days * a_day // 2)

    assert only("site-unreachable", a_probe_history(*probes)).kind is Kind.UNJUDGED


def test_a_thin_day_is_not_made_up_for_by_the_others() -> None:
    probes = [
        probe
        for probe in some_probes(a_day=40, failed=60)
        if not 24 < (NOW - probe.at).total_seconds() / 3600 < 40
    ]

    assert only("site-unreachable", a_probe_history(*probes)).kind is Kind.UNJUDGED


@pytest.mark.parametrize("probes", [(), tuple(last_three(ok=True)), tuple(last_three())])
def test_without_a_weeks_probes_a_good_visit_clears(probes: tuple[Probe, ...]) -> None:
    assert only("site-unreachable", a_probe_history(*probes)).kind is Kind.CLEAR


def test_probes_of_the_week_before_do_not_count() -> None:
    old = [Probe(probe.at - timedelta(days=7), False, problem=Problem.TIMEOUT) for probe in some_probes()]

    assert only("site-unreachable", a_probe_history(*old, *some_probes())).kind is Kind.CLEAR


@pytest.mark.parametrize(
    ("problem", "status", "kind"),
    [
        (Problem.WAF, 412, Kind.CLEAR),
        (Problem.HTTP_ERROR, 403, Kind.CLEAR),
        (Problem.HTTP_ERROR, 404, Kind.FAULT),
        (Problem.HTTP_ERROR, 503, Kind.FAULT),
        (Problem.TLS, 0, Kind.CLEAR),
        (Problem.DNS, 0, Kind.CLEAR),
        (Problem.OUR_FAULT, 0, Kind.CLEAR),
    ],
)
def test_what_answered_did_not_fail_and_our_own_trouble_does_not_count(
    problem: Problem, status: int, kind: Kind
) -> None:
    probes = [
        a_probe(probe.at, False, problem, status=status) if number % 8 == 1 else probe
        for number, probe in enumerate(some_probes(a_day=24))
    ]

    assert only("site-unreachable", a_probe_history(*probes)).kind is kind


def test_a_network_of_ours_that_is_down_all_week_says_nothing() -> None:
    probes = [a_probe(probe.at, False, Problem.DNS) for probe in some_probes()]

    verdict = only("site-unreachable", a_probe_history(*probes, visit=down(Problem.DNS)))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.DNS)


@pytest.mark.parametrize("problem", [*Problem])
def test_a_visit_that_failed_never_clears_whatever_the_reason(problem: Problem) -> None:
    verdict = only("site-unreachable", a_probe_history(*some_probes(), visit=down(problem, 403)))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, problem)


@pytest.mark.parametrize("problem", [Problem.WAF, Problem.LOGIN, Problem.TIMEOUT])
def test_a_visit_that_failed_does_not_take_back_the_share_of_a_week(problem: Problem) -> None:
    history = a_probe_history(*some_probes(failed=7), visit=down(problem, 403))

    assert only("site-unreachable", history).kind is Kind.FAULT


# -- told at once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("problem", "status"),
    [
        (Problem.TIMEOUT, 0),
        (Problem.REFUSED, 0),
        (Problem.RESET, 0),
        (Problem.HTTP_ERROR, 503),
    ],
)
def test_three_failed_probes_and_a_failed_round_are_told_at_once(problem: Problem, status: int) -> None:
    history = a_probe_history(*last_three(problem=problem, status=status), visit=down(problem, status))

    verdict = only("site-unreachable", history)

    assert verdict.kind is Kind.FAULT
    assert verdict.why.startswith("首页连续3次探测和本轮巡检均打不开")
    assert problem.sentence in verdict.why


def test_a_healthy_week_does_not_soften_that_it_is_down_now() -> None:
    healthy = [probe for probe in some_probes(a_day=96) if probe.at < NOW - timedelta(hours=4)]

    verdict = only("site-unreachable", a_probe_history(*healthy, *last_three(), visit=down()))

    assert verdict.kind is Kind.FAULT
    assert "连续3次" in verdict.why


@pytest.mark.parametrize(
    "probes",
    [
        (),
        tuple(last_three()[1:]),
        (*last_three()[:2], a_probe(NOW)),
        (a_probe(NOW), a_probe(NOW), a_probe(NOW)),
    ],
)
def test_a_failed_round_without_three_failed_probes_is_unjudged(probes: tuple[Probe, ...]) -> None:
    verdict = only("site-unreachable", a_probe_history(*probes, visit=down()))

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, Problem.TIMEOUT)


@pytest.mark.parametrize(
    ("hours", "kind"), [(0, Kind.FAULT), (45, Kind.FAULT), (45.1, Kind.UNJUDGED), (140, Kind.UNJUDGED)]
)
def test_failed_probes_of_long_ago_say_nothing_of_now(hours: float, kind: Kind) -> None:
    """`hours`: older than three hours, so much."""
    probes = [replace(each, at=each.at - timedelta(hours=hours)) for each in last_three()]

    assert only("site-unreachable", a_probe_history(*probes, visit=down())).kind is kind


def test_probes_as_rare_as_the_regulation_allows_tell_at_once_even_with_one_missed() -> None:
    probes = [a_probe(NOW - timedelta(hours=1.2 * number), False) for number in (4, 3, 1)]

    assert only("site-unreachable", a_probe_history(*probes, visit=down())).kind is Kind.FAULT


def test_a_good_week_and_a_failed_round_do_not_clear() -> None:
    assert only("site-unreachable", a_probe_history(*some_probes(), visit=down())).kind is Kind.UNJUDGED


@pytest.mark.parametrize(
    ("problem", "status"),
    [(Problem.WAF, 412), (Problem.DNS, 0), (Problem.TLS, 0), (Problem.CUT_SHORT, 0), (Problem.OUR_FAULT, 0)],
)
def test_a_wall_or_our_own_trouble_is_not_told_as_unreachable(problem: Problem, status: int) -> None:
    history = a_probe_history(*last_three(problem=problem, status=status), visit=down(problem, status))

    verdict = only("site-unreachable", history)

    assert (verdict.kind, verdict.problem) == (Kind.UNJUDGED, problem)


# -- whose fault it is --------------------------------------------------------------------------------------


def test_probes_while_our_own_network_was_down_count_for_nothing() -> None:
    probes = some_probes(a_day=24, failed=20, problem=Problem.OUR_NETWORK)

    assert only("site-unreachable", a_probe_history(*probes)).kind is Kind.CLEAR


def test_nobody_is_down_at_once_by_probes_that_our_own_network_failed() -> None:
    """The website was down three probes ago; since then we cannot know."""
    probes = [*last_three(), a_probe(NOW - timedelta(minutes=20), False, Problem.OUR_NETWORK)]

    assert only("site-unreachable", a_probe_history(*probes, visit=down())).kind is Kind.UNJUDGED


def test_the_challenge_of_a_protective_wall_is_no_failure() -> None:
    probes = [replace(each, status=521) for each in some_probes(failed=20, problem=Problem.HTTP_ERROR)]

    assert only("site-unreachable", a_probe_history(*probes)).kind is Kind.CLEAR
