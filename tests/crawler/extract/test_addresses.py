"""Addresses made absolute, and told apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.extract.addresses import Addresses, are_of_one_owner, is_article, is_column

BASE = "https://a.gov.cn/zwgk/tzgg/index.html"


@pytest.mark.parametrize(
    ("href", "url"),
    [
        ("./202611/t1.html", "https://a.gov.cn/zwgk/tzgg/202611/t1.html"),
        ("../rsxx/", "https://a.gov.cn/zwgk/rsxx/"),
        ("/x/1.html", "https://a.gov.cn/x/1.html"),
        ("//b.gov.cn/1.html", "https://b.gov.cn/1.html"),
        ("http://b.gov.cn/1", "http://b.gov.cn/1"),
        (" 1.html ", "https://a.gov.cn/zwgk/tzgg/1.html"),
        ("?id=3", "https://a.gov.cn/zwgk/tzgg/index.html?id=3"),
        ("javascript:void(0)", ""),
        ("JavaScript:;", ""),
        ("void();", ""),
        ("#", ""),
        ("#top", ""),
        ("", ""),
        (None, ""),
        ("mailto:a@b.cn", ""),
        ("about:blank", ""),
        ("about.html", "https://a.gov.cn/zwgk/tzgg/about.html"),
        ("data/tj.htm", "https://a.gov.cn/zwgk/tzgg/data/tj.htm"),
        ("tel.asp?id=1", "https://a.gov.cn/zwgk/tzgg/tel.asp?id=1"),
        ("weixin/", "https://a.gov.cn/zwgk/tzgg/weixin/"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_links_become_addresses_or_lead_nowhere(href: str | None, url: str) -> None:
    assert Addresses(BASE).absolute(href) == url


@pytest.mark.parametrize(
    "path",
    [
        "202611/t20261103_1.html",
        "art/2026/11/3/art_1_2.html",
        "info/1080/12345.htm",
        "x/101034447238812680192.html",
        "Show.asp?ArticleID=12",
        "up/1.pdf",
        "content/2026-11/03/content_1.html",
        "archives/1234/",
        "dabz/20240418-7308.htm",
        "post/1234",
        "contents/22/6014.html",
        "list/t20261103_1.html",
        "index.php?m=content&c=index&a=show&catid=10&id=5007",
        "index.php?c=show&id=12",
        "default.aspx?classid=3&newsid=88",
        "main.do?action=detail&no=7",
        "news.asp?classid=3&id=88",
        "shownews.asp?classid=3",
        "a/c4310229.html",
    ],
)
def test_items_are_told_from_columns(path: str) -> None:
    assert is_article(f"https://a.gov.cn/{path}") and not is_column(f"https://a.gov.cn/{path}")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "zwgk/",
            "zwgk/index.html",
            "col/col33718/index.html",
            "x/common_list.shtml",
            "list.jsp",
            "archives/",
        ),
        "channels/24.html",
        "index.php?m=content&c=index&a=lists&catid=10",
        "index.php?m=content&c=index&a=lists&catid=10&siteid=1",
        "index.php?a=lists&catid=10&id=3",
        "index.php?cid=12",
        "default.aspx?id=4",
        "index.jsp?typeid=3&page=2",
        "news.asp?classid=3",
        "newsclass.aspx?columnid=12",
        "Article/ShowClass.asp?ClassID=12",
        "Article_Class2.asp?ClassID=5",
        "info_more.jsp?typeid=3",
        "gk/lm.jsp?lm_id=7",
    ],
)
def test_columns_are_told_from_items(path: str) -> None:
    assert is_column(f"https://a.gov.cn/{path}") and not is_article(f"https://a.gov.cn/{path}")


@pytest.mark.parametrize(
    ("url", "outside"),
    [
        ("https://yunze.gov.cn/zwgk/", False),
        ("http://WWW.yunze.gov.cn:8080/zwgk/", False),
        ("/zwgk/", False),
        ("https://zwfw.yunze.gov.cn/zwgk/", True),
    ],
)
def test_with_or_without_www_it_is_the_same_website(url: str, outside: bool) -> None:
    assert Addresses("https://www.yunze.gov.cn/").is_outside(url) is outside


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_address_raises(base: str, href: str) -> None:
    url = Addresses(base).absolute(href)
    is_article(url)
    is_column(url)
    Addresses(base).is_outside(url)


def test_a_base_that_no_address_can_be_made_of_is_left_alone() -> None:
    assert Addresses("https://www.yunze.test/", "http://[bad/").absolute("/a/") == "https://www.yunze.test/a/"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("www.yunze.gov.cn", "zwfw.yunze.gov.cn", True),
        ("yunze.gov.cn", "www.yunze.gov.cn", True),
        ("img.yunze.com", "www.yunze.com", True),
        ("www.yunze.gov.cn", "www.other.gov.cn", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3", "61.7.2.3", False),
        ("", "", False),
    ],
)
def test_hosts_of_one_owner_are_told_from_those_of_others(one: str, other: str, same: bool) -> None:
    assert are_of_one_owner(one, other) is same


@given(
    st.text("/?&=._-13", max_size=12),
    st.sampled_from(["list", "show", "contents", "index.php", "a=show", "t20261103_1.html", "x.pdf"]),
)
def test_no_address_is_both_an_item_and_a_column(text: str, word: str) -> None:
    for url in (
        f"https://a.gov.cn/{text}{word}",
        f"https://a.gov.cn/{word}{text}",
        f"/index.php?{text}{word}",
    ):
        assert not (is_article(url) and is_column(url))


@pytest.mark.parametrize("path", ["gk/czyjs.html", "gk/cwgk.html"])
def test_a_name_in_letters_that_begins_with_c_is_no_items_number(path: str) -> None:
    assert not is_article(f"https://a.gov.cn/{path}")
