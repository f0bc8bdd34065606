"""Every indicator that the office reports on (design.md part 6): what people may find, whether its rule is built yet or not.

A rule of checks/rules/ judges one of them by machine; findings that people bring in name any of them.
"""

from dataclasses import dataclass
from typing import Literal

D19 = "国办秘函〔2019〕19号"
D47 = "国办发〔2017〕47号"
D123 = "国办发〔2018〕123号"

Kind = Literal["site", "account"]


@dataclass(frozen=True, slots=True)
class Indicator:
    """`clause` is what a notice cites (依据条款); `needs_person`: neither a machine nor an import confirms it."""

    id: str
    title: str
    kinds: tuple[Kind, ...]
    clause: str
    needs_person: bool = False
    operator: bool = False
    """The fault is ours, not the unit's: never in a notice, a rating or a count."""


SITE: tuple[Kind, ...] = ("site",)
ACCOUNT: tuple[Kind, ...] = ("account",)
BOTH: tuple[Kind, ...] = ("site", "account")
VETO, DEDUCTION, MEDIA_VETO = f"{D19}政府网站单项否决", f"{D19}政府网站扣分", f"{D19}政务新媒体单项否决"

INDICATORS = {
    each.id: each
    for each in (
        Indicator("site-unreachable", "站点无法访问", SITE, f"{VETO}“站点无法访问”"),
        Indicator("home-stale", "首页更新不及时", SITE, f"{VETO}“首页不更新”"),
        Indicator("column-stale", "栏目更新不及时", SITE, f"{VETO}“栏目不更新”"),
        Indicator("column-blank", "空白栏目", SITE, f"{VETO}“栏目不更新”（空白栏目）"),
        Indicator("channel-missing", "未提供咨询建言渠道", SITE, f"{VETO}“互动回应差”"),
        Indicator("reply-overdue", "留言超期未答复", SITE, f"{VETO}“互动回应差”"),
        Indicator("service-guide", "办事指南要素缺失", SITE, f"{VETO}“服务不实用”"),
        Indicator("link-dead", "链接或附件失效", SITE, f"{DEDUCTION}“功能设计”（可用性）"),
        Indicator("hidden-link", "暗链或被篡改", SITE, f"{VETO}“安全、泄密事故等严重问题”", True),
        Indicator("wording-error", "表述错误", BOTH, f"{D19}单项否决“安全、泄密事故等严重问题”", True),
        Indicator("privacy-leak", "泄露个人信息", SITE, f"{VETO}“安全、泄密事故等严重问题”", True),
        Indicator("date-forged", "发布日期不实", SITE, f"{VETO}“安全、泄密事故等严重问题”（弄虚作假）", True),
        Indicator("identity-missing", "网站标识缺失", SITE, f"{DEDUCTION}“功能设计”（网站标识）；{D47}"),
        Indicator("metadata-missing", "网页标签不规范", SITE, f"{D47}附件“网页标签规范”"),
        Indicator("domain-irregular", "域名不规范", SITE, f"{DEDUCTION}“功能设计”（域名名称）；{D47}"),
        Indicator("tls-weak", "加密传输不安全", SITE, D47),
        Indicator("ipv6-missing", "不支持IPv6访问", SITE, f"{DEDUCTION}“功能设计”（IPv6改造）"),
        Indicator("search-broken", "站内搜索不可用", SITE, f"{DEDUCTION}“功能设计”（搜索功能）"),
        Indicator("account-stale", "账号更新不及时", ACCOUNT, f"{MEDIA_VETO}“内容不更新”"),
        Indicator("account-blank", "空白账号", ACCOUNT, f"{MEDIA_VETO}“内容不更新”"),
        Indicator("account-gone", "账号停用或注销", ACCOUNT, D123),
        Indicator("account-interaction", "未提供有效互动功能", ACCOUNT, f"{MEDIA_VETO}“互动回应差”"),
        Indicator("account-app", "客户端无法下载或使用", ACCOUNT, f"{MEDIA_VETO}“内容不更新”（移动客户端）"),
        Indicator("account-register", "账号名称或主体与备案不符", ACCOUNT, D123),
        Indicator("source-broken", "采集渠道故障", ACCOUNT, "本系统采集渠道", operator=True),
    )
}
