"""The words of a link."""

import pytest

from crawler.extract.outline import outline
from crawler.extract.titles import PAGING, is_title, link_title


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("<a href=x>·关于供暖的通知</a>", "关于供暖的通知"),
        ('<a href=x title="关于做好供暖工作的通知全文">关于做好供暖...</a>', "关于做好供暖工作的通知全文"),
        ('<a href=x title="">关于做好供暖...</a>', "关于做好供暖..."),
        ('<a href=x><img src=a.jpg alt="领导调研供暖工作"></a>', "领导调研供暖工作"),
        (
            "<a href=x><p>03</p><p>2026-11</p><h4>关于做好供暖工作的通知</h4><p>摘要</p></a>",
            "关于做好供暖工作的通知",
        ),
        ("<a href=x></a>", ""),
    ],
)
def test_a_link_is_called_what_it_says(markup: str, title: str) -> None:
    page = outline(markup)

    assert link_title(page, page.links[0]) == title


@pytest.mark.parametrize(
    "words",
    ["首页", "下一页", "更多>>", "更多...", "更多···", "[更多]", "3", "»", "尾页", "较早文章", "Older posts"],
)
def test_words_of_pagers_are_no_titles(words: str) -> None:
    assert PAGING.fullmatch(words)


@pytest.mark.parametrize(
    "words", ["我为政府网站找错", "政府网站找错", "党政机关网站标识", "2026-11-03 10:21", "2026年11月3日"]
)
def test_small_links_of_every_foot_and_days_are_no_titles(words: str) -> None:
    assert not is_title(words)


@pytest.mark.parametrize(
    "words", ["党政机关公文处理条例", "2026年11月工作安排", "2026-11-03至11-09空气质量周报"]
)
def test_titles_that_begin_alike_are_titles(words: str) -> None:
    assert is_title(words)
