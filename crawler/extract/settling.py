"""Weighing what was skimmed: what kind of page it is, whether it is blank, and why.

Source: the decision order of regulations.md 9.4. Blank needs positive evidence; what cannot be told stays None.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from crawler.extract.addresses import Addresses, is_article, is_column
from crawler.extract.blocks import A_TITLE, Block
from crawler.extract.frame import Frame
from crawler.extract.newest import may_be_more, newest_of, where_newer_may_be, which_items_may_be_newer
from crawler.extract.offers import BUTTON
from crawler.extract.own_lists import Lists
from crawler.extract.regions import FRAME
from crawler.extract.skimmed import Skim
from crawler.observations import PageKind, PageReading, Row

MUCH_TEXT = 80
"""Characters of text that are certainly content; below LITTLE_TEXT nothing is there, unless it tells something."""
LITTLE_TEXT = 24
NO_DATA = r"(?:信息|数据|内容|记录|结果|文章|新闻|公告|公示|通知|文件|资料|动态|政策|报告|图片|视频)"
TELLS = re.compile(
    r"[。；]\W*$|[:：]\s*无\W*$|^\W*无\W*$|^\W*扫\S{0,6}码\S{0,4}关注|\d{7}|\w@\w|^\S{2,8}[:：]\s*\w{2}"
    r"|(?:自动|页面|秒\S{0,4})跳转|正在(?:为您)?(?:打开|进入|前往)|即将(?:离开|进入|打开|前往)"
    rf"|^\W*([本该此]\w{{1,4}})?(目前|当前|现在|近期|今[天日])\W*(暂时?|尚|还)?(没有|无)(?!更多|任何|相关|{NO_DATA})[\u4e00-\u9fff]{{2}}"
    rf"|^\W*(暂时?|尚|还)?(没有|无)(?!更多|任何|相关|{NO_DATA})(?![\u4e00-\u9fff]*{NO_DATA}\W*$)[\u4e00-\u9fff]{{2}}"
)
"""A sentence, a telephone number, an address, a name behind its label, what is to be scanned, where the page is about to lead, how things stand now (当前无生效预警): few characters
that may be all there is to say. That there is no data of some kind (暂无招标信息) is not."""
SHORTEST_NAME = 2
"""Characters of a link that may lead to what the column is about (年报)."""
NOTHING_YET = re.compile(r"[无没未0]|\bno", re.I)


def judge(page: Skim, frame: Frame, fresh_days: int) -> PageReading:
    """The reading of a page beside its siblings. `fresh_days`: with an item that is no older nobody asks for a newer one."""
    if page.quality != "good":
        return PageReading(page.quality, "other", page.charset, page.title, why=page.flaw)
    if page.sends_on:
        return PageReading("good", "other", page.charset, page.title, why="页面自动跳转到另一地址")
    if page.is_home and page.title in frame.one_title and not Addresses(page.url).is_home(page.url):
        page = replace(page, is_home=False)
    texts = [text for text in page.texts if text not in frame.texts]
    length = sum(map(len, texts))
    lists = Lists(page, frame)
    own = lists.own() or _lone_item(lists, length)
    kind = _kind(page, own, length)
    if kind == "article":
        own = []
    rows = _rows(own)
    blank, needs_browser, why = _blank(lists, kind, own, length)
    newest = newest_of(rows, page.today)
    is_old = newest is not None and (page.today - newest).days > fresh_days
    if is_old and not needs_browser and may_be_more(page):
        needs_browser, why = True, "列表接口没有读全，可能另有更新的信息，需用浏览器核验"
    elsewhere = where_newer_may_be(page, frame, own, newest) if is_old and newest else ""
    doubtful = which_items_may_be_newer(page, own, fresh_days) if is_old and not elsewhere else ""
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
        newer_elsewhere=bool(elsewhere or doubtful),
        undated_first=bool(doubtful),
        why=elsewhere or doubtful or why,
        marks=page.marks,
        says_empty=_says_empty(page) if blank else None,
    )


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


def _says_empty(page: Skim) -> bool:
    """The page itself, or its list interface, says that there is nothing. That it is under construction is another matter."""
    return page.signals.empty_answer or bool(NOTHING_YET.search(page.signals.empty_words))


def _kind(page: Skim, own: Sequence[Block], length: int) -> PageKind:
    signs = page.signals
    dated = sum(block.dated for block in own)
    if (
        page.marks.get("ArticleTitle")
        or "mp.weixin.qq.com/s" in page.url
        or (page.published and page.published.source == "script" and not (dated or signs.own_column))
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


def _blank(lists: Lists, kind: PageKind, own: Sequence[Block], length: int) -> tuple[bool | None, bool, str]:
    """Blank or not, does it need a browser, and the sentence for the office."""
    page, signs = lists.page, lists.page.signals
    if own:
        rows = _rows(own)
        dated = sum(1 for row in rows if row.date)
        if (
            kind == "list"
            and _may_be_filled(page)
            and not any(block.dated or block.is_answer for block in own)
        ):
            return None, True, "网页源码中只有不带日期的链接，列表由脚本加载，需用浏览器核验"
        return False, False, f"列表共{len(rows)}条信息，其中{dated}条有日期"
    if kind == "article":
        if (not page.published and signs.loops) or signs.left_out:
            return None, True, "文章内容由脚本加载，需用浏览器核验"
        return False, False, "页面是一篇文章"
    if signs.form and kind == "interaction":
        return False, signs.loops, "页面是可填写的互动表单"
    if signs.empty_answer and not page.loaders and not signs.unread_answer and not lists.are_of_others:
        return True, False, "列表接口返回0条信息"
    if _may_be_filled(page) and length < 10 * MUCH_TEXT:
        return None, True, "列表由脚本加载，网页源码中没有内容，需用浏览器核验"
    if length >= MUCH_TEXT:
        return False, False, "页面有文字内容"
    pictures = [source for source in signs.pictures if source not in lists.frame.pictures]
    if pictures:
        return False, False, "页面有图片内容"
    if kind == "home":
        return None, False, "首页没有读到列表"
    if lists.are_of_others:
        return None, False, "页面显示没有信息，但有其他名称的列表，无法判断是否为空白栏目"
    return _nothing(lists, length)


def _may_be_filled(page: Skim) -> bool:
    signs = page.signals
    return (
        bool(page.loaders)
        or signs.loops
        or signs.scripted
        or signs.shell
        or signs.unread_answer
        or signs.left_out
        or bool(page.meta_refresh)
    )


def _nothing(lists: Lists, length: int) -> tuple[bool | None, bool, str]:
    """No rows, no text, no script: blank if the page has the shape of a column's page."""
    page, frame, signs = lists.page, lists.frame, lists.page.signals
    if signs.is_cut:
        return None, False, "页面过长，没有读到末尾，无法判断是否为空白栏目"
    if signs.shows_another_site:
        return None, False, "页面嵌入了其他网站的内容，无法判断是否为空白栏目"
    if signs.empty_words:
        return True, False, f"页面显示“{signs.empty_words}”，没有任何信息"
    is_column = signs.crumb or signs.column_tags or signs.list_box
    if not is_column:
        return None, False, "页面结构无法识别"
    if length >= LITTLE_TEXT or any(TELLS.search(text) for text in page.texts if text not in frame.texts):
        return None, False, "页面只有少量文字，无法判断是否为空白栏目"
    if signs.query:
        return None, False, "页面供查询使用，无法判断是否为空白栏目"
    if not frame.pictures.issuperset(signs.doubtful_pictures):
        return None, False, "页面只有图片或嵌入的文件，无法判断是否为空白栏目"
    if not frame.pictures.issuperset(signs.offered):
        return None, False, "页面只有按钮、背景图或几行文字，无法判断是否为空白栏目"
    if _has_children(lists):
        return None, False, "页面是上级栏目，由下级栏目判断"
    if _has_single_link(lists):
        return None, False, "页面只有一个链接，无法判断是否为空白栏目"
    if sum(len(text) for text in page.set_aside if text not in frame.texts) >= LITTLE_TEXT:
        return None, False, "页面只有导航、工具区中的文字，无法判断是否为空白栏目"
    if _has_doubtful_lists(lists):
        return None, False, "页面只有侧边列表，无法判断是否为空白栏目"
    return True, False, "除导航、页头和页脚外没有任何信息"


