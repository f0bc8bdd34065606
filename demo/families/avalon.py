"""TRS with avalon: rows in groups of five under `ms-visible`, side menu, `role` marks, dates as 2026年11月03日."""

from collections.abc import Sequence
from datetime import date

from demo.families.addresses import article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site


class Avalon(Family):
    extension = "htm"

    def column_path(self, column: Column) -> str:
        return "/" + "/".join(each.slug for each in column.path) + "/"

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"{self.column_path(column)}{day:%Y%m}/t{day:%Y%m%d}_{article_id(column, number)}.htm"

    def href(self, site: Site, column: Column) -> str:
        return f"{site.base}{self.column_path(column)}"

    def format_day(self, day: date) -> str:
        return f"{day.year}年{day.month:02d}月{day.day:02d}日"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        tops = "\n".join(
            f'<li class="parentNode" ms-class="on:paths[3]==\'{turn}\'"><a href="{link.url}">{link.name}</a></li>'
            for turn, link in enumerate(self.links(site))
        )
        drops = "\n".join(self.drop(link) for link in self.links(site))
        return f"""<!DOCTYPE html>
<html ms-controller="windowRoot" ms-class="slb:isSlb">
<head>
<meta charset="utf-8" name="viewport" content="width=device-width, initial-scale=1.0">
{self.meta_lines(site, column, number)}
<title>
	{self.page_title(site, column, number)}
</title>
<link rel="stylesheet" type="text/css" href="/images/23yunze.css">
</head>
<body>
<div class="wrap"><div class="header menu_hov"><div class="row">
<div class="header_link_01" role="serve" des="头部信息"><a href="https://www.gov.cn/" Target="_blank" class="btn_base">国务院</a></div>
<div class="menu_base menu_hd"><ul class="clearflx" role="navigation" des="站点主目录">
<li ms-class="on:RootPath==''"><a href="{site.base}/">首页</a></li>
{tops}
</ul></div></div>
<div class="submenu menu_bd">{drops}</div></div>
<div class="banner_header"><p><font ms-text="now|date('yyyy年MM月dd日 EEEE')">{self.today_line(site)}</font></p></div>
{middle}
<div class="foot" role="contentinfo"><p>{self.identity(site)}</p><p>{self.identity_links()}<a href="{site.base}/wzdt/">网站地图</a></p></div>
</div>
</body></html>"""

    def drop(self, link: Link) -> str:
        items = "".join(
            f'<a href="{below.url}" target="_blank" title="{below.name}">{below.name}</a>\n'
            for below in link.below
        )
        return f'<div class="row"><div>{items}</div></div>' if items else '<div class="row"></div>'

    def home_middle(self, site: Site) -> str:
        return f'<div class="main">{self.blocks(site)}{self.hot(site)}</div>'

    def hot(self, site: Site) -> str:
        items = "".join(
            f'<li class="list_item"><a href="{row.url}">{row.title}</a>{self.dated(PLAIN, row, "<i>", "</i>")}</li>'
            for row in self.hot_rows(site)
        )
        return f'<div class="recommend" role="viewlist" des="热点"><div class="h_tit">热点关注</div><ul>{items}</ul></div>'

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        items = "".join(
            f'<li class="list_item"><a href="{row.url}" title="{row.title}">{row.title}</a>'
            f"{self.dated(PLAIN, row, '<span class=list_date>', '</span>')}</li>"
            for row in rows
        )
        return (
            f'<div class="tab_base" role="viewlist" des="{more.name}"><div class="tab_hd"><a href="{more.url}">{more.name}</a>'
            f'<a class="more" href="{more.url}" title="{more.name}">更多</a></div><ul class="list_base">{items}</ul></div>'
        )

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        trail = "".join(
            f'<li><a href="{self.href(site, each)}" title="{each.name}" class="active">{each.name}</a></li>'
            for each in column.path
        )
        near = site.children(column.parent) if column.parent else []
        side = "".join(
            f'<li{" class=on" if each is column else ""}><a href="{self.href(site, each)}">{each.name}</a></li>'
            for each in near
        )
        return f"""<div class="main"><div class="breadcrumb" role='navigation' des="当前位置"><span>当前位置：</span>
<ul><li><a href="{site.base}/" title="首页" class="active">首页</a></li>{trail}</ul></div>
<div class="side_nav" role="navigation" des="侧边栏目"><h2>{column.path[0].name}</h2><ul>{side}</ul></div>
<div class="list_area" ms-controller="list" role="viewlist" des='column'>{main}</div>{self.hot(site)}</div>"""

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        groups = []
        for start in range(0, len(rows), 5):
            items = "".join(
                f'<li class="list_item">{"<b>置顶</b>" if row.pinned else ""}<a href="{row.url}" target="_blank" '
                f'title="{row.title}">{row.title}</a>{self.dated(column, row, "<span class=list_date>", "</span>")}</li>\n'
                for row in rows[start : start + 5]
            )
            groups.append(f'<div ms-visible="$showStatic({start // 5 + 1})">{items}</div>')
        return f'<ul class="list_base list_base_01">{"".join(groups)}</ul>'

    def pager(self, column: Column, page: int) -> str:
        return (
            f'<div class="pager_box" ms-controller="pager">共{len(column.numbers)}条'
            f'<script>createPageHTML({self.pages(column)},{page},"index","htm",{len(column.numbers)})</script></div>'
        )

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"<span>时间：{when}</span>" if when else ""
        return f"""<div class="main"><div class="article_area"><div class="article_title">{site.title(column, number)}</div>
<div class="article_extinfo"><span>来源：{site.unit}</span>{line}<span>点击数：<i id="clicks">-</i></span></div>
<div class="article_component"><div class="view TRS_UEDITOR">{self.body_text(site, column, number)}</div></div></div>{self.hot(site)}</div>"""
