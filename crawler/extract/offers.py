"""What may be content though it is no text, no row and no picture: backgrounds, what a click opens, a few lines of a table.

It proves nothing by itself; but a page that shows it is not called blank (regulations.md 9.4: blank needs evidence).
"""

import re
from collections.abc import Iterator, Sequence

from crawler.extract.memory import Box
from crawler.extract.outline import Outline
from crawler.extract.regions import FRAME
from crawler.extract.signals import is_small_print
from crawler.extract.titles import is_paging

BUTTON = re.compile(r"打印|关闭|收藏|分享|字体|字号|订阅|顶部|登录|注册|客服|留言|写信|版$")
"""What serves the reader of any page."""
FORM_BUTTON = re.compile(r"\W*(搜\s*索|查\s*询|检\s*索|重\s*置|清\s*空|提\s*交|确\s*[定认]|[大中小])\W*")
LEADS_TO_ITEM = re.compile(r"下载|查看|详[情细]")
"""The words of a link whose title stands elsewhere, or nowhere."""
BACKGROUND = re.compile(
    r"background[\w-]{0,20}\s{0,9}:[^;]{0,200}?\burl\(\s{0,9}['\"]?([^'\")]{1,300})", re.I
)
COUNTS = re.compile(r"[共总]\D{0,4}\d|每页|页[码次]")
"""How much a list holds."""
FIGURE = re.compile(r"\d\D?\d\D?\d\D?\d\D?\d")
HEAD_OF_COLUMN = re.compile(r"(日期|时间|标题|名称|序号|编号|文号|索引号)\W*$")
CELLS, HEADS = frozenset({"td", "th", "dt", "dd"}), frozenset({"th", "dt"})
MOST, LONGEST = 20, 60


def offered(
    page: Outline, zones: Sequence[str], span: tuple[int, int], names: Sequence[str]
) -> tuple[str, ...]:
    """What stands in the content (`span`) and shows or opens something, by its words or its address. `names`: the page's."""
    found = (
        _offer(page, index)
        for index, box in enumerate(page.boxes)
        if zones[index] not in FRAME
        and zones[index] != "head"
        and span[0] <= box.start <= span[1]
        and not box.chain.hidden
        and not box.chain.template
    )
    return tuple(each for each in found if each and each not in names)[:MOST]


def _offer(page: Outline, index: int) -> str:
    box = page.boxes[index]
    style = box.attributes.get("style")
    if style and (background := BACKGROUND.search(style)):
        return background[1]
    words = page.text(box.start, box.end) if box.start < box.end else ""
    if _opens(box, words) or (box.tag in ("tr", "dl") and _tells(page, index)):
        return words
    return words if box.tag in ("ul", "ol") and _lists_words(page, index) else ""


def _opens(box: Box, words: str) -> bool:
    """A click on it does more than to serve the page."""
    href = box.attributes.get("href") or ""
    by_script = "onclick" in box.attributes or href.startswith("javascript:")
    if not (href or by_script) or not words or len(words) > LONGEST:
        return False
    if BUTTON.search(words) or FORM_BUTTON.fullmatch(words):
        return False
    return bool(href and LEADS_TO_ITEM.search(words)) if is_paging(words) else by_script


def _tells(page: Outline, row: int) -> bool:
    """A line without links in which something stands beside something else (办公室 | 3861234), and which heads no columns."""
    box = page.boxes[row]
    cells = [cell for cell in _inside(page, row) if cell.tag in CELLS and cell.start < cell.end]
    if len(cells) < 2 or page.holds_link(row) or all(cell.tag in HEADS for cell in cells):
        return False
    texts = page.texts[box.start : box.end]
    if any(map(FIGURE.search, texts)):
        return True
    return not any(_says_nothing(text) or HEAD_OF_COLUMN.search(text) for text in texts)


def _lists_words(page: Outline, box: int) -> bool:
    """Two items or more that are words without links (局长 张三)."""
    items = [item for item in _inside(page, box) if item.tag == "li" and item.start < item.end]
    texts = (page.text(item.start, item.end) for item in items)
    return len(items) > 1 and not page.holds_link(box) and not any(map(_says_nothing, texts))


def _says_nothing(text: str) -> bool:
    return bool(is_small_print(text) or is_paging(text) or COUNTS.search(text))


def _inside(page: Outline, box: int) -> Iterator[Box]:
    return (page.boxes[index] for index in range(box + 1, page.boxes[box].last + 1))
