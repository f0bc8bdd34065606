"""Reading a page: bytes to facts, in two steps. `skim` parses it once, `settle` reads it beside its siblings.

Pure functions: no network, no clock (`at` is passed in), and nothing raises for whatever a site may send. What is kept
of a page between the two steps is small: rows and text, no DOM, so that 150 siblings fit in memory.
"""

import codecs
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from crawler.clock import BEIJING
from crawler.extract import article, signals
from crawler.extract.addresses import Addresses
from crawler.extract.answers import Answer, read, read_script, rows_in, with_records
from crawler.extract.article import Published
from crawler.extract.blocks import Block
from crawler.extract.charset import decode
from crawler.extract.columns import (
    column_links,
    menu_file_links,
    menu_files,
    own_path,
    site_map,
    without_items,
)
from crawler.extract.frame import Frame, frame_of
from crawler.extract.layout import Layout, layout
from crawler.extract.loaders import Kind, Loader, Loading, loading
from crawler.extract.loading.frames import shows_another_site
from crawler.extract.loading.inline import data
from crawler.extract.loading.paging import leads_on
from crawler.extract.loading.redirects import leads_to
from crawler.extract.loading.written import with_written
from crawler.extract.memory import Memory
from crawler.extract.offers import offered
from crawler.extract.outline import Outline, outline
from crawler.extract.quality import quality as quality_of
from crawler.extract.regions import FRAME
from crawler.extract.row_links import LINKS_READ
from crawler.extract.rows import blocks
from crawler.extract.settling import judge
from crawler.extract.signals import Signals
from crawler.extract.skimmed import Skim
from crawler.observations import ColumnLink, PageReading, Row
from crawler.targets import SHORTEST_LIMIT

__all__ = [
    "Frame",
    "Loader",
    "Memory",
    "Skim",
    "frame_of",
    "menu_in",
    "read_page",
    "settle",
    "skim",
    "with_loaded",
]

BYTES_READ = 8_000_000
NOT_HTML = (
    b"%PDF",
    b"PK\x03\x04",
    b"\xd0\xcf\x11\xe0",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"Rar!",
    b"\x1f\x8b",
)
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""So begins a text in which zeros stand for nothing strange: > and 怀 side by side are two of them."""
WHOLE_PAGE = re.compile(r"\s*(?:<!doctype|<html)\b", re.I)
"""What an interface for data sends in place of an answer: an error page, the home page."""
LITTLE_SAID = 20
"""Characters up to which the text of a list without items is only its pager."""
NO_SIGN_BYTES = bytes((*range(0x09), *range(0x0E, 0x20)))
NO_SIGNS = re.compile("[\x00-\x08\x0e-\x1f\ufffd]")


def skim(
    body: bytes,
    *,
    url: str,
    content_type: str = "",
    status: int = 200,
    at: datetime,
    memory: Memory | None = None,
    rendered: bool = False,
    off: Collection[Kind] = (),
) -> Skim:
    """Parse a page once and keep what is needed of it. `memory`: what pages of the same site have in common; `rendered`: it
    is the document of a browser, in which the page's scripts have already run; `off`: kinds of list interfaces that are not to be read."""
    today = at.astimezone(BEIJING).date()
    if not body.strip():
        return Skim(url, today, "error", "ascii", "服务器返回空白内容")
    has_zeros = b"\x00\x00" in body[:200] and not body.startswith(UTF_16)
    if body.startswith(NOT_HTML) or has_zeros:
        return Skim(url, today, "error", "binary", "返回内容不是网页")
    text, charset = decode(body[:BYTES_READ], content_type)
    head = body[:16_000]
    might_be_garbage = "\ufffd" in text[:4000] or len(head.translate(None, NO_SIGN_BYTES)) < len(head)
    if might_be_garbage and _is_garbage(text[:4000]):
        return Skim(url, today, "error", "binary", "返回内容不是网页")
    start = text.lstrip()[:1]
    if start in ("{", "[") and status < 400:
        return _skim_answer(text, charset, url, today)
    seen = _skim_markup(text, charset, url, today, status, memory, off)
    return (
        replace(seen, loaders=(), signals=signals.after_scripts(seen.signals, seen.texts))
        if rendered
        else seen
    )


