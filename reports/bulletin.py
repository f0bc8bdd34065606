"""The bulletin (通报) of a month, a quarter or a year: what was found, who is named, what is asked (regulations.md 7.A).

Plain facts first, then sentences that say what their numbers allow and no more: no rate without its fraction, nothing
compared with a period that is not on record, 未发现 where there is nothing. The Word document, the annexes and the
assessment sheet are all written from one Bulletin, so that they cannot say different things.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property

from sqlalchemy.orm import Session

from checks.ratings import ITEMS, Result
from crawler.clock import CHINA
from reports.charts import Bars
from reports.figures import KINDS, Figures, count
from reports.foreign_text import file_name, short
from reports.letter import day_words
from reports.settings import ReportSettings
from reports.shares import Share
from tracker.errors import WrongUse
from tracker.figure_facts import AsKnown
from tracker.lifecycle import GOING, PUT_RIGHT, Origin, State
from tracker.observed import DOCUMENT_WORDS
from tracker.periods import Period
from tracker.rating_facts import Named, Rated, Unanswered, named, ratings, unanswered

BASIS = (
    "《政府网站发展指引》（国办发〔2017〕47号）、《国务院办公厅关于推进政务新媒体健康有序发展的意见》（国办发〔2018〕123号）和"
    "《政府网站与政务新媒体检查指标、监管工作年度考核指标》（国办秘函〔2019〕19号）"
)
TAKEN_TOGETHER = (
    "同一网站（账号）先后由两个单位主办的，分别计入两个单位，合计只计1次，故合计不一定等于各行之和。"
)
FAILED_NAMED, ISSUES_NAMED, UNITS_NAMED, UNITS_DRAWN = 8, 4, 12, 8
"""So many are spelled out in the text; the annexes hold all."""
LONGEST = 40
"""Characters of a name or a path within a sentence."""


class NotBegun(WrongUse):
    def __init__(self, period: Period, at: datetime) -> None:
        super().__init__(
            f"{period.words}在 {at.astimezone(CHINA):%Y-%m-%d} 尚未开始：请改写 --period 或 --as-of"
        )


@dataclass(frozen=True)
class Bulletin:
    """All that is told of a period, as known at a moment. `before`, `rated_before` and `unanswered_before` are those of the
    period before it, as known at the same moment. `titles`: a check's Chinese name."""

    figures: Figures
    before: Figures
    rated: tuple[Rated, ...]
    rated_before: tuple[Rated, ...]
    named: tuple[Named, ...]
    unanswered: tuple[Unanswered, ...]
    unanswered_before: tuple[Unanswered, ...]
    titles: Mapping[str, str]
    office: str
    contact: str = ""

    @property
    def period(self) -> Period:
        return self.figures.period

    @property
    def day(self) -> date:
        """The last that it knows of."""
        return self.figures.at.astimezone(CHINA).date()

    @property
    def is_over(self) -> bool:
        """The last second of its last day ends it: so a bare date is meant."""
        return self.figures.at + timedelta(seconds=1) >= self.period.ends

    @property
    def words(self) -> str:
        """2026年第四季度, and up to when if it is not over."""
        return self.period.words if self.is_over else f"{self.period.words}（截至{day_words(self.day)}）"

    @property
    def title(self) -> str:
        return f"关于{self.period.words}全市政府网站和政务新媒体检查情况的通报"

    @property
    def document_name(self) -> str:
        return f"{file_name(f'检查情况通报_{self.period}')}.docx"

    @property
    def annexes_name(self) -> str:
        return f"{file_name(f'检查情况通报附件_{self.period}')}.xlsx"

    @property
    def compares(self) -> bool:
        """A period that is not over, or of which nothing is on record, is compared with nothing."""
        return self.is_over and (
            self.before.days_of_rounds > 0 or any(self.before.value("通知", kind) for kind in KINDS)
        )

    @cached_property
    def newly(self) -> tuple[Named, ...]:
        """Each newly named issue once, as its newest notice names it."""
        return tuple({each.issue: each for each in self.named if each.is_new}.values())

    @cached_property
    def unfinished(self) -> tuple[Named, ...]:
        """Each issue that was named, newly or again, and is not put right yet, the longest overdue first: as it was newly
        named the last time, so that it is overdue here when it is in the figures, else as it was repeated."""
        found = {each.issue: each for each in (*self.named, *self.newly) if each.state in GOING}
        return tuple(
            sorted(found.values(), key=lambda each: (each.due_on or date.max, each.unit, each.issue))
        )

    @cached_property
    def times(self) -> dict[int, int]:
        """Issue -> 第几次通知, by the newest of the period."""
        return {each.issue: int(each.row.get("times") or 1) for each in self.named}

    def failed(self, kind: str) -> list[Rated]:
        return [each for each in self.rated if each.kind == kind and each.rating.result is Result.FAILED]

    def results(self, kind: str, before: bool = False) -> Counter[Result]:
        rated = self.rated_before if before else self.rated
        return Counter(each.rating.result for each in rated if each.kind == kind)

    def title_of(self, check: str) -> str:
        return self.titles.get(check, check)

    def days_over(self, of: Named) -> int:
        """逾期: days past the limit that this notice set."""
        return max((self.day - of.due_on).days, 0) if of.due_on else 0


