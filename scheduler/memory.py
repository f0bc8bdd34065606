"""What the record knows of an account besides what one look at it saw."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.observations import AccountVisit
from tracker import queries
from tracker.harvest import digest_of_post


def remembered(session: Session, seen: Sequence[tuple[int, AccountVisit]]) -> list[AccountVisit]:
    """These looks (target, what was seen), each with the newest post that any look up to then saw, and the posts that were seen
    before the day that they state.

    One query for each moment of looking: there is one, unless several past rounds are judged again.
    """
    by_moment: dict[datetime, list[int]] = defaultdict(list)
    for target_id, visit in seen:
        by_moment[visit.at].append(target_id)
    known = {at: queries.newest_posts(session, ids, at) for at, ids in by_moment.items()}
    ahead = {at: queries.seen_ahead(session, ids, at) for at, ids in by_moment.items()}
    return [
        replace(
            visit,
            newest_known=known[visit.at].get(target_id),
            seen_ahead=_among(visit, target_id, ahead[visit.at].get(target_id, ())),
        )
        for target_id, visit in seen
    ]


def _among(visit: AccountVisit, target_id: int, digests: Collection[str]) -> tuple[str, ...]:
    """The ids of those posts of this look that the record knows by these digests."""
    if not digests:
        return ()
    posts = [post for source in visit.sources for post in source.posts]
    ids = {post.id for post in posts if digest_of_post(target_id, post) in digests}
    return tuple(sorted(ids))
