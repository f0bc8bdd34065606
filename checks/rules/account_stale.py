"""An account has published nothing for two weeks (政务新媒体更新不及时).

Source     国办秘函〔2019〕19号, 政务新媒体单项否决, 内容不更新 (M2a); over 90 days 僵尸账号 (local bulletins, Guizhou 2025Q2)
Measures   the newest post of an account over all its intake roads and all earlier looks, pinned posts like any other
Unit       one account
Threshold  no post in the last 14 days (setting account_window_days), by calendar days or full 24 hours (setting manner);
           warned of after 7, 10 and 12 days. An account whose 开设日期 lies inside the window is spared. Silence that one
           unofficial road alone shows is a suspicion for a person; two roads with different upstreams, or an official list,
           prove it. A list that ends with yesterday (wechat_totaldetail) is looked at again on another day: today's posts
           stand there. Stricter days that the register files (更新频率要求) are the office's own: where a living list shows
           silence beyond them, a reminder, never a fault
Unjudged   no road that answered well and completely, and no post in the window seen: a broken bridge is not a silent
           account, nor is a bridge over which many fell silent at once; what the platform says is gone; an account that
           never published is the check account-blank
"""

from collections.abc import Iterator
from datetime import datetime

from checks.account_verdict import AccountVerdict, account_verdict, silent_since
from checks.ages import age_in_days, day_of, window_start
from checks.catalogue import check
from checks.road_words import bridge_trouble, trouble
from checks.settings import CheckSettings
from checks.staleness import BEYOND_FILED, STILL_IN_TIME, age_facts
from checks.verdicts import Problem, Verdict, clear, fault, unjudged
from crawler.observations import AccountVisit
from crawler.targets import Account

WARNINGS = {7: "提醒", 10: "再次提醒", 12: "预警"}
"""From so many days on."""
ZOMBIE_DAYS = 90


@check(id="account-stale", title="账号更新不及时")
def account_stale(visit: AccountVisit, settings: CheckSettings) -> Iterator[Verdict]:
    account, seen = visit.account, account_verdict(visit, settings)
    facts = age_facts(seen.newest, settings.account_window_days)
    if account.is_cancelled:
        yield unjudged(account, Problem.ELSEWHERE, "已注销账号不再要求更新")
    elif seen.standing == "fresh":
        yield clear(account, warning=_warning(visit, seen, settings), facts=facts)
    elif seen.standing == "gone":
        yield unjudged(account, Problem.ELSEWHERE, "平台显示该账号已停用，按账号停用或注销判定")
    elif seen.standing == "unknown":
        yield unjudged(account, Problem.SOURCE, _untold(visit))
    elif account.opened_on and account.opened_on >= day_of(seen.window_start):
        yield clear(
            account, warning=f"账号开设于{account.opened_on}，开设未满{settings.account_window_days}天"
        )
    elif seen.standing == "blank":
        yield unjudged(account, Problem.ELSEWHERE, "账号从未发布内容，按空白账号判定")
    else:
        suspected = seen.standing == "suspected_stale"
        why = _why(account, seen, visit.at, settings.account_window_days)
        if suspected:
            why += "；目前仅有一个非官方采集渠道可见，需人工核实"
        url = seen.silent[0].shown_address
        ended = all(source.complete_until for source in seen.silent)
        yield fault(account, why, facts=facts, url=url, needs_person=suspected, another_day=ended)


def _why(account: Account, seen: AccountVerdict, at: datetime, window: int) -> str:
    who = f"{account.platform}账号“{account.name}”"
    if seen.newest is None:
        return f"{who}自{day_of(seen.window_start)}以来没有发布任何内容，超过规定的{window}天"
    age = age_in_days(day_of(seen.newest), at)
    why = f"{who}最新一条内容发布于{day_of(seen.newest)}，已{age}天未更新，超过规定的{window}天"
    return f"{why}，且超过{ZOMBIE_DAYS}天，属于僵尸账号" if age > ZOMBIE_DAYS else why


def _warning(visit: AccountVisit, seen: AccountVerdict, settings: CheckSettings) -> str:
    age = age_in_days(day_of(seen.newest), visit.at) if seen.newest else 0
    filed = _exceeded(visit, age, settings)
    level = next((word for days, word in reversed(WARNINGS.items()) if age >= days), "提醒" if filed else "")
    beyond = f"，{BEYOND_FILED}的{filed}天" if filed else ""
    return f"{level}：已{age}{STILL_IN_TIME}{beyond}" if level else ""


def _exceeded(visit: AccountVisit, age: int, settings: CheckSettings) -> int | None:
    """The stricter days that are filed, where the account is late by them; a list that fails tells of no silence."""
    filed = visit.account.filed_days
    if not filed or filed >= settings.account_window_days or age <= filed:
        return None
    return filed if silent_since(visit, window_start(visit.at, filed, settings)) else None


def _untold(visit: AccountVisit) -> str:
    reasons = dict.fromkeys(
        bridge_trouble(source, visit.silenced)
        or (trouble(source) if source.health != "ok" else "采集渠道只列出部分内容，不能证明未更新")
        for source in visit.sources
    )
    return "；".join(reasons) or Problem.SOURCE.sentence
