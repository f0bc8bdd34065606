"""What a check answers about one subject: fault (有问题), clear (未发现问题) or unjudged (无法核验).

Silence is not an answer: only *clear* lets the tracker close an issue, and only a fault opens one.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from crawler.observations import Column, Problem
from crawler.targets import Account, Site, shown_address


class Kind(StrEnum):
    FAULT = "fault"
    CLEAR = "clear"
    UNJUDGED = "unjudged"


class Subject(Protocol):
    """What can be accused: anything with a name, a lasting key and an address."""

    @property
    def name(self) -> str: ...
    @property
    def key(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer. `key` is the subject's identity, `subject` the name people read, `facts` what it was judged on:
    a dismissed fault stays dismissed while its facts stay the same."""

    kind: Kind
    subject: str
    key: str
    url: str = ""
    why: str = ""
    facts: str = ""
    evidence: tuple[str, ...] = ()
    problem: Problem | None = None
    needs_person: bool = False
    warning: str = ""
    check: str = ""
    rendered: bool = False
    """Judged on what a browser showed."""
    another_day: bool = False
    """What it is judged on ends with yesterday: only another day can tell whether it is still so."""


def fault(
    subject: Subject,
    why: str,
    *,
    facts: str = "",
    url: str = "",
    needs_person: bool = False,
    another_day: bool = False,
) -> Verdict:
    """The subject breaks the rule; `why` is the Chinese sentence a unit will read."""
    return Verdict(
        Kind.FAULT,
        subject.name,
        subject.key,
        url or _url(subject),
        why,
        facts,
        _evidence(subject),
        needs_person=needs_person,
        another_day=another_day,
        rendered=_rendered(subject),
    )


def clear(subject: Subject, *, warning: str = "", facts: str = "") -> Verdict:
    """The subject was seen and keeps the rule; `warning` says if it soon will not (预警)."""
    return Verdict(
        Kind.CLEAR,
        subject.name,
        subject.key,
        _url(subject),
        facts=facts,
        evidence=_evidence(subject),
        warning=warning,
        rendered=_rendered(subject),
    )


def unjudged(subject: Subject, problem: Problem, why: str = "") -> Verdict:
    """Nothing can be said, and this is the reason."""
    return Verdict(
        Kind.UNJUDGED,
        subject.name,
        subject.key,
        _url(subject),
        why or problem.sentence,
        evidence=_evidence(subject),
        problem=problem,
        rendered=_rendered(subject),
    )


def _url(subject: Subject) -> str:
    match subject:
        case Account():
            return shown_address(subject.roads[0].address) if subject.roads else ""
        case _:
            return str(getattr(subject, "url", ""))


def _evidence(subject: Subject) -> tuple[str, ...]:
    return subject.evidence if isinstance(subject, Column) else ()


def _rendered(subject: Subject) -> bool:
    return isinstance(subject, Column) and subject.shown is not None


__all__ = ["Account", "Kind", "Problem", "Site", "Subject", "Verdict", "clear", "fault", "unjudged"]
