"""Is this capture good at all? Nothing may be concluded from a challenge page or an error page sent as 200.

Source: regulations.md 9.4 steps 1 and 2. Words are only trusted where they are all that the page says (notices.py): an
article may well speak of 404 or of a firewall.
"""

import re
from collections.abc import Mapping

from crawler.extract.notices import Centre, centre_of
from crawler.extract.outline import Outline
from crawler.observations import Quality

ALLOW_US = "请将巡检地址加入白名单"
"""What the office asks of a site that shuts the crawler out."""
LONGEST_PAGE = 8000
"""Characters of visible text. A page that says more is no notice."""
OF_A_CHALLENGE = 300
"""Characters of visible text up to which a page can be a challenge, which its script or a person must pass."""

BOXES_OF_A_SCRIPT = 4
"""Elements around a script that is sent alone: no place into which it could put a page."""

CHALLENGE = re.compile(
    r"\$_ts\s*[.=\[]|window\[['\"]\$_ts|<script[^>]{0,200}\sr=[\"']m[\"']|__jsl_clearance|acw_sc__v2|arg1=['\"][0-9A-F]{30,}|cf[-_]chl|cf-browser-verification|"
    r"/cdn-cgi/challenge|_waf_|//waf[.-]\w|yunsuo_session|security_session_verify|aliyun_?waf|aliyundun|waf_?token|wzws[-_]?|__tst_status|_yfx_|anti-?bot|"
    r"document\.cookie\s*=\s*\(|/_guard/|slidercaptcha|btwaf|C3VK=|HMACCOUNT_SAFE|ssid_waf|sl-challenge|safeline",
    re.I,
)
SETS_COOKIE = re.compile(r"document\.cookie\s*=(?!=)")
COMES_AGAIN = re.compile(r"location(\.href)?\s*=(?!=)|location\.(reload|replace|assign)\s*\(")
EMPTY = re.compile(
    r"<body[^<>]{0,300}> ?</body>|<html[^<>]{0,300}> ?(<head[^<>]{0,99}> ?((<(title|meta|link)[^<>]{0,500}>|</title>) ?)*+</head>)? ?</html>",
    re.I,
)
"""Of a page whose white space has been taken for one blank."""
LONGEST_EMPTY = 20_000
ALERT = re.compile(r"^\s*(?:<!--)?\s*(?:window\.)?alert\s*\(\s*([\"'])(.{2,100}?)\1\s*\)")
LEAVES = re.compile(r"history\.(go|back)\s*\(|location|window\.close")
SHUT_OUT = re.compile(
    r"(您|你)(当前)?的?(IP|请求|访问|操作|行为|网络|浏览)\S{0,16}(拦截|禁止|限制|封禁|封锁|被封|异常|阻断|攻击|威胁|拒绝|危险)|"
    r"(您|你)?所?(访问|浏览|请求)的(网页|网站|页面|资源|URL|内容)\S{0,24}(被?禁止|拦截|阻断|被拒绝)|(访问|请求)(请求)?(已)?被?\S{0,12}(拦截|阻断)|当前访问\S{0,4}(疑似|异常)|"
    r"(请求|访问)(疑似|可能)?(存在|含有|包含|带有)?\S{0,8}(攻击|威胁|不合法|非法|危险|异常行为|恶意行为)|检测到\S{0,6}(攻击|异常|可疑)\S{0,4}(行为|访问|请求)|"
    r"拖动滑块|按住滑块|完成\S{0,6}验证|输入验证码后?(继续|再)?\S{0,2}访问|验证您?(是否)?\S{0,6}(真人|人类)|浏览器安全检查|正在(进行)?安全检[查测]|确认你?您?的?浏览器|"
    r"访问过于频繁|请求过于频繁|(已经?)?(自动)?列入(禁止|黑)名单|checking your browser|just a moment|access denied|request (blocked|rejected)|(been|request) blocked|attention required|unusual traffic",
    re.I,
)
"""Said to the visitor: it holds within the site's own frame too."""
BLOCKED = re.compile(
    rf"{SHUT_OUT.pattern}|访问(已)?被?(禁止|拒绝)|拒绝访问|触发\S{{0,6}}(安全|防护|拦截)|(安全|人机|滑动|滑块|访问)验证|安全拦截|网站(安全)?防火墙|"
    r"Web应用防火墙|应用防护系统|安全防护|创宇盾|加速乐|安全狗|云锁|D盾|知道创宇|云盾|玄武盾|访问频率|blocked by|incident id",
    re.I,
)
THINGS = "页面|网页|栏目|频道|专题|文章|文档|文件|内容|资源|信息|链接|地址|站点"
NO_MORE = r"不存在|找不到|找不回|没找到|未找到|已(经)?被?(删除|移除|下线|撤销|取消)|尚未发布|丢失|失效|走丢|不见了|飞走"
GONE = re.compile(
    rf"({THINGS})\S{{0,10}}({NO_MORE})|(找不到|未找到|没有找到|无法找到)(?!\S{{0,12}}(?:相关|符合|匹配|满足|任何))\S{{0,10}}({THINGS})|404\W{{0,3}}(not found|error|错误|页面)|^\W*404\W*$|"
    r"(page|file|resource)\W.{0,30}(not (be )?found|does ?n.t exist|no longer|not available)|not found on this server|http status 404",
    re.I,
)
GONE_FOR_YOU = re.compile(
    rf"(抱歉|对不起|很遗憾|您|你)\S{{0,16}}({THINGS})\S{{0,10}}({NO_MORE})|^\W*({THINGS})(不存在|已删除|未找到)[^，。；]{{0,4}}$|(page|resource) (you|not found)|"
    rf"(抱歉|对不起|您|你)\S{{0,8}}(找不到|未找到|没有找到)(?!\S{{0,12}}(?:相关|符合|匹配|满足|任何))\S{{0,8}}({THINGS})",
    re.I,
)
"""Said to the visitor, so that lists beside it are those of the site's frame."""
GONE_TITLE = re.compile(
    r"^\W*(HTTP\s*)?404(?!\d)|(?<!\d)404(?!\d).{0,12}(not found|错误|页面|未找到|找不到)|(页面|网页|文件|内容|资源|信息)\S{0,4}(不存在|找不到|未找到|已删除|丢失|走丢)|(找不到|未找到)\S{0,4}(页面|网页|文件|资源)|"
    r"not found|页面错误|错误页面|出错[啦了]|无法找到|error 404|访问出错|^(错误|出错|error)(提示|信息)?$",
    re.I,
)
OVER = r"中(?=$|[\s，,。.！!…：:；;（(]|敬请|请|暂)"
"""…中 as the end of what is said: 系统维护中, not 系统维护中心."""
UNDER_WORK = re.compile(
    rf"(网站|網站|系统|系統|平台|本站|站点)\S{{0,6}}(维护|維護|升级|升級|改版|建设)\S{{0,4}}({OVER}|期间\S{{0,6}}暂停|暂停|关闭|请稍|敬请)|(升级|维护|維護|改版)\S{{0,4}}{OVER}|"
    r"(网站|系统|平台|本站|站点)(正在|进行)\S{0,6}(维护|升级|改版|更新)|(undergoing|under|down for|scheduled) maintenance|(该|本)?(网站|站点|本站)(已|暂时|临时)(关闭|停用|暂停|停止)",
    re.I,
)
BROKEN = re.compile(
    rf"{UNDER_WORK.pattern}|\b50[0234]\b\W{{0,3}}(bad gateway|internal server error|service|gateway)|bad gateway|gateway time-?out|internal server error|service (temporarily )?unavailable|服务(暂时)?不可用|无法处理您?的? ?(HTTP)? ?请求|"
    r"http status 50\d|server error in|应用程序中的服务器错误|runtime error|数据库(连接)?(错误|失败|异常)|连接数据库(失败|错误)|系统(发生)?(异常|错误|出错|繁忙)|服务器(内部)?(错误|异常|繁忙|维护)|"
    r"welcome to nginx|apache2 \w+ default page|iis windows server|successfully installed tomcat|it works!|^index of /|whitelabel error page|没有找到站点|403 forbidden|"
    r"directory listing denied|无法(显示|访问)此?(网页|网站|页面)|框架的?内容无法|域名(未|没有)(备案|绑定)|未备案|域名\S{0,4}(已?过期|已?到期|出售|转让)|domain (is|may be) for sale|domain has expired",
    re.I,
)
MACHINE = re.compile(
    r"stack ?trace|exception in thread|\bjava[x]?\.[a-z]+\.\w+exception|\bat [\w.$]+\(\w+\.java:\d+\)|fatal error:|parse error:|warning\s*:\s*mysqli?_|SQLSTATE\[|OLE DB Provider for|"
    r"JET Database Engine|\[DBNETLIB\]|ORA-\d{5}|错误 '800[\da-f]{5}'|cannot connect to mysql",
    re.I,
)
"""What a server's software prints when it fails; nobody writes to visitors like this."""
LOGIN_TITLE = re.compile(r"登[录陆]|统一身份认证|单点登录|sign ?in|\blog ?in\b", re.I)
LOGIN = re.compile(
    r"(请|需要|需|您还没有|您尚未|尚未|必须)(先|重新|您)?\S{0,4}登[录陆]|扫\S{0,4}码\S{0,4}登[录陆]|登[录陆](超时|失效|已过期)|没有(访问)?权限|无权访问|会话(已)?(过期|失效)|未授权",
    re.I,
)
SHORT_TITLE = 20
WALLS = frozenset({412, 521, 493, 567})
NO_ANSWER = frozenset({404, 410})
"""Statuses whose words about blocking prove nothing."""


