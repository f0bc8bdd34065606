"""Which columns a rule about their content judges by themselves: leaves; a parent (上级栏目) lives through its children."""

from collections.abc import Callable, Iterator

from checks.verdicts import Problem, Verdict, clear, unjudged
from crawler.observations import Column, SiteVisit


def owes_nothing(column: Column) -> bool:
    """A link to another site, or what the office exempted (豁免)."""
    return bool(column.leads_to or (column.entry and column.entry.exempt))


def judged(
    visit: SiteVisit, leaf: Callable[[Column], Verdict], lives: Callable[[Column], bool]
) -> Iterator[Verdict]:
    """A verdict on every column: on leaves by `leaf`; a parent is clear if it, or a column under it, `lives`. Where no
    column was found there are some that we did not see: one on the website, which says so."""
    if not visit.columns:
        yield unjudged(visit.site, Problem.NO_COLUMNS)
    for column in visit.columns:
        if column.is_leaf:
            yield leaf(column)
        elif any(map(lives, (column, *_below(visit, column)))):
            yield clear(column)
        else:
            yield unjudged(column, Problem.ELSEWHERE, "上级栏目，由下级栏目判定")


def _below(visit: SiteVisit, column: Column) -> Iterator[Column]:
    """All columns under this one, however deep; a circle in what the site says of itself ends where it began."""
    by_path = {each.path: each for each in visit.columns}
    waiting, seen = list(column.children), {column.path}
    while waiting:
        path = waiting.pop(0)
        child = by_path.get(path)
        if child is None or path in seen:
            continue
        seen.add(path)
        waiting += child.children
        yield child
