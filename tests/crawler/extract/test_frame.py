"""What siblings share is frame, and a list is never lost because two pages show it."""

from dataclasses import replace

import pytest

from crawler.extract.page import Skim, frame_of, settle
from tests.crawler.extract.sample_pages import SITE, a_page, skimmed

SHARED = "".join(
    f'<li><a href="/xw/202611/c{n}12345.html">全市重点工作推进会第{n}次会议召开</a><span>2026-11-2{n}</span></li>'
    for n in range(4)
)


def a_column(number: int, rows: int = 3, *, shared: str = SHARED) -> Skim:
    own = "".join(
        f'<li><a href="/c{number}/{row}12345.html">第{number}栏第{row}号通知公告内容</a><span>2026-0{1 + row}-0{1 + number % 9}</span></li>'
        for row in range(rows)
    )
    crumb = f'<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/c{number}/">栏目{number}号</a></div>'
    middle = (
        f'<div class="l"><ul class="list">{own}</ul></div><div class="r"><ul class="news">{shared}</ul></div>'
    )
    return skimmed(a_page(middle, crumb=crumb, title=f"栏目{number}号_云泽"), f"{SITE}/c{number}/")


@pytest.mark.parametrize("count", [3, 5, 40, 150])
def test_a_list_on_every_page_is_no_pages_own(count: int) -> None:
    pages = [a_column(number) for number in range(count)]

    readings = [settle(page, frame_of(pages)) for page in pages]

    assert all(len(reading.rows) == 3 and str(reading.newest) < "2026-11" for reading in readings)


def test_the_one_column_without_rows_of_its_own_is_blank() -> None:
    pages = [a_column(number, rows=0 if number == 2 else 3) for number in range(6)]

    readings = [settle(page, frame_of(pages)) for page in pages]

    assert [reading.blank for reading in readings] == [False, False, True, False, False, False]


def test_a_list_shared_by_a_part_of_the_pages_is_frame_too() -> None:
    pages = [a_column(number, shared=SHARED if number < 3 else "") for number in range(12)]

    assert str(settle(pages[0], frame_of(pages)).newest) < "2026-11"


@pytest.mark.parametrize("count", [0, 1, 2])
def test_with_too_few_siblings_no_dated_row_is_taken_away(count: int) -> None:
    pages = [a_column(number) for number in range(count)]
    page = a_column(0)

    assert settle(page, frame_of(pages)).newest == settle(page).newest


def test_an_item_on_a_column_and_on_its_parent_stays_on_both() -> None:
    child = a_column(1)
    parent_rows = "".join(
        f'<li><a href="{row.url}">{row.title}</a><span>{row.date}</span></li>'
        for row in settle(a_column(1, shared="")).rows
    )
    parent = skimmed(
        a_page(f'<div class="l"><ul class="list">{parent_rows}</ul></div>', title="上级栏目_云泽"), f"{SITE}/"
    )
    pages = [parent, child, a_column(3), a_column(4), a_column(5)]

    assert len(settle(parent, frame_of(pages)).rows) == 3
    assert len(settle(child, frame_of(pages)).rows) == 3


def test_one_column_at_several_addresses_is_not_its_own_sibling() -> None:
    one = a_column(1, shared="")
    pages = [one, one, one, one, a_column(2, shared=""), a_column(3, shared="")]

    assert len(settle(one, frame_of(pages)).rows) == 3


def test_a_hot_list_with_the_columns_own_items_does_not_take_them_from_its_list() -> None:
    """Old table pages name no classes: both lists have one shape, only the heading tells them apart."""
    line = "<TR><TD>·<A HREF='/Show.asp?ArticleID={n}'>关于第{n}项重点工作的通知</A></TD><TD>[2026/10/{day:02}]</TD></TR>"

    def table(heading: str, numbers: list[int]) -> str:
        rows = "".join(line.format(n=number, day=28 - number % 20) for number in numbers)
        return f"<TABLE><TR><TD>{heading}</TD></TR>{rows}</TABLE>"

    def page(number: int) -> Skim:
        own = [100 * number + row for row in range(1, 7)]
        menu = "<TABLE><TR><TD>栏目导航</TD></TR><TR><TD>·<A HREF='/List.asp?ClassID=1'>通知公告</A></TD></TR></TABLE>"
        side = f"{menu}{table('热点关注', [101, 102, 103])}"
        crumb = (
            f"当前位置：<A HREF='/'>首页</A> &gt;&gt; <A HREF='/List.asp?ClassID={number}'>第{number}栏</A>"
        )
        middle = f"<TABLE><TR><TD>{side}</TD><TD><TABLE><TR><TD>{crumb}</TD></TR></TABLE>{table('', own)}</TD></TR></TABLE>"
        return skimmed(
            a_page(middle, crumb="", title=f"第{number}栏_云泽"), f"{SITE}/List.asp?ClassID={number}"
        )

    pages = [page(number) for number in range(1, 7)]

    assert [len(settle(each, frame_of(pages)).rows) for each in pages] == [6] * 6
    assert [len(settle(each).rows) for each in pages] == [6] * 6


