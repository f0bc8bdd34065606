"""All checks, found through the entry-point group `xunjian.checks`; `@check` declares one.

An entry point names a check, a module of checks, or a package whose modules are walked: our own rules are one entry,
`checks.rules`, so a new rule is one file. What fails to load is kept with the name of its package, and the rest works on.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType
from typing import Any, get_type_hints

from checks.settings import CheckSettings
from checks.verdicts import Verdict
from crawler.observations import AccountVisit, ProbeHistory, SiteVisit

GROUP = "xunjian.checks"
READS = {SiteVisit: "site", ProbeHistory: "site", AccountVisit: "account"}
HEADINGS = ("Source", "Measures", "Unit", "Threshold", "Unjudged")

Judge = Callable[..., Iterable[Verdict]]


@dataclass(frozen=True, slots=True)
class Check:
    """One rule: its id stays for ever, its docstring is its page in the manual."""

    id: str
    title: str
    judge: Judge
    reads: type
    wants_settings: bool
    needs_person: bool
    operator: bool
    looks_twice: bool
    manual: str
    package: str = ""
    wants_browser: bool = False
    another_day: bool = False

    @property
    def applies_to(self) -> str:
        return READS[self.reads]

    def __call__(self, observation: object, settings: CheckSettings) -> Iterator[Verdict]:
        """Every verdict on this observation, carrying the check's id."""
        arguments = (observation, settings) if self.wants_settings else (observation,)
        for verdict in self.judge(*arguments):
            yield replace(verdict, check=self.id, needs_person=verdict.needs_person or self.needs_person)


@dataclass(frozen=True, slots=True)
class LoadFailure:
    """A rule that could not be loaded: whose it is, and what Python said."""

    package: str
    entry: str
    error: str


@dataclass(frozen=True, slots=True)
class Catalogue:
    checks: tuple[Check, ...]
    failures: tuple[LoadFailure, ...] = ()

    def __iter__(self) -> Iterator[Check]:
        return iter(self.checks)

    def get(self, check_id: str) -> Check | None:
        return next((each for each in self.checks if each.id == check_id), None)


class BadCheck(Exception):
    """A function marked with @check that cannot be one."""


def check(
    *,
    id: str,
    title: str,
    needs_person: bool = False,
    operator: bool = False,
    looks_twice: bool = False,
    wants_browser: bool = False,
    another_day: bool = False,
) -> Callable[[Judge], Judge]:
    """Declare a rule. Its first parameter's type says what it reads; a second one gets the settings.

    `operator`: the fault is ours, not the unit's; it never stands in a notice, a rating or a count.
    `looks_twice`: its fault already rests on several independent looks, such as three probes, and needs no second one.
    `wants_browser`: what it accuses of, a script may fill in: its second look is one with a browser.
    `another_day`: what it accuses of may pass by itself within hours: its second look is one of the next day.
    """

    def declare(judge: Judge) -> Judge:
        hints = get_type_hints(judge)
        hints.pop("return", None)
        kinds = list(hints.values())
        if not kinds or kinds[0] not in READS:
            raise BadCheck(f"{id}: the first parameter must be one of {', '.join(t.__name__ for t in READS)}")
        module = inspect.getmodule(judge)
        manual = inspect.getdoc(module) or inspect.getdoc(judge) or ""
        two = len(kinds) > 1
        declared = Check(
            id,
            title,
            judge,
            kinds[0],
            two,
            needs_person,
            operator,
            looks_twice,
            manual,
            wants_browser=wants_browser,
            another_day=another_day,
        )
        judge.check = declared  # type: ignore[attr-defined]
        return judge

    return declare


def load(points: Iterable[EntryPoint] | None = None, switched_off: Iterable[str] = ()) -> Catalogue:
    """All checks that are installed, in the order of their ids."""
    found: dict[str, Check] = {}
    failures: list[LoadFailure] = []
    for point in entry_points(group=GROUP) if points is None else points:
        package = point.dist.name if point.dist else point.value
        for name, load_one in _places(point):
            try:
                for each in load_one():
                    if each.id in found:
                        raise BadCheck(f"the id {each.id} is taken by {found[each.id].package}")
                    found[each.id] = replace(each, package=package)
            except Exception as error:  # whatever the code of one rule raises, the others work on
                failures.append(LoadFailure(package, name, f"{type(error).__name__}: {error}"))
    off = set(switched_off)
    return Catalogue(tuple(found[key] for key in sorted(found) if key not in off), tuple(failures))


def _places(point: EntryPoint) -> Iterator[tuple[str, Callable[[], Iterable[Check]]]]:
    """Where an entry point's checks stand, each to be loaded by itself: it, and the modules of a package."""
    thing: list[Any] = []

    def first() -> Iterable[Check]:
        thing.append(point.load())
        return _checks_in(thing[0])

    yield f"{point.name} = {point.value}", first
    if thing and isinstance(thing[0], ModuleType):
        for info in pkgutil.iter_modules(getattr(thing[0], "__path__", ()), thing[0].__name__ + "."):
            yield info.name, partial(_checks_of_module, info.name)


def _checks_of_module(name: str) -> Iterable[Check]:
    return _declared_in(importlib.import_module(name))


def _checks_in(thing: Any) -> Iterable[Check]:
    if isinstance(thing, ModuleType):
        return _declared_in(thing)
    declared = getattr(thing, "check", None)
    if isinstance(declared, Check):
        return (declared,)
    raise BadCheck("neither a check nor a module with checks")


def _declared_in(module: ModuleType) -> Iterator[Check]:
    for value in vars(module).values():
        declared = getattr(value, "check", None)
        if isinstance(declared, Check) and value.__module__ == module.__name__:
            yield declared
