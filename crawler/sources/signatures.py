"""What a bridge says when it has no posts for us: HTTP 200 means nothing, so bodies are known by their words.

Source: newmedia.md parts 3 and 8.3. Asked only of answers that are no feed; a living feed may quote any of these.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from crawler.fetching import Answer
from crawler.observations import Health, Problem

CHARACTERS_READ = 20_000


class Complaint(NamedTuple):
    health: Health
    reason: str


_WORDS: Sequence[tuple[str, Complaint]] = (
    # The first that is found speaks.
    (r"Authentication failed", Complaint("auth_expired", "bridge_key_rejected")),
    (r"cookies? (?:has |have |is |are )?(?:expired|invalid)|Cookie ?已?(?:过期|失效)", Complaint("auth_expired", "bridge_cookie_expired")),
    (r"invalid session|\b200003\b", Complaint("auth_expired", "bridge_login_expired")),
    (r"freq control|\b200013\b", Complaint("rate_limited", "bridge_frequency")),
    (r"RequestInProgressError|currently fetching", Complaint("rate_limited", "bridge_busy")),
    (r"this route is empty", Complaint("source_broken", "bridge_empty_route")),
    (r"filtered by WAF|\b(?:412|432) |\b403 Forbidden", Complaint("source_broken", "bridge_blocked")),
    (r"wrong path|NotFoundError", Complaint("source_broken", "bridge_wrong_path")),
    (r"不存在该feed|公众号不存在", Complaint("source_broken", "bridge_not_subscribed")),
)  # fmt: skip
_CHALLENGE = re.compile(r"captcha|环境异常|访问过于频繁|(?:完成|进行)(?:安全)?验证", re.I)
_MESSAGE = re.compile(r"Error Message:(?:<br ?/?>)?\s*<code[^>]*>(.*?)</code>", re.S)
BUSY_STATUSES = (412, 418, 429, 432)
"""Platforms and bridges say "too often" with any of these."""

NOTICES = (
    "该内容已被发布者删除",
    "此内容因违规无法查看",
    "此内容发送失败无法查看",
    "此帐号已被屏蔽",
    "此帐号已自主注销",
    "该公众号已迁移",
    "此帐号处于帐号迁移流程中",
    "当前环境异常，完成验证后即可继续访问",
    "访问过于频繁",
)
"""Pages of the platform that a bridge sometimes stores as if they were an article (newmedia.md 3.4)."""
NOTICE_LENGTH = 120
"""A longer text is an article, and may quote them."""


def unanswered(answer: Answer) -> Complaint | None:
    """Nothing came that could be read: the reason is the problem's own word."""
    problem = answer.problem
    if problem in (None, Problem.HTTP_ERROR):
        return None
    return Complaint("source_broken", problem.value.replace("-", "_"))


def refused(answer: Answer) -> Complaint | None:
    """An error status; the words of the body tell more than the number."""
    by_number = by_status(answer)
    return (complaint_in(answer.body) or by_number) if by_number else None


def by_status(answer: Answer) -> Complaint | None:
    """An error status, whatever the body says."""
    status = answer.fetch.status
    if answer.problem is not Problem.HTTP_ERROR and status < 400:
        return None
    if status in BUSY_STATUSES:
        return Complaint("rate_limited", f"http_{status}")
    return Complaint("auth_expired" if status == 401 else "source_broken", f"http_{status}")


def complaint_in(body: bytes) -> Complaint | None:
    """The complaint that a page or a JSON answer makes in words."""
    text = body.decode("utf-8", "replace")[:CHARACTERS_READ]
    message = _MESSAGE.search(text)
    said = message[1] if message else text
    for words, complaint in _WORDS:
        if re.search(words, said, re.I):
            return complaint
    return _challenge(said)


def challenge_in(body: bytes) -> Complaint | None:
    """The only complaint in words that a platform makes of its own: prove that you are human."""
    return _challenge(body.decode("utf-8", "replace")[:CHARACTERS_READ])


def _challenge(said: str) -> Complaint | None:
    return Complaint("rate_limited", "challenge") if _CHALLENGE.search(said) else None


def is_notice(title: str, text: str) -> bool:
    """A notice page of the platform stored as a post."""
    if title.strip().rstrip("。，！") in NOTICES:
        return True
    return len(text) <= NOTICE_LENGTH and any(notice in text for notice in NOTICES)
