"""The examination (xunjian doctor): one point after the other. A broken one stops no other, a hanging one is left behind."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from console.scrubbing import scrub
from console.settings import Settings, UnusableSettings
from crawler.clock import Clock
from crawler.worded import Worded
from reports.errors import ReportError
from tracker.database import Database
from tracker.errors import TrackerError

LIMIT_SECONDS = 20.0
"""No point is waited for longer."""


class Mark(Worded):
    WELL = "well", "正常"
    REMINDER = "reminder", "提醒"
    TROUBLE = "trouble", "需处理"


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found at a point and, unless all is well, how to mend it."""

    mark: Mark
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.found}：{self.mend}" if self.mend else self.found


def well(found: str) -> Finding:
    return Finding(Mark.WELL, found)


def remind(found: str, mend: str) -> Finding:
    """It works, but somebody should know."""
    return Finding(Mark.REMINDER, found, mend)


def trouble(found: str, mend: str) -> Finding:
    return Finding(Mark.TROUBLE, found, mend)


class NotAsked(Exception):
    """A point rests on another one that is not well."""


@dataclass
class Case:
    """What the points look at, and what one of them leaves for those after it."""

    clock: Clock
    mail_to: str = ""
    """Where a real mail is sent as a trial; empty: nowhere."""
    skews: list[timedelta] = field(default_factory=list)
    """How much our clock is ahead of each website that answered."""
    _settings: Settings | None = None
    _database: Database | None = None

    @property
    def settings(self) -> Settings:
        if self._settings is None:
            raise NotAsked("设置")
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings

    @property
    def database(self) -> Database:
        """The record at this program's version."""
        if self._database is None:
            raise NotAsked("数据库")
        return self._database

    @database.setter
    def database(self, database: Database) -> None:
        self._database = database

    def close(self) -> None:
        if self._database is not None:
            self._database.close()


@dataclass(frozen=True, slots=True)
class Point:
    name: str
    ask: Callable[[Case], Finding]


def examine(
    case: Case, points: Sequence[Point], limit: float = LIMIT_SECONDS
) -> Iterator[tuple[str, Finding]]:
    """Name and finding of each point, as soon as it was asked. `limit`: seconds for each.

    Scrubbed: what the doctor says is sent to whoever is asked for help.
    """
    for point in points:
        finding = _within(limit, point, case)
        yield point.name, replace(finding, found=scrub(finding.found), mend=scrub(finding.mend))


def _within(limit: float, point: Point, case: Case) -> Finding:
    found: list[Finding] = []
    thread = threading.Thread(target=lambda: found.append(_asked(point, case)), name=point.name, daemon=True)
    thread.start()
    thread.join(limit)
    if found:
        return found[0]
    return trouble(f"{limit:g} 秒内没有结果", "请检查网络和磁盘是否正常，再试一次")


def _asked(point: Point, case: Case) -> Finding:
    try:
        return point.ask(case)
    except NotAsked as other:
        return remind("没有检查", f"请先处理“{other}”一项")
    except (TrackerError, ReportError, UnusableSettings) as error:
        found, _, mend = " ".join(str(error).split("\n")).partition("：")
        return trouble(found, mend)
    except OSError as error:
        return trouble(f"{error.filename or '系统'}：{error.strerror or error}", "请检查路径、权限和磁盘空间")
    except Exception as error:  # ours, at this point only
        return trouble(f"检查本身出错（{type(error).__name__}: {error}）", "请转交维护人员")
