"""What a browser adds to a look at a website: which pages it opens, what is believed of them, how a guard is passed."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

import pytest

from crawler.clock import Clock
from crawler.fetching import Answer, View, Wanted
from crawler.observations import Column, Fetch, Problem, Shown, SiteVisit
from crawler.settings import CrawlerSettings
from crawler.site_visit import ALLOW_US, visit_page, visit_site
from tests.builders import NOW, a_site, days_ago
from tests.crawler.test_site_visit import HOME, Pages, a_column_page, a_home, a_list_of, dated

NEWS, NOTICES = f"{HOME}xw/", f"{HOME}tzgg/"
MENU = [("要闻", "/xw/"), ("通知公告", "/tzgg/")]
FILLED_BY_SCRIPT = (
    '<ul id="list"></ul><script>$.get("/api/list", function (r) { $("#list").html(r.html) })</script>'
)
EMPTY_LIST = '<div class="list"><ul></ul><p>暂无数据</p></div>'
CHALLENGE = '<html><body><script>window["$_ts"]={};</script></body></html>'
BARE_CHALLENGE = '<html><body><script src="/c.js"></script></body></html>'
COOKIE = "clearance=1"


class Browser:
    """A browser as a dictionary of address and document; what is not in it cannot be opened."""

    def __init__(self, pages: Mapping[str, str], *, unfinished: str = "", cookie: str = "") -> None:
        self.pages, self.unfinished, self.cookie = pages, unfinished, cookie
        self.asked: list[str] = []
        self.pictures: list[str] = []

    async def __call__(self, url: str, *, picture: bool) -> View:
        self.asked.append(url)
        fetch = Fetch(url, NOW, url, 200, "text/html; charset=utf-8", sha256=f"dom of {url}")
        if url not in self.pages:
            return View(Shown(replace(fetch, problem=Problem.TIMEOUT)))
        taken = replace(fetch, content_type="image/jpeg", sha256=f"picture of {url}") if picture else None
        self.pictures += [url] if picture else []
        return View(Shown(fetch, taken), self.pages[url].encode(), self.unfinished, self.cookie)


class Guarded(Pages):
    """A site whose guard lets in only who brings the cookie that its script sets."""

    def __init__(self, pages: Mapping[str, str], status: int = 412) -> None:
        super().__init__(pages)
        self.status = status

    async def __call__(self, wanted: Wanted) -> Answer:
        if COOKIE in wanted.headers.get("Cookie", ""):
            return await super().__call__(wanted)
        self.asked.append(f"guarded {wanted.url}")
        return Answer(Fetch(wanted.url, NOW, wanted.url, self.status, "text/html"), BARE_CHALLENGE.encode())


def site(notices: str = FILLED_BY_SCRIPT) -> dict[str, str]:
    return {HOME: a_home(MENU), NEWS: a_column_page("要闻"), NOTICES: a_column_page("通知公告", notices)}


def look(
    pages: Mapping[str, str] | Pages, browser: Browser | None, *doubted: str, **limits: int
) -> SiteVisit:
    fetch = pages if isinstance(pages, Pages) else Pages(pages)
    settings = CrawlerSettings(**limits)  # type: ignore[arg-type]
    return asyncio.run(visit_site(a_site(url=HOME), fetch, Clock(NOW), settings, browser, frozenset(doubted)))


def notices_of(visit: SiteVisit) -> Column:
    return next(column for column in visit.columns if column.name == "通知公告")


# -- which pages are opened -------------------------------------------------------------------------------


def test_only_what_a_script_fills_is_opened_in_the_browser() -> None:
    browser = Browser({NOTICES: a_column_page("通知公告", a_list_of(dated(4)))})

    visit = look(site(), browser)

    assert browser.asked == [NOTICES]
    assert (visit.rendered, browser.pictures) == (1, [])
    column = notices_of(visit)
    assert (column.problem, column.newest) == (None, days_ago(2))
    assert column.shown and column.shown.dom in visit.fetches
    assert f"dom of {NOTICES}" in column.evidence


def test_beside_links_without_dates_the_list_that_a_script_fills_is_seen_too() -> None:
    links = "".join(f'<p><a href="/tzgg/a{n}.html">关于第{n}项工作的有关说明</a></p>' for n in range(3))
    browser = Browser({NOTICES: a_column_page("通知公告", links + a_list_of(dated(4)))})

    column = notices_of(look(site(links + FILLED_BY_SCRIPT), browser))

    assert (browser.asked, column.newest) == ([NOTICES], days_ago(2))
    assert column.reading and column.reading.blank is False


def test_what_is_doubted_is_opened_with_a_picture_whatever_the_plain_page_says() -> None:
    browser = Browser({NEWS: a_column_page("要闻")})

    visit = look(site(a_list_of(dated(3))), browser, "http://www.yunze.test/xw/index.html")

    assert (browser.asked, browser.pictures) == ([NEWS], [NEWS])
    news = next(column for column in visit.columns if column.name == "要闻")
    assert news.shown and news.shown.picture in visit.fetches


def test_a_doubted_home_page_is_opened() -> None:
    visit = look(site(a_list_of(dated(3))), Browser({HOME: a_home(MENU)}), HOME)

    assert visit.shown and visit.shown.picture
    assert len(visit.columns) == 2


def test_doubts_go_first_where_the_browser_may_open_few_pages() -> None:
    browser = Browser({})

    visit = look(site(), browser, NEWS, pages_rendered_a_site=1)

    assert browser.asked == [NEWS]
    assert notices_of(visit).problem is Problem.NEEDS_BROWSER


def test_without_a_browser_the_plain_reading_stays() -> None:
    column = notices_of(look(site(), None, NOTICES))

    assert (column.problem, column.shown) == (Problem.NEEDS_BROWSER, None)


def test_a_page_that_did_not_come_is_not_tried_in_the_browser() -> None:
    browser = Browser({})

    look({HOME: a_home(MENU), NEWS: a_column_page("要闻")}, browser, NOTICES)

    assert browser.asked == []


def test_a_home_page_that_a_script_builds_gives_its_menus() -> None:
    shell = '<html><head><title>云泽市</title><script src="/static/js/app.1a2b3c.js"></script></head><body><div id="app"></div></body></html>'
    pages = site(a_list_of(dated(3))) | {HOME: shell}

    visit = look(pages, Browser({HOME: a_home(MENU)}))

    assert {column.name for column in visit.columns} == {"要闻", "通知公告"}
    assert visit.home and visit.home.rows and visit.shown


def test_a_browser_that_is_busy_elsewhere_does_not_hold_up_a_visit_beyond_its_time() -> None:
    class Busy(Browser):
        async def __call__(self, url: str, *, picture: bool) -> View:
            await asyncio.sleep(60)
            return await super().__call__(url, picture=picture)

    column = notices_of(look(site(), Busy({NOTICES: a_column_page("通知公告")}), seconds_a_site=6))

    assert (column.problem, column.shown) == (Problem.NEEDS_BROWSER, None)


# -- what is believed of it -------------------------------------------------------------------------------


def test_a_list_that_stays_empty_when_its_script_has_run_is_blank() -> None:
    column = notices_of(look(site(), Browser({NOTICES: a_column_page("通知公告", EMPTY_LIST)})))

    assert column.problem is None
    assert column.reading and column.reading.blank is True


def test_an_empty_list_whose_request_failed_is_unread_and_not_blank() -> None:
    browser = Browser({NOTICES: a_column_page("通知公告", EMPTY_LIST)}, unfinished="/api/list 500")

    column = notices_of(look(site(), browser))

    assert column.problem is Problem.NEEDS_BROWSER
    assert column.reading and column.reading.blank is None and "/api/list 500" in column.reading.why


def test_old_rows_beside_a_list_whose_request_failed_are_not_the_newest() -> None:
    old = a_column_page("通知公告", a_list_of(dated(3, newest=400)))

    column = notices_of(look(site(), Browser({NOTICES: old}, unfinished="/api/list 500")))

    assert column.reading and column.reading.rows and column.reading.needs_browser


def test_a_list_that_still_says_loading_is_unread() -> None:
    loading = a_column_page("通知公告", '<div class="list"><ul></ul><p>数据加载中，请稍候</p></div>')

    assert notices_of(look(site(), Browser({NOTICES: loading}))).problem is Problem.NEEDS_BROWSER


def test_what_the_plain_page_shows_is_there_though_the_browser_shows_nothing() -> None:
    browser = Browser({NOTICES: a_column_page("通知公告", EMPTY_LIST)})

    column = notices_of(look(site(a_list_of(dated(3))), browser, NOTICES))

    assert column.reading and len(column.reading.rows) == 3
    assert column.shown


def test_what_the_browser_could_not_open_is_as_the_plain_page_says() -> None:
    column = notices_of(look(site(a_list_of(dated(3))), Browser({}), NOTICES))

    assert column.shown is None
    assert column.reading and column.reading.rows


# -- guards -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [412, 521, 202])
def test_a_guard_that_lets_the_browser_in_lets_plain_requests_follow_with_its_cookie(status: int) -> None:
    pages, browser = Guarded(site(a_list_of(dated(3))), status), Browser({HOME: a_home(MENU)}, cookie=COOKIE)

    visit = look(pages, browser)

    assert browser.asked == [HOME]
    assert [each for each in pages.asked if each.startswith("guarded")] == [f"guarded {HOME}"]
    assert visit.problem is None
    assert len(notices_of(visit).reading.rows) == 3  # type: ignore[union-attr]


def test_a_guard_that_keeps_the_browser_out_too_is_asked_once_and_named_with_advice() -> None:
    pages, browser = Guarded(site()), Browser({HOME: CHALLENGE})

    visit = look(pages, browser)

    assert (visit.problem, visit.detail, browser.asked) == (Problem.WAF, ALLOW_US, [HOME])


def test_columns_behind_a_guard_that_no_one_passes_cost_one_look_in_the_browser() -> None:
    pages = {HOME: a_home(MENU), NEWS: CHALLENGE, NOTICES: CHALLENGE}
    browser = Browser({NEWS: CHALLENGE, NOTICES: CHALLENGE})

    visit = look(pages, browser)

    assert [column.problem for column in visit.columns] == [Problem.WAF, Problem.WAF]
    assert len(browser.asked) == 1


def test_a_guard_that_wants_a_browser_each_time_is_passed_page_by_page() -> None:
    pages = {HOME: a_home(MENU), NEWS: CHALLENGE, NOTICES: CHALLENGE}
    browser = Browser({NEWS: a_column_page("要闻"), NOTICES: a_column_page("通知公告")})

    visit = look(pages, browser)

    assert [column.problem for column in visit.columns] == [None, None]
    assert all(column.shown for column in visit.columns)


# -- one page alone ---------------------------------------------------------------------------------------


def test_one_page_alone_is_opened_in_the_browser_if_a_script_fills_it() -> None:
    browser = Browser({HOME: a_column_page("通知公告", a_list_of(dated(4)))})
    pages = Pages({HOME: a_column_page("通知公告", FILLED_BY_SCRIPT)})

    visit = asyncio.run(visit_page(a_site(url=HOME), pages, Clock(NOW), CrawlerSettings(), browser))

    assert visit.home and len(visit.home.rows) == 4
