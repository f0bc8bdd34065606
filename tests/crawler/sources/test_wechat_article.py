"""One article's page: alive with its time, or what the platform says in its place."""

import pytest

from crawler.observations import SourceResult
from crawler.sources.wechat_article import WechatArticleAdapter
from tests.builders import NOW, a_road
from tests.crawler.sources.recorded import Recorded, answered, body_of, recorded

ADDRESS = "https://mp.weixin.qq.com/s/Q9f"
ALIVE = body_of("60_wx_article_ok.html").decode()
ARTICLES = [row for row in recorded() if row.adapter == "wechat_article"]


def read(page: str | bytes, url: str = ADDRESS, status: int = 200) -> SourceResult:
    raw = page if isinstance(page, bytes) else page.encode()
    answer = answered(raw, url, NOW, status, "text/html; charset=UTF-8")
    return WechatArticleAdapter().parse([answer], a_road(ADDRESS), NOW)


def a_notice(title: str, more: str = "", style: str = "weui-msg__title warn") -> str:
    return (
        f'<html><head><style>.a{{}}</style></head><body><div class="weui-msg"><div class="{style}">{title}</div>'
        f'<p class="weui-msg__desc">{more}</p></div><script>var PAGE_MID = "x";</script></body></html>'
    )


def a_picture_post(time: str) -> str:
    return f"<html><body><div id='app'></div><script>window.item_show_type = '8'; {time} window.picture_page_info_list = [];</script></body></html>"


def when(result: SourceResult) -> str:
    at = result.posts[0].published_at
    return at.isoformat() if at else ""


@pytest.mark.parametrize("row", ARTICLES, ids=lambda row: row.file)
def test_the_state_of_a_recorded_post_is_read_as_its_row_says(row: Recorded) -> None:
    assert read(row.body, row.url).facts["post_state"] == row.post_state


@pytest.mark.parametrize(
    ("notice", "state", "health", "reason"),
    [
        ("该内容已被发布者删除", "deleted", "ok", "post_deleted"),
        ("此内容因违规无法查看", "violation", "ok", "post_violation"),
        ("此内容发送失败无法查看", "violation", "ok", "post_violation"),
        ("此帐号已被屏蔽, 内容无法查看", "account_gone", "account_gone", "blocked"),
        ("此账号已被屏蔽，内容无法查看", "account_gone", "account_gone", "blocked"),
        ("此帐号已自主注销，内容无法查看", "account_gone", "account_gone", "closed"),
        ("该公众号已注销", "account_gone", "account_gone", "closed"),
        ("该公众号已迁移", "migrated", "account_gone", "migrated"),
        ("此帐号处于帐号迁移流程中", "migrated", "account_gone", "migrated"),
        ("链接已过期", "unknown", "source_broken", "link_expired"),
        ("参数错误", "bad_link", "ok", "bad_link"),
        ("环境异常", "unknown", "rate_limited", "challenge"),
        ("访问过于频繁，请用微信扫描二维码进行访问", "unknown", "rate_limited", "challenge"),
        ("系统出错", "unknown", "source_broken", "unknown_notice"),
        ("该页面正在升级", "unknown", "source_broken", "unknown_notice"),
    ],
)
@pytest.mark.parametrize("style", ["weui-msg__title warn", "title"])
def test_a_notice_in_place_of_the_article(
    notice: str, state: str, health: str, reason: str, style: str
) -> None:
    result = read(a_notice(notice, style=style))

    assert (result.facts["post_state"], result.health, result.reason) == (state, health, reason)
    assert (result.posts, result.complete_since) == ((), None)


def test_the_title_of_a_notice_goes_before_what_is_explained_below() -> None:
    result = read(a_notice("该内容已被发布者删除", "如帐号已自主注销，其历史内容也无法查看"))

    assert result.reason == "post_deleted"


def test_a_living_article_may_quote_any_notice() -> None:
    page = ALIVE.replace(
        "<p>各县区", "<p>此帐号已被屏蔽, 内容无法查看。该公众号已迁移。环境异常，去验证。</p><p>各县区"
    )

    result = read(page)

    assert (result.health, result.facts["post_state"]) == ("ok", "alive")


def test_a_long_page_that_quotes_a_notice_is_no_notice() -> None:
    page = f"<html><body><p>此帐号已自主注销，内容无法查看</p><p>{'各县区人民政府、市各有关单位。' * 30}</p></body></html>"

    assert (read(page).health, read(page).reason) == ("source_broken", "unknown_notice")


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("window.ct = '1795168929';", "2026-11-20T10:02:09+00:00"),
        ('var ct = "1795168929";', "2026-11-20T10:02:09+00:00"),
        ("var ct = 1795168929;", "2026-11-20T10:02:09+00:00"),
        ('window.cgiDataNew = {"ct": "1795168929", "a": 1};', "2026-11-20T10:02:09+00:00"),
        ("window.cgiDataNew = {ori_create_time: '1795168929'};", "2026-11-20T10:02:09+00:00"),
    ],
)
@pytest.mark.parametrize("kind", ["5", "7", "8", "10", "17"])
def test_posts_without_an_article_body_have_their_time_in_the_scripts(
    time: str, expected: str, kind: str
) -> None:
    result = read(a_picture_post(time).replace("'8'", f"'{kind}'"))

    assert (result.health, when(result)) == ("ok", expected)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("<script>var createTime = '2026-11-20 18:02';</script>", "2026-11-20T18:02:00+08:00"),
        ('<em id="publish_time" class="x">2026年11月20日 18:02</em>', "2026-11-20T18:02:00+08:00"),
    ],
)
def test_without_the_exact_time_the_one_that_is_shown_counts_to_the_minute(shown: str, expected: str) -> None:
    result = read(f"<html><body><div id='js_content'>x</div>{shown}</body></html>")

    assert (when(result), result.posts[0].precision) == (expected, "minute")


def test_a_living_article_without_any_time_proves_nothing() -> None:
    result = read("<html><body><div id='js_content'>x</div></body></html>")

    assert (result.health, result.reason, when(result)) == ("source_broken", "no_dates", "")


def test_what_the_page_says_of_its_account_are_facts() -> None:
    facts = read(ALIVE).facts

    assert (facts["nick_name"], facts["user_name"]) == ("云泽发布", "gh_5f2c0e91ab77")


def test_one_article_is_the_same_post_under_all_its_addresses() -> None:
    other = "https://mp.weixin.qq.com/s?__biz=MzIwMTc3NDUxMg==&mid=2247838259&idx=1"

    assert read(ALIVE).posts[0].id == read(ALIVE, other).posts[0].id == "MzIwMTc3NDUxMg==:2247838259:1"


def test_a_challenge_is_known_by_its_address_too() -> None:
    url = "https://mp.weixin.qq.com/mp/wappoc_appmsgcaptcha?poc_token=1"

    assert read("<html><body></body></html>", url).reason == "challenge"


def test_the_words_of_a_script_are_no_notice() -> None:
    page = "<html><body>x<script>var text = '此帐号已自主注销，内容无法查看';</script></body></html>"

    assert read(page).reason == "unknown_notice"


def test_an_endless_page_is_read_in_time() -> None:
    page = "<script " * 60_000 + '<em id="publish_time"' * 20_000 + "var ct" * 20_000

    assert read(page).health == "source_broken"
