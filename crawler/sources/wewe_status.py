"""Whether a WeWe-RSS bridge still pulls an account's posts: the bridge's own word, without its feed.

Source     newmedia.md 3.2, GET /feeds of WeWe-RSS: `syncTime` is written only after a successful pull
Address    the account's feed at the bridge, or http://…/feeds#MP_WXS_… (the list that all accounts share, and which one)
Lists      no posts: it says of the bridge alone that it lives
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crawler.fetching import Answer, Wanted
from crawler.observations import SourceResult
from crawler.sources import wewe
from crawler.sources.base import Asking
from crawler.sources.json_answers import UNASKED, UNEXPECTED
from crawler.sources.post_lists import complain
from crawler.sources.signatures import Complaint, complaint_in, refused, unanswered
from crawler.sources.upstreams import WEREAD
from crawler.targets import Road


class WeweStatusAdapter:
    name = "wewe_status"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        address = asking.road.address
        return (wewe.status_request(address) or Wanted(address.partition("#")[0], shared=True),)

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = SourceResult(road.address, upstream=WEREAD)
        if not answers:
            return complain(result, UNASKED)
        answer = answers[0]
        complaint = unanswered(answer) or refused(answer) or _about(answer.body, road.address, at)
        result = replace(result, fetch=answer.fetch)
        return complain(result, complaint) if complaint else result


def _about(body: bytes, address: str, at: datetime) -> Complaint | None:
    feeds = wewe.feeds_in(body)
    if feeds is None:
        return complaint_in(body) or Complaint("source_broken", "not_json")
    feed = feeds.get(wewe.feed_id(address))
    if feed is None:
        return Complaint("source_broken", "bridge_not_subscribed")
    synced = wewe.synced_at(feed)
    return wewe.sync_complaint(synced, at) if synced else UNEXPECTED
