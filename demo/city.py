"""The demo city: websites and accounts on loopback in which faults are planted, and the answer key to them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from demo import account_planting, answer_key, planting, registers
from demo.account import Account, plan_accounts
from demo.answer import Answer
from demo.bridges import BRIDGES, Bridges
from demo.families.all import FAMILIES
from demo.feeds import CHINA
from demo.plan import plan_sites
from demo.serving import Servers, bind_all
from demo.site import Site
from demo.truth import Truth
from demo.websites import Websites

Waf = Literal["waf-412", "waf-200"]


class City:
    """A city is a function of its seed, its moment and its size: the same three give the same pages."""

    def __init__(
        self,
        seed: int = 7,
        *,
        now: datetime,
        sites: int = 44,
        accounts: int = 294,
        articles_per_column: int = 12,
        log: bool = True,
    ) -> None:
        if now.tzinfo is None:
            raise ValueError("the city's moment needs a time zone")
        now = now.astimezone(CHINA)
        self.seed, self.now = seed, now
        self.log: list[tuple[str, str, str]] = []
        """Who was asked for what by whom: (key of the site or name of the bridge, path, user agent)."""
        self._logs = log
        self.port = 0
        self.sites: list[Site] = plan_sites(seed, now, sites, articles_per_column)
        planting.plant(self.sites, seed)
        roadless = account_planting.roadless_of(accounts)
        self.accounts: list[Account] = plan_accounts(seed, self.sites, accounts, roadless)
        account_planting.plant(self.accounts, seed)
        self._websites = Websites(self.sites)
        self._bridges = Bridges(self.accounts, now)
        self._by_address = {site.address: site for site in self.sites}
        self._bridge_of = {address: name for name, address in BRIDGES.items()}
        for site in self.sites:
            if site.role.startswith("waf"):
                self._websites.behind_waf[site.key] = site.role
        self._settle(0)

    @property
    def truth(self) -> Truth:
        """What was planted. Addresses hold the port, so read it while the city is served."""
        return answer_key.truth_of(self.sites, self.accounts, self.port)

    @property
    def pages(self) -> int:
        """How many different pages and feeds the city has."""
        return self._websites.count() + len(self._bridges)

    def write_registers(self, folder: Path) -> list[Path]:
        return registers.write(folder, self.sites, self.accounts, self.port)

    def put_behind_waf(self, key: str, kind: Waf = "waf-412") -> None:
        """From now on the website answers everything with a challenge page."""
        self._websites.behind_waf[self._site(key).key] = kind

    def lift_waf(self, key: str) -> None:
        self._websites.behind_waf.pop(self._site(key).key, None)

    def _site(self, key: str) -> Site:
        return next(site for site in self.sites if site.key == key)

    @asynccontextmanager
    async def serve(self, port: int = 0) -> AsyncIterator["City"]:
        """Answer on loopback while the context lasts; port 0 takes a free one."""
        sockets = bind_all(self.addresses, port)
        self._settle(sockets[0].getsockname()[1])
        servers = Servers(self.answer)
        try:
            await servers.start(sockets)
            yield self
        finally:
            await servers.stop()

    @property
    def addresses(self) -> list[str]:
        """Where somebody listens: not at the website that refuses, nor at the one whose name does not resolve."""
        open_sites = [site.address for site in self.sites if site.role not in ("refuses", "no-dns")]
        return open_sites + list(BRIDGES.values())

    def _settle(self, port: int) -> None:
        """Write the port into all addresses."""
        self.port = port
        homes = {}
        for site in self.sites:
            site.base = f"http://{site.address}:{port}"
            homes[site.key] = site.home_url
            FAMILIES[site.family].forget(site)
        for site in self.sites:
            site.elsewhere_url = homes.get(site.elsewhere, site.home_url)
        self._websites.forget()

    def answer(self, address: str, path: str, agent: str = "", body: str = "") -> Answer:
        """What the server at `address` answers; also without a network."""
        site = self._by_address.get(address)
        name = site.key if site else self._bridge_of[address]
        if self._logs:
            self.log.append((name, path, agent))
        if site:
            return self._websites.answer(site, path, body)
        return self._bridges.answer(name, path, f"http://{address}:{self.port}")
