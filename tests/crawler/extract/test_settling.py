"""Blank or not: the decision order of regulations.md 9.4, and what kind of page it is."""

import pytest

from crawler.extract.page import settle, skim
from crawler.extract.row_links import LINKS_READ
from tests.crawler.extract.sample_pages import (
    AT,
    CRUMB,
    FOOT,
    SITE,
    a_list,
    a_page,
    reading,
    skimmed,
    some_items,
)

SIDE = '<div class="fl"><h3>政务公开</h3><ul><li><a href="/zwgk/tzgg/">通知公告</a></li><li><a href="/zwgk/rsxx/">人事信息</a></li><li><a href="/zwgk/cwxx/">财政信息</a></li></ul></div>'
HOT_ROW = '<li><a href="/xw/{day}/c12345.html">{title}热点</a><span>{day}</span></li>'


def a_side_list(heading: str) -> str:
    return f'<div class="fr"><h3>{heading}</h3><ul>{some_items("2026-11-23", "2026-11-22", row=HOT_ROW)}</ul></div>'


def script(code: str) -> str:
    return f"<script>{code}</script>"


@pytest.mark.parametrize(
    "middle",
    [
        "<ul></ul>",
        f'{SIDE}<div class="list"><ul></ul></div>',
        f'{SIDE}<div class="list"><ul></ul></div>{a_side_list("热点新闻")}',
        '<ul></ul><div class="page">共0条 第1页/共0页</div>',
        "<table><tr><th>标题</th><th>发布日期</th></tr></table>",
        "<table><tr><th>索引号</th><th>公开信息的名称</th><th>文件编号</th><th>发布机构名称</th><th>信息生成的日期</th></tr></table>",
        '<ul></ul><script>$.ajax({url:"/api/visitcount",success:function(d){$("#c").html(d)}})</script>',
        '<div id="1"><script type="text/xml"><datastore><recordset></recordset><totalrecord>0</totalrecord></datastore></script></div>',
        "<ul></ul><p>浏览次数：123</p>",
        "<ul></ul><p>点击数:<span>45</span></p>",
        "<ul></ul><p>本栏目访问量：12345</p>",
        "<ul></ul><p>浏览：123次</p>",
    ],
)
def test_a_column_page_with_nothing_but_its_frame_is_blank(middle: str) -> None:
    found = reading(a_page(middle))

    assert found.blank is True and found.rows == () and not found.needs_browser and found.why


@pytest.mark.parametrize(
    "words",
    [
        "暂无数据！",
        "暂无信息",
        "没有相关信息",
        "对不起，该栏目暂无内容",
        "栏目建设中，敬请期待",
        "该栏目暂时没有内容！",
        "没有找到符合条件的记录",
        "内容正在更新中...",
        "此栏目下没有文章",
        "抱歉，暂无相关内容~",
        "无数据",
        "目前暂无公开内容",
        "该栏目内容正在整理，请稍后访问。",
    ],
)
def test_the_pages_own_words_for_having_nothing_make_it_blank(words: str) -> None:
    found = reading(a_page(f'{SIDE}<div class="list"><p>{words}</p></div>'))

    assert found.blank is True and words in found.why


@pytest.mark.parametrize(
    "beside",
    [
        '<div style="display:none">暂无数据</div>',
        "<p hidden>暂无信息</p>",
        '<script type="text/template">暂无数据</script>',
        "<!-- 暂无信息 -->",
        '<div v-if="empty">暂无数据</div>',
        "<template><p>暂无数据</p></template>",
    ],
)
def test_words_in_templates_and_hidden_boxes_prove_nothing(beside: str) -> None:
    assert reading(a_page(a_list("2026-11-20", "2026-11-10") + beside)).blank is False
    assert "暂无" not in reading(a_page(f"<ul></ul>{beside}")).why