def _skim_markup(
    text: str,
    charset: str,
    url: str,
    today: date,
    status: int,
    memory: Memory | None,
    off: Collection[Kind],
) -> Skim:
    markup, says_empty, left_out = _in_place(text, off)
    page = outline(markup, memory)
    shown = " ".join(page.texts)
    addresses = Addresses(url, page.base)
    refresh = leads_to(page, addresses, markup, shown)
    quality, flaw = quality_of(markup, shown, page, status)
    if quality != "good" or (refresh and len(shown) < 200):
        return Skim(url, today, quality, charset, flaw, page.title, meta_refresh=refresh)
    at = layout(page, url, addresses, today, shown, text)
    columns = _columns(at)
    at, has_inline = _with_inline(at, today, off)
    lists = _lists(at, text, today, off)
    left_out = left_out or lists.left_out or (has_inline and "inline" in off)
    signs = replace(_signals(at, lists, shown), empty_answer=says_empty, left_out=left_out)
    return Skim(
        url,
        today,
        quality,
        charset,
        title=page.title,
        article_title=article.title_of(page, at.marks),
        names=at.names or tuple(name for name in (at.column_name,) if name),
        columns=columns,
        site_map=site_map(page, addresses),
        menu_files=menu_files(page, addresses, columns) if at.is_home else (),
        loaders=lists.loaders,
        meta_refresh=refresh,
        blocks=at.found,
        texts=signals.content_texts(page, at.zones, at.span, at.found, at.known),
        set_aside=signals.set_aside(page, at.zones, at.crumb[1], at.known),
        published=_published(at, url, today, has_pager=signs.pager >= 0),
        is_home=at.is_home,
        signals=signs,
        marks=at.marks,
    )


def _columns(at: Layout) -> tuple[ColumnLink, ...]:
    """The columns that the page points to; its items are none."""
    own = own_path(at.page, at.addresses, at.crumb, at.names, at.column_name) if at.is_own_column else ()
    links = column_links(at.page, at.addresses, at.zones, at.crumb, at.names, is_home=at.is_home, own=own)
    return without_items(links, at.found, at.page, at.addresses)


def _with_inline(at: Layout, today: date, off: Collection[Kind]) -> tuple[Layout, bool]:
    """The same with a list that stands in a script as data, unless such are not to be read; whether there is one."""
    if at.listed and not signals.has_list_box(at.page, at.zones, at.span):
        return at, False
    inline = _inline(at.page, at.addresses, today)
    if inline is None or "inline" in off:
        return at, inline is not None
    return replace(at, found=(*at.found, inline)), True


def _lists(at: Layout, text: str, today: date, off: Collection[Kind]) -> Loading:
    """How the page gets the lists that do not stand in it."""
    days = [[row.date for row in block.rows if row.date and row.date <= today] for block in at.listed]
    only_pinned = bool(days) and all(block.pinned for block in at.listed)
    return loading(at.page, at.addresses, text, at.zones, at.span, days, off, only_pinned=only_pinned)


def _in_place(text: str, off: Collection[Kind]) -> tuple[str, bool, bool]:
    """The page with the lists that stand in it as records or in its scripts; whether one says that it is empty, and
    whether one was left out."""
    markup, says_empty = with_records(text)
    left_out = "datastore" in off and markup != text
    if "datastore" in off:
        markup, says_empty = text, False
    whole = with_written(markup)
    if "written" in off:
        return markup, says_empty, left_out or whole != markup
    return whole, says_empty, left_out


