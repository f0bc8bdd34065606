"""The feed adapter: RSS, Atom and JSON Feed, as every bridge and many content systems write them.

Source: newmedia.md parts 3, 5 and 8. A bridge that is broken looks like an account that is silent; everything here
serves to tell them apart. What a feed proves about silence stands in `complete_since`, None when it proves nothing.
"""

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import unquote

from crawler.fetching import Answer, Wanted
from crawler.observations import Post, SourceResult
from crawler.sources import wewe
from crawler.sources.base import Asking
from crawler.sources.entries import Entry, Feed, read_feed
from crawler.sources.post_lists import OTHER_ACCOUNT, doubts
from crawler.sources.signatures import Complaint, complaint_in, is_notice, refused, unanswered
from crawler.sources.times import corrected_by_id, is_future, note_time, read_time, weibo_time
from crawler.sources.upstreams import is_everybodys, upstream_of
from crawler.sources.weibo_posts import all_of_another, uid_of_route
from crawler.targets import Road

FROZEN_AFTER = timedelta(days=3)
"""A bridge renders its feed at every request; an older time of rendering is a cache that nobody renews."""
MADE_UP = timedelta(minutes=10)
"""All dates within this of the fetch: the bridge wrote its own clock where the route knows no dates."""
SAME_RENDERING = timedelta(seconds=5)
PINNED_AT_MOST = 3
"""So many posts stand pinned above the others at the most."""
NARROWED = re.compile(
    r"[?&](?:filter\w*|title_include|title_exclude)=[^&]|[?&]page=(?!1(?:&|$))"
    rf"|[?&]limit=0*[0-{PINNED_AT_MOST}](?:&|$)"
    r"|\bshowRetweeted=(?:0|false)\b|/wechat/mp/(?:msgalbum|homepage)/"
)
"""In an address that leaves posts out, and so maybe the newest: some by their words, later pages, no more than may stand
pinned, no reposts, one album (newmedia.md 3.1, 3.2)."""
EVERYBODY = Complaint("source_broken", "bridge_wrong_path")
"""The feed of all accounts of a bridge is no road to one of them."""
FEED_HEADERS = {
    "Accept": "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
}


