"""Which columns a page points to, and what stands above each."""

import pytest

from crawler.extract.menus import could_be_column
from crawler.extract.page import menu_in
from crawler.observations import ColumnLink
from tests.crawler.extract.sample_pages import SITE, TITLES, a_list, a_page, reading, skimmed, some_items


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


def test_blocks_of_a_column_that_lie_below_it_are_its_children() -> None:
    blocks = "".join(
        f'<div class="box"><div class="tit"><h2>{name}</h2><a href="{url}">更多&gt;&gt;</a></div>{items}</div>'
        for name, url, items in [
            ("工作动态", "/zwgk/tzgg/gzdt/", a_list("2026-11-20")),
            ("河长名录", "/zwgk/tzgg/ml/", "<ul></ul>"),
            ("部门信息", "/bm/xx/", a_list("2026-11-19")),
        ]
    )
    found = links(a_page(blocks, top=""))

    assert found["河长名录"] == ColumnLink(
        "河长名录", f"{SITE}/zwgk/tzgg/ml/", "menu", ("政务公开", "通知公告")
    )
    assert set(found) == {"政务公开", "通知公告", "工作动态", "河长名录"}


FLAT_CRUMB = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="{url}">资讯中心</a>{rest}</div>'
FLAT = pytest.mark.parametrize(
    "address", ["/channels/{}.html", "/index.php?a=lists&catid={}", "/col/col{}/index.html"]
)


def a_list_of_lists(*columns: tuple[str, str]) -> str:
    return "".join(
        f'<div class="box"><h3>{name}<a href="{url}">更多</a></h3>{a_list("2026-11-20")}</div>'
        for name, url in columns
    )


@FLAT
def test_blocks_of_a_column_whose_addresses_differ_in_a_number_are_its_children(address: str) -> None:
    below = [(name, address.format(number)) for number, name in enumerate(("要闻", "动态", "公告"), 22)]
    page = a_list_of_lists(*below, ("部门信息", "/bm/list.html"))
    crumb = FLAT_CRUMB.format(url=address.format(21), rest=" &gt; 列表")

    found = links(a_page(page, top="", crumb=crumb, title="资讯中心"), SITE + address.format(21))

    assert found["公告"] == ColumnLink("公告", SITE + address.format(24), "menu", ("资讯中心",))
    assert set(found) == {"资讯中心", "要闻", "动态", "公告"}


@FLAT
@pytest.mark.parametrize(
    "around", ["<div>{}</div>", '<div class="sidebar">{}{}</div>', "<aside>{}{}</aside>"]
)
def test_blocks_beside_a_columns_own_list_are_not_below_it(address: str, around: str) -> None:
    """In flat addresses nothing tells a child from any other column: one block, or blocks at the side, are no list of lists."""
    blocks = [a_list_of_lists((name, address.format(n))) for n, name in ((22, "要闻"), (23, "动态"))]
    crumb = FLAT_CRUMB.format(url=address.format(21), rest="")

    found = links(
        a_page(around.format(*blocks), top="", crumb=crumb, title="资讯中心"), SITE + address.format(21)
    )

    assert set(found) == {"资讯中心"}


@pytest.mark.parametrize("word", ["列表", "正文", "信息列表"])
def test_a_breadcrumb_that_ends_in_the_sort_of_the_page_names_it_by_the_link_to_itself(word: str) -> None:
    crumb = FLAT_CRUMB.format(url="/zwgk/tzgg/", rest=f" &gt; {word}")

    found = links(a_page(a_list_of_lists(("要闻", "/zwgk/tzgg/yw/")), top="", crumb=crumb))

    assert found["要闻"].parents == ("资讯中心",)


def test_a_link_to_the_page_itself_that_tells_only_its_sort_names_nothing() -> None:
    crumb = FLAT_CRUMB.format(url="/zwgk/", rest=' &gt; <a href="/zwgk/tzgg/">列表</a>')

    found = links(a_page(a_list_of_lists(("要闻", "/zwgk/tzgg/yw/")), top="", crumb=crumb, title="要闻"))

    assert "要闻" not in found


