"""One script answers for columns and items alike: the site's own menu and its dated rows show which is which."""

import pytest

from crawler.extract.addresses import is_article, is_column
from crawler.extract.page import settle, skim
from crawler.extract.skimmed import Skim
from tests.crawler.extract.sample_pages import AT, SITE, a_page

SIDE = ("市级规范性文件", "县级规范性文件", "部门有关文件")


def links(address: str, names: tuple[str, ...], first: int) -> str:
    rows = (f'<li><a href="/{address}{first + n}">{name}</a></li>' for n, name in enumerate(names))
    return f"<ul>{''.join(rows)}</ul>"


def a_column(column: str, item: str, *, rows: int = 6, home: bool = False) -> Skim:
    """A column with its menu beside it: the columns lie at `column` and a number, the items at `item` and a number."""
    nav = f'<div class="nav">{links(column, ("新闻动态", "通知公告", "政策文件", "人事信息"), 2)}</div>'
    listed = "".join(
        f'<li><a href="/{item}{90 + n}">关于开展第{n}次安全检查的通知</a><span>2026-11-{20 - n}</span></li>'
        for n in range(rows)
    )
    crumb = f'<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/{column}3">通知公告</a></div>'
    middle = f'<div class="fl">{links(column, SIDE, 31)}</div><div class="list"><ul>{listed}</ul></div>'
    page = a_page(middle, top=nav, crumb="" if home else crumb)
    return skim(page, url=f"{SITE}/{'' if home else f'{column}3'}", at=AT)


FRONTS = [
    ("news.asp?cid=", "show.asp?id="),
    ("news.asp?cid=", "news.asp?cid=3&id="),
    ("list.php?catid=", "show.php?id="),
    ("index.php?id=", "show.php?id="),
    ("index.php?cid=", "index.php?id="),
    ("news.asp?id=", "shownews.asp?id="),
    ("class.asp?id=", "view.asp?id="),
    ("News.aspx?ClassID=", "NewsView.aspx?ID="),
    ("content.aspx?cid=", "content.aspx?nid="),
    ("article.php?cid=", "article.php?id="),
    ("info.php?lm=", "info.php?no="),
]


@pytest.mark.parametrize(("column", "item"), FRONTS)
def test_what_the_menu_links_are_columns_and_what_dated_rows_link_are_none(column: str, item: str) -> None:
    page = a_column(column, item)

    found = {link.name for link in page.columns}
    assert found.issuperset(SIDE) and not any(item in link.url for link in page.columns if item != column)
    assert page.signals.own_column and settle(page).kind == "list"
    assert str(settle(page).newest) == "2026-11-20"


@pytest.mark.parametrize(("column", "item"), FRONTS)
def test_the_menu_beside_an_empty_list_is_no_list(column: str, item: str) -> None:
    found = settle(a_column(column, item, rows=0))

    assert found.rows == () and found.blank is not False


def test_a_form_that_menu_and_dated_rows_share_tells_nothing() -> None:
    page = a_column("news.asp?id=", "news.asp?id=1")

    assert not any(link.url.endswith(("=190", "=191")) for link in page.columns)
    assert str(settle(page).newest) == "2026-11-20"


@pytest.mark.parametrize(
    ("column", "own"),
    [
        ("index.php?cid=", "index.php?id=99"),
        ("list.php?catid=", "index.php?id=99"),
        ("info.jsp?id=", "info.jsp?id=99"),
        ("news.asp?id=", "news.asp?id=99"),
        ("content.aspx?cid=", "content.aspx?cid=99"),
    ],
)
def test_an_article_is_no_column_of_its_own(column: str, own: str) -> None:
    nav = f'<div class="nav">{links(column, ("新闻动态", "通知公告", "政策文件"), 2)}</div>'
    crumb = f'<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/{column}3">通知公告</a> &gt; 正文</div>'
    text = (
        "<h1>关于做好冬季供暖工作的通知</h1><p>发布时间：2026-11-03</p>"
        + "<p>各有关单位要压实责任，统筹抓好供暖工作。</p>" * 12
    )
    page = skim(
        a_page(text, top=nav, crumb=crumb, title="关于做好冬季供暖工作的通知"), url=f"{SITE}/{own}", at=AT
    )

    assert not page.signals.own_column
    assert (settle(page).kind, settle(page).published) == ("article", "2026-11-03")


@pytest.mark.parametrize(
    "path",
    [
        "news.asp?cid=3",
        "News.aspx?ClassID=9",
        "xxgk.aspx?lmid=3",
        "info.aspx?columnId=4",
        "newslist.asp?cid=2",
    ],
)
def test_the_number_of_a_category_alone_is_no_items(path: str) -> None:
    assert not is_article(f"https://a.gov.cn/{path}")


@pytest.mark.parametrize(
    "path", ["news.asp?cid=3&id=9", "news.asp?newsid=9", "show.php?id=99", "read.asp?aid=7&cid=3"]
)
def test_the_number_of_an_item_is_one_beside_that_of_its_category_too(path: str) -> None:
    assert is_article(f"https://a.gov.cn/{path}") and not is_column(f"https://a.gov.cn/{path}")


def test_headlines_without_dates_in_the_form_of_the_menus_pages_are_no_columns() -> None:
    nav = f'<div class="nav">{links("info.jsp?id=", ("单位概况", "机构职能", "联系方式"), 2)}</div>'
    heads = links(
        "info.jsp?id=", ("全市供暖工作推进会召开", "市领导调研安全生产工作", "冬季防火检查全面展开"), 91
    )
    block = f'<div class="b"><div class="t"><b>工作动态</b><a href="/list.jsp?c=3">更多&gt;&gt;</a>{heads}</div></div>'

    page = skim(a_page(block, top=nav, crumb="", title="云泽市水利局"), url=f"{SITE}/", at=AT)

    assert {link.name for link in page.columns} == {"单位概况", "机构职能", "联系方式", "工作动态"}
