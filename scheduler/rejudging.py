"""Judge again what was seen before, without one request: for a new rule in the shadow, or a mended one for good."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from checks.catalogue import Catalogue
from checks.verdicts import Kind, Verdict
from scheduler.judging import Judge
from scheduler.round import Parts, policy_of
from tracker import ledger, queries
from tracker.ledger import Job, Judged
from tracker.observed import KIND_WORDS, kind_of

AT_ONCE = 50
EXAMPLES = 20
WORDS = {Kind.FAULT: "有问题", Kind.CLEAR: "未发现问题", Kind.UNJUDGED: "无法核验"}


@dataclass(slots=True)
class Rejudged:
    """`changes`: (check, what became of what) -> subjects; `examples`: some of them by name."""

    looks: int = 0
    changes: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)


def rejudge(parts: Parts, first: date, last: date, *, only: Collection[str] = (), shadow: bool) -> Rejudged:
    """Every look of these days again; what the checks said then is compared.

    Without `shadow` what differs is written: verdicts, and what they mean for issues. A sighting that is older than
    the newest one of its subject moves nothing, so doing it twice changes nothing.
    """
    chosen = tuple(check for check in parts.catalogue if not only or check.id in only)
    judge = Judge(Catalogue(chosen), parts.checks)
    done = Rejudged()
    with parts.database.reading() as reading:
        waiting: list[queries.PastLook] = []
        for look in queries.past_looks(reading, first, last):
            waiting.append(look)
            if len(waiting) >= AT_ONCE:
                _batch(parts, judge, waiting, done, shadow)
                waiting = []
        _batch(parts, judge, waiting, done, shadow)
    return done


def _batch(parts: Parts, judge: Judge, looks: list[queries.PastLook], done: Rejudged, shadow: bool) -> None:
    if not looks:
        return
    seen = [(Job(0, look.target_id, look.ordinal, look.visit.target), look.visit) for look in looks]
    with parts.database.reading() as session:
        judged = judge.judge(session, seen)
        then = queries.verdicts_of(session, [look.id for look in looks])
    differing: list[tuple[int, Judged]] = []
    for look, each in zip(looks, judged, strict=True):
        new = tuple(
            verdict
            for verdict in each.verdicts
            if then.get((look.id, verdict.check, verdict.key)) != verdict.kind
        )
        for verdict in new:
            _compare(done, each, verdict, then.get((look.id, verdict.check, verdict.key)))
        if new:
            differing.append((look.id, replace(each, verdicts=new)))
    _unsaid(
        done,
        then,
        judge,
        {(look.id, v.check, v.key) for look, each in zip(looks, judged, strict=True) for v in each.verdicts},
    )
    done.looks += len(looks)
    if differing and not shadow:
        with parts.database.writing() as session:
            ledger.rewrite_verdicts(session, differing, policy_of(session, parts), datetime.now(UTC))


def _unsaid(
    done: Rejudged,
    then: Mapping[tuple[int, str, str], str],
    judge: Judge,
    now: Collection[tuple[int, str, str]],
) -> None:
    """Subjects of which a rule spoke then and is silent now: told, and left as they are."""
    judged = {check.id for check in judge.catalogue}
    for key, kind in then.items():
        if key[1] in judged and key not in now:
            done.changes[key[1], f"{WORDS[Kind(kind)]} → 不再判定"] += 1


def _compare(done: Rejudged, judged: Judged, verdict: Verdict, then: str | None) -> None:
    before = WORDS[Kind(then)] if then else "未判"
    done.changes[verdict.check, f"{before} → {WORDS[verdict.kind]}"] += 1
    if verdict.kind is Kind.FAULT and len(done.examples) < EXAMPLES:
        kind = KIND_WORDS[kind_of(judged.visit)]
        done.examples.append(
            f"{verdict.check}　{kind} {judged.visit.target.name}　{verdict.subject}：{verdict.why}"
        )
