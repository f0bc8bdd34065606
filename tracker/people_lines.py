"""Of which check and which target a line of a file that people bring speaks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from checks.indicators import INDICATORS, Indicator
from tracker import cells, models
from tracker.cells import TargetState
from tracker.observed import KIND_WORDS
from tracker.people_files import Row
from tracker.register_reading import Remark

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


@dataclass(slots=True)
class Accepted:
    """A line of which it is known of which target and check it speaks."""

    row: Row
    target: Called
    indicator: Indicator


def check_called(word: str) -> Indicator | None:
    return _CHECK_OF.get(cells.half_width(word))


def no_check(word: str) -> str:
    near = get_close_matches(word, _CHECK_OF, n=1, cutoff=0.5)
    mend = f"是否想写 {near[0]}？" if near else "名称和编号见模板的填写说明（xunjian findings template）"
    return f"没有检查项“{word}”：{mend}"


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

    def meant(
        self, row: Row, faults: list[Remark], besides: str = ""
    ) -> tuple[Indicator | None, list[Called]]:
        """The check of a line, and all targets that it may mean; adds to `faults` what it names and nobody knows.

        `besides`: what else is to be said where no register has the target.
        """
        check, text = row.facts.get("check"), row.facts.get("target") or row.facts.get("name") or ""
        indicator = check_called(check) if check else None
        found = self.called(text, row.facts.get("kind", "")) if text else []
        if check and indicator is None:
            faults.append(row.remark("检查项", no_check(check)))
        if text and not found:
            mend = f"台账中没有“{text}”：请核对标识码，或先导入台账{besides}"
            faults.append(row.remark("标识码", mend))
        return indicator, found


def misfit(row: Row, found: Sequence[Called], fit: Sequence[Called], indicator: Indicator) -> Remark | None:
    """Why it is not certain of which target the line speaks; `fit`: those of `found` for which there is such a check."""
    if not fit:
        mend = f"“{indicator.title}”不适用于{KIND_WORDS[found[0].kind]}“{found[0].name}”，请核对"
        return row.remark("检查项", mend)
    if len(fit) > 1:
        mend = f"可能是{'，或'.join(map(str, fit))}：请写标识码；仍分不清的请加“类型”一栏，写网站或账号"
        return row.remark("标识码", mend)
    return None


def _bare(name: str) -> str:
    return "".join(cells.half_width(name).split())
