"""What a person sees in a browser is what the answer key says: the scripts of the difficult city work."""

import asyncio
import contextlib
import shutil
from datetime import datetime

import pytest
from playwright.async_api import Error, Page, async_playwright

from demo.city import City
from demo.families.all import FAMILIES
from demo.shapes.all import SHAPES
from demo.site import Column, Site

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium")
LOADED = ("hanweb", "jpaas", "iframe", "vue")
"""Families whose lists come into the page by a script or a frame even where no shape says so."""


def samples(cities: list[City]) -> dict[str, tuple[City, Site, Column]]:
    """One sound column for each shape, and for each family that loads its lists."""
    found: dict[str, tuple[City, Site, Column]] = {}
    for city in cities:
        for site in city.sites:
            if site.manner or site.role not in ("", "script-lists"):
                continue
            for column in site.lists:
                kind = column.shape or (site.family if site.family in LOADED else "")
                if kind and column.numbers and not column.trick:
                    found.setdefault(kind, (city, site, column))
    return found


async def shows(page: Page, title: str) -> bool:
    for _ in range(40):
        for frame in page.frames:
            with contextlib.suppress(Error):  # the page sends itself on while we look
                if title in await frame.evaluate("document.body ? document.body.innerText : ''"):
                    return True
        await asyncio.sleep(0.05)
    return False


async def shows_newest(kind: str, site: Site, column: Column, page: Page) -> bool:
    family = FAMILIES[site.family]
    last = family.pages(column) - 1 if kind.startswith("newest-") else 0
    await page.goto(f"{site.base}{family.page_path(column, last)}", wait_until="load")
    return await shows(page, site.title(column, column.numbers[0]))


def test_every_shape_shows_its_newest_row_in_a_browser(now: datetime) -> None:
    cities = [City(seed, now=now, difficult=True) for seed in (7, 8)]
    chosen = samples(cities)

    async def look() -> list[str]:
        blind = []
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
            page = await browser.new_page()
            for city in cities:
                async with city.serve():
                    for kind, (home, site, column) in chosen.items():
                        if home is city and not await shows_newest(kind, site, column, page):
                            blind.append(f"{kind} {site.family} {column.name}")
            await browser.close()
        return blind

    assert set(chosen) >= set(SHAPES)
    assert asyncio.run(look()) == []
