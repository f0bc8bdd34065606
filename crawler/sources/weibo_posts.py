"""A Weibo post as the platform's interface and its mobile pages write it: the two differ only in what stands around it.

Source     newmedia.md 2.2, 4.2 and 5.2; visible.type: open.weibo.com/wiki (1 私密, 3 指定分组, 4 密友)
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

from crawler.observations import Post
from crawler.sources.json_answers import is_true, mapping, text, whole_number
from crawler.sources.post_lists import Listed, post_of
from crawler.sources.times import corrected_by_id, weibo_time
from crawler.targets import Account, Road

NOT_PUBLIC = (1, 3, 4)
CONTAINER = "107603"
"""Before the uid it is the container of a person's posts."""
_ROUTE = re.compile(r"/weibo/user/(?P<uid>\d+)")
"""The bridges' way to the posts of one account."""
_POST = re.compile(r"https?://(?:www\.|m\.)?weibo\.(?:com|cn)/(?P<uid>\d+)/\w")


def posts_in(statuses: Iterable[Any], uid: str, at: datetime) -> Listed:
    """The account's own public posts, reposts with them. `uid`: whose; empty: not known, all count as his."""
    own = [_Status(mapping(each)) for each in statuses if not is_of_another(each, uid)]
    stated = [each.post(at) for each in own if each.is_public]
    posts = [_by_id(post) for post in stated]
    return Listed(
        posts,
        partial=any(not each.id for each in own),
        corrected=posts != stated,
        facts=next(({"nick_name": each.name} for each in own if each.name), {}),
    )


def is_of_another(status: Any, uid: str) -> bool:
    """Whether it says so itself. Pages also show what the account liked (赞过), and an advertisement now and then."""
    author = _Status(mapping(status)).author
    return bool(author and uid and author != uid)


def all_of_another(posts: Sequence[Post], uid: str) -> bool:
    """Whether the links of all these posts name an author, and none of them him."""
    authors = [_uid_in(_POST.match(post.url)) for post in posts]
    return bool(uid and authors and all(authors)) and uid not in authors


def uid_of_route(address: str) -> str:
    """The uid whose posts a bridge is asked for; empty if it is asked for others."""
    return _uid_in(_ROUTE.search(address))


def _uid_in(found: re.Match[str] | None) -> str:
    return found["uid"] if found else ""


def uid_of(address: str) -> str:
    """The uid that an address asks for; also that of a home page, and a plain uid. Empty if there is none."""
    if address.isdecimal():
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    asked = parse_qs(parts.query)
    container = asked.get("containerid", [""])[0].removeprefix(CONTAINER)
    words = (*asked.get("uid", ()), *asked.get("value", ()), container, parts.path.rpartition("/u/")[2])
    return next((word for word in words if word.isdecimal()), "")


def uid_for(account: Account, road: Road) -> str:
    """The road's own uid, else the register's 账号ID."""
    return uid_of(road.address) or (account.account_id if account.account_id.isdecimal() else "")


class _Status:
    """One status, or one mblog of a card."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts
        self.id = text(facts.get("mid")) or text(facts.get("idstr")) or text(facts.get("id"))
        user = mapping(facts.get("user"))
        self.author = text(user.get("idstr")) or text(user.get("id"))
        self.name = text(user.get("screen_name"))

    @property
    def is_public(self) -> bool:
        visible = whole_number(mapping(self.facts.get("visible")).get("type"))
        return bool(self.id) and visible not in NOT_PUBLIC and not is_true(self.facts.get("deleted"))

    @property
    def is_pinned(self) -> bool:
        marks = (self.facts.get("isTop"), self.facts.get("is_top"))
        title = text(mapping(self.facts.get("title")).get("text"))
        return any(map(is_true, marks)) or whole_number(self.facts.get("mblogtype")) == 2 or title == "置顶"

    def post(self, at: datetime) -> Post:
        url = f"https://m.weibo.cn/status/{self.id}" if self.id.isalnum() else ""
        return post_of(
            self.id, self.facts.get("text"), url, self.facts.get("created_at"), at, pinned=self.is_pinned
        )


def _by_id(post: Post) -> Post:
    """The post at the time in its id, if the stated time lies beside that by exactly a zone."""
    by_id = corrected_by_id(post.published_at, weibo_time(post.url)) if post.published_at else None
    return replace(post, published_at=by_id, precision="second") if by_id else post
