"""Weibo's mobile pages (m.weibo.cn): one look without a login, as anybody may have; no cookie is sent, nothing is signed.

Source     newmedia.md 4.2; the shape of the answer: dataabc/weibo-crawler
Proves     as one of two: it draws from the same pages as the bridges' Weibo route, so that the two do not confirm each other
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawler.fetching import Answer, Wanted
from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import error_in, mapping, sequence, text, whole_number
from crawler.sources.post_lists import EMPTY, Listed, asks_for_all, complain, items_of, read_list
from crawler.sources.signatures import Complaint
from crawler.sources.weibo_posts import CONTAINER, posts_in, uid_for, uid_of
from crawler.targets import Road

INTERFACE = "/api/container/getIndex"
POST, GROUP = 9, 11
"""Kinds of cards; all others are advertisements and recommendations."""
NOTHING_LEFT_OUT = {"page": ("1",), "since_id": ("0",)}

LOGIN = Complaint("auth_expired", "login_required")
TOO_OFTEN = Complaint("rate_limited", "too_often")
_VISITOR = re.compile(rb"Sina Visitor System|passport\.weibo\.c", re.I)


class WeiboWebAdapter:
    name = "weibo_web"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        if INTERFACE in asking.road.address:
            return (Wanted(asking.road.address),)
        uid = uid_for(asking.account, asking.road)
        query = f"type=uid&value={uid}&containerid={CONTAINER}{uid}"
        return (Wanted(f"https://m.weibo.cn{INTERFACE}?{query}"),) if uid else ()

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        about = SourceResult(road.address, upstream="weibo")
        if answers and _is_visitor_page(answers[0]):
            return complain(replace(about, fetch=answers[0].fetch), LOGIN)
        result = read_list(about, answers, at, lambda answer, said: _list(answer, said, at))
        return replace(result, health="rate_limited") if result.reason == "http_403" else result


def _is_visitor_page(answer: Answer) -> bool:
    is_json = answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{"
    return not is_json and bool(_VISITOR.search(answer.body) or "passport.weibo" in answer.fetch.final_url)


def _list(answer: Answer, said: Mapping[str, Any], at: datetime) -> Listed | Complaint:
    if complaint := _complaint(answer, said):
        return complaint
    cards = items_of(mapping(said.get("data")).get("cards"))
    if isinstance(cards, Complaint):
        return cards
    found = posts_in(_mblogs(cards), uid_of(answer.fetch.url), at)
    return replace(found, partial=found.partial or not asks_for_all(answer.fetch.url, NOTHING_LEFT_OUT))


def _complaint(answer: Answer, said: Mapping[str, Any]) -> Complaint | None:
    ok, words = whole_number(said.get("ok")), text(said.get("msg"))
    if ok == -100 or "登录" in words:
        return LOGIN
    if "频繁" in words:
        return TOO_OFTEN
    if ok == 0:
        # The same words for a blank account, a wrong uid and a closed account.
        return error_in(answer, {}, said.get("errno")) or EMPTY
    return error_in(answer, {}, ok, good=1)


def _mblogs(cards: Sequence[Any]) -> Iterator[Any]:
    """The posts in the cards, pinned ones marked as such; a group may hold posts too. What is no card may be one as well."""
    for each in cards:
        card = mapping(each)
        kind = whole_number(card.get("card_type"))
        if kind == GROUP:
            yield from _mblogs(sequence(card.get("card_group")) or ())
        elif kind == POST:
            pinned = text(card.get("profile_type_id")).startswith("proweibotop_")
            mblog = mapping(card.get("mblog"))
            yield {**mblog, "isTop": 1} if pinned else mblog
        elif not card:
            yield card
