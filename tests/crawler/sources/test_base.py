"""Which adapter reads a road."""

import pytest

from crawler.sources.base import NOT_BUILT, adapter_for
from tests.builders import NOW, a_road, an_account


@pytest.mark.parametrize(
    ("address", "named", "adapter"),
    [
        ("http://rsshub.bridge.test:1200/weibo/user/1", "", "feed"),
        ("http://rsshub.bridge.test:1200/weibo/user/1", "feed", "feed"),
        ("gh_5f2c0e91ab77", "wechat_totaldetail", "wechat_totaldetail"),
        ("https://api.weibo.com/2/statuses/user_timeline.json", "", "weibo_api"),
        ("https://mp.weixin.qq.com/s/Q9f", "", "wechat_article"),
    ],
)
def test_the_register_names_the_adapter_or_the_address_tells(address: str, named: str, adapter: str) -> None:
    assert adapter_for(an_account(), a_road(address, named)).name == adapter


def test_an_adapter_that_is_not_built_asks_for_nothing_and_says_so() -> None:
    road = a_road("gh_5f2c0e91ab77", "wechat_totaldetail")
    adapter = adapter_for(an_account(), road)

    result = adapter.parse([], road, NOW)

    assert not adapter.requests(road)
    assert (result.reason, result.posts, result.complete_since) == (NOT_BUILT, (), None)
