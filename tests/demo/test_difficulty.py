"""The difficult city: every shape and manner is there, faults hide behind them as sound columns do, and all is true."""

import asyncio
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

import aiohttp
import pytest

from demo.answer import Answer
from demo.city import City
from demo.difficulty import SHAPED_SHARE
from demo.families.all import FAMILIES
from demo.manners import CLEARED, MANNERS, NEEDS_BROWSER, SESSION, SHUT, token
from demo.shapes.all import SHAPES
from demo.site import Column, Site

ADDRESS = re.compile(r"""['"(](/[\w./-]+(?:\?[^'"\s)]*)?)['")]""")


@pytest.fixture(scope="module")
def hard(now: datetime) -> City:
    return City(7, now=now, difficult=True)


def shaped(city: City) -> Iterator[tuple[Site, Column]]:
    for site in city.sites:
        for column in site.columns:
            if column.shape:
                yield site, column


def mannered(city: City, manner: str) -> Site:
    return next(site for site in city.sites if site.manner == manner)


def ask(city: City, site: Site, path: str, body: str = "", cookie: str = "") -> Answer:
    return city.answer(site.address, path, body=body, cookie=cookie)


def cookie_of(site: Site) -> str:
    return f"{CLEARED}={token(site)}; {SESSION}={token(site)}"


def seen_text(city: City, site: Site, column: Column) -> str:
    """The column's page and everything within the website that it names: what a reader without our code could look at."""
    family, cookie = FAMILIES[site.family], cookie_of(site)
    pages = [family.page_path(column, page) for page in range(family.pages(column))]
    bodies = [ask(city, site, path, cookie=cookie).body for path in pages]
    page = bodies[0].decode("utf-8", "replace")
    bodies += [
        ask(city, site, path.replace("&amp;", "&"), cookie=cookie).body for path in ADDRESS.findall(page)
    ]
    bodies += [ask(city, site, match, cookie=cookie).body for match in re.findall(r"url=([^\"]+)", page)]
    if sent := re.search(r"open\('POST','([^']+)'.*?send\('([^']+)'\)", page, re.S):
        bodies.append(ask(city, site, sent[1], body=sent[2], cookie=cookie).body)
    return "".join(body.decode(code, "replace") for body in bodies for code in ("utf-8", "gb18030"))


def test_an_easy_city_has_no_difficulties(city: City) -> None:
    assert not any(site.manner for site in city.sites)
    assert not list(shaped(city))


@pytest.mark.parametrize("seed", [7, 8, 9])
def test_every_shape_and_every_manner_stands_in_a_difficult_city(seed: int, now: datetime) -> None:
    city = City(seed, now=now, difficult=True)

    assert {column.shape for _, column in shaped(city)} == set(SHAPES)
    assert {site.manner for site in city.sites} - {""} == set(MANNERS)
    assert {"soft-404-bare", "upkeep", "robots-disallow"} <= {trap.name for trap in city.truth.traps}


@pytest.mark.parametrize("seed", range(8))
def test_no_fault_and_no_trap_stands_twice_nor_both_at_one_place(seed: int, now: datetime) -> None:
    truth = City(seed, now=now, difficult=True).truth

    faults = [(fault.target, fault.check, fault.subject) for fault in truth.faults]
    traps = [(trap.target, trap.check, trap.subject) for trap in truth.traps]
    assert len(set(faults)) == len(faults)
    assert len(set(traps)) == len(traps)
    assert not set(faults) & set(traps)


def test_faults_hide_behind_shapes_in_the_share_of_sound_columns(now: datetime) -> None:
    hidden: Counter[bool] = Counter()
    faults = 0
    for seed in range(6):
        for fault in City(seed, now=now, difficult=True).truth.faults:
            if fault.check in ("column-blank", "column-stale"):
                faults += 1
                hidden[fault.shape in SHAPES] += 1

    assert abs(hidden[True] / faults - SHAPED_SHARE) < 0.15


def test_what_only_a_browser_sees_is_marked_in_the_answer_key(hard: City) -> None:
    marked = {(fault.target, fault.subject) for fault in hard.truth.faults if fault.needs_browser}

    for site, column in shaped(hard):
        if column.stale or column.trick == "blank":
            hides = SHAPES[column.shape].needs_browser or site.manner in NEEDS_BROWSER
            assert ((site.key, column.name) in marked) == hides


def test_a_shape_shows_what_the_column_holds_and_nothing_of_an_empty_one(hard: City) -> None:
    for site, column in shaped(hard):
        if SHAPES[column.shape].needs_browser:
            continue
        text = seen_text(hard, site, column)
        for number in column.numbers[:2]:
            assert site.title(column, number) in text, (column.shape, site.family, number)
        if not column.numbers:
            assert column.name in text


