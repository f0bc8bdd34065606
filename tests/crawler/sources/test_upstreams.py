"""Two roads confirm each other only if they draw from different sources."""

import pytest

from crawler.sources.upstreams import upstream_of


@pytest.mark.parametrize(
    ("address", "generator", "upstream"),
    [
        ("http://10.0.0.1:1200/weibo/user/22", "RSSHub", "weibo"),
        ("http://10.0.0.1:1200/weibo/user/22?format=json", "RSSHub", "weibo"),
        ("http://rsshub.test/weibo/user/22", "", "weibo"),
        ("http://bridge.test/rsshub/weibo/user/22", "RSSHub", "weibo"),
        ("http://gateway.test/rss/weibo/user/22", "RSSHub", "weibo"),
        ("http://gateway.test/rss/hub/bilibili/user/video/22", "RSSHub", "bilibili"),
        ("http://gateway.test/rss/wechat/sogou/yunze", "RSSHub", "wechat/sogou"),
        ("http://gateway.test/rss/nobody/user/22", "RSSHub", "rsshub"),
        ("http://rsshub.test/nobody/user/22", "", "rsshub"),
        ("http://rsshub.test/wechat/sogou/yunze", "RSSHub", "wechat/sogou"),
        ("http://rsshub.test/wechat/wechat2rss/1", "RSSHub", "wechat/wechat2rss"),
        ("https://wechat2rss.xlab.app/feed/5f2c.xml", "", "wechat/wechat2rss"),
        ("https://wechat2rss.yunze.test/feed/1.xml", "Jekyll", "wechat/wechat2rss"),
        ("http://10.0.0.5/feed/1.xml", "Wechat2RSS", "wechat/wechat2rss"),
        ("http://10.0.0.3:4000/feeds/MP_WXS_1.atom", "WeWe-RSS", "weread"),
        ("http://10.0.0.3:4000/feeds/MP_WXS_1.json", "", "weread"),
        ("http://10.0.0.2:8001/rss/MP_WXS_1", "Mp-We-Rss", "mp-console"),
        ("http://10.0.0.2:8001/rss/MP_WXS_1/fresh", "", "mp-console"),
        ("http://app.yunze.test/rss/yaowen.xml", "TRSWCM", "app.yunze.test"),
        ("http://key:secret@app.yunze.test:81/rss", "", "app.yunze.test:81"),
    ],
)
def test_where_a_bridge_draws_from(address: str, generator: str, upstream: str) -> None:
    assert upstream_of(address, generator) == upstream
