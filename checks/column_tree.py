"""Columns above and below each other: a parent (上级栏目) lives through its children."""

from collections.abc import Iterator

from crawler.observations import Column, SiteVisit


def below(visit: SiteVisit, column: Column) -> Iterator[Column]:
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