DATED = '<li><a href="/zwgk/tzgg/xj{n}.htm">{title}</a>{day}</li>'


def some_letters(*days: str) -> str:
    names = ("校外培训机构退费", "教师资格认定时间", "课后服务收费", "转学手续")
    return "".join(
        DATED.format(n=n, title=names[n], day=f"<span>{day}</span>" if day else "")
        for n, day in enumerate(days)
    )


def test_items_with_a_date_are_no_columns_whatever_their_addresses_look_like() -> None:
    body = a_page(f'<ul class="x">{some_letters("2026-11-20", "2026-11-19", "", "2026-11-03")}</ul>', top="")

    assert set(links(body)) == {"政务公开", "通知公告"}


def test_a_heading_is_no_item_though_the_items_below_it_have_dates() -> None:
    blocks = "".join(
        f'<dl><dt><a href="{url}">{name}</a></dt><dd>{a_list("11-20", "11-19")}</dd></dl>'
        for name, url in (("法律法规", "/zwgk/flfg/"), ("部门文件", "/zwgk/bmwj/"))
    )

    assert set(links(a_page(blocks, top=""))) == {"政务公开", "通知公告", "法律法规", "部门文件"}


def test_names_without_dates_remain_columns_also_beside_a_list_with_dates() -> None:
    body = a_page(f"<ul>{some_letters('', '', '')}</ul>{a_list('2026-11-20', '2026-11-19')}", top="")

    assert set(links(body)) == {
        "政务公开",
        "通知公告",
        "校外培训机构退费",
        "教师资格认定时间",
        "课后服务收费",
    }


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


@pytest.mark.parametrize("day", ["11-03", ""])
@pytest.mark.parametrize(
    "row",
    [
        '<tr><td>·<a href="{url}">{title}</a></td><td>{day}</td></tr>',
        '·<a href="{url}">{title}</a> {day}<br>',
        '<a href="{url}"><span>{title}</span><i>{day}</i></a>',
    ],
)
def test_a_short_list_in_the_cell_of_the_breadcrumb_is_not_of_its_trail(row: str, day: str) -> None:
    rows = some_items(day, day, day, row=row)
    listed = f"<table>{rows}</table>" if row.startswith("<tr>") else rows
    trail = '当前位置：<a href="/">首页</a> → 通知公告<br>'
    body = a_page(f"<table><tr><td>{trail}{listed}</td></tr></table>", top="", crumb="")

    assert len(reading(body).rows) == 3
    assert skimmed(body).names[:1] == ("通知公告",)


NAMES = ("基层动态", "公示公告", "人事信息", "统计数据")
LABELS = ["当前位置：工作简报", "<span>当前位置：首页</span>", "<b>您的位置：</b>首页"]


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("day", ["11-03", ""])
@pytest.mark.parametrize(
    "around",
    ["<p>{rows}</p>", "<ul><li>{rows}</li></ul>", "<table><tr><td>{rows}</td></tr></table>", "<br>{rows}"],
)
def test_a_breadcrumb_of_one_step_without_links_does_not_swallow_the_list_beside_it(
    label: str, day: str, around: str
) -> None:
    rows = some_items(day, day, row='·<a href="{url}">{title}</a> {day}<br>')
    body = a_page(f"<table><tr><td>{label}{around.format(rows=rows)}</td></tr></table>", top="", crumb="")

    assert len(reading(body).rows) == 2
    assert not any("关于" in name for name in skimmed(body).names)


@pytest.mark.parametrize(
    "label", ["<div>当前位置：工作简报</div>", "<h3>您现在的位置</h3>", "<p>当前位置：首页</p>"]
)
@pytest.mark.parametrize(
    "beside",
    [
        "<div>{rows}</div>",
        "<ul><li><i>2026-11-03</i> 水库蓄水量</li><li><i>2026-10-03</i> 水库蓄水量</li></ul>",
    ],
)
def test_a_label_in_a_box_of_its_own_does_not_climb_into_the_box_of_the_list(label: str, beside: str) -> None:
    rows = some_items("", "", row='<p><a href="{url}">{title}</a></p>')
    body = a_page(f"<div>{label}{beside.format(rows=rows)}</div>", top="", crumb="")

    assert len(reading(body).rows) == 2


