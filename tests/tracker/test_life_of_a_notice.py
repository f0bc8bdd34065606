"""Whatever is found, done and told in whatever order: each issue that is due stands in exactly one notice, each move is told
at most once, and the whole record can be counted again."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tests.tracker.machines import OnARecord
from tests.tracker.sightings import a_check, a_fault, a_policy, clear_of, seen, tell, unjudged_of
from tests.tracker.telling import (
    a_site_of,
    a_unit,
    all_notices,
    answered,
    corrected,
    prepare,
    sign,
    some_terms,
    stands,
    withdrawn,
)
from tracker import acts, waivers
from tracker.errors import ForbiddenAct, UnknownIssue, WrongUse
from tracker.lifecycle import Event
from tracker.models import Base, Issue, Link, Move, Notice, NoticeItem
from tracker.notice_words import Part
from tracker.reconcile import Sighting
from tracker.verification import verify
from tracker.weeks import Week

OURS = "source-broken"
TERMS = some_terms(ours=frozenset({OURS}))
POLICY = a_policy(a_check(), a_check("hidden-link"), a_check(OURS, operator=True))
SUBJECTS = st.sampled_from(
    [(target, check) for target in (1, 2) for check in ("column-blank", "hidden-link", OURS)]
)
NUMBERS = st.integers(1, 4)


class LifeOfANotice(OnARecord):
    """Two websites of two units, three checks: one confirmed by rule, one by persons, one about ourselves."""

    @initialize()
    def two_units(self) -> None:
        with self.database.writing() as session:
            for number in (1, 2):
                a_site_of(session, a_unit(session, f"云泽市第{number}局"), f"419900000{number}")
        for subject in ((1, "column-blank"), (2, "column-blank"), (1, "hidden-link")):
            self.two_looks_find_a_fault(subject)

    # -- what happens ---------------------------------------------------------------------------------------

    @rule(hours=st.sampled_from([1, 7, 24, 24, 96, 168]))
    def time_passes(self, hours: int) -> None:
        """Every move of the calendar is made by the day's round: waivers end."""
        self.at += timedelta(hours=hours)
        with self.database.writing() as session:
            waivers.lapse(session, self.at, self.at)

    @rule(subject=SUBJECTS, facts=st.sampled_from(["rows=0", "rows=1"]), late=st.sampled_from([0, 0, 0, 30]))
    def a_look_finds_a_fault(self, subject: tuple[int, str], facts: str, late: int) -> None:
        target, check = subject
        verdict = a_fault("通知公告", facts=facts, check=check, needs_person=check == "hidden-link")
        self.look(seen(verdict, self.at - timedelta(hours=late), target_id=target))

    @rule(subject=SUBJECTS)
    def two_looks_find_a_fault(self, subject: tuple[int, str]) -> None:
        for _ in range(2):
            self.a_look_finds_a_fault(subject, "rows=0", 0)
            self.time_passes(7)

    @rule(subject=SUBJECTS, late=st.sampled_from([0, 0, 30]))
    def a_look_finds_it_clear(self, subject: tuple[int, str], late: int) -> None:
        target, check = subject
        self.look(seen(clear_of(check=check), self.at - timedelta(hours=late), target_id=target))

    @rule(subject=SUBJECTS)
    def a_look_fails(self, subject: tuple[int, str]) -> None:
        target, check = subject
        before = self.everything()
        self.look(seen(unjudged_of(check=check), self.at, target_id=target))
        assert self.everything() == before

    def look(self, sighting: Sighting) -> None:
        """The same input twice changes nothing."""
        with self.database.writing() as session:
            tell(session, sighting, policy=POLICY)
        once = self.everything()
        with self.database.writing() as session:
            tell(session, sighting, policy=POLICY)
        assert self.everything() == once

    @rule(number=NUMBERS, event=st.sampled_from([Event.CONFIRM, Event.CONFIRM, Event.DISMISS]))
    def somebody_acts(self, number: int, event: Event) -> None:
        with self.unless_refused() as session:
            acts.act(session, number, event, why="据实", by="张三", at=self.at, recorded_at=self.at)

    @rule(number=NUMBERS, days=st.integers(1, 12))
    def somebody_waives(self, number: int, days: int) -> None:
        with self.unless_refused() as session:
            waivers.waive(
                session, number, why="改版", by="李主任", days=days, at=self.at, recorded_at=self.at
            )

    @rule(weeks=st.sampled_from([0, 1, 1, 1, 2, 5]), kind=st.sampled_from(["weekly", "weekly", "urgent"]))
    def notices_are_prepared(self, weeks: int, kind: str) -> None:
        week = Week.of(self.at.date() - weeks * timedelta(weeks=1))
        with self.database.writing() as session:
            prepare(session, self.at, week, kind=kind, terms=TERMS)
        once = self.everything()
        with self.database.writing() as session:
            prepare(session, self.at, week, kind=kind, terms=TERMS)
        assert self.everything() == once

    @rule()
    def notices_are_signed(self) -> None:
        with self.database.writing() as session:
            sign(session, self.at, terms=TERMS)

    @rule()
    def a_monday_comes_and_notices_wait_to_be_signed(self) -> None:
        self.time_passes(168)
        self.notices_are_prepared(1, "weekly")

    @rule(weeks=st.sampled_from([1, 2]))
    def mondays_come_and_notices_are_signed(self, weeks: int) -> None:
        for _ in range(weeks):
            self.a_monday_comes_and_notices_wait_to_be_signed()
            self.notices_are_signed()

    @rule(number=NUMBERS)
    def a_notice_is_withdrawn(self, number: int) -> None:
        with self.unless_refused() as session:
            withdrawn(session, self.notice(session, number), self.at)

    @rule(number=NUMBERS)
    def a_notice_is_corrected(self, number: int) -> None:
        with self.unless_refused() as session:
            corrected(session, self.notice(session, number), self.at)

    @rule(number=NUMBERS)
    def a_unit_answers(self, number: int) -> None:
        with self.unless_refused() as session:
            answered(session, self.notice(session, number), self.at)

    @rule(site=st.integers(1, 2), unit=st.integers(1, 2))
    def a_target_moves_to_another_unit(self, site: int, unit: int) -> None:
        with self.database.writing() as session:
            stands(session, site, unit, since=self.at.astimezone(CHINA).date())

    @rule(site=st.integers(1, 2))
    def a_target_is_closed_and_opened_again(self, site: int) -> None:
        with self.database.writing() as session:
            day = self.at.astimezone(CHINA).date()
            stands(session, site, 1, "closed", day)
            acts.close_targets(session, day, self.at, self.at)
            stands(session, site, 1, "running", day + timedelta(days=1))
        self.time_passes(24)

    # -- how it is read -------------------------------------------------------------------------------------

    def notice(self, session: Session, number: int) -> Notice:
        """The newest but so many."""
        notices = all_notices(session)
        if number > len(notices):
            raise UnknownIssue(number)
        return notices[-number]

    @contextmanager
    def unless_refused(self) -> Iterator[Session]:
        """What is refused changes nothing."""
        before = self.everything()
        try:
            with self.database.writing() as session:
                yield session
        except (ForbiddenAct, WrongUse):
            assert self.everything() == before

    def everything(self) -> tuple[int, list[str]]:
        """How many links the chain has, and all rows that a reader could see change."""
        with self.database.reading() as session:
            tables = [
                repr(session.execute(select(table).order_by(*table.primary_key)).all())
                for table in Base.metadata.sorted_tables
                if table.name in {"move", "notice", "notice_act", "reply", "waiver"}
            ]
            return len(session.scalars(select(Link.id)).all()), tables

    # -- what always holds ----------------------------------------------------------------------------------

    @invariant()
    def the_record_can_be_counted_again(self) -> None:
        with self.database.reading() as session:
            assert list(verify(session, None)) == []

    @invariant()
    def a_move_is_told_at_most_once_and_by_a_notice_that_was_issued(self) -> None:
        with self.database.reading() as session:
            told = session.execute(
                select(NoticeItem.move_id, Notice.state)
                .join(Notice, Notice.id == NoticeItem.notice_id)
                .where(NoticeItem.move_id.is_not(None))
            ).all()
            moves = {move.id: move for move in session.scalars(select(Move))}
        assert len({move_id for move_id, _ in told}) == len(told)
        for move_id, state in told:
            if move_id is not None and state != "drafted":
                assert moves[move_id].told is not None

    @invariant()
    def who_was_told_has_a_standing_notice_that_names_the_issue_newly(self) -> None:
        with self.database.reading() as session:
            named = self.named(session, "signed")
            for issue in session.scalars(select(Issue).where(Issue.state.in_(("notified", "replied")))):
                assert (issue.id, Part.NEW) in named
                assert issue.due_on is not None

    @invariant()
    def at_most_one_draft_asks_for_what_it_asks_for(self) -> None:
        with self.database.reading() as session:
            drafted = Counter(
                (item.issue_id, item.part, item.move_id)
                for item in session.scalars(
                    select(NoticeItem)
                    .join(Notice, Notice.id == NoticeItem.notice_id)
                    .where(Notice.state == "drafted")
                )
            )
        assert set(drafted.values()) <= {1}

    @invariant()
    def numbers_have_no_gaps_and_no_doubles(self) -> None:
        with self.database.reading() as session:
            years: dict[int, list[int]] = {}
            for year, serial in session.execute(select(Notice.year, Notice.serial).order_by(Notice.serial)):
                if year:
                    years.setdefault(year, []).append(serial or 0)
        for serials in years.values():
            assert serials == list(range(1, len(serials) + 1))

    @invariant()
    def what_nobody_confirmed_and_what_is_ours_stands_in_no_notice(self) -> None:
        with self.database.reading() as session:
            issued = {number for number, _ in self.named(session, "signed", "withdrawn")}
            moves: dict[int, set[str]] = {}
            for move in session.scalars(select(Move)):
                moves.setdefault(move.issue_id, set()).add(move.to_state)
            for issue in session.scalars(select(Issue)):
                if issue.check_id == OURS or "confirmed" not in moves[issue.id]:
                    assert issue.id not in issued

    @invariant()
    def an_issued_notice_asks_for_something(self) -> None:
        with self.database.reading() as session:
            items: dict[int, set[str]] = {}
            for item in session.scalars(select(NoticeItem)):
                items.setdefault(item.notice_id, set()).add(item.part)
            for notice in all_notices(session):
                if notice.state == "void":
                    assert notice.id not in items
                else:
                    assert items[notice.id] - {Part.RECTIFIED}

    @staticmethod
    def named(session: Session, *states: str) -> set[tuple[int, str]]:
        rows = (
            select(NoticeItem.issue_id, NoticeItem.part)
            .join(Notice, Notice.id == NoticeItem.notice_id)
            .where(Notice.state.in_(states))
        )
        return {(number, part) for number, part in session.execute(rows)}

    @rule()
    def when_all_drafts_are_signed_nothing_is_left_that_was_due(self) -> None:
        """The week after next: what a round ended yesterday belongs to the week before."""
        for _ in range(2):
            self.time_passes(168)
        with self.database.writing() as session:
            sign(session, self.at, terms=TERMS)
            prepare(session, self.at, terms=TERMS)
            sign(session, self.at, terms=TERMS)
            today = self.at.astimezone(CHINA).date()
            lapsed = select(Move.issue_id).where(Move.event == "lapse", Move.at > self.at - timedelta(days=8))
            waiting = select(Issue).where(Issue.check_id != OURS, Issue.id.not_in(lapsed))
            for issue in session.scalars(waiting):
                assert issue.state != "confirmed"
                assert issue.state != "notified" or (issue.due_on is not None and issue.due_on >= today)


@pytest.fixture(autouse=True, scope="module")
def template(empty_record: Path) -> None:
    LifeOfANotice.template = empty_record


TestLifeOfANotice = LifeOfANotice.TestCase
TestLifeOfANotice.settings = settings(max_examples=12, stateful_step_count=18, deadline=None)