def quality(markup: str, text: str, page: Outline, status: int) -> tuple[Quality, str]:
    """How good the capture is, and why it is not. `markup` is what was sent, `text` what a reader sees."""
    if challenge := _challenge(markup, text, page, status):
        return "waf", f"{challenge}，{ALLOW_US}"
    centre = centre_of(page, text) if len(text) <= LONGEST_PAGE else None
    if centre and _has_failed(centre, text):
        return "error", "页面内容为服务器程序的错误信息"
    if centre and status not in NO_ANSWER and _is_blocked(centre):
        return "waf", f"返回的是安全防护拦截页，{ALLOW_US}"
    if status >= 400:
        return "error", f"状态码{status}"
    if centre is None:
        return "good", ""
    return (_wordless(page, markup) if not text else None) or _as_sent(centre)


def _challenge(markup: str, text: str, page: Outline, status: int) -> str:
    """What is sent instead of the page until a script has run or a person has acted; empty if it is none."""
    if status in WALLS and page.scripts:
        return f"状态码{status}并带验证脚本"
    if len(text) >= OF_A_CHALLENGE or len(page.links) >= 6 or status in NO_ANSWER:
        return ""
    if CHALLENGE.search(markup[:200_000]):
        return "返回的是安全验证脚本"
    if len(text) < 60 and status in (202, 403) and page.scripts:
        return f"状态码{status}并带脚本"
    if not text and len(page.boxes) <= BOXES_OF_A_SCRIPT and any(map(_comes_again, page.scripts)):
        return "返回的是写入Cookie后重新访问的脚本"
    return ""


