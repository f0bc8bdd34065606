"""The newest item of a page's own lists, and why a newer one may stand where nothing was read.

A day still to come is nobody's day of publication: it is a typing error (2062 for 2026), the day of an event, or an item
put on top before its time. Such rows are set aside. They speak only through what else tells when they were put there:
their addresses, and their articles (crawler/article_dates.py).
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from crawler.extract.blocks import Block
from crawler.extract.dates import in_address, in_year
from crawler.extract.frame import Frame
from crawler.extract.skimmed import Skim
from crawler.observations import Row


def newest_of(rows: Iterable[Row], today: date) -> date | None:
    return max((day for row in rows if (day := _published(row, today))), default=None)


def may_be_more(page: Skim) -> bool:
    """A list interface of the page was not read, or a box is yet to be filled: beside old rows there may be new ones."""
    return bool(page.loaders) or page.signals.left_out or page.signals.fills_beside


def where_newer_may_be(page: Skim, frame: Frame, own: Sequence[Block], newest: date) -> str:
    """Why there may be a newer item where nothing was read; empty if there is none."""
    if page.signals.is_cut:
        return "页面过长，没有读到末尾，无法判断最新信息的日期"
    if page.signals.begins_with_oldest:
        return "列表从最早的信息排起，最后一页没有读到，无法判断最新信息的日期"
    if page.signals.is_unordered:
        return "列表不按日期排列，其他页没有读到，无法判断最新信息的日期"
    if page.signals.goes_on and all(block.pinned for block in own if block.dated):
        return "列表第一页全部是置顶信息，其他页没有读到，无法判断最新信息的日期"
    tops = (
        block for block in page.blocks if block.region == "head" and block.start >= page.signals.crumb_end
    )
    above = [row for block in tops for row in frame.own_rows(block)]
    tomorrow = page.today + timedelta(days=1)  # where the site's clock is fast
    if (newest_of(above, tomorrow) or newest) > newest:
        return "列表上方另有更新的信息，无法判断是否属于本栏目"
    return ""


def which_items_may_be_newer(page: Skim, own: Sequence[Block], fresh_days: int) -> str:
    """Why an item that was read may be newer than all that show when they were published: its article can tell. Empty if none."""
    if not page.is_home and any(block.dated and not block.rows[0].date for block in own if block.rows):
        return "列表前几条信息没有日期，无法判断最新信息的日期"  # headlines of a home page have no dates: there their columns tell
    return _of_days_to_come([row for block in own for row in block.rows], page.today, fresh_days)


def _published(row: Row, today: date) -> date | None:
    """The day that is shown; if that is still to come, the one on which the item was uploaded, as its address has it."""
    if not row.date or row.date <= today:
        return row.date
    uploaded = in_address(row.url)
    return uploaded if uploaded and uploaded <= today else None


def _of_days_to_come(rows: Sequence[Row], today: date, fresh_days: int) -> str:
    """Why rows that were set aside leave a doubt."""
    ahead = [row.date for row in rows if row.date and row.date > today and not _published(row, today)]
    if today + timedelta(days=1) in ahead:
        return "列表中有日期为明天的信息，无法判断是时钟误差还是往年的信息"
    if len(ahead) * 2 > sum(1 for row in rows if row.date):
        return "列表中的日期大多晚于今天，可能不是发布日期，无法判断最新信息的日期"
    wrong = next((day for day in ahead if (today - _in_another_year(day, today)).days <= fresh_days), None)
    return f"列表中有日期为{wrong}的信息，可能是年份有误的新信息，无法判断最新信息的日期" if wrong else ""


def _in_another_year(day: date, today: date) -> date:
    """The last such day up to today: what was meant if only the year is wrong."""
    this_year = in_year(day, today.year)
    return this_year if this_year <= today else in_year(day, today.year - 1)
