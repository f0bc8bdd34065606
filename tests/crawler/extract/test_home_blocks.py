"""The blocks of a home page name their columns: by a 更多, by the heads of tabs, by a heading above its own items."""

import pytest

from crawler.observations import ColumnLink
from tests.crawler.extract.sample_pages import SITE, a_page, skimmed


def blocks(middle: str) -> dict[str, ColumnLink]:
    found = skimmed(a_page(middle, top="", crumb="", title="云泽市水利局"), f"{SITE}/").columns
    return {link.name: link for link in found if link.source == "more"}


def rows(folder: str, count: int = 3) -> str:
    listed = "".join(
        f'<li><a href="{folder}202611/t2026112{n}_10{n}.html">云泽市第{n}次会议召开</a></li>'
        for n in range(count)
    )
    return f"<ul>{listed}</ul>"


def test_the_heads_of_tabs_beside_a_more_are_columns_of_their_own() -> None:
    bar = (
        '<div class="t"><a href="/wj/szf/">市政府文件</a><a href="/wj/szfb/">市政府办公室文件</a>'
        '<a href="/wj/szfl/">市政府令</a><a href="/wj/szf/" class="m">更多&gt;&gt;</a></div>'
    )

    found = blocks(f'<div class="box">{bar}{rows("/xx/")}</div>')

    assert {name: link.url for name, link in found.items()} == {
        "市政府文件": f"{SITE}/wj/szf/",
        "市政府办公室文件": f"{SITE}/wj/szfb/",
        "市政府令": f"{SITE}/wj/szfl/",
    }


def test_a_heading_under_whose_address_its_items_lie_is_a_column_without_a_more() -> None:
    found = blocks(f'<div class="box"><h2><a href="/xw/zwyw/">政务要闻</a></h2>{rows("/xw/zwyw/")}</div>')

    assert found["政务要闻"] == ColumnLink("政务要闻", f"{SITE}/xw/zwyw/", "more")


def test_a_hanweb_heading_is_known_by_the_number_of_its_items() -> None:
    items = "".join(
        f'<li><a href="/art/2026/11/2{n}/art_1229_88{n}.html">会议{n}召开了</a></li>' for n in range(3)
    )

    found = blocks(f'<div><a href="/col/col1229/index.html">通知公告</a></div><ul>{items}</ul>')

    assert found["通知公告"].url == f"{SITE}/col/col1229/index.html"


def test_a_link_beside_items_of_other_columns_is_not_their_heading() -> None:
    assert blocks(f'<div><a href="/ztzl/xczx/">乡村振兴</a></div>{rows("/xw/zwyw/")}') == {}


def test_the_items_of_a_block_are_not_taken_for_heads_of_tabs() -> None:
    found = blocks(f'<div class="box"><span>通知公告</span>{rows("/tzgg/")}<a href="/tzgg/">更多</a></div>')

    assert set(found) == {"通知公告"}


@pytest.mark.parametrize(
    ("picture", "is_more"),
    [
        ("more.gif", True),
        ("images/more_01.png", True),
        ("/img/btn-more.svg?v=2", True),
        ("banner.jpg", False),
        ("furthermore.gif", False),
        ("more/dot.gif", False),
    ],
)
def test_a_more_may_be_a_picture_known_by_its_file_name(picture: str, is_more: bool) -> None:
    bar = f'<div class="t"><span>通知公告</span><a href="/tzgg/"><img src="{picture}"></a></div>'

    assert bool(blocks(f'<div class="box">{bar}{rows("/xx/")}</div>')) is is_more
