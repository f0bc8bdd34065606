"""Lists that come from elsewhere: data and markup in scripts, frames, last pages; and what is left when a kind is off."""

import json
from pathlib import Path

import pytest

from bench.accuracy import truths
from crawler.extract.loaders import KINDS, Kind
from crawler.extract.page import Loader, settle, skim, with_loaded
from crawler.observations import PageReading
from tests.crawler.extract.sample_pages import AT, SITE, a_list, a_page, reading, skimmed, some_items

PAGES = Path(__file__).parent.parent.parent / "data" / "pages"
HERE = f"{SITE}/zwgk/tzgg"
NEW, OLD = "2026-11-20", "2025-01-10"
ITEM = {"title": "关于开展安全生产检查的通知", "url": "/zwgk/tzgg/202611/a1.html", "pubDate": NEW}
LITERAL = f"[{{title:'关于开展安全生产检查的通知',url:'/zwgk/tzgg/202611/a1.html',date:'{NEW}'}}]"
LATER = '<li><a href="/p9{url}">{title}</a><span>{day}</span></li>'
RISING = ("2024-01-02", "2024-02-02", "2024-03-02", "2024-04-02", "2024-05-02", "2024-06-02")

INLINE = {
    "a variable": f"<script>var list={json.dumps([ITEM])};show(list)</script>",
    "a script's own literal": f"<script>var data={LITERAL};</script>",
    "Next": f"<script id='__NEXT_DATA__' type='application/json'>{json.dumps({'props': {'list': [ITEM]}})}</script>",
    "an initial state": f"<script>window.__INITIAL_STATE__={json.dumps({'news': {'rows': [ITEM]}})};</script>",
}
WRITTEN = f"<ul><script>document.write('<li><a href=\"/zwgk/tzgg/202611/a1.html\">关于开展安全生产检查的通知</a><span>{NEW}</span></li>');</script></ul>"
RECORDS = (
    f"<script type='text/xml'><datastore><record><![CDATA[{some_items(NEW)}]]></record></datastore></script>"
)
JPAAS = "<script url='/api-gateway/jpaas-publish-server/front/page/build/unit' queryData=\"{'tagId':'当前栏目list','pageId':'7'}\"></script>"
PROXY = "<script type='text/xml'><datastore><nextgroup><![CDATA[<a href='/module/web/jpage/dataproxy.jsp?page=1&amp;columnid=7'></a>]]></nextgroup></datastore></script>"
GKMLPT = "<script>var _CONFIG={SID:'755005',COLUMN_ID:'2222',base:'/gkmlpt'}</script>"
BY_KIND: dict[Kind, str] = {
    "datastore": RECORDS,
    "jpage": PROXY,
    "jpaas": JPAAS,
    "gkmlpt": GKMLPT,
    "json": "<ul id='l'></ul><script>$.getJSON('/api/list.json',show)</script>",
    "script": "<ul><script src='/col/7/newslist.js'></script></ul>",
    "iframe": "<iframe src='inner.html' width='100%'></iframe>",
    "inline": INLINE["a variable"],
    "written": WRITTEN,
    "paging": f"{a_list(*RISING)}<script>createPageHTML(9,0,'index','html')</script>",
}


def read(truth: dict[str, str], off: tuple[Kind, ...] = ()) -> PageReading:
    url = truth["url"].split(" ")[0] if truth["url"].startswith("http") else ""
    return settle(skim((PAGES / truth["file"]).read_bytes(), url=url, at=AT, off=off))


def without(kind: Kind, middle: str) -> PageReading:
    return settle(skim(a_page(middle), url=f"{HERE}/", at=AT, off=(kind,)))


@pytest.mark.parametrize("shape", INLINE)
def test_data_in_a_script_of_the_page_is_its_list(shape: str) -> None:
    found = reading(a_page(f"<div id='list'></div>{INLINE[shape]}"))

    assert [row.url for row in found.rows] == [f"{SITE}/zwgk/tzgg/202611/a1.html"] and str(
        found.newest
    ) == NEW


def test_data_in_a_script_does_not_make_a_list_of_old_items_new() -> None:
    found = reading(a_page(f"{a_list(OLD, OLD, OLD)}{INLINE['a variable']}"))

    assert str(found.newest) == OLD