def _has_doubtful_lists(lists: Lists) -> bool:
    """Lists beside the content that no comparison with siblings has shown to be frame."""
    frame = lists.frame
    if any(block.region in FRAME and frame.own_rows(block) for block in lists.page.blocks):
        return True
    return not frame.is_known and any(
        block.dated or block.articles * 2 > len(block.rows) for block in lists.aside
    )


def _lone_item(lists: Lists, length: int) -> list[Block]:
    """One link with a whole title and nothing else: a list of one row without a date."""
    if length >= MUCH_TEXT or lists.page.is_home or _may_be_filled(lists.page):
        return []
    links = [block for block in lists.links() if len(block.rows) == 1]
    return [
        block
        for block in links
        if len(links) == 1 and block.title_length >= A_TITLE and not is_column(block.rows[0].url)
    ]


def _has_children(lists: Lists) -> bool:
    """A menu of other columns stands in the content and does not name this page: these are its children."""
    page = lists.page
    own = page.names[-1] if page.names else ""
    here = page.url.partition("#")[0]
    return any(
        len(block.rows) >= 2
        and block.is_menu
        and not any(row.url == here or row.title == own for row in block.rows)
        for block in lists.links()
    )


def _has_single_link(lists: Lists) -> bool:
    """A name that leads on, perhaps to where the information is."""
    names = (*lists.page.names, lists.page.title)
    return any(
        len(block.rows) == 1
        and len(row.title) >= SHORTEST_NAME
        and row.title not in names
        and not BUTTON.search(row.title)
        for block in lists.links()
        for row in block.rows[:1]
    )
