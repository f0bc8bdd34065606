"""The canaries (自检站点、自检账号): a website and an account of our own, with faults on purpose that every round must find.

They go through the same crawl, the same quality gate and the same checks as all targets; nothing of them is written into
registers, ledger, issues or figures. What a round saw of them is compared with what was planted, and that is kept.
"""

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from checks.catalogue import Catalogue
from checks.verdicts import Kind, Verdict
from crawler.clock import CHINA
from crawler.targets import Account, Road, Site, Target

logger = logging.getLogger(__name__)

SITE, ACCOUNT = "0000000000", "zijian-0"
FRESH, STALE, BLANK = "要闻动态", "通知公告", "政策解读"
DAYS = {FRESH: 1, STALE: 400}
"""Age of a column's newest entry in days."""
SILENT_DAYS = 40
"""Age of the account's newest post in days."""
ROWS = 12

PLANTED = (
    ("column-blank", SITE, BLANK),
    ("column-stale", SITE, STALE),
    ("account-stale", ACCOUNT, "自检账号"),
)
SOUND = (("column-blank", SITE, FRESH), ("column-stale", SITE, FRESH), ("home-stale", SITE, "自检站点"))
"""(check, target, subject): what must be found, and what must be found to be well."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a round saw of the canaries, in words: planted and found, planted and missed, accused without a cause."""

    found: tuple[str, ...]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]


class Canary:
    """The canaries, served on loopback while the context lasts. Its dates follow the moment that `at` is told."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._now = datetime.now(UTC)
        self._server = ThreadingHTTPServer((host, 0), _handler(self))
        self._server.daemon_threads = True
        self.address: tuple[str, int] = (host, self._server.server_port)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="canary", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def targets(self) -> tuple[Target, ...]:
        base = "http://{}:{}".format(*self.address)
        return (
            Site(SITE, "自检站点", f"{base}/"),
            Account(ACCOUNT, "微博", "自检账号", roads=(Road(f"{base}/feed.xml"),)),
        )

    def at(self, moment: datetime) -> None:
        self._now = moment

    def compare(self, verdicts: Sequence[tuple[str, Verdict]], catalogue: Catalogue) -> Found:
        """`verdicts`: (key of the target, verdict). Of checks that are switched off nothing is asked."""
        on = {check.id for check in catalogue}
        said = {(verdict.check, key, verdict.subject): verdict.kind for key, verdict in verdicts}
        planted = [each for each in PLANTED if each[0] in on]
        sound = [each for each in SOUND if each[0] in on]
        found = [each for each in planted if said.get(each) is Kind.FAULT]
        missing = [each for each in planted if each not in found]
        missing += [each for each in sound if said.get(each) not in (Kind.CLEAR, Kind.FAULT)]
        wrong = [each for each, kind in said.items() if kind is Kind.FAULT and each not in PLANTED]
        return Found(_words(found), _words(missing), _words(wrong))

    # -- what it answers ------------------------------------------------------------------------------------

    def page(self, path: str) -> tuple[str, str] | None:
        """(content type, text); None: there is no such page."""
        names = {f"/{slug}/": name for name, slug in SLUGS.items()}
        match path:
            case "/":
                return HTML, _document("首页", f"<h2>{FRESH}</h2>{self._list(FRESH)}")
            case "/feed.xml":
                return "application/rss+xml; charset=utf-8", self._feed()
            case _ if path in names:
                name = names[path]
                rows = "<p>暂无信息</p>" if name == BLANK else self._list(name)
                place = f'<div class="position">当前位置：<a href="/">首页</a> &gt; {name}</div>'
                return HTML, _document(name, f"{place}{rows}")
        return None

    def _list(self, name: str) -> str:
        rows = (
            f'<li><a href="/{SLUGS[name]}/t{day:%Y%m%d}_{n}.html">'
            f"关于自检站点“{name}”栏目第{n}期工作情况的通报</a><span>{day:%Y-%m-%d}</span></li>"
            for n, day in self._days(name)
        )
        return f'<ul class="list">{"".join(rows)}</ul>'

    def _days(self, name: str) -> Iterable[tuple[int, date]]:
        newest = self._now.astimezone(CHINA).date() - timedelta(days=DAYS[name])
        return ((ROWS - n, newest - timedelta(days=2 * n)) for n in range(ROWS))

    def _feed(self) -> str:
        newest = self._now.astimezone(CHINA) - timedelta(days=SILENT_DAYS)
        items = "".join(
            f"<item><title>自检动态第{ROWS - n}条</title><link>https://weibo.com/0/{ROWS - n}</link>"
            f"<guid>{ROWS - n}</guid><pubDate>{format_datetime(newest - timedelta(days=n))}</pubDate></item>"
            for n in range(ROWS)
        )
        return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>自检账号</title>{items}</channel></rss>'


HTML = "text/html; charset=utf-8"
SLUGS = {FRESH: "ywdt", STALE: "tzgg", BLANK: "zcjd"}


def _document(title: str, body: str) -> str:
    links = "".join(f'<li><a href="/{slug}/">{name}</a></li>' for name, slug in SLUGS.items())
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_自检站点</title></head><body>'
        f'<div class="header"><h1>自检站点</h1><ul class="nav"><li><a href="/">首页</a></li>{links}</ul></div>'
        f'<div class="main">{body}</div><div class="footer"><p>主办单位：自检站点</p></div></body></html>'
    )


def _words(things: Iterable[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(f"{check}（{subject}）" for check, _, subject in things)


def _handler(canary: Canary) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_GET(self) -> None:
            answer = canary.page(self.path)
            kind, text = answer or ("text/plain; charset=utf-8", "")
            body = text.encode()
            self.send_response(200 if answer else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody needs to know who asked: only we do."""

    return Handler
