"""What the browser shows to one visit, with its facts and its evidence."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from crawler.browser import Lost, Session
from crawler.browser_page import Look
from crawler.clock import Clock
from crawler.fetching import View
from crawler.observations import Fetch, Shown

HTML, JPEG = "text/html; charset=utf-8", "image/jpeg"

Keep = Callable[[bytes], Awaitable[str]]
"""Hands on the bytes as evidence and gives their SHA-256."""


class SessionViewer:
    """The viewer of one visit: a session of the browser."""

    def __init__(self, session: Session, keep: Keep, clock: Clock) -> None:
        self._session, self._keep, self._clock = session, keep, clock

    async def __call__(self, url: str, *, picture: bool) -> View:
        began = self._clock.now()
        look = await self._session.look(url, picture=picture)
        if isinstance(look, Lost):
            seconds = (self._clock.now() - began).total_seconds()
            return View(Shown(Fetch(url, began, seconds=seconds, problem=look.problem, detail=look.detail)))
        document = look.document.encode(errors="replace")
        dom = await self._fetched(url, look, document, HTML, began)
        taken = await self._fetched(url, look, look.picture, JPEG, began) if look.picture else None
        return View(Shown(dom, taken), document, look.unfinished, look.cookie)

    async def _fetched(self, url: str, look: Look, body: bytes, kind: str, began: datetime) -> Fetch:
        now = self._clock.now()
        return Fetch(
            url=url,
            at=now,
            final_url=look.final_url,
            status=look.status,
            content_type=kind,
            seconds=(now - began).total_seconds(),
            size=len(body),
            sha256=await self._keep(body),
        )
