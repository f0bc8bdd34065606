"""An old table site of the early 2000s: GBK bytes, labelled gb2312 or not at all, upper-case tags, `.asp` addresses."""

import re
from collections.abc import Sequence
from datetime import date

from demo.families.addresses import Place, article_id
from demo.families.base import PLAIN, Family, Link
from demo.site import Column, Row, Site


class GbkTable(Family):
    encoding = "gbk"
    content_type = "text/html"
    extension = "asp"
    page_size = 15

    def column_path(self, column: Column) -> str:
        return f"/List.asp?ClassID={column.index + 11}"

    def page_path(self, column: Column, page: int) -> str:
        return f"{self.column_path(column)}&page={page + 1}" if page else self.column_path(column)

    def dated_article_path(self, column: Column, number: int, day: date) -> str:
        return f"/Show.asp?ArticleID={article_id(column, number)}"

    def article_path(self, site: Site, column: Column, number: int, day: date | None = None) -> str:
        return self.dated_article_path(column, number, day or site.day(column, number))

    def place(self, site: Site, path: str) -> Place | None:
        if later := re.fullmatch(r"/List\.asp\?ClassID=(\d+)&page=(\d+)", path):
            column = next((one for one in site.lists if one.index + 11 == int(later[1])), None)
            page = int(later[2]) - 1
            return Place(column, page) if column and 0 <= page < self.pages(column) else None
        return super().place(site, path)

    def format_day(self, day: date) -> str:
        return f"[{day.year}/{day.month:02d}/{day.day:02d}]"

    def label(self, site: Site) -> str:
        """Every second site of this make does not tell its charset."""
        return (
            '<META HTTP-EQUIV="Content-Type" CONTENT="text/html; charset=gb2312">' if site.index % 2 else ""
        )

    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str:
        cells = "".join(
            f'<TD ALIGN=center><A HREF="{link.url}" CLASS=menu>{link.name}</A></TD>'
            for link in self.links(site)
        )
        metas = "".join(
            f"<META NAME={name} CONTENT='{content}'>\n" for name, content in self.metas(site, column, number)
        )
        return f"""<HTML>
<HEAD>
{self.label(site)}
<TITLE>{self.page_title(site, column, number)}</TITLE>
{metas}<LINK HREF="/css.css" REL=stylesheet TYPE="text/css">
</HEAD>
<BODY BGCOLOR=#FFFFFF LEFTMARGIN=0 TOPMARGIN=0>
<TABLE WIDTH=980 BORDER=0 ALIGN=center><TR><TD><IMG SRC="/images/top.jpg" ALT="{site.name}"></TD></TR>
<TR><TD><FONT COLOR=red>{self.today_line(site)}</FONT></TD></TR></TABLE>
<TABLE WIDTH=980 BORDER=0 ALIGN=center BGCOLOR=#CC0000><TR><TD ALIGN=center><A HREF="/" CLASS=menu>首页</A></TD>{cells}</TR></TABLE>
<TABLE WIDTH=980 BORDER=0 ALIGN=center><TR VALIGN=top>{middle}</TR></TABLE>
<TABLE WIDTH=980 BORDER=0 ALIGN=center><TR><TD ALIGN=center>{self.identity(site)}<BR>{self.identity_links()}
<SCRIPT SRC="/count.js"></SCRIPT></TD></TR></TABLE>
</BODY>
</HTML>"""

    def side(self, site: Site, column: Column | None) -> str:
        near = (
            site.children(column.parent or column) or [column]
            if column
            else [one for one in site.columns if one.parent]
        )
        menu = "".join(
            f"<TR><TD>·<A HREF='{self.column_path(each)}'>{each.name}</A></TD></TR>" for each in near
        )
        hot = "".join(
            f"<TR><TD>·<A HREF='{row.url}'>{row.title}</A> {self.dated(PLAIN, row, '<FONT COLOR=#999999>', '</FONT>')}</TD></TR>"
            for row in self.hot_rows(site)
        )
        return (
            f"<TABLE WIDTH=220 BORDER=1><TR><TD BGCOLOR=#EEEEEE>栏目导航</TD></TR>{menu}</TABLE>"
            f"<TABLE WIDTH=220 BORDER=1><TR><TD BGCOLOR=#EEEEEE>热点关注</TD></TR>{hot}</TABLE>"
        )

    def home_middle(self, site: Site) -> str:
        return f"<TD WIDTH=230>{self.side(site, None)}</TD><TD>{self.blocks(site)}</TD>"

    def home_block(self, more: Link, rows: Sequence[Row]) -> str:
        return (
            f"<TABLE WIDTH=100% BORDER=0><TR><TD CLASS=bt><B>{more.name}</B></TD>"
            f"<TD ALIGN=right><A HREF='{more.url}'>更多...</A></TD></TR></TABLE>{self.rows_html(PLAIN, rows)}"
        )

    def column_middle(self, site: Site, column: Column, main: str) -> str:
        trail = "".join(
            f" &gt;&gt; <A HREF='{self.column_path(each)}'>{each.name}</A>" for each in column.path
        )
        return (
            f"<TD WIDTH=230>{self.side(site, column)}</TD><TD><TABLE WIDTH=100%><TR><TD>当前位置：<A HREF='/'>首页</A>"
            f"{trail}</TD></TR></TABLE>{main}</TD>"
        )

    def rows_html(self, column: Column, rows: Sequence[Row]) -> str:
        lines = "\n".join(
            f"<TR><TD HEIGHT=24>·<A HREF='{row.url}' TARGET=_blank TITLE='{row.title}'>{'<FONT COLOR=red>[顶]</FONT>' if row.pinned else ''}"
            f"{row.title}</A></TD><TD WIDTH=100>{self.dated(column, row, '', '')}</TD></TR>"
            for row in rows
        )
        return f"<TABLE WIDTH=100% BORDER=0 CELLPADDING=2>\n{lines}\n</TABLE>"

    def no_rows(self, column: Column) -> str:
        return "<TABLE WIDTH=100%><TR><TD ALIGN=center>没有任何记录！</TD></TR></TABLE>"

    def pager(self, column: Column, page: int) -> str:
        count = self.pages(column)
        after = f"<A HREF='{self.page_path(column, page + 1)}'>下一页</A>" if page + 1 < count else "下一页"
        return f"<P ALIGN=center>共 {len(column.numbers)} 条 第{page + 1}/{count}页 首页 {after}</P>"

    def article_middle(self, site: Site, column: Column, number: int) -> str:
        when = self.when(site, column, number).replace("-", "/")
        line = f"发布时间：{when}" if when else ""
        return (
            f"<TD><TABLE WIDTH=100%><TR><TD ALIGN=center><H2>{site.title(column, number)}</H2></TD></TR>"
            f"<TR><TD ALIGN=center>{line} 来源：{site.unit} 阅读：次</TD></TR>"
            f"<TR><TD>{self.body_text(site, column, number)}</TD></TR></TABLE></TD>"
        )
