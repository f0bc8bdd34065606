"""栏目类别确认: what the office confirmed once stands from then on, with who and when, until it says otherwise."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from checks.ages import day_of
from checks.column_classes import ARCHIVE, LABELS, class_of, letter_of
from crawler.clock import CHINA
from crawler.column_places import own_name
from crawler.observations import ABOVE, Column, SiteVisit
from crawler.targets import ColumnEntry
from tracker.audit import add_link
from tracker.models import ConfirmedClass
from tracker.upsert import upsert

BY_NAME = "按名称推断"
"""What is written to take a confirmation back."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A column's name, or for one `site` its whole path, and its class; `letter` empty: taken back."""

    name: str
    letter: str
    site: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """A confirmation in force."""

    letter: str
    by: str
    day: str

    def __str__(self) -> str:
        return f"{self.by}于{self.day}"


class ConfirmedClasses:
    """All that is in force, laid upon what a visit saw. A column's own confirmation goes before that of its site's
    namesakes, and that before the name's over all sites; a name that says nothing takes its parent's (上级栏目)."""

    def __init__(self, session: Session) -> None:
        self._said = {
            (row.site, row.name): InForce(row.letter, row.by, row.at.astimezone(CHINA).date().isoformat())
            for row in session.scalars(select(ConfirmedClass))
        }

    def __len__(self) -> int:
        return len(self._said)

    def said(self, site: str, name: str) -> InForce | None:
        """What was confirmed of exactly this: a name over all sites (`site` empty), or a name or path of one."""
        return self._said.get((site, name))

    def applied(self, visit: SiteVisit) -> SiteVisit:
        """The same visit with the office's word beside each column that has one."""
        if not self._said:
            return visit
        urls = {column.path: column.url for column in visit.columns}
        return replace(visit, columns=tuple(self._column(visit, column, urls) for column in visit.columns))

    def _column(self, visit: SiteVisit, column: Column, urls: Mapping[tuple[str, ...], str]) -> Column:
        if column.entry and letter_of(column.entry.column_class):
            return column  # the register names this very column of this very site
        names = tuple(
            own_name(column.path[depth], urls.get(column.path[: depth + 1], ""))
            for depth in range(len(column.path))
        )
        if own := self._of(visit.site.key, names, column.path):
            return _with(column, own, str(own))
        # What its own name tells goes before the word about a column above, but for an archive: what is over is over as a whole.
        is_certain = class_of(column, day_of(visit.at)).certain
        for depth in range(len(names) - 1, 0, -1):
            above = self._of(visit.site.key, names[:depth], column.path[:depth])
            if above and (above.letter == ARCHIVE or not is_certain):
                return _with(column, above, f"上级栏目“{names[depth - 1]}”经{above}")
        return column

    def _of(self, site: str, names: tuple[str, ...], path: tuple[str, ...]) -> InForce | None:
        keys = ((site, ABOVE.join(path)), (site, ABOVE.join(names)), (site, names[-1]), ("", names[-1]))
        return next((self._said[key] for key in keys if key in self._said), None)


def _with(column: Column, said: InForce, confirmed: str) -> Column:
    entry = column.entry or ColumnEntry(column.name)
    return replace(column, entry=replace(entry, column_class=said.letter, confirmed=confirmed))


@dataclass(frozen=True, slots=True)
class Changed:
    """What a list of confirmations did."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    withdrawn: int = 0

    def __str__(self) -> str:
        return f"新确认 {self.new}，改为其他类别 {self.changed}，撤销 {self.withdrawn}，未变 {self.unchanged}"


def confirm(
    session: Session, said: Iterable[Confirmation], *, by: str, at: datetime, recorded_at: datetime
) -> Changed:
    """Write down what the office says; each change stands in the audit chain with what was before."""
    before = {(row.site, row.name): row.letter for row in session.scalars(select(ConfirmedClass))}
    wanted = {(each.site, each.name): each.letter for each in said}
    changes = {key: letter for key, letter in wanted.items() if before.get(key, "") != letter}
    rows = [
        {"site": site, "name": name, "letter": letter, "by": by, "at": at}
        for (site, name), letter in changes.items()
        if letter
    ]
    upsert(session, ConfirmedClass, rows, ("site", "name"), ("letter", "by", "at"))
    for (site, name), letter in changes.items():
        if not letter:
            gone = (ConfirmedClass.site == site, ConfirmedClass.name == name)
            session.execute(delete(ConfirmedClass).where(*gone))
    if changes:
        add_link(session, "column-classes", _payload(changes, before, by, at), recorded_at)
    withdrawn = sum(not letter for letter in changes.values())
    new = sum(bool(letter) and key not in before for key, letter in changes.items())
    return Changed(new, len(changes) - new - withdrawn, len(wanted) - len(changes), withdrawn)


def _payload(
    changes: Mapping[tuple[str, str], str], before: Mapping[tuple[str, str], str], by: str, at: datetime
) -> dict[str, object]:
    listed = [
        {"site": site, "name": name, "from": before.get((site, name), ""), "to": letter}
        for (site, name), letter in changes.items()
    ]
    return {"by": by, "at": at.astimezone(CHINA).isoformat(), "classes": listed}


def class_word(letter: str) -> str:
    return LABELS.get(letter, BY_NAME)


def read_class(word: str) -> str | None:
    """The letter of a class as people write it; empty: taken back; None: no class is called so."""
    if word.strip() in (BY_NAME, "撤销"):
        return ""
    return letter_of(word)


def words() -> Iterator[str]:
    """What may be chosen."""
    yield from LABELS.values()
    yield BY_NAME