SIDE = a_list("2026-11-24", "2026-11-23", "2026-11-22")


@pytest.mark.parametrize("aside", [f"<h4>热点关注</h4>{SIDE}", f"<h4>要闻速递</h4>{SIDE}"])
def test_data_in_a_script_is_read_for_an_empty_list_beside_another_list(aside: str) -> None:
    script = INLINE["a variable"].replace(NEW, OLD)
    found = reading(a_page(f"<div class='l'>{aside}</div><div class='r'><ul id='list'></ul>{script}</div>"))

    assert found.kind == "list" and f"{SITE}/zwgk/tzgg/202611/a1.html" in [row.url for row in found.rows]


def test_items_that_a_script_writes_out_stand_where_it_stands() -> None:
    assert str(reading(a_page(WRITTEN)).newest) == NEW


@pytest.mark.parametrize(
    "answer",
    [
        f'document.write("<li><a href=\\"/zwgk/tzgg/202611/a1.html\\">关于开展安全生产检查的通知</a><span>{NEW}</span></li>");',
        f"var newsList = {json.dumps([ITEM])};",
        f"show({json.dumps({'list': [ITEM]})});",
        f"/**/typeof show === 'function' && show({json.dumps([ITEM])});",
    ],
)
def test_a_script_file_brings_the_list_in_any_of_its_forms(answer: str) -> None:
    page = skimmed(a_page(BY_KIND["script"]))

    found = settle(with_loaded(page, answer.encode(), page.loaders[0], content_type=""))

    assert str(found.newest) == NEW and len(found.rows) == 1


@pytest.mark.parametrize("answer", ["", "var a=1;", "<html><body>404</body></html>", "var list=[];"])
def test_a_script_file_without_a_list_proves_nothing(answer: str) -> None:
    page = skimmed(a_page(BY_KIND["script"]))

    found = settle(with_loaded(page, answer.encode(), page.loaders[0], content_type=""))

    assert found.blank is None and found.needs_browser


def test_the_links_of_a_frame_start_from_the_frame() -> None:
    page = skimmed(a_page("<iframe src='/inner/7/list.html' width='100%'></iframe>"))
    rows = some_items(NEW, NEW, row='<li><a href="a{day}{url}">{title}</a><span>{day}</span></li>')

    found = settle(with_loaded(page, f"<ul>{rows}</ul>".encode(), page.loaders[0], content_type=""))

    assert found.rows[0].url.startswith(f"{SITE}/inner/7/a2026")


def test_a_frame_may_load_its_list_itself_but_its_own_frames_are_not_followed() -> None:
    page = skimmed(a_page(BY_KIND["iframe"]))
    inner = (
        "<ul id='l'></ul><script>$.getJSON('/api/list.json',show)</script><iframe src='again.html'></iframe>"
    )

    seen = with_loaded(page, inner.encode(), page.loaders[0], content_type="")

    assert seen.loaders == (Loader(f"{SITE}/api/list.json"),)
    assert settle(seen).needs_browser


def test_the_pages_of_a_frameset_are_the_page() -> None:
    body = b"<html><head><title>x</title></head><frameset cols='20%,80%'><frame src='left.html'><frame src='list.html'></frameset></html>"

    assert [loader.url for loader in skimmed(body).loaders] == [f"{HERE}/left.html", f"{HERE}/list.html"]
    assert reading(body).blank is None


@pytest.mark.parametrize(
    ("inner", "blank"),
    [
        ("<ul></ul>", True),
        ("<div></div>", True),
        ("", None),
        ("<div></div><script src='a.js'></script>", None),
    ],
)
def test_a_frameset_of_a_menu_and_an_empty_list_is_blank_and_one_that_shows_nothing_is_unclear(
    inner: str, blank: bool | None
) -> None:
    page = skimmed(
        b"<html><head><title>x</title></head><frameset cols='20%,80%'><frame src='left.html'><frame src='list.html'></frameset></html>"
    )
    menu, below = page.loaders

    seen = with_loaded(page, '<div><a href="/">首页</a></div>'.encode(), menu, content_type="")
    seen = with_loaded(seen, f"<html><body>{inner}</body></html>".encode(), below, content_type="")

    assert settle(seen).blank is blank


