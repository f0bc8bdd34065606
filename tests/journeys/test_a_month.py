"""A month of the daemon in the demo city, its time moved by the test: thirty rounds, four Mondays, a stop of three days, a
clock that runs a day ahead for a while, and the end of a year. In the end the ledger is right to the row."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from console.wiring import office
from crawler.clock import CHINA
from demo.truth import PlantedFault
from scheduler.canary import Canary
from scheduler.keeper import Keeper
from scheduler.stopping import Stop
from scheduler.tasks import tasks
from tests.journeys.stage import Stage, stage
from tests.scheduler.keeping import at
from tracker import models
from tracker.lease import Lease

pytestmark = pytest.mark.xdist_group("a month")  # lived once, in one worker

BEGINS, ENDS = at("2026-12-15 05:00"), at("2027-01-15 23:00")
LOOKS_AT = ("06:00", "09:00", "21:00")
"""When the test lets the daemon look at the clock, each day."""
AWAY = at("2026-12-23 10:00"), at("2026-12-26 10:00")
AHEAD = at("2027-01-07 14:00")
EARLY = at("2026-12-16 09:00"), at("2026-12-22 09:00")
LATE = at("2026-12-29 09:00"), at("2027-01-05 09:00")
DAYS = [BEGINS.date() + timedelta(days=n) for n in range((ENDS - BEGINS).days + 1)]
MISSED = [date(2026, 12, 24), date(2026, 12, 25)]
MONDAYS = ["2026-12-21", "2026-12-28", "2027-01-04", "2027-01-11"]


class Month:
    """The city, its record, and one daemon after the other."""

    def __init__(self, city: Stage, canary: Canary) -> None:
        self.city, self.canary = city, canary
        columns = [each for each in city.city.truth.faults if each.check.startswith("column-")]
        self.early, self.late = columns[:2]
        self.started = 0

    def start(self, now: datetime) -> None:
        self.started += 1
        holder = f"daemon:{self.started}"
        self.lease = Lease(self.city.database, holder, timedelta(seconds=90))
        assert self.lease.hold(now)
        timetable = tasks(office(self.city.settings, self.city.database, self.canary))
        self.keeper = Keeper(self.city.database, timetable, holder, timedelta(minutes=5))
        self.keeper.begin_anew(now)

    def beat(self, now: datetime) -> None:
        self.lease.hold(now)
        self.keeper.work_off(now, Stop())

    def live(self) -> None:
        self.start(BEGINS)
        for day in DAYS:
            for time in LOOKS_AT:
                now = at(f"{day} {time}")
                if AWAY[0] <= now < AWAY[1]:
                    continue
                if now - timedelta(days=1) < AWAY[1] <= now and self.started == 1:
                    self.lease.release()
                    self.start(now)
                self.city.move_to(now)
                self.change(now)
                self.beat(now)
            if day == AHEAD.date():
                self.beat(AHEAD + timedelta(days=1))
                self.beat(AHEAD + timedelta(hours=9))

    def change(self, now: datetime) -> None:
        """`early` is put right before anybody was told of it, `late` after its notice; both come back later."""
        if now in (EARLY[0], LATE[0]):
            fault = self.early if now == EARLY[0] else self.late
            self.city.city.mend(fault.target, fault.subject)
        if now in (EARLY[1], LATE[1]):
            fault = self.early if now == EARLY[1] else self.late
            self.city.city.plant(fault.target, fault.check, fault.subject)

    def issue(self, fault: PlantedFault) -> models.Issue:
        return self.city.issues()[fault.target, fault.check, fault.subject]

    def all(self, table: type[models.Base]) -> list[models.Base]:
        with self.city.database.reading() as session:
            return list(session.scalars(select(table)))


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Month]:
    folder = tmp_path_factory.mktemp("month")
    rooms = {
        "scheduler": {
            "second_look_after_hours": 0,
            "person_confirms_days": 0,
            "probes_a_day": 2,
            "mail_minutes": 60,
            "look_again_at": [],
        },
        "reports": {
            "signing": "automatic",
            "smtp_url": f"folder:{folder / 'mail'}",
            "folder": folder / "reports",
        },
        "tracker": {"backup_dir": folder / "backup"},
    }
    with stage(folder, sites=4, accounts=6, now=BEGINS, **rooms) as city, Canary() as canary:
        lived = Month(city, canary)
        lived.live()
        yield lived


def test_there_are_thirty_rounds_each_on_its_day_and_each_finished(month: Month) -> None:
    rounds = {row.day: row for row in month.all(models.Round)}

    assert sorted(rounds) == [day for day in DAYS if day not in MISSED]
    assert len(rounds) == 30
    assert all(row.finished_at is not None for row in rounds.values())


def test_every_target_has_one_row_for_every_day_of_a_round_and_none_for_a_missed_day(month: Month) -> None:
    targets = len(month.all(models.Target))
    rows = Counter(row.day for row in month.all(models.Visit))

    assert rows == {day: targets for day in DAYS if day not in MISSED}
    assert {row.state for row in month.all(models.Visit)} <= {"visited", "failed"}


def test_the_days_of_the_stop_stay_missed_and_the_day_of_the_return_is_late(month: Month) -> None:
    rounds = {
        row.due_at.astimezone(CHINA).date(): row for row in month.all(models.DueTime) if row.task == "round"
    }

    assert [day for day, row in rounds.items() if row.state == "missed"] == MISSED
    assert [day for day, row in rounds.items() if row.late] == [date(2026, 12, 26)]
    assert {row.state for day, row in rounds.items() if day not in MISSED} == {"done"}
    assert sorted(rounds) == DAYS


def test_no_due_time_is_left_and_none_is_there_twice(month: Month) -> None:
    due = month.all(models.DueTime)

    assert {row.state for row in due} == {"done", "missed"}
    assert Counter(row.task for row in due if row.state == "missed") == {"round": 2}
    assert max(Counter((row.task, row.due_at) for row in due).values()) == 1


def test_each_unit_has_at_most_one_notice_a_monday_and_every_issue_is_newly_named_once_a_confirmation(
    month: Month,
) -> None:
    notices = [row for row in month.all(models.Notice) if row.state == "signed"]
    named = Counter(row.issue_id for row in month.all(models.NoticeItem) if row.part == "new")

    assert {str(row.dated) for row in notices} <= set(MONDAYS)
    assert {row.week for row in notices} <= {"2026-W51", "2026-W52", "2026-W53", "2027-W01"}
    assert len({row.week for row in notices}) == 4
    assert max(Counter((row.unit_id, row.week) for row in notices).values()) == 1
    assert sorted(row.serial for row in notices if row.year == 2026) == list(
        range(1, 1 + sum(row.year == 2026 for row in notices))
    )
    twice = month.issue(month.late).id
    ours = {issue.id for issue in month.city.issues().values() if issue.check_id == "source-broken"}
    for issue in month.all(models.Issue):
        told = 2 if issue.id == twice else 1
        assert named[issue.id] == (0 if issue.id in ours or issue.state in ("pending", "dismissed") else told)


def test_what_was_mended_and_came_back_is_a_relapse_of_the_same_issue(month: Month) -> None:
    for fault in (month.early, month.late):
        issue = month.issue(fault)

        assert (issue.state, issue.relapses) == ("notified", 1)


def test_what_is_held_against_the_city_is_what_was_planted(month: Month) -> None:
    subjects = {(target, check, subject) for target, _, check, subject, _ in month.city.open()}

    assert subjects == {(target, check, subject) for target, _, check, subject, _ in month.city.planted()}


def test_every_mail_went_out_once(month: Month) -> None:
    mails = month.all(models.Mail)

    assert {row.state for row in mails} == {"accepted"}
    assert {row.attempts for row in mails} == {1}
    written = list(Path(month.city.settings.reports.smtp_url.removeprefix("folder:")).rglob("*.eml"))
    assert len(written) == len(mails)


def test_the_canary_was_found_in_every_round(month: Month) -> None:
    checks = month.all(models.SelfCheck)

    assert {row.day for row in checks} == {row.day for row in month.all(models.Round)}
    assert all(row.found and not row.missing and not row.wrong for row in checks)


def test_the_bulletins_of_the_month_and_the_quarter_are_there_and_the_old_year_is_frozen(
    month: Month,
) -> None:
    names = sorted(path.name for path in month.city.settings.reports.folder.iterdir())
    (frozen,) = month.all(models.FrozenFigures)

    assert len(names) == 4
    assert any("2026-12" in name for name in names)
    assert any("2026-Q4" in name for name in names)
    assert (frozen.period, frozen.by) == ("2026", "巡检系统")
    held = [day for day in DAYS if day.year == 2026 and day not in MISSED]
    assert sum(count for name, count in frozen.figures.items() if name.endswith("/巡检日")) in (
        0,
        len(held),
        2 * len(held),
    )


def test_the_record_holds_to_its_last_link(month: Month) -> None:
    assert month.city.audit() == []
