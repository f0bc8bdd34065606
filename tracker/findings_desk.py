"""Sorts the lines of a file of findings: of whom each speaks, which are in error, and for what the file is complete."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.indicators import INDICATORS, Indicator
from crawler.clock import CHINA
from tracker import cells, models
from tracker.cells import TargetState
from tracker.errors import WrongUse
from tracker.findings_reading import Claim, Reading, Row
from tracker.observed import KIND_WORDS
from tracker.register_reading import Remark

ALL = "all"
"""Every check but the operator's own."""

_CHECK_OF = {cells.half_width(name): each for each in INDICATORS.values() for name in (each.id, each.title)}


@dataclass(frozen=True, slots=True)
class Called:
    """A target that a line names."""

    id: int
    kind: str
    key: str
    name: str

    def __str__(self) -> str:
        return f"{KIND_WORDS[self.kind]} {self.key} {self.name}"


@dataclass(frozen=True, slots=True)
class Accepted:
    """A line of which it is known of which target and check it speaks."""

    row: Row
    target: Called
    indicator: Indicator


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


class Directory:
    """All targets by key and by name, and how they stand on a day."""

    def __init__(self, session: Session, day: date) -> None:
        model, standing = models.Target, models.Standing
        self._by_key: dict[str, list[Called]] = {}
        self._by_name: dict[str, list[Called]] = {}
        for row in session.execute(select(model.id, model.kind, model.key, model.name)):
            target = Called(*row)
            self._by_key.setdefault(target.key, []).append(target)
            self._by_name.setdefault(_bare(target.name), []).append(target)
        standings = select(standing.target_id, standing.state).where(standing.is_valid_on(day))
        states = {number: TargetState(state) for number, state in session.execute(standings)}
        self.running = {number for number, state in states.items() if state is TargetState.RUNNING}
        self.closed = {number for number, state in states.items() if state is TargetState.CLOSED}

    def called(self, text: str, kind: str = "") -> list[Called]:
        """Keys go before names; a key is unique within a kind only, a name at best."""
        for found in (self._by_key.get(text), self._by_name.get(_bare(text))):
            if of_kind := [target for target in found or () if kind in ("", target.kind)]:
                return of_kind
        return []


def _bare(name: str) -> str:
    return "".join(cells.half_width(name).split())


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
        check, text, received = (row.facts.get(name) for name in ("check", "target", "received"))
        indicator = _CHECK_OF.get(cells.half_width(check)) if check else None
        found = self._directory.called(text, row.facts.get("kind", "")) if text else []
        if check and indicator is None:
            faults.append(row.remark("检查项", _no_check(check)))
        if text and not found:
            faults.append(row.remark("标识码", f"台账中没有“{text}”：请核对标识码，或先导入台账"))
        if received and received > self._today:
            mend = f"{received} 晚于导入所记的日期 {self._today}，请核对"
            faults.append(row.remark("收到日期", mend))
        if indicator and found:
            fit = [target for target in found if target.kind in indicator.kinds]
            if fault := self._misfit(row, found, fit, indicator):
                faults.append(fault)
                self.doubt.add(found, None)
            found = [] if fault else fit
        if faults or indicator is None:
            self.errors += faults
            self.doubt.add(found, indicator)
        else:
            self.accepted.append(Accepted(row, found[0], indicator))

    def _misfit(
        self, row: Row, found: Sequence[Called], fit: Sequence[Called], indicator: Indicator
    ) -> Remark | None:
        """Why it is not certain of which target the line speaks."""
        if not fit:
            mend = f"“{indicator.title}”不适用于{KIND_WORDS[found[0].kind]}“{found[0].name}”，请核对"
            return row.remark("检查项", mend)
        if len(fit) > 1:
            mend = f"可能是{'，或'.join(map(str, fit))}：请写标识码；仍分不清的请加“类型”一栏，写网站或账号"
            return row.remark("标识码", mend)
        if fit[0].id in self._directory.closed:
            return row.remark("标识码", f"“{fit[0].name}”在 {self._today} 已关停注销，请核对")
        return None

    def refuse(self, accepted: Accepted, field: str, mend: str) -> None:
        """It turned out that nobody knows which subject this line means."""
        self.errors.append(accepted.row.remark(field, mend))
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
            raise WrongUse(f"--complete {_no_check(wrong[0])}")
        everywhere = named if only else self._directory.running
        for word in complete:
            self._add(word, everywhere)
        for claim in self.reading.claims:
            self._take(claim, everywhere)

    def _take(self, claim: Claim, everywhere: set[int]) -> None:
        named, nobody = self._keyed(claim.targets or ())
        wrong = [word for word in claim.checks if not _checks(word)]
        self.errors += [Remark(claim.line, "complete", _no_check(word)) for word in wrong]
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
    found = _CHECK_OF.get(cells.half_width(word.strip()))
    return (found.id,) if found else ()


def _no_check(word: str) -> str:
    near = get_close_matches(word, _CHECK_OF, n=1, cutoff=0.5)
    mend = f"是否想写 {near[0]}？" if near else "名称和编号见模板的填写说明（xunjian findings template）"
    return f"没有检查项“{word}”：{mend}"