def bulletin_of(
    session: Session,
    period: Period,
    at: datetime,
    settings: ReportSettings,
    titles: Mapping[str, str],
    ours: Collection[str],
) -> Bulletin:
    """NotBegun if nothing of the period has been yet. `ours`: checks whose faults are the operator's own."""
    if at < period.begins:
        raise NotBegun(period, at)
    known = AsKnown(at)
    return Bulletin(
        count(session, period, known, ours),
        count(session, period.before, known, ours),
        tuple(ratings(session, period, known)),
        tuple(ratings(session, period.before, known)),
        tuple(named(session, period, known, ours)),
        tuple(unanswered(session, period, known, ours)),
        tuple(unanswered(session, period.before, known, ours)),
        titles,
        settings.office,
        settings.contact,
    )


# -- the first section: 总体情况 -----------------------------------------------------------------------------


def opening(of: Bulletin) -> str:
    done = "对全市政府网站和政务新媒体进行了巡检和复核。" if of.figures.days_of_rounds else ""
    return f"根据{BASIS}等规定，{done}现将{of.words}检查情况通报如下。"


def scope(of: Bulletin) -> str:
    """检查范围和覆盖."""
    figures, last = of.figures, min(of.day, of.period.last)
    days = (last - of.period.first).days + 1
    rounds = figures.days_of_rounds
    if not rounds:
        return "本期没有巡检记录，以下问题来自人工巡查、上级通报、找错留言和历史台账。"
    every = "每日巡检，共" if rounds == days else ""
    said = [f"{every}巡检{rounds}天（统计期内共{days}天）"]
    for kind in KINDS:
        value = figures.value
        targets = (
            f"{DOCUMENT_WORDS[kind]}监控对象{value('监控对象', kind)}家、期末在册{value('期末在册', kind)}家"
        )
        closed = f"（期内关停{value('期内关停', kind)}家）" if value("期内关停", kind) else ""
        share = figures.share("巡检覆盖率", kind)
        rest = _listed((name, value(name, kind), "次") for name in ("无法核验", "未检", "报备免检"))
        said.append(
            f"{targets}{closed}，应检{value('应检', kind)}次、已检{value('已检', kind)}次，"
            f"巡检覆盖率{share.words()}{f'，{rest}' if rest else ''}"
        )
    return "；".join(said) + "。"


def results(of: Bulletin, kind: str) -> str:
    """判定结果: 合格率 only where each target was judged by every veto item."""
    counts = of.results(kind)
    whole = counts.total()
    if not whole:
        return f"{DOCUMENT_WORDS[kind]}：本期没有监控对象。"
    checked = whole - counts[Result.UNSEEN]
    said = [
        f"{result.sentence}{counts[result]}家"
        for result in (Result.PASSED, Result.NOTHING_FOUND, Result.FAILED, Result.UNSEEN)
        if counts[result] or result in (Result.PASSED, Result.FAILED)
    ]
    text = f"{DOCUMENT_WORDS[kind]}{whole}家中，{'、'.join(said)}"
    if not checked:
        return f"{text}。"
    text += f"，不合格率{Share(counts[Result.FAILED], checked).words()}"
    if not counts[Result.NOTHING_FOUND]:
        return f"{text}，合格率{Share(counts[Result.PASSED], checked).words()}。"
    return f"{text}。{_unchecked(of, kind)}"


