"""An article: its own title and the time it was published (regulations.md 9.5: tag, label, address, in this order).

Build times (页面生成时间, Maketime), the dates of side lists, of other documents and of the text itself are not dates of
publication; 成文日期 and 有效期 are not either.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice

from crawler.clock import BEIJING
from crawler.extract import dates
from crawler.extract.blocks import A_TITLE
from crawler.extract.cleaning import clean
from crawler.extract.dates import Moment
from crawler.extract.outline import Outline
from crawler.extract.regions import FRAME
from crawler.observations import DateSource

META_NAMES = (
    "pubdate", "publishdate", "publish_date", "publishtime", "pub_time", "pubtime", "firstpublishedtime", "article:published_time",
    "og:release_date", "dc.date", "datepublished", "weibo: article:create_at", "releasedate", "contentdate", "apub:time", "bytedance:published_time",
    "og:published_time", "publicationdate", "date",
)  # fmt: skip
PUBLISHED = re.compile(
    r"(?:发布|发文|公开|公布|上传|录入|刊发|发表|信息来源时间|更新发布)\s*(?:日期|时间)?\s*[:：]?\s*$|(?:发布|公开|上传|发表)于\s*[:：]?\s*$"
)
PLAIN = re.compile(r"(?:日\s*期|时\s*间|添加时间|发稿时间|创建时间|编辑时间|更新时间|更新日期)\s*[:：]?\s*$")
LABELLED = re.compile(r"(?:发布|发表|公开|公布|上传|录入)\s*(?:日\s*期|时\s*间|于)?\s*[:：]\s*(\S.{0,24})?$")
"""A label whose date has no year in figures, behind it or in the next piece of text: 昨天, 11-03, 二〇二六年十一月三日."""
WRONG = re.compile(
    rf"(?:{dates.EVENTS}|成文|生成|印发|办理|工作|接听|受理|回复|答复|上班|页面生成|建站|最后修改|系统)\s*(?:日\s*期|时\s*间)?\s*[:：]?\s*$"
)
LABEL_END = re.compile(r"(日\s*期|时\s*间|于|[:：])\s*$")
DATES_READ, LABEL = 40, 60
"""Of one text so many dates are looked at, each with so many characters before it."""
TIME_CLASS = re.compile(
    r"(^|[ _-])(pub|publish|release|article|news|info|art|con|detail)?[_-]?(date|time|datetime|rq|sj|riqi|shijian)",
    re.I,
)
SCRIPT_DATE = re.compile(
    r"\b(?:pub(?:lish)?_?(?:date|time)|docRelTime|createtime|create_time|oriCreateTime|ct)[\"']?\s*[:=]\s*[\"'](\d{10}(?:\d{3})?|(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}[^\"']{0,12})[\"']",
    re.I,
)
ASIDE = FRAME | {"hot", "head"}
BESIDE = 5
"""Added to the rank of a date in a box beside the text: whatever stands with the text goes before it."""
ARTICLE_WORDS = re.compile(
    r"^(【?\s*(打印|关闭)|字号|字体|【字体|分享到|分享：|来源[:：]|信息来源|文章来源|稿源|作者[:：]|责任编辑|编辑[:：]|浏览(次数|量)?[:：]|浏览次数|点击数?[:：]|阅读次数|访问次数|访问量[:：]|扫一扫|上一篇|下一篇|索\s*引\s*号)"
)


@dataclass(frozen=True, slots=True)
class Published:
    """When an article says it was published, and by what it says so."""

    iso: str
    source: DateSource


def published(
    page: Outline,
    zones: Sequence[str],
    url: str,
    today: date,
    skip: Sequence[tuple[int, int]],
) -> Published | None:
    """The time of publication, in trust order; `skip` are the spans of the page's lists."""
    covered = bytearray(len(page.texts))
    for start, end in skip:
        covered[start:end] = b"\x01" * (end - start)
    meta = _from_metas(page.metas, today)
    shown = _from_labels(page, zones, today, covered)
    if meta:
        if shown and shown[0].day == meta.day and shown[0].clock and not meta.clock:
            return Published(shown[0].iso, "meta")
        return Published(meta.iso, "meta")
    if shown:
        return Published(shown[0].iso, "relative" if shown[0].relative else "label" if shown[1] else "text")
    if (day := dates.in_address(url)) and day <= today:
        return Published(day.isoformat(), "url")
    if moment := _from_scripts(page.scripts, today):
        return Published(moment.iso, "script")
    return _signed(page, zones, today, covered)


def _from_metas(metas: Sequence[Mapping[str, str | None]], today: date) -> Moment | None:
    named: dict[str, str] = {}
    for meta in metas:
        name = (meta.get("name") or meta.get("property") or meta.get("itemprop") or "").strip().lower()
        if name in META_NAMES and meta.get("content"):
            named.setdefault(name, meta["content"] or "")
    for name in META_NAMES:
        if name in named and (moment := _stamp(named[name])) and moment.day <= today + timedelta(days=1):
            return moment
    return None


def _stamp(text: str) -> Moment | None:
    """A tag's value: a date with or without time, with dashes between (2007-08-20-23:59:59), or a zone behind."""
    text = text.strip()
    if moment := dates.zoned(text):
        return moment
    text = re.sub(r"(\d{4}-\d{1,2}-\d{1,2})-(\d{1,2}:)", r"\1 \2", text)
    return dates.first_in(text) or dates.whole(text, date.max.replace(year=2100))


