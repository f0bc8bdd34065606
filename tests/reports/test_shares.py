"""A rate cannot say more than its numbers (regulations.md 7.F, T8)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.shares import Share


@pytest.mark.parametrize(
    ("part", "whole", "digits", "words"),
    [
        (369, 418, 1, "88.3%（369/418）"),
        (3851, 3857, 1, "99.8%（3851/3857）"),
        (259, 314, 2, "82.48%（259/314）"),
        (37, 53, 2, "69.81%（37/53）"),
        (291, 294, 1, "99.0%（291/294）"),
        (280, 289, 1, "96.9%（280/289）"),
        (9999, 10000, 1, "99.9%（9999/10000）"),
        (1, 100000, 1, "0.1%（1/100000）"),
        (1, 8, 2, "12.50%（1/8）"),
        (5, 1000, 0, "1%（5/1000）"),
        (0, 5, 1, "0.0%（0/5）"),
        (5, 5, 1, "100%（5/5）"),
        (0, 0, 1, "—（0/0）"),
    ],
)
def test_rates_of_bulletins_come_out_half_up_with_their_fraction(
    part: int, whole: int, digits: int, words: str
) -> None:
    assert Share(part, whole).words(digits) == words


@given(whole=st.integers(1, 10**6), data=st.data(), digits=st.integers(0, 4))
def test_a_rate_is_100_only_if_all_are_and_0_only_if_none_is(
    whole: int, data: st.DataObject, digits: int
) -> None:
    part = data.draw(st.integers(0, whole))
    percent = Share(part, whole).percent(digits)
    assert percent is not None
    assert (percent == 100) == (part == whole) == Share(part, whole).is_all
    assert (percent == 0) == (part == 0)
    step = Fraction(1, 10**digits)
    assert abs(Fraction(percent) - Fraction(100 * part, whole)) <= step
    assert percent == percent.quantize(Decimal(1).scaleb(-digits)), "no more digits than asked for"


def test_nothing_of_nothing_is_not_all() -> None:
    assert not Share(0, 0).is_all
    assert Share(0, 0).percent() is None
