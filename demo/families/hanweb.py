"""Hanweb jpage: the rows stand in the page, but as CDATA inside `<script type="text/xml"><datastore>`."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import quote

from demo.families.addresses import article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site


class Hanweb(Family):
    page_size = 15
    first_page = 2

    def column_path(self, column: Column) -> str:
        return f"/col/col{33700 + column.index}/index.html"

    def page_path(self, column: Column, page: int) -> str:
        return (
            f"{self.column_path(column)}?uid=21286&pageNum={page + 1}" if page else self.column_path(column)
        )

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"/art/{day.year}/{day.month}/{day.day}/art_{33700 + column.index}_{article_id(column, number)}.html"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        menu = "".join(
            f'<td><a href="{link.url}" class="bt_link">{link.name}</a>{self.drop(link)}</td>'
            for link in self.links(site)
        )
        built = f'<meta name="Maketime" content="{site.today.isoformat()} 05:{site.index % 60:02d}:12">'
        return f"""<!DOCTYPE html>
<html>
<head>
<meta http-equiv="content-type" content="text/html;charset=UTF-8" />
<title>{self.page_title(site, column, number)}</title>
{self.meta_lines(site, column, number)}
{built}
<script type="text/javascript" src="/script/0/2105101513461.js"></script>
<script type="text/javascript" src="/module/jslib/jquery/jpage/jquery.jpage.js"></script>
<link href="/module/jslib/jquery/jpage/css/jpage.css" rel="stylesheet" type="text/css" />
</head>
<body>
<div id="barrierfree_container">
<div class="head"><a href="/index.html"><img src="/picture/0/logo.png" alt="{site.name}"></a><span id="today">{self.today_line(site)}</span></div>
<table class="navtable"><tr><td><a href="/index.html" class="bt_link">首页</a></td>{menu}</tr></table>
{middle}
<div class="foot"><p>{self.identity(site)}</p><p>{self.identity_links()}<a href="/wzdt.html">网站地图</a></p></div>
</div>
<script>var visitcount = {{ webid: {site.index} }};</script>
</body></html>"""

    def drop(self, link: Link) -> str:
        items = "".join(f'<a href="{below.url}">{below.name}</a>' for below in link.below)
        return f'<div class="xl">{items}</div>' if items else ""

    def li(self, column: Column, row: Row) -> str:
        mark = "【置顶】" if row.pinned else ""
        return (
            f"<li><a href='{row.url}' title='{row.title}' target=\"_blank\">{mark}{row.title}</a>"
            f"{self.dated(column, row, '<span>', '</span>')}</li>"
        )

    def hot(self, site: Site) -> str:
        items = "".join(self.li(PLAIN, row) for row in self.hot_rows(site))
        return f'<div class="rdxx"><div class="rd_tit">热点关注</div><ul>{items}</ul></div>'

    def home_middle(self, site: Site) -> str:
        return f'<div class="sy_main">{self.blocks(site)}{self.hot(site)}</div>'

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        items = "".join(self.li(PLAIN, row) for row in rows)
        return (
            f'<div class="sy_block"><div class="sy_tit"><a href="{more.url}">{more.name}</a><span><a href="{more.url}" '
            f'class="more">更多>></a></span></div><ul class="sy_list">{items}</ul></div>'
        )

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        near = site.children(column.parent) if column.parent else []
        side = "".join(f'<li><a href="{self.column_path(each)}">{each.name}</a></li>' for each in near)
        trail = " > ".join(f'<a href="{self.column_path(each)}">{each.name}</a>' for each in column.path)
        return f"""<div class="position">您现在的位置：<a href="/index.html">首页</a> > {trail}</div>
<div class="l_menu"><ul>{side}</ul>{self.hot(site)}</div>
<div class="r_list"><div class="lm_tit">{column.name}</div>{main}</div>"""

    def list_area(self, site: Site, column: Column, page: int) -> str:
        if not column.has_list:
            return ""
        unit = 212860 + column.index
        return f"""<div id="{unit}" class="default_pgContainer"></div><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="{self.proxy(site, column, unit)}"></a>]]></nextgroup>
<recordset>
{self.records(site, column, page)}</recordset></datastore></script>
<script>var param_{unit}={{columnid:{33700 + column.index},unitid:'{unit}'}}; $('#{unit}').jpage({{totalRecord:{len(column.numbers)},perPage:{self.page_size}}});</script>"""

    def proxy(self, site: Site, column: Column, unit: int) -> str:
        return (
            f"/module/web/jpage/dataproxy.jsp?page=1&appid=1&webid={site.index}&path=/&columnid={33700 + column.index}"
            f"&unitid={unit}&webname={quote(site.name)}&permissiontype=0"
        )

    def records(self, site: Site, column: Column, page: int) -> str:
        return "".join(
            f"<record><![CDATA[{self.li(column, row)}]]></record>\n" for row in self.rows(site, column, page)
        )

    def loaded(self, site: Site, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != "/module/web/jpage/dataproxy.jsp":
            return None
        index = int(query.get("columnid", "0")) - 33700
        column = next((one for one in site.lists if one.index == index), None)
        if column is None:
            return None
        start = query.get("startrecord", "")
        page = (
            (int(start) - 1) // self.page_size
            if start.isdigit() and int(start)
            else int(query.get("page", "1")) - 1
        )
        text = (
            f"<datastore><totalrecord>{len(column.numbers)}</totalrecord><totalpage>{self.pages(column)}</totalpage>"
            f"<recordset>\n{self.records(site, column, page)}</recordset></datastore>"
        )
        return "text/xml;charset=UTF-8", f'<?xml version="1.0" encoding="utf-8"?>{text}'

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        return f'<ul class="sy_list">{"".join(self.li(column, row) for row in rows)}</ul>'

    def pager(self, column: Column, page: int) -> str:
        return ""

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"发布日期：{when}" if when else ""
        return f"""<div class="position"><a href="/index.html">首页</a> > <a href="{self.column_path(column)}">{column.name}</a></div>
<div class="main-txt"><p class="title">{site.title(column, number)}</p>
<p class="xx"><span>{line}</span> <span>信息来源：{site.unit}</span> <span>浏览量：<script src="/vc/vc/interface/artcount/artcount.jsp?i_id=1"></script></span></p>
<div class="article" id="zoom">{self.body_text(site, column, number)}</div></div>"""
