"""Verdicts meet the issues that are known: which opens, which moves, which merely was seen again (design.md part 7).

Seen again and seen clear come only from good visits; accusing takes two looks. What orders sightings is when a thing
was observed, not when it arrived: an older one that comes late moves nothing.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from checks.verdicts import Kind, Verdict
from crawler.clock import CHINA
from crawler.column_places import canonical
from tracker import models
from tracker.audit import Chain, move_payload
from tracker.harvest import KnownColumns
from tracker.lifecycle import ENDED, NEEDS_TWO_LOOKS, Event, Origin, State, after
from tracker.people_subjects import Identity, is_about_columns
from tracker.policy import Policy

MACHINE = "巡检系统"
"""Who makes the moves that no person makes."""
ANOTHER_TRY = timedelta(hours=20)
"""A second look that lacked a browser is made up for in the next day's round, not in every one of today's."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One verdict of one look. `evidence`: what to show when the verdict names no page of its own. `by`: who looked."""

    target_id: int
    at: datetime
    ordinal: int
    verdict: Verdict
    evidence: tuple[str, ...] = ()
    by: str = MACHINE

    @property
    def pages(self) -> tuple[str, ...]:
        return self.verdict.evidence or self.evidence


def reconcile(session: Session, sightings: Sequence[Sighting], policy: Policy, recorded_at: datetime) -> None:
    """Write what these sightings change: issues, their moves, and the moves' links in the audit chain."""
    telling = [each for each in sightings if each.verdict.kind is not Kind.UNJUDGED]
    if not telling:
        return
    book = _Book(session, {each.target_id for each in telling}, policy)
    for sighting in sorted(telling, key=lambda each: (each.at, each.ordinal)):
        book.sight(book.by_lasting_path(sighting))
    book.write(recorded_at)


