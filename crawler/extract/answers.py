"""What list interfaces answer: records to be written into the page, markup, or rows.

Hanweb `<datastore>` records that stand in the page itself are written into it before it is parsed. From JSON whatever
looks like a list of items is read; names differ from vendor to vendor, so the usual ones are known.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from crawler.clock import BEIJING
from crawler.extract import dates
from crawler.extract.addresses import Addresses
from crawler.extract.cleaning import clean
from crawler.extract.loading.inline import data as data_in
from crawler.extract.loading.written import written
from crawler.json_text import from_json
from crawler.observations import Row

DATASTORE = re.compile(
    r"<script\b[^<>]{0,200}?text/xml[^<>]{0,200}>\s{0,200}(<datastore>.*?)</script>|(<datastore>.*?</datastore>)",
    re.S | re.I,
)
RECORD = re.compile(r"<record>\s*(?:<!\[CDATA\[(.*?)\]\]>|(.*?))\s*</record>", re.S | re.I)
TITLES = (
    *("title", "doctitle", "articletitle", "infotitle", "newstitle", "name", "subject", "bt", "biaoti"),
    *("topic", "headline", "titlename", "showtitle"),
)
LINKS = (
    *("url", "docpuburl", "puburl", "link", "href", "path", "pageurl", "articleurl", "linkurl", "htmlurl"),
    *("urls", "weburl", "staticurl", "docurl", "selfurl"),
)
DAYS = (
    *(
        "pubdate",
        "publishdate",
        "publishtime",
        "publish_time",
        "display_publish_time",
        "pubtime",
        "docreltime",
    ),
    *("docpubtime", "releasetime", "releasedate", "showtime", "date", "time", "createdate", "createtime"),
    *("create_time", "addtime", "inputtime", "fbsj", "fbrq", "writetime", "publisheddate", "infodate"),
    *("publishedtimestr", "crtime", "updatetime"),
)
"""From the surest name for a date of publication to the least sure."""
TOTALS = frozenset(
    {
        "total",
        "totalcount",
        "count",
        "totalrecord",
        "recordcount",
        "totalelements",
        "totalnum",
        "rowcount",
        "totalsize",
    }
)
HOLDERS = frozenset(
    {"data", "rows", "list", "records", "items", "results", "result", "articles", "content", "page", "datas"}
    | {"infolist", "newslist", "articlelist", "docs", "contentlist"}
)
CODES = ("code", "status", "errcode", "errno", "ret", "retcode", "resultcode", "state")
MESSAGES = ("msg", "message", "errmsg", "errormsg", "info", "error_description")
FAILED_CODE = re.compile(r"-\d+|[45]\d\d(?:\d\d)?|error|fail(?:ed|ure)?|false", re.I)
FAILED_WORDS = re.compile(
    r"错误|失败|异常|超时|未登录|请登录|无权|非法|过期|维护|频繁|error|fail|denied|invalid|timeout|exception",
    re.I,
)
WELL = frozenset({"0", "00", "0000", "00000", "000000", "200", "20000", "ok", "success", "true"})
ROWS_READ = 500
JSONP = re.compile(r"(?:/\*.*?\*/)?\s*;?(?:typeof [^&;]{1,80}&&\s*)?[\w.$]+\((.*)\)\s*;?", re.S)
PAGER_TOTAL = re.compile(r"\btotalRecord\s*:\s*['\"]?(\d+)", re.I)
PAGER_NEAR = 1500
"""Characters behind a data store within which the call of its pager stands."""
DATASTORES = 50
"""Of a page with more data stores none is read: that is no Hanweb page."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an interface answered: markup to read as part of the page, or rows; `empty`: it says that there is nothing."""

    markup: str = ""
    rows: tuple[Row, ...] = ()
    empty: bool = False
    understood: bool = True


