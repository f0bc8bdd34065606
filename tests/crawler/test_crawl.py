"""A crawl over real HTTP, once in each engine: whatever a server does becomes one reason, and never a verdict."""

import contextlib
import errno
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from scrapy.exceptions import DownloadConnectionRefusedError, DownloadFailedError

from crawler.clock import Clock
from crawler.observations import Probed, Problem, Seen, SiteVisit
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.spiders.failures import why_not
from crawler.targets import Site
from tests.builders import NOW
from tests.crawler.misbehaving import BEHAVIOURS, misbehaving
from tests.crawler.old_tls import speaking

Engine = Literal["reactorless", "asyncio"]

EXPECTED = {
    "empty": Problem.EMPTY_BODY,
    "binary": Problem.NOT_A_PAGE,
    "endless": Problem.TOO_LARGE,
    "truncated": Problem.TRUNCATED,
    "circling": Problem.REDIRECT_LOOP,
    "soft_404": Problem.SOFT_404,
    "missing": Problem.HTTP_ERROR,
    "failing": Problem.HTTP_ERROR,
    "guarded": Problem.WAF,
    "silent": Problem.TIMEOUT,
    "dripping": Problem.TIMEOUT,
    "resetting": Problem.RESET,
}


def settings(engine: Engine = "reactorless", **more: object) -> CrawlerSettings:
    quick = {
        "browser": "off",
        "timeout_seconds": 1,
        "site_requests_a_second": 0,
        "max_page_bytes": 200_000,
        "site_requests_at_once": 8,
    }
    return CrawlerSettings(engine=engine, **{"allow_private_addresses": True, **quick, **more})  # type: ignore[arg-type]


def a_site(key: str, url: str) -> Site:
    return Site(key, key, url)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with misbehaving() as address:
        yield address


@pytest.fixture(scope="module", params=["reactorless", "asyncio"])
def seen(request: pytest.FixtureRequest, server: str) -> list[Seen]:
    """One crawl: every behaviour as a home page, and one home page with all of them as columns."""
    sites = [a_site(name, f"{server}/{name}/") for name in BEHAVIOURS]
    sites += [
        a_site("refused", f"http://127.0.0.1:{free_port()}/"),
        a_site("nowhere", "http://no-such-host.invalid/"),
        a_site("no scheme", "gopher://127.0.0.1/"),
    ]
    return list(crawl(sites, settings(request.param), Clock(NOW)))


def visit_of(seen: list[Seen], key: str) -> SiteVisit:
    (visit,) = (each for each in seen if isinstance(each, SiteVisit) and each.site.key == key)
    return visit


@pytest.mark.parametrize(("name", "problem"), EXPECTED.items())
def test_a_home_page_that_cannot_be_read_has_its_reason(
    seen: list[Seen], name: str, problem: Problem
) -> None:
    assert visit_of(seen, name).problem is problem


@pytest.mark.parametrize(("name", "problem"), EXPECTED.items())
def test_a_column_that_cannot_be_read_has_its_reason_and_spoils_no_other(
    seen: list[Seen], name: str, problem: Problem
) -> None:
    (column,) = (each for each in visit_of(seen, "home").columns if each.name == f"{name}栏目")
    assert column.problem is problem
    assert not column.was_read


@pytest.mark.parametrize(
    ("name", "problem"),
    [("refused", Problem.REFUSED), ("nowhere", Problem.DNS), ("no scheme", Problem.FORBIDDEN_ADDRESS)],
)
def test_a_host_that_cannot_be_reached_has_its_reason(seen: list[Seen], name: str, problem: Problem) -> None:
    assert visit_of(seen, name).problem is problem


@pytest.mark.parametrize("name", ["good", "broken_markup"])
def test_what_can_be_read_is_read(seen: list[Seen], name: str) -> None:
    (column,) = (each for each in visit_of(seen, "home").columns if each.name == f"{name}栏目")
    assert column.was_read
    assert len(column.reading.rows if column.reading else ()) == 11


def test_every_target_is_visited_exactly_once_and_its_bodies_come_first(seen: list[Seen]) -> None:
    keys = [each.site.key for each in seen if isinstance(each, SiteVisit)]
    assert len(keys) == len(set(keys)) == len(BEHAVIOURS) + 3
    bodies: set[bytes] = set()
    for each in seen:
        if isinstance(each, bytes):
            bodies.add(each)
        elif isinstance(each, SiteVisit):
            assert all(
                any(len(body) == fetch.size for body in bodies) for fetch in each.fetches if fetch.sha256
            )


def test_times_go_on_from_the_moment_that_was_given(seen: list[Seen]) -> None:
    visit = visit_of(seen, "home")
    assert visit.at == NOW
    assert all(fetch.at >= NOW for fetch in visit.fetches)
    assert isinstance(visit.at, datetime)


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_no_private_address_is_visited_unless_the_settings_say_so(server: str, engine: Engine) -> None:
    guarded = settings(engine, allow_private_addresses=False, obey_robots=False)
    visits = list(crawl([a_site("inside", server)], guarded, Clock(NOW)))
    assert visit_of(visits, "inside").problem is Problem.FORBIDDEN_ADDRESS
    assert [each for each in visits if isinstance(each, bytes)] == []


