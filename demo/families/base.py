"""What every template family must be able to write, and the parts that are the same in all of them.

A family is the page templates of one content management system: its addresses, class names, navigation, date format
and the way its lists come into the page. What stands in a page is decided here, how it is marked up by the families.
"""

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from weakref import WeakKeyDictionary
from zlib import crc32

from demo.families.addresses import Addresses
from demo.site import UNDATED, Column, Row, Site
from demo.titles import TOPICS, paragraphs

PLAIN = Column(index=90, name="", slug="", sort="news")
"""Stands for "no trick": side lists print their dates in the family's own way."""
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True, slots=True)
class Link:
    name: str
    url: str
    below: tuple["Link", ...] = ()


@dataclass(slots=True)
class Frame:
    """What all pages of a website share; worked out once."""

    places: dict[str, Column]
    links: list[Link]
    hot: list[Row]


class Family(Addresses):
    """One content management system's templates."""

    encoding = "utf-8"
    content_type = "text/html; charset=utf-8"
    blocks_at_home = 5

    def __init__(self) -> None:
        self._frames: WeakKeyDictionary[Site, Frame] = WeakKeyDictionary()

    def frame(self, site: Site) -> Frame:
        found = self._frames.get(site)
        if found is None:
            paths = {self.column_path(column): column for column in site.columns}
            paths |= {
                f"{path}index.{self.extension}": column
                for path, column in paths.items()
                if path.endswith("/")
            }
            found = self._frames[site] = Frame(paths, self.make_links(site), self.make_hot_rows(site))
        return found

    def column_at(self, site: Site, path: str) -> Column | None:
        return self.frame(site).places.get(path)

    def forget(self, site: Site) -> None:
        """The website has moved to another address, or its lists have changed."""
        self._frames.pop(site, None)

    # -- what stands in the pages -----------------------------------------------------------------------------

    def links(self, site: Site) -> list[Link]:
        """The navigation that stands in the page."""
        return [] if site.manner == "menu-by-script" else self.frame(site).links

    def make_links(self, site: Site) -> list[Link]:
        return [
            Link(column.name, self.href(site, column), tuple(self.below(site, column))) for column in site.top
        ]

    def below(self, site: Site, parent: Column) -> list[Link]:
        return [Link(child.name, self.href(site, child)) for child in site.children(parent)]

    def href(self, site: Site, column: Column) -> str:
        return self.column_path(column)

    def row(self, site: Site, column: Column, number: int) -> Row:
        day = site.day(column, number)
        url = self.article_path(site, column, number, day)
        if column.trick == "wechat-links":
            token = f"{crc32(url.encode()):08x}{crc32(url[::-1].encode()):08x}"
            url = f"https://mp.weixin.qq.com/s/{token}Yz{number:03d}aQ"
        elif column.trick == "pdf-links":
            url = f"/upload/{day.year}/{column.slug}{number}.pdf"
        shown = None if column.trick in ("undated", "no-dates") or column.shape in UNDATED else day
        return Row(
            site.title(column, number, day),
            url,
            shown,
            pinned=column.trick == "pinned" and number == column.count,
        )

    def rows(self, site: Site, column: Column, page: int = 0, size: int = 0) -> list[Row]:
        size = size or self.page_size
        numbers = column.numbers[page * size : (page + 1) * size]
        return [self.row(site, column, number) for number in numbers]

    def hot_rows(self, site: Site) -> list[Row]:
        return self.frame(site).hot

    def make_hot_rows(self, site: Site) -> list[Row]:
        if site.hot == "shared":  # the newest rows of a column, repeated on every page
            return self.rows(site, self.home_columns(site)[0], size=3)
        return self.rows(site, site.hot_list, size=5)

    def home_columns(self, site: Site) -> list[Column]:
        """The columns with a block on the home page: news first; none in which something hides."""
        plain = [
            column
            for column in site.lists
            if not column.trick and column.shape not in UNDATED and column.sort not in ("letters", "past")
        ]
        plain.sort(key=lambda column: (column.sort != "news", column.sort != "notice", column.index))
        return plain[: self.blocks_at_home]

    def blocks(self, site: Site) -> str:
        return "\n".join(
            self.home_block(Link(column.name, self.href(site, column)), self.rows(site, column, size=6))
            for column in self.home_columns(site)
        )

    def metas(self, site: Site, column: Column | None, number: int | None) -> list[tuple[str, str]]:
        """The page tags that the guideline of 2017 asks for: three, seven or ten."""
        tags = [
            ("SiteName", site.name),
            ("SiteDomain", site.base.removeprefix("http://")),
            ("SiteIDCode", site.key),
        ]
        if column is None:
            return tags
        tags += [("ColumnName", column.name), ("ColumnDescription", f"{site.name}{column.name}栏目")]
        tags += [("ColumnKeywords", f"{column.name},{site.short}"), ("ColumnType", column.name)]
        if number is None:
            return tags
        tags += [("ArticleTitle", site.title(column, number))]
        if not self.hides_time(column):
            tags += [("PubDate", f"{site.day(column, number).isoformat()} {site.clock(column, number)}")]
        return [*tags, ("ContentSource", site.unit)]

    def meta_lines(self, site: Site, column: Column | None, number: int | None) -> str:
        return "\n".join(
            f'<meta name="{name}" content="{escape(content)}"/>'
            for name, content in self.metas(site, column, number)
        )

    def page_title(self, site: Site, column: Column | None, number: int | None) -> str:
        if column is None:
            return site.name
        name = column.name if number is None else site.title(column, number)
        return escape(f"{name}_{site.name}")

    def body_text(self, site: Site, column: Column, number: int) -> str:
        salt = (site.salt(column) + number) % 997
        return "\n".join(f"<p>　　{line}</p>" for line in paragraphs(TOPICS[salt % len(TOPICS)], salt))

    def static_text(self, site: Site, column: Column) -> str:
        lead = (
            f"<p>　　{site.name}{column.name}：负责贯彻执行有关法律法规，拟订本地区相关规划并组织实施。</p>"
        )
        desks = "".join(
            f"<p>{desk}：承担{TOPICS[(column.index + turn * 3) % len(TOPICS)]}相关工作。联系电话 0000-88{site.index:03d}{turn}0。</p>"
            for turn, desk in enumerate(("办公室", "政策法规科", "综合业务科", "监督检查科"))
        )
        return lead + desks + self.body_text(site, column, 1)

    def hides_time(self, column: Column) -> bool:
        """Whether its articles do not tell when they were published."""
        return column.trick == "no-dates" or column.shape == "dates-in-addresses"

    def when(self, site: Site, column: Column, number: int) -> str:
        """The line of time under an article's title, without its label; empty if the article tells no time."""
        if self.hides_time(column):
            return ""
        return f"{site.day(column, number).isoformat()} {site.clock(column, number)}"

    def date_text(self, column: Column, day: date) -> str:
        if column.trick == "month-day":
            return f"{day.month:02d}-{day.day:02d}"
        return self.format_day(day)

    def format_day(self, day: date) -> str:
        return day.isoformat()

    def dated(self, column: Column, row: Row, before: str, after: str) -> str:
        """The element with a row's date, or nothing where no date is printed."""
        return f"{before}{self.date_text(column, row.day)}{after}" if row.day else ""

    def today_line(self, site: Site) -> str:
        return f"今天是{site.today.year}年{site.today.month}月{site.today.day}日 星期{WEEKDAYS[site.today.weekday()]}"

    def identity(self, site: Site) -> str:
        """The foot of every page as the guideline of 2017 lists it, without markup."""
        return (
            f"主办单位：{site.unit}　网站标识码：{site.key}　"
            f"豫ICP备{10000000 + site.index * 37}号-1　豫公网安备 {41990002000000 + site.index * 13}号　"
            f"联系电话：0000-8{site.index:03d}2345"
        )

    def identity_links(self) -> str:
        return (
            '<a href="http://bszs.conac.cn/sitename?method=show&amp;id=2AF7C1" target="_blank">'
            '<img src="/images/red.png" alt="党政机关"></a> '
            '<a href="http://zfwzgl.www.gov.cn/exposure/jiucuo.html" target="_blank">我为政府网站找错</a> '
        )

    # -- whole pages ------------------------------------------------------------------------------------------

    def home(self, site: Site) -> str:
        return self.document(site, None, None, self.home_middle(site))

    def column(self, site: Site, column: Column, page: int) -> str:
        if column.sort == "parent":
            main = self.hub(site, column)
        elif column.sort == "static":
            main = self.static_page(site, column)
        elif column.sort == "letters":
            main = self.letter_form(site, column) + self.list_area(site, column, page)
        else:
            main = self.list_area(site, column, page)
        return self.document(site, column, None, self.column_middle(site, column, main))

    def article(self, site: Site, column: Column, number: int) -> str:
        return self.document(site, column, number, self.article_middle(site, column, number))

    def list_area(self, site: Site, column: Column, page: int) -> str:
        """The list with what surrounds it where a trick wants that."""
        rows = self.rows(site, column, page)
        if column.trick == "hidden-tab":
            return self.tabs(("近期", "全部"), (self.rows_html(column, []), self.rows_html(column, rows)))
        listed = self.rows_html(column, rows) if rows else self.no_rows(column)
        if column.trick == "hidden-empty-text":
            listed += '<div class="nodata" id="emptyTip" style="display:none;">暂无数据</div>'
        return listed + self.pager(column, page)

    def no_rows(self, column: Column) -> str:
        return self.rows_html(column, [])

    def tabs(self, names: Iterable[str], areas: Iterable[str]) -> str:
        """Two tabs of which only the first is seen before a click."""
        heads = "".join(f"<li class='tab-hd'>{name}</li>" for name in names)
        bodies = "".join(
            f"<div class='tab-bd'{'' if turn == 0 else ' style=' + repr('display: none')}>{area}</div>"
            for turn, area in enumerate(areas)
        )
        return f"<div class='tab'><ul class='tab-hds'>{heads}</ul>{bodies}</div>"

    def hub(self, site: Site, column: Column) -> str:
        """A parent column: it has no list of its own and shows some rows of each child."""
        return "\n".join(
            self.home_block(
                Link(child.name, self.href(site, child)),
                self.rows(site, child, size=5) if child.has_list and not child.trick else [],
            )
            for child in site.children(column)
        )

    def static_page(self, site: Site, column: Column) -> str:
        day = site.day(column, 0)
        return (
            f'<div class="content-info">发布时间：{day.isoformat()}</div><div class="content-text">'
            f"{self.static_text(site, column)}</div>"
        )

    def letter_form(self, site: Site, column: Column) -> str:
        return (
            f'<div class="write"><h3>我要写信</h3><form action="{self.column_path(column)}" method="post">'
            '<input type="text" name="title" placeholder="信件标题"><textarea name="content"></textarea>'
            '<input type="text" name="phone" placeholder="联系电话"><button type="submit">提交</button></form></div>'
            "<h3>信件公开</h3>"
        )

    @abstractmethod
    def document(self, site: Site, column: Column | None, number: int | None, middle: str) -> str: ...

    @abstractmethod
    def home_middle(self, site: Site) -> str: ...

    @abstractmethod
    def home_block(self, more: Link, rows: Sequence[Row]) -> str: ...

    @abstractmethod
    def column_middle(self, site: Site, column: Column, main: str) -> str: ...

    @abstractmethod
    def article_middle(self, site: Site, column: Column, number: int) -> str: ...

    @abstractmethod
    def rows_html(self, column: Column, rows: Sequence[Row]) -> str: ...

    @abstractmethod
    def pager(self, column: Column, page: int) -> str: ...

    # -- lists that stand elsewhere -----------------------------------------------------------------------------

    def loaded(self, site: Site, path: str, query: dict[str, str]) -> tuple[str, str] | None:
        """The answer of an interface from which the family's pages load their lists: (content type, text)."""
        return None
