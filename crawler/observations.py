"""What was seen on a visit, or why it could not be seen: plain immutable facts, ready for JSON.

No opinion stands here. Whether a column is stale is for `checks` to say; that its newest row reads 2026-10-01 is said here.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal
from urllib.parse import urlsplit

from crawler.grants import GrantSeen
from crawler.targets import Account, ColumnEntry, Site, shown_address
from crawler.worded import Worded


class Problem(Worded):
    """The closed list of reasons for not seeing (无法核验的原因), each with the words the office reads."""

    TIMEOUT = "timeout", "访问超时"
    REFUSED = "refused", "服务器拒绝连接"
    RESET = "reset", "连接被中断"
    DNS = "dns", "域名无法解析"
    TLS = "tls", "安全连接（TLS）失败"
    HTTP_ERROR = "http-error", "服务器返回错误状态"
    REDIRECT_LOOP = "redirect-loop", "页面循环跳转"
    REDIRECTED_HOME = "redirected-home", "页面跳转回首页"
    TOO_LARGE = "too-large", "页面超过大小上限"
    EMPTY_BODY = "empty-body", "服务器返回空白内容"
    NOT_A_PAGE = "not-a-page", "返回内容不是网页"
    TRUNCATED = "truncated", "页面没有传完"
    WAF = "waf", "被安全防护拦截"
    SOFT_404 = "soft-404", "页面不存在（状态码却为正常）"
    LOGIN = "login", "需要登录"
    NEEDS_BROWSER = "needs-browser", "内容由脚本加载，需用浏览器核验"
    UNCLEAR = "unclear", "页面结构无法识别"
    NO_COLUMNS = "no-columns", "网站没有读到任何栏目"
    NO_DATES = "no-dates", "列表没有日期"
    CLASS_OPEN = "class-open", "栏目类别待确认"
    ELSEWHERE = "elsewhere", "由下级栏目或其他检查项判定"
    NO_ROAD = "no-road", "没有采集地址"
    SOURCE = "source", "采集渠道故障"
    ROBOTS = "robots", "网站声明不允许采集"
    FORBIDDEN_ADDRESS = "forbidden-address", "地址不在允许访问的范围"
    BUDGET = "budget", "超出本轮页面上限"
    CUT_SHORT = "cut-short", "本轮巡检中途停止"
    OUR_FAULT = "our-fault", "本系统内部故障"
    OUR_NETWORK = "our-network", "本机网络故障"


@dataclass(frozen=True, slots=True)
class Fetch:
    """One request and what came of it. `status` 0: no answer; 304: the page is as it was, and `sha256` names the bytes of
    an earlier visit. `sha256` names the stored bytes, empty if there are none. `etag` and `last_modified`: what the server
    calls this version of the page."""

    url: str
    at: datetime
    final_url: str = ""
    status: int = 0
    content_type: str = ""
    seconds: float = 0.0
    size: int = 0
    sha256: str = ""
    problem: Problem | None = None
    detail: str = ""
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server's TLS certificate says of itself: from when to when it is good, and whether it is for this host."""

    begins: datetime
    ends: datetime
    names_host: bool


DateSource = Literal["text", "meta", "label", "url", "script", "article", "relative"]
"""Where a date was read: the row's text, a meta tag, a labelled date (发布时间：), the address, a script variable,
the article behind the row, or a relative word (昨天)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One item of a list (信息): title, absolute address, and its date with the place it was read from."""

    title: str
    url: str
    date: dt.date | None = None
    date_source: DateSource | None = None


ColumnSource = Literal["register", "mark", "navigation", "more", "menu", "map"]
"""Who says that there is a column: the office's register, the site's own marks (metas, breadcrumb), the navigation,
a block of the home page (its 更多 or its heading), a side menu on a column page, the site map (网站地图)."""


@dataclass(frozen=True, slots=True)
class ColumnLink:
    """A column as some page points to it. `parents` are the names above it, top first."""

    name: str
    url: str
    source: ColumnSource = "navigation"
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a browser showed in the end: the document after its scripts had run, and a picture of it (截图)."""

    dom: Fetch
    picture: Fetch | None = None

    @property
    def fetches(self) -> tuple[Fetch, ...]:
        return (self.dom, self.picture) if self.picture else (self.dom,)


Quality = Literal["good", "waf", "soft-404", "login", "error"]
PageKind = Literal["home", "list", "article", "interaction", "static", "other"]


@dataclass(frozen=True, slots=True)
class PageReading:
    """How one page is read (design.md part 10, `inspect --json`).

    `blank`: True nothing is published there, False something is, None it cannot be told.
    `published`: an article's own ISO time at +08:00, or YYYY-MM-DD if no time is given.
    `newer_elsewhere`: what is newest may stand where nothing was read (the last page of a list that begins with its oldest
    items, the end of a very long page): `newest` is only the newest seen.
    """

    quality: Quality
    kind: PageKind
    charset: str
    title: str = ""
    columns: tuple[ColumnLink, ...] = ()
    rows: tuple[Row, ...] = ()
    newest: date | None = None
    published: str | None = None
    blank: bool | None = None
    needs_browser: bool = False
    newer_elsewhere: bool = False
    undated_first: bool = False
    """What may be newer are items on top without dates, or of days still to come: their articles can tell."""
    why: str = ""
    marks: Mapping[str, str] = field(default_factory=dict)
    """The page's own words about itself: SiteIDCode, ColumnName, ColumnType, ICP备案号, 公安备案号 ... as found."""
    says_empty: bool | None = None
    """Of a blank page: whether it says so itself (暂无信件), or shows nothing at all. None: not told, as by older looks."""


