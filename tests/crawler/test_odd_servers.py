"""Old and odd servers: what a reader of today can open is read, and what is odd about it is noted."""

import asyncio
import contextlib
import re
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from checks.blame import Blame, blame_of
from crawler.calendars import MOST_OF_A_SHAPE, Calendars
from crawler.certificates import certificate_of
from crawler.clock import Clock
from crawler.column_places import canonical
from crawler.extract.addresses import Addresses
from crawler.extract.session_ids import without_session_id
from crawler.fetching import Answer, Wanted
from crawler.observations import Fetch, Probed, Problem, SiteVisit
from crawler.runner import crawl
from crawler.schemes import other_scheme
from crawler.settings import CrawlerSettings
from crawler.site_visit import visit_site
from crawler.spiders.handler import LEGACY_SERVER_CONNECT, lenient_context
from crawler.targets import ColumnEntry, Site
from tests.builders import NOW
from tests.crawler.listening import Quiet, listening
from tests.crawler.misbehaving import a_list
from tests.crawler.old_tls import speaking

SETTINGS = CrawlerSettings(
    allow_private_addresses=True, site_requests_a_second=0, retries=0, timeout_seconds=5, browser="off"
)


def look(*sites: Site) -> dict[str, SiteVisit]:
    seen = crawl(sites, SETTINGS, Clock(NOW))
    return {each.site.key: each for each in seen if isinstance(each, SiteVisit)}


# -- cookies ------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def wanting_a_cookie() -> Iterator[tuple[str, list[str]]]:
    """A server that sends everybody without its cookie back to the same address, and what cookies came."""
    came: list[str] = []

    class Handler(Quiet):
        def do_GET(self) -> None:
            known = re.search(r"visitor=(\d+)", self.headers["Cookie"] or "")
            body = a_list("cookies").encode() if known else b""
            self.send_response(200 if known else 302)
            if known:
                came.append(known[1])
            else:
                self.send_header("Set-Cookie", f"visitor={len(came) + 1}; path=/; HttpOnly")
                self.send_header("Location", self.path)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with listening(Handler) as port:
        yield f"http://127.0.0.1:{port}/", came


def test_a_website_that_wants_a_cookie_is_read_and_each_visit_has_its_own() -> None:
    with wanting_a_cookie() as (base, came):
        alone = replace_settings(sites_at_once=1, obey_robots=False)
        sites = [Site("first", "一", base), Site("second", "二", f"{base}second/")]
        seen = crawl(sites, alone, Clock(NOW))
        visits = {each.site.key: each for each in seen if isinstance(each, SiteVisit)}

    assert {key: visit.problem for key, visit in visits.items()} == {"first": None, "second": None}
    assert len(set(came)) == 2


def replace_settings(**more: object) -> CrawlerSettings:
    return SETTINGS.model_copy(update=more)


# -- session ids --------------------------------------------------------------------------------------------

TOKEN = "0a1b2c3d4e5f60718293a4b5"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (f"/tzgg/index.jsp;jsessionid={TOKEN}.node1", "/tzgg/index.jsp"),
        (f"/tzgg/;jsessionid={TOKEN}?page=2", "/tzgg/?page=2"),
        (f"/list.php?PHPSESSID={TOKEN}", "/list.php"),
        (f"/list.php?id=3&PHPSESSID={TOKEN}", "/list.php?id=3"),
        (f"/list.php?PHPSESSID={TOKEN}&id=3", "/list.php?id=3"),
        (f"/list.php?PHPSESSID={TOKEN}#top", "/list.php#top"),
        (f"/list.php?sid={TOKEN}&id=3", "/list.php?id=3"),
        (f"/list.aspx?sessionid={TOKEN}", "/list.aspx"),
        ("/list.php?sid=12", "/list.php?sid=12"),
        ("/rd/list.php?sessionid=14", "/rd/list.php?sessionid=14"),
        ("/list.php?presid=0123456789abcdef01", "/list.php?presid=0123456789abcdef01"),
        ("/list.php?id=3&page=2", "/list.php?id=3&page=2"),
    ],
)
def test_a_session_id_is_no_part_of_an_address(written: str, meant: str) -> None:
    base = "http://www.yunze.gov.cn"
    assert without_session_id(base + written) == base + meant
    assert Addresses(f"{base}/").absolute(written) == base + meant
    assert canonical(base + written) == canonical(base + meant)


# -- calendars ----------------------------------------------------------------------------------------------

Page = Callable[[str], str]