def with_records(markup: str) -> tuple[str, bool]:
    """The page with its datastore records in their place; True if a datastore is there and says it holds nothing."""
    if not 0 < markup.count("<datastore>") + markup.count("<DATASTORE>") <= DATASTORES:
        return markup, False
    empty = False

    def written(found: re.Match[str]) -> str:
        nonlocal empty
        inside = found[1] or found[2]
        records = [record[1] or record[2] or "" for record in RECORD.finditer(inside)]
        total = re.search(r"<totalrecord>\s*(\d+)", inside, re.I) or _pagers_total(markup, found.end())
        if not records and total and total[1] == "0":
            empty = True
        joined = "".join(records)
        if re.match(r"\s*<tr[\s>]", joined, re.I):
            joined = f"<table>{joined}</table>"
        return f'<div class="datastore">{joined}</div>'

    return DATASTORE.sub(written, markup), empty


def _pagers_total(markup: str, end: int) -> re.Match[str] | None:
    """How many records the pager counts whose call stands behind a data store that ends at `end`, before the next one."""
    behind = re.split(r"<datastore>", markup[end : end + PAGER_NEAR], maxsplit=1, flags=re.I)[0]
    return PAGER_TOTAL.search(behind)


def read(text: str, addresses: Addresses, today: date) -> Answer:
    """An interface's answer. `understood` is False if nothing in it is known: then it proves nothing."""
    text = text.strip().lstrip("\ufeff")
    if "<datastore" in text[:2000].lower():
        markup, empty = with_records(text)
        return Answer(markup, empty=empty, understood=empty or bool(RECORD.search(text)))
    if text[:1] not in "{[" and (found := JSONP.fullmatch(text)):
        text = found[1].strip()  # JSONP
    if text[:1] not in ("{", "["):
        return Answer(text) if "<" in text else Answer(understood=False)
    try:
        data = from_json(text)
    except ValueError:
        return Answer(understood=False)
    return _from_json(data, addresses, today)


def _from_json(data: Any, addresses: Addresses, today: date) -> Answer:
    if _says_failed(data):
        return Answer(understood=False)
    rows: list[Row] = []
    markups: list[str] = []
    for item in _items(data, addresses):
        if isinstance(item, str):
            markups.append(item)
        elif row := _row(item, addresses, today):
            rows.append(row)
        if len(rows) >= ROWS_READ:
            break
    empty = not rows and not any("<a" in markup for markup in markups) and _says_empty(data, markups)
    return Answer("".join(markups), tuple(dict.fromkeys(rows)), empty, bool(rows or markups) or empty)


def read_script(text: str, addresses: Addresses, today: date) -> Answer:
    """A file of script that brings the list: items written out one by one, an answer for a function, or data."""
    if markup := written(text):
        return Answer(markup)
    text = text.strip().lstrip("\ufeff")
    if JSONP.fullmatch(text):
        answer = read(text, addresses, today)
        if answer.rows or answer.empty:
            return answer
    rows = max((rows_in(value, addresses, today) for value in data_in(text)), key=len, default=())
    return Answer(rows=rows, understood=bool(rows))


def rows_in(data: Any, addresses: Addresses, today: date) -> tuple[Row, ...]:
    """The items of a value that a page's own script holds."""
    return _from_json(data, addresses, today).rows


def _items(data: Any, addresses: Addresses, depth: int = 0) -> Iterator[Any]:
    """The records of an answer, and the markup that some of them carry, wherever they are wrapped."""
    if depth > 6:
        return
    if isinstance(data, Mapping):
        if _is_record(data) and not _heads_a_list(data, addresses):
            yield data
            return
        for value in data.values():
            if isinstance(value, str) and "<" in value and re.search(r"<(li|ul|a|tr|div)\b", value):
                yield value
            elif isinstance(value, (Mapping, list)):
                yield from _items(value, addresses, depth + 1)
    elif isinstance(data, list):
        for value in data[:ROWS_READ]:
            yield from _items(value, addresses, depth + 1)


def _is_record(data: Any) -> bool:
    if not isinstance(data, Mapping):
        return False
    names = {str(name).lower() for name in data}
    return not names.isdisjoint(TITLES) and not (names.isdisjoint(LINKS) and names.isdisjoint(DAYS))


def _heads_a_list(data: Mapping[str, Any], addresses: Addresses) -> bool:
    """A column with its records below it, and not a record with its files, pictures or words: they are called a list, or
    they are dated and it is not."""
    is_dated = _has_day(data, addresses)
    for name, value in data.items():
        below = [each for each in value[:ROWS_READ] if _is_record(each)] if isinstance(value, list) else []
        if below and str(name).lower() in HOLDERS:
            return True
        if not is_dated and any(_has_day(each, addresses) for each in below):
            return True
    return False


