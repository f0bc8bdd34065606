"""What a unit reports is checked where a machine can, and proves fresh at the most."""

import pytest

from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.manual import ManualAdapter
from tests.builders import NOW, a_road, an_account
from tests.crawler.sources.recorded import answered, body_of

LINK = "https://www.yunze.test/video/77"
PAGE = (
    "<html><head><title>云泽要闻：今冬供暖</title></head><body><div class='content'><h1>云泽要闻：今冬供暖</h1><p>"
    + "市住建局介绍了今冬供暖的准备情况。" * 20
    + "</p></div></body></html>"
)


def read(page: str | bytes = PAGE, road: str = f"{LINK}#2026-11-20", status: int = 200) -> SourceResult:
    raw = page if isinstance(page, bytes) else page.encode()
    answer = answered(raw, road.partition("#")[0], NOW, status, "text/html; charset=utf-8")
    return ManualAdapter().parse([answer], a_road(road), NOW)


def when(result: SourceResult) -> str:
    at = result.posts[0].published_at if result.posts else None
    return at.isoformat() if at else ""


@pytest.mark.parametrize(("road", "asked"), [(f"{LINK}#2026-11-20", [LINK]), ("2026-11-20", [])])
def test_the_link_is_opened_without_the_day_behind_it(road: str, asked: list[str]) -> None:
    wanted = ManualAdapter().requests(Asking(an_account(), a_road(road), NOW))

    assert [each.url for each in wanted] == asked


@pytest.mark.parametrize(
    ("stated", "expected", "precision"),
    [
        ("2026-11-20", "2026-11-20T00:00:00+08:00", "day"),
        ("2026-11-20T10:30", "2026-11-20T10:30:00+08:00", "minute"),
    ],
)
def test_a_link_that_opens_is_a_post_of_the_day_that_is_reported(
    stated: str, expected: str, precision: str
) -> None:
    result = read(road=f"{LINK}#{stated}")

    assert (result.health, when(result), result.posts[0].precision) == ("ok", expected, precision)
    assert (result.complete_since, result.official, result.upstream) == (None, False, "person")


@pytest.mark.parametrize("stated", ["", "昨天", "3小时前", "11-20", "2026-13-40", "soon"])
def test_a_report_without_a_day_of_the_calendar_proves_nothing(stated: str) -> None:
    result = read(road=f"{LINK}#{stated}")

    assert (result.health, result.reason, result.posts) == ("source_broken", "no_dates", ())


def test_a_day_to_come_is_refused() -> None:
    assert read(road=f"{LINK}#2026-12-01").reason == "reported_for_the_future"


@pytest.mark.parametrize(
    ("status", "page", "reason"),
    [
        (404, "x", "http_404"),
        (403, "x", "http_403"),
        (429, "x", "http_429"),
        (200, "", "empty_body"),
        (200, "<html><body><h1>404 页面不存在</h1></body></html>", "link_not_checked"),
    ],
)
def test_a_link_that_does_not_open_proves_nothing(status: int, page: str, reason: str) -> None:
    result = read(page, status=status)

    assert (result.reason, result.posts) == (reason, ())
    assert result.health != "ok"


def test_a_wechat_article_tells_its_own_time() -> None:
    road = "https://mp.weixin.qq.com/s/Q9f#2026-11-23"

    assert when(read(body_of("60_wx_article_ok.html"), road)) == "2026-11-20T10:02:09+00:00"
    assert read(body_of("61_wx_article_deleted.html"), road).posts == ()


def test_the_time_in_the_id_of_a_weibo_post_goes_before_what_is_reported() -> None:
    result = read(road="https://weibo.com/2213408817/5301066679190033#2026-11-23")

    assert when(result) == "2026-05-21T09:37:28+00:00"


def test_the_pages_own_date_goes_before_what_is_reported() -> None:
    dated = PAGE.replace("<h1>", "<meta name='PubDate' content='2026-10-02 09:00'><h1>").replace(
        "<head>", "<head><meta name='PubDate' content='2026-10-02 09:00'>"
    )

    assert when(read(dated)).startswith("2026-10-02")