def test_a_text_beside_a_breadcrumb_of_one_step_is_not_of_it() -> None:
    text = '<p>负责水利工作的<a href="/x">政策</a>制定和监督检查。</p>'
    body = a_page(f"<div><div>当前位置：单位职责</div><div>{text}</div></div>", top="", crumb="")

    assert skimmed(body).names == ("单位职责",) and reading(body).blank is None


@pytest.mark.parametrize(
    "crumb",
    [
        "<div><span>当前位置：政务公开</span><span>&gt;</span><span>通知公告</span></div>",
        "<div><span>当前位置：首页</span><span>政务公开</span><span>通知公告</span></div>",
        '<div><span>当前位置：</span><a href="/">云泽市水利局门户网站</a> &gt; <a href="/x/">政务公开</a> &gt; 通知公告</div>',
        "<div><p>当前位置：</p><table><tr><td>首页</td><td>&gt;</td><td>政务公开</td><td>&gt;</td><td>通知公告</td></tr></table></div>",
    ],
)
def test_steps_in_boxes_of_their_own_are_of_the_trail_and_its_page_is_blank(crumb: str) -> None:
    body = a_page("<ul></ul>", crumb=crumb)

    assert skimmed(body).names[-2:] == ("政务公开", "通知公告")
    assert reading(body).blank is True


def test_a_single_undated_row_below_the_breadcrumb_does_not_reach_up_into_it() -> None:
    row = '<p><a href="/zwgk/tzgg/4500.html">云泽镇召开年度考核会</a></p>'
    body = a_page(f"<div><p>当前位置：首页 &gt; 通知公告</p>{row}</div>", top="", crumb="")

    assert reading(body).blank is not True


def test_the_steps_of_a_breadcrumb_stand_in_boxes_of_their_own_too() -> None:
    crumb = '<div><span>当前位置：</span><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li><li>通知公告</li></ul></div>'

    assert skimmed(a_page(a_list("2026-11-20"), top="", crumb=crumb)).names == ("政务公开", "通知公告")


# -- what a column's page says of itself ------------------------------------------------------------------

ADDRESS = f"{SITE}/zwgk/tzgg/"


def own(crumb: str, head: str = "") -> ColumnLink | None:
    found = skimmed(a_page(a_list("2026-11-20"), crumb=crumb, top="", head=head), ADDRESS).columns
    return next((link for link in found if link.url == ADDRESS), None)


def test_the_last_step_of_a_breadcrumb_is_the_page_itself_also_without_a_link() -> None:
    crumb = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 通知公告</div>'

    assert own(crumb) == ColumnLink("通知公告", ADDRESS, "mark", ("政务公开",))


def test_where_the_breadcrumb_ends_at_the_column_above_the_meta_tag_names_the_page() -> None:
    crumb = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a></div>'
    meta = '<meta name="ColumnName" content="通知公告">'

    assert own(crumb, meta) == ColumnLink("通知公告", ADDRESS, "mark", ("政务公开",))


def test_a_meta_tag_names_a_page_that_has_no_breadcrumb() -> None:
    assert own("", '<meta name="ColumnName" content="通知公告">') == ColumnLink("通知公告", ADDRESS, "mark")
    assert own("", '<meta name="ColumnName" content="null">') is None


@pytest.mark.parametrize("label", ["您的位置：", "您现在的位置是：", "当前位置：", "你所在的位置："])
def test_a_breadcrumb_is_told_by_its_label_whatever_its_box_is_called(label: str) -> None:
    crumb = (
        f'<div class="x1">{label}<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; 通知公告</div>'
    )

    assert own(crumb) == ColumnLink("通知公告", ADDRESS, "mark", ("政务公开",))
    assert skimmed(a_page(a_list("2026-11-20"), crumb=crumb), ADDRESS).names == ("政务公开", "通知公告")


def test_the_label_of_a_breadcrumb_is_no_column() -> None:
    crumb = '<div class="dqwz">您现在的位置是：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <span>列表</span></div>'

    assert skimmed(a_page(crumb=crumb, top=""), ADDRESS).names[:1] == ("政务公开",)
    assert own(crumb) is None


