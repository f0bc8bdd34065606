"""A box that a script fills when the page opens, beside an old list: a newer item may come there."""

import pytest

from tests.crawler.extract.sample_pages import a_list, a_page, reading

OLD = a_list("2026-03-01", "2026-02-01", "2025-01-05")
FRESH = a_list("2026-11-20", "2026-02-01", "2025-01-05")
TABS = (
    '<div class="tab"><ul class="heads"><li data-url="/ajax/a.html">通知</li><li data-url="/ajax/b.html">公告</li></ul>'
    '<div class="tabbox" id="tabbox"></div></div>'
)
FILLS = {
    "a file": '$("#tabbox").load("/ajax/list_a.html")',
    "part of a page": '$("#tabbox").load("/zwgk/gg/index.html .list")',
    "what the tab says": '$(".heads li").click(function(){$("#tabbox").load($(this).attr("data-url"))}).first().click()',
    "a name worked out": 'var u="/ajax/list_"+cid+".html";$("#tabbox").load(u)',
    "in a function": 'function show(i){$("#tabbox").load("/ajax/"+i+".html")} show(1)',
    "fetch": 'fetch("/ajax/list_a.html").then(r=>r.text()).then(t=>{document.getElementById("tabbox").innerHTML=t})',
    "awaited": 'async function go(i){const r=await fetch(`/api/x/${i}`);document.querySelector("#tabbox").innerHTML=await r.text()} go(1)',
}
NO_FILLS = {
    "the window": "$(window).load(function(){init()})",
    "pictures": '$("img.lazy").load(function(){$(this).show()})',
    "a counter": '$("#tabbox").load("/count.php?id=3")',
    "the head": '$("#header").load("/common/header.html")',
    "the weather": '$("#weather").load("/weather.html")',
    "only dressed": '$.get("/api/x",{i:k},function(d){$("#name").text(d)});$("#tabbox").hide()',
}


def script(code: str) -> str:
    return f"<script>{code}</script>"


@pytest.mark.parametrize("code", FILLS.values(), ids=FILLS)
def test_an_old_list_beside_a_box_that_is_yet_to_be_filled_needs_a_browser(code: str) -> None:
    found = reading(a_page(OLD + TABS + script(code)))

    assert found.needs_browser and found.newest is None and found.blank is False


@pytest.mark.parametrize("code", FILLS.values(), ids=FILLS)
def test_beside_a_fresh_list_nobody_asks_what_comes_into_the_box(code: str) -> None:
    found = reading(a_page(FRESH + TABS + script(code)))

    assert str(found.newest) == "2026-11-20" and not found.needs_browser


@pytest.mark.parametrize("code", NO_FILLS.values(), ids=NO_FILLS)
def test_scripts_that_bring_no_list_leave_an_old_list_old(code: str) -> None:
    found = reading(a_page(OLD + TABS + script(code)))

    assert str(found.newest) == "2026-03-01" and not found.needs_browser
