"""Of which subject a line of a file that people bring speaks: the one that the daily round would name, so that both meet in
one issue.

People name a column (栏目) by its own name, by a path or by its address; the round by its whole path. Rows are placed in
such an order, and each placed row is known to those after it, that a file says the same when it is imported again.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from crawler.column_places import canonical
from crawler.observations import ABOVE
from tracker import cells
from tracker.lifecycle import ENDED, State
from tracker.models import Issue, SeenColumn
from tracker.people_lines import Accepted

ONE_SUBJECT_AN_ITEM = frozenset(
    {
        "link-dead",
        "hidden-link",
        "wording-error",
        "privacy-leak",
        "date-forged",
        "identity-missing",
        "metadata-missing",
        "reply-overdue",
    }
)
"""Checks whose subjects are things of their own (design.md part 10); columns besides, all else is the target itself."""
LONGEST = 300
"""Letters of a subject's key."""

ALIVE = frozenset(State) - ENDED - {State.RECTIFIED}
"""States of an issue whose fault is thought to be there."""

Names = tuple[str, ...]
Identity = tuple[int, str, str]
"""Target, check and key of the subject: what one issue is about."""
Columns = Mapping[int, Sequence[tuple[str, str]]]
"""(path, address) of the columns that visits saw, by target."""
L = TypeVar("L", bound=Accepted)


def is_about_columns(check: str) -> bool:
    return check.startswith("column-")


def is_about_target(check: str) -> bool:
    return check not in ONE_SUBJECT_AN_ITEM and not is_about_columns(check)


def column_path(text: str) -> Names:
    """首页 > 政务公开＞通知公告, with whatever arrows."""
    return tuple(filter(None, (piece.strip() for piece in re.split("[>＞→»]", text))))


def _plain(name: str) -> str:
    return re.sub(r"\s", "", cells.half_width(name)).lower()


def _place(url: str) -> str:
    return canonical(url) or url


@dataclass(frozen=True, slots=True)
class Named:
    """What a row says of its subject."""

    names: Names
    url: str = ""

    @property
    def key(self) -> str:
        return ABOVE.join(self.names)


@dataclass(slots=True)
class Known:
    """A subject that is known: `is_open` if an issue about it stands, or this file names it."""

    key: str
    name: str
    path: Names
    places: set[str] = field(default_factory=set)
    is_open: bool = False
    named_at: set[str] = field(default_factory=set)
    """Where this file said that it stands: one that says two addresses means two columns."""

    def may_be_at(self, place: str) -> bool:
        return not (place and self.named_at) or place in self.places

    def shared(self, path: Names) -> int:
        """How many names both paths end with, if one is the end of the other; else 0."""
        shorter = min(len(path), len(self.path))
        return shorter if self.path[-shorter:] == path[-shorter:] else 0


class Subjects:
    """The subjects of one target and check, for checks that have subjects of their own.

    Columns are told apart by address where their names do not do it; all else is what it is called, letter by letter.
    """

    def __init__(self, columns: bool) -> None:
        self._columns = columns
        self._known: dict[str, Known] = {}
        self._by_name: dict[str, list[Known]] = {}

    def learn(self, key: str, name: str, url: str = "", is_open: bool = False) -> None:
        """A subject of the record: of an issue, or a column that a visit saw."""
        names = tuple(key.split(ABOVE))
        known = self._known.get(key) or self._add(key, name, names if names[-1] == name else (name,))
        known.is_open |= is_open
        if url:
            known.places.add(_place(url))

    def place(self, rows: Iterable[Named]) -> dict[Named, Known | list[str]]:
        """Each row with its subject; or with the keys of all that it may mean, none if it has no name and no known address."""
        listed = dict.fromkeys(rows)
        sure = {row for row in listed if self._is_sure(row)}
        order = sorted(listed, key=lambda row: (row not in sure, -len(row.names), not row.url))
        return {row: self._placed(row) for row in order}

    def _is_sure(self, row: Named) -> bool:
        path, place = self._path(row.names), _place(row.url)
        return any(known.path == path or place in known.places for known in self._agreeing(path))

    def _placed(self, row: Named) -> Known | list[str]:
        path, place = self._path(row.names), _place(row.url)
        if path:
            found = [each for each in self._agreeing(path) if not self._columns or each.may_be_at(place)]
        else:
            found = [each for each in self._known.values() if place in each.places]
        found = _preferred(found, lambda each: place in each.places)
        found = _preferred(found, lambda each: each.key == row.key)
        longest = max((each.shared(path) for each in found), default=0)
        found = _preferred(found, lambda each: each.shared(path) == longest)
        found = _preferred(found, lambda each: each.is_open)
        if len(found) == 1:
            known = found[0]
        elif not path or (found and not place):
            return [each.key for each in found]
        else:
            key = row.key if row.key not in self._known else f"{row.key} {row.url}"
            known = self._add(key, row.names[-1], row.names)
        known.is_open = True
        if place:
            known.places.add(place)
            known.named_at.add(place)
        return known

    def _agreeing(self, path: Names) -> list[Known]:
        return [each for each in self._by_name.get(path[-1], ()) if each.shared(path)] if path else []

    def _add(self, key: str, name: str, names: Names) -> Known:
        known = self._known[key] = Known(key, name, self._path(names))
        self._by_name.setdefault(known.path[-1], []).append(known)
        return known

    def _path(self, names: Names) -> Names:
        return tuple(map(_plain, names)) if self._columns else names


