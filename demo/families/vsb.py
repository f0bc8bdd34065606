"""Visual SiteBuilder 9 (博达): `/info/1023/1100003.htm`, no government tags at all, dates as 2026/11/03 before the link."""

from collections.abc import Sequence
from datetime import date

from demo.families.addresses import Place, article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site


class Vsb(Family):
    extension = "htm"
    page_size = 14

    def column_path(self, column: Column) -> str:
        return f"/{'/'.join(each.slug for each in column.path)}.htm"

    def page_path(self, column: Column, page: int) -> str:
        stem = self.column_path(column).removesuffix(".htm")
        return f"{stem}/{self.pages(column) - page}.htm" if page else f"{stem}.htm"

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"/info/{1000 + column.index}/{article_id(column, number)}.htm"

    def later_page(self, site: Site, path: str) -> Place | None:
        """Page numbers run backwards here: the second page of five is 4.htm, so that old addresses last."""
        for column in site.lists:
            if path.startswith(self.column_path(column).removesuffix(".htm") + "/"):
                pages = range(1, self.pages(column))
                page = next((each for each in pages if self.page_path(column, each) == path), 0)
                return Place(column, page) if page else None
        return None

    def format_day(self, day: date) -> str:
        return f"{day.year}/{day.month:02d}/{day.day:02d}"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        items = "".join(
            f'<li><a href="{link.url}">{link.name}</a>{self.drop(link)}</li>\n' for link in self.links(site)
        )
        return f"""<!DOCTYPE html><HTML><HEAD><TITLE>{self.page_title(site, column, number)}</TITLE>
<META charset="UTF-8"><META Name="keywords" Content="{site.name}" />
<link type="text/css" href="/_sitegray/_sitegray_d.css" rel="stylesheet" />
<script language="javascript" src="/_sitegray/_sitegray.js"></script>
<!-- CustomerNO:77656262657232307b76475952545742000000014950 -->
<META Name="SiteName" Content="{site.name}" /><META Name="SiteIDCode" Content="{site.key}" />
<SCRIPT language="javascript" src="/system/resource/js/counter.js" type="text/javascript"></SCRIPT>
</HEAD>
<BODY>
<div class="logo"><a href="/index.htm" title="返回首页"><img src="/images/logo.png" alt="{site.name}"></a></div>
<div class="nav" id="nav"><ul class="menu"><li><a href="/index.htm">首页</a></li>
{items}</ul></div>
<div class="content">{middle}</div>
<div class="foot"><!-- 版权内容请在本组件"内容配置-版权"处填写 --><p>{self.identity(site)}</p><p>{self.identity_links()}</p></div>
<!-- Announced by Visual SiteBuilder 9 -->
</BODY></HTML>"""

    def drop(self, link: Link) -> str:
        items = "".join(f'<li><a href="{below.url}">{below.name}</a></li>' for below in link.below)
        return f"<ul>{items}</ul>" if items else ""

    def hot(self, site: Site) -> str:
        items = "".join(
            f'<li id="lineimg_{turn}"><a href="{row.url}" class="c1">{row.title}</a>{self.dated(PLAIN, row, "<span>", "</span>")}</li>'
            for turn, row in enumerate(self.hot_rows(site))
        )
        return f'<div class="hotbox"><h3>热点关注</h3><ul>{items}</ul></div>'

    def home_middle(self, site: Site) -> str:
        return f'<div class="ej">{self.blocks(site)}{self.hot(site)}</div>'

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        items = "".join(
            f'<li id="line_u3_{turn}">{self.dated(PLAIN, row, "<em>", "</em>")}<a href="{row.url}" title="{row.title}">{row.title}</a></li>'
            for turn, row in enumerate(rows)
        )
        return f'<div class="n_box"><div class="n_tit"><span>{more.name}</span><a href="{more.url}">MORE</a></div><ul class="n_ul">{items}</ul></div>'

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        near = site.children(column.parent) if column.parent else site.top
        side = "".join(f'<dd><a href="{self.column_path(each)}">{each.name}</a></dd>' for each in near)
        trail = "&gt;&gt; ".join(
            f'<a href="{self.column_path(each)}">{each.name}</a>' for each in column.path
        )
        return (
            f'<div class="n_left"><dl><dt>{column.path[0].name}</dt>{side}</dl>{self.hot(site)}</div>'
            f'<div class="n_right"><div class="n_wz">当前位置: <a href="/index.htm">首页</a>&gt;&gt; {trail}</div>'
            f'<div class="n_list">{main}</div></div>'
        )

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        items = "\n".join(
            f'<li id="line_u8_{turn}">{self.dated(column, row, "<em>", "</em>")}<a href="{row.url}" target="_blank" '
            f'title="{row.title}">{"置顶｜" if row.pinned else ""}{row.title}</a></li>'
            for turn, row in enumerate(rows)
        )
        return f"<ul>\n{items}\n</ul>"

    def pager(self, column: Column, page: int) -> str:
        count, rows = self.pages(column), len(column.numbers)
        after = (
            f'<a href="{self.page_path(column, page + 1)}">下页</a>'
            if page + 1 < count
            else "<span>下页</span>"
        )
        return f'<div class="pb_sys_common"><span class="p_t">共{rows}条</span><span class="p_no">{page + 1}/{count}</span>{after}</div>'

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"发布时间：{when[:10]}" if when else ""
        return f"""<form name="_newscontent_fromname"><div class="n_art"><h3>{site.title(column, number)}</h3>
<div class="n_info">{line}&nbsp;&nbsp;作者：{site.unit}&nbsp;&nbsp;点击：[<span id="dynclicks"></span>]</div>
<div id="vsb_content"><div class="v_news_content">{self.body_text(site, column, number)}</div></div></div></form>"""
