"""One look at one account, over a fetcher that knows a few answers by heart."""

import asyncio
from collections.abc import Mapping

import pytest

from crawler.account_visit import visit_account
from crawler.clock import Clock
from crawler.fetching import Answer, Wanted
from crawler.observations import AccountVisit, Fetch, Problem, SourceResult
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


# -- whose post it is -------------------------------------------------------------------------------------

ARTICLE = "https://mp.weixin.qq.com/s/Q9f"
STATUS = "https://weibo.com/2213408817/5301066679190033"
STATUS_PAGE = (
    f"<html><body><h1>今日提醒</h1><p>{'各县区人民政府、市各有关单位。' * 30}</p></body></html>".encode()
)


def visit_link(link: str, adapter: str, body: bytes, **account: str) -> SourceResult:
    """What an account's road says that leads to one post."""
    address = f"{link}#2026-11-20" if adapter == "manual" else link
    seen = visit(
        an_account(roads=(a_road(address, adapter),), **account),
        {link: answered(body, link, NOW, content_type="text/html")},
    )
    return seen.sources[0]


@pytest.mark.parametrize("adapter", ["", "wechat_article", "manual"])
@pytest.mark.parametrize(
    ("account", "is_own"),
    [
        ({"account_id": "gh_5f2c0e91ab77"}, True),
        ({"account_id": "GH_5F2C0E91AB77"}, True),
        ({"account_id": "gh_ffffffffffff"}, False),
        ({"key": "gh_ffffffffffff"}, False),
        ({"key": "gh_ffffffffffff", "account_id": "wx77d0a1c29be4f501"}, False),
        ({"key": "gh_5f2c0e91ab77", "account_id": "wx77d0a1c29be4f501"}, True),
        ({"account_id": "wx77d0a1c29be4f501"}, True),
    ],
)
def test_an_article_of_another_account_proves_nothing_of_this_one(
    adapter: str, account: dict[str, str], is_own: bool
) -> None:
    said = visit_link(ARTICLE, adapter, body_of("60_wx_article_ok.html"), platform="微信公众号", **account)

    if is_own:
        assert (said.health, len(said.posts)) == ("ok", 1)
    else:
        assert (said.health, said.reason, said.posts) == ("source_broken", "other_account", ())
        assert not said.facts


@pytest.mark.parametrize(
    ("account_id", "is_own"), [("2213408817", True), ("6677889900", False), ("yunzefabu", True), ("", True)]
)
def test_a_reported_weibo_post_of_another_account_proves_nothing_of_this_one(
    account_id: str, is_own: bool
) -> None:
    said = visit_link(STATUS, "manual", STATUS_PAGE, account_id=account_id)

    assert (said.reason, len(said.posts)) == (("", 1) if is_own else ("other_account", 0))