def test_a_probe_says_whether_the_home_page_opens_and_keeps_no_page(server: str) -> None:
    names = ["good", "failing", "guarded", "silent"]
    sites = [a_site(name, f"{server}/{name}/") for name in names]
    asked = settings(probe_timeout_seconds=1)
    probed = {
        each.site.key: each.probe
        for each in crawl(sites, asked, Clock(NOW), "probe")
        if isinstance(each, Probed)
    }
    assert {name: probed[name].problem for name in names} == {
        "good": None,
        "failing": Problem.HTTP_ERROR,
        "guarded": Problem.WAF,
        "silent": Problem.TIMEOUT,
    }
    assert [probed[name].ok for name in names] == [True, False, False, False]


def listening() -> set[str]:
    """Local addresses of the TCP sockets on which this process listens."""
    found = set()
    ours = set()
    for link in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile, as the one that lists them is
            ours.add(str(link.readlink()))
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        lines = Path(table).read_text("ascii").splitlines()[1:]
        found |= {
            line.split()[1]
            for line in lines
            if line.split()[3] == "0A" and f"socket:[{line.split()[9]}]" in ours
        }
    return found


def test_a_crawl_opens_no_port(server: str) -> None:
    before = listening()
    crawling = crawl(
        [a_site("slow", f"{server}/silent/"), a_site("good", f"{server}/good/")], settings(), Clock(NOW)
    )
    during: set[str] = set()
    for _ in crawling:
        during |= listening()
    assert during <= before


def test_a_crawl_that_is_stopped_leaves_what_it_did_not_finish_unseen(server: str) -> None:
    crawling = crawl([a_site("slow", f"{server}/silent/")], settings(timeout_seconds=20), Clock(NOW))
    threading.Timer(0.5, crawling.stop).start()
    assert [each for each in crawling if isinstance(each, SiteVisit)] == []


def test_a_site_has_a_limit_of_pages(server: str) -> None:
    visits = list(crawl([a_site("home", f"{server}/home/")], settings(pages_a_site=4), Clock(NOW)))
    visit = visit_of(visits, "home")
    assert len(visit.fetches) == 4
    assert {each.problem for each in visit.columns} >= {Problem.BUDGET}


OLD_TLS = [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2]


@pytest.mark.parametrize("version", OLD_TLS)
@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_a_site_with_old_tls_and_a_certificate_of_its_own_is_read(
    engine: Engine, version: ssl.TLSVersion, tmp_path: Path
) -> None:
    with speaking(version, tmp_path) as address:
        visits = list(crawl([a_site("old", address)], settings(engine), Clock(NOW)))
    visit = visit_of(visits, "old")
    assert (visit.problem, visit.detail) == (None, "")
    assert visit.home and len(visit.home.rows) == 11


def test_a_server_that_answers_a_handshake_with_plain_words_is_a_tls_problem() -> None:
    with socket.create_server(("127.0.0.1", 0)) as plain:
        threading.Thread(target=answer_plainly, args=(plain,), daemon=True).start()
        address = f"https://127.0.0.1:{plain.getsockname()[1]}/"
        visits = list(crawl([a_site("plain", address)], settings(), Clock(NOW)))
    assert visit_of(visits, "plain").problem is Problem.TLS


def answer_plainly(server: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the server is closed at the end of the test
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_an_ssl_error_in_the_middle_of_an_answer_is_a_tls_problem() -> None:
    failed = DownloadFailedError("cut")
    failed.__cause__ = ssl.SSLError(1, "bad record mac")
    assert why_not(failed)[0] is Problem.TLS


REFUSED, NO_NETWORK, NO_HOST = (
    OSError(n, "x") for n in (errno.ECONNREFUSED, errno.ENETUNREACH, errno.EHOSTUNREACH)
)


KEY = ConnectionKey("yunze.test", 80, False, True, None, None, None)


@pytest.mark.parametrize(
    ("trouble", "problem"),
    [
        (REFUSED, Problem.REFUSED),
        (NO_NETWORK, Problem.OUR_NETWORK),
        (NO_HOST, Problem.OUR_NETWORK),
        (OSError(f"Multiple exceptions: {NO_NETWORK}, {NO_HOST}"), Problem.OUR_NETWORK),
        (OSError(f"Multiple exceptions: {NO_NETWORK}, {REFUSED}"), Problem.REFUSED),
        (OSError(errno.EMFILE, "x"), Problem.OUR_FAULT),
        (OSError(errno.EADDRNOTAVAIL, "x"), Problem.OUR_FAULT),
    ],
    ids=str,
)
def test_only_what_reached_the_website_was_refused_by_it(trouble: OSError, problem: Problem) -> None:
    failed = DownloadConnectionRefusedError("no connection")
    failed.__cause__ = aiohttp.ClientConnectorError(KEY, trouble)

    assert why_not(failed)[0] is problem


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_a_proxy_in_the_environment_is_not_used(
    server: str, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A proxy would connect for us, past the guard of our own sockets."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("no_proxy", "")
    visits = list(crawl([a_site("good", f"{server}/good/")], settings(engine), Clock(NOW)))
    assert visit_of(visits, "good").problem is None


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_a_crawl_that_is_stopped_waits_for_no_website_that_hangs(server: str, engine: Engine) -> None:
    patient = settings(engine, timeout_seconds=600, retries=0)
    sites = [a_site("hangs", f"{server}/silent"), a_site("answers", f"{server}/missing")]
    crawling = crawl(sites, patient, Clock(NOW))

    seen = []
    for each in crawling:
        if isinstance(each, SiteVisit):
            seen.append(each.target.key)
            crawling.stop()

    assert seen == ["answers"]
