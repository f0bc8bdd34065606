"""A look at a website over a dictionary of pages: which columns it has, whose dates count, what it never claims."""

import asyncio
import gc
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from checks.rules.column_stale import column_stale
from checks.verdicts import Kind
from crawler.clock import Clock
from crawler.column_places import own_name
from crawler.fetching import Answer, Wanted
from crawler.observations import Column, Fetch, Problem, SiteVisit
from crawler.settings import CrawlerSettings
from crawler.site_visit import visit_page, visit_site
from crawler.targets import ColumnEntry
from tests.builders import NOW, a_site, days_ago

HOME = "https://www.yunze.test/"
Links = Iterable[tuple[str, str]]


class Pages:
    """The site as a dictionary of address and markup; what is not in it is not found."""

    def __init__(self, pages: Mapping[str, str | Problem], moved: Mapping[str, str] | None = None) -> None:
        self.pages, self.moved = pages, moved or {}
        self.asked: list[str] = []
        self.bodies_held = 0

    async def __call__(self, wanted: Wanted) -> Answer:
        self.asked.append(wanted.url)
        held = [each for each in gc.get_objects() if isinstance(each, Answer) and each.body]
        self.bodies_held = max(self.bodies_held, len(held))
        page = self.pages.get(wanted.url, Problem.HTTP_ERROR)
        fetch = Fetch(
            wanted.url, NOW, self.moved.get(wanted.url, wanted.url), 200, "text/html; charset=utf-8"
        )
        if isinstance(page, Problem):
            return Answer(replace(fetch, problem=page))
        return Answer(fetch, page.encode())


def items(links: Links) -> str:
    return "".join(f'<li><a href="{url}">{name}</a></li>' for name, url in links)


def a_home(links: Links, more: str = "") -> str:
    return (
        f'<html><head><title>云泽市</title></head><body><div class="nav"><ul>{items(links)}</ul></div>'
        f"{more}{a_list_of(dated(5))}</body></html>"
    )


def dated(count: int, newest: int = 1) -> list[tuple[str, str, str]]:
    return [
        (f"云泽市第{n}次会议召开", f"/art/2026/10{n}.html", str(days_ago(newest + n)))
        for n in range(1, count + 1)
    ]


def a_list_of(rows: Iterable[tuple[str, str, str]]) -> str:
    listed = "".join(f'<li><a href="{url}">{title}</a><span>{day}</span></li>' for title, url, day in rows)
    return f'<div class="list"><ul>{listed}</ul></div>'


def a_column_page(name: str, rows: str = "", menu: Links = ()) -> str:
    side = f'<div class="left-menu"><ul>{items(menu)}</ul></div>' if menu else ""
    crumb = f'<div class="position">您的位置：<a href="/">首页</a> &gt; <span>{name}</span></div>'
    return (
        f"<html><head><title>{name}-云泽市</title></head><body>{crumb}{side}{rows or a_list_of(dated(6))}"
        f"</body></html>"
    )


def an_article(day: date) -> str:
    words = "<p>为进一步做好相关工作，现将有关事项通知如下，请各单位认真贯彻落实。</p>" * 6
    return (
        f"<html><head><title>通知</title></head><body><h1>关于做好冬季供暖工作的通知</h1>"
        f"<div>发布时间：{day}　来源：云泽市人民政府</div><div>{words}</div></body></html>"
    )


def an_undated_list(urls: Iterable[str]) -> str:
    rows = "".join(
        f'<li><a href="{url}">关于第{n}批冬季供暖工作安排的通知</a></li>' for n, url in enumerate(urls)
    )
    return f'<div class="list"><ul>{rows}</ul></div>'


def look(
    pages: Mapping[str, str | Problem] | Pages, *columns: ColumnEntry, **limits: int
) -> dict[str, Column]:
    return {column.key: column for column in the_visit(pages, *columns, **limits).columns}


def the_visit(pages: Mapping[str, str | Problem] | Pages, *columns: ColumnEntry, **limits: int) -> SiteVisit:
    fetch = pages if isinstance(pages, Pages) else Pages(pages)
    site = a_site(url=HOME, columns=columns)
    return asyncio.run(visit_site(site, fetch, Clock(NOW), CrawlerSettings(**limits)))  # type: ignore[arg-type]


