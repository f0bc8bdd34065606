"""Reading the time of a post (newmedia.md part 5): what no zone is written beside is Asia/Shanghai, and so is `CST`.

Libraries are not asked: feedparser takes `CST` for Chicago and 2025年11月04日 for 1 November, the standard library takes
a missing zone for UTC. What cannot be read for certain is None, never a guess.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from crawler.clock import BEIJING, FUTURE_TOLERANCE
from crawler.observations import Precision

ZONE_FAULT = timedelta(hours=8)
ZONE_FAULT_TOLERANCE = timedelta(minutes=3)

ZONES = {
    **dict.fromkeys(("Z", "GMT", "UT", "UTC"), 0),
    **dict.fromkeys(("CST", "BJT", "HKT", "ASIA/BEIJING", "BEIJING"), 8),
    "EST": -5,
    "EDT": -4,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "JST": 9,
}
"""Hours east of Greenwich; a zone that stands neither here nor in digits makes the time unreadable."""
MONTHS = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}

_ZONE = (
    r"(?P<zone>(?:GMT|UTC)?[+-]\d{2}(?::?\d{2})?|(?:GMT|UTC)[+-]\d(?::\d{2})?|[A-Za-z]+(?:/[A-Za-z]+)?)?"
    r"\s*(?:\([^)]*\))?"
)
_OFFSET = re.compile(r"(?:GMT|UTC)?(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?")
_HALF = r"(?:(?P<half>凌晨|清晨|早晨|早上|上午|中午|下午|傍晚|晚上|夜间|深夜)\s*)?"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
_SPOKEN = r"(?P<hour>\d{1,2})\s*[:：时点]\s*(?:(?P<thirty>半)|(?P<minute>\d{1,2})?\s*分?(?:[:：]?\s*(?P<second>\d{1,2})\s*秒?)?)"
"""A clock as people say it: 8点20分, 1点, 11点半, and 8:20."""
_DIGITS = re.compile(r"(\d{8}|\d{10}|\d{13}|\d{14})")
_ISO = re.compile(
    rf"(?P<year>\d{{4}})-(?P<month>\d{{1,2}})-(?P<day>\d{{1,2}})(?:(?:T|\s+){_HALF}{_CLOCK}\s*{_ZONE})?"
)
_RFC = re.compile(
    rf"(?:[A-Za-z]{{3,9}},?\s+)?(?P<day>\d{{1,2}})[ -](?P<name>[A-Za-z]{{3}})[A-Za-z]*[ -](?P<year>\d{{4}}|\d{{2}})(?:\s+{_CLOCK}\s*{_ZONE})?"
)
_SCRIPT = re.compile(
    rf"[A-Za-z]{{3}}\s+(?P<name>[A-Za-z]{{3}})\s+(?P<day>\d{{1,2}})\s+(?P<year>\d{{4}})\s+{_CLOCK}\s*{_ZONE}"
)
_AMERICAN = re.compile(
    rf"(?P<name>[A-Za-z]{{3}})[A-Za-z]*\.?\s+(?P<day>\d{{1,2}}),\s*(?P<year>\d{{4}})(?:,?\s+(?:at\s+)?{_CLOCK}(?:\s*(?P<half>[AaPp][Mm]))?)?"
)
_WEIBO = re.compile(
    rf"[A-Za-z]{{3}}\s+(?P<name>[A-Za-z]{{3}})\s+(?P<day>\d{{1,2}})\s+{_CLOCK}\s+(?:(?P<zone>[+-]\d{{4}}|[A-Z]+)\s+)?(?P<year>\d{{4}})"
)
_CHINESE = re.compile(
    r"(?P<year>\d{4})\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日?\s*(?:星期.|周.)?\s*"
    rf"{_HALF}(?:{_SPOKEN})?"
)
_SLASH = re.compile(
    rf"(?P<year>\d{{4}})(?P<sep>[/.])(?P<month>\d{{1,2}})(?P=sep)(?P<day>\d{{1,2}})(?:\s+{_HALF}{_CLOCK})?"
)
_MONTH_DAY = re.compile(rf"(?P<month>\d{{1,2}})[-/月](?P<day>\d{{1,2}})日?(?:\s+{_HALF}{_SPOKEN})?")
_AGO = re.compile(r"(?P<count>\d{1,4})\s*(?P<unit>秒钟?|分钟|个?小时|天)前")
_DAY_WORD = re.compile(rf"(?P<word>今天|昨天|前天)\s*(?:{_HALF}{_SPOKEN})?")
NIGHT = ("晚上", "夜间", "深夜")
_DAY_WORDS = {"今天": 0, "昨天": 1, "前天": 2}


class Moment(NamedTuple):
    """An aware time and how exactly it is known. A plain date is local midnight with the precision `day`."""

    at: datetime
    precision: Precision


def read_time(raw: str, now: datetime) -> Moment | None:
    """The time that `raw` states; `now` is what 昨天 and 3小时前 are reckoned from."""
    text = raw.strip()
    for form, reader in _FORMS:
        found = form.fullmatch(text)
        if found is None:
            continue
        try:
            moment = reader(found, now)
        except (ValueError, OverflowError):  # a day that no calendar has
            return None
        return moment if moment and 1990 <= moment.at.year <= 2100 else None
    return None


def is_future(at: datetime, now: datetime) -> bool:
    return at > now + FUTURE_TOLERANCE


def corrected_by_id(stated: datetime, by_id: datetime | None) -> datetime | None:
    """The id's own time if the stated one lies beside it by exactly a zone (8 hours), which is a bridge's fault."""
    if by_id is None or abs(abs(stated - by_id) - ZONE_FAULT) > ZONE_FAULT_TOLERANCE:
        return None
    return by_id


# -- forms ------------------------------------------------------------------------------------------------


def _digits(found: re.Match[str], now: datetime) -> Moment | None:
    text = found.group()
    if len(text) == 8:
        return Moment(datetime.strptime(text, "%Y%m%d").replace(tzinfo=BEIJING), "day")
    if len(text) == 14:
        return Moment(datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING), "second")
    return Moment(datetime.fromtimestamp(int(text) / (1 if len(text) == 10 else 1000), UTC), "second")


def _stated(found: re.Match[str], now: datetime) -> Moment | None:
    """A full date, with or without a clock and a zone."""
    facts = found.groupdict()
    month = int(facts["month"]) if facts.get("month") else MONTHS.get((facts.get("name") or "").lower())
    zone = _zone(facts.get("zone"))
    if month is None or zone is None:
        return None
    year = int(facts["year"])
    if len(facts["year"]) == 2:  # 0001 is what programs write where they have no date
        year += 2000 if year < 70 else 1900
    return _moment(_Date(year, month, int(facts["day"])), facts, zone)


def _month_day(found: re.Match[str], now: datetime) -> Moment | None:
    """Without a year it is the last such day that has been."""
    facts = found.groupdict()
    today = now.astimezone(BEIJING).date()
    month, day = int(facts["month"]), int(facts["day"])
    year = today.year if (month, day) <= (today.month, today.day) else today.year - 1
    return _moment(_Date(year, month, day), facts, BEIJING)


def _ago(found: re.Match[str], now: datetime) -> Moment | None:
    count, unit = int(found["count"]), found["unit"]
    if unit.startswith("秒"):
        return Moment(now - timedelta(seconds=count), "second")
    if unit == "分钟":
        return Moment(now - timedelta(minutes=count), "minute")
    if unit.endswith("小时"):
        return Moment(now - timedelta(hours=count), "hour")
    return _day(now, count, {})


def _day_word(found: re.Match[str], now: datetime) -> Moment | None:
    return _day(now, _DAY_WORDS[found["word"]], found.groupdict())


def _just_now(found: re.Match[str], now: datetime) -> Moment | None:
    return Moment(now, "minute")


Reader = Callable[[re.Match[str], datetime], Moment | None]
_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_DIGITS, _digits),
    (_ISO, _stated),
    (_RFC, _stated),
    (_SCRIPT, _stated),
    (_AMERICAN, _stated),
    (_WEIBO, _stated),
    (_CHINESE, _stated),
    (_SLASH, _stated),
    (_MONTH_DAY, _month_day),
    (_AGO, _ago),
    (_DAY_WORD, _day_word),
    (re.compile(r"刚刚|刚才"), _just_now),
)


@dataclass(frozen=True, slots=True)
class _Date:
    year: int
    month: int
    day: int


def _day(now: datetime, back: int, facts: dict[str, str | None]) -> Moment:
    day = now.astimezone(BEIJING).date() - timedelta(days=back)
    return _moment(_Date(day.year, day.month, day.day), facts, BEIJING)


def _moment(day: _Date, facts: dict[str, str | None], zone: tzinfo) -> Moment:
    spoken = facts.get("hour")
    hour = _hour(int(spoken), (facts.get("half") or "").upper()) if spoken else None
    if hour is None:
        return Moment(datetime(day.year, day.month, day.day, tzinfo=zone), "day")
    said = "30" if facts.get("thirty") else facts.get("minute")
    precision: Precision = "second" if facts.get("second") else "minute" if said else "hour"
    minute, second = int(said or 0), int(facts.get("second") or 0)
    return Moment(datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone), precision)


def _hour(hour: int, half: str) -> int | None:
    """The hour of the day; None where only the day is certain. 上午12时 is midnight to a program and noon to people, and the
    small hours of a night (晚上12点, 晚上1点) belong to the day before or to the one after."""
    if half in ("凌晨", "清晨", "AM"):
        return 0 if hour == 12 else hour
    if half in ("下午", "傍晚", "PM"):
        return hour + 12 if hour < 12 else hour
    if half == "中午":
        return hour + 12 if hour < 10 else hour
    if half in NIGHT:
        return hour + 12 if 5 <= hour < 12 else hour if hour > 12 else None
    return None if hour == 12 and half else hour


def _zone(name: str | None) -> tzinfo | None:
    if not name:
        return BEIJING
    if found := _OFFSET.fullmatch(name):
        offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
        return timezone(-offset if found["sign"] == "-" else offset)
    hours = ZONES.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours))


# -- times inside ids -------------------------------------------------------------------------------------

WEIBO_EPOCH = 515_483_463
"""Unix seconds: a Weibo id counts from here, in its upper bits."""
BASE62 = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIBO_LINK = re.compile(
    r"https?://(?:www\.|m\.)?weibo\.(?:com|cn)/(?:(?:detail|status)/|\d+/)(?P<id>[0-9A-Za-z]{6,20})(?:[/?#]|$)"
)


def weibo_time(url: str) -> datetime | None:
    """When a Weibo post was made, by the id in its address: exact to the second."""
    found = _WEIBO_LINK.match(url)
    if found is None:
        return None
    word = found["id"]
    mid = int(word) if word.isdecimal() and len(word) >= 15 else _mid(word)
    try:
        at = datetime.fromtimestamp((mid >> 22) + WEIBO_EPOCH, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if 2009 <= at.year <= 2100 else None


_NOTE_LINK = re.compile(
    r"https?://(?:www\.)?xiaohongshu\.com/(?:explore|discovery/item|user/profile/[0-9a-f]{24})/(?P<id>[0-9a-f]{24})(?:[/?#]|$)"
)


def note_time(url: str) -> datetime | None:
    """From when on a note of 小红书 was there, by the id in its address (an ObjectId): it was published then or later."""
    found = _NOTE_LINK.match(url)
    return datetime.fromtimestamp(int(found["id"][:8], 16), UTC) if found else None


def _mid(short: str) -> int:
    """The long id behind the short one: four letters hold seven digits, counted from the end."""
    digits = ""
    for end in range(len(short), 0, -4):
        number = 0
        for letter in short[max(0, end - 4) : end]:
            number = number * 62 + BASE62.index(letter)
        digits = (str(number) if end <= 4 else f"{number:07d}") + digits
    return int(digits)
