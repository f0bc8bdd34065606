"""归因: only what is the website's own fault counts."""

import pytest

from checks.blame import Blame, blame_of
from crawler.observations import Problem


@pytest.mark.parametrize(
    ("problem", "status", "blame"),
    [
        (None, 200, None),
        (Problem.TIMEOUT, 0, Blame.TARGET),
        (Problem.REFUSED, 0, Blame.TARGET),
        (Problem.HTTP_ERROR, 500, Blame.TARGET),
        (Problem.HTTP_ERROR, 503, Blame.TARGET),
        (Problem.HTTP_ERROR, 404, Blame.TARGET),
        (Problem.HTTP_ERROR, 403, Blame.WALL),
        (Problem.HTTP_ERROR, 412, Blame.WALL),
        (Problem.HTTP_ERROR, 521, Blame.WALL),
        (Problem.WAF, 200, Blame.WALL),
        (Problem.OUR_NETWORK, 0, Blame.OUR_NETWORK),
        (Problem.OUR_FAULT, 0, Blame.OURS),
        (Problem.DNS, 0, Blame.UNTOLD),
        (Problem.TLS, 0, Blame.UNTOLD),
        (Problem.SOFT_404, 200, None),
    ],
)
def test_whose_fault_it_is(problem: Problem | None, status: int, blame: Blame | None) -> None:
    assert blame_of(problem, status) is blame