# -- dates of the articles behind a list without dates ----------------------------------------------------

ARTICLES = tuple(f"/art/2026/{n}.html" for n in range(1, 7))
FIRST, SECOND, THIRD = (f"{HOME}art/2026/{n}.html" for n in (1, 2, 3))
ELSEWHERE = "https://mp.weixin.qq.com/s/abcdefg"


def undated_column(
    urls: Iterable[str] = ARTICLES,
    ages: tuple[int, ...] = (),
    entry: ColumnEntry | None = None,
    **more: Problem,
) -> Column:
    """The column 通知公告, whose first articles are so many days old."""
    pages: dict[str, str | Problem] = {
        HOME: a_home([("通知公告", "/tzgg/")]),
        f"{HOME}tzgg/": a_column_page("通知公告", an_undated_list(urls)),
    }
    for url, age in zip((FIRST, SECOND, THIRD), ages, strict=True):
        pages[url] = an_article(days_ago(age))
    pages |= {THIRD if name == "third" else FIRST: problem for name, problem in more.items()}
    return look(pages, *([entry] if entry else []))["通知公告"]


def rows_dated(column: Column) -> int:
    assert column.reading and len(column.reading.rows) >= 6
    return sum(1 for row in column.reading.rows if row.date)


@pytest.mark.parametrize("ages", [(3, 5, 9), (400, 410, 420), (400, 400, 400)])
def test_the_first_articles_in_order_tell_the_newest_date(ages: tuple[int, ...]) -> None:
    column = undated_column(ages=ages)

    assert column.newest == days_ago(ages[0])
    assert rows_dated(column) == 3


def test_old_dates_below_a_link_to_another_host_do_not_count() -> None:
    column = undated_column((ELSEWHERE, *ARTICLES), ages=(400, 410, 420))

    assert column.newest is None
    assert rows_dated(column) == 0


@pytest.mark.parametrize("which", ["first", "third"])
def test_old_dates_beside_an_article_that_did_not_open_do_not_count(which: str) -> None:
    column = undated_column(ages=(400, 410, 420), entry=None, **{which: Problem.TIMEOUT})

    assert column.newest is None
    assert rows_dated(column) == 0


def test_old_dates_out_of_order_do_not_count_for_pinned_ones_stand_on_top() -> None:
    column = undated_column(ages=(900, 400, 380))

    assert column.newest is None


@pytest.mark.parametrize(
    ("urls", "ages"),
    [((ELSEWHERE, *ARTICLES), (3, 5, 9)), (ARTICLES, (900, 400, 14))],
    ids=["link", "pinned"],
)
def test_a_fresh_article_makes_a_column_fresh_wherever_it_stands(
    urls: tuple[str, ...], ages: tuple[int, ...]
) -> None:
    assert undated_column(urls, ages).newest == days_ago(min(ages))


def test_what_is_fresh_is_measured_by_the_offices_own_limit() -> None:
    entry = ColumnEntry("通知公告", limit_days=7)

    assert undated_column(ages=(900, 400, 10), entry=entry).newest is None
    assert undated_column(ages=(900, 400, 7), entry=entry).newest == days_ago(7)


# -- what the office registered ---------------------------------------------------------------------------

REGISTERED = ColumnEntry("公告栏", f"{HOME}tzgg/index.html", limit_days=30)


def test_a_registered_address_that_the_site_lists_keeps_its_place_there() -> None:
    pages = {
        HOME: a_home([("政务公开", "/zwgk/")]),
        f"{HOME}zwgk/": a_column_page("政务公开", menu=[("通知公告", "/tzgg/")]),
        f"{HOME}tzgg/index.html": a_column_page("通知公告"),
    }

    columns = look(pages, REGISTERED)

    assert set(columns) == {"政务公开", "政务公开 > 通知公告"}
    column = columns["政务公开 > 通知公告"]
    assert (column.entry, column.found_by, column.was_read) == (REGISTERED, "menu", True)
    assert columns["政务公开"].children == (("政务公开", "通知公告"),)


