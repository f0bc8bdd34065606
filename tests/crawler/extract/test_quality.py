"""Nothing may be concluded from a challenge, an error page, a login or a page that is gone."""

import pytest

from tests.crawler.extract.sample_pages import a_list, a_page, reading

RUISHU = b'<html><head><meta id="9DhefwqG" content="x" r="m"><script r="m">$_ts=window[\'$_ts\'];if(!$_ts)$_ts={};</script></head><body></body></html>'
JSL = b"<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'_clearance_s=1';location.href=location.pathname</script>"
JSL_PLAIN = b"<html><script>var x='__jsl_clearance';eval(x)</script></html>"


def notice(title: str, text: str, more: str = "") -> bytes:
    return f"<html><head><meta charset=utf-8><title>{title}</title></head><body><h1>{title}</h1><p>{text}</p>{more}</body></html>".encode()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (RUISHU, 412),
        (RUISHU, 200),
        (JSL, 521),
        (JSL, 200),
        (JSL_PLAIN, 200),
        (notice("访问被拦截！", "您的访问被拦截，请求ID是：8f3a"), 200),
        (notice("网站防火墙", "您的请求带有不合法参数，已被网站管理员设置拦截"), 200),
        (notice("405", "很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。"), 405),
        (notice("安全验证", "请拖动滑块完成验证", "<script>a()</script>"), 200),
        (notice("Just a moment...", "Checking your browser"), 503),
        (notice("提示", "访问过于频繁，请稍后再试"), 429),
        (b"<script>var arg1='0123456789ABCDEF0123456789ABCDEF01234567';</script>", 200),
    ],
)
def test_a_challenge_page_is_told_from_a_page(body: bytes, status: int) -> None:
    found = reading(body, status=status)

    assert found.quality == "waf"
    assert found.blank is None and found.newest is None and found.why


@pytest.mark.parametrize(
    "body",
    [
        notice("404 Not Found", "nginx"),
        notice("页面不存在", "抱歉，您访问的页面不存在或已被删除！"),
        notice("云泽市水利局", "您要找的文章不存在或已被删除"),
        notice("提示信息", "找不到您要访问的页面", '<a href="/">返回首页</a>'),
        a_page(
            '<div class="err404"><h2>404</h2><p>抱歉，您访问的页面不存在或已被删除！</p></div>',
            title="提示",
            crumb="",
        ),
    ],
)
def test_a_page_that_is_gone_is_told_although_the_status_is_200(body: bytes) -> None:
    assert reading(body).quality == "soft-404"


@pytest.mark.parametrize(
    "body",
    [
        notice("用户登录", "账号", '<input name="u"><input type="password" name="p">'),
        notice("统一身份认证", "您尚未登录或登录已超时，请登录后访问。"),
    ],
)
def test_a_login_page_is_told(body: bytes) -> None:
    assert reading(body).quality == "login"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"  \r\n ", 200),
        (b"%PDF-1.4\n1 0 obj", 200),
        (bytes(range(256)) * 20, 200),
        (notice("502 Bad Gateway", "nginx"), 200),
        (notice("系统维护", "网站正在维护，请稍后访问"), 200),
        (notice("云泽市", "正文" * 400), 500),
        (a_page(a_list("2026-11-20")), 404),
        (
            a_page("<p>Microsoft OLE DB Provider for SQL Server 错误 '80004005'</p><p>/conn.asp，行 12</p>"),
            200,
        ),
        (a_page("<p>Microsoft JET Database Engine 错误 '80004005'</p><p>未指定的错误</p>"), 200),
        (a_page("<b>Warning</b>: mysql_connect(): Too many connections in <b>D:\\web\\conn.php</b>"), 200),
    ],
)
def test_an_error_is_no_page(body: bytes, status: int) -> None:
    assert reading(body, status=status).quality == "error"


@pytest.mark.parametrize(
    "middle",
    [
        a_list("2026-11-20", "2026-11-10"),
        '<ul><li><a href="/a/202611/c12345.html">关于网站页面不存在问题的整改通报</a><span>2026-11-03</span></li></ul>',
        "<p>本单位网站防火墙升级，访问被拦截的用户请联系我们。</p>"
        + "<p>通知正文，共有若干段落，内容很长。</p>" * 60,
        "<p>Warning: mysql_query(): 1 row</p>" + a_list("2026-11-20", "2026-11-10"),
        "<p>发布时间：2026-11-03</p><p>填报时提示 Microsoft JET Database Engine 错误 '80004005' 的，请更新客户端。</p>",
    ],
)
def test_a_page_that_only_speaks_of_such_things_is_good(middle: str) -> None:
    assert reading(a_page(middle)).quality == "good"
