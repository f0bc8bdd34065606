"""What a platform's list of posts proves, whichever platform it is (newmedia.md 8.1).

Of every item a list holds its adapter says: is it a post, when was it published, does it stand pinned. From then on all
lists are alike: each id counts once, and silence is proven back to the oldest post that is not pinned.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.fetching import Answer
from crawler.observations import FROM_THE_BEGINNING, Post, SourceResult
from crawler.sources.json_answers import (
    NOT_AUTHORISED,
    UNASKED,
    UNEXPECTED,
    read_json,
    sequence,
    text,
)
from crawler.sources.signatures import Complaint
from crawler.sources.times import is_future, read_time

TITLE_CHARACTERS = 60
EMPTY = Complaint("source_broken", "empty_unconfirmed")
"""An empty list is proof only where the platform itself says that it is all there is."""
OTHER_ACCOUNT = Complaint("source_broken", "other_account")
"""What came is another account's: the authorisation, the bridge or the link that was reported is not that of this one."""


@dataclass(frozen=True, slots=True)
class Listed:
    """The posts of one answer. `whole`: they are all that the account ever published. `partial`: the list may lack its
    newest posts, or holds items that could not be understood. `corrected`: a time was put right by the post's id."""

    posts: Sequence[Post]
    whole: bool = False
    partial: bool = False
    corrected: bool = False
    facts: Mapping[str, str] = field(default_factory=dict)


def read_list(
    about: SourceResult,
    answers: Sequence[Answer],
    at: datetime,
    list_in: Callable[[Answer, Mapping[str, Any]], Listed | Complaint],
) -> SourceResult:
    """The result of a road whose first answer is a list in JSON. `about`: what is known of the road before. `list_in`:
    the posts in the answer's object, or the platform's own error."""
    if not answers:
        return complain(about, NOT_AUTHORISED if about.official else UNASKED)
    about = replace(about, fetch=answers[0].fetch)
    said = read_json(answers[0])
    found = said if isinstance(said, Complaint) else list_in(answers[0], said)
    return complain(about, found) if isinstance(found, Complaint) else _proven(about, found, at)


def complain(about: SourceResult, complaint: Complaint) -> SourceResult:
    return replace(about, health=complaint.health, reason=complaint.reason)


def items_of(value: Any, *, is_empty: bool = False) -> Sequence[Any] | Complaint:
    """The items of a list. `is_empty`: the answer says beside it that there are none, so that null is an empty list."""
    if value is None and is_empty:
        return ()
    items = sequence(value)
    return UNEXPECTED if items is None else items


def post_of(id: Any, title: Any, url: Any, raw_date: Any, at: datetime, *, pinned: bool = False) -> Post:
    """A post as a platform states it; what it does not state is empty."""
    words, link, raw = text(title)[:TITLE_CHARACTERS], text(url), text(raw_date)
    return dated(Post(text(id) or link or f"{words} {raw}", words, link, pinned=pinned), raw, at)


def dated(post: Post, raw: str, at: datetime) -> Post:
    """The post with the time that `raw` states; without one that can be read it stays undated."""
    moment = read_time(raw, at) if raw else None
    if moment is None:
        return replace(post, raw_date=raw)
    return replace(post, raw_date=raw, published_at=moment.at, precision=moment.precision)


def asks_for_all(url: str, whole_values: Mapping[str, Collection[str]]) -> bool:
    """Whether an address asks for the newest posts of every kind; a parameter that is not given narrows nothing down."""
    try:
        given = parse_qs(urlsplit(url).query)
    except ValueError:
        return False
    return all(set(given.get(name, ())) <= set(values) for name, values in whole_values.items())


def once(posts: Iterable[Post]) -> tuple[Post, ...]:
    """Each id once; of two the dated one, and pinned is what either says."""
    kept: dict[str, Post] = {}
    for post in posts:
        known = kept.setdefault(post.id, post)
        pinned = known.pinned or post.pinned
        kept[post.id] = replace(known if known.published_at else post, pinned=pinned)
    return tuple(kept.values())


def doubts(posts: Sequence[Post], at: datetime) -> tuple[str, ...]:
    """Why a list proves nothing about silence: a post without a date, or with one to come, may be the newest."""
    signs = {
        "future_item": any(post.published_at and is_future(post.published_at, at) for post in posts),
        "undated_item": any(post.published_at is None for post in posts),
    }
    return tuple(sign for sign, is_there in signs.items() if is_there)


def _proven(about: SourceResult, found: Listed, at: datetime) -> SourceResult:
    posts = once(found.posts)
    if not posts and not about.official:
        return complain(about, EMPTY)
    warnings = (*doubts(posts, at), *(("partial_list",) if found.partial else ()))
    oldest = min((post.published_at for post in posts if post.published_at and not post.pinned), default=None)
    since = None if warnings else FROM_THE_BEGINNING if found.whole else oldest
    reason = "tz_corrected_by_id" if found.corrected else "" if posts or since else "incomplete_source"
    return replace(
        about, posts=posts, warnings=warnings, complete_since=since, reason=reason, facts=found.facts
    )
