"""Hanweb's jpaas: the page holds a loader tag, the list comes as JSON whose `data.html` is the markup."""

import json
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlencode

from demo.families.addresses import article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site

UNIT = "/api-gateway/jpaas-publish-server/front/page/build/unit"


class Jpaas(Family):
    page_size = 15
    first_page = 2

    def column_path(self, column: Column) -> str:
        return f"/col/col{155400 + column.index}/index.html"

    def page_path(self, column: Column, page: int) -> str:
        return f"{self.column_path(column)}?pageNum={page + 1}" if page else self.column_path(column)

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"/art/{day.year}/art_{article_id(column, number)}.html"

    def format_day(self, day: date) -> str:
        return f"[{day.isoformat()}]"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        menu = "".join(
            f'<li class="nav-item"><a href="{link.url}" target="_blank">{link.name}</a>{self.drop(link)}</li>'
            for link in self.links(site)
        )
        return f"""<!DOCTYPE html>
<html lang="zh-CN">
<head>
<meta charset="UTF-8"><meta name="renderer" content="webkit">
<title>{self.page_title(site, column, number)}</title>
{self.meta_lines(site, column, number)}
<meta name="createDate" content="{site.today.isoformat()} 04:12:33">
<script src="/api-gateway/jpaas-web-server/front/theme/js/jquery.min.js"></script>
<link rel="stylesheet" href="/front/theme/style.css">
</head>
<body>
<div class="page-header"><div class="logo"><a href="/index.html">{site.name}</a></div>
<div class="weather"><span class="nowdate"></span></div></div>
<div class="navbar"><ul class="nav-list"><li class="nav-item"><a href="/index.html" target="_blank">首页</a></li>{menu}</ul></div>
<div class="page-body">{middle}</div>
<div class="page-footer"><div class="f1">{self.identity(site)}</div><div class="f2">{self.identity_links()}</div></div>
<script src="/front/theme/js/unitbuild.js"></script>
</body>
</html>"""

    def drop(self, link: Link) -> str:
        items = "".join(f'<a class="nav-link" href="{below.url}">{below.name}</a>' for below in link.below)
        return f'<div class="nav-drop">{items}</div>' if items else ""

    def hot(self, site: Site) -> str:
        items = "".join(
            f'<li><a href="{row.url}">{row.title}</a>{self.dated(PLAIN, row, "<span>", "</span>")}</li>'
            for row in self.hot_rows(site)
        )
        return f'<div class="hot-box"><div class="hot-title">热点关注</div><ul>{items}</ul></div>'

    def home_middle(self, site: Site) -> str:
        return f'<div class="index-wrap">{self.blocks(site)}{self.hot(site)}</div>'

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        return (
            f'<div class="idx-block"><div class="idx-title"><span>{more.name}</span><a class="idx-more" href="{more.url}">查看更多</a></div>'
            f"{self.rows_html(PLAIN, rows)}</div>"
        )

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        near = site.children(column.parent) if column.parent else []
        side = "".join(f'<li><a href="{self.column_path(each)}">{each.name}</a></li>' for each in near)
        return f"""<div class="crumb">{self.trail(column)}</div>
<div class="col-left"><ul class="col-menu">{side}</ul>{self.hot(site)}</div>
<div class="col-right"><div class="col-title">{column.name}</div>{main}</div>"""

    def trail(self, column: Column) -> str:
        links = "".join(f' &gt; <a href="{self.column_path(each)}">{each.name}</a>' for each in column.path)
        return f'当前位置：<a href="/index.html">首页</a>{links}'

    def list_area(self, site: Site, column: Column, page: int) -> str:
        return (
            f"<script url=\"{UNIT}\" queryData=\"{{'parseType':'bulidstatic','webId':'{3000 + site.index}',"
            "'tplSetId':'public-template','pageType':'column','tagId':'当前栏目list','editType':'null',"
            f"'pageId':'{155400 + column.index}'}}\"></script>"
        )

    def unit_address(self, site: Site, column: Column) -> str:
        """The address that the page's script builds from the loader tag."""
        query = {"parseType": "bulidstatic", "webId": 3000 + site.index, "tplSetId": "public-template"}
        query |= {
            "pageType": "column",
            "tagId": "当前栏目list",
            "editType": "null",
            "pageId": 155400 + column.index,
        }
        return f"{UNIT}?{urlencode(query)}"

    def loaded(self, site: Site, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != UNIT:
            return None
        page_id = query.get("pageId", "")
        column = next((one for one in site.lists if str(155400 + one.index) == page_id), None)
        if column is None:
            return "application/json;charset=UTF-8", json.dumps(
                {"success": False, "code": "500", "data": {"html": "模版内容不能为空！"}}, ensure_ascii=False
            )
        number = query.get("pageNo", query.get("pageNum", "1"))
        page = int(number) - 1 if number.isdigit() else 0
        rows = self.rows_html(column, self.rows(site, column, page))
        count = len(column.numbers)
        html = f'<style>.pagination{{display:block}}</style><div id="分页列表" count="{count}" pageNo="{page + 1}">{rows}</div>'
        answer = {"success": True, "code": "200", "data": {"html": html}}
        return "application/json;charset=UTF-8", json.dumps(answer, ensure_ascii=False)

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        items = "".join(
            f'<li><a href="{row.url}" title="{row.title}" target="_blank">{"[置顶]" if row.pinned else ""}{row.title}</a>'
            f"{self.dated(column, row, '<span>', '</span>')}</li>"
            for row in rows
        )
        return f'<ul class="txtList_01 ajax-ul">{items}</ul>'

    def pager(self, column: Column, page: int) -> str:
        return ""

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"发布日期：{when}" if when else ""
        return f"""<div class="crumb">{self.trail(column)}</div><div class="art-box"><div class="art-title">{site.title(column, number)}</div>
<div class="art-info"><span>{line}</span><span>来源：{site.unit}</span></div>
<div class="art-content" id="zoomcon">{self.body_text(site, column, number)}</div></div>"""
