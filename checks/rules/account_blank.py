"""An account has never published anything (空白账号).

Source     国办秘函〔2019〕19号, 政务新媒体单项否决, 内容不更新 (M2a); 空白账号 as local bulletins name it
Measures   official lists that hold everything an account ever published
Unit       one account
Threshold  such a list is empty, and no earlier look ever saw a post. An account whose 开设日期 lies inside the last 14 days
           (setting account_window_days) is spared
Unjudged   everything else without a post: an empty feed of a bridge is never proof, nor is an official list of some weeks
"""

from collections.abc import Iterator

from checks.account_verdict import account_verdict
from checks.ages import day_of
from checks.catalogue import check
from checks.settings import CheckSettings
from checks.verdicts import Problem, Verdict, clear, fault, unjudged
from crawler.observations import AccountVisit


@check(id="account-blank", title="空白账号")
def account_blank(visit: AccountVisit, settings: CheckSettings) -> Iterator[Verdict]:
    account, seen = visit.account, account_verdict(visit, settings)
    if account.is_cancelled:
        yield unjudged(account, Problem.ELSEWHERE, "已注销账号不再要求更新")
    elif seen.newest is not None:
        yield clear(account)
    elif seen.standing != "blank":
        yield unjudged(account, Problem.SOURCE, "没有看到任何内容，也没有完整的官方列表可以证明账号空白")
    elif account.opened_on and account.opened_on >= day_of(seen.window_start):
        yield clear(
            account, warning=f"账号开设于{account.opened_on}，开设未满{settings.account_window_days}天"
        )
    else:
        why = f"{account.platform}账号“{account.name}”自开设以来没有发布任何内容"
        yield fault(account, why, facts="posts=0", url=seen.silent[0].shown_address)
