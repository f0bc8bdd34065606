"""Menus that a script writes out are read; what a script works out, or lists of articles, are not."""

import pytest

from crawler.extract.addresses import Addresses
from crawler.extract.scripted_menus import scripted_links

SITE = "https://www.yunze.gov.cn"
EXPECTED = {
    "政务公开": ("/zwgk/", ()),
    "通知公告": ("/zwgk/tzgg/", ("政务公开",)),
    "人事信息": ("/zwgk/rsxx/", ("政务公开",)),
}

OBJECTS = """
    var menuData = [
        // the first level
        {name: '政务公开', url: '/zwgk/', children: [
            {name: "通知公告", url: "/zwgk/tzgg/"},
            {name: "人事信息", url: "/zwgk/rsxx/"},
        ]},
    ];
    renderMenu(menuData);
"""
NODES = """
    var zNodes = [
        {id: 1, pId: 0, name: "政务公开", url: "/zwgk/"},
        {id: 11, pId: 1, name: "通知公告", url: "/zwgk/tzgg/"},
        {id: 12, pId: 1, name: "人事信息", url: "/zwgk/rsxx/", target: "_self"}
    ];
"""
CALLS = """
    d = new dTree('d');
    d.add(0, -1, '栏目导航');
    d.add(1, 0, '政务公开', '/zwgk/');
    d.add(2, 1, '通知公告', '/zwgk/tzgg/');
    d.add(3, 1, '人事信息', '/zwgk/rsxx/');
"""
WRITTEN = """
    var html = '<ul>';
    html += '<li><a href="/zwgk/">政务公开</a><ul>';
    html += '<li><a href="/zwgk/tzgg/">通知公告</a></li>' + '<li><a href="/zwgk/rsxx/">人事信息</a></li>';
    document.write(html + '</ul></li></ul>');
"""
ESCAPED = r"""var m=[{"title":"\u653f\u52a1\u516c\u5f00","href":"\/zwgk\/","sub":[{"title":"通知公告","href":"\/zwgk\/tzgg\/"},{"title":"人事信息","href":"\/zwgk\/rsxx\/"}]}]"""


def links(script: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    found = scripted_links([script], Addresses(f"{SITE}/"), "navigation")
    return {link.name: (link.url.removeprefix(SITE), link.parents) for link in found}


@pytest.mark.parametrize(
    "script",
    [OBJECTS, NODES, CALLS, WRITTEN, ESCAPED],
    ids=["objects", "nodes", "calls", "written", "escaped"],
)
def test_a_menu_that_is_written_out_is_read_with_the_names_above(script: str) -> None:
    assert links(script) == EXPECTED


@pytest.mark.parametrize(
    "script",
    [
        'var m = new Array(); m[0] = new Array("政务公开", "/zwgk/"); m[1] = new Array("通知公告", "/zwgk/tzgg/"); m[2] = new Array("人事信息", "/zwgk/rsxx/");',
        'var m = [["政务公开", "/zwgk/"], ["通知公告", "/zwgk/tzgg/"], ["人事信息", "/zwgk/rsxx/"]];',
    ],
    ids=["arrays", "pairs"],
)
def test_pairs_of_name_and_address_are_a_menu_without_levels(script: str) -> None:
    assert links(script) == {name: (url, ()) for name, (url, _) in EXPECTED.items()}


@pytest.mark.parametrize(
    "script",
    [
        "var news = ["
        + ",".join(f'{{"title":"第{n}次会议召开","url":"/art/2026/1/{n}/art_1_{n}.html"}}' for n in range(9))
        + "]",
        'for (i in data) { html += "<li><a href=\'" + data[i].url + "\'>" + data[i].name + "</a></li>" }',
        'var site = {name: "云泽市人民政府", url: "/"}; alert("请登录")',
        "var broken = [{name: '政务公开', url: ",
        "",
    ],
    ids=["articles", "worked out", "settings", "broken", "empty"],
)
def test_what_is_no_menu_leads_nowhere(script: str) -> None:
    assert links(script) == {}


def test_links_that_only_scripts_of_readers_have_are_no_columns() -> None:
    script = OBJECTS.replace("/zwgk/tzgg/", "javascript:void(0)").replace("/zwgk/rsxx/", "#")

    assert links(script) == {}, "one link is no menu"