def _unchecked(of: Bulletin, kind: str) -> str:
    """What nobody judged is said, or 未发现 would look like 合格."""
    names = {each.name for each in ITEMS if each.kind == kind}
    missing: Counter[str] = Counter()
    for each in of.rated:
        if each.kind == kind and each.rating.result is Result.NOTHING_FOUND:
            for words in each.rating.unchecked:
                name = max((each for each in names if words.startswith(each)), key=len)
                missing[name if words == name else f"{name}，须由人判定"] += 1
    told = "、".join(f"{name}（{n}家）" for name, n in missing.most_common())
    return f"其中未经检查、不作合格结论的单项否决项目：{told}。"


def notices(of: Bulletin, kind: str) -> str:
    """通知和整改."""
    value = of.figures.value
    times, again = value("家次", kind), value("再次通知家次", kind)
    if not times and not again:
        return f"{DOCUMENT_WORDS[kind]}：本期整改通知没有列入问题。"
    repeated = f"，另有只再次通知以前问题的{again}家次" if again else ""
    if not times:
        return f"{DOCUMENT_WORDS[kind]}：本期整改通知没有新列问题{repeated}。"
    share = of.figures.share("整改率", kind)
    overdue = f"（其中逾期未整改{value('逾期未整改', kind)}个）" if value("逾期未整改", kind) else ""
    states = [
        f"{name}{value(name, kind)}个{overdue if name == '整改中' else ''}"
        for name in ("已整改（销号）", "已整改（关停注销）", "整改中", "已报备暂不计", "已排除（误报）")
        if value(name, kind)
    ]
    relapses = value("问题反弹", kind)
    return (
        f"{DOCUMENT_WORDS[kind]}：整改通知新列问题{value('问题', kind)}个，涉及{value('家', kind)}家、{times}家次"
        f"{repeated}{_compared(of, '家次', kind)}。所列问题中{'、'.join(states)}，整改率{share.words()}"
        f"{f'；问题反弹{relapses}次' if relapses else ''}。"
    )


def _compared(of: Bulletin, name: str, kind: str) -> str:
    """环比."""
    if not of.compares:
        return ""
    more = of.figures.value(name, kind) - of.before.value(name, kind)
    change = f"{'增加' if more > 0 else '减少'}{abs(more)}家次" if more else "持平"
    return f"，比{of.before.period.words}（{of.before.value(name, kind)}家次）{change}"


def public(of: Bulletin) -> str:
    """找错留言."""
    came = [each for each in of.newly if each.row.get("origin") == Origin.PUBLIC.sentence]
    if not came:
        return "本期整改通知没有新列来自“我为政府网站找错”留言的问题。"
    right = sum(each.state in PUT_RIGHT for each in came)
    return f"整改通知新列的问题中，来自“我为政府网站找错”留言的{len(came)}个，已整改{right}个。"


def follow_up(of: Bulletin) -> str:
    """What became of the period before, and who did not answer."""
    before = of.before
    whole = sum(before.value("问题", kind) for kind in KINDS)
    if not whole:
        text = f"{before.period.words}没有列入整改通知的问题。"
    else:
        shares = "、".join(
            f"{DOCUMENT_WORDS[kind]}整改率{before.share('整改率', kind).words()}"
            for kind in KINDS
            if before.value("问题", kind)
        )
        left = sum(before.value("整改中", kind) for kind in KINDS)
        rest = f"，尚有{left}个未整改到位" if left else "，没有未整改到位的"
        text = f"{before.period.words}整改通知新列的{whole}个问题，截至{day_words(of.day)}，{shares}{rest}。"
    late = [(before.period.words, of.unanswered_before), ("本期", of.unanswered)]
    said = [f"{when}通知未按期反馈的：{_units(each)}" for when, each in late if each]
    if said:
        return f"{text}{'；'.join(said)}。"
    asked = any(f.value("通知", kind) for f in (before, of.figures) for kind in KINDS)
    return text + ("整改时限已过的通知未发现未按期反馈的单位。" if asked else "")


