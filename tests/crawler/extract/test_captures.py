"""Captures that are no pages of a site, and good pages that speak of such things (tests/data/captures)."""

import pytest

from crawler.extract.quality import ALLOW_US
from tests.crawler.extract.recorded import CAPTURES, DATA, Line, capture, is_known
from tests.crawler.extract.sample_pages import a_page, reading


@pytest.mark.parametrize("line", CAPTURES, ids=lambda line: line["file"].removesuffix(".html"))
def test_a_capture_is_known_for_what_it_is(line: Line) -> None:
    assert is_known(line), capture(line)


@pytest.mark.parametrize(
    "line",
    [line for line in CAPTURES if line["quality"] != "good"],
    ids=lambda line: line["file"].removesuffix(".html"),
)
def test_nothing_is_concluded_from_a_capture_that_is_no_page(line: Line) -> None:
    found = capture(line)

    assert found.blank is None and found.newest is None and not found.rows and found.why
    assert (ALLOW_US in found.why) == (line["quality"] == "waf")


def test_every_capture_has_a_line_in_the_index() -> None:
    assert {line["file"] for line in CAPTURES} == {page.name for page in (DATA / "captures").glob("*.html")}


@pytest.mark.parametrize(
    "words",
    ["您访问的页面不存在或已被删除", "您的访问已被拦截", "网站维护中，请稍后访问。", "请先登录后查看"],
)
def test_words_prove_nothing_beside_a_date_of_publication(words: str) -> None:
    alone = reading(a_page(f"<p>{words}</p>", crumb=""))
    article = reading(a_page(f"<h1>{words}</h1><p>发布时间：2026-11-20</p><p>{words}</p>", crumb=""))

    assert alone.quality != "good"
    assert article.quality == "good"


@pytest.mark.parametrize("name", ["系统维护中心", "网络安全防护", "网站建设中心", "登录指南", "404号文件"])
def test_a_column_may_be_named_after_such_things(name: str) -> None:
    rows = '<ul><li><a href="/a/t20261103_1.html">关于做好冬季供暖工作的通知</a><span>2026-11-03</span></li></ul>'

    assert reading(a_page(f"<h2>{name}</h2>{rows}", title=f"{name}_云泽市水利局")).quality == "good"


def test_a_shell_that_scripts_fill_is_no_challenge_whatever_its_scripts_can_do() -> None:
    shell = (
        '<html><body><div id="app"><div class="main"></div><div class="side"></div></div><script>'
        "function out(){alert('请先登录');location.href='/login'} document.cookie='seen=1';"
        "</script><script src='/js/app.3f1.js'></script></body></html>"
    )

    assert reading(shell.encode()).quality == "good"
