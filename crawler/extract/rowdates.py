"""The date of each row of a block, in trust order: the row's own text, else the address (regulations.md 9.5).

A row may print several dates (成文日期 and 发布日期, the start and the end of a consultation): the label beside it, the
table's heading or the order tells which is that of publication. Deadlines and the days of events are never taken for it,
even if nothing else is there.
"""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from crawler.extract import dates
from crawler.extract.dates import Moment
from crawler.extract.memory import Box
from crawler.extract.outline import LEAST_ROWS, Outline
from crawler.observations import DateSource

PUBLISHED = re.compile(r"发布|公开|公布|发文|上传|录入|刊发|登载|(?i:publi|posted|release)")
NOT_PUBLISHED = re.compile(r"截止|结束|终止|失效|实施|施行|生效|有效|成文|生成|废止|止$|至$|到期|关闭")
EVENT = re.compile(rf"{dates.EVENTS}|止$|至$")
IN_TITLE = re.compile(
    r"(?:^|[\s\[(（【])((?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?[\s\])）】]*$"
)
BEFORE_TITLE = re.compile(
    r"^[\[(（【\s]*((?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|(?:0?[1-9]|1[0-2])-(?:[0-3]?\d))[\])）】\s]+\S"
)
GLUED = re.compile(
    r"(?P<words>.*[\u4e00-\u9fff”》】）)])(?P<day>(?:19|20)\d\d([-/.])\d{1,2}\3\d{1,2})(?:\s+\d{1,2}:\d{2}(?::\d{2})?)?"
    r"|(?P<first>(?:19|20)\d\d([-/.])\d{1,2}\5\d{1,2})(?=[\u4e00-\u9fff“《【])(?![至到起前止日]).*"
)
"""A day that runs into the title, with nothing between."""
LABELLED = re.compile(r"([^\s:：，。（(]{0,6})(?:日期|时间)\s*[:：]\s*((?:19|20)\d\d[^\n]{0,24})")
LABEL_LENGTH = 6
"""Characters before a day that may say what happens on it."""
Dated = tuple[date | None, DateSource | None]
Found = tuple[str, Moment]
NO_DATE: Dated = (None, None)
IS_LABEL = re.compile(r"(?:日\s*期|时\s*间|期限|有效期|截止|至|止)\W*$|[:：]\s*$")
BEHIND_A_NAME = re.compile(r"^(\D{2,16})\s((?:19|20)\d\d[-/.年].*)$")
"""市水利局 2026-11-03, in a box of its own."""
MAYBE = re.compile(r"[0-9０-９今昨前刚]|十?[一二三四五六七八九十]日")
PIECES = 60
"""Of a row so many pieces of text are looked at."""
LAST_NUMBER = re.compile(r"(\d+)\D*$")
A_TURN, A_TURN_BY_NUMBER = timedelta(days=200), timedelta(days=31)
"""A row without a year that is so much later than the one above is of the year before; less is enough where the numbers
in the addresses fall from row to row."""
ROWS_IN_ORDER, ROWS_IN_ORDER_BY_NUMBER = 3, 2
"""Fewer rows on top may be pinned there, or be old papers that were put in late."""


def dated(
    page: Outline,
    spans: Sequence[tuple[int, int]],
    titles: Sequence[tuple[str, str]],
    today: date,
    room: tuple[int, int],
) -> list[Dated]:
    """The date of each row. Where rows have none inside, the text between them is looked at (`<a>…</a> 11-03<br>`),
    as far as it stands in the same box (`room`)."""
    inside = [
        _found(page, start, end, url, today) for (start, end), (_, url) in zip(spans, titles, strict=True)
    ]
    if len(spans) > 0 and not any(inside):
        inside = _between(page, spans, titles, today, room)
    if not any(inside):
        inside = _beside(page, spans, today)
    if not all(inside):
        inside = _in_order(page, spans, inside, today)
    columns = _heading_labels(page, spans, inside)
    glued = _glued([title for title, _ in titles], today)
    result: list[Dated] = []
    for moments, (title, url), at_title in zip(inside, titles, glued, strict=True):
        moment = _chosen(moments, columns, today) or _in_title(title, today, url) or at_title
        if moment:
            result.append((moment.day, "relative" if moment.relative else "text"))
            continue
        day = dates.in_address(url)
        result.append((day, "url") if day and day <= today + timedelta(days=1) else NO_DATE)
    return _years_in_order(result, inside, [url for _, url in titles], today)


