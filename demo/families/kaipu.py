"""Kaipu (UCAP): `common_list.shtml`, a nested second document in the header, date before the link, page time as ttmp."""

from collections.abc import Sequence
from datetime import date

from demo.families.addresses import article_id
from demo.families.base import Family, Link
from demo.site import Column, Row, Site


class Kaipu(Family):
    extension = "shtml"
    page_size = 15
    first_page = 2

    def code(self, site: Site) -> str:
        return f"yz{site.index}"

    def column_path(self, column: Column) -> str:
        return f"/{column.slug}/common_list.shtml"

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"/{column.slug}/{day:%Y%m}/{article_id(column, number)}.shtml"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        items = "".join(
            f'<li><a href="{link.url}" target="_blank">{link.name}</a>{self.drop(link)}</li>'
            for link in self.links(site)
        )
        mark = (
            f'<meta name="column" channelId="{site.salt(column):032x}" channelName="{column.name}">'
            if column
            else ""
        )
        return f"""<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html;charset=utf-8">
{self.meta_lines(site, column, number)}
<meta name="others" content="页面生成时间 ttmp:{int(site.now.timestamp()) * 1000}" />
<title>{self.page_title(site, column, number)}</title>
<meta name="website" websiteId="{site.index:032x}" websiteName="{site.name}">{mark}
<script id="headjs" src="/xhtml/js/head.js" type="text/javascript" charset="utf-8"></script>
</head>
<body>
<!--共同页眉--start-->
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><html xmlns="http://www.w3.org/1999/xhtml"><head>
</head>
<body>
<div class="header"><div class="nav"><div class="container"><ul>
<li><a href="/index.shtml"><img src="/xhtml/./images/index/home.png" alt="">
首 页</a></li>
{items}
<!--原列表开始
<div class="nav_hide"><ul class="clearfix"><li><a href="#" target="_self"></a></li></ul></div>
<!--原列表结束-->
</ul></div></div></div>
</body></html>
<!--共同页眉--end-->
<div class="container theme-ct">{middle}</div>
<div class="footer-box"><div class="foot-link"><a href="http://www.gov.cn/">中国政府网</a></div>
<div class="foot-txt">{self.identity(site)}</div><div>{self.identity_links()}</div></div>
</body></html>"""

    def drop(self, link: Link) -> str:
        if not link.below:
            return ""
        items = "".join(
            f'<li><a href="{below.url}" target="_self">{below.name}</a></li>' for below in link.below
        )
        return f'<div class="nav_hide"><ul class="clearfix">{items}</ul></div>'

    def short_day(self, day: date | None) -> str:
        """Side lists and the home page print no year."""
        return f"<i>{day.month:02d}-{day.day:02d}</i>" if day else ""

    def hot(self, site: Site) -> str:
        items = "".join(
            f'<li><a href="{row.url}">{row.title}</a></li>'
            if site.hot == "old"
            else f'<li>{self.short_day(row.day)}<a href="{row.url}">{row.title}</a></li>'
            for row in self.hot_rows(site)
        )
        return f'<div class="hot-news"><p>热点关注</p><ul class="hot-ul">{items}</ul></div>'

    def home_middle(self, site: Site) -> str:
        return f'<div class="index-news">{self.blocks(site)}</div>{self.hot(site)}'

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        items = "".join(
            f'<li>{self.short_day(row.day)}<a href="{row.url}" title="{row.title}">{row.title}</a></li>'
            for row in rows
        )
        return (
            f'<div class="g-box"><div class="g-tit"><b>{more.name}</b><a href="{more.url}" class="g-more">更多 &raquo;</a></div>'
            f'<ul class="g-news-list">{items}</ul></div>'
        )

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        near = site.children(column.parent) if column.parent else []
        side = "".join(
            f'<li><a href="{self.column_path(each)}" target="_parent">{each.name}</a></li>' for each in near
        )
        trail = "".join(
            f"<a href='{self.column_path(each)}' target=\"_parent\">{each.name}</a>&nbsp;/&nbsp;"
            for each in column.path[:-1]
        )
        return f"""<div class="clearfix"><div class="list-fl"><p>{column.path[0].name}</p><ul class="list-lm">{side}</ul>{self.hot(site)}</div>
<div class="list-fr"><div class="theme-dqwz">
当前位置：
<a href='/index.shtml' target="_parent">首页</a>&nbsp;/&nbsp;{trail}<span>{column.name}</span>
</div><p class="clearfix"><span>{column.name}</span></p><div id="list-data">{main}</div></div></div>"""

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        items = "".join(
            f'\n<li>{self.dated(column, row, "<span>", "</span>")}<a href="{row.url}" target="_blank">{"[顶] " if row.pinned else ""}{row.title}</a></li>\n'
            for row in rows
        )
        return f'<ul class="list">{items}</ul>'

    def pager(self, column: Column, page: int) -> str:
        return (
            f"<div id='page-div'></div><script>createPageHTML('page-div',{self.pages(column)}, {page + 1},"
            f"'common_list','shtml',{len(column.numbers)});</script>"
        )

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"发布时间：{when}" if when else ""
        return f"""<div class="detail-box"><h1 class="detail-tit">{site.title(column, number)}</h1>
<div class="detail-date">{line} 来源：{site.unit} 浏览次数：<b id="djl"></b>次</div>
<UCAPCONTENT>{self.body_text(site, column, number)}</UCAPCONTENT></div>"""

    def static_page(self, site: Site, column: Column) -> str:
        return f'<div class="detail-date">{self.format_day(site.day(column, 0))}</div>{self.static_text(site, column)}'
