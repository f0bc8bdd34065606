"""The links of menus with the names above them: 政务公开 above 通知公告 in its drop-down.

Most menus stand on all pages of a site; what one says is remembered with it (memory.py).
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from crawler.extract.addresses import HOME_PATH, Addresses, host_of, is_outside
from crawler.extract.cleaning import clean
from crawler.extract.memory import Box, Part
from crawler.extract.outline import Outline
from crawler.extract.tags import INLINE
from crawler.extract.titles import PAGING, is_paging, link_title
from crawler.observations import ColumnLink, ColumnSource

NOT_COLUMNS = re.compile(
    r"^(网站)?首\s*页$|^主页$|^(返回|回到)|登[录陆]|注册|无障碍|长者|适老|关怀|English|繁[體体]|简体|^简$|^繁$|设为首页|加入收藏|收藏本站|网站地图|站点地图|网站声明|版权|隐私|"
    r"使用帮助|^RSS|^WAP|手机版|移动版|电脑版|客户端|微博|微信|公众号|抖音|^搜索|^检索|IPv6|ICP备|公网安备|网站标识码|找错|党政机关|^退出|^\d+$|智能(问答|机器人)|^投诉$|邮箱登|我要找错|^(上|下)一",
    re.I,
)
HOME_NAME = re.compile(r"^(网站)?首\s*页$|^主页$")
NO_NAME = re.compile(r"\d{4}[-/.年]\d|[，。？！]")
OF_ITEMS = re.compile(
    r"(热点|热门|推荐|相关|最新|最近|近期)(内容|文章|新闻|信息|资讯|报道|阅读|更新|发布)$|(点击|阅读|热点|热门|新闻|信息|文章)?排行榜?$|猜你喜欢$"
)
"""Headings of lists of items, whatever the box around them is called."""
MORE_BEHIND = re.compile(r"(?<=[^\s\[【(（])[\s\[【(（]+(更多|more)[\]】)）+<>»›….\s]*$", re.I)
"""公示公告 MORE+: the name ends before the word that leads on."""
NO_MENUS = frozenset({"foot", "friend", "crumb", "tool", "hot"})
NAME = 24
"""A column's name is short; anything longer is an item."""
MENU_LINKS, MENU_SHARE, SHORT_NAME = 4, 0.75, 8
"""A menu that no class names: so many links at least, such a share of which leads to columns, with names of so many signs."""
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "p", "strong", "b")


def menu_links(
    page: Outline,
    addresses: Addresses,
    zones: Sequence[str],
    crumb: tuple[int, int],
    *,
    is_home: bool,
    is_map: bool = False,
    is_unnamed: bool = False,
) -> Iterator[ColumnLink]:
    """Links of the navigation with the names above them, and on column pages the links of a side menu.

    `is_map`: the page lists all columns (网站地图), so that every link outside of its frame may lead to one.
    `is_unnamed`: `zones` are those of `unnamed_menus`, so that what is remembered of the page's parts does not hold.
    """
    runs: list[tuple[Part | None, int, list[int]]] = []
    place = 0
    for box, part in page.parts:
        first, end = bisect_left(page.links, box), bisect_right(page.links, page.boxes[box].last)
        runs += [(None, 0, page.links[place:first]), (part, box, page.links[first:end])]
        place = end
    runs.append((None, 0, page.links[place:]))
    menus = _Menus(page, addresses, zones, crumb, is_home, is_map, is_unnamed)
    for known, _, links in runs:
        if known is None:
            menus.learn(links)
    for known, box, links in runs:
        yield from menus.read(links) if known is None else menus.remembered(known, box, links)


def unnamed_menus(page: Outline, addresses: Addresses, zones: Sequence[str]) -> list[str]:
    """The zones of a home page on which no box is called a menu: a list of short links that all lead to columns is one."""
    boxes, groups = page.boxes, defaultdict(list)
    for index in page.links:
        if zones[index] in NO_MENUS or boxes[index].chain.template:
            continue
        holder = boxes[index].parent
        while holder > 0 and boxes[holder].tag in INLINE:
            holder = boxes[holder].parent
        groups[_group_of(page, holder, index)].append(index)
    found = list(zones)
    for group, links in groups.items():
        if len(links) >= MENU_LINKS and _lead_to_columns(page, addresses, links):
            found[group : boxes[group].last + 1] = ["nav"] * (boxes[group].last + 1 - group)
    return found


