"""Channel pages with tabs: a parent shows its children's lists one over another, all but the first hidden."""

from collections.abc import Sequence
from datetime import date

from demo.families.addresses import article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site


class Tabs(Family):
    def column_path(self, column: Column) -> str:
        return "/" + "/".join(each.slug for each in column.path) + "/index.html"

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        folder = self.column_path(column).removesuffix("index.html")
        return f"{folder}{day:%Y%m}/t{day:%Y%m%d}_{article_id(column, number)}.html"

    def format_day(self, day: date) -> str:
        return f"({day.isoformat()})"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        items = "".join(
            f'<td class="menu_td"><a href="{link.url}" onmouseover="showMenu({turn})">{link.name}</a>{self.drop(link, turn)}</td>'
            for turn, link in enumerate(self.links(site))
        )
        return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
<head>
<meta http-equiv="Content-Type" content="text/html; charset=UTF-8"/>
{self.meta_lines(site, column, number)}
<title>{self.page_title(site, column, number)}</title>
<script type="text/javascript" src="/material/js/SuperSlide.2.1.3.js"></script>
</head>
<body id="page_type">
<div class="topBgc"><div class="wrapper"><a href="/"><img src="/material/logo.png" alt="{site.name}" /></a></div></div>
<table class="menu"><tr><td class="menu_td"><a href="/">首 页</a></td>{items}</tr></table>
<div class="wrapper clearbox">{middle}</div>
<div class="bottom"><div class="conac">{self.identity_links()}</div><div class="copy">{self.identity(site)}<br/>
<a href="/wzdt.html">网站地图</a></div></div>
</body></html>"""

    def drop(self, link: Link, turn: int) -> str:
        items = "".join(f'<li><a href="{below.url}">{below.name}</a></li>' for below in link.below)
        return f'<ul class="submenu" id="sub{turn}" style="display:none">{items}</ul>' if items else ""

    def home_middle(self, site: Site) -> str:
        return f'{self.tabbed(self.shown(site, self.home_columns(site)))}<div class="news_list rd">{self.hot(site)}</div>'

    def hub(self, site: Site, column: Column) -> str:
        return self.tabbed(self.shown(site, site.children(column)))

    def shown(self, site: Site, columns: Sequence[Column]) -> list[tuple[Link, str]]:
        found = []
        for column in columns:
            rows = self.rows(site, column, size=6) if column.has_list and not column.trick else []
            found.append((Link(column.name, self.href(site, column)), self.rows_html(PLAIN, rows)))
        return found

    def tabbed(self, tabs: Sequence[tuple[Link, str]]) -> str:
        """Blocks of two tabs; the second tab and its 更多 are hidden until somebody points at them."""
        blocks = []
        for start in range(0, len(tabs), 2):
            pair = tabs[start : start + 2]
            heads = "".join(
                f'<li class="nolink{" act" if turn == 0 else ""}"><a href="{link.url}">{link.name}</a></li>'
                for turn, (link, _) in enumerate(pair)
            )
            mores = "".join(
                f'<a class="more_cont{" hide" if turn else ""}" href="{link.url}" title="更多{link.name}">更多</a>'
                for turn, (link, _) in enumerate(pair)
            )
            lists = "".join(
                f'<div class="list"{" style=" + chr(34) + "display: none" + chr(34) if turn else ""}>{rows}</div>'
                for turn, (_, rows) in enumerate(pair)
            )
            blocks.append(
                f'<div class="news_list"><div class="news_list_menu"><ul>{heads}</ul>{mores}</div>{lists}</div>'
            )
        return "\n".join(blocks)

    def hot(self, site: Site) -> str:
        items = "".join(
            f'<li><a href="{row.url}">{row.title}</a>{self.dated(PLAIN, row, "<b>", "</b>")}</li>'
            for row in self.hot_rows(site)
        )
        return f"<h4>热点关注</h4><ul class='rd_ul'>{items}</ul>"

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        return self.tabbed([(more, self.rows_html(PLAIN, rows))])

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        trail = "".join(f"<a href='{self.column_path(each)}'>{each.name}</a>&gt;" for each in column.path)
        side = "".join(
            f"<li><a href='{self.column_path(each)}'>{each.name}</a></li>"
            for each in (site.children(column.parent) if column.parent else [])
        )
        return f"""<div class="position">您当前所在的位置：<a href="/">首页</a>&gt;{trail}</div>
<div class="left fl_l"><ul class="left_menu">{side}</ul>{self.hot(site)}</div>
<div class="right fl_r"><h3>{column.name}</h3>{main}</div>"""

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        items = "".join(
            f'<li>\n<a href="{row.url}" target="_blank" title="{row.title}">{row.title}</a>{"<img src=/material/top.gif alt=置顶>" if row.pinned else ""}\n'
            f"{self.dated(column, row, '<span>', '</span>')}\n</li>"
            for row in rows
        )
        return f'<ul class="news_ul">{items}</ul>'

    def pager(self, column: Column, page: int) -> str:
        return f"<div id='pages'><script>var countPage = {self.pages(column)};//createPageHTML\nvar currentPage = {page};</script></div>"

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"发布时间: {when}" if when else ""
        return f"""<div class="position"><a href="/">首页</a>&gt;<a href="{self.column_path(column)}">{column.name}</a></div>
<div class="detail"><h2 class="detail_tit">{site.title(column, number)}</h2>
<p class="detail_sub"><span>{line}</span><span>来源: {site.unit}</span></p>
<div class="detail_txt">{self.body_text(site, column, number)}</div></div>"""
