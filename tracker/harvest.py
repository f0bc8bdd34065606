"""What a look brings into the record besides itself: pages, verdicts, columns (栏目) and entries (信息)."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from checks.verdicts import Verdict
from crawler.clock import midnight
from crawler.column_places import canonical, own_name
from crawler.observations import ABOVE, AccountVisit, Column, Post, Problem, SiteVisit, Visit
from tracker import models
from tracker.evidence import EvidenceStore
from tracker.upsert import upsert

SHARED_ITEMS = 5
"""Items: fewer of the same title may stand in two columns by chance."""
ONE_PAGE = ("navigation", "map")
"""All that these know stands on one page: where it shows not one column, it is the page that is missed."""


def page_rows(look_id: int, visit: Visit) -> Iterator[dict[str, Any]]:
    for fetch in visit.fetches:
        yield {
            "look_id": look_id,
            "url": fetch.url,
            "status": fetch.status,
            "problem": fetch.problem or "",
            "sha256": fetch.sha256,
            "size": fetch.size,
            "fetched_at": fetch.at,
        }


def verdict_rows(look_id: int, verdicts: Iterable[Verdict]) -> Iterator[dict[str, Any]]:
    for verdict in verdicts:
        yield {
            "look_id": look_id,
            "check_id": verdict.check,
            "kind": str(verdict.kind),
            "subject_key": verdict.key,
            "subject": verdict.subject,
            "why": verdict.why,
            "problem": verdict.problem or "",
            "warning": verdict.warning,
        }


def keep_evidence(session: Session, visits: Iterable[Visit]) -> None:
    """Note every stored page once, with the moment it was fetched first."""
    pages = {
        fetch.sha256: {"sha256": fetch.sha256, "size": fetch.size, "first_fetched": fetch.at}
        for visit in visits
        for fetch in visit.fetches
        if fetch.sha256
    }
    _note(session, pages)


def keep_brought(
    session: Session, store: EvidenceStore, bodies: Iterable[bytes], at: datetime
) -> tuple[str, ...]:
    """Keep what people brought along (screenshots, proofs) as evidence; the SHA-256 of each."""
    kept = {
        sha256: {"sha256": sha256, "size": len(body), "first_fetched": at}
        for body in bodies
        if (sha256 := store.keep(body))
    }
    _note(session, kept)
    return tuple(kept)


def _note(session: Session, stored: Mapping[str, dict[str, Any]]) -> None:
    """`stored`: rows by their SHA-256. What was given up once (保存期限) and comes again is there again."""
    rows = [row | {"thinned_at": None} for row in stored.values()]
    was_gone = models.Evidence.thinned_at.is_not(None)
    upsert(session, models.Evidence, rows, ("sha256",), ("thinned_at",), was_gone)


class KnownColumns:
    """The columns that visits saw on some websites, each by the path under which the record knows it.

    A column is its name path first, its address second (design.md part 2): when the menus are rearranged, or the page
    that tells where it hangs does not open for a day, it is known again by its own name at its address. Where a redesign
    changed both, what it lists tells.
    """

    def __init__(self, session: Session, target_ids: Collection[int]) -> None:
        self._session = session
        column = models.SeenColumn
        query = select(
            column.target_id, column.path, column.url, column.id, column.found_by, column.missed_since
        ).where(column.target_id.in_(target_ids))
        self._paths: set[tuple[int, str]] = set()
        self._there: dict[int, list[tuple[str, int, str]]] = {}
        """Target -> path, id and finder of the columns that are not missed."""
        self._at: dict[tuple[int, str, str], set[str]] = {}
        self._named: dict[tuple[int, str], set[str]] = {}
        for target_id, path, url, number, found_by, missed in session.execute(query) if target_ids else ():
            self._paths.add((target_id, path))
            if missed is None:
                self._there.setdefault(target_id, []).append((path, number, found_by))
            name = own_name(path, url)
            self._at.setdefault((target_id, name, canonical(url)), set()).add(path)
            self._named.setdefault((target_id, name), set()).add(path)

    def path(self, target_id: int, path: str, url: str, beside: Collection[str] = ()) -> str:
        """The lasting path of a column that was seen under `path`. One of the paths `beside` it, seen by the same visit,
        is another column's; where several may be meant, it is a new column."""
        if (target_id, path) in self._paths:
            return path
        same = self._at.get((target_id, own_name(path, url), canonical(url)), set()).difference(beside)
        return next(iter(same)) if len(same) == 1 else path

    def paths(self, target_id: int, visit: SiteVisit) -> dict[str, str]:
        """Each path that a visit saw, with the lasting one."""
        seen = {column.key: column.url for column in visit.columns}
        paths = {path: self.path(target_id, path, url, seen) for path, url in seen.items()}
        for column in visit.columns:
            if (target_id, paths[column.key]) not in self._paths:
                taken = {*seen, *paths.values()}
                paths[column.key] = self._by_content(target_id, column, taken) or column.key
        return paths

    def missed(self, target_id: int, visit: SiteVisit, paths: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        """Columns that this look could have found and did not (rows to update); `paths`: see `paths`. Nothing is concluded
        from pages that did not open, nor from a look that was cut short."""
        if (
            visit.problem
            or not visit.columns
            or any(each.problem is Problem.CUT_SHORT for each in visit.columns)
        ):
            return
        there = self._there.get(target_id, ())
        finders = {column.found_by for column in visit.columns}
        seen = set(paths.values())
        gone = [each for each in there if each[0] not in seen]
        lost_page = {path for path, _, found_by in gone if found_by in ONE_PAGE and found_by not in finders}
        unread = {paths[each.key] for each in visit.columns if not (each.was_read or each.leads_to)}
        below = tuple(f"{path}{ABOVE}" for path in lost_page | unread)
        for path, number, _ in gone:
            if path not in lost_page and not path.startswith(below):
                yield {"id": number, "missed_since": visit.at}

    def _by_content(self, target_id: int, column: Column, taken: Collection[str]) -> str:
        """The one column of this name that lists the same items; empty if none does, or several."""
        gone = self._named.get((target_id, own_name(column.key, column.url)), set()).difference(taken)
        titles = {row.title for row in column.reading.rows} if column.reading else set()
        if not gone or len(titles) < SHARED_ITEMS:
            return ""
        entry = models.Entry
        listed = (
            select(entry.place)
            .where(entry.target_id == target_id, entry.place.in_(gone), entry.title.in_(titles))
            .group_by(entry.place)
            .having(func.count(entry.title.distinct()) * 2 >= max(len(titles), SHARED_ITEMS * 2))
        )
        same = list(self._session.scalars(listed))
        return same[0] if len(same) == 1 else ""


def keep_columns_and_entries(session: Session, seen: Iterable[tuple[int, Visit]]) -> None:
    """New columns and entries come in, known ones were seen again; `seen`: target id and visit."""
    columns: list[dict[str, Any]] = []
    missed: list[dict[str, Any]] = []
    entries: list[dict[str, Any]] = []
    looks = list(seen)
    known = KnownColumns(session, {target_id for target_id, visit in looks if isinstance(visit, SiteVisit)})
    for target_id, visit in looks:
        if isinstance(visit, SiteVisit):
            paths = known.paths(target_id, visit)
            missed += known.missed(target_id, visit, paths)
            columns += _columns(target_id, visit, paths)
            entries += _listed(target_id, visit, paths)
        else:
            entries += _posted(target_id, visit)
    refreshed = ("url", "found_by", "last_seen", "missed_since")
    if missed:
        session.execute(update(models.SeenColumn), missed)
    upsert(session, models.SeenColumn, columns, ("target_id", "path"), refreshed)
    upsert(session, models.Entry, entries, ("digest",), ("title", "published", "date_source", "last_seen"))


def _columns(target_id: int, visit: SiteVisit, paths: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for column in visit.columns:
        yield {
            "target_id": target_id,
            "path": paths[column.key],
            "url": column.url,
            "found_by": column.found_by,
            "first_seen": visit.at,
            "last_seen": visit.at,
            "missed_since": None,
        }


def _listed(target_id: int, visit: SiteVisit, paths: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for column in visit.columns:
        if column.reading is None:
            continue
        # Letters shown in full have no address of their own: their words tell them apart.
        for number, row in {row.url or row.title: row for row in column.reading.rows}.items():
            published = midnight(row.date) if row.date else None
            yield _entry(target_id, paths[column.key], number, visit.at) | {
                "title": row.title,
                "url": row.url,
                "published": published,
                "date_source": row.date_source or "",
            }


def _posted(target_id: int, visit: AccountVisit) -> Iterator[dict[str, Any]]:
    posts = {
        _number(post): post for source in visit.sources if source.health == "ok" for post in source.posts
    }
    for number, post in posts.items():
        yield _entry(target_id, "", number, visit.at) | {
            "title": post.title,
            "url": post.url,
            "published": post.published_at,
            "date_source": "",
        }


def _entry(target_id: int, place: str, number: str, at: datetime) -> dict[str, Any]:
    digest = _digest(target_id, place, number)
    return {"target_id": target_id, "place": place, "digest": digest, "first_seen": at, "last_seen": at}


def digest_of_post(target_id: int, post: Post) -> str:
    """By what the record finds a post of this account."""
    return _digest(target_id, "", _number(post))


def _number(post: Post) -> str:
    return post.id or post.url


def _digest(target_id: int, place: str, number: str) -> str:
    """`number`: an entry's id or address; `place`: its column's path, empty for an account."""
    return hashlib.blake2b(f"{target_id}\n{place}\n{number}".encode(), digest_size=16).hexdigest()