def _found(page: Outline, start: int, end: int, url: str, today: date) -> list[Found]:
    """Every date that stands in the row, with the words before it. What the row hides (the day of a later change) counts
    only if it shows none."""
    places = range(start, min(end, start + PIECES))
    shown = [index for index in places if not page.places[index].hidden]
    found = _in_pieces([_said(page, index, today) for index in shown], url, today)
    if found or len(shown) == len(places):
        return found
    return _in_pieces([page.texts[index] for index in places], url, today)


def _said(page: Outline, index: int, today: date) -> str:
    """The text, or what its <time> element says to machines if the text is no date that we read (11/03/2026 - 10:21)."""
    text, box = page.texts[index], page.boxes[page.owner[index]]
    if box.tag != "time" or dates.whole(text, today):
        return text
    return box.attributes.get("datetime") or text


def _in_pieces(pieces: list[str], url: str, today: date) -> list[Found]:
    found: list[Found] = []
    before = ""
    for piece in pieces:
        if not MAYBE.search(piece):
            before = piece
            continue
        if moment := dates.whole(piece, today, url):
            label = MAYBE.split(piece, maxsplit=1)[0].strip(dates.WRAP)
            found.append((label or (before if IS_LABEL.search(before) else ""), moment))
        elif "期" in piece or "时间" in piece:
            labelled = LABELLED.search(piece)
            if labelled and (moment := dates.first_in(labelled[2])):
                found.append((labelled[1], moment))
        elif before and len(piece) < 30 and (moment := _tail(piece, today)):
            found.append(("", moment))
        before = piece if len(piece) < 20 else ""
    if not found and len(pieces) > 1 and (moment := dates.split(pieces, today, url)):
        found.append(("", moment))
    return found


def _in_order(
    page: Outline, spans: Sequence[tuple[int, int]], inside: list[list[Found]], today: date
) -> list[list[Found]]:
    """The same with days such as 03/04/2026, if the rows tell whether these begin with the month. The day of an event tells
    it too, but is none of these."""
    pieces = [page.texts[start : min(end, start + PIECES)] for start, end in spans]
    month_first = dates.begin_with_month([piece for each in pieces for piece in each], today)
    if month_first is None:
        return inside
    return [
        found
        or [
            ("", moment)
            for before, piece in pairwise(["", *each])
            if not EVENT.search(piece) and not (IS_LABEL.search(before) and EVENT.search(before))
            if (moment := dates.in_order(piece, month_first))
        ]
        for found, each in zip(inside, pieces, strict=True)
    ]


def _tail(piece: str, today: date) -> Moment | None:
    """来源：市水利局 2026-11-03: the date at the end of a short piece that is not the title."""
    named = BEHIND_A_NAME.match(piece)
    if named and not EVENT.search(named[1]) and (moment := dates.whole(named[2], today)):
        return moment
    at = dates.all_in(dates.normal(piece))
    return at[-1][1] if at and re.search(r"来源|作者|发布|\|", piece) else None


def _between(
    page: Outline,
    spans: Sequence[tuple[int, int]],
    titles: Sequence[tuple[str, str]],
    today: date,
    room: tuple[int, int],
) -> list[list[Found]]:
    """Dates after each row and before the next one; if there are none, dates before each row."""
    ends = [start for start, _ in spans[1:]] + [max(spans[-1][1], min(room[1], spans[-1][1] + 4))]
    after = [
        _found(page, end, min(following, end + 6), url, today) if end <= following else []
        for (_, end), following, (_, url) in zip(spans, ends, titles, strict=True)
    ]
    if sum(map(bool, after)) * 2 > len(spans):
        starts = [end for _, end in spans[:-1]]
        first = _found(page, max(room[0], spans[0][0] - 3), spans[0][0], titles[0][1], today)
        if first and not after[-1] and len(spans) > 1:  # the dates stand before their links
            return [first, *after[: len(starts)]]
        return after
    return [[] for _ in spans]


def _beside(page: Outline, spans: Sequence[tuple[int, int]], today: date) -> list[list[Found]]:
    """Days that stand together behind the rows or before them, one for each row: a column of the table by itself,
    unless a word says that they are those of events."""
    count, (first, last) = len(spans), (spans[0][0], spans[-1][1])
    for start, end in ((last, last + count), (first - count, first)) if count >= LEAST_ROWS else ():
        if start <= 0 or end >= len(page.texts) or not _are_columns(page, (first, last), (start, end)):
            continue
        heading = page.texts[start - 1] if end == first else ""
        if any(map(EVENT.search, (heading, *page.texts[start:end]))):
            continue
        before, *days, after = (dates.whole(text, today) for text in page.texts[start - 1 : end + 1])
        if all(days) and not (before or after):
            return [[("", day)] for day in days if day]
    return [[] for _ in spans]


