"""Sorts the lines of a file of findings: of whom each speaks, which are in error, and for what the file is complete; and joins
those about one subject."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from checks.indicators import INDICATORS, Indicator
from crawler.clock import CHINA
from tracker import cells
from tracker.errors import WrongUse
from tracker.findings_reading import Claim, Reading
from tracker.lifecycle import Origin, State
from tracker.models import Issue
from tracker.people_files import Row
from tracker.people_lines import Accepted, Called, Directory, check_called, misfit, no_check
from tracker.people_subjects import Columns, Identity, Known, placed
from tracker.register_reading import Remark

ALL = "all"
"""Every check but the operator's own."""


class Doubt:
    """What lines that could not be read may have named: (target, check) pairs, None for any."""

    def __init__(self) -> None:
        self._pairs: set[tuple[int | None, str | None]] = set()

    def add(self, targets: Iterable[Called], indicator: Indicator | None) -> None:
        numbers = [target.id for target in targets]
        check = indicator.id if indicator else None
        self._pairs.update((number, check) for number in numbers or (None,))

    def covers(self, target_id: int, check: str) -> bool:
        return not self._pairs.isdisjoint(
            ((target_id, check), (target_id, None), (None, check), (None, None))
        )


class Desk:
    """`accepted` are the lines that name a finding; what the others may have named is in `doubt`."""

    def __init__(self, session: Session, reading: Reading, at: datetime) -> None:
        self.reading, self._today = reading, at.astimezone(CHINA).date()
        self._directory = Directory(session, self._today)
        self.accepted: list[Accepted] = []
        self.errors: list[Remark] = []
        self.doubt = Doubt()
        self.complete: dict[str, set[int]] = {}
        """Check -> the targets of which the file names all faults."""
        for row in reading.rows:
            self._sort(row)

    def _sort(self, row: Row) -> None:
        faults = list(row.faults)
        received = row.facts.get("received")
        indicator, found = self._directory.meant(row, faults)
        if received and received > self._today:
            mend = f"{received} 晚于导入所记的日期 {self._today}，请核对"
            faults.append(row.remark("收到日期", mend))
        if indicator and found:
            fit = [target for target in found if target.kind in indicator.kinds]
            if fault := misfit(row, found, fit, indicator) or self._closed(row, fit[0]):
                faults.append(fault)
                self.doubt.add(found, None)
            found = [] if fault else fit
        if faults or indicator is None:
            self.errors += faults
            self.doubt.add(found, indicator)
        else:
            self.accepted.append(Accepted(row, found[0], indicator))

    def _closed(self, row: Row, target: Called) -> Remark | None:
        if target.id in self._directory.closed:
            return row.remark("标识码", f"“{target.name}”在 {self._today} 已关停注销，请核对")
        return None

    def refuse(self, accepted: Accepted, mend: str) -> None:
        """It turned out that nobody knows which subject this line means."""
        self.errors.append(accepted.row.remark("对象", mend))
        self.doubt.add([accepted.target], accepted.indicator)

    def claim(self, complete: Sequence[str], only: Sequence[str]) -> None:
        """For what the file is complete: as the command says, and as the file does itself.

        `only`: keys instead of all targets that are inspected. What the command says amiss is wrong use, a line of the
        file is an error of its own.
        """
        if only and not complete and not self.reading.claims:
            raise WrongUse("--only 是说文件对哪些对象是完整的：请同时写 --complete")
        named, nobody = self._keyed(only)
        if nobody:
            raise WrongUse(f"--only “{nobody[0]}”不在台账中：请核对标识码")
        wrong = [word for word in complete if not _checks(word)]
        if wrong:
            raise WrongUse(f"--complete {no_check(wrong[0])}")
        everywhere = named if only else self._directory.running
        for word in complete:
            self._add(word, everywhere)
        for claim in self.reading.claims:
            self._take(claim, everywhere)

    def _take(self, claim: Claim, everywhere: set[int]) -> None:
        named, nobody = self._keyed(claim.targets or ())
        wrong = [word for word in claim.checks if not _checks(word)]
        self.errors += [Remark(claim.line, "complete", no_check(word)) for word in wrong]
        self.errors += [Remark(claim.line, "targets", f"台账中没有“{key}”，请核对") for key in nobody]
        for word in claim.checks:
            self._add(word, everywhere if claim.targets is None else named)

    def _keyed(self, keys: Iterable[str]) -> tuple[set[int], list[str]]:
        """The targets of these keys, and the keys that nobody has."""
        found = {key: self._directory.called(cells.tidy(key)) for key in keys}
        nobody = [key for key, targets in found.items() if not targets]
        return {target.id for targets in found.values() for target in targets}, nobody

    def _add(self, word: str, targets: set[int]) -> None:
        for check in _checks(word):
            self.complete.setdefault(check, set()).update(targets)


def _checks(word: str) -> tuple[str, ...]:
    """The checks that a word of a claim means."""
    if word.strip() == ALL:
        return tuple(each.id for each in INDICATORS.values() if not each.operator)
    found = check_called(word.strip())
    return (found.id,) if found else ()


# -- findings ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Finding:
    """What a file says about one subject, from however many lines."""

    target_id: int
    check: str
    needs_person: bool
    """The check always does, or the record that printed the line had it still wait for one."""
    key: str
    subject: str
    url: str
    details: dict[str, None]
    own_facts: str
    origin: Origin
    received: date | None
    pictures: dict[Path, None]

    @property
    def identity(self) -> Identity:
        return self.target_id, self.check, self.key

    @property
    def detail(self) -> str:
        return "；".join(self.details)

    @property
    def facts(self) -> str:
        return self.own_facts or self.detail

    @property
    def why(self) -> str:
        """What the move says of it."""
        return f"{self.origin.sentence}：{self.detail}"

    def add(self, other: "Finding") -> None:
        """Another line about the same subject."""
        self.details |= other.details
        self.pictures |= other.pictures
        self.needs_person = self.needs_person and other.needs_person
        self.url = self.url or other.url
        self.own_facts = self.own_facts or other.own_facts
        self.received = min(filter(None, (self.received, other.received)), default=None)


def findings_of(desk: Desk, issues: Iterable[Issue], columns: Columns) -> Collection[Finding]:
    """One a subject, in the order of the file; lines that may mean several subjects are refused."""
    merged: dict[Identity, Finding] = {}
    for line, known, beginning in placed(desk.accepted, issues, columns, desk.refuse):
        finding = _finding(line, known, beginning + line.row.facts["detail"])
        first = merged.setdefault(finding.identity, finding)
        if first is not finding:
            first.add(finding)
    return merged.values()


def _finding(line: Accepted, known: Known, detail: str) -> Finding:
    facts = line.row.facts
    return Finding(
        line.target.id,
        line.indicator.id,
        line.indicator.needs_person or facts["state"] is State.PENDING,
        known.key,
        known.name,
        facts["url"],
        {detail: None},
        facts["facts"],
        facts["source"],
        facts["received"],
        dict.fromkeys(facts["screenshots"]),
    )
