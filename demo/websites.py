"""The websites: which page stands at which path, and what happens where none can be read."""

from collections import OrderedDict
from urllib.parse import parse_qsl, quote

from demo.answer import Answer
from demo.families.addresses import Place
from demo.families.all import FAMILIES
from demo.families.base import Family
from demo.manners import extra, finished, hindered, without_session
from demo.scripts import SCRIPTS
from demo.shapes.all import SHAPES
from demo.shapes.shape import Listed
from demo.site import UNREAD, Column, Site

CACHE_BYTES = 96 << 20
SITEMAPS = ("/wzdt/", "/wzdt.html", "/sitemap.html")
PIXEL = bytes.fromhex(
    "47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b"
)
WAF_412 = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="9DhefwqGPrzGxEp9hPaoag" content="{token}" r="m">'
    '<script type="text/javascript" r="m">$_ts=window[\'$_ts\'];if(!$_ts)$_ts={{}};$_ts.nsd=11763;$_ts.cd="{token}";'
    'if($_ts.lcd)$_ts.lcd();</script><script type="text/javascript" src="/c5eLxTIuKdTL/S0xIG6WZ4Oxy.dc1cbbc.js" r="m"></script>'
    "</head><body></body></html>"
)
WAF_200 = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>访问被拦截！</title></head><body><div class="box"><h1>您的访问被拦截</h1>'
    "<p>很抱歉，由于您访问的URL有可能对网站造成安全威胁，您的访问被阻断。</p><p>您的请求ID是：{token}</p>"
    "<p>创宇盾 云防御平台</p></div></body></html>"
)


class Websites:
    """All websites of the city. Pages are written when they are asked for and kept while there is room."""

    def __init__(self, sites: list[Site]) -> None:
        self._sites = sites
        self._cache: OrderedDict[tuple[int, str], Answer] = OrderedDict()
        self._cached = 0
        self.behind_waf: dict[str, str] = {}
        self._answered = 0

    def forget(self) -> None:
        self._cache.clear()
        self._cached = 0

    def answer(self, site: Site, path: str, body: str = "", cookie: str = "") -> Answer:
        if not site.manner:
            return self._plain(site, path, body)
        self._answered += 1
        hindrance = hindered(site, path, cookie)
        found = hindrance or self._plain(site, without_session(path), body)
        return found if hindrance else finished(site, found, self._answered)

    def _plain(self, site: Site, path: str, body: str) -> Answer:
        if waf := self.behind_waf.get(site.key):
            return waf_page(waf, path)
        if site.role == "always-503":
            return Answer(
                b"<html><body><h1>503 Service Temporarily Unavailable</h1></body></html>", "text/html", 503
            )
        key = (site.index, f"{path}\n{body}" if body else path)
        known = self._cache.get(key)
        if known is not None:
            self._cache.move_to_end(key)
            return known
        found = page(site, path, body)
        self._cache[key] = found
        self._cached += len(found.body)
        while self._cached > CACHE_BYTES:
            self._cached -= len(self._cache.popitem(last=False)[1].body)
        return found

    def count(self) -> int:
        """How many different pages the websites have: home pages, list pages and articles."""
        total = 0
        for site in self._sites:
            family = FAMILIES[site.family]
            total += 1 + sum(
                (family.pages(column) if column.has_list else 1) + len(column.numbers)
                for column in site.columns
            )
        return total


def waf_page(kind: str, path: str) -> Answer:
    token = f"{abs(hash_of(path)):016x}"
    if kind == "waf-412":
        return Answer(WAF_412.format(token=token).encode(), "text/html; charset=utf-8", 412)
    return Answer(WAF_200.format(token=token).encode())


def hash_of(path: str) -> int:
    return int.from_bytes(path.encode()[-8:].rjust(8, b"q"), "big")


def page(site: Site, path: str, body: str) -> Answer:
    family = FAMILIES[site.family]
    if redirect := redirected(site, family, path):
        return redirect
    if odd := extra(site, family, path):
        return odd
    bare, _, query = path.partition("?")
    if bare == "/login.html":
        return encoded(site, family, login_page(site))
    if path in SITEMAPS:
        return encoded(site, family, family.document(site, None, None, sitemap(site, family)))
    asked = dict(parse_qsl(body or query, keep_blank_values=True))
    if shaped := beside(site, family, bare, asked):
        return shaped
    loaded = family.loaded(site, bare, asked)
    if loaded is not None:
        return Answer(loaded[1].encode(), loaded[0])
    place = family.place(site, path)
    if place is not None:
        return written(site, family, place)
    return asset(site, family, bare)