# -- the site map -----------------------------------------------------------------------------------------

TREE = (
    '<div class="mapbox"><dl><dt><a href="/zwgk/">政务公开</a></dt><dd><a href="/zwgk/tzgg/">通知公告</a></dd>'
    '<dd><a href="/zwgk/rsxx/">人事信息</a></dd></dl><h3>互动交流</h3><ul><li><a href="/hdjl/ldxx/">领导信箱</a></li></ul></div>'
)


def on_map(middle: str) -> dict[str, ColumnLink]:
    crumb = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; 网站地图</div>'
    return links(a_page(middle, crumb=crumb, title="网站地图_云泽市水利局"), f"{SITE}/wzdt/")


def test_a_site_map_lists_columns_with_the_names_above_them() -> None:
    found = on_map(TREE)

    assert found["政务公开"] == ColumnLink("政务公开", f"{SITE}/zwgk/", "map")
    assert found["人事信息"] == ColumnLink("人事信息", f"{SITE}/zwgk/rsxx/", "map", ("政务公开",))


def test_other_websites_on_a_site_map_are_no_columns() -> None:
    assert set(on_map(f'{TREE}<ul><li><a href="http://www.mof.gov.cn/x/">财政部</a></li></ul>')) == set(
        on_map(TREE)
    )


def test_a_heading_without_a_link_hangs_above_what_a_site_map_lists_below_it() -> None:
    assert on_map(TREE)["领导信箱"].parents == ("互动交流",)


def test_a_home_page_tells_where_its_site_map_is() -> None:
    home = a_page('<div class="footer"><a href="/wzdt/">网站地图</a></div>', crumb="", title="云泽市水利局")

    assert skimmed(home, f"{SITE}/").site_map == f"{SITE}/wzdt/"
    assert "网站地图" not in links(home, f"{SITE}/")


# -- menus of other shapes --------------------------------------------------------------------------------


def test_a_parent_without_a_link_of_its_own_is_a_name_above() -> None:
    menu = '<div class="nav"><ul><li><span>政务公开</span><ul><li><a href="/zwgk/cwxx/">财政信息</a></li></ul></li></ul></div>'

    assert links(a_page(top=menu, crumb="", title="云泽"), f"{SITE}/")["财政信息"].parents == ("政务公开",)


def test_a_menu_that_a_script_writes_is_navigation() -> None:
    script = '<script>var m=[{name:"政务公开",url:"/zwgk/"},{name:"新闻中心",url:"/xw/"},{name:"互动交流",url:"/hd/"}]</script>'

    found = links(a_page(script, top="", crumb="", title="云泽市水利局"), f"{SITE}/")

    assert {name: link.source for name, link in found.items()} == dict.fromkeys(
        ("政务公开", "新闻中心", "互动交流"), "navigation"
    )


def test_a_home_page_without_a_menu_names_the_files_that_may_hold_it() -> None:
    files = '<script src="/js/jquery.min.js"></script><script src="/js/menu.js"></script><iframe src="top.html"></iframe>'

    assert skimmed(a_page(files, top="", crumb="", title="云泽市水利局"), f"{SITE}/").menu_files == (
        f"{SITE}/js/menu.js",
        f"{SITE}/top.html",
    )
    assert skimmed(a_page(files, crumb="", title="云泽市水利局"), f"{SITE}/").menu_files == ()


def test_the_names_of_a_home_pages_blocks_are_not_its_menu() -> None:
    tabs = "".join(f'<li><a href="/{name}/">{title}</a></li>' for name, title in enumerate(NAMES))
    more = "".join(f'<a href="/{name}/">更多</a>' for name in range(len(NAMES)))
    block = f'<div class="box"><div><ul>{tabs}</ul>{{more}}</div>{a_list("2026-11-20", "2026-11-19")}</div>'
    file = '<script src="/js/menu.js"></script>'

    def files(middle: str) -> tuple[str, ...]:
        return skimmed(a_page(middle + file, top="", crumb="", title="云泽市水利局"), f"{SITE}/").menu_files

    assert files(block.format(more=more)) == (f"{SITE}/js/menu.js",)