def _units(late: Sequence[Unanswered]) -> str:
    counts = Counter(each.unit for each in late)
    return _named_first([f"{unit}（{n}份）" for unit, n in counts.most_common()], UNITS_NAMED, "个单位")


def _listed(parts: Iterable[tuple[str, int, str]]) -> str:
    return "、".join(f"{name}{n}{unit}" for name, n, unit in parts if n)


def _named_first(names: Sequence[str], most: int, unit: str, where: str = "") -> str:
    """All of them, or the first few and how many there are."""
    if len(names) <= most:
        return "、".join(names)
    return f"{'、'.join(names[:most])}等{len(names)}{unit}{where}"


# -- the main table ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table 主要指标. `site` and `account`: now and before; the latter empty where nothing is compared."""

    name: str
    site: tuple[str, str]
    account: tuple[str, str]


MAIN = (
    ("家次", "家次", ""), ("再次通知家次", "再次通知", "家次"), ("家", "涉及对象", "家"), ("问题", "新列问题", "个"),
    ("已整改（销号）", "已整改（销号）", "个"), ("已整改（关停注销）", "已整改（关停注销）", "个"), ("整改中", "整改中", "个"),
    ("逾期未整改", "其中逾期未整改", "个"), ("已报备暂不计", "已报备暂不计", "个"), ("已排除（误报）", "已排除（误报）", "个"),
    ("问题反弹", "问题反弹", "次"),
)  # fmt: skip
"""Figure, its name in the table, its unit."""
LEFT_OUT_AT_ZERO = frozenset(
    {Result.UNSEEN.sentence, "再次通知", "已整改（关停注销）", "已报备暂不计", "已排除（误报）"}
)


def main_lines(of: Bulletin) -> Iterator[Line]:
    def line(name: str, unit: str, value: Callable[[Figures, str], str]) -> Line:
        now, past = ([value(figures, kind) for kind in KINDS] for figures in (of.figures, of.before))
        (site, account), (site_before, account_before) = now, past if of.compares else ("", "")
        named = f"{name}（{unit}）" if unit else name
        return Line(named, (site, site_before), (account, account_before))

    def counted(name: str, unit: str, value: Callable[[Figures, str], int]) -> Iterator[Line]:
        told = line(name, unit, lambda figures, kind: str(value(figures, kind)))
        if name not in LEFT_OUT_AT_ZERO or {*told.site, *told.account} - {"0", ""}:
            yield told

    yield from counted("监控对象", "家", lambda figures, kind: figures.value("监控对象", kind))
    for result in (Result.PASSED, Result.NOTHING_FOUND, Result.FAILED, Result.UNSEEN):
        yield from counted(
            result.sentence,
            "家",
            lambda figures, kind, result=result: of.results(kind, figures is of.before)[result],  # type: ignore[misc]
        )
    for figure, name, unit in MAIN:
        yield from counted(name, unit, lambda figures, kind, name=figure: figures.value(name, kind))  # type: ignore[misc]
    for rate in ("整改率", "按期整改率", "巡检覆盖率"):
        yield line(rate, "", lambda figures, kind, rate=rate: figures.share(rate, kind).words())  # type: ignore[misc]


# -- the second section: 主要问题 -----------------------------------------------------------------------------


def failures(of: Bulletin, kind: str) -> str:
    listed = of.failed(kind)
    if not listed:
        return f"未发现不合格的{DOCUMENT_WORDS[kind]}。"
    names = [
        f"{_target(each.unit, each.platform, each.name)}（{'；'.join(reason(each))}）"
        for each in sorted(listed, key=lambda each: -len(each.rating.reasons))
    ]
    where = f"（见附件{1 if kind == 'site' else 2}）"
    return (
        f"不合格的{DOCUMENT_WORDS[kind]}{len(listed)}家：{_named_first(names, FAILED_NAMED, '家', where)}。"
    )


def reason(rated: Rated) -> Iterator[str]:
    """Without the clause: the annex has it."""
    return (words.rpartition("（国办")[0] for words in rated.rating.reasons)


def by_check(of: Bulletin) -> Iterator[tuple[str, str]]:
    """Heading and text of each kind of problem, the most frequent first; within it what is worst comes first."""
    groups: dict[str, list[Named]] = {}
    for each in of.newly:
        groups.setdefault(each.check, []).append(each)
    for check, issues in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield of.title_of(check), _problem(of, issues)


