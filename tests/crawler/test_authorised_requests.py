"""A request in a unit's name goes where it was meant to go, over a sure connection, and leaves no trace of its token."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from crawler.clock import Clock
from crawler.grants import Grant, GrantSeen
from crawler.observations import AccountVisit, Problem, Seen, SourceResult
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.targets import Account, Road
from scheduler.stopping import Stop, Stopped
from tests.builders import NOW, an_account
from tests.crawler.old_tls import speaking
from tests.crawler.token_server import TokenServer, giving_away

TOKEN = "ks.a-token/of+the unit="


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with giving_away() as server:
        yield server


def look(
    address: str,
    *,
    engine: Literal["reactorless", "asyncio"] = "reactorless",
    in_the_clear: bool = True,
    **grant: str,
) -> list[Seen]:
    settings = CrawlerSettings(
        engine=engine, allow_private_addresses=in_the_clear, timeout_seconds=1, retries=1, browser="off"
    )
    account: Account = an_account("ks-1", "快手", roads=(Road(address, "kuaishou_open"),))
    given = Grant(TOKEN, client="app-1", name="kuaishou:ks-1", **grant)
    return list(crawl([account], settings, Clock(NOW), grants={("ks-1", "kuaishou_open"): given}))


def source(seen: list[Seen]) -> SourceResult:
    (visit,) = (each for each in seen if isinstance(each, AccountVisit))
    return visit.sources[0]


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_the_token_is_sent_and_what_became_of_the_grant_comes_home(
    server: TokenServer, engine: Literal["reactorless", "asyncio"]
) -> None:
    seen = look(f"{server.base}/good", engine=engine, refused="token_expired")

    assert source(seen).health == "ok"
    assert server.tokens == [TOKEN]
    assert [(each.name, each.refused) for each in seen if isinstance(each, GrantSeen)] == [
        ("kuaishou:ks-1", "")
    ]


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_a_renewal_that_is_under_way_when_the_crawl_is_stopped_comes_home(
    server: TokenServer, engine: Literal["reactorless", "asyncio"]
) -> None:
    """Its platform has voided the old tokens: the office would have to authorise anew."""
    settings = CrawlerSettings(
        engine=engine,
        allow_private_addresses=True,
        platform_addresses={"open.kuaishou.com": server.base},
        browser="off",
    )
    account: Account = an_account("ks-1", "快手", roads=(Road(f"{server.base}/good", "kuaishou_open"),))
    old = Grant(TOKEN, client="app-1", secret="s", refresh="r-1", name="kuaishou:ks-1", ends=NOW)
    stop = Stop()
    crawling = crawl([account], settings, Clock(NOW), grants={("ks-1", "kuaishou_open"): old})
    server.renewed = {"access_token": "t-2", "refresh_token": "r-2", "expires_in": 172_800}

    def meanwhile() -> None:
        stop.ask()
        time.sleep(0.3)

    server.meanwhile = meanwhile
    seen = []
    with pytest.raises(Stopped):
        for each in stop.heeded(crawling, crawling.stop, never_lost=(GrantSeen,)):
            seen.append(each)

    assert [
        (each.renewed.refresh if each.renewed else "") for each in seen if isinstance(each, GrantSeen)
    ] == ["r-2"]


@pytest.mark.parametrize("path", ["good", "redirects", "errors", "garbled", "slow", "closes"])
def test_whatever_the_answer_nothing_that_is_kept_holds_the_token(server: TokenServer, path: str) -> None:
    seen = look(f"{server.base}/{path}")

    kept = repr([each for each in seen if not isinstance(each, bytes)]).encode()
    bodies = b"".join(each for each in seen if isinstance(each, bytes))
    assert TOKEN in server.tokens
    for form in ("ks.a-token", "ks.a-token%2Fof"):
        assert form.encode() not in kept + bodies


def test_a_redirect_is_not_followed_with_the_token_nor_without_it(server: TokenServer) -> None:
    seen = look(f"{server.base}/redirects")

    assert source(seen).health == "source_broken"
    assert not any("elsewhere" in path for path in server.asked)


def test_an_interface_is_not_asked_for_its_robots_txt(server: TokenServer) -> None:
    look(f"{server.base}/good")

    assert not any("robots.txt" in path for path in server.asked)


def test_a_token_does_not_go_over_an_open_connection() -> None:
    fetch = source(look("http://open.kuaishou.test/openapi/photo/list", in_the_clear=False)).fetch

    assert fetch is not None
    assert "not sent over an open connection" in fetch.detail


def test_a_token_does_not_go_to_a_server_that_nobody_vouches_for(tmp_path: Path) -> None:
    with speaking(ssl.TLSVersion.TLSv1_2, tmp_path) as address:
        fetch = source(look(address)).fetch

    assert fetch is not None
    assert fetch.problem is Problem.TLS
