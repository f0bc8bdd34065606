"""What the record knows of an account besides what one look at it saw."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from crawler.observations import AccountVisit
from tracker import queries


def remembered(session: Session, seen: Sequence[tuple[int, AccountVisit]]) -> list[AccountVisit]:
    """These looks (target, what was seen), each with the newest post that any look up to then saw.

    One query for each moment of looking: there is one, unless several past rounds are judged again.
    """
    by_moment: dict[datetime, list[int]] = defaultdict(list)
    for target_id, visit in seen:
        by_moment[visit.at].append(target_id)
    known = {at: queries.newest_posts(session, ids, at) for at, ids in by_moment.items()}
    return [replace(visit, newest_known=known[visit.at].get(target_id)) for target_id, visit in seen]
