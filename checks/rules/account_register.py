"""What the platform shows of an account differs from what was filed (账号名称或主体与备案不符).

Source     国办发〔2018〕123号 (备案); newmedia.md part 7 and 8.5, R-NM-6: renamed without a new filing, or certified for
           another body
Measures   the account's name and certified body (认证主体), as the platform tells them, against 账号名称, 曾用名 and 认证主体 of
           the register
Unit       one account, its name and its body together
Threshold  another name or another body. Width, blanks, brackets and quotes make no difference; where one only holds the
           other (a short form), or only a page of the account tells and not the platform's interface, a person decides. A
           body that was not filed is not compared
Unjudged   no road tells the name or the body
"""

import re
import unicodedata
from collections.abc import Collection, Iterator

from checks.catalogue import check
from checks.verdicts import Problem, Verdict, clear, fault, unjudged
from crawler.observations import AccountVisit

NAME, BODY = "nick_name", "principal_name"
MARKS = re.compile(r"[\s()（）\[\]【】“”\"'‘’·•_\-—]+")


@check(id="account-register", title="账号名称或主体与备案不符")
def account_register(visit: AccountVisit) -> Iterator[Verdict]:
    account = visit.account
    filed = {NAME: (account.name, *account.former_names), BODY: (account.owner,) if account.owner else ()}
    shown = {fact: _shown(visit, fact) for fact in (NAME, BODY) if filed[fact]}
    if account.is_cancelled:
        yield unjudged(account, Problem.ELSEWHERE, "已注销账号不再核对备案信息")
    elif not any(shown.values()):
        yield unjudged(account, Problem.SOURCE, "没有采集渠道给出账号名称或认证主体")
    elif differing := {fact: name for fact, name in shown.items() if name and not _same(name, filed[fact])}:
        short = all(_holds(name, filed[fact]) for fact, name in differing.items())
        is_official = any(
            source.official and source.facts.get(fact) for source in visit.sources for fact in differing
        )
        yield fault(
            account,
            f"{account.platform}账号“{account.name}”与备案不符：{_words(differing, account.owner)}",
            facts=" ".join(f"{fact}={_plain(name)}" for fact, name in differing.items()),
            needs_person=short or not is_official,
        )
    else:
        yield clear(account)


def _shown(visit: AccountVisit, fact: str) -> str:
    """What the platform's own interface says goes before what stands on one of its pages."""
    roads = sorted(visit.sources, key=lambda source: not source.official)
    return next((said for source in roads if (said := source.facts.get(fact, "").strip())), "")


def _words(differing: dict[str, str], owner: str) -> str:
    said = [f"平台显示名称为“{differing[NAME]}”"] if NAME in differing else []
    said += [f"平台显示认证主体为“{differing[BODY]}”，备案为“{owner}”"] if BODY in differing else []
    return "；".join(said)


def _same(name: str, filed: Collection[str]) -> bool:
    return _plain(name) in map(_plain, filed)


def _holds(name: str, filed: Collection[str]) -> bool:
    shown = _plain(name)
    return any(shown in each or each in shown for each in map(_plain, filed) if each)


def _plain(name: str) -> str:
    return MARKS.sub("", unicodedata.normalize("NFKC", name)).casefold()
