"""Sorts the lines of an old ledger: of which notice, unit, target, check and subject each speaks, and which are in error."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.indicators import INDICATORS, Indicator
from crawler.clock import CHINA
from crawler.column_places import ABOVE
from tracker import cells, models
from tracker.findings_desk import Called, Directory
from tracker.findings_reading import Row
from tracker.findings_subjects import (
    ALIVE,
    LONGEST,
    Known,
    Named,
    Subjects,
    column_path,
    is_about_columns,
    is_about_target,
)
from tracker.lifecycle import State
from tracker.observed import KIND_WORDS
from tracker.old_ledger_reading import Reading
from tracker.register_reading import Remark

IMPORTED = "imported"
"""Origin of a notice that was issued before this system ran."""

_CHECK_OF = {cells.half_width(name): each for each in INDICATORS.values() for name in (each.id, each.title)}

Identity = tuple[int, str, str]


@dataclass(slots=True)
class Entry:
    """One issue in one old notice. `key` and `name` are its subject's; `times` None: the ledger does not say."""

    row: Row
    target: Called
    indicator: Indicator
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
        self.issues = self._read_issues(entries)
        entries = self._agreeing(entries)
        self.entries = self._merged(self._placed(entries))

    def refuse(self, entry: Entry, field: str, mend: str) -> None:
        self.errors.append(entry.row.remark(field, mend))

    # -- of whom a line speaks ----------------------------------------------------------------------------

    def _sorted(self, row: Row) -> Entry | None:
        facts, faults = row.facts, list(row.faults)
        check, text = facts.get("check"), facts.get("target") or facts.get("name") or ""
        indicator = _CHECK_OF.get(cells.half_width(check)) if check else None
        found = self._directory.called(text, facts.get("kind", "")) if text else []
        if check and indicator is None:
            faults.append(row.remark("检查项", _no_check(check)))
        if text and not found:
            mend = f"台账中没有“{text}”：请核对标识码，或先导入台账（已关停的也应列入）"
            faults.append(row.remark("标识码", mend))
        if indicator and found:
            fit = [target for target in found if target.kind in indicator.kinds]
            faults += self._misfits(row, found, fit, indicator)
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

    def _misfits(
        self, row: Row, found: Sequence[Called], fit: Sequence[Called], indicator: Indicator
    ) -> Iterable[Remark]:
        if indicator.operator:
            yield row.remark("检查项", f"“{indicator.title}”是本系统自身的问题，不列入通知")
        elif not fit:
            mend = f"“{indicator.title}”不适用于{KIND_WORDS[found[0].kind]}“{found[0].name}”，请核对"
            yield row.remark("检查项", mend)
        elif len(fit) > 1:
            mend = f"可能是{'，或'.join(map(str, fit))}：请写标识码；仍分不清的请加“类型”一栏，写网站或账号"
            yield row.remark("标识码", mend)

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
            if origin != IMPORTED:
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

    def _read_issues(self, entries: Sequence[Entry]) -> list[models.Issue]:
        """All of the targets and checks that the file names; what was observed last of a subject comes last."""
        issue = models.Issue
        query = select(issue).where(
            issue.target_id.in_({each.target.id for each in entries}),
            issue.check_id.in_({each.indicator.id for each in entries}),
        )
        return list(self._session.scalars(query.order_by(issue.observed_at, issue.id)))

    def _placed(self, entries: Sequence[Entry]) -> list[Entry]:
        """Each with the subject that the daily round would name."""
        subjects = self._subjects(entries)
        good: list[Entry] = []
        for entry in entries:
            named = _named(entry)
            if named is None:
                entry.key, entry.name = entry.target.key, entry.target.name
                if entry.row.facts["subject"] not in ("", entry.target.name, entry.target.key):
                    # One issue a target: what the line is about must not be lost.
                    entry.detail = f"{entry.row.facts['subject']}：{entry.detail}"
                good.append(entry)
                continue
            known = subjects[entry.target.id, entry.indicator.id][named]
            if isinstance(known, list):
                self.refuse(entry, "问题对象", _which(known, entry.row.facts["subject"]))
            elif len(known.key) > LONGEST:
                self.refuse(entry, "问题对象", f"太长（{len(known.key)}字），最多{LONGEST}字，请缩短")
            else:
                entry.key, entry.name = known.key, known.name
                good.append(entry)
        return good

    def _subjects(self, entries: Sequence[Entry]) -> dict[tuple[int, str], dict[Named, Known | list[str]]]:
        """What each line means, by target and check."""
        rows: dict[tuple[int, str], list[Named]] = {}
        for entry in entries:
            if named := _named(entry):
                rows.setdefault((entry.target.id, entry.indicator.id), []).append(named)
        known = {about: Subjects(is_about_columns(about[1])) for about in rows}
        for issue in self.issues:
            if subjects := known.get((issue.target_id, issue.check_id)):
                subjects.learn(issue.subject_key, issue.subject, issue.url, State(issue.state) in ALIVE)
        column = models.SeenColumn
        targets = {target_id for target_id, check in rows if is_about_columns(check)}
        query = select(column.target_id, column.path, column.url).where(column.target_id.in_(targets))
        about_columns: dict[int, list[Subjects]] = {}
        for (target_id, check), subjects in known.items():
            if is_about_columns(check):
                about_columns.setdefault(target_id, []).append(subjects)
        for target_id, path, url in self._session.execute(query.order_by(column.id)):
            for subjects in about_columns[target_id]:
                subjects.learn(path, path.rpartition(ABOVE)[2], url)
        return {about: subjects.place(rows[about]) for about, subjects in known.items()}

    def _merged(self, entries: Sequence[Entry]) -> list[Entry]:
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
        .where(notice.origin == IMPORTED)
    )  # fmt: skip
    return {
        (number, (target_id, check, key)): Stored(notice_id, unit_id, unit, issue_id)
        for number, notice_id, unit_id, unit, issue_id, target_id, check, key in session.execute(query)
    }


def _named(entry: Entry) -> Named | None:
    """What the line calls its subject; None if that is the target itself."""
    subject, target = entry.row.facts["subject"], entry.target
    if is_about_columns(entry.indicator.id):
        return Named(column_path(subject), entry.url)
    if is_about_target(entry.indicator.id) or subject in ("", target.name, target.key):
        return None
    return Named((subject,), entry.url)


def _which(keys: Sequence[str], subject: str) -> str:
    if not keys:
        return "未填写，网址也不属于已知的栏目：请写栏目名称"
    named = "、".join(f"“{key}”" for key in keys)
    return f"“{subject}”可能是{named}：请写全路径，或填写网址" if subject else f"该网址可能是{named}：请写明"


def _no_check(word: str) -> str:
    near = get_close_matches(word, _CHECK_OF, n=1, cutoff=0.5)
    mend = f"是否想写 {near[0]}？" if near else "名称和编号用 xunjian findings template 查看"
    return f"没有检查项“{word}”：{mend}"
