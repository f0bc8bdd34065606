"""Whose fault it is that a page did not open (归因): the website's, its wall's that keeps us out, or our own.

Only the website's own counts as 打不开 (W2). What we cannot tell apart is nobody's.
"""

from crawler.observations import Problem
from crawler.worded import Worded


class Blame(Worded):
    """What a page that did not open is put down to, with the words the office reads."""

    TARGET = "target", "网站打不开"
    WALL = "wall", "被网站安全防护拦截"
    OUR_NETWORK = "our-network", "本机网络故障"
    OURS = "ours", "本系统自身原因"
    UNTOLD = "untold", "原因不明"


NO_CONNECTION = (Problem.TIMEOUT, Problem.REFUSED, Problem.RESET)
NOT_THERE = (404, 410)
CHALLENGE = 521
"""A protective wall's way to ask for a script (加速乐); a web server of that status answers nobody."""
KEPT_OUT = (Problem.WAF, Problem.LOGIN)
OUR_OWN = (
    Problem.ROBOTS,
    Problem.FORBIDDEN_ADDRESS,
    Problem.BUDGET,
    Problem.CUT_SHORT,
    Problem.OUR_FAULT,
)
UNCERTAIN = (Problem.DNS, Problem.TLS, Problem.EMPTY_BODY)
"""Our resolver or our client may be the reason."""


def blame_of(problem: Problem | None, status: int = 0) -> Blame | None:
    """None: it opened, whatever it shows. `status`: of its answer, 0 if there was none."""
    match problem:
        case Problem.OUR_NETWORK:
            return Blame.OUR_NETWORK
        case Problem.HTTP_ERROR:
            is_broken = status in NOT_THERE or (status >= 500 and status != CHALLENGE)
            return Blame.TARGET if is_broken else Blame.WALL
        case _ if problem in NO_CONNECTION:
            return Blame.TARGET
        case _ if problem in KEPT_OUT:
            return Blame.WALL
        case _ if problem in OUR_OWN:
            return Blame.OURS
        case _ if problem in UNCERTAIN:
            return Blame.UNTOLD
        case _:
            return None
