"""Nothing new on the home page for two weeks (首页不更新).

Source     国办秘函〔2019〕19号, 政府网站单项否决, 首页不更新 (W3)
Measures   the newest date among the items of the home page; if it is a navigation page only, that of all second-level pages
Unit       one website
Threshold  newest item older than 14 days; warned of after 10 days
Unjudged   a home page that a script fills and no browser has seen, or whose newest item may stand where nothing was read;
           items without dates, or hardly any, that no column dates either;
           a navigation page as long as some second-level page could not be read or shows no date
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from checks.ages import age_in_days, day_of, is_hardly_dated, newest_day
from checks.catalogue import check
from checks.staleness import age_facts
from checks.verdicts import Problem, Verdict, clear, fault, unjudged
from crawler.observations import Column, PageReading, SiteVisit

LIMIT_DAYS = 14
WARN_DAYS = 10


@check(id="home-stale", title="首页更新不及时", wants_browser=True)
def home_stale(visit: SiteVisit) -> Iterator[Verdict]:
    yield replace(_home(visit), rendered=visit.shown is not None)


def _home(visit: SiteVisit) -> Verdict:
    site, home = visit.site, visit.home
    if home is None or home.quality != "good":
        return unjudged(site, Problem.UNCLEAR)
    days = _days(home, visit)
    newest = max(filter(None, (newest_day(home, visit.at), *days)), default=None)
    if newest and age_in_days(newest, visit.at) <= LIMIT_DAYS:
        return _judged(visit, newest, "首页")
    if home.needs_browser:
        return unjudged(site, Problem.NEEDS_BROWSER)
    if home.newer_elsewhere:
        return unjudged(site, Problem.UNCLEAR, home.why)
    if home.rows and (newest is None or is_hardly_dated(len(days), len(home.rows))):
        return unjudged(site, Problem.NO_DATES)
    return _judged(visit, newest, "首页") if newest else _by_second_level(visit)


def _judged(visit: SiteVisit, newest: date, where: str) -> Verdict:
    age, facts = age_in_days(newest, visit.at), age_facts(newest, LIMIT_DAYS)
    if age > LIMIT_DAYS:
        why = f"{where}最新一条信息为{newest}，已{age}天未更新，超过规定的{LIMIT_DAYS}天"
        return fault(visit.site, why, facts=facts)
    return clear(visit.site, warning=f"{where}已{age}天未更新" if age > WARN_DAYS else "", facts=facts)


def _days(home: PageReading, visit: SiteVisit) -> list[date]:
    """The dates of the home page's items. Home pages often show titles alone: the same items stand in their columns
    with their dates."""
    today = day_of(visit.at)
    by_address: dict[str, date] = {}
    for column in visit.columns:
        for row in column.reading.rows if column.reading and column.was_read else ():
            if row.url and row.date and row.date <= today:
                by_address[row.url] = max(row.date, by_address.get(row.url, row.date))
    shown = ((row.date if row.date and row.date <= today else None, row.url) for row in home.rows)
    return [day for date, url in shown if (day := date or by_address.get(url))]


def _by_second_level(visit: SiteVisit) -> Verdict:
    """The home page is navigation only: it lives through the pages it leads to."""
    pages = [column for column in visit.columns if not column.leads_to]
    days = [day for column in pages if (day := _newest(column, visit))]
    if not days:
        return unjudged(visit.site, Problem.UNCLEAR, "首页没有读到列表，二级页面也没有可用的日期")
    newest = max(days)
    if age_in_days(newest, visit.at) > LIMIT_DAYS and (unread := _first_unread(pages, visit)):
        return unjudged(
            visit.site, unread.problem or Problem.NO_DATES, f"二级页面“{unread.name}”没有读到日期"
        )
    return _judged(visit, newest, "首页仅为导航，二级页面")


def _first_unread(pages: list[Column], visit: SiteVisit) -> Column | None:
    """A page that might hold something newer: it was not read, or its list has no dates."""
    return next((page for page in pages if not page.was_read or _is_undated_list(page, visit)), None)


def _is_undated_list(page: Column, visit: SiteVisit) -> bool:
    """Or the newest of them were not seen."""
    reading = page.reading
    if reading is None:
        return False
    undated = (reading.needs_browser or bool(reading.rows)) and newest_day(reading, visit.at) is None
    return undated or reading.newer_elsewhere


def _newest(column: Column, visit: SiteVisit) -> date | None:
    return newest_day(column.reading, visit.at) if column.reading and column.was_read else None