def a_calendar(path: str, form: str) -> str:
    year, month = map(int, re.findall(r"\d+", path)[:2])
    to = [(year, other, 0) for other in range(1, 13)] + [(other, 1, 0) for other in (year - 1, year + 1)]
    to += [(year, month, day) for day in range(1, 29)]
    links = "".join(
        f'<li><a href="{form.format(y=y, m=m, d=d)}">{d or m}{"日" if d else "月"}</a></li>' for y, m, d in to
    )
    return f'<title>日程</title><div class="left-menu"><ul>{links}</ul></div>'


@pytest.mark.parametrize(
    "form", ["/cal?year={y}&month={m}&day={d}", "/cal/{y}/{m}/{d}/", "/cal/{y}-{m:02d}-{d:02d}.html"]
)
def test_a_calendar_without_end_costs_less_than_fifty_requests(form: str) -> None:
    asked: list[str] = []
    menu = [
        *((f"/lanmu{n}/", f"栏目{n}") for n in "一二三四五六"),
        (form.format(y=2026, m=11, d=0), "会议日程"),
    ]

    async def fetch(wanted: Wanted) -> Answer:
        asked.append(wanted.url)
        path = wanted.url.removeprefix("http://www.yunze.gov.cn")
        links = "".join(f'<li><a href="{url}">{name}</a></li>' for url, name in menu)
        page = a_calendar(path, form) if path.startswith("/cal") else a_list(path.strip("/") or "news")
        body = f'<div class="nav"><ul>{links}</ul></div>{page}'.encode()
        return Answer(Fetch(wanted.url, NOW, wanted.url, 200, "text/html; charset=utf-8"), body)

    site = Site("site", "云泽市", "http://www.yunze.gov.cn/")
    visit = asyncio.run(visit_site(site, fetch, Clock(NOW), CrawlerSettings(articles_opened=0)))

    assert 0 < sum("/cal" in url for url in asked) < 50
    assert {name for _, name in menu} <= {column.name for column in visit.columns}


@pytest.mark.parametrize(
    "form", ["list-{}-1.html", "list-{}-1-1.html", "channels/20{}.html", "col/{}01/", "list.do?id={}&page=1"]
)
@pytest.mark.parametrize("backwards", [False, True])
def test_columns_that_are_counted_through_are_no_calendar(form: str, backwards: bool) -> None:
    numbers = range(2119, 1880, -1) if backwards else range(1881, 2120)
    calendars = Calendars()

    assert not any(calendars.has_enough(f"www.yunze.gov.cn/{form.format(number)}") for number in numbers)


def test_an_archive_by_months_is_known_by_two_years_of_it_whatever_else_is_written_like_it() -> None:
    months = [
        f"www.yunze.gov.cn/archive/{year}{month:02}/" for year in (2024, 2025, 2026) for month in range(1, 13)
    ]
    calendars = Calendars()

    known = [each for each in [*months, "www.yunze.gov.cn/archive/0/"] if not calendars.has_enough(each)]

    assert len(known) == MOST_OF_A_SHAPE


# -- one scheme only ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("http://www.yunze.gov.cn/a?b", "https://www.yunze.gov.cn/a?b"),
        ("https://www.yunze.gov.cn:443/", "http://www.yunze.gov.cn/"),
        ("http://www.yunze.gov.cn:8080/", "https://www.yunze.gov.cn:8080/"),
        ("http://[2400:3200::1]/", "https://[2400:3200::1]/"),
        ("http://[::1/", ""),
        ("gopher://www.yunze.gov.cn/", ""),
    ],
)
def test_the_other_scheme_of_an_address(url: str, other: str) -> None:
    assert other_scheme(url) == other


def test_a_website_that_answers_on_https_only_is_read_and_it_is_noted(tmp_path: Path) -> None:
    with speaking(ssl.TLSVersion.TLSv1_2, tmp_path) as address:
        plain = address.replace("https", "http")
        column = ColumnEntry("通知公告", f"{plain}tzgg/")
        visit = look(Site("https", "云泽市", plain, columns=(column,)))["https"]

    assert visit.problem is None
    assert visit.home_fetch and visit.home_fetch.final_url == address
    assert address in visit.detail
    assert next(each for each in visit.columns if each.name == "通知公告").was_read


def test_a_website_that_answers_on_http_only_is_read_and_it_is_noted() -> None:
    with wanting_a_cookie() as (base, _):
        visit = look(Site("http", "云泽市", base.replace("http", "https")))["http"]

    assert visit.problem is None
    assert base in visit.detail


