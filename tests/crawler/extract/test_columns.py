"""Which columns a page points to, and what stands above each."""

from crawler.observations import ColumnLink
from tests.crawler.extract.sample_pages import SITE, a_list, a_page, reading, skimmed


def links(body: bytes, url: str = f"{SITE}/zwgk/tzgg/") -> dict[str, ColumnLink]:
    return {link.name: link for link in skimmed(body, url).columns}


def test_nested_menus_tell_the_names_above() -> None:
    found = links(a_page(crumb="", title="云泽市水利局"), f"{SITE}/")

    assert found["政务公开"].parents == () and found["政务公开"].source == "navigation"
    assert found["通知公告"] == ColumnLink("通知公告", f"{SITE}/zwgk/tzgg/", "navigation", ("政务公开",))


def test_the_breadcrumb_is_a_mark_with_its_trail() -> None:
    found = links(a_page(top=""))

    assert found["政务公开"].source == "mark"
    assert found["通知公告"] == ColumnLink("通知公告", f"{SITE}/zwgk/tzgg/", "mark", ("政务公开",))


def test_a_drop_down_of_a_table_or_of_boxes_is_nested_too() -> None:
    cell = '<div class="nav"><table><tr><td><a href="/zwgk/">政务公开</a><div><a href="/zwgk/gg/">公示公告</a></div></td></tr></table></div>'
    box = '<nav><div class="m"><a href="/xw/">新闻中心</a><dl><dd><a href="/xw/dt/">部门动态</a></dd></dl></div><div class="m"><a href="/hd/">互动交流</a></div></nav>'

    assert links(a_page(top=cell, crumb="", title="云泽"), f"{SITE}/")["公示公告"].parents == ("政务公开",)
    assert links(a_page(top=box, crumb="", title="云泽"), f"{SITE}/")["部门动态"].parents == ("新闻中心",)


def test_more_on_a_home_page_is_named_by_its_heading() -> None:
    block = f'<div class="box"><div class="tit"><h2>规划计划</h2><a href="/ghjh/">更多&gt;&gt;</a></div>{a_list("2026-11-20")}</div>'

    assert links(a_page(block, crumb="", title="云泽市水利局"), f"{SITE}/")["规划计划"] == ColumnLink(
        "规划计划", f"{SITE}/ghjh/", "more"
    )


def test_a_side_menu_that_names_the_page_holds_its_siblings() -> None:
    menu = '<div class="left"><ul><li><a href="/zwgk/tzgg/">通知公告</a></li><li><a href="/zwgk/cwxx/">财政信息</a></li></ul></div>'

    assert links(a_page(menu, top=""))["财政信息"] == ColumnLink(
        "财政信息", f"{SITE}/zwgk/cwxx/", "menu", ("政务公开",)
    )


def test_pagers_scripts_articles_and_friends_are_no_columns() -> None:
    middle = (
        a_list("2026-11-20")
        + '<a href="index_1.html">下一页</a><a href="javascript:void(0)">打印</a><a href="#">顶部</a><div class="yqlj"><a href="https://www.mof.gov.cn/x/">财政部网站</a></div>'
    )

    assert set(links(a_page(middle, top=""))) == {"政务公开", "通知公告"}


def test_a_breadcrumb_without_links_ends_where_its_text_ends() -> None:
    rows = "".join(
        f'<li><a href="/zwgk/tzgg/{n}.html">关于做好冬季供暖保障工作的通知第{n}号</a></li>' for n in range(6)
    )
    body = a_page(f"<ul>{rows}</ul>", top="", foot="", crumb="<div>当前位置：首页 &gt; 通知公告</div>")

    seen = reading(body)

    assert len(seen.rows) == 6
    assert seen.blank is False
