"""The columns that a page points to: its breadcrumb, its navigation, its side menu, the menus that its scripts write, and
the blocks of a home page; the site map (网站地图); and where a column's page says that it hangs itself.

Source: design.md part 5. Names are the page's own words; whether a link is a column with a duty to be updated is for
the office's register and for the checks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from crawler.extract.addresses import Addresses, is_article
from crawler.extract.blocks import A_TITLE, Block
from crawler.extract.cleaning import clean
from crawler.extract.home_blocks import SEPARATORS, block_links
from crawler.extract.menus import (
    MENU_LINKS,
    MENU_SHARE,
    NAME,
    NOT_COLUMNS,
    SHORT_NAME,
    column_link,
    could_be_column,
    could_name_column,
    menu_links,
    unnamed_menus,
)
from crawler.extract.outline import Outline, outline
from crawler.extract.regions import OUTER
from crawler.extract.scripted_menus import FEWEST, scripted_links
from crawler.extract.tags import INLINE
from crawler.extract.titles import is_paging, link_title
from crawler.observations import ColumnLink

CRUMB_WORDS = re.compile(
    r"(您|你)?的?(当前|目前|现在|所在|所处){1,2}的?(位置|栏目|页面)|(您|你)的?(现在)?(所)?在?(的)?位置|^位置\s*[:：]|^当前(位置)?[:：]"
)
STEPS = re.compile(r"\s*[>》»›→＞〉]+\s*")
LEADS_ON = re.compile(r"[>》»›→＞〉/|:：–—-]\s*$")
HOME = ("首页", "网站首页", "首 页", "主页")
LABEL_REST = (*HOME, "的位置", "位置", "是", "为", "在")
"""Steps of a breadcrumb that name no column: the home page, and what is left of its label (您现在的位置是)."""
NO_COLUMNS_NAME = ("正文", "列表", "信息列表", "列表页", "内容", "详情", "浏览")
"""Last steps of a breadcrumb that say of what sort the page is."""
LISTS = frozenset({"ul", "ol", "dl", "table"})
NUMBER = re.compile(r"\d+")
A_DAY = re.compile(r"\d\s*[-/.月]\s*\d")
SITE_MAP = re.compile(r"^(网站|站点|本站)?(地图|导航|导览)$|^site\s?map$", re.I)


MENU_SCRIPT = re.compile(
    r"(^|[/_-])(\w*menu|\w*nav|daohang|head(er)?|top|lanmu|channels?)\w*\.js(\?|$)", re.I
)
MENU_FILES = 4


def crumb_of(page: Outline, zones: list[str]) -> tuple[int, int]:
    """The breadcrumb's span of text, (0, 0) if the page has none; its boxes are marked as such in `zones`."""
    box, start = _crumb_box(page, zones)
    if box < 0:
        return 0, 0
    end = page.boxes[box].end
    line = _line_end(page, start, end)
    is_long = end - start > 24 or any(re.search(r"\d{4}[-/.年]\d", text) for text in page.texts[start:end])
    said = "".join(page.texts[start:line])
    if is_long or _is_whole_trail(said) or _names_page(said) or _holds_list(page, box, start):
        end = line  # the breadcrumb has no box of its own: a list stands in the same one
    for index in (*page.above(box), *range(box, page.boxes[box].last + 1)):
        inner = page.boxes[index]
        if start <= inner.start and inner.end <= end and inner.start < inner.end:
            zones[index] = "crumb"
    return start, end


def _crumb_box(page: Outline, zones: Sequence[str]) -> tuple[int, int]:
    boxes = page.boxes
    for index, text in enumerate(page.texts):
        if (
            len(text) <= 40
            and ("位置" in text or "当前" in text or "现在" in text or "所在" in text)
            and CRUMB_WORDS.search(text)
            and zones[page.owner[index]] not in ("foot", "friend")
        ):
            box = page.owner[index]
            for _ in range(0 if _is_trails_end(page, index) else 3):
                parent = boxes[box].parent
                if _holds_link(page, box) or parent < 1 or boxes[parent].end - boxes[parent].start > 24:
                    break
                is_block = boxes[box].tag not in INLINE
                if is_block and (boxes[parent].tag in OUTER or _holds_list(page, parent, index)):
                    break
                box = parent
            return box, index
    for index in page.links:
        if "currchnlcls" in boxes[index].chain.look.ident:
            box = boxes[index].parent
            return box, boxes[box].start
    for index, zone in enumerate(zones):
        named = boxes[index]
        if (
            zone == "crumb"
            and 1 < named.end - named.start <= 24
            and "首页" in "".join(page.texts[named.start : named.end])
        ):
            return index, named.start
    return -1, 0