def test_a_registered_address_that_the_site_does_not_list_is_a_column_of_its_own() -> None:
    pages = {
        HOME: a_home([("政务公开", "/zwgk/")]),
        f"{HOME}zwgk/": a_column_page("政务公开"),
        f"{HOME}tzgg/index.html": a_column_page("通知公告", menu=[("公示", "/gs/")]),
        f"{HOME}gs/": a_column_page("公示"),
    }

    columns = look(pages, REGISTERED)

    assert set(columns) == {"政务公开", "公告栏", "公告栏 > 公示"}
    assert (columns["公告栏"].found_by, columns["公告栏"].entry) == ("register", REGISTERED)


def test_what_the_office_registered_is_read_before_the_limit_of_pages_is_reached() -> None:
    links = [(f"栏目{n}动态", f"/c{n}/") for n in range(20)]
    pages = {HOME: a_home(links), f"{HOME}tzgg/index.html": a_column_page("通知公告")}

    assert look(pages, REGISTERED, pages_a_site=4)["公告栏"].was_read


AWAY = "https://zwgk.province.test/yunze/tzgg/"


def test_a_registered_column_on_another_host_is_read_but_its_menus_are_not_ours() -> None:
    pages = {
        HOME: a_home([("通知公告", AWAY)]),
        AWAY: a_column_page("通知公告", menu=[("公示", "/gs/")]),
    }

    (column,) = look(pages, ColumnEntry("通知公告", AWAY)).values()

    assert (column.was_read, column.leads_to, column.is_leaf) == (True, "", True)


def test_a_registered_column_on_another_host_that_does_not_answer_is_not_clear() -> None:
    (column,) = look({HOME: a_home([])}, ColumnEntry("通知公告", AWAY)).values()

    assert (column.problem, column.leads_to) == (Problem.HTTP_ERROR, "")


@pytest.mark.parametrize("home", [HOME, "https://zwgk.province.test/"])
def test_a_registered_column_that_leads_to_a_home_page_is_not_judged_by_it(home: str) -> None:
    pages = Pages({HOME: a_home([]), AWAY: a_home([])}, moved={AWAY: home})

    (column,) = look(pages, ColumnEntry("通知公告", AWAY)).values()

    assert (column.problem, column.reading) == (Problem.REDIRECTED_HOME, None)


@pytest.mark.parametrize("entries", [(), (ColumnEntry("通知公告"),)])
def test_a_link_to_another_host_is_only_a_link(entries: tuple[ColumnEntry, ...]) -> None:
    pages = Pages({HOME: a_home([("通知公告", AWAY)]), AWAY: a_column_page("通知公告")})

    column = look(pages, *entries)["通知公告"]

    assert (column.leads_to, pages.asked) == ("zwgk.province.test", [HOME])


@pytest.mark.parametrize(
    "sends_on",
    [
        f'<script>window.location.href="{AWAY}";</script>',
        f'<meta http-equiv="refresh" content="0;url={AWAY}">',
    ],
)
def test_a_page_that_does_nothing_but_send_its_readers_to_another_website_is_a_link(sends_on: str) -> None:
    own = f"{HOME}xyyz/"
    pages = {HOME: a_home([("信用云泽", own)]), own: f"<html><head>{sends_on}</head><body></body></html>"}

    column = look(pages)["信用云泽"]

    assert (column.leads_to, column.reading) == ("zwgk.province.test", None)


# -- identity ---------------------------------------------------------------------------------------------


def by_address(links: Links) -> dict[str, str]:
    pages = {HOME: a_home(links)} | {f"{HOME}{name}/": a_column_page(name) for name in ("a", "b")}
    return {column.url: column.key for column in look(pages).values()}


def test_columns_of_one_name_are_told_apart_whatever_their_order() -> None:
    links = [("通知公告", "/a/"), ("通知公告", "/b/"), ("政策文件", "/c/")]

    keys = by_address(links)

    assert keys == by_address(links[::-1])
    assert keys == {
        f"{HOME}a/": "通知公告（/a）",
        f"{HOME}b/": "通知公告（/b）",
        f"{HOME}c/": "政策文件",
    }


