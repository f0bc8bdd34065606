"""A secret parameter goes over the wire, and stands in nothing that is kept: no address, no evidence, no log, no error."""

import contextlib
import logging
from collections.abc import Iterator
from urllib.parse import unquote_plus

import pytest

from crawler.clock import Clock
from crawler.grants import Grant
from crawler.observations import AccountVisit, Seen, SourceResult
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from tests.builders import NOW, a_road, an_account
from tests.crawler.listening import Quiet, listening

TOKEN = "ks-token/nobody+may see"
SETTINGS = CrawlerSettings(
    allow_private_addresses=True, bridge_requests_a_second=0, retries=1, timeout_seconds=5, browser="off"
)


@contextlib.contextmanager
def a_platform() -> Iterator[tuple[str, list[str]]]:
    """It repeats what it was asked, sends on to another page, or breaks off; and which paths were asked for."""
    asked: list[str] = []

    class Handler(Quiet):
        def do_GET(self) -> None:
            asked.append(self.path)
            if "/broken" in self.path:
                self.close_connection = True
                return
            body = f'{{"result": 1, "video_list": [], "you_asked": "{self.path}"}}'.encode()
            self.send_response(302 if "/moved" in self.path else 200)
            if "/moved" in self.path:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with listening(Handler) as port:
        yield f"http://127.0.0.1:{port}", asked


def seen_over(address: str) -> list[Seen]:
    account = an_account(roads=(a_road(address, "kuaishou_open"),))
    grants = {(account.key, "kuaishou_open"): Grant(TOKEN, client="ks1")}
    return list(crawl([account], SETTINGS, Clock(NOW), grants=grants))


def source_in(seen: list[Seen]) -> SourceResult:
    (visit,) = [each for each in seen if isinstance(each, AccountVisit)]
    return visit.sources[0]


@pytest.mark.parametrize("path", ["/list", "/list?count=20", "/moved", "/broken"])
def test_what_is_secret_is_sent_and_stands_nowhere(path: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with a_platform() as (address, asked):
        seen = seen_over(f"{address}{path}")

    told = f"{seen!r} {[each for each in seen if isinstance(each, bytes)]} {caplog.text}"

    assert any(unquote_plus(each).endswith(f"access_token={TOKEN}") for each in asked)
    assert all(each.startswith(path) for each in asked)
    assert "nobody" not in told
    assert source_in(seen).fetch is not None


def test_the_answer_is_read_all_the_same() -> None:
    with a_platform() as (address, _asked):
        source = source_in(seen_over(f"{address}/list?count=20"))

    assert (source.health, source.fetch and source.fetch.final_url) == ("ok", source.address)