def _is_whole_trail(text: str) -> bool:
    """The steps stand in the text itself, without links: 当前位置：首页 > 政务要闻. What follows is not of the trail."""
    steps = STEPS.split(CRUMB_WORDS.sub("", text))
    return len(steps) > 1 and bool(steps[-1].strip(SEPARATORS))


def _names_page(text: str) -> bool:
    """A name behind the label, and nothing that leads on to another: 当前位置：工作简报."""
    name = _behind_label(text)
    return name not in HOME and bool(name) and not LEADS_ON.search(text)


def _behind_label(text: str) -> str:
    """The words that follow 当前位置：, without signs."""
    said = CRUMB_WORDS.sub("", text).strip(SEPARATORS)
    return said if said in HOME or said not in LABEL_REST else ""


def _is_trails_end(page: Outline, index: int) -> bool:
    """The text says where the page stands, and what follows is no further step."""
    text, after = page.texts[index], page.texts[index + 1 : index + 2]
    return _is_whole_trail(text) or (_names_page(text) and not any(map(STEPS.match, after)))


def _holds_list(page: Outline, box: int, start: int) -> bool:
    """Below the breadcrumb's text at `start` the box holds rows: a list or table that is not the trail itself, or two
    links as long as titles."""
    inner = [index for index in range(box + 1, page.boxes[box].last + 1) if page.boxes[index].start > start]
    titles = sum(1 for index in inner if page.boxes[index].tag == "a" and _is_item(page, index))
    return titles > 1 or any(
        page.boxes[index].tag in LISTS and not _goes_on(page, index, start) for index in inner
    )


def _is_item(page: Outline, link: int) -> bool:
    """The link is as long as a title, and no sign of a trail stands beside it."""
    box = page.boxes[link]
    around = (*page.texts[box.start - 1 : box.start], *page.texts[box.end : box.end + 1])
    return len(link_title(page, link)) >= A_TITLE and not any(map(STEPS.search, around))


def _goes_on(page: Outline, box: int, start: int) -> bool:
    """The list or table is empty, or holds the steps of the trail whose label stands at `start`."""
    texts = page.texts[page.boxes[box].start : page.boxes[box].end]
    if any(map(STEPS.search, texts[:2])) or any(text in LABEL_REST for text in texts[:1]):
        return not any(map(A_DAY.search, texts))
    is_short = all(len(text) < A_TITLE and not A_DAY.search(text) for text in texts)
    return not texts or (is_short and not _behind_label(page.texts[start]))


def _block_around(page: Outline, box: int) -> int:
    while box > 0 and page.boxes[box].tag in (*INLINE, "a"):
        box = page.boxes[box].parent
    return box


def _line_end(page: Outline, start: int, end: int) -> int:
    """Where the text that runs on from `start`, through inline elements only, is broken off, or goes on after a whole
    trail with a link that is no step of it (`首页 > 公告<br>·<a>…</a>`), or after a name with one as long as a title
    (`当前位置：公告<br><a>…</a>`); at the latest at `end`."""
    block = _block_around(page, page.owner[start])
    said = ""
    for index in range(start, end):
        text = page.texts[index]
        is_named = bool(_behind_label(said)) and not LEADS_ON.search(said)
        is_over = _is_whole_trail(said) or (is_named and len(text) >= A_TITLE)
        is_next = page.places[index].in_link and not STEPS.match(text) and is_over
        if is_next or _block_around(page, page.owner[index]) != block:
            return index
        said += text
    return end


def _holds_link(page: Outline, box: int) -> bool:
    return any(
        box in page.above(link)
        for link in page.links
        if page.boxes[box].start <= page.boxes[link].start < page.boxes[box].end
    )


def crumb_names(page: Outline, span: tuple[int, int]) -> tuple[str, ...]:
    """The words of the breadcrumb, top first, without 首页 and without the label."""
    names: list[str] = []
    for text in page.texts[span[0] : span[1]]:
        text = CRUMB_WORDS.sub("", text)
        for piece in STEPS.split(text):
            piece = piece.strip(SEPARATORS).strip()
            if piece and piece not in LABEL_REST and len(piece) <= NAME:
                names.append(piece)
    return tuple(dict.fromkeys(names))


