"""What several intake roads together say of an account (newmedia.md 8.2), before any rule speaks.

Fresh is proven by one sighting of one post in the window, over whatever road. Silence needs a live list that is
complete: an official one, or two that draw from different upstreams; one alone is a suspicion for a person. Where a whole
bridge stands still (checks/bridges.py), its silence is that of the bridge.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from checks.ages import last_moment, window_start
from checks.settings import CheckSettings
from crawler.clock import FUTURE_TOLERANCE
from crawler.observations import FROM_THE_BEGINNING, AccountVisit, Post, SourceResult

Standing = Literal["fresh", "stale", "suspected_stale", "blank", "gone", "unknown"]


@dataclass(frozen=True, slots=True)
class AccountVerdict:
    """`newest`: the newest post that any look ever saw. `window_start`: older than this is too old.
    `silent`: the roads that show a living, complete list without a post in the window."""

    standing: Standing
    newest: datetime | None
    window_start: datetime
    silent: tuple[SourceResult, ...] = ()


def account_verdict(visit: AccountVisit, settings: CheckSettings) -> AccountVerdict:
    start = window_start(visit.at, settings.account_window_days, settings)
    newest = _newest(visit)
    silent = silent_since(visit, start)

    def says(standing: Standing) -> AccountVerdict:
        return AccountVerdict(standing, newest, start, silent)

    if gone_by(visit):
        return says("gone")
    if _in_window(visit, start):
        return says("fresh")
    if official := [source for source in silent if source.official]:
        whole = any(
            source.complete_since and source.complete_since <= FROM_THE_BEGINNING for source in official
        )
        return says("blank" if whole and newest is None and not _has_posts(visit) else "stale")
    if len({source.upstream or source.address for source in silent}) > 1:
        return says("stale")
    return says("suspected_stale" if silent else "unknown")


def silent_since(visit: AccountVisit, start: datetime) -> tuple[SourceResult, ...]:
    """The roads that show a living list, complete from this moment on."""
    return tuple(source for source in visit.sources if _proves_silence(source, start, visit))


def gone_by(visit: AccountVisit) -> tuple[SourceResult, ...]:
    """The roads by which the platform itself says that the account is closed, banned, frozen or moved."""
    return tuple(
        source
        for source in visit.sources
        if source.health == "account_gone" and source.bridge not in visit.silenced
    )


def _newest(visit: AccountVisit) -> datetime | None:
    seen = [
        post.published_at for post, now in _posts(visit) if post.published_at and post.published_at <= now
    ]
    known = visit.newest_known
    return max([*seen, *([known] if known and known <= visit.at + FUTURE_TOLERANCE else [])], default=None)


def _in_window(visit: AccountVisit, start: datetime) -> bool:
    known = visit.newest_known
    if known and start <= known <= visit.at + FUTURE_TOLERANCE:
        return True
    return any(
        post.published_at
        and post.published_at <= now
        and last_moment(post.published_at, post.precision) >= start
        for post, now in _posts(visit)
    )


def _has_posts(visit: AccountVisit) -> bool:
    return any(source.posts for source in visit.sources)


def _posts(visit: AccountVisit) -> list[tuple[Post, datetime]]:
    """Every post that tells, with the latest moment that is not yet the future where it was seen."""
    return [
        (post, latest_past(source, visit.at))
        for source in visit.sources
        for post in source.posts
        if post.id not in visit.seen_ahead
    ]


def latest_past(source: SourceResult, at: datetime) -> datetime:
    """The latest moment that is not yet the future where this was seen, in a look of the moment `at`."""
    return max(at, source.fetch.at if source.fetch else at) + FUTURE_TOLERANCE


def _proves_silence(source: SourceResult, start: datetime, visit: AccountVisit) -> bool:
    if source.health != "ok" or source.complete_since is None or source.complete_since > start:
        return False
    if any(post.published_at and post.published_at > latest_past(source, visit.at) for post in source.posts):
        return False
    if any(_may_be_new(post, start, visit) for post in source.posts):
        return False
    return source.bridge not in visit.silenced and (source.official or bool(source.posts))


def _may_be_new(post: Post, start: datetime, visit: AccountVisit) -> bool:
    """A day that was announced has come, or a post was edited: that shows no post of that day, nor that there was none."""
    return post.id in visit.seen_ahead and (post.published_at is None or post.published_at >= start)
