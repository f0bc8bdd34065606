"""How we visit (settings.toml, section [crawler])."""

from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from crawler.extract.loading.loader import Kind


class CrawlerSettings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    engine: Literal["reactorless", "asyncio"] = "reactorless"
    """Scrapy without Twisted's reactor, or with the asyncio reactor in a child process."""
    user_agent: str = "Mozilla/5.0 (compatible; Xunjian/0.1; +government website inspection)"
    """How we introduce ourselves: name your office and a telephone number here."""
    timeout_seconds: float = Field(default=20, gt=0)
    """How long one answer may take in all."""
    probe_timeout_seconds: float = Field(default=15, gt=0)
    """A home page that takes longer does not open (打不开): the national indicators' 15 seconds."""
    max_page_bytes: int = Field(default=8 << 20, ge=1024)
    """Larger answers are cut off and not read, packed or unpacked."""
    max_site_bytes: int = Field(default=64 << 20, ge=1024)
    """When so much of one website was read, the rest of it is given up in this look."""
    retries: int = Field(default=1, ge=0)
    """How often a failed request is tried again within a visit."""
    redirects: int = Field(default=5, ge=0)
    """How many redirects are followed."""
    pages_a_site: int = Field(default=150, ge=1)
    """At most so many requests to one website in one look."""
    depth: int = Field(default=3, ge=1)
    """How many levels of columns below the home page are read."""
    seconds_a_site: float = Field(default=600, gt=0)
    """After so long the rest of a website is given up in this look."""
    sites_at_once: int = Field(default=60, ge=1)
    """So many websites are visited side by side."""
    site_requests_at_once: int = Field(default=2, ge=1)
    site_requests_a_second: float = Field(default=4, ge=0)
    """Politeness to one website; 0: no limit."""
    bridge_requests_at_once: int = Field(default=4, ge=1)
    bridge_requests_a_second: float = Field(default=10, ge=0)
    """Politeness to one host that carries accounts' feeds; 0: no limit."""
    obey_robots: bool = True
    """Keep to robots.txt."""
    allow_private_addresses: bool = False
    """Whether loopback, private and link-local addresses may be visited; only for tests and demonstrations."""
    articles_opened: int = Field(default=3, ge=0)
    """Of a list without dates, so many of its newest articles are opened for theirs."""
    browser: str = "auto"
    """The browser for what no plain request can read: "auto" takes this system's Chromium, "off" none, else its path."""
    browser_tabs: int = Field(default=2, ge=1)
    """So many pages are open in the browser at once."""
    browser_seconds_a_page: float = Field(default=30, gt=0)
    """After so long a page is taken as it stands, or given up."""
    browser_pages_before_recycling: int = Field(default=200, ge=1)
    """After so many pages the browser is started anew: its memory only grows."""
    pages_rendered_a_site: int = Field(default=30, ge=0)
    """At most so many pages of one website are opened in the browser in one look."""
    loaders_off: tuple[Kind, ...] = ()
    """Kinds of list interfaces that are not read: their pages are left to the browser. To measure what each is worth."""
    platform_addresses: Mapping[str, str] = Field(default_factory=dict)
    """Official interfaces that are reached over another address: host -> address with scheme. An interface that lets in
    listed addresses only (IP白名单) is asked over the one machine that is on its list."""
    sources_off: tuple[str, ...] = ("toutiao_web", "bilibili_web")
    """Intake roads over which no account is asked, by adapter. These two belong to nobody's official interface and answer
    only signed requests: to use one is for the office to decide, in writing (newmedia.md part 1)."""