def _has_day(item: Mapping[str, Any], addresses: Addresses) -> bool:
    low = {str(name).lower(): value for name, value in item.items()}
    return any(low.get(name) for name in DAYS) or dates.in_address(_url(low, addresses)) is not None


def _url(low: Mapping[str, Any], addresses: Addresses) -> str:
    link = next((low[name] for name in LINKS if isinstance(low.get(name), str) and low[name].strip()), "")
    return addresses.absolute(link)


def _row(item: Mapping[str, Any], addresses: Addresses, today: date) -> Row | None:
    low = {str(name).lower(): value for name, value in item.items()}
    title = next(
        (
            clean(re.sub(r"<[^>]+>", "", str(low[name])))
            for name in TITLES
            if isinstance(low.get(name), str) and low[name].strip()
        ),
        "",
    )
    if not title:
        return None
    url = _url(low, addresses)
    for name in DAYS:
        if day := _day(low.get(name), today):
            return Row(title[:160], url, day, "text")
    day = dates.in_address(url)
    return Row(title[:160], url, day, "url" if day else None)


def _day(value: Any, today: date) -> date | None:
    if isinstance(value, bool) or value in (None, ""):
        return None
    if isinstance(value, (int, float)) or (isinstance(value, str) and re.fullmatch(r"1\d{9}(\d{3})?", value)):
        seconds = float(value)
        seconds = seconds / 1000 if seconds > 1e11 else seconds
        if 8e8 < seconds < 4e9:
            return datetime.fromtimestamp(seconds, UTC).astimezone(BEIJING).date()
        value = str(value)
    if isinstance(value, str):
        stamp = value[:40].strip()
        moment = dates.zoned(stamp) or dates.whole(stamp.split("T")[0], today) or dates.first_in(stamp)
        return moment.day if moment else None
    return None


def _says_failed(data: Any) -> bool:
    """The interface says itself that it could not answer: its empty list is none."""
    if not isinstance(data, Mapping):
        return False
    low = {str(name).lower(): value for name, value in data.items()}
    if low.get("success") in (False, "false") or low.get("error") not in (None, "", False, 0, [], {}):
        return True
    return any(FAILED_CODE.fullmatch(str(low.get(name, ""))) for name in CODES) or any(
        FAILED_WORDS.search(str(low[name])) for name in MESSAGES if isinstance(low.get(name), str)
    )


def _says_well(data: Any) -> bool:
    """No code whose meaning we do not know: 1 is well here and an error there, and no list is empty on a guess."""
    if not isinstance(data, Mapping):
        return True
    low = {str(name).lower(): value for name, value in data.items()}
    return all(str(low[name]).lower() in WELL for name in CODES if low.get(name) is not None)


def _says_empty(data: Any, markups: list[str]) -> bool:
    """The list is there and has no records: an explicit zero, or an empty array where records belong."""
    if any(re.search(r"count=[\"']?0[\"'\s>]", markup) for markup in markups):
        return True
    return not markups and _says_well(data) and not _counts_some(data, 0) and _empty_in(data, 0)


def _counts_some(data: Any, depth: int) -> bool:
    """A total above zero beside an empty list: this answer is not the whole of it."""
    if depth > 4 or not isinstance(data, Mapping):
        return False
    return any(
        (str(name).lower() in TOTALS and str(value).strip() not in ("", "0", "None"))
        or _counts_some(value, depth + 1)
        for name, value in data.items()
    )


def _empty_in(data: Any, depth: int) -> bool:
    if depth > 4 or not isinstance(data, Mapping):
        return data == [] and depth > 0
    held = [value for name, value in data.items() if str(name).lower() in HOLDERS]
    zeros = {
        str(name).lower() for name, value in data.items() if value in (0, "0") and value is not False
    } & TOTALS
    if zeros - {"count"} or (zeros and any(value in ([], None) for value in held)):
        return True
    return any(value == [] or (isinstance(value, Mapping) and _empty_in(value, depth + 1)) for value in held)
