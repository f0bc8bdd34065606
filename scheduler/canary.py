"""The canaries (自检站点、自检账号): a website and an account of our own, with faults on purpose that every round must find.

They go through the same crawl, the same quality gate and the same checks as all targets; nothing of them is written into
registers, ledger, issues or figures. What a round saw of them is compared with what was planted, and that is kept.
"""

import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from socketserver import ThreadingTCPServer
from typing import NamedTuple, Self

from checks.catalogue import Catalogue
from checks.verdicts import Kind, Verdict
from crawler.clock import CHINA
from crawler.targets import Account, Road, Site, Target

logger = logging.getLogger(__name__)

SITE, SITE_NAME = "0000000000", "自检站点"
ACCOUNT, ACCOUNT_NAME = "zijian-0", "自检账号"
GONE, GONE_NAME = "zijian-1", "自检停用账号"
RENAMED, RENAMED_NAME = "zijian-2", "自检改名账号"
NAMES = {SITE: SITE_NAME, ACCOUNT: ACCOUNT_NAME, GONE: GONE_NAME, RENAMED: RENAMED_NAME}
"""Of the canaries, by their keys."""
FRESH, STALE, BLANK = "要闻动态", "通知公告", "政策解读"
SLUGS = {FRESH: "ywdt", STALE: "tzgg", BLANK: "zcjd"}
TOO_OLD = 400
"""Days: beyond every limit, also those that an office chooses."""
DAYS = {FRESH: 1, STALE: TOO_OLD}
"""Age of a column's newest entry in days."""
ROWS = 12
FEEDS = {"/feed.xml": "", "/rsshub/weibo/user/0": "<generator>RSSHub</generator>"}
"""The account's roads, and how each names its maker. Two that draw from different places prove that an account is silent;
one alone would be a suspicion for a person."""

GONE_PAGE, RENAMED_PAGE = "/s/gone", "/s/renamed"
"""Articles as the platform shows them: of an account that is closed, and of one that goes by a name that nobody filed."""


class Point(NamedTuple):
    """What one check has to say about one part of the canaries."""

    check: str
    target: str
    subject: str


PLANTED = (
    Point("column-blank", SITE, BLANK),
    Point("column-stale", SITE, STALE),
    Point("account-stale", ACCOUNT, ACCOUNT_NAME),
    Point("account-gone", GONE, GONE_NAME),
    Point("account-register", RENAMED, RENAMED_NAME),
)
"""What must be found."""
ASKS = frozenset({"account-register"})
"""Of a canary only a page can be served: what that alone tells is for a person. All else must be so clear that none is asked."""
SOUND = (
    Point("column-blank", SITE, FRESH),
    Point("column-blank", SITE, STALE),
    Point("column-stale", SITE, FRESH),
    Point("home-stale", SITE, SITE_NAME),
    Point("site-unreachable", SITE, SITE_NAME),
    Point("account-blank", ACCOUNT, ACCOUNT_NAME),
    Point("source-broken", ACCOUNT, ACCOUNT_NAME),
    Point("account-gone", RENAMED, RENAMED_NAME),
    Point("account-stale", RENAMED, RENAMED_NAME),
)
"""What must be found to be well: a check that says nothing, or that it cannot tell, is missed as well."""
KNOWN = frozenset(point.check for point in (*PLANTED, *SOUND))
"""The checks that the canaries were made for. What others say of them, such as an office's own, is no mistake of ours."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a round saw of the canaries, in words: planted and found, missed and why, accused without a cause."""

    found: tuple[str, ...]
    missing: tuple[str, ...]
    wrong: tuple[str, ...]