def _from_labels(
    page: Outline, zones: Sequence[str], today: date, covered: bytearray
) -> tuple[Moment, bool] | None:
    """A date with its label, then a date of its own near the top of the text; True if it was labelled as published."""
    best: tuple[int, Moment] | None = None
    limit = today + timedelta(days=1)
    for index, text in enumerate(page.texts):
        if (
            covered[index]
            or not ("20" in text or "19" in text or "２０" in text)
            or zones[page.owner[index]] in ASIDE
        ):
            continue
        text = dates.normal(text)
        before = _label_before(page, index)
        for place, moment in islice(dates.all_in(text), DATES_READ):
            if moment.day > limit:
                continue
            if not moment.clock and place + 11 >= len(text) and index + 1 < len(page.texts):
                moment = _with_clock(moment, page.texts[index + 1])
            label = f"{before} {text[max(0, place - LABEL) : place]}".rstrip('[(（【 　"“')
            rank = _rank(label, text, place, page, index)
            if rank and zones[page.owner[index]] == "side":
                rank += BESIDE
            if rank and (best is None or rank < best[0]):
                best = (rank, moment)
    if (best is None or best[0] > 1) and (labelled := _labelled(page, zones, today, covered)):
        return labelled, True
    if best is None:
        best = _split_date(page, zones, today, covered)
    return (best[1], best[0] <= 2) if best else None


def _label_before(page: Outline, index: int) -> str:
    """The end of the texts before this one; what is as long as a title and ends like none is no label (…专题会议)."""
    texts = page.texts[max(0, index - 2) : index]
    if texts and len(texts[-1]) >= A_TITLE and not LABEL_END.search(texts[-1]):
        return ""
    return " ".join(texts)[-24:]


def _labelled(page: Outline, zones: Sequence[str], today: date, covered: bytearray) -> Moment | None:
    for index, text in enumerate(page.texts):
        if len(text) > 40 or covered[index] or zones[page.owner[index]] in ASIDE:
            continue
        if found := LABELLED.search(text):
            following = page.texts[index + 1] if index + 1 < len(page.texts) else ""
            moment = dates.whole(found[1] or following, today)
            if moment and moment.day <= today + timedelta(days=1):
                return moment
    return None


def _rank(before: str, text: str, place: int, page: Outline, index: int) -> int:
    """1 labelled as published, 2 labelled, 3 a box named date, 4 a date alone; 0 is none of these."""
    if WRONG.search(before):
        return 0
    if PUBLISHED.search(before):
        return 1
    if PLAIN.search(before):
        return 2
    alone = len(text) <= 48 and place <= 8
    box = page.boxes[page.owner[index]]
    if len(text) <= 80 and (
        TIME_CLASS.search(box.chain.look.ident)
        or TIME_CLASS.search(page.boxes[max(0, box.parent)].chain.look.ident)
    ):
        return 3
    if alone and dates.whole(text, date.max.replace(year=2100)):
        return 4
    return 5 if len(text) <= 80 and re.search(r"来源|作者|浏览|点击|字[体号]|阅读", text) else 0


def _with_clock(moment: Moment, following: str) -> Moment:
    found = re.match(r"\s*([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?\s*$", following)
    return Moment(moment.day, f"{int(found[1]):02}:{found[2]}:{found[3] or '00'}") if found else moment


def _split_date(
    page: Outline, zones: Sequence[str], today: date, covered: bytearray
) -> tuple[int, Moment] | None:
    """21 | 2024年02月 in two boxes beside the title."""
    for index in range(min(len(page.texts) - 1, 400)):
        if len(page.texts[index]) > 3 or covered[index] or zones[page.owner[index]] in FRAME:
            continue
        moment = dates.split(page.texts[index : index + 2], today)
        if moment and moment.sure_year and moment.day <= today:
            return 4, moment
    return None


def _from_scripts(scripts: Sequence[tuple[int, Mapping[str, str | None], str]], today: date) -> Moment | None:
    for _, _, text in scripts:
        place = (
            text.find('var ct = "') if len(text) > 60_000 else 0
        )  # WeChat: the rest of its script is library
        for found in SCRIPT_DATE.finditer(text[place : place + 60_000] if place >= 0 else ""):
            moment = _seconds(found[1]) if found[1].isdigit() and len(found[1]) >= 10 else _stamp(found[1])
            if moment and moment.day <= today:
                return moment
    return None


def _seconds(digits: str) -> Moment:
    local = datetime.fromtimestamp(int(digits[:10]), UTC).astimezone(BEIJING)
    return Moment(local.date(), local.strftime("%H:%M:%S"))


def _signed(page: Outline, zones: Sequence[str], today: date, covered: bytearray) -> Published | None:
    """The sign-off line that is only a date, or 二〇二六年十一月三日: the day of signing, if nothing else is there."""
    for index in range(len(page.texts) - 1, max(-1, len(page.texts) - 400), -1):
        text = page.texts[index]
        if len(text) > 24 or "年" not in text or zones[page.owner[index]] or covered[index]:
            continue
        moment = dates.chinese(text) or dates.whole(text, today)
        if moment and moment.sure_year and moment.day <= today:
            return Published(moment.day.isoformat(), "text")
    return None


def title_of(page: Outline, tags: Mapping[str, str]) -> str:
    """The article's own title: its tag, else the first big heading, else what stands in `<title>`."""
    if tags.get("ArticleTitle"):
        return clean(tags["ArticleTitle"])
    for wanted in ("h1", "h2"):
        for box in page.boxes:
            if box.tag == wanted and not box.chain.hidden:
                text = clean(page.text(box.start, box.end))
                if 6 <= len(text) <= 120:
                    return text
    return page.title
