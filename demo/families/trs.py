"""TRS WCM, static pages: `t20261103_123.html`, `createPageHTML`, breadcrumb links of class CurrChnlCls."""

from collections.abc import Sequence
from datetime import date

from demo.families.addresses import article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site

PAGER = """<script>
function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){
  if(_nPageCount == null || _nPageCount <= 1){ return; }
  for(var i = 0; i < _nPageCount; i++){
    document.write(i == _nCurrIndex ? '<span>' + (i+1) + '</span>'
      : '<a href="' + _sPageName + (i ? '_' + i : '') + '.' + _sPageExt + '">' + (i+1) + '</a>');
  }
}
"""


class Trs(Family):
    def column_path(self, column: Column) -> str:
        return "/" + "/".join(each.slug for each in column.path) + "/"

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"{self.column_path(column)}{day:%Y%m}/t{day:%Y%m%d}_{article_id(column, number)}.{self.extension}"

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        menu = "".join(
            f'<li class="nav_li"><a href="{link.url}" target="_blank">{link.name}</a>{self.drop(link)}</li>'
            for link in self.links(site)
        )
        return f"""<!DOCTYPE html>
<html>
<head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8"/>
<meta http-equiv="X-UA-Compatible" content="IE=edge,chrome=1" />
<title>{self.page_title(site, column, number)}</title>
{self.meta_lines(site, column, number)}
<link rel="stylesheet" href="/images/common2024.css?t=20230412">
<script src="/images/jquery-3.6.0.min.js"></script>
</head>
<body>
<div class="top w1200"><span class="date">{self.today_line(site)}</span>
<a href="http://www.gov.cn/" target="_blank">中国政府网</a><a href="javascript:void(0)" class="wza">无障碍</a></div>
<div class="header"><a href="/"><img src="/images/logo.png" alt="{site.name}"></a>
<form action="/so/s" class="search"><input name="qt" placeholder="请输入关键字"><button>搜索</button></form></div>
<div class="nav"><ul class="nav_ul"><li class="nav_li"><a href="/">首页</a></li>{menu}</ul></div>
{middle}
<div class="footer"><div class="yqlj"><select><option>友情链接</option></select>
<a href="http://www.gov.cn/">中国政府网</a><a href="http://www.people.com.cn/">人民网</a><a href="http://www.xinhuanet.com/">新华网</a></div>
<p>{self.identity(site)}</p><p>{self.identity_links()}<a href="/wzdt/">网站地图</a> 版权所有 2015-2026</p></div>
</body>
</html>"""

    def drop(self, link: Link) -> str:
        if not link.below:
            return ""
        items = "".join(
            f'<a href="{below.url}" title="{below.name}">{below.name}</a>' for below in link.below
        )
        return f'<div class="sub_nav">{items}</div>'

    def hot(self, site: Site) -> str:
        items = "".join(
            f'<li><a href="{row.url}">{row.title}</a>{self.dated(PLAIN, row, "<em>", "</em>")}</li>'
            for row in self.hot_rows(site)
        )
        return f'<div class="hot"><h4>热点关注</h4><ul class="hot_ul">{items}</ul></div>'

    def home_middle(self, site: Site) -> str:
        return f'<div class="main w1200">{self.blocks(site)}{self.hot(site)}</div>'

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        items = "".join(
            f'<li><a href="{row.url}" target="_blank" title="{row.title}">{row.title}</a>'
            f"{self.dated(PLAIN, row, '<span>', '</span>')}</li>"
            for row in rows
        )
        return (
            f'<div class="box"><div class="box_hd"><h3>{more.name}</h3><a href="{more.url}" class="more">更多&gt;&gt;</a></div>'
            f'<ul class="list">{items}</ul></div>'
        )

    def crumbs(self, column: Column) -> str:
        links = "&nbsp;&gt;&nbsp;".join(
            f'<a href="{self.column_path(each)}" title="{each.name}" class="CurrChnlCls">{each.name}</a>'
            for each in column.path
        )
        return f'<div class="dqwz">当前位置：<a href="/" title="首页" class="CurrChnlCls">首页</a>&nbsp;&gt;&nbsp;{links}</div>'

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        return f"""<div class="main w1200">{self.crumbs(column)}
<div class="left_bar"><h2>{column.path[0].name}</h2>{self.hot(site)}</div>
<div class="right_bar"><div class="title">{column.name}</div>{main}</div></div>"""

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        items = "".join(
            f'<li><a href="{row.url}" target="_blank" title="{row.title}">{self.top_mark(row)}{row.title}</a>'
            f"{self.dated(column, row, '<span>', '</span>')}</li>\n"
            f"{'<li class=line></li>' if turn % 5 == 4 else ''}"
            for turn, row in enumerate(rows)
        )
        return f'<ul class="list">\n{items}</ul>'

    def top_mark(self, row: Row) -> str:
        return '<font color="red">[置顶]</font>' if row.pinned else ""

    def pager(self, column: Column, page: int) -> str:
        return f'<div class="page">{PAGER}createPageHTML({self.pages(column)}, {page}, "index", "{self.extension}");\n</script></div>'

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number)
        line = f"<span>发布时间：{when}</span>" if when else ""
        return f"""<div class="main w1200">{self.crumbs(column)}<div class="article">
<h1>{site.title(column, number)}</h1>
<div class="info">{line}<span>来源：{site.unit}</span><span>字体：<a href="javascript:;">大</a> <a href="javascript:;">小</a></span></div>
<div class="TRS_Editor">{self.body_text(site, column, number)}</div></div>{self.hot(site)}</div>"""
