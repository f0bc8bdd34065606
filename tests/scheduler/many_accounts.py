"""Accounts that a few bridges show, and what rounds see of them day by day: no website, no network."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from checks.catalogue import load
from checks.settings import CheckSettings
from crawler.clock import Clock
from crawler.observations import AccountVisit, Post, SourceResult
from crawler.targets import Account
from scheduler.account_judging import judge_accounts
from scheduler.judging import Judge
from scheduler.stopping import Stop
from tests.builders import NOW, a_broken_source, a_post, a_source
from tracker import bridges, ledger, models, queries
from tracker.bridges import Bridge
from tracker.database import Database
from tracker.ledger import Job, Judged
from tracker.policy import Policy
from tracker.registry import read_targets

DAY = timedelta(days=1)
CATALOGUE = load()
POLICY = Policy({check.id: check for check in CATALOGUE}, timedelta(0))
"""Second looks in the same round, and no person asked but where a rule asks for one."""


def address(number: int, hub: str = "hub.test") -> str:
    return f"http://{hub}/weibo/user/{number}"


@dataclass
class City:
    """`count` accounts and some control accounts (keys from 900 up). Each posts every other day, as its bridge shows it.

    `frozen_at`: the bridge shows nothing later. `silent`: these stopped to post when. `dead`: these roads answer nothing.
    """

    database: Database
    count: int = 40
    controls: int = 0
    frozen_at: datetime | None = None
    silent: dict[int, datetime] = field(default_factory=dict)
    dead: set[int] = field(default_factory=set)
    official: bool = False
    """The interface shows all that was published: what it says needs no second road."""
    policy: Policy = POLICY

    def __post_init__(self) -> None:
        with self.database.writing() as session:
            session.add(models.Unit(id=1, name="云泽市人民政府办公室"))
            session.flush()
            for number in [*range(self.count), *range(900, 900 + self.controls)]:
                is_control = number >= 900
                target = models.Target(
                    kind="account",
                    key=str(number),
                    name=f"账号{number}",
                    platform="微博",
                    unit_id=1,
                    url=address(number),
                    opened_on=None,
                    is_control=is_control,
                )
                session.add(target)
                session.flush()
                state = "control" if is_control else "running"
                session.add(models.Standing(target_id=target.id, unit_id=1, state=state))

    # -- what the bridge shows ------------------------------------------------------------------------------

    def shown(self, number: int, at: datetime) -> SourceResult:
        road = address(number)
        if number in self.dead:
            return a_broken_source("source_broken", "http_503", posts=(), address=road, upstream="hub.test")
        until = min(filter(None, (at, self.frozen_at, self.silent.get(number))))
        facts = {"address": road, "upstream": "weibo", "official": self.official}
        return a_source(*self.posts(number, until), **facts)

    def posts(self, number: int, until: datetime) -> Iterable[Post]:
        """Every other day at an hour of its own."""
        first = NOW - 60 * DAY + timedelta(hours=number % 48)
        newest = (until - first) // (2 * DAY)
        return [a_post(first + 2 * DAY * each) for each in range(newest, newest - 9, -1)]

    # -- rounds ---------------------------------------------------------------------------------------------

    def looked(self, at: datetime, jobs: Iterable[Job]) -> None:
        """The looks are written; nobody judges them yet."""
        seen = []
        for job in jobs:
            assert isinstance(job.target, Account)
            source = self.shown(int(job.target.key), at)
            visit = AccountVisit(job.target, at, (replace(source, fetch=None),))
            seen.append(Judged(job, visit, ()))
        with self.database.writing() as session:
            ledger.record(session, seen, self.policy, at)

    def begin(self, at: datetime, only: Iterable[str] = ()) -> None:
        with self.database.writing() as session:
            duty = read_targets(session, at.date())
            ledger.open_day(session, at=at, duty=duty, recorded_at=at)
        with self.database.reading() as session:
            jobs = ledger.work(session, at.date(), duty, tuple(only))
        self.looked(at, jobs)

    def judge(self, at: datetime) -> None:
        judge = Judge(CATALOGUE, CheckSettings())
        judge_accounts(self.database, judge, self.policy, Clock(at), Stop())

    def look_again(self, at: datetime) -> None:
        with self.database.reading() as session:
            again = ledger.second_looks(session, at, read_targets(session, at.date()))
        self.looked(at, again)
        self.judge(at)

    def round(self, at: datetime, only: Iterable[str] = ()) -> None:
        self.begin(at, only)
        self.judge(at)
        self.look_again(at)

    def days(self, first: int, last: int) -> list[list[Bridge]]:
        """Rounds on these days after NOW; the bridges in trouble on each."""
        found = []
        for number in range(first, last + 1):
            at = NOW + number * DAY
            self.round(at)
            found.append(self.in_trouble(at))
        return found

    # -- what came of it ------------------------------------------------------------------------------------

    def in_trouble(self, at: datetime) -> list[Bridge]:
        with self.database.reading() as session:
            return bridges.in_trouble(session, at.date())

    def issues(self, check: str = "") -> list[tuple[str, str, str]]:
        """(account, check, state) of every one that was ever opened."""
        with self.database.reading() as session:
            found = [(t.key, i.check_id, i.state) for i, t in queries.issues(session)]
        return [each for each in found if check in ("", each[1])]

    def verdicts(self, at: datetime, check: str = "account-stale") -> dict[str, str]:
        """Account -> what the day's newest look was judged."""
        said, look, visit, target = models.JudgedVerdict, models.Look, models.Visit, models.Target
        query = (
            select(target.key, said.kind)
            .join(look, look.id == said.look_id)
            .join(visit, visit.id == look.visit_id)
            .join(target, target.id == look.target_id)
            .where(visit.day == at.date(), said.check_id == check)
            .order_by(look.ordinal)
        )
        with self.database.reading() as session:
            return {key: kind for key, kind in session.execute(query)}  # noqa: C416 (rows are no pairs to mypy)