def _comes_again(script: tuple[int, Mapping[str, str], str]) -> bool:
    """It sets a cookie and asks for the page once more, whatever device its reader has."""
    code = script[2]
    return bool(SETS_COOKIE.search(code) and COMES_AGAIN.search(code)) and "userAgent" not in code


def _wordless(page: Outline, markup: str) -> tuple[Quality, str] | None:
    """A page without a word: its scripts say something and leave, or there is nothing at all."""
    for _, _, script in page.scripts:
        said = ALERT.match(script)
        if said and LEAVES.search(script):
            return _said_by_script(said[2])
    leads_on = any((meta.get("http-equiv") or "").lower() == "refresh" for meta in page.metas)
    squeezed = " ".join(markup[:LONGEST_EMPTY].split()) if len(page.texts) < 3 else ""
    if EMPTY.search(squeezed) and not (leads_on or page.scripts):
        return "error", "页面没有任何内容"
    return None


def _said_by_script(words: str) -> tuple[Quality, str]:
    if BLOCKED.search(words):
        return "waf", f"页面弹出提示：{words}，{ALLOW_US}"
    if LOGIN.search(words):
        return "login", f"页面弹出提示：{words}"
    return ("soft-404" if GONE.search(words) else "error"), f"页面弹出提示：{words}"


def _has_failed(centre: Centre, text: str) -> bool:
    """The server's software reports its own trouble: instead of the page, or within the site's frame instead of the list."""
    said = text if centre.is_bare else " ".join(centre.statements)
    is_published = not centre.is_bare and centre.is_published
    return bool(MACHINE.search(said)) and not (centre.holds_items or is_published)


def _is_blocked(centre: Centre) -> bool:
    return _says(centre, BLOCKED) if centre.is_bare else _is_notice(centre, SHUT_OUT)


def _says(centre: Centre, words: re.Pattern[str]) -> bool:
    """The page, which stands outside the site's frame, says so in its title or its text."""
    return (bool(words.search(centre.title)) and _is_all(centre, words)) or _is_notice(centre, words)


def _is_notice(centre: Centre, words: re.Pattern[str]) -> bool:
    return not centre.has_paragraphs and _is_all(centre, words) and any(map(words.search, centre.short))


def _is_all(centre: Centre, words: re.Pattern[str]) -> bool:
    """Nothing else is on the page; where its title is that of a notice, explanations may be long."""
    return not (centre.is_published or centre.holds_items or centre.says_more_than(words))


def _as_sent(centre: Centre) -> tuple[Quality, str]:
    """A page with status 200 that is no page of the site."""
    is_article = centre.is_published or centre.has_paragraphs
    if not is_article and any(map(GONE_FOR_YOU.search, centre.short)):
        return "soft-404", "正文为页面不存在的提示"
    if GONE_TITLE.search(centre.title) and (centre.is_bare or not is_article) and _is_all(centre, GONE):
        return "soft-404", "标题为页面不存在"
    if _says(centre, BROKEN) if centre.is_bare else _is_notice(centre, UNDER_WORK):
        return "error", "页面内容为服务器错误或维护提示"
    if _is_notice(centre, GONE):
        return "soft-404", "正文为页面不存在的提示"
    return _login(centre)


def _login(centre: Centre) -> tuple[Quality, str]:
    page, title = centre.page, centre.title
    if _is_notice(centre, LOGIN):
        return "login", "页面要求登录"
    titled = len(title) < SHORT_TITLE and bool(LOGIN_TITLE.search(title))
    headed = any(len(each) < SHORT_TITLE and LOGIN_TITLE.search(each) for each in centre.short)
    password = any((entry.get("type") or "").lower() == "password" for entry in page.fields)
    asks = (titled and (password or centre.is_bare)) or (password and (headed or centre.is_bare))
    if asks and not page.bindings and not centre.has_paragraphs and _is_all(centre, LOGIN_TITLE):
        return "login", "页面为登录页"
    return "good", ""
