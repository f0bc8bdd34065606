"""Weighing what was skimmed: which rows are the page's own, what kind of page it is, whether it is blank, and why.

Source: the decision order of regulations.md 9.4. Blank needs positive evidence; what cannot be told stays None.
"""

import re
from collections.abc import Sequence

from crawler.extract.addresses import is_article
from crawler.extract.frame import Frame
from crawler.extract.regions import FRAME
from crawler.extract.rows import Block
from crawler.extract.skimmed import Skim
from crawler.observations import PageKind, PageReading, Row

HOT_HEADING = re.compile(
    r"热点|热门|排行|推荐|相关(文章|新闻|信息|链接|阅读|资讯|报道|解读|文件)|点击|猜你|延伸阅读|最近更新|最新更新|最新信息|最新发布|最新公开|上一篇|友情链接|快速通道|便民|热词|本周|本月"
)
MUCH_TEXT = 80
"""Characters of text that are certainly content; below LITTLE_TEXT nothing is there."""
LITTLE_TEXT = 24


def judge(page: Skim, frame: Frame) -> PageReading:
    """The reading of a page beside its siblings."""
    if page.quality != "good":
        return PageReading(page.quality, "other", page.charset, page.title, why=page.flaw)
    if page.meta_refresh and not page.blocks and not page.columns:
        return PageReading("good", "other", page.charset, page.title, why="页面自动跳转到另一地址")
    own = own_blocks(page, frame)
    rows = _rows(own)
    texts = [text for text in page.texts if text not in frame.texts]
    length = sum(map(len, texts))
    kind = _kind(page, own, length)
    if kind == "article":
        rows = ()
    blank, needs_browser, why = _blank(page, frame, kind, rows, length)
    newest = max((row.date for row in rows if row.date and row.date <= page.today), default=None)
    return PageReading(
        "good",
        kind,
        page.charset,
        page.article_title if kind == "article" else page.title,
        page.columns,
        rows,
        None if needs_browser else newest,
        page.published.iso if page.published and kind == "article" else None,
        blank,
        needs_browser,
        why,
        page.marks,
    )


def own_blocks(page: Skim, frame: Frame) -> list[Block]:
    """The lists that are this page's own content."""
    lists: list[Block] = []
    aside: list[Block] = []
    for block in page.blocks:
        if block.region in FRAME or block.region == "hot" or _is_hot(block, page.names):
            continue
        rows = frame.own_rows(block)
        if not rows:
            continue
        kept = _with_rows(block, rows)
        if kept.is_menu or (not kept.dated and len(kept.rows) < 2 and not kept.articles):
            continue
        (aside if block.region in ("side", "head") else lists).append(kept)
    if not lists and frame.is_known:
        return aside
    return _main_list(page, lists)


def _with_rows(block: Block, rows: tuple[Row, ...]) -> Block:
    if len(rows) == len(block.rows):
        return block
    dated = sum(1 for row in rows if row.date and row.date_source != "url")
    spans = tuple(span for span, row in zip(block.spans, block.rows, strict=False) if row in rows)
    return Block(
        block.shape,
        block.region,
        block.heading,
        rows,
        dated,
        sum(1 for row in rows if is_article(row.url)),
        spans or block.spans,
        block.hidden,
        block.linked,
    )


def _is_hot(block: Block, names: Sequence[str]) -> bool:
    return bool(HOT_HEADING.search(block.heading)) and block.heading not in names and len(block.rows) <= 12


def _main_list(page: Skim, lists: list[Block]) -> list[Block]:
    """Where a pager stands, the list before it is the column's; lists elsewhere on the page are not."""
    pager = page.signals.pager
    before = [
        block
        for block in lists
        if block.dated and block.start < pager and not block.shape.startswith("#answer")
    ]
    if pager < 0 or page.is_home or not before:
        return lists
    main = max(before, key=lambda block: (len(block.rows), block.start))
    path = main.shape.split("/")
    kept = []
    for block in lists:
        other = block.shape.split("/")
        common = next(
            (index for index, (one, two) in enumerate(zip(path, other, strict=False)) if one != two),
            min(len(path), len(other)),
        )
        if block is main or common >= len(path) - 2 or block.shape.startswith("#answer"):
            kept.append(block)
    return kept


def _rows(own: Sequence[Block]) -> tuple[Row, ...]:
    """Each address once; rows without an address as often as they stand there."""
    seen: set[str] = set()
    rows: list[Row] = []
    for block in own:
        for row in block.rows:
            if not row.url or row.url not in seen:
                seen.add(row.url)
                rows.append(row)
    return tuple(rows)


