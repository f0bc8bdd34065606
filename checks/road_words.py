"""What is wrong with an intake road, in the words that the office reads."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from crawler.observations import Problem, SourceResult
from crawler.sources.base import NOT_BUILT, SWITCHED_OFF

NEVER_ASKED = (NOT_BUILT, SWITCHED_OFF)
"""Roads over which nothing was asked: what did not happen has not failed."""
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
    "ip_rate_limit": "平台限制了本机地址的调用频率",
    "user_rate_limit": "平台限制了授权账号的调用频率",
    "interface_rate_limit": "平台限制了这个接口的调用频率",
    "too_often": "平台提示访问过于频繁",
    "risk_control": "被平台风控拦截",
    "login_required": "平台要求登录后查看",
    "refresh_expired": "授权的刷新凭证已到期，须由单位重新授权",
    "refresh_used_up": "授权的刷新凭证不能再续期，须由单位重新授权",
    "key_lost": "授权是用另一把密钥保存的，无法读取",
    "private_account": "平台显示账号已设为私密",
    "other_account": "采集到的不是台账上的这个账号",
    SWITCHED_OFF: "这种采集方式已在设置中停用",
    "unasked": "台账中的采集地址不完整，无法访问",
    "unexpected_shape": "返回的内容与平台文档不符",
    "not_json": "返回的不是平台接口的数据",
    "not_authorised": "没有采集授权，请单位授权",
    "token_invalid": "授权令牌无效",
    "token_expired": "授权令牌已过期",
    "authorisation_withdrawn": "授权已取消或失效，请单位重新扫码授权",
    "no_permission": "授权中没有这个接口的权限",
    "ip_whitelist": "本机地址不在平台的白名单中",
    "daily_quota": "当日接口调用次数已用完",
    "minute_quota": "接口调用过于频繁",
    "busy": "平台繁忙，请稍后再试",
    "date_range_refused": "平台不接受按时间段查询，请在台账采集地址后加 ?by=day 改为逐日查询",
    "data_not_ready": "平台的统计数据尚未生成",
    "data_not_complete": "平台的统计数据尚未齐全",
    "complete_window_empty": "平台完整列表中两周内没有发布内容",
    "incomplete_source": "该渠道不列出全部发布内容",
    "no_posts_in_call": "该渠道不提供发布内容",
    "warned_by_platform": "平台已对账号发出警告",
    "nothing_published": "推送中没有发布成功的内容",
    "not_an_event": "返回的不是平台推送的事件",
    "encrypted_event": "推送的事件没有解密",
    "post_deleted": "文章已被发布者删除",
    "post_violation": "文章因违规无法查看",
    "bad_link": "文章链接有误",
    "link_expired": "文章链接已过期",
    "unknown_notice": "页面不是文章，提示内容无法识别",
    "other_store": "查询的不是中国区应用商店",
    "link_elsewhere": "填报的链接不在该账号所在平台上，需人工核实",
    "link_not_checked": "填报的链接无法自动核验，需人工查看",
    "reported_for_the_future": "填报的发布日期晚于今天",
}
GONE = {
    "closed": "已注销",
    "banned": "已封禁",
    "blocked": "已被屏蔽",
    "frozen": "已冻结",
    "migrated": "已迁移到其他账号",
    "no_such_user": "不存在",
    "user_limited": "已被限制（冻结、注销或迁移）",
    "interface_banned": "已被平台停用接口",
    "service_suspended": "已暂停服务",
    "not_in_store": "已不能在应用商店找到",
}
"""What a platform says of an account that is not there any more."""
HEALTHS = {
    "source_broken": "采集渠道故障",
    "auth_expired": "采集授权失效",
    "rate_limited": "采集被限制频率",
    "account_gone": "平台显示账号已停用",
}


def is_broken(source: SourceResult) -> bool:
    """The road itself failed. What the platform says of the account, and what we have not built, is no failure of it."""
    return source.health not in ("ok", "account_gone") and source.reason not in NEVER_ASKED


def bridge_trouble(source: SourceResult, silenced: Mapping[str, str]) -> str:
    """What is wrong with the whole bridge that this road goes over; empty: nothing."""
    reason = silenced.get(source.bridge)
    return "" if reason is None else f"采集桥 {source.bridge} 异常（{reason}），暂不判定"


def trouble(source: SourceResult) -> str:
    """Why nothing can be concluded from this road."""
    reason = source.reason
    if reason in REASONS:
        return REASONS[reason]
    if reason.startswith("errcode_"):
        return f"平台返回错误码{reason.removeprefix('errcode_')}"
    if reason.startswith("account_status_"):
        return f"平台返回未知的账号状态{reason.removeprefix('account_status_')}"
    if reason.startswith("http_"):
        return f"采集地址返回错误状态{reason.removeprefix('http_')}"
    problem = next((each for each in Problem if each.value.replace("-", "_") == reason), None)
    return problem.sentence if problem else HEALTHS.get(source.health, reason)


def place(source: SourceResult) -> str:
    """A road as people name it, without keys that may stand in its address."""
    parts = urlsplit(source.address)
    return f"{parts.hostname or ''}{parts.path}" or source.address