@pytest.mark.parametrize(
    "middle",
    [
        '<ul id="l"></ul>' + script('$.ajax({url:"/api/list?c="+id,success:function(d){$("#l").html(d)}})'),
        '<ul id="l">暂无数据</ul>'
        + script('$.ajax({url:"/api/list?c="+id,success:function(d){$("#l").html(d)}})'),
        '<ul id="l"></ul>' + script('$.getJSON("/api/list.json",function(d){$("#l").html(d)})'),
        '<ul id="l"></ul>' + script('$.post("/channel/contentList",{id:cid},function(d){$("#l").append(d)})'),
        '<ul><li v-for="a in list"><a :href="a.url">{{a.title}}</a></li></ul>',
        '<ul><li ng-repeat="a in list"><a ng-href="{{a.url}}">{{a.title}}</a></li></ul>',
        "<script url=\"/api-gateway/jpaas-publish-server/front/page/build/unit\" queryData=\"{'tagId':'当前栏目list','pageId':'1'}\"></script>",
        '<iframe src="/zwgk/tzgg/inner.html" width="100%" height="600"></iframe>',
        '<div class="list"><script src="/js/newslist.js"></script></div>',
    ],
)
def test_a_list_that_a_script_fills_is_never_judged_unseen(middle: str) -> None:
    found = reading(a_page(middle))

    assert found.blank is None and found.needs_browser and found.newest is None


def test_undated_links_beside_a_list_that_a_script_fills_do_not_hide_it() -> None:
    menu = '<ul><li><a href="/art/2021/1/5/art_1_1.html">政府信息公开指南</a></li><li><a href="/art/2020/3/9/art_1_2.html">政府信息公开制度</a></li></ul>'
    filled = '<ul id="l"></ul>' + script(
        '$.ajax({url:"/api/list?c="+id,success:function(d){$("#l").html(d)}})'
    )

    found = reading(a_page(menu + filled))

    assert found.needs_browser and found.newest is None


def test_an_application_shell_needs_a_browser() -> None:
    shell = b'<!DOCTYPE html><title>x</title><div id="app"></div><script src="/static/js/chunk-vendors.1.js"></script>'

    found = reading(shell)

    assert found.blank is None and found.needs_browser


@pytest.mark.parametrize(
    ("middle", "kind"),
    [
        ("<p>云泽市水利局是市政府组成部门，负责水资源管理、防汛抗旱等工作。</p>" * 5, "static"),
        ('<p><img src="/upload/2024/jgt.jpg"></p>', "static"),
        ('<form><input name="xm"><textarea name="nr"></textarea></form>', "interaction"),
        (a_list("2026-11-20"), "list"),
    ],
)
def test_text_pictures_forms_and_rows_are_something(middle: str, kind: str) -> None:
    found = reading(a_page(middle))

    assert (found.kind, found.blank) == (kind, False)


def test_a_parent_is_left_to_its_children() -> None:
    children = '<div class="bk"><a href="/zwgk/a/">规划计划</a><a href="/zwgk/b/">人事任免</a><a href="/zwgk/c/">财政信息</a></div>'
    crumb = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a></div>'

    assert reading(a_page(children, crumb=crumb, title="政务公开"), f"{SITE}/zwgk/").blank is None


def test_a_page_without_the_shape_of_a_column_is_not_blank() -> None:
    assert reading(a_page("", crumb="", title="云泽"), f"{SITE}/x/y12345.html").blank is None


@pytest.mark.parametrize("heading", ["热点新闻", "最新动态", "点击排行"])
def test_a_side_list_beside_a_list_with_a_pager_is_not_the_columns(heading: str) -> None:
    pager = '<div class="fy"><a href="index_1.html">下一页</a> 共3页</div>'
    main = (
        f'<div class="c"><div class="l">{a_list("2026-10-01", "2026-09-01", "2026-08-01")}</div>{pager}</div>'
    )

    after, before = reading(a_page(main + a_side_list(heading))), reading(a_page(a_side_list(heading) + main))

    assert str(after.newest) == str(before.newest) == "2026-10-01"


def test_letters_are_interaction() -> None:
    row = '<tr><td>2026001</td><td><a href="{url}">{title}</a></td><td>{day}</td><td>已回复</td></tr>'
    table = f"<table><tr><th>编号</th><th>标题</th><th>来信时间</th><th>办理状态</th></tr>{some_items('2026-11-20', '2026-11-03', row=row)}</table>"

    found = reading(a_page(table))

    assert found.kind == "interaction" and len(found.rows) == 2


def test_a_home_page_is_read_with_its_blocks() -> None:
    found = reading(a_page(a_list("11-20", "11-10"), crumb="", title="云泽市水利局"), f"{SITE}/")

    assert found.kind == "home" and str(found.newest) == "2026-11-20"


