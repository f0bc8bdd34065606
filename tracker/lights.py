"""The warning lights (告警): their names, and the rows that say from when until when each was red."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from crawler.worded import Worded
from tracker.models import Light


class LightName(Worded):
    """All lights, with the titles that the office reads; the names stand in the record and never change."""

    DATABASE = "database", "数据库或证据无法读写"
    ROUND_START = "round-start", "巡检没有开始"
    ROUND_END = "round-end", "巡检没有结束"
    COVERAGE = "coverage", "巡检覆盖不足100%"
    VERDICTS = "verdicts", "全天没有判定"
    CHECKS = "checks", "检查项没有运行"
    CANARY = "canary", "自检未通过"
    BRIDGES = "bridges", "采集桥异常"
    PROBES = "probes", "首页探测次数不足"
    BROWSER = "browser", "复核没有浏览器"
    DISK = "disk", "磁盘空间不足"
    CALENDAR = "calendar", "工作日历没有覆盖"
    TOKENS = "tokens", "授权将到期"
    AUTHORISATIONS = "authorisations", "账号授权失效或将到期"
    MAILS = "mails", "邮件没有送出"
    BACKUP = "backup", "备份过旧"
    TASKS = "tasks", "定时任务失败"
    CLOCK = "clock", "系统时钟倒退"


@dataclass(frozen=True, slots=True)
class Lamp:
    """One light's row: red since then, because of `detail`; `until`: when it was well again, None while it is red.

    `told`: way -> when it was told by it last. A way that was told of the red is owed the all-clear, and taken out then.
    """

    name: str
    since: datetime
    detail: str
    until: datetime | None = None
    told: Mapping[str, datetime] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, datetime]:
        return self.name, self.since

    @property
    def is_red(self) -> bool:
        return self.until is None

    @property
    def title(self) -> str:
        return title(self.name)


def title(name: str) -> str:
    """What the office reads; a light of a later version of this program is called by its name."""
    return LightName(name).sentence if name in list(LightName) else name


def red(session: Session) -> list[Lamp]:
    """The lights that are red now, the longest first."""
    rows = select(Light).where(Light.until.is_(None)).order_by(Light.since, Light.name)
    return [_lamp(row) for row in session.scalars(rows)]


def recent(session: Session, ended_since: datetime) -> list[Lamp]:
    """What is red now, and what was so until some moment after `ended_since`."""
    rows = select(Light).where(or_(Light.until.is_(None), Light.until >= ended_since))
    return [_lamp(row) for row in session.scalars(rows.order_by(Light.since, Light.name))]


def keep(session: Session, lamps: Collection[Lamp]) -> None:
    """Write them; a row is known by its name and the moment at which it turned red."""
    there = select(Light).where(
        Light.name.in_({lamp.name for lamp in lamps}), Light.since.in_({lamp.since for lamp in lamps})
    )
    rows = {(row.name, row.since): row for row in session.scalars(there)}
    for lamp in lamps:
        told = {way: at.isoformat() for way, at in lamp.told.items()}
        row = rows.get(lamp.key)
        if row is None:
            session.add(
                Light(name=lamp.name, detail=lamp.detail, since=lamp.since, until=lamp.until, told=told)
            )
        else:
            row.detail, row.until, row.told = lamp.detail, lamp.until, told


def _lamp(row: Light) -> Lamp:
    told = {way: datetime.fromisoformat(at) for way, at in row.told.items()}
    return Lamp(row.name, row.since, row.detail, row.until, told)
