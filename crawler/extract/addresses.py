"""Addresses on a page: made absolute, and told apart by what they point to (an article, a column, nothing)."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import urljoin, urlsplit

from crawler.extract.session_ids import without_session_id

NOWHERE = re.compile(
    r"\s*(?:(?:javascript|vbscript|mailto|tel|data|about|sms|weixin)\s*:|(?:javascript|void)\b|#|$)", re.I
)
PAPERS = "pdf|ofd|docx?|xlsx?|pptx?|wps|et"
"""Endings of files that are papers."""
PAPER = re.compile(rf"\.(?:{PAPERS})(?![\w.-])", re.I)
"""An address that names one, also to a viewer (`viewer.html?file=年报.pdf`); no host (www.doc.gov.cn)."""
DOCUMENT = re.compile(rf"\.(?:{PAPERS}|zip|rar|mp4|jpg|png)$", re.I)
COLUMN = re.compile(
    r"/$|/(index|default|list|home|common_list|channel|node|more|newslist|main)([_-]?\d{0,8})?\.\w+$|/col/col\d+/|/[a-z_]{0,40}list[\w-]{0,60}\.\w+$|"
    r"/(column|channel|node|category|lists?|lanmu|catalog|menu|class)[s]?[/_-]",
    re.I,
)
ARTICLE = re.compile(
    r"/t\d{8}_\d+|/art_|/art/\d{4}/|content[_/-]?\w{0,60}?\d|/\d{4}[-/]?\d{2}[-/]?\d{0,2}/|[0-9a-f]{16,}|post_\d|/article|/detail|/show|/info/\d+/\d+|"
    r"\d{5,}\.\w{3,6}$|/c\d{5,}/content|/c(?=\w{0,60}\d)\w{0,60}\.html$|/doc|/contents/\d+/\d+\.\w",
    re.I,
)
ARTICLE_QUERY = re.compile(
    r"(article|content|news|info|doc|art|detail|letter|mail|item)?_?id=\w+|guid=|aid=|nid=", re.I
)
NUMBERED = re.compile(
    r"/(t\d{8}_\d+|art_\w+|content_\d+|c\d{6,}|[0-9a-f]{20,}|\d{8,}|(?:19|20)\d{6}[-_]\d+)\.\w{3,6}$|/(posts?|archives?|articles?|details?)/\d+/?$",
    re.I,
)
"""The last part of an address that no column has, whatever folder it lies in."""
FRONT = re.compile(r"/(index|default|main)\.(php|jsp|aspx?|do)$", re.I)
"""One script answers for all pages of a website: what it shows stands in the query."""
SHOWS_LIST = re.compile(r"(?:^|&)(?:a|c|act|action|method)=lists?(?:&|$)", re.I)
SHOWS_ITEM = re.compile(r"(?:^|&)(?:a|c|act|action|method)=(?:show|view|detail)(?:&|$)", re.I)
CATEGORIES = "cat|cate|category|class|type|column|channel|lm|sort|c"
OF_CATEGORY = re.compile(rf"(?:^|&)(?:{CATEGORIES})_?id=\w", re.I)
NO_ITEM = re.compile(rf"(?:^|&)(?:{CATEGORIES}|lanmu|node|menu|site)_?id=[^&]*", re.I)
"""Alone, the number of a category is no item's: it may be that of a column."""
VALUE = re.compile(r"=[^&]*")
OF_ITEM = re.compile(r"(?:^|&)(?:article|content|news|info|doc|art|item|a|n)?_?id=\w", re.I)
"""An item is numbered beside its column (catid=13&id=5); alone, a number may be the column's."""
LISTS_CATEGORY = re.compile(r"(class|sort|more|list|column|channel|lanmu)[a-z]{0,8}\d?\.\w{3,4}$", re.I)
"""A script that is called so lists what the query names, in whatever folder it lies (Article/ShowClass.asp?ClassID=12)."""
HOME_PATH = re.compile(r"/?(?:(?:index|default|home|main)(?:\.\w{2,10})?)?", re.I)
"""What stands behind the host in the address of a home page."""
OPENS = re.compile(
    r"(?:\blocation(?:\.href)?\s*=|\blocation\.(?:replace|assign)\s*\(|\bopen\s*\()\s*[\"']([^\"'\s]{1,300})[\"']"
)
"""A script that goes to an address that is written out."""
WECHAT = ("mp.weixin.qq.com",)
SECOND_LEVEL = frozenset({"gov", "com", "org", "net", "edu", "ac"})
"""Names below .cn under which owners register theirs."""


