"""Who gives out authorisations (授权平台), and which adapters ask with one.

One token serves several interfaces of a platform, so that an authorisation is kept by issuer, not by adapter.
"""

from collections.abc import Mapping
from types import MappingProxyType

from crawler.worded import Worded


class Issuer(Worded):
    """The names stand in the record and never change."""

    WECHAT = "wechat", "微信公众号"
    WECHAT_PLATFORM = "wechat-platform", "微信第三方平台"
    WEIBO = "weibo", "微博"
    DOUYIN = "douyin", "抖音"
    KUAISHOU = "kuaishou", "快手"
    BILIBILI = "bilibili", "哔哩哔哩"


ADAPTERS: Mapping[Issuer, tuple[str, ...]] = MappingProxyType(
    {
        Issuer.WECHAT: ("wechat_totaldetail", "wechat_freepublish", "wxa_visitstatus"),
        Issuer.WECHAT_PLATFORM: ("wechat_authorizer",),
        Issuer.WEIBO: ("weibo_api",),
        Issuer.DOUYIN: ("douyin_open",),
        Issuer.KUAISHOU: ("kuaishou_open",),
        Issuer.BILIBILI: ("bilibili_open",),
    }
)

AUTHORISED_DAYS: Mapping[Issuer, int] = MappingProxyType({Issuer.DOUYIN: 180})
"""Days after which the unit itself has to authorise again, however often the tokens were renewed: Douyin's refresh token
is good for 30 days and can be prolonged five times (newmedia.md 2.3)."""
