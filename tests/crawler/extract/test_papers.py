"""A column that is a paper shown in a window of its own holds something; a frame of the weather holds nothing."""

import pytest

from tests.crawler.extract.sample_pages import a_page, reading

PAPERS = (
    "/files/gkzn.pdf",
    "/upload/年报.ofd",
    "/a/b.xlsx",
    "/a/b.wps",
    "/pdfjs/web/viewer.html?file=/files/a.pdf",
)


@pytest.mark.parametrize("source", PAPERS)
@pytest.mark.parametrize(
    "shown",
    [
        '<embed src="{source}" type="application/pdf" width="100%" height="900">',
        '<iframe src="{source}" width="100%" height="900"></iframe>',
        '<object data="{source}" type="application/pdf" height="900"></object>',
    ],
)
def test_a_paper_that_is_shown_is_content_and_needs_no_browser(shown: str, source: str) -> None:
    found = reading(a_page(f"<div>{shown.format(source=source)}</div>"))

    assert (found.blank, found.needs_browser) == (False, False)


def test_an_old_list_beside_a_paper_stays_old() -> None:
    rows = "".join(
        f'<li><a href="/a/y{n}141.html">关于开展第{n}次检查的通知</a><span>2024-0{n + 1}-03</span></li>'
        for n in range(4)
    )

    found = reading(a_page(f'<ul>{rows}</ul><iframe src="/files/gkzn.pdf" height="900"></iframe>'))

    assert (str(found.newest), found.needs_browser) == ("2024-04-03", False)


def test_a_frame_of_the_weather_beside_an_empty_list_may_fill_nothing() -> None:
    weather = '<iframe src="https://i.tianqi.com/index.php?c=code&id=12" width="280" height="60"></iframe>'

    assert reading(a_page(f'{weather}<div class="cont"><p>暂无相关内容</p></div>')).blank is True


@pytest.mark.parametrize(
    "frame",
    [
        "/list/inner.html",
        "https://zwfw.other.gov.cn/list/",
        "https://stats.yunze.gov.cn/tjsj/",
        "https://weather.yunze.gov.cn/qxyj/",
        "https://www.doc.gov.cn/list.html",
        "/gk/list.doc.html",
    ],
)
def test_any_other_frame_may_hold_the_list(frame: str) -> None:
    found = reading(
        a_page(
            f'<iframe src="{frame}" width="100%" height="600"></iframe><div class="cont"><p>暂无相关内容</p></div>'
        )
    )

    assert found.blank is None
