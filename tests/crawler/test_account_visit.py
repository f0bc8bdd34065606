"""One look at one account, over a fetcher that knows a few answers by heart."""

import asyncio
from collections.abc import Mapping

import pytest

from crawler.account_visit import visit_account
from crawler.clock import Clock
from crawler.fetching import Answer, Wanted
from crawler.observations import AccountVisit, Fetch, Problem
from crawler.targets import Account
from tests.builders import NOW, a_road, an_account
from tests.crawler.sources.recorded import answered, body_of

HUB = "http://rsshub.bridge.test:1200/weibo/user/2213408817"
WERSS = "http://werss.bridge.test:8001/rss/MP_WXS_2391800417/fresh"


def visit(account: Account, answers: Mapping[str, Answer]) -> AccountVisit:
    async def fetch(wanted: Wanted) -> Answer:
        return answers[wanted.url]

    return asyncio.run(visit_account(account, fetch, Clock(NOW)))


def failed(problem: Problem, url: str = HUB) -> Answer:
    return Answer(Fetch(url, NOW, problem=problem, detail="in the downloader's words"))


def test_every_road_is_asked_and_stands_beside_the_others() -> None:
    account = an_account(roads=(a_road(HUB), a_road(WERSS)))
    answers = {
        HUB: answered(body_of("01_rsshub_weibo_ok.xml"), HUB, NOW),
        WERSS: answered(body_of("08_wemprss_naive_dates.xml"), WERSS, NOW),
    }

    seen = visit(account, answers)

    assert [(source.health, source.upstream) for source in seen.sources] == [
        ("ok", "weibo"),
        ("ok", "mp-console"),
    ]
    assert seen.problem is None
    assert len(seen.fetches) == 2


def test_an_account_without_a_road_says_so() -> None:
    assert visit(an_account(roads=()), {}).problem is Problem.NO_ROAD


@pytest.mark.parametrize(
    "problem",
    [Problem.TIMEOUT, Problem.REFUSED, Problem.DNS, Problem.TLS, Problem.FORBIDDEN_ADDRESS, Problem.ROBOTS],
)
def test_a_bridge_that_does_not_answer_is_a_broken_source_of_a_good_visit(problem: Problem) -> None:
    seen = visit(an_account(), {HUB: failed(problem)})

    assert seen.problem is None
    assert [(source.health, source.reason) for source in seen.sources] == [
        ("source_broken", problem.value.replace("-", "_"))
    ]


@pytest.mark.parametrize("problem", [Problem.CUT_SHORT, Problem.OUR_FAULT])
def test_what_we_did_to_a_visit_is_no_fault_of_the_bridge(problem: Problem) -> None:
    seen = visit(an_account(), {HUB: failed(problem)})

    assert (seen.problem, seen.detail) == (problem, "in the downloader's words")


def test_a_visit_that_was_cut_short_on_one_road_is_none() -> None:
    account = an_account(roads=(a_road(HUB), a_road(WERSS)))
    answers = {
        HUB: answered(body_of("02_rsshub_weibo_stale.xml"), HUB, NOW),
        WERSS: failed(Problem.CUT_SHORT, WERSS),
    }

    assert visit(account, answers).problem is Problem.CUT_SHORT


def test_our_fault_on_one_road_leaves_what_the_other_says() -> None:
    account = an_account(roads=(a_road(HUB), a_road(WERSS)))
    answers = {
        HUB: answered(body_of("01_rsshub_weibo_ok.xml"), HUB, NOW),
        WERSS: failed(Problem.OUR_FAULT, WERSS),
    }

    seen = visit(account, answers)

    assert seen.problem is None
    assert [source.health for source in seen.sources] == ["ok", "source_broken"]
