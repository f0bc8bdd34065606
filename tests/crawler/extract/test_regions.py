"""Where on the page a box stands."""

import pytest

from crawler.extract.outline import outline
from crawler.extract.regions import named


@pytest.mark.parametrize(
    ("ident", "region"),
    [
        ("footer", "foot"),
        ("g-foot", "foot"),
        ("header menu_hov", "nav"),
        ("m-nav", "nav"),
        ("u-crumb", "crumb"),
        ("aside-left", "side"),
        ("hot-news", "hot"),
        ("yqlj", "friend"),
        ("list_base", ""),
        ("right-cont", ""),
        ("newslist", ""),
        ("xxgk_content", ""),
        ("border-bottom pb-2", ""),
        ("d-print-none position-relative", ""),
        ("position-box", "crumb"),
        ("page-bottom", "foot"),
    ],
)
def test_classes_name_regions(ident: str, region: str) -> None:
    assert named(ident) == region


def test_tags_and_roles_do_too_and_the_outer_frame_wins() -> None:
    page = outline(
        '<footer><div class="hot"><p>a</p></div></footer><div role="navigation"><p>b</p></div><main><p>c</p></main>'
    )

    zones = page.regions()

    assert [zones[owner] for owner in page.owner] == ["foot", "nav", ""]


def test_what_comes_back_in_every_row_is_no_part_of_the_page() -> None:
    card = '<div><div class="bottom"><a href="/a">a</a></div></div>'
    foot = f'<div class="bottom">{"<a href=/b>b</a>" * 9}</div>'

    def zones_of(markup: str) -> list[str]:
        page = outline(markup)
        zones = page.regions()
        return [zones[owner] for owner in page.owner]

    assert zones_of(card * 3) == ["", "", ""]
    assert zones_of(card) == ["foot"]
    assert set(zones_of(foot * 3)) == {"foot"}


def test_a_breadcrumb_within_a_nav_element_is_one() -> None:
    page = outline('<nav><ol class="breadcrumb"><li>首页</li><li>通知公告</li></ol></nav>')

    assert {page.regions()[owner] for owner in page.owner} == {"crumb"}
