"""A modern department template: cards with the date split in two boxes, day above year and month."""

from collections.abc import Sequence
from datetime import date

from demo.families.addresses import article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site


class Cards(Family):
    page_size = 12
    first_page = 2

    def column_path(self, column: Column) -> str:
        return f"/channel/{column.slug}/index.html"

    def page_path(self, column: Column, page: int) -> str:
        return f"/channel/{column.slug}/list_{page + 1}.html" if page else self.column_path(column)

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"/content/{day.year}-{day.month:02d}/{day.day:02d}/content_{article_id(column, number)}.html"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        label = "utf-8"
        items = "".join(
            f'<div class="m-item"><a class="m-a" href="{link.url}"><span>{link.name}</span></a>{self.drop(link)}</div>'
            for link in self.links(site)
        )
        return f"""<!doctype html>
<html lang="zh-CN"><head><meta charset="{label}">
<meta name="viewport" content="width=device-width,initial-scale=1">
{self.meta_lines(site, column, number)}
<title>{self.page_title(site, column, number)}</title>
<link href="/static/css/site.min.css?v=20240118" rel="stylesheet"></head>
<body class="g-body">
<header class="g-hd"><div class="g-logo"><a href="/"><strong>{site.name}</strong></a></div>
<div class="g-time" id="nowTime"></div><script>document.getElementById('nowTime').innerHTML=new Date().toLocaleDateString()</script></header>
<nav class="g-nav"><div class="m-item"><a class="m-a" href="/"><span>网站首页</span></a></div>{items}</nav>
<main class="g-mn">{middle}</main>
<footer class="g-ft"><div class="links"><a href="http://www.gov.cn/">中国政府网</a><a href="http://www.henan.example/">省政府</a></div>
<div class="info">{self.identity(site)}</div><div>{self.identity_links()}<a href="/sitemap.html">网站地图</a></div></footer>
<script src="/static/js/site.min.js?v=20240118"></script></body></html>"""

    def drop(self, link: Link) -> str:
        if not link.below:
            return ""
        items = "".join(f'<dd><a href="{below.url}">{below.name}</a></dd>' for below in link.below)
        return f'<dl class="m-sub">{items}</dl>'

    def day_box(self, column: Column, row: Row) -> str:
        if row.day is None:
            return ""
        if column.trick == "month-day":
            return f'<div class="md">{row.day.month:02d}-{row.day.day:02d}</div>'
        return (
            f'<div class="date"><div class="day">{row.day.day:02d}</div>'
            f'<div class="ym">{row.day.year}-{row.day.month:02d}</div></div>'
        )

    def home_middle(self, site: Site) -> str:
        hot = "".join(
            f'<p class="rank"><i>{turn}</i><a href="{row.url}">{row.title}</a>{self.dated(PLAIN, row, "<small>", "</small>")}</p>'
            for turn, row in enumerate(self.hot_rows(site), 1)
        )
        return f'<section class="banner"></section>{self.blocks(site)}<section class="u-hot"><h2>热点关注</h2>{hot}</section>'

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        cards = "".join(
            f'<a class="u-row" href="{row.url}"><span class="t">{row.title}</span>{self.dated(PLAIN, row, "<time>", "</time>")}</a>'
            for row in rows
        )
        return (
            f'<section class="u-block"><h2>{more.name}<a class="u-more" href="{more.url}">更多 +</a></h2>'
            f'<div class="u-list">{cards}</div></section>'
        )

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        trail = "".join(f' / <a href="{self.column_path(each)}">{each.name}</a>' for each in column.path)
        hot = "".join(
            f'<p class="rank"><a href="{row.url}">{row.title}</a>{self.dated(PLAIN, row, "<small>", "</small>")}</p>'
            for row in self.hot_rows(site)
        )
        return (
            f'<div class="u-crumb"><a href="/">首页</a>{trail}</div><h1 class="u-h1">{column.name}</h1>'
            f'<div class="u-main">{main}</div><aside class="u-side"><h3>热点关注</h3>{hot}</aside>'
        )

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        cards = "".join(
            f'<div class="card">{self.day_box(column, row)}<div class="txt"><h4><a href="{row.url}" target="_blank">'
            f'{"【置顶】" if row.pinned else ""}{row.title}</a></h4><p class="sum">{row.title}，详情请点击查看全文。</p></div></div>\n'
            for row in rows
        )
        return f'<div class="card-list">{cards}</div>'

    def no_rows(self, column: Column) -> str:
        return '<div class="card-list"></div><div class="empty">暂无内容</div>'

    def pager(self, column: Column, page: int) -> str:
        count = self.pages(column)
        numbers = "".join(
            f'<a class="p{" on" if each == page else ""}" href="{self.page_path(column, each)}">{each + 1}</a>'
            for each in range(min(count, 8))
        )
        return f'<div class="u-page">{numbers}</div>' if count > 1 else ""

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"<span>发布日期：{when}</span>" if when else ""
        return (
            f'<article class="u-art"><h1>{site.title(column, number)}</h1><div class="u-info">{line}<span>信息来源：{site.unit}</span></div>'
            f'<div class="u-text">{self.body_text(site, column, number)}</div></article>'
        )