@pytest.mark.parametrize(
    ("pager", "last"),
    [
        ("<script>createPageHTML(9,0,'index','html')</script>", "index_8.html"),
        ("<script>var countPage = 9;createPageHTML(countPage,0,'index','html')</script>", "index_8.html"),
        (
            "<script>createPageHTML('page-div',9,1,'common_list','shtml',180)</script>",
            "common_list_9.shtml",
        ),
        ("<a href='p9.html'>尾页</a>", "p9.html"),
        (
            "共3页 <a href='index.html'>1</a> <a href='index_2.html'>2</a> <a href='index_3.html'>3</a>",
            "index_3.html",
        ),
        (
            "页次：1/7 <a href='p.asp?id=3&page=2'>2</a> <a href='p.asp?id=3&page=3'>3</a>",
            "p.asp?id=3&page=7",
        ),
        ("<a href='?page=1'>[2]</a> <a href='?page=2'>[3]</a> <a href='?page=1'>下一页</a>", "?page=2"),
        ("共 25 页 <a href='p_1.html'>2</a> <a href='p_2.html'>3</a> <a href='p_9.html'>10</a>", "p_24.html"),
    ],
)
def test_of_a_list_that_begins_with_its_oldest_the_last_page_is_opened(pager: str, last: str) -> None:
    rising, falling = a_page(a_list(*RISING) + pager), a_page(a_list(*reversed(RISING)) + pager)

    assert skimmed(rising).loaders == (Loader(f"{HERE}/{last}", kind="paging"),)
    assert skimmed(falling).loaders == ()


def test_the_last_page_of_a_rising_list_tells_how_new_it_is() -> None:
    page = skimmed(a_page(BY_KIND["paging"]))

    found = settle(
        with_loaded(
            page,
            a_page(f"<ul class='list'>{some_items(OLD, NEW, row=LATER)}</ul>"),
            page.loaders[0],
            content_type="",
        )
    )

    assert settle(page).needs_browser
    assert str(found.newest) == NEW and not found.needs_browser


@pytest.mark.parametrize(
    "pager",
    [
        "<a href='javascript:go(2)'>2</a> <a href='javascript:go(3)'>3</a>",
        "<a onclick='next()'>下一页</a>",
        "第<select onchange='go(this.value)'><option>1</option><option>2</option></select> 共2页",
    ],
)
def test_of_a_rising_list_whose_last_page_nobody_can_name_the_newest_item_is_elsewhere(pager: str) -> None:
    found = reading(a_page(a_list(*RISING) + pager))

    assert found.newer_elsewhere and len(found.rows) == len(RISING)


@pytest.mark.parametrize(
    "days",
    [
        ("2014-03-02", "2013-12-30", "2015-03-09", "2016-03-01", "2017-03-02"),
        ("2025-06-01", "2014-03-08", "2015-03-09", "2016-03-01", "2017-03-02"),
        ("2018-03-01", "2019-03-04", "2020-03-10", "2021-03-09"),
    ],
)
def test_a_list_that_rises_but_for_one_item_or_in_few_rows_begins_with_its_oldest(
    days: tuple[str, ...],
) -> None:
    page = skimmed(a_page(a_list(*days) + "<a href='p_2.html'>2</a><a href='p_3.html'>3</a>"))

    assert page.loaders == (Loader(f"{HERE}/p_3.html", kind="paging"),) and settle(page).newer_elsewhere


def test_of_a_list_without_order_that_goes_on_elsewhere_the_newest_item_may_be_on_any_page() -> None:
    days = ("2023-05-01", "2021-02-02", "2024-08-08", "2022-01-04", "2020-05-05", "2023-09-09")

    assert reading(a_page(a_list(*days) + "<a href='?p=2'>下一页</a>")).newer_elsewhere
    assert not reading(a_page(a_list(*days))).newer_elsewhere


def test_pinned_items_above_a_falling_list_do_not_make_it_one_without_order() -> None:
    pinned = ("2021-02-02", "2022-01-04", "2020-03-09")
    days = ("2024-08-08", "2024-07-04", "2024-05-05", "2024-03-09", "2024-02-01")

    found = reading(a_page(a_list(*pinned, *days) + "<a href='?p=2'>下一页</a>"))

    assert (str(found.newest), found.newer_elsewhere) == ("2024-08-08", False)


