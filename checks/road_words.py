"""What is wrong with an intake road, in the words that the office reads."""

from urllib.parse import urlsplit

from crawler.observations import Problem, SourceResult

NOT_BUILT = "adapter_not_built"
REASONS = {
    NOT_BUILT: "台账指定的采集方式尚未支持",
    "bridge_cookie_expired": "采集桥的登录信息（Cookie）已过期",
    "bridge_key_rejected": "采集桥拒绝了访问密钥",
    "bridge_login_expired": "采集桥的登录已失效",
    "bridge_frequency": "采集桥被平台限制频率",
    "bridge_busy": "采集桥正忙，请稍后再试",
    "bridge_empty_route": "采集桥取不到内容",
    "bridge_blocked": "采集桥被平台拦截",
    "bridge_wrong_path": "采集地址的路径不对",
    "bridge_not_subscribed": "采集桥没有订阅这个账号",
    "empty_unconfirmed": "采集地址返回0条内容，无法确认",
    "frozen_feed": "采集桥的内容停留在旧缓存，没有更新",
    "never_synced": "采集桥从未取到这个账号的内容",
    "no_dates": "采集地址不提供发布时间",
    "not_a_feed": "采集地址返回的不是订阅内容",
    "truncated": "采集地址返回的内容不完整",
    "challenge": "采集时被要求验证身份",
}
HEALTHS = {
    "source_broken": "采集渠道故障",
    "auth_expired": "采集授权失效",
    "rate_limited": "采集被限制频率",
    "account_gone": "平台显示账号已停用",
}


def is_broken(source: SourceResult) -> bool:
    """The road itself failed. What the platform says of the account, and what we have not built, is no failure of it."""
    return source.health not in ("ok", "account_gone") and source.reason != NOT_BUILT


def trouble(source: SourceResult) -> str:
    """Why nothing can be concluded from this road."""
    reason = source.reason
    if reason in REASONS:
        return REASONS[reason]
    if reason.startswith("http_"):
        return f"采集地址返回错误状态{reason.removeprefix('http_')}"
    problem = next((each for each in Problem if each.value.replace("-", "_") == reason), None)
    return problem.sentence if problem else HEALTHS.get(source.health, reason)


def place(source: SourceResult) -> str:
    """A road as people name it, without keys that may stand in its address."""
    parts = urlsplit(source.address)
    return f"{parts.hostname or ''}{parts.path}" or source.address