@pytest.mark.parametrize(
    "middle",
    [
        '<div><a href="/zwgk/tzgg/n1.html">关于征求养犬管理条例意见的公告</a></div>',
        '<div><a href="/upload/a.pdf">2025年政府信息公开工作年度报告</a></div>',
        '<div><video controls src="/upload/xcp.mp4"></video></div>',
        '<div><object data="/files/zn.pdf"></object></div>',
        '<div><img src="/images/xq.jpg" usemap="#m"></div>',
    ],
)
def test_one_thing_alone_is_something(middle: str) -> None:
    assert reading(a_page(middle)).blank is False


@pytest.mark.parametrize(
    "middle",
    [
        '<div><a href="/zwfw/">政务服务平台</a></div>',
        '<div class="navcon"><a href="/zwgk/tzgg/n1.html">关于征求养犬管理条例意见的公告</a></div>',
        '<div class="tools">本局承担全市水资源管理、防汛抗旱和农村供水工作，接受群众监督。</div>',
        f'<p>信息</p><div class="hot-list"><ul>{some_items("2026-11-20", "2026-11-10")}</ul></div>',
    ],
)
def test_what_may_be_the_content_by_another_name_is_no_blank_column(middle: str) -> None:
    assert reading(a_page(f"<ul></ul>{middle}")).blank is None


@pytest.mark.parametrize(
    "middle",
    [
        "<p>我单位无行政事业性收费项目。</p>",
        "<p>请到政务服务大厅三楼办理。</p>",
        "<p>监督电话：0391-8161234</p>",
        "<p>地址：人民路1号</p>",
        "<p>slj@yunze.gov.cn</p>",
        "<p>局长：张伟</p>",
    ],
)
def test_a_few_words_that_tell_something_are_no_blank_column(middle: str) -> None:
    found = reading(a_page(f"<div>{middle}</div>"))

    assert found.blank is not True and "文字" in found.why


@pytest.mark.parametrize(
    "link",
    [
        '<a href="/f/1.docx">附件下载</a>',
        '<a href="https://zwfw.henan.gov.cn/">点击进入</a>',
        '<a href="/zwgk/a/1.html">年报</a>',
        '<p>负责水利工作的<a href="/zc/">政策</a>制定和组织实施</p>',
    ],
)
def test_a_short_name_that_leads_on_is_a_doubt(link: str) -> None:
    assert reading(a_page(f"<div>{link}</div>")).blank is None


@pytest.mark.parametrize(
    "shown",
    [
        '<img src="jg.png" width="900">',
        '<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAA">',
        '<object data="/files/zn.pdf"></object>',
        '<object><param name="movie" value="/a.swf"><embed src="/a.swf"></object>',
        '<a href="https://zwfw.henan.gov.cn/"><img src="/upload/2024/jr.png"></a>',
    ],
)
def test_a_picture_or_a_file_that_may_be_the_content_is_no_blank_column(shown: str) -> None:
    bare = a_page("", crumb=CRUMB + shown)

    assert reading(a_page(f"<div>{shown}</div>")).blank is not True
    assert reading(bare).blank is not True


@pytest.mark.parametrize("ornament", ["/images/line.gif", "../images/l.png", "data:image/gif;base64,R0lGOD"])
def test_an_ornament_is_no_content(ornament: str) -> None:
    assert reading(a_page(f'<div><img src="{ornament}"></div>')).blank is True


def test_an_object_that_shows_a_page_is_a_frame() -> None:
    page = skimmed(a_page('<object data="/list/12.html" type="text/html" height="600"></object>'))

    assert [loader.kind for loader in page.loaders] == ["iframe"] and settle(page).needs_browser


def test_an_item_of_tomorrow_may_be_of_last_year_or_of_a_clock_that_is_fast() -> None:
    tomorrow = reading(a_page(a_list("11-25", "10-15", "09-02")))
    today = reading(a_page(a_list("11-24", "10-15", "09-02")))

    assert (str(tomorrow.newest), tomorrow.newer_elsewhere) == ("2026-10-15", True)
    assert (str(today.newest), today.newer_elsewhere) == ("2026-11-24", False)


