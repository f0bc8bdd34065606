"""Lists in unusual markup, and pages on which more than one list stands."""

from collections.abc import Sequence

from demo.shapes.shape import Listed, Shape, link
from demo.site import Row

EMPTY = '<div class="none">暂无信息</div>'


def dated(row: Row) -> str:
    return row.day.isoformat() if row.day else ""


def plain(rows: Sequence[Row]) -> str:
    return f"<ul>{''.join(f'<li>{link(row)}<span>{dated(row)}</span></li>' for row in rows)}</ul>"


class Pictures(Shape):
    """A picture over each title."""

    name = "picture-list"
    sorts = ("news", "reading")

    def area(self, listed: Listed, page: int) -> str:
        items = "".join(
            f'<div class="pic-item"><a href="{row.url}"><img src="/picture/{row.url[-12:-5]}.jpg" alt=""></a>'
            f"<p>{link(row)}</p><em>{dated(row)}</em></div>"
            for row in listed.rows(page)
        )
        return f'<div class="pic-list">{items}</div>'


class Table(Shape):
    """Title, number and date as cells, under a head row that stays when nothing is below it."""

    name = "table-list"
    sorts = ("policy", "notice", "plan", "staff")

    def area(self, listed: Listed, page: int) -> str:
        rows = "".join(
            f"<tr><td>{number}</td><td>{link(row)}</td><td>{dated(row)}</td></tr>"
            for number, row in enumerate(listed.rows(page), 1)
        )
        return (
            '<table class="gk-table" width="100%"><thead><tr><th>序号</th><th>标题</th><th>发布日期</th></tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )


class Definitions(Shape):
    """`dl`: the title as term, the date as its definition."""

    name = "dl-list"

    def area(self, listed: Listed, page: int) -> str:
        items = "".join(f"<dt>{link(row)}</dt><dd>{dated(row)}</dd>" for row in listed.rows(page))
        return f'<dl class="xx-dl">{items}</dl>'


class TwoColumns(Shape):
    """The rows run down one half of the page and then the other: the second begins with older ones."""

    name = "two-column-list"

    def area(self, listed: Listed, page: int) -> str:
        rows = listed.rows(page)
        half = -(-len(rows) // 2)
        return (
            f'<div class="half fl">{plain(rows[:half])}</div><div class="half fr">{plain(rows[half:])}</div>'
        )


class Tabs(Shape):
    """Two tabs: what is still in force, and an archive of long ago that is hidden until it is clicked."""

    name = "archive-tab"
    suits_empty = False

    def area(self, listed: Listed, page: int) -> str:
        rows = listed.rows(page)
        return (
            '<div class="tabs"><ul class="tab-hd"><li class="on">最新</li><li>历史</li></ul>'
            f'<div class="tab-bd">{plain(rows[:-2])}</div><div class="tab-bd" style="display:none">{plain(rows[-2:])}</div></div>'
        )


class FreshSideList(Shape):
    """Beside the list stands what other columns published today (最新发布): it is not this column's."""

    name = "fresh-side-list"
    sorts = ("notice", "policy", "reading", "staff", "plan")

    def area(self, listed: Listed, page: int) -> str:
        family, site = listed.family, listed.site
        fresh = next(column for column in family.home_columns(site) if column is not listed.column)
        return (
            f'<div class="mainlist">{listed.html(page)}</div>'
            f'<div class="sidebar"><h3>最新发布</h3>{plain(family.rows(site, fresh, size=6))}</div>'
        )


class SeveralLists(Shape):
    """The page goes on below its list with a block of the neighbouring column and its 更多."""

    name = "several-lists"
    sorts = ("notice", "policy", "reading", "staff", "plan")

    def area(self, listed: Listed, page: int) -> str:
        family, site = listed.family, listed.site
        other = next(column for column in family.home_columns(site) if column is not listed.column)
        return (
            f"{listed.html(page)}"
            f'<div class="xg-block"><div class="xg-tit">{other.name}<a href="{family.href(site, other)}" class="more">更多&gt;&gt;</a></div>'
            f"{plain(family.rows(site, other, size=5))}</div>"
        )


class EmptyWords(Shape):
    """A word for the empty list stands in the page; a script shows it when there is nothing."""

    name = "empty-word-hidden"

    def area(self, listed: Listed, page: int) -> str:
        hidden = ' style="display:none"' if listed.rows(page) else ""
        return f'{listed.html(page)}<div class="nodata"{hidden}>暂无相关信息</div>'


class RowTemplate(Shape):
    """Rows stand in a template that no browser shows; the list itself follows."""

    name = "row-template"

    def area(self, listed: Listed, page: int) -> str:
        return (
            '<script type="text/template" id="tpl"><li><a href="{{url}}">{{title}}</a><span>{{date}}</span></li></script>'
            f"{listed.html(page) if listed.rows(page) else EMPTY}"
        )
