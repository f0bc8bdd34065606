"""Signs beside the rows: the content's text, and scripts that could still fill a list."""

import pytest

from tests.crawler.extract.sample_pages import a_page, skimmed


def test_the_text_of_the_content_leaves_out_frame_links_and_pager() -> None:
    seen = skimmed(
        a_page('<p>正文的第一段。</p><p><a href="/a/1.html">一个链接的文字</a></p><div>共3页 下一页</div>')
    )

    assert seen.texts == ("正文的第一段。",)


@pytest.mark.parametrize(
    ("fields", "form"),
    [
        ('<input type="text" name="keyword" placeholder="请输入关键词">', False),
        ("<textarea></textarea>", True),
        ('<input name="a"><input name="b"><input name="c">', True),
    ],
)
def test_a_search_box_is_no_form(fields: str, form: bool) -> None:
    assert skimmed(a_page(fields)).signals.form is form


@pytest.mark.parametrize(
    "script",
    [
        "<script src='/js/jquery.js'></script>",
        "<script>setCalendar()</script>",
        "<script>var count=0;$.get('/api/visit',f)</script>",
    ],
)
def test_harmless_scripts_do_not_hide_a_blank_column(script: str) -> None:
    assert not skimmed(a_page(f"<ul></ul>{script}")).signals.scripted


def test_a_foot_without_a_name_right_below_the_breadcrumb_is_no_text_of_the_column() -> None:
    foot = "<table><tr><td>主办单位：云泽市水利局 网站标识码：4199000022 豫ICP备10001221号</td></tr></table>"

    assert skimmed(a_page("", foot=foot)).texts == ()