def test_a_list_above_the_breadcrumb_is_not_the_columns() -> None:
    notices = f"<div><b>公告</b><ul>{some_items('2026-11-20', row=HOT_ROW)}</ul></div>"
    crumb = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/tzgg/">通知公告</a></div>'

    assert (
        str(reading(a_page(a_list("2026-05-04", "2026-05-01"), crumb=notices + crumb)).newest) == "2026-05-04"
    )
    assert reading(a_page("<ul></ul>", crumb=notices + crumb)).blank is None


def test_summaries_of_recommended_articles_are_no_content() -> None:
    row = '<li><a href="/xw{url}">{title}</a><p>为进一步做好今冬明春各项工作，经研究决定在全市范围内开展专项行动。</p></li>'

    found = reading(
        a_page(f"<ul></ul><div><h3>推荐内容</h3><ul>{some_items('', '', '', row=row)}</ul></div>")
    )

    assert found.blank is True


def test_a_figure_of_zero_in_an_element_of_its_own_is_read_with_its_words() -> None:
    found = reading(a_page("<ul></ul><div>共 <strong>0</strong>页<strong>0</strong>条记录</div>"))

    assert found.blank is True and "0" in found.why


def test_a_column_of_links_to_other_sites_is_not_called_blank() -> None:
    sites = '<a href="https://jyj.jiaoshan.gov.cn/">市教育局</a><a href="https://gaj.jiaoshan.gov.cn/">市公安局</a>'

    assert reading(a_page(f"<ul></ul><div>{sites}</div>")).blank is None


@pytest.mark.parametrize("words", ["来源：本站", "责任编辑：办公室", "办公室：3861234", "阅读：提升行动"])
def test_the_small_print_of_an_article_or_a_label_with_a_word_is_not_nothing(words: str) -> None:
    assert reading(a_page(f"<ul></ul><p>{words}</p>")).blank is None


FOREIGN = '<iframe src="https://gk.elsewhere.cn/list" width="100%" height="800"></iframe>'


@pytest.mark.parametrize(
    "address",
    [
        "https://search.zj.gov.cn/jsearch/list.html",
        "https://www.headnews.cn/list/",
        "https://zwfw.topcity.gov.cn/xxgk/",
        "https://www.zj.gov.cn/topics/",
        "https://www.zj.gov.cn/share/list.html",
    ],
)
def test_no_word_in_the_address_of_another_websites_frame_makes_the_column_blank(address: str) -> None:
    body = a_page(f'<iframe src="{address}" width="100%" height="800"></iframe>')

    assert settle(skim(body, url=f"{SITE}/zwgk/tzgg/", at=AT, rendered=True)).blank is None


def test_the_weather_in_a_frame_is_nothing() -> None:
    body = a_page('<ul></ul><iframe src="https://i.tianqi.com/?c=code" width="300" height="90"></iframe>')

    assert settle(skim(body, url=f"{SITE}/zwgk/tzgg/", at=AT, rendered=True)).blank is True


@pytest.mark.parametrize(
    "source", ["list.jsp?topicid=12", "topics.html", "headlines.html", "list.jsp?search="]
)
def test_a_frame_is_read_whatever_is_asked_of_it(source: str) -> None:
    page = skimmed(a_page(f'<iframe src="{source}" width="100%" height="800"></iframe>'))

    assert [loader.kind for loader in page.loaders] == ["iframe"] and settle(page).blank is None


@pytest.mark.parametrize("rendered", [False, True])
def test_what_another_website_shows_in_a_frame_is_not_nothing(rendered: bool) -> None:
    page = skim(a_page(FOREIGN), url=f"{SITE}/zwgk/tzgg/", at=AT, rendered=rendered)

    assert settle(page).blank is None


def test_headlines_of_a_home_page_have_no_dates_and_those_of_a_column_leave_it_open() -> None:
    rows = some_items("2026-10-11", "2026-10-10", "2026-10-09")
    middle = f'<ul class="list"><li><a href="/xw/202611/a7.html">云泽市召开全市工作会议部署明年工作</a></li>{rows}</ul>'
    home = a_page(middle, crumb="", title="云泽市人民政府")

    assert not reading(home, url=f"{SITE}/").newer_elsewhere
    found = reading(a_page(middle))
    assert found.newer_elsewhere and found.undated_first


