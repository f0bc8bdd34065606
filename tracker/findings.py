"""Findings from people (人工巡查, 上级通报, 找错留言) meet the issues that are known (design.md part 7).

A person is the second look: what was a suspicion is confirmed, what is new is confirmed at once; only what always needs a
person's review waits for it. A file that says it is complete counts as seeing clear whatever it does not name, except
where a line that could not be read might have named it. One transaction; the same file again at the same moment changes
nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import models
from tracker.audit import add_link
from tracker.database import Database
from tracker.evidence import EvidenceStore
from tracker.findings_desk import Desk, Finding, findings_of
from tracker.findings_reading import read_findings
from tracker.harvest import keep_brought
from tracker.lifecycle import Event, State, after
from tracker.people_subjects import ALIVE, Identity, known_issues, seen_columns
from tracker.reconcile import move_row, subject_of, write_moves
from tracker.register_reading import Remark


@dataclass(slots=True)
class Outcome:
    """What an import did, or with `dry_run` would do: counts of issues, and what is to be said about lines.

    `known` issues stood already, of which `firmer` became confirmed (or pending) by it; `held`: not seen clear because
    of lines that could not be read.
    """

    file: str
    dry_run: bool
    opened: int = 0
    pending: int = 0
    known: int = 0
    firmer: int = 0
    relapsed: int = 0
    cleared: int = 0
    held: int = 0
    errors: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)

    def __str__(self) -> str:
        opened = f"新增 {self.opened}" + (f"（待人工审核 {self.pending}）" if self.pending else "")
        known = f"已有 {self.known}" + (f"（其中疑似、待审核转出 {self.firmer}）" if self.firmer else "")
        return (
            f"导入 {self.file}：{opened}，{known}，问题反弹 {self.relapsed}，"
            f"看到已整改 {self.cleared}，有误 {len(self.errors)}"
        )


def import_findings(
    database: Database,
    evidence: EvidenceStore,
    path: Path,
    *,
    at: datetime,
    by: str,
    recorded_at: datetime,
    complete: Sequence[str] = (),
    only: Sequence[str] = (),
    dry_run: bool = False,
) -> Outcome:
    """Take a file in; UnusableRegister if it is none. `complete`: checks (or all) of which the file names every fault, at
    all targets that are inspected or those with the keys `only`."""
    reading = read_findings(path, may_be_empty=bool(complete))  # whoever says it is complete found nothing
    outcome = Outcome(path.name, dry_run, notes=reading.notes)
    with database.reading() if dry_run else database.writing() as session:
        desk = Desk(session, reading, at)
        desk.claim(complete, only)
        book = _Book(session, desk, at, by, outcome)
        for finding in findings_of(desk, book.issues.values(), book.columns):
            book.see(finding)
        book.see_clear()
        outcome.errors += sorted(desk.errors, key=lambda each: (each.sheet, each.line))
        if not dry_run:
            book.write(evidence, recorded_at)
    return outcome


# -- findings and issues ----------------------------------------------------------------------------------


class _Book:
    """The issues that a file may be about, and what it changes."""

    def __init__(self, session: Session, desk: Desk, at: datetime, by: str, outcome: Outcome) -> None:
        self._session, self._desk, self._at, self._by, self._outcome = session, desk, at, by, outcome
        stands = or_(models.Issue.state.in_(list(map(str, ALIVE))), models.Issue.look_again_at.is_not(None))
        may_be_clear = and_(models.Issue.check_id.in_(list(desk.complete)), stands)
        known = known_issues(session, desk.accepted, may_be_clear)
        self.issues = {subject_of(issue): issue for issue in known}
        """Those that the file names or may see clear; of a subject the newest."""
        self.columns = seen_columns(session, desk.accepted)
        newer = select(models.Move.issue_id).where(models.Move.at > at)
        self._moved_since = set(session.scalars(newer))
        """Issues to which something happened after this was seen: a reply of Tuesday outlives a sighting of Monday."""
        self._named: set[Identity] = set()
        self._moves: list[tuple[models.Issue, dict[str, Any], Iterable[Path]]] = []
        self._is_changed = False

    # -- a fault ------------------------------------------------------------------------------------------

    def see(self, finding: Finding) -> None:
        self._named.add(finding.identity)
        issue = self.issues.get(finding.identity)
        if issue is None:
            self._open(finding)
            return
        if self._is_stale(issue):
            self._outcome.known += 1
            return
        if _is_over(issue, finding):
            self._open(finding)
            return
        issue.last_seen = self._at
        self._observed(issue)
        match State(issue.state):
            case State.RECTIFIED:
                issue.relapses += 1
                issue.detail, issue.facts, issue.url = finding.detail, finding.facts, issue.url or finding.url
                self._outcome.relapsed += 1
                self._move(issue, Event.SEEN_AGAIN, finding.why, finding.pictures)
                return
            case State.SUSPECTED:
                issue.needs_person = finding.needs_person
                event = Event.NEEDS_PERSON if finding.needs_person else Event.SEEN_AGAIN
                self._move(issue, event, finding.why, finding.pictures)
                self._outcome.firmer += 1
            case State.PENDING if not finding.needs_person:
                self._move(issue, Event.CONFIRM, finding.why, finding.pictures)
                self._outcome.firmer += 1
            case State.REPLIED:
                self._move(issue, Event.SEEN_AGAIN, finding.why, finding.pictures)
        self._outcome.known += 1

    def _is_stale(self, issue: models.Issue) -> bool:
        """Something newer is known of it: this moves nothing."""
        return self._at <= issue.observed_at or issue.id in self._moved_since

    def _open(self, finding: Finding) -> None:
        state = State.PENDING if finding.needs_person else State.CONFIRMED
        issue = models.Issue(
            target_id=finding.target_id,
            check_id=finding.check,
            subject_key=finding.key,
            subject=finding.subject,
            url=finding.url,
            detail=finding.detail,
            facts=finding.facts,
            state=state,
            needs_person=finding.needs_person,
            by_person=False,
            relapses=0,
            source=finding.origin,
            first_seen=self._first_seen(finding),
            last_seen=self._at,
            last_clear=None,
            observed_at=self._at,
            observed_ordinal=1,
            look_again_at=None,
            due_on=None,
        )
        self._session.add(issue)
        self.issues[subject_of(issue)] = issue
        self._note_move(issue, "opened", "", finding.why, finding.pictures)
        self._outcome.opened += 1
        self._outcome.pending += state is State.PENDING

    def _first_seen(self, finding: Finding) -> datetime:
        """The end of the day on which the office received it: 找错留言 have their limit from then."""
        if finding.received is None:
            return self._at
        return min(self._at, datetime.combine(finding.received, time(23, 59, 59), CHINA))

    # -- clear --------------------------------------------------------------------------------------------

    def see_clear(self) -> None:
        """What a complete file does not name was seen clear, unless a line that could not be read might have named it."""
        why = f"人工巡查未再发现（来源文件 {self._outcome.file}）"
        for identity, issue in self.issues.items():
            target_id, check, _ = identity
            claimed = target_id in self._desk.complete.get(check, ())
            stands = State(issue.state) in ALIVE or issue.look_again_at is not None
            if not claimed or not stands or identity in self._named or self._is_stale(issue):
                continue
            if self._desk.doubt.covers(target_id, check):
                self._outcome.held += 1
                continue
            issue.last_clear = self._at
            self._observed(issue)
            self._move(issue, Event.SEEN_CLEAR, why)
            self._outcome.cleared += issue.state in (State.RECTIFIED, State.DISMISSED)

    # -- writing ------------------------------------------------------------------------------------------

    def _observed(self, issue: models.Issue) -> None:
        issue.observed_at, issue.observed_ordinal, issue.look_again_at = self._at, 1, None
        self._is_changed = True

    def _move(self, issue: models.Issue, event: Event, why: str, pictures: Iterable[Path] = ()) -> None:
        before = State(issue.state)
        reached = after(before, event)
        if reached is not before:
            issue.state = reached
            self._note_move(issue, event, before, why, pictures)

    def _note_move(
        self, issue: models.Issue, event: str, before: str, why: str, pictures: Iterable[Path]
    ) -> None:
        self._moves.append((issue, move_row(self._at, event, before, issue.state, self._by, why), pictures))
        self._is_changed = True

    def write(self, evidence: EvidenceStore, recorded_at: datetime) -> None:
        if not self._is_changed:
            return
        moves = []
        for issue, move, pictures in self._moves:
            bodies = (picture.read_bytes() for picture in pictures)
            move["evidence"] += keep_brought(self._session, evidence, bodies, self._at)
            moves.append((issue, move))
        self._session.flush()  # gives new issues their numbers, all in one statement
        write_moves(self._session, moves, recorded_at)
        add_link(self._session, "findings", self._payload(), recorded_at)

    def _payload(self) -> dict[str, Any]:
        done = self._outcome
        counts = {
            name: getattr(done, name)
            for name in ("opened", "pending", "known", "firmer", "relapsed", "cleared", "held")
        }
        return {
            "file": done.file,
            "sha256": self._desk.reading.sha256,
            "at": self._at.astimezone(UTC).isoformat(),
            "by": self._by,
            "counts": counts | {"errors": len(done.errors)},
        }


def _is_over(issue: models.Issue, finding: Finding) -> bool:
    """Whether the fault that was found is a new issue, whatever became of this one."""
    match State(issue.state):
        case State.CLOSED:
            return True
        case State.RECTIFIED:
            return finding.needs_person  # docs/decisions/0005
        case State.DISMISSED:
            # A person said that it is none: so it is until it was seen clear or something else is said of it.
            same = finding.facts in (issue.facts, issue.detail)
            return not (issue.by_person and issue.last_clear is None and same)
    return False
