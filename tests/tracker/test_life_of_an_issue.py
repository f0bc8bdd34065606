"""Whatever is seen and done in whatever order: every issue's history can be replayed, and nobody is accused on one look."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule
from sqlalchemy import select

from checks.verdicts import Verdict
from tests.tracker.machines import OnARecord
from tests.tracker.sightings import a_fault, a_target, clear_of, seen, tell, unjudged_of
from tracker import acts
from tracker.errors import ForbiddenAct, UnknownIssue
from tracker.lifecycle import Event
from tracker.models import Issue, Move
from tracker.verification import verify

SUBJECTS = st.sampled_from(["通知公告", "政策文件"])
ACTS = st.sampled_from(
    [
        Event.CONFIRM,
        Event.DISMISS,
        Event.NOTIFY,
        Event.REPLY,
        Event.WAIVE,
        Event.LAPSE,
        Event.NOTICE_WITHDRAWN,
    ]
)


class LifeOfAnIssue(OnARecord):
    def __init__(self) -> None:
        super().__init__()
        self.faulty_looks: dict[str, set[object]] = {}

    @initialize()
    def a_city_of_one(self) -> None:
        with self.database.writing() as session:
            a_target(session)

    @rule(hours=st.integers(1, 30))
    def time_passes(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    def sees(self, verdict: Verdict, late_hours: int = 0) -> None:
        with self.database.writing() as session:
            tell(session, seen(verdict, self.at - timedelta(hours=late_hours)))

    @rule(
        subject=SUBJECTS,
        facts=st.sampled_from(["0条", "1条"]),
        person=st.booleans(),
        late=st.sampled_from([0, 0, 0, 48]),
    )
    def a_look_finds_a_fault(self, subject: str, facts: str, person: bool, late: int) -> None:
        self.sees(a_fault(subject, facts=facts, needs_person=person), late)
        self.faulty_looks.setdefault(subject, set()).add(self.at - timedelta(hours=late))

    @rule(subject=SUBJECTS, late=st.sampled_from([0, 0, 48]))
    def a_look_finds_it_clear(self, subject: str, late: int) -> None:
        self.sees(clear_of(subject), late)

    @rule(subject=SUBJECTS)
    def a_look_fails(self, subject: str) -> None:
        before = self.moves()
        self.sees(unjudged_of(subject))
        assert self.moves() == before

    @rule(number=st.integers(1, 4), event=ACTS)
    def somebody_acts(self, number: int, event: Event) -> None:
        before = self.moves()
        try:
            with self.database.writing() as session:
                acts.act(session, number, event, why="据实", by="张三", at=self.at, recorded_at=self.at)
        except (ForbiddenAct, UnknownIssue):
            assert self.moves() == before

    def moves(self) -> list[tuple[int, str, str]]:
        with self.database.reading() as session:
            return [
                (m.issue_id, m.from_state, m.to_state)
                for m in session.scalars(select(Move).order_by(Move.id))
            ]

    @invariant()
    def every_history_replays_and_the_chain_holds(self) -> None:
        with self.database.reading() as session:
            assert list(verify(session, None)) == []

    @invariant()
    def nobody_stands_accused_on_one_look(self) -> None:
        with self.database.reading() as session:
            for issue in session.scalars(select(Issue)):
                reached = {to for number, _, to in self.moves() if number == issue.id}
                if reached & {"confirmed", "pending"}:
                    assert len(self.faulty_looks[issue.subject_key]) >= 2

    @invariant()
    def a_subject_has_at_most_one_open_issue(self) -> None:
        with self.database.reading() as session:
            alive = [
                issue.subject_key
                for issue in session.scalars(select(Issue))
                if issue.state in {"suspected", "pending", "confirmed", "notified", "replied", "waived"}
            ]
            assert len(alive) == len(set(alive))


@pytest.fixture(autouse=True, scope="module")
def template(empty_record: Path) -> None:
    LifeOfAnIssue.template = empty_record


TestLifeOfAnIssue = LifeOfAnIssue.TestCase
TestLifeOfAnIssue.settings = settings(max_examples=25, stateful_step_count=30, deadline=None)