def test_of_a_list_too_long_to_be_read_to_its_end_the_newest_item_may_be_elsewhere() -> None:
    rows = "".join(
        f'<li><a href="/zwgk/tzgg/t{2020 + n // 1200}0103_{n}.html">关于开展第{n}次检查的通知</a><span>{2020 + n // 1200}-01-03</span></li>'
        for n in range(LINKS_READ + 100)
    )

    found = reading(a_page(f"<ul>{rows}</ul>"))

    assert found.newer_elsewhere and found.blank is False and not found.undated_first


@pytest.mark.parametrize(
    "words", ["正在查询，请稍候", "数据获取中", "信息请求中...", "努力加载中", "Loading..."]
)
@pytest.mark.parametrize("rendered", [False, True])
def test_a_page_that_says_it_is_at_work_is_not_blank_yet(words: str, rendered: bool) -> None:
    body = a_page(f"<ul></ul><p>{words}</p>")

    found = settle(skim(body, url=f"{SITE}/zwgk/tzgg/", at=AT, rendered=rendered))

    assert found.blank is None and found.needs_browser


def test_what_runs_over_the_page_is_not_the_columns_list() -> None:
    ticker = f"<marquee>{some_items('2026-11-23', '2026-11-22', row=HOT_ROW)}</marquee>"

    assert str(reading(a_page(f"{ticker}{a_list('2024-03-18', '2024-03-01')}")).newest) == "2024-03-18"


@pytest.mark.parametrize(
    "words",
    ["当前无生效预警", "暂无生效预警信号", "目前没有停水通知", "当前暂无预警信息", "今日无限行"],
)
def test_how_things_stand_now_is_not_the_page_saying_that_it_has_nothing(words: str) -> None:
    crumb = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; 预警信息</div>'

    assert reading(a_page(f"<p>{words}</p>", crumb=crumb)).blank is None
    assert reading(a_page("<p>没有数据哦~</p>", crumb=crumb)).blank is True


@pytest.mark.parametrize("words", ["暂无招标信息", "暂无人事任免公告", "本栏目暂无通知公告"])
def test_that_there_is_no_data_of_some_kind_is_the_page_saying_that_it_has_nothing(words: str) -> None:
    assert reading(a_page(f"<ul><li>{words}</li></ul>")).blank is True


def test_the_day_of_the_visit_beside_a_link_home_is_no_item() -> None:
    logo = f'<div><a href="{SITE}/">云泽市水利局门户网站</a><span>2026年11月24日</span></div>'

    assert reading(a_page(f"{logo}<ul></ul>", crumb=f"{logo}{CRUMB}")).blank is True


DATASTORE = (
    '<div id="77"></div><script type="text/xml"><datastore><nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1">'
    '</a>]]></nextgroup><recordset></recordset></datastore></script><script>$("#77").jpage({{perPage:15,totalRecord:{total}}});</script>'
)


@pytest.mark.parametrize(
    "middle",
    [
        '<div class="list"><p>暂无数据</p></div>',
        '<div class="list"><ul></ul></div><div class="page">共0条 第1/0页</div>',
        DATASTORE.format(total=0),
        DATASTORE.format(total=312),
    ],
)
def test_a_list_under_another_name_is_not_that_of_a_lone_page_whose_own_is_missing(middle: str) -> None:
    side = f'<div class="fr"><h3>政策解读</h3>{a_list("2026-11-23", "2026-11-22")}</div>'
    found = reading(a_page(middle + side))

    assert found.rows == () and found.newest is None and found.blank is None


@pytest.mark.parametrize("heading", ["", "<h3>通知公告</h3>"])
def test_words_for_nothing_do_not_hide_a_list_that_has_the_pages_name_or_none(heading: str) -> None:
    body = a_page(f'<p>暂无数据</p><div class="fr">{heading}{a_list("2026-11-23", "2026-11-22")}</div>')

    assert reading(body).blank is False and len(reading(body).rows) == 2


def test_a_pager_behind_a_data_store_tells_how_many_records_there_are() -> None:
    assert skimmed(a_page(DATASTORE.format(total=0))).signals.empty_answer
    assert not skimmed(a_page(DATASTORE.format(total=312))).signals.empty_answer
    assert not skimmed(a_page(DATASTORE.format(total=312) + DATASTORE.format(total=15))).signals.empty_answer


