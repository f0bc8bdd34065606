"""A rate (率) that cannot say more than its numbers: always with its fraction, rounded half up, 100 % only if all are.

Other cities printed 9 bad of 289 as 99.96 % (regulations.md 7.F): a rate never stands without what it was counted from.
"""

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """`part` of `whole`, both counted."""

    part: int
    whole: int

    @property
    def is_all(self) -> bool:
        """Nothing of nothing is not all."""
        return self.whole > 0 and self.part == self.whole

    def percent(self, digits: int = 1) -> Decimal | None:
        """Per cent with so many digits; None of nothing. What is not all never rounds up to 100, what is something never
        down to 0."""
        if not self.whole:
            return None
        step = Decimal(1).scaleb(-digits)
        exact = Decimal(100 * self.part) / self.whole
        rounded = exact.quantize(step, ROUND_HALF_UP)
        if rounded >= 100 and self.part < self.whole:
            return exact.quantize(step, ROUND_DOWN)
        return step if self.part and not rounded else rounded

    def words(self, digits: int = 1) -> str:
        """96.9%（280/289）; — of nothing. All of them are 100%, without digits that would look like measuring."""
        percent = self.percent(digits)
        if percent is None:
            return "—（0/0）"
        return f"{'100' if self.is_all else percent}%（{self.part}/{self.whole}）"
