"""One page in the browser: opened, waited for until it is quiet, read out as one document, and pictured.

Quiet means that no script, interface or frame is under way and the document has stopped growing. A page with next to
nothing on it, or a guard's challenge, is given longer: its script may still send us on.
"""

import asyncio
import html
import re
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import unquote

from playwright.async_api import Error, Frame, Page, Request, Response

from crawler.extract.addresses import PAPER, are_of_one_owner, host_of
from crawler.extract.loading.calls import COUNTERS

QUIET_SECONDS = 0.5
PATIENCE_SECONDS = 8.0
"""How long a page that shows next to nothing, or a guard's challenge, may take to become another."""
LITTLE_TEXT, FEW_LINKS = 40, 3
BEAT_SECONDS = 0.1
PICTURE_WIDTH, PICTURE_HEIGHT = 1280, 8000
"""Pixels. Of a longer page the picture shows the head."""
PICTURE_QUALITY = 60
PICTURE_SECONDS = 8.0
SHARE_FOR_SETTLING = 0.6
"""Of a page's time; the rest is for reading it out and for the picture."""

SCRIPTS = re.compile(r"<script\b.*?</script>", re.S)
HOLDS = re.compile(r"<(?:ul|ol|table|dl|img|iframe)\b|[\u4e00-\u9fff]")
WAITED_FOR = frozenset({"document", "script", "xhr", "fetch"})
"""What may carry a page's lists."""
NEVER_LOADED = frozenset({"font", "media"})

SIZE = """() => [document.querySelectorAll('li,tr,dd,a').length, document.links.length,
    document.body ? document.body.innerText.trim().length : 0]"""
HEIGHT = (
    "() => Math.max(document.documentElement.scrollHeight, document.body ? document.body.scrollHeight : 0)"
)
READ_OUT = """number => {
    // What a style sheet hides is hidden for who reads the document without it, too.
    for (const each of document.body ? document.body.querySelectorAll('*') : [])
        if (!/^(SCRIPT|STYLE|TEMPLATE|NOSCRIPT|LINK|META)$/.test(each.tagName) && getComputedStyle(each).display === 'none')
            each.setAttribute('hidden', '');
    if (number) for (const each of document.querySelectorAll('a[href]')) each.setAttribute('href', each.href);
}"""
BYTES = "() => new Blob([document.documentElement ? document.documentElement.outerHTML : '']).size"
IS_SHOWN = "each => each.offsetWidth > 40 && each.offsetHeight > 40"
FRAMESET = re.compile(r"<noframes\b.*?</noframes>|</?frameset\b[^>]*>", re.S | re.I)
"""What stands around frames, and what is meant for browsers that know none."""
MARK = "(each, number) => each.setAttribute('data-frame-number', number)"

IsGuarded = Callable[[str, str, int], bool]
"""(document, address, status): whether this is a guard's page and not the website's."""


class TooLarge(Exception):
    """The document that a page's scripts made is larger than any answer may be (crawler.max_page_bytes)."""


class Turns(Protocol):
    """One budget a host, shared with whoever else asks there (crawler/pace.py)."""

    def turn(self, host: str) -> AbstractAsyncContextManager[None]: ...


@dataclass(frozen=True, slots=True)
class Look:
    """What the browser saw: the document as its scripts left it, its picture, and what did not come."""

    final_url: str
    status: int
    document: str
    picture: bytes = b""
    unfinished: str = ""
    cookie: str = ""


@dataclass(slots=True)
class Traffic:
    """What a page asks for: what is under way, and which of what may carry its lists failed."""

    status: int = 0
    has_crashed: bool = False
    under_way: set[Request] = field(default_factory=set)
    failed: dict[str, str] = field(default_factory=dict)
    """Address -> what was wrong with the answer."""

    def watch(self, page: Page, wants_picture: bool) -> None:
        kinds = WAITED_FOR | {"image", "stylesheet"} if wants_picture else WAITED_FOR
        # Playwright marks the handlers that it is given: only plain functions can be marked.
        page.on("request", lambda request: self._begins(request, page, kinds))
        page.on("response", lambda response: self._answers(response, page))
        page.on("crash", lambda _: setattr(self, "has_crashed", True))
        page.on("requestfinished", lambda request: self.under_way.discard(request))
        page.on("requestfailed", lambda request: self._fails(request))

    def _begins(self, request: Request, page: Page, kinds: frozenset[str]) -> None:
        if _is_the_page(request, page):  # what the page before it asked for matters no more
            self.under_way.clear()
            self.failed.clear()
        if request.resource_type in kinds:
            self.under_way.add(request)

    def _answers(self, response: Response, page: Page) -> None:
        if _is_the_page(response.request, page):
            self.status = response.status
        elif response.status >= 400:
            self._note(response.request, str(response.status))
        else:
            self.failed.pop(response.url, None)

    def _fails(self, request: Request) -> None:
        self.under_way.discard(request)
        self._note(request, (request.failure or "").removeprefix("net::"))

    def _note(self, request: Request, what: str) -> None:
        if request.resource_type in WAITED_FOR and not COUNTERS.search(request.url):
            self.failed.setdefault(request.url, what)

    @property
    def trouble(self) -> str:
        return next((f"{url[:200]} {what}" for url, what in self.failed.items()), "")


def _is_the_page(request: Request, page: Page) -> bool:
    # A request that a service worker or a closing page made has no frame.
    with suppress(Error):
        return request.is_navigation_request() and request.frame == page.main_frame
    return False