@pytest.mark.parametrize(
    "middle",
    [
        "<form><input name='no' placeholder='请输入办件编号'><button>查询</button></form><table><tr><th>编号</th></tr></table>",
        "<form><input type='password' name='pw'></form><ul></ul>",
        "<div class='con'>无</div>",
        "<div class='ewm'><img src='/images/ewm.jpg'><p>扫描二维码关注“云泽发布”</p></div>",
        "<ul></ul><script>eval(function(p,a,c,k,e,d){return p}('0 1',2,2,'a|b'.split('|')))</script>",
        "<ul><li ms-repeat='items'></li></ul>",
        "<table data-options=\"url:'/data.do'\"><thead><tr><th>标题</th><th>日期</th></tr></thead></table>",
        "<meta http-equiv='refresh' content='0;url=/zwgk/new/'><ul></ul>",
    ],
)
def test_what_asks_the_reader_or_is_still_to_come_is_not_blank(middle: str) -> None:
    assert reading(a_page(middle)).blank is None
    assert reading(a_page("<ul></ul>")).blank is True


@pytest.mark.parametrize(
    "above",
    [
        "<div class='top1'><h2><a href='/c/1.html'>市政府召开常务会议</a></h2><p>发布时间：2026-11-23</p></div>{rows}",
        "<ul><li><a href='/c/1.html'>关于公开征求意见的公告</a></li>{items}</ul>",
    ],
)
def test_above_old_rows_there_may_be_a_newer_item_whose_date_was_not_read(above: str) -> None:
    days = ("2026-03-20", "2026-03-11", "2026-03-04", "2026-02-23")

    found = reading(a_page(above.format(rows=a_list(*days), items=some_items(*days))))

    assert found.newer_elsewhere
    assert not reading(a_page(a_list(*days))).newer_elsewhere


@pytest.mark.parametrize(
    "middle",
    [
        '<a href="/ztjy/"><img src="/images/ztjy.jpg"></a>',
        '<a href="https://zwfw.hnzwfw.gov.cn/"><img src="/static/banner.png"></a>',
        '<canvas id="page1" class="pdf"></canvas>',
        '<select><option>请选择年度</option><option value="/files/2024ndbg.pdf">2024年</option></select>',
        "<p>即将离开本站，5秒后前往</p>",
        "<p>页面跳转中，请稍候</p>",
        "<p>本单位规范性文件：无</p>",
        "<p>0391-3561234</p>",
    ],
)
def test_a_door_a_drawing_or_a_paper_to_choose_may_be_all_there_is(middle: str) -> None:
    assert reading(a_page(f'<div class="list">{middle}</div>')).blank is not True


DUTIES = "<p>负责全县医疗保障政策的组织实施</p><p>负责定点医药机构协议管理</p><p>负责基金监督检查</p>"


@pytest.mark.parametrize(
    "middle",
    [
        f'<h4 class="border-bottom pb-2">机构职能</h4>{DUTIES}',
        f'<h4 class="title-bottom">机构职能</h4><div>{DUTIES}</div>',
        f'<div class="card"><div class="card-footer">更新于今年</div></div>{DUTIES}',
        f"<p>主办单位：云泽市医疗保障局</p>{DUTIES}",
    ],
)
def test_what_is_called_a_foot_and_has_content_below_it_ends_nothing(middle: str) -> None:
    assert reading(a_page(f"<h2>部门概况</h2>{middle}")).blank is not True


def test_below_a_true_foot_nothing_is_content() -> None:
    notes = '<div class="x"><p>建议使用谷歌浏览器访问本网站以获得最佳效果</p></div>'

    assert reading(a_page("<ul></ul>", foot=FOOT + notes)).blank is True


def test_the_registers_that_a_foot_links_to_are_no_items() -> None:
    foot = (
        "<table><tr><td>主办单位：云泽市林业局　网站标识码：4199000011<br>"
        '<a href="http://bszs.conac.cn/sitename?method=show&amp;id=2AF7C1"><img src="/images/red.png" alt="党政机关"></a> '
        '<a href="http://zfwzgl.www.gov.cn/exposure/jiucuo.html">我为政府网站找错</a></td></tr></table>'
    )

    assert reading(a_page('<div class="pic-list"></div>', foot=foot)).blank is True


def test_an_old_system_says_in_its_own_words_that_there_is_nothing() -> None:
    assert reading(a_page("<p>抱歉，这里似乎没有您要找的内容。</p>")).blank is True