def _preferred(found: list[Known], test: Callable[[Known], bool]) -> list[Known]:
    """Those that pass, if any does."""
    return [each for each in found if test(each)] or found


# -- lines ------------------------------------------------------------------------------------------------


def known_issues(session: Session, lines: Sequence[Accepted], *others: ColumnElement[bool]) -> list[Issue]:
    """All of the targets and checks that the lines name, and `others`; what was observed last of a subject comes last."""
    named = and_(
        Issue.target_id.in_({line.target.id for line in lines}),
        Issue.check_id.in_({line.indicator.id for line in lines}),
    )
    query = select(Issue).where(or_(named, *others))
    return list(session.scalars(query.order_by(Issue.observed_at, Issue.id)))


def seen_columns(session: Session, lines: Iterable[Accepted]) -> Columns:
    targets = {line.target.id for line in lines if is_about_columns(line.indicator.id)}
    query = select(SeenColumn.target_id, SeenColumn.path, SeenColumn.url)
    found: dict[int, list[tuple[str, str]]] = {}
    for target_id, path, url in session.execute(
        query.where(SeenColumn.target_id.in_(targets)).order_by(SeenColumn.id)
    ):
        found.setdefault(target_id, []).append((path, url))
    return found


def placed(
    lines: Sequence[L], issues: Iterable[Issue], columns: Columns, refuse: Callable[[L, str], None]
) -> Iterator[tuple[L, Known, str]]:
    """Each line with its subject, and with what its detail must begin with; `refuse`: if it may mean several subjects.

    One issue a target: what a line says that it is about must not be lost.
    """
    subjects = _subjects(lines, issues, columns)
    for line in lines:
        target, said, named = line.target, line.row.facts["subject"], _named(line)
        if named:
            known, beginning = subjects[target.id, line.indicator.id][named], ""
        else:
            known = Known(target.key, target.name, ())
            beginning = "" if said in ("", target.name, target.key) else f"{said}："
        if isinstance(known, list):
            refuse(line, _which(known, said))
        elif len(known.key) > LONGEST:
            refuse(line, f"太长（{len(known.key)}字），最多{LONGEST}字，请缩短")
        else:
            yield line, known, beginning


def _subjects(
    lines: Iterable[Accepted], issues: Iterable[Issue], columns: Columns
) -> Mapping[tuple[int, str], Mapping[Named, Known | list[str]]]:
    """What each line means, by target and check."""
    rows: dict[tuple[int, str], list[Named]] = {}
    for line in lines:
        if named := _named(line):
            rows.setdefault((line.target.id, line.indicator.id), []).append(named)
    known = {about: Subjects(is_about_columns(about[1])) for about in rows}
    for issue in issues:
        if subjects := known.get((issue.target_id, issue.check_id)):
            subjects.learn(issue.subject_key, issue.subject, issue.url, State(issue.state) in ALIVE)
    for (target_id, check), subjects in known.items():
        for path, url in columns.get(target_id, ()) if is_about_columns(check) else ():
            subjects.learn(path, path.rpartition(ABOVE)[2], url)
    return {about: known[about].place(named) for about, named in rows.items()}


def _named(line: Accepted) -> Named | None:
    """What the line calls its subject; None if that is the target itself."""
    check, target = line.indicator.id, line.target
    subject, url = line.row.facts["subject"], line.row.facts["url"]
    if is_about_columns(check):
        return Named(column_path(subject), url)
    if is_about_target(check) or subject in ("", target.name, target.key):
        return None
    return Named((subject,), url)


def _which(keys: Sequence[str], subject: str) -> str:
    if not keys:
        return "未填写，网址也不属于已知的栏目：请写栏目名称"
    named = "、".join(f"“{key}”" for key in keys)
    return f"“{subject}”可能是{named}：请写全路径，或填写网址" if subject else f"该网址可能是{named}：请写明"
