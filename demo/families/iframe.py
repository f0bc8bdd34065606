"""A government cloud platform whose column pages show the list in an `<iframe>`; rows are paragraphs, dates in em."""

from collections.abc import Sequence
from datetime import date

from demo.families.addresses import article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site


class Iframe(Family):
    page_size = 18

    def column_path(self, column: Column) -> str:
        return f"/zfxxgk/{column.slug}/index.html"

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"/zfxxgk/{column.slug}/{day:%Y-%m}/{article_id(column, number)}.html"

    def page_path(self, column: Column, page: int) -> str:
        return f"/zfxxgk/{column.slug}/index_{page}.html" if page else self.column_path(column)

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        items = "".join(
            f'<dl><dt><a href="{link.url}">{link.name}</a></dt>{self.drop(link)}</dl>'
            for link in self.links(site)
        )
        return f"""<!DOCTYPE html>
<html><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<title>{self.page_title(site, column, number)}</title>
{self.meta_lines(site, column, number)}
<link rel="stylesheet" href="/zfcloud/css/base.css">
</head><body>
<div class="zf-top"><a href="/">{site.name}</a></div>
<div class="zf-menu"><dl><dt><a href="/">首页</a></dt></dl>{items}</div>
<div class="zf-body">{middle}</div>
<div class="zf-foot"><p>{self.identity(site)}</p>{self.identity_links()}<p>Copyright 2018-2026 All Rights Reserved</p></div>
</body></html>"""

    def drop(self, link: Link) -> str:
        return "".join(f'<dd><a href="{below.url}">{below.name}</a></dd>' for below in link.below)

    def hot(self, site: Site) -> str:
        items = "".join(
            f'<p class="rd"><a href="{row.url}">{row.title}</a>{self.dated(PLAIN, row, "<em>", "</em>")}</p>'
            for row in self.hot_rows(site)
        )
        return f'<div class="zf-hot"><h3>热点关注</h3>{items}</div>'

    def home_middle(self, site: Site) -> str:
        return f"{self.blocks(site)}{self.hot(site)}"

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        return (
            f'<div class="zf-block"><div class="zf-bt">{more.name}<a href="{more.url}" title="{more.name}">更多</a></div>'
            f"{self.rows_html(PLAIN, rows)}</div>"
        )

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        near = site.children(column.parent) if column.parent else site.top
        side = "".join(f'<li><a href="{self.column_path(each)}">{each.name}</a></li>' for each in near)
        trail = "".join(f'>><a href="{self.column_path(each)}">{each.name}</a>' for each in column.path)
        return (
            f'<div class="zf-wz">当前位置：<a href="/">首页</a>{trail}</div><div class="zf-left"><ul>{side}</ul>{self.hot(site)}</div>'
            f'<div class="zf-right"><h2>{column.name}</h2>{main}</div>'
        )

    def list_area(self, site: Site, column: Column, page: int) -> str:
        return (
            f'<iframe src="/zfcloud/list.html?channel={column.slug}&page={page + 1}" name="listFrame" width="100%" '
            'height="900" frameborder="0" scrolling="no"></iframe>'
        )

    def loaded(self, site: Site, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        if path != "/zfcloud/list.html":
            return None
        column = next((one for one in site.lists if one.slug == query.get("channel")), None)
        number = query.get("page", "1")
        if column is None or not number.isdigit():
            return None
        rows = self.rows_html(column, self.rows(site, column, int(number) - 1))
        text = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><base target="_parent"></head><body class="list-body">
{rows}<div class="fy">共{len(column.numbers)}条</div></body></html>"""
        return self.content_type, text

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        items = "\n".join(
            f'<p class="zf-row"><a href="{row.url}" target="_parent" title="{row.title}">{"【置顶】" if row.pinned else ""}{row.title}</a>'
            f"{self.dated(column, row, '<em>', '</em>')}</p>"
            for row in rows
        )
        return f'<div class="zf-list">{items}</div>'

    def pager(self, column: Column, page: int) -> str:
        return ""

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"发布时间：{when}" if when else ""
        return (
            f'<div class="zf-art"><h1>{site.title(column, number)}</h1><p class="zf-info">{line}　来源：{site.unit}</p>'
            f'<div class="zf-txt">{self.body_text(site, column, number)}</div></div>'
        )
