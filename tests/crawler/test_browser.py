"""Chromium itself on pages of our own: what is waited for, what is never loaded, what is lost when it hangs or dies."""

import asyncio
import io
import os
import signal
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar
from urllib.parse import unquote

import pytest
from PIL import Image

from crawler.browser import Browser, Lost, Session
from crawler.browser_page import PICTURE_HEIGHT, Look
from crawler.browser_program import find
from crawler.clock import Clock
from crawler.extract.page import settle, skim
from crawler.guard import guarded_sockets
from crawler.observations import Problem, SiteVisit
from crawler.pace import authority_of
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.targets import ColumnEntry, Site
from tests.builders import NOW
from tests.crawler.extract.sample_pages import AT, SITE, reading
from tests.crawler.shown_site import ShownSite, shown_site
from tests.crawler.test_egress import anywhere

CHROMIUM = find("auto")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
    pytest.mark.xdist_group("browser"),
]
ROWS_SHOWN = 6
SETTINGS = CrawlerSettings(browser_seconds_a_page=4)


def is_guarded(document: str, url: str, status: int) -> bool:
    return status == 412


class Window:
    """One browser with one session, in an event loop that waits between the tests."""

    def __init__(self, site: ShownSite, runner: asyncio.Runner, session: Session, browser: Browser) -> None:
        self.site, self.runner, self.session, self.browser = site, runner, session, browser

    def look(self, path: str, *, picture: bool = False) -> Look | Lost:
        self.site.asked.clear()
        return self.runner.run(self.session.look(f"{self.site.address}{path}", picture=picture))

    def see(self, path: str, *, picture: bool = False) -> Look:
        look = self.look(path, picture=picture)
        assert isinstance(look, Look), look
        return look


@pytest.fixture(scope="module")
def window() -> Iterator[Window]:
    assert CHROMIUM
    with shown_site() as site, asyncio.Runner() as runner:
        browser = runner.run(_opened(Browser(CHROMIUM, SETTINGS, anywhere)))
        session = browser.session(is_guarded)
        yield Window(site, runner, session, browser)
        runner.run(session.close())
        runner.run(browser.__aexit__())


async def _opened(browser: Browser) -> Browser:
    return await browser.__aenter__()


# -- reading out ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/filled/", "/slow/", "/framed/", "/frameset/"])
def test_rows_that_come_later_or_stand_in_a_frame_are_in_the_document(window: Window, path: str) -> None:
    look = window.see(path)

    assert look.document.count("<li>") == ROWS_SHOWN
    assert (look.status, look.unfinished) == (200, "")


def test_of_a_frameset_only_what_stands_in_its_frames_is_in_the_document(window: Window) -> None:
    document = window.see("/frameset/").document

    assert "不支持框架" not in document and "frameset" not in document


def test_the_paper_that_a_frame_shows_is_a_picture_in_the_document(window: Window) -> None:
    look = window.see("/papered/")

    assert "/files/2025年报.pdf" in unquote(look.document)
    assert reading(look.document.encode()).blank is False


def test_a_frame_in_which_nothing_but_a_script_stands_may_show_something(window: Window) -> None:
    document = window.see("/drawn/").document.encode()

    assert settle(skim(document, url=f"{SITE}/ndbb/", at=AT, rendered=True)).blank is None


def test_links_of_a_frame_are_those_that_its_reader_follows(window: Window) -> None:
    assert f'href="{window.site.address}/art/10.html"' in window.see("/framed/").document


@pytest.mark.parametrize(
    ("path", "what"), [("/failing/", "/api/failing 500"), ("/never/", "/api/never 没有答复")]
)
def test_a_list_whose_request_fails_or_hangs_is_unfinished(window: Window, path: str, what: str) -> None:
    assert window.see(path).unfinished == window.site.address + what


def test_no_list_is_missing_where_the_mark_of_the_party_organs_or_a_counter_does_not_come(
    window: Window,
) -> None:
    assert window.see("/marked/").unfinished == ""


def test_what_a_style_sheet_hides_is_marked_as_hidden(window: Window) -> None:
    assert '<p class="none" hidden="">' in window.see("/styled/").document