def test_a_probe_of_it_says_that_it_opens(tmp_path: Path) -> None:
    with speaking(ssl.TLSVersion.TLSv1_2, tmp_path) as address:
        site = Site("https", "云泽市", address.replace("https", "http"))
        (probed,) = (e for e in crawl([site], SETTINGS, Clock(NOW), "probe") if isinstance(e, Probed))

    assert probed.probe.ok


class Walled(Quiet):
    """A protective wall: it wants a script to be run first (瑞数), or lets nobody in."""

    status, page = 412, b'<html><body><script>window["$_ts"]={};</script></body></html>'

    def do_GET(self) -> None:
        self.send_response(404 if self.path == "/robots.txt" else self.status)
        self.send_header("Content-Length", str(len(self.page)))
        self.end_headers()
        self.wfile.write(self.page)


class Forbidding(Walled):
    status, page = 403, b"<html><title>403 Forbidden</title><body>403 Forbidden</body></html>"


class Missing(Walled):
    status = 404


@pytest.mark.parametrize(
    ("handler", "blame"), [(Walled, Blame.WALL), (Forbidding, Blame.WALL), (Missing, Blame.TARGET)]
)
def test_who_is_walled_in_on_the_other_scheme_is_not_said_to_be_down(
    tmp_path: Path, handler: type[Walled], blame: Blame
) -> None:
    with speaking(ssl.TLSVersion.TLSv1_2, tmp_path, handler) as address:
        site = Site("walled", "云泽市", address.replace("https", "http"))
        visit = look(site)["walled"]
        (probed,) = (e for e in crawl([site], SETTINGS, Clock(NOW), "probe") if isinstance(e, Probed))

    assert visit.home_fetch and address in visit.detail
    assert blame_of(visit.problem, visit.home_fetch.status) is blame
    assert blame_of(probed.probe.problem, probed.probe.status) is blame


def test_a_website_that_answers_on_neither_keeps_the_reason_of_its_own_address() -> None:
    visit = look(Site("none", "云泽市", "http://127.0.0.1:9/"))["none"]
    assert (visit.problem, urlsplit(visit.home_fetch.url if visit.home_fetch else "").scheme) == (
        Problem.REFUSED,
        "http",
    )


# -- certificates and old TLS -------------------------------------------------------------------------------


def test_the_certificate_is_noted_and_fails_no_visit(tmp_path: Path) -> None:
    with speaking(ssl.TLSVersion.TLSv1_2, tmp_path) as address:
        visit = look(Site("old", "云泽市", address))["old"]

    assert visit.problem is None
    assert visit.certificate
    assert visit.certificate.ends < datetime.now(UTC)
    assert not visit.certificate.names_host


def test_a_website_without_tls_has_no_certificate() -> None:
    with wanting_a_cookie() as (base, _):
        assert look(Site("http", "云泽市", base))["http"].certificate is None


def a_certificate(common_name: str, *names: x509.GeneralName) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=300))
        .not_valid_after(NOW + timedelta(days=65))
    )
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


@pytest.mark.parametrize(
    ("common_name", "listed", "host", "is_for"),
    [
        ("www.yunze.gov.cn", [], "www.yunze.gov.cn", True),
        ("www.yunze.gov.cn", ["jyj.yunze.gov.cn"], "www.yunze.gov.cn", False),
        ("云泽", ["*.yunze.gov.cn"], "JYJ.yunze.gov.cn", True),
        ("云泽", ["*.yunze.gov.cn"], "yunze.gov.cn", False),
        ("云泽", ["*.yunze.gov.cn"], "a.jyj.yunze.gov.cn", False),
        ("云泽", ["*.gov.cn"], "yunze.gov.cn", True),
    ],
)
def test_a_certificate_names_its_host_or_not(
    common_name: str, listed: list[str], host: str, is_for: bool
) -> None:
    der = a_certificate(common_name, *map(x509.DNSName, listed))
    certificate = certificate_of(der, host)

    assert certificate
    assert certificate.names_host is is_for
    assert (certificate.ends - NOW).days == 65


def test_what_is_no_certificate_tells_nothing() -> None:
    assert certificate_of(b"no certificate", "www.yunze.gov.cn") is None


def test_servers_that_renegotiate_as_in_old_times_and_weak_ciphers_are_allowed() -> None:
    context = lenient_context()
    ciphers = {each["name"] for each in context.get_ciphers()}
    assert context.options & LEGACY_SERVER_CONNECT
    assert {"AES128-SHA", "DHE-RSA-AES256-SHA"} <= ciphers
