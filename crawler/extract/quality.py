"""Is this capture good at all? Nothing may be concluded from a challenge page or an error page sent as 200.

Source: regulations.md 9.4 steps 1 and 2. Words are only trusted on small pages: an article may well speak of 404 or of
a firewall.
"""

import re

from crawler.extract.outline import Outline
from crawler.observations import Quality

SMALL_TEXT = 700
"""Characters of visible text (without script) up to which a page can be a notice and nothing else."""
FEW_LINKS = 25

CHALLENGE = re.compile(
    r"\$_ts\s*[.=\[]|window\[['\"]\$_ts|__jsl_clearance|acw_sc__v2|arg1=['\"][0-9A-F]{30,}|cf[-_]chl|cf-browser-verification|/cdn-cgi/challenge|"
    r"_waf_|yunsuo_session|security_session_verify|aliyun_?waf|aliyundun|waf_?token|wzws[-_]?|__tst_status|_yfx_|anti-?bot|"
    r"document\.cookie\s*=\s*\(|/_guard/|slidercaptcha|btwaf|C3VK=|HMACCOUNT_SAFE|ssid_waf|sl-challenge|safeline",
    re.I,
)
BLOCKED = re.compile(
    r"访问(请求)?(已)?被?(拦截|阻断|禁止|拒绝)|(请求|访问)(疑似|可能)?(存在|含有|包含|带有)?\S{0,8}(攻击|威胁|不合法|非法|危险|异常行为)|"
    r"您的(IP|ip|请求|访问|操作)\S{0,12}(拦截|禁止|限制|封|异常|阻断)|触发\S{0,6}(安全|防护|拦截)|(安全|人机|滑动|滑块|访问)验证|拖动滑块|"
    r"完成\S{0,6}验证|验证您?(是否)?\S{0,6}(真人|人类)|网站(安全)?防火墙|Web应用防火墙|应用防护系统|安全防护|创宇盾|加速乐|安全狗|云锁|D盾|"
    r"知道创宇|云盾|访问过于频繁|访问频率|请求过于频繁|浏览器安全检查|正在(进行)?安全检[查测]|checking your browser|just a moment|access denied|"
    r"request (blocked|rejected)|blocked by|you have been blocked|attention required|incident id|unusual traffic",
    re.I,
)
GONE_TITLE = re.compile(
    r"^\W*(HTTP\s*)?404\b|\b404\b.{0,12}(not found|错误|页面|未找到|找不到)|(页面|网页|文件|内容|资源|信息)\S{0,4}(不存在|找不到|未找到|已删除|丢失|走丢)|(找不到|未找到)\S{0,4}(页面|网页|文件|资源)|"
    r"not found|页面错误|错误页面|出错[啦了]|无法找到|error 404|访问出错|^(错误|出错|error)(提示|信息)?$",
    re.I,
)
MAYBE_GONE = re.compile("[4错存找丢除Nn]|[Rr][Oo][Rr]|ROR")
"""What the words above cannot do without: most titles need no second look."""
GONE = re.compile(
    r"(页面|网页|栏目|文章|文件|内容|资源|信息|链接|地址|站点)\S{0,10}(不存在|找不到|没找到|未找到|已(经)?被?(删除|移除|下线|撤销)|丢失|失效|走丢|不见了|飞走)|"
    r"(找不到|未找到|没有找到|无法找到)\S{0,10}(页面|网页|文件|资源|内容|地址)|404\W{0,3}(not found|error|错误|页面)|^\W*404\W*$|"
    r"(page|file|resource)\W.{0,30}(not (be )?found|does ?n.t exist|no longer)|not found on this server|http status 404",
    re.I,
)
BROKEN = re.compile(
    r"\b50[0234]\b\W{0,3}(bad gateway|internal server error|service|gateway)|bad gateway|gateway time-?out|internal server error|service (temporarily )?unavailable|"
    r"http status 50\d|server error in|runtime error|数据库(连接)?(错误|失败|异常)|系统(异常|错误|出错|繁忙)|服务器(内部)?(错误|异常|繁忙|维护)|"
    r"(网站|系统|平台)(正在)?(维护|升级)|^\W*(网站)?(维护|升级)中|站点(已)?(暂停|关闭|停止)|网站(已|暂时|临时)?(关闭|停用|暂停)|"
    r"welcome to nginx|apache2 \w+ default page|iis windows server|it works!|^index of /|whitelabel error page|没有找到站点|403 forbidden|directory listing denied|"
    r"stack ?trace|exception in thread|java\.lang\.\w+exception|域名(未|没有)(备案|绑定)|未备案|fatal error:|parse error:",
    re.I,
)
LOGIN_TITLE = re.compile(r"登[录陆]|统一身份认证|单点登录|sign ?in|\blog ?in\b", re.I)
LOGIN = re.compile(
    r"(请|需要|需|您还没有|您尚未|尚未|必须)(先|重新|您)?\S{0,4}登[录陆]|登[录陆](超时|失效|已过期)|没有(访问)?权限|无权访问|会话(已)?(过期|失效)|未授权",
    re.I,
)
WALLS = frozenset({412, 521, 493, 567})
MAYBE_WALLS = frozenset({400, 403, 405, 406, 418, 429, 444, 468, 499, 503, 512, 514})


