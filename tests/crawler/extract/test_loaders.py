"""The interfaces that a page names, as far as they are written out."""

import pytest

from crawler.extract.loading.loader import FORM
from crawler.extract.page import Loader
from tests.crawler.extract.sample_pages import SITE, a_page, skimmed


def loaders(middle: str) -> tuple[Loader, ...]:
    return skimmed(a_page(middle)).loaders


def test_a_jpaas_unit_is_asked_with_its_query() -> None:
    tag = "<script url=\"/api-gateway/jpaas-publish-server/front/page/build/unit\" queryData=\"{'parseType':'bulidstatic','webId':'3096','tagId':'当前栏目list','pageId':'1554467'}\"></script>"

    (found,) = loaders(tag)

    assert (
        found.kind == "jpaas"
        and found.url.startswith(f"{SITE}/api-gateway/")
        and "pageId=1554467" in found.url
        and "webId=3096" in found.url
    )


def test_a_data_proxy_is_asked_only_if_the_page_holds_no_records() -> None:
    proxy = "<a href='/module/web/jpage/dataproxy.jsp?page=1&amp;columnid=33718&amp;unitid=1'></a>"

    (found,) = loaders(
        f"<script type='text/xml'><datastore><nextgroup><![CDATA[{proxy}]]></nextgroup></datastore></script>"
    )
    none = loaders(
        f"<script type='text/xml'><datastore><nextgroup><![CDATA[{proxy}]]></nextgroup><record><![CDATA[<li><a href='/a/1.html'>x</a></li>]]></record></datastore></script>"
    )

    assert found == Loader(
        f"{SITE}/module/web/jpage/dataproxy.jsp?page=1&columnid=33718&unitid=1", kind="jpage"
    )
    assert none == ()


@pytest.mark.parametrize(
    ("code", "loader"),
    [
        ('$.getJSON("./list.json",function(d){})', Loader(f"{SITE}/zwgk/tzgg/list.json")),
        ("$.get('/api/article/list?id=3',function(d){})", Loader(f"{SITE}/api/article/list?id=3")),
        ("fetch('/data/news.json').then(r=>r.json())", Loader(f"{SITE}/data/news.json")),
        (
            "$.ajax({url:'/api/list',type:'get',data:{page:1,id:'7'},success:f})",
            Loader(f"{SITE}/api/list?page=1&id=7"),
        ),
        (
            "$.ajax({type:'post',url:'/api/list',data:{page:1},success:f})",
            Loader(f"{SITE}/api/list", "POST", b"page=1", sends=FORM),
        ),
        ("$.post('/api/list',{page:1},f)", Loader(f"{SITE}/api/list", "POST", b"page=1", sends=FORM)),
    ],
)
def test_a_call_that_is_written_out_can_be_made(code: str, loader: Loader) -> None:
    assert loaders(f"<script>{code}</script>") == (loader,)


@pytest.mark.parametrize(
    "code",
    [
        "$.ajax({url:'/api/list?c='+id})",
        "$.ajax({url:'/api/list',data:{page:page}})",
        "$.get('/api/visitcount',f)",
        "$.getJSON('/weather/data.json',f)",
    ],
)
def test_a_call_that_a_script_works_out_or_that_is_no_list_is_not_made(code: str) -> None:
    assert loaders(f"<script>{code}</script>") == ()


def test_an_iframe_in_the_content_is_loaded_but_no_tiny_or_foreign_one() -> None:
    frames = '<iframe src="inner.html"></iframe><iframe src="/stat.html" height="0"></iframe><iframe src="https://tianqi.com/x"></iframe>'

    assert loaders(frames) == (Loader(f"{SITE}/zwgk/tzgg/inner.html", kind="iframe"),)