def _problem(of: Bulletin, issues: Sequence[Named]) -> str:
    told = []
    for kind in KINDS:
        mine = [each for each in issues if each.kind == kind]
        if mine:
            told.append(f"{DOCUMENT_WORDS[kind]}{len({each.target for each in mine})}家、问题{len(mine)}个")
    rest = _how_far(issues)
    worst = sorted(issues, key=lambda each: _badness(of, each))
    names = [_issue(of, each) for each in worst]
    return f"涉及{'；'.join(told)}，{rest}。{_named_first(names, ISSUES_NAMED, '个问题', '（见附件3）')}。"


def _how_far(issues: Sequence[Named]) -> str:
    going = sum(each.state in GOING for each in issues)
    if going:
        return f"尚未整改到位{going}个"
    if all(each.state in PUT_RIGHT for each in issues):
        return "均已整改"
    waived = sum(each.state is State.WAIVED for each in issues)
    return f"除已报备暂不计{waived}个外，均已整改或排除" if waived else "均已整改或排除"


def _badness(of: Bulletin, each: Named) -> tuple[bool, int, int, int]:
    age = str(each.row.get("overdue_days") or "")
    return each.state not in GOING, -of.days_over(each), -int(age) if age.isdecimal() else 0, each.issue


def _issue(of: Bulletin, each: Named) -> str:
    row = each.row
    path = str(row.get("path") or "")
    column = "栏目" if each.check.startswith("column-") else ""
    where = f"的“{short(path, LONGEST)}”{column}" if path else ""
    facts = [f"最后更新{row['newest']}"] if row.get("newest") else []
    facts += [each.state.sentence.partition("（")[0]] if each.state not in GOING else []
    facts += [f"逾期{of.days_over(each)}天未整改"] if each.state in GOING and of.days_over(each) else []
    said = f"（{'，'.join(facts)}）" if facts else ""
    platform = str(row.get("kind") or "") if each.kind == "account" else ""
    return f"{_target(each.unit, platform, str(row.get('target') or ''))}{where}{said}"


def _target(unit: str, platform: str, name: str) -> str:
    """云泽市教育局微博“云泽教育”."""
    return f"{unit}{platform}“{short(name, LONGEST)}”"


# -- the third section: 工作要求 ------------------------------------------------------------------------------


def demands(of: Bulletin) -> Iterator[tuple[str, str]]:
    """Heading and text."""
    open_ones = of.unfinished
    if open_ones:
        sites = sum(each.kind == "site" for each in open_ones)
        late = sum(of.days_over(each) > 0 or not each.is_new for each in open_ones)
        overdue = f"；其中已超过整改时限的{late}个，请立即整改" if late else ""
        yield (
            "限期整改问题",
            f"尚未整改到位的{len(open_ones)}个问题（政府网站{sites}个、政务新媒体{len(open_ones) - sites}个，见附件4），"
            f"请有关单位按整改通知所列时限完成整改{overdue}。",
        )
    else:
        yield "巩固整改成果", "请各单位举一反三，对照检查指标开展自查，防止已整改的问题反弹。"
    late_units = of.unanswered or of.unanswered_before
    ask = "未按期反馈的单位请尽快补报。" if late_units else ""
    yield (
        "按时反馈结果",
        f"请各有关单位在整改时限内，通过整改通知所附反馈链接逐项反馈整改措施、完成日期和责任人。{ask}整改结果以复查为准。",
    )
    yield (
        "加强日常管理",
        "各单位要落实内容更新、信息审核和值班读网等制度，及时更新栏目和账号内容；确无必要保留的栏目和账号，按程序归并、"
        "关停或注销并报备。对逾期未整改的，将再次通知并按有关规定逐级督办。",
    )


# -- charts -----------------------------------------------------------------------------------------------


def charts(of: Bulletin) -> Iterator[Bars]:
    """Problems by month, or by kind of problem within one month; then how far each unit has come."""
    if not of.newly:
        return
    yield _by_month(of) if of.period.months > 1 else _by_check(of)
    if units := [line for line in unit_lines(of) if line.issues]:
        yield _by_unit(of, units)


