"""A quarter on record, small enough to be counted by hand, and bulletins about it.

2026-Q3: one problem of 水利局, told and put right. 2026-Q4: five blank columns of 教育局 found on 15 October, told on the 19th,
three of them put right on the 22nd; on the 26th a stale column of 水利局 (answered, put right) and a silent account of
教育局 (neither) are told, and the two blank columns again on 2 November; a 找错留言 about 教育局 on the 9th.
"""

import shutil
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from checks.verdicts import Kind, Verdict
from console.wiring import check_titles
from reports.bulletin import Bulletin, bulletin_of
from reports.settings import ReportSettings
from tests.builders import SHA256, SHANGHAI
from tests.reports import letters
from tests.tracker.sightings import SIX_HOURS, seen, tell
from tests.tracker.telling import a_site_of, a_unit, answered, from_the_public, put_right, stands, told
from tracker.database import Database
from tracker.models import JudgedVerdict, Look, Round, Target, Visit
from tracker.periods import Period
from tracker.settings import TrackerSettings

EDUCATION, WATER = "云泽市教育局", "云泽市水利局"
SITE, OTHER_SITE, ACCOUNT = 1, 2, 3
HOSTILE = letters.HOSTILE.replace("\ud800", "")
"""As far as the record can hold it."""
Q4 = Period.named("2026-Q4")
SO_FAR = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)
AFTER = datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)
WHOLE = ("account-stale", "home-stale")
"""Checks whose subject is the target itself."""
OURS = frozenset({"source-broken"})


def on(month: int, day: int, hour: int = 9) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=SHANGHAI)


def a_town(session: Session) -> None:
    """Two units, two websites, a microblog."""
    education, water = a_unit(session, EDUCATION), a_unit(session, WATER)
    a_site_of(session, education, "4199000001")
    a_site_of(session, water, "4199000002")
    account = Target(
        kind="account", key="wb-1", name="云泽教育", platform="微博", unit_id=education, opened_on=None
    )
    session.add(account)
    session.flush()
    stands(session, account.id, education)


def found(
    session: Session,
    at: datetime,
    check: str,
    key: str,
    target_id: int,
    facts: str = "rows=0",
    detail: str = "",
) -> None:
    """Seen twice: by the second look it is confirmed."""
    subject = session.get_one(Target, target_id).name if check in WHOLE else key.rpartition(" > ")[2]
    why = detail or f"“{subject}”有问题"
    fault = Verdict(
        Kind.FAULT, subject, key, f"https://www.yunze.test/{subject}", why, facts, (SHA256,), check=check
    )
    for moment in (at - SIX_HOURS, at):
        tell(session, seen(fault, moment, target_id=target_id))


def gone(session: Session, at: datetime, check: str, key: str, target_id: int) -> None:
    tell(session, seen(Verdict(Kind.CLEAR, key, key, check=check), at, target_id=target_id))


def a_round(
    session: Session, at: datetime, judged: Mapping[int, tuple[str, ...]], failed: tuple[int, ...] = ()
) -> None:
    """A day of the coverage ledger; `judged`: target -> checks that found nothing."""
    held = Round(day=at.date(), at=at, started_at=at, finished_at=at)
    session.add(held)
    session.flush()
    for target_id in (SITE, OTHER_SITE, ACCOUNT):
        state = "failed" if target_id in failed else "visited"
        visit = Visit(round_id=held.id, target_id=target_id, day=at.date(), state=state)
        session.add(visit)
        session.flush()
        look = Look(visit_id=visit.id, target_id=target_id, ordinal=1, at=at, seen=b"{}")
        session.add(look)
        session.flush()
        for check in judged.get(target_id, ()):
            session.add(
                JudgedVerdict(look_id=look.id, check_id=check, kind="clear", subject_key="-", subject="-")
            )
    session.flush()


def a_quarter(session: Session) -> None:
    """In a town."""
    found(session, on(9, 3), "column-blank", "机构职能", OTHER_SITE)
    told(session, on(9, 7))
    gone(session, on(9, 10), "column-blank", "机构职能", OTHER_SITE)
    for number in range(5):
        found(session, on(10, 15), "column-blank", f"政务公开 > 栏目{number}", SITE)
    told(session, on(10, 19))
    for number in range(3):
        gone(session, on(10, 22), "column-blank", f"政务公开 > 栏目{number}", SITE)
    found(session, on(10, 22), "column-stale", "工作动态", OTHER_SITE, "newest=2026-09-01 limit=14 rows=5")
    found(session, on(10, 22), "account-stale", "wb-1", ACCOUNT, "newest=2026-09-30 limit=14")
    (*_, water) = sorted(told(session, on(10, 26)), key=lambda notice: notice.unit)
    answered(session, water, on(10, 28))
    told(session, on(11, 2))
    gone(session, on(11, 3), "column-stale", "工作动态", OTHER_SITE)
    from_the_public(session, on(11, 5), "找错的栏目", SITE)
    told(session, on(11, 9))
    put_right(session, "找错的栏目", on(11, 11), SITE)
    for day in range(2):
        a_round(
            session,
            on(11, 20) + timedelta(days=day),
            {SITE: ("column-blank", "column-stale", "home-stale"), ACCOUNT: ("account-stale",)},
            failed=(OTHER_SITE,),
        )


def a_bulletin(session: Session, period: Period = Q4, at: datetime = AFTER, **more: Any) -> Bulletin:
    known = {"office": "云泽市人民政府办公室", "contact": "李某，0398-1234567"} | more
    return bulletin_of(session, period, at, ReportSettings(**known), check_titles(), OURS)


def the_quarter(folder: Path, empty_record: Path) -> Bulletin:
    """The bulletin of the quarter, once it is over; nothing changes it, so that tests may share it."""
    path = folder / "xunjian.db"
    shutil.copy(empty_record, path)
    database = Database(TrackerSettings(database_url=f"sqlite:///{path}"))
    with database.writing() as session:
        a_town(session)
        a_quarter(session)
        made = a_bulletin(session)
    database.close()
    return made
