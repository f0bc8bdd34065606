"""What pages of one site have in common is looked at once, and reads the same."""

import pytest

from crawler.extract.memory import TAGS_KEPT, Memory
from crawler.extract.outline import Outline, outline
from crawler.extract.page import settle, skim
from crawler.observations import PageReading
from tests.crawler.extract.sample_pages import AT, CRUMB, HEAD, SITE, a_list, a_page

NAV = '<div class="nav"><ul><li><a href="/zwgk/">政务公开</a><ul><li><a href="/zwgk/tzgg/">通知公告</a></li></ul></li></ul></div>'
PAGES = {
    "the same head on two pages": (a_page(a_list("2026-11-03")), a_page("<p>暂无信息</p>")),
    "a menu further down": (
        a_page(a_list("2026-11-03")),
        a_page(a_list("2026-11-03"), top=f"<p>公告</p><table><tr><td>1</td></tr></table>{HEAD}"),
    ),
    "a menu twice on a page": (a_page(top=HEAD + NAV + HEAD + NAV), a_page(top=NAV + HEAD)),
    "a menu above and below the breadcrumb": (
        a_page(crumb=f"{NAV}{CRUMB}"),
        a_page(crumb=f"{CRUMB}{NAV}"),
        a_page(crumb=NAV),
    ),
    "a menu that marks where its reader is": (
        a_page(top=HEAD),
        a_page(top=HEAD.replace('"/zwgk/"', '"/zwgk/" class="on"')),
        a_page(top=HEAD),
    ),
    "links that lead elsewhere from each page": (
        a_page(top=NAV.replace('"/zwgk/', '"../')),
        a_page(top=NAV.replace('"/zwgk/', '"../')),
    ),
    "a menu with a script, a field and a picture": (
        a_page(top=f'<div class="nav"><script>a()</script><input name="x"><a href="/b/"><img alt="乙栏目"></a>{NAV}</div>'),
        a_page(top=f'<div class="nav"><input name="x"><a href="/b/"><img src="/c.png" alt="乙栏目"></a>{NAV}</div>'),
        a_page(top=f'<p>x</p><div class="nav"><input name="x"><a href="/b/"><img src="/c.png" alt="乙栏目"></a>{NAV}</div>'),
    ),
}  # fmt: skip


def read(body: bytes, url: str, memory: Memory | None) -> PageReading:
    return settle(skim(body, url=url, at=AT, memory=memory))


@pytest.mark.parametrize("pages", PAGES.values(), ids=PAGES)
def test_a_page_reads_the_same_whatever_was_seen_before(pages: tuple[bytes, ...]) -> None:
    memory = Memory()
    addresses = (f"{SITE}/zwgk/tzgg/", f"{SITE}/rsxx/", f"{SITE}/")

    for body in (*pages, *pages):
        for url in addresses:
            assert read(body, url, memory) == read(body, url, None)


def shown(page: Outline) -> list[object]:
    boxes = [(box.tag, box.parent, box.start, box.end, box.last) for box in page.boxes]
    return [boxes, page.texts, page.owner, page.links, page.pictures, page.alts, page.fields]


@pytest.mark.parametrize("pages", PAGES.values(), ids=PAGES)
def test_a_copied_menu_stands_where_it_would_have_been_walked(pages: tuple[bytes, ...]) -> None:
    memory = Memory()

    for body in (*pages, *pages):
        assert shown(outline(body.decode(), memory)) == shown(outline(body.decode()))


def test_it_forgets_rather_than_grow() -> None:
    memory = Memory()

    for number in range(TAGS_KEPT + 10):
        memory.read(f'a href="/{number}">')

    assert len(memory.tags) <= TAGS_KEPT
