"""The website does not open (站点无法访问).

Source     国办秘函〔2019〕19号, 政府网站单项否决, 站点无法访问 (W2): 15 seconds, a week, at least 20 spaced visits a day
Measures   spaced probes of the home page over 7 days, and the visit of the round
Unit       one website
Threshold  5 % or more of the probes failed, warned of from 3 %; at once when the last three probes and the round's visit all
           failed, and those three lie in the two days before the visit: also at two probes a day they do. Failed is: no answer
           in time, refused, cut off, HTTP 404, 410 or 5xx (521 is a wall's challenge)
Unjudged   a share over fewer probes than the regulation asks for; a round that failed while the probes did not, and the
           reverse; names that do not resolve, TLS that fails (our client may be too new) and everything of our own making.
           Probes of a run in which our own network was down count for nothing. A protective wall (WAF) or a login
           answered: as a probe that is no failure, as the round's visit it clears nothing, for no visit that failed does
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from checks.ages import day_of
from checks.blame import Blame, blame_of
from checks.catalogue import check
from checks.verdicts import Problem, Verdict, clear, fault, unjudged
from crawler.observations import Probe, ProbeHistory, SiteVisit

DAYS = 7
PROBES_A_DAY = 20
FAILED_SHARE = 0.05
WARN_SHARE = 0.03
VETO_COUNT = round(DAYS * PROBES_A_DAY * FAILED_SHARE)
"""So many failures are the limit at the fewest visits that the regulation allows: 7 of 140."""
LAST_PROBES = 3
LAST_HOURS = 48
"""An older probe tells nothing of now: who stopped probing days ago does not know that it is still down. An office that probes
twice a day has its last three within so many."""

UNCOUNTED = (Blame.OURS, Blame.UNTOLD)
"""Probes that are none: nobody can say whether it opened."""


@check(id="site-unreachable", title="站点无法访问", looks_twice=True)
def site_unreachable(history: ProbeHistory) -> Iterator[Verdict]:
    visit = history.visit
    probes = [
        probe
        for probe in history.probes
        if visit.at - timedelta(days=DAYS) < probe.at <= visit.at and _blame(probe) not in UNCOUNTED
    ]
    week = [probe for probe in probes if _blame(probe) is not Blame.OUR_NETWORK]
    failed = [probe for probe in week if _blame(probe) is Blame.TARGET]
    last = [probe for probe in probes if visit.at - timedelta(hours=LAST_HOURS) <= probe.at][-LAST_PROBES:]
    round_status = visit.home_fetch.status if visit.home_fetch else 0
    round_failed = blame_of(visit.problem, round_status) is Blame.TARGET
    if round_failed and len(last) == LAST_PROBES and all(probe in failed for probe in last):
        yield _down_now(visit)
    elif _is_enough(week, visit.at):
        yield _by_share(visit, week, failed)
    elif visit.problem is not None:
        yield unjudged(visit.site, visit.problem)
    elif len(failed) >= VETO_COUNT:
        yield unjudged(
            visit.site, Problem.UNCLEAR, f"近{DAYS}天探测不足每天{PROBES_A_DAY}次，其中{len(failed)}次打不开"
        )
    else:
        yield clear(visit.site)


def _down_now(visit: SiteVisit) -> Verdict:
    assert visit.problem is not None
    words = visit.problem.sentence + (
        f"，{visit.detail}" if visit.problem is Problem.HTTP_ERROR and visit.detail else ""
    )
    why = f"首页连续{LAST_PROBES}次探测和本轮巡检均打不开（{words}）"
    return fault(visit.site, why, facts=f"down={visit.problem.value}")


def _by_share(visit: SiteVisit, week: Sequence[Probe], failed: Sequence[Probe]) -> Verdict:
    share = len(failed) / len(week)
    words = f"近{DAYS}天探测首页{len(week)}次，{len(failed)}次打不开，占{share:.1%}"
    if share >= FAILED_SHARE:
        facts = f"last-failed={day_of(failed[-1].at)}"
        return fault(visit.site, f"{words}，达到{FAILED_SHARE:.0%}", facts=facts)
    if visit.problem is not None:
        return unjudged(visit.site, visit.problem)
    return clear(visit.site, warning=words if share >= WARN_SHARE else "")


def _is_enough(week: Sequence[Probe], at: datetime) -> bool:
    """As many probes as the regulation asks for, on each of the last seven days."""
    days = [0] * DAYS
    for probe in week:
        days[(at - probe.at) // timedelta(days=1)] += 1
    return min(days) >= PROBES_A_DAY


def _blame(probe: Probe) -> Blame | None:
    return blame_of(probe.problem, probe.status)