def test_addresses_that_differ_in_their_query_alone_are_told_apart() -> None:
    keys = by_address([("通知公告", "/list?id=1"), ("通知公告", "/list?id=2")])

    assert sorted(keys.values()) == ["通知公告（/list?id=1）", "通知公告（/list?id=2）"]


def test_columns_below_columns_of_one_name_belong_to_their_own() -> None:
    pages = {
        HOME: a_home([("通知公告", "/a/"), ("通知公告", "/b/")]),
        f"{HOME}a/": a_column_page("通知公告", menu=[("公示", "/a/gs/")]),
        f"{HOME}b/": a_column_page("通知公告"),
    }

    columns = look(pages)

    (below,) = columns["通知公告（/a）"].children
    assert below == ("通知公告（/a）", "公示")
    assert columns["通知公告（/b）"].is_leaf


def test_one_address_under_two_names_is_one_column_whatever_their_order() -> None:
    links = [("通知公告", "/a/"), ("公告公示", "/a/index.html")]

    assert set(by_address(links).values()) == set(by_address(links[::-1]).values())


def test_below_the_last_level_nothing_is_placed_and_its_parent_is_judged_itself() -> None:
    pages = {
        HOME: a_home([("政务公开", "/zwgk/")]),
        f"{HOME}zwgk/": a_column_page("政务公开", menu=[("通知公告", "/tzgg/")]),
        f"{HOME}tzgg/": a_column_page("通知公告", menu=[("公示", "/gs/")]),
    }

    assert set(look(pages, depth=1)) == {"政务公开"}
    assert look(pages, depth=1)["政务公开"].is_leaf
    assert look(pages, depth=2)["政务公开 > 通知公告"].is_leaf


# -- where a column hangs ---------------------------------------------------------------------------------

BLOCK = '<div class="block"><h3>通知公告</h3><a href="/tzgg/">更多</a></div>'
"""What a home page shows of a column in which something is published."""


def a_trail(*links: tuple[str, str]) -> str:
    """A breadcrumb of links, the last of them to the page itself."""
    steps = "".join(f' &gt; <a href="{url}">{name}</a>' for name, url in (("首页", "/"), *links))
    return f'<div class="position">您的位置：{steps}</div>'


def a_page_with(trail: str, name: str = "通知公告", menu: Links = ()) -> str:
    page = a_column_page(name, menu=menu)
    start, end = page.index('<div class="position">'), page.index("</div>") + len("</div>")
    return page[:start] + trail + page[end:]


BELOW = ("通知公告", "/tzgg/")
OPENNESS = ("政务公开", "/zwgk/")


@pytest.mark.parametrize("block", ["", BLOCK], ids=["without", "with"])
@pytest.mark.parametrize("entries", [(), (REGISTERED,)], ids=["found", "registered"])
def test_a_block_of_the_home_page_moves_no_column_from_its_menu(
    block: str, entries: tuple[ColumnEntry, ...]
) -> None:
    siblings = [BELOW, ("政策文件", "/zcwj/")]
    pages = {
        HOME: a_home([OPENNESS], block),
        f"{HOME}zwgk/": a_column_page("政务公开", menu=siblings),
        f"{HOME}tzgg/": a_column_page("通知公告", menu=siblings),
        f"{HOME}tzgg/index.html": a_column_page("通知公告", menu=siblings),
        f"{HOME}zcwj/": a_column_page("政策文件", menu=siblings),
    }

    columns = look(pages, *entries)

    assert set(columns) == {"政务公开", "政务公开 > 通知公告", "政务公开 > 政策文件"}
    assert columns["政务公开 > 通知公告"].found_by == "menu"
    assert len(columns["政务公开"].children) == 2


def test_a_column_of_the_home_page_whose_menu_does_not_open_hangs_where_its_own_breadcrumb_says() -> None:
    pages: dict[str, str | Problem] = {
        HOME: a_home([OPENNESS], BLOCK),
        f"{HOME}zwgk/": Problem.TIMEOUT,
        f"{HOME}tzgg/": a_page_with(a_trail(OPENNESS, BELOW)),
    }

    columns = look(pages)

    assert set(columns) == {"政务公开", "政务公开 > 通知公告"}
    assert columns["政务公开"].children == (("政务公开", "通知公告"),)


