"""Whether an app (移动客户端) is in Apple's store for China.

Source     newmedia.md 2.6, itunes.apple.com/lookup
Asks       by the app's number: as the road's address, or in the address of its page in the store; or a lookup's own address
Lists      no posts: the date of a version is no update of content. Not to be found in the store is gone (无法下载)
Facts      nick_name (the app's name), principal_name (its seller), version
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from crawler.fetching import Answer, Wanted
from crawler.observations import SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import (
    UNASKED,
    UNEXPECTED,
    error_in,
    mapping,
    read_json,
    sequence,
    text,
    whole_number,
)
from crawler.sources.post_lists import complain
from crawler.sources.signatures import Complaint
from crawler.targets import Road

UPSTREAM = "app-store"
STORE = "country=cn"
_NUMBER = re.compile(r"(?:^|\bid=?)(\d{6,12})(?!\d)")
FACTS = {"nick_name": "trackName", "principal_name": "sellerName", "version": "version"}


class ItunesLookupAdapter:
    name = "itunes_lookup"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        address = asking.road.address
        if "/lookup?" in address:
            return (Wanted(address if "country=" in address else f"{address}&{STORE}"),)
        number = _NUMBER.search(address) or _NUMBER.search(asking.account.account_id)
        return (Wanted(f"https://itunes.apple.com/lookup?id={number[1]}&{STORE}"),) if number else ()

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = SourceResult(road.address, upstream=UPSTREAM, official=True)
        if not answers:
            return complain(result, UNASKED)
        result = replace(result, fetch=answers[0].fetch)
        said = read_json(answers[0])
        if isinstance(said, Complaint):
            return complain(result, said)
        if complaint := error_in(answers[0], {}):
            return complain(result, complaint)
        count, found = whole_number(said.get("resultCount")), sequence(said.get("results"))
        if count is None or found is None or bool(count) != bool(found):
            return complain(result, UNEXPECTED)
        if not found:
            return complain(result, _not_there(answers[0].fetch.url))
        app = mapping(found[0])
        facts = {name: text(app.get(field)) for name, field in FACTS.items() if text(app.get(field))}
        return replace(result, facts=facts, reason="no_posts_in_call")


def _not_there(asked: str) -> Complaint:
    """Only China's store counts: without a country the lookup answers for another."""
    if asked and STORE not in asked.lower():
        return Complaint("source_broken", "other_store")
    return Complaint("account_gone", "not_in_store")
