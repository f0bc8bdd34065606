"""A column has not been updated within the limit of its class (栏目不更新).

Source     国办秘函〔2019〕19号, 政府网站单项否决, 栏目不更新 (W4a, W4b); limits by class in regulations.md 9.1
Measures   the newest date of a leaf column's list, wherever it stands in it; a parent is as fresh as its freshest child
Unit       one column; counted together they veto the site (5 of W4a, 10 of W4b)
Threshold  over 14 days (动态要闻), 180 days (通知公告, 政策文件 of the first level, 政策解读), 365 days (人事, 规划, sub-columns of
           政策文件), or the limit that the register gives; warned of when 20 % of the limit is left. 政府信息公开年报: by
           31 January the report on the year before (政府信息公开条例第五十条), warned of in January
Unjudged   columns that could not be read; lists without dates, or hardly any; blank columns, which column-blank judges; names that
           two classes claim or none, until the office says which; topics (专题) of which nothing came for a year: they may be over;
           a website on which no column was found. Static pages, letters, surveys, interviews, data and archives have no
           period of this kind, links to other sites and exempt columns none at all: they are clear
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from checks.ages import age_in_days, day_of, is_hardly_dated, newest_day
from checks.catalogue import check
from checks.column_classes import LIMITS, LISTS, ONE_YEAR, ColumnClass, class_of
from checks.column_tree import judged, owes_nothing
from checks.staleness import age_facts
from checks.verdicts import Kind, Problem, Verdict, clear, fault, unjudged
from crawler.observations import Column, PageReading, SiteVisit

TOPICS, TOPIC_DAYS = "专题", ONE_YEAR
"""What was not updated for so long below a column of this name may be over; on the page nothing says so."""
YEARLY = "未在1月31日前公布上一年度报告"


@check(id="column-stale", title="栏目更新不及时", wants_browser=True)
def column_stale(visit: SiteVisit) -> Iterator[Verdict]:
    yield from judged(visit, lambda column: _leaf(column, visit), lambda column: _shows_fresh(column, visit))


def _leaf(column: Column, visit: SiteVisit) -> Verdict:
    if owes_nothing(column):
        return clear(column)
    reading = column.reading
    if reading is None or not column.was_read:
        return unjudged(column, column.problem or Problem.UNCLEAR)
    known = class_of(column, day_of(visit.at))
    newest = newest_day(reading, visit.at)
    if known.limit_days is None:
        return _without_limit(column, known, reading, newest, visit)
    if newest and known.is_fresh(newest, visit.at):
        return _fresh(column, known, newest, visit)
    if problem := _why_not(reading, newest):
        return unjudged(column, *problem)
    assert newest is not None
    age = age_in_days(newest, visit.at)
    if age > TOPIC_DAYS and not known.by_office and any(TOPICS in name for name in column.path[:-1]):
        verdict = unjudged(column, Problem.CLASS_OPEN, "栏目类别待确认：专题可能已经结束")
        return replace(verdict, warning=f"最新一条信息为{newest}，已{age}天未更新")
    over = f"超过规定的{known.limit_days}天" if known.since is None else YEARLY
    why = f"栏目“{column.name}”最新一条信息为{newest}，已{age}天未更新，{over}"
    more: dict[str, object] = {"rows": len(reading.rows)}
    if column.entry and column.entry.confirmed:
        more["class"] = known.letter  # the name does not tell it to whoever rates the website
    return fault(column, why, facts=age_facts(newest, known.limit_days, **more))


def _shows_fresh(column: Column, visit: SiteVisit) -> bool:
    """Fresh by a date that was read, not for having no period."""
    verdict = _leaf(column, visit)
    if verdict.kind is not Kind.CLEAR:
        return False
    known = class_of(column, day_of(visit.at))
    return bool(verdict.facts) or (bool(column.children) and known.certain and known.limit_days is None)


def _fresh(column: Column, known: ColumnClass, newest: date, visit: SiteVisit) -> Verdict:
    age, limit = age_in_days(newest, visit.at), known.limit_days or 0
    warning = f"已{age}天未更新，时限{limit}天" if known.is_due_soon(newest, visit.at) else ""
    return clear(column, warning=warning, facts=age_facts(newest, limit))


def _without_limit(
    column: Column, known: ColumnClass, reading: PageReading, newest: date | None, visit: SiteVisit
) -> Verdict:
    """No period by class, or a class that is not certain: then an old column is a warning, never an issue."""
    if known.certain and LIMITS[known.letter] is None:
        return clear(column)
    if reading.kind not in LISTS:
        return clear(column)
    age = age_in_days(newest, visit.at) if newest else 0
    verdict = unjudged(column, Problem.CLASS_OPEN, f"栏目类别待确认：{known.reason}")
    return replace(verdict, warning=f"最新一条信息为{newest}，已{age}天未更新") if age > ONE_YEAR else verdict


def _why_not(reading: PageReading, newest: date | None) -> tuple[Problem, str] | None:
    """Why a column that shows nothing fresh is not stale for all that."""
    if reading.needs_browser:
        return Problem.NEEDS_BROWSER, ""
    if reading.newer_elsewhere:
        return Problem.UNCLEAR, reading.why
    if reading.kind not in LISTS:
        return Problem.UNCLEAR, "栏目页面不是列表，按内容判定"
    if is_hardly_dated(sum(1 for row in reading.rows if row.date), len(reading.rows)):
        return Problem.NO_DATES, ""
    if newest:
        return None
    if reading.rows:
        return Problem.NO_DATES, "列表只有将来的日期"
    if reading.blank:
        return Problem.ELSEWHERE, "空白栏目，按空白栏目判定"
    return Problem.UNCLEAR, reading.why
