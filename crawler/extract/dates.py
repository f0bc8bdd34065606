"""Dates as government pages print them, read by our own rule.

General date parsers turn 11-03 into 2011-03 without a word (libraries.md part 3); a wrong date accuses a unit. So a
piece of a row must *be* a date, not merely hold digits: 第12-30号公告 is none. `today` is passed in, never asked for.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

from crawler.clock import BEIJING
from crawler.extract import western_dates

FIRST_YEAR = 1995
LONGEST = 48
"""Characters of a piece of text that is a date and no more."""
Y, M, D = r"((?:19|20)\d\d)", r"(1[0-2]|0?[1-9])", r"(3[01]|[12]\d|0?[1-9])"
TIME = r"(?:[T\s]*([01]?\d|2[0-3])\s*[:：时]\s*([0-5]\d)\s*分?(?:\s*[:：]?\s*([0-5]\d)(?:\.\d+)?\s*秒?)?)?"
NUMERIC = rf"{Y}\s*([-/.－—–])\s*{M}\s*\2\s*{D}(?!\d)"
WRITTEN = rf"{Y}\s*年\s*{M}\s*月\s*{D}\s*[日号]"
COMPACT = r"((?:19|20)\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])"
ANY_FULL = re.compile(rf"(?<!\d)(?:{NUMERIC}|{WRITTEN}){TIME}")
USUAL = re.compile(r"[\[(（【]?((?:19|20)\d\d)([-/.])(\d\d?)\2(\d\d?)[\])）】]?")
"""Nine dates out of ten look like this, and need none of what follows."""
WRAP = " \t\r\n/\\[]()（）【】〔〕「」<>《》〈〉|·•:：,，;；-—–_*"
LABEL = re.compile(
    r"(发布|发文|公开|公布|上传|录入|更新|生成|成文|印发|来信|提问|写信|留言|回复|答复|办理|开始|起始|发表|入库|公示|征集|信息)?\s*"
    r"(日\s*期|时\s*间|于)\s*[:：]?\s*|(发布|发表|公开|上传)\s*[:：]\s*"
)
EVENTS = (
    "截止|截至|结束|终止|失效|实施|施行|生效|有效|废止|到期|关闭|报名|开标|投标|评标|竞价|召开|会议|开会|考试|面试|笔试|"
    "举办|举行|活动|开放|竣工|听证|值班|办公|服务|(?i:deadline|clos(?:ing|es|ed)|expir|valid|until|effective|event|meeting|due\\b)"
)
"""Labels of a day that is no day of publication, nor near one (as 成文日期 is)."""
FIGURES = "一二两三四五六七八九十"
FIRST_WORDS = frozenset("发公上录更生成印来提写留回答办开起入征信日时于今昨前刚" + FIGURES)
"""How a date in words and the labels above can begin: most titles need no second look."""
MONTH_DAY = re.compile(rf"{M}\s*(?:[-/.]\s*{D}|月\s*{D}\s*[日号]?)(?!\d)")
SHORT_YEAR = re.compile(rf"['’‘]?(\d\d)([-/.]){M}\2{D}(?:\s+\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?")
"""26-11-03. Which of the three is the year is told by `_short_year`."""
ZONED = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)")
YEAR_BEHIND = re.compile(r"\d\s*[-/.]\s*\d{1,2}\s*[-/.]\s*(?:19|20)\d\d")
YEAR_MONTH = re.compile(rf"{Y}\s*(?:[-/.]\s*{M}|年\s*{M}\s*月)")
MONTH_YEAR = re.compile(rf"{M}\s*[-/.]\s*{Y}")
DAY_ONLY = re.compile(rf"{D}\s*[日号]?")
MONTH_ONLY = re.compile(rf"(?:{M}|([一二三四五六七八九]|十[一二]?))\s*月")
MONTH_NUMBER = re.compile(M)
YEAR_ONLY = re.compile(rf"{Y}\s*年?")
AGO = re.compile(rf"(\d{{1,3}}|[{FIGURES}])\s*个?(秒钟?|分钟|小时|天|日|周|星期|月|年)前")
WORDS = {"今天": 0, "今日": 0, "刚刚": 0, "刚才": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2}
SPAN = {"小时": 1 / 24, "天": 1, "日": 1, "周": 7, "星期": 7, "月": 30, "年": 365}
"""Days. What is less than an hour ago was today; so was what is less than a day ago, as only the day of the fetch is known."""
RELATIVE = re.compile(r"(今天|今日|昨天|昨日|前天|前日|刚刚|刚才)(?:\s*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?")
IN_ADDRESS = re.compile(
    r"/t((?:19|20)\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])[_-]"
    r"|/[PW]0((?:19|20)\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])\d{9,14}\."
    r"|[/_-]((?:19|20)\d\d)[-_/](1[0-2]|0?[1-9])[-_/](3[01]|[12]\d|0?[1-9])(?![\d])"
    r"|/((?:19|20)\d\d)[-/]?(1[0-2]|0[1-9])[-/]?(3[01]|[12]\d|0[1-9])(?=[/_.-]|[a-z])"
    r"|[/_-]((?:19|20)\d\d)(1[0-2]|0[1-9])(3[01]|[12]\d|0[1-9])(?=\d{6}(?:\d{3})?\D|[/_.]|$)"
)
IN_QUERY = re.compile(
    r"(?:^|&)(?:date|day|rq|riqi|pubdate|pubtime)=((?:19|20)\d\d)[-/]?(1[0-2]|0?[1-9])[-/]?(3[01]|[12]\d|0?[1-9])(?!\d)",
    re.I,
)
"""Other parameters name a record or the version of a style file."""
YEAR_IN_ADDRESS = re.compile(
    r"/t?((?:19|20)\d\d)(?:[-/]?(1[0-2]|0?[1-9]))?(?=[/_-]|\d{2}_|(?:3[01]|[12]\d|0[1-9])[/.])"
)
RELATIVE_OR_CHINESE = frozenset("今昨前刚'’‘" + FIGURES)
CLOCK = re.compile(r"\s+\d{1,2}:\d{2}(:\d{2})?")
CHINESE_DIGITS = str.maketrans("〇○零ＯO一二三四五六七八九", "00000123456789")
CHINESE_DATE = re.compile(
    r"([二一][〇○零ＯO0一二三四五六七八九]{3}|20\d\d)\s*年\s*([一二三四五六七八九十]{1,3})\s*月\s*([一二三四五六七八九十]{1,3})\s*[日号]"
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as found, with the clock time if the page gave one; `sure_year` is False for 11-03."""

    day: date
    clock: str = ""
    sure_year: bool = True
    relative: bool = False

    @property
    def iso(self) -> str:
        return f"{self.day.isoformat()}T{self.clock}+08:00" if self.clock else self.day.isoformat()