def _group_of(page: Outline, holder: int, link: int) -> int:
    """The list around the item that holds the link; a row of a table is an item where it says nothing but the link."""
    boxes = page.boxes
    if boxes[holder].tag not in ("li", "td", "dt", "dd"):
        return holder
    group = boxes[holder].parent
    is_whole = (boxes[group].start, boxes[group].end) == (boxes[link].start, boxes[link].end)
    return boxes[group].parent if boxes[group].tag == "tr" and is_whole else group


def _lead_to_columns(page: Outline, addresses: Addresses, links: Sequence[int]) -> bool:
    """A link home, and a column that is one text (机构职能), stand in menus too."""
    leading = homes = 0
    for link in links:
        name, url = link_title(page, link), addresses.of_link(page.boxes[link].attributes)
        if HOME_NAME.search(name):
            homes += 1
        elif is_paging(name) or (
            addresses.is_article(url) and len(name) > SHORT_NAME
        ):  # items, or the bar above them
            return False
        is_own = addresses.is_column(url) and not addresses.is_outside(url)
        leading += is_own and len(name) <= SHORT_NAME and could_name_column(name)
    return leading >= MENU_SHARE * max(MENU_LINKS, len(links) - homes)


@lru_cache(maxsize=8192)
def could_name_column(name: str) -> bool:
    """Not a date or a sentence, and none of the links that every page has (首页, 登录, 无障碍)."""
    return len(name) >= 2 and not (NOT_COLUMNS.search(name) or PAGING.fullmatch(name) or NO_NAME.search(name))


@lru_cache(maxsize=8192)
def could_be_column(url: str, origin: str) -> bool:
    """Not the home page of this site or of another."""
    if is_outside(url, origin):
        host = host_of(url)
        if not host or host.endswith("conac.cn"):
            return False
        parts = urlsplit(url)
        is_asked = bool(parts.query and parts.path.strip("/"))  # index.php?id=5
        return is_asked or not HOME_PATH.fullmatch(parts.path)
    address = url.partition("#")[0].rstrip("/")
    beside_host = address.partition("://")[2]
    return any(sign in beside_host for sign in "/?") if beside_host else bool(address)


column_link = lru_cache(maxsize=8192)(ColumnLink)
"""The same links stand on all pages of a site; one object each is enough."""


