"""Items pinned on top (置顶): where they fill the whole first page, the newest ones stand on the second."""

import pytest

from crawler.extract.loaders import Loader
from crawler.extract.page import settle, with_loaded
from tests.crawler.extract.sample_pages import SITE, a_page, reading, skimmed, some_items

OLD = ("2024-03-01", "2023-05-09", "2022-01-04")
HERE = f"{SITE}/zwgk/tzgg"
NEXT = '<div class="page"><a href="index_1.html">2</a><a href="index_1.html">下一页</a></div>'
MARKED = {
    "before the title": '<li><a href="{url}">[置顶]{title}</a><span>{day}</span></li>',
    "behind the title": '<li><a href="{url}">{title}（置顶）</a><span>{day}</span></li>',
    "with a bar": '<li><a href="{url}">置顶｜{title}</a><span>{day}</span></li>',
    "a badge": '<li><span class="tag">置顶</span><a href="{url}">{title}</a><span>{day}</span></li>',
    "a badge in the link": '<li><a href="{url}"><b>置顶</b>{title}</a><span>{day}</span></li>',
    "in colour": '<li><a href="{url}"><font color="red">【置顶】</font>{title}</a><span>{day}</span></li>',
    "a picture": '<li><a href="{url}">{title}</a><img src="/images/icon_top.gif"><span>{day}</span></li>',
    "a class": '<li class="item is-top"><a href="{url}">{title}</a><span>{day}</span></li>',
    "a table": '<tr><td>[置顶]</td><td><a href="{url}">{title}</a></td><td>{day}</td></tr>',
}
LATER = '<li><a href="/zwgk/later{url}">{title}</a><span>{day}</span></li>'


def a_list_of(row: str, *more: str) -> str:
    rows = some_items(*OLD, row=row) + "".join(more)
    return f"<table>{rows}</table>" if row.startswith("<tr") else f'<ul class="list">{rows}</ul>'


@pytest.mark.parametrize("mark", MARKED)
def test_of_a_first_page_of_pinned_items_alone_the_second_is_read(mark: str) -> None:
    page = skimmed(a_page(a_list_of(MARKED[mark]) + NEXT))
    second = a_page(f'<ul class="list">{some_items("2026-11-20", "2026-11-02", row=LATER)}</ul>')

    assert page.loaders == (Loader(f"{HERE}/index_1.html", kind="paging"),)
    assert settle(page).needs_browser and settle(page).newest is None
    found = settle(with_loaded(page, second, page.loaders[0], content_type=""))
    assert (str(found.newest), found.newer_elsewhere, found.needs_browser) == ("2026-11-20", False, False)


def test_an_old_second_page_below_pinned_items_leaves_no_doubt() -> None:
    page = skimmed(a_page(a_list_of(MARKED["a badge"]) + NEXT))
    second = a_page(f'<ul class="list">{some_items("2024-11-20", "2024-11-02", row=LATER)}</ul>')

    found = settle(with_loaded(page, second, page.loaders[0], content_type=""))

    assert (str(found.newest), found.newer_elsewhere, found.needs_browser) == ("2024-11-20", False, False)


def test_a_second_page_of_pinned_items_too_leaves_it_open() -> None:
    page = skimmed(a_page(a_list_of(MARKED["a badge"]) + NEXT))
    again = some_items("2021-11-20", "2021-11-02", row=MARKED["a badge"].replace("{url}", "/later{url}"))

    found = settle(with_loaded(page, a_page(f"<ul>{again}</ul>"), page.loaders[0], content_type=""))

    assert found.newer_elsewhere


@pytest.mark.parametrize(
    ("pager", "second"),
    [
        ("<script>createPageHTML(5, 0, 'index', 'html');</script>", "index_1.html"),
        ("<script>createPageHTML('page-div', 5, 1, 'list', 'shtml', 90)</script>", "list_2.shtml"),
        ('<a href="?page=2">下一页</a><a href="?page=9">尾页</a>', "?page=2"),
        ('<a href="p_2.html">2</a><a href="p_3.html">3</a>', "p_2.html"),
    ],
)
def test_the_second_page_is_named_by_the_pager(pager: str, second: str) -> None:
    page = skimmed(a_page(a_list_of(MARKED["a badge"]) + pager))

    assert [loader.url for loader in page.loaders] == [f"{HERE}/{second}"]


def test_where_nobody_can_name_the_second_page_the_newest_item_is_elsewhere() -> None:
    pager = "<a href='javascript:go(2)'>2</a><a href='javascript:go(2)'>下一页</a>"

    found = reading(a_page(a_list_of(MARKED["a badge"]) + pager))

    assert found.newer_elsewhere and not found.needs_browser and len(found.rows) == len(OLD)


def test_pinned_items_without_a_second_page_are_all_there_is() -> None:
    found = reading(a_page(a_list_of(MARKED["a badge"])))

    assert (str(found.newest), found.newer_elsewhere) == (OLD[0], False)


@pytest.mark.parametrize("mark", MARKED)
def test_a_page_of_which_only_the_first_items_are_pinned_is_judged(mark: str) -> None:
    plain = MARKED[mark].replace("is-top", "").replace('<img src="/images/icon_top.gif">', "")
    plain = plain.replace('<span class="tag">置顶</span>', "").replace("<b>置顶</b>", "")
    for words in ("[置顶]", "（置顶）", "置顶｜", "【置顶】"):
        plain = plain.replace(words, "")
    rest = some_items("2023-03-02", "2023-03-01", row=plain.replace("{url}", "/later{url}"))

    page = skimmed(a_page(a_list_of(MARKED[mark], rest) + NEXT))

    assert page.loaders == () and not settle(page).newer_elsewhere
    assert str(settle(page).newest) == OLD[0]


def test_a_title_that_speaks_of_pinning_is_no_mark() -> None:
    row = '<li><a href="{url}">关于规范置顶信息管理的通知：{title}</a><span>{day}</span></li>'

    assert skimmed(a_page(a_list_of(row) + NEXT)).loaders == ()


def test_a_mark_that_is_hidden_in_every_row_pins_nothing() -> None:
    row = '<li><i style="display:none">置顶</i><a href="{url}">{title}</a><span>{day}</span></li>'

    assert skimmed(a_page(a_list_of(row) + NEXT)).loaders == ()