def test_the_first_step_of_a_breadcrumb_hangs_at_the_top_and_not_below_the_page_that_shows_it() -> None:
    pages = {
        HOME: a_home([], BLOCK),
        f"{HOME}zwgk/": a_column_page("政务公开"),
        f"{HOME}tzgg/": a_page_with(a_trail(OPENNESS, BELOW)),
    }

    columns = look(pages)

    assert set(columns) == {"政务公开", "政务公开 > 通知公告"}
    assert columns["政务公开"].children == (("政务公开", "通知公告"),)


def test_a_column_that_only_the_home_page_knows_hangs_at_the_top_with_its_own_below_it() -> None:
    pages = {
        HOME: a_home([], BLOCK),
        f"{HOME}tzgg/": a_column_page("通知公告", menu=[("公示", "/gs/")]),
        f"{HOME}gs/": a_column_page("公示"),
    }

    columns = look(pages, ColumnEntry("通知公告", limit_days=30))

    assert set(columns) == {"通知公告", "通知公告 > 公示"}
    assert (columns["通知公告"].found_by, columns["通知公告"].was_read) == ("more", True)
    assert columns["通知公告"].entry is not None


def test_a_column_of_the_home_page_lists_what_the_office_registered() -> None:
    block = BLOCK.replace("通知公告", "政务公开").replace("tzgg", "zwgk")
    pages = {
        HOME: a_home([], block),
        f"{HOME}zwgk/": a_column_page("政务公开", menu=[BELOW]),
        f"{HOME}tzgg/index.html": a_column_page("通知公告"),
    }

    assert set(look(pages, REGISTERED)) == {"政务公开", "政务公开 > 通知公告"}


@pytest.mark.parametrize("block", ["", BLOCK], ids=["without", "with"])
def test_what_no_menu_lists_keeps_the_offices_name_whatever_the_home_page_calls_it(block: str) -> None:
    pages = {HOME: a_home([OPENNESS], block), f"{HOME}tzgg/index.html": a_column_page("通知公告")}

    column = look(pages, REGISTERED)["公告栏"]

    assert (column.found_by, column.was_read) == ("register", True)


def test_columns_of_the_home_page_are_read_before_the_limit_of_pages_is_reached() -> None:
    deep = [(f"栏目{n}动态", f"/c{n}/") for n in range(20)]
    pages = {
        HOME: a_home([OPENNESS], BLOCK),
        f"{HOME}zwgk/": a_column_page("政务公开", menu=deep),
        f"{HOME}tzgg/": a_column_page("通知公告"),
    }

    assert look(pages, pages_a_site=6)["通知公告"].was_read


@pytest.mark.parametrize(
    ("path", "url", "name"),
    [
        ("政务公开 > 通知公告", f"{HOME}a/", "通知公告"),
        ("政务公开 > 通知公告（/a）", f"{HOME}a/", "通知公告"),
        ("通知公告（/list?id=1）", f"{HOME}list?id=1", "通知公告"),
        ("通知公告（www.other.test/a）", "http://www.other.test/a/index.html", "通知公告"),
        ("通知公告（/b）", f"{HOME}a/", "通知公告（/b）"),
        ("政策（试行）", f"{HOME}a/", "政策（试行）"),
        ("（/a）", f"{HOME}a/", "（/a）"),
    ],
)
def test_a_columns_own_name_is_without_the_address_that_tells_it_apart(
    path: str, url: str, name: str
) -> None:
    assert own_name(path, url) == name


# -- what is kept -----------------------------------------------------------------------------------------


def test_names_and_titles_hold_no_control_characters() -> None:
    dirty = "\u202e通知\x07公告\u2066"
    rows = [(f"{dirty}第{n}期\x1b[31m", f"/art/2026/{n}.html", str(days_ago(n))) for n in range(1, 7)]
    pages = {HOME: a_home([(dirty, "/a/")]), f"{HOME}a/": a_column_page(dirty, a_list_of(rows))}

    visit = the_visit(pages)
    page = asyncio.run(visit_page(a_site(url=f"{HOME}a/"), Pages(pages), Clock(NOW), CrawlerSettings()))

    (column,) = visit.columns
    assert column.path == ("通知公告",)
    for reading in (column.reading, page.home):
        assert reading and reading.rows and reading.title.isprintable()
        assert all(row.title.startswith("通知公告第") and row.title.isprintable() for row in reading.rows)


