"""One of our own intake roads to an account is broken (采集渠道故障): for the operator, never for the unit.

Source     no regulation: newmedia.md 3.5 and 8.3; a broken bridge looks like a silent account and must be mended first
Measures   the health of every intake road of an account: bridge, token, rate limit, address
Unit       one account, whichever and however many of its roads are broken
Threshold  one road that answered nothing of use
Unjudged   roads whose adapter is not built or switched off, and roads over a bridge that is broken or stands still as a whole: that is
           told once for all its accounts; a broken road to an account that is cancelled (已注销) need not be mended
"""

from collections.abc import Iterator

from checks.catalogue import check
from checks.road_words import HEALTHS, bridge_trouble, is_broken, place, trouble
from checks.verdicts import Problem, Verdict, clear, fault, unjudged
from crawler.observations import AccountVisit, SourceResult


@check(id="source-broken", title="采集渠道故障", operator=True)
def source_broken(visit: AccountVisit) -> Iterator[Verdict]:
    account = visit.account
    fails = [source for source in visit.sources if is_broken(source)]
    broken = [source for source in fails if source.bridge not in visit.silenced]
    works = any(source.health in ("ok", "account_gone") for source in visit.sources)
    if broken and account.is_cancelled:
        yield unjudged(account, Problem.ELSEWHERE, "已注销账号的采集渠道不再要求可用")
    elif broken:
        why = "；".join(dict.fromkeys(_why(source) for source in broken))
        facts = " ".join(
            sorted(f"{source.shown_address}={source.reason or source.health}" for source in broken)
        )
        yield fault(
            account, f"账号“{account.name}”的采集渠道故障：{why}", facts=facts, url=broken[0].shown_address
        )
    elif works and not fails:
        yield clear(account)
    else:
        reasons = "；".join(
            dict.fromkeys(bridge_trouble(each, visit.silenced) or trouble(each) for each in visit.sources)
        )
        yield unjudged(account, Problem.SOURCE, reasons)


def _why(source: SourceResult) -> str:
    kind, words = HEALTHS[source.health], trouble(source)
    return f"{place(source)} {kind}" + (f"（{words}）" if words not in ("", kind) else "")