@dataclass(slots=True)
class _Menus:
    """The menus of one page."""

    page: Outline
    addresses: Addresses
    zones: Sequence[str]
    crumb: tuple[int, int]
    is_home: bool
    is_map: bool = False
    is_unnamed: bool = False
    holders: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """The links that stand in each box itself."""
    holder: dict[int, int] = field(default_factory=dict)
    terms: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """Those of the `<dt>`s among the holders that stand in one `<dl>`."""
    alike: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    heads: dict[tuple[int, bool], list[tuple[int, str]]] = field(default_factory=dict)

    def learn(self, links: Sequence[int]) -> None:
        boxes = self.page.boxes
        for index in links:
            holder = boxes[index].parent
            while holder > 0 and boxes[holder].tag in INLINE:
                holder = boxes[holder].parent
            if holder not in self.holders and boxes[holder].tag == "dt":
                self.terms[boxes[holder].parent].append(holder)
            self.holders[holder].append(index)
            self.holder[index] = holder

    def remembered(self, part: Part, box: int, links: Sequence[int]) -> Iterable[ColumnLink]:
        """The links of a menu, read once unless it depends on what is around it."""
        if not links or self.zones[box] in NO_MENUS or self.is_map:
            return ()
        root, crumb = self.page.boxes[box], self.crumb
        below = crumb[1] > 0 and root.start >= crumb[1]
        where = (self.addresses.origin if part.is_rooted else self.addresses.base, below, self.is_home)
        is_apart = below or root.end <= crumb[0] or not crumb[1]
        stands_apart = is_apart and not self.is_unnamed and not any(self._heads_above(box))
        if stands_apart and where in part.columns:
            return part.columns[where]
        self.learn(links)
        found = list(self.read(links))
        if stands_apart:
            part.columns[where] = found
        return found

    def read(self, links: Sequence[int]) -> Iterator[ColumnLink]:
        page, crumb = self.page, self.crumb
        for index in links:
            zone = self.zones[index]
            if zone in NO_MENUS or (self.is_map and zone in ("nav", "head", "side")):
                continue
            name = MORE_BEHIND.sub("", link_title(page, index))
            if len(name) > NAME or not could_name_column(name):
                continue
            box = page.boxes[index]
            if box.chain.template or crumb[0] <= box.start < crumb[1]:
                continue
            url = self.addresses.of_link(box.attributes)
            source: ColumnSource = "navigation" if zone in ("nav", "head") else "menu"
            if source == "navigation" and crumb[1] and box.start >= crumb[1]:
                source = "menu"  # a menu below the breadcrumb belongs to the column, whatever it is called
            if source == "menu" and (self.addresses.is_article(url) or (self.is_home and zone != "nav")):
                continue
            if self.is_map and self.addresses.is_outside(url):
                continue  # 网站导航 may list other websites too
            if self.is_map:
                source = "map"
            parents = self._parents(index)
            if source == "menu" and any(map(OF_ITEMS.match, parents[-1:])):
                continue
            if url and could_be_column(url, self.addresses.origin):
                yield column_link(name, url, source, parents)

    def _parents(self, index: int) -> tuple[str, ...]:
        holder = self.page.boxes[self.holder[index]]
        beside = (holder.parent, holder.tag == "dd")  # links of one list have the same names above them
        heads = self.heads.get(beside)
        if heads is None:
            heads = self.heads[beside] = list(self._heads_above(self.holder[index]))
        return tuple(dict.fromkeys(name for head, name in reversed(heads) if head < index)) if heads else ()

    def _heads_above(self, below: int) -> Iterator[tuple[int, str]]:
        """The links above a list, nearest first, and what they say."""
        for level, around in enumerate(self.page.above(below)):
            box = self.page.boxes[around]
            if level > 12 or box.tag in ("body", "html"):
                return
            head = self._head(around, below)
            if head is not None:
                name = clean(self.page.text(self.page.boxes[head].start, self.page.boxes[head].end))
                if len(name) <= NAME and could_name_column(name):
                    yield head, name
            elif (name := self._words_above(around, below)) and len(name) <= NAME and could_name_column(name):
                yield around, name
            below = around

    def _words_above(self, around: int, below: int) -> str:
        """What names a list and is no link: the words before it in the item of a menu, or on a site map its heading."""
        boxes = self.page.boxes
        box, start, end = boxes[around], boxes[around].start, boxes[below].start
        if box.tag == "dl" and boxes[below].tag == "dd":
            terms = [
                at for at in range(around, below) if boxes[at].tag == "dt" and boxes[at].parent == around
            ]
            start, end = (boxes[terms[0]].start, boxes[terms[0]].end) if len(terms) == 1 else (0, 0)
        elif self.is_map and box.tag not in ("li", "dd", "td"):
            beside = next((at for at in range(below - 1, around, -1) if boxes[at].parent == around), around)
            start, end = (boxes[beside].start, boxes[beside].end) if boxes[beside].tag in HEADINGS else (0, 0)
        elif box.tag not in ("li", "dd", "td"):
            return ""
        return clean(self.page.text(start, end)) if 0 < end - start <= 2 else ""

    def _head(self, around: int, below: int) -> int | None:
        """The one link that stands in a menu's item itself, or in the `<dt>` beside the `<dd>`s."""
        box, heads = self.page.boxes[around], self.holders.get(around)
        if heads and (
            box.tag in ("li", "td", "dd")
            or (box.tag == "div" and len(heads) == 1 and self._is_repeated(around))
        ):
            return heads[0]
        if box.tag == "dl" and self.page.boxes[below].tag == "dd":
            terms = self.terms.get(around, ())
            return self.holders[terms[0]][0] if len(terms) == 1 else None
        return None

    def _is_repeated(self, around: int) -> bool:
        if not self.alike:
            self.alike.update(map(_kind_within, self.page.boxes))
        return self.alike[_kind_within(self.page.boxes[around])] >= 2


def _kind_within(box: Box) -> tuple[int, str, str]:
    """What boxes of one kind within the same box share."""
    return box.parent, box.tag, box.chain.look.ident