def test_a_menu_whose_links_are_opened_by_a_script_is_read_too() -> None:
    menu = (
        """<div class="nav"><a href="javascript:;" onclick="window.location.href='/zwgk/'">政务公开</a>"""
        """<a href="javascript:window.open('/xw/')">新闻中心</a><a href="javascript:void(0)" onclick="show()">展开</a></div>"""
    )

    found = links(a_page(top=menu, crumb="", title="云泽"), f"{SITE}/")

    assert {name: link.url for name, link in found.items()} == {
        "政务公开": f"{SITE}/zwgk/",
        "新闻中心": f"{SITE}/xw/",
    }


UNNAMED = (
    '<div class="x1"><ul><li><a href="/xwzx/">新闻中心</a></li><li><a href="/zwgk/">政务公开</a><ul><li><a href="/zwgk/tzgg/">通知公告</a></li></ul></li>'
    '<li><a href="/hdjl/index.html">互动交流</a></li><li><a href="/ztzl/">专题专栏</a></li></ul></div>'
)


def at_home(middle: str) -> dict[str, ColumnLink]:
    return links(a_page(middle, top="", crumb="", title="云泽市水利局"), f"{SITE}/")


def test_a_menu_that_no_class_names_is_told_by_what_it_leads_to() -> None:
    found = at_home(UNNAMED + a_list("2026-11-20"))

    assert set(found) == {"新闻中心", "政务公开", "通知公告", "互动交流", "专题专栏"}
    assert found["通知公告"] == ColumnLink("通知公告", f"{SITE}/zwgk/tzgg/", "navigation", ("政务公开",))


CELLS = (
    ("首页", "/"),
    ("网站首页", "Default.aspx"),
    ("机构设置", "About.aspx?ID=1"),
    *(
        (name, f"List.aspx?ClassID={number}")
        for number, name in enumerate(("要闻", "公告", "法规", "整改", "财务", "文化"))
    ),
    ("审计信箱", "Mail.aspx"),
)


@pytest.mark.parametrize(
    ("row", "cell"),
    [
        ("<tr>{}</tr>", '<td class="nav"><a href="{url}">{name}</a></td>'),
        ("{}", '<tr><td class="ll"><a href="{url}">{name}</a></td></tr>'),
        ("{}", '<tr><td><img src="dot.gif"></td><td><a href="{url}">{name}</a></td></tr>'),
    ],
)
def test_a_menu_in_the_cells_of_a_table_may_hold_the_home_page_and_a_text(row: str, cell: str) -> None:
    cells = row.format("".join(cell.format(url=url, name=name) for name, url in CELLS))

    found = at_home(f"<table>{cells}</table>{a_list('2026-11-20')}")

    assert {name: link.source for name, link in found.items()} == dict.fromkeys(
        ("机构设置", "要闻", "公告", "法规", "整改", "财务", "文化", "审计信箱"), "navigation"
    )


def test_the_cells_of_a_layout_are_no_menu() -> None:
    menu = "".join(f'<a href="/{name}/">{name}</a> | ' for name in NAMES)
    rows = (
        f"<tr><td>{menu}</td></tr><tr><td>{a_list('2026-11-20')}<b><a href='/bm/'>部门信息</a></b></td></tr>"
    )

    assert "部门信息" not in at_home(f"<table>{rows}</table>")


def test_people_are_no_menu() -> None:
    leaders = "".join(f'<li><a href="/ld/content_{n}.html">{n}副市长</a></li>' for n in "一二三四五六")

    assert at_home(f"<ul>{leaders}</ul>") == {}


def test_more_beside_a_menu_is_no_name_above_it() -> None:
    menu = '<div class="menu"><ul><li><a href="/x/list.html">更多&gt;&gt;</a><ul><li><a href="/gk/nb/">年度报告</a></li></ul></li></ul></div>'

    assert links(a_page(menu, top=""))["年度报告"].parents == ()


