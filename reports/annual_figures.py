"""The year's figures (年度数据): counts beside those of the year before, split, explained in words, and the rows they rest on."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from crawler.clock import CHINA
from reports.annual_words import Straggler, information_paragraph, stragglers
from reports.explain import COLUMNS, Address, in_words, rows_behind
from reports.figures import (
    COVERAGE,
    COVERAGE_WORDS,
    DIMENSIONS,
    FIGURES,
    FOOTNOTE,
    KINDS,
    NAMES,
    NOTICES_WORDS,
    RATES,
    SPANS,
    Figures,
    count,
)
from reports.tables import Column, Row
from reports.traces import since_filed
from tracker.observed import DOCUMENT_WORDS
from tracker.periods import Period
from tracker.publications import Published, published

SPLIT = (
    "家次", "再次通知家次", "家", "问题", "已整改（销号）", "已整改（关停注销）", "整改中", "已报备暂不计", "已排除（误报）",
    "逾期未整改", "确认问题", "问题反弹",
)  # fmt: skip
"""Figures that are printed by month, unit, check and platform."""
BRIEF = (
    "监控对象",
    "家次",
    "再次通知家次",
    "家",
    "问题",
    "已整改（销号）",
    "整改中",
    "通知",
    "巡检覆盖率",
    "通知率",
    "整改率",
)
NOT_SEEN = (
    "按每日巡检所见的列表首页和账号最近发布统计，同一条信息在几个栏目出现的计1条；列表翻页以后的、没有日期的、开始巡检之前已移出首页的"
    "和无法核验之日移出首页的信息没有计入，因此少于网站后台的统计，以网站后台为准。"
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table of the year, ready to be written (reports/tables.py)."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]


@dataclass(frozen=True, slots=True)
class Annual:
    """All that the record says of a year. `filed`: when its figures were frozen, empty: they were not; `since`: what is
    different since then."""

    figures: Figures
    before: Figures
    behind: list[Straggler]
    published: list[Published]
    paragraph: str
    filed: str
    since: list[str]
    titles: Mapping[str, str]
    digits: int

    @property
    def ledger(self) -> dict[str, int]:
        """What the texts of the annual report may say of the ledger (reports/annual_rules.py, X7); nothing where the record
        holds nothing of the year: it cannot contradict anybody."""
        if not self.figures.days_of_rounds and not any(self.figures.value("通知", kind) for kind in KINDS):
            return {}
        names = ("监控对象", "家次", "再次通知家次")
        return {f"{kind}/{name}": self.figures.value(name, kind) for kind in KINDS for name in names}

    @property
    def publication_words(self) -> str:
        said = []
        for kind, word in DOCUMENT_WORDS.items():
            rows = [row for row in self.published if row.kind == kind]
            undated = sum(row.undated for row in rows)
            more = f"，另有没有日期的 {undated} 条" if undated else ""
            said.append(f"{word} {sum(row.dated for row in rows)} 条（{len(rows)} 家{more}）")
        return f"巡检所见信息发布：{'，'.join(said)}。{NOT_SEEN}"


def annual(
    session: Session, year: int, at: datetime, ours: Collection[str], titles: Mapping[str, str], digits: int
) -> Annual:
    period = Period.of_year(year)
    figures, before = count(session, period, at, ours), count(session, period.before, at, ours)
    behind = stragglers(session, figures, ours, titles)
    filed, since = since_filed(session, period, figures.flat())
    return Annual(
        figures,
        before,
        behind,
        list(published(session, period, figures.known)),
        information_paragraph(figures, behind, titles, digits),
        filed,
        since,
        titles,
        digits,
    )


# -- tables -----------------------------------------------------------------------------------------------


def words_of(name: str) -> str:
    """A figure's definition."""
    if name in FIGURES:
        return FIGURES[name].words
    return COVERAGE_WORDS.get(name, NOTICES_WORDS)


def unit_of(name: str) -> str:
    return FIGURES[name].unit if name in FIGURES else "次" if name in COVERAGE else "份"


def summary(told: Annual) -> Iterator[Row]:
    """Every figure, rate and span of the year and of the year before, with its definition."""
    for name in NAMES:
        values = [figures.value(name, kind) for figures in (told.figures, told.before) for kind in KINDS]
        yield name, unit_of(name), *values, words_of(name)
    for rate in RATES.values():
        shares = [
            f.share(rate.name, kind).words(told.digits) for f in (told.figures, told.before) for kind in KINDS
        ]
        yield rate.name, "%", *shares, rate.words
    for name, (words, _) in SPANS.items():
        spans = [_span(f, name, kind) for f in (told.figures, told.before) for kind in KINDS]
        yield name, "天", *spans, f"{words}（中位数，最长）"
    rounds = (told.figures.days_of_rounds, "", told.before.days_of_rounds, "")
    yield "巡检天数", "天", *rounds, "有巡检轮次的天数，网站和账号同一轮"


def brief_summary(told: Annual) -> Iterator[Row]:
    """The few figures that are asked for most."""
    for row in summary(told):
        if row[0] in BRIEF:
            yield row


def _span(figures: Figures, name: str, kind: str) -> str:
    middle, longest = figures.median_days(name, kind), figures.longest_days(name, kind)
    return "—" if middle is None else f"{middle:g}，{longest}"


def summary_columns(told: Annual) -> tuple[Column, ...]:
    year, before = told.figures.period.words, told.before.period.words
    return (
        ("name", "指标", 18),
        ("unit", "单位", 6),
        ("site", f"{year}网站", 16),
        ("account", f"{year}账号", 16),
        ("site_before", f"{before}网站", 16),
        ("account_before", f"{before}账号", 16),
        ("words", "定义", 90),
    )