def normal(text: str) -> str:
    """Full-width digits and signs as plain ones."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def whole(text: str, today: date, address: str = "") -> Moment | None:
    """The date that a short piece of text *is*, apart from brackets and a label before it."""
    if not text or len(text) > LONGEST or ("\u4e00" <= text[0] <= "\u9fff" and text[0] not in FIRST_WORDS):
        return None
    found = _whole(text, today)
    return guessed(*found, today, address) if isinstance(found, tuple) else found


@lru_cache(maxsize=8192)
def _whole(text: str, today: date) -> Moment | tuple[int, int] | None:
    """The same, from memory if the text has been seen before; of a date without a year its month and day."""
    if found := USUAL.fullmatch(text):
        return _moment(found[1], found[3], found[4])
    text = _bare(text)
    if any(letter.isalpha() for letter in text[:14]) and (named := western_dates.named_month(text)):
        year, month, day = named
        return _moment(year, str(month), day) if year else (month, int(day))
    if not text or not (text[0].isdigit() or text[0] in RELATIVE_OR_CHINESE):
        return None
    if moment := zoned(text):
        return moment
    found = ANY_FULL.match(text)
    if found:
        return _full(found) if _is_rest(text[found.end() :]) else None
    if western_dates.year_last(text):
        return _after_first_year(western_dates.certain_day(text))
    if found := re.fullmatch(COMPACT, text):
        return _moment(found[1], found[2], found[3])
    if found := SHORT_YEAR.fullmatch(text):
        return _short_year(found[1], found[3], found[4], found[2], today)
    if found := MONTH_DAY.match(text):
        rest = text[found.end() :]
        if rest.strip(WRAP) and not CLOCK.fullmatch(rest):
            return None
        return int(found[1]), int(found[2] or found[3])
    if found := CHINESE_DATE.match(text):
        return chinese(text) if _is_rest(text[found.end() :]) else None
    return _relative(text, today)


def in_order(text: str, month_first: bool) -> Moment | None:
    """03/04/2026, if the other rows of its list have told what comes first."""
    return _after_first_year(western_dates.day_of(_bare(text), month_first)) if len(text) <= LONGEST else None


def begin_with_month(texts: Sequence[str], today: date) -> bool | None:
    """Whether days such as 03/04/2026 among these texts begin with the month; None if nothing tells."""
    short = (text for text in texts if len(text) <= LONGEST and YEAR_BEHIND.search(text))
    return western_dates.begin_with_month(map(_bare, short), today)


def _bare(text: str) -> str:
    """Without brackets and label."""
    text = normal(text).strip(WRAP)
    if label := LABEL.match(text):
        text = text[label.end() :].strip(WRAP)
    if text[:1].isalpha() and text.isascii():
        text = western_dates.without_label(text).strip(WRAP)
    return text


def _after_first_year(day: date | None) -> Moment | None:
    return Moment(day) if day and day.year >= FIRST_YEAR else None


def zoned(text: str) -> Moment | None:
    """2026-11-03T17:30:00Z, which is the next day in Beijing; None for a time without its zone."""
    if not ZONED.fullmatch(text):
        return None
    try:
        local = datetime.fromisoformat(text).astimezone(BEIJING)
    except ValueError:
        return None
    return Moment(local.date(), local.strftime("%H:%M:%S")) if local.year >= FIRST_YEAR else None


def _short_year(first: str, month: str, last: str, sign: str, today: date) -> Moment | None:
    """26-11-03, whose year comes first. 03-11-26 may be of 2003 or of 2026: that is left open, as is 12.5.3."""
    recent = {today.year % 100, (today.year - 1) % 100}
    year = int(first)
    if year not in recent and (int(last) in recent or sign == "."):
        return None
    century = 1900 if year >= FIRST_YEAR % 100 else 2000
    moment = _moment(str(century + year), month, last)
    return moment if moment and moment.day <= today + timedelta(days=1) else None


def first_in(text: str) -> Moment | None:
    """The first full date anywhere in a text."""
    for found in ANY_FULL.finditer(normal(text)):
        if moment := _here(found):
            return moment
    return None


def all_in(text: str) -> list[tuple[int, Moment]]:
    """Every full date in a text with its place."""
    return [(found.start(), moment) for found in ANY_FULL.finditer(text) if (moment := _here(found))]


def _here(found: re.Match[str]) -> Moment | None:
    with_zone = ZONED.match(found.string, found.start())
    return zoned(with_zone[0]) if with_zone else _full(found)


def split(pieces: list[str], today: date, address: str = "") -> Moment | None:
    """A date laid out in two or three boxes: 03 | 2026-11, 2026-11 | 03, 11-03 | 2026, 03 | 11月 | 2026."""
    short = [
        western_dates.in_figures(normal(piece).strip(WRAP)) if len(piece) <= 14 else "-" * 15
        for piece in pieces
    ]
    for index, (first, second) in enumerate(pairwise(short)):
        if len(first) > 10 or len(second) > 10:
            continue
        third = short[index + 2] if index + 2 < len(short) else ""
        if moment := _joined(first, second, third):
            return moment
        if moment := _without_year(first, second, today, address):
            return moment
    for count in (3, 5):  # 11 | - | 03, 2026 | - | 11 | - | 03
        for start in range(len(pieces) - count + 1):
            joined = "".join(pieces[start : start + count])
            if len(joined) <= 11 and (moment := whole(joined, today, address)):
                return moment
    return None


def _without_year(first: str, second: str, today: date, address: str) -> Moment | None:
    """03 | 11月: one of the two must say that it is a month, as any two numbers could be a date."""
    for day, month in ((first, second), (second, first)):
        if DAY_ONLY.fullmatch(day) and (found := MONTH_ONLY.fullmatch(month)):
            return guessed(_month(found), int(day.rstrip("日号 ")), today, address)
    return None


def _month(found: re.Match[str]) -> int:
    return int(found[1]) if found[1] else _number(found[2])


def _joined(first: str, second: str, third: str) -> Moment | None:
    for day, month in ((first, second), (second, first)):
        if DAY_ONLY.fullmatch(day) and (found := YEAR_MONTH.fullmatch(month)):
            return _moment(found[1], found[2] or found[3], day.rstrip("日号 "))
        if DAY_ONLY.fullmatch(day) and (found := MONTH_YEAR.fullmatch(month)):
            return _moment(found[2], found[1], day.rstrip("日号 "))
    for year, rest in ((first, second), (second, first)):
        if (found := MONTH_DAY.fullmatch(rest)) and (head := YEAR_ONLY.fullmatch(year)):
            return _moment(head[1], found[1], found[2] or found[3])
    if third and (head := YEAR_ONLY.fullmatch(third)):
        for day, month in ((first, second), (second, first)):
            if DAY_ONLY.fullmatch(day) and (found := MONTH_ONLY.fullmatch(month)):
                return _moment(head[1], str(_month(found)), day.rstrip("日号 "))
        if DAY_ONLY.fullmatch(first) and MONTH_NUMBER.fullmatch(second):
            return _moment(head[1], second, first.rstrip("日号 "))
    return None


@lru_cache(maxsize=8192)
def in_address(url: str) -> date | None:
    """The date in an address such as t20261103_1.html or /art/2026/11/3/: an upload date, the last resort."""
    path, _, query = url.partition("//")[2].partition("/")[2].partition("?")
    for found in (*IN_ADDRESS.finditer("/" + path), *IN_QUERY.finditer(query)):
        moment = _moment(*(part for part in found.groups() if part))
        if moment:
            return moment.day
    return None


MONTHS_APART = 3
"""What is uploaded so many months from its date, at most, is of the year in its address."""


def guessed(month: int, day: int, today: date, address: str = "") -> Moment | None:
    """A date without a year: that of the last year and month in the address, else the last such day not in the future. A
    folder of a year alone (/ztzl/2020/) may be older than what is put into it: it tells only of last year's day or older;
    and a month far from the one that is shown tells of something else.
    """
    hints = YEAR_IN_ADDRESS.findall(address.partition("//")[2])
    year, its_month = next((hint for hint in reversed(hints) if hint[1]), hints[-1] if hints else ("", ""))
    last = _last(month, day, today)
    if not year or (not its_month and last and last.day.year >= today.year):
        return last
    return _in_year_of(month, day, today, year, its_month)


@lru_cache(maxsize=4096)
def _in_year_of(month: int, day: int, today: date, year: str, its_month: str) -> Moment | None:
    if not FIRST_YEAR <= int(year) <= today.year + 1:
        return _last(month, day, today)
    turn = int(its_month) - month if its_month else 0  # uploaded in January, dated in December
    if min(abs(turn), 12 - abs(turn)) > MONTHS_APART:
        return _last(month, day, today)
    moment = _moment(str(int(year) + (turn > 6) - (turn < -6)), str(month), str(day))
    if (
        moment and turn > 6 and moment.day > today + timedelta(days=1)
    ):  # nothing is uploaded in the year before its date
        return _last(month, day, today)
    return moment


@lru_cache(maxsize=1024)
def _last(month: int, day: int, today: date) -> Moment | None:
    for year in (today.year, today.year - 1, today.year - 2, today.year - 3, today.year - 4):
        moment = _moment(str(year), str(month), str(day))
        if moment and moment.day <= today + timedelta(days=1):
            return Moment(moment.day, sure_year=False)
    return None


def chinese(text: str) -> Moment | None:
    """二〇二六年十一月三日, as at the foot of a document."""
    found = CHINESE_DATE.search(text)
    if not found:
        return None
    return _moment(found[1].translate(CHINESE_DIGITS), str(_number(found[2])), str(_number(found[3])))


def _number(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    digits = "零一二三四五六七八九"
    if not ten:
        return digits.find(text[-1])
    return (digits.find(tens) if tens else 1) * 10 + (digits.find(ones) if ones else 0)


def in_year(day: date, year: int) -> date:
    """The same day of another year; of 29 February the 28th, which every year has."""
    return date(year, day.month, 28 if (day.month, day.day) == (2, 29) else day.day)


def _full(found: re.Match[str]) -> Moment | None:
    groups = found.groups()
    year, month, day = (groups[0], groups[2], groups[3]) if groups[0] else groups[4:7]
    hour, minute, second = groups[7:10]
    moment = _moment(year, month, day)
    if moment and hour is not None:
        return Moment(moment.day, f"{int(hour):02}:{minute}:{second or '00'}")
    return moment


def _moment(year: str, month: str, day: str) -> Moment | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return Moment(found) if found.year >= FIRST_YEAR else None


def _is_rest(text: str) -> bool:
    """What may follow a date in its own box: nothing, a weekday, the end of a span, a count of readers."""
    rest = text.strip(WRAP + ".")
    return not rest or bool(
        re.match(
            r"(星期|周)[一二三四五六日天]|[上下]午\s*\d{1,2}\s*[:：时]|(至|到|~|～)\s*\d|点击|浏览|阅读|来源|作者|访问|\d{1,2}时?$|[|]",
            rest,
        )
    )


def _relative(text: str, today: date) -> Moment | None:
    if found := RELATIVE.fullmatch(text):
        return Moment(today - timedelta(days=WORDS[found[1]]), relative=True)
    if found := AGO.fullmatch(text):
        count = int(found[1]) if found[1].isdigit() else _number(found[1].replace("两", "二"))
        return Moment(today - timedelta(days=int(count * SPAN.get(found[2], 0))), relative=True)
    return None
