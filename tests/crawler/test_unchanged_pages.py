"""A second round of pages that did not change: their servers are asked, and send next to nothing."""

import hashlib
from typing import Literal

import pytest

from crawler.clock import Clock
from crawler.earlier import NOTHING_KEPT, Earlier, KeptPage
from crawler.observations import AccountVisit, SiteVisit
from crawler.runner import crawl
from crawler.settings import CrawlerSettings
from crawler.targets import Account, Road, Site
from tests.builders import NOW
from tests.crawler.misbehaving import a_list
from tests.crawler.versioned import NAMES, Website, serving


class Store(dict[str, bytes]):
    """Stored bytes by their SHA-256; a child process gets its own copy."""

    def keep(self, body: bytes) -> None:
        self[hashlib.sha256(body).hexdigest()] = body


def look(
    website: Website,
    store: Store,
    earlier: Earlier = NOTHING_KEPT,
    engine: Literal["reactorless", "asyncio"] = "reactorless",
    path: str = "/",
) -> SiteVisit:
    settings = CrawlerSettings(
        engine=engine, allow_private_addresses=True, site_requests_a_second=0, retries=0, browser="off"
    )
    website.forget()
    visit = None
    for seen in crawl(
        [Site("site", "云泽市", f"{website.base}{path}")], settings, Clock(NOW), earlier=earlier
    ):
        if isinstance(seen, bytes):
            store.keep(seen)
        elif isinstance(seen, SiteVisit):
            visit = seen
    assert visit is not None
    return visit


def kept(visit: SiteVisit, store: Store) -> Earlier:
    pages = {
        fetch.url: KeptPage(
            fetch.sha256, fetch.final_url, fetch.content_type, fetch.etag, fetch.last_modified
        )
        for fetch in visit.fetches
        if fetch.etag
    }
    return Earlier(pages, store.get)


@pytest.mark.parametrize("engine", ["reactorless", "asyncio"])
def test_a_second_round_is_read_from_what_is_stored(engine: Literal["reactorless", "asyncio"]) -> None:
    store = Store()
    with serving() as website:
        first = look(website, store)
        first_bytes = website.bytes_sent
        second = look(website, Store(), kept(first, store), engine)

    assert website.bytes_sent <= first_bytes / 5
    assert [column.reading for column in second.columns] == [column.reading for column in first.columns]
    assert {column.name for column in second.columns} >= set(NAMES)
    assert second.home == first.home


def test_a_page_that_is_as_it_was_says_so_and_names_its_stored_bytes() -> None:
    store, again = Store(), Store()
    with serving() as website:
        first = look(website, store)
        second = look(website, again, kept(first, store))

    before, after = first.home_fetch, second.home_fetch
    assert before and after
    assert (before.status, after.status) == (200, 304)
    assert (after.sha256, after.etag, after.content_type) == (
        before.sha256,
        before.etag,
        before.content_type,
    )
    assert again[after.sha256] == website.pages["/"]  # handed on as evidence like any other


def test_a_page_that_changed_is_sent_whole() -> None:
    store = Store()
    with serving() as website:
        first = look(website, store)
        website.pages["/lanmu1/"] = a_list("new").encode()
        second = look(website, store, kept(first, store))

    assert website.answers("/lanmu1/") == [200]
    assert website.answers("/lanmu0/") == [304]
    (column,) = (each for each in second.columns if each.name == "通知公告")
    assert column.reading and column.reading.rows[0].title.startswith("new")


def test_a_page_whose_stored_bytes_are_gone_is_fetched_whole() -> None:
    store = Store()
    with serving() as website:
        first = look(website, store)
        earlier = kept(first, store)
        del store[hashlib.sha256(website.pages["/lanmu2/"]).hexdigest()]
        second = look(website, store, earlier)

    assert website.answers("/lanmu2/") == [304, 200]
    assert [column.reading for column in second.columns] == [column.reading for column in first.columns]


def test_a_page_that_answers_at_another_address_is_fetched_whole() -> None:
    """What was stored for the address it led to before is not what it leads to now."""
    store = Store()
    with serving() as website:
        first = look(website, store, path="/moved/")
        earlier = kept(first, store)
        (page,) = (each for url, each in earlier.pages.items() if url.endswith("/moved/"))
        elsewhere = {
            f"{website.base}/moved/": KeptPage(page.sha256, f"{website.base}/lanmu3/", etag=page.etag)
        }
        look(website, store, Earlier(elsewhere, store.get), path="/moved/")

    assert website.answers("/lanmu0/")[:2] == [304, 200]


def test_an_answer_that_speaks_of_packing_a_body_which_it_does_not_send_is_understood() -> None:
    store = Store()
    with serving() as website:
        first = look(website, store)
        website.encoding = "gzip"
        second = look(website, store, kept(first, store))

    assert {status for _, status in website.asked if status != 404} == {304}
    assert second.home == first.home


def test_what_a_bridge_says_of_all_its_accounts_is_asked_once() -> None:
    settings = CrawlerSettings(
        allow_private_addresses=True, bridge_requests_a_second=0, retries=0, obey_robots=False, browser="off"
    )
    with serving() as website:
        website.pages = {f"/feeds/MP_{n}.rss": b"<rss version='2.0'><channel/></rss>" for n in range(5)}
        website.pages["/feeds"] = b"[]"
        accounts = [
            Account(f"{n}", "weixin", "云泽发布", roads=(Road(f"{website.base}/feeds/MP_{n}.rss"),))
            for n in range(5)
        ]
        visits = list(crawl(accounts, settings, Clock(NOW)))

    assert website.answers("/feeds") == [200]
    assert len([visit for visit in visits if isinstance(visit, AccountVisit)]) == 5
