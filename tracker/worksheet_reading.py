"""A 人工核验表 that was filled in: every fault named by line, field and mend, the good lines all there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import ClassVar

from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import people_files
from tracker.embedded_pictures import Place, pictures_in
from tracker.findings_reading import LARGEST_PICTURE, PICTURES, pictures
from tracker.people_files import Form, Row
from tracker.people_lines import Called, Directory
from tracker.register_reading import Remark
from tracker.registers import Facts
from tracker.sheets import bytes_of
from tracker.sightings import Said, end_of
from tracker.worksheet import FIELDS, SILENT_DAYS


class Reading(people_files.Reading):
    form: ClassVar[Form] = Form(
        FIELDS,
        unfilled="未填写，请照导出的表格填写",
        silent=("newest_on", "link", "pictures", "by", "seen_at", "remark"),
        own={"pictures": pictures},
        either=None,
        empty="请用 xunjian accounts worksheet 取得表格，填好后再导入",
    )


@dataclass(slots=True)
class Read:
    """What a file says of accounts. `blank`: lines that nobody filled in."""

    said: list[Said] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    notes: list[Remark] = field(default_factory=list)
    blank: int = 0


def read_worksheet(session: Session, path: Path, *, at: datetime, by: str, from_unit: bool) -> Read:
    """UnusableRegister if the file is none. `by`: who looked, where a line names nobody. `from_unit`: what units report
    of their own (单位自报) has to show something."""
    reading = Reading.of(path)
    desk = _Desk(session, at, by, from_unit, pictures_in(bytes_of(path)))
    read = Read(notes=reading.notes)
    for row in reading.rows:
        if not row.faults and not desk.is_filled(row):
            read.blank += 1
            continue
        try:
            read.errors += row.faults
            read.said += [] if row.faults else [desk.said(row)]
        except _Misfit as error:
            read.errors.append(row.remark(error.heading, str(error)))
    return read


class _Misfit(Exception):
    def __init__(self, heading: str, mend: str) -> None:
        super().__init__(mend)
        self.heading = heading


class _Desk:
    def __init__(
        self,
        session: Session,
        at: datetime,
        by: str,
        from_unit: bool,
        embedded: Mapping[Place, tuple[bytes, ...]],
    ) -> None:
        self._directory = Directory(session, at.astimezone(CHINA).date())
        self._at, self._by, self._from_unit, self._embedded = at, by, from_unit, embedded

    def is_filled(self, row: Row) -> bool:
        return row.facts["newest_on"] is not None or row.facts["is_empty"]

    def said(self, row: Row) -> Said:
        facts = row.facts
        seen_at = self._seen_at(facts["seen_at"])
        newest = self._newest(facts, seen_at)
        shown = tuple(self._shown(row))
        self._require_proof(newest, seen_at, shown, facts["link"])
        by = facts["by"] or self._by
        if not by:
            raise _Misfit("核验人", "未填写：请填写，或导入时用 --by 写明")
        return Said(self._account(row).id, newest, seen_at, by, facts["link"], shown, facts["remark"])

    def _account(self, row: Row) -> Called:
        found = self._directory.called(row.facts["target"], "account")
        if not found:
            raise _Misfit("账号标识", f"账号台账中没有“{row.facts['target']}”：请照导出的表格填写")
        if len(found) > 1:
            raise _Misfit("账号标识", f"可能是{'，或'.join(map(str, found))}：请写账号标识")
        if found[0].id not in self._directory.running:
            raise _Misfit("账号标识", f"“{found[0].name}”不在应检的账号之列，没有导入")
        return found[0]

    def _seen_at(self, told: date | datetime | None) -> datetime:
        if told is None:
            raise _Misfit("核验时间", "未填写：请填写核验的日期，如 2026-01-31 09:30")
        if isinstance(told, datetime):
            if told > self._at:
                raise _Misfit("核验时间", f"{told:%Y-%m-%d %H:%M} 还没有到，请核对")
            return told
        if told > self._at.astimezone(CHINA).date():
            raise _Misfit("核验时间", f"{told} 还没有到，请核对")
        return min(end_of(told), self._at)

    @staticmethod
    def _newest(facts: Facts, seen_at: datetime) -> date | None:
        newest: date | None = facts["newest_on"]
        if newest is not None and facts["is_empty"]:
            raise _Misfit("未见内容", "与最新发布日期只能填一项，请删去一项")
        if newest is not None and newest > seen_at.astimezone(CHINA).date():
            raise _Misfit("最新发布日期", f"{newest} 晚于核验时间，请核对")
        return newest

    def _shown(self, row: Row) -> Iterator[bytes]:
        """The named files, and what was put into the line itself."""
        for path in row.facts["pictures"]:
            yield path.read_bytes()
        for body in self._embedded.get((row.sheet, row.line), ()):
            if not body.startswith(PICTURES) or len(body) > LARGEST_PICTURE:
                most = LARGEST_PICTURE // 1024 // 1024
                raise _Misfit("截图文件", f"插入的图片不是 PNG 或 JPEG，或超过 {most} MB，请改用文件")
            yield body

    def _require_proof(
        self, newest: date | None, seen_at: datetime, shown: tuple[bytes, ...], link: str
    ) -> None:
        silent = newest is None or (seen_at.astimezone(CHINA).date() - newest).days >= SILENT_DAYS
        if silent and not shown:
            raise _Misfit("截图文件", f"{SILENT_DAYS}天以上未更新或未见内容的，须附截图")
        if self._from_unit and not shown and not link:
            raise _Misfit("发布链接", "单位自报须附发布链接或截图")