def test_what_a_browser_would_compute_answers_with_the_rows(hard: City) -> None:
    site, column = next(
        (site, column) for site, column in shaped(hard) if column.shape == "computed" and column.numbers
    )
    page = ask(hard, site, FAMILIES[site.family].column_path(column), cookie=cookie_of(site)).body.decode(
        "utf-8", "replace"
    )
    codes = re.search(r"k=\[([\d,]+)\]", page)
    assert codes
    path = "".join(chr(int(code) ^ 42) for code in codes[1].split(","))

    assert path not in page
    assert site.title(column, 0) in b64decode(ask(hard, site, path, cookie=cookie_of(site)).body).decode()


def test_a_challenge_is_passed_with_the_cookie_that_its_script_works_out(hard: City) -> None:
    site = mannered(hard, "challenge-521")

    first = ask(hard, site, "/")
    codes = re.search(rb"_k=\[([\d,]+)\]", first.body)
    assert codes
    worked_out = "".join(chr(int(code) - 7) for code in codes[1].split(b","))

    assert first.status == 521
    assert ask(hard, site, "/", cookie=f"__jsl_clearance_s={worked_out}").status == 200


@pytest.mark.parametrize("manner", SHUT)
def test_nobody_gets_past_a_shut_website(manner: str, hard: City) -> None:
    site = mannered(hard, manner)

    assert site.name.encode() not in ask(hard, site, "/", cookie=cookie_of(site)).body


def test_session_ids_change_with_every_answer_and_lead_to_the_same_page(hard: City) -> None:
    site = mannered(hard, "session-ids")
    column = site.lists[0]
    path = FAMILIES[site.family].article_path(site, column, 0)

    one, other = ask(hard, site, "/"), ask(hard, site, "/")

    assert one.body != other.body
    assert ask(hard, site, f"{path};jsessionid=0123ABCD").status == 200


def test_a_cookie_is_asked_for_once(hard: City) -> None:
    site = mannered(hard, "cookie-needed")

    sent_back = ask(hard, site, "/")

    assert (sent_back.status, sent_back.location) == (302, "/")
    name, value = sent_back.headers[0]
    assert name == "Set-Cookie"
    assert ask(hard, site, "/", cookie=value.split(";")[0]).status == 200


def test_a_calendar_always_has_a_next_month(hard: City) -> None:
    site = mannered(hard, "endless-calendar")
    page = ask(hard, site, "/").body.decode("utf-8", "replace")
    seen = set()

    for _ in range(30):
        months = re.findall(r'href="(/calendar/\?month=[\d-]{7})"', page)
        path = (
            months[1] if len(months) > 1 else months[0]
        )  # a month names the one before, the next, and today's
        assert path not in seen
        seen.add(path)
        page = ask(hard, site, path).body.decode()


def test_robots_txt_closes_one_column(hard: City) -> None:
    site = mannered(hard, "robots-disallow")
    (column,) = [column for column in site.columns if column.trick == "robots-disallow"]

    assert FAMILIES[site.family].column_path(column) in ask(hard, site, "/robots.txt").body.decode()


def test_a_menu_by_script_names_the_columns_that_the_page_does_not(hard: City) -> None:
    site = mannered(hard, "menu-by-script")

    page = ask(hard, site, "/").body.decode("utf-8", "replace")
    menu = ask(hard, site, "/js/menu.js").body.decode()

    assert '<script src="/js/menu.js">' in page
    assert all(column.name in menu for column in site.top)


def test_an_unchanged_page_is_not_sent_again_and_gzip_makes_it_smaller(now: datetime) -> None:
    city = City(7, now=now, sites=6, accounts=2)
    plain, packed, *_ = [site for site in city.sites if not site.role]
    packed.manner = "gzip"

    async def look() -> list[int]:
        async with city.serve(), aiohttp.ClientSession() as session:
            async with session.get(plain.home_url) as first:
                known = {"If-None-Match": first.headers["ETag"]}
            async with session.get(plain.home_url, headers=known) as second:
                assert await second.read() == b""
            async with session.get(packed.home_url) as third:
                assert third.headers["Content-Encoding"] in ("gzip", "deflate")
                assert packed.name.encode() in await third.read()
            return [first.status, second.status, third.status]

    assert asyncio.run(look()) == [200, 304, 200]
    assert city.log[1].sent < 300 < city.log[0].sent
    assert city.log[2].sent < len(city.answer(packed.address, "/").body) / 2


def test_a_website_with_an_expired_certificate_is_read_by_who_does_not_look_at_it(now: datetime) -> None:
    city = City(7, now=now, sites=3, accounts=1)
    site = city.sites[0]
    site.manner = "expired-certificate"

    async def look() -> bytes:
        async with city.serve(), aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientConnectorCertificateError):
                await session.get(site.home_url)
            async with session.get(site.home_url, ssl=False) as response:
                return await response.read()

    assert site.key.encode() in asyncio.run(look())
