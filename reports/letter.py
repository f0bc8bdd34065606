"""A notice (整改通知) as it is told: plain facts out of the record, before any form is given to them.

The Word notice, the list and the mail are all written from one Letter, so that they cannot say different things; what
more than one of them says in words stands here, too.
"""

from collections import Counter
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from crawler.clock import CHINA
from reports.foreign_text import file_name, tame
from tracker.lifecycle import Origin
from tracker.weeks import Week

DRAFT_WORDS = "（草稿，未签发）"
FORECAST_WORDS = "该时限按预测的工作日历推算，以国务院办公厅公布为准。"
PICTURE_NUMBER = 12
"""Characters of the SHA-256 that a 截图编号 has."""


def day_words(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def moment_words(at: datetime) -> str:
    """In Asia/Shanghai, to the minute."""
    here = at.astimezone(CHINA)
    return f"{day_words(here.date())}{here:%H:%M}"


def deadline_words(day: date) -> str:
    """The day is still in time; 前 is how such a limit is written."""
    return f"{day_words(day)}（星期{'一二三四五六日'[day.weekday()]}）前"


def _tame_all(facts: Any) -> None:
    """Whoever made it: no form has to fear its texts."""
    for field in fields(facts):
        value = getattr(facts, field.name)
        if isinstance(value, str):
            object.__setattr__(facts, field.name, tame(value))


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One issue in a notice, as regulations.md 7.B recommends. Its texts hold no control characters."""

    ordinal: int
    issue: int
    unit: str
    kind: str
    """网站, or the platform of an account."""
    target: str
    key: str
    check: str
    """问题类型, in words."""
    path: str
    """栏目路径, or what else the fault is about; empty if it is the whole target."""
    url: str
    detail: str
    newest: str
    """最后更新日期, empty where it has none."""
    overdue_days: str
    """已超期天数, empty where it has none."""
    clause: str
    origin: str
    """问题来源, such as 日常巡检, 上级通报."""
    first_seen: datetime
    due_on: date | None
    times: int
    """第几次通知."""
    rectified_on: date | None = None
    """When it was seen put right, for the part that tells recoveries."""
    evidence: tuple[str, ...] = ()
    """SHA-256 of stored pages and pictures; the first letters of the first one are the 截图编号."""

    def __post_init__(self) -> None:
        _tame_all(self)

    @property
    def identity(self) -> str:
        """标识码/平台."""
        return self.key if self.kind == "网站" else f"{self.kind} {self.key}".strip()

    @property
    def picture_number(self) -> str:
        """截图编号."""
        return self.evidence[0][:PICTURE_NUMBER] if self.evidence else ""


@dataclass(frozen=True, slots=True)
class LetterPart:
    """What stands under one heading of a notice. `short`: the heading in a subject line and in a cell of the list."""

    heading: str
    short: str
    rows: tuple[LetterRow, ...]


@dataclass(frozen=True, slots=True)
class Letter:
    """`number` and `dated` are empty in a draft. `kind`: weekly, urgent, correction, withdrawal."""

    kind: str
    title: str
    number: str
    unit: str
    office: str
    contact: str
    week: str
    first_day: date
    last_day: date
    dated: date | None
    due_on: date | None
    """The earliest deadline of its rows."""
    forecast: bool = False
    """The deadline was counted with a calendar that is a forecast yet."""
    new: tuple[LetterRow, ...] = ()
    again: tuple[LetterRow, ...] = ()
    rectified: tuple[LetterRow, ...] = ()
    about: str = ""
    """文号 of the notice that this one withdraws or corrects."""
    why: str = ""
    """Why it is withdrawn or corrected."""
    reply_url: str = ""

    def __post_init__(self) -> None:
        _tame_all(self)

    @property
    def rows(self) -> tuple[LetterRow, ...]:
        return (*self.new, *self.again, *self.rectified)

    @property
    def parts(self) -> tuple[LetterPart, ...]:
        """What is listed, in the order of the notice; a heading without rows is left out."""
        parts: tuple[LetterPart, ...]
        match self.kind:
            case "withdrawal":
                parts = (LetterPart("撤回的问题", "撤回", self.rows),)
            case "correction":
                parts = (
                    LetterPart("更正后的问题", "更正", (*self.new, *self.again)),
                    LetterPart("已整改（销号）的问题", "已整改（销号）", self.rectified),
                )
            case _:
                parts = (
                    LetterPart("新列问题", "新列问题", self.new),
                    LetterPart("再次通知的问题", "再次通知", self.again),
                    LetterPart("已整改（销号）的问题", "已整改（销号）", self.rectified),
                )
        return tuple(part for part in parts if part.rows)

    @property
    def asked(self) -> tuple[LetterRow, ...]:
        """What is to be put right."""
        return () if self.kind == "withdrawal" else (*self.new, *self.again)

    @property
    def is_draft(self) -> bool:
        return not self.number

    @property
    def week_words(self) -> str:
        return Week.of(self.first_day).words

    @property
    def counts(self) -> str:
        """新列问题3个，再次通知1个: as in a subject line."""
        return "，".join(f"{part.short.removesuffix('（销号）')}{len(part.rows)}个" for part in self.parts)

    @property
    def finding(self) -> str:
        """The counts as a sentence of the body says them, without a full stop."""
        said = []
        if self.new:
            said.append(f"新列问题{len(self.new)}个{_origins(self.new)}")
        if self.again:
            said.append(f"再次通知逾期未整改问题{len(self.again)}个")
        if self.rectified:
            said.append(f"另有前期通知的{len(self.rectified)}个问题经复查已整改，予以销号")
        return "；".join(said)

    @property
    def deadline(self) -> str:
        """整改时限, in words; empty if nothing is asked."""
        days = sorted({row.due_on for row in self.asked if row.due_on}) or (
            [self.due_on] if self.due_on else []
        )
        if not self.asked:
            return ""
        if not days:
            return "签发后确定的时限前"
        if len(days) == 1:
            return deadline_words(days[0])
        return f"各问题所列整改时限前（最早为{deadline_words(days[0])}，最迟为{deadline_words(days[-1])}）"

    @property
    def forecast_words(self) -> str:
        return FORECAST_WORDS if self.forecast and self.asked else ""

    @property
    def matter(self) -> str:
        """What the notice is about, as its headline says it."""
        about = f"{self.about}《{self.title}》"
        match self.kind:
            case "withdrawal":
                return f"关于撤回{about}的通知"
            case "correction":
                return f"关于更正{about}的通知"
            case "urgent":
                return "关于限期整改有关问题的紧急通知"
            case _:
                return "关于限期整改网站和政务新媒体问题的通知"

    @property
    def notice_name(self) -> str:
        """The file name of the Word notice."""
        return f"{file_name(f'{self.title}_{self.week_words}_{self.unit}')}.docx"

    @property
    def list_name(self) -> str:
        """The file name of the list."""
        return f"{file_name(f'问题清单_{self.week_words}_{self.unit}')}.xlsx"


def _origins(rows: tuple[LetterRow, ...]) -> str:
    """Where they come from, if not all from our own rounds."""
    counts = Counter(row.origin for row in rows if row.origin)
    if set(counts) <= {Origin.ROUND.sentence}:
        return ""
    return f"（{'、'.join(f'{origin}{count}个' for origin, count in counts.most_common())}）"
