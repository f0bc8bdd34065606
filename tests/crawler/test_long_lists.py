"""Of a long list an observation keeps some rows only; nothing may be concluded from those that are left out."""

import asyncio
from datetime import date

import pytest

from checks.rules.column_stale import column_stale
from checks.rules.home_stale import home_stale
from checks.verdicts import Kind
from crawler.clock import Clock
from crawler.settings import CrawlerSettings
from crawler.site_visit import visit_site
from tests.builders import NOW, a_site, days_ago
from tests.crawler.test_site_visit import HOME, Pages, a_column_page, a_list_of, items

MENU = [("通知公告", "/tzgg/"), ("领导活动", "/ldhd/"), ("工作动态", "/gzdt/")]


def a_long_list(undated: int, *days: date) -> str:
    """Items without dates above dated ones."""
    links = [(f"关于第{n}号事项的情况说明", f"/art/2026/7{n:03}.html", "") for n in range(undated)]
    late = [(f"云泽市第{n}次会议召开", f"/art/2024/9{n:03}.html", str(day)) for n, day in enumerate(days)]
    return f"{a_list_of(links)}<h3>往年会议</h3>{a_list_of(late)}"


@pytest.mark.parametrize(("undated", "dated", "kind"), [(180, 20, Kind.UNJUDGED), (30, 60, Kind.FAULT)])
def test_a_long_list_that_is_hardly_dated_does_not_look_dated_for_being_cut(
    undated: int, dated: int, kind: Kind
) -> None:
    rows = a_long_list(undated, *(days_ago(400 + n) for n in range(dated)))
    menu = f'<div class="nav"><ul>{items(MENU)}</ul></div>'
    home = f"<html><head><title>云泽市人民政府</title></head><body>{menu}{rows}</body></html>"
    pages = {HOME: home, f"{HOME}tzgg/": a_column_page("通知公告", rows)}

    visit = asyncio.run(visit_site(a_site(url=HOME), Pages(pages), Clock(NOW), CrawlerSettings()))

    stale = [each for each in column_stale(visit) if each.subject == "通知公告"]
    assert visit.home and len(visit.home.rows) == 60 and visit.home.newest == days_ago(400)
    assert {each.kind for each in (*stale, *home_stale(visit))} == {kind}
