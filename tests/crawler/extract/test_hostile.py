"""Pages made to keep a reader busy: each was once read in time that grows with the square of its length, or worse.

Nothing is measured here. Who brings such a reading back will not see the end of these tests.
"""

import pytest

from crawler.extract.page import read_page
from tests.crawler.extract.sample_pages import AT, SITE

LENGTH = 120_000
HEAD = "<html><head><title>x</title></head><body>"
TEXT = f"<p>{'汉字' * 100}</p>"
CALL = "<script>$.ajax({url:x,success:function(){$('#qq').html(1)}})</script>"

REPEATED = {
    "an unclosed script before records": (f"{HEAD}<datastore></datastore>", "<script ", ""),
    "unclosed noscripts": ("<html><body><script>var a=1</script>", "<noscript", ""),
    "white space in an empty page": ("<html><head>", " ", ""),
    "bodies in a body": ("", "<body", ""),
    "comments that never end": (f"{HEAD}<script>document.write('<li>');", "/* ", "</script>"),
    "comments beside a page bar": (f"{HEAD}{TEXT}<script>createPageHTML;", "/* ", "</script>"),
    "strings that never end": (f"{HEAD}{TEXT}<script>", '\\"', "</script>"),
    "an element's endless name": (f"{HEAD}<ul></ul><p>当前位置：首页 > 通知</p><a-", "b-", ""),
    "identities without end": (f"{HEAD}<ul></ul><p>", "id=", f"</p>{CALL}"),
    "an interface's endless address": (f"{HEAD}<p>dataproxy", "=", ""),
    "an address of lists": (f"{HEAD}<a href='/", "list", "!'>一二三四五六七八九十</a>"),
    "an address of contents": (f"{HEAD}<a href='/", "content", "!'>一二三四五六七八九十</a>"),
    "a page bar of arrows": (f"{HEAD}<p>", "»", "x</p>"),
    "dates without end": (f"{HEAD}<p>", "2020-01-01 ", "</p>"),
    "a function's endless name": (f"{HEAD}<ul id=zz></ul>{TEXT}<script>", "getList", "</script>"),
    "menus of one kind": (
        f"{HEAD}<div class=nav>",
        "<div><a href=/a/>通知</a><ul><li><a href=/b/>公告</a></li></ul></div>",
        "</div>",
    ),
    "menus of terms": (
        f"{HEAD}<div class=nav>",
        "<dl><dt><a href=/a/>通知</a></dt><dd><a href=/b/>公告</a></dd></dl>",
        "</div>",
    ),
    "attributes without end": (f"{HEAD}<a ", "a1b=1 ", ">x</a>"),
}


@pytest.mark.parametrize("what", REPEATED)
def test_a_hostile_page_is_read_to_its_end(what: str) -> None:
    before, again, after = REPEATED[what]
    page = f"{before}{again * (LENGTH // len(again))}{after}"
    if what == "attributes without end":  # no two alike
        page = f"{before}{' '.join(f'a{n}=1' for n in range(LENGTH // 8))}{after}"

    found = read_page(page.encode(), url=f"{SITE}/zwgk/tzgg/", at=AT)

    assert found.blank is not True or found.quality == "good"
