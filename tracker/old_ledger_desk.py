"""Sorts the lines of an old ledger: of which notice, unit, target, check and subject each speaks, and which are in error."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from crawler.clock import CHINA
from tracker import models
from tracker.notice_words import NoticeOrigin
from tracker.old_ledger_reading import Reading
from tracker.people_files import Row
from tracker.people_lines import Accepted, Called, Directory, misfit
from tracker.people_subjects import Identity, known_issues, placed, seen_columns
from tracker.register_reading import Remark


@dataclass(slots=True)
class Entry(Accepted):
    """One issue in one old notice. `key` and `name` are its subject's; `times` None: the ledger does not say."""

    unit_id: int
    number: str
    dated: date
    detail: str
    first_seen: date | None
    due_on: date | None
    rectified_on: date | None
    times: int | None
    url: str
    key: str = ""
    name: str = ""

    @property
    def identity(self) -> Identity:
        return self.target.id, self.indicator.id, self.key

    @property
    def mark(self) -> tuple[str, Identity]:
        """By which a line is known again."""
        return self.number, self.identity

    @property
    def began(self) -> date:
        return self.first_seen or self.dated


@dataclass(frozen=True, slots=True)
class Stored:
    """An item of a notice that was imported before."""

    notice_id: int
    unit_id: int
    unit: str
    issue_id: int


