from __future__ import annotations

from fractions import Fraction

import pytest

from alignkit.counts import Count, Total, amount
from alignkit.events import Subject


class TestTotal:
    def test_adds_and_takes_away_each_part_by_itself(self) -> None:
        more = Total(Fraction(5), Fraction(8), 3)
        less = Total(Fraction(2), Fraction(4), 1)

        assert more + less == Total(Fraction(7), Fraction(12), 4)
        assert more - less == Total(Fraction(3), Fraction(4), 2)


class TestAmount:
    @pytest.mark.parametrize(
        ("least", "most", "low", "high"),
        [(2, 5, 0, 5), (-5, -2, -5, 0), (-1, 3, -1, 3)],
    )
    def test_what_may_not_count_may_add_nothing(
        self, least: int, most: int, low: int, high: int
    ) -> None:
        count = Count(
            subject=Subject(id="L1"),
            event="won",
            at=0,
            placed=0,
            least=Fraction(least),
            most=Fraction(most),
            is_sure=False,
        )

        assert amount(count) == Total(Fraction(low), Fraction(high))