def _inline(page: Outline, addresses: Addresses, today: date) -> Block | None:
    """The longest list of dated items that stands as data in one of the page's scripts."""
    answers = (
        rows_in(value, addresses, today)
        for _, attributes, script in page.scripts
        if script and not attributes.get("src")
        for value in data(script)
    )
    rows = max((rows for rows in answers if any(row.date for row in rows)), key=len, default=())
    return _answered(rows) if rows else None


def _answered(rows: tuple[Row, ...]) -> Block:
    dated = sum(1 for row in rows if row.date and row.date_source != "url")
    return Block("#answer", "", "", rows, dated, len(rows), tuple((0, 0) for _ in rows))


def _published(at: Layout, url: str, today: date, *, has_pager: bool) -> Published | None:
    """When the page was published, if it can be an article: a long list with a pager is none."""
    listed = sum(block.dated for block in at.found if not block.region)
    if has_pager and listed >= 8 and not (at.marks.get("PubDate") or at.marks.get("ArticleTitle")):
        return None
    lists = [
        span
        for block in at.found
        if block.dated and block.linked and len(block.rows) > 1
        for span in block.spans
    ]
    return article.published(at.page, at.zones, url, today, lists)


def _signals(at: Layout, lists: Loading, shown: str) -> Signals:
    page, zones, span, crumb = at.page, at.zones, at.span, at.crumb
    content = page.texts[span[0] : span[1]]
    return Signals(
        crumb=crumb[1] > 0,
        crumb_end=crumb[1],
        own_column=at.is_own_column,
        scripted=lists.fills,
        fills_beside=lists.fills_beside,
        begins_with_oldest=lists.begins_with_oldest,
        is_unordered=lists.is_unordered,
        goes_on=lists.goes_on,
        is_cut=page.truncated or len(page.links) > LINKS_READ,
        shows_another_site=shows_another_site(page, at.addresses, zones),
        pager=signals.pager_at(page, span),
        column_tags=signals.names_column(at.marks),
        form=signals.has_form(page),
        query=signals.is_query(page),
        letters=any(len(text) <= 12 and signals.LETTERS.search(text) for text in content),
        editor=_in_editor(page, zones),
        article_words=sum(1 for text in content if len(text) <= 60 and article.ARTICLE_WORDS.match(text)),
        empty_words=signals.empty_words(page, zones, span),
        loops=signals.loops_rows(page, zones) or signals.bound(page, zones),
        shell=signals.is_shell(page, len(shown), len(page.links)),
        list_box=signals.has_list_box(page, zones, span),
        empty_boxes=signals.empty_boxes(page, zones, span),
        pictures=signals.pictures(page, zones, span),
        doubtful_pictures=signals.doubtful_pictures(page, zones, span),
        offered=offered(page, zones, span, at.known),
    )


def _in_editor(page: Outline, zones: Sequence[str]) -> int:
    """Characters of the longest text in an editor's box."""
    return max(
        (
            sum(map(len, page.texts[box.start : box.end]))
            for index, box in enumerate(page.boxes)
            if box.chain.look.editor and zones[index] not in FRAME
        ),
        default=0,
    )


def _skim_answer(text: str, charset: str, url: str, today: date) -> Skim:
    """A page that is an interface's answer by itself: read as a part of a page."""
    bare = Skim(url, today, "good", charset)
    return _with_answer(bare, read(text, Addresses(url), today), url)


def with_loaded(skim: Skim, body: bytes, loader: Loader, *, content_type: str) -> Skim:
    """The same page with what one of its list interfaces answered."""
    text, _ = decode(body[:BYTES_READ], content_type)
    reads = read_script if loader.kind == "script" else read
    answer = reads(text, Addresses(loader.url), skim.today)
    is_whole_page = loader.kind == "json" and bool(WHOLE_PAGE.match(answer.markup))
    if is_whole_page or (answer.empty and not loader.sure):
        answer = Answer(understood=False)
    rest = tuple(each for each in skim.loaders if each != loader)
    where = loader.url if loader.kind in ("iframe", "paging") else skim.url
    return _with_answer(replace(skim, loaders=rest), answer, where, loader.kind)