class _Book:
    """The newest issue of each subject of some targets, and the moves that are to be written."""

    def __init__(self, session: Session, target_ids: Collection[int], policy: Policy) -> None:
        self.session, self.policy = session, policy
        known = (
            select(models.Issue)
            .where(models.Issue.target_id.in_(target_ids))
            .order_by(models.Issue.observed_at, models.Issue.id)  # an old ledger's past comes in late
        )
        self.issues = {subject_of(issue): issue for issue in session.scalars(known)}
        self.columns = KnownColumns(session, target_ids)
        self.named_by_people = self.find_named_by_people()
        self.waivers = self.read_waivers()
        self.replied_at = self.read_replies()
        self.moves: list[tuple[models.Issue, dict[str, Any]]] = []

    def read_waivers(self) -> dict[int, models.Waiver]:
        """Issue -> the waiver that holds for it."""
        waived = [issue.id for issue in self.issues.values() if issue.state == State.WAIVED]
        if not waived:
            return {}
        row = models.Waiver
        holding = select(row).where(row.issue_id.in_(waived), row.ended_at.is_(None))
        return {waiver.issue_id: waiver for waiver in self.session.scalars(holding)}

    def read_replies(self) -> dict[int, datetime]:
        """Issue -> when its unit answered last."""
        replied = [issue.id for issue in self.issues.values() if issue.state == State.REPLIED]
        if not replied:
            return {}
        move = models.Move
        answers = (
            select(move.issue_id, func.max(move.at))
            .where(move.issue_id.in_(replied), move.event == str(Event.REPLY))
            .group_by(move.issue_id)
        )
        return {issue_id: at for issue_id, at in self.session.execute(answers)}  # noqa: C416 (rows are no pairs to mypy)

    def find_named_by_people(self) -> dict[tuple[int, str, str, str], set[str]]:
        """Target, check, own name and address of columns that people found -> the keys that they gave them.

        They may have done so before any visit saw where the column hangs.
        """
        found: dict[tuple[int, str, str, str], set[str]] = {}
        for issue in self.issues.values():
            if issue.source != Origin.ROUND and issue.url and is_about_columns(issue.check_id):
                place = issue.target_id, issue.check_id, issue.subject, canonical(issue.url)
                found.setdefault(place, set()).add(issue.subject_key)
        return found

    def by_lasting_path(self, sighting: Sighting) -> Sighting:
        """A column keeps its issues wherever in the menus it is found."""
        target_id, verdict = sighting.target_id, sighting.verdict
        if not is_about_columns(verdict.check) or (target_id, verdict.check, verdict.key) in self.issues:
            return sighting
        path = self.columns.path(target_id, verdict.key, verdict.url)
        if (target_id, verdict.check, path) not in self.issues:
            place = target_id, verdict.check, verdict.subject, canonical(verdict.url)
            named = self.named_by_people.get(place, set())
            path = next(iter(named)) if len(named) == 1 else path
        return replace(sighting, verdict=replace(verdict, key=path))

    def sight(self, sighting: Sighting) -> None:
        verdict = sighting.verdict
        issue = self.issues.get((sighting.target_id, verdict.check, verdict.key))
        if issue is None:
            if verdict.kind is Kind.FAULT:
                self.open(sighting)
            return
        if (sighting.at, sighting.ordinal) <= (issue.observed_at, issue.observed_ordinal):
            return
        if verdict.kind is Kind.CLEAR:
            self.seen_clear(issue, sighting)
        else:
            self.seen_faulty(issue, sighting)

    # -- a fault ------------------------------------------------------------------------------------------

    def open(self, sighting: Sighting) -> None:
        verdict = sighting.verdict
        issue = models.Issue(
            target_id=sighting.target_id,
            check_id=verdict.check,
            subject_key=verdict.key,
            subject=verdict.subject,
            state=State.SUSPECTED,
            needs_person=self.policy.waits_for_person(verdict, sighting.at),
            by_person=False,
            relapses=0,
            source="round",
            trial=self.policy.is_on_trial(verdict, sighting.at),
            first_seen=sighting.at,
            last_clear=None,
            look_again_at=None,
        )
        self.take_over(issue, sighting)
        self.session.add(issue)
        self.issues[subject_of(issue)] = issue
        self.note_move(issue, "opened", "", sighting)
        self.look_again(issue, sighting)

    def seen_faulty(self, issue: models.Issue, sighting: Sighting) -> None:
        verdict, state = sighting.verdict, State(issue.state)
        if state in ENDED:
            if self.stays_dismissed(issue, verdict):
                self.note(issue, sighting)
            else:
                self.open(sighting)
            return
        if state is State.RECTIFIED and self.must_wait(verdict, sighting.at):
            # The table lets a relapse go straight to confirmed; what waits for a person must not.
            self.open(sighting)
            return
        was_gone = issue.last_clear is not None and issue.last_clear >= issue.last_seen
        self.take_over(issue, sighting)
        if state in NEEDS_TWO_LOOKS:
            if issue.look_again_at is None:
                self.look_again(issue, sighting)
            elif sighting.at >= issue.look_again_at:
                self.seen_twice(issue, sighting)
        elif state is State.PENDING and self.policy.by_person and not self.must_wait(verdict, sighting.at):
            self.move(issue, Event.CONFIRM, sighting)
        elif state is State.WAIVED:
            self.seen_while_waived(issue, sighting, was_gone)
        elif state is not State.REPLIED or sighting.at >= self.replied_at[issue.id]:
            # What was seen before the unit answered says nothing about its answer.
            self.move(issue, Event.SEEN_AGAIN, sighting)

    def must_wait(self, verdict: Verdict, at: datetime) -> bool:
        return self.policy.waits_for_person(verdict, at) or self.policy.is_on_trial(verdict, at)

    def seen_while_waived(self, issue: models.Issue, sighting: Sighting, was_gone: bool) -> None:
        """Once it was seen gone, it takes two looks to be asked for again, as any other fault does."""
        if was_gone and not self.policy.looks_twice(sighting.verdict):
            issue.look_again_at = self.policy.second_look_at(sighting.verdict, sighting.at)
        elif issue.look_again_at is None:
            self.lapse(issue, sighting, facts_count=True)
        elif sighting.at >= issue.look_again_at and not self.lacks_browser(issue, sighting):
            issue.look_again_at = None
            self.lapse(issue, sighting, facts_count=True)

    def lapse(self, issue: models.Issue, sighting: Sighting, *, facts_count: bool) -> None:
        """A waiver ends when its last day has passed, or when it was given for other facts than are seen now."""
        waiver = self.waivers.get(issue.id)
        if waiver is None:
            return
        if facts_count and "=" not in waiver.facts:
            # It was given on a person's words; what the first look of our own sees takes their place.
            waiver.facts = sighting.verdict.facts
        changed = facts_count and waiver.facts != sighting.verdict.facts
        if changed or sighting.at.astimezone(CHINA).date() > waiver.until:
            waiver.ended_at = sighting.at
            self.move(issue, Event.LAPSE, sighting)

    def look_again(self, issue: models.Issue, sighting: Sighting) -> None:
        """The first sighting: a second look is due later, unless the verdict already rests on several."""
        issue.look_again_at = self.policy.second_look_at(sighting.verdict, sighting.at)
        if self.policy.looks_twice(sighting.verdict):
            self.seen_twice(issue, sighting)

    def seen_twice(self, issue: models.Issue, sighting: Sighting) -> None:
        if self.lacks_browser(issue, sighting):
            return
        if issue.state == State.RECTIFIED:
            issue.relapses += 1
        issue.needs_person = self.policy.waits_for_person(sighting.verdict, sighting.at)
        if issue.released_at is None and self.policy.is_on_trial(sighting.verdict, sighting.at):
            issue.trial = True
        issue.look_again_at = None
        waits = issue.needs_person or issue.is_on_trial
        self.move(issue, Event.NEEDS_PERSON if waits else Event.SEEN_AGAIN, sighting)

    def lacks_browser(self, issue: models.Issue, sighting: Sighting) -> bool:
        """The second look of what a script may fill in accuses nobody unless a browser made it: it is tried again."""
        lack = self.policy.lack(sighting.verdict)
        issue.lacks = lack or ""
        if lack:
            issue.look_again_at = sighting.at + ANOTHER_TRY
        return lack is not None

    @staticmethod
    def stays_dismissed(issue: models.Issue, verdict: Verdict) -> bool:
        """A person said that it is none: so it is until it was seen clear or its facts changed."""
        return issue.by_person and issue.last_clear is None and issue.facts == verdict.facts

    # -- clear --------------------------------------------------------------------------------------------

    def seen_clear(self, issue: models.Issue, sighting: Sighting) -> None:
        # What was found there was found, whoever looked: content needs no browser to be content.
        issue.last_clear = sighting.at
        issue.look_again_at, issue.lacks = None, ""
        self.note(issue, sighting)
        if issue.state == State.WAIVED:
            self.lapse(issue, sighting, facts_count=False)
        self.move(issue, Event.SEEN_CLEAR, sighting)

    # -- writing ------------------------------------------------------------------------------------------

    def move(self, issue: models.Issue, event: Event, sighting: Sighting) -> None:
        before = State(issue.state)
        reached = after(before, event)
        if reached is not before:
            issue.state = reached
            self.note_move(issue, event, before, sighting)

    def note_move(self, issue: models.Issue, event: str, before: str, sighting: Sighting) -> None:
        row = move_row(
            sighting.at, event, before, issue.state, sighting.by, sighting.verdict.why, sighting.pages
        )
        self.moves.append((issue, row))

    def take_over(self, issue: models.Issue, sighting: Sighting) -> None:
        """The issue reads as the fault was seen last."""
        verdict = sighting.verdict
        issue.subject, issue.url, issue.detail, issue.facts = (
            verdict.subject,
            verdict.url,
            verdict.why,
            verdict.facts,
        )
        issue.rendered = bool(issue.rendered) or verdict.rendered
        issue.last_seen = sighting.at
        self.note(issue, sighting)

    @staticmethod
    def note(issue: models.Issue, sighting: Sighting) -> None:
        if sighting.verdict.kind is Kind.FAULT:
            issue.last_seen = sighting.at
        issue.observed_at, issue.observed_ordinal = sighting.at, sighting.ordinal

    def write(self, recorded_at: datetime) -> None:
        self.session.flush()  # gives new issues their numbers, all in one statement
        write_moves(self.session, self.moves, recorded_at)


def write_moves(
    session: Session, moves: Sequence[tuple[models.Issue, dict[str, Any]]], recorded_at: datetime
) -> None:
    """Append moves, each with its link in the audit chain."""
    if not moves:
        return
    chain = Chain(session)
    rows = [
        {**move, "issue_id": issue.id, "link_id": chain.add("move", move_payload(move, issue), recorded_at)}
        for issue, move in moves
    ]
    chain.write()
    session.execute(insert(models.Move), rows)


def subject_of(issue: models.Issue) -> Identity:
    return issue.target_id, issue.check_id, issue.subject_key


def move_row(
    at: datetime, event: str, before: str, reached: str, by: str, why: str, evidence: Sequence[str] = ()
) -> dict[str, Any]:
    """A row of the table of moves, without its issue and its link; no unit has been told of it yet."""
    return {
        "at": at,
        "event": str(event),
        "from_state": str(before),
        "to_state": str(reached),
        "by": by,
        "why": why,
        "evidence": list(evidence),
        "told": None,
    }
