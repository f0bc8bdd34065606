"""What a WeChat account published, day by day (发表记录): the best official proof of fresh and of silent.

Source     newmedia.md 2.1, datacube/getarticletotaldetail, permission set 7
Lists      mass-sent (群发) and merely published articles alike, without title and link, by day
Complete   from its first day to yesterday, unless `is_delay` says that the numbers are not all there yet
Asks       14 days in one call. If the platform refuses a range (61501), write ?by=day behind the AppID in the register:
           then each day is asked for itself
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from crawler.clock import BEIJING
from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import UNEXPECTED, is_false, mapping, sequence, text
from crawler.sources.post_lists import complain, dated, doubts, once
from crawler.sources.signatures import Complaint
from crawler.sources.wechat_api import posted, said_by, unread
from crawler.targets import Road

PATH = "/datacube/getarticletotaldetail"
DAYS = 14
BY_DAY = "by=day"
_ASKED = re.compile(r"(begin|end)_date\W+(\d{4}-\d{2}-\d{2})")


@dataclass(frozen=True, slots=True)
class _Span:
    """What one answer says: the posts it lists, and whether these are all."""

    posts: tuple[Post, ...]
    is_whole: bool


class WechatTotaldetailAdapter:
    name = "wechat_totaldetail"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        begin, end = _window(asking.at)
        spans = [(begin, end)]
        if BY_DAY in asking.road.address:
            spans = [(begin + timedelta(days=count),) * 2 for count in range(DAYS)]
        return tuple(
            call
            for first, last in spans
            for call in posted(PATH, asking, {"begin_date": f"{first}", "end_date": f"{last}"})
        )

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        spans = [_span([answer], at) for answer in answers] or [_span([], at)]
        read = [span for span in spans if isinstance(span, _Span)]
        posts = once(post for span in read for post in span.posts)
        result = replace(unread(road, answers), official=True, posts=posts, warnings=doubts(posts, at))
        for span in spans:
            if isinstance(span, Complaint):
                return complain(result, span)
        if not all(span.is_whole for span in read):
            return replace(result, reason="data_not_complete")
        since = None if result.warnings else _since(answers, at)
        return replace(
            result,
            complete_since=since,
            complete_until=datetime.combine(at.astimezone(BEIJING), time(), BEIJING),
            reason="" if posts else "complete_window_empty",
        )


def _window(at: datetime) -> tuple[date, date]:
    """The days to ask for: up to yesterday, today is not to be had."""
    today = at.astimezone(BEIJING).date()
    return today - timedelta(days=DAYS), today - timedelta(days=1)


def _since(answers: Sequence[Answer], at: datetime) -> datetime | None:
    """From when on nothing is missing; None if the answers do not reach up to yesterday. What an answer was asked for may
    stand behind its address; else it is what we would ask at that moment."""
    begin, end = _window(at)
    asked = dict(_ASKED.findall(answers[0].fetch.url)) if len(answers) == 1 else {}
    try:
        begin = date.fromisoformat(asked.get("begin", f"{begin}"))
        reaches_yesterday = date.fromisoformat(asked.get("end", f"{end}")) >= end
    except ValueError:
        return None
    return datetime.combine(begin, time(), BEIJING) if reaches_yesterday else None


def _span(answers: Sequence[Answer], at: datetime) -> _Span | Complaint:
    said = said_by(answers)
    if isinstance(said, Complaint):
        return said
    rows = sequence(said.get("list"))
    if rows is None:
        return UNEXPECTED
    return _Span(tuple(_post(row, at) for row in rows), is_false(said.get("is_delay")))


def _post(row: object, at: datetime) -> Post:
    """`publish_type` is not asked for: values occur that no document names."""
    facts = mapping(row)
    day = text(facts.get("ref_date"))
    return dated(Post(text(facts.get("msgid")) or day, precision="day"), day, at)
