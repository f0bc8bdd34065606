"""One WeChat article, as anybody may open it: when it was published, or what the platform says in its place.

Source     newmedia.md 4.1 (all pages come with HTTP 200)
Reads      every kind of article (item_show_type 0 article, 5 video, 7 audio, 8 pictures, 10 text, 17 …): those without
           `js_content` have their time in the scripts all the same
Lists      one post: it proves fresh, never silent. Of the account it says only that it was blocked, closed or moved
Facts      post_state (alive, deleted, violation, migrated, bad_link, account_gone, unknown), nick_name, user_name
"""

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from crawler.fetching import Answer, Wanted
from crawler.observations import Health, Post, SourceResult
from crawler.sources.base import Asking
from crawler.sources.json_answers import UNASKED, text
from crawler.sources.post_lists import complain, dated
from crawler.sources.signatures import Complaint, refused, unanswered
from crawler.targets import Road

UPSTREAM = "wechat-web"
State = Literal["alive", "deleted", "violation", "migrated", "bad_link", "account_gone", "unknown"]


class Notice(NamedTuple):
    """What a notice page says of the post, and of the account."""

    state: State
    health: Health
    reason: str


ACCOUNT = "(?:[帐账]号|公众号)"
NOTICES: Sequence[tuple[str, Notice]] = (
    # The first that is found speaks.
    (r"环境异常|去验证|访问过于频繁|操作频繁|完成验证后", Notice("unknown", "rate_limited", "challenge")),
    (rf"{ACCOUNT}已(?:自主)?注销", Notice("account_gone", "account_gone", "closed")),
    (rf"{ACCOUNT}已被(?:屏蔽|封禁|停用)|{ACCOUNT}已停止使用", Notice("account_gone", "account_gone", "blocked")),
    (rf"{ACCOUNT}已迁移|{ACCOUNT}处于{ACCOUNT}迁移流程", Notice("migrated", "account_gone", "migrated")),
    (r"已被发布者删除", Notice("deleted", "ok", "post_deleted")),
    (r"因违规无法查看|发送失败无法查看", Notice("violation", "ok", "post_violation")),
    (r"链接已过期", Notice("unknown", "source_broken", "link_expired")),
    (r"参数错误", Notice("bad_link", "ok", "bad_link")),
)  # fmt: skip
UNKNOWN_NOTICE = Notice("unknown", "source_broken", "unknown_notice")
NOTICE_LENGTH = 300
"""A notice page holds fewer characters; a longer text is a page of another kind that may quote one."""
CHALLENGES = ("wappoc_appmsgcaptcha", "secitptpage/verify")
"""In the address or the scripts of a page that wants proof of a person."""

_CONTENT = re.compile(r"\bid\s*=\s*[\"']js_content[\"']")
_KINDS = re.compile(r"\bitem_show_type\b\s*[=:]|picture_page_info_list")
_PUBLISHED = (
    re.compile(r"(?:\bvar\s+|window\.)(?:ct|ori_create_time)\s*=\s*[\"']?(\d{10})\b"),
    re.compile(r"[\"']?\b(?:ct|ori_create_time|create_timestamp)[\"']?\s*:\s*[\"']?(\d{10})\b"),
    re.compile(r"\bcreateTime\s*=\s*[\"']([^\"']{8,25})[\"']"),
    re.compile(r"\bid=[\"']publish_time[\"'][^>]{0,200}>([^<]{8,25})<"),
)
_TITLE = (
    re.compile(r"<meta\s+property=[\"']og:title[\"']\s+content=[\"']([^\"'>]{1,300})"),
    re.compile(r"\bmsg_title\s*=\s*[\"']([^\"']{1,300})[\"']"),
)


class WechatArticleAdapter:
    name = "wechat_article"

    def requests(self, asking: Asking) -> Sequence[Wanted]:
        return (Wanted(asking.road.address),)

    def parse(self, answers: Sequence[Answer], road: Road, at: datetime) -> SourceResult:
        result = SourceResult(road.address, upstream=UPSTREAM)
        if not answers:
            return complain(result, UNASKED)
        answer = answers[0]
        result = replace(result, fetch=answer.fetch, facts={"post_state": "unknown"})
        if complaint := unanswered(answer) or refused(answer):
            return complain(result, complaint)
        page = answer.body.decode("utf-8", "replace")
        if _is_article(page):
            return _alive(result, page, at)
        notice = _notice(page, answer.fetch.final_url or answer.fetch.url)
        result = replace(result, facts={"post_state": notice.state})
        return complain(result, Complaint(notice.health, notice.reason))


def _is_article(page: str) -> bool:
    """Asked before any notice is looked for: living articles quote their sentences."""
    return bool(_CONTENT.search(page)) or bool(_KINDS.search(page) and _first(_PUBLISHED[:2], page))


def _alive(result: SourceResult, page: str, at: datetime) -> SourceResult:
    url = result.fetch.final_url or result.fetch.url if result.fetch else result.address
    title = html.unescape(_first(_TITLE, page))
    post = dated(Post(_identity(page) or url, text(title), url), _first(_PUBLISHED, page).strip(), at)
    facts: Mapping[str, str] = {
        "post_state": "alive",
        "nick_name": html.unescape(_variable("nickname", page)),
        "user_name": _variable("user_name", page),
    }
    result = replace(result, posts=(post,), facts={name: said for name, said in facts.items() if said})
    return result if post.published_at else complain(result, Complaint("source_broken", "no_dates"))


def _identity(page: str) -> str:
    """The same for every address of one article."""
    parts = [_variable(name, page) for name in ("biz", "mid", "idx")]
    return ":".join(parts) if all(parts) else ""


def _variable(name: str, page: str) -> str:
    """What a script of the page calls so: `var mid = "…" || "" || ""`, `nickname = htmlDecode("…")`."""
    found = re.search(
        rf"\b(?:var\s+|window\.){name}\s*=\s*(?:htmlDecode\(\s*)?[\"']([^\"']{{1,200}})[\"']", page
    )
    return found[1].strip() if found else ""


def _notice(page: str, address: str) -> Notice:
    if any(sign in address or sign in page for sign in CHALLENGES):
        return NOTICES[0][1]
    tree = LexborHTMLParser(page)
    tree.strip_tags(["script", "style"])
    for part in (tree.css_first(".weui-msg__title"), tree.body):
        plain = "".join(part.text().split()) if part else ""
        if len(plain) <= NOTICE_LENGTH:
            for sentence, notice in NOTICES:
                if re.search(sentence, plain):
                    return notice
    return UNKNOWN_NOTICE


def _first(forms: Sequence[re.Pattern[str]], page: str) -> str:
    return next((found[1] for form in forms if (found := form.search(page))), "")