def quality(markup: str, text: str, page: Outline, status: int) -> tuple[Quality, str]:
    """How good the capture is, and why it is not. `markup` is what was sent, `text` what a reader sees."""
    title, links = page.title, len(page.links)
    # The words of links say nothing: a list may well name an article about pages that do not exist.
    said = _said(page) if len(text) <= SMALL_TEXT else ""
    small = len(text) <= SMALL_TEXT and links <= FEW_LINKS
    if status in WALLS and _has_script(markup):
        return "waf", f"状态码{status}并带验证脚本"
    if small and (status < 400 or status in MAYBE_WALLS or status in WALLS):
        if len(text) < 300 and links < 6 and CHALLENGE.search(markup[:200_000]):
            return "waf", "返回的是安全验证脚本"
        if BLOCKED.search(title) or BLOCKED.search(said):
            return "waf", "返回的是安全防护拦截页"
        if status == 403 and len(text) < 60 and _has_script(markup):
            return "waf", "状态码403并带脚本"
    if status >= 400:
        return "error", f"状态码{status}"
    return _as_sent(page, text, said, small=small)


def _has_script(markup: str) -> bool:
    return "<script" in markup[:20_000].lower()


def _said(page: Outline) -> str:
    return " ".join(text for text, place in zip(page.texts, page.places, strict=True) if not place.in_link)


def _as_sent(page: Outline, text: str, said: str, *, small: bool) -> tuple[Quality, str]:
    """A page with status 200 that is no page of the site."""
    title, links = page.title, len(page.links)
    password = any((entry.get("type") or "").lower() == "password" for entry in page.fields)
    if (
        len(text) < 3 * SMALL_TEXT
        and links <= 3 * FEW_LINKS
        and len(title) < 40
        and MAYBE_GONE.search(title)
        and GONE_TITLE.search(title)
    ):
        return "soft-404", "标题为页面不存在"
    if small and (BROKEN.search(title) or BROKEN.search(said)):
        return "error", "页面内容为服务器错误或维护提示"
    if small and GONE.search(said):
        return "soft-404", "正文为页面不存在的提示"
    if password and links <= FEW_LINKS and (len(text) <= SMALL_TEXT or LOGIN_TITLE.search(title)):
        return "login", "页面为登录页"
    if (
        len(text) < 200
        and links < 12
        and (LOGIN.search(said) or (LOGIN_TITLE.search(title) and len(title) < 20))
    ):
        return "login", "页面要求登录"
    return "good", ""