def test_bodies_are_let_go_as_soon_as_they_are_read() -> None:
    links = [(f"栏目{n}动态", f"/c{n}/") for n in range(3)]
    pages = Pages(
        {HOME: a_home(links)}
        | {f"{HOME}c{n}/": a_column_page(f"栏目{n}动态", menu=[("下级", f"/c{n}/d/")]) for n in range(3)}
    )

    gc.collect()  # what other tests left behind is no body of ours
    assert len(look(pages)) == 6
    assert pages.bodies_held <= 1


def test_one_address_that_is_none_costs_no_other_column() -> None:
    broken = [
        ("坏地址", "http://[bad/x/"),
        ("坏端口", "http://www.yunze.test:99999999/x/"),
        ("无主机", "http:///x/"),
    ]
    pages = {HOME: a_home([("通知公告", "/tzgg/"), *broken]), f"{HOME}tzgg/": a_column_page("通知公告")}

    visit = asyncio.run(visit_site(a_site(url=HOME), Pages(pages), Clock(NOW), CrawlerSettings()))

    assert visit.problem is None
    assert [each.was_read for each in visit.columns if each.name == "通知公告"] == [True]


# -- what only the site map, or a file of its own, lists --------------------------------------------------

MAP = f"{HOME}wzdt/"
MAP_LINK = '<div class="footer"><a href="/wzdt/">网站地图</a></div>'


def a_map(lists: str) -> str:
    return f'<html><head><title>网站地图-云泽市</title></head><body><div class="tree">{lists}</div></body></html>'


def test_a_site_map_adds_what_no_menu_lists_below_the_names_that_it_says() -> None:
    tree = (
        '<ul><li><a href="/zwgk/">政务公开</a><ul><li><a href="/zwgk/cwxx/">财政信息</a></li></ul></li></ul>'
    )
    pages = {
        HOME: a_home([("政务公开", "/zwgk/")], MAP_LINK),
        f"{HOME}zwgk/": a_column_page("政务公开"),
        f"{HOME}zwgk/cwxx/": a_column_page("财政信息"),
        MAP: a_map(tree),
    }

    columns = look(pages)

    assert {key: column.found_by for key, column in columns.items()} == {
        "政务公开": "navigation",
        "政务公开 > 财政信息": "map",
    }
    assert columns["政务公开"].children == (("政务公开", "财政信息"),)


def test_a_site_map_that_does_not_open_takes_nothing_away() -> None:
    pages = {HOME: a_home([("政务公开", "/zwgk/")], MAP_LINK), f"{HOME}zwgk/": a_column_page("政务公开")}

    assert set(look(pages)) == {"政务公开"}


@pytest.mark.parametrize(
    ("file", "shown", "body"),
    [
        (
            "js/menu.js",
            '<script src="/js/menu.js"></script>',
            'var m=[{name:"政务公开",url:"/zwgk/"},{name:"新闻中心",url:"/xw/"},{name:"通知公告",url:"/tzgg/"}]',
        ),
        (
            "top.html",
            '<iframe src="/top.html"></iframe>',
            f"<ul>{items([('政务公开', '/zwgk/'), ('通知公告', '/tzgg/')])}</ul>",
        ),
    ],
    ids=["script", "frame"],
)
def test_a_menu_in_a_file_of_its_own_is_the_home_pages(file: str, shown: str, body: str) -> None:
    pages = {
        HOME: f"<html><head><title>云泽市</title></head><body>{shown}{a_list_of(dated(5))}</body></html>",
        f"{HOME}{file}": body,
        f"{HOME}zwgk/": a_column_page("政务公开"),
        f"{HOME}tzgg/": a_column_page("通知公告"),
    }

    columns = look(pages)

    assert {"政务公开", "通知公告"} <= set(columns)
    assert columns["通知公告"].found_by == "navigation"
    assert columns["通知公告"].was_read


