"""A site of a front-end framework: the home page is rendered on the server, every list is filled by a script.

What the script asks for stands in its bundle, not in the page: without a browser such a list can only be unjudged.
In a browser the page works, the script is real.
"""

import json
from collections.abc import Sequence
from datetime import date

from demo.families.addresses import article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site

SCRIPT_PATH = "/static/js/app.3f2a91c7.js"
SCRIPT = """!function(){var e=document.getElementById("app"),t=e&&e.getAttribute("data-c");if(!t)return;
fetch("/api/"+"list?channel="+t+"&page=1&limit=20").then(function(r){return r.json()}).then(function(r){
var h=r.data.rows.map(function(x){return '<li><a href="'+x.u+'">'+x.t+'</a><span>'+x.d+'</span></li>'}).join("");
e.innerHTML='<ul class="news-ul">'+h+'</ul>'+(h?'':'<p class="empty">暂无数据</p>')})}();"""


class Vue(Family):
    def column_path(self, column: Column) -> str:
        return f"/list/{column.slug}.html"

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"/detail/{article_id(column, number)}.html"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        items = "".join(
            f'<li class="nli"><a href="{link.url}">{link.name}</a>{self.drop(link)}</li>'
            for link in self.links(site)
        )
        return f"""<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<title>{self.page_title(site, column, number)}</title>
{self.meta_lines(site, column, number)}
<link rel="stylesheet" href="/static/css/chunk-vendors.7a1.css">
</head>
<body>
<div class="head-bar"><span>{site.name}欢迎您</span><span class="sys-time"></span></div>
<div class="menu"><ul class="yj nav"><li class="nli"><a href="/">首页</a></li>{items}</ul></div>
{middle}
<div class="site-foot"><p>{self.identity(site)}</p><p>{self.identity_links()}</p></div>
<script src="/static/js/chunk-vendors.9d1c.js"></script><script src="{SCRIPT_PATH}"></script>
</body>
</html>"""

    def drop(self, link: Link) -> str:
        items = "".join(f'<a href="{below.url}">{below.name}</a>' for below in link.below)
        return f'<div class="ej">{items}</div>' if items else ""

    def home_middle(self, site: Site) -> str:
        return f'<div class="home">{self.blocks(site)}</div>'

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        return (
            f'<div class="panel"><div class="panel-hd">{more.name}<a href="{more.url}" class="panel-more">更多</a></div>'
            f"{self.rows_html(PLAIN, rows)}</div>"
        )

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        trail = "".join(f' &gt; <a href="{self.column_path(each)}">{each.name}</a>' for each in column.path)
        return f'<div class="bread">当前位置：<a href="/">首页</a>{trail}</div><div class="page-tit">{column.name}</div>{main}'

    def list_area(self, site: Site, column: Column, page: int) -> str:
        return f"""<div id="app" data-c="{column.slug}"><ul class="news-ul"><li v-for="item in list" :key="item.id">
<a :href="item.u">{{{{ item.t }}}}</a><span>{{{{ item.d }}}}</span></li></ul><p class="empty" v-if="!list.length">暂无数据</p></div>"""

    def hub(self, site: Site, column: Column) -> str:
        links = "".join(
            f'<a class="sub" href="{link.url}">{link.name}</a>' for link in self.below(site, column)
        )
        return f'<div class="sub-list">{links}</div>'

    def loaded(self, site: Site, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path == SCRIPT_PATH:
            return "application/javascript; charset=utf-8", SCRIPT
        column = next((one for one in site.lists if one.slug == query.get("channel")), None)
        if path != "/api/list" or column is None:
            return None
        rows = [
            {"id": row.url, "t": row.title, "u": row.url, "d": row.day.isoformat() if row.day else ""}
            for row in self.rows(site, column)
        ]
        answer = {"code": 0, "data": {"total": len(column.numbers), "rows": rows}}
        return "application/json; charset=utf-8", json.dumps(answer, ensure_ascii=False)

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        items = "".join(
            f'<li><a href="{row.url}">{row.title}</a>{self.dated(column, row, "<span>", "</span>")}</li>'
            for row in rows
        )
        return f'<ul class="news-ul">{items}</ul>'

    def pager(self, column: Column, page: int) -> str:
        return ""

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"时间：{when}" if when else ""
        return (
            f'<div class="detail"><h1>{site.title(column, number)}</h1><div class="detail-info">{line} 来源：{site.unit}</div>'
            f'<div class="detail-body">{self.body_text(site, column, number)}</div></div>'
        )