@pytest.mark.parametrize(("path", "most"), [("/swollen/", 3 << 18), ("/framing/", 6 << 18)])
def test_a_document_that_its_scripts_make_too_large_is_not_taken_in(
    window: Window, path: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A letter of this page takes three bytes."""
    enough, too_little = (
        window.browser.settings.model_copy(update={"max_page_bytes": n}) for n in (2 * most, most)
    )

    monkeypatch.setattr(window.browser, "settings", enough)
    assert window.see(path).document.count("长") >= most // 3
    monkeypatch.setattr(window.browser, "settings", too_little)
    look = window.look(path)
    assert isinstance(look, Lost) and look.problem is Problem.TOO_LARGE


def test_a_guards_script_is_waited_for_and_leaves_its_cookie(window: Window) -> None:
    look = window.see("/guarded/")

    assert (look.status, look.cookie, look.document.count("<li>")) == (200, "pass=1", ROWS_SHOWN)


# -- what is not loaded -----------------------------------------------------------------------------------


def test_pictures_are_loaded_only_for_a_picture_and_fonts_and_films_never(window: Window) -> None:
    window.see("/pictured/")
    without = list(window.site.asked)
    look = window.see("/pictured/", picture=True)

    assert without == ["/pictured/"]
    assert window.site.asked == ["/pictured/", "/picture.png"]
    assert Image.open(io.BytesIO(look.picture)).format == "JPEG"


def test_the_picture_of_an_endless_page_ends(window: Window) -> None:
    look = window.see("/long/", picture=True)

    assert Image.open(io.BytesIO(look.picture)).size == (1280, PICTURE_HEIGHT)


def test_dialogs_and_new_windows_hold_nothing_up(window: Window) -> None:
    assert window.see("/talking/").document.count("<li>") == ROWS_SHOWN
    assert window.site.asked == ["/talking/"]


def test_documents_and_interfaces_wait_for_their_hosts_turn(window: Window) -> None:
    class Turns:
        taken: ClassVar[list[str]] = []

        @asynccontextmanager
        async def turn(self, host: str) -> AsyncIterator[None]:
            self.taken.append(host)
            yield

    async def look() -> None:
        async with Browser(CHROMIUM or "", SETTINGS, anywhere, pace=Turns()) as browser:
            session = browser.session(is_guarded)
            for path in ("/filled/", "/pictured/"):
                await session.look(f"{window.site.address}{path}", picture=True)
            await session.close()

    window.runner.run(look())

    assert Turns.taken == [authority_of(window.site.address)] * 3


# -- trouble ----------------------------------------------------------------------------------------------


def test_a_page_that_hangs_is_lost_and_the_next_one_is_not(window: Window) -> None:
    lost = window.look("/busy/")

    assert isinstance(lost, Lost) and lost.problem is Problem.TIMEOUT
    assert window.see("/plain/").document.count("<li>") == ROWS_SHOWN


def test_a_tab_that_crashes_is_lost_alone(window: Window) -> None:
    lost = window.runner.run(window.session.look("chrome://crash", picture=False))

    assert isinstance(lost, Lost)
    assert window.see("/plain/").status == 200


def test_a_browser_that_dies_is_started_anew(window: Window) -> None:
    window.see("/plain/")
    for pid in chromiums():
        os.kill(pid, signal.SIGKILL)

    assert window.see("/plain/").document.count("<li>") == ROWS_SHOWN


def chromiums() -> list[int]:
    """The browsers of this very process: children of the driver that it started."""
    driver = [*children(os.getpid())]
    return [pid for each in driver for pid in children(each)]


def children(parent: int) -> list[int]:
    said = subprocess.run(["pgrep", "-P", str(parent)], capture_output=True, text=True)
    return [int(pid) for pid in said.stdout.split()]


def test_a_worn_browser_ends_when_its_last_visit_is_over(window: Window) -> None:
    others, url = set(chromiums()), f"{window.site.address}/plain/"

    async def two_visits() -> list[int]:
        settings = SETTINGS.model_copy(update={"browser_pages_before_recycling": 1})
        async with Browser(CHROMIUM or "", settings, anywhere) as browser:
            first, second, third = (browser.session(is_guarded) for _ in range(3))
            running = []
            for step in (
                first.look(url, picture=False),
                second.look(url, picture=False),
                first.close(),
                second.close(),
                third.look(url, picture=False),
                third.close(),
            ):
                await step
                running.append(len(set(chromiums()) - others))
            return running

    assert window.runner.run(two_visits()) == [1, 2, 1, 1, 1, 1]


def test_a_browser_that_does_not_start_loses_its_pages_and_says_why(tmp_path: Path) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)

    async def look() -> Look | Lost:
        async with Browser(str(program), SETTINGS, anywhere) as browser:
            return await browser.session(is_guarded).look("http://127.0.0.1:1/", picture=False)

    lost = asyncio.run(look())

    assert isinstance(lost, Lost) and lost.problem is Problem.OUR_FAULT
    assert "does not start" in lost.detail


# -- the guard --------------------------------------------------------------------------------------------


def test_no_road_out_of_a_page_leads_past_the_guard() -> None:
    with (
        shown_site() as site,
        shown_site() as inside,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
    ):
        place = inside.address.removeprefix("http://")
        udp.bind(("127.0.0.1", int(place.partition(":")[2])))
        udp.setblocking(False)
        own = guarded_sockets([("127.0.0.1", int(site.address.rpartition(":")[2]))])

        async def look() -> list[Look | Lost]:
            async with Browser(CHROMIUM or "", SETTINGS, own) as browser:
                session = browser.session(is_guarded)
                paths = (f"{site.address}/reaches/{place}/", f"{site.address}/leads/{place}", inside.address)
                seen = [await session.look(path, picture=True) for path in paths]
                await session.close()
                return seen

        reaching, led, straight = asyncio.run(look())

        assert isinstance(reaching, Look) and reaching.document.count("<li>") == ROWS_SHOWN
        assert f"{inside.address}/" in reaching.unfinished
        assert isinstance(led, Lost)
        assert isinstance(straight, Lost) and straight.problem is Problem.FORBIDDEN_ADDRESS
        assert inside.asked == []
        with pytest.raises(BlockingIOError):
            udp.recv(100)


# -- in a crawl -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_a_crawl_reads_what_scripts_fill_and_keeps_it_as_evidence(engine: str) -> None:
    settings = CrawlerSettings(engine=engine, allow_private_addresses=True, site_requests_a_second=0)  # type: ignore[arg-type]
    with shown_site() as site:
        column = ColumnEntry("通知公告", f"{site.address}/slow/")
        target = Site("1", "云泽市", f"{site.address}/plain/", columns=(column,))
        seen = list(crawl([target], settings, Clock(NOW), doubted={"1": frozenset({column.url})}))

    visit = next(each for each in seen if isinstance(each, SiteVisit))
    read = next(each for each in visit.columns if each.name == "通知公告")
    assert read.reading and len(read.reading.rows) == ROWS_SHOWN
    assert read.shown and read.shown.picture
    assert any(isinstance(each, bytes) and each.startswith(b"\xff\xd8\xff") for each in seen)
    assert visit.rendered == 1