def test_hot_lists_beside_it_do_not_make_a_falling_list_one_without_order() -> None:
    hot = "".join(
        f'<li><a href="/xw/{month}/{number}1234.html">关于热点事项第{number}号的报道</a></li>'
        for number, month in enumerate(
            ("202301/12", "202106/02", "202408/08", "202201/04", "202005/05", "202309/09")
        )
    )
    side = f'<div class="box"><h3>热点内容</h3><ul>{hot}</ul></div>'
    days = ("2024-08-08", "2024-07-04", "2024-05-05", "2024-03-09", "2024-02-01")

    assert not reading(a_page(a_list(*days) + "<a href='?p=2'>下一页</a>" + side)).newer_elsewhere


def test_a_page_that_leads_on_was_not_the_last_one() -> None:
    page = skimmed(a_page(a_list(*RISING) + "<a href='p_2.html'>2</a><a href='p_3.html'>3</a>"))
    rows = some_items("2024-07-02", "2024-08-02", row=LATER)
    last = a_page(f"<ul class='list'>{rows}</ul>")
    middle = a_page(f"<ul class='list'>{rows}</ul><a href='p_4.html'>下一页</a>")

    found = settle(with_loaded(page, last, page.loaders[0], content_type=""))
    assert (str(found.newest), found.newer_elsewhere) == ("2024-08-02", False)
    assert settle(with_loaded(page, middle, page.loaders[0], content_type="")).newer_elsewhere


def test_a_rising_list_without_a_page_bar_is_all_there_is() -> None:
    found = reading(a_page(a_list(*RISING)))

    assert (str(found.newest), found.newer_elsewhere) == (RISING[-1], False)


@pytest.mark.parametrize("kind", KINDS)
def test_with_a_kind_switched_off_its_pages_are_left_to_the_browser(kind: Kind) -> None:
    found = without(kind, BY_KIND[kind])

    assert found.blank is not True and found.needs_browser and found.newest is None, found.why


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
def test_a_switch_concerns_its_own_kind_only(kind: Kind, other: Kind) -> None:
    if kind != other:
        assert without(other, BY_KIND[kind]) == reading(a_page(BY_KIND[kind]))


@pytest.mark.parametrize(
    "code",
    [
        "location.href='/a/'",
        "location.replace('/a/')",
        "top.location='/a/'",
        "var to='/a/';window.location=to;",
        "if(/Mobile/.test(navigator.userAgent)){location.href='/m/'}else{location.href='/a/'}",
    ],
)
def test_a_page_with_nothing_but_a_script_leads_to_where_the_script_does(code: str) -> None:
    empty = f"<html><body><script>{code}</script></body></html>"

    assert skimmed(empty.encode()).meta_refresh == f"{SITE}/a/"
    assert skimmed(a_page(f"{a_list(NEW, NEW, NEW)}<script>{code}</script>")).meta_refresh == ""


@pytest.mark.parametrize(
    ("markup", "to"),
    [
        ("<noscript><meta http-equiv='refresh' content='0;url=/a/'></noscript>", f"{SITE}/a/"),
        ("<script>if(/Mobile/.test(navigator.userAgent))location.href='/m/'</script>", ""),
        ("<script>location.href=base+'/a/'</script>", ""),
    ],
)
def test_only_what_leads_every_reader_on_is_followed(markup: str, to: str) -> None:
    assert skimmed(f"<html><body>{markup}</body></html>".encode()).meta_refresh == to


@pytest.fixture(scope="module")
def recorded() -> dict[str, PageReading]:
    return {truth["file"]: read(truth) for truth in truths()}


@pytest.mark.parametrize("kind", KINDS)
def test_with_a_kind_switched_off_no_recorded_page_becomes_blank_or_old(
    kind: Kind, recorded: dict[str, PageReading]
) -> None:
    for truth in truths():
        whole, found = recorded[truth["file"]], read(truth, (kind,))

        assert found.blank in (whole.blank, None) and found.newest in (whole.newest, None), truth["file"]


@pytest.mark.parametrize("name", ["nav", "footer", "tools"])
def test_a_list_that_a_script_fills_into_a_box_called_menu_or_foot_is_not_blank(name: str) -> None:
    box = f"<div class='{name}'><ul id='newsbox'></ul><script>showNews('newsbox')</script></div>"

    assert reading(a_page(box)).needs_browser
