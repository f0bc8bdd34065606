"""What was planted in the city: the answer key. A round is right when it finds all of it and nothing else."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Literal

Check = Literal[
    "column-blank", "column-stale", "home-stale", "site-unreachable", "account-stale", "account-blank", "account-gone",
    "account-register", "source-broken",
]  # fmt: skip
"""What can be wrong in the city, in the program's words."""


@dataclass(frozen=True, slots=True)
class PlantedFault:
    """A fault that must be found. `subject` is the column's own name, or the target's name if no column is meant.

    `state`: confirmed after the round with its second looks, or pending because a person must look.
    """

    target: str
    kind: Literal["site", "account"]
    check: Check
    subject: str
    url: str
    state: Literal["confirmed", "pending"] = "confirmed"
    shape: str = ""
    """The difficulty behind which it hides, if any."""
    needs_browser: bool = False
    """Whether only a browser can see it: who has none must leave it unjudged."""


@dataclass(frozen=True, slots=True)
class Trap:
    """Something that looks like a fault and is none: it must never become an issue of `check`.

    `expected` is what a round without a browser should say. Who reads more than that (a browser fills a script's list)
    may say clear where unjudged stands here, and finds what `Truth.in_browser` names.
    """

    target: str
    subject: str
    name: str
    expected: Literal["clear", "unjudged"]
    check: str


@dataclass(frozen=True, slots=True)
class CannotSee:
    """A target that cannot be judged at all; `reason` is a word of the program's closed list of problems."""

    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class Truth:
    faults: tuple[PlantedFault, ...] = ()
    traps: tuple[Trap, ...] = ()
    cannot_see: tuple[CannotSee, ...] = ()
    in_browser: tuple[PlantedFault, ...] = ()
    """Faults to whoever has a browser; to all others they are traps."""

    def planted(self, with_browser: bool) -> tuple[PlantedFault, ...]:
        """What must be found."""
        if with_browser:
            return self.faults + self.in_browser
        return tuple(fault for fault in self.faults if not fault.needs_browser)

    def faults_of(self, check: str) -> tuple[PlantedFault, ...]:
        return tuple(fault for fault in self.faults if fault.check == check)

    def as_lines(self) -> Iterator[str]:
        """One JSON object a line; `is` tells what it is."""
        for kind, entries in (("fault", self.faults), ("trap", self.traps), ("cannot-see", self.cannot_see)):
            for entry in entries:
                yield json.dumps({"is": kind, **asdict(entry)}, ensure_ascii=False)
