"""Letters with defaults: a test says only what matters to it. The week is 2026-W47, the notice of Monday after next."""

from datetime import UTC, date, datetime
from typing import Any

from reports.letter import Letter, LetterRow

FIRST_SEEN = datetime(2026, 11, 17, 1, 12, tzinfo=UTC)
"""2026-11-17 09:12 in Asia/Shanghai."""
DUE = date(2026, 12, 1)
HOSTILE = '{{7*7}} <script>alert("1")</script> & {_{ }_} {% x %}\x00\x07\x0b \ufffe\ud800 \u202e😀 =1+1'
SHOWN = '{{7*7}} <script>alert("1")</script> & {_{ }_} {% x %}'
"""What of it stands in every form, letter for letter."""


def a_row(ordinal: int = 1, **more: Any) -> LetterRow:
    facts: dict[str, Any] = {
        "ordinal": ordinal,
        "issue": ordinal,
        "unit": "云泽市教育局",
        "kind": "网站",
        "target": "云泽市教育局门户网站",
        "key": "4199000017",
        "check": "栏目更新不及时",
        "path": "首页→政务公开→通知公告",
        "url": "https://jyj.yunze.test/zwgk/tzgg/",
        "detail": "栏目“首页→政务公开→通知公告”最新一条信息发布于2026年4月2日，已超过6个月的更新时限",
        "newest": "2026-04-02",
        "overdue_days": "49",
        "clause": "国办秘函〔2019〕19号 单项否决 栏目不更新",
        "origin": "日常巡检",
        "first_seen": FIRST_SEEN,
        "due_on": DUE,
        "times": 1,
        "evidence": ("5e" * 32,),
    }
    return LetterRow(**{**facts, **more})


def an_account_row(ordinal: int = 1, **more: Any) -> LetterRow:
    facts: dict[str, Any] = {
        "kind": "微博",
        "target": "云泽教育",
        "key": "wb-2213408817",
        "check": "账号更新不及时",
        "path": "",
        "url": "https://weibo.com/u/2213408817",
        "detail": "最近一条信息发布于2026年10月28日，已超过14天未更新",
        "newest": "2026-10-28",
        "overdue_days": "6",
        "clause": "国办秘函〔2019〕19号 政务新媒体 单项否决",
    }
    return a_row(ordinal, **{**facts, **more})


def a_letter(*new: LetterRow, **more: Any) -> Letter:
    """A signed weekly notice; without rows it has one new issue. `number=""` makes it a draft."""
    facts: dict[str, Any] = {
        "kind": "weekly",
        "title": "问题整改通知单",
        "number": "云政办网改〔2026〕12号",
        "unit": "云泽市教育局",
        "office": "云泽市人民政府办公室",
        "contact": "李某，0398-1234567",
        "week": "2026-W47",
        "first_day": date(2026, 11, 16),
        "last_day": date(2026, 11, 22),
        "dated": date(2026, 11, 24),
        "due_on": DUE,
        "new": new or (a_row(),),
        "reply_url": "https://xunjian.yunze.test/reply/eyJub3RpY2UiOjEyfQ.c2lnbmVk",
    }
    if "number" in more and not more["number"]:
        facts["dated"] = None
    return Letter(**{**facts, **more})


def a_full_letter(**more: Any) -> Letter:
    """Three new issues, one again, two put right."""
    new = (
        a_row(1),
        a_row(2, check="空白栏目", path="首页→互动交流→征集调查", detail="栏目“首页→互动交流→征集调查”没有任何内容",
              url="https://jyj.yunze.test/hdjl/zjdc/", newest="", overdue_days="", origin="上级通报"),
        an_account_row(3),
    )  # fmt: skip
    again = (
        a_row(
            4,
            check="首页更新不及时",
            path="",
            detail="首页超过14天没有更新",
            times=2,
            url="https://jyj.yunze.test/",
        ),
    )
    rectified = (
        a_row(
            5,
            path="首页→工作动态",
            detail="栏目“首页→工作动态”超过14天没有更新",
            rectified_on=date(2026, 11, 20),
        ),
        an_account_row(6, kind="微信公众号", key="gh_7f2c", rectified_on=date(2026, 11, 21)),
    )
    return a_letter(*new, **{"again": again, "rectified": rectified, **more})