# -- a column that a flat menu lists hangs where its own page says -----------------------------------------


def a_page_below(*above: tuple[str, str], name: str) -> str:
    steps = "".join(f' &gt; <a href="{url}">{step}</a>' for step, url in above)
    crumb = f'<div class="position">您的位置：<a href="/">首页</a>{steps} &gt; {name}</div>'
    return f"<html><head><title>{name}-云泽市</title></head><body>{crumb}{a_list_of(dated(6))}</body></html>"


def test_a_flat_menu_is_a_tree_by_the_breadcrumbs_of_its_columns() -> None:
    openness, notices = ("政务公开", "/zwgk/"), ("通知公告", "/tzgg/")
    pages = {
        HOME: a_home([("公示", "/gs/"), notices, openness]),
        f"{HOME}zwgk/": a_page_below(name="政务公开"),
        f"{HOME}tzgg/": a_page_below(openness, name="通知公告"),
        f"{HOME}gs/": a_page_below(openness, notices, name="公示"),
    }

    columns = look(pages)

    assert set(columns) == {"政务公开", "政务公开 > 通知公告", "政务公开 > 通知公告 > 公示"}
    assert columns["政务公开"].children == (("政务公开", "通知公告"),)


def test_a_breadcrumb_that_names_what_is_no_column_moves_nothing() -> None:
    pages = {
        HOME: a_home([("通知公告", "/tzgg/")]),
        f"{HOME}tzgg/": a_page_below(("2021网站改版", "/gb/"), name="通知公告"),
    }

    assert "通知公告" in look(pages)


def test_a_column_whose_address_sends_on_is_one_column_by_whatever_address_its_page_calls_it() -> None:
    there = "https://www.yunze.test/node/gzjz/list.shtml"
    crumb = f'<div class="position"><a href="/">首页</a> &gt; <a href="{there}">工作进展</a></div>'
    site = {
        HOME: a_home([("工作进展", "/gzjz/"), ("通知公告", "/tzgg/")]),
        f"{HOME}gzjz/": f'<html><script>location.href="{there}";</script></html>',
        there: f"<html><head><title>工作进展</title></head><body>{crumb}{a_list_of(dated(6))}</body></html>",
        f"{HOME}tzgg/": a_column_page("通知公告", menu=[("工作进展", there)]),
    }

    seen = the_visit(site)

    assert sorted(column.key for column in seen.columns) == ["工作进展", "通知公告"]


def test_a_parent_that_sends_on_to_its_first_child_is_not_that_child() -> None:
    child = f"{HOME}zwgk/zcwj/"
    site = {
        HOME: a_home([("政务公开", "/zwgk/")]),
        f"{HOME}zwgk/": f'<html><script>location.href="{child}";</script></html>',
        child: a_column_page("政策文件", menu=[("政策文件", "/zwgk/zcwj/"), ("人事信息", "/zwgk/rsxx/")]),
        f"{HOME}zwgk/rsxx/": a_column_page("人事信息"),
    }

    seen = the_visit(site)

    assert {"政策文件", "人事信息"} <= {column.name for column in seen.columns}


def test_a_list_that_begins_with_its_oldest_is_not_late_by_the_offices_own_limit_either() -> None:
    rising = [(f"云泽市第{n}次会议召开", f"/art/2026/20{n}.html", str(days_ago(14 - n))) for n in range(5)]
    more = a_list_of(rising) + '<a href="?p=2">下一页</a>'
    pages = {
        HOME: a_home([("通知公告", "/tzgg/"), ("领导活动", "/ldhd/"), ("工作动态", "/gzdt/")]),
        f"{HOME}tzgg/": a_column_page("通知公告", more),
    }
    site = replace(a_site(url=HOME), columns=(ColumnEntry("通知公告", limit_days=7),))

    visit = asyncio.run(visit_site(site, Pages(pages), Clock(NOW), CrawlerSettings()))

    (column,) = [each for each in visit.columns if each.name == "通知公告"]
    assert column.reading and column.reading.newest == days_ago(10)
    (verdict,) = [each for each in column_stale(visit) if each.subject == "通知公告"]
    assert verdict.kind is Kind.UNJUDGED