async def look_at(
    page: Page, url: str, *, seconds: float, most_bytes: int, picture: bool, is_guarded: IsGuarded
) -> Look:
    """Open the address and read it out. Raises what Playwright raises, and TooLarge for a document of more than so many
    bytes; the caller's time limit stands above all."""
    traffic = Traffic()
    traffic.watch(page, picture)
    until = time.monotonic() + seconds * SHARE_FOR_SETTLING
    await page.goto(url, wait_until="commit", timeout=seconds * 1000)
    waiting = await _settled(page, traffic, until, is_guarded, most_bytes)
    document = await _document(page.main_frame, most_bytes)
    unfinished = traffic.trouble or waiting
    taken = await _picture(page, traffic) if picture else b""
    cookies = await page.context.cookies(page.url)
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    return Look(page.url, traffic.status, document, taken, unfinished, cookie)


async def _settled(page: Page, traffic: Traffic, until: float, is_guarded: IsGuarded, most_bytes: int) -> str:
    """Wait for quiet; the reason if it did not come."""
    began = quiet_since = time.monotonic()
    size: list[int] = []
    while time.monotonic() < until:
        await asyncio.sleep(BEAT_SECONDS)
        try:
            before, size = size, await page.evaluate(SIZE)
        except Error:  # it goes on to another page just now
            if page.is_closed() or traffic.has_crashed:
                raise
            before = []
        if traffic.under_way or size != before:
            quiet_since = time.monotonic()
        elif time.monotonic() - quiet_since >= QUIET_SECONDS and (
            time.monotonic() - began > PATIENCE_SECONDS
            or not await _may_go_on(page, traffic, size, is_guarded, most_bytes)
        ):
            return ""
    under_way = next((request.url[:200] for request in traffic.under_way), "")
    return f"{under_way} 没有答复" if under_way else "页面一直在变化"


async def _may_go_on(
    page: Page, traffic: Traffic, size: list[int], is_guarded: IsGuarded, most_bytes: int
) -> bool:
    _, links, text = size
    says_nothing = links < FEW_LINKS and text < LITTLE_TEXT and len(page.frames) == 1 and not traffic.failed
    return says_nothing or is_guarded(await _content(page.main_frame, most_bytes), page.url, traffic.status)


async def _content(frame: Frame, most_bytes: int) -> str:
    """The frame's document. Its size is asked for first: what is taken in at all has to find room in our memory."""
    if await frame.evaluate(BYTES) > most_bytes:
        raise TooLarge(frame.url)
    document = await frame.content()
    if len(document) > most_bytes:  # its scripts have a say in what it answers
        raise TooLarge(frame.url)
    return document


async def _document(frame: Frame, most_bytes: int, number: int = 0) -> str:
    """The frame's document with the frames of the same website in place, as a reader sees one page."""
    inner: list[str] = []
    for child in frame.child_frames:
        with suppress(Error):  # it may be gone, or still blank
            if not are_of_one_owner(host_of(child.url), host_of(frame.page.url)):
                continue
            element = await child.frame_element()
            if await element.evaluate(IS_SHOWN):
                whole = await _document(child, most_bytes, len(inner) + 1)
                inner.append(_drawn_in(child.url, whole) + _body(whole))
                most_bytes -= len(whole.encode(errors="replace"))
                await element.evaluate(MARK, len(inner))
    await frame.evaluate(READ_OUT, number)
    document = await _content(frame, most_bytes)
    for place, each in enumerate(inner, start=1):
        if found := re.search(
            rf'<i?frame\b[^>]*data-frame-number="{place}"[^>]*>(?:.*?</iframe>)?', document, re.S
        ):
            document = f"{document[: found.start()]}<div>{each}</div>{document[found.end() :]}"
    return FRAMESET.sub("", document) if inner else document


def _drawn_in(url: str, document: str) -> str:
    """What a viewer (`viewer.html?file=年报.pdf`) draws is neither text nor picture: that its address names a paper, or that
    nothing but scripts stands in it, says that something may be shown there."""
    if PAPER.search(unquote(url)):
        return f'<img src="{html.escape(url)}">'
    is_only_scripts = "<script" in document and not HOLDS.search(SCRIPTS.sub("", _body(document)))
    return '<img src="data:image/drawn">' if is_only_scripts else ""


def _body(document: str) -> str:
    found = re.search(r"<body[^>]*>(.*)</body>", document, re.S)
    return found[1] if found else ""


async def _picture(page: Page, traffic: Traffic) -> bytes:
    """The whole page as JPEG; nothing if it cannot be had: the document is the better evidence."""
    try:
        async with asyncio.timeout(PICTURE_SECONDS):
            height = min(max(int(await page.evaluate(HEIGHT)), 600), PICTURE_HEIGHT)
            await page.set_viewport_size({"width": PICTURE_WIDTH, "height": height})
            await _pictures_come(traffic)
            return await page.screenshot(
                type="jpeg", quality=PICTURE_QUALITY, animations="disabled", timeout=PICTURE_SECONDS * 1000
            )
    except (Error, TimeoutError):
        return b""


async def _pictures_come(traffic: Traffic) -> None:
    """What comes into sight only now is loaded only now."""
    until = time.monotonic() + PICTURE_SECONDS / 2
    await asyncio.sleep(BEAT_SECONDS)
    while traffic.under_way and time.monotonic() < until:
        await asyncio.sleep(BEAT_SECONDS)
