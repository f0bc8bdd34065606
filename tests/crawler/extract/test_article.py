"""When an article says that it was published, and what says so."""

import pytest

from tests.crawler.extract.sample_pages import SITE, a_page, reading, some_items

URL = f"{SITE}/zwgk/tzgg/202611/c12345678.html"
TEXT = (
    "<p>　　为做好今年冬季供暖工作，现将有关事项通知如下。各单位要高度重视，成立专班，压实责任，于2026年10月1日前完成。</p>"
    * 4
)
NEWER = f'<div class="fr"><h3>相关文章</h3><ul>{some_items("2026-11-23", "2026-11-22")}</ul></div>'


def published(middle: str, *, head: str = "", url: str = URL) -> str | None:
    found = reading(a_page(middle, head=head, title="关于做好冬季供暖工作的通知_云泽市水利局"), url)
    assert found.kind == "article" and found.rows == () and found.newest is None and found.blank is False
    return found.published


@pytest.mark.parametrize(
    "line",
    [
        "<div>发布时间：2026-11-03 来源：水利局 浏览次数：100</div>",
        "<div>发布日期: <span>2026-11-03</span></div>",
        "<div>发布时间：<span>2026年11月3日</span></div>",
        "<div><span>日期：2026.11.03</span><span>作者：水利局</span></div>",
        "<div>时间：２０２６-11-03</div>",
        "<div><span>( 2026-11-03)</span></div>",
        "<div>来源：水利局　2026/11/3　字号：大 中 小</div>",
        "<table><tr><td>成文日期</td><td>2026-10-01</td></tr><tr><td>发布日期</td><td>2026-11-03</td><td>有效期</td><td>2027-01-01</td></tr></table>",
        "<div><b>03</b><i>2026年11月</i></div>",
    ],
)
def test_the_date_by_the_title_is_that_of_publication(line: str) -> None:
    assert published(f"<h1>关于做好冬季供暖工作的通知</h1>{line}{TEXT}{NEWER}") == "2026-11-03"


def test_a_side_list_before_the_article_does_not_date_it() -> None:
    assert (
        published(f"{NEWER}<h1>关于做好冬季供暖工作的通知</h1><div>日期：2026-11-03</div>{TEXT}")
        == "2026-11-03"
    )


@pytest.mark.parametrize(
    ("content", "iso"),
    [
        ("2026-11-03 08:16", "2026-11-03T08:16:00+08:00"),
        ("2026-11-03", "2026-11-03"),
        ("2026-11-03-23:59:59", "2026-11-03T23:59:59+08:00"),
        ("2026年11月03日 08:16:05", "2026-11-03T08:16:05+08:00"),
        ("2026-11-02T20:00:00Z", "2026-11-03T04:00:00+08:00"),
    ],
)
def test_the_tag_goes_before_what_is_shown(content: str, iso: str) -> None:
    head = f'<meta name="Maketime" content="2026-11-20 01:00"><meta name="PubDate" content="{content}">'

    assert (
        published(f"<h1>关于做好冬季供暖工作的通知</h1><div>发布时间：2026-11-05</div>{TEXT}", head=head)
        == iso
    )


def test_the_time_of_day_is_taken_from_the_page_if_the_tag_has_none() -> None:
    head = '<meta name="PubDate" content="2026-11-03">'

    assert (
        published(f"<h1>关于供暖的通知</h1><div>发布时间：2026-11-03 10:20</div>{TEXT}", head=head)
        == "2026-11-03T10:20:00+08:00"
    )


def test_the_address_and_the_last_line_are_the_last_resort() -> None:
    body = f'<h1>关于做好冬季供暖工作的通知</h1><div class="TRS_Editor">{TEXT}'

    assert published(f"{body}</div>", url=f"{SITE}/zwgk/202611/t20261103_12.html") == "2026-11-03"
    assert published(f"{body}<p>云泽市水利局</p><p>2026年11月3日</p></div>") == "2026-11-03"


def test_when_the_website_was_updated_stands_beside_the_article_and_does_not_date_it() -> None:
    beside = '<aside class="r"><div class="today">今日更新 3 条 · 更新时间：2026-11-24 08:30</div></aside>'
    line = '<div class="meta"><time>2026-11-03</time><span>来源：运输科</span></div>'

    assert published(f"<h1>关于做好冬季供暖工作的通知</h1>{line}{TEXT}{beside}") == "2026-11-03"


@pytest.mark.parametrize("title", ["孙丽娟主持召开食品安全专题会议", "市水利局开展主题党日活动"])
def test_a_title_that_ends_like_an_event_does_not_label_the_date_below_it(title: str) -> None:
    assert published(f"<h1>{title}</h1><div><time>2026-11-03</time></div>{TEXT}") == "2026-11-03"


def test_an_article_without_any_date_says_so() -> None:
    assert (
        published(f'<h1>关于做好冬季供暖工作的通知</h1><div class="TRS_Editor">{TEXT}</div>{NEWER}') is None
    )


def test_a_wechat_post_is_dated_by_its_script() -> None:
    body = f'<html><head><meta charset="utf-8"><title></title></head><body><h1>供暖工作最新消息发布</h1><em id="publish_time"></em>{TEXT}<script>var svr_time = "1790000000";var ct = "1647348281";</script></body></html>'

    assert reading(body.encode(), "https://mp.weixin.qq.com/s/abc").published == "2022-03-15T20:44:41+08:00"