FRAME = "".join(f'<td><a href="list.asp?lm={n}">{name}</a></td>' for n, name in enumerate(NAMES))
TEXTS = '<td><a href="about.asp?id=1">机构职能</a></td>'


@pytest.mark.parametrize(
    ("cells", "is_in"),
    [
        (FRAME + TEXTS, True),
        (TEXTS, False),
        (FRAME + TEXTS + '<td><a href="show.asp?id=8">关于做好冬季供暖工作的通知</a></td>', False),
    ],
)
def test_the_menu_of_a_frame_may_hold_a_text_where_all_else_in_it_are_columns(
    cells: str, is_in: bool
) -> None:
    body = f"<html><body><table><tr>{cells}</tr></table></body></html>".encode()

    found = menu_in(body, url=f"{SITE}/top.htm", content_type="text/html", home=f"{SITE}/")

    assert ("机构职能" in {link.name for link in found}) is is_in


def test_lists_of_items_and_of_other_websites_are_no_menus() -> None:
    others = "".join(f'<li><a href="http://www.q{n}.gov.cn/x/">第{n}区政府</a></li>' for n in range(6))

    assert at_home(a_list(*["2026-11-20"] * 6) + f"<ul>{others}</ul>") == {}


@pytest.mark.parametrize(
    "label",
    [
        "您当前所在的位置：",
        "您当前所在位置：",
        "您现在的位置是：",
        "你所处的位置：",
        "您的当前位置：",
        "当前位置：",
    ],
)
def test_the_label_of_a_breadcrumb_names_no_column(label: str) -> None:
    crumb = f'<div class="position">{label}<a href="/">首页</a>&gt;<a href="/zwgk/">政务公开</a>&gt;<a href="/zwgk/tzgg/">通知公告</a></div>'

    assert skimmed(a_page(crumb=crumb)).names == ("政务公开", "通知公告")


def test_who_wrote_an_item_is_no_column() -> None:
    row = '<li><a href="{url}">{title}</a><a href="/author/admin/">市民112</a><span>{day}</span></li>'
    rows = some_items("2026-11-20", "2026-11-19", "2026-11-18", row=row)
    menu = '<ul class="menu"><li><a href="/zwgk/tzgg/">通知公告</a></li><li><a href="/zwgk/rsxx/">人事信息</a></li></ul>'

    assert set(links(a_page(f"{menu}<div class=menu-box><ul>{rows}</ul></div>"))) >= {"人事信息"}
    assert "市民112" not in links(a_page(f"{menu}<div class=menu-box><ul>{rows}</ul></div>"))


def test_what_stands_below_a_heading_of_hot_items_is_no_column() -> None:
    items = "".join(f'<li><a href="/xw/hot{n}.html">{TITLES[n]}</a></li>' for n in range(4))
    menu = '<div class="menu"><ul><li><a href="/zwgk/tzgg/">通知公告</a></li><li><a href="/zwgk/rsxx/">人事信息</a></li></ul></div>'
    hot = f'<dl class="menu-box"><dt>热点内容</dt><dd><ul>{items}</ul></dd></dl>'

    found = links(a_page(f"{menu}{hot}"))

    assert "人事信息" in found and not any(title in found for title in TITLES)


@pytest.mark.parametrize("more", [" MORE+", "　更多>>", " [更多]", " More »"])
def test_a_columns_name_ends_before_the_word_that_leads_on(more: str) -> None:
    menu = f'<div class="menu"><ul><li><a href="/gsgg/">公示公告{more}</a></li><li><a href="/zwgk/rsxx/">人事信息</a></li></ul></div>'

    assert "公示公告" in links(a_page(menu))


@pytest.mark.parametrize(
    ("address", "is_column"),
    [("/index.php?c=list&id=5", True), ("/index.php", False), ("/default.aspx", False), ("/?from=a", False)],
)
def test_another_sites_script_that_is_asked_for_something_is_more_than_its_home_page(
    address: str, is_column: bool
) -> None:
    assert could_be_column(f"https://zwgk.other.gov.cn{address}", SITE) is is_column


def test_an_address_that_names_no_host_is_no_column() -> None:
    assert not could_be_column("http://[通知公告]/list/", SITE)
