"""What is known of all columns (栏目): as the newest good look at each website saw them, with their class and what waits for
the office; and which came or went."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from checks.ages import day_of
from checks.column_classes import ColumnClass, class_of, part_of, waits_for_office
from crawler.clock import CHINA, midnight
from crawler.column_places import own_name
from crawler.observations import Column, SiteVisit
from crawler.targets import Site
from tracker import models
from tracker.confirmed_classes import ConfirmedClasses, InForce
from tracker.observed import unpack
from tracker.registry import read_targets

EXAMPLES = 3
Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]


@dataclass(frozen=True, slots=True)
class SiteColumn:
    """One column of one website. `waits`: its age cannot be judged before the office has said what class it is.

    `said`: the confirmation of this very column of this very site.
    """

    site: Site
    name: str
    seen: Column
    known: ColumnClass
    waits: bool
    said: InForce | None

    @property
    def path(self) -> str:
        return self.seen.key

    @property
    def platform(self) -> str:
        """Its part of the disclosure platform (政府信息公开平台); empty: none."""
        return part_of(self.seen.name, self.seen.path[:-1])

    @property
    def newest(self) -> date | None:
        return self.seen.newest


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """All columns of one name, over all websites: one decision. `below`: columns that hang under them and wait, which the
    same decision settles."""

    name: str
    columns: tuple[SiteColumn, ...]
    below: int
    said: InForce | None

    @property
    def sites(self) -> int:
        return len({each.site.key for each in self.columns})

    @property
    def waiting(self) -> int:
        return sum(each.waits for each in self.columns)

    @property
    def examples(self) -> tuple[SiteColumn, ...]:
        """Of different websites, those that wait first."""
        by_site = {each.site.key: each for each in sorted(self.columns, key=lambda each: each.waits)}
        return tuple(sorted(by_site.values(), key=lambda each: not each.waits)[:EXAMPLES])

    @property
    def known(self) -> ColumnClass:
        """What most of them are thought to be; where some wait, what those are thought to be."""
        listed = [each.known for each in self.columns if each.waits] or [each.known for each in self.columns]
        letters = [known.letter for known in listed]
        return max(listed, key=lambda known: letters.count(known.letter))


@dataclass(frozen=True, slots=True)
class ColumnChange:
    """A column that came (新增) or went (消失). `at`: the look that saw it first, or missed it first."""

    site: str
    site_name: str
    path: str
    url: str
    at: datetime


def site_columns(session: Session, at: datetime, only: Collection[str] = ()) -> list[SiteColumn]:
    """All columns of the websites that are inspected on this day. `only`: these 网站标识码."""
    confirmed = ConfirmedClasses(session)
    sites = {
        number: target for number, target in read_targets(session, day_of(at)).due if isinstance(target, Site)
    }
    found: list[SiteColumn] = []
    for number, visit in _newest_visits(session, at, sites):
        if not only or sites[number].key in only:
            found += _of_visit(confirmed, sites[number], visit, day_of(at))
    return found


def _newest_visits(
    session: Session, at: datetime, targets: Collection[int]
) -> Iterator[tuple[int, SiteVisit]]:
    look = models.Look
    newest = (
        select(func.max(look.id))
        .where(look.target_id.in_(targets), look.problem == "", look.at <= at)
        .group_by(look.target_id)
    )
    rows = select(look.target_id, look.seen).where(look.id.in_(newest)).order_by(look.target_id)
    for target_id, seen in session.execute(rows.execution_options(yield_per=50)):
        visit = unpack("site", seen) if seen else None  # what it saw may be gone by now (保存期限)
        if isinstance(visit, SiteVisit):
            yield target_id, visit


def _of_visit(confirmed: ConfirmedClasses, site: Site, visit: SiteVisit, day: date) -> Iterator[SiteColumn]:
    for column in confirmed.applied(visit).columns:
        known = class_of(column, day)
        said = confirmed.said(site.key, column.key)
        name = own_name(column.key, column.url)
        yield SiteColumn(site, name, column, known, waits_for_office(column, known), said)


def by_name(session: Session, columns: Iterable[SiteColumn]) -> list[NamedColumns]:
    """One row a distinct name: what waits first, the names of most websites first."""
    confirmed = ConfirmedClasses(session)
    named: dict[str, list[SiteColumn]] = {}
    below: dict[str, set[tuple[str, str]]] = {}
    for each in columns:
        named.setdefault(each.name, []).append(each)
        if each.waits:
            for above in each.seen.path[:-1]:
                below.setdefault(above, set()).add((each.site.key, each.path))
    rows = [
        NamedColumns(name, tuple(same), len(below.get(name, ())), confirmed.said("", name))
        for name, same in named.items()
    ]
    return sorted(rows, key=lambda row: (not row.waiting, -row.waiting, -row.below, -row.sites, row.name))


def open_names(rows: Sequence[NamedColumns]) -> list[NamedColumns]:
    """The decisions that are left to a person."""
    return [row for row in rows if row.waiting]


def came(session: Session, day: date) -> list[ColumnChange]:
    """Columns seen for the first time on this day, on websites whose columns were known before."""
    column, older = models.SeenColumn, models.SeenColumn.__table__.alias()
    begin = midnight(day)
    known_before = (
        select(older.c.id)
        .where(older.c.target_id == column.target_id, older.c.first_seen < begin)
        .correlate(models.SeenColumn)
        .exists()
    )
    return _changes(session, column.first_seen, day, known_before)


def went(session: Session, day: date) -> list[ColumnChange]:
    """Columns that good looks of this day were the first to miss, and that have not come back."""
    return _changes(session, models.SeenColumn.missed_since, day)


def missing(session: Session, only: Collection[str] = ()) -> list[ColumnChange]:
    """All columns that were there once and are missed since, those missed last first."""
    chosen = (models.Target.key.in_(only),) if only else ()
    return _listed(
        session, models.SeenColumn.missed_since, models.SeenColumn.missed_since.is_not(None), *chosen
    )


def _changes(session: Session, moment: Moment, day: date, *where: ColumnElement[bool]) -> list[ColumnChange]:
    begin = midnight(day)
    return _listed(session, moment, moment >= begin, moment < begin + timedelta(days=1), *where)


def _listed(session: Session, moment: Moment, *where: ColumnElement[bool]) -> list[ColumnChange]:
    column, target = models.SeenColumn, models.Target
    query = (
        select(target.key, target.name, column.path, column.url, moment)
        .join(target, target.id == column.target_id)
        .where(*where)
        .order_by(moment.desc(), target.key, column.path)
    )
    rows = session.execute(query)
    return [
        ColumnChange(site, name, path, url, at.astimezone(CHINA))
        for site, name, path, url, at in rows
        if at is not None
    ]
