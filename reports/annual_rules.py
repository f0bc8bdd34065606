"""The rules X1-X8 over a filled-in annual report: what does not add up, where, and by how much.

Source     勾稽关系 of the form (国办公开办函〔2021〕30号); regulations.md 6.C
Errors     X1-X4, printed in the form, and X7: what the texts say must be what the tables say
Warnings   X5, X6, X8: after a reorganisation (机构改革) or a correction of last year's report they may rightly differ; the
           office explains it under 六、其他需要报告的事项. X7 too where the sentence may speak of others' cases
Unjudged   X5 and X6 without last year's numbers, X8 without the reports of the units below, ledger figures not given
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from reports.annual_claims import Claim, Reading, claims
from reports.annual_form import (
    CARRIED_IN,
    CARRIED_ON,
    EQUATIONS,
    KEYS,
    LAST_YEAR,
    MADE,
    REPEALED,
    TEXTS,
    AnnualSheet,
    Equation,
    Key,
    Number,
    Text,
    place_of,
    shown,
)
from reports.errors import ReportError
from tracker.observed import DOCUMENT_WORDS

ADDED_UP = {"X2": "（一）至（六）各行", "X3": "自然人与法人或其他组织各栏", "X4": "四项结果"}


@dataclass(frozen=True, slots=True)
class Breach:
    rule: str
    """X1 to X8."""
    where: str
    """The cell by its row and column; for X7 the text and the cell."""
    words: str
    """One sentence with both numbers and the difference."""
    is_warning: bool = False

    def __str__(self) -> str:
        return f"{self.rule} {'提示' if self.is_warning else '错误'} {self.where}：{self.words}"


class UnsoundReport(ReportError):
    """Nothing is printed of a report that does not add up."""

    def __init__(self, errors: Sequence[Breach]) -> None:
        self.errors = tuple(errors)
        listed = "；".join(f"（{n}）{each.where}：{each.words}" for n, each in enumerate(errors, 1))
        super().__init__(f"年度报告有{len(errors)}处错误，改正后才能生成：{listed}")


def breaches(
    sheet: AnnualSheet,
    ledger: Mapping[str, int] | None = None,
    last: AnnualSheet | None = None,
    parts: Sequence[AnnualSheet] = (),
) -> list[Breach]:
    """All that does not hold, rule by rule.

    `ledger`: figures by address without the year (site/家次, account/监控对象); `last`: last year's report, which goes before
    what the sheet itself gives of last year; `parts`: the reports of the units that this one sums up.
    """
    found = [*_sums(sheet), *_last_year(sheet, last), *_texts(sheet, ledger or {}), *_parts(sheet, parts)]
    return sorted(found, key=lambda breach: breach.rule)


def refuse_unsound(sheet: AnnualSheet, ledger: Mapping[str, int] | None = None) -> None:
    """UnsoundReport if there is an error; warnings let it pass."""
    if errors := [each for each in breaches(sheet, ledger) if not each.is_warning]:
        raise UnsoundReport(errors)


# -- X1 to X4 ---------------------------------------------------------------------------------------------


def _sums(sheet: AnnualSheet) -> Iterator[Breach]:
    sums = [(table, each, _sum(sheet, each.left), _sum(sheet, each.right)) for table, each in EQUATIONS]
    broken = [each for each in sums if each[2] != each[3]]
    suspect = _suspect({equation: left - right for _, equation, left, right in broken})
    hint = f"，很可能是“{suspect.row}”一行“{suspect.column}”一栏有误" if suspect else ""
    for table, equation, left, right in broken:
        by = _apart(left, right)
        if equation.total is None:
            words = (
                f"“本年新收”加“上年结转”为{shown(left)}（{_addends(sheet, equation.left)}），"
                f"“办理结果总计”加“结转下年度”为{shown(right)}（{_addends(sheet, equation.right)}），{by}"
            )
            column = equation.left[0].column
            yield Breach(equation.rule, f"{table.name}“一、二、三（七）、四”各行“{column}”一栏", words)
        else:
            words = f"所填为{shown(left)}，{ADDED_UP[equation.rule]}之和为{shown(right)}，{by}{hint}"
            yield Breach(equation.rule, place_of(equation.total), words)


def _suspect(broken: Mapping[Equation, Number]) -> Key | None:
    """The cell that one row and one column both point at, if just these two are broken, and by the same difference."""
    totals = {equation.rule: equation.total for equation in broken}
    down, across = totals.get("X2"), totals.get("X3")
    if len(broken) != 2 or len(set(broken.values())) != 1 or not (down and across):
        return None
    return Key(across.row, down.column)


def _sum(sheet: AnnualSheet, keys: Sequence[Key]) -> Number:
    return sum(sheet.numbers[key] for key in keys)


def _apart(one: Number, other: Number) -> str:
    return f"相差{shown(max(one, other) - min(one, other))}"


def _addends(sheet: AnnualSheet, keys: Sequence[Key]) -> str:
    return "+".join(shown(sheet.numbers[key]) for key in keys)


# -- X5 and X6 --------------------------------------------------------------------------------------------


def _last_year(sheet: AnnualSheet, last: AnnualSheet | None) -> Iterator[Breach]:
    before = dict(sheet.before)
    if last and last.year != sheet.year - 1:
        words = f"上年报告是{last.year}年度的，本报告是{sheet.year}年度的，未作核对：请换成{sheet.year - 1}年度的报告"
        yield Breach("X5", "上年数据", words, is_warning=True)
    elif last:
        before |= {key: last.numbers[key] for key in LAST_YEAR.keys}
    for key, was in before.items():
        if key.row == CARRIED_ON:
            here = Key(CARRIED_IN, key.column)
            rule, source, expected = "X5", "上年度“结转下年度继续办理”", was
        else:
            here, made, repealed = (
                key,
                sheet.numbers[Key(key.row, MADE)],
                sheet.numbers[Key(key.row, REPEALED)],
            )
            rule, expected = "X6", was + made - repealed
            source = f"上年现行有效{shown(was)}加本年制发{shown(made)}减本年废止{shown(repealed)}"
        said = sheet.numbers[here]
        if said != expected:
            words = f"所填为{shown(said)}，{source}为{shown(expected)}，{_apart(said, expected)}"
            yield Breach(rule, place_of(here), words, is_warning=True)


# -- X7 ---------------------------------------------------------------------------------------------------


def _texts(sheet: AnnualSheet, ledger: Mapping[str, int]) -> Iterator[Breach]:
    for text in TEXTS:
        for claim in claims("\n".join(sheet.paragraphs(text)), text.name, sheet.year):
            readings = [each for each in claim.readings if _is_known(each, ledger)]
            values = [_value(sheet, ledger, each) for each in readings]
            number = Decimal(claim.number) / (10_000 if claim.unit == "元" else 1)
            if values and number not in values:
                yield _contradiction(text, claim, readings[0], values[0], number)


def _is_known(reading: Reading, ledger: Mapping[str, int]) -> bool:
    return all(isinstance(each, Key) or each in ledger for each in reading)


def _value(sheet: AnnualSheet, ledger: Mapping[str, int], reading: Reading) -> Number:
    return sum(sheet.numbers[each] if isinstance(each, Key) else ledger[each] for each in reading)


def _contradiction(text: Text, claim: Claim, reading: Reading, value: Number, number: Decimal) -> Breach:
    source = "、".join(place_of(each) if isinstance(each, Key) else _ledger_words(each) for each in reading)
    total = "合计为" if len(reading) > 1 else "为"
    words = f"正文写“{claim.words}”，{source}{total}{shown(value)}，{_apart(number, value)}"
    return Breach("X7", f"正文“{text.heading}”、{source}", words, is_warning=not claim.is_certain)


def _ledger_words(name: str) -> str:
    kind, _, figure = name.partition("/")
    return f"台账{DOCUMENT_WORDS.get(kind, kind)}“{figure}”"


# -- X8 ---------------------------------------------------------------------------------------------------


def _parts(sheet: AnnualSheet, parts: Sequence[AnnualSheet]) -> Iterator[Breach]:
    for each in parts:
        if each.year != sheet.year:
            words = f"“{each.office}”的报告是{each.year}年度的，本报告是{sheet.year}年度的：请换成{sheet.year}年度的报告"
            yield Breach("X8", f"下级报告“{each.office}”", words, is_warning=True)
    for key in KEYS if parts else ():
        said: Number = sheet.numbers[key]
        total: Number = sum(part.numbers[key] for part in parts)
        if said != total:
            words = f"所填为{shown(said)}，{len(parts)}份下级报告合计为{shown(total)}，{_apart(said, total)}"
            yield Breach("X8", place_of(key), words, is_warning=True)