def column_links(
    page: Outline,
    addresses: Addresses,
    zones: Sequence[str],
    crumb: tuple[int, int],
    trail: tuple[str, ...],
    *,
    is_home: bool,
    own: tuple[str, ...] = (),
) -> tuple[ColumnLink, ...]:
    """Every link to a column, each address once; marks go before navigation, navigation before 更多 and menus.

    `trail`: the names of the breadcrumb; `own`: those of the page itself, if it is a column's.
    """
    if is_site_map(page, trail):
        return tuple(
            {
                link.url: link
                for link in menu_links(page, addresses, zones, crumb, is_home=False, is_map=True)
            }.values()
        )
    found: dict[str, ColumnLink] = {}
    here = addresses.base.partition("#")[0]
    for link in _from_crumb(page, addresses, crumb):
        found.setdefault(link.url, link)
    menus = list(menu_links(page, addresses, zones, crumb, is_home=is_home))
    if is_home and not any(link.source == "navigation" for link in menus):
        unnamed = unnamed_menus(page, addresses, zones)
        menus = list(menu_links(page, addresses, unnamed, crumb, is_home=True, is_unnamed=True))
    beside = any(link.url == here for link in menus if link.source == "menu")
    for link in menus:
        if link.source == "menu" and not link.parents and beside and len(trail) > 1:
            link = column_link(link.name, link.url, "menu", trail[:-1])
        known = found.get(link.url)
        if known is None or (link.parents and not known.parents and known.source != "mark"):
            found[link.url] = link
    for link in scripted_links(
        [text for _, _, text in page.scripts], addresses, "navigation" if is_home else "menu"
    ):
        found.setdefault(link.url, link)
    if is_home:
        for link in block_links(page, addresses, zones):
            found.setdefault(link.url, link)
    if own and not is_home:
        found.setdefault(addresses.url, ColumnLink(own[-1], addresses.url, "mark", own[:-1]))
        blocks = list(block_links(page, addresses, zones))
        alike = _children_beside(page, addresses, zones, blocks)
        for link in blocks:
            if _lies_below(link.url, here, addresses.origin) or link.url in alike:
                found.setdefault(link.url, replace(link, source="menu", parents=own))
    return tuple(found.values())


def without_items(
    links: Iterable[ColumnLink], found: Iterable[Block], page: Outline, addresses: Addresses
) -> tuple[ColumnLink, ...]:
    """The links without those of the page's own lists: most rows of an item's list have a date, a menu's have none. The
    row of a short name that leads to a list is a block with its heading, and the dates are those of the items below.

    What stands nowhere but in such rows (who wrote it) is no column either.
    """
    rows = [
        (row.url, span)
        for block in found
        if block.dated * 2 > len(block.rows)
        for row, span in zip(block.rows, block.spans, strict=True)
        if len(row.title) >= A_TITLE or not addresses.is_column(row.url)
    ]
    if not rows:
        return tuple(links)
    items = {url for url, _ in rows} | _only_within(page, addresses, [span for _, span in rows])
    return tuple(link for link in links if link.source not in ("menu", "more") or link.url not in items)


def _only_within(page: Outline, addresses: Addresses, spans: Iterable[tuple[int, int]]) -> set[str]:
    """Where links lead that stand in these pieces of text only."""
    inside = bytearray(len(page.texts) + 1)
    for start, end in spans:
        inside[start:end] = b"\x01" * (end - start)
    within: set[str] = set()
    elsewhere: set[str] = set()
    for link in page.links:
        box = page.boxes[link]
        is_inside = box.start < box.end and inside[box.start]
        (within if is_inside else elsewhere).add(addresses.absolute(box.attributes.get("href")))
    return within - elsewhere


def _lies_below(url: str, column: str, origin: str) -> bool:
    """In a folder within the column's own: a block of a column's page may show any column of the site."""
    folder = f"{column.rpartition('/')[0]}/"
    return folder != f"{origin}/" and url.startswith(folder) and "/" in url.partition("?")[0][len(folder) :]


def _children_beside(
    page: Outline, addresses: Addresses, zones: Sequence[str], blocks: Sequence[ColumnLink]
) -> set[str]:
    """Where addresses are flat (/channels/24.html) a column's children lie beside it, as all other columns do: several
    blocks in the content that lead to such addresses are taken for them, one block or those at the side are not."""
    alike = {link.url for link in blocks if _differs_in_number(link.url, addresses.url)}
    if len(alike) > 1:
        alike -= {
            addresses.absolute(page.boxes[link].attributes.get("href"))
            for link in page.links
            if zones[link] in ("side", "hot")
        }
    return alike if len(alike) > 1 else set()


def _differs_in_number(one: str, other: str) -> bool:
    if NUMBER.sub("0", one) != NUMBER.sub("0", other):
        return False
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return len([mine for mine, its in pairs if mine != its]) == 1


