"""A column exists but lists nothing (空白栏目).

Source     国办秘函〔2019〕19号, 政府网站单项否决, 栏目不更新 (W4c); decision order of regulations.md 9.4
Measures   leaf columns that were read well and hold no information; a parent lives through its children
Unit       one column; a column spread over several pages counts once
Threshold  one column is an issue; 5 or more veto the site
Unjudged   columns that could not be read, that a script fills and no browser has seen, whose page cannot be told apart:
           unseen is not blank. Letters and surveys that say 暂无: nothing may have come in. A parent without any child
           that was read and holds something. A website on which no column was found, as a whole. A column that leads to
           another site is a link, and exempt ones are clear
"""

from collections.abc import Iterator

from checks.ages import day_of
from checks.catalogue import check
from checks.column_classes import class_of
from checks.column_tree import judged, owes_nothing
from checks.verdicts import Problem, Verdict, clear, fault, unjudged
from crawler.observations import Column, SiteVisit

MAY_BE_EMPTY = ("E", "F")
"""政务咨询 and 征集调查: a page that says 暂无信件 or 暂无征集 is no blank column (9.3, 9.4 step 8)."""


@check(id="column-blank", title="空白栏目", wants_browser=True)
def column_blank(visit: SiteVisit) -> Iterator[Verdict]:
    yield from judged(visit, lambda column: _leaf(column, visit), _holds_something)


def _leaf(column: Column, visit: SiteVisit) -> Verdict:
    if owes_nothing(column):
        return clear(column)
    reading = column.reading
    if reading is None or not column.was_read:
        return unjudged(column, column.problem or Problem.UNCLEAR)
    if reading.blank is False or reading.rows:
        return clear(column, facts=f"rows={len(reading.rows)}")
    if reading.needs_browser:
        return unjudged(column, Problem.NEEDS_BROWSER)
    if reading.blank is None:
        return unjudged(column, Problem.UNCLEAR, reading.why)
    # Of looks of the past nobody knows whether the page said so itself.
    if reading.says_empty is not False and class_of(column, day_of(visit.at)).letter in MAY_BE_EMPTY:
        return unjudged(column, Problem.UNCLEAR, f"{reading.why}；互动类栏目可能确无来信或征集")
    return fault(column, f"栏目“{column.name}”没有任何内容：{reading.why or '页面没有信息'}", facts="rows=0")


def _holds_something(column: Column) -> bool:
    reading = column.reading
    return bool(column.was_read and reading and (reading.rows or reading.blank is False))
