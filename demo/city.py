"""The demo city: websites and accounts on loopback in which faults are planted, and the answer key to them."""

import socket
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal

from demo import account_planting, answer_key, authorising, changes, difficulty, planting, registers
from demo.account import Account, plan_accounts
from demo.answer import Answer
from demo.bridges import BRIDGES, Bridges
from demo.families.all import FAMILIES
from demo.feeds import CHINA
from demo.plan import plan_sites
from demo.platforms import PLATFORMS, Platforms
from demo.serving import Served, Servers, bind_all
from demo.site import Site
from demo.truth import Check, Truth
from demo.websites import Websites

Waf = Literal["waf-412", "waf-200"]
LIVES_FOR = timedelta(days=90)
"""From its first moment on. Later the notices of a silent website would be too old, which nobody planted."""


class City:
    """A city is a function of its seed, its first moment and its size: the same three give the same pages, and go on to
    give the same if the same happens to them. What happens may come from another thread than the one that serves."""

    def __init__(
        self,
        seed: int = 7,
        *,
        now: datetime,
        sites: int = 44,
        accounts: int = 294,
        articles_per_column: int = 12,
        log: bool = True,
        difficult: bool = False,
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("the city's moment needs a time zone")
        now = now.astimezone(CHINA)
        self.seed, self.now = seed, now
        self._last_moment = now + LIVES_FOR
        self._lock = threading.Lock()
        self.log: list[Served] = []
        """What was asked for and answered while the city was served."""
        self._logs = log
        self.port = 0
        self.sites: list[Site] = plan_sites(seed, now, sites, articles_per_column)
        if difficult:
            difficulty.give_manners(self.sites, seed)
        planting.plant(self.sites, seed, difficulty.PER_44_SITES if difficult else planting.PER_44_SITES)
        if difficult:
            difficulty.give_shapes(self.sites, seed)
        roadless = account_planting.roadless_of(accounts)
        self.accounts: list[Account] = plan_accounts(seed, now, self.sites, accounts, roadless)
        account_planting.plant(self.accounts, seed)
        if difficult:
            self.accounts += authorising.give(self.accounts, seed)
        self._websites = Websites(self.sites)
        self._bridges = Bridges(self.accounts, now)
        self._platforms = Platforms(self.accounts, now)
        self._servers: Servers | None = None
        self._closed: dict[str, socket.socket] = {}
        """While the city is served: the sockets of the websites that refuse, by address."""
        self._sites = {site.key: site for site in self.sites}
        self._accounts = {account.key: account for account in self.accounts}
        self._by_address = {site.address: site for site in self.sites}
        self._bridge_of = {address: name for name, address in BRIDGES.items()}
        self._platform_of = {address: name for name, (_, address) in PLATFORMS.items()}
        for site in self.sites:
            if site.role.startswith("waf"):
                self._websites.behind_waf[site.key] = site.role
        self._settle(0)

    @property
    def truth(self) -> Truth:
        """What is wrong at the city's moment. Addresses hold the port, so read it while the city is served."""
        return answer_key.truth_of(self.sites, self.accounts, self.now, self.port)

    @property
    def pages(self) -> int:
        """How many different pages and feeds the city has."""
        return self._websites.count() + len(self._bridges) + len(self._platforms)

    @property
    def platforms(self) -> dict[str, str]:
        """The hosts of the official interfaces, and the addresses at which they answer here."""
        return {host: f"http://{address}:{self.port}" for host, address in PLATFORMS.values()}

    @property
    def tokens(self) -> dict[str, str]:
        """The authorisations that units gave: key of an account -> token."""
        return {account.key: account.token for account in self.accounts if account.is_authorised}

    def write_registers(self, folder: Path) -> list[Path]:
        return registers.write(folder, self.sites, self.accounts, self.port)

    def pass_time(self, now: datetime) -> None:
        """Let the city live on until `now`: what is sound goes on publishing, what is silent grows old."""
        if not self.now <= now <= self._last_moment:
            raise ValueError(f"the city's time runs from {self.now} to {self._last_moment}, not to {now}")
        with self._lock:
            self.now = self._bridges.now = self._platforms.now = now.astimezone(CHINA)
            for site in self.sites:
                site.pass_time(self.now)
            for account in self.accounts:
                account.pass_time(self.now)
            self._forget()

    def mend(self, key: str, subject: str = "") -> None:
        """The unit puts a fault right. Without a `subject` (or with the target's name) the target's own, else the column's."""
        with self._lock:
            if account := self._accounts.get(key):
                changes.mend_account(account)
                account.publish(self.now)
                return
            site = self._sites[key]
            changes.mend_site(site, subject)
            self._forget()
            if self._servers and site.address in self._closed and site.role != "refuses":
                self._servers.open(self._closed.pop(site.address))

    def plant(self, key: str, check: Check, subject: str = "") -> None:
        """A fault begins in something sound, or comes back to something that was mended; `subject` names the column.

        An account falls silent: it is a fault when its newest post is more than two weeks old.
        """
        with self._lock:
            if account := self._accounts.get(key):
                changes.plant_in_account(account, check)
                return
            site = self._sites[key]
            changes.plant_in_site(site, check, subject)
            self._forget()

    def put_behind_waf(self, key: str, kind: Waf = "waf-412") -> None:
        """From now on the website answers everything with a challenge page."""
        self._websites.behind_waf[self._sites[key].key] = kind

    def lift_waf(self, key: str) -> None:
        self._websites.behind_waf.pop(self._sites[key].key, None)

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator["City"]:
        """Answer on loopback while the context lasts; port 0 takes a free one."""
        listening = self.addresses
        closed = [site.address for site in self.sites if site.role == "refuses"]
        sockets = bind_all(listening, port, closed)
        self._settle(sockets[0].getsockname()[1])
        self._closed = dict(zip(closed, sockets[len(listening) :], strict=True))
        secured = {site.address for site in self.sites if site.manner == "expired-certificate"}
        self._servers = Servers(self.answer, self._write_down, secured)
        try:
            await self._servers.start(sockets[: len(listening)])
            yield self
        finally:
            await self._servers.stop()
            for each in self._closed.values():
                each.close()
            self._servers, self._closed = None, {}

    @property
    def addresses(self) -> list[str]:
        """Where somebody listens: not at the website that refuses, nor at the one whose name does not resolve."""
        open_sites = [site.address for site in self.sites if site.role not in ("refuses", "no-dns")]
        return open_sites + list(BRIDGES.values()) + list(self._platform_of)

    def _settle(self, port: int) -> None:
        """Write the port into all addresses."""
        self.port = port
        homes = {}
        for site in self.sites:
            scheme = "https" if site.manner == "expired-certificate" else "http"
            site.base = f"{scheme}://{site.address}:{port}"
            homes[site.key] = site.home_url
        for site in self.sites:
            site.elsewhere_url = homes.get(site.elsewhere, site.home_url)
        self._forget()

    def _forget(self) -> None:
        """The pages are others from now on."""
        for site in self.sites:
            FAMILIES[site.family].forget(site)
        self._websites.forget()

    def _write_down(self, served: Served) -> None:
        if self._logs:
            self.log.append(served)

    def answer(self, address: str, path: str, agent: str = "", body: str = "", cookie: str = "") -> Answer:
        """What the server at `address` answers; also without a network."""
        site = self._by_address.get(address)
        with self._lock:
            if site:
                return self._websites.answer(site, path, body, cookie)
            if platform := self._platform_of.get(address):
                return self._platforms.answer(platform, path, body)
            return self._bridges.answer(self._bridge_of[address], path, f"http://{address}:{self.port}")
