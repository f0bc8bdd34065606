"""Whom a finding means: the subject that the daily round would name, so that both meet in one issue.

People name a column (栏目) by its own name, by a path or by its address; the round by its whole path. Rows are placed in
such an order, and each placed row is known to those after it, that a file says the same when it is imported again.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from crawler.column_places import ABOVE, canonical
from tracker import cells
from tracker.findings_desk import Accepted, Desk
from tracker.lifecycle import ENDED, Origin, State
from tracker.models import Issue

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
"""Between the names of a column's path."""

Names = tuple[str, ...]


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


# -- findings ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Finding:
    """What a file says about one subject, from however many lines."""

    target_id: int
    check: str
    needs_person: bool
    """The check always does, or the record that printed the line had it still wait for one."""
    key: str
    subject: str
    url: str
    details: dict[str, None]
    own_facts: str
    origin: Origin
    received: date | None
    pictures: dict[Path, None]

    @property
    def identity(self) -> tuple[int, str, str]:
        return self.target_id, self.check, self.key

    @property
    def detail(self) -> str:
        return "；".join(self.details)

    @property
    def facts(self) -> str:
        return self.own_facts or self.detail

    @property
    def why(self) -> str:
        """What the move says of it."""
        return f"{self.origin.sentence}：{self.detail}"

    def add(self, other: "Finding") -> None:
        """Another line about the same subject."""
        self.details |= other.details
        self.pictures |= other.pictures
        self.needs_person = self.needs_person and other.needs_person
        self.url = self.url or other.url
        self.own_facts = self.own_facts or other.own_facts
        self.received = min(filter(None, (self.received, other.received)), default=None)


def findings_of(
    desk: Desk, issues: Iterable[Issue], columns: Mapping[int, Sequence[tuple[str, str]]]
) -> Collection[Finding]:
    """One a subject, in the order of the file; lines that may mean several subjects are refused.

    `columns`: (path, address) of those that visits saw, by target.
    """
    subjects = _subjects(desk.accepted, issues, columns)
    merged: dict[tuple[int, str, str], Finding] = {}
    for each in desk.accepted:
        target, check, facts = each.target, each.indicator.id, each.row.facts
        named = _named(each)
        known = subjects[target.id, check][named] if named else Known(target.key, target.name, ())
        if isinstance(known, list):
            desk.refuse(each, "对象", _which(known, facts["subject"]))
        elif len(known.key) > LONGEST:
            desk.refuse(each, "对象", f"太长（{len(known.key)}字），最多{LONGEST}字，请缩短")
        else:
            finding = _finding(each, known, is_own=named is not None)
            first = merged.setdefault(finding.identity, finding)
            if first is not finding:
                first.add(finding)
    return merged.values()


def _subjects(
    accepted: Sequence[Accepted],
    issues: Iterable[Issue],
    columns: Mapping[int, Sequence[tuple[str, str]]],
) -> Mapping[tuple[int, str], Mapping[Named, Known | list[str]]]:
    """What each line means, by target and check."""
    rows: dict[tuple[int, str], list[Named]] = {}
    for each in accepted:
        if named := _named(each):
            rows.setdefault((each.target.id, each.indicator.id), []).append(named)
    known = {about: Subjects(is_about_columns(about[1])) for about in rows}
    for issue in issues:
        if subjects := known.get((issue.target_id, issue.check_id)):
            subjects.learn(issue.subject_key, issue.subject, issue.url, State(issue.state) in ALIVE)
    for (target_id, check), subjects in known.items():
        for path, url in columns.get(target_id, ()) if is_about_columns(check) else ():
            subjects.learn(path, path.rpartition(ABOVE)[2], url)
    return {about: known[about].place(named) for about, named in rows.items()}


def _named(accepted: Accepted) -> Named | None:
    """What the line calls its subject; None if that is the target itself."""
    check, facts = accepted.indicator.id, accepted.row.facts
    if is_about_columns(check):
        return Named(column_path(facts["subject"]), facts["url"])
    target = accepted.target
    if is_about_target(check) or facts["subject"] in ("", target.name, target.key):
        return None
    return Named((facts["subject"],), facts["url"])


def _which(keys: Sequence[str], subject: str) -> str:
    if not keys:
        return "未填写，网址也不属于已知的栏目：请写栏目名称"
    named = "、".join(f"“{key}”" for key in keys)
    return f"“{subject}”可能是{named}：请写全路径，或填写网址" if subject else f"该网址可能是{named}：请写明"


def _finding(accepted: Accepted, known: Known, is_own: bool) -> Finding:
    facts, target = accepted.row.facts, accepted.target
    detail = facts["detail"]
    if not is_own and facts["subject"] not in ("", target.name, target.key):
        # One issue a target: what the line is about must not be lost.
        detail = f"{facts['subject']}：{detail}"
    return Finding(
        target.id,
        accepted.indicator.id,
        accepted.indicator.needs_person or facts["state"] is State.PENDING,
        known.key,
        known.name,
        facts["url"],
        {detail: None},
        facts["facts"],
        facts["source"],
        facts["received"],
        dict.fromkeys(facts["screenshots"]),
    )