class Addresses:
    """Turns the `href`s of one page into addresses; the common forms do not need the slow general way."""

    def __init__(self, url: str, base: str = "") -> None:
        self.url = url
        try:
            self.base = urljoin(url, base) if base and not url.startswith("#") else url
            parts = urlsplit(self.base)
        except ValueError:  # what the page says of its base is no address, or its own is none
            self.base, parts = url, urlsplit(url if host_of(url) else "")
        self.scheme, self.host = parts.scheme, (parts.netloc or "").lower()
        self.origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
        self.folder = self.origin + parts.path.rpartition("/")[0] + "/" if self.origin else ""
        self._known: dict[str, str] = {}
        self.column_forms: frozenset[str] = frozenset()
        """Forms of address (`form_of`) that the site's menu shows to be those of columns (fronts.py)."""

    def absolute(self, href: str | None) -> str:
        """The address, or empty if the link goes nowhere."""
        if not href:
            return ""
        known = self._known.get(href)
        if known is None:
            known = self._known[href] = without_session_id(self._made_absolute(href))
        return known

    def _made_absolute(self, href: str) -> str:
        href = href.strip()
        if not href.startswith(("/", ".", "http")) and NOWHERE.match(href):
            return ""
        if href.startswith(("http://", "https://")):
            return href
        if self.origin:
            if href[0] == "/" and href[1:2] != "/" and "/." not in href:
                return self.origin + href
            if href.startswith("./") and "/." not in href[1:]:
                return self.folder + href[2:]
        try:
            return urljoin(self.base, href)
        except ValueError:
            return ""

    def of_link(self, attributes: Mapping[str, str]) -> str:
        """Where a link leads, also one that a script opens when it is clicked; empty if nowhere."""
        href = attributes.get("href")
        found = self.absolute(href)
        if found:
            return found
        opened = OPENS.search(f"{href or ''};{attributes.get('onclick') or ''}")
        return self.absolute(opened[1]) if opened else ""

    def is_outside(self, url: str) -> bool:
        return is_outside(url, self.origin)

    def is_article(self, url: str) -> bool:
        """Looks like one item, and the site does not show it to be a column."""
        return is_article(url) and not self.has_column_form(url)

    def is_column(self, url: str) -> bool:
        """The site shows it to be a column, or it looks like one in a form of which the menu links none."""
        return self.has_column_form(url) or (is_column(url) and not self._is_of_other_form(url))

    def has_column_form(self, url: str) -> bool:
        return bool(self.column_forms) and form_of(url) in self.column_forms  # few sites have any

    def _is_of_other_form(self, url: str) -> bool:
        """A script's page that asks for no category, on a site whose menu asks the same way for something else."""
        address, _, query = url.partition("?")
        is_asked = bool(self.column_forms and query and FRONT.search(address))
        return is_asked and not (SHOWS_LIST.search(query) or NO_ITEM.search(query))

    def is_home(self, url: str) -> bool:
        """The website's own home page."""
        return url.startswith(self.origin or "/") and bool(HOME_PATH.fullmatch(url[len(self.origin) :]))


def form_of(url: str) -> str:
    """The address without what differs from page to page: /news.asp?cid; empty if it asks for nothing."""
    if "?" not in url:
        return ""
    address, _, query = url.partition("#")[0].partition("?")
    return f"{address}?{VALUE.sub('', query)}" if query else ""


def is_outside(url: str, origin: str) -> bool:
    """At another website; what has no host of its own is not."""
    if not url.startswith("http") or not origin or url.startswith(f"{origin}/"):
        return False
    return website_of(url) != website_of(origin)


def website_of(url: str) -> str:
    """The host's name as people take it for one: with or without www. it is the same website."""
    return host_of(url).removeprefix("www.")


def host_of(url: str) -> str:
    """The host's name; empty if this is no address of a host."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def are_of_one_owner(one: str, other: str) -> bool:
    """Hosts below the same registered name (www.yunze.gov.cn, zwfw.yunze.gov.cn)."""
    return bool(one) and _owner(one) == _owner(other)


def _owner(host: str) -> str:
    parts = host.split(".")
    if parts[-1].isdecimal() or ":" in host:  # an IP address has no name to be below
        return host
    return ".".join(parts[-3:] if len(parts) > 2 and parts[-2] in SECOND_LEVEL else parts[-2:])


@lru_cache(maxsize=16384)
def is_article(url: str) -> bool:
    """Looks like one item: a document, a WeChat post, a page with its own number or date."""
    address, _, query = url.partition("#")[0].partition("?")
    path = address.partition("//")[2].partition("/")[2] if "//" in address else address
    path = "/" + path.lstrip("./")
    if DOCUMENT.search(path) or any(host in address for host in WECHAT):
        return True
    if NUMBERED.search(path):
        return True
    if FRONT.search(path) and _asks_for_item(query):
        return True
    if COLUMN.search(path):
        return False
    if _asks_for_category(query) and (LISTS_CATEGORY.search(path) or not ARTICLE.search(path)):
        return False
    return bool(ARTICLE.search(path) or (query and ARTICLE_QUERY.search(NO_ITEM.sub("", query))))


@lru_cache(maxsize=16384)
def is_column(url: str) -> bool:
    """Looks like a list page: a folder, an index file, the number of a channel or category. Never what looks like one item."""
    address, _, query = url.partition("#")[0].partition("?")
    path = "/" + address.partition("//")[2].partition("/")[2] if "//" in address else address
    return bool(COLUMN.search(path) or _asks_for_category(query)) and not is_article(url)


def _asks_for_item(query: str) -> bool:
    if SHOWS_LIST.search(query):
        return False
    return bool(SHOWS_ITEM.search(query) or (OF_CATEGORY.search(query) and OF_ITEM.search(query)))


def _asks_for_category(query: str) -> bool:
    """The number of a category and of no item in it (news.asp?classid=3): what one script lists for all columns."""
    return bool(OF_CATEGORY.search(query)) and not (OF_ITEM.search(query) or SHOWS_ITEM.search(query))
