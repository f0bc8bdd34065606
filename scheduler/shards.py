"""The runner of shards: a round's work in pieces, so that one day a queue of workers can take the place of this loop.

A shard is worked off by itself and writes its own results; nothing is handed from one to the next.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from tracker.ledger import Job

Work = Callable[[Sequence[Job]], None]


class ShardRunner(Protocol):
    def run(self, jobs: Sequence[Job], work: Work) -> None:
        """Have every job worked off exactly once; returns when all are, raises what stopped them."""
        ...


class InProcess:
    """One shard after the other, here."""

    def __init__(self, targets_a_shard: int) -> None:
        self.targets_a_shard = targets_a_shard

    def run(self, jobs: Sequence[Job], work: Work) -> None:
        for start in range(0, len(jobs), self.targets_a_shard):
            work(jobs[start : start + self.targets_a_shard])