def _with_answer(skim: Skim, answer: Answer, where: str, kind: Kind = "json") -> Skim:
    added = [_answered(answer.rows)] if answer.rows else []
    if answer.markup:
        return _with_markup(skim, answer, added, where, kind)
    signs = replace(
        skim.signals,
        empty_answer=skim.signals.empty_answer or (answer.empty and not added),
        unread_answer=skim.signals.unread_answer or not answer.understood,
    )
    return replace(skim, blocks=(*skim.blocks, *added), signals=signs)


def _with_markup(skim: Skim, answer: Answer, added: list[Block], where: str, kind: Kind) -> Skim:
    """What the markup of an answer adds. Only if it shows items, text or an empty list was it the list that was asked for.

    `where`: the address that the answer's links stand in. A frame may load its list itself, but holds no frames that are read.
    """
    markup, says_empty = with_records(with_written(answer.markup))
    page = outline(markup)
    quality, _ = quality_of(markup, " ".join(page.texts), page, 200)
    if quality != "good":
        return replace(skim, signals=replace(skim.signals, unread_answer=True))
    zones, span, addresses = page.regions(), (0, len(page.texts)), Addresses(where, page.base)
    inner = loading(page, addresses, answer.markup, zones, span, ()) if kind == "iframe" else Loading()
    asked = tuple(each for each in inner.loaders if each.kind != "iframe")
    added += [
        replace(block, shape=f"#answer{block.shape}") for block in blocks(page, addresses, skim.today, zones)
    ]
    texts = signals.content_texts(page, zones, span, added, skim.names)
    words = skim.signals.empty_words or signals.empty_words(page, zones, span)
    says_little = not added and sum(map(len, texts)) < LITTLE_SAID and not page.bindings and not asked
    is_bare = kind == "iframe" and signals.is_bare(page)
    empty = (
        answer.empty or says_empty or (says_little and (is_bare or signals.has_list_box(page, zones, span)))
    )
    on_last_page = kind == "paging" and not leads_on(page, addresses)
    signs = replace(
        skim.signals,
        begins_with_oldest=skim.signals.begins_with_oldest and not on_last_page,
        empty_words=words,
        empty_answer=skim.signals.empty_answer or (empty and not added),
        scripted=skim.signals.scripted or inner.fills or len(asked) < len(inner.loaders),
        unread_answer=skim.signals.unread_answer
        or not answer.understood
        or (says_little and not empty and not words and not (kind == "iframe" and page.links)),
    )
    return replace(
        skim,
        blocks=(*skim.blocks, *added),
        texts=(*skim.texts, *texts),
        loaders=(*skim.loaders, *asked),
        signals=signs,
    )


def menu_in(body: bytes, *, url: str, content_type: str, home: str) -> tuple[ColumnLink, ...]:
    """The columns that a file of the home page's menu points to (`Skim.menu_files`); `home`: the home page's address."""
    text, _ = decode(body[:BYTES_READ], content_type)
    return menu_file_links(text, url, home)


def settle(skim: Skim, frame: Frame | None = None, fresh_days: int = SHORTEST_LIMIT) -> PageReading:
    """Read a page for good, without what it shares with its siblings. `fresh_days`: see `targets.fresh_days`."""
    return judge(skim, frame or Frame(), fresh_days)


def read_page(
    body: bytes, *, url: str, content_type: str = "", status: int = 200, at: datetime
) -> PageReading:
    """Read one page as it stands, with no siblings to compare it with."""
    return settle(skim(body, url=url, content_type=content_type, status=status, at=at))


def _is_garbage(text: str) -> bool:
    """Signs that no text has: the bytes are a file of some other kind."""
    return len(NO_SIGNS.findall(text)) * 10 > len(text)
