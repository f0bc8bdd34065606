"""Pages to read, with defaults: a test writes only the part that matters to it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from crawler.extract.page import Skim, read_page, skim
from crawler.observations import PageReading

AT = datetime(2026, 11, 24, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
SITE = "https://www.yunze.gov.cn"
HEAD = (
    '<div class="top"><span>今天是2026年11月24日 星期二</span><a href="https://www.gov.cn/">中国政府网</a></div>'
    '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/xwzx/">新闻中心</a><ul><li><a href="/xwzx/bmdt/">部门动态</a></li></ul></li>'
    '<li><a href="/zwgk/">政务公开</a><ul><li><a href="/zwgk/tzgg/">通知公告</a></li><li><a href="/zwgk/rsxx/">人事信息</a></li></ul></li></ul></div>'
)
FOOT = (
    '<div class="footer"><p>主办单位：云泽市水利局 地址：云泽市人民路1号 联系电话：0391-1234567</p>'
    "<p>网站标识码：4199000022 豫ICP备10001221号-1 豫公网安备 41990002000429号</p><p>Copyright 2009-2025</p>"
    '<a href="http://bszs.conac.cn/sitename?method=show&id=1"><img src="/red.png"></a></div>'
)
CRUMB = '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="/zwgk/">政务公开</a> &gt; <a href="/zwgk/tzgg/">通知公告</a></div>'
TITLES = (
    "关于做好冬季供暖工作的通知",
    "关于开展安全生产检查的通知",
    "关于公布年度考核结果的公告",
    "关于征求意见的函",
)


def a_page(
    middle: str = "",
    *,
    title: str = "通知公告_云泽市水利局",
    head: str = "",
    crumb: str = CRUMB,
    top: str = HEAD,
    foot: str = FOOT,
) -> bytes:
    """A column's page; `middle` is what stands between breadcrumb and foot."""
    text = f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>{top}<div class="main">{crumb}{middle}</div>{foot}</body></html>'
    return text.encode()


def some_items(*days: str, row: str = '<li><a href="{url}">{title}</a><span>{day}</span></li>') -> str:
    """One row for each day, in the markup wanted."""
    return "".join(
        row.format(
            url=f"/zwgk/tzgg/202611/a{number}0{number}77.html",
            title=TITLES[number % 4] + "之" + "一二三四五六七八九十"[number % 10],
            day=day,
        )
        for number, day in enumerate(days)
    )


def a_list(*days: str) -> str:
    return f'<ul class="list">{some_items(*days)}</ul>'


def reading(body: bytes, url: str = f"{SITE}/zwgk/tzgg/", **more: int | str) -> PageReading:
    return read_page(body, url=url, at=AT, **more)  # type: ignore[arg-type]


def skimmed(body: bytes, url: str = f"{SITE}/zwgk/tzgg/") -> Skim:
    return skim(body, url=url, at=AT)