def _kind(page: Skim, own: Sequence[Block], length: int) -> PageKind:
    signs = page.signals
    dated = sum(block.dated for block in own)
    if (
        page.marks.get("ArticleTitle")
        or "mp.weixin.qq.com/s" in page.url
        or (page.published and page.published.source == "script" and not dated)
    ):
        return "article"
    linked = sum(block.dated for block in own if block.linked)
    if page.is_home and not (signs.form and not linked):
        return "home"
    if _is_article(page, length, linked):
        return "article"
    if (signs.form or signs.letters) and not linked * 2 > 40 and (signs.letters or not linked):
        return "interaction"
    if dated or own:
        return "list"
    if signs.article_words >= 2 and signs.loops:
        return "article"
    if length >= MUCH_TEXT or signs.pictures:
        return "static"
    if (
        signs.crumb
        or signs.column_tags
        or signs.empty_words
        or signs.empty_answer
        or page.loaders
        or signs.loops
        or signs.list_box
    ):
        return "list"
    return "other"


def _is_article(page: Skim, length: int, dated: int) -> bool:
    """A text rather than a list: long, in an editor's box, with the small print of articles, and not the column itself."""
    signs = page.signals
    source = page.published.source if page.published else ""
    if page.marks.get("PubDate") and dated < 3:
        return True
    if signs.own_column and not signs.article_words:
        return False
    if signs.pager >= 0 and dated >= 5 and source != "meta":
        return False
    weight = (length >= 150) + (length >= 600) + (signs.editor >= MUCH_TEXT) + min(2, signs.article_words)
    weight += is_article(page.url) + (2 if source == "meta" else source == "label")
    if not page.published:
        return weight >= 3 and dated < 3 and is_article(page.url)
    return weight >= (2 if dated < 3 else 4)


def _blank(
    page: Skim, frame: Frame, kind: PageKind, rows: Sequence[Row], length: int
) -> tuple[bool | None, bool, str]:
    """Blank or not, does it need a browser, and the sentence for the office."""
    signs = page.signals
    fills = bool(page.loaders) or signs.loops or signs.scripted or signs.shell or signs.unread_answer
    if rows:
        dated = sum(1 for row in rows if row.date)
        return False, False, f"列表共{len(rows)}条信息，其中{dated}条有日期"
    if kind == "article":
        if not page.published and signs.loops:
            return None, True, "文章内容由脚本加载，需用浏览器核验"
        return False, False, "页面是一篇文章"
    if signs.form and kind == "interaction":
        return False, signs.loops, "页面是可填写的互动表单"
    if signs.empty_answer and not page.loaders and not signs.unread_answer:
        return True, False, "列表接口返回0条信息"
    if fills and length < 10 * MUCH_TEXT:
        return None, True, "列表由脚本加载，网页源码中没有内容，需用浏览器核验"
    if length >= MUCH_TEXT:
        return False, False, "页面有文字内容"
    pictures = [source for source in signs.pictures if source not in frame.pictures]
    if pictures:
        return False, False, "页面有图片内容"
    if kind == "home":
        return None, False, "首页没有读到列表"
    return _nothing(page, frame, length)


def _nothing(page: Skim, frame: Frame, length: int) -> tuple[bool | None, bool, str]:
    """No rows, no text, no script: blank if the page has the shape of a column's page."""
    signs = page.signals
    if signs.empty_words:
        return True, False, f"页面显示“{signs.empty_words}”，没有任何信息"
    is_column = signs.crumb or signs.column_tags or signs.list_box
    if not is_column:
        return None, False, "页面结构无法识别"
    if length >= LITTLE_TEXT:
        return None, False, "页面只有少量文字，无法判断是否为空白栏目"
    if _has_children(page, frame):
        return None, False, "页面是上级栏目，由下级栏目判断"
    if _has_doubtful_lists(page, frame):
        return None, False, "页面只有侧边列表，无法判断是否为空白栏目"
    return True, False, "除导航、页头和页脚外没有任何信息"


def _has_doubtful_lists(page: Skim, frame: Frame) -> bool:
    """Side lists that no comparison with siblings has shown to be frame."""
    if frame.is_known:
        return False
    return any(block.region in ("side", "head") and block.dated for block in page.blocks)


def _has_children(page: Skim, frame: Frame) -> bool:
    """A menu of other columns stands in the content and does not name this page: these are its children."""
    own = page.names[-1] if page.names else ""
    here = page.url.partition("#")[0]
    for block in page.blocks:
        if block.region or not block.is_menu or not page.signals.crumb_end <= block.start:
            continue
        rows = frame.own_rows(block)
        if len(rows) >= 2 and not any(row.url == here or row.title == own for row in block.rows):
            return True
    return False
