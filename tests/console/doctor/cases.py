"""What the doctor looks at, with defaults: a record in the test's folder, and settings that a test may change."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from console.doctor.examination import Case, Finding, Mark
from console.settings import built_in
from crawler.clock import Clock
from tests.builders import NOW
from tracker.database import Database
from tracker.models import Standing, Target, Unit


def a_case(
    folder: Path,
    database: Database | None = None,
    at: datetime = NOW,
    mail_to: str = "",
    **rooms: Mapping[str, Any],
) -> Case:
    """`database`: the record, as the point before would have left it; `rooms` change the settings."""
    tracker = {
        "database_url": f"sqlite:///{folder / 'xunjian.db'}",
        "evidence_dir": folder / "evidence",
        "backup_dir": folder / "backup",
        **rooms.get("tracker", {}),
    }
    reports = {"folder": folder / "reports", **rooms.get("reports", {})}
    case = Case(Clock(at), mail_to)
    case.settings = built_in(
        **{**{name: dict(room) for name, room in rooms.items()}, "tracker": tracker, "reports": reports}
    )
    if database is not None:
        case.database = database
    return case


def a_register(database: Database, *urls: str, email: str = "jyj@yunze.test", accounts: int = 0) -> None:
    """A unit with a website for each address, and accounts without an address."""
    with database.writing() as session:
        session.add(Unit(name="云泽市教育局", email=email))
        session.flush()
        sites = [
            Target(kind="site", key=f"41990000{n:02d}", name=f"第{n}网站", unit_id=1, url=url, opened_on=None)
            for n, url in enumerate(urls, 1)
        ]
        more = [
            Target(
                kind="account", key=f"wb-{n}", name=f"第{n}账号", unit_id=1, platform="微博", opened_on=None
            )
            for n in range(accounts)
        ]
        session.add_all([*sites, *more])
        session.flush()
        session.add_all(
            Standing(target_id=each.id, unit_id=1, state="running", valid_from=None, valid_to=None)
            for each in (*sites, *more)
        )


def require_well(finding: Finding, *words: str) -> None:
    _require(finding, Mark.WELL, *words)
    assert not finding.mend


def require_reminder(finding: Finding, *words: str) -> None:
    _require(finding, Mark.REMINDER, *words)
    assert finding.mend


def require_trouble(finding: Finding, *words: str) -> None:
    _require(finding, Mark.TROUBLE, *words)
    assert finding.mend


def _require(finding: Finding, mark: Mark, *words: str) -> None:
    assert finding.mark is mark, finding
    assert all(word in str(finding) for word in words), finding