class FeedAdapter:
    name = "feed"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        address = asking.road.address
        status = wewe.status_request(address)
        return (Wanted(address, headers=FEED_HEADERS), *((status,) if status else ()))

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        if not answers:
            return SourceResult(
                road.address, health="source_broken", reason="unasked", upstream=upstream_of(road.address)
            )
        first = answers[0]
        result = SourceResult(road.address, upstream=upstream_of(road.address), fetch=first.fetch)
        if complaint := unanswered(first) or refused(first):
            return _with(result, complaint)
        feed = read_feed(first.body, first.fetch.content_type)
        if feed is None:
            return _with(result, complaint_in(first.body) or Complaint("source_broken", "not_a_feed"))
        result = replace(result, upstream=upstream_of(road.address, feed.generator))
        if is_everybodys(road.address, feed.generator):
            return _with(result, EVERYBODY)
        asleep = next(
            filter(None, (wewe.complaint_about(road.address, each, at) for each in answers[1:])), None
        )
        return _read(result, feed, asleep, at)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The posts of a feed, and what was found while reading them."""

    posts: tuple[Post, ...]
    corrected: bool
    dropped: bool
    made_up: bool


def _read(result: SourceResult, feed: Feed, asleep: Complaint | None, at: datetime) -> SourceResult:
    reading = _posts(feed, at)
    posts = reading.posts
    if all_of_another(posts, uid_of_route(result.address)):
        return _with(result, OTHER_ACCOUNT)
    past = [post for post in posts if post.published_at and not is_future(post.published_at, at)]
    warnings = (
        *doubts(posts, at),
        *(("notice_item",) if reading.dropped else ()),
        *(("partial_list",) if NARROWED.search(unquote(result.address.partition("#")[0])) else ()),
    )
    result = replace(result, posts=tuple(map(_by_note_id, posts)), warnings=warnings)
    if complaint := _complaint(feed, reading, asleep, at):
        return _with(result, complaint)
    since = min((post.published_at for post in past if post.published_at and not post.pinned), default=None)
    return replace(
        result,
        reason="tz_corrected_by_id" if reading.corrected else "",
        # A post without a date, or with one to come, or one lost behind a notice or left out, may be the newest.
        complete_since=None if warnings else since,
    )


def _complaint(feed: Feed, reading: _Reading, asleep: Complaint | None, at: datetime) -> Complaint | None:
    if not feed.is_whole:
        return Complaint("source_broken", "truncated")
    if not reading.posts:
        return Complaint("source_broken", "empty_unconfirmed")
    if reading.made_up or all(post.published_at is None for post in reading.posts):
        return Complaint("source_broken", "no_dates")
    if _is_frozen(feed, reading.posts, at):
        return Complaint("source_broken", "frozen_feed")
    return asleep


def _posts(feed: Feed, at: datetime) -> _Reading:
    kept: dict[str, Post] = {}
    corrected = dropped = False
    for entry in feed.entries:
        if is_notice(entry.title, entry.text):
            dropped = True
            continue
        post, by_id = _post(entry, at)
        known = kept.get(post.id)
        if known is None or (known.published_at is None and post.published_at):
            kept[post.id] = post
            corrected = corrected or by_id
    posts = tuple(kept.values())
    made_up = _made_up(posts, feed, at)
    if made_up:
        posts = tuple(replace(post, published_at=None) for post in posts)
    return _Reading(_pinned_marked(posts), corrected, dropped, made_up)


def _post(entry: Entry, at: datetime) -> tuple[Post, bool]:
    moment = read_time(entry.raw_date, at) if entry.raw_date else None
    post = Post(entry.id, entry.title, entry.url, raw_date=entry.raw_date)
    if moment is None:
        return post, False
    by_id = corrected_by_id(moment.at, weibo_time(entry.url) or weibo_time(entry.id))
    if by_id:
        return replace(post, published_at=by_id, precision="second"), True
    return replace(post, published_at=moment.at, precision=moment.precision), False


def _by_note_id(post: Post) -> Post:
    """A note without a date is at least as new as its id says: that proves fresh, and nothing else is read from it."""
    by_id = None if post.published_at else note_time(post.url)
    return replace(post, published_at=by_id) if by_id else post


def _made_up(posts: Sequence[Post], feed: Feed, at: datetime) -> bool:
    """Every post was published just now: then none was. Dates called dates of publishing need more to be disbelieved; a
    single one needs to be the very moment of rendering."""
    dates = [post.published_at for post in posts if post.published_at]
    stated = any(entry.stated for entry in feed.entries)
    rendered = None if stated or "rsshub" not in feed.generator.lower() else read_time(feed.built, at)
    if len(dates) == 1:
        return rendered is not None and abs(dates[0] - rendered.at) <= SAME_RENDERING
    # Its time of rendering: that of a cached answer, or under a clock that is not ours.
    moments = [at, *([rendered.at] if rendered else [])]
    if not dates or not any(all(abs(date - each) <= MADE_UP for date in dates) for each in moments):
        return False
    return not stated or (len(dates) > 2 and max(dates) - min(dates) <= SAME_RENDERING)


def _is_frozen(feed: Feed, posts: Sequence[Post], at: datetime) -> bool:
    """Whether the time of rendering is too old. WeWe-RSS writes the day of subscription there, which never moves;
    an unknown maker may mean the last change of content, which then is the time of its newest post."""
    built = read_time(feed.built, at) if feed.built else None
    if built is None or "wewe" in feed.generator.lower() or at - built.at <= FROZEN_AFTER:
        return False
    known = any(word in feed.generator.lower() for word in ("rsshub", "we-rss", "werss"))
    newest = max((post.published_at for post in posts if post.published_at), default=None)
    return known or newest is None or abs(built.at - newest) > MADE_UP


def _pinned_marked(posts: tuple[Post, ...]) -> tuple[Post, ...]:
    """Posts that stand first although a later one is newer, in a list that otherwise runs from new to old."""
    for count in range(1, min(PINNED_AT_MOST, len(posts) - 2) + 1):
        rest = [post.published_at for post in posts[count:] if post.published_at]
        head = [post.published_at for post in posts[:count] if post.published_at]
        runs_down = all(earlier >= later for earlier, later in itertools.pairwise(rest))
        if len(rest) > 1 and len(head) == count and runs_down and all(date < rest[0] for date in head):
            return tuple(replace(post, pinned=index < count) for index, post in enumerate(posts))
    return posts


def _with(result: SourceResult, complaint: Complaint) -> SourceResult:
    return replace(result, health=complaint.health, reason=complaint.reason)