NEIGHBOURS = SHARED.replace("2026-11-2", "2026-11-1")


def a_page_of(*path: str, middle: str) -> Skim:
    """`path`: the names of its breadcrumb."""
    links = " &gt; ".join(f'<a href="/{name}/">{name}</a>' for name in path)
    crumb = f'<div class="dqwz">当前位置：<a href="/">首页</a> &gt; {links}</div>'
    return skimmed(a_page(middle, crumb=crumb, title=f"{path[-1]}_云泽"), f"{SITE}/{path[-1]}/")


def with_block_of_neighbour(own: str, *path: str) -> Skim:
    block = f'<div class="xg"><div class="tit">要闻动态<a href="/ywdt/">更多&gt;&gt;</a></div><ul>{NEIGHBOURS}</ul></div>'
    return a_page_of(*path, middle=f'<ul class="list">{own}</ul>{block}')


OLD_ROWS = "".join(
    f'<li><a href="/x/{n}12345.html">关于下达第{n}批专项资金的通知</a><span>2025-03-0{n}</span></li>'
    for n in range(1, 4)
)


@pytest.mark.parametrize(("own", "newest", "blank"), [(OLD_ROWS, "2025-03-03", False), ("", "None", True)])
def test_what_a_page_shows_of_a_neighbouring_column_makes_it_neither_full_nor_fresh(
    own: str, newest: str, blank: bool
) -> None:
    page = with_block_of_neighbour(own, "政务公开", "财政资金")
    others = [page, a_page_of("要闻动态", middle=f"<ul>{NEIGHBOURS}</ul>"), a_column(1, shared="")]

    found = settle(page, frame_of(others))

    assert (str(found.newest), found.blank) == (newest, blank)


def test_a_neighbour_whose_own_list_a_script_loads_is_known_by_the_folder_of_its_items() -> None:
    block = f'<div class="tit">要闻动态<a href="/要闻动态/">更多</a></div><ul>{NEIGHBOURS.replace("/xw/", "/要闻动态/")}</ul>'
    page = a_page_of("财政资金", middle=f'<ul class="list"></ul><div class="xg">{block}</div>')
    others = [page, a_page_of("要闻动态", middle='<div id="list"></div>'), a_column(1, shared="")]

    assert settle(page, frame_of(others)).blank is True


def test_what_a_page_shows_of_a_column_below_it_is_its_own() -> None:
    page = with_block_of_neighbour(OLD_ROWS, "新闻中心")
    others = [
        page,
        a_page_of("新闻中心", "要闻动态", middle=f"<ul>{NEIGHBOURS}</ul>"),
        a_column(1, shared=""),
    ]

    assert str(settle(page, frame_of(others)).newest) == "2026-11-13"


def test_a_page_without_a_list_of_its_own_is_not_blank_for_showing_others() -> None:
    block = f'<div class="tit">要闻动态<a href="/ywdt/">更多</a></div><ul>{NEIGHBOURS}</ul>'
    page = a_page_of("专题专栏", middle=block)
    others = [page, a_page_of("要闻动态", middle=f"<ul>{NEIGHBOURS}</ul>"), a_column(1, shared="")]

    assert settle(page, frame_of(others)).blank is False


@pytest.mark.parametrize(("box", "blank"), [("cards", True), ("clear", False)])
def test_the_box_that_holds_the_list_on_sibling_pages_says_by_being_empty_that_there_is_none(
    box: str, blank: bool
) -> None:
    block = (
        f'<div class="xg"><div class="tit">要闻动态<a href="/ywdt/">更多</a></div><ul>{NEIGHBOURS}</ul></div>'
    )
    page = a_page_of("财政资金", middle=f'<div class="{box}"></div>{block}')
    siblings = [
        a_page_of(name, middle=f'<div class="cards">{OLD_ROWS.replace("/x/", f"/{name}/")}</div>')
        for name in ("规划计划", "人事信息")
    ]
    others = [page, *siblings, a_page_of("要闻动态", middle=f"<ul>{NEIGHBOURS}</ul>")]

    assert settle(page, frame_of(others)).blank is blank


def test_a_picture_that_leads_on_is_no_pages_own_content_if_all_pages_show_it() -> None:
    banner = '<div class="ad"><a href="/ztjy/"><img src="/images/ztjy.jpg"></a></div>'
    pages = [a_column(number, rows=0 if number == 2 else 3, shared=banner) for number in range(6)]

    assert settle(pages[2]).blank is None
    assert settle(pages[2], frame_of(pages)).blank is True