def _are_columns(page: Outline, rows: tuple[int, int], days: tuple[int, int]) -> bool:
    """They stand side by side in boxes of the same kind: a calendar, or another box's days, are no column of this table."""
    one, other = (_holder(page, *each) for each in (rows, days))
    return one.parent == other.parent and one.tag == other.tag


def _holder(page: Outline, first: int, end: int) -> Box:
    """The outermost box that holds these texts and, but for a heading above, nothing else."""
    around = [page.boxes[index] for index in (page.owner[first], *page.above(page.owner[first]))]
    whole = [box for box in around if box.end >= end]
    alone = [box for box in whole if box.end == end and box.start >= first - 1]
    return (alone or whole)[-1 if alone else 0]


def _chosen(found: list[Found], columns: list[str], today: date) -> Moment | None:
    labels = columns if len(columns) == len(found) else [label for label, _ in found]
    named = [(label, moment) for label, (_, moment) in zip(labels, found, strict=True)]
    for label, moment in named:
        if PUBLISHED.search(label):
            return moment
    usual = [(label, moment) for label, moment in named if not EVENT.search(label)]
    plain = [moment for label, moment in usual if not NOT_PUBLISHED.search(label)]
    plain = plain or [moment for _, moment in usual]
    past = [moment for moment in plain if moment.day <= today]
    return max(past or plain, key=lambda moment: moment.day, default=None)


def _heading_labels(page: Outline, spans: Sequence[tuple[int, int]], inside: list[list[Found]]) -> list[str]:
    """The date columns that the table's first line names. Above rows that are no table, only for rows with several dates:
    there may be a form that asks for the dates to search."""
    if not spans:
        return []
    above = slice(max(0, spans[0][0] - 10), spans[0][0] + 1)
    head = page.texts[above][:-1]
    if not any(len(found) > 1 for found in inside):
        in_table = ["/tr/" in place.shape for place in page.places[above]]
        head = (
            [text for text, is_cell in zip(head, in_table, strict=False) if is_cell]
            if all(in_table[-1:])
            else []
        )
    return [text for text in head if len(text) <= 8 and re.search(r"日期|时间|有效期|期限|截止", text)]


def _in_title(title: str, today: date, url: str) -> Moment | None:
    found = IN_TITLE.search(title) or BEFORE_TITLE.match(title)
    return dates.whole(found[1], today, url) if found else None


def _glued(titles: Sequence[str], today: date) -> list[Moment | None]:
    """Days that run into the titles, if most titles have one: in a single title it may be any day."""
    found = [GLUED.fullmatch(title) for title in titles]
    days = [dates.whole(_glued_day(each), today) if each else None for each in found]
    return days if len(titles) > 1 and sum(map(bool, days)) * 2 > len(titles) else [None] * len(titles)


def _glued_day(found: re.Match[str]) -> str:
    """Empty if the title says that it is the day of something else (报名截止2026-11-20)."""
    words = (found["words"] or "")[-LABEL_LENGTH:]
    return "" if NOT_PUBLISHED.search(words) or EVENT.search(words) else found["day"] or found["first"]


def _years_in_order(
    result: list[Dated], inside: list[list[Found]], urls: Sequence[str], today: date
) -> list[Dated]:
    """Rows without a year go down the list: 01-05, 12-28 is a turn of the year, also below the first row.

    Old rows pinned on top go down too: three rows, or two where the numbers in the addresses fall, are no pinned ones. A
    day still to come is none to go down from.
    """
    if not any(found and not found[0][1].sure_year for found in inside):
        return result
    made = list(result)
    falls = _falls(urls)
    enough = ROWS_IN_ORDER_BY_NUMBER if falls else ROWS_IN_ORDER
    turn = A_TURN_BY_NUMBER if falls else A_TURN
    previous: date | None = None
    in_order = 0
    for index, ((day, source), found) in enumerate(zip(result, inside, strict=True)):
        if day is None or not found or day > today:
            continue
        if previous and not found[0][1].sure_year and in_order >= enough:
            day = _not_after(day, previous + turn)
            made[index] = (day, source)
        in_order = in_order + 1 if not previous or day <= previous else 1
        previous = day
    return made


def _falls(urls: Sequence[str]) -> bool:
    """Records are numbered as they are made: these rows stand in that order, the newest first."""
    found = [LAST_NUMBER.search(url) for url in urls]
    numbers = [int(each[1]) for each in found if each]
    return len(numbers) == len(urls) > 2 and all(upper > lower for upper, lower in pairwise(numbers))


def _not_after(day: date, latest: date) -> date:
    while day > latest:
        day = dates.in_year(day, day.year - 1)
    return day
