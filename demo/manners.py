"""How some servers answer beside what stands in their pages: challenges, cookies, sessions, upkeep, slowness, calendars.

A manner is one website's, for all its pages. What the pages hold is as true as anywhere else.
"""

import json
import re
from calendar import monthrange
from dataclasses import replace
from datetime import date, timedelta
from zlib import crc32

from demo.answer import Answer
from demo.families.base import Family
from demo.site import Site

MANNERS = (
    "challenge-521", "challenge-stuck", "maintenance", "cookie-needed", "session-ids", "endless-calendar",
    "menu-by-script", "https-in-register", "gzip", "robots-disallow", "slow-server", "expired-certificate",
)  # fmt: skip
SHUT = ("challenge-stuck", "maintenance")
"""Nobody gets past them: nothing can be said about such a website."""
NEEDS_BROWSER = ("challenge-521", "menu-by-script")
"""Only a browser surely sees what such a website holds."""
SLOW_SECONDS = 0.3
CLEARED = "__jsl_clearance_s"
SESSION = "JSESSIONID"
CHALLENGE = (
    "<script>var _c='{name}=',_k=[{codes}],_v='';for(var _i=0;_i<_k.length;_i++)_v+=String.fromCharCode(_k[_i]-7);"
    "document.cookie=_c+_v+';path=/';location.href=location.pathname+location.search;</script>"
)
STUCK = (
    "<script>var _p=['webdriver','plugins','languages'];if(window.chrome&&!navigator.webdriver&&window._aq_pass)"
    "{document.cookie='acw_sc__v2=1;path=/';location.reload();}</script>"
)
UPKEEP = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"><title>系统维护</title></head><body><div class="wh"><h2>网站系统升级维护中</h2>'
    "<p>为提供更好的服务，本网站正在进行系统升级维护，给您带来不便敬请谅解，请稍后再访问。</p></div></body></html>"
)
MENU = "/js/menu.js"
LINK = re.compile(r"""((?:href|HREF)=["']?)(/[^"'?;> ]+\.s?html?)(?=["' >])""")


def token(site: Site) -> str:
    return f"{crc32(site.key.encode()):08x}"


def hindered(site: Site, path: str, cookie: str) -> Answer | None:
    """What the server answers before it looks for a page; None: it goes on to that."""
    if site.manner == "maintenance":
        return Answer(UPKEEP.encode())
    if site.manner == "challenge-stuck":
        return Answer(STUCK.encode(), "text/html; charset=utf-8", 521)
    if site.manner == "challenge-521" and f"{CLEARED}={token(site)}" not in cookie:
        codes = ",".join(str(ord(each) + 7) for each in token(site))
        return Answer(CHALLENGE.format(name=CLEARED, codes=codes).encode(), "text/html; charset=utf-8", 521)
    if site.manner == "cookie-needed" and f"{SESSION}={token(site)}" not in cookie:
        return Answer(b"", "text/html", 302, path, (("Set-Cookie", f"{SESSION}={token(site)}; Path=/"),))
    return None


def extra(site: Site, family: Family, path: str) -> Answer | None:
    """Pages that only such a server has."""
    bare, _, query = path.partition("?")
    if site.manner == "endless-calendar" and bare == "/calendar/":
        return Answer(calendar(site, query).encode())
    if site.manner == "menu-by-script" and bare == MENU:
        return Answer(menu(site, family).encode(), "application/javascript; charset=utf-8")
    if site.manner == "robots-disallow" and bare == "/robots.txt":
        barred = next(family.column_path(each) for each in site.columns if each.trick == "robots-disallow")
        return Answer(f"User-agent: *\nDisallow: {barred}\nCrawl-delay: 1\n".encode(), "text/plain")
    return None


def finished(site: Site, answer: Answer, turn: int) -> Answer:
    """The answer as this server sends it the `turn`-th time."""
    if site.manner == "gzip":
        return replace(answer, packed=True)
    if site.manner == "slow-server":
        return replace(answer, wait_seconds=SLOW_SECONDS)
    if not answer.content_type.startswith("text/html"):
        return answer
    if site.manner == "session-ids":
        session = f"{crc32(b'%d/%d' % (site.index, turn)):08X}"
        encoding = "latin-1"  # keeps all other bytes as they are
        text = LINK.sub(rf"\g<1>\g<2>;jsessionid={session}", answer.body.decode(encoding))
        return replace(answer, body=text.encode(encoding))
    if site.manner == "menu-by-script":
        call = f'<script src="{MENU}"></script></body>'.encode()
        return replace(answer, body=answer.body.replace(b"</body>", call, 1))
    if site.manner == "endless-calendar":
        month = f"{site.today:%Y-%m}"
        widget = f'<div class="calendar"><a href="/calendar/?month={month}">{month}</a></div></body>'
        return replace(answer, body=answer.body.replace(b"</body>", widget.encode(), 1))
    return answer


def without_session(path: str) -> str:
    return re.sub(r";jsessionid=\w+", "", path)


def calendar(site: Site, query: str) -> str:
    """A month, with links to all its days, to the one before and to the next: there is always a next."""
    told = re.search(r"month=(\d{4})-(\d\d)", query)
    first = date(int(told[1]), min(max(int(told[2]), 1), 12), 1) if told else site.today.replace(day=1)
    days = monthrange(first.year, first.month)[1]
    before, after = first - timedelta(days=1), first + timedelta(days=days)
    cells = "".join(
        f'<a href="/calendar/?month={first:%Y-%m}&day={day:02d}">{day}</a> ' for day in range(1, days + 1)
    )
    return (
        f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>工作日历_{site.name}</title></head><body>'
        f'<a href="/calendar/?month={before:%Y-%m}">上月</a> {first:%Y年%m月} '
        f'<a href="/calendar/?month={after:%Y-%m}">下月</a><div>{cells}</div></body></html>'
    )


def menu(site: Site, family: Family) -> str:
    """The navigation as a script writes it into every page."""
    links = [
        {
            "name": link.name,
            "url": link.url,
            "sub": [{"name": each.name, "url": each.url} for each in link.below],
        }
        for link in family.make_links(site)
    ]
    return (
        f"var menuData={json.dumps(links, ensure_ascii=False)};(function(){{var h='';menuData.forEach(function(m){{"
        "h+='<li><a href=\"'+m.url+'\">'+m.name+'</a>';m.sub.forEach(function(s){h+='<a href=\"'+s.url+'\">'+s.name+'</a>';});"
        "h+='</li>';});var e=document.createElement('ul');e.className='nav';e.innerHTML=h;"
        "document.body.insertBefore(e,document.body.firstChild);})();\n"
    )
