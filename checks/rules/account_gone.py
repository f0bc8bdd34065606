"""The platform says that an account is closed, banned, frozen or moved (账号停用或注销), while the register has it running.

Source     国办发〔2018〕123号 (账号注销、迁移须备案并公告); newmedia.md 2 and 3.5 B9; a closed account that is open again:
           三明 2021
Measures   what the platform's own interface or page says of the account; a bridge's 404 says nothing
Unit       one account
Threshold  the platform's own word, on two days. Where the word may mean something else (迁移, 限制, 应用商店查无), or another
           road shows a post of these days, a person decides. An account that the register has as 已注销 is looked at once a
           month and judged the other way round: that it still answers, or publishes again, is for a person too
Unjudged   no road over which the platform speaks of the account; a bridge over which many are gone at once
"""

from collections.abc import Iterator
from datetime import timedelta

from checks.account_verdict import AccountVerdict, account_verdict, gone_by
from checks.ages import day_of
from checks.catalogue import check
from checks.road_words import GONE
from checks.settings import CheckSettings
from checks.verdicts import Problem, Verdict, clear, fault, unjudged
from crawler.observations import AccountVisit, SourceResult

CERTAIN = frozenset({"closed", "banned", "blocked", "frozen"})
"""Words that leave nothing to ask."""
ALIVE = timedelta(hours=36)
"""Whoever published so short a time ago is not gone."""


@check(id="account-gone", title="账号停用或注销", another_day=True)
def account_gone(visit: AccountVisit, settings: CheckSettings) -> Iterator[Verdict]:
    gone, seen = gone_by(visit), account_verdict(visit, settings)
    answers = any(map(_answers, visit.sources))
    if visit.account.is_cancelled and gone:
        yield clear(visit.account)
    elif visit.account.is_cancelled and (answers or seen.standing == "fresh"):
        yield _open_again(visit, seen)
    elif gone:
        yield _gone(visit, gone, published_lately=_published_lately(visit, seen))
    elif not visit.account.is_cancelled and (answers or _published_lately(visit, seen)):
        yield clear(visit.account)
    else:
        yield unjudged(visit.account, Problem.SOURCE, "没有采集渠道可以说明账号是否停用")


def _answers(source: SourceResult) -> bool:
    """The platform itself speaks of the account, and as of one that is there."""
    return source.health == "ok" and (source.official or source.facts.get("post_state") == "alive")


def _published_lately(visit: AccountVisit, seen: AccountVerdict) -> bool:
    return seen.newest is not None and seen.newest >= visit.at - ALIVE


def _gone(visit: AccountVisit, gone: tuple[SourceResult, ...], *, published_lately: bool) -> Verdict:
    account, first = visit.account, gone[0]
    words = GONE.get(first.reason, "已停用")
    return fault(
        account,
        f"{account.platform}显示账号“{account.name}”{words}，与台账“正常”状态不符",
        facts=" ".join(sorted({f"gone={source.reason}" for source in gone})),
        url=first.shown_address,
        needs_person=published_lately or not any(source.reason in CERTAIN for source in gone),
    )


def _open_again(visit: AccountVisit, seen: AccountVerdict) -> Verdict:
    account = visit.account
    said = f"，最新一条内容发布于{day_of(seen.newest)}" if seen.newest else ""
    return fault(
        account,
        f"{account.platform}账号“{account.name}”台账为已注销，但仍可访问或又有更新{said}，需人工核实",
        facts="open=again",
        needs_person=True,
    )