def written(site: Site, family: Family, place: Place) -> Answer:
    column = place.column
    if column is None:
        return encoded(site, family, family.home(site))
    if place.number is not None:
        return encoded(site, family, family.article(site, column, place.number))
    if column.trick == "soft-404":
        return encoded(site, family, family.document(site, None, None, SOFT_404))
    if column.trick == "http-500":
        return Answer(
            b"<html><body><h1>HTTP Status 500 - Internal Server Error</h1></body></html>", "text/html", 500
        )
    if column.trick in BARE:
        return Answer(BARE[column.trick].encode())
    if column.shape:
        listed, shape = Listed(family, site, column), SHAPES[column.shape]
        return (None if place.page else shape.instead(listed)) or listed.document(
            shape.area(listed, place.page)
        )
    return encoded(site, family, family.column(site, column, place.page))


def beside(site: Site, family: Family, path: str, asked: dict[str, str]) -> Answer | None:
    """What stands at an address from which a list in one of the shapes is made."""
    for column in site.columns:
        if column.shape and (found := SHAPES[column.shape].answer(Listed(family, site, column), path, asked)):
            return found
    return None


BARE = {
    "soft-404-bare": '<html><head><meta charset="utf-8"><title>提示信息</title></head><body>您要查看的页面不存在或已删除！</body></html>',
    "upkeep": '<html><head><meta charset="utf-8"><title>系统维护</title></head><body><p>栏目升级维护中，请稍后访问。</p></body></html>',
}
"""What columns answer, without the website's frame, that cannot be read."""
SOFT_404 = '<div class="err404"><h2>404</h2><p>抱歉，您访问的页面不存在或已被删除！</p><p><a href="/">返回首页</a></p></div>'


def encoded(site: Site, family: Family, text: str) -> Answer:
    """The bytes of a page; one website's pages are not in the charset that they claim."""
    encoding = "gb18030" if site.role == "mislabelled" else family.encoding
    return Answer(text.encode(encoding, "xmlcharrefreplace"), family.content_type)


def redirected(site: Site, family: Family, path: str) -> Answer | None:
    for column in site.columns:
        if column.trick not in (*UNREAD, "leads-away"):
            continue
        own = family.column_path(column)
        looped = f"{own}{'&' if '?' in own else '?'}from=loop"
        if path == own and column.trick in GOES_TO:
            return moved(GOES_TO[column.trick].format(home=site.elsewhere_url, back=quote(own)))
        if column.trick == "redirect-loop" and path in (own, looped):
            return moved(looped if path == own else own)
    return None


GOES_TO = {"redirected-home": "/", "login": "/login.html?returnUrl={back}", "leads-away": "{home}"}


def moved(location: str) -> Answer:
    return Answer(b"", "text/html", 302, location)


def login_page(site: Site) -> str:
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>用户登录_{site.name}</title></head><body><div class="login-box">'
        '<h2>统一身份认证登录</h2><form action="/login.html" method="post"><input name="username" placeholder="用户名">'
        '<input type="password" name="password" placeholder="密码"><input name="captcha" placeholder="验证码">'
        "<button>登录</button></form><p>您尚未登录或登录已超时，请登录后访问。</p></div></body></html>"
    )


def sitemap(site: Site, family: Family) -> str:
    links = "".join(f'<a href="{family.href(site, column)}">{column.name}</a> ' for column in site.columns)
    return f'<div class="sitemap"><h2>网站地图</h2>{links}</div>'


def asset(site: Site, family: Family, path: str) -> Answer:
    """What pages refer to besides pages: pictures, styles, scripts, attachments."""
    ending = path.rpartition(".")[2].lower()
    if ending == "pdf":
        return Answer(
            b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n", "application/pdf"
        )
    if ending in ("png", "gif", "jpg", "ico"):
        return Answer(PIXEL, "image/gif")
    if ending == "css":
        return Answer(b"body{margin:0}\n", "text/css")
    if ending == "js":
        return Answer(SCRIPTS.get(path, ";\n").encode(), "application/javascript")
    text = "<html><head><title>404 Not Found</title></head><body><center><h1>404 Not Found</h1></center><hr><center>nginx</center></body></html>"
    return Answer(text.encode(), "text/html", 404)


def column_url(site: Site, column: Column) -> str:
    return f"{site.base}{FAMILIES[site.family].column_path(column)}"
