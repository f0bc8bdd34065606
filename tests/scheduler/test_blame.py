"""Is it they or we? What the probes of one run say about our own network."""

import pytest

from crawler.observations import Probed, Problem
from scheduler.blame import attributed
from tests.builders import a_probe, a_site


def a_run(answering: int, silent: int, problem: Problem = Problem.TIMEOUT, status: int = 0) -> list[Probed]:
    """Websites on hosts of their own."""
    oks = [True] * answering + [False] * silent
    return [
        Probed(
            a_site(f"41080000{number:02}", url=f"https://w{number}.yunze.test/"),
            a_probe(ok=True) if ok else a_probe(ok=False, problem=problem, status=status),
        )
        for number, ok in enumerate(oks)
    ]


def ours(seen: list[Probed], controls: list[Probed] | None = None) -> int:
    """How many of these probes are put down to our network."""
    return sum(each.probe.problem is Problem.OUR_NETWORK for each in attributed(seen, controls or []))


@pytest.mark.parametrize(
    ("answering", "silent", "put_down"),
    [(0, 44, 44), (8, 36, 36), (9, 35, 0), (40, 4, 0), (0, 5, 5), (0, 4, 0), (0, 0, 0)],
)
def test_when_more_than_four_in_five_hosts_fall_silent_together_it_is_us(
    answering: int, silent: int, put_down: int
) -> None:
    assert ours(a_run(answering, silent)) == put_down


def test_many_websites_of_one_host_are_one_host() -> None:
    seen = [
        Probed(a_site(f"41080000{number:02}", url=f"https://www.yunze.test/{number}/"), a_probe(ok=False))
        for number in range(44)
    ]
    assert ours(seen) == 0


def test_an_error_in_words_came_through_our_network() -> None:
    assert ours(a_run(0, 44, Problem.HTTP_ERROR, status=500)) == 0


def test_if_no_control_address_answers_what_is_silent_is_our_network() -> None:
    assert ours(a_run(40, 4), a_run(0, 2)) == 4


def test_if_one_control_address_answers_all_websites_may_be_down_together() -> None:
    assert ours(a_run(0, 44), a_run(1, 1)) == 0


def test_what_answered_keeps_its_answer() -> None:
    assert [each.probe.ok for each in attributed(a_run(1, 44), [])] == [True, *[False] * 44]