class Canary:
    """The canaries, served on loopback while the context lasts. Its dates follow the moment that `at` is told."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._now = datetime.now(UTC)
        self._server = _Server((host, 0), _handler(self))
        self.address: tuple[str, int] = (host, self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, name="canary", daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def targets(self) -> tuple[Target, ...]:
        base = "http://{}:{}".format(*self.address)
        roads = tuple(Road(f"{base}{path}") for path in FEEDS)
        return (
            Site(SITE, SITE_NAME, f"{base}/"),
            Account(ACCOUNT, "微博", ACCOUNT_NAME, roads=roads),
            _article_account(GONE, GONE_NAME, f"{base}{GONE_PAGE}"),
            _article_account(RENAMED, RENAMED_NAME, f"{base}{RENAMED_PAGE}"),
        )

    def at(self, moment: datetime) -> None:
        self._now = moment

    # -- what it answers ------------------------------------------------------------------------------------

    def page(self, path: str) -> tuple[str, str] | None:
        """(content type, text); None: there is no such page."""
        if path in FEEDS:
            return "application/rss+xml; charset=utf-8", self._feed(FEEDS[path])
        if path == GONE_PAGE:
            return HTML, "<html><body><p>此帐号已自主注销，内容无法查看</p></body></html>"
        if path == RENAMED_PAGE:
            return HTML, self._post()
        if path == "/":
            return HTML, _document("首页", f"<h2>{FRESH}</h2>{self._list(FRESH)}")
        name = next((name for name, slug in SLUGS.items() if path.startswith(f"/{slug}/")), "")
        place = f'<div class="position">当前位置：<a href="/">首页</a> &gt; {name}</div>'
        if name and path == f"/{SLUGS[name]}/":
            return HTML, _document(name, f"{place}{self._list(name) or '<p>暂无信息</p>'}")
        for row in self._rows(name):
            if path == row.path:
                return HTML, _document(row.title, f"{place}{_article(row)}")
        return None

    def _post(self) -> str:
        published = self._now.timestamp() - 3600
        return (
            '<html><body><div id="js_content"><p>自检文章</p></div>'
            f'<script>var nickname = "未备案的名称"; var ct = "{published:.0f}";</script></body></html>'
        )

    def _list(self, name: str) -> str:
        rows = "".join(
            f'<li><a href="{row.path}">{row.title}</a><span>{row.day}</span></li>' for row in self._rows(name)
        )
        return rows and f'<ul class="list">{rows}</ul>'

    def _rows(self, name: str) -> Iterable["_Row"]:
        if name not in DAYS:
            return
        newest = self._now.astimezone(CHINA).date() - timedelta(days=DAYS[name])
        for number in range(ROWS):
            day, title = newest - timedelta(days=2 * number), f"关于{name}第{ROWS - number}期工作情况的通报"
            yield _Row(f"/{SLUGS[name]}/t{day:%Y%m%d}_{ROWS - number}.html", title, day)

    def _feed(self, maker: str) -> str:
        newest = self._now.astimezone(CHINA) - timedelta(days=TOO_OLD)
        items = "".join(
            f"<item><title>自检动态第{ROWS - n}条</title><link>https://weibo.com/0/{ROWS - n}</link>"
            f"<guid>{ROWS - n}</guid><pubDate>{format_datetime(newest - timedelta(days=n))}</pubDate></item>"
            for n in range(ROWS)
        )
        return (
            '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>'
            f"<title>{ACCOUNT_NAME}</title>{maker}{items}</channel></rss>"
        )


def _article_account(key: str, name: str, address: str) -> Account:
    return Account(key, "微信公众号", name, roads=(Road(address, "wechat_article"),))


def compare(verdicts: Iterable[tuple[str, Verdict]], catalogue: Catalogue) -> Found:
    """`verdicts`: (key of the canary, verdict). Of checks that are switched off nothing is asked."""
    checks = {check.id: check for check in catalogue}
    said = {Point(verdict.check, key, verdict.subject): verdict for key, verdict in verdicts}
    faults = {point for point, verdict in said.items() if verdict.kind is Kind.FAULT}
    well = {point for point, verdict in said.items() if verdict.kind is Kind.CLEAR}
    # That our own road to the canary is broken is no accusation: then nothing was seen of it.
    accused = {point for point in faults if point.check in KNOWN and not checks[point.check].operator}
    found = [
        point for point in PLANTED if point in faults and said[point].needs_person == (point.check in ASKS)
    ]
    wrong = [point for point in said if point in accused and point not in PLANTED]
    answered = {*found, *wrong, *(point for point in SOUND if point in well)}
    missing = [point for point in (*PLANTED, *SOUND) if point.check in checks and point not in answered]

    def words(point: Point) -> str:
        return f"{checks[point.check].title}“{point.subject}”"

    return Found(
        tuple(map(words, found)),
        tuple(f"{words(point)}：{_why_missed(point, said)}" for point in missing),
        tuple(map(words, wrong)),
    )


def _why_missed(point: Point, said: Mapping[Point, Verdict]) -> str:
    # Of a visit that failed as a whole, the target alone is spoken of.
    verdict = said.get(point) or said.get(point._replace(subject=NAMES[point.target]))
    if verdict is None:
        return "没有判定"
    if verdict.kind is Kind.CLEAR:
        return "判为未发现问题"
    return "仅为疑似，需人工核实" if verdict.needs_person and point.check not in ASKS else verdict.why


# -- the pages and the server -------------------------------------------------------------------------------

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class _Row:
    path: str
    title: str
    day: date


def _article(row: _Row) -> str:
    line = f"　　{row.title}，供自检使用：每轮巡检都会读到本页，它不属于任何单位，也不计入任何数据。"
    return (
        f"<h1>{row.title}</h1><p>发布时间：{row.day}</p><div class='content'><p>{line}</p><p>{line}</p></div>"
    )


def _document(title: str, body: str) -> str:
    links = "".join(f'<li><a href="/{slug}/">{name}</a></li>' for name, slug in SLUGS.items())
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_{SITE_NAME}</title></head><body>'
        f'<div class="header"><h1>{SITE_NAME}</h1><ul class="nav"><li><a href="/">首页</a></li>{links}</ul></div>'
        f'<div class="main">{body}</div><div class="footer"><p>主办单位：{SITE_NAME}</p></div></body></html>'
    )


class _Server(ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Whoever hangs up in the middle of an answer: the visit says so itself."""
        logger.debug("canary not answered", exc_info=True)


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
