"""Repeated rows of one shape, and what they look like taken together: a list, a menu, a list beside the page's own."""

import re
from dataclasses import dataclass

from crawler.extract.addresses import is_column
from crawler.observations import Row

A_TITLE = 9
"""Characters from which the words of a link are a title rather than the name of a column."""
HOT_HEADING = re.compile(
    r"热点|热门|排行|推荐|相关(文章|新闻|信息|链接|阅读|资讯|报道|解读|文件)|点击|猜你|延伸阅读|近期(?:文章|更新|发布)|最近(?:更新|发布)|最新更新|最新信息|最新发布|最新公开|上一篇|友情链接|快速通道|便民|热词|本周|本月"
)
HOT_ROWS = 12


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of one shape. `dated` counts those with a date of their own text, `articles` those whose address is an item's;
    `spans`: for each row, the pieces of the page's text that it is made of."""

    shape: str
    region: str
    heading: str
    rows: tuple[Row, ...]
    dated: int
    articles: int
    spans: tuple[tuple[int, int], ...]
    hidden: bool = False
    linked: bool = True
    explained: bool = False
    """Most rows say more than their titles: a name with a post (副市长) is no menu's."""
    pinned: bool = False
    """Every row is marked as pinned on top (置顶)."""

    @property
    def start(self) -> int:
        return self.spans[0][0]

    @property
    def end(self) -> int:
        return self.spans[-1][1]

    @property
    def title_length(self) -> float:
        return sum(len(row.title) for row in self.rows) / len(self.rows)

    @property
    def is_menu(self) -> bool:
        """Links to other columns rather than to items: short names without dates."""
        if self.dated or self.explained:
            return False
        if self.articles * 2 > len(self.rows):
            return self.title_length < 5
        columns = sum(1 for row in self.rows if is_column(row.url))
        few = len(self.rows) < 2
        return self.title_length < A_TITLE or few or (columns * 2 > len(self.rows) and self.title_length < 16)

    @property
    def is_answer(self) -> bool:
        """From a list interface, not from the page: its place tells nothing."""
        return self.shape.startswith("#answer")

    @property
    def is_hot(self) -> bool:
        """A list beside the page's own, by the words above it."""
        return len(self.rows) <= HOT_ROWS and bool(HOT_HEADING.search(self.heading))