def own_path(
    page: Outline, addresses: Addresses, crumb: tuple[int, int], trail: tuple[str, ...], name: str
) -> tuple[str, ...]:
    """Where a column's page hangs by its own words, empty if it does not say: below the links of its breadcrumb, under
    the last step, under the `name` that its meta tag gives, or under the breadcrumb's link to the page itself."""
    steps = [
        (_link_name(page, link), addresses.absolute(page.boxes[link].attributes.get("href")))
        for link in page.links
        if crumb[0] <= page.boxes[link].start < crumb[1]
    ]
    above = tuple(each for each, url in steps if could_name_column(each) and url != addresses.url)
    last = trail[-1] if trail and trail[-1] not in (*above, *NO_COLUMNS_NAME) else ""
    itself = next(
        (each for each, url in reversed(steps) if url == addresses.url and each not in NO_COLUMNS_NAME), ""
    )
    own = last or (name if name != "null" else "") or itself
    return (*above, own) if could_name_column(own) and len(own) <= NAME and own not in above else ()


def _link_name(page: Outline, link: int) -> str:
    return clean(page.text(page.boxes[link].start, page.boxes[link].end)).strip(SEPARATORS)


def site_map(page: Outline, addresses: Addresses) -> str:
    """The address of the page that lists all columns (网站地图), if this page leads to it; else empty."""
    for index in page.links:
        box = page.boxes[index]
        if box.end - box.start <= 2 and SITE_MAP.match(link_title(page, index)):
            url = addresses.absolute(box.attributes.get("href"))
            if url and not addresses.is_outside(url) and could_be_column(url, addresses.origin):
                return url
    return ""


def menu_files(page: Outline, addresses: Addresses, found: Sequence[ColumnLink]) -> tuple[str, ...]:
    """Scripts and frames that may hold the menu of a home page that shows none itself: where a block's 更多 leads, the link
    to it may be the block's name."""
    of_blocks = {
        addresses.absolute(page.boxes[link].attributes.get("href"))
        for link in page.links
        if is_paging(page.text(page.boxes[link].start, page.boxes[link].end))
    }
    if sum(1 for link in found if link.source == "navigation" and link.url not in of_blocks) >= FEWEST:
        return ()
    scripts = [attributes.get("src") or "" for _, attributes, _ in page.scripts]
    frames = [attributes.get("src") or "" for _, attributes in page.frames]
    wanted = [src for src in scripts if MENU_SCRIPT.search(src)] + [src for src in frames if src]
    urls = (addresses.absolute(src) for src in wanted)
    own = [url for url in urls if url and not addresses.is_outside(url)]
    return tuple(dict.fromkeys(own))[:MENU_FILES]


def menu_file_links(text: str, url: str, home: str) -> tuple[ColumnLink, ...]:
    """The columns that such a file points to; a script's addresses are relative to the page that it stands on."""
    if url.partition("?")[0].lower().endswith(".js"):
        return tuple(scripted_links([text], Addresses(home), "navigation"))
    page = outline(text)
    addresses = Addresses(url, page.base)
    inside = ["nav"] * len(page.boxes)
    found = [*menu_links(page, addresses, inside, (0, 0), is_home=True)]
    found += scripted_links([script for _, _, script in page.scripts], addresses, "navigation")
    takes_texts = _is_all_menu(found)
    columns = {link.url: link for link in reversed(found) if takes_texts or not is_article(link.url)}
    return tuple(reversed(columns.values()))


def _is_all_menu(links: Sequence[ColumnLink]) -> bool:
    """Mostly columns, and all names short: then what looks like an item is a column that is one text (机构职能)."""
    columns = sum(1 for link in links if not is_article(link.url))
    is_short = all(len(link.name) <= SHORT_NAME for link in links)
    return is_short and columns >= MENU_SHARE * max(MENU_LINKS, len(links))


def is_site_map(page: Outline, trail: Sequence[str]) -> bool:
    """The page says so: by the end of its breadcrumb, or the beginning of its title."""
    names = (*trail[-1:], *re.split(r"[\s_|—–-]+", page.title)[:1])
    return any(SITE_MAP.match(name) for name in names)


def _from_crumb(page: Outline, addresses: Addresses, span: tuple[int, int]) -> Iterator[ColumnLink]:
    above: tuple[str, ...] = ()
    for index in page.links:
        box = page.boxes[index]
        if not span[0] <= box.start < span[1]:
            continue
        name = _link_name(page, index)
        url = addresses.absolute(box.attributes.get("href"))
        if not name or len(name) > NAME or NOT_COLUMNS.search(name):
            continue
        if url and not addresses.is_article(url):
            yield ColumnLink(name, url, "mark", above)
        above = (*above, name)
