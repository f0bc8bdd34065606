"""What WeChat pushes when an account has published (事件推送): the exact time of a mass send, free of any quota.

Source     newmedia.md 2.1; MASSSENDJOBFINISH (群发结果) and PUBLISHJOBFINISH (发布结果), decrypted
Asks       the address where the office's own receiver keeps the events of this account: one `<xml>`, or several in one root
Lists      what was pushed while we listened: it proves fresh, never silent
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import UNASKED
from crawler.sources.post_lists import complain, dated, once
from crawler.sources.signatures import Complaint, complaint_in, refused, unanswered
from crawler.sources.wechat_api import unread
from crawler.targets import Road

SENT = ("sendsuccess", "0")
"""Status of a mass send that went out, and of a publication that succeeded."""
UPSTREAM = "wechat-push"


class WechatPushAdapter:
    name = "wechat_push"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        return (Wanted(asking.road.address),) if "://" in asking.road.address else ()

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = replace(unread(road, answers), upstream=UPSTREAM)
        if not answers:
            return complain(result, UNASKED)
        if complaint := unanswered(answers[0]) or refused(answers[0]):
            return complain(result, complaint)
        events = _events(answers[0].body)
        if isinstance(events, Complaint):
            return complain(result, events)
        posts = once(post for event in events for post in _posts(event, at))
        return replace(result, posts=posts, reason="" if posts else "nothing_published")


def _events(body: bytes) -> Sequence[ET.Element] | Complaint:
    not_events = complaint_in(body) or Complaint("source_broken", "not_an_event")
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:  # could define entities without end; WeChat sends none
        return not_events
    try:
        root = ET.fromstring(body.strip())
    except (ET.ParseError, ValueError, LookupError):
        return Complaint("source_broken", "truncated") if body.lstrip().startswith(b"<xml") else not_events
    events = list(root.iter("xml"))
    if not events:
        return not_events
    if any(event.find("Encrypt") is not None for event in events):
        return Complaint("source_broken", "encrypted_event")
    return events


def _posts(event: ET.Element, at: datetime) -> Iterator[Post]:
    kind = _text(event, "Event").upper()
    if kind == "MASSSENDJOBFINISH":
        status, articles, link = _text(event, "Status"), "ArticleUrlResult/ResultList/item", "ArticleUrl"
        name = _text(event, "MsgID")
    elif kind == "PUBLISHJOBFINISH":
        about = "PublishEventInfo"
        status, articles, link = (
            _text(event, f"{about}/publish_status"),
            f"{about}/article_detail/item",
            "article_url",
        )
        name = _text(event, f"{about}/article_id") or _text(event, f"{about}/publish_id")
    else:
        return
    if status.replace(" ", "").lower() not in SENT:
        return
    made = _text(event, "CreateTime")
    links = [_text(item, link) for item in event.findall(articles)]
    # The platform does not always name the articles; that one was sent is certain all the same.
    for url in [each for each in links if each] or [""]:
        yield dated(Post(url or name or made, url=url), made, at)


def _text(element: ET.Element, path: str) -> str:
    return (element.findtext(path) or "").strip()