def _by_month(of: Bulletin) -> Bars:
    last = f"{of.day:%Y-%m}"
    months = [str(month) for month in of.period.each_month if str(month) <= last]
    split = {kind: of.figures.by("问题", kind, "month") for kind in KINDS}
    series = [(DOCUMENT_WORDS[kind], [split[kind][month] for month in months]) for kind in KINDS]
    return Bars(f"{of.words}各月新列问题", [f"{int(month[-2:])}月" for month in months], series)


def _by_check(of: Bulletin) -> Bars:
    split = {kind: of.figures.by("问题", kind, "check") for kind in KINDS}
    total = sum(split.values(), Counter[str]())
    checks = sorted(total, key=lambda check: (-total[check], check))[:UNITS_NAMED]
    more = f"（最多的{len(checks)}类）" if len(total) > len(checks) else ""
    series = [(DOCUMENT_WORDS[kind], [split[kind][check] for check in checks]) for kind in KINDS]
    return Bars(
        f"{of.words}各类新列问题{more}", [of.title_of(check) for check in checks], series, stacked=True
    )


def _by_unit(of: Bulletin, units: Sequence["UnitLine"]) -> Bars:
    """The units with the most problems."""
    most = sorted(units, key=lambda line: (-line.issues, line.unit))[:UNITS_DRAWN]
    more = f"（前{len(most)}个单位）" if len(units) > len(most) else ""
    rows = [
        ("已整改（含排除、报备）", [line.issues - line.going for line in most]),
        ("整改中", [line.going - line.overdue for line in most]),
        ("逾期未整改", [line.overdue for line in most]),
    ]
    return Bars(
        f"{of.words}各单位问题整改情况{more}", [short(line.unit, 16) for line in most], rows, stacked=True
    )


# -- by unit ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One 主办单位 (or all: 合计) in figures. `times` and `again` 家次 and 再次通知; `on_time` of what was due."""

    unit: str
    sites: int
    accounts: int
    site_times: int
    account_times: int
    again: int
    targets: int
    issues: int
    put_right: int
    going: int
    overdue: int
    on_time: Share
    rectified: Share
    relapses: int
    failed: int
    unanswered: int


def unit_lines(of: Bulletin) -> list[UnitLine]:
    """By name: every unit that answered for something in the period, or that was named."""
    figures = of.figures
    names = ("监控对象", "家次", "再次通知家次", "问题反弹")
    units = {unit for kind in KINDS for name in names for unit in figures.by(name, kind, "unit")}
    units |= {each.unit for each in of.rated} | {each.unit for each in of.unanswered}

    def line(unit: str) -> UnitLine:
        return _unit_line(
            of,
            unit,
            lambda name, kind: figures.by(name, kind, "unit")[unit],
            lambda name, kind: figures.share_by(name, kind, "unit", unit),
            [each for each in of.rated if each.unit == unit],
            sum(each.unit == unit for each in of.unanswered),
        )

    return [line(unit) for unit in sorted(units)]


def total_line(of: Bulletin) -> UnitLine:
    """Counted by itself: TAKEN_TOGETHER."""
    return _unit_line(of, "合计", of.figures.value, of.figures.share, of.rated, len(of.unanswered))


def _unit_line(
    of: Bulletin,
    unit: str,
    value: Callable[[str, str], int],
    share: Callable[[str, str], Share],
    rated: Sequence[Rated],
    late: int,
) -> UnitLine:
    def both(*names: str) -> int:
        return sum(value(name, kind) for name in names for kind in KINDS)

    def together(rate: str) -> Share:
        shares = [share(rate, kind) for kind in KINDS]
        return Share(sum(each.part for each in shares), sum(each.whole for each in shares))

    return UnitLine(
        unit=unit,
        sites=value("监控对象", "site"),
        accounts=value("监控对象", "account"),
        site_times=value("家次", "site"),
        account_times=value("家次", "account"),
        again=both("再次通知家次"),
        targets=both("家"),
        issues=both("问题"),
        put_right=both("已整改（销号）", "已整改（关停注销）"),
        going=both("整改中"),
        overdue=both("逾期未整改"),
        on_time=together("按期整改率"),
        rectified=together("整改率"),
        relapses=both("问题反弹"),
        failed=sum(each.rating.result is Result.FAILED for each in rated),
        unanswered=late,
    )
