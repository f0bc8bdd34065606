"""Which adapter reads a road."""

import pytest

from crawler.observations import SourceResult
from crawler.sources.base import NOT_BUILT, SWITCHED_OFF, Asking
from crawler.sources.roads import ADAPTERS, PLACES, SHAPES, adapter_for
from tests.builders import NOW, a_road, an_account
from tests.crawler.sources.recorded import answered, body_of

PROXY = "http://proxy.yunze.test/a.json"


def read(body: bytes, address: str = PROXY, named: str = "") -> SourceResult:
    road = a_road(address, named)
    return adapter_for(an_account(), road).parse([answered(body, address, NOW)], road, NOW)


@pytest.mark.parametrize(
    ("address", "named", "adapter"),
    [
        ("http://rsshub.bridge.test:1200/weibo/user/1", "", "feed"),
        ("http://rsshub.bridge.test:1200/weibo/user/1", "feed", "feed"),
        ("gh_5f2c0e91ab77", "wechat_totaldetail", "wechat_totaldetail"),
        ("https://api.weixin.qq.com/datacube/getarticletotaldetail", "", "wechat_totaldetail"),
        ("https://api.weixin.qq.com/cgi-bin/component/api_get_authorizer_info", "", "wechat_authorizer"),
        ("https://api.weixin.qq.com/cgi-bin/freepublish/batchget", "", "wechat_freepublish"),
        ("https://api.weixin.qq.com/wxa/getvisitstatus", "", "wxa_visitstatus"),
        ("https://api.weibo.com/2/statuses/user_timeline.json", "", "weibo_api"),
        ("https://mp.weixin.qq.com/s/Q9f", "", "wechat_article"),
        ("http://wewe.bridge.test:4000/feeds#MP_WXS_1", "", "wewe_status"),
        ("http://wewe.bridge.test:4000/feeds/MP_WXS_1.atom", "", "feed"),
        ("https://apps.apple.com/cn/app/id1499200417", "", "itunes_lookup"),
        ("https://MP.weixin.qq.com.evil.test/s/Q9f", "", "feed"),
    ],
)
def test_the_register_names_the_adapter_or_the_address_tells(address: str, named: str, adapter: str) -> None:
    assert adapter_for(an_account(), a_road(address, named)).name == adapter


@pytest.mark.parametrize(
    ("platform", "adapter"),
    [("微信公众号", "wechat_totaldetail"), ("小程序", "wxa_visitstatus"), ("微博", "feed")],
)
def test_wechats_interface_without_a_call_is_the_best_one_for_the_platform(
    platform: str, adapter: str
) -> None:
    account = an_account(platform=platform)

    assert adapter_for(account, a_road("https://api.weixin.qq.com")).name == adapter


@pytest.mark.parametrize(
    ("file", "posts"),
    [
        ("22_wx_articletotaldetail_ok.json", 3),
        ("20_wx_freepublish_ok.json", 3),
        ("01_rsshub_weibo_ok.xml", 6),
        ("12_html_502_as_200.html", 0),
    ],
)
def test_what_a_plain_address_answers_is_read_as_what_it_is(file: str, posts: int) -> None:
    assert len(read(body_of(file)).posts) == posts


def test_what_comes_from_another_place_than_the_platforms_own_is_nobodys_official_word() -> None:
    copied = read(body_of("23_wx_articletotaldetail_none.json"))
    own = read(body_of("23_wx_articletotaldetail_none.json"), "wx1", "wechat_totaldetail")

    assert (own.official, own.upstream) == (True, "wechat-api")
    assert (copied.official, copied.upstream) == (False, "proxy.yunze.test")


def test_another_place_cannot_tell_that_an_account_is_gone() -> None:
    assert read(body_of("27_wx_authorizer_info_14.json")).health == "source_broken"
    assert read(body_of("71_itunes_lookup_none.json")).health == "source_broken"


def test_a_road_that_is_named_a_feed_is_read_as_nothing_else() -> None:
    assert read(body_of("20_wx_freepublish_ok.json"), named="feed").reason == "not_a_feed"


@pytest.mark.parametrize(
    ("named", "off", "reason"),
    [("wechat_reader", (), NOT_BUILT), ("toutiao_web", ("toutiao_web",), SWITCHED_OFF)],
)
def test_an_adapter_that_is_not_built_or_not_used_asks_for_nothing_and_says_so(
    named: str, off: tuple[str, ...], reason: str
) -> None:
    road = a_road("https://www.toutiao.com/api/pc/list/feed?token=1", named)
    adapter = adapter_for(an_account(), road, off)

    result = adapter.parse([], road, NOW)

    assert not adapter.requests(Asking(an_account(), road, NOW))
    assert (result.reason, result.posts, result.complete_since) == (reason, (), None)


def test_every_adapter_that_an_address_or_a_shape_tells_is_one_that_we_have() -> None:
    assert {*dict(PLACES).values(), *SHAPES} <= set(ADAPTERS)


REPORTED_PAGE = (
    "<html><head><title>云泽要闻：今冬供暖</title></head><body><div class='content'><h1>云泽要闻：今冬供暖</h1><p>"
    + "市住建局介绍了今冬供暖的准备情况。" * 20
    + "</p></div></body></html>"
)


def reported(link: str, platform: str) -> SourceResult:
    account, road = an_account(platform=platform), a_road(f"{link}#2026-11-20", "manual")
    answer = answered(REPORTED_PAGE.encode(), link, NOW, 200, "text/html; charset=utf-8")
    return adapter_for(account, road).parse([answer], road, NOW)


@pytest.mark.parametrize(
    ("platform", "link"),
    [
        ("抖音", "https://www.yunze.test/video/77"),
        ("抖音", "https://douyin.com.evil.test/video/77"),
        ("微博", "https://www.douyin.com/video/77"),
        ("微信公众号", "https://www.toutiao.com/article/77"),
    ],
)
def test_a_report_whose_link_leads_to_another_place_than_its_platform_waits_for_a_person(
    platform: str, link: str
) -> None:
    said = reported(link, platform)

    assert (said.health, said.reason, said.posts) == ("source_broken", "link_elsewhere", ())


@pytest.mark.parametrize(
    ("platform", "link"),
    [
        ("抖音", "https://www.iesdouyin.com/share/video/77"),
        ("抖音", "https://V.douyin.com/iJ7/"),
        ("今日头条", "https://m.toutiao.com/article/77"),
        ("移动客户端", "https://www.yunze.test/video/77"),
    ],
)
def test_a_report_whose_link_leads_to_its_platform_counts(platform: str, link: str) -> None:
    assert len(reported(link, platform).posts) == 1