def with_slider(number: int, address: str, *days: str) -> Skim:
    """A column whose page begins, right below the breadcrumb, with pictures that change in turn (轮播)."""
    slides = "".join(
        f'<li><a href="{address.format(n=n)}"><img src="/upload/{n}.jpg"><p>全市召开重点工作推进会议之{n}</p></a></li>'
        for n in range(3)
    )
    own = "".join(
        f'<li><a href="/c{number}/{n}12345.html">第{number}栏第{n}号通知公告内容</a><span>{day}</span></li>'
        for n, day in enumerate(days)
    )
    crumb = f'<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/c{number}/">栏目{number}号</a></div>'
    middle = f'<div class="slides"><ul>{slides}</ul></div><div class="list"><ul>{own}</ul></div>'
    return skimmed(a_page(middle, crumb=crumb, title=f"栏目{number}号_云泽"), f"{SITE}/c{number}/")


@pytest.mark.parametrize("address", ["/xwzx/202611/t2026112{n}_{n}77.html", "/xwzx/a{n}77.html"])
def test_a_slider_on_every_page_makes_no_column_fresh_and_hides_no_blank_one(address: str) -> None:
    days = [("2026-03-01", "2026-02-01")] * 4 + [()]
    pages = [with_slider(number, address, *shown) for number, shown in enumerate(days)]

    readings = [settle(page, frame_of(pages)) for page in pages]

    assert [str(reading.newest) for reading in readings] == ["2026-03-01"] * 4 + ["None"]
    assert [reading.blank for reading in readings] == [False] * 4 + [True]


def test_a_slider_of_the_columns_own_items_counts() -> None:
    pages = [
        with_slider(number, f"/c{number}/202611/t2026112{{n}}_{{n}}77.html", "2026-03-01")
        for number in range(4)
    ]

    assert {str(settle(page, frame_of(pages)).newest) for page in pages} == {"2026-11-22"}


def test_the_heading_of_a_list_beside_it_does_not_make_an_empty_column_fresh() -> None:
    def column(number: int, rows: int) -> Skim:
        items = "".join(
            f'<li><a href="/art/2026/11/2{n}/art_1_{n}.html">全市重点工作推进会第{n}次会议召开</a><i>11-2{n}</i></li>'
            for n in range(4)
        )
        own = "".join(
            f'<li><a href="/art/2026/3/{n + 1}/art_{number}_{n}.html">第{number}栏第{n}号通知公告内容</a><span>2026-03-0{n + 1}</span></li>'
            for n in range(rows)
        )
        store = f"<record><![CDATA[{own}]]></record>" if rows else ""
        hot = f'<div class="side"><h3><a href="/col/col1/index.html">热点新闻</a></h3><ul>{items}</ul></div>'
        middle = f'{hot if number < 6 else ""}<h2>栏目{number}号</h2><ul><script type="text/xml"><datastore><totalrecord>{rows}</totalrecord>{store}</datastore></script></ul>'
        page = a_page(
            middle,
            crumb="",
            title=f"栏目{number}号_云泽",
            head=f'<meta name="ColumnName" content="栏目{number}号">',
        )
        return skimmed(page, f"{SITE}/col/col{number}/index.html")

    pages = [column(number, 0 if number == 4 else 3) for number in range(1, 15)]
    empty, full = settle(pages[3], frame_of(pages)), settle(pages[4], frame_of(pages))

    assert (empty.blank, empty.rows) == (True, ())
    assert str(full.newest) == "2026-03-03"


def a_channel(name: str, middle: str) -> Skim:
    menu = '<div class="el-menu"><a href="/">首页</a><a href="/channel/a">要闻动态</a><a href="/channel/b">通知公告</a></div>'
    body = f"<html><head><title>云泽市大数据管理局</title></head><body>{menu}<h2>{name}</h2>{middle}</body></html>"
    return skimmed(body.encode(), f"{SITE}/channel/{name}")


def test_one_title_on_all_pages_makes_no_page_a_home_page() -> None:
    items = [
        f'<ul><li><a href="/d/{n}">关于做好第{n}号工作的通知公告</a><span>2026-11-0{n}</span></li></ul>'
        for n in range(1, 5)
    ]
    pages = [a_channel(f"c{n}", item) for n, item in enumerate(items)]
    pages.append(a_channel("c9", '<div class="el-empty"><p>暂无数据</p></div>'))

    assert settle(pages[-1], frame_of(pages)).blank is True
    assert all(settle(page, frame_of(pages)).kind == "list" for page in pages[:4])


def test_the_home_page_at_dead_addresses_stays_one() -> None:
    home = '<ul><li><a href="/d/1">关于做好第一号工作的通知公告</a><span>2026-11-01</span></li></ul><p>暂无数据</p>'
    pages = [replace(a_channel("首页", home), url=f"{SITE}/channel/c{n}") for n in range(5)]

    assert all(settle(page, frame_of(pages)).blank is not True for page in pages)


def test_a_list_without_days_is_no_frame_where_the_pages_that_share_it_hold_nothing_else() -> None:
    pages = [with_slider(number, "/xwzx/a{n}77.html") for number in range(4)]

    assert all(settle(page, frame_of(pages)).blank is not True for page in pages)