ABOVE = " > "
"""Between the names of a path that is written as one (`Column.key`)."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column (栏目) as this visit saw it.

    `path` is its identity (names, top first): it survives a redesign. `children` are the paths of the columns below it.
    `leads_to`: the other host it sends its readers to, else empty. `shown`: a browser went there, and `reading` is of
    what it showed, or of the plain page where that tells more.
    """

    path: tuple[str, ...]
    url: str
    found_by: ColumnSource
    fetch: Fetch | None = None
    reading: PageReading | None = None
    problem: Problem | None = None
    children: tuple[tuple[str, ...], ...] = ()
    leads_to: str = ""
    entry: ColumnEntry | None = None
    shown: Shown | None = None

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def key(self) -> str:
        return ABOVE.join(self.path)

    @property
    def is_leaf(self) -> bool:
        return not self.children

    @property
    def was_read(self) -> bool:
        return self.problem is None and self.reading is not None and self.reading.quality == "good"

    @property
    def newest(self) -> date | None:
        return self.reading.newest if self.reading else None

    @property
    def evidence(self) -> tuple[str, ...]:
        fetches = (*((self.fetch,) if self.fetch else ()), *(self.shown.fetches if self.shown else ()))
        return tuple(fetch.sha256 for fetch in fetches if fetch.sha256)


@dataclass(frozen=True, slots=True)
class SiteVisit:
    """One look at one website. `problem` is set when nothing at all could be concluded from it.

    `shown`: a browser opened the home page, and `home` is the reading of what it showed. `rendered`: so many pages of the
    website were opened in a browser, well or not. `certificate`: that of the home page's server, if it speaks TLS.
    """

    site: Site
    at: datetime
    home: PageReading | None = None
    home_fetch: Fetch | None = None
    columns: tuple[Column, ...] = ()
    fetches: tuple[Fetch, ...] = ()
    problem: Problem | None = None
    detail: str = ""
    shown: Shown | None = None
    rendered: int = 0
    certificate: Certificate | None = None

    @property
    def target(self) -> Site:
        return self.site


@dataclass(frozen=True, slots=True)
class Probe:
    """One spaced visit of a home page (探测): did it open within the limit?"""

    at: datetime
    ok: bool
    status: int = 0
    seconds: float = 0.0
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Probed:
    """A probe and whose home page it was."""

    site: Site
    probe: Probe


@dataclass(frozen=True, slots=True)
class ProbeHistory:
    """A website's probes of the last seven days, oldest first, and the visit of the round that asks."""

    visit: SiteVisit
    probes: tuple[Probe, ...] = ()


Health = Literal["ok", "account_gone", "source_broken", "auth_expired", "rate_limited"]
Precision = Literal["second", "minute", "hour", "day"]


@dataclass(frozen=True, slots=True)
class Post:
    """One post of an account (发布内容). `published_at` is aware, None if the source gives no usable date."""

    id: str
    title: str = ""
    url: str = ""
    published_at: datetime | None = None
    precision: Precision = "second"
    pinned: bool = False
    raw_date: str = ""


FROM_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=dt.UTC)
"""`complete_since` of a list that holds everything an account ever published."""


@dataclass(frozen=True, slots=True)
class SourceResult:
    """What one intake road (采集渠道) answered.

    `complete_since`: the list is complete from here on; None: it proves nothing about silence. `complete_until`: and up to
    here; None: up to the moment of the answer.
    `reason` is a machine word such as frozen_feed. `upstream` tells whether two roads are independent. `facts`: what the
    platform says of the account itself (`nick_name`, `principal_name`, `account_status`, ...), never anything secret.
    """

    address: str
    posts: tuple[Post, ...] = ()
    health: Health = "ok"
    reason: str = ""
    complete_since: datetime | None = None
    complete_until: datetime | None = None
    official: bool = False
    upstream: str = ""
    fetch: Fetch | None = None
    warnings: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown_address(self) -> str:
        return shown_address(self.address)

    @property
    def bridge(self) -> str:
        """Whose silence is everybody's: the host that answers, and what it draws from."""
        return f"{urlsplit(self.address).netloc.rpartition('@')[2]} {self.upstream}".strip()


@dataclass(frozen=True, slots=True)
class AccountVisit:
    """One look at one account, over all its roads.

    `newest_known`: the newest post that any earlier look saw, or a person. `silenced`: what is wrong with the bridges of
    this day from whose silence nothing may be concluded, by bridge (`SourceResult.bridge`). `seen_ahead`: the ids of posts
    that were there before the day that they state: when they were published nobody knows.
    """

    account: Account
    at: datetime
    sources: tuple[SourceResult, ...] = ()
    newest_known: datetime | None = None
    problem: Problem | None = None
    detail: str = ""
    silenced: Mapping[str, str] = field(default_factory=dict)
    seen_ahead: tuple[str, ...] = ()

    @property
    def target(self) -> Account:
        return self.account

    @property
    def fetches(self) -> tuple[Fetch, ...]:
        return tuple(source.fetch for source in self.sources if source.fetch)


Visit = SiteVisit | AccountVisit

Seen = bytes | Visit | Probed | GrantSeen
"""What a crawl brings home: a body to be kept as evidence, what a visit or a probe saw, or what became of an authorisation
(授权). The bodies of a visit always come before it."""