def sheets(session: Session, told: Annual, ours: Collection[str]) -> Iterator[Sheet]:
    """The workbook, sheet by sheet; rows are read as they are written."""
    yield Sheet("summary", "总表", summary_columns(told), (*summary(told), _note()))
    for dimension, title in (
        ("month", "按月"),
        ("unit", "按主办单位"),
        ("check", "按检查项"),
        ("platform", "按平台"),
    ):
        counts: tuple[Column, ...] = tuple((name, name) for name in SPLIT)
        columns = (("kind", "类型", 12), (dimension, title[1:], 24), *counts)
        yield Sheet(f"by_{dimension}", title, columns, _split(told, dimension))
    yield Sheet("publications", "信息发布", PUBLISHED, _published(told))
    yield Sheet("behind", "未及时通知和未整改", BEHIND, _behind(told))
    for kind, word in DOCUMENT_WORDS.items():
        address = Address(told.figures.period, kind, "家次", {})
        rows = rows_behind(session, address, told.figures.known, ours, told.titles)
        yield Sheet(f"times_{kind}", f"家次明细（{word}）", COLUMNS, map(in_words, rows))


def _note() -> Row:
    return (
        FOOTNOTE,
        "",
        "",
        "",
        "",
        "",
        "序号、明细见“家次明细”各表；任一数字的明细：xunjian report explain 统计期/类型/指标",
    )


def _split(told: Annual, dimension: str) -> Iterator[Row]:
    for kind, word in DOCUMENT_WORDS.items():
        counts = {name: told.figures.by(name, kind, dimension) for name in SPLIT}
        for value in sorted({value for each in counts.values() for value in each}):
            shown = told.titles.get(value, value) if dimension == "check" else value
            yield word, shown, *(counts[name][value] for name in SPLIT)


PUBLISHED: tuple[Column, ...] = (
    ("kind", "类型", 10),
    ("target", "标识码", 18),
    ("name", "名称", 28),
    ("unit", "主办单位", 24),
    ("platform", "平台", 10),
    ("dated", "发布条数", 10),
    ("undated", "没有日期的条数", 14),
    ("first_seen", "首次见到信息", 18),
)


def _published(told: Annual) -> Iterator[Row]:
    for row in told.published:
        yield (
            DOCUMENT_WORDS[row.kind], row.key, row.name, row.unit, row.platform, row.dated, row.undated,
            row.first_seen.astimezone(CHINA),
        )  # fmt: skip
    yield NOT_SEEN, "", "", "", "", None, None, None


BEHIND: tuple[Column, ...] = (
    ("kind", "类型", 10),
    ("unit", "主办单位", 24),
    ("target", "名称", 28),
    ("check", "问题类型", 16),
    ("subject", "对象", 24),
    ("issue", "问题编号", 10),
    ("why", "情况", 40),
)


def _behind(told: Annual) -> Iterator[Row]:
    for each in told.behind:
        yield (
            DOCUMENT_WORDS[each.kind],
            each.unit,
            each.target,
            each.check,
            each.subject,
            each.issue,
            each.why,
        )


LONG: tuple[Column, ...] = (
    ("address", "地址"),
    ("kind", "类型"),
    ("name", "指标"),
    ("dimension", "维度"),
    ("value", "取值"),
    ("count", "数值"),
    ("unit", "计量单位"),
    ("words", "定义"),
)


def long_rows(told: Annual) -> Iterator[Row]:
    """Every figure and split in one table: what a spreadsheet or a script takes in at once."""
    for address, number in told.figures.flat().items():
        _, kind, name, *rest = address.split("/", 3)
        dimension, _, value = rest[0].partition("=") if rest else ("", "", "")
        yield address, DOCUMENT_WORDS[kind], name, dimension, value, number, unit_of(name), words_of(name)
    for kind, word in DOCUMENT_WORDS.items():
        for rate in RATES.values():
            share = told.figures.share(rate.name, kind)
            address = f"{told.figures.period}/{kind}/{rate.name}"
            yield address, word, rate.name, "", "", share.words(told.digits), "%", rate.words


# -- JSON -------------------------------------------------------------------------------------------------


def document(told: Annual) -> dict[str, Any]:
    """As `report annual --format json` gives it; scripts rely on these names."""
    figures = told.figures
    return {
        "period": str(figures.period),
        "as_of": figures.at.astimezone(CHINA).isoformat(),
        "days_of_rounds": figures.days_of_rounds,
        "figures": figures.flat(),
        "rates": {
            f"{figures.period}/{kind}/{name}": _rate(figures, name, kind, told.digits)
            for kind in KINDS
            for name in RATES
        },
        "paragraph": told.paragraph,
        "footnote": FOOTNOTE,
        "before": {address: n for address, n in told.before.flat().items() if address.count("/") == 2},
        "publications": {
            "not_seen": NOT_SEEN,
            "targets": [
                {
                    "kind": row.kind,
                    "target": row.key,
                    "name": row.name,
                    "dated": row.dated,
                    "undated": row.undated,
                }
                for row in told.published
            ],
        },
        "behind": [
            {"kind": each.kind, "unit": each.unit, "issue": each.issue, "words": each.words}
            for each in told.behind
        ],
        "frozen": told.filed or None,
        "since_frozen": told.since,
        "definitions": {name: words_of(name) for name in NAMES}
        | {rate.name: rate.words for rate in RATES.values()},
        "dimensions": DIMENSIONS,
    }


def _rate(figures: Figures, name: str, kind: str, digits: int) -> dict[str, Any]:
    share = figures.share(name, kind)
    percent = share.percent(digits)
    return {"part": share.part, "whole": share.whole, "percent": None if percent is None else float(percent)}


def document_text(told: Annual) -> str:
    return json.dumps(document(told), ensure_ascii=False, indent=1) + "\n"