class Desk:
    """`entries` are what can be taken in, in the order of the file."""

    def __init__(self, session: Session, reading: Reading, at: datetime) -> None:
        self._session, self._today = session, at.astimezone(CHINA).date()
        self.errors: list[Remark] = []
        self.notes: list[Remark] = list(reading.notes)
        self._directory = Directory(session, self._today)
        self.units = {
            name: number for number, name in session.execute(select(models.Unit.id, models.Unit.name))
        }
        self.names = {number: name for name, number in self.units.items()}
        self._standings = _standings(session)
        self.stored = _stored(session)
        entries = [entry for row in reading.rows if (entry := self._sorted(row))]
        self.issues = known_issues(session, entries)
        entries = self._agreeing(entries)
        self.entries = self._merged(self._placed(entries))

    def refuse(self, entry: Entry, field: str, mend: str) -> None:
        self.errors.append(entry.row.remark(field, mend))

    # -- of whom a line speaks ----------------------------------------------------------------------------

    def _sorted(self, row: Row) -> Entry | None:
        facts, faults = row.facts, list(row.faults)
        indicator, found = self._directory.meant(row, faults, "（已关停的也应列入）")
        if indicator and found:
            fit = [target for target in found if target.kind in indicator.kinds]
            if indicator.operator:
                faults.append(row.remark("检查项", f"“{indicator.title}”是本系统自身的问题，不列入通知"))
            elif fault := misfit(row, found, fit, indicator):
                faults.append(fault)
            found = fit
            if fit and fit[0].id in self._directory.closed and not facts.get("rectified_on"):
                faults.append(row.remark("整改日期", f"“{fit[0].name}”已关停注销，没有未整改的问题：请填写"))
        faults += self._misdated(row)
        unit_id = self._unit(row, found, faults)
        if faults or indicator is None:
            self.errors += faults
            return None
        return Entry(
            row,
            found[0],
            indicator,
            unit_id,
            facts["number"],
            facts["dated"],
            facts["detail"] or indicator.title,
            facts["first_seen"],
            facts["due_on"],
            facts["rectified_on"],
            facts["times"],
            facts["url"],
        )

    def _misdated(self, row: Row) -> Iterable[Remark]:
        dated, first_seen, due_on, rectified_on = (
            row.facts.get(name) for name in ("dated", "first_seen", "due_on", "rectified_on")
        )
        for heading, day in (("通知日期", dated), ("整改日期", rectified_on)):
            if day and day > self._today:
                yield row.remark(heading, f"{day} 晚于导入所记的日期 {self._today}，请核对")
        if first_seen and dated and first_seen > dated:
            yield row.remark("首次发现时间", f"{first_seen} 晚于通知日期 {dated}，请核对")
        for heading, day in (("整改时限", due_on), ("整改日期", rectified_on)):
            if day and dated and day < dated:
                yield row.remark(heading, f"{day} 早于通知日期 {dated}，请核对")

    def _unit(self, row: Row, found: Sequence[Called], faults: list[Remark]) -> int:
        """The unit that was told: as the ledger says, or who answered for the target on the day."""
        name, dated = row.facts.get("unit"), row.facts.get("dated")
        if name:
            if name not in self.units:
                near = get_close_matches(name, self.units, n=1, cutoff=0.6)
                mend = f"是否想写 {near[0]}？" if near else "请改用现在的名称，或先把它列入单位台账"
                faults.append(row.remark("主办单位", f"台账中没有单位“{name}”：{mend}"))
            return self.units.get(name, 0)
        if not found or dated is None:
            return 0
        for unit_id, first, last in self._standings.get(found[0].id, ()):
            if (first or dated) <= dated <= (last or dated):
                return unit_id
        faults.append(row.remark("主办单位", f"台账中没有“{found[0].name}”在 {dated} 的主办单位，请填写"))
        return 0

    # -- one number is one notice -------------------------------------------------------------------------

    def _agreeing(self, entries: Sequence[Entry]) -> list[Entry]:
        """Those that agree with what else is known of their 文号: not our own, one date, one unit for a target."""
        notice = models.Notice
        ours: set[str] = set()
        days: dict[str, tuple[date, str]] = {}
        query = select(notice.number, notice.dated, notice.origin).where(notice.number != "")
        for number, dated, origin in self._session.execute(query):
            if origin != NoticeOrigin.IMPORTED:
                ours.add(number)
            elif dated is not None:
                days[number] = dated, "已导入的"
        told = {(number, about[0]): each.unit_id for (number, about), each in self.stored.items()}
        good: list[Entry] = []
        for entry in entries:
            day, where = days.setdefault(entry.number, (entry.dated, f"第{entry.row.line}行"))
            unit_id = told.setdefault((entry.number, entry.target.id), entry.unit_id)
            if entry.number in ours:
                self.refuse(entry, "文号", f"“{entry.number}”是本系统签发的通知，不必导入")
            elif entry.dated != day:
                mend = f"文号“{entry.number}”的日期，{where}为 {day}：请核对；不同年份的文号请写明年份"
                self.refuse(entry, "通知日期", mend)
            elif entry.unit_id != unit_id:
                mend = f"“{entry.target.name}”在同一文号中已列在“{self.names[unit_id]}”名下，请核对"
                self.refuse(entry, "主办单位", mend)
            else:
                good.append(entry)
        return good

    # -- of which subject ---------------------------------------------------------------------------------

    def _placed(self, entries: Sequence[Entry]) -> Iterable[Entry]:
        """Each with the subject that the daily round would name."""
        columns = seen_columns(self._session, entries)
        for entry, known, beginning in placed(entries, self.issues, columns, self._refuse_subject):
            entry.key, entry.name, entry.detail = known.key, known.name, beginning + entry.detail
            yield entry

    def _refuse_subject(self, entry: Entry, mend: str) -> None:
        self.refuse(entry, "问题对象", mend)

    def _merged(self, entries: Iterable[Entry]) -> list[Entry]:
        """Several lines of one notice about one subject are one, if their dates agree."""
        first: dict[tuple[str, Identity], Entry] = {}
        for entry in entries:
            one = first.setdefault(entry.mark, entry)
            if one is entry:
                continue
            if (one.rectified_on, one.due_on, one.times) != (entry.rectified_on, entry.due_on, entry.times):
                mend = f"与第{one.row.line}行是同一通知中的同一问题，但整改时限、整改日期或次数不同，请核对"
                self.refuse(entry, "", mend)
            elif entry.detail not in one.detail.split("；"):
                one.detail += f"；{entry.detail}"
        return list(first.values())


def _standings(session: Session) -> dict[int, list[tuple[int, date | None, date | None]]]:
    row = models.Standing
    found: dict[int, list[tuple[int, date | None, date | None]]] = {}
    query = select(row.target_id, row.unit_id, row.valid_from, row.valid_to).order_by(row.id)
    for target_id, unit_id, first, last in session.execute(query):
        found.setdefault(target_id, []).append((unit_id, first, last))
    return found


def _stored(session: Session) -> dict[tuple[str, Identity], Stored]:
    """What was imported before, by the marks of its lines."""
    notice, item, issue = models.Notice, models.NoticeItem, models.Issue
    query = (
        select(
            notice.number, notice.id, notice.unit_id, notice.unit,
            issue.id, issue.target_id, issue.check_id, issue.subject_key,
        )
        .join(item, item.notice_id == notice.id)
        .join(issue, issue.id == item.issue_id)
        .where(notice.origin == str(NoticeOrigin.IMPORTED))
    )  # fmt: skip
    return {
        (number, (target_id, check, key)): Stored(notice_id, unit_id, unit, issue_id)
        for number, notice_id, unit_id, unit, issue_id, target_id, check, key in session.execute(query)
    }
